/* SPDX-License-Identifier: MIT */
/* base/utf8 */
#include "base/compat.h"

#include "base/buf.h"
#include "base/utf8.h"
#include "t/unit/scratch.h"
#include "t/unit/tap.h"

struct text {
	const char	*s;
	size_t		 len;
};

#define T(s)	{ (s), sizeof(s) - 1 }

static void
test_char(void)
{
	static const struct { struct text in; int32_t ch; size_t used; }
	rows[] = {
		{ T("a"), 'a', 1 }, { { "\0", 1 }, 0, 1 },
		{ T("\x7f"), 0x7f, 1 }, { T("\xc2\x80"), 0x80, 2 },
		{ T("\xdf\xbf"), 0x7ff, 2 }, { T("\xe0\xa0\x80"), 0x800, 3 },
		{ T("\xef\xbf\xbf"), 0xffff, 3 },
		{ T("\xed\x9f\xbf"), 0xd7ff, 3 },
		{ T("\xee\x80\x80"), 0xe000, 3 },
		{ T("\xf0\x90\x80\x80"), 0x10000, 4 },
		{ T("\xf4\x8f\xbf\xbf"), 0x10ffff, 4 },
		{ T("\xc3\xa4xyz"), 0xe4, 2 },
	};
	bool good = true;
	size_t i, used;
	int32_t ch;

	for (i = 0; i < ARRAY_LEN(rows); i++) {
		ch = utf8_char(rows[i].in.s, rows[i].in.len, &used);
		good &= row(ch == rows[i].ch && used == rows[i].used,
		    "row %zu: U+%04X, %zu bytes", i, (unsigned)ch, used);
	}
	ok(good, "reads characters of one to four bytes");
}

static const struct text invalid[] = {
	T("\x80"), T("\xbf"), T("\xc0\x80"), T("\xc0\xaf"), T("\xc1\xbf"),
	T("\xc2"), T("\xc2" "a"), T("\xc2\xc2"), T("\xe0\x80\x80"),
	T("\xe0\x9f\xbf"), T("\xe1\x80"), T("\xe1\x80" "a"),
	T("\xed\xa0\x80"), T("\xed\xbf\xbf"), T("\xf0\x80\x80\x80"),
	T("\xf0\x8f\xbf\xbf"), T("\xf0\x90\x80"), T("\xf4\x90\x80\x80"),
	T("\xf5\x80\x80\x80"), T("\xf8\x88\x80\x80\x80"), T("\xfe"),
	T("\xff"), T("\xed\xa0\x80\xed\xb0\x80"), { "\xc2\x80", 1 },
};

static void
test_invalid(void)
{
	bool good = true;
	size_t i, used;
	int32_t ch;

	for (i = 0; i < ARRAY_LEN(invalid); i++) {
		ch = utf8_char(invalid[i].s, invalid[i].len, &used);
		good &= row(ch == -1 && used == 1, "row %zu: U+%04X, %zu", i,
		    (unsigned)ch, used);
		good &= row(!utf8_valid(invalid[i].s, invalid[i].len),
		    "row %zu is valid", i);
	}
	ok(good, "overlong forms, surrogates, too high numbers, stray and "
	    "missing bytes are no characters, one byte each");
	ok(utf8_valid("", 0) && utf8_valid("a\xc3\xa4\xe2\x82\xac"
	    "\xf0\x9f\x98\x80", 10) && utf8_valid("a\0b", 3),
	    "text in UTF-8 is valid, an empty one and NUL included");
	ok(!utf8_valid("abc\xff" "def", 7),
	    "one wrong byte in the middle makes text invalid");
}

/* Every character there is, written and read back. */
static void
test_all(void)
{
	struct buf b = BUF_INIT;
	bool good = true;
	uint32_t ch;
	size_t used;

	for (ch = 0; ch <= 0x10ffff && good; ch++) {
		if (ch >= 0xd800 && ch <= 0xdfff)
			continue;
		buf_clear(&b);
		utf8_add(&b, ch);
		good = row(utf8_char(b.ptr, b.len, &used) == (int32_t)ch &&
		    used == b.len, "U+%04X", ch);
	}
	ok(good, "each of the 1,112,064 characters is read as it was written");
	buf_release(&b);
}

static void
test_safe(void)
{
	static const struct { struct text in; const char *want; } rows[] = {
		{ T("plain \xc3\xa4 \xf0\x9f\x98\x80"),
		    "plain \xc3\xa4 \xf0\x9f\x98\x80" },
		{ T("a\nb\tc"), "a\\nb\\tc" },
		{ T("\033[31m\r\b\x7f"), "\\x1b[31m\\x0d\\x08\\x7f" },
		{ { "\0", 1 }, "\\x00" },
		{ T("\xc2\x9b" "31m"), "\\xc2\\x9b31m" },
		{ T("\xff\xc3"), "\\xff\\xc3" },
		{ T("\xe2\x80\xae" "x"), "\\xe2\\x80\\xaex" },
		{ T("\xe2\x81\xa6"), "\\xe2\\x81\\xa6" },
		{ T("\xe2\x80\xa8"), "\\xe2\\x80\\xa8" },
		{ T("back\\slash"), "back\\slash" },
		{ T(""), "" },
	};
	struct buf b = BUF_INIT;
	bool good = true;
	size_t i;

	for (i = 0; i < ARRAY_LEN(rows); i++) {
		buf_clear(&b);
		utf8_add_safe(&b, rows[i].in.s, rows[i].in.len);
		good &= row(strcmp(buf_str(&b), rows[i].want) == 0,
		    "row %zu: %s", i, buf_str(&b));
	}
	ok(good, "writes control characters, what turns the direction of "
	    "text, and wrong bytes as escapes");
	buf_release(&b);
}

static bool
has_control(const char *s, size_t len)
{
	size_t used;
	int32_t ch;

	for (; len > 0; s += used, len -= used) {
		ch = utf8_char(s, len, &used);
		if (ch < 0 || utf8_is_control((uint32_t)ch))
			return true;
	}
	return false;
}

static void
test_safe_chance(void)
{
	struct buf b = BUF_INIT;
	char raw[32];
	bool good = true;
	size_t i, k, n;

	chance_seed(3);
	for (i = 0; i < 20000 && good; i++) {
		n = chance(sizeof(raw));
		for (k = 0; k < n; k++)
			raw[k] = (char)chance(256);
		buf_clear(&b);
		utf8_add_safe(&b, raw, n);
		good = row(!has_control(buf_str(&b), b.len), "%s",
		    buf_str(&b));
	}
	ok(good, "no control character is left of any bytes");
	buf_release(&b);
}

static void
test_width(void)
{
	static const struct { struct text in; size_t width; } rows[] = {
		{ T(""), 0 }, { T("abc"), 3 }, { T("\xc3\xa4"), 1 },
		{ T("\xe6\x97\xa5\xe6\x9c\xac"), 4 },
		{ T("\xf0\x9f\x98\x80"), 2 }, { T("e\xcc\x81"), 1 },
		{ T("\033\n\x7f"), 0 }, { T("\xef\xbc\xa1"), 2 },
		{ T("\xe2\x80\x8b"), 0 }, { T("a\xc2\x80" "b"), 2 },
	};
	bool good = true;
	size_t i, w;

	for (i = 0; i < ARRAY_LEN(rows); i++) {
		w = utf8_width(rows[i].in.s, rows[i].in.len);
		good &= row(w == rows[i].width, "row %zu: %zu", i, w);
	}
	ok(good, "knows the columns of wide, combining, empty and control "
	    "characters");
}

static void
test_prefix(void)
{
	static const struct { struct text in; size_t cols, bytes; } rows[] = {
		{ T("abc"), 2, 2 }, { T("abc"), 9, 3 }, { T("abc"), 0, 0 },
		{ T("\xc3\xa4\xc3\xb6"), 1, 2 },
		{ T("\xe6\x97\xa5\xe6\x9c\xac"), 3, 3 },
		{ T("\xe6\x97\xa5\xe6\x9c\xac"), 1, 0 },
		{ T("e\xcc\x81x"), 1, 3 }, { T(""), 5, 0 },
	};
	bool good = true;
	size_t i, n;

	for (i = 0; i < ARRAY_LEN(rows); i++) {
		n = utf8_prefix(rows[i].in.s, rows[i].in.len, rows[i].cols);
		good &= row(n == rows[i].bytes, "row %zu: %zu", i, n);
	}
	ok(good, "cuts at so many columns, never within a character");
}

static bool
slug_is(const char *text, size_t len, size_t max, const char *want)
{
	struct buf b = BUF_INIT;
	bool same;

	buf_adds(&b, "TASK-0001-");
	utf8_slug(&b, text, len, max);
	same = strcmp(b.ptr + 10, want) == 0;
	row(same, "'%.*s': '%s', not '%s'", (int)len, text, b.ptr + 10, want);
	buf_release(&b);
	return same;
}

static void
test_slug(void)
{
	static const struct { struct text in; const char *want; } rows[] = {
		{ T("User login"), "user-login" },
		{ T("  Fix:  the --thing-- (2nd)! "), "fix-the-thing-2nd" },
		{ T("don't panic"), "dont-panic" },
		{ T("don\xe2\x80\x99t panic"), "dont-panic" },
		{ T("'quoted' words"), "quoted-words" },
		{ T("rock 'n' roll"), "rock-n-roll" },
		{ T("\xc3\x84rger in K\xc3\xb6ln"),
		    "\xc3\xa4rger-in-k\xc3\xb6ln" },
		{ T("\xd0\x9f\xd1\x80\xd0\xb8\xd0\xb2\xd0\xb5\xd1\x82"),
		    "\xd0\xbf\xd1\x80\xd0\xb8\xd0\xb2\xd0\xb5\xd1\x82" },
		{ T("\xe6\x97\xa5\xe6\x9c\xac \xe8\xaa\x9e"),
		    "\xe6\x97\xa5\xe6\x9c\xac-\xe8\xaa\x9e" },
		{ T("ship it \xf0\x9f\x9a\x80 now"), "ship-it-now" },
		{ T("\xf0\x9f\x9a\x80"), "" }, { T(""), "" }, { T("-_-"), "" },
		{ T("a\tb\nc\033d"), "a-b-c-d" },
		{ T("a\xff" "b\xc3"), "a-b" }, { T("../../etc"), "etc" },
		{ T("-rf"), "rf" }, { T("a|b\\c"), "a-b-c" },
		{ T("CamelCase 1.2.3"), "camelcase-1-2-3" },
		{ T("\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d"),
		    "\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d" },
		{ T("a\xe2\x80\xae" "b"), "a-b" },
		{ T("\xd9\xa1\xd9\xa2"), "\xd9\xa1\xd9\xa2" },
	};
	struct buf b = BUF_INIT, word = BUF_INIT;
	bool good = true;
	size_t i;

	for (i = 0; i < ARRAY_LEN(rows); i++)
		good &= slug_is(rows[i].in.s, rows[i].in.len, 64,
		    rows[i].want);
	ok(good, "a slug is of letters and digits of any script, "
	    "lower case, words joined with '-'");
	buf_adds(&b, "cafe\xcc\x81s");
	utf8_slug(&word, b.ptr, b.len, 64);
	ok(row(strchr(word.ptr, '-') == NULL, "%s", word.ptr),
	    "an accent that is a character of its own does not cut the word");
	buf_clear(&b);
	buf_clear(&word);
	buf_adds(&b, "\xe0\xa4\xb9\xe0\xa4\xbf\xe0\xa4\xa8\xe0\xa5\x8d"
	    "\xe0\xa4\xa6\xe0\xa5\x80");
	utf8_slug(&word, b.ptr, b.len, 64);
	ok(row(strchr(word.ptr, '-') == NULL, "%s", word.ptr),
	    "nor does the sign of a missing vowel");
	buf_release(&b);
	buf_release(&word);
}

static void
test_slug_cut(void)
{
	char text[10000];
	bool good = true;

	good &= slug_is("abc def", 7, 5, "abc-d");
	good &= slug_is("abc def", 7, 4, "abc");
	good &= slug_is("abc def", 7, 3, "abc");
	good &= slug_is("abc\xc3\xa4", 5, 4, "abc");
	good &= slug_is("abc\xc3\xa4", 5, 5, "abc\xc3\xa4");
	good &= slug_is("abc", 3, 0, "");
	ok(good, "a slug is cut at a character and does not end with '-'");
	memset(text, 'A', sizeof(text));
	ok(slug_is(text, sizeof(text), 64, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
	    "a name of ten thousand bytes gives a slug of 64");
}

/* A slug is always a part of a file name. */
static void
test_slug_chance(void)
{
	struct buf b = BUF_INIT, again = BUF_INIT;
	bool good = true;
	size_t i, k;

	chance_seed(4);
	for (i = 0; i < 20000 && good; i++) {
		buf_clear(&b);
		for (k = chance(20); k > 0; k--) {
			if (one_in(3))
				buf_addc(&b, (char)chance(256));
			else if (one_in(3))
				utf8_add(&b, (uint32_t)chance(0xd800));
			else
				buf_addc(&b, (char)(0x20 + chance(0x5f)));
		}
		buf_clear(&again);
		utf8_slug(&again, buf_str(&b), b.len, 64);
		good = row(again.len <= 64 && strpbrk(buf_str(&again),
		    "/.|\\ '\"") == NULL && buf_str(&again)[0] != '-' &&
		    !has_control(buf_str(&again), again.len) &&
		    slug_is(buf_str(&again), again.len, 64, buf_str(&again)),
		    "%s: %s", buf_str(&b), buf_str(&again));
	}
	ok(good, "a slug is safe in a path, and its own slug");
	buf_release(&b);
	buf_release(&again);
}

static void
test_nocase(void)
{
	ok(utf8_has_nocase("Log IN now", 10, "log in") &&
	    !utf8_has_nocase("Log IN now", 10, "log  in"),
	    "finds words whatever their case");
	ok(utf8_has_nocase("GR\xc3\x96SSE", 7, "gr\xc3\xb6ss"),
	    "knows upper case beyond ASCII");
	ok(utf8_has_nocase("", 0, "") && utf8_has_nocase("x", 1, "") &&
	    !utf8_has_nocase("", 0, "x"), "nothing is in everything");
	ok(utf8_has_nocase("a\xff" "B", 3, "\xff" "b"),
	    "compares wrong bytes as they are");
	ok(utf8_has_nocase("a\0B", 3, "b"), "looks behind a NUL");
}

static void
test_control(void)
{
	ok(utf8_is_control(0) && utf8_is_control(0x1f) &&
	    utf8_is_control(0x7f) && utf8_is_control(0x9f) &&
	    utf8_is_control(0x202e) && utf8_is_control(0x2069),
	    "C0, DEL, C1 and direction overrides are control characters");
	ok(!utf8_is_control(' ') && !utf8_is_control(0xa0) &&
	    !utf8_is_control(0x5d0) && !utf8_is_control(0x1f600),
	    "blanks, letters of any direction and emoji are none");
}

int
main(void)
{
	test_char();
	test_invalid();
	test_all();
	test_safe();
	test_safe_chance();
	test_width();
	test_prefix();
	test_slug();
	test_slug_cut();
	test_slug_chance();
	test_nocase();
	test_control();
	return tap_done();
}
