/* SPDX-License-Identifier: MIT */
/* board/card (the property: test-card-gen.c, test-card-data.c) */
#include "base/compat.h"

#include "base/err.h"
#include "base/strvec.h"
#include "board/card.h"
#include "format/oid.h"
#include "t/unit/scratch.h"
#include "t/unit/tap.h"

static void
parse(struct card *c, const char *text)
{
	struct err e = ERR_INIT;

	if (card_parse(c, text, strlen(text), &e) != 0)
		bail("%s: %s", text, e.msg);
}

static void
test_parse(void)
{
	struct strvec list = STRVEC_INIT;
	struct card c = CARD_INIT;
	size_t len;
	const char *body;

	parse(&c, "---\ntask_id: \"0042\"\nstage: next\npriority: null\n"
	    "tags: [a, b]\nmap: {x: 1}\nstatus: paused\nempty:\n"
	    "---\n# Body\n---\nmore\n");
	ok(strcmp(card_get(&c, "task_id"), "0042") == 0 &&
	    strcmp(card_str(&c, "stage"), "next") == 0, "finds texts");
	ok(card_get(&c, "priority") == NULL && card_get(&c, "none") == NULL &&
	    card_get(&c, "tags") == NULL && card_get(&c, "map") == NULL &&
	    card_get(&c, "empty") == NULL && *card_str(&c, "none") == '\0',
	    "null, a list, a mapping and what is missing have none");
	is_int(card_status(&c), STATUS_PAUSED, "knows the status");
	ok(card_list(&c, "tags", &list) == 0 && list.n == 2 &&
	    card_list(&c, "none", &list) == 0 && list.n == 2 &&
	    card_list(&c, "map", &list) == -1, "finds lists");
	body = card_body(&c, &len);
	ok(len == 16 && memcmp(body, "# Body\n---\nmore\n", len) == 0,
	    "the body is what follows, '---' included");
	card_release(&c);
	card_release(&c);
	strvec_release(&list);
}

static void
test_forms(void)
{
	struct card c = CARD_INIT;
	size_t len;

	parse(&c, "\xef\xbb\xbf---\r\na: 1\r\n---\r\nbody\r\n");
	ok(c.crlf && strcmp(card_str(&c, "a"), "1") == 0 &&
	    strncmp(card_body(&c, &len), "body", 4) == 0 && len == 6,
	    "a byte order mark and CRLF are read");
	parse(&c, "---\n---\n");
	ok(card_get(&c, "a") == NULL && card_status(&c) == STATUS_NONE &&
	    *card_body(&c, &len) == '\0' && len == 0,
	    "front matter and body may be empty");
	parse(&c, "---  \na: 1\n--- \t\nbody");
	is_str(card_body(&c, &len), "body",
	    "blanks after the lines '---' are no matter");
	parse(&c, "---\na: 1\n---");
	ok(strcmp(card_str(&c, "a"), "1") == 0 && *card_body(&c, &len) ==
	    '\0', "a file may end with the second line");
	parse(&c, "---\n# only a comment\n---\nx");
	is_str(card_body(&c, &len), "x", "a comment is no key");
	parse(&c, "---\na: |\n  ---\n  ----\n---\nx");
	is_str(card_str(&c, "a"), "---\n----\n",
	    "'---' within a value does not end it");
	card_release(&c);
}

static const struct { const char *text, *want; } errors[] = {
	{ "", "1:1: no front matter: a card begins with a line '---'" },
	{ "# Title\n", "1:1: no front matter: a card begins with a line "
	    "'---'" },
	{ "----\na: 1\n----\n", "1:1: no front matter: a card begins with a "
	    "line '---'" },
	{ " ---\n", "1:1: no front matter: a card begins with a line '---'" },
	{ "---\na: 1\n", "1:1: the front matter has no end: a second line "
	    "'---' is missing" },
	{ "---", "1:1: the front matter has no end: a second line '---' is "
	    "missing" },
	{ "---\na: 1\n ---\n", NULL },
	{ "---\na: 1\nb: @x\n---\n", "3:4: a value may not begin with '@': "
	    "put it in quotes" },
	{ "---\na: 1\na: 2\n---\n", "3:1: the key 'a' is there twice" },
	{ "---\njust text\n---\n", "2:1: the front matter is no list of "
	    "keys" },
	{ "---\n- a\n---\n", "2:1: the front matter is no list of keys" },
	{ "---\na: \xff\n---\n", NULL },
};

static void
test_errors(void)
{
	struct card c = CARD_INIT;
	struct err e = ERR_INIT;
	struct buf b = BUF_INIT;
	bool good = true;
	size_t i;

	for (i = 0; i < ARRAY_LEN(errors); i++)
		good &= row(card_parse(&c, errors[i].text,
		    strlen(errors[i].text), &e) == -1 &&
		    e.status == EX_DATAERR && (errors[i].want == NULL ||
		    strcmp(e.msg, errors[i].want) == 0), "%s: %s",
		    errors[i].text, e.msg);
	ok(good, "what is no card is EX_DATAERR, with its line in the file");
	buf_adds(&b, "---\n");
	for (i = 0; i < CARD_HEAD_MAX / 2; i++)
		buf_adds(&b, "#\n");
	buf_adds(&b, "---\n");
	ok(card_parse(&c, b.ptr, b.len, &e) == -1,
	    "front matter beyond its limit is an error");
	ok(card_parse(&c, NULL, 0, &e) == -1, "no text is no card");
	parse(&c, "---\na: 1\n---\n");
	is_str(card_str(&c, "a"), "1", "after an error a card can be read");
	card_release(&c);
	buf_release(&b);
}

static void
test_ids(void)
{
	struct card c = CARD_INIT;
	struct id *ids;
	size_t n, bad;

	parse(&c, "---\na: [TASK-0001, \"TASK-FW-0002\", x, 7]\n"
	    "b: TASK-0003\nc: {x: y}\nd:\n---\n");
	n = card_ids(&c, "a", &ids, &bad);
	ok(n == 3 && bad == 1 && ids[0].number == 1 && ids[1].number == 2 &&
	    strcmp(ids[1].ns, "FW") == 0 && ids[2].number == 7,
	    "gives the references of a list, and counts what is none");
	free(ids);
	n = card_ids(&c, "b", &ids, NULL);
	ok(n == 1 && ids[0].number == 3, "one reference is a list of one");
	free(ids);
	n = card_ids(&c, "c", &ids, &bad);
	ok(n == 0 && bad == 1, "a mapping is none");
	free(ids);
	ok(card_ids(&c, "d", &ids, &bad) == 0 && bad == 0,
	    "null is no reference and no mistake");
	free(ids);
	card_release(&c);
}

static void
test_set(void)
{
	struct strvec list = STRVEC_INIT;
	struct card c = CARD_INIT;
	struct err e = ERR_INIT;

	parse(&c, "---\nstage: inbox # where\npriority:\ntags: []\n"
	    "q: 'x'\nblock:\n- a\n---\nbody\n");
	ok(card_set(&c, "stage", "next", &e) == 0 &&
	    card_set(&c, "priority", "P1", &e) == 0 &&
	    card_set(&c, "q", "it's", &e) == 0 &&
	    card_set(&c, "current_dri", "@alice", &e) == 0,
	    "sets texts, old and new ones");
	strvec_add(&list, "a b");
	strvec_add(&list, "\"");
	ok(card_set_list(&c, "tags", &list, &e) == 0 &&
	    card_set_list(&c, "block", &list, &e) == 0, "sets lists");
	is_str(c.text.ptr, "---\nstage: next # where\npriority: \"P1\"\n"
	    "tags: [\"a b\", \"\\\"\"]\nq: 'it''s'\n"
	    "block:\n- \"a b\"\n- \"\\\"\"\ncurrent_dri: \"@alice\"\n"
	    "---\nbody\n", "each in the style of what it replaces");
	strvec_clear(&list);
	card_set_list(&c, "block", &list, &e);
	card_set(&c, "stage", NULL, &e);
	ok(strstr(c.text.ptr, "\nblock:\n  []\n") != NULL &&
	    strstr(c.text.ptr, "\nstage: null # where\n") != NULL,
	    "an empty list, and null");
	strvec_release(&list);
	card_release(&c);
}

/* A card with a block list, and what it is once it has these values. */
static void
test_block_list(void)
{
	static const struct { const char *list, *values, *want; } v[] = {
		{ "a: # all\n  - x # one\n  - y # two\n  - 'z' # three\n",
		    "y z", "a: # all\n  - y # two\n  - 'z' # three\n" },
		{ "a:\n- x # one\n- y # two\n", "x",
		    "a:\n- x # one\n" },
		{ "a:\n- x # one\n- y # two\n", "x y z",
		    "a:\n- x # one\n- y # two\n- \"z\"\n" },
		{ "a:\n  # of x\n  - x\n  # of y\n  - y\n  # end\nb: 1\n",
		    "y", "a:\n  # of x\n  # of y\n  - y\n"
		    "  # end\nb: 1\n" },
		{ "a:\n  - x\n\n  # of y\n  - y\nb: 1\n", "y x",
		    "a:\n  # of y\n  - y\n  - x\nb: 1\n" },
		{ "a:\r\n- x # one\r\n- y # two\r\n", "y",
		    "a:\r\n- y # two\r\n" },
		{ "a:\n- x\n- x # again\n", "x", "a:\n- x\n" },
		{ "a:\n- |\n  x\n- y\nb: 1\n", "y", "a:\n- y\nb: 1\n" },
		{ "a:\n- x # gone\n", "", "a:\n  [] # gone\n" },
	};
	struct strvec list = STRVEC_INIT;
	struct card c = CARD_INIT;
	struct err e = ERR_INIT;
	struct buf b = BUF_INIT;
	bool good = true;
	const char *nl;
	size_t i;

	for (i = 0; i < ARRAY_LEN(v); i++) {
		nl = strchr(v[i].list, '\r') == NULL ? "\n" : "\r\n";
		strvec_clear(&list);
		if (*v[i].values != '\0')
			strvec_split(&list, v[i].values, ' ');
		buf_clear(&b);
		buf_addf(&b, "---%s%s---%sbody%s", nl, v[i].list, nl, nl);
		parse(&c, b.ptr);
		buf_clear(&b);
		buf_addf(&b, "---%s%s---%sbody%s", nl, v[i].want, nl, nl);
		good &= row(card_set_list(&c, "a", &list, &e) == 0 &&
		    strcmp(c.text.ptr, b.ptr) == 0, "%zu: %s\n%s", i, e.msg,
		    c.text.ptr);
	}
	ok(good, "an item that stays in a block list keeps its line and its "
	    "comments");
	strvec_release(&list);
	card_release(&c);
	buf_release(&b);
}

static void
test_set_refused(void)
{
	static const char text[] = "---\na: &x one\nb: *x\n---\n";
	static const char braces[] = "---\n{a: one}\n---\n";
	struct card c = CARD_INIT;
	struct err e = ERR_INIT;

	parse(&c, text);
	ok(card_set(&c, "a", "two", &e) == -1 && e.status == EX_DATAERR &&
	    strcmp(c.text.ptr, text) == 0 &&
	    strcmp(card_str(&c, "b"), "one") == 0,
	    "a value that others lead to is refused, and stays");
	ok(strncmp(e.msg, "2:4: ", 5) == 0, "with its place");
	ok(card_set(&c, "b", "two", &e) == 0 &&
	    strcmp(card_str(&c, "a"), "one") == 0,
	    "an alias itself may be replaced");
	parse(&c, braces);
	ok(card_set(&c, "new", "two", &e) == -1 && e.status == EX_DATAERR &&
	    strcmp(c.text.ptr, braces) == 0,
	    "a new key in braces is refused");
	ok(card_set(&c, "a", "two", &e) == 0 &&
	    strcmp(c.text.ptr, "---\n{a: two}\n---\n") == 0,
	    "an old one is set");
	parse(&c, "---\nnull\n---\n");
	card_set(&c, "a", "x", &e);
	ok(strcmp(c.text.ptr, "---\nnull\n---\n") == 0 ||
	    strcmp(card_str(&c, "a"), "x") == 0,
	    "a card is never left broken");
	card_release(&c);
}

static void
test_body(void)
{
	struct card c = CARD_INIT, again = CARD_INIT;
	struct err e = ERR_INIT;
	size_t len;

	parse(&c, "---\na: 1\n---\nold\n");
	card_set_body(&c, "new\n", 4);
	is_str(c.text.ptr, "---\na: 1\n---\nnew\n", "sets the body");
	card_set_body(&c, "", 0);
	is_str(c.text.ptr, "---\na: 1\n---\n", "to nothing as well");
	parse(&c, "---\na: 1\n---");
	card_set_body(&c, "new\n", 4);
	ok(row(card_parse(&again, c.text.ptr, c.text.len, &e) == 0 &&
	    strcmp(card_body(&again, &len), "new\n") == 0, "%s: %s",
	    c.text.ptr, e.msg), "also where the file ended with '---'");
	card_release(&c);
	card_release(&again);
}

static void
test_content(void)
{
	struct card c = CARD_INIT;
	struct buf context = BUF_INIT, all = BUF_INIT;
	struct oid is, want;

	parse(&c, "---\na: 1\n---\nbody\n");
	buf_adds(&context, "context\n");
	card_content(&c, &context, &is);
	buf_adds(&all, "body\ncontext\n");
	oid_of(&want, "blob", all.ptr, all.len);
	ok(oid_equal(&is, &want), "the content of a task is git's id of the "
	    "body and the context");
	parse(&c, "---\na: 2\nb: 3\n---\nbody\n");
	card_content(&c, &context, &is);
	ok(oid_equal(&is, &want), "whatever the front matter says");
	buf_clear(&context);
	card_content(&c, &context, &is);
	ok(!oid_equal(&is, &want), "but not another context");
	card_release(&c);
	buf_release(&context);
	buf_release(&all);
}

static void
test_name(void)
{
	static const char *const bad[] = { "", "   ", "a\nb", "a\tb",
	    "\033[1m", "\xff", "a\xc3", "a\xe2\x80\xae" "b", "\xc2\x9b" };
	char text[CARD_NAME_MAX + 2];
	struct err e = ERR_INIT;
	bool good = true;
	size_t i;

	ok(card_check_name("Fix: the \"thing\" | \xf0\x9f\x98\x80", &e) == 0 &&
	    card_check_name("x", &e) == 0, "a name is a line of text");
	for (i = 0; i < ARRAY_LEN(bad); i++)
		good &= row(card_check_name(bad[i], &e) == -1 &&
		    e.status == EX_DATAERR, "%s", bad[i]);
	ok(good, "not blank, in UTF-8, without control characters");
	card_check_name("ab\ncd", &e);
	ok(strstr(e.msg, "byte 3") != NULL, "and it is said where");
	memset(text, 'x', sizeof(text));
	text[CARD_NAME_MAX] = '\0';
	good = card_check_name(text, &e) == 0;
	text[CARD_NAME_MAX] = 'x';
	text[CARD_NAME_MAX + 1] = '\0';
	ok(good && card_check_name(text, &e) == -1,
	    "of at most CARD_NAME_MAX bytes");
}

int
main(void)
{
	test_parse();
	test_forms();
	test_errors();
	test_ids();
	test_set();
	test_block_list();
	test_set_refused();
	test_body();
	test_content();
	test_name();
	return tap_done();
}
