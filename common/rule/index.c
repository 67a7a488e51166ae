/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/err.h"
#include "base/log.h"
#include "base/map.h"
#include "board/store.h"
#include "rule/index.h"
#include "rule/rowfacts.h"
#include "sys/file.h"

void
index_path(const struct index_at *at, struct buf *out)
{
	if (at->stage != STAGE_NONE)
		buf_addf(out, "%s/", stage_info[at->stage].name);
	if (at->shard != NULL)
		buf_addf(out, "%s/", at->shard);
	buf_adds(out, "INDEX.md");
}

static bool
is_sharded(const struct policy *p, int stage)
{
	return stage != STAGE_NONE && stage_info[stage].closed &&
	    p->archive_shard > 0;
}

int
index_of(struct store *s, const struct package *p, struct index_at *out,
    struct err *e)
{
	const struct policy *policy;

	if (store_policy(s, &policy, e) != 0)
		return -1;
	out->stage = (int)p->stage;
	out->shard = is_sharded(policy, out->stage) ? p->shard : NULL;
	out->folders = false;
	return 0;
}

int
index_in_root(struct store *s, const struct package *p, struct err *e)
{
	const struct policy *policy;

	if (store_policy(s, &policy, e) != 0)
		return -1;
	return !policy->root_open_only || !stage_info[p->stage].closed;
}

void
index_release(struct index *x)
{
	listing_release(&x->list);
}

int
index_load(struct store *s, struct index *x, struct err *e)
{
	enum listing_kind kind = x->at.folders ? LISTING_SHARDS :
	    x->at.stage == STAGE_NONE ? LISTING_ROOT : LISTING_STAGE;
	struct listing *l = &x->list;
	struct buf path = BUF_INIT;
	struct file f = FILE_INIT;
	int rc, namespaces;

	memset(l, 0, sizeof(*l));
	index_path(&x->at, &path);
	rc = store_read(s, path.ptr, LISTING_MAX, &f, e);
	if (rc != 0 && e->status == EX_NOINPUT)
		rc = 0;
	if (rc == 0)
		listing_parse(l, kind, &f.data);
	namespaces = rc == 0 ? store_has_namespaces(s, e) : -1;
	/* A table without the column that it should have is made anew. */
	if (namespaces >= 0 && kind != LISTING_SHARDS &&
	    l->namespaces != (namespaces > 0))
		l->sound = false;
	file_release(&f);
	buf_release(&path);
	if (namespaces < 0)
		index_release(x);
	return namespaces < 0 ? -1 : 0;
}

struct pulled {
	struct queue_key key;
	size_t		 at;	/* where it was */
};

static int
compare_pulled(const void *a, const void *b)
{
	return queue_compare(&((const struct pulled *)a)->key,
	    &((const struct pulled *)b)->key);
}

/* Puts `n` elements of that size in the order of their keys, one for each. */
static void
put_in_order(void *v, size_t n, size_t size, struct pulled *keys)
{
	char *were = mem_dup(v, n * size), *to = v;
	size_t i;

	for (i = 0; i < n; i++)
		keys[i].at = i;
	qsort(keys, n, sizeof(*keys), compare_pulled);
	for (i = 0; i < n; i++)
		memcpy(to + i * size, were + keys[i].at * size, size);
	free(were);
}

static bool
is_pulled(const struct index_at *at)
{
	return at->stage != STAGE_NONE &&
	    stage_info[at->stage].order == ORDER_PULL;
}

struct mending {
	struct store	*s;
	struct index	*x;
	const struct index_row *v;
	struct strvec	 lines;		/* as many; "": it gets none */
	struct rowfacts	*facts;
	struct map	 keys;		/* that were read: a queue_key each */
};

/* The key of a row, which is read once. */
static const struct queue_key *
find_key(struct mending *m, const struct id *id)
{
	struct queue_key *k;
	char ref[ID_SIZE];

	id_format_ref(ref, id);
	if ((k = map_find(&m->keys, ref)) == NULL) {
		k = mem_zalloc(sizeof(*k));
		rowfacts_key(m->s, id, k);
		map_put(&m->keys, ref, k);
	}
	return k;
}

/*
 * Where the row belongs in pull order: the rows that are there are in order,
 * so a few of them have to be looked at.  Who comes goes to the end mostly:
 * from there the steps grow, until one was too far, and then they are halved.
 */
static size_t
pull_place(struct mending *m, const struct id *id)
{
	const struct listing *l = &m->x->list;
	const struct queue_key *own = find_key(m, id);
	size_t lo = 0, hi = l->n, mid, step = 1;

	while (lo < hi) {
		mid = hi - lo > step ? hi - step : lo + (hi - lo) / 2;
		if (queue_compare(find_key(m, &l->v[mid].id), own) < 0) {
			lo = mid + 1;
			step = SIZE_MAX;
		} else {
			hi = mid;
			step = step > SIZE_MAX / 2 ? SIZE_MAX : 2 * step;
		}
	}
	return lo;
}

/* Gives the place. */
static size_t
insert_row(struct mending *m, size_t i)
{
	struct listing *l = &m->x->list;
	const struct id *id = &m->v[i].id;
	size_t place = is_pulled(&m->x->at) ? pull_place(m, id) :
	    listing_place(l, id);

	listing_insert(l, place, id, m->lines.v[i]);
	return place;
}

static void
sort_lines(struct mending *m)
{
	struct listing *l = &m->x->list;
	struct pulled *keys = mem_zalloc((l->n + 1) * sizeof(*keys));
	size_t i;

	for (i = 0; i < l->n; i++)
		keys[i].key = *find_key(m, &l->v[i].id);
	put_in_order(l->v, l->n, sizeof(*l->v), keys);
	free(keys);
}

/*
 * All rows are taken out before the first is put in, for a place is looked for
 * among rows that are in order; the last taken is the first put in, so that
 * one whose order is the same finds the place that it had.
 */
static void
replace_rows(struct mending *m)
{
	size_t n = m->lines.n, *was = mem_zalloc((n + 1) * sizeof(*was));
	struct listing *l = &m->x->list;
	size_t i;
	bool moved = false;

	for (i = 0; i < n; i++) {
		was[i] = listing_find(l, &m->v[i].id);
		if (was[i] != SIZE_MAX)
			listing_remove(l, was[i]);
	}
	for (i = n; i-- > 0; )
		if (m->v[i].p != NULL && was[i] != SIZE_MAX)
			moved |= insert_row(m, i) != was[i];
	for (i = 0; i < n; i++)
		if (m->v[i].p != NULL && was[i] == SIZE_MAX)
			(void)insert_row(m, i);
	if (moved && is_pulled(&m->x->at))
		sort_lines(m);
	free(was);
}

/* The line of a row that is to be there, and its key where one is needed. */
static int
make_row(struct mending *m, const struct index_row *row, struct buf *line,
    struct err *e)
{
	const struct rowfact *fact = rowfacts_get(m->facts, m->s, row->p, e);
	struct queue_key *k;
	char ref[ID_SIZE];

	if (fact == NULL)
		return -1;
	rowfact_format(fact, &m->x->list, row->p, line);
	if (!is_pulled(&m->x->at))
		return 0;
	k = mem_zalloc(sizeof(*k));
	*k = fact->key;
	id_format_ref(ref, &row->id);
	free(map_put(&m->keys, ref, k));
	return 0;
}

int
index_mend(struct store *s, struct index *x, const struct index_row *v,
    size_t n, struct err *e)
{
	struct rowfacts own = ROWFACTS_INIT;
	struct mending m = { .s = s, .x = x, .v = v,
	    .facts = x->facts != NULL ? x->facts : &own };
	struct buf line = BUF_INIT;
	size_t i;
	int rc = 0;

	for (i = 0; i < n && rc == 0; i++) {
		buf_clear(&line);
		if (v[i].p != NULL)
			rc = make_row(&m, &v[i], &line, e);
		strvec_add(&m.lines, buf_str(&line));
	}
	if (rc == 0)
		replace_rows(&m);
	rowfacts_release(&own);
	map_release_values(&m.keys);
	strvec_release(&m.lines);
	buf_release(&line);
	return rc;
}

/* The packages that have a row in the index, in the order of the rows. */
struct rows {
	struct package	**v;
	size_t		  n, cap;
};

static void
add_package(struct rows *rows, struct package *p)
{
	MEM_GROW(rows->v, rows->n, rows->cap);
	rows->v[rows->n++] = p;
}

static int
compare_packages(const void *a, const void *b)
{
	return id_compare(&(*(struct package *const *)a)->id,
	    &(*(struct package *const *)b)->id);
}

static void
sort_pulled(struct store *s, struct rows *rows)
{
	struct pulled *keys = mem_zalloc((rows->n + 1) * sizeof(*keys));
	size_t i;

	for (i = 0; i < rows->n; i++)
		rowfacts_package_key(s, rows->v[i], &keys[i].key);
	put_in_order(rows->v, rows->n, sizeof(struct package *), keys);
	free(keys);
}

static int
collect(struct store *s, const struct index_at *at, struct rows *rows,
    struct err *e)
{
	const struct store_stage *st;
	struct package *p;
	int stage, in;
	size_t i;

	for (stage = 0; stage < STAGE_COUNT; stage++) {
		if (at->stage != STAGE_NONE && at->stage != stage)
			continue;
		if (store_load(s, stage, e) != 0)
			return -1;
		st = &s->stages[stage];
		for (i = 0; i < st->n; i++) {
			p = st->v[i];
			in = at->stage == STAGE_NONE ?
			    index_in_root(s, p, e) :
			    at->shard == NULL || (p->shard != NULL &&
			    strcmp(p->shard, at->shard) == 0);
			if (in < 0)
				return -1;
			if (in)
				add_package(rows, p);
		}
	}
	if (rows->n > 1)
		qsort(rows->v, rows->n, sizeof(*rows->v), compare_packages);
	if (is_pulled(at))
		sort_pulled(s, rows);
	return 0;
}

/* Adds the row of a task. */
static int
add_row(struct store *s, const struct listing *l, struct package *p,
    struct buf *out, struct err *e)
{
	struct rowfact fact;
	int rc = rowfact_load(&fact, s, p, false, e);

	if (rc == 0)
		rowfact_format(&fact, l, p, out);
	rowfact_release(&fact);
	return rc;
}

/* A row for a card that cannot be read: the one it has, or a bare one. */
static void
add_bad_row(const struct listing *l, const struct listing *shape,
    const struct package *p, struct buf *out)
{
	struct listing_row row = { p->id, p->stage, "", "", "", "", "" };
	size_t at = listing_find(l, &p->id);

	buf_clear(out);
	if (at != SIZE_MAX && l->namespaces == shape->namespaces) {
		buf_add(out, l->v[at].text, l->v[at].len);
		return;
	}
	row.name = package_slug(p);
	listing_format(out, shape, &row);
}

static int
generate_folders(struct store *s, struct listing *l, struct err *e)
{
	struct store_stage *st = &s->stages[STAGE_ARCHIVED];
	struct buf line = BUF_INIT;
	struct strvec names = STRVEC_INIT;
	struct id none = { "", 0 };
	size_t i, k, n;

	if (store_load(s, STAGE_ARCHIVED, e) != 0)
		return -1;
	for (i = 0; i < st->n; i++)
		if (st->v[i]->shard != NULL &&
		    !strvec_has(&names, st->v[i]->shard))
			strvec_add(&names, st->v[i]->shard);
	strvec_sort(&names);
	listing_reset(l, false);
	for (k = 0; k < names.n; k++) {
		for (n = i = 0; i < st->n; i++)
			n += st->v[i]->shard != NULL &&
			    strcmp(st->v[i]->shard, names.v[k]) == 0;
		buf_clear(&line);
		buf_addf(&line, "| [%s](%s/INDEX.md) | %zu |", names.v[k],
		    names.v[k], n);
		listing_insert(l, l->n, &none, line.ptr);
	}
	strvec_release(&names);
	buf_release(&line);
	return 0;
}

int
index_generate(struct store *s, struct index *x, size_t *bad, struct err *e)
{
	struct listing *l = &x->list, shape = { .kind = l->kind };
	struct rows rows = { NULL, 0, 0 };
	struct strvec lines = STRVEC_INIT;
	struct buf line = BUF_INIT;
	struct err why = ERR_INIT;
	int rc, namespaces = store_has_namespaces(s, e);
	size_t i;

	if (namespaces < 0)
		return -1;
	shape.namespaces = namespaces > 0;
	if (x->at.folders)
		return generate_folders(s, l, e);
	rc = collect(s, &x->at, &rows, e);
	for (i = 0; i < rows.n && rc == 0; i++) {
		buf_clear(&line);
		if (add_row(s, &shape, rows.v[i], &line, &why) != 0) {
			/* The root's index repeats those of the stages. */
			if (x->at.stage != STAGE_NONE) {
				log_error("%s", why.msg);
				++*bad;
			}
			add_bad_row(l, &shape, rows.v[i], &line);
		}
		strvec_add(&lines, line.ptr);
	}
	if (rc == 0) {
		listing_reset(l, namespaces > 0);
		for (i = 0; i < rows.n; i++)
			listing_insert(l, l->n, &rows.v[i]->id, lines.v[i]);
	}
	strvec_release(&lines);
	buf_release(&line);
	free(rows.v);
	return rc;
}

static int
each_shard(struct store *s, int (*fn)(const struct index_at *, void *,
    struct err *), void *ctx, struct err *e)
{
	struct index_at at = { STAGE_ARCHIVED, NULL, false };
	struct store_stage *st = &s->stages[STAGE_ARCHIVED];
	struct strvec done = STRVEC_INIT;
	int rc = store_load(s, STAGE_ARCHIVED, e);
	size_t i;

	for (i = 0; i < st->n && rc == 0; i++) {
		if (st->v[i]->shard == NULL ||
		    strvec_has(&done, st->v[i]->shard))
			continue;
		strvec_add(&done, st->v[i]->shard);
		at.shard = st->v[i]->shard;
		rc = fn(&at, ctx, e);
	}
	strvec_release(&done);
	return rc;
}

int
index_each(struct store *s, int (*fn)(const struct index_at *, void *,
    struct err *), void *ctx, struct err *e)
{
	struct index_at at = { 0, NULL, false };
	const struct policy *policy;

	if (store_policy(s, &policy, e) != 0)
		return -1;
	for (at.stage = 0; at.stage < STAGE_COUNT; at.stage++) {
		at.folders = is_sharded(policy, at.stage);
		if (fn(&at, ctx, e) != 0 ||
		    (at.folders && each_shard(s, fn, ctx, e) != 0))
			return -1;
	}
	at.folders = false;
	at.stage = STAGE_NONE;
	return fn(&at, ctx, e);
}

bool
index_row_names(const struct listing *root, const struct listing_line *row,
    int column, const char *ref, struct buf *cell)
{
	const char *hit;
	size_t n = strlen(ref);

	if (memmem(row->text, row->len, ref, n) == NULL ||
	    !listing_cell(root, row, column, cell))
		return false;
	for (hit = buf_str(cell); (hit = strstr(hit, ref)) != NULL; hit += n)
		if (hit[n] < '0' || hit[n] > '9')
			return true;
	return false;
}

int
index_waiting(struct store *s, const struct id *id, struct strvec *refs,
    struct err *e)
{
	struct index root = { .at = { STAGE_NONE, NULL, false } };
	char ref[ID_SIZE], waits[ID_SIZE];
	struct buf cell = BUF_INIT;
	size_t i;
	int rc;

	id_format_ref(ref, id);
	if ((rc = index_load(s, &root, e)) == 0)
		for (i = 0; i < root.list.n; i++)
			if (index_row_names(&root.list, &root.list.v[i],
			    LISTING_ROOT_DEPS, ref, &cell) ||
			    index_row_names(&root.list, &root.list.v[i],
			    LISTING_ROOT_FLAGS, ref, &cell)) {
				id_format_ref(waits, &root.list.v[i].id);
				strvec_add(refs, waits);
			}
	index_release(&root);
	buf_release(&cell);
	return rc;
}
