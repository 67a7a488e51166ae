/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/buf.h"
#include "base/err.h"
#include "board/store.h"
#include "change/reindex.h"
#include "change/txn.h"
#include "rule/index.h"
#include "rule/rowfacts.h"

struct reindex_task *
reindex_add(struct reindex *r, const struct id *id, enum stage was_in)
{
	struct reindex_task *one;
	size_t i;

	for (i = 0; i < r->n; i++)
		if (id_compare(&r->v[i].id, id) == 0)
			break;
	if (i == r->n) {
		MEM_GROW(r->v, r->n, r->cap);
		one = &r->v[r->n++];
		memset(one, 0, sizeof(*one));
		one->id = *id;
	}
	one = &r->v[i];
	one->stages |= 1u << was_in;
	return one;
}

void
reindex_release(struct reindex *r)
{
	while (r->n > 0)
		free(r->v[--r->n].shard);
	free(r->v);
	*r = (struct reindex)REINDEX_INIT;
}

/* Adds whoever waits for one of the tasks, by what the root index says. */
static int
add_waiting(struct reindex *r, struct txn *t, const struct listing *root,
    struct err *e)
{
	struct buf cell = BUF_INIT;
	size_t i, k, n = r->n;
	char ref[ID_SIZE];
	struct package *p;
	int rc = 0;

	for (i = 0; i < n && rc == 0; i++) {
		if (!r->v[i].for_others)
			continue;
		id_format_ref(ref, &r->v[i].id);
		for (k = 0; k < root->n && rc == 0; k++) {
			if (!index_row_names(root, &root->v[k],
			    LISTING_ROOT_DEPS, ref, &cell) &&
			    !index_row_names(root, &root->v[k],
			    LISTING_ROOT_FLAGS, ref, &cell))
				continue;
			if (store_find(t->store, &root->v[k].id, &p, e) == 0)
				reindex_add(r, &p->id, p->stage);
			else if (e->status != EX_NOINPUT)
				rc = -1;
		}
	}
	buf_release(&cell);
	return rc;
}

static bool
same_place(const struct index_at *a, const struct index_at *b)
{
	if (a->stage != b->stage)
		return false;
	if (a->shard == NULL || b->shard == NULL)
		return a->shard == b->shard;
	return strcmp(a->shard, b->shard) == 0;
}

/* The package of the task if it has its row in this index; NULL: not. */
static int
package_here(struct txn *t, const struct index_at *at, const struct id *id,
    struct package **out, struct err *e)
{
	struct index_at own;
	struct package *p;
	int in;

	*out = NULL;
	if (store_find(t->store, id, &p, e) != 0)
		return e->status == EX_NOINPUT ? 0 : -1;
	if (at->stage == STAGE_NONE) {
		if ((in = index_in_root(t->store, p, e)) < 0)
			return -1;
		*out = in ? p : NULL;
		return 0;
	}
	if (index_of(t->store, p, &own, e) != 0)
		return -1;
	*out = same_place(at, &own) ? p : NULL;
	return 0;
}

/* True where what is right on disk already is not what HEAD has. */
static bool
is_uncommitted(struct txn *t, const char *path, const struct buf *text)
{
	struct err ignored = ERR_INIT;
	struct oid was, is;

	if (!t->commits || txn_find_head(t, path, &was, &ignored) < 0)
		return false;
	oid_of(&is, "blob", buf_str(text), text->len);
	return !oid_equal(&is, &was);
}

static void
write_index(struct txn *t, const struct index *x)
{
	struct buf path = BUF_INIT, text = BUF_INIT;

	listing_render(&x->list, x->at.stage, t->now_us, &text);
	index_path(&x->at, &path);
	if (!buf_equal(&text, &x->list.text) ||
	    is_uncommitted(t, path.ptr, &text))
		txn_write(t, path.ptr, text.ptr, text.len);
	buf_release(&path);
	buf_release(&text);
}

static bool
concerns(const struct reindex_task *task, const struct index_at *at)
{
	return at->stage == STAGE_NONE ||
	    (task->stages & 1u << at->stage) != 0;
}

/* Sets the rows of all that concerns the index. */
static int
mend_rows(struct reindex *r, struct txn *t, struct index *x, struct err *e)
{
	struct index_row *rows = mem_zalloc((r->n + 1) * sizeof(*rows));
	size_t i, n = 0;
	int rc = 0;

	for (i = 0; i < r->n && rc == 0; i++) {
		if (!concerns(&r->v[i], &x->at))
			continue;
		rows[n].id = r->v[i].id;
		rc = package_here(t, &x->at, &rows[n].id, &rows[n].p, e);
		n++;
	}
	if (rc == 0)
		rc = index_mend(t->store, x, rows, n, e);
	free(rows);
	return rc;
}

/* Mends an index that was read, and stages it. */
static int
mend(struct reindex *r, struct txn *t, struct index *x, struct err *e)
{
	size_t bad = 0;
	int rc;

	if (!x->list.sound || x->at.folders)
		rc = index_generate(t->store, x, &bad, e);
	else
		rc = mend_rows(r, t, x, e);
	if (rc == 0)
		write_index(t, x);
	return rc;
}

static int
mend_at(struct reindex *r, struct txn *t, const struct index_at *at,
    struct rowfacts *facts, struct err *e)
{
	struct index x = { .at = *at, .facts = facts };
	int rc = index_load(t->store, &x, e);

	if (rc == 0)
		rc = mend(r, t, &x, e);
	index_release(&x);
	return rc;
}

/* The sub-folders of the archive that tasks came from or went to. */
static int
mend_shards(struct reindex *r, struct txn *t, struct rowfacts *facts,
    struct err *e)
{
	struct index_at at = { STAGE_ARCHIVED, NULL, false };
	struct strvec shards = STRVEC_INIT;
	struct package *p;
	size_t i;
	int rc = 0;

	for (i = 0; i < r->n && rc == 0; i++) {
		if (r->v[i].shard != NULL &&
		    !strvec_has(&shards, r->v[i].shard))
			strvec_add(&shards, r->v[i].shard);
		if (store_find(t->store, &r->v[i].id, &p, e) == 0 &&
		    p->shard != NULL && !strvec_has(&shards, p->shard))
			strvec_add(&shards, p->shard);
	}
	for (i = 0; i < shards.n && rc == 0; i++) {
		at.shard = shards.v[i];
		rc = mend_at(r, t, &at, facts, e);
	}
	strvec_release(&shards);
	return rc;
}

int
reindex_stage(struct reindex *r, struct txn *t, struct err *e)
{
	struct rowfacts facts = ROWFACTS_INIT;
	struct index root = { .at = { STAGE_NONE, NULL, false },
	    .facts = &facts };
	struct index_at at = { 0, NULL, false };
	const struct policy *policy;
	unsigned stages = 0;
	struct package *p;
	size_t i;
	int rc;

	if (store_policy(t->store, &policy, e) != 0 ||
	    index_load(t->store, &root, e) != 0)
		return -1;
	rc = add_waiting(r, t, &root.list, e);
	for (i = 0; i < r->n; i++) {
		if (store_find(t->store, &r->v[i].id, &p, e) == 0)
			r->v[i].stages |= 1u << p->stage;
		stages |= r->v[i].stages;
	}
	if (rc == 0)
		rc = mend(r, t, &root, e);
	for (; at.stage < STAGE_COUNT && rc == 0; at.stage++) {
		if ((stages & 1u << at.stage) == 0)
			continue;
		at.folders = stage_info[at.stage].closed &&
		    policy->archive_shard > 0;
		rc = mend_at(r, t, &at, &facts, e);
		if (rc == 0 && at.folders)
			rc = mend_shards(r, t, &facts, e);
	}
	rowfacts_release(&facts);
	index_release(&root);
	reindex_release(r);
	return rc;
}

struct all {
	struct txn	*t;
	size_t		 bad;
};

static int
generate_one(const struct index_at *at, void *ctx, struct err *e)
{
	struct all *all = ctx;
	struct index x = { .at = *at };
	int rc;

	rc = index_load(all->t->store, &x, e);
	if (rc == 0)
		rc = index_generate(all->t->store, &x, &all->bad, e);
	if (rc == 0)
		write_index(all->t, &x);
	index_release(&x);
	return rc;
}

int
reindex_all(struct txn *t, struct err *e)
{
	struct all all = { t, 0 };

	if (index_each(t->store, generate_one, &all, e) != 0)
		return -1;
	return (int)all.bad;
}
