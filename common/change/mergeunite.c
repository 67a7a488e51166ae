/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/err.h"
#include "change/mergework.h"
#include "rule/move.h"

static const struct merge_version *
earlier(const struct merge_task *t)
{
	return t->side[t->swapped ? MERGE_THEIRS : MERGE_OURS];
}

static const struct merge_version *
later(const struct merge_task *t)
{
	return t->side[t->swapped ? MERGE_OURS : MERGE_THEIRS];
}

/* The last of a side's new events that brought the task into a stage. */
static const struct event *
last_move(const struct merge_tail *tail)
{
	struct move_replayed r = MOVE_REPLAYED_INIT;
	const struct event *last = NULL;
	size_t i;

	for (i = 0; i < tail->ledger.n; i++) {
		move_replay_next(&r, &tail->ledger.v[i], i);
		if (r.entered == i && tail->is_new[i])
			last = &tail->ledger.v[i];
	}
	return last;
}

static bool
is_later(const struct event *a, const struct event *b)
{
	if (a == NULL || b == NULL)
		return a != NULL;
	if (a->ts_us != b->ts_us)
		return a->ts_us > b->ts_us;
	return strcmp(a->id == NULL ? "" : a->id,
	    b->id == NULL ? "" : b->id) > 0;
}

/*
 * Whose stage counts: of the one that ended, since what ended does not come
 * back; else of the one that moved last.  False: the later side's.
 */
static bool
is_stage_of_earlier(struct merge_task *t)
{
	const struct merge_version *a = earlier(t), *b = later(t);
	const struct merge_version *base = t->side[MERGE_BASE];
	const struct event *by_a = last_move(&t->tails.ours);
	const struct event *by_b = last_move(&t->tails.theirs);
	enum stage was = base == NULL ? STAGE_INBOX : base->pkg->stage;
	bool a_moved = by_a != NULL || a->pkg->stage != was;
	bool b_moved = by_b != NULL || b->pkg->stage != was;

	if (a->pkg->stage == b->pkg->stage)
		return false;
	if (a_moved != b_moved)
		return a_moved;
	t->moved = true;
	if (stage_info[a->pkg->stage].closed !=
	    stage_info[b->pkg->stage].closed)
		return stage_info[a->pkg->stage].closed;
	return is_later(by_a, by_b);
}

static bool
same_id(const struct merge_version *a, const struct merge_version *b)
{
	return id_compare(&a->pkg->id, &b->pkg->id) == 0;
}

static bool
same_slug(const struct merge_version *a, const struct merge_version *b)
{
	return strcmp(package_slug(a->pkg), package_slug(b->pkg)) == 0;
}

/* Of what a folder's name is made of: whose counts. */
static const struct merge_version *
choose(const struct merge_task *t, const char *key,
    bool (*same)(const struct merge_version *, const struct merge_version *))
{
	const struct merge_version *a = earlier(t), *b = later(t);
	const struct merge_version *base = t->side[MERGE_BASE];

	if (same(a, b))
		return b;
	if (base != NULL && same(a, base))
		return b;
	if (base != NULL && same(b, base))
		return a;
	return merge_later(&t->tails, key) < 0 ? a : b;
}

/* As the archive's other sub-folders: "4000-4999" is one of a thousand. */
static char *
shard_of(const char *like, const struct id *id)
{
	struct policy p = { .archive_shard = 0 };
	unsigned long from, to;
	char *end;

	if (like == NULL)
		return NULL;
	from = strtoul(like, &end, 10);
	to = *end == '-' ? strtoul(end + 1, &end, 10) : 0;
	if (to < from)
		return mem_strdup(like);
	p.archive_shard = (long)(to - from + 1);
	return store_shard(&p, id);
}

/* Whose files are those of a task that was closed on one of the sides. */
static int
find_winner(const struct merge_task *t)
{
	const struct merge_version *base = t->side[MERGE_BASE];
	bool a = stage_info[earlier(t)->pkg->stage].closed;
	bool b = stage_info[later(t)->pkg->stage].closed;

	if ((!a && !b) || (base != NULL && stage_info[base->pkg->stage].closed))
		return 0;
	if (a != b)
		return a ? -1 : 1;
	return merge_later(&t->tails, "status") < 0 ? -1 : 1;
}

static void
place(struct merge_task *t)
{
	const struct merge_version *at = is_stage_of_earlier(t) ?
	    earlier(t) : later(t), *other;
	const struct merge_version *number = choose(t, "task_id", same_id);
	const struct merge_version *slug = choose(t, "task_name", same_slug);
	char ref[ID_SIZE], *folder, *shard;
	struct package *p;

	other = at == earlier(t) ? later(t) : earlier(t);
	id_format_ref(ref, &number->pkg->id);
	folder = mem_printf("%s-%s", ref, package_slug(slug->pkg));
	shard = shard_of(at->pkg->shard, &number->pkg->id);
	p = package_new(at->pkg->stage, shard, folder);
	t->result = merge_version_new(p);
	package_free(p);
	free(folder);
	free(shard);
	t->winner = find_winner(t);
	if (t->moved)
		merge_conflicts_add(&t->conflicts, "stage",
		    stage_info[at->pkg->stage].name,
		    stage_info[other->pkg->stage].name);
}

static int
read_ledgers(struct merge_work *w, struct merge_task *t,
    struct buf ledgers[MERGE_SIDES], struct err *e)
{
	int side;

	for (side = 0; side < MERGE_SIDES; side++)
		if (t->side[side] != NULL && merge_part_read(w, t->side[side],
		    "=ledger.jsonl", &ledgers[side], e) < 0)
			return -1;
	return 0;
}

/* Which side spoke last; of two that say nothing, by what they hold. */
static bool
is_swapped(const struct merge_task *t)
{
	int c = merge_later(&t->tails, NULL);

	if (c == 0)
		c = memcmp(t->side[MERGE_THEIRS]->tree.raw,
		    t->side[MERGE_OURS]->tree.raw, OID_RAW);
	return c < 0;
}

static int
unite_ledgers(struct merge_work *w, struct merge_task *t, struct err *e)
{
	struct buf v[MERGE_SIDES] = { BUF_INIT };
	struct merge_text m = { NULL, &v[MERGE_OURS], &v[MERGE_THEIRS] };
	struct buf path = BUF_INIT;
	int side, rc = read_ledgers(w, t, v, e);

	if (t->side[MERGE_BASE] != NULL)
		m.base = &v[MERGE_BASE];
	if (rc == 0) {
		rc = merge_ledger(&m, w->sides->append, &t->ledger, e);
		/* What several ancestors make is in none of them. */
		if (rc != 0 && e->status == EX_NO && w->made_base) {
			m.base = NULL;
			rc = merge_ledger(&m, w->sides->append, &t->ledger,
			    e);
		}
		if (rc != 0) {
			merge_part_path(t->side[MERGE_OURS], "=ledger.jsonl",
			    &path);
			err_prefix(e, "%s", path.ptr);
		}
	}
	if (rc == 0) {
		merge_tails_init(&t->tails, &m);
		t->swapped = is_swapped(t);
	}
	if (rc == 0 && t->swapped) {
		merge_tails_release(&t->tails);
		m.ours = &v[MERGE_THEIRS];
		m.theirs = &v[MERGE_OURS];
		merge_tails_init(&t->tails, &m);
	}
	for (side = 0; side < MERGE_SIDES; side++)
		buf_release(&v[side]);
	buf_release(&path);
	return rc;
}

int
merge_unite_task(struct merge_work *w, struct merge_task *t, struct err *e)
{
	struct merge_version *one = t->side[MERGE_OURS] != NULL ?
	    t->side[MERGE_OURS] : t->side[MERGE_THEIRS];

	t->both = t->side[MERGE_OURS] != NULL &&
	    t->side[MERGE_THEIRS] != NULL;
	if (t->both) {
		if (unite_ledgers(w, t, e) != 0)
			return -1;
		place(t);
	} else if (one != NULL) {
		t->result = merge_version_new(one->pkg);
	}
	return 0;
}

/* What one side has twice is one with the first. */
static int
fold(struct merge_work *w, struct merge_task *t, struct merge_version *twin,
    struct err *e)
{
	struct merge_task one = { .identity = t->identity };
	int side = twin->side, rc;

	one.side[MERGE_BASE] = t->side[MERGE_BASE];
	one.side[MERGE_OURS] = t->side[side];
	one.side[MERGE_THEIRS] = twin;
	rc = merge_unite_task(w, &one, e);
	if (rc == 0)
		rc = merge_text_task(w, &one, e);
	if (rc == 0) {
		merge_remove_version(w, t->side[side]);
		merge_remove_version(w, twin);
		merge_version_free(t->side[side]);
		one.result->side = side;
		t->side[side] = one.result;
	} else {
		merge_version_free(one.result);
	}
	merge_tails_release(&one.tails);
	merge_conflicts_release(&one.conflicts);
	buf_release(&one.ledger);
	return rc;
}

int
merge_unite(struct merge_work *w, struct err *e)
{
	struct merge_task *t;
	size_t i, k;

	for (i = 0; i < w->ntasks; i++) {
		t = w->tasks[i];
		for (k = 0; k < t->nmore; k++)
			if (fold(w, t, t->more[k], e) != 0)
				return -1;
		if (merge_unite_task(w, t, e) != 0)
			return -1;
	}
	return 0;
}
