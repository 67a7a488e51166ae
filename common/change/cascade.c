/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/err.h"
#include "base/jsonw.h"
#include "change/cascade.h"
#include "change/session.h"
#include "rule/graph.h"
#include "rule/index.h"
#include "rule/state.h"

/* One that depends on the cause. */
struct cascaded {
	struct task	 task;
	struct state	 state;
	struct state_wants wants;
	bool		 changes;	/* its status does */
	char		*by, *reason;
};

/*
 * What becomes of dependents: of those whose stage is such, where the cause
 * becomes that and the person answered so.  The first line that fits counts.
 */
enum where { WAITING, RELYING, PAUSABLE, OPEN };

static const struct fate {
	int		 cause;		/* enum status, of the cause after it */
	enum where	 where;
	int		 answer;	/* -1: any */
	int		 to;		/* enum status */
	const char	*event;		/* NULL: that of the change */
	const char	*why;		/* "TASK-0001, …" */
} fates[] = {
	{ STATUS_CANCELED, WAITING, -1, STATUS_BLOCKED,
	    "cascade_blocked_by_cancel", "canceled" },
	{ STATUS_CANCELED, RELYING, CASCADE_BLOCK, STATUS_BLOCKED,
	    "cascade_blocked_by_cancel", "canceled" },
	{ STATUS_CANCELED, RELYING, CASCADE_PAUSE, STATUS_PAUSED, NULL,
	    "canceled" },
	{ STATUS_PAUSED, OPEN, CASCADE_BLOCK, STATUS_BLOCKED,
	    "cascade_blocked_by_pause", "paused" },
	{ STATUS_PAUSED, PAUSABLE, CASCADE_PAUSE, STATUS_PAUSED, NULL,
	    "paused" },
};

static bool
lies_there(enum stage stage, enum where where)
{
	const struct stage_info *in = &stage_info[stage];

	return !in->closed && (where == OPEN ||
	    (where == WAITING && in->waits) ||
	    (where == PAUSABLE && in->pauses_in != STAGE_NONE) ||
	    (where == RELYING && in->relies));
}

static const struct fate *
find_fate(const struct cascade *c, enum stage stage)
{
	const struct fate *f;
	size_t i;

	for (i = 0; i < ARRAY_LEN(fates); i++) {
		f = &fates[i];
		if (f->cause == c->cause->to && lies_there(stage, f->where) &&
		    (f->answer == -1 || f->answer == (int)c->answer))
			return f;
	}
	return NULL;
}

static bool
depends_on(const struct card *c, const struct id *id)
{
	struct id *ids;
	size_t i, n = card_ids(c, "depends_on", &ids, NULL);
	bool found = false;

	for (i = 0; i < n; i++)
		found = found || id_compare(&ids[i], id) == 0;
	free(ids);
	return found;
}

static bool
is_blocked_by(const struct card *c, const char *ref)
{
	const char *by = card_get(c, "blocked_by");

	return card_status(c) == STATUS_BLOCKED && by != NULL &&
	    strncmp(by, "task:", 5) == 0 && strcmp(by + 5, ref) == 0;
}

/*
 * Adds those whose pause blocks it, as far as nobody said anything else of its
 * status since.
 */
static void
paused_blockers(const struct task *t, struct strvec *out)
{
	static const char *const others[] = { "blocked", "unblocked",
	    "cascade_blocked_by_cancel", NULL };
	const struct event *ev = t->ledger.v + t->ledger.n;
	const char *blocker;
	size_t i;

	while (ev-- > t->ledger.v) {
		for (i = 0; others[i] != NULL; i++)
			if (strcmp(others[i], ev->event) == 0)
				return;
		blocker = strcmp(ev->event, "cascade_blocked_by_pause") != 0 ?
		    NULL : event_text(ev, "blocker");
		if (blocker != NULL)
			blocker = ledger_now_called(&t->ledger, ev, blocker);
		if (blocker != NULL && !strvec_has(out, blocker))
			strvec_add(out, blocker);
	}
}

/* One of them that is paused still, but for the one that goes on; or NULL. */
static const char *
still_paused(struct cascade *c, const struct strvec *blockers,
    const char *goes_on)
{
	struct err ignored = ERR_INIT;
	struct id id;
	struct dep d;
	size_t i;

	for (i = 0; i < blockers->n; i++)
		if (strcmp(blockers->v[i], goes_on) != 0 &&
		    id_parse(&id, blockers->v[i]) == 0 &&
		    graph_dep(&c->s->store, &id, &d, &ignored) == 0 &&
		    d.status == STATUS_PAUSED)
			return blockers->v[i];
	return NULL;
}

static int
judge(struct cascaded *d, struct err *e)
{
	char ref[ID_SIZE];

	if (state_judge(&d->state, e) == 0)
		return 0;
	id_format_ref(ref, &d->task.pkg->id);
	return err_prefix(e, "%s, which depends on it", ref);
}

/* Its end, or its beginning again. */
static void
plan(struct cascaded *d, const char *ref, const char *why, int to)
{
	d->by = mem_printf("task:%s", ref);
	d->reason = mem_printf("%s, which it depends on, %s", ref, why);
	d->wants = (struct state_wants){ .by = d->by, .reason = d->reason,
	    .completed = -1 };
	d->state.to = to;
	d->changes = true;
}

/* The cause goes on; whoever waited for it does, but for another pause. */
static void
decide_resumed(struct cascade *c, struct cascaded *d, const char *ref)
{
	struct strvec blockers = STRVEC_INIT;
	const char *other;

	paused_blockers(&d->task, &blockers);
	if (strvec_has(&blockers, ref)) {
		other = still_paused(c, &blockers, ref);
		if (other == NULL)
			plan(d, ref, "goes on", STATUS_ACTIVE);
		else
			plan(d, other, "is paused still", STATUS_BLOCKED);
		if (other != NULL) {
			d->state.event = "cascade_blocked_by_pause";
			d->state.blocker = d->by + 5;
		}
	}
	strvec_release(&blockers);
}

static int
decide(struct cascade *c, struct cascaded *d, const char *ref,
    struct err *e)
{
	const struct fate *f = find_fate(c, d->task.pkg->stage);
	char *why;

	if (c->cause->to == STATUS_ACTIVE) {
		decide_resumed(c, d, ref);
	} else if (f != NULL && card_status(&d->task.card) == STATUS_ACTIVE) {
		why = mem_printf("was %s", f->why);
		plan(d, ref, why, f->to);
		free(why);
		d->state.event = f->event;
		d->state.blocker = f->event != NULL ? d->by + 5 : NULL;
	}
	return d->changes ? judge(d, e) : 0;
}

/* Something may become of it, or has to be said in its ledger. */
static bool
is_concerned(const struct cascade *c, const struct package *p,
    const struct card *card, const char *ref)
{
	if (c->cause->to == STATUS_ACTIVE)
		return is_blocked_by(card, ref);
	if (c->cause->to == STATUS_CANCELED && is_blocked_by(card, ref))
		return true;
	if (c->cause->to == STATUS_PAUSED && c->answer == CASCADE_BLOCK &&
	    card_status(card) == STATUS_BLOCKED && !is_blocked_by(card, ref))
		return true;
	return card_status(card) == STATUS_ACTIVE &&
	    (find_fate(c, p->stage) != NULL ||
	    (c->cause->to == STATUS_PAUSED && c->answer == CASCADE_KEEP));
}

/*
 * Whether something may become of one that names the cause; notes it where it
 * depends on that.
 */
static int
peek(struct cascade *c, const char *waits, const char *ref, bool *concerned,
    struct err *e)
{
	bool depends, blocked;
	const struct id *cause = &c->cause->task->pkg->id;
	struct task t = TASK_INIT;
	struct package *p;
	int rc;

	*concerned = false;
	if (store_resolve(&c->s->store, waits, &p, e) != 0)
		return e->status == EX_NOINPUT ? 0 : -1;
	if (stage_info[p->stage].closed || id_compare(&p->id, cause) == 0)
		return 0;
	rc = task_load_card(&t, &c->s->store, p, e);
	depends = rc == 0 && depends_on(&t.card, cause);
	blocked = rc == 0 && is_blocked_by(&t.card, ref);
	*concerned = (depends || blocked) && is_concerned(c, p, &t.card, ref);
	if (depends)
		strvec_add(&c->refs, waits);
	if (depends && stage_info[p->stage].relies &&
	    card_status(&t.card) == STATUS_ACTIVE)
		strvec_addf(&c->relying, "%s in '%s'", waits,
		    stage_info[p->stage].name);
	task_release(&t);
	return rc;
}

static int
load(struct cascade *c, const char *waits, const char *ref, struct err *e)
{
	struct cascaded *d;
	bool concerned;

	if (peek(c, waits, ref, &concerned, e) != 0)
		return -1;
	if (!concerned)
		return 0;
	MEM_GROW(c->v, c->n, c->cap);
	d = &c->v[c->n++];
	memset(d, 0, sizeof(*d));
	d->task = (struct task)TASK_INIT;
	if (session_load(c->s, waits, &d->task, e) != 0 ||
	    task_require_ledger(&d->task, &c->s->store, e) != 0)
		return -1;
	d->state = (struct state){ .store = &c->s->store,
	    .task = &d->task, .wants = &d->wants,
	    .actor = c->cause->actor, .now_us = c->cause->now_us };
	return decide(c, d, ref, e);
}

/* Work on those goes on, and nobody said what becomes of it. */
static int
ask(const struct cascade *c, struct err *e)
{
	struct buf names = BUF_INIT;
	size_t i;

	if (c->cause->to != STATUS_CANCELED || c->answer != CASCADE_UNSAID ||
	    c->relying.n == 0)
		return 0;
	for (i = 0; i < c->relying.n; i++)
		buf_addf(&names, "%s%s", i > 0 ? ", " : "", c->relying.v[i]);
	err_set(e, EX_NO, "work that depends on it goes on (%s): say with "
	    "--dependents block, pause or keep what becomes of that",
	    names.ptr);
	buf_release(&names);
	return -1;
}

int
cascade_find(struct cascade *c, struct err *e)
{
	struct strvec waiting = STRVEC_INIT;
	char ref[ID_SIZE];
	size_t i;
	int rc = 0;

	id_format_ref(ref, &c->cause->task->pkg->id);
	if (c->cause->to == STATUS_CANCELED ||
	    c->cause->from == STATUS_PAUSED || c->answer != CASCADE_UNSAID)
		rc = index_waiting(&c->s->store, &c->cause->task->pkg->id,
		    &waiting, e);
	for (i = 0; i < waiting.n && rc == 0; i++)
		rc = load(c, waiting.v[i], ref, e);
	strvec_release(&waiting);
	/* The tasks stay where they are from here on. */
	for (i = 0; i < c->n; i++) {
		c->v[i].state.task = &c->v[i].task;
		c->v[i].state.wants = &c->v[i].wants;
	}
	return rc == 0 ? ask(c, e) : -1;
}

/* Its status stays, but its ledger should know. */
static void
tell_one(struct cascade *c, struct cascaded *d)
{
	bool blocks = c->answer == CASCADE_BLOCK;
	const char *event = "dependency_paused", *key = "task_id";
	const char *what = "was paused; work can go on";
	struct draft draft;
	struct buf desc = BUF_INIT;
	char ref[ID_SIZE];

	if (c->cause->to == STATUS_CANCELED) {
		event = "cascade_blocked_by_cancel";
		key = "blocker";
		what = "which blocks it, was canceled";
	} else if (blocks) {
		event = "cascade_blocked_by_pause";
		key = "blocker";
		what = "which it depends on, was paused, too";
	}
	id_format_ref(ref, &c->cause->task->pkg->id);
	buf_addf(&desc, *key == 'b' ? "%s, %s" : "%s %s", ref, what);
	session_draft(c->s, &draft, event, desc.ptr);
	jsonw_member(&draft.own, key, ref);
	session_log(&d->task, &draft);
	buf_release(&desc);
}

static void
log_cause(struct cascade *c)
{
	struct buf desc = BUF_INIT;
	struct draft d;
	size_t i;

	buf_adds(&desc, "dependents: ");
	for (i = 0; i < c->refs.n; i++)
		buf_addf(&desc, "%s%s", i > 0 ? ", " : "", c->refs.v[i]);
	session_draft(c->s, &d, "cascade_cancel", desc.ptr);
	jsonw_key(&d.own, "dependents");
	jsonw_list(&d.own, &c->refs);
	session_log(c->cause->task, &d);
	buf_release(&desc);
}

int
cascade_write(struct cascade *c, struct err *e)
{
	size_t i;

	for (i = 0; i < c->n; i++) {
		if (!c->v[i].changes && c->cause->to != STATUS_ACTIVE)
			tell_one(c, &c->v[i]);
		else if (c->v[i].changes && state_write(&c->v[i].state, e) != 0)
			return -1;
	}
	if (c->cause->to == STATUS_CANCELED && c->refs.n > 0)
		log_cause(c);
	return 0;
}

int
cascade_stage(struct cascade *c, struct err *e)
{
	struct cascaded *d;
	char ref[ID_SIZE];
	size_t i;

	for (i = 0; i < c->n; i++) {
		d = &c->v[i];
		if (!d->changes && c->cause->to == STATUS_ACTIVE)
			continue;
		session_save(c->s, &d->task);
		id_format_ref(ref, &d->task.pkg->id);
		if (d->changes)
			strvec_add(&c->changed, ref);
		if (d->changes && d->state.stage != d->task.pkg->stage &&
		    session_move(c->s, &d->task, d->state.stage, e) != 0)
			return -1;
	}
	return 0;
}

void
cascade_release(struct cascade *c)
{
	while (c->n > 0) {
		c->n--;
		task_release(&c->v[c->n].task);
		free(c->v[c->n].by);
		free(c->v[c->n].reason);
	}
	free(c->v);
	c->v = NULL;
	strvec_release(&c->refs);
	strvec_release(&c->relying);
	strvec_release(&c->changed);
}
