/* SPDX-License-Identifier: MIT */
/* rule/graph, rule/flags */
#include "base/compat.h"

#include "base/err.h"
#include "base/strvec.h"
#include "board/store.h"
#include "board/task.h"
#include "rule/flags.h"
#include "rule/graph.h"
#include "t/unit/scratch.h"
#include "t/unit/tap.h"

enum { CHAIN = 300 };

static struct store store;

static void
load(struct task *t, const char *ref)
{
	struct err e = ERR_INIT;
	struct package *p;

	if (store_resolve(&store, ref, &p, &e) != 0 ||
	    task_load_card(t, &store, p, &e) != 0)
		bail("%s: %s", ref, e.msg);
}

static void
anew(void)
{
	struct err e = ERR_INIT;

	store_close(&store);
	if (store_open(&store, NULL, &e) != 0)
		bail("no store: %s", e.msg);
}

#define ON(list) "depends_on: [" list "]\n"

static void
test_deps(void)
{
	struct task t = TASK_INIT;
	struct err e = ERR_INIT;
	struct dep *deps;
	size_t n;

	put_task("next", "0001",
	    ON("TASK-0003, TASK-4711, TASK-0002, TASK-0004"));
	put_task("learning", "0002", NULL);
	put_task("inbox", "0003", "status: blocked\ncurrent_dri: null\n");
	put_task("archived", "0004", "status: canceled\n");
	anew();
	load(&t, "1");
	ok(graph_deps(&store, &t.card, &deps, &n, &e) == 0 && n == 4 &&
	    deps[0].id.number == 3 && deps[1].id.number == 4711 &&
	    deps[2].id.number == 2 && deps[3].id.number == 4,
	    "what a task depends on comes in the card's order");
	ok(deps[0].status == STATUS_BLOCKED && !deps[0].has_dri &&
	    deps[2].status == STATUS_ACTIVE && deps[2].has_dri,
	    "with the status and whether somebody is responsible");
	ok(deps[1].pkg == NULL && deps[1].status == STATUS_NONE,
	    "a task that is missing has no package");
	ok(!dep_is_done(&deps[0]) && !dep_is_done(&deps[1]) &&
	    dep_is_done(&deps[2]),
	    "done is what lies in integration or later");
	ok(!dep_is_done(&deps[3]), "but for what was canceled");
	free(deps);
	task_release(&t);
}

static void
test_deps_errors(void)
{
	struct task t = TASK_INIT;
	struct err e = ERR_INIT;
	struct dep *deps;
	size_t n;

	put_file(in_task("learning", "0002", "/0002-one.task.md"), "broken");
	anew();
	load(&t, "1");
	ok(graph_deps(&store, &t.card, &deps, &n, &e) == -1 &&
	    e.status == EX_DATAERR &&
	    strstr(e.msg, "0002-one.task.md:1:1:") != NULL,
	    "a card that cannot be read is an error with its place");
	free(deps);
	put_task("learning", "0002", NULL);
	put_task("next", "0002", NULL);
	anew();
	task_release(&t);
	load(&t, "1");
	ok(graph_deps(&store, &t.card, &deps, &n, &e) == -1 &&
	    e.status == EX_DATAERR, "so is an id that is there twice");
	free(deps);
	task_release(&t);
	remove_tree(in_task("next", "0002", ""));
}

/* "TASK-0001 TASK-0002 TASK-0001" for the cycle from the task on, or "". */
static const char *
cycle(uint32_t number)
{
	static struct buf b;
	struct strvec path = STRVEC_INIT;
	struct id id = { "", number };
	struct err e = ERR_INIT;
	size_t i;
	int rc;

	anew();
	rc = graph_cycle(&store, &id, &path, &e);
	buf_clear(&b);
	if (rc < 0 || (rc == 0) != (path.n == 0))
		buf_addf(&b, "%d, %s", rc, e.msg);
	for (i = 0; i < path.n; i++)
		buf_addf(&b, "%s%s", i > 0 ? " " : "", path.v[i]);
	strvec_release(&path);
	return buf_str(&b);
}

static void
test_cycle(void)
{
	remove_tree(".work");
	put_task("inbox", "0001", ON("TASK-0002, TASK-0003"));
	put_task("inbox", "0002", ON("TASK-0004"));
	put_task("inbox", "0003", ON("TASK-0004, TASK-4711"));
	put_task("inbox", "0004", NULL);
	is_str(cycle(1), "", "two ways to one task are no cycle");
	put_task("inbox", "0004", ON("TASK-0004"));
	is_str(cycle(4), "TASK-0004 TASK-0004",
	    "a task may wait for itself");
	is_str(cycle(1), "TASK-0004 TASK-0004",
	    "a cycle further down is found, without the way there");
	put_task("inbox", "0004", ON("TASK-FW-0005"));
	put_task("archived", "FW-0005", ON("TASK-0001"));
	is_str(cycle(2), "TASK-0002 TASK-0004 TASK-FW-0005 TASK-0001 "
	    "TASK-0002", "a long one has all its ids in order, namespaces "
	    "and the archive included");
	put_file(in_task("archived", "FW-0005", "/FW-0005-one.task.md"), "x");
	is_str(cycle(2), "", "a card that cannot be read ends the way");
	is_str(cycle(4711), "", "and so does a task that is missing");
}

static void
test_long(void)
{
	char id[16], keys[64];
	int i;

	remove_tree(".work");
	for (i = 1; i <= CHAIN; i++) {
		snprintf(id, sizeof(id), "%04d", i);
		snprintf(keys, sizeof(keys), ON("TASK-%04d"), i + 1);
		put_task("backlog", id, keys);
	}
	is_str(cycle(1), "", "a chain of hundreds is no cycle");
	snprintf(id, sizeof(id), "%04d", CHAIN);
	put_task("backlog", id, ON("TASK-0001"));
	is_int((intmax_t)strlen(cycle(7)), 10 * (CHAIN + 1) - 1,
	    "until its end waits for its beginning");
	remove_tree(".work/tasks/backlog");
	put_file(".work/tasks/backlog", "");
	ok(strncmp(cycle(7), "-1, ", 4) == 0,
	    "a stage that cannot be read is an error");
	remove_tree(".work");
}

/* The way from one task to another, as a message shows it; or "". */
static const char *
way(uint32_t from, uint32_t to)
{
	static struct buf b;
	struct strvec path = STRVEC_INIT;
	struct id first = { "", from }, last = { "", to };
	struct err e = ERR_INIT;
	int rc;

	anew();
	rc = graph_path(&store, &first, &last, &path, &e);
	buf_clear(&b);
	if (rc < 0 || (rc == 0) != (path.n == 0))
		buf_addf(&b, "%d, %s", rc, e.msg);
	graph_show_path(&b, &path);
	strvec_release(&path);
	return buf_str(&b);
}

static void
test_path(void)
{
	put_task("inbox", "0001", ON("TASK-4711, TASK-0002, TASK-0003"));
	put_task("inbox", "0002", NULL);
	put_task("inbox", "0003", ON("TASK-FW-0004"));
	put_task("archived", "FW-0004", ON("TASK-0005, TASK-0003"));
	put_task("inbox", "0005", NULL);
	is_str(way(1, 2), "TASK-0001 -> TASK-0002",
	    "a way down begins and ends with its two tasks");
	is_str(way(1, 5), "TASK-0001 -> TASK-0003 -> TASK-FW-0004 -> "
	    "TASK-0005", "it leads through namespaces, the archive and by "
	    "dead ends");
	is_str(way(5, 1), "", "there is none up");
	is_str(way(2, 5), "", "or to a side");
	is_str(way(4711, 1), "", "or from a task that is missing");
	is_str(way(1, 4711), "TASK-0001 -> TASK-4711",
	    "to one that is missing there is");
	is_str(way(3, 3), "TASK-0003 -> TASK-FW-0004 -> TASK-0003",
	    "and in a circle to itself");
	is_str(way(1, 17), "", "a circle on the way is gone around once");
	put_file(in_task("inbox", "0003", "/0003-one.task.md"), "x");
	is_str(way(1, 5), "", "nor one by a card that cannot be read");
	remove_tree(".work");
}

static void
test_path_shown(void)
{
	struct strvec path = STRVEC_INIT;
	struct buf b = BUF_INIT;
	int i;

	graph_show_path(&b, &path);
	is_str(buf_str(&b), "", "a way without tasks shows nothing");
	for (i = 1; i <= 16; i++)
		strvec_addf(&path, "%d", i);
	graph_show_path(&b, &path);
	is_str(b.ptr, "1 -> 2 -> 3 -> 4 -> 5 -> 6 -> 7 -> 8 -> 9 -> 10 -> "
	    "11 -> 12 -> 13 -> 14 -> 15 -> 16",
	    "a way of sixteen is shown as a whole");
	buf_clear(&b);
	strvec_add(&path, "17");
	graph_show_path(&b, &path);
	is_str(b.ptr, "1 -> 2 -> 3 -> 4 -> 5 -> 6 -> … 5 more … -> 12 -> 13 "
	    "-> 14 -> 15 -> 16 -> 17", "of a longer one the two ends");
	buf_release(&b);
	strvec_release(&path);
}

/* The flags of a task in a stage, "!" and the message where there are none. */
static const char *
flags(const char *stage, const char *keys)
{
	static struct buf b;
	struct flags f = FLAGS_INIT;
	struct task t = TASK_INIT;
	struct err e = ERR_INIT;

	put_task(stage, "0009", keys);
	anew();
	load(&t, "9");
	buf_clear(&b);
	if (flags_of(&f, &store, t.pkg, &t.card, &e) != 0)
		buf_addf(&b, "!%s", e.msg);
	else
		buf_addf(&b, "%s;%s", buf_str(&f.text),
		    buf_str(&f.dependencies));
	flags_release(&f);
	task_release(&t);
	remove_tree(in_task(stage, "0009", ""));
	return b.ptr;
}

#define BLOCKED "status: blocked\n"
#define PAUSED "status: paused\n"

static void
test_flags(void)
{
	static const struct { const char *stage, *keys, *want; } rows[] = {
		{ "inbox", "", ";" },
		{ "inbox", BLOCKED, "blocked;" },
		{ "inbox", BLOCKED "blocked_by: external:API access\n",
		    "blocked(external:API access);" },
		{ "inbox", BLOCKED "blocked_by: \"task:TASK-0001\"\n",
		    "blocked(TASK-0001);" },
		{ "inbox", BLOCKED "blocked_by: \"task:1\"\n",
		    "blocked(TASK-0001);" },
		{ "inbox", BLOCKED "blocked_by: \"task:TASK-0002\"\n",
		    "blocked(TASK-0002:canceled);" },
		{ "inbox", BLOCKED "blocked_by: \"task:TASK-4711\"\n",
		    "blocked(TASK-4711);" },
		{ "inbox", BLOCKED "blocked_by: \"task:me\"\n",
		    "blocked(task:me);" },
		{ "next", PAUSED, "paused;" },
		{ "next", PAUSED "expected_resume_date: \"2025-11-01\"\n",
		    "paused(2025-11-01);" },
		{ "archived", "status: split\n", "split(children);" },
		{ "archived", "status: canceled\n", ";" },
		{ "inbox", "blocked_by: \"task:TASK-0001\"\n", ";" },
		{ "backlog", ON("TASK-0001"), "dep_ready;TASK-0001" },
		{ "current", ON("TASK-0001"), ";TASK-0001" },
		{ "next", ON("TASK-0001, TASK-0003"), ";TASK-0001, "
		    "TASK-0003" },
		{ "next", ON("TASK-0002"), ";TASK-0002" },
		{ "next", ON("TASK-4711"), ";TASK-4711" },
		{ "next", ON("\"TASK-FW-0001\", nonsense"),
		    "dep_ready;TASK-FW-0001" },
		{ "next", PAUSED ON("TASK-0001"), "paused dep_ready;"
		    "TASK-0001" },
	};
	bool good = true;
	const char *got;
	size_t i;

	put_task("learning", "0001", NULL);
	put_task("archived", "0002", "status: canceled\n");
	put_task("current", "0003", NULL);
	put_task("integration", "FW-0001", NULL);
	for (i = 0; i < ARRAY_LEN(rows); i++) {
		got = flags(rows[i].stage, rows[i].keys);
		good &= row(strcmp(got, rows[i].want) == 0, "%s %s: %s",
		    rows[i].stage, rows[i].keys, got);
	}
	ok(good, "flags and dependencies are as task-format(5) has them");
}

static void
test_flags_errors(void)
{
	put_file(in_task("current", "0003", "/0003-one.task.md"), "x");
	ok(strstr(flags("next", ON("TASK-0003")), "0003-one.task.md:1:1") !=
	    NULL, "a dependency whose card cannot be read is an error");
	ok(flags("next", BLOCKED "blocked_by: \"task:3\"\n")[0] == '!',
	    "and so is such a blocker");
	put_task("inbox", "0003", NULL);
	ok(flags("next", BLOCKED "blocked_by: \"task:3\"\n")[0] == '!',
	    "or one that is there twice");
}

int
main(void)
{
	scratch();
	put_dir(".work/tasks");
	store.fd = -1;
	test_deps();
	test_deps_errors();
	test_cycle();
	test_long();
	test_path();
	test_path_shown();
	test_flags();
	test_flags_errors();
	store_close(&store);
	return tap_done();
}
