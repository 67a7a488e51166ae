/* SPDX-License-Identifier: MIT */
/*
 * Carrying out a plan: objects, files, git's index and the branch.
 *
 * A thread beside the transaction's own begins the objects while the plan is on
 * its way into the journal, puts them where they belong once it is there, and
 * in the end lets go of what was replaced.  The branch moves when all the rest
 * is there, and is locked while git's index changes.
 */
#ifndef CHANGE_PUBLISH_H
#define CHANGE_PUBLISH_H

#include "change/apply.h"
#include "sys/job.h"

struct publication {
	const struct apply *a;
	struct plan	*p;
	struct apply_share share;
	struct job	 job;		/* the other thread */
	struct gate	 own, other;	/* how far either is */
};

/*
 * Begins with the objects; publish() or publish_abandon() has to follow.  All
 * three are the caller's, and stay where they are until then.
 */
void	 publish_begin(struct publication *pub, const struct apply *a,
	    struct plan *p);
/*
 * The rest of it, once the plan is in the journal.  As apply_lock_ref(): 1: the
 * plan has to be made again and published then.
 */
int	 publish(struct publication *pub, struct err *e);
/* It is not to be: what was begun is taken away. */
void	 publish_abandon(struct publication *pub);

#endif
