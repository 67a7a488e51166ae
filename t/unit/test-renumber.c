/* SPDX-License-Identifier: MIT */
/* change/renumber, change/rename: tasks that get another id */
#include "base/compat.h"

#include "base/err.h"
#include "change/rename.h"
#include "change/renumber.h"
#include "change/session.h"
#include "t/unit/scratch.h"
#include "t/unit/tap.h"

static struct session s;
static struct renumber r;
static struct strvec changed;
static struct err err;

static void
begin(void)
{
	err = (struct err)ERR_INIT;
	if (session_begin_in(&s, NULL, &err) != 0)
		bail("%s", err.msg);
	r = (struct renumber)RENUMBER_INIT(&s);
}

static void
end(void)
{
	renumber_release(&r);
	strvec_release(&changed);
	session_end(&s);
}

/* A board with these tasks, committed. */
static void
make_board(void)
{
	remove_tree(".git");
	remove_tree(".work");
	put_file(".work/tasks/NAMESPACES.yaml", "namespaces: {FW: {}}\n");
	put_file(".work/tasks/ID_COUNTER.txt", "0005\n");
	put_task("inbox", "0001", NULL);
	put_task("inbox", "0002", "depends_on: [TASK-0001]\n");
	put_task("archived", "0003", "blocked_by: task:TASK-0001\n");
	put_task("inbox", "0004", "depends_on: [TASK-0002]\n");
	put_repo();
}

/* The id that the task would get, as text; or the message. */
static const char *
finds(const char *ref, const char *ns)
{
	static char text[256];
	struct task t = TASK_INIT;
	char now[ID_SIZE];
	struct id id;

	if (session_load(&s, ref, &t, &err) != 0 ||
	    renumber_find(&r, &t, ns, &id, &err) != 0) {
		snprintf(text, sizeof(text), "%.200s", err.msg);
	} else {
		id_format_ref(now, &id);
		snprintf(text, sizeof(text), "%s", now);
	}
	task_release(&t);
	return text;
}

/* Finds one, gives it to the task, and saves that. */
static int
renumber(const char *ref, const char *ns)
{
	struct task t = TASK_INIT;
	struct id id;
	int rc;

	rc = session_load(&s, ref, &t, &err) != 0 ||
	    renumber_find(&r, &t, ns, &id, &err) != 0 ||
	    renumber_task(&r, &t, &id, "by a test", &err) != 0 ? -1 : 0;
	if (rc == 0)
		session_save(&s, &t);
	task_release(&t);
	return rc;
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

static void
test_one(void)
{
	make_board();
	begin();
	is_str(finds("1", "FW"), "TASK-FW-0001", "its own number is free");
	ok(row(renumber("1", "FW") == 0, "%s", err.msg), "it gets it");
	is_str(s.store.stages[STAGE_INBOX].v[2]->folder, "TASK-FW-0001-one",
	    "the store knows it by that, in the order of ids");
	ok(row(renumber_references(&r, &changed, &err) == 0, "%s", err.msg) &&
	    changed.n == 2 && strcmp(changed.v[0], "TASK-0002") == 0 &&
	    strcmp(changed.v[1], "TASK-0003") == 0,
	    "those who name it are rewritten, and told");
	ok(row(session_commit(&s, "moved", &err) == 0, "%s", err.msg),
	    "all of it is committed");
	end();
	ok(file_has(in_task("inbox", "FW-0001", "/FW-0001-one.task.md"),
	    "\"FW-0001\"") && is_there(in_task("inbox", "FW-0001",
	    "/FW-0001.context.md")) && file_has(in_task("inbox", "FW-0001",
	    "/FW-0001.ledger.jsonl"), "\"event\":\"id_renumbered\",\"desc\":"
	    "\"by a test\",\"from\":\"TASK-0001\",\"to\":\"TASK-FW-0001\"") &&
	    !is_there(in_task("inbox", "0001", "")),
	    "folder, files, card and ledger say so");
	ok(file_has(in_task("inbox", "0002", "/0002-one.task.md"),
	    "depends_on: [\"TASK-FW-0001\"]") &&
	    file_has(in_task("archived", "0003", "/0003-one.task.md"),
	    "blocked_by: \"task:TASK-FW-0001\"") &&
	    file_has(in_task("inbox", "0004", "/0004-one.task.md"),
	    "depends_on: [TASK-0002]"), "and those who name it, nobody else");
	ok(file_has(".work/tasks/ID_COUNTER.FW.txt", "0002\n") &&
	    file_has(".work/tasks/ID_COUNTER.txt", "0005\n") && is_sound(),
	    "the counters are above it");
}

static void
test_given_up(void)
{
	begin();
	is_str(finds("FW-1", ""), "TASK-0001",
	    "a task may have an id again that it gave up");
	is_str(finds("2", "FW"), "TASK-FW-0002", "others have their own");
	ok(renumber("FW-1", "") == 0, "it goes back");
	is_str(finds("2", "FW"), "TASK-FW-0002", "the counter had passed it");
	is_str(finds("4", "FW"), "TASK-FW-0004", "or not come to it");
	ok(renumber("1", "") == 0 && renumber_references(&r, &changed, &err) ==
	    0 && session_commit(&s, "back", &err) == 0, "it is committed");
	end();
	make_board();
	put_task("inbox", "FW-0001", NULL);
	must_run(NULL, NULL, "git add .");
	must_run(NULL, NULL, "git commit -qm more");
	begin();
	is_str(finds("1", "FW"), "TASK-FW-0002", "one that is taken is not");
	ok(renumber("FW-1", "") == 0, "it is given up");
	is_str(finds("1", "FW"), "TASK-FW-0003",
	    "nor is one that another task gave up, just now");
	ok(renumber_references(&r, &changed, &err) == 0 &&
	    session_commit(&s, "given up", &err) == 0, "it is committed");
	end();
	begin();
	ok(strncmp(finds("1", "FW"), "TASK-FW-000", 11) == 0 &&
	    strcmp(finds("1", "FW"), "TASK-FW-0001") != 0,
	    "or long ago, as its ledger says");
	end();
}

static void
test_errors(void)
{
	make_board();
	put_file(in_task("inbox", "0004", "/0004-one.task.md"),
	    "---\ndepends_on: [TASK-0001\n---\n");
	begin();
	ok(renumber("1", "FW") == 0 &&
	    renumber_references(&r, &changed, &err) == -1 &&
	    err.status == EX_DATAERR && strstr(err.msg, "0004-one.task.md:")
	    != NULL, "a card that cannot be read and names it is an error");
	end();
	put_file(in_task("inbox", "0004", "/0004-one.task.md"),
	    "---\ndepends_on: [TASK-00011, TASK-0001-, TASK-X0001, 1\n---\n");
	begin();
	ok(renumber("1", "FW") == 0 &&
	    renumber_references(&r, &changed, &err) == -1,
	    "however it is written");
	end();
	put_file(in_task("inbox", "0004", "/0004-one.task.md"),
	    "---\ndepends_on: [TASK-00011, TASK-X0001, 1, TASK-\n---\n");
	begin();
	ok(renumber("1", "FW") == 0 &&
	    row(renumber_references(&r, &changed, &err) == 0, "%s", err.msg),
	    "one that does not is none");
	end();
	put_dir(in_task("inbox", "0001", "/FW-0001.context.md"));
	begin();
	ok(renumber("1", "FW") == -1 && err.status == EX_NO &&
	    s.txn.plan.nrenames == 0, "a file that has such a name stops it");
	end();
}

int
main(void)
{
	scratch();
	test_one();
	test_given_up();
	test_errors();
	return tap_done();
}
