/* SPDX-License-Identifier: MIT */
/* change/reindex: the indexes follow what a transaction changes */
#include "base/compat.h"

#include "base/err.h"
#include "change/reindex.h"
#include "change/session.h"
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

static void
commit_all(void)
{
	must_run(NULL, NULL, "git add -A");
	must_run(NULL, NULL, "git commit -q --allow-empty -m rest");
}

/* Mends the rows of a task; the message where it fails. */
static const char *
mended(uint32_t number, enum stage was_in)
{
	struct id id = { "", number };

	begin();
	reindex_add(&s.reindex, &id, was_in);
	if (session_commit(&s, "mended", &err) != 0) {
		session_end(&s);
		return err.msg;
	}
	session_end(&s);
	return "";
}

static int
all_made(void)
{
	int bad;

	begin();
	bad = reindex_all(&s.txn, &err);
	if (bad >= 0 && txn_commit(&s.txn, "all", &err) != 0)
		bail("%s", err.msg);
	session_end(&s);
	return bad;
}

static bool
file_has(const char *path, const char *what)
{
	char *got = get_file(path);
	bool has = got != NULL && strstr(got, what) != NULL;

	free(got);
	return has;
}

#define INDEX(stage) ".work/tasks/" stage "INDEX.md"

static void
test_all(void)
{
	is_int(all_made(), 0, "every index is made");
	ok(file_has(INDEX(""), "| 0001 | One | @alice | inbox |") &&
	    file_has(INDEX("inbox/"), "| 0001 | One | @alice | active |") &&
	    file_has(INDEX("archived/"), "# ") && is_sound(),
	    "and is in one commit");
	begin();
	ok(reindex_all(&s.txn, &err) == 0 &&
	    txn_commit(&s.txn, "none", &err) == 0, "made once more");
	session_end(&s);
	ok(run_line(NULL, "git diff --quiet HEAD~1") == 1 && is_sound(),
	    "they have the same bytes");
	put_file(in_task("next", "0003", "/0003-one.task.md"), "x");
	hear();
	ok(all_made() >= 1, "cards that cannot be read are counted");
	free(heard());
	put_task("next", "0003", NULL);
	commit_all();
}

static void
test_mend(void)
{
	put_task("inbox", "0001", "task_name: Other\n");
	put_task("next", "0003", "task_name: Left\n");
	is_str(mended(1, STAGE_INBOX), "", "a task's rows are mended");
	ok(file_has(INDEX("inbox/"), "| 0001 | Other |") &&
	    file_has(INDEX(""), "| 0001 | Other |") &&
	    !file_has(INDEX("next/"), "Left"), "and no other's");
	remove_tree(in_task("inbox", "0001", ""));
	is_str(mended(1, STAGE_INBOX), "", "a task that is gone");
	ok(!file_has(INDEX("inbox/"), "| 0001 |") &&
	    !file_has(INDEX(""), "| 0001 |"), "loses its rows");
	put_task("backlog", "0001", NULL);
	is_str(mended(1, STAGE_INBOX), "", "one that lies elsewhere");
	ok(file_has(INDEX("backlog/"), "| 0001 |") &&
	    file_has(INDEX(""), "| backlog |"), "gets them there");
	put_file(INDEX("backlog/"), "# Mine\n\ntext\n");
	put_task("backlog", "0004", NULL);
	is_str(mended(1, STAGE_BACKLOG), "", "an index without its table");
	ok(file_has(INDEX("backlog/"), "# Mine\n\ntext\n") &&
	    file_has(INDEX("backlog/"), "| 0001 |") &&
	    file_has(INDEX("backlog/"), "| 0004 |"),
	    "is made anew, below what is there");
	commit_all();
}

static void
test_add(void)
{
	struct reindex r = REINDEX_INIT;
	struct id one = { "", 1 }, two = { "FW", 1 };
	struct reindex_task *t;

	reindex_add(&r, &one, STAGE_INBOX);
	reindex_add(&r, &two, STAGE_NEXT);
	t = reindex_add(&r, &one, STAGE_BACKLOG);
	ok(r.n == 2 && t == &r.v[0] &&
	    t->stages == (1u << STAGE_INBOX | 1u << STAGE_BACKLOG),
	    "a task is there once, with all stages that it was in");
	reindex_release(&r);
	reindex_release(&r);
	ok(r.n == 0, "releasing twice is no harm");
}

/* Who waits is found by the root's index. */
static void
test_waiting(void)
{
	struct id id = { "", 5 };

	put_task("current", "0005", NULL);
	put_task("next", "0006", "depends_on: [TASK-0005]\n");
	put_task("next", "0007", "depends_on: [TASK-0055]\n");
	put_task("next", "0008", "depends_on: [TASK-0009, TASK-0005]\n");
	all_made();
	commit_all();
	must_run(NULL, NULL, "git mv %s .work/tasks/integration/",
	    in_task("current", "0005", ""));
	add_file(in_task("integration", "0005", "/0005.ledger.jsonl"),
	    event_line("implemented", 9, ""));
	begin();
	reindex_add(&s.reindex, &id, STAGE_CURRENT)->for_others = true;
	ok(session_commit(&s, "mended", &err) == 0 &&
	    file_has(INDEX("next/"), "| dep_ready | TASK-0005 |"),
	    "whoever waits for a task is mended with it");
	session_end(&s);
	ok(file_has(INDEX("next/"), "| - | TASK-0009, TASK-0005 |") &&
	    file_has(INDEX("next/"), "| - | TASK-0055 |"),
	    "but is not ready before all is done");
	commit_all();
}

static void
test_shards(void)
{
	struct id id = { "", 120 };
	struct reindex_task *t;

	put_file(".work/tasks/policy.yaml", "scale: {archive_shard: 100}\n");
	put_task("archived/0000-0099", "0020", NULL);
	put_task("archived/0100-0199", "0120", NULL);
	is_int(all_made(), 0, "an archive may have sub-folders");
	ok(file_has(INDEX("archived/"), "[0100-0199](0100-0199/INDEX.md)") &&
	    file_has(INDEX("archived/0100-0199/"), "| 0120 |"),
	    "each has its index");
	put_task("archived/0100-0199", "0121", NULL);
	is_str(mended(121, STAGE_CURRENT), "", "a task that is closed");
	ok(file_has(INDEX("archived/0100-0199/"), "| 0121 |") &&
	    file_has(INDEX("archived/"), "INDEX.md) | 2 |"),
	    "gets its row in its sub-folder");
	remove_tree(in_task("archived/0100-0199", "0120", ""));
	begin();
	t = reindex_add(&s.reindex, &id, STAGE_ARCHIVED);
	t->shard = mem_strdup("0100-0199");
	ok(session_commit(&s, "gone", &err) == 0 &&
	    !file_has(INDEX("archived/0100-0199/"), "| 0120 |"),
	    "one that is gone loses it there");
	session_end(&s);
	put_file(".work/tasks/policy.yaml", "scale: {root_index: open}\n");
	put_task("archived", "0020", NULL);
	remove_tree(".work/tasks/archived/0000-0099");
	is_str(mended(20, STAGE_ARCHIVED), "", "by policy");
	ok(!file_has(INDEX(""), "| 0020 |") && file_has(INDEX("archived/"),
	    "| 0020 |"), "the root has the open ones alone");
	remove_tree(".work/tasks/policy.yaml");
	commit_all();
}

static void
test_errors(void)
{
	put_file(in_task("next", "0003", "/0003-one.task.md"), "x");
	ok(strstr(mended(3, STAGE_NEXT), "0003-one.task.md:1:1:") != NULL,
	    "a card that cannot be read is an error");
	put_task("next", "0003", NULL);
	put_task("inbox", "0003", NULL);
	ok(strstr(mended(3, STAGE_NEXT), "two packages have this id") !=
	    NULL, "so is an id that is there twice");
	remove_tree(in_task("inbox", "0003", ""));
	remove_tree(INDEX("next/"));
	put_dir(INDEX("next/"));
	ok(*mended(3, STAGE_NEXT) != '\0', "or a folder in an index's place");
	is_int(all_made(), -1, "for all of them, too");
	put_file(".work/tasks/policy.yaml", "scale: x\n");
	ok(strstr(mended(3, STAGE_NEXT), "policy.yaml:1:8") != NULL,
	    "or a policy that is wrong");
}

int
main(void)
{
	scratch();
	put_task("inbox", "0001", NULL);
	put_task("next", "0003", NULL);
	put_file(".work/tasks/integration/INDEX.md", "");
	put_repo();
	test_all();
	test_mend();
	test_add();
	test_waiting();
	test_shards();
	test_errors();
	return tap_done();
}
