/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/buf.h"
#include "base/err.h"
#include "base/jsonw.h"
#include "base/log.h"
#include "board/people.h"
#include "board/store.h"
#include "board/task.h"
#include "format/oid.h"
#include "rule/check.h"
#include "rule/move.h"
#include "rule/signoff.h"

/* An event that a move writes, and the fact without which it does not. */
struct step {
	const char	*event;
	unsigned	 fact;		/* 0: always */
	const char	*desc;		/* NULL: the reason that was given */
};

enum { STEPS_MAX = 6, ANY_STAGE = -2, EARLIER = -3 };

struct transition {
	int		 from, to;	/* enum stage, ANY_STAGE, EARLIER */
	unsigned	 checks;	/* a bit for each enum check */
	struct step	 steps[STEPS_MAX];
};

#define C(name)	(1u << CHECK_##name)

#define FORWARD	(C(SANITY) | C(HELD) | C(WIP) | C(GATE))

/*
 * Every move there is.  What is not here is refused.  The order of the checks
 * is that of enum check, the order of the events is that of the row.
 */
static const struct transition table[] = {
	{ STAGE_INBOX, STAGE_BACKLOG,
	    FORWARD | C(PACKAGE) | C(SECTIONS) | C(CRITERIA) | C(CREATED) |
	    C(DRI), {
		{ "verified", 0, "package complete, moved to backlog" } } },
	{ STAGE_BACKLOG, STAGE_NEXT,
	    FORWARD | C(PRIORITY) | C(EFFORT) | C(DEPENDENCIES) | C(CYCLE), {
		{ "validated", 0, "checks passed: backlog to next" },
		{ "prioritized", 0, "moved to next" } } },
	{ STAGE_NEXT, STAGE_CURRENT,
	    FORWARD | C(DONE_BEFORE), {
		{ "validated", 0, "checks passed: next to current" },
		{ "concurrent_ok", FACT_CONCURRENT, NULL },
		{ "started", 0, "work began, moved to current" } } },
	{ STAGE_BACKLOG, STAGE_CURRENT,
	    FORWARD | C(P0) | C(REASON) | C(EFFORT) | C(DEPENDENCIES) |
	    C(CYCLE) | C(DONE_BEFORE), {
		{ "validated", 0, "checks passed: backlog to current" },
		{ "fast_tracked", 0, NULL },
		{ "concurrent_ok", FACT_CONCURRENT, NULL },
		{ "started", 0, "work began, moved to current" } } },
	{ STAGE_CURRENT, STAGE_INTEGRATION,
	    FORWARD | C(TICKED), {
		{ "implemented", 0, "implementation complete" },
		{ "verified", 0, "verified, moved to integration" } } },
	{ STAGE_INTEGRATION, STAGE_LEARNING,
	    FORWARD, {
		{ "integrated", 0, "integrated" },
		{ "moved_to_learning", 0, "moved to learning" } } },
	{ STAGE_LEARNING, STAGE_ARCHIVED,
	    FORWARD | C(LEARNING), {
		{ "learning_documented", FACT_LEARNING,
		    "what was learned is written down" },
		{ "learning_skipped", FACT_SKIPPED, NULL },
		{ "moved_to_archived", 0, "moved to archived" },
		{ "closed", 0, "closed" } } },
	{ STAGE_INTEGRATION, STAGE_ARCHIVED,
	    FORWARD | C(LEARNING), {
		{ "integrated", 0, "integrated" },
		{ "learning_documented", FACT_LEARNING,
		    "what was learned is written down" },
		{ "learning_skipped", FACT_SKIPPED, NULL },
		{ "moved_to_archived", 0, "moved to archived" },
		{ "closed", 0, "closed" } } },
	{ STAGE_CURRENT, STAGE_NEXT,
	    C(SANITY) | C(REASON), {
		{ "rollback", 0, NULL },
		{ "rework_required", 0, NULL } } },
	{ ANY_STAGE, EARLIER,
	    C(SANITY) | C(REASON), {
		{ "rollback", 0, NULL } } },
};

/*
 * What the events say of the stage and the status that a task is in after
 * them.  `field` names a field of the event that says the stage.
 */
static const struct {
	const char	*event;
	int		 only_from;	/* counts only there; ANY_STAGE */
	int		 stage;		/* STAGE_NONE: it stays */
	const char	*field;
	int		 status;	/* STATUS_NONE: it stays */
} replays[] = {
	{ "created", ANY_STAGE, STAGE_INBOX, "stage", STATUS_ACTIVE },
	{ "created_from_split", ANY_STAGE, STAGE_INBOX, "stage",
	    STATUS_ACTIVE },
	{ "verified", STAGE_INBOX, STAGE_BACKLOG, NULL, STATUS_NONE },
	{ "prioritized", ANY_STAGE, STAGE_NEXT, NULL, STATUS_NONE },
	{ "started", ANY_STAGE, STAGE_CURRENT, NULL, STATUS_NONE },
	{ "implemented", ANY_STAGE, STAGE_INTEGRATION, NULL, STATUS_NONE },
	{ "moved_to_learning", ANY_STAGE, STAGE_LEARNING, NULL,
	    STATUS_NONE },
	{ "moved_to_archived", ANY_STAGE, STAGE_ARCHIVED, NULL,
	    STATUS_NONE },
	{ "closed", ANY_STAGE, STAGE_ARCHIVED, NULL, STATUS_NONE },
	{ "rollback", ANY_STAGE, STAGE_NONE, "to_stage", STATUS_NONE },
	{ "blocked", ANY_STAGE, STAGE_NONE, NULL, STATUS_BLOCKED },
	{ "cascade_blocked_by_cancel", ANY_STAGE, STAGE_NONE, NULL,
	    STATUS_BLOCKED },
	{ "cascade_blocked_by_pause", ANY_STAGE, STAGE_NONE, NULL,
	    STATUS_BLOCKED },
	{ "unblocked", ANY_STAGE, STAGE_NONE, NULL, STATUS_ACTIVE },
	{ "paused", STAGE_CURRENT, STAGE_NEXT, NULL, STATUS_PAUSED },
	{ "paused", ANY_STAGE, STAGE_NONE, NULL, STATUS_PAUSED },
	{ "paused_by_p0", ANY_STAGE, STAGE_NEXT, NULL, STATUS_PAUSED },
	{ "resumed", ANY_STAGE, STAGE_NONE, "resumed_to_stage",
	    STATUS_ACTIVE },
	{ "canceled", ANY_STAGE, STAGE_ARCHIVED, NULL, STATUS_CANCELED },
	{ "split", ANY_STAGE, STAGE_ARCHIVED, NULL, STATUS_SPLIT },
	{ "conflict_resolved", ANY_STAGE, STAGE_NONE, "stage",
	    STATUS_NONE },
};

/*
 * Two sides of a merge disagreed, and the event says what was kept.  The stage
 * is entered anew by it: no sign-off from before counts.
 */
static bool
replay_settled(struct move_replayed *r, const struct event *ev, size_t index)
{
	const char *field = event_text(ev, "field");
	const char *kept = event_text(ev, "kept");

	if (field == NULL || kept == NULL ||
	    strcmp(ev->event, "conflict_resolved") != 0)
		return false;
	if (strcmp(field, "stage") == 0 && stage_parse(kept) != STAGE_NONE) {
		r->stage = stage_parse(kept);
		r->entered = index;
	} else if (strcmp(field, "status") == 0 &&
	    status_parse(kept) != STATUS_NONE) {
		r->status = status_parse(kept);
	}
	return true;
}

void
move_replay_next(struct move_replayed *r, const struct event *ev,
    size_t index)
{
	const char *field;
	int stage;
	size_t i;

	if (replay_settled(r, ev, index))
		return;
	for (i = 0; i < ARRAY_LEN(replays); i++) {
		if (strcmp(replays[i].event, ev->event) != 0 ||
		    (replays[i].only_from != ANY_STAGE &&
		    replays[i].only_from != r->stage))
			continue;
		stage = replays[i].stage;
		field = replays[i].field == NULL ? NULL :
		    event_text(ev, replays[i].field);
		if (field != NULL)
			stage = stage_parse(field);
		if (stage != STAGE_NONE && stage != r->stage) {
			r->stage = stage;
			r->entered = index;
		}
		if (replays[i].status != STATUS_NONE)
			r->status = replays[i].status;
		return;
	}
}

void
move_replay_all(const struct ledger *l, struct move_replayed *r)
{
	size_t i;

	*r = (struct move_replayed)MOVE_REPLAYED_INIT;
	for (i = 0; i < l->n; i++)
		move_replay_next(r, &l->v[i], i);
}

int
move_event_status(const char *event)
{
	size_t i;

	for (i = 0; i < ARRAY_LEN(replays); i++)
		if (strcmp(replays[i].event, event) == 0)
			return replays[i].status;
	return STATUS_NONE;
}

int
move_replay(const struct ledger *l, size_t *entered)
{
	struct move_replayed r;

	move_replay_all(l, &r);
	*entered = r.entered;
	return r.stage;
}

int
move_replay_status(const struct ledger *l)
{
	struct move_replayed r;

	move_replay_all(l, &r);
	return r.status;
}

static const struct transition *
find_way(enum stage from, enum stage to)
{
	const struct transition *t;
	size_t i;

	for (i = 0; i < ARRAY_LEN(table); i++) {
		t = &table[i];
		if (t->from != (int)from && t->from != ANY_STAGE)
			continue;
		if (t->to == (int)to || (t->to == EARLIER && to < from))
			return t;
	}
	return NULL;
}

bool
move_is_p0(const struct task *t)
{
	return priority_parse(card_str(&t->card, "priority")) == 0;
}

/* The table has a move for that task. */
static const struct transition *
find_way_of(const struct task *t, enum stage from, enum stage to)
{
	const struct transition *way = stage_info[from].closed ? NULL :
	    find_way(from, to);

	return way != NULL && (way->checks & C(P0)) != 0 &&
	    !move_is_p0(t) ? NULL : way;
}

bool
move_leads(const struct task *t, enum stage from, enum stage to)
{
	return to > from && find_way_of(t, from, to) != NULL;
}

bool
move_passes(const struct task *t, enum stage gate)
{
	enum stage from = t->pkg->stage;
	int to;

	for (to = gate; gate > from && to < STAGE_COUNT; to++)
		if (move_leads(t, from, (enum stage)to))
			return true;
	return false;
}

enum stage
move_next(const struct task *t)
{
	enum stage to = t->pkg->stage;

	if (stage_info[to].closed)
		return to;
	do
		to++;
	while (stage_info[to].p0_passes && move_is_p0(t));
	return to;
}

enum stage
move_towards(const struct task *t, enum stage to)
{
	enum stage from = t->pkg->stage;
	const struct transition *way;

	if (to <= from + 1 || move_leads(t, from, to))
		return to;
	way = find_way_of(t, from + 1, to);
	return way != NULL && (way->checks & C(P0)) != 0 ? from + 1 : to;
}

static void
refuse_way(struct move *m)
{
	const char *from = stage_info[m->from].name;
	const char *to = stage_info[m->to].name;

	strvec_add(&m->failed, "transition");
	if (m->from == m->to)
		strvec_addf(&m->reasons, "it is in '%s' already%s", to,
		    stage_info[m->from].closed ? ", and closed" : "");
	else if (stage_info[m->from].closed)
		strvec_addf(&m->reasons, "it is closed and does not come "
		    "back: new work is a new task (task-new)");
	else
		strvec_addf(&m->reasons, "from '%s' the next stage is '%s'; "
		    "'%s' comes later%s", from,
		    stage_info[m->from + 1].name, to,
		    find_way(m->from, m->to) == NULL ? "" :
		    " (only a P0 goes there at once)");
}

/* Runs the checks of the way that see no more than that. */
static int
judge(struct move *m, enum check_sight most, struct err *e)
{
	unsigned c;

	id_format(m->number, &m->task->pkg->id);
	m->way = find_way_of(m->task, m->from, m->to);
	if (m->way == NULL) {
		refuse_way(m);
		return 1;
	}
	move_replay(&m->task->ledger, &m->entered);
	for (c = 0; c < CHECK_COUNT; c++)
		if ((m->way->checks & 1u << c) != 0 &&
		    check_sight(c) <= most && check_run(c, m, e) != 0)
			return -1;
	return m->reasons.n > 0;
}

int
move_judge(struct move *m, struct err *e)
{
	return judge(m, CHECK_SEES_MOVING, e);
}

int
move_judge_made(struct move *m, bool board, struct err *e)
{
	return judge(m, board ? CHECK_SEES_BOARD : CHECK_SEES_PACKAGE, e);
}

const char *
move_owes(enum stage from, enum stage to, size_t i)
{
	const struct transition *way = find_way(from, to);
	size_t s;

	for (s = 0; way != NULL && s < STEPS_MAX &&
	    way->steps[s].event != NULL; s++)
		if (way->steps[s].fact == 0 && i-- == 0)
			return way->steps[s].event;
	return NULL;
}

static void
add_event(struct move *m, struct draft *d, const char *event,
    const char *desc)
{
	d->event = event;
	d->user = m->actor->user;
	d->desc = desc;
	if (d->ts_us == 0)
		d->ts_us = m->now_us;
	if (m->actor->worker != NULL)
		jsonw_member(&d->metadata, "worker_id", m->actor->worker);
	ledger_add(&m->task->ledger, d);
	draft_release(d);
}

static void
add_signoff(struct move *m, enum stage gate)
{
	char hex[OID_HEX + 1];
	struct draft d = { 0 };
	struct buf desc = BUF_INIT;
	struct oid content;

	card_content(&m->task->card, &m->task->context, &content);
	oid_format(hex, &content);
	d.ts_us = signoff_time(&m->task->ledger, m->entered, m->now_us);
	jsonw_member(&d.own, "gate", stage_info[gate].name);
	jsonw_member(&d.own, "content", hex);
	if (m->wants->of != NULL)
		jsonw_member(&d.own, "of", m->wants->of);
	if (m->key != NULL)
		jsonw_member(&d.own, "key", m->key);
	buf_addf(&desc, "signed off for %s", stage_info[gate].name);
	add_event(m, &d, "signed_off", desc.ptr);
	buf_release(&desc);
}

/* What was given for a step without words of its own. */
static const char *
given(const struct move *m, const struct step *s)
{
	const struct move_wants *w = m->wants;
	const char *text = s->fact == FACT_CONCURRENT ? w->concurrent_ok :
	    s->fact == FACT_SKIPPED ? w->skip_learning : check_reason_of(m);

	return text == NULL ? "" : text;
}

static void
add_step(struct move *m, const struct step *s)
{
	struct draft d = { 0 };

	if (m->to < m->from) {
		jsonw_member(&d.own, "from_stage", stage_info[m->from].name);
		jsonw_member(&d.own, "to_stage", stage_info[m->to].name);
	}
	if ((m->facts & FACT_WAIVED) != 0 && s == &m->way->steps[0]) {
		jsonw_member(&d.payload, "waived", m->wants->waive);
		jsonw_key(&d.payload, "open");
		jsonw_list(&d.payload, &m->open);
	}
	if (m->by_hand)
		jsonw_member(&d.metadata, "by", "hand");
	add_event(m, &d, s->event, s->desc == NULL ? given(m, s) : s->desc);
}

static void
add_wip(struct move *m, const char *event)
{
	struct draft d = { 0 };
	struct buf desc = BUF_INIT;

	buf_addf(&desc, "%s at %ld of %ld%s%s", stage_info[m->to].name,
	    m->wip_count, m->wip_limit,
	    m->wip_ns == NULL ? "" : " in namespace ",
	    m->wip_ns == NULL ? "" : m->wip_ns);
	jsonw_key(&d.payload, "count");
	jsonw_int(&d.payload, m->wip_count);
	jsonw_key(&d.payload, "limit");
	jsonw_int(&d.payload, m->wip_limit);
	if (m->wip_ns != NULL)
		jsonw_member(&d.payload, "namespace", m->wip_ns);
	add_event(m, &d, event, desc.ptr);
	buf_release(&desc);
}

int
move_write(struct move *m, struct err *e)
{
	struct buf path = BUF_INIT;
	const struct step *s;
	int gate;

	for (gate = 0; gate < STAGE_COUNT; gate++)
		if ((m->signing & 1u << gate) != 0)
			add_signoff(m, (enum stage)gate);
	for (s = m->way->steps; s < m->way->steps + STEPS_MAX &&
	    s->event != NULL; s++)
		if (s->fact == 0 || (m->facts & s->fact) != 0)
			add_step(m, s);
	if ((m->facts & FACT_WIP_NEAR) != 0)
		add_wip(m, "wip_limit_approached");
	if (strcmp(card_str(&m->task->card, "stage"),
	    stage_info[m->to].name) == 0 ||
	    card_set(&m->task->card, "stage", stage_info[m->to].name, e) == 0)
		return 0;
	package_file(m->task->pkg, PACKAGE_CARD, &path);
	store_file_error(m->store, path.ptr, e);
	buf_release(&path);
	return -1;
}

bool
move_write_refusal(struct move *m)
{
	struct draft d = { 0 };
	struct buf desc = BUF_INIT, payload = BUF_INIT;
	const struct ledger *l = &m->task->ledger;
	const struct event *last = l->n == 0 ? NULL : &l->v[l->n - 1];
	size_t i;
	bool said;

	jsonw_member(&payload, "from", stage_info[m->from].name);
	jsonw_member(&payload, "to", stage_info[m->to].name);
	jsonw_key(&payload, "failed");
	jsonw_list(&payload, &m->failed);
	said = last != NULL && strcmp(last->event, "validation_failed") == 0 &&
	    memmem(l->text.ptr + last->start, last->len, payload.ptr,
	    payload.len) != NULL;
	if (!said) {
		if ((m->facts & FACT_WIP_FULL) != 0)
			add_wip(m, "wip_limit_blocked");
		buf_addf(&desc, "%s to %s refused:",
		    stage_info[m->from].name, stage_info[m->to].name);
		for (i = 0; i < m->failed.n; i++)
			buf_addf(&desc, " %s", m->failed.v[i]);
		buf_addb(&d.payload, &payload);
		add_event(m, &d, "validation_failed", desc.ptr);
	}
	buf_release(&desc);
	buf_release(&payload);
	return !said;
}

void
move_release(struct move *m)
{
	strvec_release(&m->failed);
	strvec_release(&m->reasons);
	strvec_release(&m->warnings);
	strvec_release(&m->open);
}

bool
move_row(size_t i, struct buf *out)
{
	const struct transition *t;
	const char *gap = "";
	unsigned c;
	int s;

	if (i >= ARRAY_LEN(table))
		return false;
	t = &table[i];
	buf_addf(out, "%s\t%s\t",
	    t->from == ANY_STAGE ? "any" : stage_info[t->from].name,
	    t->to == EARLIER ? "earlier" : stage_info[t->to].name);
	for (c = 0; c < CHECK_COUNT; c++)
		if ((t->checks & 1u << c) != 0) {
			buf_addf(out, "%s%s", gap, check_name(c));
			gap = " ";
		}
	buf_addc(out, '\t');
	for (s = 0; s < STEPS_MAX && t->steps[s].event != NULL; s++)
		buf_addf(out, "%s%s%s", s > 0 ? " " : "", t->steps[s].event,
		    t->steps[s].fact == 0 ? "" : "?");
	return true;
}
