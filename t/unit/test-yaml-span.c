/* SPDX-License-Identifier: MIT */
/* format/yaml: where each value stands in the text */
#include "base/compat.h"

#include "base/err.h"
#include "format/yaml.h"
#include "t/unit/scratch.h"
#include "t/unit/tap.h"

/* The bytes of the value of `v`, wherever it is. */
static const struct { const char *text, *want; } spans[] = {
	{ "v: one\nw: 2\n", "one" },
	{ "a: 1\nv: one two # three\n", "one two" },
	{ "v:   one   \n", "one" },
	{ "v: 'it''s' # c\n", "'it''s'" },
	{ "v: \"a\\\"b\"\n", "\"a\\\"b\"" },
	{ "v: \"one\n  two\"\nw: 1\n", "\"one\n  two\"" },
	{ "v: one\n  two\n\n  three\nw: 1\n", "one\n  two\n\n  three" },
	{ "v: |\n  one\n  two\nw: 1\n", "|\n  one\n  two" },
	{ "v: |-   # why\n  one\n\n\nw: 1\n", "|-   # why\n  one" },
	{ "v: >+\n  one\n\n\nw: 1\n", ">+\n  one" },
	{ "v: |\n  one\n# comment\nw: 1\n", "|\n  one" },
	{ "v: [a, b]\nw: 1\n", "[a, b]" },
	{ "v: [a,\n    b ] # c\n", "[a,\n    b ]" },
	{ "v: {a: 1, b: [2]}\n", "{a: 1, b: [2]}" },
	{ "v: []\n", "[]" }, { "v: {}", "{}" },
	{ "v:\n  - a\n  - b # c\n\n# d\nw: 1\n", "- a\n  - b" },
	{ "v:\n- a\n- b\nw: 1\n", "- a\n- b" },
	{ "v:\n  # first\n  - a\n  # second\n  - b\n  # third\nw: 1\n",
	    "- a\n  # second\n  - b" },
	{ "v:\n  a: 1\n  b:\n    c: 2\n\nw: 1\n", "a: 1\n  b:\n    c: 2" },
	{ "v: &x one\nw: *x\n", "&x one" },
	{ "w: &x one\nv: *x # c\n", "*x" },
	{ "v: !!str one\n", "!!str one" },
	{ "v: &x\n  - a\nw: 1\n", "&x\n  - a" },
	{ "v: &x [a]\n", "&x [a]" },
	{ "v: ~\n", "~" }, { "v: null # c\n", "null" },
	{ "v:\nw: 1\n", "" }, { "v:   # c\nw: 1\n", "" }, { "v:", "" },
	{ "v: ''\n", "''" },
	{ "\"v\": one\n", "one" }, { "'v' : one\n", "one" },
	{ "? v\n: one\n", "one" },
	{ "{v: one, w: 2}\n", "one" }, { "{w: 2, v: one}", "one" },
	{ "{\"v\":\"one\"}", "\"one\"" },
	{ "v: one\r\nw: 2\r\n", "one" },
	{ "a: 1\r\nv: |\r\n  x\r\n  y\r\nw: 1\r\n", "|\r\n  x\r\n  y" },
	{ "v:\r\n  - a\r\n  - b\r\nw: 1\r\n", "- a\r\n  - b" },
	{ "   v: odd\n   w: indentation\n", "odd" },
	{ "# c\n\n\nv: one", "one" },
	{ "v: http://example.org/#x\n", "http://example.org/#x" },
	{ "v: -1\n", "-1" }, { "v: a:b\n", "a:b" },
};

static bool
span_is(const char *text, const char *want)
{
	struct yaml y = YAML_INIT;
	struct err e = ERR_INIT;
	const struct yaml_node *n;
	bool same;

	if (yaml_parse(&y, text, strlen(text), 1, &e) != 0)
		return row(false, "%s: %s", text, e.msg);
	n = yaml_member(y.root, "v");
	same = n != NULL && n->end - n->start == strlen(want) &&
	    memcmp(text + n->start, want, n->end - n->start) == 0 &&
	    (text[n->key_start] == 'v' || text[n->key_start + 1] == 'v');
	row(same, "%s: '%.*s'", text, n == NULL ? 0 :
	    (int)(n->end - n->start), n == NULL ? "" : text + n->start);
	yaml_release(&y);
	return same;
}

static void
test_spans(void)
{
	bool good = true;
	size_t i;

	for (i = 0; i < ARRAY_LEN(spans); i++)
		good &= span_is(spans[i].text, spans[i].want);
	ok(good, "knows where a value of any style begins and ends");
}

/* The same with characters before it that are more bytes than one. */
static void
test_wide(void)
{
	static const char *const before[] = { "# \xc3\xa4\n",
	    "z: \"\xe6\x97\xa5\xe6\x9c\xac\"\n", "\xc3\xb6: x\n",
	    "b: \xf0\x9f\x98\x80 # \xc2\xa0\n", "c: 'x\xc2\x85y'\n",
	    "d: |\n  \xe2\x82\xac\n\n  \xe2\x82\xac\n" };
	struct buf b = BUF_INIT;
	bool good = true;
	size_t i, k;

	for (i = 0; i < ARRAY_LEN(spans); i++) {
		if (strpbrk(spans[i].text, "{?") == spans[i].text ||
		    spans[i].text[0] == ' ')
			continue;
		for (k = 0; k < ARRAY_LEN(before); k++) {
			buf_clear(&b);
			buf_adds(&b, before[k]);
			buf_adds(&b, spans[i].text);
			good &= span_is(b.ptr, spans[i].want);
		}
	}
	ok(good, "counts bytes, not characters, behind other scripts");
	buf_release(&b);
}

static void
test_places(void)
{
	static const char text[] = "a: 1\n\xc3\xa4\xc3\xb6: [x,\n  'y']\n"
	    "b:\n  c: {d: z}\n";
	struct yaml y = YAML_INIT;
	struct err e = ERR_INIT;
	const struct yaml_node *n, *item;

	yaml_parse(&y, text, sizeof(text) - 1, 10, &e);
	n = yaml_find(y.root, "\xc3\xa4\xc3\xb6");
	ok(n->line == 11 && n->col == 5,
	    "a line is one of the file, a column one of characters");
	item = n->child->next;
	ok(item->line == 12 && item->col == 3 &&
	    memcmp(text + item->start, "'y'", 3) == 0 &&
	    item->end - item->start == 3 && item->style == '\'',
	    "items have their place");
	n = yaml_find(yaml_find(yaml_find(y.root, "b"), "c"), "d");
	ok(n->line == 14 && n->col == 10 && text[n->start] == 'z' &&
	    text[n->key_start] == 'd', "so do values within values");
	ok(y.root->kind == YAML_MAP && y.root->style == 0 &&
	    y.root->start == 0 && y.root->line == 10,
	    "and the whole");
	yaml_release(&y);
}

/* A text of such values; that of `v` is between others. */
static void
make_text(struct buf *b, const char **want)
{
	size_t k, n = 1 + chance(8), at = chance(n);
	const char *v;
	bool block;

	buf_clear(b);
	for (k = 0; k < n; k++) {
		v = spans[chance(16)].want;
		block = v[0] == '|' || v[0] == '>';
		if (one_in(4))
			buf_adds(b, "# \xc3\xa4\n");
		if (k == at)
			buf_adds(b, "v:");
		else
			buf_addf(b, "k%zu:", k);
		buf_addf(b, "%s%s%s\n", v[0] == '-' ? "\n  " : " ", v,
		    one_in(3) && !block ? " # \xe2\x82\xac" : "");
		if (k == at)
			*want = v;
	}
}

static void
test_chance(void)
{
	struct buf b = BUF_INIT;
	const char *want = NULL;
	bool good = true;
	int i;

	chance_seed(8);
	for (i = 0; i < 5000 && good; i++) {
		make_text(&b, &want);
		good = span_is(b.ptr, want);
	}
	ok(good, "in thousands of texts made of such values, too");
	buf_release(&b);
}

int
main(void)
{
	test_spans();
	test_wide();
	test_places();
	test_chance();
	return tap_done();
}
