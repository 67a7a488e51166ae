/* SPDX-License-Identifier: MIT */
/* change/txn: many commits at once, conflicts, repositories of all kinds */
#include "base/compat.h"

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
try_begin(const char *dir)
{
	static const struct txn_opts opts = { .who = "test" };

	err = (struct err)ERR_INIT;
	store_close(&store);
	if (store_open(&store, dir, &err) != 0)
		bail("%s", err.msg);
	txn = (struct txn)TXN_INIT;
	return txn_begin(&txn, &store, &opts, &err);
}

static void
begin(const char *dir)
{
	if (try_begin(dir) != 0)
		bail("%s", err.msg);
}

static void
put(const char *path, const char *text)
{
	txn_write(&txn, path, text, strlen(text));
}

static bool
step(const char *message)
{
	return row(txn_step(&txn, message, &err) == 0, "%s", err.msg);
}

static bool
flush(void)
{
	return row(txn_flush(&txn, &err) == 0, "%s", err.msg);
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
file_is(const char *path, const char *want)
{
	char *got = get_file(path);
	bool same = row(got != NULL && strcmp(got, want) == 0, "%s: %s", path,
	    got == NULL ? "(none)" : got);

	free(got);
	return same;
}

static void
test_steps(void)
{
	struct file f = FILE_INIT;

	begin(NULL);
	put("a", "1\n");
	put("keep", "1\n");
	ok(step("one") && !is_there(".work/tasks/a"),
	    "a step changes nothing yet");
	ok(txn_read(&txn, "a", 99, &f, &err) == 0 &&
	    strcmp(f.data.ptr, "1\n") == 0, "but it is what is read then");
	put("a", "2\n");
	ok(step("two"), "further steps may change the same file");
	txn_rename(&txn, "inbox/TASK-0001-one", "next/TASK-0001-one");
	put("next/TASK-0001-one/0001.context.md", "3\n");
	txn_touch(&txn, "next/TASK-0001-one");
	ok(step("three"), "or move a package");
	put("next/TASK-0001-one/0001.context.md", "4\n");
	txn_remove(&txn, "keep");
	ok(step("four") && flush(), "before all of it happens");
	txn_end(&txn);
	ok(git_says("log --format=%s", "four\nthree\ntwo\none\nstart"),
	    "each step is a commit");
	ok(file_is(".work/tasks/a", "2\n") &&
	    file_is(in_task("next", "0001", "/0001.context.md"), "4\n") &&
	    !is_there(".work/tasks/keep"), "the files are those of the last");
	ok(git_says("show HEAD~3:.work/tasks/a", "1") &&
	    git_says("show HEAD~1:.work/tasks/next/TASK-0001-one/"
	    "0001.context.md", "3") && is_sound(),
	    "each commit has its own");
	file_release(&f);
}

static void
test_empty_step(void)
{
	begin(NULL);
	ok(flush(), "nothing can be flushed");
	put("a", "3\n");
	ok(step("three") && step("nothing") && flush() &&
	    git_says("log -1 --format=%s", "three"),
	    "a step without a change is no commit");
	txn_end(&txn);
}

static void
test_conflict(void)
{
	begin(NULL);
	put("a", "ours\n");
	step("ours");
	put("b", "ours\n");
	step("ours, too");
	put_file("theirs", "x\n");
	must_run(NULL, NULL, "git add theirs");
	must_run(NULL, NULL, "git commit -q -m theirs -- theirs");
	ok(flush(), "somebody else may commit meanwhile");
	ok(git_says("log -3 --format=%s", "ours, too\nours\ntheirs"),
	    "then our commits are made on theirs");
	ok(git_says("show HEAD:theirs", "x") &&
	    git_says("show HEAD:.work/tasks/b", "ours") && is_sound(),
	    "and nothing is lost");
	put("a", "after\n");
	ok(step("after") && flush() && git_says("log -2 --format=%s",
	    "after\nours, too") && is_sound(), "the next change follows");
	txn_end(&txn);
}

static void
test_switched(void)
{
	begin(NULL);
	put("a", "elsewhere\n");
	step("elsewhere");
	must_run(NULL, NULL, "git checkout -q -b side");
	must_run(NULL, NULL, "git branch -q -f main HEAD~1");
	ok(flush() && git_says("log -1 --format=%s side", "elsewhere"),
	    "who went to another branch gets the change there");
	txn_end(&txn);
	ok(is_sound(), "with its files");
	must_run(NULL, NULL, "git checkout -q --detach");
	begin(NULL);
	put("a", "detached\n");
	ok(step("detached") && flush() && is_sound() &&
	    git_says("log -1 --format=%s", "detached") &&
	    git_says("log -1 --format=%s side", "elsewhere"),
	    "a head without a branch moves alone");
	txn_end(&txn);
	must_run(NULL, NULL, "git checkout -q -B main");
}

static void
test_failed(void)
{
	begin(NULL);
	put("first", "1\n");
	step("first");
	put_dir(".work/tasks/first");
	ok(txn_flush(&txn, &err) == -1 && err.status == EX_DATAERR &&
	    strncmp(err.msg, "the change is recorded, and the next task "
	    "program will finish it: ", 66) == 0,
	    "what cannot be carried out stays on record");
	txn_discard(&txn);
	remove_tree(".work/tasks/first");
	put("second", "2\n");
	step("second");
	if (txn_flush(&txn, &err) != 0)
		diag("%s", err.msg);
	txn_end(&txn);
	begin(NULL);
	txn_end(&txn);
	ok(file_is(".work/tasks/first", "1\n"),
	    "also where the program went on to another change");
	must_run(NULL, NULL, "git add -A");
	must_run(NULL, NULL, "git commit -q --allow-empty -m rest");
}

static void
test_bulk(void)
{
	char path[32];
	int i;

	begin(NULL);
	for (i = 0; i < 120; i++) {
		snprintf(path, sizeof(path), "bulk/%03d/file", i);
		put(path, path);
	}
	ok(step("bulk") && flush() && is_sound(),
	    "a change may have hundreds of files");
	txn_end(&txn);
	ok(git_says("ls-tree --name-only HEAD .work/tasks/bulk/119/",
	    ".work/tasks/bulk/119/file"), "all are in the commit");
	i = run_line(NULL, "git rev-parse -q --verify "
	    "HEAD:.work/tasks/bulk/077/file");
	ok(i == 0, "each can be read");
	begin(NULL);
	for (i = 0; i < 120; i++) {
		snprintf(path, sizeof(path), "bulk/%03d/file", i);
		txn_remove(&txn, path);
	}
	ok(step("away") && flush() && is_sound() &&
	    !is_there(".work/tasks/bulk/007/file"), "and go the same way");
	txn_end(&txn);
}

static void
test_text(void)
{
	put_file(".gitattributes", "*.md text eol=crlf\n");
	must_run(NULL, NULL, "git add .gitattributes");
	must_run(NULL, NULL, "git commit -q -m attributes");
	begin(NULL);
	put("x.md", "a\r\nb\r\n");
	ok(step("crlf") && flush() && file_is(".work/tasks/x.md",
	    "a\r\nb\r\n"), "line ends stay as they are on disk");
	txn_end(&txn);
	ok(git_says("cat-file blob HEAD:.work/tasks/x.md", "a\nb") &&
	    is_sound(), "git gets those that its attributes say");
	put_file(".work/tasks/inbox/TASK-0002-one/0002.context.md",
	    "c\r\n");
	begin(NULL);
	txn_touch(&txn, "inbox/TASK-0002-one");
	ok(step("taken") && flush() && is_sound() && git_says("cat-file blob "
	    "HEAD:.work/tasks/inbox/TASK-0002-one/0002.context.md", "c"),
	    "also of what a person wrote");
	txn_end(&txn);
	must_run(NULL, NULL, "git rm -q .gitattributes");
	must_run(NULL, NULL, "git commit -q -m none");
	must_run(NULL, NULL, "git add --renormalize .");
	must_run(NULL, NULL, "git commit -q --allow-empty -m again");
}

static void
test_index_lock(void)
{
	put_file(".git/index.lock", "");
	begin(NULL);
	put("a", "while git is busy\n");
	ok(step("busy") && flush() && git_says("log -1 --format=%s", "busy"),
	    "a change does not wait for git's index");
	put("b", "as well\n");
	ok(step("busy still") && flush(), "nor the next");
	txn_end(&txn);
	remove_tree(".git/index.lock");
	begin(NULL);
	txn_end(&txn);
	ok(is_sound(), "the next program puts the index right");
}

static void
test_unborn(void)
{
	put_file("new/.work/tasks/inbox/x", "");
	must_run(NULL, NULL, "git init -q new");
	begin("new");
	put("a", "first\n");
	ok(step("first") && flush(), "a repository may have no commit yet");
	txn_end(&txn);
	ok(git_says("-C new log --format=%s", "first") &&
	    git_says("-C new status --porcelain",
	    "?? .work/tasks/inbox/"), "then this is the first");
}

static void
test_below(void)
{
	put_file("new/sub/dir/.work/tasks/x", "x\n");
	begin("new/sub/dir");
	is_str(txn.prefix, "sub/dir/.work/tasks/",
	    "the board may lie anywhere in the worktree");
	put("x", "y\n");
	ok(step("below") && flush() && git_says("-C new show --name-only "
	    "--format=", "sub/dir/.work/tasks/x"),
	    "its paths in git are the worktree's");
	put("/top", "of the worktree\n");
	put("/sub/dir/.work/one", "of the board\n");
	ok(step("above") && flush() && file_is("new/top",
	    "of the worktree\n") && git_says("-C new show --name-only "
	    "--format=", "sub/dir/.work/one\ntop"),
	    "a path with a slash before it is one of the worktree");
	txn_end(&txn);
}

static void
test_moved_on(void)
{
	begin(NULL);
	txn_rename(&txn, "inbox/TASK-0002-one", "backlog/TASK-0002-one");
	put("backlog/TASK-0002-one/0002.context.md", "5\n");
	step("on");
	txn_rename(&txn, "backlog/TASK-0002-one", "next/TASK-0002-one");
	put("next/TASK-0002-one/0002.context.md", "6\n");
	ok(step("further on") && flush() &&
	    file_is(in_task("next", "0002", "/0002.context.md"), "6\n") &&
	    git_says("ls-tree --name-only HEAD .work/tasks/next/TASK-0002-one "
	    ".work/tasks/backlog/", ".work/tasks/next/TASK-0002-one"),
	    "a package may move on in a further step");
	txn_end(&txn);
	ok(is_sound(), "and git's index goes with it");
}

static void
test_kinds(void)
{
	struct txn_opts opts = { .who = "test" };
	struct buf dir = BUF_INIT;

	txn = (struct txn)TXN_INIT;
	buf_addf(&dir, "%s/new/sub", scratch());
	ok(txn_begin_at(&txn, dir.ptr, &opts, &err) == 0 &&
	    strcmp(txn.prefix, "sub/") == 0,
	    "a board that is not there yet begins with its folder");
	put(".work/README.md", "new\n");
	ok(step("board") && flush() && file_is("new/sub/.work/README.md",
	    "new\n"), "which is made");
	txn_end(&txn);
	buf_clear(&dir);
	buf_addf(&dir, "%s/new", scratch());
	ok(txn_begin_at(&txn, dir.ptr, &opts, &err) == 0 &&
	    *txn.prefix == '\0', "it may be the worktree itself");
	txn_end(&txn);
	must_run(NULL, NULL, "git init -q --bare bare");
	put_dir("bare/.work/tasks");
	ok(try_begin("bare") == -1 && err.status == EX_CONFIG &&
	    strstr(err.msg, "bare repository") != NULL,
	    "a bare repository has no files to work on");
	put_dir("away");
	must_run(NULL, NULL, "git init -q odd");
	must_run(NULL, NULL, "git -C odd config core.worktree %s/away",
	    scratch());
	put_dir("odd/.work/tasks");
	ok(try_begin("odd") == -1 && err.status == EX_CONFIG &&
	    strstr(err.msg, "does not lie in the worktree") != NULL,
	    "a worktree may lie elsewhere");
	remove_tree(".git");
	ok(try_begin(NULL) == -1 && err.status == EX_NOINPUT,
	    "a board without git is EX_NOINPUT");
	buf_release(&dir);
}

int
main(void)
{
	scratch();
	put_task("inbox", "0001", NULL);
	put_task("inbox", "0002", NULL);
	put_repo();
	store.fd = -1;
	test_steps();
	test_empty_step();
	test_conflict();
	test_switched();
	test_bulk();
	test_text();
	test_index_lock();
	test_failed();
	test_moved_on();
	test_unborn();
	test_below();
	test_kinds();
	store_close(&store);
	return tap_done();
}
