/* SPDX-License-Identifier: MIT */
/*
 * Two tasks that are one: what the first gets of the second.  Each changes the
 * first in memory and logs what it changed.
 */
#ifndef TOOLS_MERGE_H
#define TOOLS_MERGE_H

#include "base/strvec.h"
#include "board/task.h"
#include "change/session.h"

struct err;

struct merge {
	struct session	 s;
	struct task	 primary, duplicate;
	char		 ref[ID_SIZE], from[ID_SIZE];	/* "TASK-0042" */
	const char	*reason;	/* or NULL */
	const char	*undone;	/* the first new dependency that is to
					   be waited for; of `depends_on` */
	struct strvec	 depends_on;	/* the new ones */
	bool		 blocks;	/* the task is blocked by `undone` */
};

/*
 * Acceptance criteria: those that it has not, and the ticks.  EX_NO: it is
 * done, would get some that are not ticked, and no reason is given.
 */
int	 merge_criteria(struct merge *m, struct err *e);
/* All that the other context says becomes a section. */
int	 merge_context(struct merge *m, struct err *e);
/* Tags, dependencies, and other references. */
int	 merge_lists(struct merge *m, struct err *e);

#endif
