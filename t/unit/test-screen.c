/* SPDX-License-Identifier: MIT */
/* format/screen */
#include "base/compat.h"

#include "base/buf.h"
#include "base/utf8.h"
#include "format/screen.h"
#include "t/unit/scratch.h"
#include "t/unit/tap.h"

struct pair {
	const char	*text, *want;
};

static bool
shows(const struct pair *rows, size_t n, size_t width, bool colour)
{
	struct screen_look look = { width, colour };
	struct buf b = BUF_INIT;
	bool good = true;
	size_t i;

	for (i = 0; i < n; i++) {
		buf_clear(&b);
		screen_add(&b, rows[i].text, strlen(rows[i].text), &look);
		good &= row(strcmp(buf_str(&b), rows[i].want) == 0,
		    "%s\n is: %s\n not: %s", rows[i].text, buf_str(&b),
		    rows[i].want);
	}
	buf_release(&b);
	return good;
}

static void
test_blocks(void)
{
	static const struct pair rows[] = {
		{ "", "" }, { "a *b* **c** `d`\n", "a b c `d`\n" },
		{ "# A\n\ntext\n\n## B\n", "# A\n\ntext\n\n## B\n" },
		{ "a\nb  \nc\n\nd\n", "a b\nc\n\nd\n" },
		{ "- a\n- b\n\ntext\n", "- a\n- b\n\ntext\n" },
		{ "- a\n\n- b\n", "- a\n\n- b\n" },
		{ "- a\n  - b\n    - c\n- d\n",
		    "- a\n  - b\n    - c\n- d\n" },
		{ "9. a\n10. b\n    c\n", "9. a\n10. b c\n" },
		{ "- [ ] a\n- [x] b\n", "- [ ] a\n- [x] b\n" },
		{ "- a\n\n  b\n", "- a\n\n  b\n" },
		{ "> a\n> b\n>\n> c\n", "> a b\n>\n> c\n" },
		{ "```\nx\n  y\n\nz\n```\n",
		    "    x\n      y\n    \n    z\n" },
		{ "a\n\n---\n\nb\n", "a\n\n----\n\nb\n" },
		{ "[a](http://x)\n", "a <http://x>\n" },
		{ "![a](x.png)\n", "a <x.png>\n" },
		{ "<div>\nx\n</div>\n", "    <div>\n    x\n    </div>\n" },
		{ "<!-- a -->\n\nb\n", "b\n" },
		{ "\tcode\there\n", "    code    here\n" },
	};

	ok(shows(rows, ARRAY_LEN(rows), 0, false),
	    "headings, lists, quotes, code and links look as they should");
}

static const struct pair coloured[] = {
	{ "# A\n", "\033[1mA\033[22m\n" },
	{ "a *b* **c** `d`\n", "a \033[3mb\033[23m \033[1mc\033[22m "
	    "\033[36md\033[39m\n" },
	{ "    x\n", "    \033[2mx\033[0m\n" },
};

static void
test_colour(void)
{
	ok(shows(coloured, ARRAY_LEN(coloured), 80, true),
	    "on a coloured terminal headings, emphasis and code have styles");
}

static void
test_wrap(void)
{
	static const struct pair rows[] = {
		{ "one two three four five six seven\n",
		    "one two three four\nfive six seven\n" },
		{ "- one two three four five six seven\n",
		    "- one two three four\n  five six seven\n" },
		{ "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa b\n",
		    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\nb\n" },
		{ "\xe6\x97\xa5\xe6\x9c\xac \xe6\x97\xa5\xe6\x9c\xac "
		    "\xe6\x97\xa5\xe6\x9c\xac \xe6\x97\xa5\xe6\x9c\xac "
		    "\xe6\x97\xa5\xe6\x9c\xac\n",
		    "\xe6\x97\xa5\xe6\x9c\xac \xe6\x97\xa5\xe6\x9c\xac "
		    "\xe6\x97\xa5\xe6\x9c\xac \xe6\x97\xa5\xe6\x9c\xac\n"
		    "\xe6\x97\xa5\xe6\x9c\xac\n" },
		{ "    code is never wrapped, however long it is\n",
		    "    code is never wrapped, however long it is\n" },
		{ "one two  \nthree\n", "one two\nthree\n" },
	};

	ok(shows(rows, ARRAY_LEN(rows), 20, false),
	    "text is wrapped at words, by columns, code is not");
	ok(shows(&(struct pair){ "**one** two *three* four five six\n",
	    "\033[1mone\033[22m two \033[3mthree\033[23m four\nfive six\n" },
	    1, 20, true), "escape sequences take no columns");
}

static int
show_one(void *ctx)
{
	return shows(ctx, 1, 0, false) ? 0 : 1;
}

static void
test_empty_items(void)
{
	static struct pair rows[] = {
		{ "-\n\ntext\n", "- \n\ntext\n" },
		{ "- a\n-\n- b\n", "- a\n- \n- b\n" },
		{ "- <!-- x -->\n\ntext\n", "- \n\ntext\n" },
		{ "1.\n\n# A\n", "1. \n\n# A\n" },
	};
	struct child c;
	bool good = true;
	size_t i;

	for (i = 0; i < ARRAY_LEN(rows); i++) {
		in_child(&c, show_one, &rows[i]);
		good &= row(c.status == 0, "%s: status %d: %s%s",
		    rows[i].text, c.status, buf_str(&c.out),
		    buf_str(&c.err));
		child_release(&c);
	}
	ok(good, "an item with nothing in it is its bullet alone");
}

static void
test_quote_in_item(void)
{
	static const struct pair rows[] = {
		{ "- > a\n", "- > a\n" }, { "- > a\n  > b\n  >\n  > c\n",
		    "- > a b\n  >\n  > c\n" },
	};

	ok(shows(rows, ARRAY_LEN(rows), 0, false),
	    "a quote at the beginning of an item has its mark");
}

static const char *const parts[] = { "# a ", "\n", "\n\n", "- ", "1. ",
	"> ", "```\n", "`x`", "*b* ", "**c** ", "[d](e\033f) ", "\033[2J",
	"\x07", "\xc2\x9b", "\xff", "\xe2\x80\xae", "<b>", "<!-- ", "-->",
	"&#27;", "&#155;", "word ", "\t", "    ", "\\", "  \n", "- [ ] ",
	"---\n", "![g](h) ", "\r", "&#10;", "\xe6\x97\xa5 ", "<http://x/\xff>",
	"<div>\n", "\x7f" };

/* Any text: at most our own escape sequences come out. */
static bool
is_safe(const struct buf *out, bool colour)
{
	size_t i, used;
	int32_t ch;

	for (i = 0; i < out->len; i += used) {
		ch = utf8_char(out->ptr + i, out->len - i, &used);
		if (ch == '\n')
			continue;
		if (colour && ch == '\033') {
			used = strcspn(out->ptr + i, "m") + 1;
			if (out->ptr[i + 1] == '[' && used <= 5)
				continue;
		}
		if (ch < 0 || utf8_is_control((uint32_t)ch))
			return false;
	}
	return true;
}

static int
show_chance(void *ctx)
{
	struct screen_look look = { 0, false };
	struct buf b = BUF_INIT, out = BUF_INIT;
	size_t i, k;

	(void)ctx;
	for (i = 0; i < 10000; i++) {
		buf_clear(&b);
		buf_clear(&out);
		for (k = chance(30); k > 0; k--)
			buf_adds(&b, parts[chance(ARRAY_LEN(parts))]);
		look.width = chance(100);
		look.colour = one_in(2);
		screen_add(&out, buf_str(&b), b.len, &look);
		if (!row(is_safe(&out, look.colour), "%s: %s", b.ptr,
		    buf_str(&out)))
			return 1;
	}
	buf_release(&b);
	buf_release(&out);
	return 0;
}

static void
test_chance(void)
{
	struct child c;

	chance_seed(11);
	in_child(&c, show_chance, NULL);
	ok(row(c.status == 0, "status %d: %s%s", c.status, buf_str(&c.out),
	    buf_str(&c.err)), "no control character of any text is left");
	child_release(&c);
}

static void
test_deep(void)
{
	struct screen_look look = { 40, false };
	struct buf b = BUF_INIT, out = BUF_INIT;
	int i, k;

	for (i = 0; i < 60; i++) {
		for (k = 0; k < i; k++)
			buf_adds(&b, "  ");
		buf_adds(&b, "- word another word and more words\n");
	}
	buf_adds(&b, "\nafter\n");
	screen_add(&out, b.ptr, b.len, &look);
	ok(out.len > 0 && strcmp(out.ptr + out.len - 8, "\n\nafter\n") == 0,
	    "lists in lists in lists end where they should");
	buf_release(&b);
	buf_release(&out);
}

int
main(void)
{
	test_blocks();
	test_colour();
	test_wrap();
	test_empty_items();
	test_quote_in_item();
	test_chance();
	test_deep();
	return tap_done();
}
