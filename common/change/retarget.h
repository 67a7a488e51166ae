/* SPDX-License-Identifier: MIT */
/*
 * References to a task in the cards of others, and others in its place.
 *
 *	retarget_find	who names it
 *	retarget_all	changes and stages them
 */
#ifndef CHANGE_RETARGET_H
#define CHANGE_RETARGET_H

struct err;
struct id;
struct session;
struct strvec;
struct task;

enum retarget_what {
	RETARGET_WAITS,		/* depends_on and blocked_by, of those that are
				   not closed */
	RETARGET_ALL		/* every key with references, of all tasks */
};

struct retarget {
	struct session	*s;
	const struct id	*from;
	const struct strvec *to;	/* "TASK-0042", …; where there is room
					   for one it is the first */
	enum retarget_what what;
	const char	*why;		/* "TASK-0001 was split" */
};

/*
 * Adds the references of those whose cards name the task.  All cards are read;
 * EX_DATAERR for one that does, and is malformed.
 */
int	 retarget_find(const struct retarget *r, struct strvec *refs,
	    struct err *e);
/*
 * Changes one in memory, with deps_updated in its ledger.  No task gets a
 * reference to itself, and none twice.  1: there was nothing to change.
 */
int	 retarget_task(const struct retarget *r, struct task *t,
	    struct err *e);
/* Loads, changes and stages those. */
int	 retarget_all(const struct retarget *r, const struct strvec *refs,
	    struct err *e);

#endif
