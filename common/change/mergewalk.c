/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/err.h"
#include "board/ledger.h"
#include "change/mergework.h"
#include "sys/path.h"

/* A folder that the three are looked through in, as far as they have it. */
struct walk {
	struct merge_work *w;
	struct buf	 path;		/* "", or with its slash */
	int		 stage;		/* whose packages lie here, or
					   STAGE_NONE */
	const char	*shard;
	int		 depth;
	struct map	*count;		/* only look which numbers there are */
};

/* One name, and what the three have there. */
struct spot {
	const char	*name;
	struct tree_entry entry[MERGE_SIDES];	/* mode 0: nothing */
};

static bool
same(const struct tree_entry *a, const struct tree_entry *b)
{
	return a->mode == b->mode &&
	    (a->mode == 0 || oid_equal(&a->id, &b->id));
}

static struct merge_task *
task_of(struct merge_work *w, const char *identity)
{
	struct merge_task *t = map_find(&w->by_identity, identity);

	if (t != NULL)
		return t;
	t = mem_zalloc(sizeof(*t));
	t->identity = mem_strdup(identity);
	MEM_GROW(w->tasks, w->ntasks, w->tasks_cap);
	w->tasks[w->ntasks++] = t;
	map_put(&w->by_identity, identity, t);
	return t;
}

/* That of the ledger; without one, the number. */
static void
identity_of(const struct buf *ledger, const struct package *p,
    struct buf *out)
{
	char ref[ID_SIZE];

	ledger_identity(ledger, out);
	id_format_ref(ref, &p->id);
	if (out->len == 0)
		buf_addf(out, "-%s", ref);
}

static int
add_version(struct walk *k, const struct spot *at, enum merge_side side,
    struct err *e)
{
	struct package *p = package_new((enum stage)k->stage, k->shard,
	    at->name);
	struct merge_version *v = merge_version_new(p);
	struct buf ledger = BUF_INIT, identity = BUF_INIT;
	struct merge_work *w = k->w;
	struct merge_task *t;
	int rc;

	package_free(p);
	v->tree = at->entry[side].id;
	v->side = (int)side;
	rc = merge_version_read(w, v, e);
	if (rc == 0)
		rc = merge_part_read(w, v, "=ledger.jsonl", &ledger, e);
	if (rc < 0) {
		merge_version_free(v);
		buf_release(&ledger);
		return -1;
	}
	identity_of(&ledger, v->pkg, &identity);
	t = task_of(w, identity.ptr);
	if (t->side[side] == NULL) {
		t->side[side] = v;
	} else if (side == MERGE_BASE) {
		merge_version_free(v);
	} else {
		MEM_GROW(t->more, t->nmore, t->more_cap);
		t->more[t->nmore++] = v;
	}
	buf_release(&ledger);
	buf_release(&identity);
	return 0;
}

/* Where there is one side, only what is there twice can be wrong. */
static bool
is_single(struct walk *k, const char *name)
{
	char ref[ID_SIZE];
	const char *slug;
	struct id id;

	if (!k->w->mend || id_parse_folder(&id, name, &slug) != 0)
		return false;
	id_format_ref(ref, &id);
	if (k->count != NULL && map_put(k->count, ref, k) != NULL)
		map_put(&k->w->twins, ref, k->w);
	return k->count != NULL || map_find(&k->w->twins, ref) == NULL;
}

/* Of what both sides have in one way only the ancestor's is of interest. */
static int
add_package(struct walk *k, const struct spot *at, struct err *e)
{
	bool both = same(&at->entry[MERGE_OURS], &at->entry[MERGE_THEIRS]);
	int side;

	if (is_single(k, at->name))
		return 0;
	for (side = 0; side < MERGE_SIDES; side++)
		if (at->entry[side].mode == TREE_MODE_DIR &&
		    (side == MERGE_BASE || !both) &&
		    add_version(k, at, side, e) != 0)
			return -1;
	return 0;
}

static void
add_file(struct walk *k, const struct spot *at)
{
	struct merge_work *w = k->w;
	struct merge_file *f;
	int side;

	if (w->mend || same(&at->entry[MERGE_OURS],
	    &at->entry[MERGE_THEIRS]))
		return;
	MEM_GROW(w->files, w->nfiles, w->files_cap);
	f = &w->files[w->nfiles++];
	memset(f, 0, sizeof(*f));
	f->path = mem_printf("%s%s", buf_str(&k->path), at->name);
	for (side = 0; side < MERGE_SIDES; side++) {
		f->mode[side] = at->entry[side].mode;
		f->id[side] = at->entry[side].id;
	}
}

static int walk(struct walk *k, const struct oid ids[MERGE_SIDES],
    struct err *e);

/* Goes down; below "tasks/" it is known what is a stage and what a shard. */
static int
go_down(struct walk *k, const struct spot *at, struct err *e)
{
	struct walk below = { .w = k->w, .stage = STAGE_NONE,
	    .depth = k->depth + 1, .count = k->count };
	struct oid ids[MERGE_SIDES];
	int side, rc;

	if (below.depth > PATH_DEPTH_MAX)
		return err_set(e, EX_DATAERR, "%s: folders lie too deep",
		    buf_str(&k->path));
	memset(ids, 0, sizeof(ids));
	for (side = 0; side < MERGE_SIDES; side++)
		if (at->entry[side].mode == TREE_MODE_DIR)
			ids[side] = at->entry[side].id;
	if (strcmp(buf_str(&k->path), "tasks/") == 0)
		below.stage = stage_parse(at->name);
	else if (k->stage != STAGE_NONE && stage_info[k->stage].closed &&
	    k->shard == NULL) {
		below.stage = k->stage;
		below.shard = at->name;
	}
	buf_addf(&below.path, "%s%s/", buf_str(&k->path), at->name);
	rc = walk(&below, ids, e);
	buf_release(&below.path);
	return rc;
}

static bool
is_package(const struct walk *k, const char *name)
{
	struct package *p = k->stage == STAGE_NONE ? NULL :
	    package_new((enum stage)k->stage, NULL, name);
	bool is = p != NULL;

	package_free(p);
	return is;
}

static int
look_at(struct walk *k, const struct spot *at, struct err *e)
{
	const struct tree_entry *en = at->entry;
	bool dir = false;
	int side;

	for (side = 0; side < MERGE_SIDES; side++)
		dir = dir || en[side].mode == TREE_MODE_DIR;
	if (same(&en[MERGE_OURS], &en[MERGE_THEIRS]) &&
	    same(&en[MERGE_OURS], &en[MERGE_BASE]))
		return 0;
	if (!dir) {
		add_file(k, at);
		return 0;
	}
	return is_package(k, at->name) ? add_package(k, at, e) :
	    go_down(k, at, e);
}

struct cursor {
	const struct buf *tree;
	size_t		 at;
	struct tree_entry entry;	/* mode 0: at the end */
};

static int
next(struct cursor *c, struct err *e)
{
	int rc = c->tree == NULL ? 0 : tree_next(c->tree, &c->at, &c->entry);

	if (rc == 0)
		c->entry.mode = 0;
	return rc < 0 ? err_set(e, EX_DATAERR, "git's tree is damaged") : 0;
}

/* The first of the names that come next, and who has it. */
static int
take_spot(struct cursor c[MERGE_SIDES], struct spot *out, struct err *e)
{
	const struct tree_entry *first = NULL;
	struct tree_entry at;
	int side;

	for (side = 0; side < MERGE_SIDES; side++)
		if (c[side].entry.mode != 0 && (first == NULL ||
		    tree_compare(&c[side].entry, first) < 0))
			first = &c[side].entry;
	if (first == NULL)
		return 0;
	at = *first;
	memset(out, 0, sizeof(*out));
	out->name = at.name;
	for (side = 0; side < MERGE_SIDES; side++) {
		if (c[side].entry.mode == 0 ||
		    tree_compare(&c[side].entry, &at) != 0)
			continue;
		out->entry[side] = c[side].entry;
		if (next(&c[side], e) != 0)
			return -1;
	}
	return 1;
}

static int
walk(struct walk *k, const struct oid ids[MERGE_SIDES], struct err *e)
{
	struct cursor c[MERGE_SIDES] = { { .tree = NULL } };
	struct spot at;
	int side, rc;

	for (side = 0; side < MERGE_SIDES; side++)
		if ((!oid_is_zero(&ids[side]) && tree_get(k->w->trees,
		    &ids[side], &c[side].tree, e) != 0) ||
		    next(&c[side], e) != 0)
			return -1;
	while ((rc = take_spot(c, &at, e)) > 0)
		if (look_at(k, &at, e) != 0)
			return -1;
	return rc;
}

static int
compare_tasks(const void *a, const void *b)
{
	return strcmp((*(struct merge_task *const *)a)->identity,
	    (*(struct merge_task *const *)b)->identity);
}

/*
 * A package without a ledger says not which task it is; it is the one of its
 * number that another side has.
 */
static void
adopt_nameless(struct merge_work *w)
{
	struct map numbers = MAP_INIT;
	struct merge_task *t, *other;
	char ref[ID_SIZE];
	size_t i;
	int side;

	for (i = 0; i < w->ntasks; i++) {
		t = w->tasks[i];
		for (side = 0; side < MERGE_SIDES; side++) {
			if (*t->identity == '-' || t->side[side] == NULL)
				continue;
			id_format_ref(ref, &t->side[side]->pkg->id);
			map_put(&numbers, ref, t);
		}
	}
	for (i = 0; i < w->ntasks; i++) {
		t = w->tasks[i];
		other = *t->identity != '-' ? NULL :
		    map_find(&numbers, t->identity + 1);
		for (side = 0; other != NULL && side < MERGE_SIDES; side++)
			if (other->side[side] == NULL) {
				other->side[side] = t->side[side];
				t->side[side] = NULL;
			}
	}
	map_release(&numbers);
}

int
merge_walk(struct merge_work *w, struct err *e)
{
	struct walk k = { .w = w, .stage = STAGE_NONE };
	struct map count = MAP_INIT;
	int rc = 0;

	if (w->mend) {
		k.count = &count;
		rc = walk(&k, w->root, e);
		k.count = NULL;
		map_release(&count);
	}
	if (rc == 0)
		rc = walk(&k, w->root, e);
	if (rc == 0) {
		adopt_nameless(w);
		if (w->ntasks > 1)
			qsort(w->tasks, w->ntasks,
			    sizeof(struct merge_task *), compare_tasks);
	}
	return rc;
}
