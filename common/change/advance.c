/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/err.h"
#include "base/jsonw.h"
#include "base/log.h"
#include "change/advance.h"
#include "change/history.h"
#include "change/session.h"
#include "cli/tool.h"
#include "rule/check.h"
#include "rule/displace.h"

/* A step that was refused, as it was judged. */
struct refusal {
	char		 ref[ID_SIZE];
	struct move	 move;
};

int
advance_judge(struct advance *a, const struct walk *w, struct task *t,
    struct err *e)
{
	struct session *s = w->s;

	memset(a, 0, sizeof(*a));
	a->s = s;
	a->paused = (struct task)TASK_INIT;
	a->move = (struct move){ .store = &s->store, .task = t,
	    .actor = &s->actor, .wants = w->wants, .from = t->pkg->stage,
	    .now_us = s->txn.now_us };
	a->move.to = w->to == STAGE_NONE ? move_next(t) :
	    move_towards(t, (enum stage)w->to);
	id_format_ref(a->ref, &t->pkg->id);
	return move_judge(&a->move, e);
}

void
advance_release(struct advance *a)
{
	move_release(&a->move);
	task_release(&a->paused);
	free(a->reason);
	a->reason = NULL;
}

/* The one that makes room, paused in memory. */
static int
pause_other(struct advance *a, struct err *e)
{
	char ref[ID_SIZE];

	id_format_ref(a->ref, &a->move.task->pkg->id);
	id_format_ref(ref, &a->move.displaced->id);
	if (session_load(a->s, ref, &a->paused, e) != 0 ||
	    task_require_ledger(&a->paused, &a->s->store, e) != 0)
		return -1;
	a->reason = mem_printf("%s, which is P0, needs its place", a->ref);
	a->why = (struct state_wants){ .reason = a->reason, .completed = -1 };
	a->pause = (struct state){ .store = &a->s->store,
	    .task = &a->paused, .actor = &a->s->actor, .wants = &a->why,
	    .now_us = a->s->txn.now_us, .to = STATUS_PAUSED,
	    .event = "paused_by_p0", .blocker = a->ref };
	if (state_judge(&a->pause, e) != 0)
		return err_prefix(e, "%s, which would have to make room",
		    ref);
	return state_write(&a->pause, e);
}

static void
log_displaced(struct advance *a)
{
	char ref[ID_SIZE];
	struct buf desc = BUF_INIT;
	struct draft d;

	id_format_ref(ref, &a->paused.pkg->id);
	buf_addf(&desc, "%s was paused to make room", ref);
	session_draft(a->s, &d, "displaced", desc.ptr);
	jsonw_member(&d.own, "displaced_task", ref);
	session_log(a->move.task, &d);
	buf_release(&desc);
}

int
advance_write(struct advance *a, struct err *e)
{
	if (a->move.displaced != NULL && pause_other(a, e) != 0)
		return -1;
	if (a->move.signing != 0 &&
	    session_sign(a->s, &a->move.key, e) != 0)
		return err_prefix(e, "%s", a->ref);
	if (move_write(&a->move, e) != 0)
		return -1;
	if (a->move.displaced != NULL)
		log_displaced(a);
	return 0;
}

int
advance_stage_paused(struct advance *a, struct err *e)
{
	enum stage from;
	char ref[ID_SIZE];

	if (a->move.displaced == NULL)
		return 0;
	from = a->paused.pkg->stage;
	id_format_ref(ref, &a->paused.pkg->id);
	session_save(a->s, &a->paused);
	/* Nobody's work is put aside in silence, -q or not. */
	log_error("%s: %s (%s) was paused to make room, and goes from '%s' "
	    "to '%s'", a->ref, ref, card_str(&a->paused.card, "task_name"),
	    stage_info[from].name, stage_info[a->pause.stage].name);
	return session_move(a->s, &a->paused, a->pause.stage, e);
}

int
advance_stage(struct advance *a, struct err *e)
{
	struct task *t = a->move.task;

	session_save(a->s, t);
	if (session_move(a->s, t, a->move.to, e) != 0)
		return -1;
	if (stage_info[a->move.to].closed)
		advance_tell_closed(a->s, t);
	return advance_stage_paused(a, e);
}

void
advance_say_refused(struct advance *a)
{
	struct buf diff = BUF_INIT;
	struct err e = ERR_INIT;
	size_t i;

	for (i = 0; i < a->move.reasons.n; i++) {
		err_set(&e, EX_NO, "%s: %s", a->ref, a->move.reasons.v[i]);
		tool_failed(&e);
	}
	if ((a->move.facts & FACT_SIGNOFF_VOID) != 0 &&
	    history_diff_signed(a->s, &a->move, &diff, &e) == 0)
		log_text(buf_str(&diff));
	buf_release(&diff);
}

void
advance_tell_closed(struct session *s, const struct task *t)
{
	struct strvec left = STRVEC_INIT;
	char ref[ID_SIZE];
	size_t i;

	if (!move_is_p0(t))
		return;
	id_format_ref(ref, &t->pkg->id);
	displace_left(&s->store, t, &left);
	for (i = 0; i < left.n; i++)
		log_warn("%s: %s is still paused because of it (task-status "
		    "%s active)", ref, left.v[i], left.v[i]);
	if (ledger_last(&t->ledger, "closed") != NULL &&
	    ledger_last(&t->ledger, "p0_retrospective") == NULL)
		log_notice("%s: its retrospective is due within 72 hours "
		    "(task-ledger --add p0_retrospective -m 'what we "
		    "change' %s)", ref, ref);
	strvec_release(&left);
}

static int
take(struct walk *w, struct advance *a, struct err *e)
{
	char ref[ID_SIZE];
	size_t i;

	for (i = 0; i < a->move.warnings.n; i++)
		log_warn("%s: %s", a->ref, a->move.warnings.v[i]);
	if (advance_write(a, e) != 0)
		return -1;
	if (w->prepare != NULL)
		session_save_context(w->s, a->move.task);
	if (advance_stage(a, e) != 0)
		return -1;
	if (a->paused.pkg != NULL) {
		id_format_ref(ref, &a->paused.pkg->id);
		strvec_add(&w->paused, ref);
	}
	return 0;
}

/* Says it, and keeps what was judged for the record. */
static void
refuse(struct walk *w, struct advance *a)
{
	struct refusal *r;

	advance_say_refused(a);
	MEM_GROW(w->refused, w->nrefused, w->refused_cap);
	r = &w->refused[w->nrefused++];
	memcpy(r->ref, a->ref, sizeof(r->ref));
	r->move = a->move;
	r->move.task = NULL;
	a->move = (struct move){ .store = NULL };
}

int
advance_walk(struct walk *w, struct task *t, struct err *e)
{
	struct advance a;
	enum stage reached;
	int verdict;

	if (w->prepare != NULL && w->prepare(w->s, t, w->ctx, e) != 0)
		return -1;
	do {
		verdict = advance_judge(&a, w, t, e);
		reached = a.move.to;
		if (verdict == 0)
			verdict = take(w, &a, e);
		else if (verdict > 0)
			refuse(w, &a);
		advance_release(&a);
	} while (verdict == 0 && w->to != STAGE_NONE &&
	    (int)reached != w->to);
	return verdict;
}

/* What was edited by hand into a card that cannot stand is not committed. */
static bool
is_broken(const struct move *m)
{
	const struct ledger *l = &m->task->ledger;

	return strvec_has(&m->failed, check_name(CHECK_SANITY)) &&
	    l->n > 0 && l->v[l->n - 1].line == 0;
}

static int
record(struct session *s, struct move *m, const char *ref, struct err *e)
{
	struct buf message = BUF_INIT;
	struct task t = TASK_INIT;
	int rc;

	rc = session_load(s, ref, &t, e);
	m->task = &t;
	/* The board may have been read again since. */
	if (rc == 0 && m->wip_ns != NULL)
		m->wip_ns = t.pkg->id.ns;
	if (rc == 0 && !is_broken(m) && move_write_refusal(m)) {
		session_save(s, &t);
		buf_addf(&message, "%s: refused: %s to %s", ref,
		    stage_info[m->from].name, stage_info[m->to].name);
		rc = session_commit(s, message.ptr, e);
	}
	m->task = NULL;
	task_release(&t);
	buf_release(&message);
	return rc;
}

int
advance_record_refused(struct walk *w, struct err *e)
{
	struct refusal *r = w->refused;
	int rc = 0;

	for (; r < w->refused + w->nrefused && rc == 0; r++)
		if (!stage_info[r->move.from].closed)
			rc = record(w->s, &r->move, r->ref, e);
	return rc;
}

void
walk_release(struct walk *w)
{
	while (w->nrefused > 0)
		move_release(&w->refused[--w->nrefused].move);
	free(w->refused);
	w->refused = NULL;
	w->refused_cap = 0;
	strvec_release(&w->paused);
}
