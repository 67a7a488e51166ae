/* SPDX-License-Identifier: MIT */
/* format/mark: what a body is made of */
#include "base/compat.h"

#include "base/buf.h"
#include "format/mark.h"
#include "t/unit/scratch.h"
#include "t/unit/tap.h"

/* "2:Title(" start "," body "," end ")" and "!" where it is blank. */
static void
show_sections(struct buf *out, const char *text)
{
	struct mark_outline o = MARK_OUTLINE_INIT;
	const struct mark_section *s;
	size_t i;

	buf_clear(out);
	mark_outline(&o, text, strlen(text));
	for (i = 0; i < o.nsections; i++) {
		s = &o.sections[i];
		buf_addf(out, "%s%d:%s[%.*s]%s", i > 0 ? " " : "", s->level,
		    s->title, (int)(s->end - s->body), text + s->body,
		    s->blank ? "!" : "");
		if (i + 1 < o.nsections && s->end != o.sections[i + 1].start)
			buf_adds(out, "GAP");
	}
	mark_outline_release(&o);
	mark_outline_release(&o);
}

struct pair {
	const char	*text, *want;
};

static bool
all_sections(const struct pair *rows, size_t n)
{
	struct buf b = BUF_INIT;
	bool good = true;
	size_t i;

	for (i = 0; i < n; i++) {
		show_sections(&b, rows[i].text);
		good &= row(strcmp(buf_str(&b), rows[i].want) == 0,
		    "%s\n is: %s\n not: %s", rows[i].text, buf_str(&b),
		    rows[i].want);
	}
	buf_release(&b);
	return good;
}

static void
test_sections(void)
{
	static const struct pair rows[] = {
		{ "", "" }, { "only text\n", "" },
		{ "# A\ntext\n## B\nmore\n", "1:A[text\n] 2:B[more\n]" },
		{ "x\n\n## A\n\ny\n\n## B", "2:A[\ny\n\n] 2:B[]!" },
		{ "A\n===\n\nx\n\nB\n---\n", "1:A[\nx\n\n] 2:B[]!" },
		{ "## A ##\nx\n### Sub\ny\n## B\nz\n",
		    "2:A[x\n### Sub\ny\n] 2:B[z\n]" },
		{ "## A *b* `c` [d](e) \\* &amp;\nx\n", "2:A b c d * &[x\n]" },
		{ "```\n## No\n```\n## Yes\nx\n", "2:Yes[x\n]" },
		{ "~~~\n## No\n## No\n", "" },
		{ "> ## No\n\n- ## No\n\n## Yes\nx\n", "2:Yes[x\n]" },
		{ "<!--\n## No\n-->\n## Yes\nx\n", "2:Yes[x\n]" },
		{ "    ## No\n\n##No\n\n## Yes\nx\n", "2:Yes[x\n]" },
		{ "## A\r\nx\r\n## B\r\ny\r\n", "2:A[x\r\n] 2:B[y\r\n]" },
		{ "## A\rx\r## B\ry\r", "2:A[x\r] 2:B[y\r]" },
		{ "##\nx\n", "2:[x\n]" },
		{ "## \xc3\x84 \xe6\x97\xa5\nx\n", "2:\xc3\x84 \xe6\x97\xa5"
		    "[x\n]" },
		{ "   ## A\nx\n", "2:A[x\n]" },
	};

	static const struct pair setext[] = {
		{ "A\n===\nx\n\nB\n---\ny\n", "1:A[x\n\n] 2:B[y\n]" },
		{ "One\nTwo\n===\nx\n", "1:One Two[x\n]" },
		{ "A\n===\n## B\nx\n", "1:A[]! 2:B[x\n]" },
	};

	ok(all_sections(setext, ARRAY_LEN(setext)), "what follows an "
	    "underlined heading is its section");
	ok(all_sections(rows, ARRAY_LEN(rows)), "sections begin at headings "
	    "of level one and two outside of fences, lists, quotes and "
	    "comments");
}

static void
test_blank(void)
{
	static const struct pair rows[] = {
		{ "## A\n", "2:A[]!" }, { "## A\n\n \t\n", "2:A[\n \t\n]!" },
		{ "## A\n[what to write]\n", "2:A[[what to write]\n]!" },
		{ "## A\n<!-- why -->\n", "2:A[<!-- why -->\n]!" },
		{ "## A\n<!-- a -->\n<!--\nb\n-->\n\n[c]\n\n[d]\n",
		    "2:A[<!-- a -->\n<!--\nb\n-->\n\n[c]\n\n[d]\n]!" },
		{ "## A\n<!-- a --> <!-- b -->\n",
		    "2:A[<!-- a --> <!-- b -->\n]!" },
		{ "## A\n<!-- a --> b\n", "2:A[<!-- a --> b\n]" },
		{ "## A\n- [ ] [criterion]\n", "2:A[- [ ] [criterion]\n]!" },
		{ "## A\n- [ ]\n- \n", "2:A[- [ ]\n- \n]!" },
		{ "## A\n- [ ] x\n", "2:A[- [ ] x\n]" },
		{ "## A\n[text](url)\n", "2:A[[text](url)\n]" },
		{ "## A\n[a] and [b]\n", "2:A[[a] and [b]\n]" },
		{ "## A\n```\nx\n```\n", "2:A[```\nx\n```\n]" },
		{ "## A\n### Sub\n", "2:A[### Sub\n]!" },
		{ "## A\n> [x]\n", "2:A[> [x]\n]!" },
		{ "## A\n> x\n", "2:A[> x\n]" },
		{ "## A\n<br>\n", "2:A[<br>\n]" },
		{ "## A\n---\n", "2:A[---\n]!" },
		{ "## A\n<!-- open\n", "2:A[<!-- open\n]!" },
		{ "## A\n[x]\n\ny\n", "2:A[[x]\n\ny\n]" },
	};
	static const struct pair lines[] = {
		{ "## A\n[what]\n[why]\n", "2:A[[what]\n[why]\n]!" },
		{ "## A\n- [ ] [one]\n      [two]\n",
		    "2:A[- [ ] [one]\n      [two]\n]!" },
	};

	ok(all_sections(rows, ARRAY_LEN(rows)), "a section is blank where it "
	    "holds only comments and prompts of a template");
	ok(all_sections(lines, ARRAY_LEN(lines)),
	    "also where two such lines follow each other");
}

static void
test_find(void)
{
	static const char text[] = "# Top\n## goal\nfirst\n## Goal\nsecond\n";
	struct mark_outline o = MARK_OUTLINE_INIT;
	const struct mark_section *s;

	mark_outline(&o, text, sizeof(text) - 1);
	s = mark_find(&o, "GOAL");
	ok(s == &o.sections[1] && strcmp(s->title, "goal") == 0,
	    "finds the first section of a title in upper or lower case");
	ok(mark_find(&o, "Goals") == NULL && mark_find(&o, "") == NULL,
	    "and none where there is none");
	mark_outline_release(&o);
	mark_outline(&o, NULL, 0);
	ok(o.nsections == 0 && o.ntasks == 0, "no text has no sections");
	mark_outline_release(&o);
}

/* "x3:text@Section" for each task; a mark that is not where `at` says: ?. */
static void
show_tasks(struct buf *out, const char *text)
{
	struct mark_outline o = MARK_OUTLINE_INIT;
	const struct mark_task *t;
	size_t i;

	buf_clear(out);
	mark_outline(&o, text, strlen(text));
	for (i = 0; i < o.ntasks; i++) {
		t = &o.tasks[i];
		buf_addf(out, "%s%c:%s@%s", i > 0 ? "|" : "",
		    t->done ? 'x' : ' ', t->text, t->section == MARK_NONE ?
		    "" : o.sections[t->section].title);
		if (text[t->at - 1] != '[' || text[t->at + 1] != ']' ||
		    (text[t->at] != ' ') != t->done)
			buf_adds(out, "?");
	}
	mark_outline_release(&o);
}

static void
test_tasks(void)
{
	static const struct pair rows[] = {
		{ "- [ ] one\n- [x] two\n- [X] three\n",
		    " :one@|x:two@|x:three@" },
		{ "## A\n* [ ] one\n\n## B\n+ [x] two\n1. [ ] three\n",
		    " :one@A|x:two@B| :three@B" },
		{ "- [ ] *one* `two` [l](u)\n",
		    " :*one* `two` [l](u)@" },
		{ "- [ ] one\n  more\n\n  not this\n", " :one   more@" },
		{ "- [ ]   one\n", " :one@" },
		{ "- [ ] a\n  - [x] b\n    - [ ] c\n",
		    " :a@|x:b@| :c@" },
		{ "- plain\n  - [x] below\n", "x:below@" },
		{ "- [ ]\tone\n", " :one@" },
		{ "- [ ] one\r\n- [x] two\r\n", " :one@|x:two@" },
		{ "- [ ] \xc3\xa4\n", " :\xc3\xa4@" },
		{ "10) [x] ten\n", "x:ten@" },
		{ "- [] one\n- [  ] two\n- [y] three\n- [x]four\n", "" },
		{ "[ ] one\n", "" }, { "```\n- [ ] one\n```\n", "" },
		{ "- text [ ] one\n", "" }, { "-[ ] one\n", "" },
		{ "<!-- - [ ] one -->\n", "" },
		{ "-\n  [x] one\n", "x:one@" },
		{ "- [ ] ### one\n", " :### one@" },
		{ "- - [x] one\n", "x:one@" },
		{ "- [x](url) one\n", "" },
	};
	struct buf b = BUF_INIT;
	bool good = true;
	size_t i;

	for (i = 0; i < ARRAY_LEN(rows); i++) {
		show_tasks(&b, rows[i].text);
		good &= row(strcmp(buf_str(&b), rows[i].want) == 0,
		    "%s\n is: %s\n not: %s", rows[i].text, buf_str(&b),
		    rows[i].want);
	}
	ok(good, "finds the items of task lists, and where their marks are");
	buf_release(&b);
}

/* Bytes of any kind: offsets are within the text, and in order. */
static void
test_chance(void)
{
	static const char *const parts[] = { "# a\n", "## b\n", "- [ ] ",
	    "- [x] c\n", "> ", "```\n", "<!--", "-->", "\r\n", "\r", "\t",
	    "    ", "[x] ", "===\n", "---\n", "1. ", "\xc3\xa4", "\xff", "*",
	    "\n\n", "text ", "[p]\n", "\\", "&#10;", "<b>", "- \n" };
	struct mark_outline o = MARK_OUTLINE_INIT;
	struct buf b = BUF_INIT;
	bool good = true;
	size_t i, k, from;

	chance_seed(9);
	for (i = 0; i < 5000 && good; i++) {
		buf_clear(&b);
		for (k = chance(30); k > 0; k--)
			buf_adds(&b, parts[chance(ARRAY_LEN(parts))]);
		mark_outline(&o, buf_str(&b), b.len);
		for (from = 0, k = 0; k < o.nsections && good; k++) {
			good = o.sections[k].start >= from &&
			    o.sections[k].body >= o.sections[k].start &&
			    o.sections[k].end >= o.sections[k].body;
			from = o.sections[k].end;
		}
		good = good && from <= b.len;
		for (k = 0; k < o.ntasks && good; k++)
			good = o.tasks[k].at + 1 < b.len &&
			    b.ptr[o.tasks[k].at - 1] == '[' &&
			    b.ptr[o.tasks[k].at + 1] == ']';
		row(good, "%s", buf_str(&b));
		mark_outline_release(&o);
	}
	ok(good, "sections and marks lie within any text");
	buf_release(&b);
}

static void
test_nul(void)
{
	struct mark_outline o = MARK_OUTLINE_INIT;

	mark_outline(&o, "- [\0] one\n", 10);
	ok(o.ntasks == 0, "a NUL between the brackets is no mark");
	mark_outline_release(&o);
	mark_outline(&o, "a\0b\n## T\nx\n", 11);
	ok(o.nsections == 1 && o.sections[0].start == 4 &&
	    o.sections[0].body == 9, "a NUL elsewhere moves nothing");
	mark_outline_release(&o);
}

int
main(void)
{
	test_sections();
	test_blank();
	test_find();
	test_tasks();
	test_chance();
	test_nul();
	return tap_done();
}
