/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include <locale.h>
#include <wchar.h>
#include <wctype.h>

#include "base/buf.h"
#include "base/utf8.h"

/* The C.UTF-8 locale, loaded when the first character beyond ASCII comes. */
static locale_t
unicode(void)
{
	static locale_t loc;
	static bool tried;

	if (!tried) {
		loc = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
		tried = true;
	}
	return loc;
}

int32_t
utf8_char(const char *s, size_t len, size_t *used)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *p = (const unsigned char *)s;
	uint32_t ch;
	size_t i, n;

	*used = 1;
	if (p[0] < 0x80)
		return (int32_t)p[0];
	if (p[0] < 0xc2 || p[0] > 0xf4)
		return -1;
	n = p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
	if (n > len)
		return -1;
	ch = p[0] & (0x7fu >> n);
	for (i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return -1;
		ch = ch << 6 | (p[i] & 0x3f);
	}
	if (ch < least[n] || ch > 0x10ffff || (ch >= 0xd800 && ch <= 0xdfff))
		return -1;
	*used = n;
	return (int32_t)ch;
}

bool
utf8_valid(const char *s, size_t len)
{
	size_t used;

	for (; len > 0; s += used, len -= used)
		if (utf8_char(s, len, &used) < 0)
			return false;
	return true;
}

void
utf8_add(struct buf *out, uint32_t ch)
{
	if (ch < 0x80) {
		buf_addc(out, (char)ch);
		return;
	}
	if (ch < 0x800) {
		buf_addc(out, (char)(0xc0 | ch >> 6));
	} else {
		if (ch < 0x10000) {
			buf_addc(out, (char)(0xe0 | ch >> 12));
		} else {
			buf_addc(out, (char)(0xf0 | ch >> 18));
			buf_addc(out, (char)(0x80 | (ch >> 12 & 0x3f)));
		}
		buf_addc(out, (char)(0x80 | (ch >> 6 & 0x3f)));
	}
	buf_addc(out, (char)(0x80 | (ch & 0x3f)));
}

bool
utf8_is_control(uint32_t ch)
{
	return ch < 0x20 || (ch >= 0x7f && ch < 0xa0) ||
	    ch == 0x2028 || ch == 0x2029 ||
	    (ch >= 0x202a && ch <= 0x202e) || (ch >= 0x2066 && ch <= 0x2069);
}

bool
utf8_is_line(const char *s)
{
	size_t len = strlen(s), at, used;
	int32_t ch;

	for (at = 0; at < len; at += used) {
		ch = utf8_char(s + at, len - at, &used);
		if (ch < 0 || utf8_is_control((uint32_t)ch))
			return false;
	}
	return true;
}

void
utf8_add_safe(struct buf *out, const char *s, size_t len)
{
	size_t i, used;
	int32_t ch;

	for (; len > 0; s += used, len -= used) {
		ch = utf8_char(s, len, &used);
		if (ch >= 0 && !utf8_is_control((uint32_t)ch))
			buf_add(out, s, used);
		else if (ch == '\n')
			buf_adds(out, "\\n");
		else if (ch == '\t')
			buf_adds(out, "\\t");
		else
			for (i = 0; i < used; i++)
				buf_addf(out, "\\x%02x", (unsigned char)s[i]);
	}
}

void
utf8_add_plain(struct buf *out, const char *s, size_t len)
{
	int32_t ch;
	size_t used;

	for (; len > 0; s += used, len -= used) {
		ch = utf8_char(s, len, &used);
		if (ch == '\n' || ch == '\t' ||
		    (ch >= 0 && !utf8_is_control((uint32_t)ch)))
			buf_add(out, s, used);
		else if (ch != '\r')
			utf8_add(out, 0xfffd);
	}
}

static size_t
char_width(int32_t ch)
{
	locale_t old;
	int w;

	if (ch < 0x80 || unicode() == (locale_t)0)
		return ch >= 0x20 && ch != 0x7f;
	old = uselocale(unicode());
	w = wcwidth((wchar_t)ch);
	uselocale(old);
	return w < 0 ? 0 : (size_t)w;
}

size_t
utf8_width(const char *s, size_t len)
{
	size_t used, width = 0;

	for (; len > 0; s += used, len -= used)
		width += char_width(utf8_char(s, len, &used));
	return width;
}

size_t
utf8_prefix(const char *s, size_t len, size_t cols)
{
	size_t at = 0, used, w;

	while (at < len) {
		w = char_width(utf8_char(s + at, len - at, &used));
		if (w > cols)
			break;
		cols -= w;
		at += used;
	}
	return at;
}

static uint32_t
lower(uint32_t ch)
{
	if (ch >= 'A' && ch <= 'Z')
		return ch + ('a' - 'A');
	if (ch < 0x80 || unicode() == (locale_t)0)
		return ch;
	return (uint32_t)towlower_l((wint_t)ch, unicode());
}

static bool
is_word(uint32_t ch)
{
	if (ch < 0x80)
		return (ch >= '0' && ch <= '9') || (ch >= 'a' && ch <= 'z') ||
		    (ch >= 'A' && ch <= 'Z');
	if (utf8_is_control(ch))
		return false;
	/* Accents and vowel signs belong to the letter before them. */
	return unicode() == (locale_t)0 ||
	    iswalnum_l((wint_t)ch, unicode()) != 0 ||
	    (char_width((int32_t)ch) == 0 && (ch < 0x2000 || ch > 0x206f) &&
	    ch != 0xad);
}

void
utf8_slug(struct buf *out, const char *s, size_t len, size_t max)
{
	size_t start = out->len, used;
	struct buf one = BUF_INIT;
	bool gap = false;
	int32_t ch;

	for (; len > 0; s += used, len -= used) {
		ch = utf8_char(s, len, &used);
		if (ch < 0 || !is_word((uint32_t)ch)) {
			/* An apostrophe joins: "don't" is one word. */
			gap = gap || (ch != '\'' && ch != 0x2019);
			continue;
		}
		buf_clear(&one);
		if (gap && out->len > start)
			buf_addc(&one, '-');
		utf8_add(&one, lower((uint32_t)ch));
		if (out->len - start + one.len > max)
			break;
		buf_addb(out, &one);
		gap = false;
	}
	buf_release(&one);
}

static void
add_lower(struct buf *out, const char *s, size_t len)
{
	size_t used;
	int32_t ch;

	for (; len > 0; s += used, len -= used) {
		ch = utf8_char(s, len, &used);
		if (ch < 0)
			buf_addc(out, *s);
		else
			utf8_add(out, lower((uint32_t)ch));
	}
}

bool
utf8_has_nocase(const char *hay, size_t len, const char *needle)
{
	struct buf a = BUF_INIT, b = BUF_INIT;
	bool found;

	add_lower(&a, hay, len);
	add_lower(&b, needle, strlen(needle));
	found = b.len == 0 || memmem(buf_str(&a), a.len, b.ptr, b.len) != NULL;
	buf_release(&a);
	buf_release(&b);
	return found;
}
