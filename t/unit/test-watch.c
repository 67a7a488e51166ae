/* SPDX-License-Identifier: MIT */
/* sys/watch */
#include "base/compat.h"

#include <signal.h>

#include "base/err.h"
#include "base/strvec.h"
#include "sys/watch.h"
#include "t/unit/scratch.h"
#include "t/unit/tap.h"

enum { LONG_MS = 20000, SHORT_MS = 20 };

static void
see(const struct watch_event *ev, void *ctx)
{
	strvec_addf(ctx, "%s/%s%s%s", ev->folder, ev->name,
	    ev->is_folder ? "/" : "", ev->lost ? "!" : "");
}

/* Waits until `path` was seen; 1, or what else it was. */
static int
wait_for(struct watch *w, const char *path, struct strvec *seen)
{
	struct err e = ERR_INIT;
	int rc;

	do {
		rc = watch_wait(w, LONG_MS, see, seen, &e);
	} while (rc == WATCH_EVENTS && !strvec_has(seen, path));
	return rc == WATCH_EVENTS;
}

static void
test_events(struct watch *w)
{
	struct strvec seen = STRVEC_INIT;
	struct err e = ERR_INIT;

	put_dir("inbox");
	put_dir("next");
	ok(watch_add(w, scratch_fd(), "inbox", &e) == 0 &&
	    watch_add(w, scratch_fd(), "next", &e) == 0, "watches folders");
	is_int(watch_wait(w, SHORT_MS, see, &seen, &e), WATCH_QUIET,
	    "where nothing happens it is quiet");
	put_file("inbox/a", "x");
	ok(wait_for(w, "inbox/a", &seen), "tells of a file that was written");
	put_dir("inbox/task");
	ok(wait_for(w, "inbox/task/", &seen), "tells of a folder");
	strvec_clear(&seen);
	if (rename("inbox/task", "next/task") != 0 ||
	    rename("inbox/a", "inbox/b") != 0)
		bail("rename: %s", strerror(errno));
	ok(wait_for(w, "inbox/b", &seen) &&
	    strvec_has(&seen, "inbox/task/") &&
	    strvec_has(&seen, "next/task/") && strvec_has(&seen, "inbox/a"),
	    "tells both ends of a move, with the folder each is in");
	strvec_clear(&seen);
	unlink("inbox/b");
	ok(wait_for(w, "inbox/b", &seen), "tells of a removal");
	strvec_release(&seen);
}

static void
test_again(struct watch *w)
{
	struct strvec seen = STRVEC_INIT;
	struct err e = ERR_INIT;
	size_t before = w->n;

	ok(watch_add(w, scratch_fd(), "inbox", &e) == 0 && w->n == before,
	    "adding a folder again is no error, and no second watch");
	if (rename("next/task", "inbox/task") != 0)
		bail("rename: %s", strerror(errno));
	watch_add(w, scratch_fd(), "inbox/task", &e);
	if (rename("inbox/task", "next/task") != 0)
		bail("rename: %s", strerror(errno));
	watch_add(w, scratch_fd(), "next/task", &e);
	put_file("next/task/card.md", "x");
	ok(wait_for(w, "next/task/card.md", &seen) &&
	    !strvec_has(&seen, "inbox/task/card.md"),
	    "a folder that moved and is added again has its new name");
	strvec_release(&seen);
}

static void
test_gone(struct watch *w)
{
	struct strvec seen = STRVEC_INIT;
	struct err e = ERR_INIT;
	size_t before;

	put_dir("passing");
	watch_add(w, scratch_fd(), "passing", &e);
	before = w->n;
	remove_tree("passing");
	watch_wait(w, LONG_MS, see, &seen, &e);
	ok(w->n == before - 1 && seen.n == 0,
	    "a folder that is removed is forgotten");
	put_dir("passing");
	ok(watch_add(w, scratch_fd(), "passing", &e) == 0,
	    "and can be watched anew");
	put_file("passing/x", "");
	ok(wait_for(w, "passing/x", &seen), "with its events");
	strvec_release(&seen);
}

static void
test_refused(struct watch *w)
{
	struct err e = ERR_INIT;

	put_file("file", "");
	if (symlink("inbox", "link") != 0)
		bail("symlink: %s", strerror(errno));
	ok(watch_add(w, scratch_fd(), "none", &e) == -1 &&
	    e.status == EX_NOINPUT, "what is not there is EX_NOINPUT");
	ok(watch_add(w, scratch_fd(), "file", &e) == -1,
	    "a file is no folder");
	ok(watch_add(w, scratch_fd(), "link", &e) == -1,
	    "a link is not followed");
	ok(watch_add(w, scratch_fd(), "../x", &e) == -1 &&
	    e.status == EX_DATAERR, "nothing is watched above");
}

static void
count_all(const struct watch_event *ev, void *ctx)
{
	int *n = ctx;

	n[0]++;
	n[1] += ev->lost;
}

/* More than the kernel keeps. */
static void
test_overflow(void)
{
	static const char title[] = "an overflow of the kernel's queue is "
	    "told as lost";
	struct watch w = WATCH_INIT;
	struct err e = ERR_INIT;
	int n[2] = { 0, 0 }, i, max;
	char *s = get_file("/proc/sys/fs/inotify/max_queued_events");

	max = s == NULL ? 0 : (int)strtol(s, NULL, 10);
	free(s);
	if (max <= 0 || max > 100000) {
		tap_skip(title, "the queue is too long");
		return;
	}
	put_dir("busy");
	if (watch_open(&w, &e) != 0 ||
	    watch_add(&w, scratch_fd(), "busy", &e) != 0)
		bail("%s", e.msg);
	put_file("busy/a", "");
	for (i = 0; i < max; i++)
		if (rename(i % 2 == 0 ? "busy/a" : "busy/b",
		    i % 2 == 0 ? "busy/b" : "busy/a") != 0)
			bail("rename: %s", strerror(errno));
	is_int(watch_wait(&w, LONG_MS, count_all, n, &e), WATCH_EVENTS,
	    "many events are told at once");
	ok(n[1] == 1 && n[0] > 1, title);
	watch_close(&w);
}

static int
stop(void *ctx)
{
	struct watch w = WATCH_INIT;
	struct err e = ERR_INIT;

	(void)ctx;
	if (watch_open(&w, &e) != 0)
		return 1;
	raise(SIGTERM);
	if (watch_wait(&w, LONG_MS, see, NULL, &e) != WATCH_STOP)
		return 2;
	watch_close(&w);
	watch_close(&w);
	return w.fd == -1 && w.stop_fd == -1 ? 42 : 3;
}

static int
no_descriptors(void *ctx)
{
	struct watch w = WATCH_INIT;
	struct err e = ERR_INIT;

	(void)ctx;
	use_up_descriptors();
	if (watch_open(&w, &e) != -1)
		return 1;
	close(0);
	if (watch_open(&w, &e) != -1)
		return 2;
	return e.status == EX_IOERR && w.fd == -1 ? 42 : 3;
}

static void
test_ends(void)
{
	struct child c;

	in_child(&c, stop, NULL);
	is_int(c.status, 42, "being asked to stop ends the wait; closing "
	    "twice is no harm");
	child_release(&c);
	in_child(&c, no_descriptors, NULL);
	is_int(c.status, 42, "without descriptors to be had it is an error, "
	    "and nothing stays open");
	child_release(&c);
}

int
main(void)
{
	struct watch w = WATCH_INIT;
	struct err e = ERR_INIT;

	scratch();
	if (watch_open(&w, &e) != 0)
		bail("%s", e.msg);
	test_events(&w);
	test_again(&w);
	test_gone(&w);
	test_refused(&w);
	watch_close(&w);
	test_overflow();
	test_ends();
	return tap_done();
}
