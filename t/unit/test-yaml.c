/* SPDX-License-Identifier: MIT */
/* format/yaml: values, kinds and errors (spans: test-yaml-span.c) */
#include "base/compat.h"

#include "base/err.h"
#include "base/strvec.h"
#include "base/utf8.h"
#include "format/yaml.h"
#include "t/unit/scratch.h"
#include "t/unit/tap.h"

static void
parse(struct yaml *y, const char *text)
{
	struct err e = ERR_INIT;

	yaml_release(y);
	if (yaml_parse(y, text, strlen(text), 1, &e) != 0)
		bail("%s: %s", text, e.msg);
}

static bool
value_is(const struct yaml *y, const char *key, const char *want)
{
	const char *got = yaml_text(yaml_find(y->root, key));

	return row(got == want || (got != NULL && want != NULL &&
	    strcmp(got, want) == 0), "%s: %s", key, got);
}

static void
test_scalars(void)
{
	struct yaml y = YAML_INIT;

	parse(&y, "no: no\nid: 0042\nversion: 1.0\nhex: 0x10\n"
	    "date: 2025-10-18\nplain: a b # c\nq: 'it''s'\n"
	    "d: \"a\\tb\\u00e4\\\"\"\nurl: http://x/#y\n"
	    "multi: one\n  two\n\n  three\n");
	ok(value_is(&y, "no", "no") && value_is(&y, "id", "0042") &&
	    value_is(&y, "version", "1.0") && value_is(&y, "hex", "0x10") &&
	    value_is(&y, "date", "2025-10-18"),
	    "values are the text that was written");
	ok(value_is(&y, "plain", "a b") && value_is(&y, "q", "it's") &&
	    value_is(&y, "d", "a\tb\xc3\xa4\"") &&
	    value_is(&y, "url", "http://x/#y") &&
	    value_is(&y, "multi", "one two\nthree"),
	    "plain, single and double quoted ones, over several lines");
	parse(&y, "a: |\n  one\n   two\n\n  three\nb: >-\n  one\n  two\n"
	    "c: |+\n  x\n\nd: |2\n    y\n");
	ok(value_is(&y, "a", "one\n two\n\nthree\n") &&
	    value_is(&y, "b", "one two") && value_is(&y, "c", "x\n\n") &&
	    value_is(&y, "d", "  y\n"), "literal and folded blocks");
	ok(yaml_find(y.root, "a")->style == '|' &&
	    yaml_find(y.root, "b")->style == '>', "which are told apart");
	yaml_release(&y);
	yaml_release(&y);
	ok(y.root == NULL, "releasing twice is no harm");
}

static void
test_null(void)
{
	static const char *const nulls[] = { "a", "b", "c", "d", "e" };
	static const char *const texts[] = { "f", "g", "h", "i" };
	struct yaml y = YAML_INIT;
	bool good = true;
	size_t i;

	parse(&y, "a:\nb: ~\nc: null\nd: Null\ne: NULL\nf: ''\ng: \"null\"\n"
	    "h: nULL\ni: 'null'\n");
	for (i = 0; i < ARRAY_LEN(nulls); i++)
		good &= row(yaml_is_null(yaml_find(y.root, nulls[i])) &&
		    yaml_text(yaml_find(y.root, nulls[i])) == NULL, "%s",
		    nulls[i]);
	for (i = 0; i < ARRAY_LEN(texts); i++)
		good &= row(!yaml_is_null(yaml_find(y.root, texts[i])) &&
		    yaml_text(yaml_find(y.root, texts[i])) != NULL, "%s",
		    texts[i]);
	ok(good, "nothing, ~ and null are null; quoted they are text");
	ok(yaml_is_null(NULL) && yaml_text(NULL) == NULL &&
	    yaml_find(NULL, "a") == NULL && yaml_follow(NULL) == NULL &&
	    yaml_find(y.root->child, "a") == NULL,
	    "nothing may be asked about");
	yaml_release(&y);
}

static bool
list_is(const struct yaml *y, const char *key, const char *want)
{
	struct strvec sv = STRVEC_INIT;
	struct buf b = BUF_INIT;
	bool same;
	size_t i;

	if (yaml_list(yaml_member(y->root, key), &sv) != 0)
		buf_adds(&b, "!");
	for (i = 0; i < sv.n && b.len < 1000; i++)
		buf_addf(&b, "[%s]", sv.v[i]);
	same = strcmp(buf_str(&b), want) == 0;
	row(same, "%s: %s", key, buf_str(&b));
	strvec_release(&sv);
	buf_release(&b);
	return same;
}

static void
test_lists(void)
{
	struct yaml y = YAML_INIT;

	parse(&y, "a: [x, 'y z', \"\"]\nb:\n  - x\n  - 1\nc:\n- x\n- y\n"
	    "d: one\ne: []\nf:\ng: [x, [y]]\nh: {a: b}\ni: [x, ]\n"
	    "j: [x, ~]\nk: [&n x, *n]\nl: *n\n");
	ok(list_is(&y, "a", "[x][y z][]") && list_is(&y, "b", "[x][1]") &&
	    list_is(&y, "c", "[x][y]") && list_is(&y, "i", "[x]"),
	    "lists in flow and block style give their texts");
	ok(list_is(&y, "d", "[one]") && list_is(&y, "e", "") &&
	    list_is(&y, "f", "") && list_is(&y, "no", ""),
	    "a scalar is a list of one, null an empty one");
	ok(list_is(&y, "k", "[x][x]") && list_is(&y, "l", "[x]"),
	    "aliases in a list are followed");
	ok(list_is(&y, "g", "![x]") && list_is(&y, "h", "!") &&
	    list_is(&y, "j", "![x]"), "what is no text is no item");
	yaml_release(&y);
}

static void
test_aliases(void)
{
	struct yaml y = YAML_INIT;
	const struct yaml_node *a, *b;

	parse(&y, "base: &b {name: x, tags: [p, q]}\nuse: *b\n"
	    "p: &p P1\nq: *p\nr: &s other\n");
	a = yaml_member(y.root, "use");
	b = yaml_find(y.root, "base");
	ok(a->kind == YAML_ALIAS && yaml_find(y.root, "use") == b &&
	    yaml_follow(a) == b, "an alias leads to the node, not to a copy");
	is_str(yaml_text(yaml_find(yaml_find(y.root, "use"), "name")), "x",
	    "and to what is in it");
	ok(value_is(&y, "q", "P1"), "an alias of a text has its text");
	ok(b->shared && yaml_find(y.root, "p")->shared &&
	    !yaml_find(y.root, "r")->shared,
	    "a node that an alias leads to is marked");
	yaml_release(&y);
}

static void
test_documents(void)
{
	struct yaml y = YAML_INIT;
	struct err e = ERR_INIT;

	parse(&y, "");
	ok(y.root == NULL, "an empty text holds nothing");
	parse(&y, "# only a comment\n\n");
	ok(y.root == NULL, "nor does a comment");
	ok(yaml_parse(&y, NULL, 0, 1, &e) == 0 && y.root == NULL,
	    "nor does no text");
	parse(&y, "just text");
	is_str(yaml_text(y.root), "just text", "a document may be one text");
	parse(&y, "a: 1\r\nb: 'x'\r\n");
	ok(value_is(&y, "a", "1") && value_is(&y, "b", "x"),
	    "lines may end with CRLF");
	parse(&y, "? a\n: 1\n? b\n");
	ok(value_is(&y, "a", "1") && value_is(&y, "b", NULL),
	    "keys may have a question mark");
	yaml_release(&y);
}

static const struct { const char *text, *want; } errors[] = {
	{ "a: 1\nb: @x\n", "2:4: a value may not begin with '@': "
	    "put it in quotes" },
	{ "a: `x`\n", "1:4: a value may not begin with '`': "
	    "put it in quotes" },
	{ "a:\n\tb: 1\n", "2:1: a tab may not indent: use spaces" },
	{ "a: 1\na: 2\n", "2:1: the key 'a' is there twice" },
	{ "a: {b: 1, b: 2}\n", "1:11: the key 'b' is there twice" },
	{ "a: *x\n", "1:4: an alias to an anchor that is not there" },
	{ "a: &x [*x]\n", "1:8: an alias to what it stands in" },
	{ "a: &x {b: [1, *x]}\n", "1:15: an alias to what it stands in" },
	{ "a: 1\n---\nb: 2\n", "2:1: a second document" },
	{ "[a, b]: 1\n", "1:1: a key must be a word" },
	{ "? {a: b}\n: 1\n", "1:3: a key must be a word" },
	{ "a: \"x\\0y\"\n", "1:4: a value holds a NUL" },
	{ "\"x\\0y\": a\n", "1:1: a key holds a NUL" },
};

static void
test_errors(void)
{
	static const char *const others[] = { "a: [1\n", "a: 'x\n", "a: \"x",
	    "a: b: c\n", "- a\nb: c\n", "a: 1\n b: 2\n", "a: }\n",
	    "a: \"\\q\"\n", "a: !<x y\n", "%YAML 3\n---\na: 1\n",
	    "a: \x01\n", "a: \xff\n", "a: \xc3\n", "a: \xed\xa0\x80\n" };
	struct yaml y = YAML_INIT;
	struct err e = ERR_INIT;
	bool good = true;
	size_t i;
	char c;

	for (i = 0; i < ARRAY_LEN(errors); i++) {
		good &= row(yaml_parse(&y, errors[i].text,
		    strlen(errors[i].text), 1, &e) == -1 &&
		    e.status == EX_DATAERR &&
		    strcmp(e.msg, errors[i].want) == 0, "%s: %s",
		    errors[i].text, e.msg);
		yaml_release(&y);
	}
	ok(good, "says what is wrong in words of a person, with line and "
	    "column");
	for (good = true, i = 0; i < ARRAY_LEN(others); i++) {
		good &= row(yaml_parse(&y, others[i], strlen(others[i]), 7,
		    &e) == -1 && e.status == EX_DATAERR &&
		    sscanf(e.msg, "%*d:%*d: %c", &c) == 1 &&
		    e.msg[0] >= '7', "%s: %s", others[i], e.msg);
		yaml_release(&y);
	}
	ok(good, "whatever is no YAML is EX_DATAERR, with the line of its "
	    "file");
	ok(yaml_parse(&y, "a: 1\nb: \xc3\xa4\xff\n", 13, 2, &e) == -1 &&
	    strncmp(e.msg, "3:", 2) == 0,
	    "bytes that are not UTF-8 are found in their line");
	yaml_release(&y);
}

/* 0 where it is read. */
static int
status_of(const struct buf *b, struct err *e)
{
	struct yaml y = YAML_INIT;
	int rc = yaml_parse(&y, buf_str(b), b->len, 1, e);

	yaml_release(&y);
	return rc == 0 ? 0 : e->status;
}

static void
repeat(struct buf *b, const char *before, const char *fmt, int n)
{
	int i;

	buf_clear(b);
	buf_adds(b, before);
	for (i = 0; i < n; i++) {
		if (strstr(fmt, "%d") != NULL) {
			buf_addf(b, "k%d", i);
			buf_adds(b, fmt + 2);
		} else {
			buf_adds(b, fmt);
		}
	}
}

static void
test_limits(void)
{
	struct buf b = BUF_INIT;
	struct err e = ERR_INIT;

	repeat(&b, "", "- ", YAML_DEPTH_MAX);
	is_int(status_of(&b, &e), 0, "as many levels as may be are read");
	repeat(&b, "", "- ", YAML_DEPTH_MAX + 1);
	ok(status_of(&b, &e) == EX_DATAERR && strstr(e.msg,
	    "nested too deeply") != NULL, "one level more is an error");
	repeat(&b, "", "[", 100000);
	is_int(status_of(&b, &e), EX_DATAERR, "so are a hundred thousand");
	repeat(&b, "", "%d: 1\n", YAML_MEMBERS_MAX);
	is_int(status_of(&b, &e), 0, "as many keys as may be are read");
	repeat(&b, "", "%d: 1\n", YAML_MEMBERS_MAX + 1);
	ok(status_of(&b, &e) == EX_DATAERR && strstr(e.msg, "too many keys")
	    != NULL, "one key more is an error");
	repeat(&b, "", "- 1\n", YAML_NODES_MAX - 1);
	is_int(status_of(&b, &e), 0, "as many values as may be are read");
	repeat(&b, "", "- 1\n", YAML_NODES_MAX);
	ok(status_of(&b, &e) == EX_DATAERR && strstr(e.msg,
	    "too many values") != NULL, "one value more is an error");
	repeat(&b, "", "- &a x\n", YAML_ANCHORS_MAX);
	is_int(status_of(&b, &e), 0, "as many anchors as may be are read");
	repeat(&b, "", "- &a x\n", YAML_ANCHORS_MAX + 1);
	ok(status_of(&b, &e) == EX_DATAERR && strstr(e.msg,
	    "too many anchors") != NULL, "one anchor more is an error");
	buf_release(&b);
}

/* So many levels, each of nine aliases to the one before. */
static void
add_bomb(struct buf *b, int levels)
{
	int i, k;

	buf_clear(b);
	buf_adds(b, "a0: &a0 [x]\n");
	for (i = 1; i <= levels; i++) {
		buf_addf(b, "a%d: &a%d [", i, i);
		for (k = 0; k < 9; k++)
			buf_addf(b, "%s*a%d", k > 0 ? ", " : "", i - 1);
		buf_adds(b, "]\n");
	}
}

/* The ten lines that become a thousand million where aliases are copied. */
static void
test_bomb(void)
{
	struct buf b = BUF_INIT;
	struct yaml y = YAML_INIT;
	struct err e = ERR_INIT;
	const struct yaml_node *n;
	size_t made = 0;

	add_bomb(&b, 3);
	ok(yaml_parse(&y, b.ptr, b.len, 1, &e) == 0,
	    "aliases of aliases of aliases are read");
	for (n = y.made; n != NULL; n = n->made)
		made++;
	ok(made < 50, "and are no more than the text is");
	yaml_release(&y);
	add_bomb(&b, 19);
	ok(status_of(&b, &e) == EX_DATAERR && strstr(e.msg, "with its "
	    "aliases there are too many values") != NULL,
	    "but not where they would be too many, were they copies");
	buf_release(&b);
}

static void
test_plain(void)
{
	static const char *const plain[] = { "active", "P1", "XS", "a-b_c",
	    "Yess", "nul", "A0" };
	static const char *const other[] = { "", "1", "0042", "-a", "_a",
	    "a b", "a:", "@a", "null", "NULL", "yes", "No", "TRUE", "false",
	    "on", "Off", "y", "N", "\xc3\xa4", "a#", "a\n", "~", "1.0",
	    "2025-10-18" };
	bool good = true;
	size_t i;

	for (i = 0; i < ARRAY_LEN(plain); i++)
		good &= row(yaml_is_plain(plain[i]), "%s", plain[i]);
	for (i = 0; i < ARRAY_LEN(other); i++)
		good &= row(!yaml_is_plain(other[i]), "%s", other[i]);
	ok(good, "only a word that means itself in every YAML stands "
	    "without quotes");
}

static void
test_quote(void)
{
	struct buf b = BUF_INIT;
	struct strvec sv = STRVEC_INIT;

	yaml_quote(&b, "a\"b\\c\nd\te\x01\x7f\xc2\x85\xe2\x80\xa8"
	    "\xef\xbb\xbf\xc3\xa4\xf0\x9f\x98\x80\xff");
	is_str(b.ptr, "\"a\\\"b\\\\c\\nd\\te\\x01\\x7f\\x85\\u2028\\ufeff"
	    "\xc3\xa4\xf0\x9f\x98\x80\xef\xbf\xbd\"",
	    "quotes on one line whatever the text holds");
	buf_clear(&b);
	yaml_quote_list(&b, &sv);
	is_str(b.ptr, "[]", "an empty list is []");
	strvec_add(&sv, "a");
	strvec_add(&sv, "b, c");
	buf_clear(&b);
	yaml_quote_list(&b, &sv);
	is_str(b.ptr, "[\"a\", \"b, c\"]", "a list stands on one line");
	strvec_release(&sv);
	buf_release(&b);
}

static void
test_quote_chance(void)
{
	struct buf b = BUF_INIT, raw = BUF_INIT;
	struct yaml y = YAML_INIT;
	struct err e = ERR_INIT;
	bool good = true;
	uint32_t ch;
	int i, k;

	chance_seed(7);
	for (i = 0; i < 20000 && good; i++) {
		buf_clear(&raw);
		for (k = (int)chance(8); k > 0; k--) {
			ch = (uint32_t)(one_in(3) ? 1 + chance(0x110000 - 1) :
			    1 + chance(0x300));
			if (ch < 0xd800 || ch > 0xdfff)
				utf8_add(&raw, ch);
		}
		buf_clear(&b);
		yaml_quote(&b, buf_str(&raw));
		good = row(strchr(b.ptr, '\n') == NULL &&
		    yaml_parse(&y, b.ptr, b.len, 1, &e) == 0 &&
		    strcmp(yaml_text(y.root), buf_str(&raw)) == 0,
		    "%s: %s", b.ptr, e.msg);
		yaml_release(&y);
	}
	ok(good, "any text is read back from its quotes");
	buf_release(&b);
	buf_release(&raw);
}

int
main(void)
{
	test_scalars();
	test_null();
	test_lists();
	test_aliases();
	test_documents();
	test_errors();
	test_limits();
	test_bomb();
	test_plain();
	test_quote();
	test_quote_chance();
	return tap_done();
}
