/* SPDX-License-Identifier: MIT */
/* board/hooks, board/proposal */
#include "base/compat.h"

#include "base/clock.h"
#include "base/err.h"
#include "board/hooks.h"
#include "board/proposal.h"
#include "board/store.h"
#include "t/unit/scratch.h"
#include "t/unit/tap.h"

static int
parse(struct hooks *h, const char *text, struct err *e)
{
	hooks_release(h);
	return hooks_parse(h, text, strlen(text), e);
}

static const char whole[] =
    "version: 1\n"
    "hooks:\n"
    "  on_blocked:\n"
    "    - name: escalate\n"
    "      run: [./escalate, \"to the team\", $HOME, '']\n"
    "      enabled: false\n"
    "      timeout: 30s\n"
    "  on_move:\n"
    "    - {name: count, run: [count-moves]}\n"
    "    - {name: tell, run: [/usr/bin/tell], enabled: true}\n";

static void
test_whole(void)
{
	struct hooks h = HOOKS_INIT;
	struct err e = ERR_INIT;
	char *program;

	ok(parse(&h, whole, &e) == 0 && h.n == 3 && h.warnings.n == 0,
	    "a registry is read");
	ok(h.v[0].point == HOOK_BLOCKED &&
	    strcmp(h.v[0].name, "escalate") == 0 && !h.v[0].enabled &&
	    h.v[0].timeout_us == 30 * CLOCK_SECOND, "a hook says it all");
	ok(h.v[0].argv.n == 4 && strcmp(h.v[0].argv.v[1], "to the team") == 0
	    && strcmp(h.v[0].argv.v[2], "$HOME") == 0 &&
	    *h.v[0].argv.v[3] == '\0', "arguments are as they are written");
	ok(h.v[1].point == HOOK_MOVE && h.v[1].enabled &&
	    h.v[1].timeout_us == 10 * CLOCK_SECOND,
	    "a hook is enabled, and has ten seconds, where it does not say");
	program = hook_program(&h.v[0]);
	is_str(program, ".hooks/escalate",
	    "a path of its own is one from the registry's folder");
	free(program);
	ok(hook_program(&h.v[1]) == NULL && hook_program(&h.v[2]) == NULL,
	    "a name alone and a whole path are no files of the board");
	hooks_release(&h);
}

static void
test_empty(void)
{
	struct hooks h = HOOKS_INIT;
	struct err e = ERR_INIT;

	ok(parse(&h, "", &e) == 0 && h.n == 0 &&
	    parse(&h, "hooks:\n", &e) == 0 &&
	    parse(&h, "hooks: {on_move: }\n", &e) == 0 &&
	    parse(&h, "hooks: {on_move: []}\n", &e) == 0 && h.n == 0,
	    "an empty file, and empty parts of it, are no hooks");
	hooks_release(&h);
}

static void
test_warnings(void)
{
	struct hooks h = HOOKS_INIT;
	struct err e = ERR_INIT;

	ok(parse(&h, "colour: red\nhooks:\n  on_moved: []\n  on_move:\n"
	    "    - {name: a, run: [a], function: x.y}\n", &e) == 0 &&
	    h.n == 1 && h.warnings.n == 3, "what is not known is no error");
	is_str(h.warnings.v[0], "1:1: unknown key 'colour'", "but is named");
	is_str(h.warnings.v[1], "3:3: there is no hook point 'on_moved'; did "
	    "you mean 'on_move'?", "a point also with what was meant");
	is_str(h.warnings.v[2], "5:27: unknown key 'function'",
	    "and where it stands");
	hooks_release(&h);
}

/* Texts with a mistake, and what is said of it. */
static const struct { const char *text, *says; } wrongs[] = {
	{ "hooks: [a]\n", "1:8: hooks: must be a mapping" },
	{ "- a\n", "1:1: must be a mapping" },
	{ "version: 2\n", "1:10: version: must be 1" },
	{ "hooks: {on_move: x}\n", "1:18: on_move: must be a list" },
	{ "hooks: {on_move: [x]}\n", "1:19: a hook must be a mapping" },
	{ "hooks: {on_move: [{name: a}]}\n", "1:19: a hook must say what" },
	{ "hooks: {on_move: [{run: [a]}]}\n", "1:19: a hook must have a name" },
	{ "hooks: {on_move: [{name: a b, run: [a]}]}\n",
	    "1:26: name: must be a word" },
	{ "hooks: {on_move: [{name: ../x, run: [a]}]}\n",
	    "1:26: name: must be a word" },
	{ "hooks: {on_move: [{name: a, run: \"rm -rf /\"}]}\n",
	    "1:34: run: must be a list" },
	{ "hooks: {on_move: [{name: a, run: []}]}\n",
	    "1:34: run: must be a list" },
	{ "hooks: {on_move: [{name: a, run: ['']}]}\n",
	    "1:35: run: the program has no name" },
	{ "hooks: {on_move: [{name: a, run: [a, [b]]}]}\n",
	    "1:38: run: an argument" },
	{ "hooks: {on_move: [{name: a, run: [a, ]}, {name: a, run: [a]}]}\n",
	    "1:42: there are two hooks 'a' at on_move" },
	{ "hooks: {on_move: [{name: a, run: [a, ~]}]}\n",
	    "1:38: run: an argument" },
	{ "hooks: {on_move: [{name: a, run: [\"a\\0b\"]}]}\n",
	    "1:35: a value holds a NUL" },
	{ "hooks: {on_move: [{name: a, run: [../a]}]}\n",
	    "1:35: run: the program must lie below .hooks" },
	{ "hooks: {on_move: [{name: a, run: [b/../../a]}]}\n",
	    "1:35: run: the program must lie below .hooks" },
	{ "hooks: {on_move: [{name: a, run: [./]}]}\n",
	    "1:35: run: the program must lie below .hooks" },
	{ "hooks: {on_move: [{name: a, run: [a], timeout: -1}]}\n",
	    "1:48: timeout: must be a span" },
	{ "hooks: {on_move: [{name: a, run: [a], timeout: 0}]}\n",
	    "1:48: timeout: must be a span" },
	{ "hooks: {on_move: [{name: a, run: [a], timeout: 0s}]}\n",
	    "1:48: timeout: must be a span" },
	{ "hooks: {on_move: [{name: a, run: [a], timeout: 99999999s}]}\n",
	    "1:48: timeout: must be a span" },
	{ "hooks: {on_move: [{name: a, run: [a], timeout: 301s}]}\n",
	    "1:48: timeout: must be a span" },
	{ "hooks: {on_move: [{name: a, run: [a], enabled: yes}]}\n",
	    "1:48: enabled: must be true or false" },
	{ "hooks:\n\ton_move: []\n", "2:1: " },
	{ "hooks: {on_move: [], on_move: []}\n", "1:22: " },
	{ "hooks: [\n", "2:1: " },
};

static void
test_wrong(void)
{
	struct hooks h = HOOKS_INIT;
	struct err e;
	bool held = true;
	size_t i;

	for (i = 0; i < ARRAY_LEN(wrongs); i++) {
		e = (struct err)ERR_INIT;
		held &= row(parse(&h, wrongs[i].text, &e) == -1 &&
		    e.status == EX_CONFIG && strncmp(e.msg, wrongs[i].says,
		    strlen(wrongs[i].says)) == 0, "%s: %s", wrongs[i].text,
		    e.msg);
	}
	ok(held, "what is wrong is said with its place");
	ok(hooks_parse(&h, "hooks: \0", 8, &e) == -1 &&
	    e.status == EX_CONFIG, "a NUL is wrong");
	hooks_release(&h);
}

/* "before0after", "before1after", … */
static void
add_many(struct buf *text, int n, const char *before, const char *after)
{
	int i;

	for (i = 0; i < n; i++)
		buf_addf(text, "%s%d%s", before, i, after);
}

static void
test_limits(void)
{
	struct buf text = BUF_INIT;
	struct hooks h = HOOKS_INIT;
	struct err e = ERR_INIT;

	buf_adds(&text, "hooks:\n  on_move:\n");
	add_many(&text, HOOKS_PER_POINT, "    - {name: n",
	    ", run: [a]}\n");
	ok(parse(&h, text.ptr, &e) == 0 && h.n == HOOKS_PER_POINT,
	    "a point has as many hooks as it may have");
	buf_adds(&text, "    - {name: more, run: [a]}\n");
	ok(parse(&h, text.ptr, &e) == -1 &&
	    strcmp(e.msg, "35:7: too many hooks at one point") == 0,
	    "and no more");
	buf_clear(&text);
	buf_adds(&text, "hooks: {on_move: [{name: a, run: [");
	add_many(&text, HOOK_ARGS_MAX, "a", ", ");
	buf_adds(&text, "a]}]}\n");
	ok(parse(&h, text.ptr, &e) == -1 && strstr(e.msg, "too many") != NULL,
	    "a program has so many arguments and no more");
	buf_clear(&text);
	buf_adds(&text, "a: &a0 [x,x,x,x,x,x,x,x]\n");
	add_many(&text, 20, "b",
	    ": &b [*a0,*a0,*a0,*a0,*a0,*a0,*a0,*a0]\n");
	buf_adds(&text, "hooks: {on_move: [{name: a, run: *b}]}\n");
	ok(parse(&h, text.ptr, &e) == -1 && e.status == EX_CONFIG,
	    "aliases of aliases do not grow");
	ok(parse(&h, "x: &r [./a, b]\nhooks:\n  on_move: &m\n"
	    "    - {name: a, run: *r}\n  on_blocked: *m\n", &e) == 0 &&
	    h.n == 2 && h.v[1].point == HOOK_BLOCKED &&
	    strcmp(h.v[1].argv.v[1], "b") == 0, "an alias is followed");
	hooks_release(&h);
	buf_release(&text);
}

/* One line of a hook, and whether it is a proposal or what is said of it. */
static const struct { const char *line, *says; } lines[] = {
	{ "{\"event\":\"late_log\",\"desc\":\"it was\"}", NULL },
	{ "{\"event\":\"waiting_on\",\"desc\":\"x\",\"task\":\"TASK-FW-0007\","
	    "\"who\":{\"a\":[1,true,null]}}", NULL },
	{ "[]", "it is no JSON object" },
	{ "hello", "no JSON at column" },
	{ "{\"event\":\"late_log\"}", "'desc' must be a text" },
	{ "{\"event\":\"late_log\",\"desc\":\" \"}", "'desc' must be a text" },
	{ "{\"event\":\"late_log\",\"desc\":\"a\\nb\"}",
	    "'desc' must be a text" },
	{ "{\"event\":\"late_log\",\"desc\":\"a\\u001b[31m\"}",
	    "'desc' must be a text" },
	{ "{\"event\":7,\"desc\":\"x\"}", "'event' must be a text" },
	{ "{\"desc\":\"x\"}", "'event' must be a text" },
	{ "{\"event\":\"late_lag\",\"desc\":\"x\"}",
	    "there is no event 'late_lag'; did you mean 'late_log'?" },
	{ "{\"event\":\"validated\",\"desc\":\"x\"}",
	    "'validated' is written by task-move, and cannot be proposed" },
	{ "{\"event\":\"signed_off\",\"desc\":\"x\",\"gate\":\"next\"}",
	    "'signed_off' is written by task-sign" },
	{ "{\"event\":\"late_log\",\"desc\":\"x\",\"user\":\"@bob\"}",
	    "'user' cannot be proposed" },
	{ "{\"event\":\"late_log\",\"desc\":\"x\",\"metadata\":{}}",
	    "'metadata' cannot be proposed" },
	{ "{\"event\":\"late_log\",\"desc\":\"x\",\"task\":\"../../etc\"}",
	    "'task' must be a reference" },
	{ "{\"event\":\"late_log\",\"desc\":\"x\",\"task\":7}",
	    "'task' must be a reference" },
	{ "{\"event\":\"late_log\",\"desc\":\"\xff\"}", "it is not UTF-8" },
	{ "{\"event\":\"late_log\",\"desc\":\"x\",\"desc\":\"y\"}",
	    "no JSON at column" },
};

static void
test_lines(void)
{
	struct proposal p;
	struct err e;
	bool held = true;
	size_t i;
	int rc;

	for (i = 0; i < ARRAY_LEN(lines); i++) {
		p = (struct proposal)PROPOSAL_INIT;
		e = (struct err)ERR_INIT;
		rc = proposal_parse(&p, lines[i].line, strlen(lines[i].line),
		    "TASK-0042", &e);
		held &= row(lines[i].says == NULL ? rc == 0 : rc == -1 &&
		    e.status == EX_DATAERR && strncmp(e.msg, lines[i].says,
		    strlen(lines[i].says)) == 0, "%s: %s", lines[i].line,
		    e.msg);
		proposal_release(&p);
	}
	ok(held, "a line is a proposal, or it is said why not");
}

static void
test_long_line(void)
{
	struct buf line = BUF_INIT;
	struct proposal p = PROPOSAL_INIT;
	struct err e = ERR_INIT;

	buf_adds(&line, "{\"event\":\"late_log\",\"desc\":\"x\",\"k\":\"");
	add_many(&line, 5000, "more", "");
	buf_adds(&line, "\"}");
	ok(proposal_parse(&p, line.ptr, line.len, "TASK-0042", &e) == -1 &&
	    strstr(e.msg, "the most is 16384") != NULL,
	    "a line has a limit");
	proposal_release(&p);
	buf_release(&line);
}

static void
test_file(void)
{
	struct proposal p = PROPOSAL_INIT, q = PROPOSAL_INIT;
	struct buf text = BUF_INIT;
	struct store s;
	struct err e = ERR_INIT;
	int rc;

	rc = proposal_parse(&p, lines[1].line, strlen(lines[1].line),
	    "TASK-0042", &e);
	p.hook = mem_strdup("ask");
	p.point = mem_strdup("on_move");
	p.ts_us = clock_now_us();
	proposal_format(&p, &text);
	put_task("inbox", "0042", NULL);
	put_data(".work/tasks/.proposals/0123456789.json", text.ptr,
	    text.len);
	put_file(".work/tasks/.proposals/0123456789.json.tmp", "");
	put_file(".work/tasks/.proposals/readme", "");
	if (rc != 0 || store_open(&s, NULL, &e) != 0)
		bail("%s", e.msg);
	ok(proposal_load(&q, &s, "0123456789", &e) == 0 &&
	    strcmp(q.ref, "TASK-FW-0007") == 0 &&
	    strcmp(q.hook, "ask") == 0 && strcmp(q.point, "on_move") == 0 &&
	    q.ts_us == p.ts_us && strcmp(q.event, "waiting_on") == 0 &&
	    strcmp(buf_str(&q.fields), "\"who\":{\"a\":[1,true,null]}") == 0,
	    "a proposal is read as it was written");
	proposal_release(&q);
	proposal_release(&p);
	buf_release(&text);
	store_close(&s);
}

/* Files that a person edited, and what is said. */
static const struct { const char *text, *says; } files[] = {
	{ "", "1:1: " },
	{ "rubbish\n", "1:7: " },
	{ "{}\n{}\n", "2:1: it must be one line" },
	{ "[]\n", "1:1: it must be a JSON object" },
	{ "{\"hook\":\"a b\"}\n", "1:1: 'hook' must be" },
	{ "{\"hook\":\"a\",\"point\":\"x\"}\n", "1:1: 'point' must be" },
	{ "{\"hook\":\"a\",\"point\":\"on_move\",\"ts\":\"now\"}\n",
	    "1:1: 'ts' must be" },
	{ "{\"hook\":\"a\",\"point\":\"on_move\","
	    "\"ts\":\"2025-10-18T10:30:00Z\"}\n", "1:1: 'task' must be" },
	{ "{\"hook\":\"a\",\"point\":\"on_move\",\"task\":\"TASK-0042\","
	    "\"ts\":\"2025-10-18T10:30:00Z\",\"event\":\"closed\","
	    "\"desc\":\"x\"}\n", "1:1: 'closed' is written by task-move" },
	{ "{\"hook\":\"a\",\"point\":\"on_move\",\"task\":\"TASK-0042\","
	    "\"ts\":\"2025-10-18T10:30:00Z\",\"event\":\"late_log\","
	    "\"desc\":\"x\",\"fields\":[]}\n", "1:1: 'fields' must be" },
	{ "{\"hook\":\"a\",\"point\":\"on_move\",\"task\":\"TASK-0042\","
	    "\"ts\":\"2025-10-18T10:30:00Z\",\"event\":\"late_log\","
	    "\"desc\":\"x\",\"fields\":{\"event\":\"closed\"}}\n",
	    "1:1: 'event' cannot be proposed" },
};

static void
test_broken_file(void)
{
	static const char path[] = ".work/tasks/.proposals/ZZZZZZZZZZ.json";
	struct strvec ids = STRVEC_INIT;
	struct proposal p;
	struct store s;
	struct err e = ERR_INIT;
	bool held = true;
	size_t i;

	if (store_open(&s, NULL, &e) != 0)
		bail("%s", e.msg);
	for (i = 0; i < ARRAY_LEN(files); i++) {
		put_file(path, files[i].text);
		p = (struct proposal)PROPOSAL_INIT;
		e = (struct err)ERR_INIT;
		held &= row(proposal_load(&p, &s, "ZZZZZZZZZZ", &e) == -1 &&
		    e.status == EX_DATAERR &&
		    strncmp(e.msg, path, strlen(path)) == 0 &&
		    strncmp(e.msg + strlen(path) + 1, files[i].says,
		    strlen(files[i].says)) == 0, "%s: %s", files[i].text,
		    e.msg);
		proposal_release(&p);
	}
	ok(held, "what is wrong in a file is said with its place");
	ok(proposal_list(&s, &ids, &e) == 0 && ids.n == 2 &&
	    strcmp(ids.v[0], "0123456789") == 0 &&
	    strcmp(ids.v[1], "ZZZZZZZZZZ") == 0,
	    "files of other names are no proposals");
	strvec_release(&ids);
	store_close(&s);
}

static void
test_ids(void)
{
	static const char *const no[] = { "", "012345678", "01234567890",
	    "../../../x", "012345678/", "01234567U9", "0123456 89", "@bob" };
	char id[LEDGER_ID_LEN + 1];
	bool held = true;
	size_t i;

	ok(proposal_id(id, "q40v69qhys") == 0 &&
	    strcmp(id, "Q40V69QHYS") == 0, "an id is typed as one likes");
	for (i = 0; i < ARRAY_LEN(no); i++)
		held &= row(proposal_id(id, no[i]) == -1, "%s", no[i]);
	ok(held, "nothing else is one");
}

int
main(void)
{
	scratch();
	test_whole();
	test_empty();
	test_warnings();
	test_wrong();
	test_limits();
	test_lines();
	test_long_line();
	test_file();
	test_broken_file();
	test_ids();
	return tap_done();
}
