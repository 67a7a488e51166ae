/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "board/task.h"
#include "rule/move.h"
#include "rule/queue.h"

void
queue_key(struct queue_key *k, const struct task *t)
{
	const struct event *back = ledger_last(&t->ledger, "rework_required");
	const struct event *rollback = ledger_last(&t->ledger, "rollback");
	size_t entered;

	k->id = t->pkg->id;
	k->priority = priority_parse(card_get(&t->card, "priority"));
	if (k->priority < 0)
		k->priority = 5;
	if (rollback != NULL && (back == NULL || rollback > back))
		back = rollback;
	k->rework = back != NULL;
	k->us = 0;
	if (back != NULL)
		k->us = back->ts_us;
	else if (move_replay(&t->ledger, &entered) != STAGE_NONE &&
	    entered != SIZE_MAX)
		k->us = t->ledger.v[entered].ts_us;
}

void
queue_last(struct queue_key *k, const struct id *id)
{
	memset(k, 0, sizeof(*k));
	k->id = *id;
	k->priority = 5;
}

int
queue_compare(const struct queue_key *a, const struct queue_key *b)
{
	if (a->priority != b->priority)
		return a->priority - b->priority;
	if (a->rework != b->rework)
		return a->rework ? -1 : 1;
	if (a->us != b->us)
		return (a->us > b->us) == a->rework ? -1 : 1;
	return id_compare(&a->id, &b->id);
}
