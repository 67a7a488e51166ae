/* SPDX-License-Identifier: MIT */
/*
 * The parts of task-watch: one look at what was changed by hand, and the
 * waiting between two.
 */
#ifndef TOOLS_WATCH_H
#define TOOLS_WATCH_H

#include "base/map.h"
#include "base/strvec.h"

struct err;
struct watch;

struct pass_opts {
	bool		 enforce;	/* put back what may not move */
	bool		 wait_for_git;	/* do nothing while git is busy … */
	long		 settle_ms;	/* … or wrote its index so recently */
	/* Packages whose content to look at ("next/TASK-…"); NULL: all.
	   Folders that came, went or moved are seen in any case. */
	const struct strvec *only;
	/* What was said in the passes before and is not to be said again, for
	   one that goes on; NULL: failures are the process's. */
	struct map *said;
	/* What is wrong is not said where something happens while it is looked
	   at: it will be looked at again.  NULL: it is. */
	const struct watch *watch;
};

enum pass_result { PASS_DONE, PASS_LATER };

/*
 * Finds what differs from HEAD, judges it, and commits what may stand as one
 * commit.  What may not is said (tool_failed) and left.  PASS_LATER: git or
 * another program is busy.
 */
int	 pass_run(const struct pass_opts *o, struct err *e);
/*
 * Puts on record which open tasks are in their stage for too long, as
 * task-fsck --slo does.  As pass_run().
 */
int	 times_run(struct err *e);
/* Looks, waits, looks again, until the process is asked to stop. */
int	 watch_loop(const struct pass_opts *o, long debounce_ms,
	    struct err *e);

#endif
