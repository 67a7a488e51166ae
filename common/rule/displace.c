/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/err.h"
#include "board/store.h"
#include "board/task.h"
#include "rule/displace.h"
#include "rule/move.h"

enum { UNSET_PRIORITY = 9 };

/* How little a task is missed; the first that differs decides. */
struct room {
	struct package	*pkg;
	int		 priority;
	int64_t		 started_us;
};

static bool
makes_room(const struct task *t, const char *dri)
{
	return card_status(&t->card) == STATUS_ACTIVE && !move_is_p0(t) &&
	    (dri == NULL ||
	    strcmp(card_str(&t->card, "current_dri"), dri) == 0);
}

static struct room
weigh(const struct task *t)
{
	struct room r = { t->pkg, UNSET_PRIORITY, 0 };
	int priority = priority_parse(card_str(&t->card, "priority"));
	size_t entered;

	if (priority >= 0)
		r.priority = priority;
	move_replay(&t->ledger, &entered);
	if (entered < t->ledger.n)
		r.started_us = t->ledger.v[entered].ts_us;
	return r;
}

static bool
is_missed_less(const struct room *a, const struct room *b)
{
	if (b->pkg == NULL || a->priority != b->priority)
		return b->pkg == NULL || a->priority > b->priority;
	if (a->started_us != b->started_us)
		return a->started_us > b->started_us;
	return id_compare(&a->pkg->id, &b->pkg->id) > 0;
}

int
displace_find(struct move *m, const char *dri, const char *ns,
    struct package **out, struct err *e)
{
	const struct store_stage *st = &m->store->stages[m->to];
	struct err unread = ERR_INIT;
	struct task t = TASK_INIT;
	struct room best = { NULL, 0, 0 }, one;
	size_t i;

	*out = NULL;
	if (stage_info[m->to].pauses_in == STAGE_NONE ||
	    stage_info[m->to].pauses_in == (int)m->to)
		return 0;
	if (store_load(m->store, m->to, e) != 0)
		return -1;
	for (i = 0; i < st->n; i++) {
		if (st->v[i] != m->task->pkg &&
		    (ns == NULL || strcmp(ns, st->v[i]->id.ns) == 0) &&
		    task_load(&t, m->store, st->v[i], &unread) == 0 &&
		    makes_room(&t, dri)) {
			one = weigh(&t);
			if (is_missed_less(&one, &best))
				best = one;
		}
		task_release(&t);
	}
	*out = best.pkg;
	return 0;
}

/* Paused, and by that P0 at last. */
static bool
waits_for(const struct task *t, const char *p0)
{
	const struct event *by = ledger_last(&t->ledger, "paused_by_p0");
	const struct event *own = ledger_last(&t->ledger, "paused");
	const char *who = by == NULL ? NULL : event_text(by, "preempted_by");

	return card_status(&t->card) == STATUS_PAUSED && who != NULL &&
	    (own == NULL || own < by) &&
	    strcmp(ledger_now_called(&t->ledger, by, who), p0) == 0;
}

void
displace_left(struct store *s, const struct task *p0, struct strvec *out)
{
	struct err ignored = ERR_INIT;
	const struct event *ev = p0->ledger.v, *end = ev + p0->ledger.n;
	char ref[ID_SIZE];
	struct package *p;
	struct task t = TASK_INIT;
	const char *of;

	id_format_ref(ref, &p0->pkg->id);
	for (; ev < end; ev++) {
		of = strcmp(ev->event, "displaced") != 0 ? NULL :
		    event_text(ev, "displaced_task");
		if (of != NULL)
			of = ledger_now_called(&p0->ledger, ev, of);
		if (of == NULL || strvec_has(out, of) ||
		    store_resolve(s, of, &p, &ignored) != 0)
			continue;
		if (task_load(&t, s, p, &ignored) == 0 && waits_for(&t, ref))
			strvec_add(out, of);
		task_release(&t);
	}
}
