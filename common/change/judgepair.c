/* SPDX-License-Identifier: MIT */
/* The judge's pairs: a package before, and what it is now. */
#include "base/compat.h"

#include "base/err.h"
#include "change/judgepair.h"
#include "sys/path.h"

static bool
is_folder(const struct tree_entry *en)
{
	return en != NULL && en->mode == TREE_MODE_DIR;
}

static void
set_version(struct version *v, struct package *pkg, const char *path,
    const struct tree_entry *en)
{
	v->pkg = pkg;
	v->tree = en->id;
	buf_adds(&v->path, path);
}

/*
 * The package that a path is the folder of: "next/TASK-0042-user-login", or
 * with a sub-folder of the archive between; NULL where it is none's.
 */
static struct package *
package_at(const char *path)
{
	const char *base = path_base(path), *first = strchr(path, '/');
	struct buf stage = BUF_INIT, shard = BUF_INIT;
	struct package *p = NULL;
	int is;

	if (first == NULL)
		return NULL;
	buf_add(&stage, path, (size_t)(first - path));
	is = stage_parse(stage.ptr);
	if (base > first + 1)
		buf_add(&shard, first + 1, (size_t)(base - first - 2));
	if (is != STAGE_NONE && (shard.len == 0 ||
	    (stage_info[is].closed && store_is_shard(shard.ptr))))
		p = package_new((enum stage)is, shard.len == 0 ? NULL :
		    shard.ptr, base);
	buf_release(&stage);
	buf_release(&shard);
	return p;
}

/* Where a package lies, or lay: a pair of its own for the time being. */
bool
pairs_add(struct pairs *all, const struct tree_delta *d)
{
	struct package *pkg;
	struct pair *p;

	if ((!is_folder(d->old) && !is_folder(d->new)) ||
	    (pkg = package_at(d->path)) == NULL)
		return false;
	p = mem_zalloc(sizeof(*p));
	if (is_folder(d->old))
		set_version(&p->was, pkg, d->path, d->old);
	if (is_folder(d->new))
		set_version(&p->is, is_folder(d->old) ? package_at(d->path) :
		    pkg, d->path, d->new);
	MEM_GROW(all->v, all->n, all->cap);
	all->v[all->n++] = p;
	return true;
}

static void
pair_free(struct pair *p)
{
	version_release(&p->was);
	version_release(&p->is);
	free(p);
}

void
pairs_release(struct pairs *p)
{
	while (p->n > 0)
		pair_free(p->v[--p->n]);
	free(p->v);
	*p = (struct pairs){ .v = NULL };
}

/* What names a package that is only on one side. */
typedef int (*naming)(struct judging *g, struct version *v, struct buf *out,
    struct err *e);

static int
name_by_id(struct judging *g, struct version *v, struct buf *out,
    struct err *e)
{
	char ref[ID_SIZE];

	(void)g;
	(void)e;
	id_format_ref(ref, &v->pkg->id);
	buf_adds(out, ref);
	return 0;
}

static int
name_by_identity(struct judging *g, struct version *v, struct buf *out,
    struct err *e)
{
	if (version_read(g, v, e) != 0)
		return -1;
	ledger_identity(&v->task.ledger.text, out);
	return 0;
}

/* Those that are gone, by their names. */
static int
collect_gone(struct judging *g, const struct pairs *all, naming name,
    struct map *gone, struct err *e)
{
	struct buf key = BUF_INIT;
	struct pair *p;
	size_t i;
	int rc = 0;

	for (i = 0; i < all->n && rc == 0; i++) {
		p = all->v[i];
		buf_clear(&key);
		if (p->is.pkg == NULL && (rc = name(g, &p->was, &key, e)) ==
		    0 && key.len > 0)
			map_put(gone, key.ptr, p);
	}
	buf_release(&key);
	return rc;
}

static void
drop_empty(struct pairs *all)
{
	size_t i, kept = 0;

	for (i = 0; i < all->n; i++)
		if (all->v[i]->was.pkg == NULL && all->v[i]->is.pkg == NULL)
			pair_free(all->v[i]);
		else
			all->v[kept++] = all->v[i];
	all->n = kept;
}

/* A package that went from one place to another becomes one pair. */
static int
match(struct judging *g, struct pairs *all, naming name, struct err *e)
{
	struct buf key = BUF_INIT;
	struct map gone = MAP_INIT;
	struct pair *p, *from;
	size_t i;
	int rc;

	rc = collect_gone(g, all, name, &gone, e);
	for (i = 0; i < all->n && rc == 0 && gone.n > 0; i++) {
		p = all->v[i];
		buf_clear(&key);
		if (p->was.pkg != NULL || p->is.pkg == NULL ||
		    (rc = name(g, &p->is, &key, e)) != 0 || key.len == 0 ||
		    (from = map_remove(&gone, key.ptr)) == NULL)
			continue;
		p->was = from->was;
		memset(&from->was, 0, sizeof(from->was));
	}
	drop_empty(all);
	map_release(&gone);
	buf_release(&key);
	return rc;
}

/*
 * A merge may give a number to another task: what lies where a parent has
 * something is the same only if it is the same task.
 */
static int
part(struct judging *g, struct pairs *all, struct err *e)
{
	struct buf was = BUF_INIT, is = BUF_INIT;
	size_t i, n = all->n;
	struct pair *p, *own;
	int rc = 0;

	for (i = 0; i < n && rc == 0; i++) {
		p = all->v[i];
		if (p->was.pkg == NULL || p->is.pkg == NULL)
			continue;
		buf_clear(&was);
		buf_clear(&is);
		if (name_by_identity(g, &p->was, &was, e) != 0 ||
		    name_by_identity(g, &p->is, &is, e) != 0)
			rc = -1;
		if (rc != 0 || was.len == 0 || is.len == 0 ||
		    buf_equal(&was, &is))
			continue;
		own = mem_zalloc(sizeof(*own));
		own->is = p->is;
		memset(&p->is, 0, sizeof(p->is));
		MEM_GROW(all->v, all->n, all->cap);
		all->v[all->n++] = own;
	}
	buf_release(&was);
	buf_release(&is);
	return rc;
}

int
pairs_match(struct judging *g, struct pairs *all, struct err *e)
{
	int rc = g->nbefore > 1 ? part(g, all, e) :
	    match(g, all, name_by_id, e);

	return rc != 0 ? rc : match(g, all, name_by_identity, e);
}

/* The pairs whose id came to be in this commit, by their references. */
struct newcomers {
	struct judging	*g;
	struct newcomer {
		char		 ref[ID_SIZE];
		struct pair	*p;
	} *v;
	size_t		 n;
};

static int
compare_newcomers(const void *a, const void *b)
{
	return strcmp(((const struct newcomer *)a)->ref,
	    ((const struct newcomer *)b)->ref);
}

/* By the start of a folder's name, "TASK-0042-". */
static int
compare_name(const void *key, const void *element)
{
	const char *name = key, *ref = ((const struct newcomer *)element)->ref;
	size_t n = strlen(ref);
	int c = strncmp(name, ref, n);

	return c != 0 ? c : (int)(unsigned char)name[n] - '-';
}

/* Looks for their ids in a folder, at `path`, and in what lies below it. */
static int
find_twice(const struct newcomers *all, const char *path,
    const struct oid *tree, struct err *e)
{
	const struct newcomer *one;
	struct buf below = BUF_INIT;
	struct tree_entry entry;
	const struct buf *bytes;
	size_t at = 0;
	int rc;

	rc = tree_get(all->g->j->trees, tree, &bytes, e);
	while (rc == 0 && tree_next(bytes, &at, &entry) > 0) {
		if (entry.mode != TREE_MODE_DIR)
			continue;
		buf_clear(&below);
		buf_addf(&below, "%s/%s", path, entry.name);
		one = bsearch(entry.name, all->v, all->n, sizeof(*all->v),
		    compare_name);
		if (one != NULL && strcmp(one->p->is.path.ptr, below.ptr) !=
		    0) {
			one->p->unsafe = true;
			judging_find(all->g, judging_at(one->p->is.path.ptr, 0),
			    JUDGE_ID_TWICE, "%s has the same id", below.ptr);
		} else if (store_is_shard(entry.name)) {
			rc = find_twice(all, below.ptr, &entry.id, e);
		}
	}
	buf_release(&below);
	return rc;
}

int
pairs_check_twice(struct judging *g, const struct pairs *pairs, struct err *e)
{
	struct newcomers all = { .g = g };
	struct tree_entry stage;
	struct pair *p;
	size_t i;
	int found = 0, k;

	all.v = mem_zalloc((pairs->n + 1) * sizeof(*all.v));
	for (i = 0; i < pairs->n; i++) {
		p = pairs->v[i];
		if (p->is.pkg == NULL || (p->was.pkg != NULL &&
		    id_compare(&p->was.pkg->id, &p->is.pkg->id) == 0))
			continue;
		all.v[all.n].p = p;
		id_format_ref(all.v[all.n++].ref, &p->is.pkg->id);
	}
	qsort(all.v, all.n, sizeof(*all.v), compare_newcomers);
	for (k = 0; all.n > 0 && k < STAGE_COUNT && found >= 0; k++) {
		found = tree_find(g->j->trees, &g->now.tasks,
		    stage_info[k].name, &stage, e);
		if (found > 0 && stage.mode == TREE_MODE_DIR &&
		    find_twice(&all, stage_info[k].name, &stage.id, e) != 0)
			found = -1;
	}
	free(all.v);
	return found < 0 ? -1 : 0;
}
