/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/err.h"
#include "base/map.h"
#include "change/commit.h"
#include "change/ident.h"
#include "change/ref.h"
#include "change/sshsign.h"
#include "format/oid.h"
#include "sys/path.h"

struct maker {
	struct plan	*plan;
	struct repo	*repo;
	struct tree_cache *trees;
	struct sshsign	*with;
	bool		 all;		/* commits are signed */
};

static void
add_tree(void *ctx, struct buf *bytes, const struct oid *old,
    const struct buf *old_bytes, struct oid *id)
{
	struct plan_base base = { *old, buf_str(old_bytes), old_bytes->len };
	const struct plan_object *o;
	struct maker *m = ctx;

	plan_add_object(m->plan, OBJECT_TREE, bytes,
	    oid_is_zero(old) ? NULL : &base, id);
	o = plan_object(m->plan, id);
	tree_cache_put(m->trees, id, &o->data);
}

struct edits {
	struct tree_edit *v;
	size_t		 n, cap;
};

static struct tree_edit *
add_edit(struct edits *x, enum tree_edit_kind kind, const char *path,
    const char *tail)
{
	struct tree_edit *one;

	MEM_GROW(x->v, x->n, x->cap);
	one = &x->v[x->n++];
	memset(one, 0, sizeof(*one));
	one->kind = kind;
	one->path = mem_printf("%s%s", path, tail);
	return one;
}

static void
edits_release(struct edits *x)
{
	while (x->n > 0)
		free(x->v[--x->n].path);
	free(x->v);
}

static unsigned
file_mode(const struct plan_file *f)
{
	return f->executable ? TREE_MODE_EXECUTABLE : TREE_MODE_FILE;
}

/* What a step changes in the tree that it is made on. */
static int
collect(const struct maker *m, size_t step, const struct oid *tree,
    struct edits *out, struct err *e)
{
	const struct plan *p = m->plan;
	const struct plan_step *s = &p->steps[step];
	struct tree_entry entry;
	struct tree_edit *x;
	size_t i;
	int found;

	for (i = step == 0 ? 0 : s[-1].renames_end; i < s->renames_end; i++) {
		found = tree_find(m->trees, tree, p->renames[i].from, &entry,
		    e);
		if (found < 0)
			return -1;
		if (!found || entry.mode != TREE_MODE_DIR)
			continue;
		add_edit(out, TREE_REMOVE, p->renames[i].from, "/");
		x = add_edit(out, TREE_GRAFT, p->renames[i].to, "/");
		x->id = entry.id;
	}
	for (i = step == 0 ? 0 : s[-1].files_end; i < s->files_end; i++) {
		if (!p->files[i].commit)
			continue;
		x = add_edit(out, oid_is_zero(&p->files[i].blob) ?
		    TREE_REMOVE : TREE_PUT, p->files[i].path, "");
		x->id = p->files[i].blob;
		x->mode = file_mode(&p->files[i]);
	}
	return 0;
}

static bool
signs_all(struct repo *r)
{
	char *format = NULL;
	bool all = repo_config_bool(r, "commit.gpgsign", false) &&
	    (format = repo_config(r, "gpg.format")) != NULL &&
	    strcmp(format, "ssh") == 0;

	free(format);
	return all;
}

/* The board of one tree, and all else of another. */
static int
change_outside(const struct maker *m, struct tree_change *change,
    struct edits *edits, struct err *e)
{
	const struct plan_merge *merge = m->plan->merge;
	struct tree_entry entry;
	struct tree_edit *x;
	int found;

	if (*merge->board == '\0' || oid_is_zero(&merge->outside))
		return 0;
	found = tree_find(m->trees, &change->root, merge->board, &entry, e);
	if (found < 0)
		return -1;
	change->root = merge->outside;
	add_edit(edits, TREE_REMOVE, merge->board, "");
	if (found && entry.mode == TREE_MODE_DIR) {
		x = add_edit(edits, TREE_GRAFT, merge->board, "");
		x->id = entry.id;
	}
	return 0;
}

/* The branch goes to a commit that is there. */
static int
go_forward(struct repo *r, const struct oid *commit,
    struct commit_want *want, struct err *e)
{
	struct oid ignored;

	want->parent = *commit;
	return repo_commit_info(r, commit, &want->tree, &ignored, e);
}

/* A sign-off names the key; it may be signed by no other. */
static int
sign(struct maker *m, size_t step, struct buf *commit, struct err *e)
{
	const char *key = m->plan->steps[step].key;

	if (key == NULL && !m->all)
		return 0;
	if (sshsign_find(m->with, m->repo, e) != 0)
		return -1;
	if (key != NULL && strcmp(key, m->with->fingerprint) != 0)
		return err_set(e, EX_CONFIG, "a sign-off was given with the "
		    "key %s, and user.signingKey is %s: set it back", key,
		    m->with->fingerprint);
	return sshsign_commit(m->with, m->repo, commit, e);
}

static int
make_step(struct maker *m, size_t step, struct commit_want *want,
    struct err *e)
{
	const struct plan_merge *merge = step + 1 == m->plan->nsteps ?
	    m->plan->merge : NULL;
	struct edits edits = { NULL, 0, 0 };
	struct tree_sink sink = { add_tree, m };
	struct buf text = BUF_INIT;
	struct tree_change change = { .root = want->tree, .sink = &sink };
	int rc;

	if (merge != NULL && !oid_is_zero(&merge->forward))
		return go_forward(m->repo, &merge->forward, want, e);
	rc = collect(m, step, &want->tree, &edits, e);
	if (rc == 0 && merge != NULL)
		rc = change_outside(m, &change, &edits, e);
	change.edits = edits.v;
	change.n = edits.n;
	if (rc == 0)
		rc = tree_edit(m->trees, &change, &want->tree, e);
	edits_release(&edits);
	if (rc != 0 || (merge == NULL && oid_equal(&change.root,
	    &want->tree)))
		return rc;
	want->parents = merge == NULL ? NULL : merge->parents;
	want->nparents = merge == NULL ? 0 : merge->nparents;
	want->message = m->plan->steps[step].message;
	rc = ident_commit_text(m->repo, want, &text, e);
	if (rc == 0)
		rc = sign(m, step, &text, e);
	if (rc == 0)
		plan_add_object(m->plan, OBJECT_COMMIT, &text, NULL,
		    &want->parent);
	buf_release(&text);
	return rc;
}

int
commit_make(struct plan *p, const struct commit_base *base, size_t from,
    struct err *e)
{
	struct commit_want want = { .tree = base->head->tree,
	    .parent = base->head->commit, .now_us = p->now_us };
	struct maker m = { p, base->repo, base->trees, base->with,
	    signs_all(base->repo) };
	size_t step;

	for (step = from; step < p->nsteps; step++)
		if (make_step(&m, step, &want, e) != 0)
			return -1;
	p->new_head = want.parent;
	p->new_tree = want.tree;
	return 0;
}

/*
 * What was below a folder in an earlier step is where that folder went.  `at`
 * finds edits by their paths: the index and one.
 */
static void
move_edit(struct index_edits *out, struct map *at,
    const struct plan_rename *r)
{
	struct index_edit *x;
	bool folded = false;
	char *path;
	size_t i;

	for (i = 0; i < out->n; i++) {
		x = &out->v[i];
		if (x->kind == INDEX_MOVE && strcmp(x->to, r->from) == 0) {
			free(x->to);
			x->to = mem_strdup(r->to);
			folded = true;
		} else if (x->kind != INDEX_MOVE &&
		    path_is_below(x->path, r->from)) {
			path = mem_printf("%s%s", r->to,
			    x->path + strlen(r->from));
			map_remove(at, x->path);
			map_put(at, path, (void *)(uintptr_t)(i + 1));
			free(x->path);
			x->path = path;
		}
	}
	if (!folded)
		index_edits_add(out, INDEX_MOVE, r->from, r->to);
}

/* At each path there is one edit: to what it is at last. */
static void
put_edit(struct index_edits *out, struct map *at, const struct plan_file *f)
{
	size_t i = (size_t)(uintptr_t)map_find(at, f->path);
	struct index_edit *x;

	if (i > 0) {
		x = &out->v[i - 1];
	} else {
		x = index_edits_add(out, INDEX_PUT, f->path, NULL);
		x->was = f->head;
		map_put(at, f->path, (void *)(uintptr_t)out->n);
	}
	x->kind = oid_is_zero(&f->blob) ? INDEX_REMOVE : INDEX_PUT;
	x->mode = file_mode(f);
	x->id = f->blob;
	x->has_stat = f->has_st;
	x->st = f->st;
}

static void
add_edits(struct index_edits *out, struct map *at, const struct plan *p)
{
	size_t step, i, k;

	for (step = i = k = 0; step < p->nsteps; step++) {
		for (; i < p->steps[step].renames_end; i++)
			move_edit(out, at, &p->renames[i]);
		for (; k < p->steps[step].files_end; k++)
			if (p->files[k].commit)
				put_edit(out, at, &p->files[k]);
	}
}

void
commit_index_edits(const struct plan *const *plans, size_t n,
    struct index_edits *out)
{
	struct map at = MAP_INIT;
	size_t i;

	for (i = 0; i < n; i++)
		add_edits(out, &at, plans[i]);
	map_release(&at);
}
