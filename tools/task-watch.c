/* SPDX-License-Identifier: MIT */
/* task-watch: put on record what is changed by hand */
#include "base/compat.h"

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "board/store.h"
#include "cli/tool.h"
#include "sys/watch.h"
#include "tools/watch.h"

enum { DEBOUNCE_MS = 300, BUSY_MS = 500, PATIENCE = 10 };

/* How often time is looked at: at least, and where something happens. */
#define TIMES_EVERY_US	(600 * CLOCK_SECOND)
#define TIMES_AGAIN_US	(60 * CLOCK_SECOND)

static bool opt_once;
static long opt_debounce_ms = DEBOUNCE_MS;
static struct pass_opts pass_opts;

static const struct opt opts[] = {
	{ 0, "once", OPT_FLAG, &opt_once, NULL,
	    "handle what is uncommitted now, and end" },
	{ 0, "debounce", OPT_NUMBER, &opt_debounce_ms, "MS",
	    "wait for so many quiet milliseconds (300)" },
	{ 0, "enforce", OPT_FLAG, &pass_opts.enforce, NULL,
	    "put a folder back that may not move" },
	OPT_END
};

struct watcher {
	struct watch	 watch;
	struct store	 store;
	struct strvec	 dirty;		/* packages: "next/TASK-…" */
	struct map	 said;		/* what is still wrong */
	bool		 changed;	/* something happened */
	bool		 lost;		/* and we do not know what */
	int64_t		 looked_us;	/* at time; 0: never */
};

static bool
is_owned(const char *folder, const char *name)
{
	const char *slash = strrchr(folder, '/');
	struct package *p;
	bool owned;

	if (slash == NULL)
		return false;
	p = package_new(STAGE_INBOX, NULL, slash + 1);
	owned = p != NULL && package_owns(p, name);
	package_free(p);
	return owned;
}

/* Editors' temporary files and ours are in no package and own no name. */
static void
note(const struct watch_event *ev, void *ctx)
{
	struct watcher *w = ctx;
	struct buf path = BUF_INIT;
	const char *slug;
	struct id id;

	if (ev->lost) {
		w->lost = w->changed = true;
		return;
	}
	if (is_owned(ev->folder, ev->name)) {
		buf_adds(&path, ev->folder);
	} else if (ev->is_folder &&
	    id_parse_folder(&id, ev->name, &slug) == 0) {
		buf_addf(&path, "%s/%s", ev->folder, ev->name);
	}
	if (path.len > 0) {
		w->changed = true;
		if (!strvec_has(&w->dirty, path.ptr))
			strvec_add(&w->dirty, path.ptr);
	}
	buf_release(&path);
}

/* A folder that went away meanwhile is no failure. */
static int
add_folder(struct watcher *w, const char *path, struct err *e)
{
	if (watch_add(&w->watch, w->store.fd, path, e) == 0 ||
	    e->status == EX_NOINPUT)
		return 0;
	return -1;
}

static int
add_folders(struct watcher *w, struct err *e)
{
	struct store_stage *st;
	struct buf path = BUF_INIT;
	size_t i;
	int stage, rc;

	store_forget(&w->store);
	rc = add_folder(w, "", e);
	for (stage = 0; stage < STAGE_COUNT && rc == 0; stage++) {
		rc = add_folder(w, stage_info[stage].name, e);
		if (rc == 0 && !stage_info[stage].closed)
			rc = store_load(&w->store, stage, e);
		st = &w->store.stages[stage];
		for (i = 0; i < st->n && rc == 0; i++) {
			buf_clear(&path);
			package_path(st->v[i], &path);
			rc = add_folder(w, path.ptr, e);
		}
	}
	buf_release(&path);
	return rc;
}

static void
look_at_times(struct watcher *w, int64_t every_us)
{
	int64_t now = clock_ticks_us();
	struct err e = ERR_INIT;

	if (w->looked_us != 0 && now - w->looked_us < every_us)
		return;
	w->looked_us = now;
	if (times_run(&e) < 0)
		tool_failed(&e);
}

static int
until_times_ms(const struct watcher *w)
{
	int64_t left = w->looked_us + TIMES_EVERY_US - clock_ticks_us();

	return left < 0 ? 0 : (int)(left / 1000) + 1;
}

/*
 * Waits for a change and then until it is quiet, but not for ever.  An enum
 * watch_result, or -1.
 */
static int
wait_settled(struct watcher *w, long debounce_ms, struct err *e)
{
	int64_t until = 0;
	int got;

	while (!w->changed) {
		got = watch_wait(&w->watch, until_times_ms(w), note, w, e);
		if (got < 0 || got == WATCH_STOP)
			return got;
		look_at_times(w, TIMES_EVERY_US);
	}
	until = clock_ticks_us() + debounce_ms * PATIENCE * 1000;
	do {
		got = watch_wait(&w->watch, (int)debounce_ms, note, w, e);
	} while (got == WATCH_EVENTS && clock_ticks_us() < until);
	return got;
}

/* One pass; where git is busy it is tried again a little later. */
static int
look(struct watcher *w, const struct pass_opts *o, struct err *e)
{
	struct strvec dirty = w->dirty;
	struct pass_opts now = *o;
	int rc, got = WATCH_QUIET;

	w->dirty = (struct strvec)STRVEC_INIT;
	now.only = w->lost ? NULL : &dirty;
	now.said = &w->said;
	now.watch = &w->watch;
	w->changed = w->lost = false;
	while ((rc = pass_run(&now, e)) == PASS_LATER && got == WATCH_QUIET) {
		log_info("git is busy; waiting");
		got = watch_wait(&w->watch, BUSY_MS, note, w, e);
		/* What happens meanwhile may concern any task. */
		if (got == WATCH_EVENTS) {
			got = WATCH_QUIET;
			now.only = NULL;
		}
	}
	strvec_release(&dirty);
	if (rc < 0) {
		tool_failed(e);
		return got;
	}
	return got;
}

int
watch_loop(const struct pass_opts *o, long debounce_ms, struct err *e)
{
	struct watcher w = { .watch = WATCH_INIT, .lost = true };
	int rc, got = WATCH_QUIET;

	if (store_open(&w.store, tool_options()->dir, e) != 0)
		return -1;
	rc = watch_open(&w.watch, e);
	while (rc == 0 && got != WATCH_STOP) {
		rc = add_folders(&w, e);
		if (rc == 0)
			got = look(&w, o, e);
		if (rc == 0)
			rc = add_folders(&w, e);
		if (rc == 0 && got != WATCH_STOP)
			look_at_times(&w, TIMES_AGAIN_US);
		if (rc == 0 && got != WATCH_STOP)
			got = wait_settled(&w, debounce_ms, e);
		if (got < 0)
			rc = -1;
	}
	watch_close(&w.watch);
	strvec_release(&w.dirty);
	map_release(&w.said);
	store_close(&w.store);
	return rc;
}

static int
run(int argc, char **argv, struct err *e)
{
	int rc;

	(void)argv;
	if (argc > 0)
		return err_set(e, EX_USAGE, "no operands are taken");
	if (opt_once) {
		rc = pass_run(&pass_opts, e);
		return rc == PASS_DONE ? 0 : -1;
	}
	pass_opts.wait_for_git = true;
	pass_opts.settle_ms = opt_debounce_ms;
	return watch_loop(&pass_opts, opt_debounce_ms, e);
}

static const struct tool tool = {
	"task-watch", "put on record what is changed by hand", "",
	TOOL_LISTS | TOOL_WRITES, opts, run
};

int
main(int argc, char **argv)
{
	return tool_main(&tool, argc, argv);
}
