/* SPDX-License-Identifier: MIT */
/*
 * One hook, called for one event; task-hooks(5).
 */
#ifndef CHANGE_HOOKCALL_H
#define CHANGE_HOOKCALL_H

#include "board/proposal.h"
#include "change/hooktrust.h"

struct err;
struct hook;
struct store;

enum { HOOK_PROPOSALS_MAX = 32 };

struct hookcall {
	/* set by the caller */
	const struct hook *hook;
	struct store	*store;
	const struct hook_place *place;
	const char	*ref;		/* of the task, "TASK-0042" */
	const char	*event;		/* a line of its ledger */
	bool		 rehearsal;	/* a person tries it */
	/* found */
	struct proposal	*v;		/* without ids */
	size_t		 n, cap;
};

/*
 * Gives it the event and the task as it is now (the store forgets what it
 * knew), and takes what it proposes.  What it prints on standard error, and
 * lines that are no proposals, are said.  -1: it could
 * not be started (EX_NOINPUT, EX_IOERR), failed (EX_NO), was ended
 * (EX_TEMPFAIL), or printed too much (EX_DATAERR); then it proposes nothing.
 */
int	 hookcall_run(struct hookcall *c, struct err *e);
void	 hookcall_release(struct hookcall *c);

#endif
