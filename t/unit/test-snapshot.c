/* SPDX-License-Identifier: MIT */
/* change/snapshot */
#include "base/compat.h"

#include "base/err.h"
#include "board/task.h"
#include "change/ref.h"
#include "change/snapshot.h"
#include "change/tree.h"
#include "sys/file.h"
#include "t/unit/scratch.h"
#include "t/unit/tap.h"

static struct repo *repo;
static struct tree_cache *trees;
static struct err e;

/* Opens the board of HEAD; what was found of its place. */
static const char *
open_head(struct snapshot *s)
{
	struct ref_head head = { 0 };
	const char *prefix;
	struct oid tasks;

	if (ref_head(repo, &head, &e) != 0 ||
	    snapshot_find(trees, &head.tree, &prefix, &tasks, &e) != 0)
		bail("%s", e.msg);
	ref_head_release(&head);
	snapshot_open(s, trees, &tasks, "HEAD:.work");
	return prefix;
}

static void
test_reads(void)
{
	struct file f = FILE_INIT;
	struct task t = TASK_INIT;
	struct package *p;
	struct snapshot s;

	is_str(open_head(&s), ".work/tasks/", "finds a board in a branch");
	put_file(in_task("next", "0001", "/0001.context.md"), "other\n");
	ok(store_resolve(&s.store, "1", &p, &e) == 0 &&
	    p->stage == STAGE_NEXT && task_load(&t, &s.store, p, &e) == 0 &&
	    t.has_ledger && strcmp(buf_str(&t.context), "other\n") != 0,
	    "loads a task as the commit has it, whatever lies on disk");
	task_release(&t);
	ok(store_resolve(&s.store, "4000", &p, &e) == 0 &&
	    strcmp(p->shard, "4000-4999") == 0, "looks into shards");
	ok(store_resolve(&s.store, "3", &p, &e) == -1 &&
	    e.status == EX_NOINPUT, "says what is not there");
	ok(store_is_worker(&s.store, "builder") &&
	    !store_is_worker(&s.store, "@alice"), "knows workers");
	ok(store_read(&s.store, "policy.yaml", 100, &f, &e) == -1 &&
	    e.status == EX_NOINPUT &&
	    strcmp(e.msg, "HEAD:.work/tasks/policy.yaml: there is no such "
	    "file") == 0, "a file that is not there is EX_NOINPUT");
	ok(store_read(&s.store, "link", 100, &f, &e) == -1 &&
	    e.status == EX_DATAERR, "a link is not read");
	ok(store_read(&s.store, "next/INDEX.md", 3, &f, &e) == -1 &&
	    e.status == EX_DATAERR, "nor what is too large");
	ok(store_read(&s.store, "next/INDEX.md", 4, &f, &e) == 0 &&
	    strcmp(buf_str(&f.data), "text") == 0, "reads a file");
	file_release(&f);
	snapshot_close(&s);
}

static void
test_no_board(void)
{
	struct snapshot s;

	must_run(NULL, NULL, "git mv .work elsewhere");
	must_run(NULL, NULL, "git commit -qm away");
	ok(open_head(&s) == NULL && oid_is_zero(&s.tasks),
	    "a commit may have no board");
	ok(store_load_all(&s.store, &e) == 0 &&
	    s.store.stages[STAGE_NEXT].n == 0, "which is an empty one");
	snapshot_close(&s);
	must_run(NULL, NULL, "git mv elsewhere/tasks tasks");
	must_run(NULL, NULL, "git commit -qm top");
	is_str(open_head(&s), "tasks/", "a branch of its own begins with it");
	snapshot_close(&s);
}

int
main(void)
{
	scratch();
	put_task("next", "0001", NULL);
	put_task("archived/4000-4999", "4000", NULL);
	put_file(".work/tasks/next/INDEX.md", "text");
	put_file(".work/tasks/.workers/builder.manifest.yaml", "x: 1\n");
	must_run(NULL, NULL, "ln -s next/INDEX.md .work/tasks/link");
	put_repo();
	if (repo_open(&repo, ".", &e) != 0)
		bail("%s", e.msg);
	trees = tree_cache_new(repo);
	test_reads();
	test_no_board();
	tree_cache_free(trees);
	repo_close(repo);
	return tap_done();
}
