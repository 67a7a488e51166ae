/* SPDX-License-Identifier: MIT */
/* task-sync: what each side did since both were the same */
#include "base/compat.h"

#include "base/err.h"
#include "base/map.h"
#include "board/package.h"
#include "change/lineage.h"
#include "change/tree.h"
#include "tools/sync.h"

/* Where a task lies in a tree. */
struct place {
	enum stage	 stage;
	struct oid	 id;		/* of its folder */
};

/* Both places of a task that is not the same in two trees. */
struct change {
	struct place	 was, is;
	bool		 had, has;
};

struct compare {
	struct tree_cache *trees;
	struct map	 changes;	/* "TASK-0042" to struct change */
	struct err	*e;
};

static struct change *
change_of(struct compare *c, const struct id *id)
{
	struct change *one;
	char ref[ID_SIZE];

	id_format_ref(ref, id);
	one = map_find(&c->changes, ref);
	if (one == NULL) {
		one = mem_zalloc(sizeof(*one));
		map_put(&c->changes, ref, one);
	}
	return one;
}

/* The packages of a folder of a stage, and of the folders of its archive. */
static int
add_places(struct compare *c, const struct oid *tree, enum stage stage,
    bool now)
{
	const struct buf *bytes;
	struct tree_entry entry;
	struct change *one;
	const char *slug;
	struct id id;
	size_t at = 0;
	int rc;

	if (oid_is_zero(tree))
		return 0;
	if (tree_get(c->trees, tree, &bytes, c->e) != 0)
		return -1;
	while ((rc = tree_next(bytes, &at, &entry)) > 0) {
		if (entry.mode != TREE_MODE_DIR)
			continue;
		if (id_parse_folder(&id, entry.name, &slug) == 0) {
			one = change_of(c, &id);
			*(now ? &one->has : &one->had) = true;
			*(now ? &one->is : &one->was) =
			    (struct place){ stage, entry.id };
		} else if (stage_info[stage].closed && add_places(c,
		    &entry.id, stage, now) != 0) {
			return -1;
		}
	}
	return rc == 0 ? 0 : err_set(c->e, EX_DATAERR, "a tree of git is "
	    "damaged");
}

/* The tree of a stage; zero: there is none. */
static int
find_stage(struct compare *c, const struct oid *root, const char *prefix,
    enum stage stage, struct oid *out)
{
	char *path = mem_printf("%s%s", prefix, stage_info[stage].name);
	struct tree_entry entry;
	int found = tree_find(c->trees, root, path, &entry, c->e);

	memset(out, 0, sizeof(*out));
	if (found > 0 && entry.mode == TREE_MODE_DIR)
		*out = entry.id;
	free(path);
	return found < 0 ? -1 : 0;
}

static int
compare_boards(struct compare *c, const struct oid *was,
    const struct oid *is, const char *prefix)
{
	struct oid a, b;
	int i;

	for (i = 0; i < STAGE_COUNT; i++) {
		if (find_stage(c, was, prefix, i, &a) != 0 ||
		    find_stage(c, is, prefix, i, &b) != 0)
			return -1;
		if (!oid_equal(&a, &b) && (add_places(c, &a, i, false) != 0 ||
		    add_places(c, &b, i, true) != 0))
			return -1;
	}
	return 0;
}

/* What became of it, in words; NULL: nothing. */
static char *
describe(const struct change *one)
{
	if (!one->has)
		return mem_strdup("is there no more");
	if (!one->had)
		return mem_printf("new in %s",
		    stage_info[one->is.stage].name);
	if (one->was.stage != one->is.stage)
		return mem_printf("%s to %s",
		    stage_info[one->was.stage].name,
		    stage_info[one->is.stage].name);
	return oid_equal(&one->was.id, &one->is.id) ? NULL :
	    mem_strdup("changed");
}

struct telling {
	struct told	*t;
	bool		 came;
};

static struct told_task *
told_of(struct told *t, const char *ref)
{
	struct told_task *one = map_find(&t->tasks, ref);

	if (one == NULL) {
		one = mem_zalloc(sizeof(*one));
		map_put(&t->tasks, ref, one);
	}
	return one;
}

static void
tell(const char *ref, void *value, void *ctx)
{
	struct telling *to = ctx;
	char *text = describe(value);
	struct told_task *one;

	free(value);
	if (text == NULL)
		return;
	one = told_of(to->t, ref);
	*(to->came ? &one->came : &one->went) = text;
}

int
told_add(struct told *t, struct tree_cache *trees,
    const struct told_side *side, struct err *e)
{
	struct compare c = { .trees = trees, .e = e };
	struct telling to = { t, side->came };
	int rc = compare_boards(&c, &side->was, &side->is, side->prefix);

	map_each(&c.changes, tell, &to);
	map_release(&c.changes);
	return rc;
}

static void
free_one(const char *ref, void *value, void *ctx)
{
	struct told_task *one = value;

	(void)ref;
	(void)ctx;
	free(one->came);
	free(one->went);
	free(one);
}

void
told_release(struct told *t)
{
	map_each(&t->tasks, free_one, NULL);
	map_release(&t->tasks);
}
