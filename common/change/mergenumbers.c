/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/err.h"
#include "base/jsonw.h"
#include "change/mergework.h"
#include "sys/file.h"

/* A task that gives its number up. */
struct loser {
	struct merge_task *t;
	int64_t		 since_us;
};

struct losers {
	struct loser	*v;
	size_t		 n, cap;
};

/*
 * When the task came into being.  What is put on top of ours comes after all of
 * it.
 */
static int
find_since(struct merge_work *w, const struct merge_task *t, int64_t *us,
    struct err *e)
{
	const struct merge_version *v = t->side[MERGE_OURS] != NULL ?
	    t->side[MERGE_OURS] : t->side[MERGE_THEIRS];
	struct buf text = BUF_INIT;
	struct ledger l = LEDGER_INIT;
	int rc = merge_part_read(w, v, "=ledger.jsonl", &text, e);

	*us = INT64_MAX;
	if (w->sides->append && t->side[MERGE_OURS] != NULL)
		*us = INT64_MIN;
	ledger_parse(&l, buf_str(&text), text.len);
	if (l.n > 0 && *us == INT64_MAX)
		*us = l.v[0].ts_us;
	ledger_release(&l);
	buf_release(&text);
	return rc < 0 ? -1 : 0;
}

/* The older keeps the number. */
static int
collide(struct merge_work *w, struct losers *out, struct map *owners,
    struct merge_task *t, struct err *e)
{
	char ref[ID_SIZE];
	struct merge_task *other;
	int64_t own, others;
	bool keeps;

	id_format_ref(ref, &t->result->pkg->id);
	other = map_put(owners, ref, t);
	if (other == NULL)
		return 0;
	if (find_since(w, t, &own, e) != 0 ||
	    find_since(w, other, &others, e) != 0)
		return -1;
	keeps = own != others ? own < others :
	    strcmp(t->identity, other->identity) < 0;
	MEM_GROW(out->v, out->n, out->cap);
	out->v[out->n++] = (struct loser){ keeps ? other : t,
	    keeps ? others : own };
	if (!keeps)
		map_put(owners, ref, other);
	return 0;
}

static void
raise_to(uint32_t *floor, uint32_t number)
{
	if (number > *floor)
		*floor = number;
}

/* Above all that a side has, or ever gave out. */
static int
raise_to_side(struct merge_work *w, int side, const char *ns,
    uint32_t *floor, struct err *e)
{
	struct snapshot view;
	struct tree_entry entry;
	struct buf path = BUF_INIT, text = BUF_INIT;
	const struct store_stage *st;
	int found, stage, rc = 0;
	size_t i;

	found = tree_find(w->trees, &w->root[side], "tasks/", &entry, e);
	if (found <= 0)
		return found;
	snapshot_open(&view, w->trees, &entry.id, ".work");
	view.made = w->made;
	rc = store_load_all(&view.store, e);
	for (stage = 0; stage < STAGE_COUNT; stage++) {
		st = &view.store.stages[stage];
		for (i = 0; i < st->n; i++)
			if (strcmp(st->v[i]->id.ns, ns) == 0)
				raise_to(floor, st->v[i]->id.number);
	}
	snapshot_close(&view);
	buf_addf(&path, "tasks/ID_COUNTER%s%s.txt", *ns == '\0' ? "" : ".",
	    ns);
	if (rc == 0)
		rc = tree_find(w->trees, &w->root[side], path.ptr, &entry,
		    e);
	if (rc > 0 && (rc = merge_read(w, &entry.id, &text, e)) == 0 &&
	    strtoul(buf_str(&text), NULL, 10) <= ID_NUMBER_MAX &&
	    strtoul(buf_str(&text), NULL, 10) > 0)
		raise_to(floor,
		    (uint32_t)strtoul(buf_str(&text), NULL, 10) - 1);
	buf_release(&path);
	buf_release(&text);
	return rc < 0 ? -1 : 0;
}

static int
find_free(struct merge_work *w, struct map *floors, const char *ns,
    uint32_t *out, struct err *e)
{
	uint32_t *floor = map_find(floors, ns);
	int side;

	if (floor == NULL) {
		floor = mem_zalloc(sizeof(*floor));
		map_put(floors, ns, floor);
		for (side = 0; side < MERGE_SIDES; side++)
			if (!oid_is_zero(&w->root[side]) && raise_to_side(w,
			    side, ns, floor, e) != 0)
				return -1;
	}
	if (*floor >= ID_NUMBER_MAX)
		return err_set(e, EX_DATAERR, "there are no numbers left");
	*out = ++*floor;
	return 0;
}

static int
renumber(struct merge_work *w, struct map *floors, struct merge_task *t,
    struct err *e)
{
	const struct package *was = t->result->pkg;
	char from[ID_SIZE], to[ID_SIZE], *folder, *shard = NULL;
	struct policy like = { .archive_shard = 0 };
	struct id id = was->id;
	struct package *p;

	if (find_free(w, floors, id.ns, &id.number, e) != 0)
		return -1;
	id_format_ref(from, &was->id);
	id_format_ref(to, &id);
	if (was->shard != NULL) {
		like.archive_shard = (long)(strtoul(was->shard +
		    strcspn(was->shard, "-") + 1, NULL, 10) -
		    strtoul(was->shard, NULL, 10) + 1);
		shard = store_shard(&like, &id);
	}
	folder = mem_printf("%s-%s", to, package_slug(was));
	p = package_new(was->stage, shard, folder);
	package_free(t->result->pkg);
	t->result->pkg = p;
	t->renumbered = mem_strdup(from);
	merge_note(w, &id, MERGE_RENUMBERS, "%s is %s now", from, to);
	free(folder);
	free(shard);
	return 0;
}

static int
compare_losers(const void *a, const void *b)
{
	const struct loser *x = a, *y = b;

	if (x->since_us != y->since_us)
		return (x->since_us > y->since_us) -
		    (x->since_us < y->since_us);
	return strcmp(x->t->identity, y->t->identity);
}

/* What each side called the tasks that are called otherwise now. */
static void
find_names(struct merge_work *w)
{
	char was[ID_SIZE], is[ID_SIZE];
	const struct merge_task *t;
	size_t i;
	int side;

	for (i = 0; i < w->ntasks; i++) {
		t = w->tasks[i];
		for (side = 0; side < MERGE_SIDES; side++) {
			if (t->result == NULL || t->side[side] == NULL)
				continue;
			id_format_ref(was, &t->side[side]->pkg->id);
			id_format_ref(is, &t->result->pkg->id);
			if (strcmp(was, is) != 0)
				free(map_put(&w->now[side], was,
				    mem_strdup(is)));
		}
	}
}

int
merge_numbers(struct merge_work *w, struct err *e)
{
	struct losers losers = { NULL, 0, 0 };
	struct map owners = MAP_INIT, floors = MAP_INIT;
	size_t i;
	int rc = 0;

	for (i = 0; i < w->ntasks && rc == 0; i++)
		if (w->tasks[i]->result != NULL)
			rc = collide(w, &losers, &owners, w->tasks[i], e);
	if (losers.n > 0)
		qsort(losers.v, losers.n, sizeof(*losers.v), compare_losers);
	for (i = 0; i < losers.n && rc == 0; i++)
		rc = renumber(w, &floors, losers.v[i].t, e);
	if (rc == 0)
		find_names(w);
	map_release(&owners);
	map_release_values(&floors);
	free(losers.v);
	return rc;
}
