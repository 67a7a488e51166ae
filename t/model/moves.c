/* SPDX-License-Identifier: MIT */
/* task-move: THE LIFE CYCLE in task(7), and P0 in task-move(1). */
#include "base/compat.h"

#include "t/model/model.h"
#include "t/unit/tap.h"

#define BIT(check)	(1U << (check))

static const unsigned entering[STAGES] = {
	[BACKLOG] = BIT(C_SECTIONS) | BIT(C_CRITERIA),
	[NEXT] = BIT(C_PRIORITY) | BIT(C_EFFORT) | BIT(C_DEPENDENCIES) |
	    BIT(C_CYCLE),
	[CURRENT] = BIT(C_DONE_BEFORE),
	[INTEGRATION] = BIT(C_TICKED),
	[ARCHIVED] = BIT(C_LEARNING),
};

bool
is_step(const struct task *t, enum stage to)
{
	if (t->stage == ARCHIVED || t->stage == to)
		return false;
	return to <= t->stage + 1 ||
	    (t->stage == INTEGRATION && to == ARCHIVED) ||
	    (t->stage == BACKLOG && to == CURRENT && t->priority == 0);
}

static unsigned
wanted(const struct task *t, enum stage to)
{
	if (to < t->stage)
		return BIT(C_REASON);
	/* Past next: what next would ask for, but that it is P0 anyway. */
	if (t->stage == BACKLOG && to == CURRENT)
		return (entering[NEXT] & ~BIT(C_PRIORITY)) |
		    entering[CURRENT] | BIT(C_REASON) | BIT(C_HELD) |
		    BIT(C_WIP) | BIT(C_GATE);
	return entering[to] | BIT(C_HELD) | BIT(C_WIP) | BIT(C_GATE);
}

static bool
dependencies_hold(const struct board *b, const struct task *t)
{
	int i;

	for (i = 0; i < t->ndeps; i++)
		if (b->tasks[t->deps[i]].status == CANCELED)
			return false;
	return true;
}

static int
count(const struct board *b, const struct task *t, enum stage to)
{
	int n = 0, i;

	for (i = 1; i <= b->n; i++)
		n += &b->tasks[i] != t && b->tasks[i].stage == to &&
		    (!b->policy->limit[to].each ||
		    b->tasks[i].dri == t->dri);
	return n;
}

/* How many have to leave, so that `t` may enter. */
static int
too_many(const struct board *b, const struct task *t, enum stage to)
{
	const struct limit *l = &b->policy->limit[to];
	int n = count(b, t, to) + 1 - l->n;

	return l->n == NONE || !l->hard || n < 0 ? 0 : n;
}

/* Who makes room for a P0; 0: nobody. */
static int
to_displace(const struct board *b, const struct task *t)
{
	const struct task *s, *best = NULL;
	int i, found = 0, urgent, least = 0;

	for (i = 1; i <= b->n; i++) {
		s = &b->tasks[i];
		if (s == t || s->stage != CURRENT || s->status != ACTIVE ||
		    s->priority == 0 || (b->policy->limit[CURRENT].each &&
		    s->dri != t->dri))
			continue;
		urgent = s->priority == NONE ? 5 : s->priority;
		if (best == NULL || urgent > least || (urgent == least &&
		    s->started >= best->started)) {
			best = s;
			least = urgent;
			found = i;
		}
	}
	return found;
}

static bool
has_room(const struct board *b, const struct task *t, enum stage to)
{
	int n = too_many(b, t, to);

	/* One goes for one, however full it is. */
	return n == 0 || (to == CURRENT && t->priority == 0 &&
	    to_displace(b, t) != 0);
}

static bool
passes_gate(const struct board *b, const struct command *c,
    const struct task *t, enum stage gate)
{
	if (!b->policy->gate[gate])
		return true;
	/* Who asks to sign has to be somebody who may. */
	if (c->sign)
		return !c->agent && may_sign(b, c->user, gate);
	return is_signed(b, t, gate);
}

static bool
passes_gates(const struct board *b, const struct command *c,
    const struct task *t, enum stage to)
{
	return (t->stage != BACKLOG || to != CURRENT ||
	    passes_gate(b, c, t, NEXT)) && passes_gate(b, c, t, to);
}

static bool
is_ticked(const struct task *t)
{
	return t->content.ticks == (1U << t->criteria) - 1;
}

unsigned
failed_checks(const struct board *b, const struct command *c, int ref,
    enum stage to)
{
	const struct task *t = &b->tasks[ref];
	const bool holds[CHECKS] = {
		[C_REASON] = c->reason || (to > t->stage && t->why),
		[C_SECTIONS] = t->sections,
		[C_CRITERIA] = t->criteria > 0,
		[C_PRIORITY] = t->priority >= 0 && t->priority <= 3,
		[C_EFFORT] = t->effort != NONE,
		[C_DEPENDENCIES] = dependencies_hold(b, t),
		[C_CYCLE] = true,
		[C_DONE_BEFORE] = c->concurrent || all_done(b, t),
		[C_HELD] = t->status == ACTIVE,
		[C_TICKED] = c->waive || is_ticked(t),
		[C_LEARNING] = c->skip || t->learning == LEARNED,
		[C_WIP] = has_room(b, t, to),
		[C_GATE] = passes_gates(b, c, t, to),
	};
	unsigned failed = 0;
	int i;

	if (!is_step(t, to))
		return BIT(C_TRANSITION);
	for (i = 0; i < CHECKS; i++)
		if ((wanted(t, to) & BIT(i)) != 0 && !holds[i])
			failed |= BIT(i);
	return failed;
}

static void
displace(struct board *b, const struct command *c, int other,
    struct outcome *o)
{
	pause_task(b, &b->tasks[other], NULL);
	if (c->verb == V_SET)
		print_late(o, other);
	else if (c->verb != V_NEXT && o->n < IDS_MAX)
		/* Another move, though it may have moved before. */
		o->ids[o->n++] = other;
	saw("displaces");
}

/* One step.  False where it is refused. */
static bool
step(struct board *b, const struct command *c, int ref, enum stage to,
    struct outcome *o)
{
	struct task *t = &b->tasks[ref];
	unsigned failed = failed_checks(b, c, ref, to);
	int other;

	if (failed != 0) {
		o->failed = failed;
		o->of = ref;
		saw_checks(failed);
		refuse(o, 1, "move: a check fails");
		return false;
	}
	print_id(o, ref);
	other = to > t->stage && too_many(b, t, to) > 0 ?
	    to_displace(b, t) : 0;
	if (to < t->stage)
		t->rework = b->now;
	if (to > t->stage && to == CURRENT)
		t->started = b->now;
	enter(b, t, to);
	if (other != 0)
		displace(b, c, other, o);
	return true;
}

bool
walk(struct board *b, const struct command *c, int ref, enum stage to,
    struct outcome *o)
{
	struct task *t = &b->tasks[ref];

	if (t->stage == INBOX && to == CURRENT && t->priority == 0 &&
	    !step(b, c, ref, BACKLOG, o))
		return false;
	return step(b, c, ref, to, o);
}

static enum stage
default_target(const struct task *t)
{
	return t->stage == BACKLOG && t->priority == 0 ? CURRENT :
	    t->stage + 1;
}

static void
move_one(struct board *b, const struct command *c, int ref,
    struct outcome *o)
{
	struct task *t = board_task(b, ref);
	enum stage to;

	if (t == NULL) {
		refuse(o, 66, "move: no such task");
		return;
	}
	if (t->stage == ARCHIVED) {
		refuse(o, 1, "move: closed");
		return;
	}
	to = c->target == NONE ? default_target(t) : (enum stage)c->target;
	if (to == t->stage) {
		refuse(o, 1, "move: there already");
		return;
	}
	walk(b, c, ref, to, o);
}

void
do_move(struct board *b, const struct command *c, struct outcome *o)
{
	struct board *kept = board_dup(b);
	int i;

	for (i = 0; i < c->nrefs; i++)
		move_one(b, c, c->refs[i], o);
	if (c->atomic && o->status != 0) {
		*b = *kept;
		o->n = 0;
	}
	free(kept);
}
