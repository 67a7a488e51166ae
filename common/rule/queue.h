/* SPDX-License-Identifier: MIT */
/*
 * The order of pulling: priority, then first in first out; a task that came
 * back (rollback, rework_required) goes last in first out ahead of the others
 * of its priority.
 */
#ifndef RULE_QUEUE_H
#define RULE_QUEUE_H

#include "board/id.h"

struct task;

struct queue_key {
	int		priority;	/* 0 to 4; 5 where none is set */
	bool		rework;
	int64_t		us;		/* entry into the stage, or return */
	struct id	id;
};

/* Needs the card and the ledger. */
void	 queue_key(struct queue_key *k, const struct task *t);
/* That of a task whose card cannot be read: the last in line. */
void	 queue_last(struct queue_key *k, const struct id *id);
/* Less than 0: `a` is pulled before `b`. */
int	 queue_compare(const struct queue_key *a, const struct queue_key *b);

#endif
