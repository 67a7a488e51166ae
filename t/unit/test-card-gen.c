/* SPDX-License-Identifier: MIT */
/* board/card: the property, over thousands of cards made by chance */
#include "base/compat.h"

#include "base/err.h"
#include "base/strvec.h"
#include "board/card.h"
#include "t/unit/cardprop.h"
#include "t/unit/scratch.h"
#include "t/unit/tap.h"

static const char *const keys[] = { "task_id", "task_name", "stage",
	"priority", "tags", "depends_on", "blocked_by", "effort_estimate",
	"current_dri", "\xc3\xa4rger", "x-own" };

/* Values of the members; "\n" stands for a line end and `%` for the indent. */
static const char *const styles[] = {
	" P1", " plain words here", " 'single'", " 'it''s # not: a comment'",
	" \"double\"", " \"esc \\\" \\u00e4 \\n\"", " \"two\n%  lines\"",
	" 'two\n%  lines'", " plain over\n%  two\n%  lines",
	" |\n%  literal\n%  lines", " |\n%  literal\n\n%  gap\n\n",
	" |-\n%  strip", " |+\n%  keep\n\n", " >\n%  folded\n%  text",
	" >2\n%    deeper", " | # why\n%  literal",
	" [a, b, 'c d']", " []", " [a,\n%  b,  # c\n%  c\n% ]",
	"\n%  - a\n%  - b", "\n%- a\n%- b", "\n%  # first\n%  - a\n\n%  - b",
	"\n%    - deep\n%    - 'er'", " {a: 1, b: [x]}",
	"\n%  a: 1\n%  b: 2", "", " ", "   ", " ~", " null", " ''", " \"\"",
	" 0042", " 2025-10-18", " \xe6\x97\xa5\xe6\x9c\xac",
	" \"\xf0\x9f\x98\x80 \xc3\xa4\"", " http://x/#y", " -1", " !!str P1",
	" &NAME P1", " &NAME 'anchored'", " &NAME [a, b]",
	" &NAME\n%  - a\n%  - b", " *LAST", " - no", " @", "\t P1", " a\\b",
	" !!str\n%  P1", " |\n%  last line\n%  # no comment", " no",
};

static const char *const comments[] = { "# comment", "#", "  # indented",
	"# \xe6\x97\xa5\xe6\x9c\xac: x", "", "", "  ", "# key: value" };

struct gen {
	struct buf	*out;
	int		 indent;
	int		 anchors;	/* names given so far */
	bool		 crlf;
};

static void
add_indent(struct gen *g)
{
	int i;

	for (i = 0; i < g->indent; i++)
		buf_addc(g->out, ' ');
}

static void
add_eol(struct gen *g)
{
	buf_adds(g->out, g->crlf ? "\r\n" : "\n");
}

/* The style, with indent, line ends and anchors put in. */
static void
add_style(struct gen *g, const char *style)
{
	for (; *style != '\0'; style++) {
		if (*style == '\n') {
			add_eol(g);
		} else if (*style == '%') {
			add_indent(g);
		} else if (strncmp(style, "NAME", 4) == 0) {
			buf_addf(g->out, "n%d", g->anchors++);
			style += 3;
		} else if (strncmp(style, "LAST", 4) == 0) {
			buf_addf(g->out, "n%d", (int)chance((uint64_t)
			    g->anchors));
			style += 3;
		} else {
			buf_addc(g->out, *style);
		}
	}
}

static const char *
choose_style(const struct gen *g)
{
	const char *style;

	do {
		style = styles[chance(ARRAY_LEN(styles))];
	} while (g->anchors == 0 && strstr(style, "LAST") != NULL);
	return style;
}

static void
add_member(struct gen *g, const char *key)
{
	const char *style = choose_style(g);
	bool block = strpbrk(style, "|>") != NULL;

	while (one_in(4)) {
		buf_adds(g->out, comments[chance(ARRAY_LEN(comments))]);
		add_eol(g);
	}
	add_indent(g);
	if (one_in(12))
		buf_addf(g->out, "\"%s\"", key);
	else if (one_in(20))
		buf_addf(g->out, "'%s' ", key);
	else if (one_in(30))
		buf_addf(g->out, "? %s%s", key, g->crlf ? "\r\n" : "\n");
	else
		buf_adds(g->out, key);
	if (g->out->ptr[g->out->len - 1] == '\n')
		add_indent(g);
	buf_addc(g->out, ':');
	add_style(g, style);
	if (!block && one_in(4))
		buf_adds(g->out, one_in(2) ? "  # why" : "   ");
	add_eol(g);
}

/* {priority: P1, "stage": x}, over one line or several. */
static void
add_braces(struct gen *g, size_t n)
{
	static const char *const values[] = { " P1", " 'x'", " \"y z\"", "",
	    " [a, b]", " {}", " ~" };
	size_t i;

	buf_addc(g->out, '{');
	for (i = 0; i < n; i++) {
		buf_addf(g->out, "%s%s", i == 0 ? "" : ",",
		    one_in(3) ? "\n  " : " ");
		if (one_in(8))
			buf_adds(g->out, keys[i]);
		else
			buf_addf(g->out, "%s:%s", keys[i],
			    values[chance(ARRAY_LEN(values))]);
	}
	buf_adds(g->out, one_in(2) ? "}\n" : "\n}\n# end\n");
}

static void
add_body(struct gen *g)
{
	static const char *const lines[] = { "# Title", "", "---", "text",
	    "- [ ] one", "priority: no", "```", "\xc3\xa4", "\xff\xfe",
	    "  ", "a\r", "\t" };
	size_t i;

	if (one_in(10))
		return;
	if (one_in(10))
		buf_adds(g->out, "  ");
	add_eol(g);
	for (i = chance(8); i > 0; i--) {
		buf_adds(g->out, lines[chance(ARRAY_LEN(lines))]);
		if (i > 1 || one_in(2))
			add_eol(g);
	}
}

static void
make_card(struct buf *out)
{
	struct gen g = { .out = out, .crlf = one_in(4),
	    .indent = one_in(4) ? (int)chance(5) : 0 };
	size_t order[ARRAY_LEN(keys)], i, k, t, n = chance(ARRAY_LEN(keys));

	buf_clear(out);
	if (one_in(8))
		buf_adds(out, "\xef\xbb\xbf");
	buf_adds(out, one_in(10) ? "--- " : "---");
	add_eol(&g);
	for (i = 0; i < ARRAY_LEN(keys); i++)
		order[i] = i;
	for (i = 0; i < ARRAY_LEN(keys); i++) {
		k = chance(ARRAY_LEN(keys));
		t = order[i];
		order[i] = order[k];
		order[k] = t;
	}
	if (one_in(20))
		add_braces(&g, n);
	else
		for (i = 0; i < n; i++)
			add_member(&g, keys[order[i]]);
	while (one_in(6)) {
		buf_adds(out, comments[chance(ARRAY_LEN(comments))]);
		add_eol(&g);
	}
	buf_adds(out, "---");
	add_body(&g);
}

static const char *const values[] = { "P2", "active", "", "two words",
	"it's", "\"quoted\"", "back\\slash", "a: b", "# no comment", "- item",
	"@alice", "TASK-0042", "line\nbreak", "tab\tstop", " blank around ",
	"\xc3\xa4\xe6\x97\xa5\xf0\x9f\x98\x80", "null", "~", "yes", "0042",
	"{x}", "[x]", "*star", "&amp", "!bang", "%percent", "|", ">", "'",
	"a, b", "\x01\x1b", "\x7f", "nel\xc2\x85x", "ls\xe2\x80\xa8x",
	"ps\xe2\x80\xa9x", "bom\xef\xbb\xbfx", "trailing\\", "---", "...",
	"\r\n", "x\r", NULL };

static bool
try_scalar(const struct buf *card)
{
	struct want w = { .key = keys[chance(ARRAY_LEN(keys))] };

	w.value = values[chance(ARRAY_LEN(values))];
	return card_keeps(card, &w);
}

static bool
try_list(const struct buf *card)
{
	struct want w = { .key = keys[chance(ARRAY_LEN(keys))] };
	struct strvec list = STRVEC_INIT;
	const char *v;
	size_t n;
	bool good;

	for (n = chance(4); n > 0; n--)
		if ((v = values[chance(ARRAY_LEN(values))]) != NULL)
			strvec_add(&list, v);
	w.list = &list;
	good = card_keeps(card, &w);
	strvec_release(&list);
	return good;
}

static bool
parses(const struct buf *text)
{
	struct card c = CARD_INIT;
	struct err e = ERR_INIT;
	bool does = card_parse(&c, text->ptr, text->len, &e) == 0;

	card_release(&c);
	return does;
}

int
main(void)
{
	struct buf card = BUF_INIT;
	size_t made = 0, bad_scalars = 0, bad_lists = 0, i;

	chance_seed(12);
	for (i = 0; i < 60000 && made < 12000; i++) {
		make_card(&card);
		if (!parses(&card))
			continue;
		made++;
		if (bad_scalars < 5)
			bad_scalars += !try_scalar(&card);
		if (bad_lists < 5)
			bad_lists += !try_list(&card);
	}
	ok(made == 12000, "twelve thousand cards are made by chance");
	is_int((intmax_t)bad_scalars, 0, "setting a key of any of them to a "
	    "text or to null changes that value and no other byte");
	is_int((intmax_t)bad_lists, 0, "so does setting it to a list");
	ok(cards_refused < made / 4, "few of them are refused");
	buf_release(&card);
	return tap_done();
}
