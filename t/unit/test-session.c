/* SPDX-License-Identifier: MIT */
/* change/session: tasks read, changed, moved and committed */
#include "base/compat.h"

#include "base/err.h"
#include "change/session.h"
#include "cli/tool.h"
#include "t/unit/scratch.h"
#include "t/unit/tap.h"

static struct session s;
static struct err err;

static void
begin(void)
{
	err = (struct err)ERR_INIT;
	if (session_begin_in(&s, NULL, &err) != 0)
		bail("%s", err.msg);
}

static bool
git_says(const char *command, const char *want)
{
	char *got = says("git %s", command);
	bool same = row(strcmp(got, want) == 0, "git %s: %s", command, got);

	free(got);
	return same;
}

static bool
file_has(const char *path, const char *what)
{
	char *got = get_file(path);
	bool has = row(got != NULL && strstr(got, what) != NULL, "%s: %s",
	    path, got == NULL ? "(none)" : got);

	free(got);
	return has;
}

/* Loads the task and adds the event to it. */
static int
load_and_log(const char *ref, struct task *t, const char *event)
{
	struct draft d;

	if (session_load(&s, ref, t, &err) != 0)
		return -1;
	session_draft(&s, &d, event, "by a test");
	session_log(t, &d);
	return 0;
}

static void
test_save(void)
{
	struct task t = TASK_INIT;

	begin();
	ok(row(load_and_log("1", &t, "note_added") == 0, "%s", err.msg),
	    "a session loads a task");
	ok(card_set(&t.card, "priority", "P0", &err) == 0 &&
	    (session_save(&s, &t), true) &&
	    row(session_commit(&s, "TASK-0001: noted", &err) == 0, "%s",
	    err.msg), "saves it, and commits");
	task_release(&t);
	session_end(&s);
	ok(file_has(in_task("inbox", "0001", "/0001.ledger.jsonl"),
	    "\"user\":\"@alice\",\"event\":\"note_added\",\"desc\":\"by a "
	    "test\""), "what was logged is by the actor, now");
	ok(file_has(".work/tasks/inbox/INDEX.md", "| 0001 | One | @alice |")
	    && file_has(".work/tasks/INDEX.md", "| 0001 | One |"),
	    "the indexes have its row");
	ok(git_says("log -1 --format=%s", "TASK-0001: noted") && is_sound(),
	    "all of it is one commit");
	session_end(&s);
	ok(s.store.fd == -1, "ending twice is no harm");
}

static void
test_move(void)
{
	struct task t = TASK_INIT;

	begin();
	load_and_log("1", &t, "verified");
	card_set(&t.card, "stage", "backlog", &err);
	session_save(&s, &t);
	ok(session_move(&s, &t, STAGE_BACKLOG, &err) == 0 &&
	    t.pkg->stage == STAGE_BACKLOG, "a task moves to another stage");
	ok(!is_there(in_task("backlog", "0001", "")), "in memory at first");
	ok(row(session_commit(&s, "moved", &err) == 0, "%s", err.msg),
	    "then on disk");
	task_release(&t);
	session_end(&s);
	ok(file_has(in_task("backlog", "0001", "/0001-one.task.md"),
	    "stage: \"backlog\"") &&
	    !is_there(in_task("inbox", "0001", "")), "what was saved goes "
	    "with it");
	ok(file_has(".work/tasks/backlog/INDEX.md", "| 0001 |") &&
	    file_has(".work/tasks/INDEX.md", "| backlog |") &&
	    is_sound(), "its rows do, too");
}

/* Whoever waits for a task that is done shows that it is ready. */
static void
test_others(void)
{
	struct task t = TASK_INIT;

	put_task("current", "0003", NULL);
	put_task("next", "0004", "depends_on: [\"TASK-0003\"]\n");
	must_run(NULL, NULL, "git add -A");
	must_run(NULL, NULL, "git commit -q -m more");
	begin();
	reindex_all(&s.txn, &err);
	session_commit(&s, "indexes", &err);
	ok(file_has(".work/tasks/next/INDEX.md", "| - | TASK-0003 |"),
	    "who waits is not ready");
	load_and_log("3", &t, "implemented");
	card_set(&t.card, "stage", "integration", &err);
	session_save(&s, &t);
	session_move(&s, &t, STAGE_INTEGRATION, &err);
	session_commit(&s, "done", &err);
	task_release(&t);
	session_end(&s);
	ok(file_has(".work/tasks/next/INDEX.md", "| dep_ready | TASK-0003 |")
	    && file_has(".work/tasks/INDEX.md", "dep_ready") && is_sound(),
	    "until what it waits for is done");
}

static void
test_versions(void)
{
	struct task t = TASK_INIT;
	struct buf text = BUF_INIT;

	begin();
	session_load(&s, "1", &t, &err);
	buf_adds(&text, "first");
	session_keep_version(&s, "backlog/TASK-0001-one/0001.context.v1.md",
	    &text);
	buf_adds(&text, "old\n");
	session_keep_version(&s, "backlog/TASK-0001-one/0001.context.v1.md",
	    &text);
	buf_adds(&text, "of another\n");
	session_keep_version(&s, "backlog/TASK-0009-one/0009.context.v1.md",
	    &text);
	ok(text.len == 0, "an earlier text can be kept");
	session_save(&s, &t);
	ok(session_commit(&s, "kept", &err) == 0 &&
	    file_has(in_task("backlog", "0001", "/0001.context.v1.md"),
	    "old\n") && is_sound(), "it is written along with its task");
	ok(!is_there(in_task("backlog", "0009", "")),
	    "and no other's is");
	task_release(&t);
	session_end(&s);
}

static void
test_discard(void)
{
	struct task t = TASK_INIT;

	begin();
	load_and_log("1", &t, "note_added");
	session_save(&s, &t);
	session_move(&s, &t, STAGE_NEXT, &err);
	session_discard(&s);
	task_release(&t);
	ok(session_commit(&s, "nothing", &err) == 0 &&
	    git_says("log -1 --format=%s", "kept"),
	    "what is discarded was never there");
	ok(session_load(&s, "1", &t, &err) == 0 &&
	    t.pkg->stage == STAGE_BACKLOG, "the task is as it was");
	task_release(&t);
	session_end(&s);
}

static void
test_steps(void)
{
	struct task a = TASK_INIT, b = TASK_INIT;

	begin();
	load_and_log("1", &a, "note_added");
	session_save(&s, &a);
	ok(session_step(&s, "first", &err) == 0 &&
	    load_and_log("2", &b, "note_added") == 0, "tasks may be changed "
	    "one after the other");
	session_save(&s, &b);
	ok(session_step(&s, "second", &err) == 0 &&
	    session_flush(&s, &err) == 0 &&
	    git_says("log -2 --format=%s", "second\nfirst") && is_sound(),
	    "a commit each, all at once");
	task_release(&a);
	task_release(&b);
	session_end(&s);
}

static void
test_errors(void)
{
	struct task t = TASK_INIT;
	char *said;

	begin();
	ok(session_load(&s, "4711", &t, &err) == -1 &&
	    err.status == EX_NOINPUT, "a task that is not there is "
	    "EX_NOINPUT");
	task_release(&t);
	session_end(&s);
	setenv("TASK_USER", "no name", 1);
	ok(session_begin_in(&s, NULL, &err) == -1 && err.status == EX_CONFIG,
	    "a session needs to know who it is for");
	unsetenv("TASK_USER");
	put_dir("elsewhere");
	hear();
	ok(session_begin_in(&s, "elsewhere/..", &err) == 0,
	    "a board may lie elsewhere");
	session_end(&s);
	said = heard();
	is_str(said, "", "and is not named when the caller chose it");
	free(said);
	put_file(".work/tasks/policy.yaml", "scale: x\n");
	begin();
	ok(session_load(&s, "1", &t, &err) == 0 &&
	    session_move(&s, &t, STAGE_ARCHIVED, &err) == -1 &&
	    err.status == EX_CONFIG, "a policy that is wrong stops a move");
	session_save(&s, &t);
	ok(session_commit(&s, "no", &err) == -1 && err.status == EX_CONFIG,
	    "and a commit");
	ok(session_may_import(&s, STAGE_NEXT, &err) == -1,
	    "and an import");
	task_release(&t);
	session_end(&s);
	remove_tree(".work/tasks/policy.yaml");
}

static void
test_no_board(void)
{
	ok(session_begin_in(&s, "/", &err) == -1 && err.status == EX_NOINPUT,
	    "without a board there is no session");
	remove_tree(".git");
	ok(session_begin_in(&s, NULL, &err) == -1 && err.status == EX_NOINPUT,
	    "nor without a repository");
}

static void
test_import(void)
{
	put_file(".work/tasks/people.yaml",
	    "people:\n  \"@alice\": {gates: [next]}\n");
	begin();
	ok(session_may_import(&s, STAGE_BACKLOG, &err) == 0 &&
	    session_may_import(&s, STAGE_CURRENT, &err) == 0,
	    "who may sign the gates on the way may import");
	ok(session_may_import(&s, STAGE_INTEGRATION, &err) == -1 &&
	    err.status == EX_NO, "others may not");
	session_end(&s);
	remove_tree(".work/tasks/people.yaml");
}

static void
test_worker(void)
{
	struct task t = TASK_INIT;

	setenv("TASK_AGENT", "bot", 1);
	begin();
	load_and_log("1", &t, "note_added");
	is_str(event_text_in(ledger_last(&t.ledger, "note_added"),
	    "metadata", "worker_id"), "bot", "an agent's events say so");
	task_release(&t);
	session_end(&s);
	unsetenv("TASK_AGENT");
}

static int
change(int argc, char **argv, struct err *e)
{
	struct task t = TASK_INIT;
	struct session own;
	int rc;

	(void)argc;
	if (session_begin(&own, e) != 0)
		return -1;
	rc = session_load(&own, argv[0], &t, e);
	if (rc == 0)
		rc = card_set(&t.card, "task_name", "Changed", e);
	if (rc == 0) {
		session_save(&own, &t);
		rc = session_commit(&own, "changed", e);
	}
	task_release(&t);
	session_end(&own);
	return rc;
}

static int
run_tool(void *ctx)
{
	static const struct tool tool = { "task-x", "x", "REF", TOOL_WRITES,
	    NULL, change };
	static char name[] = "task-x", ref[] = "1";
	char *argv[] = { name, ctx, ref, NULL };

	return tool_main(&tool, 3, argv);
}

static void
test_options(void)
{
	static char dry[] = "-n", none[] = "--no-commit", user[] = "-u@bob";
	struct child c;

	in_child(&c, run_tool, dry);
	ok(c.status == 0 && git_says("status --porcelain", "") &&
	    git_says("log -1 --format=%s", "second"),
	    "a dry run changes nothing");
	child_release(&c);
	in_child(&c, run_tool, none);
	ok(c.status == 0 && git_says("log -1 --format=%s", "second") &&
	    file_has(in_task("backlog", "0001", "/0001-one.task.md"),
	    "Changed"), "--no-commit changes the files alone");
	child_release(&c);
	in_child(&c, run_tool, user);
	ok(row(c.status == 0, "%s", buf_str(&c.err)) &&
	    git_says("log -1 --format=%s", "changed"),
	    "else there is a commit");
	ok(is_sound(), "with the indexes, whoever wrote them");
	child_release(&c);
}

int
main(void)
{
	scratch();
	put_task("inbox", "0001", NULL);
	put_task("inbox", "0002", NULL);
	put_repo();
	test_save();
	test_move();
	test_others();
	test_versions();
	test_discard();
	test_steps();
	test_errors();
	test_import();
	test_worker();
	test_options();
	test_no_board();
	return tap_done();
}
