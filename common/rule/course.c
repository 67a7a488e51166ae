/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/err.h"
#include "board/people.h"
#include "board/store.h"
#include "board/task.h"
#include "rule/course.h"
#include "rule/signoff.h"

/* A step from one stage into another, and the lines that belong to it. */
struct step {
	const struct course *c;
	const struct event *ev;		/* that tells of it */
	struct task	 before;	/* borrowed, with the lines before */
	struct move_replayed was, is;
	size_t		 from, to;	/* new lines around it: [from, to) */
};

static void
fault(const struct step *s, enum course_fault kind, const struct event *ev,
    const char *fmt, ...) PRINTF_LIKE(4, 5);

/* `ev` NULL: the event that tells of the step. */
static void
fault(const struct step *s, enum course_fault kind, const struct event *ev,
    const char *fmt, ...)
{
	struct buf text = BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	buf_vaddf(&text, fmt, ap);
	va_end(ap);
	s->c->fault(s->c->ctx, kind, ev == NULL ? s->ev : ev, text.ptr);
	buf_release(&text);
}

static void
tell_gate(const struct step *s, const struct signoff *so)
{
	const char *gate = stage_info[so->gate].name;

	switch (so->state) {
	case SIGNOFF_VALID:
		break;
	case SIGNOFF_NONE:
		fault(s, COURSE_UNSIGNED, NULL,
		    "nobody signed off for '%s' since "
		    "it came to '%s'", gate, stage_info[s->was.stage].name);
		break;
	case SIGNOFF_REVOKED:
		fault(s, COURSE_UNSIGNED, NULL,
		    "the sign-off of %s for '%s' was "
		    "revoked", so->event->user, gate);
		break;
	case SIGNOFF_EARLY:
		fault(s, COURSE_EARLY, so->event,
		    "the sign-off of %s for '%s' is dated "
		    "before it came to '%s'", so->event->user, gate,
		    stage_info[s->was.stage].name);
		break;
	case SIGNOFF_UNENTITLED:
		fault(s, COURSE_PERSON, so->event, "%s signed '%s' but may not",
		    so->event->user, gate);
		break;
	case SIGNOFF_OTHER_CONTENT:
		fault(s, COURSE_CONTENT, so->event,
		    "what %s signed for '%s' is not what "
		    "the card and its context say now", so->event->user,
		    gate);
		break;
	}
}

static int
judge_gates(const struct step *s, struct err *e)
{
	struct signoff so = { .gate = STAGE_INBOX };
	const struct policy *policy;
	int gate;

	if (store_policy(s->c->store, &policy, e) != 0)
		return -1;
	for (gate = s->was.stage + 1; gate <= s->is.stage; gate++) {
		if (!policy->gate[gate])
			continue;
		so.gate = (enum stage)gate;
		so.entered = s->was.entered;
		if (signoff_find(&so, s->c->store, &s->before, e) != 0)
			return -1;
		tell_gate(s, &so);
	}
	return 0;
}

/* The first of the step's events of that name, or NULL. */
static const struct event *
find_event(const struct step *s, const char *event)
{
	const struct ledger *l = &s->c->task->ledger;
	size_t i;

	for (i = s->from; i < s->to; i++)
		if (strcmp(l->v[i].event, event) == 0)
			return &l->v[i];
	return NULL;
}

static const char *
desc_of(const struct event *ev)
{
	return ev == NULL || *ev->desc == '\0' ? NULL : ev->desc;
}

/* What the person who moved it asked for, as the lines have it. */
static void
read_wants(const struct step *s, struct move_wants *w)
{
	const struct event *done = find_event(s, "implemented");

	w->reason = s->is.stage < s->was.stage ? desc_of(s->ev) :
	    desc_of(find_event(s, "fast_tracked"));
	w->concurrent_ok = desc_of(find_event(s, "concurrent_ok"));
	w->skip_learning = desc_of(find_event(s, "learning_skipped"));
	w->waive = done == NULL ? NULL :
	    event_text_in(done, "payload", "waived");
}

static int
judge_needs(const struct step *s, struct err *e)
{
	struct move_wants wants = { .sign = false };
	struct task now = *s->c->task;
	bool board = s->c->board != NULL;
	struct move m = { .store = board ? s->c->board : s->c->store,
	    .task = &now, .wants = &wants, .by_hand = true,
	    .from = (enum stage)s->was.stage,
	    .to = (enum stage)s->is.stage };
	size_t i;
	int rc;

	read_wants(s, &wants);
	rc = move_judge_made(&m, board, e);
	for (i = 0; i < m.reasons.n; i++)
		fault(s, COURSE_CHECK, NULL, "%s", m.reasons.v[i]);
	move_release(&m);
	if (rc >= 0 && s->is.stage > s->was.stage &&
	    (s->was.status == STATUS_BLOCKED ||
	    s->was.status == STATUS_PAUSED) &&
	    s->is.status == s->was.status)
		fault(s, COURSE_CHECK, NULL, "it was %s when it went to '%s'",
		    status_names[s->was.status], stage_info[s->is.stage].name);
	return rc < 0 ? -1 : 0;
}

static void
judge_debts(const struct step *s)
{
	const char *event;
	size_t i;

	for (i = 0; (event = move_owes((enum stage)s->was.stage,
	    (enum stage)s->is.stage, i)) != NULL; i++)
		if (find_event(s, event) == NULL)
			fault(s, COURSE_OWES, NULL,
			    "it went from '%s' to '%s', and "
			    "there is no '%s' in its ledger",
			    stage_info[s->was.stage].name,
			    stage_info[s->is.stage].name, event);
}

/* Who brings a task into being behind a gate has to be one who may sign it. */
static int
judge_birth(const struct step *s, struct err *e)
{
	struct actor a = { (char *)(uintptr_t)s->ev->user,
	    (char *)(uintptr_t)event_text_in(s->ev, "metadata",
	    "worker_id") };
	const struct actor *who = s->c->importer != NULL ? s->c->importer :
	    &a;
	const struct policy *policy;
	int gate;

	if (store_policy(s->c->store, &policy, e) != 0)
		return -1;
	for (gate = 0; gate <= s->is.stage; gate++) {
		if (!policy->gate[gate] || signoff_may(s->c->store, who,
		    stage_info[gate].name, e) == 0)
			continue;
		if (e->status != EX_NO)
			return -1;
		fault(s, COURSE_BORN, NULL, "it is new, and lies in '%s': %s",
		    stage_info[s->is.stage].name, e->msg);
		break;
	}
	return 0;
}

/* Canceled or split: it ends there, which is no move. */
static bool
is_end(const struct step *s)
{
	return (s->is.status == STATUS_CANCELED ||
	    s->is.status == STATUS_SPLIT) && s->is.status != s->was.status;
}

/* What a merge of two boards decided leads nowhere else than where it was. */
static bool
is_resolution(const struct step *s)
{
	return strcmp(s->ev->event, "conflict_resolved") == 0 &&
	    s->is.stage == s->c->was.stage;
}

static int
judge_step(const struct step *s, struct err *e)
{
	const char *from, *to = stage_info[s->is.stage].name;
	bool back = s->is.stage < s->was.stage;

	if (s->was.stage == STAGE_NONE)
		return judge_birth(s, e);
	from = stage_info[s->was.stage].name;
	if (stage_info[s->was.stage].closed) {
		fault(s, COURSE_FORBIDDEN, NULL,
		    "it was closed, and '%s' brings it "
		    "back to '%s'", s->ev->event, to);
		return 0;
	}
	if (is_end(s) || is_resolution(s))
		return 0;
	if (!back && !move_leads(s->c->task, (enum stage)s->was.stage,
	    (enum stage)s->is.stage)) {
		fault(s, COURSE_FORBIDDEN, NULL,
		    "there is no move from '%s' to '%s'", from, to);
		return 0;
	}
	if (back && strcmp(s->ev->event, "rollback") != 0) {
		if (s->is.status == s->was.status)
			fault(s, COURSE_FORBIDDEN, NULL, "'%s' does not bring "
			    "it back from '%s' to '%s'", s->ev->event, from,
			    to);
		return 0;
	}
	judge_debts(s);
	if (judge_needs(s, e) != 0)
		return -1;
	return back ? 0 : judge_gates(s, e);
}

/* The next event after `i` that brings it to another stage, or the end. */
static size_t
next_step(const struct course *c, size_t i, const struct move_replayed *at)
{
	const struct ledger *l = &c->task->ledger;
	struct move_replayed is = *at;

	for (; i < l->n; i++) {
		move_replay_next(&is, &l->v[i], i);
		if (is.stage != at->stage)
			break;
	}
	return i;
}

int
course_judge(const struct course *c, struct move_replayed *end,
    struct err *e)
{
	const struct ledger *l = &c->task->ledger;
	struct step s = { .c = c, .was = c->was, .from = c->first };
	size_t i;

	for (i = c->first; i < l->n; i++, s.was = s.is) {
		s.is = s.was;
		move_replay_next(&s.is, &l->v[i], i);
		if (s.is.stage == s.was.stage)
			continue;
		s.ev = &l->v[i];
		s.before = *c->task;
		s.before.ledger.n = i;
		s.to = next_step(c, i + 1, &s.is);
		if (judge_step(&s, e) != 0)
			return -1;
		s.from = i + 1;
	}
	*end = s.was;
	return 0;
}
