/* SPDX-License-Identifier: MIT */
/*
 * The frame of the programs that do one thing to each of the tasks that are
 * named: operands, the session, one commit for all, the ids of those that
 * were changed.
 *
 *	bulk_take (or fill `refs`)
 *	bulk_begin
 *	bulk_each
 *	bulk_commit, which prints
 *	bulk_release
 */
#ifndef CHANGE_BULK_H
#define CHANGE_BULK_H

#include "change/session.h"
#include "cli/out.h"

struct err;

struct bulk {
	struct session	 s;
	struct strvec	 refs;		/* operands, each task once */
	bool		 piped;		/* some came from standard input */
	bool		 begun;
	struct strvec	 done;		/* references, of what was changed */
	struct out	 out;
	struct strvec	 also;		/* of what was changed along with it */
};

#define BULK_INIT	{ .refs = STRVEC_INIT }

/* The operands; EX_USAGE where there is none. */
int	 bulk_take(struct bulk *b, int argc, char **argv, struct err *e);
/* Opens the session.  EX_USAGE where no task is named and none was piped. */
int	 bulk_begin(struct bulk *b, struct err *e);

/*
 * What is to be done to one task, in memory.  0: done, and it will be saved;
 * 1: there was nothing to do; -1: an error of this task alone, of which nothing
 * may have been staged.  The task is put before a refusal (EX_NO).
 */
typedef int	 bulk_fn(struct bulk *b, struct task *t, void *ctx,
	    struct err *e);

/*
 * Loads each task, refuses one that is closed, calls `fn`, saves.  A failure
 * is said (tool_failed), and the others go on.
 */
void	 bulk_each(struct bulk *b, bulk_fn *fn, void *ctx);
/*
 * One commit "TASK-0042: what", and the ids on standard output, those of `also`
 * last.  Nothing where nothing was changed.
 */
int	 bulk_commit(struct bulk *b, const char *what, struct err *e);
void	 bulk_release(struct bulk *b);

#endif
