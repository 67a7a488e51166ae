/* SPDX-License-Identifier: MIT */
/* change/txn, change/apply: what a holder that died left, and restarts */
#include "base/compat.h"

#include <sys/stat.h>

#include "base/err.h"
#include "board/store.h"
#include "change/txn.h"
#include "t/unit/scratch.h"
#include "t/unit/tap.h"

#define JOURNAL ".git/task/journal"
enum { AT_BOOT = 8 };

static struct store store;
static struct txn txn = TXN_INIT;
static struct err err;

static int
try_begin(void)
{
	static const struct txn_opts opts = { .who = "test" };

	err = (struct err)ERR_INIT;
	store_close(&store);
	if (store_open(&store, NULL, &err) != 0)
		bail("%s", err.msg);
	txn = (struct txn)TXN_INIT;
	return txn_begin(&txn, &store, &opts, &err);
}

static void
begin(void)
{
	if (try_begin() != 0)
		bail("%s", err.msg);
}

/* The next program comes, and goes; what it says. */
static char *
next_program(void)
{
	hear();
	begin();
	txn_end(&txn);
	return heard();
}

static void
put(const char *path, const char *text)
{
	txn_write(&txn, path, text, strlen(text));
}

/*
 * A change that is in the journal and not carried out, as if its program had
 * died: `prepare` stages it.
 */
static void
die_after_journal(void (*prepare)(void))
{
	struct buf b = BUF_INIT;

	begin();
	prepare();
	if (txn_step(&txn, "left", &err) != 0)
		bail("%s", err.msg);
	plan_format(&txn.plan, &b);
	if (journal_append(&txn.journal, &b, &err) != 0)
		bail("%s", err.msg);
	txn_end(&txn);
	buf_release(&b);
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
	bool same = row(got == want || (got != NULL && want != NULL &&
	    strcmp(got, want) == 0), "%s: %s", path, got == NULL ? "(none)" :
	    got);

	free(got);
	return same;
}

static void
stage_two(void)
{
	put("a", "one\n");
	put("new/b", "two\n");
	txn_remove(&txn, "old");
}

static void
test_finish(void)
{
	char *said;

	die_after_journal(stage_two);
	ok(!is_there(".work/tasks/a") && git_says("log -1 --format=%s",
	    "start"), "a change that is in the journal only is not there yet");
	said = next_program();
	ok(file_is(".work/tasks/a", "one\n") &&
	    file_is(".work/tasks/new/b", "two\n") &&
	    file_is(".work/tasks/old", NULL), "the next program finishes it");
	ok(git_says("log -1 --format=%s", "left") && is_sound(),
	    "as if nothing had happened");
	free(said);
	said = next_program();
	ok(git_says("rev-list --count HEAD", "2"), "once");
	free(said);
}

static void
stage_other(void)
{
	put("a", "mine\n");
	put("c", "mine\n");
}

static void
test_meanwhile(void)
{
	char *said;

	die_after_journal(stage_other);
	put_file(".work/tasks/a", "by hand\n");
	put_file("else", "x\n");
	must_run(NULL, NULL, "git add else");
	must_run(NULL, NULL, "git commit -q -m theirs -- else");
	said = next_program();
	ok(strstr(said, ".work/tasks/a was changed meanwhile; your version is "
	    "kept, the commit has ours") != NULL,
	    "a file that a person changed since is named");
	ok(file_is(".work/tasks/a", "by hand\n") &&
	    file_is(".work/tasks/c", "mine\n"), "and kept");
	ok(git_says("log -2 --format=%s", "left\ntheirs") &&
	    git_says("show HEAD:.work/tasks/a", "mine") &&
	    git_says("show HEAD:else", "x"),
	    "the commit is made on what came in between");
	ok(git_says("status --porcelain", " M .work/tasks/a"),
	    "the difference is theirs to see");
	must_run(NULL, NULL, "git commit -q -a -m rest");
	free(said);
}

static void
stage_move(void)
{
	txn_rename(&txn, "inbox/TASK-0001-one", "next/TASK-0001-one");
	put("next/TASK-0001-one/0001.context.md", "moved\n");
	txn_touch(&txn, "next/TASK-0001-one");
}

static void
stage_done(void)
{
	put("a", "done\n");
}

/* The change is carried out up to some point before the program dies. */
static void
test_half_done(void)
{
	struct buf b = BUF_INIT;

	die_after_journal(stage_move);
	put_dir(".work/tasks/next");
	if (rename(in_task("inbox", "0001", ""), in_task("next", "0001", ""))
	    != 0)
		bail("no move: %s", strerror(errno));
	free(next_program());
	ok(file_is(in_task("next", "0001", "/0001.context.md"), "moved\n") &&
	    is_sound(), "a folder that was moved already is left there");
	die_after_journal(stage_done);
	get_data(JOURNAL, &b);
	free(next_program());
	put_data(JOURNAL, b.ptr, b.len);
	free(next_program());
	ok(git_says("rev-list --count HEAD", "7") && is_sound(),
	    "what was carried out and not marked so is done once");
	must_run(NULL, NULL, "git commit -q --allow-empty -m further");
	put_data(JOURNAL, b.ptr, b.len);
	free(next_program());
	ok(git_says("log -1 --format=%s", "further") && is_sound(),
	    "also where somebody went on from there");
	buf_release(&b);
}

/* Says that the machine was restarted since the journal was written. */
static void
restart(void)
{
	struct buf b = BUF_INIT;

	if (!get_data(JOURNAL, &b) || b.len < 56)
		bail("no journal");
	b.ptr[AT_BOOT] ^= 1;
	put_data(JOURNAL, b.ptr, b.len);
	buf_release(&b);
}

/* As a file is that was on disk before. */
static void
age(const char *path)
{
	must_run(NULL, NULL, "touch -d 1-hour-ago %s", path);
}

static void
commit(void (*prepare)(void))
{
	begin();
	prepare();
	if (txn_commit(&txn, "done", &err) != 0)
		bail("%s", err.msg);
	txn_end(&txn);
}

static void
stage_three(void)
{
	put("a", "restored\n");
	put("d", "restored\n");
	put("dir/e", "restored\n");
	put("mine", "restored\n");
}

static void
test_files(void)
{
	put_file(".work/tasks/a", "before\n");
	must_run(NULL, NULL, "git add -A");
	must_run(NULL, NULL, "git commit -q -m before");
	commit(stage_three);
	put_file(".work/tasks/a", "before\n");
	age(".work/tasks/a");
	put_file(".work/tasks/d", "");
	remove_tree(".work/tasks/dir");
	put_file(".work/tasks/mine", "by hand\n");
	free(next_program());
	ok(file_is(".work/tasks/a", "before\n") &&
	    file_is(".work/tasks/d", ""),
	    "without a restart what was done is left alone");
	restart();
	free(next_program());
	ok(file_is(".work/tasks/a", "restored\n"),
	    "after one, a file that fell back is put right");
	ok(file_is(".work/tasks/d", "restored\n"), "or one that is empty");
	ok(file_is(".work/tasks/dir/e", "restored\n"),
	    "or missing with its folder");
	ok(file_is(".work/tasks/mine", "by hand\n"),
	    "what a person changed since is theirs");
	must_run(NULL, NULL, "git checkout -q .");
	ok(is_sound(), "git has all of it");
	remove_tree(".work/tasks/a");
	free(next_program());
	ok(file_is(".work/tasks/a", NULL),
	    "what was restored once is not restored a second time");
	must_run(NULL, NULL, "git checkout -q .");
}

static void
stage_ref(void)
{
	put("a", "with its commit\n");
}

static void
test_git(void)
{
	char *blob, path[128];

	commit(stage_ref);
	blob = says("git rev-parse HEAD:.work/tasks/a");
	snprintf(path, sizeof(path), ".git/objects/%.2s/%s", blob, blob + 2);
	chmod(path, 0644);
	put_file(path, "");
	must_run(NULL, NULL, "git update-ref refs/heads/main HEAD~1");
	age(".git/refs/heads/main");
	restart();
	free(next_program());
	ok(git_says("log -1 --format=%s", "done"),
	    "a reference that fell back is put right");
	ok(git_says("reflog -1 --format=%gs",
	    "task: restored after a restart"), "its log says so");
	ok(is_sound(), "and an object that was cut off is written again");
	commit(stage_three);
	must_run(NULL, NULL, "git commit -q --allow-empty -m further");
	restart();
	free(next_program());
	ok(git_says("log -1 --format=%s", "further") && is_sound(),
	    "one that is further on stays there");
	free(blob);
}

static void
stage_again(void)
{
	put("a", "on the branch\n");
}

static void
test_other_branch(void)
{
	commit(stage_again);
	must_run(NULL, NULL, "git checkout -q -b other HEAD~1");
	put_file(".work/tasks/a", "");
	restart();
	free(next_program());
	ok(file_is(".work/tasks/a", ""),
	    "files of a branch that is not checked out are not restored");
	must_run(NULL, NULL, "git checkout -q -f main");
}

static void
test_broken(void)
{
	struct buf b = BUF_INIT;

	begin();
	buf_adds(&b, "no plan");
	journal_append(&txn.journal, &b, &err);
	txn_end(&txn);
	ok(try_begin() == -1 && err.status == EX_DATAERR &&
	    strncmp(err.msg, "a change that was interrupted cannot be "
	    "finished: ", 50) == 0, "a record that is no plan is EX_DATAERR");
	ok(try_begin() == -1, "until it is taken away");
	remove_tree(JOURNAL);
	ok(try_begin() == 0, "by a person");
	txn_end(&txn);
	buf_release(&b);
}

int
main(void)
{
	scratch();
	put_task("inbox", "0001", NULL);
	put_file(".work/tasks/old", "old\n");
	put_repo();
	store.fd = -1;
	test_finish();
	test_meanwhile();
	test_half_done();
	test_files();
	test_git();
	test_other_branch();
	test_broken();
	store_close(&store);
	return tap_done();
}
