/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include <jansson.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/log.h"
#include "format/json.h"

static const json_t *
in(const struct json *j)
{
	return (const json_t *)(const void *)j;
}

static const struct json *
out(const json_t *j)
{
	return (const struct json *)(const void *)j;
}

int
json_parse(struct json **result, const char *text, size_t len, struct err *e)
{
	json_error_t why;
	const char *own;
	json_t *j;

	*result = NULL;
	j = json_loadb(text, len, JSON_REJECT_DUPLICATES, &why);
	if (j == NULL) {
		/* What jansson's caller could do is not the reader's. */
		own = strstr(why.text, " without JSON_");
		return err_set(e, EX_DATAERR, "%d: %.*s",
		    why.column < 1 ? 1 : why.column,
		    own == NULL ? (int)sizeof(why.text) :
		    (int)(own - why.text), why.text);
	}
	*result = (struct json *)(void *)j;
	return 0;
}

void
json_free(struct json *j)
{
	json_decref((json_t *)(void *)j);
}

enum json_kind
json_kind(const struct json *j)
{
	if (j == NULL)
		return JSON_NONE;
	switch (json_typeof(in(j))) {
	case JSON_OBJECT:
		return JSON_IS_OBJECT;
	case JSON_ARRAY:
		return JSON_IS_ARRAY;
	case JSON_STRING:
		return JSON_IS_STRING;
	case JSON_INTEGER:
	case JSON_REAL:
		return JSON_IS_NUMBER;
	case JSON_TRUE:
	case JSON_FALSE:
		return JSON_IS_BOOL;
	case JSON_NULL:
		break;
	}
	return JSON_IS_NULL;
}

const struct json *
json_find(const struct json *object, const char *key)
{
	return object == NULL ? NULL : out(json_object_get(in(object), key));
}

const char *
json_text(const struct json *j)
{
	return j == NULL ? NULL : json_string_value(in(j));
}

const char *
json_member(const struct json *object, const char *key)
{
	return json_text(json_find(object, key));
}

bool
json_bool(const struct json *j)
{
	return j != NULL && json_is_true(in(j));
}

int64_t
json_number(const struct json *j)
{
	if (j == NULL)
		return 0;
	if (json_is_real(in(j)))
		return (int64_t)json_real_value(in(j));
	return (int64_t)json_integer_value(in(j));
}

size_t
json_count(const struct json *array)
{
	return array == NULL ? 0 : json_array_size(in(array));
}

const struct json *
json_at(const struct json *array, size_t i)
{
	return out(json_array_get(in(array), i));
}

void
json_each(const struct json *object,
    void (*fn)(const char *, const struct json *, void *), void *ctx)
{
	json_t *j = (json_t *)(uintptr_t)in(object);
	void *it;

	for (it = json_object_iter(j); it != NULL;
	    it = json_object_iter_next(j, it))
		fn(json_object_iter_key(it), out(json_object_iter_value(it)),
		    ctx);
}

static int
collect(const char *data, size_t len, void *buf)
{
	buf_add(buf, data, len);
	return 0;
}

void
json_add(struct buf *b, const struct json *j)
{
	if (json_dump_callback(in(j), collect, b,
	    JSON_COMPACT | JSON_ENCODE_ANY) != 0)
		log_die("a JSON value cannot be written");
}
