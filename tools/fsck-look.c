/* SPDX-License-Identifier: MIT */
/* task-fsck: one look at the board */
#include "base/compat.h"

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/map.h"
#include "board/ledger.h"
#include "change/counter.h"
#include "change/grown.h"
#include "change/kept.h"
#include "change/moved.h"
#include "cli/tool.h"
#include "sys/file.h"
#include "sys/job.h"
#include "tools/fsck.h"

enum { TRIES = 6, WAIT_US = 50000 };

static int
load_kept(void *ctx, struct err *e)
{
	struct look *l = ctx;

	return kept_load(l->kept, e);
}

/* The ledger is not HEAD's: `old` is. */
static void
compare_ledger(struct look *l, const struct fsck_task *t,
    const struct buf *old)
{
	struct fsck_at at = { &t->pkg->id, NULL, 0 };
	struct buf path = BUF_INIT;
	struct file f = FILE_INIT;
	struct err ignored = ERR_INIT;
	size_t line = 0;

	package_file(t->pkg, PACKAGE_LEDGER, &path);
	at.path = path.ptr;
	if (store_read(&l->store, path.ptr, LEDGER_MAX, &f, &ignored) != 0) {
		if (ignored.status == EX_NOINPUT)
			findings_add(&l->fsck.found, &at, FSCK_GONE,
			    "git has this file");
	} else if (!grown_begins(&f.data, old, &line)) {
		at.line = (int)line;
		findings_add(&l->fsck.found, &at, FSCK_CHANGED_LINE,
		    "a line that was committed has changed or gone");
	}
	file_release(&f);
	buf_release(&path);
}

static void
check_kept(struct look *l)
{
	struct kept_ledger ledger = { .folder = NULL };
	struct buf old = BUF_INIT, folder = BUF_INIT;
	struct err e = ERR_INIT;
	const struct fsck_task *t;
	size_t i;
	int rc;

	for (i = 0; i < l->fsck.n; i++) {
		t = &l->fsck.v[i];
		if (t->twin)
			continue;
		buf_clear(&old);
		buf_clear(&folder);
		package_path(t->pkg, &folder);
		ledger.id = t->pkg->id;
		ledger.folder = folder.ptr;
		ledger.oid = t->ledger;
		rc = kept_compare(l->kept, &ledger, &old, &e);
		if (rc < 0)
			tool_failed(&e);
		else if (rc > 0)
			compare_ledger(l, t, &old);
	}
	buf_release(&old);
	buf_release(&folder);
}

/* What HEAD has and the board has not. */
struct gone {
	struct look	*l;
	struct map	 folders;	/* by reference */
};

static void
add_gone(const struct id *id, const char *folder, void *ctx)
{
	struct gone *g = ctx;
	char ref[ID_SIZE];

	id_format_ref(ref, id);
	if (fsck_find(&g->l->fsck, id) == NULL)
		free(map_put(&g->folders, ref, mem_strdup(folder)));
}

static void
say_gone(const char *ref, void *folder, void *ctx)
{
	struct look *l = ctx;
	struct id id;

	if (id_parse(&id, ref) == 0)
		findings_add(&l->fsck.found, &(struct fsck_at){ &id, folder,
		    0 }, FSCK_GONE, "git has this package");
}

/* One that got another id, which is not committed yet, is not gone. */
static void
check_gone(struct look *l)
{
	struct gone g = { l, MAP_INIT };
	size_t i;

	kept_each(l->kept, add_gone, &g);
	for (i = 0; i < l->fsck.n && g.folders.n > 0; i++)
		free(moved_take_former(&l->store, l->fsck.v[i].pkg,
		    &g.folders));
	map_each(&g.folders, say_gone, l);
	map_release_values(&g.folders);
}

static void
check_counter(struct look *l, const char *ns, uint32_t floor)
{
	struct buf path = BUF_INIT;
	const char *wrong;
	uint32_t next;

	wrong = counter_look(&l->store, ns, &next);
	counter_path(ns, &path);
	if (wrong != NULL)
		findings_add(&l->fsck.found, &(struct fsck_at){ NULL,
		    path.ptr, 0 }, FSCK_COUNTER, "%s", wrong);
	else if (next <= floor)
		findings_add(&l->fsck.found, &(struct fsck_at){ NULL,
		    path.ptr, 1 }, FSCK_COUNTER, "the next number is %" PRIu32
		    ", and %" PRIu32 " is taken", next, floor);
	buf_release(&path);
}

/* Tasks stand in the order of their ids: by namespace, then by number. */
static void
check_counters(struct look *l)
{
	const struct id *id;
	size_t i;

	if (l->fsck.n == 0 || *l->fsck.v[0].pkg->id.ns != '\0')
		check_counter(l, "", 0);
	for (i = 0; i < l->fsck.n; i++) {
		id = &l->fsck.v[i].pkg->id;
		if (i + 1 == l->fsck.n || strcmp(id->ns,
		    l->fsck.v[i + 1].pkg->id.ns) != 0)
			check_counter(l, id->ns, id->number);
	}
}

static void
check_git(struct look *l)
{
	check_kept(l);
	if (l->fsck.whole)
		check_gone(l);
	if (!l->locked && l->fsck.whole && kept_unfinished(l->kept))
		findings_add(&l->fsck.found, &(struct fsck_at){ NULL, "", 0 },
		    FSCK_UNFINISHED, "the next program that writes finishes "
		    "it");
}

static void
say_unkept(const struct look *l, const struct err *why)
{
	if (why->status != EX_NOINPUT)
		tool_failed(why);
	else if (!l->again)
		log_notice("%s: that no ledger was changed is not checked",
		    why->msg);
}

/* The files are read while git is asked what it has. */
static int
read_all(struct look *l, struct err *e)
{
	struct job git = { .run = load_kept, .ctx = l };
	struct err why = ERR_INIT;
	int rc;

	if (kept_open(&l->kept, &l->store, &why) != 0) {
		say_unkept(l, &why);
		return fsck_read(&l->fsck, e);
	}
	job_start(&git);
	rc = fsck_read(&l->fsck, e);
	if (job_wait(&git, &why) != 0) {
		say_unkept(l, &why);
		kept_close(l->kept);
		l->kept = NULL;
	}
	return rc;
}

static int
look_once(struct look *l, struct err *e)
{
	size_t i;

	l->fsck = (struct fsck){ .store = &l->store,
	    .now_us = clock_now_us() };
	for (i = 0; i < l->refs->n; i++)
		if (fsck_choose(&l->fsck, l->refs->v[i], e) != 0 && !l->again)
			tool_failed(e);
	if (l->refs->n > 0 && l->fsck.n == 0)
		return 0;
	if (l->times)
		return fsck_read(&l->fsck, e);
	if (read_all(l, e) != 0 || fsck_relate(&l->fsck, e) != 0)
		return -1;
	if (l->kept != NULL)
		check_git(l);
	if (l->fsck.whole)
		check_counters(l);
	return 0;
}

/* Leaves what was not asked for out. */
static size_t
choose_findings(struct look *l)
{
	struct findings *f = &l->fsck.found;
	size_t i, n = 0, errors = 0;
	bool late, closed;

	for (i = 0; i < f->n; i++) {
		late = f->v[i].code == FSCK_LATE || f->v[i].code == FSCK_MISSED;
		closed = f->v[i].code == FSCK_RETROSPECTIVE;
		if (closed || late == l->times) {
			errors += !fsck_kinds[f->v[i].code].warning;
			f->v[n++] = f->v[i];
		} else {
			free(f->v[i].path);
			free(f->v[i].message);
		}
	}
	f->n = n;
	findings_sort(f);
	return errors;
}

static bool
has(const struct findings *all, const struct finding *f)
{
	const struct finding *one = all->v;

	for (; one < all->v + all->n; one++)
		if (one->code == f->code && strcmp(one->path, f->path) == 0 &&
		    id_compare(&one->id, &f->id) == 0)
			return true;
	return false;
}

/*
 * Where the board changes all the time, what two looks have seen, one after
 * the other, is what is wrong.
 */
static void
keep_seen_twice(struct findings *f, const struct findings *before)
{
	size_t i, n = 0;

	for (i = 0; i < f->n; i++) {
		if (has(before, &f->v[i])) {
			f->v[n++] = f->v[i];
		} else {
			free(f->v[i].path);
			free(f->v[i].message);
		}
	}
	f->n = n;
}

int
look_take(struct look *l, struct err *e)
{
	struct findings before = FINDINGS_INIT;
	bool moved;
	int i, rc;

	for (i = 1;; i++) {
		memset(&l->fsck, 0, sizeof(l->fsck));
		l->kept = NULL;
		if ((rc = store_open(&l->store, tool_options()->dir, e)) != 0)
			break;
		rc = look_once(l, e);
		moved = rc == 0 && choose_findings(l) != 0 && !l->locked &&
		    l->kept != NULL && kept_moved(l->kept);
		if (moved && i > 1)
			keep_seen_twice(&l->fsck.found, &before);
		if (!moved || i == TRIES)
			break;
		findings_release(&before);
		before = l->fsck.found;
		l->fsck.found = (struct findings)FINDINGS_INIT;
		look_release(l);
		l->again = true;
		usleep(WAIT_US);
	}
	findings_release(&before);
	return rc;
}

void
look_release(struct look *l)
{
	fsck_release(&l->fsck);
	kept_close(l->kept);
	l->kept = NULL;
	store_close(&l->store);
}

bool
look_has(const struct look *l, const struct finding *f)
{
	return has(&l->fsck.found, f);
}
