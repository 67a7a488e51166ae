/* SPDX-License-Identifier: MIT */
/*
 * The judge on what is generated, and on references that move.
 *
 * An index is compared with the cards where commits ended, not in each of
 * them: what an earlier one said wrongly a later one has put right.
 */
#include "base/compat.h"

#include "base/err.h"
#include "board/listing.h"
#include "change/judging.h"
#include "rule/index.h"
#include "rule/rowfacts.h"
#include "sys/file.h"

/* The boards of both ends. */
struct ends {
	struct judging	*g;
	struct oid	 from, to;	/* their trees of .work/tasks */
	struct snapshot	 was, is;
	struct rowfacts	 facts;		/* of what is */
};

/* Rows to be set as the cards have them. */
struct wanted {
	struct index_row *v;
	size_t		 n, cap;
	struct map	 has;
};

static void
want(struct wanted *w, const struct id *id)
{
	char ref[ID_SIZE];

	id_format_ref(ref, id);
	if (id->number == 0 || map_find(&w->has, ref) != NULL)
		return;
	map_put(&w->has, ref, w);
	MEM_GROW(w->v, w->n, w->cap);
	w->v[w->n++] = (struct index_row){ .id = *id };
}

static void
want_touched(const char *ref, void *value, void *ctx)
{
	struct id id;

	(void)value;
	if (id_parse(&id, ref) == 0)
		want(ctx, &id);
}

static int
compare_lines(const void *a, const void *b)
{
	return id_compare(&(*(const struct listing_line *const *)a)->id,
	    &(*(const struct listing_line *const *)b)->id);
}

/* The rows by id. */
static const struct listing_line **
sort_rows(const struct listing *l)
{
	const struct listing_line **v = mem_alloc((l->n + 1) * sizeof(*v));
	size_t i;

	for (i = 0; i < l->n; i++)
		v[i] = &l->v[i];
	qsort(v, l->n, sizeof(*v), compare_lines);
	return v;
}

/* Adds the tasks whose row is not the same in both. */
static void
want_changed(struct wanted *w, const struct listing *a,
    const struct listing *b)
{
	const struct listing_line **x = sort_rows(a), **y = sort_rows(b);
	size_t i = 0, k = 0;
	int c;

	while (i < a->n || k < b->n) {
		c = i == a->n ? 1 : k == b->n ? -1 :
		    id_compare(&x[i]->id, &y[k]->id);
		if (c != 0)
			want(w, c < 0 ? &x[i]->id : &y[k]->id);
		else if (x[i]->len != y[k]->len ||
		    memcmp(x[i]->text, y[k]->text, x[i]->len) != 0)
			want(w, &x[i]->id);
		i += c <= 0;
		k += c >= 0;
	}
	free(x);
	free(y);
}

/* The package of each, where its row is in this index. */
static int
place_rows(struct store *s, const struct index_at *at, struct wanted *w,
    struct err *e)
{
	struct index_at own;
	struct package *p;
	size_t i;
	int in;

	for (i = 0; i < w->n; i++) {
		if (store_find(s, &w->v[i].id, &p, e) != 0) {
			if (e->status != EX_NOINPUT)
				return -1;
			continue;
		}
		if (at->stage == STAGE_NONE)
			in = index_in_root(s, p, e);
		else
			in = index_of(s, p, &own, e) != 0 ? -1 :
			    own.stage == at->stage && strcmp(
			    own.shard == NULL ? "" : own.shard,
			    at->shard == NULL ? "" : at->shard) == 0;
		if (in < 0)
			return -1;
		w->v[i].p = in ? p : NULL;
	}
	return 0;
}

/* 1: both boards have the same file there, or none; 0: not; -1. */
static int
is_same_file(const struct ends *x, const char *path, struct err *e)
{
	struct tree_cache *trees = x->g->j->trees;
	struct tree_entry was, is;
	int had = tree_find(trees, &x->from, path, &was, e);
	int has = had < 0 ? -1 : tree_find(trees, &x->to, path, &is, e);

	if (has < 0)
		return -1;
	return had == has && (has == 0 || oid_equal(&was.id, &is.id));
}

/* The tasks whose rows are to be looked at: touched, or another row. */
static int
want_all(struct ends *x, const struct index *is, const char *path,
    struct wanted *w, struct err *e)
{
	struct index was = { .at = is->at };
	int same = is_same_file(x, path, e);

	map_each(&x->g->j->touched, want_touched, w);
	if (same != 0)
		return same > 0 ? 0 : -1;
	if (index_load(&x->was.store, &was, e) != 0)
		return -1;
	want_changed(w, &is->list, &was.list);
	index_release(&was);
	return 0;
}

static int
compare_index(const struct index_at *at, void *ctx, struct err *e)
{
	struct ends *x = ctx;
	struct index is = { .at = *at, .facts = &x->facts };
	struct wanted w = { .v = NULL };
	struct buf path = BUF_INIT;
	int rc;

	index_path(at, &path);
	rc = index_load(&x->is.store, &is, e);
	if (rc == 0) {
		rc = want_all(x, &is, path.ptr, &w, e);
		if (rc == 0)
			rc = place_rows(&x->is.store, at, &w, e);
		if (rc == 0)
			rc = at->folders ? 0 : index_mend(&x->is.store, &is,
			    w.v, w.n, e);
		if (rc == 0 && listing_changed(&is.list))
			judging_find(x->g, judging_at(path.ptr, 0),
			    JUDGE_INDEX_STALE,
			    "its rows are not what the tasks say (task-index "
			    "makes them anew)");
		index_release(&is);
	}
	free(w.v);
	map_release(&w.has);
	buf_release(&path);
	return rc;
}

int
judge_rows(struct judge *j, const struct judged *c, const struct oid *since,
    struct err *e)
{
	struct judging g = { .j = j, .c = c };
	struct judging_board before = { .place = NULL };
	struct repo_commit info = REPO_COMMIT_INIT;
	struct ends x = { .g = &g };
	int rc;

	rc = judging_board_find(j, &c->tree, &g.now, e);
	if (rc == 0 && !oid_is_zero(since) &&
	    (rc = repo_read_commit(j->repo, since, &info, e)) > 0)
		rc = judging_board_find(j, &info.tree, &before, e);
	repo_commit_release(&info);
	if (rc != 0 || g.now.place == NULL ||
	    oid_equal(&g.now.tasks, &before.tasks))
		return rc < 0 ? -1 : 0;
	x.from = before.tasks;
	x.to = g.now.tasks;
	snapshot_open(&x.was, j->trees, &before.tasks, ".work");
	snapshot_open(&x.is, j->trees, &g.now.tasks, ".work");
	rc = index_each(&x.is.store, compare_index, &x, e);
	/* Two packages of one id, an unreadable policy: found by others. */
	if (rc != 0 && (e->status == EX_DATAERR || e->status == EX_CONFIG)) {
		judging_find(&g, judging_at("INDEX.md", 0), JUDGE_INDEX_STALE,
		    "it cannot be compared: %s", e->msg);
		rc = 0;
	}
	rowfacts_release(&x.facts);
	snapshot_close(&x.was);
	snapshot_close(&x.is);
	return rc;
}

void
judge_find_ref(struct judge *j, const struct judged *c, const char *ref,
    const char *why)
{
	struct judging g = { .j = j, .c = c };

	judging_find(&g, judging_at("/", 0), JUDGE_REF_DROPPED, "%s: %s", ref,
	    why);
}

/* All packages of a board whose lines have to be in another one. */
struct dropping {
	struct judging	 g;
	const char	*ref;
};

static void
find_dropped(struct dropping *d, const char *path, const char *what)
{
	judging_find(&d->g, judging_at(path, 0), JUDGE_REF_DROPPED, "%s: %s",
	    d->ref,
	    what);
}

/* Nothing of `was` is lost, where `is` may be a later or a merged one. */
static int
judge_kept(struct dropping *d, struct pair *p, struct err *e)
{
	const struct buf *text;
	size_t n = 0, i, had;
	bool *theirs;

	if (p->was.pkg == NULL)
		return 0;
	if (p->is.pkg == NULL) {
		find_dropped(d, p->was.path.ptr, "the task would be lost");
		return 0;
	}
	if (version_read(&d->g, &p->was, e) != 0 ||
	    version_read(&d->g, &p->is, e) != 0)
		return -1;
	text = &p->is.task.ledger.text;
	for (i = 0; i < text->len; i++)
		n += text->ptr[i] == '\n';
	theirs = mem_zalloc(n + 1);
	had = d->g.j->n;
	if (judging_contains(&d->g, &p->was, &p->is, theirs) != 0) {
		judge_take_back(d->g.j, had);
		find_dropped(d, p->was.path.ptr, "lines of its ledger would "
		    "be lost");
	}
	free(theirs);
	return 0;
}

static int
read_board(struct judge *j, const struct oid *commit, struct oid *tree,
    struct judging_board *b, struct err *e)
{
	struct repo_commit info = REPO_COMMIT_INIT;
	int rc = 0;

	if (!oid_is_zero(commit) &&
	    (rc = repo_read_commit(j->repo, commit, &info, e)) > 0) {
		*tree = info.tree;
		rc = judging_board_find(j, &info.tree, b, e);
	}
	repo_commit_release(&info);
	return rc < 0 ? -1 : 0;
}

int
judge_dropped(struct judge *j, const char *ref, const struct oid *from,
    const struct oid *to, struct err *e)
{
	struct judged c = { .id = *to };
	struct dropping d = { .g = { .j = j, .c = &c, .nbefore = 1 },
	    .ref = ref };
	struct judging_board before = { .place = NULL };
	struct pairs pairs = { .v = NULL };
	struct oid tree;
	size_t i, had = j->n;
	int rc;

	d.g.before = &before;
	d.g.pairs = &pairs;
	rc = read_board(j, from, &tree, &before, e);
	if (rc == 0)
		rc = read_board(j, to, &c.tree, &d.g.now, e);
	if (rc == 0 && d.g.now.place == NULL) {
		if (before.place != NULL)
			find_dropped(&d, "", "the whole board would be lost");
		return 0;
	}
	if (rc == 0)
		rc = judging_paths(&d.g, 0, e);
	/* How it is now was judged commit by commit. */
	judge_take_back(j, had);
	for (i = 0; i < pairs.n && rc == 0; i++)
		rc = judge_kept(&d, pairs.v[i], e);
	pairs_release(&pairs);
	strvec_release(&d.g.policy);
	return rc;
}
