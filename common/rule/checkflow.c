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

/*
 * Tasks of the DRI in a stage, by the stage's index; -1: it does not tell, or
 * not of all that were moved there just now.
 */
static long
count_listed(struct move *m, const char *dri)
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
			if (listing_cell(&l, &l.v[i], LISTING_DRI, &cell))
				count += strcmp(buf_str(&cell), dri) == 0;
		count = l.sound ? count + 1 : -1;
		listing_release(&l);
	}
	file_release(&f);
	buf_release(&path);
	buf_release(&cell);
	return count;
}

static int
count_read(struct move *m, const char *dri, long *count, struct err *e)
{
	const struct store_stage *st = &m->store->stages[m->to];
	struct task t = TASK_INIT;
	size_t i;
	int rc = 0;

	for (i = 0; i < st->n && rc == 0; i++) {
		rc = task_load_card(&t, m->store, st->v[i], e);
		*count += rc == 0 &&
		    strcmp(card_str(&t.card, "current_dri"), dri) == 0;
		task_release(&t);
	}
	return rc;
}

/* How many tasks would be in `to` after the move, within the limit's scope. */
static int
count_wip(struct move *m, const struct policy_wip *wip, struct err *e)
{
	const char *dri = card_str(&m->task->card, "current_dri");
	long listed;

	if (store_load(m->store, m->to, e) != 0)
		return -1;
	m->wip_limit = wip->limit;
	if (!wip->per_dri) {
		m->wip_count = (long)m->store->stages[m->to].n + m->held +
		    (m->by_hand ? 0 : 1);
		return 0;
	}
	m->wip_count = m->by_hand ? 0 : 1;
	listed = wip->hard || m->by_hand ? -1 : count_listed(m, dri);
	if (listed >= 0) {
		m->wip_count += listed;
		return 0;
	}
	return count_read(m, dri, &m->wip_count, e);
}

int
check_wip(struct move *m, struct err *e)
{
	const struct policy *policy;
	const struct policy_wip *wip;
	const char *who;

	if (store_policy(m->store, &policy, e) != 0)
		return -1;
	wip = &policy->wip[m->to];
	if (wip->limit < 0)
		return 0;
	if (count_wip(m, wip, e) != 0)
		return -1;
	who = wip->per_dri ? card_str(&m->task->card, "current_dri") : "";
	if (m->wip_count * 5 >= wip->limit * 4)
		m->facts |= FACT_WIP_NEAR;
	if (m->wip_count <= wip->limit)
		return 0;
	if (!wip->hard) {
		strvec_addf(&m->warnings, "'%s' holds %ld task%s%s%s, more "
		    "than the %ld that policy.yaml advises",
		    stage_info[m->to].name, m->wip_count,
		    m->wip_count == 1 ? "" : "s", *who == '\0' ? "" : " of ",
		    who, wip->limit);
		return 0;
	}
	if (move_is_p0(m->task) && wip->limit > 0 &&
	    displace_find(m, wip->per_dri, &m->displaced, e) != 0)
		return -1;
	if (m->displaced != NULL) {
		m->wip_count--;
		return 0;
	}
	m->facts |= FACT_WIP_FULL;
	check_refuse(m, CHECK_WIP,
	    "'%s' is full: %ld of %ld%s%s (finish or move "
	    "back a task there first; policy.yaml sets the limit)",
	    stage_info[m->to].name, m->wip_count - 1, wip->limit,
	    *who == '\0' ? "" : " of ", who);
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
