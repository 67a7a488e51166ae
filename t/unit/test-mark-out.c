/* SPDX-License-Identifier: MIT */
/* format/mark: text within a section, HTML, walking */
#include "base/compat.h"

#include "base/buf.h"
#include "format/mark.h"
#include "t/unit/scratch.h"
#include "t/unit/tap.h"

struct pair {
	const char	*text, *want;
};

typedef void adder(struct buf *out, const char *text, size_t len);

static bool
all_are(adder *add, const struct pair *rows, size_t n)
{
	struct buf b = BUF_INIT;
	bool good = true;
	size_t i;

	for (i = 0; i < n; i++) {
		buf_clear(&b);
		add(&b, rows[i].text, strlen(rows[i].text));
		good &= row(strcmp(buf_str(&b), rows[i].want) == 0,
		    "%s\n is: %s\n not: %s", rows[i].text, buf_str(&b),
		    rows[i].want);
	}
	buf_release(&b);
	return good;
}

static void
test_nested(void)
{
	static const struct pair rows[] = {
		{ "", "" }, { "text\n", "text\n" },
		{ "no newline", "no newline" },
		{ "# A\nx\n## B\ny\n### C\n", "### A\nx\n#### B\ny\n### C\n" },
		{ "A\n===\n\nx\n\nB\n---\n", "### A\n\nx\n\n#### B\n" },
		{ "> # quoted\n\n- # listed\n", "> # quoted\n\n- # listed\n" },
		{ "```\n# code\n```\n", "```\n# code\n```\n" },
		{ "x\r\ny\r\n", "x\r\ny\r\n" },
		{ "- [ ] a\n- [x] b\n", "- [ ] a\n- [x] b\n" },
	};
	static const struct pair markup[] = {
		{ "# See [it](http://x/) *now* `a*b`\n",
		    "### See [it](http://x/) *now* `a*b`\n" },
		{ "# a \\* b \\* c\n", "### a \\* b \\* c\n" },
	};

	static const struct pair setext[] = {
		{ "One\nTwo\n===\nx\n", "### One Two\nx\n" },
		{ "A\n---\nx\n", "#### A\nx\n" },
	};

	ok(all_are(mark_add_nested, setext, ARRAY_LEN(setext)),
	    "no line behind an underlined heading is lost");
	ok(all_are(mark_add_nested, rows, ARRAY_LEN(rows)),
	    "headings become level three or lower, all else stays");
	ok(all_are(mark_add_nested, markup, ARRAY_LEN(markup)),
	    "and keep their links, emphasis and escapes");
}

static int
nest_two(void *ctx)
{
	static const struct pair two[] = {
		{ "A\n===\n## B\nx\n", "### A\n#### B\nx\n" },
	};

	(void)ctx;
	return all_are(mark_add_nested, two, 1) ? 0 : 1;
}

static void
test_two(void)
{
	struct child c;

	in_child(&c, nest_two, NULL);
	ok(row(c.status == 0, "status %d: %s%s", c.status, buf_str(&c.out),
	    buf_str(&c.err)), "two headings may follow each other");
	child_release(&c);
}

/* True where a heading behind the nested text is one. */
static bool
is_closed(const char *text)
{
	struct mark_outline o = MARK_OUTLINE_INIT;
	struct buf b = BUF_INIT;
	bool closed;

	mark_add_nested(&b, text, strlen(text));
	closed = strncmp(buf_str(&b), text, strlen(text)) == 0 ||
	    strpbrk(text, "#=") != NULL;
	buf_adds(&b, "\n\n## After\n\nx\n");
	mark_outline(&o, b.ptr, b.len);
	closed = closed && o.nsections == 1 &&
	    strcmp(o.sections[0].title, "After") == 0;
	row(closed, "%s", b.ptr);
	mark_outline_release(&o);
	buf_release(&b);
	return closed;
}

static void
test_closed(void)
{
	static const char *const rows[] = { "", "x", "```\nopen",
	    "```c\nopen\n", "``````\nopen\n```\n", "~~~\nopen ```\n",
	    "~~~~~\n````\n", "<!-- open", "<!-- open\n\nmore\n",
	    "<?php open\n", "<![CDATA[ open\n", "<!DOCTYPE open\n",
	    "<script>\nopen\n\n", "<pre>\n\nopen", "<style>\n\nopen",
	    "- ```\n  open\n", "> ```\n> open\n", "# A\n```\n# B\n",
	    "<div>\nopen\n", "<textarea>\n\nopen\n", "[ref]: /url\n",
	    "| a |\n|---|\n", "    code\n",
	    "1. a\n\n   ```\n   open\n", "<!-- a -->\n```\n<!-- b\n",
	    "```\n<!--\n```\n<!--\n" };
	bool good = true;
	size_t i;

	for (i = 0; i < ARRAY_LEN(rows); i++)
		good &= is_closed(rows[i]);
	ok(good, "whatever a text leaves open is closed behind it");
}

static void
test_closed_chance(void)
{
	static const char *const parts[] = { "```\n", "~~~~\n", "<!-- ",
	    "-->\n", "<script>\n", "</script>\n", "<?", "?>\n", "<![CDATA[",
	    "]]>\n", "<pre>\n", "text\n", "\n", "- a\n", "> b\n", "````x\n",
	    "  ", "<!X\n", "1. c\n", "`", "~", "\t", "<style>\n" };
	struct buf b = BUF_INIT;
	bool good = true;
	size_t i, k;

	chance_seed(10);
	for (i = 0; i < 5000 && good; i++) {
		buf_clear(&b);
		for (k = chance(12); k > 0; k--)
			buf_adds(&b, parts[chance(ARRAY_LEN(parts))]);
		good = is_closed(buf_str(&b));
	}
	ok(good, "thousands of texts full of fences and comments as well");
	buf_release(&b);
}

static void
test_html(void)
{
	static const struct pair rows[] = {
		{ "a *b* **c** `d`\n", "<p>a <em>b</em> <strong>c</strong> "
		    "<code>d</code></p>\n" },
		{ "a <b & \"c\"\n", "<p>a &lt;b &amp; &quot;c&quot;</p>\n" },
		{ "[x](http://y/?a=1&b=2)\n",
		    "<p><a href=\"http://y/?a=1&amp;b=2\">x</a></p>\n" },
		{ "[x](javascript:alert(1))\n",
		    "<p><a href=\"\">x</a></p>\n" },
		{ "![x](data:text/html;base64,YQ==)\n",
		    "<p><img src=\"\" alt=\"x\" /></p>\n" },
		{ "<script>alert(1)</script>\n",
		    "<!-- raw HTML omitted -->\n" },
		{ "a <img src=x onerror=y> b\n",
		    "<p>a <!-- raw HTML omitted --> b</p>\n" },
		{ "- [ ] one\n- [x] *two*\n- three\n",
		    "<ul>\n<li><input type=\"checkbox\" disabled> one</li>\n"
		    "<li><input type=\"checkbox\" checked disabled> "
		    "<em>two</em></li>\n<li>three</li>\n</ul>\n" },
		{ "", "" },
	};
	struct buf b = BUF_INIT;

	ok(all_are(mark_add_html, rows, ARRAY_LEN(rows)),
	    "HTML has checkboxes, and neither raw HTML nor unsafe links");
	mark_add_html(&b, NULL, 0);
	is_str(buf_str(&b), "", "no text is no HTML");
	buf_release(&b);
}

static void
add_event(const struct mark_event *m, void *ctx)
{
	static const char *const words[] = { "doc", "quote", "list", "item",
	    "code", "html", "p", "h", "rule", "text", "soft", "br", "c", "em",
	    "strong", "link" };
	struct buf *b = ctx;

	if (m->kind == MARK_DOCUMENT)
		return;
	buf_addf(b, "%s%s", m->enter ? "" : "/", words[m->kind]);
	if (m->text != NULL && m->enter)
		buf_addf(b, "'%s'", m->text);
	if (m->kind == MARK_HEADING && m->enter)
		buf_addf(b, "%d", m->level);
	if (m->kind == MARK_ITEM && m->enter)
		buf_addf(b, "%d%s", m->number, m->task == 0 ? "" :
		    m->task == 'x' ? "[x]" : "[ ]");
	if (m->tight && m->kind == MARK_PARAGRAPH && m->enter)
		buf_adds(b, "t");
	buf_addc(b, ' ');
}

static void
walk(struct buf *out, const char *text, size_t len)
{
	mark_walk(text, len, add_event, out);
}

static void
test_walk(void)
{
	static const struct pair rows[] = {
		{ "# A\nb *c* **d** `e`\nf  \ng\n",
		    "h1 text'A' /h p text'b ' em text'c' /em text' ' strong "
		    "text'd' /strong text' ' c'e' soft text'f' br text'g' "
		    "/p " },
		{ "> a\n", "quote p text'a' /p /quote " },
		{ "- a\n- b\n", "list item0 pt text'a' /p /item "
		    "item0 pt text'b' /p /item /list " },
		{ "- a\n\n- b\n", "list item0 p text'a' /p /item "
		    "item0 p text'b' /p /item /list " },
		{ "3. a\n4. b\n", "list item3 pt text'a' /p /item "
		    "item4 pt text'b' /p /item /list " },
		{ "- [ ] a\n- [x] b\n", "list item0[ ] pt text'a' /p /item "
		    "item0[x] pt text'b' /p /item /list " },
		{ "```\nx\n```\n---\n", "code'x\n' rule " },
		{ "[a](u)\n", "p link'u' text'a' /link /p " },
		{ "![a](u)\n", "p link'u' text'a' /link /p " },
		{ "<div>\n", "html'<div>\n' " },
		{ "<!-- x -->\n\na\n", "p text'a' /p " },
		{ "a <b>c\n", "p text'a ' text'<b>' text'c' /p " },
		{ "- [ ]\n", "list item0[ ] pt text'' /p /item /list " },
	};
	static const struct pair comment[] = {
		{ "a <!-- x --> b\n", "p text'a ' text' b' /p " },
	};

	ok(all_are(walk, rows, ARRAY_LEN(rows)),
	    "walks through blocks and text in order");
	ok(all_are(walk, comment, ARRAY_LEN(comment)),
	    "comments are left out within a line, too");
}

static void
count(const struct mark_event *m, void *ctx)
{
	*(int *)ctx += m->enter && m->kind == MARK_ITEM;
}

/* What is slow by the square takes minutes here. */
static int
walk_items(void *ctx)
{
	struct buf b = BUF_INIT;
	int n = 0, i;

	alarm(20);
	for (i = 0; i < 200000; i++)
		buf_adds(&b, ctx);
	mark_walk(b.ptr, b.len, count, &n);
	buf_release(&b);
	return n != 200000;
}

static int
walk_quotes(void *ctx)
{
	struct buf b = BUF_INIT;
	int n = 0, i;

	(void)ctx;
	alarm(20);
	for (i = 0; i < 5000; i++)
		buf_adds(&b, "> ");
	buf_adds(&b, "- a\n");
	mark_walk(b.ptr, b.len, count, &n);
	buf_release(&b);
	return n != 1;
}

static void
test_large(void)
{
	static char bullet[] = "- a\n", number[] = "1. a\n";
	struct child c;

	in_child(&c, walk_items, bullet);
	is_int(c.status, 0, "walks through a list of 200,000 items");
	child_release(&c);
	in_child(&c, walk_items, number);
	is_int(c.status, 0, "also where they are numbered");
	child_release(&c);
	in_child(&c, walk_quotes, NULL);
	is_int(c.status, 0, "and through thousands of quotes in quotes");
	child_release(&c);
}

int
main(void)
{
	test_nested();
	test_two();
	test_closed();
	test_closed_chance();
	test_html();
	test_walk();
	test_large();
	return tap_done();
}
