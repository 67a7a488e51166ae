/* SPDX-License-Identifier: MIT */
/* Rules 2 and 4 of the sanity check: the rows of the indexes. */
#include "base/compat.h"

#include "base/err.h"
#include "board/store.h"
#include "rule/flags.h"
#include "rule/fsck.h"
#include "rule/graph.h"
#include "rule/index.h"
#include "sys/job.h"

/* A row of the file, and where it stands. */
struct row {
	struct id	 id;
	size_t		 at;
};

/* One index that is looked at; each may be in a thread of its own. */
struct looking {
	struct fsck	*k;
	struct index	 x;
	struct findings	 found;
	struct buf	 path;
	int		 first_line;	/* of the first row */
	struct row	*rows;		/* by id */
	size_t		 nrows;
	const struct fsck_task **want;	/* in the order of the rows */
	size_t		 nwant;
};

static void
find(struct looking *l, enum fsck_code code, const struct id *id,
    size_t row, const char *what)
{
	struct fsck_at at = { id, l->path.ptr, row == SIZE_MAX ? 0 :
	    l->first_line + (int)row };

	findings_add(&l->found, &at, code, "%s", what);
}

static int
compare_rows(const void *a, const void *b)
{
	const struct row *x = a, *y = b;
	int c = id_compare(&x->id, &y->id);

	return c != 0 ? c : (x->at > y->at) - (x->at < y->at);
}

static int
compare_pulled(const void *a, const void *b)
{
	return queue_compare(&(*(const struct fsck_task *const *)a)->key,
	    &(*(const struct fsck_task *const *)b)->key);
}

/* 1: the task has its row here; 0: not. */
static int
belongs(struct looking *l, const struct fsck_task *t, struct err *e)
{
	const struct index_at *at = &l->x.at;

	if (at->stage == STAGE_NONE)
		return index_in_root(l->k->store, t->pkg, e);
	return (int)t->pkg->stage == at->stage && (at->shard == NULL ||
	    (t->pkg->shard != NULL && strcmp(t->pkg->shard, at->shard) == 0));
}

static int
collect(struct looking *l, struct err *e)
{
	const struct listing *list = &l->x.list;
	const struct fsck *k = l->k;
	size_t i;
	int in;

	l->want = mem_alloc((k->n + 1) * sizeof(*l->want));
	for (i = 0; i < k->n; i++) {
		if ((in = belongs(l, &k->v[i], e)) < 0)
			return -1;
		if (in)
			l->want[l->nwant++] = &k->v[i];
	}
	if (l->x.at.stage != STAGE_NONE && l->nwant > 1 &&
	    stage_info[l->x.at.stage].order == ORDER_PULL)
		qsort(l->want, l->nwant, sizeof(*l->want), compare_pulled);
	l->rows = mem_alloc((list->n + 1) * sizeof(*l->rows));
	for (i = 0; i < list->n; i++)
		l->rows[l->nrows++] = (struct row){ list->v[i].id, i };
	if (l->nrows > 1)
		qsort(l->rows, l->nrows, sizeof(*l->rows), compare_rows);
	for (l->first_line = 1, i = 0; i < list->rows; i++)
		l->first_line += list->text.ptr[i] == '\n';
	return 0;
}

/* The first row of the task; SIZE_MAX: it has none. */
static size_t
find_row(const struct looking *l, const struct id *id)
{
	size_t lo = 0, hi = l->nrows, mid;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (id_compare(&l->rows[mid].id, id) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < l->nrows && id_compare(&l->rows[lo].id, id) == 0 ? lo :
	    SIZE_MAX;
}

/* What the flags of the task say; false where it cannot be said. */
static bool
make_flags(const struct fsck *k, const struct fsck_task *t, struct flags *f)
{
	struct flags_from from = { .stage = t->pkg->stage,
	    .status = t->status, .blocked_by = t->blocked_by,
	    .resume = t->resume, .ndeps = t->ndeps };
	struct dep *deps = mem_zalloc((t->ndeps + 1) * sizeof(*deps)), by;
	bool known = t->has_card && !t->twin;
	struct id id;
	size_t i;

	for (i = 0; i < t->ndeps && known; i++)
		known = fsck_dep(k, &t->deps[i], &deps[i]) >= 0;
	if (known && t->status == STATUS_BLOCKED && t->blocked_by != NULL &&
	    id_parse_blocker(&id, t->blocked_by) == 0) {
		known = fsck_dep(k, &id, &by) >= 0;
		from.blocker_canceled = by.status == STATUS_CANCELED;
	}
	from.deps = deps;
	if (known)
		flags_make(f, &from);
	free(deps);
	return known;
}

static void
check_text(struct looking *l, const struct fsck_task *t, size_t at)
{
	const struct listing_line *line = &l->x.list.v[at];
	struct listing_row row = { t->pkg->id, t->pkg->stage, t->name,
	    t->dri, t->status_text, "", "" };
	struct flags flags = FLAGS_INIT;
	struct buf text = BUF_INIT, what = BUF_INIT;

	if (make_flags(l->k, t, &flags)) {
		row.flags = buf_str(&flags.text);
		row.dependencies = buf_str(&flags.dependencies);
		listing_format(&text, &l->x.list, &row);
		if (text.len != line->len ||
		    memcmp(text.ptr, line->text, line->len) != 0) {
			buf_addf(&what, "has to be: %s", text.ptr);
			find(l, FSCK_STALE_ROW, &t->pkg->id, at, what.ptr);
		}
	}
	flags_release(&flags);
	buf_release(&text);
	buf_release(&what);
}

/* Each task has one row, each of them behind the one before. */
static void
check_wanted(struct looking *l)
{
	size_t i, row, last = 0;
	const struct fsck_task *t;
	bool ordered = true;

	for (i = 0; i < l->nwant; i++) {
		t = l->want[i];
		row = find_row(l, &t->pkg->id);
		if (row == SIZE_MAX) {
			find(l, FSCK_MISSING_ROW, &t->pkg->id, SIZE_MAX,
			    "the task has no row here");
			continue;
		}
		check_text(l, t, l->rows[row].at);
		if (!t->twin && ordered && l->rows[row].at < last) {
			ordered = false;
			find(l, FSCK_ROW_ORDER, NULL, l->rows[row].at,
			    "from here on rows are not in their order");
		}
		if (!t->twin)
			last = l->rows[row].at;
		for (row++; row < l->nrows && !t->twin &&
		    id_compare(&l->rows[row].id, &t->pkg->id) == 0; row++)
			find(l, FSCK_DOUBLED_ROW, &t->pkg->id,
			    l->rows[row].at, "the task has a row already");
	}
}

static int
compare_wanted(const void *a, const void *b)
{
	return id_compare(&(*(const struct fsck_task *const *)a)->pkg->id,
	    &(*(const struct fsck_task *const *)b)->pkg->id);
}

/* Rows of tasks that have none here; of those that were asked for. */
static void
check_orphans(struct looking *l)
{
	struct package pkg = { .shard = NULL };
	struct fsck_task key = { .pkg = &pkg };
	const struct fsck_task *one = &key;
	const struct id *id;
	size_t i;

	/* The order of pulling is not needed any more. */
	if (l->nwant > 1)
		qsort(l->want, l->nwant, sizeof(*l->want), compare_wanted);
	for (i = 0; i < l->nrows; i++) {
		id = &l->rows[i].id;
		pkg.id = *id;
		if (!l->k->whole && fsck_find(l->k, id) == NULL)
			continue;
		if (l->nwant > 0 && id->number != 0 && bsearch(&one, l->want,
		    l->nwant, sizeof(*l->want), compare_wanted) != NULL)
			continue;
		find(l, FSCK_ORPHAN_ROW, id->number == 0 ? NULL : id,
		    l->rows[i].at, id->number == 0 ? "the row is no task's" :
		    fsck_find(l->k, id) == NULL ? "there is no such task" :
		    "the task has its row elsewhere");
	}
}

/* False where none of the tasks that were named has its row here. */
static bool
concerns(struct looking *l)
{
	struct err ignored = ERR_INIT;
	size_t i;

	for (i = 0; i < l->k->n && !l->k->whole; i++)
		if (belongs(l, &l->k->v[i], &ignored) > 0)
			return true;
	return l->k->whole;
}

/* True where the rows can be looked at one by one. */
static bool
has_table(struct looking *l)
{
	const struct listing *list = &l->x.list;
	bool none = list->text.len == 0;

	if (!none && list->table < list->text.len && !list->new_header &&
	    (list->kind == LISTING_SHARDS ||
	    list->namespaces == (l->k->namespaces > 0)))
		return true;
	if (concerns(l))
		find(l, none ? FSCK_NO_INDEX : FSCK_BAD_INDEX, NULL, SIZE_MAX,
		    none ? "there is no such file" :
		    "it has no table with the columns that it has to have");
	return false;
}

/* An archive's list of sub-folders is short: it is made, and compared. */
static int
check_folders(struct looking *l, struct err *e)
{
	size_t bad = 0;

	if (!l->k->whole)
		return 0;
	if (index_generate(l->k->store, &l->x, &bad, e) != 0)
		return -1;
	if (listing_changed(&l->x.list))
		find(l, FSCK_STALE_ROW, NULL, SIZE_MAX,
		    "its sub-folders are others, or hold other numbers");
	return 0;
}

static int
look(struct looking *l, struct err *e)
{
	struct err why = ERR_INIT;

	index_path(&l->x.at, &l->path);
	if (index_load(l->k->store, &l->x, &why) != 0) {
		if (concerns(l))
			find(l, FSCK_BAD_INDEX, NULL, SIZE_MAX, why.msg);
		return 0;
	}
	if (!has_table(l))
		return 0;
	if (l->x.at.folders)
		return check_folders(l, e);
	if (collect(l, e) != 0)
		return -1;
	check_wanted(l);
	check_orphans(l);
	return 0;
}

struct all {
	struct looking	*v;
	size_t		 n, cap;
};

static int
add_index(const struct index_at *at, void *ctx, struct err *e)
{
	struct all *all = ctx;

	(void)e;
	MEM_GROW(all->v, all->n, all->cap);
	memset(&all->v[all->n], 0, sizeof(*all->v));
	all->v[all->n++].x.at = *at;
	return 0;
}

/* All but the root's, which is the last and as long as they together. */
static int
look_at_stages(void *ctx, struct err *e)
{
	struct all *all = ctx;
	size_t i;
	int rc = 0;

	for (i = 0; i + 1 < all->n && rc == 0; i++)
		rc = look(&all->v[i], e);
	return rc;
}

static void
release(struct all *all, struct findings *found)
{
	struct looking *l;

	while (all->n > 0) {
		l = &all->v[--all->n];
		findings_take(found, &l->found);
		index_release(&l->x);
		buf_release(&l->path);
		free(l->rows);
		free(l->want);
	}
	free(all->v);
}

static int
find_misplaced(struct fsck *k)
{
	struct buf path = BUF_INIT;
	const struct fsck_task *t;
	char *shard;
	size_t i;

	for (i = 0; i < k->n; i++) {
		t = &k->v[i];
		if (!stage_info[t->pkg->stage].closed)
			continue;
		shard = store_shard(k->policy, &t->pkg->id);
		if (strcmp(shard == NULL ? "" : shard, t->pkg->shard == NULL ?
		    "" : t->pkg->shard) != 0) {
			buf_clear(&path);
			package_path(t->pkg, &path);
			findings_add(&k->found, &(struct fsck_at){
			    &t->pkg->id, path.ptr, 0 }, FSCK_WRONG_FOLDER,
			    "belongs in %s/%s",
			    stage_info[t->pkg->stage].name,
			    shard == NULL ? "" : shard);
		}
		free(shard);
	}
	buf_release(&path);
	return 0;
}

int
fsck_rows(struct fsck *k, struct err *e)
{
	struct all all = { NULL, 0, 0 };
	struct job job = { .run = look_at_stages, .ctx = &all };
	struct err mine = ERR_INIT;
	size_t i;
	int rc;

	if (find_misplaced(k) != 0 ||
	    index_each(k->store, add_index, &all, e) != 0) {
		release(&all, &k->found);
		return -1;
	}
	for (i = 0; i < all.n; i++)
		all.v[i].k = k;
	/* Named tasks may read cards through the store: one at a time. */
	if (k->whole)
		job_start(&job);
	rc = look(&all.v[all.n - 1], &mine);
	if ((k->whole ? job_wait(&job, e) : look_at_stages(&all, e)) != 0 ||
	    rc != 0) {
		if (rc != 0)
			*e = mine;
		rc = -1;
	}
	release(&all, &k->found);
	return rc;
}
