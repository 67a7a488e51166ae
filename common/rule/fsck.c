/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include <stdatomic.h>

#include "base/err.h"
#include "base/utf8.h"
#include "board/store.h"
#include "rule/fsck.h"
#include "rule/graph.h"
#include "sys/dir.h"
#include "sys/job.h"

enum { THREADS_MAX = 8, BITE = 32 };

static const char by_fsck[] = "task-fsck --repair";

/*
 * The order is that of the page; a code is never changed and never means
 * anything else.
 */
const struct fsck_kind fsck_kinds[] = {
	[FSCK_UNFINISHED] = { "F0-unfinished-change", false, true,
	    "a program died in the middle of a change", by_fsck },
	[FSCK_FOLDER_NAME] = { "F1-folder-name", false, false,
	    "a folder begins with TASK- and is no package",
	    "name it TASK-0042-slug, or put it elsewhere" },
	[FSCK_SAME_ID] = { "F1-same-id", false, false,
	    "two folders have the same id",
	    "give one of them another number" },
	[FSCK_CARD_ID] = { "F1-card-id", false, false,
	    "task_id is not the id of the folder",
	    "set it to the id of the folder" },
	[FSCK_FILE_NAME] = { "F1-file-name", false, false,
	    "a file is not named as its folder is",
	    "name it as its folder is" },
	[FSCK_MISSING_FILE] = { "F1-missing-file", false, false,
	    "a package lacks its card or its ledger",
	    "bring it back from git, or write it" },
	[FSCK_NO_CONTEXT] = { "F1-no-context", true, false,
	    "a package lacks its context",
	    "write it: no task leaves inbox without one" },
	[FSCK_UNREADABLE] = { "F1-unreadable-file", false, false,
	    "a link, a device, too large, or not to be read",
	    "put a plain file in its place" },
	[FSCK_SYNTAX] = { "F1-card-syntax", false, false,
	    "the front matter of a card is not valid",
	    "correct it" },
	[FSCK_VALUE] = { "F1-card-value", false, false,
	    "a key of a card is not as task-format(5) wants it",
	    "correct it" },
	[FSCK_NO_INDEX] = { "F2-no-index", false, true,
	    "an index is missing", by_fsck },
	[FSCK_BAD_INDEX] = { "F2-bad-index", false, true,
	    "an index has no table of the right columns", by_fsck },
	[FSCK_ORPHAN_ROW] = { "F2-orphan-row", false, true,
	    "a row has no package", by_fsck },
	[FSCK_MISSING_ROW] = { "F2-missing-row", false, true,
	    "a package has no row", by_fsck },
	[FSCK_DOUBLED_ROW] = { "F2-doubled-row", false, true,
	    "a package has a row twice", by_fsck },
	[FSCK_ROW_ORDER] = { "F2-row-order", false, true,
	    "rows are not in their order", by_fsck },
	[FSCK_WRONG_FOLDER] = { "F2-wrong-folder", false, false,
	    "an archived package lies in the wrong sub-folder",
	    "task-index" },
	[FSCK_STAGE] = { "F3-stage", false, true,
	    "the card's stage is not that of the folder",
	    "task-fsck --repair, where the ledger agrees with the folder" },
	[FSCK_STALE_ROW] = { "F4-stale-row", false, true,
	    "a row does not say what the card says", by_fsck },
	[FSCK_MISSING_TASK] = { "F5-missing-task", false, false,
	    "a task depends on one that there is not",
	    "task-link --off" },
	[FSCK_CYCLE] = { "F5-cycle", false, false,
	    "tasks wait for each other in a circle",
	    "task-link --off one of them" },
	[FSCK_BAD_LINE] = { "F6-bad-line", false, false,
	    "a line of a ledger is no event",
	    "correct it, if it is not committed yet" },
	[FSCK_TORN_LINE] = { "F6-torn-line", false, false,
	    "the last line of a ledger was cut off",
	    "complete it, if it is not committed yet" },
	[FSCK_NEWER_LINE] = { "F6-newer-line", false, false,
	    "a line of a ledger is of a later format",
	    "use the programs that wrote it" },
	[FSCK_BACKWARDS] = { "F6-backwards", true, false,
	    "a line is more than a day earlier than the one before it",
	    "nothing: merges make such lines" },
	[FSCK_LEDGER_STAGE] = { "F6-stage", false, false,
	    "the ledger says another stage than the folder",
	    "put the folder back, and move it with task-move" },
	[FSCK_LEDGER_STATUS] = { "F6-status", false, false,
	    "the ledger says another status than the card",
	    "correct the card, and change it with task-status" },
	[FSCK_CHANGED_LINE] = { "F7-changed-line", false, false,
	    "a committed line of a ledger has changed or gone",
	    "put it back as git has it" },
	[FSCK_GONE] = { "F7-gone", false, false,
	    "a committed ledger is gone", "put it back as git has it" },
	[FSCK_COUNTER] = { "F8-counter", false, true,
	    "a counter is missing, wrong, or not above every id", by_fsck },
	[FSCK_LATE] = { "F9-late", true, false,
	    "a task is in its stage for longer than its target",
	    "move it on" },
	[FSCK_MISSED] = { "F9-missed", false, false,
	    "a task is in its stage for too long",
	    "move it on, or say with task-status why it waits" },
	[FSCK_RETROSPECTIVE] = { "F9-retrospective", false, false,
	    "a P0 was closed more than 72 hours ago, without a retrospective",
	    "task-ledger --add p0_retrospective" },
};

void
findings_add(struct findings *f, const struct fsck_at *at,
    enum fsck_code code, const char *fmt, ...)
{
	struct buf message = BUF_INIT;
	struct finding *one;
	va_list ap;

	va_start(ap, fmt);
	buf_vaddf(&message, fmt, ap);
	va_end(ap);
	MEM_GROW(f->v, f->n, f->cap);
	one = &f->v[f->n++];
	memset(one, 0, sizeof(*one));
	one->code = code;
	if (at->id != NULL)
		one->id = *at->id;
	one->path = mem_strdup(at->path);
	one->line = at->line;
	one->message = buf_take(&message);
}

void
findings_take(struct findings *f, struct findings *from)
{
	size_t i;

	for (i = 0; i < from->n; i++) {
		MEM_GROW(f->v, f->n, f->cap);
		f->v[f->n++] = from->v[i];
	}
	free(from->v);
	*from = (struct findings)FINDINGS_INIT;
}

static int
compare_findings(const void *a, const void *b)
{
	const struct finding *x = a, *y = b;
	int c;

	if ((x->id.number == 0) != (y->id.number == 0))
		return x->id.number == 0 ? 1 : -1;
	if ((c = id_compare(&x->id, &y->id)) != 0 ||
	    (c = strcmp(x->path, y->path)) != 0)
		return c;
	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	if (x->code != y->code)
		return x->code < y->code ? -1 : 1;
	return strcmp(x->message, y->message);
}

void
findings_sort(struct findings *f)
{
	if (f->n > 1)
		qsort(f->v, f->n, sizeof(*f->v), compare_findings);
}

void
findings_release(struct findings *f)
{
	while (f->n > 0) {
		f->n--;
		free(f->v[f->n].path);
		free(f->v[f->n].message);
	}
	free(f->v);
	*f = (struct findings)FINDINGS_INIT;
}

static void
add_task(struct fsck *k, struct package *p)
{
	MEM_GROW(k->v, k->n, k->cap);
	memset(&k->v[k->n], 0, sizeof(*k->v));
	k->v[k->n++].pkg = p;
}

/*
 * A stage that cannot be read is a finding, and counts as empty; the store
 * tries it once.
 */
static void
load_stages(struct fsck *k)
{
	const char *name;
	struct err e = ERR_INIT;
	int stage;

	for (stage = 0; stage < STAGE_COUNT; stage++) {
		if (k->open_only && stage_info[stage].closed)
			continue;
		name = stage_info[stage].name;
		if (store_load(k->store, stage, &e) != 0)
			findings_add(&k->found, &(struct fsck_at){ NULL, name,
			    0 }, FSCK_UNREADABLE, "%s", e.msg);
	}
}

int
fsck_choose(struct fsck *k, const char *ref, struct err *e)
{
	const struct store_stage *st;
	struct package *p = NULL;
	struct id id;
	size_t i;
	int stage;

	load_stages(k);
	if (store_resolve(k->store, ref, &p, e) == 0) {
		add_task(k, p);
		return 0;
	}
	if (e->status != EX_DATAERR || id_parse(&id, ref) != 0)
		return -1;
	for (stage = 0; stage < STAGE_COUNT; stage++) {
		st = &k->store->stages[stage];
		for (i = 0; i < st->n; i++)
			if (id_compare(&st->v[i]->id, &id) == 0)
				add_task(k, st->v[i]);
	}
	return 0;
}

static int
compare_tasks(const void *a, const void *b)
{
	const struct package *p = ((const struct fsck_task *)a)->pkg;
	const struct package *q = ((const struct fsck_task *)b)->pkg;
	int c = id_compare(&p->id, &q->id);

	if (c == 0)
		c = (int)p->stage - (int)q->stage;
	return c != 0 ? c : strcmp(p->folder, q->folder);
}

static void
take_all(struct fsck *k)
{
	const struct store_stage *st;
	size_t i;
	int stage;

	k->whole = !k->open_only;
	load_stages(k);
	for (stage = 0; stage < STAGE_COUNT; stage++) {
		st = &k->store->stages[stage];
		for (i = 0; i < st->n; i++)
			add_task(k, st->v[i]);
	}
}

/* Several readers, each with findings of its own. */
struct reader {
	struct fsck	*k;
	atomic_size_t	*next;
	struct findings	 found;
	struct job	 job;
};

static int
read_some(void *ctx, struct err *e)
{
	struct reader *r = ctx;
	size_t i, end;

	(void)e;
	while ((i = atomic_fetch_add(r->next, BITE)) < r->k->n) {
		end = i + BITE < r->k->n ? i + BITE : r->k->n;
		for (; i < end; i++)
			fsck_task_read(r->k, &r->k->v[i], &r->found);
	}
	return 0;
}

static int
read_tasks(struct fsck *k, struct err *e)
{
	struct reader readers[THREADS_MAX];
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	atomic_size_t next = 0;
	size_t i, n = 1;
	int rc = 0;

	if (k->n > BITE && cpus > 1)
		n = cpus > THREADS_MAX ? THREADS_MAX : (size_t)cpus;
	/* What the library makes when first asked is made before. */
	(void)utf8_width("x", 1);
	for (i = 0; i < n; i++) {
		readers[i] = (struct reader){ .k = k, .next = &next };
		readers[i].job.run = read_some;
		readers[i].job.ctx = &readers[i];
	}
	for (i = 1; i < n; i++)
		job_start(&readers[i].job);
	rc = read_some(&readers[0], e);
	for (i = 0; i < n; i++) {
		if (i > 0 && job_wait(&readers[i].job, e) != 0)
			rc = -1;
		findings_take(&k->found, &readers[i].found);
	}
	return rc;
}

/* Each once, by id and then by folder. */
static void
put_in_order(struct fsck *k)
{
	size_t i, n = 0;

	if (k->n > 1)
		qsort(k->v, k->n, sizeof(*k->v), compare_tasks);
	for (i = 0; i < k->n; i++)
		if (n == 0 || k->v[n - 1].pkg != k->v[i].pkg)
			k->v[n++] = k->v[i];
	k->n = n;
}

int
fsck_read(struct fsck *k, struct err *e)
{
	if (store_policy(k->store, &k->policy, e) != 0 ||
	    (k->namespaces = store_has_namespaces(k->store, e)) < 0)
		return -1;
	if (k->n == 0)
		take_all(k);
	put_in_order(k);
	return read_tasks(k, e);
}

static const struct fsck_task *
find_first(const struct fsck *k, const struct id *id)
{
	size_t lo = 0, hi = k->n, mid;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (id_compare(&k->v[mid].pkg->id, id) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < k->n && id_compare(&k->v[lo].pkg->id, id) == 0 ?
	    &k->v[lo] : NULL;
}

const struct fsck_task *
fsck_find(const struct fsck *k, const struct id *id)
{
	return find_first(k, id);
}

int
fsck_dep(const struct fsck *k, const struct id *id, struct dep *out)
{
	const struct fsck_task *t = find_first(k, id);
	struct err e = ERR_INIT;

	*out = (struct dep){ .id = *id, .status = STATUS_NONE };
	if (t == NULL && k->whole)
		return 0;
	if (t == NULL)
		return graph_dep(k->store, id, out, &e) == 0 ? 1 :
		    out->pkg == NULL && e.status == EX_NOINPUT ? 0 : -1;
	if (t->twin || !t->has_card)
		return -1;
	out->pkg = t->pkg;
	out->status = t->status;
	out->has_dri = *t->dri != '\0';
	return 1;
}

static void
find_twins(struct fsck *k)
{
	struct buf path = BUF_INIT;
	size_t i;

	for (i = 1; i < k->n; i++)
		if (id_compare(&k->v[i - 1].pkg->id, &k->v[i].pkg->id) == 0)
			k->v[i - 1].twin = k->v[i].twin = true;
	for (i = 0; i < k->n; i++) {
		if (!k->v[i].twin)
			continue;
		buf_clear(&path);
		package_path(k->v[i].pkg, &path);
		findings_add(&k->found, &(struct fsck_at){
		    &k->v[i].pkg->id, path.ptr, 0 }, FSCK_SAME_ID,
		    "another folder has the same id");
	}
	buf_release(&path);
}

/* The names in a stage that begin as a package's, and are none. */
struct names {
	struct fsck	*k;
	const char	*dir;
};

static void
check_name(const char *name, void *ctx)
{
	struct names *n = ctx;
	const char *slug;
	struct id id;
	char *path;

	if (strncmp(name, "TASK-", 5) != 0 ||
	    id_parse_folder(&id, name, &slug) == 0)
		return;
	path = mem_printf("%s/%s", n->dir, name);
	findings_add(&n->k->found, &(struct fsck_at){ NULL, path, 0 },
	    FSCK_FOLDER_NAME, "no program takes it for a task");
	free(path);
}

/* What cannot be read was said when it was loaded. */
static void
check_folders(struct fsck *k)
{
	struct strvec shards = STRVEC_INIT;
	struct names names = { .k = k };
	struct err ignored = ERR_INIT;
	char *path;
	size_t i;
	int stage;

	for (stage = 0; stage < STAGE_COUNT; stage++) {
		names.dir = stage_info[stage].name;
		if (dir_has(k->store->fd, names.dir))
			(void)!dir_each_folder(k->store->fd, names.dir,
			    check_name, &names, &ignored);
	}
	(void)!store_shards(k->store, &shards, &ignored);
	for (i = 0; i < shards.n; i++) {
		path = mem_printf("%s/%s", stage_info[STAGE_ARCHIVED].name,
		    shards.v[i]);
		names.dir = path;
		(void)!dir_each_folder(k->store->fd, path, check_name,
		    &names, &ignored);
		free(path);
	}
	strvec_release(&shards);
}

int
fsck_relate(struct fsck *k, struct err *e)
{
	find_twins(k);
	if (k->whole)
		check_folders(k);
	if (fsck_graph(k, e) != 0)
		return -1;
	return fsck_rows(k, e);
}

void
fsck_release(struct fsck *k)
{
	struct fsck_task *t;

	while (k->n > 0) {
		t = &k->v[--k->n];
		free(t->name);
		free(t->dri);
		free(t->status_text);
		free(t->blocked_by);
		free(t->resume);
		free(t->deps);
	}
	free(k->v);
	k->v = NULL;
	k->cap = 0;
	findings_release(&k->found);
}
