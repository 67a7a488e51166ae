/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/buf.h"
#include "base/jsonw.h"
#include "base/strvec.h"
#include "base/utf8.h"

static void
comma(struct buf *out)
{
	if (out->len > 0 && strchr("{[:\n", out->ptr[out->len - 1]) == NULL)
		buf_addc(out, ',');
}

void
jsonw_open(struct buf *out, char bracket)
{
	comma(out);
	buf_addc(out, bracket);
}

void
jsonw_close(struct buf *out, char bracket)
{
	buf_addc(out, bracket);
}

static void
add_char(struct buf *out, const char *s, size_t len, size_t *used)
{
	static const char shorts[] = "\"\"\\\\\bb\ff\nn\rr\tt";
	int32_t ch = utf8_char(s, len, used);
	const char *p;

	if (ch < 0) {
		buf_adds(out, "\xef\xbf\xbd");
		return;
	}
	for (p = shorts; *p != '\0'; p += 2)
		if (ch == *p) {
			buf_addc(out, '\\');
			buf_addc(out, p[1]);
			return;
		}
	if (ch < 0x20 || ch == 0x7f)
		buf_addf(out, "\\u%04x", (unsigned)ch);
	else
		buf_add(out, s, *used);
}

void
jsonw_strn(struct buf *out, const char *s, size_t len)
{
	size_t used;

	comma(out);
	buf_addc(out, '"');
	for (; len > 0; s += used, len -= used)
		add_char(out, s, len, &used);
	buf_addc(out, '"');
}

void
jsonw_str(struct buf *out, const char *s)
{
	if (s != NULL) {
		jsonw_strn(out, s, strlen(s));
		return;
	}
	comma(out);
	buf_adds(out, "null");
}

void
jsonw_key(struct buf *out, const char *key)
{
	jsonw_str(out, key);
	buf_addc(out, ':');
}

void
jsonw_int(struct buf *out, int64_t n)
{
	comma(out);
	buf_addf(out, "%" PRId64, n);
}

void
jsonw_bool(struct buf *out, bool b)
{
	comma(out);
	buf_adds(out, b ? "true" : "false");
}

void
jsonw_list(struct buf *out, const struct strvec *sv)
{
	size_t i;

	jsonw_open(out, '[');
	for (i = 0; i < sv->n; i++)
		jsonw_str(out, sv->v[i]);
	jsonw_close(out, ']');
}

void
jsonw_raw(struct buf *out, const char *json, size_t len)
{
	if (len == 0)
		return;
	comma(out);
	buf_add(out, json, len);
}

void
jsonw_member(struct buf *out, const char *key, const char *value)
{
	jsonw_key(out, key);
	jsonw_str(out, value);
}
