/* SPDX-License-Identifier: MIT */
/* Every program but task-move and task-status, and edits by hand. */
#include "base/compat.h"

#include "t/model/model.h"
#include "t/unit/tap.h"

/* The tasks of a command that are there and open; says what is refused. */
static struct task *
open_task(struct board *b, int ref, struct outcome *o)
{
	struct task *t = board_task(b, ref);

	if (t == NULL)
		refuse(o, 66, "no such task");
	else if (t->stage == ARCHIVED)
		refuse(o, 1, "closed");
	else
		return t;
	return NULL;
}

static void
do_new(struct board *b, const struct command *c, struct outcome *o)
{
	struct task *t;

	if (c->on != 0 && board_task(b, c->on) == NULL) {
		refuse(o, 66, "new: depends on no such task");
		return;
	}
	if (b->n + 1 == TASKS_MAX)
		bail("more than %d tasks", TASKS_MAX);
	t = &b->tasks[++b->n];
	memset(t, 0, sizeof(*t));
	t->stage = INBOX;
	t->priority = c->priority;
	t->effort = c->effort;
	t->dri = c->user;
	t->name = c->name;
	t->offered = NOBODY;
	t->sections = c->full;
	t->criteria = c->full ? CRITERIA : 0;
	t->entered = b->now;
	new_text(b, t);
	if (c->on != 0)
		t->deps[t->ndeps++] = c->on;
	print_id(o, b->n);
}

/* Does some move lead there from where the task is? */
static bool
is_due(const struct task *t, enum stage gate)
{
	if (t->stage == ARCHIVED || gate <= t->stage)
		return false;
	return is_step(t, gate);
}

static void
take_back(struct task *t, enum stage gate, int ref, struct outcome *o)
{
	int i, n = 0, before = t->nsigns;

	for (i = 0; i < t->nsigns; i++)
		if (t->signs[i].gate != gate)
			t->signs[n++] = t->signs[i];
	t->nsigns = n;
	if (n == before)
		refuse(o, 1, "sign: nothing to revoke");
	else
		print_id(o, ref);
}

static void
do_sign(struct board *b, const struct command *c, struct outcome *o)
{
	struct task *t;
	int i;

	if (!b->policy->gate[c->target]) {
		refuse(o, 1, "sign: no gate");
		return;
	}
	if (c->agent || !may_sign(b, c->user, c->target)) {
		refuse(o, 1, c->agent ? "sign: a worker" :
		    "sign: not this person");
		return;
	}
	for (i = 0; i < c->nrefs; i++) {
		t = board_task(b, c->refs[i]);
		if (t == NULL) {
			refuse(o, 66, "sign: no such task");
		} else if (!is_due(t, c->target)) {
			refuse(o, 1, "sign: not due");
		} else if (c->revoke) {
			take_back(t, c->target, c->refs[i], o);
		} else {
			add_sign(t, c->target, c->user);
			print_id(o, c->refs[i]);
		}
	}
}

/* One --on.  False where it is refused. */
static bool
link_on(struct board *b, int ref, int on, struct outcome *o)
{
	struct task *t = &b->tasks[ref];

	if (on == ref)
		refuse(o, 1, "link: itself");
	else if (depends_on(t, on))
		return true;
	else if (b->tasks[on].stage == ARCHIVED)
		refuse(o, 1, b->tasks[on].status == CANCELED ?
		    "link: canceled" : "link: closed");
	else if (leads_to(b, on, ref))
		refuse(o, 1, "link: a circle");
	else if (t->ndeps == DEPS_MAX)
		bail("more than %d dependencies", DEPS_MAX);
	else {
		t->deps[t->ndeps++] = on;
		return true;
	}
	return false;
}

static bool
link_off(struct task *t, int off, struct outcome *o)
{
	int i, n = 0, before = t->ndeps;

	for (i = 0; i < t->ndeps; i++)
		if (t->deps[i] != off)
			t->deps[n++] = t->deps[i];
	t->ndeps = n;
	if (n < before)
		return true;
	refuse(o, 1, "link: not linked");
	return false;
}

/* What is at work does not wait for what is not done. */
static void
block_by(const struct board *b, struct task *t, int on)
{
	if (t->stage != CURRENT || t->status != ACTIVE || is_done(b, on))
		return;
	block(t, on, false);
	saw("link: blocks what is at work");
}

static void
link_one(struct board *b, const struct command *c, int ref,
    struct outcome *o)
{
	struct task *t = open_task(b, ref, o), was;
	const int ons[] = { c->on, c->on2 };
	bool good = true, now = c->off != 0;
	size_t i;

	if (t == NULL)
		return;
	was = *t;
	if (c->off != 0)
		good = link_off(t, c->off, o);
	for (i = 0; i < ARRAY_LEN(ons) && good; i++)
		good = ons[i] == 0 || link_on(b, ref, ons[i], o);
	if (!good) {
		*t = was;
		return;
	}
	for (i = 0; i < ARRAY_LEN(ons); i++) {
		if (ons[i] == 0 || depends_on(&was, ons[i]))
			continue;
		now = true;
		if (!c->no_block)
			block_by(b, t, ons[i]);
	}
	if (now)
		print_id(o, ref);
	else
		saw("link: is so already");
}

static void
do_link(struct board *b, const struct command *c, struct outcome *o)
{
	int i;

	if ((c->on != 0 && board_task(b, c->on) == NULL) ||
	    (c->on2 != 0 && board_task(b, c->on2) == NULL)) {
		refuse(o, 66, "link: on no such task");
		return;
	}
	for (i = 0; i < c->nrefs; i++)
		link_one(b, c, c->refs[i], o);
}

/* The steps of a P0 towards current. */
static void
fast_track(struct board *b, const struct command *c, int ref,
    struct outcome *o)
{
	struct task *t = &b->tasks[ref];

	if (t->stage < CURRENT)
		walk(b, c, ref, CURRENT, o);
	else
		saw("set: fast already");
}

static void
set_one(struct board *b, const struct command *c, int ref,
    struct outcome *o)
{
	struct task *t = open_task(b, ref, o);
	bool changed = false;

	if (t == NULL)
		return;
	if (c->fast && (c->set_priority ? c->priority : t->priority) != 0) {
		refuse(o, 1, "set: only a P0 is fast");
		return;
	}
	if (c->set_priority && t->priority != c->priority) {
		t->why |= c->priority == 0;
		t->priority = c->priority;
		changed = true;
	}
	if (c->set_effort && t->effort != c->effort) {
		t->effort = c->effort;
		changed = true;
	}
	if (c->name != NONE && c->name != t->name) {
		t->name = c->name;
		changed = true;
	}
	if (changed || c->tag)
		print_id(o, ref);
	else
		saw("set: is so already");
	if (c->fast)
		fast_track(b, c, ref, o);
}

static void
do_set(struct board *b, const struct command *c, struct outcome *o)
{
	int i;

	for (i = 0; i < c->nrefs; i++)
		set_one(b, c, c->refs[i], o);
}

static void
offer(struct board *b, const struct command *c, int ref, struct outcome *o)
{
	struct task *t = &b->tasks[ref];

	if (t->dri != c->user) {
		refuse(o, 1, "hand-off: not responsible");
	} else if (c->to == t->dri) {
		refuse(o, 1, "hand-off: to oneself");
	} else if (t->offered != NOBODY) {
		refuse(o, 1, "hand-off: offered already");
	} else {
		t->offered = (int)c->to;
		new_text(b, t);
		print_id(o, ref);
	}
}

static void
answer(struct board *b, const struct command *c, int ref,
    struct outcome *o)
{
	struct task *t = &b->tasks[ref];

	if (t->offered == NOBODY) {
		refuse(o, 1, "hand-off: not offered");
	} else if (c->agent) {
		refuse(o, 1, "hand-off: a worker answers");
	} else if (t->offered != (int)c->user) {
		refuse(o, 1, "hand-off: to another");
	} else {
		if (c->answer == ACCEPT)
			t->dri = c->user;
		t->offered = NOBODY;
		print_id(o, ref);
	}
}

static void
do_handoff(struct board *b, const struct command *c, struct outcome *o)
{
	int i;

	for (i = 0; i < c->nrefs; i++) {
		if (open_task(b, c->refs[i], o) == NULL)
			continue;
		if (c->answer == OFFER)
			offer(b, c, c->refs[i], o);
		else
			answer(b, c, c->refs[i], o);
	}
}

static void
do_note(struct board *b, const struct command *c, struct outcome *o)
{
	struct task *t;
	int i;

	for (i = 0; i < c->nrefs; i++) {
		t = open_task(b, c->refs[i], o);
		if (t == NULL)
			continue;
		new_text(b, t);
		print_id(o, c->refs[i]);
	}
}

/* What is pulled: the first of next that may move. */
static void
do_next(struct board *b, const struct command *c, struct outcome *o)
{
	int order[TASKS_MAX], n = stage_order(b, NEXT, order), i;
	struct task *t;

	for (i = 0; i < n; i++) {
		t = &b->tasks[order[i]];
		if ((c->dri != NONE && (int)t->dri != c->dri) ||
		    failed_checks(b, c, order[i], CURRENT) != 0)
			continue;
		if (c->claim)
			walk(b, c, order[i], CURRENT, o);
		else
			print_id(o, order[i]);
		saw(c->claim ? "next: claimed" : "next: one is there");
		return;
	}
	refuse(o, 1, "next: nothing to pull");
}

/* An editor asks nobody, and what it writes is legal here. */
static void
do_edit(struct board *b, const struct command *c)
{
	struct task *t = &b->tasks[c->refs[0]];

	switch (c->edit) {
	case E_FILL:
		t->sections = true;
		t->criteria = c->criteria;
		t->content.ticks = 0;
		new_text(b, t);
		break;
	case E_TICK:
		t->content.ticks = c->ticks;
		break;
	case E_LEARN:
		t->learning = c->full ? LEARNED : EMPTY_LEARNING;
		break;
	case E_CONTEXT:
		new_text(b, t);
		break;
	case E_EFFORT:
		t->effort = c->effort;
		break;
	case E_PRIORITY:
		t->priority = c->priority;
		break;
	case EDITS:
		break;
	}
}

/*
 * task-split and task-merge: a verb each in model.h, what they mean here,
 * their words in command.c.
 */
void
predict(struct board *b, const struct command *c, struct outcome *o)
{
	memset(o, 0, sizeof(*o));
	if (c->wrong) {
		refuse(o, 64, "the command line is wrong");
		return;
	}
	switch (c->verb) {
	case V_NEW:
		do_new(b, c, o);
		break;
	case V_MOVE:
		do_move(b, c, o);
		break;
	case V_SIGN:
		do_sign(b, c, o);
		break;
	case V_STATUS:
		do_status(b, c, o);
		break;
	case V_LINK:
		do_link(b, c, o);
		break;
	case V_SET:
		do_set(b, c, o);
		break;
	case V_HANDOFF:
		do_handoff(b, c, o);
		break;
	case V_NOTE:
		do_note(b, c, o);
		break;
	case V_NEXT:
		do_next(b, c, o);
		break;
	case V_EDIT:
		do_edit(b, c);
		break;
	case VERBS:
		break;
	}
}
