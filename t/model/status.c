/* SPDX-License-Identifier: MIT */
/* task-status(1), with those that depend on a task. */
#include "base/compat.h"

#include "t/model/model.h"
#include "t/unit/tap.h"

void
block(struct task *t, int blocker, bool by_pause)
{
	t->status = BLOCKED;
	t->blocker = blocker;
	t->outside = NULL;
	t->by_pause = by_pause;
	if (!by_pause)
		t->npausers = 0;
}

/* Its last place in the list counts. */
static void
add_pauser(struct task *t, int ref)
{
	int i, n = 0;

	for (i = 0; i < t->npausers; i++)
		if (t->pausers[i] != ref)
			t->pausers[n++] = t->pausers[i];
	if (n == PAUSERS_MAX)
		bail("more than %d pauses of one task", PAUSERS_MAX);
	t->pausers[n++] = ref;
	t->npausers = n;
}

void
pause_task(struct board *b, struct task *t, const char *until)
{
	if (t->stage == CURRENT)
		enter(b, t, NEXT);
	t->status = PAUSED;
	t->until = until;
}

static void
make_active(struct task *t)
{
	t->status = ACTIVE;
	t->blocker = 0;
	t->outside = NULL;
	t->by_pause = false;
	t->npausers = 0;
	t->until = NULL;
}

static bool
can_pause(const struct task *t)
{
	return t->stage >= BACKLOG && t->stage <= CURRENT;
}

static void
to_blocked(struct board *b, const struct command *c, int ref,
    struct outcome *o)
{
	struct task *t = &b->tasks[ref];

	if (c->by == ref) {
		refuse(o, 1, "status: blocked by itself");
	} else if (t->status == PAUSED) {
		refuse(o, 1, "status: what is paused is not blocked");
	} else if (t->status == BLOCKED && t->blocker == c->by &&
	    (c->by != 0 || strcmp(t->outside, c->outside) == 0)) {
		refuse(o, 1, "status: blocked by that already");
	} else if (c->by != 0 && board_task(b, c->by) == NULL) {
		refuse(o, 66, "status: blocked by no such task");
	} else {
		block(t, c->by, false);
		t->outside = c->outside;
		print_id(o, ref);
	}
}

/* The last of those whose pause should block it that is paused still; or 0. */
static int
still_paused(const struct board *b, const struct task *t)
{
	int i;

	for (i = t->npausers; i-- > 0; )
		if (b->tasks[t->pausers[i]].status == PAUSED)
			return t->pausers[i];
	return 0;
}

/* What its pause had blocked goes on, unless for the pause of another. */
static void
release(struct board *b, int ref, struct outcome *o)
{
	struct task *t;
	int i, other;

	for (i = 1; i <= b->n; i++) {
		t = &b->tasks[i];
		if (t->stage == ARCHIVED || t->status != BLOCKED ||
		    t->blocker != ref || !t->by_pause)
			continue;
		other = still_paused(b, t);
		if (other == 0) {
			make_active(t);
		} else {
			block(t, other, true);
			add_pauser(t, other);
			saw("status: waits for another pause");
		}
		print_late(o, i);
		saw("status: released");
	}
}

static void
resume(struct board *b, const struct command *c, int ref,
    struct outcome *o)
{
	struct task *t = &b->tasks[ref];
	struct task was = *t;
	struct outcome steps = { .status = 0 };
	int i;

	make_active(t);
	/* Both steps of a P0, or none: the inbox is too far. */
	if (c->start && (t->stage == INBOX ||
	    !walk(b, c, ref, CURRENT, &steps))) {
		refuse(o, 1, "status: it may not start");
		*t = was;
		return;
	}
	print_id(o, ref);
	for (i = 0; i < steps.n; i++)
		print_id(o, steps.ids[i]);
	release(b, ref, o);
}

static void
to_active(struct board *b, const struct command *c, int ref,
    struct outcome *o)
{
	struct task *t = &b->tasks[ref];

	if (t->status == PAUSED) {
		resume(b, c, ref, o);
	} else if (c->start) {
		refuse(o, 1, "status: --start is for the paused");
	} else if (t->blocker != 0 && !is_done(b, t->blocker) && !c->reason) {
		refuse(o, 1, "status: the blocking task is not done");
	} else {
		make_active(t);
		print_id(o, ref);
	}
}

/* The dependents of a pause. */
static void
cascade_pause(struct board *b, const struct command *c, int ref,
    struct outcome *o)
{
	struct task *t;
	int i;

	for (i = 1; i <= b->n; i++) {
		t = &b->tasks[i];
		if (!depends_on(t, ref) || t->stage == ARCHIVED)
			continue;
		if (c->dependents == KEEP)
			saw("status: goes on beside a pause");
		if (t->status == BLOCKED && c->dependents == BLOCK &&
		    t->blocker != ref)
			add_pauser(t, ref);
		if (t->status != ACTIVE)
			continue;
		if (c->dependents == BLOCK) {
			block(t, ref, true);
			add_pauser(t, ref);
			print_late(o, i);
		} else if (c->dependents == PAUSE && can_pause(t)) {
			pause_task(b, t, NULL);
			print_late(o, i);
		}
	}
}

static void
to_paused(struct board *b, const struct command *c, int ref,
    struct outcome *o)
{
	struct task *t = &b->tasks[ref];

	if (t->status == BLOCKED) {
		refuse(o, 1, "status: what is blocked is not paused");
	} else if (!can_pause(t)) {
		refuse(o, 1, "status: no task is paused here");
	} else {
		pause_task(b, t, c->until);
		print_id(o, ref);
		cascade_pause(b, c, ref, o);
	}
}

static bool
is_late(const struct task *t)
{
	return t->stage == CURRENT || t->stage == INTEGRATION;
}

/* One dependent of what is canceled.  False where it cannot be. */
static bool
cascade_cancel(struct board *b, const struct command *c, int ref,
    int dependent, struct outcome *o)
{
	struct task *t = &b->tasks[dependent];

	if (t->status == BLOCKED && t->blocker == ref) {
		t->by_pause = false;
		saw("status: blocked by what is canceled already");
		return true;
	}
	if (t->status != ACTIVE || t->stage > INTEGRATION)
		return true;
	if (is_late(t) && c->dependents == KEEP)
		return true;
	if (is_late(t) && c->dependents == PAUSE && !can_pause(t))
		return false;
	if (is_late(t) && c->dependents == PAUSE)
		pause_task(b, t, NULL);
	else
		block(t, ref, false);
	print_late(o, dependent);
	return true;
}

static void
to_canceled(struct board *b, const struct command *c, int ref,
    struct outcome *o)
{
	struct board *kept = board_dup(b);
	struct outcome was = *o;
	struct task *t = &b->tasks[ref];
	int i;

	make_active(t);
	t->status = CANCELED;
	enter(b, t, ARCHIVED);
	print_id(o, ref);
	for (i = 1; i <= b->n; i++) {
		if (!depends_on(&b->tasks[i], ref) ||
		    b->tasks[i].stage == ARCHIVED)
			continue;
		if (b->tasks[i].status == ACTIVE && is_late(&b->tasks[i]) &&
		    c->dependents == ASK) {
			*b = *kept;
			*o = was;
			refuse(o, 1, "status: what becomes of dependents?");
			break;
		}
		if (!cascade_cancel(b, c, ref, i, o)) {
			*b = *kept;
			*o = was;
			refuse(o, 1, "status: a dependent cannot be paused");
			break;
		}
	}
	free(kept);
}

static void
status_one(struct board *b, const struct command *c, int ref,
    struct outcome *o)
{
	struct task *t = board_task(b, ref);

	if (t == NULL) {
		refuse(o, 66, "status: no such task");
	} else if (c->target != BLOCKED && (int)t->status == c->target &&
	    has_id(o->late, o->nlate, ref)) {
		saw("status: became so along with another");
	} else if (t->stage == ARCHIVED) {
		refuse(o, 1, "status: closed");
	} else if (c->target == BLOCKED) {
		to_blocked(b, c, ref, o);
	} else if ((int)t->status == c->target) {
		refuse(o, 1, "status: it has it already");
	} else if (c->target == ACTIVE) {
		to_active(b, c, ref, o);
	} else if (c->target == PAUSED) {
		to_paused(b, c, ref, o);
	} else {
		to_canceled(b, c, ref, o);
	}
}

void
do_status(struct board *b, const struct command *c, struct outcome *o)
{
	int i;

	for (i = 0; i < c->nrefs; i++)
		status_one(b, c, c->refs[i], o);
}
