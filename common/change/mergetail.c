/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/clock.h"
#include "base/map.h"
#include "change/mergetext.h"
#include "format/json.h"
#include "format/oid.h"
#include "rule/move.h"

/* What a ledger's line is known by in both sides. */
static void
line_key(const struct ledger *l, const struct event *ev,
    char out[OID_HEX + 1])
{
	struct oid id;

	oid_of(&id, "blob", l->text.ptr + ev->start, ev->len);
	oid_format(out, &id);
}

static void
tail_init(struct merge_tail *t, const struct buf *text,
    const struct map *base)
{
	char key[OID_HEX + 1];
	size_t i;

	ledger_parse(&t->ledger, buf_str(text), text->len);
	t->is_new = mem_zalloc(t->ledger.n + 1);
	for (i = 0; i < t->ledger.n; i++) {
		line_key(&t->ledger, &t->ledger.v[i], key);
		t->is_new[i] = map_find(base, key) == NULL;
	}
}

void
merge_tails_init(struct merge_tails *t, const struct merge_text *m)
{
	struct ledger base = LEDGER_INIT;
	struct map lines = MAP_INIT;
	char key[OID_HEX + 1];
	size_t i;

	if (m->base != NULL)
		ledger_parse(&base, buf_str(m->base), m->base->len);
	for (i = 0; i < base.n; i++) {
		line_key(&base, &base.v[i], key);
		map_put(&lines, key, &lines);
	}
	tail_init(&t->ours, m->ours, &lines);
	tail_init(&t->theirs, m->theirs, &lines);
	map_release(&lines);
	ledger_release(&base);
}

static void
tail_release(struct merge_tail *t)
{
	ledger_release(&t->ledger);
	free(t->is_new);
	t->is_new = NULL;
}

void
merge_tails_release(struct merge_tails *t)
{
	tail_release(&t->ours);
	tail_release(&t->theirs);
}

/* Which events speak of a key of the card; content_updated names its keys. */
static const struct { const char *key, *event; } speaks[] = {
	{ "priority", "priority_set" },
	{ "priority", "priority_changed" },
	{ "effort_estimate", "effort_estimated" },
	{ "effort_estimate", "effort_variance" },
	{ "current_dri", "handoff_accepted" },
	{ "task_name", "renamed" },
	{ "task_id", "id_renumbered" },
	{ "tags", "tags_updated" },
	{ "depends_on", "dependency_updated" },
	{ "depends_on", "deps_updated" },
};

static bool
names_key(const struct event *ev, const char *key)
{
	const struct json *keys = json_find(ev->json, "keys");
	const char *text;
	size_t i;

	for (i = 0; i < json_count(keys); i++) {
		text = json_text(json_at(keys, i));
		if (text != NULL && strcmp(text, key) == 0)
			return true;
	}
	return false;
}

static bool
concerns(const struct event *ev, const char *key)
{
	const char *field = event_text(ev, "field");
	size_t i;

	if (field != NULL && strcmp(field, key) == 0)
		return true;
	if (strcmp(key, "status") == 0)
		return move_event_status(ev->event) != STATUS_NONE;
	for (i = 0; i < ARRAY_LEN(speaks); i++)
		if (strcmp(speaks[i].key, key) == 0 &&
		    strcmp(speaks[i].event, ev->event) == 0)
			return true;
	return names_key(ev, key);
}

/* The last new event that speaks of the key, or else of anything. */
static const struct event *
last_word(const struct merge_tail *t, const char *key)
{
	const struct event *any = NULL;
	size_t i;

	for (i = t->ledger.n; i-- > 0; ) {
		if (!t->is_new[i])
			continue;
		if (any == NULL)
			any = &t->ledger.v[i];
		if (key == NULL || concerns(&t->ledger.v[i], key))
			return &t->ledger.v[i];
	}
	return any;
}

static int
compare_text(const char *a, const char *b)
{
	return strcmp(a == NULL ? "" : a, b == NULL ? "" : b);
}

int
merge_later(const struct merge_tails *t, const char *key)
{
	const struct event *ours = last_word(&t->ours, key);
	const struct event *theirs = last_word(&t->theirs, key);

	if (ours == NULL || theirs == NULL)
		return (theirs != NULL) - (ours != NULL);
	if (ours->ts_us != theirs->ts_us)
		return ours->ts_us < theirs->ts_us ? 1 : -1;
	return -compare_text(ours->id, theirs->id);
}

void
merge_label(const struct merge_tail *t, struct buf *out)
{
	const struct event *ev = last_word(t, NULL);
	char ts[CLOCK_MOMENT_SIZE];

	if (ev == NULL) {
		buf_adds(out, "not in the ledger");
		return;
	}
	clock_format_moment(ts, ev->ts_us);
	buf_addf(out, "%s %s", ev->user, ts);
}

void
merge_conflicts_add(struct merge_conflicts *c, const char *field,
    const char *kept, const char *dropped)
{
	struct merge_conflict *one;

	MEM_GROW(c->v, c->n, c->cap);
	one = &c->v[c->n++];
	one->field = mem_strdup(field);
	one->kept = mem_strdup(kept == NULL ? "" : kept);
	one->dropped = mem_strdup(dropped == NULL ? "" : dropped);
}

void
merge_conflicts_release(struct merge_conflicts *c)
{
	while (c->n > 0) {
		c->n--;
		free(c->v[c->n].field);
		free(c->v[c->n].kept);
		free(c->v[c->n].dropped);
	}
	free(c->v);
	c->v = NULL;
	c->cap = 0;
}
