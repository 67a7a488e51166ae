/* SPDX-License-Identifier: MIT */
/* board/namespaces */
#include "base/compat.h"

#include "base/buf.h"
#include "base/err.h"
#include "board/namespaces.h"
#include "t/unit/tap.h"

static int
parse(struct namespaces *all, const char *text, struct err *e)
{
	namespaces_release(all);
	*e = (struct err)ERR_INIT;
	return namespaces_parse(all, text, strlen(text), e);
}

/* As the methodology has it, with what we add. */
static const char whole[] =
    "namespaces:\n"
    "  FW:\n"
    "    full_name: \"Fireweed Platform\"\n"
    "    description: \"Main product features\"\n"
    "    team: \"Product Engineering\"\n"
    "    created: \"2025-10-01\"\n"
    "    id_counter_file: \".work/tasks/fw/ID_COUNTER.txt\"\n"
    "    wip:\n"
    "      current: {limit: 2}\n"
    "      next: {limit: 4, scope: dri, enforce: hard}\n"
    "      learning: {enforce: hard}\n"
    "  MOBILE: {status: archived}\n"
    "  A1: {status: active}\n"
    "  PLAT:\n";

static void
test_whole(void)
{
	struct namespaces all = NAMESPACES_INIT;
	struct err e;

	is_int(parse(&all, whole, &e), 0, "reads namespaces");
	ok(all.n == 4 && strcmp(all.v[0].name, "FW") == 0 &&
	    strcmp(all.v[3].name, "PLAT") == 0,
	    "all of them, in their order, also those without a key");
	is_int((intmax_t)all.warnings.n, 0,
	    "keys that are for people are no unknown ones");
	ok(!all.v[0].archived && all.v[1].archived && !all.v[2].archived &&
	    !all.v[3].archived, "one that says so is archived");
	ok(namespaces_find(&all, "FW") == &all.v[0] &&
	    namespaces_find(&all, "fw") == NULL &&
	    namespaces_find(&all, "F") == NULL &&
	    namespaces_find(&all, "") == NULL, "finds them by their names");
	namespaces_release(&all);
	namespaces_release(&all);
	ok(all.n == 0, "releasing twice is no harm");
}

static void
test_limits(void)
{
	struct namespaces all = NAMESPACES_INIT;
	const struct namespace *fw;
	struct err e;

	parse(&all, whole, &e);
	fw = namespaces_find(&all, "FW");
	ok(fw->wip[STAGE_CURRENT].limit == 2 &&
	    fw->wip[STAGE_NEXT].limit == 4 &&
	    fw->wip[STAGE_INTEGRATION].limit == -1 &&
	    fw->wip[STAGE_LEARNING].limit == -1 &&
	    namespaces_find(&all, "PLAT")->wip[STAGE_CURRENT].limit == -1,
	    "a limit is one that is given");
	ok(!fw->wip[STAGE_CURRENT].per_dri && fw->wip[STAGE_NEXT].per_dri,
	    "it is that of all its tasks, unless it says otherwise");
	ok(fw->wip[STAGE_CURRENT].hard && fw->wip[STAGE_NEXT].hard &&
	    !fw->wip[STAGE_INTEGRATION].hard && fw->wip[STAGE_LEARNING].hard,
	    "and as hard as the stage's own, unless it says otherwise");
	namespaces_release(&all);
}

static void
test_none(void)
{
	static const char *const texts[] = { "", "\n", "# nothing\n", "---\n",
		"namespaces:\n", "namespaces: {}\n", "namespaces: ~\n" };
	struct namespaces all = NAMESPACES_INIT;
	struct err e;
	bool good = true;
	size_t i;

	for (i = 0; i < ARRAY_LEN(texts); i++)
		good &= row(parse(&all, texts[i], &e) == 0 && all.n == 0 &&
		    all.warnings.n == 0, "%s: %s", texts[i], e.msg);
	ok(good, "a file may name none");
	namespaces_release(&all);
}

static const struct { const char *text, *want; } errors[] = {
	{ "namespaces: []\n", "1:13: namespaces: must be a mapping of "
	    "namespaces" },
	{ "namespaces: [FW]\n", "1:13: namespaces: must be a mapping of "
	    "namespaces" },
	{ "namespaces: FW\n", "1:13: namespaces: must be a mapping of "
	    "namespaces" },
	{ "- FW\n", "1:1: the value: must be a mapping" },
	{ "FW\n", "1:1: the value: must be a mapping" },
	{ "namespaces:\n  fw: {}\n", "2:3: 'fw' is no name of a namespace: 2 "
	    "to 6 of A-Z and 0-9, a letter first" },
	{ "namespaces:\n  F: {}\n", "2:3: 'F' is no name of a namespace" },
	{ "namespaces:\n  1A: {}\n", "2:3: '1A' is no name of a namespace" },
	{ "namespaces:\n  F-W: {}\n", "2:3: 'F-W' is no name of a namespace" },
	{ "namespaces:\n  ABCDEFG: {}\n", "2:3: 'ABCDEFG' is no name of a "
	    "namespace" },
	{ "namespaces:\n  \"../X\": {}\n", "2:3: '../X' is no name of a "
	    "namespace" },
	{ "namespaces:\n  \"\": {}\n", "2:3: '' is no name of a namespace" },
	{ "namespaces:\n  TASK: {}\n", "2:3: no namespace can be called "
	    "TASK" },
	{ "namespaces:\n  FW: x\n", "2:7: FW: must be a mapping" },
	{ "namespaces:\n  FW: [x]\n", "2:7: FW: must be a mapping" },
	{ "namespaces:\n  FW: {status: open}\n", "2:16: status: must be "
	    "active or archived" },
	{ "namespaces:\n  FW: {status: ~}\n", "2:16: status: must be "
	    "active or archived" },
	{ "namespaces:\n  FW: {status: {}}\n", "2:16: status: must be "
	    "active or archived" },
	{ "namespaces:\n  FW: {wip: 3}\n", "2:13: wip: must be a mapping of "
	    "stages" },
	{ "namespaces:\n  FW: {wip: {current: 3}}\n", "2:23: current: must "
	    "be a mapping" },
	{ "namespaces:\n  FW: {wip: {current: {limit: -1}}}\n", "2:31: "
	    "limit: must be a number from 0 up, or null" },
	{ "namespaces:\n  FW: {wip: {current: {scope: all}}}\n", "2:31: "
	    "scope: must be system or dri" },
	{ "namespaces:\n\tFW: {}\n", "2:1: " },
	{ "namespaces:\n  FW: {}\n  FW: {}\n", "3:3: the key 'FW' is there "
	    "twice" },
	{ "namespaces: {\n", "2:1: " },
};

static void
test_errors(void)
{
	struct namespaces all = NAMESPACES_INIT;
	struct err e;
	bool good = true;
	size_t i;

	for (i = 0; i < ARRAY_LEN(errors); i++)
		good &= row(parse(&all, errors[i].text, &e) == -1 &&
		    e.status == EX_CONFIG && strncmp(e.msg, errors[i].want,
		    strlen(errors[i].want)) == 0, "%s: %s", errors[i].text,
		    e.msg);
	ok(good, "what is wrong is EX_CONFIG, with its line, its column, and "
	    "what it must be");
	namespaces_release(&all);
}

static void
test_unknown(void)
{
	struct namespaces all = NAMESPACES_INIT;
	struct buf b = BUF_INIT;
	struct err e;
	size_t i;

	is_int(parse(&all, "type: registry\nnamespaces:\n  FW:\n"
	    "    staus: archived\n    wip: {curent: {limit: 1}, current: "
	    "{limt: 1}}\n", &e), 0, "unknown keys are no error");
	for (i = 0; i < all.warnings.n; i++)
		buf_addf(&b, "%s\n", all.warnings.v[i]);
	is_str(buf_str(&b), "1:1: unknown key 'type'\n"
	    "4:5: unknown key 'staus'\n5:11: unknown key 'curent'\n"
	    "5:41: unknown key 'limt'\n",
	    "but each is warned of, with its place");
	buf_release(&b);
	namespaces_release(&all);
}

/* Every alias doubles what came before; following them is all that it costs. */
static void
test_bomb(void)
{
	struct namespaces all = NAMESPACES_INIT;
	struct buf b = BUF_INIT;
	struct err e;
	int i;

	buf_adds(&b, "namespaces:\n  AA: &a0 {wip: {current: {limit: 1}}}\n");
	for (i = 1; i < 26; i++)
		buf_addf(&b, "  A%c: &a%d {wip: *a%d, x: [*a%d, *a%d]}\n",
		    'A' + i, i, i - 1, i - 1, i - 1);
	ok(parse(&all, b.ptr, &e) == -1 && e.status == EX_CONFIG,
	    "aliases within aliases that make much of little are refused");
	ok(parse(&all, "namespaces: &a\n  FW: *a\n", &e) == -1 &&
	    e.status == EX_CONFIG, "and so is one that leads back");
	buf_release(&b);
	namespaces_release(&all);
}

static void
test_refuse(void)
{
	struct namespaces all = NAMESPACES_INIT;
	struct buf b = BUF_INIT;
	struct err e;
	int i;

	parse(&all, whole, &e);
	ok(namespaces_may_enter(&all, "FW", &e) == 0 &&
	    namespaces_may_enter(&all, "PLAT", &e) == 0,
	    "a task may come into one");
	ok(namespaces_may_enter(&all, "MOBILE", &e) == -1 &&
	    e.status == EX_NO && strstr(e.msg, "MOBILE is archived") != NULL,
	    "but not into one that is archived");
	ok(namespaces_may_enter(&all, "WEB", &e) == -1 &&
	    e.status == EX_USAGE, "nor into one that is not there");
	is_str(e.msg, "there is no namespace 'WEB' (there are FW, MOBILE, A1, "
	    "PLAT)", "which names those that are");
	namespaces_refuse(&all, "plat", &e);
	is_str(e.msg, "there is no namespace 'plat'; did you mean 'PLAT'? "
	    "(there are FW, MOBILE, A1, PLAT)",
	    "and the one that was meant by small letters");
	namespaces_refuse(&all, "MOBIEL", &e);
	ok(strstr(e.msg, "did you mean 'MOBILE'?") != NULL,
	    "or by a slip of the pen");
	buf_adds(&b, "namespaces:\n");
	for (i = 0; i < 1000; i++)
		buf_addf(&b, "  N%d: {}\n", 10000 + i);
	ok(parse(&all, b.ptr, &e) == 0 && all.n == 1000 &&
	    namespaces_refuse(&all, "X", &e) == -1 &&
	    strstr(e.msg, "N10019, …)") != NULL, "of many it names some");
	namespaces_release(&all);
	namespaces_refuse(&all, "FW", &e);
	is_str(e.msg, "there is no namespace 'FW' (.work/tasks/"
	    "NAMESPACES.yaml names those that there are)",
	    "where there is none it says where they are named");
	buf_release(&b);
}

int
main(void)
{
	test_whole();
	test_limits();
	test_none();
	test_errors();
	test_unknown();
	test_bomb();
	test_refuse();
	return tap_done();
}
