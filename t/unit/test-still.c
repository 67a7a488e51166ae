/* SPDX-License-Identifier: MIT */
/* change/still */
#include "base/compat.h"

#include <sys/stat.h>

#include <fcntl.h>

#include "base/err.h"
#include "change/ref.h"
#include "change/repo.h"
#include "change/still.h"
#include "t/unit/scratch.h"
#include "t/unit/tap.h"

enum { LONG_MS = 3600000 };

static struct repo *repo;
static struct ref_head head;

static void
read_head(void)
{
	struct err e = ERR_INIT;

	ref_head_release(&head);
	if (ref_head(repo, &head, &e) != 0)
		bail("%s", e.msg);
}

/* As if it had been written so long ago. */
static void
make_old(const char *path, time_t seconds)
{
	struct timespec now, times[2];

	clock_gettime(CLOCK_REALTIME, &now);
	now.tv_sec -= seconds;
	times[0] = times[1] = now;
	if (utimensat(AT_FDCWD, path, times, 0) != 0)
		bail("%s: %s", path, strerror(errno));
}

static bool
begins(struct still *s, long settle_ms)
{
	return still_begin(s, repo, &head, settle_ms);
}

static void
test_still(void)
{
	struct still s;

	make_old(".git/index", 10);
	ok(begins(&s, 5000) && still_holds(&s, repo),
	    "where nothing happens git stands still");
	ok(!begins(&s, 20000), "it has to have done so for a while");
	make_old(".git/index", -1000);
	ok(begins(&s, LONG_MS) && still_holds(&s, repo),
	    "an index of the future is no reason to wait for it");
	if (rename(".git/index", ".git/away") != 0)
		bail("rename: %s", strerror(errno));
	ok(begins(&s, LONG_MS) && still_holds(&s, repo),
	    "nor is one that is not there");
	rename(".git/away", ".git/index");
	ok(!still_holds(&s, repo), "that it came since is");
}

static void
test_busy(void)
{
	struct still s;

	put_file(".git/index.lock", "");
	ok(!begins(&s, 0), "it does not while its index is held");
	remove_tree(".git/index.lock");
	ok(begins(&s, 0), "it does again when that is over");
	put_file(".git/HEAD.lock", "");
	ok(!still_holds(&s, repo), "until HEAD is held");
	remove_tree(".git/HEAD.lock");
	ok(still_holds(&s, repo), "which may come to nothing");
}

static void
test_checkout(void)
{
	struct still s;

	begins(&s, 0);
	must_run(NULL, NULL, "git read-tree -u -m side");
	ok(!still_holds(&s, repo), "a checkout that has come to the index");
	begins(&s, 0);
	must_run(NULL, NULL, "git symbolic-ref HEAD refs/heads/side");
	ok(!still_holds(&s, repo), "and one that has come to HEAD");
	ok(!begins(&s, 0), "HEAD leads elsewhere than it did when it was read");
	read_head();
	ok(begins(&s, 0) && still_holds(&s, repo),
	    "where it is read anew all is well");
	must_run(NULL, NULL, "git commit -q --allow-empty -m more");
	ok(!begins(&s, 0), "its branch is elsewhere");
}

int
main(void)
{
	struct err e = ERR_INIT;

	scratch();
	must_run(NULL, NULL, "git init -q -b main");
	put_file("a", "on main\n");
	must_run(NULL, NULL, "git add a");
	must_run(NULL, NULL, "git commit -q -m one");
	must_run(NULL, NULL, "git checkout -q -b side");
	put_file("a", "on the side\n");
	must_run(NULL, NULL, "git commit -q -a -m two");
	must_run(NULL, NULL, "git checkout -q main");
	if (repo_open(&repo, ".", &e) != 0)
		bail("%s", e.msg);
	read_head();
	test_still();
	test_busy();
	test_checkout();
	ref_head_release(&head);
	repo_close(repo);
	return tap_done();
}
