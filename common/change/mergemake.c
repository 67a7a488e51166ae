/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/clock.h"
#include "base/err.h"
#include "change/mergework.h"

/* Ancestors of ancestors are looked for so often, and not more. */
enum { DEPTH_MAX = 6 };

const char *const merge_words[] = {
	[MERGE_COMES] = "comes", [MERGE_CHANGES] = "changes",
	[MERGE_GOES] = "goes", [MERGE_MOVES] = "moves",
	[MERGE_RENUMBERS] = "renumbers", [MERGE_SETTLES] = "settles",
	[MERGE_BLOCKS] = "blocks", [MERGE_UNLINKS] = "unlinks",
	[MERGE_KEEPS] = "keeps", NULL
};

void
merge_report_release(struct merge_report *r)
{
	while (r->n > 0)
		free(r->v[--r->n].text);
	free(r->v);
	*r = (struct merge_report)MERGE_REPORT_INIT;
}

/* The tree of .work in a commit; zero where it has none. */
int
merge_root(struct tree_cache *trees, const struct oid *commit,
    const char *prefix, struct oid *out, struct err *e)
{
	struct tree_entry entry;
	struct oid parent;
	int found;

	if (repo_commit_info(tree_cache_repo(trees), commit, out, &parent,
	    e) != 0)
		return -1;
	if (*prefix == '\0')
		return 0;
	found = tree_find(trees, out, prefix, &entry, e);
	memset(out, 0, sizeof(*out));
	if (found > 0 && entry.mode == TREE_MODE_DIR)
		*out = entry.id;
	return found < 0 ? -1 : 0;
}

static int
find_when(struct merge_work *w, int side, const struct oid *commit,
    struct err *e)
{
	struct repo_commit c = REPO_COMMIT_INIT;
	int rc = repo_read_commit(w->repo, commit, &c, e);

	if (rc > 0)
		w->when_us[side] = c.committed_us;
	repo_commit_release(&c);
	return rc < 0 ? -1 : 0;
}

static void
task_free(struct merge_task *t)
{
	int side;

	for (side = 0; side < MERGE_SIDES; side++)
		merge_version_free(t->side[side]);
	while (t->nmore > 0)
		merge_version_free(t->more[--t->nmore]);
	free(t->more);
	merge_version_free(t->result);
	merge_tails_release(&t->tails);
	merge_conflicts_release(&t->conflicts);
	buf_release(&t->ledger);
	free(t->identity);
	free(t->renumbered);
	free(t);
}

static void
free_edit(const char *path, void *value, void *ctx)
{
	struct tree_edit *x = value;

	(void)path;
	(void)ctx;
	free(x->path);
	free(x);
}

void
merge_work_release(struct merge_work *w)
{
	int side;

	while (w->ntasks > 0)
		task_free(w->tasks[--w->ntasks]);
	free(w->tasks);
	while (w->nfiles > 0)
		free(w->files[--w->nfiles].path);
	free(w->files);
	map_release(&w->by_identity);
	map_release(&w->twins);
	for (side = 0; side < MERGE_SIDES; side++)
		map_release_values(&w->now[side]);
	map_each(&w->edits, free_edit, NULL);
	map_release(&w->edits);
}

static int make(struct merge_work *w, int depth, struct err *e);

/*
 * Two ancestors, as after two clones merged one another's work: what they make
 * together is the ancestor.
 */
static int
make_base(struct merge_work *w, int depth, struct err *e)
{
	const struct merge_sides *s = w->sides;
	struct repo_bases bases;
	struct merge_report ignored = MERGE_REPORT_INIT;
	struct merge_sides of = { .bases = bases.v, .ours = s->bases[0],
	    .theirs = s->bases[1], .prefix = s->prefix };
	struct merge_work below = { .repo = w->repo, .trees = w->trees,
	    .made = w->made, .sides = &of, .report = &ignored };
	int rc;

	rc = repo_merge_bases(w->repo, &of.ours, &of.theirs, &bases, e);
	of.nbases = rc == 0 ? bases.n : 0;
	if (rc == 0)
		rc = make(&below, depth + 1, e);
	if (rc == 0) {
		w->root[MERGE_BASE] = below.tree;
		w->made_base = true;
	}
	merge_work_release(&below);
	merge_report_release(&ignored);
	return rc;
}

static int
find_roots(struct merge_work *w, int depth, struct err *e)
{
	const struct merge_sides *s = w->sides;
	struct err ignored = ERR_INIT;

	w->mend = oid_is_zero(&s->theirs);
	if (merge_root(w->trees, &s->ours, s->prefix, &w->root[MERGE_OURS],
	    e) != 0 || find_when(w, MERGE_OURS, &s->ours, e) != 0)
		return -1;
	w->tree = w->root[MERGE_OURS];
	if (w->mend)
		return 0;
	if (merge_root(w->trees, &s->theirs, s->prefix,
	    &w->root[MERGE_THEIRS], e) != 0 ||
	    find_when(w, MERGE_THEIRS, &s->theirs, e) != 0)
		return -1;
	/* Where that fails one of them has to do. */
	if (s->nbases > 1 && depth < DEPTH_MAX &&
	    make_base(w, depth, &ignored) == 0)
		return 0;
	return s->nbases == 0 ? 0 : merge_root(w->trees, &s->bases[0],
	    s->prefix, &w->root[MERGE_BASE], e);
}

static int
make(struct merge_work *w, int depth, struct err *e)
{
	if (find_roots(w, depth, e) != 0)
		return -1;
	if (!w->mend && oid_equal(&w->root[MERGE_OURS],
	    &w->root[MERGE_THEIRS]))
		return 0;
	if (merge_walk(w, e) != 0 || merge_unite(w, e) != 0 ||
	    merge_numbers(w, e) != 0 || merge_texts(w, e) != 0 ||
	    merge_files(w, e) != 0 || merge_links(w, e) != 0)
		return -1;
	return merge_indexes(w, e);
}

int
merge_make(struct tree_cache *trees, const struct merge_sides *sides,
    struct merge_made *made, struct merge_report *out, struct err *e)
{
	struct merge_work w = { .repo = tree_cache_repo(trees),
	    .trees = trees, .made = &made->plan, .sides = sides,
	    .report = out };
	int rc = make(&w, 0, e);

	made->tree = w.tree;
	merge_work_release(&w);
	return rc;
}

int
merge_compare(struct tree_cache *trees, const struct merge_sides *sides,
    struct merge_report *out, struct err *e)
{
	struct merge_work w = { .repo = tree_cache_repo(trees),
	    .trees = trees, .sides = sides, .report = out };
	struct plan none = PLAN_INIT;
	const struct merge_task *t;
	size_t i;
	int rc;

	w.made = &none;
	if (!oid_is_zero(&sides->ours) && merge_root(trees, &sides->ours,
	    sides->prefix, &w.root[MERGE_OURS], e) != 0)
		return -1;
	w.root[MERGE_BASE] = w.root[MERGE_OURS];
	rc = merge_root(trees, &sides->theirs, sides->prefix,
	    &w.root[MERGE_THEIRS], e);
	if (rc == 0)
		rc = merge_walk(&w, e);
	for (i = 0; i < w.ntasks && rc == 0; i++) {
		t = w.tasks[i];
		if (t->side[MERGE_THEIRS] == NULL)
			continue;
		merge_note_task(&w, t, t->side[MERGE_THEIRS]);
	}
	merge_work_release(&w);
	return rc;
}
