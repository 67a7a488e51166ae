/* SPDX-License-Identifier: MIT */
/*
 * The parts of task-fsck: a look at the board, what is mended, and what is too
 * late.
 */
#ifndef TOOLS_FSCK_H
#define TOOLS_FSCK_H

#include "base/strvec.h"
#include "board/store.h"
#include "rule/fsck.h"

struct err;
struct kept;

/* A look at the board as it is on disk. */
struct look {
	const struct strvec *refs;	/* tasks; none: all */
	bool		 times;		/* nothing but the targets of time */
	bool		 locked;	/* nobody else can change anything */
	bool		 again;		/* what fails was said before */
	struct store	 store;
	struct fsck	 fsck;
	struct kept	*kept;		/* NULL: there is no git */
};

/*
 * Looks, and again (a few times) where something is wrong and the board was
 * changed meanwhile.  What cannot be judged is said (tool_failed).
 */
int	 look_take(struct look *l, struct err *e);
void	 look_release(struct look *l);
/* True where the look found this, on whatever line. */
bool	 look_has(const struct look *l, const struct finding *f);

struct repair {
	struct look	 before, after;
	bool		*mended;	/* of `before`, with --dry-run */
};

/* Mends what can be mended, in one commit. */
int	 repair_run(struct repair *r, const struct strvec *refs,
	    struct err *e);
void	 repair_release(struct repair *r);

/*
 * Git's merge driver for that kind of file, with git's operands: ancestor, ours
 * (which gets the result), theirs, and its path.
 */
int	 driver_run(const char *kind, int argc, char **argv, struct err *e);

/* Puts on record what is too late by that look, in one commit. */
int	 times_log(const struct look *l, struct err *e);

#endif
