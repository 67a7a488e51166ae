/* SPDX-License-Identifier: MIT */
/* change/txn, change/build, change/commit: one change, one commit */
#include "base/compat.h"

#include <sys/stat.h>

#include "base/err.h"
#include "board/store.h"
#include "change/txn.h"
#include "sys/file.h"
#include "t/unit/scratch.h"
#include "t/unit/tap.h"

static struct store store;
static struct txn txn = TXN_INIT;
static struct err err;

static int
try_begin(const struct txn_opts *opts)
{
	static const struct txn_opts usual = { .who = "test" };

	err = (struct err)ERR_INIT;
	store_close(&store);
	if (store_open(&store, NULL, &err) != 0)
		bail("%s", err.msg);
	txn = (struct txn)TXN_INIT;
	return txn_begin(&txn, &store, opts == NULL ? &usual : opts, &err);
}

static void
begin(void)
{
	if (try_begin(NULL) != 0)
		bail("%s", err.msg);
}

static void
put(const char *path, const char *text)
{
	txn_write(&txn, path, text, strlen(text));
}

static bool
commits(const char *message)
{
	return row(txn_commit(&txn, message, &err) == 0, "%s", err.msg);
}

/* True where git says so. */
static bool
git_says(const char *command, const char *want)
{
	char *got = says("git %s", command);
	bool same = row(strcmp(got, want) == 0, "git %s: %s", command, got);

	free(got);
	return same;
}

static bool
file_is(const char *path, const char *want)
{
	char *got = get_file(path);
	bool same = row(got != NULL && strcmp(got, want) == 0, "%s: %s", path,
	    got == NULL ? "(none)" : got);

	free(got);
	return same;
}

#define INBOX(id, tail) "inbox/TASK-" id "-one" tail
#define CONTEXT ".work/tasks/" INBOX("0001", "/0001.context.md")

static void
test_commit(void)
{
	begin();
	put("ID_COUNTER.txt", "0002\n");
	put(INBOX("0001", "/0001.context.md"), "new\n");
	ok(file_is(CONTEXT, "The context.\n"), "staging changes nothing");
	ok(commits("two files\n\nby a test"), "a commit does");
	ok(file_is(CONTEXT, "new\n") &&
	    file_is(".work/tasks/ID_COUNTER.txt", "0002\n"),
	    "the files are written");
	ok(git_says("log --format=%s,%b", "two files,by a test\n\nstart,") &&
	    is_sound(), "and committed as one");
	ok(git_says("reflog -1 --format=%gs", "task: two files"),
	    "the reference's log says what it was");
	put("ID_COUNTER.txt", "0004\n");
	ok(commits("more") && git_says("log -1 --format=%s", "more"),
	    "then there may be a further one");
	txn_end(&txn);
}

static void
test_mixed(void)
{
	put_file("staged", "1\n");
	must_run(NULL, NULL, "git add staged");
	put_file("dirty", "changed\n");
	begin();
	put("ID_COUNTER.txt", "0003\n");
	ok(commits("mixed"), "other things may be staged and dirty");
	txn_end(&txn);
	ok(git_says("status --porcelain", " M dirty\nA  staged"),
	    "and are as they were");
	ok(git_says("show --name-only --format=%s",
	    "mixed\n\n.work/tasks/ID_COUNTER.txt"),
	    "none of them is in the commit");
	must_run(NULL, NULL, "git commit -q -a -m rest");
}

/* What a person changed in the files of a package that is touched. */
static void
test_by_hand(void)
{
	put_file(CONTEXT, "by hand\n");
	put_file(".work/tasks/" INBOX("0001", "/0001.learning.md"), "new\n");
	remove_tree(".work/tasks/" INBOX("0001", "/0001.context.v1.md"));
	put_file(".work/tasks/" INBOX("0001", "/notes.txt"), "mine\n");
	put_file(".work/tasks/" INBOX("0002", "/0002.context.md"), "other\n");
	begin();
	txn_touch(&txn, INBOX("0001", ""));
	txn_touch(&txn, INBOX("0001", ""));
	ok(commits("taken"), "what a person changed in a package goes along");
	txn_end(&txn);
	ok(git_says("show --name-status --format=%s", "taken\n\n"
	    "M\t" CONTEXT "\n"
	    "D\t.work/tasks/" INBOX("0001", "/0001.context.v1.md") "\n"
	    "A\t.work/tasks/" INBOX("0001", "/0001.learning.md")),
	    "the files that are its own, new ones and lost ones");
	ok(git_says("status --porcelain",
	    " M .work/tasks/" INBOX("0002", "/0002.context.md") "\n"
	    "?? .work/tasks/" INBOX("0001", "/notes.txt")),
	    "no other file, and no other package");
	remove_tree(".work/tasks/" INBOX("0001", "/notes.txt"));
	must_run(NULL, NULL, "git commit -q -a -m rest");
}

static void
test_rename(void)
{
	begin();
	put(INBOX("0001", "/0001.context.md"), "moved\n");
	txn_rename(&txn, INBOX("0001", ""), "next/TASK-0001-one");
	put("next/TASK-0001-one/0001.ledger.jsonl", "{}\n");
	txn_touch(&txn, "next/TASK-0001-one");
	ok(commits("move"), "a package moves, with what was staged in it");
	txn_end(&txn);
	ok(!is_there(".work/tasks/" INBOX("0001", "")) &&
	    file_is(in_task("next", "0001", "/0001.context.md"), "moved\n"),
	    "on disk");
	ok(git_says("ls-tree --name-only HEAD .work/tasks/next/",
	    ".work/tasks/next/TASK-0001-one") && is_sound(), "and in git");
}

static void
test_moved_by_hand(void)
{
	put_dir(".work/tasks/current");
	if (rename(in_task("next", "0001", ""), in_task("current", "0001",
	    "")) != 0)
		bail("no move: %s", strerror(errno));
	begin();
	put("current/TASK-0001-one/0001.context.md", "moved twice\n");
	txn_rename(&txn, "next/TASK-0001-one", "current/TASK-0001-one");
	txn_touch(&txn, "current/TASK-0001-one");
	ok(commits("move"), "a person may have moved the folder already");
	txn_end(&txn);
	ok(file_is(in_task("current", "0001", "/0001.context.md"),
	    "moved twice\n") && is_sound(), "what is staged is written there");
	begin();
	txn_rename(&txn, "current/TASK-0001-one", "inbox/TASK-0001-one");
	ok(commits("back") && is_sound(), "and it may come back");
	txn_end(&txn);
}

static void
test_moved_twice(void)
{
	begin();
	txn_rename(&txn, "next/TASK-0001-one", "current/TASK-0001-one");
	txn_rename(&txn, "current/TASK-0001-one", "inbox/TASK-0001-one");
	ok(commits("twice") && is_there(in_task("inbox", "0001", "")),
	    "a package may move twice in one change");
	txn_end(&txn);
	ok(is_sound(), "and git has it where it went last");
}

static void
test_remove(void)
{
	struct file f = FILE_INIT;

	begin();
	txn_remove(&txn, "ID_COUNTER.txt");
	ok(txn_read(&txn, "ID_COUNTER.txt", 99, &f, &err) == -1 &&
	    err.status == EX_NOINPUT, "a file that is being removed cannot be "
	    "read");
	ok(commits("gone") && !is_there(".work/tasks/ID_COUNTER.txt"),
	    "then it is gone");
	put("a/b", "x");
	txn_remove(&txn, "none");
	ok(commits("new") && file_is(".work/tasks/a/b", "x") && is_sound(),
	    "a file that is not there can be removed");
	txn_remove(&txn, "a/b");
	txn_write(&txn, "a/b", "y", 1);
	ok(commits("again") && file_is(".work/tasks/a/b", "y"),
	    "the last word counts");
	put("a/b", "y");
	ok(commits("same") && git_says("log -1 --format=%s", "again"),
	    "a change that changes nothing makes no commit");
	txn_end(&txn);
	file_release(&f);
}

static void
test_read(void)
{
	struct file f = FILE_INIT;
	struct buf b = BUF_INIT;
	struct oid id;

	begin();
	put("a/b", "staged");
	ok(store_read(&store, "a/b", 99, &f, &err) == 0 &&
	    strcmp(f.data.ptr, "staged") == 0,
	    "the store reads what is staged");
	ok(txn_read_head(&txn, "a/b", &b, &err) == 1 &&
	    strcmp(b.ptr, "y") == 0, "what HEAD has is there as well");
	ok(txn_read_head(&txn, "a/none", &b, &err) == 0 &&
	    txn_find_head(&txn, "a", &id, &err) == 1 && !oid_is_zero(&id) &&
	    txn_find_head(&txn, "none", &id, &err) == 0 && oid_is_zero(&id),
	    "where it has it");
	ok(store_read(&store, "none", 99, &f, &err) == -1 &&
	    strncmp(err.msg, ".work/tasks/none: ", 18) == 0,
	    "a file that is not there is named as the caller knows it");
	txn_discard(&txn);
	buf_clear(&f.data);
	ok(store_read(&store, "a/b", 99, &f, &err) == 0 &&
	    strcmp(f.data.ptr, "y") == 0,
	    "what was staged can be forgotten");
	txn_rename(&txn, "a", "c");
	buf_clear(&f.data);
	buf_clear(&b);
	ok(txn_read(&txn, "c/b", 99, &f, &err) == 0 &&
	    strcmp(f.data.ptr, "y") == 0 &&
	    txn_read_head(&txn, "c/b", &b, &err) == 1,
	    "after a move a file is read at its new path");
	txn_end(&txn);
	buf_clear(&f.data);
	ok(store_read(&store, "a/b", 99, &f, &err) == 0,
	    "after the end the store reads the disk");
	file_release(&f);
	buf_release(&b);
}

static void
test_changed(void)
{
	struct file f = FILE_INIT;

	begin();
	txn_read(&txn, "a/b", 99, &f, &err);
	put_file(".work/tasks/a/b", "by hand, meanwhile");
	put("a/b", "mine");
	ok(txn_commit(&txn, "no", &err) == -1 && err.status == EX_TEMPFAIL &&
	    strcmp(err.msg, "a/b was changed while this ran; nothing is done, "
	    "try again") == 0, "what changed since it was read is EX_TEMPFAIL");
	txn_end(&txn);
	ok(file_is(".work/tasks/a/b", "by hand, meanwhile") &&
	    git_says("log -1 --format=%s", "again"), "and nothing is done");
	begin();
	put("a/b", "mine");
	ok(commits("over") && file_is(".work/tasks/a/b", "mine") &&
	    is_sound(), "what was not read is written over");
	txn_end(&txn);
	put_dir(".work/tasks/dir");
	begin();
	put("dir", "x");
	ok(txn_commit(&txn, "no", &err) == -1 && err.status == EX_DATAERR,
	    "a folder is not");
	txn_end(&txn);
	file_release(&f);
}

static void
test_no_commit(void)
{
	struct txn_opts opts = { .who = "test", .no_commit = true };

	try_begin(&opts);
	put("a/b", "left");
	txn_touch(&txn, INBOX("0001", ""));
	txn_rename(&txn, INBOX("0001", ""), "next/TASK-0001-one");
	ok(commits("none") && git_says("log -1 --format=%s", "over"),
	    "without commits only files change");
	txn_end(&txn);
	ok(file_is(".work/tasks/a/b", "left") &&
	    is_there(in_task("next", "0001", "")), "they do");
	must_run(NULL, NULL, "git add -A");
	must_run(NULL, NULL, "git commit -q -m mine");
	must_run(NULL, NULL, "git config task.commit false");
	begin();
	put("a/b", "too");
	ok(!txn.commits && commits("none") &&
	    git_says("status --porcelain", " M .work/tasks/a/b"),
	    "task.commit says the same");
	txn_end(&txn);
	must_run(NULL, NULL, "git config task.commit true");
	must_run(NULL, NULL, "git commit -q -a -m mine");
}

static int
begin_too(void *ctx)
{
	struct txn_opts opts = { .who = "other", .dry_run = ctx != NULL };
	struct txn own = TXN_INIT;
	struct store s;
	int rc;

	setenv("TASK_LOCK_TIMEOUT", "0", 1);
	if (store_open(&s, NULL, &err) != 0)
		return 3;
	rc = txn_begin(&own, &s, &opts, &err);
	if (rc != 0)
		rc = err.status == EX_TEMPFAIL &&
		    strstr(err.msg, "test (pid ") != NULL ? 4 : 5;
	else if (ctx != NULL) {
		txn_write(&own, "a/b", "would be", 8);
		rc = txn_commit(&own, "no", &err) == -1 &&
		    err.status == EX_SOFTWARE ? 0 : 6;
	}
	txn_end(&own);
	store_close(&s);
	return rc;
}

static void
test_lock(void)
{
	struct child c;

	begin();
	in_child(&c, begin_too, NULL);
	is_int(c.status, 4, "while one changes the board another waits, and "
	    "says for whom");
	child_release(&c);
	in_child(&c, begin_too, &c);
	ok(row(c.status == 0, "%d: %s", c.status, buf_str(&c.err)) &&
	    file_is(".work/tasks/a/b", "too"),
	    "a dry run needs no lock, and changes nothing");
	child_release(&c);
	txn_end(&txn);
	setenv("TASK_LOCK_TIMEOUT", "soon", 1);
	ok(try_begin(NULL) == -1 && err.status == EX_CONFIG,
	    "a TASK_LOCK_TIMEOUT that is no span is EX_CONFIG");
	setenv("TASK_LOCK_TIMEOUT", "900d", 1);
	ok(try_begin(NULL) == 0, "a long one is a day");
	txn_end(&txn);
	unsetenv("TASK_LOCK_TIMEOUT");
	txn_end(&txn);
	ok(txn.repo == NULL, "ending twice is no harm");
}

int
main(void)
{
	scratch();
	put_task("inbox", "0001", NULL);
	put_task("inbox", "0002", NULL);
	put_file(".work/tasks/" INBOX("0001", "/0001.context.v1.md"), "1\n");
	put_file(".work/tasks/ID_COUNTER.txt", "0001\n");
	put_file("dirty", "1\n");
	put_repo();
	store.fd = -1;
	test_commit();
	test_mixed();
	test_by_hand();
	test_rename();
	test_moved_by_hand();
	test_remove();
	test_read();
	test_changed();
	test_no_commit();
	test_lock();
	test_moved_twice();
	store_close(&store);
	return tap_done();
}
