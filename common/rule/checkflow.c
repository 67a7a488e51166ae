/* SPDX-License-Identifier: MIT */
/* Checks of the flow: what is held, how much is in work, who signed. */
#include "base/compat.h"

#include "base/err.h"
#include "board/listing.h"
#include "board/store.h"
#include "board/task.h"
#include "rule/check.h"
#include "rule/checks.h"
#include "rule/displace.h"
#include "rule/move.h"
#include "rule/signoff.h"
#include "sys/file.h"

int
check_held(struct move *m, struct err *e)
{
	const char *by = card_get(&m->task->card, "blocked_by");
	int status = card_status(&m->task->card);

	(void)e;
	if (status == STATUS_BLOCKED)
		check_refuse(m, CHECK_HELD, "it is blocked (%s)",
		    by == NULL ? "nobody said by what" : by);
	else if (status != STATUS_ACTIVE && status != STATUS_NONE)
		check_refuse(m, CHECK_HELD, "it is %s", status_names[status]);
	return 0;
}

/* A limit of the stage that a task is to enter. */
struct limit {
	const struct policy_wip *wip;
	const char	*file;		/* that sets it */
	const char	*ns;		/* NULL: of all namespaces */
	const char	*dri;		/* NULL: of everybody */
	long		 count;		/* in the stage after the move */
	bool		 near, full;
};

static bool
is_counted(const struct limit *l, const struct id *id)
{
	return l->ns == NULL || strcmp(l->ns, id->ns) == 0;
}

/*
 * Tasks of the DRI in a stage, by the stage's index; -1: it does not tell, or
 * not of all that were moved there just now.
 */
static long
count_listed(struct move *m, const struct limit *limit)
{
	struct file f = FILE_INIT;
	struct err ignored = ERR_INIT;
	struct buf path = BUF_INIT, cell = BUF_INIT;
	struct listing l;
	long count = -1;
	size_t i;

	buf_addf(&path, "%s/INDEX.md", stage_info[m->to].name);
	if (store_read(m->store, path.ptr, LISTING_MAX, &f, &ignored) == 0) {
		listing_parse(&l, LISTING_STAGE, &f.data);
		l.sound = l.sound && l.n == m->store->stages[m->to].n;
		for (i = 0; i < l.n && l.sound; i++)
			if (is_counted(limit, &l.v[i].id) && listing_cell(&l,
			    &l.v[i], LISTING_DRI, &cell))
				count += strcmp(buf_str(&cell), limit->dri) ==
				    0;
		count = l.sound ? count + 1 : -1;
		listing_release(&l);
	}
	file_release(&f);
	buf_release(&path);
	buf_release(&cell);
	return count;
}

static int
count_read(struct move *m, struct limit *l, struct err *e)
{
	const struct store_stage *st = &m->store->stages[m->to];
	struct task t = TASK_INIT;
	size_t i;
	int rc = 0;

	for (i = 0; i < st->n && rc == 0; i++) {
		if (!is_counted(l, &st->v[i]->id))
			continue;
		rc = task_load_card(&t, m->store, st->v[i], e);
		l->count += rc == 0 &&
		    strcmp(card_str(&t.card, "current_dri"), l->dri) == 0;
		task_release(&t);
	}
	return rc;
}

/* Room was made under another limit, which is room under this one, too. */
static bool
has_room(struct move *m, const struct limit *l)
{
	struct err ignored = ERR_INIT;
	struct task t = TASK_INIT;
	bool has;

	if (m->displaced == NULL || !is_counted(l, &m->displaced->id))
		return false;
	has = l->dri == NULL || (task_load_card(&t, m->store, m->displaced,
	    &ignored) == 0 && strcmp(card_str(&t.card, "current_dri"),
	    l->dri) == 0);
	task_release(&t);
	return has;
}

/* How many tasks would be in `to` after the move, within the limit's scope. */
static int
count_wip(struct move *m, struct limit *l, struct err *e)
{
	const struct store_stage *st = &m->store->stages[m->to];
	long listed;
	size_t i;

	if (store_load(m->store, m->to, e) != 0)
		return -1;
	l->count = (m->by_hand ? 0 : 1) - has_room(m, l);
	if (l->dri == NULL) {
		/* What lies elsewhere may be of any namespace. */
		l->count += l->ns == NULL ? m->held : 0;
		for (i = 0; i < st->n; i++)
			l->count += is_counted(l, &st->v[i]->id);
		return 0;
	}
	listed = l->wip->hard || m->by_hand ? -1 : count_listed(m, l);
	if (listed >= 0) {
		l->count += listed;
		return 0;
	}
	return count_read(m, l, e);
}

/* Adds " of @alice in FW", as far as the limit is about them. */
static void
add_whose(const struct limit *l, struct buf *out)
{
	if (l->dri != NULL)
		buf_addf(out, " of %s", l->dri);
	if (l->ns != NULL)
		buf_addf(out, " in namespace %s", l->ns);
}

static void
warn_wip(struct move *m, const struct limit *l, const char *whose)
{
	strvec_addf(&m->warnings, "'%s' holds %ld task%s%s, more than the "
	    "%ld that %s advises", stage_info[m->to].name, l->count,
	    l->count == 1 ? "" : "s", whose, l->wip->limit, l->file);
}

static void
refuse_wip(struct move *m, const struct limit *l, const char *whose)
{
	m->facts |= FACT_WIP_FULL;
	check_refuse(m, CHECK_WIP,
	    "'%s' is full: %ld of %ld%s (finish or move "
	    "back a task there first; %s sets the limit)",
	    stage_info[m->to].name, l->count - 1, l->wip->limit, whose,
	    l->file);
}

/* A P0 is made room for, where that can be. */
static int
judge_limit(struct move *m, struct limit *l, struct err *e)
{
	struct buf whose = BUF_INIT;
	int rc = 0;

	if (count_wip(m, l, e) != 0)
		return -1;
	l->near = l->count * 5 >= l->wip->limit * 4;
	l->full = l->count > l->wip->limit;
	if (l->full && l->wip->hard && m->displaced == NULL &&
	    move_is_p0(m->task) && l->wip->limit > 0) {
		rc = displace_find(m, l->dri, l->ns, &m->displaced, e);
		l->full = m->displaced == NULL;
		l->count -= !l->full;
	}
	add_whose(l, &whose);
	if (rc == 0 && l->full && l->wip->hard)
		refuse_wip(m, l, buf_str(&whose));
	else if (rc == 0 && l->full)
		warn_wip(m, l, buf_str(&whose));
	if (l->near)
		m->facts |= FACT_WIP_NEAR;
	buf_release(&whose);
	return rc;
}

/* 1: the task's namespace has a limit of its own for the stage. */
static int
find_own_limit(struct move *m, struct limit *l, struct err *e)
{
	const char *ns = m->task->pkg->id.ns;
	const struct namespaces *all;
	const struct namespace *one;

	if (*ns == '\0')
		return 0;
	if (store_namespaces(m->store, &all, e) != 0)
		return -1;
	one = namespaces_find(all, ns);
	if (one == NULL || one->wip[m->to].limit < 0)
		return 0;
	l->wip = &one->wip[m->to];
	l->ns = ns;
	return 1;
}

/* The ledger is told of one limit: what is full before what is near. */
static void
tell_limit(struct move *m, const struct limit *l)
{
	if (l->wip == NULL || l->wip->limit < 0)
		return;
	m->wip_count = l->count;
	m->wip_limit = l->wip->limit;
	m->wip_ns = l->ns;
}

/*
 * The narrower limit comes first: whoever makes room in the namespace makes
 * room on the board as well.
 */
int
check_wip(struct move *m, struct err *e)
{
	const char *dri = card_str(&m->task->card, "current_dri");
	struct limit board = { .file = "policy.yaml" };
	struct limit own = { .file = "NAMESPACES.yaml" };
	const struct policy *policy;

	if (store_policy(m->store, &policy, e) != 0 ||
	    find_own_limit(m, &own, e) < 0)
		return -1;
	board.wip = &policy->wip[m->to];
	board.dri = board.wip->per_dri ? dri : NULL;
	if (own.wip != NULL) {
		own.dri = own.wip->per_dri ? dri : NULL;
		if (judge_limit(m, &own, e) != 0)
			return -1;
	}
	if (board.wip->limit >= 0 && judge_limit(m, &board, e) != 0)
		return -1;
	tell_limit(m, &board);
	if (board.wip->limit < 0 || (own.full && !board.full) ||
	    (own.near && !board.near))
		tell_limit(m, &own);
	return 0;
}

static void
refuse_gate(struct move *m, const struct signoff *so)
{
	const char *gate = stage_info[so->gate].name;

	switch (so->state) {
	case SIGNOFF_VALID:
		break;
	case SIGNOFF_NONE:
		check_refuse(m, CHECK_GATE, "%s '%s' needs a person's "
		    "sign-off (task-sign %s %s, or task-move --sign)",
		    so->gate == m->to ? "entering" : "going past", gate,
		    m->number, gate);
		break;
	case SIGNOFF_REVOKED:
		check_refuse(m, CHECK_GATE, "the sign-off of %s for '%s' was "
		    "revoked (task-sign %s %s signs again)",
		    so->event->user, gate, m->number, gate);
		break;
	case SIGNOFF_EARLY:
		check_refuse(m, CHECK_GATE, "the sign-off of %s for '%s' is "
		    "dated before the task came to '%s' (task-sign %s %s "
		    "signs again; do the clocks agree?)", so->event->user,
		    gate, stage_info[m->from].name, m->number, gate);
		break;
	case SIGNOFF_UNENTITLED:
		check_refuse(m, CHECK_GATE,
		    "%s signed '%s' but may not; somebody "
		    "who may has to sign", so->event->user, gate);
		break;
	case SIGNOFF_OTHER_CONTENT:
		m->facts |= FACT_SIGNOFF_VOID;
		m->void_gate = so->gate;
		check_refuse(m, CHECK_GATE,
		    "%s signed '%s' for another content: "
		    "the card or its context changed since (read it and "
		    "task-sign %s %s again)", so->event->user, gate,
		    m->number, gate);
		break;
	}
}

static int
check_one_gate(struct move *m, enum stage gate, struct err *e)
{
	struct signoff so = { .gate = gate, .entered = m->entered };
	struct err why = ERR_INIT;

	if (!m->wants->sign) {
		if (signoff_find(&so, m->store, m->task, e) != 0)
			return -1;
		refuse_gate(m, &so);
		return 0;
	}
	if (signoff_may(m->store, m->actor, stage_info[gate].name, &why) == 0)
		m->signing |= 1u << gate;
	else if (why.status == EX_NO)
		check_refuse(m, CHECK_GATE, "%s", why.msg);
	else
		return err_set(e, why.status, "%s", why.msg);
	return 0;
}

/* That of the stage, and of those that the move goes past. */
int
check_gate(struct move *m, struct err *e)
{
	const struct policy *policy;
	int gate;

	if (store_policy(m->store, &policy, e) != 0)
		return -1;
	for (gate = (int)m->from + 1; gate <= (int)m->to; gate++)
		if (policy->gate[gate] &&
		    check_one_gate(m, (enum stage)gate, e) != 0)
			return -1;
	return 0;
}
