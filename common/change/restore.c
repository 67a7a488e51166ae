/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/err.h"
#include "change/commit.h"
#include "change/gitindex.h"
#include "change/ref.h"
#include "change/repo.h"
#include "change/restore.h"
#include "change/restorefiles.h"
#include "change/tree.h"

enum { INODE_TEXT = 128 };

/* A file by what changes when somebody writes it. */
static void
name_inode(const struct stat *st, char name[INODE_TEXT])
{
	snprintf(name, INODE_TEXT, "%ju %ju %jd %jd.%09ld",
	    (uintmax_t)st->st_dev, (uintmax_t)st->st_ino,
	    (intmax_t)st->st_size, (intmax_t)st->st_mtim.tv_sec,
	    st->st_mtim.tv_nsec);
}

void
restore_wrote(struct restore *r, const struct stat *st)
{
	char name[INODE_TEXT];

	name_inode(st, name);
	map_put(&r->written, name, r);
}

bool
restore_made(const struct restore *r, const struct stat *st)
{
	char name[INODE_TEXT];

	name_inode(st, name);
	return map_find(&r->written, name) != NULL;
}

int
restore_add(struct restore *r, struct plan *p, time_t made, struct err *e)
{
	struct apply_share alone = { 0 };
	size_t i;

	for (i = 0; i < p->nfiles; i++)
		if (p->files[i].has_st)
			restore_wrote(r, &p->files[i].st);

	MEM_GROW(r->v, r->n, r->cap);
	r->v[r->n++] = (struct restored){ *p, made };
	*p = (struct plan)PLAN_INIT;
	return apply_objects(&r->a, &r->v[r->n - 1].plan, &alone, e);
}

static void
forget_plans(struct restore *r)
{
	while (r->n > 0)
		plan_release(&r->v[--r->n].plan);
	free(r->v);
	r->v = NULL;
	r->cap = 0;
}

void
restore_release(struct restore *r)
{
	forget_plans(r);
	map_release(&r->written);
}

bool
restored_is_newer(const struct restored *v, time_t written)
{
	return v->made != 0 && written > v->made;
}

/* The first or the last plan that moves the reference. */
static const struct restored *
find_mover(const struct restore *r, const char *ref, bool last)
{
	const struct restored *found = NULL;
	size_t i;

	for (i = 0; i < r->n && (last || found == NULL); i++)
		if (r->v[i].plan.commits &&
		    strcmp(r->v[i].plan.ref, ref) == 0)
			found = &r->v[i];
	return found;
}

/*
 * Whether the reference has to go where the plan moved it: it fell back, or is
 * lost.  Where a person moved it since then it stays.
 */
static bool
fell_back(const struct restore *r, const struct restored *last,
    const struct oid *at, int found)
{
	const struct plan *p = &last->plan;
	const char *ref = p->ref;

	if (found == 0)
		return oid_is_zero(&find_mover(r, ref, false)->plan.old_head);
	return !repo_descends(r->a.repo, at, &p->new_head) &&
	    !restored_is_newer(last, ref_written(r->a.repo, ref)) &&
	    repo_descends(r->a.repo, &p->new_head, at);
}

static int
restore_ref(const struct restore *r, const struct restored *last,
    struct err *e)
{
	const struct plan *p = &last->plan;
	struct ref_move move = { .ref = p->ref, .to = p->new_head,
	    .why = "task: restored after a restart" };
	int mended, found;
	size_t i;

	for (i = 0; i < r->n; i++)
		if (r->v[i].plan.commits &&
		    strcmp(r->v[i].plan.ref, p->ref) == 0)
			ref_drop_stale_lock(r->a.repo, p->ref,
			    &r->v[i].plan.new_head);
	mended = ref_mend(r->a.repo, p->ref, &p->new_head, e);
	if (mended != 0)
		return mended < 0 ? -1 : 0;
	if ((found = ref_read(r->a.repo, p->ref, &move.from, e)) < 0)
		return -1;
	if (!fell_back(r, last, &move.from, found))
		return 0;
	return ref_move(r->a.repo, &move, e) < 0 ? -1 : 0;
}

static int
restore_refs(const struct restore *r, struct err *e)
{
	const struct restored *v;
	size_t i;

	for (i = 0; i < r->n; i++) {
		v = &r->v[i];
		if (v->plan.commits &&
		    find_mover(r, v->plan.ref, true) == v &&
		    restore_ref(r, v, e) != 0)
			return -1;
	}
	return 0;
}

/* Where a plan that was interrupted begins, or what it came to. */
static int
restore_start(const struct restore *r, const struct plan *p, struct err *e)
{
	struct apply_share alone = { 0 };

	if (!p->commits)
		return 0;
	if (apply_objects(&r->a, p, &alone, e) != 0)
		return -1;
	ref_drop_stale_lock(r->a.repo, p->ref, &p->new_head);
	return ref_mend(r->a.repo, p->ref, &p->old_head, e) < 0 ? -1 : 0;
}

int
restore_happened(const struct restore *r, const struct plan *p,
    struct err *e)
{
	struct oid at;
	int found;

	if (!p->commits)
		return 0;
	if (restore_start(r, p, e) != 0 ||
	    (found = ref_read(r->a.repo, p->ref, &at, e)) < 0)
		return -1;
	return found > 0 && repo_descends(r->a.repo, &at, &p->new_head);
}

/* Git's index, and HEAD (or what it will be) to look things up in. */
struct lookup {
	const struct gitindex *ix;
	const char	*ref;
	struct tree_cache *trees;
	const struct oid *tree;
};

/* 1: the edit makes what HEAD has; 0: it does not, or not any more. */
static int
is_as_head(const struct lookup *l, const struct index_edit *x, struct err *e)
{
	struct tree_entry entry;
	int found = tree_find(l->trees, l->tree, x->path, &entry, e);

	if (found < 0)
		return -1;
	return x->kind == INDEX_PUT ? found > 0 &&
	    oid_equal(&entry.id, &x->id) : found == 0;
}

/*
 * Git's index, where it is as it was before these plans: an edit finds what the
 * first of them found, and makes what the last of them made.
 */
static int
make_edits(const struct lookup *l, const struct plan *const *plans, size_t n,
    struct index_edits *edits, struct err *e)
{
	struct index_edits all = INDEX_EDITS_INIT;
	struct index_edit *x;
	size_t i;
	int keep = 0;

	commit_index_edits(plans, n, &all);
	for (i = 0; i < all.n && keep >= 0; i++) {
		if ((keep = is_as_head(l, &all.v[i], e)) <= 0)
			continue;
		x = index_edits_add(edits, all.v[i].kind, all.v[i].path,
		    all.v[i].to);
		x->mode = all.v[i].mode;
		x->id = all.v[i].id;
		x->was = all.v[i].was;
	}
	index_edits_release(&all);
	return keep < 0 ? -1 : 0;
}

static int
restore_entries(const struct gitindex *ix, struct index_edits *edits,
    struct err *e)
{
	struct gitindex_want want = { edits, true };
	int held, rc = 0;

	if (edits->n > 0) {
		held = gitindex_prepare(ix, &want, e);
		if (held > 0)
			rc = gitindex_finish(ix, e);
		else
			rc = held < 0 ? -1 : gitindex_postpone(ix, edits, e);
	}
	return rc;
}

/*
 * The plans whose edits the index may lack.  With the one that is coming: it
 * may have them already, of which the others know nothing.
 */
static size_t
find_plans(const struct restore *r, const struct lookup *l,
    const struct plan *coming, const struct plan **plans)
{
	time_t written = gitindex_written(l->ix);
	const struct restored *v;
	size_t i, n = 0;

	for (i = 0; i < r->n; i++) {
		v = &r->v[i];
		if (v->plan.commits && v->made != 0 &&
		    !restored_is_newer(v, written) &&
		    strcmp(v->plan.ref, l->ref) == 0)
			plans[n++] = &v->plan;
	}
	if (n > 0 && coming != NULL)
		plans[n++] = coming;
	return n;
}

static int
restore_index(const struct restore *r, const struct ref_head *head,
    const struct plan *coming, struct err *e)
{
	struct gitindex ix = { repo_gitdir(r->a.repo),
	    repo_workdir(r->a.repo), r->a.workfd };
	struct gitindex_state state;
	struct lookup l = { &ix, head->ref, NULL, &head->tree };
	struct index_edits edits;
	const struct plan **plans;
	size_t i, n;
	int rc;

	state.unborn = head->unborn;
	state.unsummed = repo_config_bool(r->a.repo, "index.skiphash",
	    repo_config_bool(r->a.repo, "feature.manyfiles", false));
	/* One that is made anew is as HEAD is. */
	rc = gitindex_mend(&ix, &state, e);
	if (rc != 0 || head->unborn)
		return rc < 0 ? -1 : 0;
	if (coming != NULL && (!coming->commits ||
	    strcmp(coming->ref, head->ref) != 0))
		coming = NULL;
	if (coming != NULL)
		l.tree = &coming->new_tree;
	plans = mem_zalloc((r->n + 2) * sizeof(*plans));
	n = find_plans(r, &l, coming, plans);
	l.trees = tree_cache_new(r->a.repo);
	/* Which of them it lacks, nobody knows. */
	for (i = 0; i < n && rc == 0; i++) {
		edits = (struct index_edits)INDEX_EDITS_INIT;
		rc = make_edits(&l, plans + i, n - i, &edits, e);
		if (rc == 0)
			rc = restore_entries(&ix, &edits, e);
		index_edits_release(&edits);
	}
	tree_cache_free(l.trees);
	free(plans);
	return rc;
}

int
restore_all(struct restore *r, const struct plan *coming, struct err *e)
{
	struct ref_head head = { 0 };
	int rc;

	if (r->n == 0 && coming == NULL)
		return 0;
	rc = restore_refs(r, e);
	if (rc == 0)
		rc = ref_head(r->a.repo, &head, e);
	if (rc == 0)
		rc = restore_index(r, &head, coming, e);
	if (rc == 0)
		rc = restore_files(r, &head, coming, e);
	ref_head_release(&head);
	forget_plans(r);
	return rc;
}
