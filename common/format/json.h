/* SPDX-License-Identifier: MIT */
/*
 * JSON read into values.  The parser is jansson; writing is base/jsonw.h.
 *
 * A key that is there twice, text that is not UTF-8 and a NUL in a string are
 * errors.  Everything found in a value is borrowed from it.
 */
#ifndef FORMAT_JSON_H
#define FORMAT_JSON_H

struct buf;
struct err;

struct json;

enum json_kind {
	JSON_NONE,		/* NULL was asked about */
	JSON_IS_OBJECT, JSON_IS_ARRAY, JSON_IS_STRING, JSON_IS_NUMBER,
	JSON_IS_BOOL, JSON_IS_NULL
};

/*
 * An object or an array.  EX_DATAERR with "COL: what is wrong"; a text of
 * one line is meant.  The caller frees `*out`.
 */
int	 json_parse(struct json **out, const char *text, size_t len,
	    struct err *e);
void	 json_free(struct json *j);

enum json_kind json_kind(const struct json *j);
/* A member, or NULL. */
const struct json *json_find(const struct json *object, const char *key);
/* A string's text, or NULL. */
const char *json_text(const struct json *j);
/* The text of a member that is a string, or NULL. */
const char *json_member(const struct json *object, const char *key);
bool	 json_bool(const struct json *j);
int64_t	 json_number(const struct json *j);
size_t	 json_count(const struct json *array);
const struct json *json_at(const struct json *array, size_t i);
/* Calls `fn` for each member in the order of the text. */
void	 json_each(const struct json *object,
	    void (*fn)(const char *key, const struct json *value, void *ctx),
	    void *ctx);
/* Adds the value as text, without spaces, in its own order. */
void	 json_add(struct buf *out, const struct json *j);

#endif
