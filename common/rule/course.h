/* SPDX-License-Identifier: MIT */
/*
 * The course of a task along the stages, as lines that were added to its
 * ledger tell of it: each step is judged by the table of moves.
 *
 * Judged is what a package shows by itself: that there is such a move, that
 * the events are there which it owes, the requirements that its own files have
 * to meet, and at each gate a sign-off that stands; and where the board is
 * known limits and dependencies.
 */
#ifndef RULE_COURSE_H
#define RULE_COURSE_H

#include "board/stage.h"
#include "rule/move.h"

struct actor;
struct err;
struct event;
struct store;
struct task;

enum course_fault {
	COURSE_FORBIDDEN,	/* there is no such move */
	COURSE_OWES,		/* an event of the move is missing */
	COURSE_CHECK,		/* a requirement is not met */
	COURSE_UNSIGNED,	/* no sign-off at a gate, or revoked */
	COURSE_PERSON,		/* by one who may not */
	COURSE_EARLY,		/* dated before the stage was entered */
	COURSE_CONTENT,		/* for another content */
	COURSE_BORN		/* new, behind a gate, by one who may not sign
				   for it */
};

struct course {
	/* set by the caller */
	struct store	*store;		/* whose people, workers and policy
					   count */
	struct store	*board;		/* after the steps, with that policy;
					   NULL: no other task is looked at */
	const struct task *task;	/* as it is now, with all its lines */
	size_t		 first;		/* the first event that is new */
	struct move_replayed was;	/* before that event */
	const struct actor *importer;	/* who brings a new task in; NULL:
					   whoever its events name */
	/*
	 * Called for each fault; `ev` is the event that it is about: the one
	 * that tells of the step, or the sign-off.
	 * `text` is a sentence without the task's id.
	 */
	void		(*fault)(void *ctx, enum course_fault kind,
			    const struct event *ev, const char *text);
	void		*ctx;
};

/*
 * Judges the new lines; `*end` is where they lead.  -1 where it cannot be
 * judged.
 */
int	 course_judge(const struct course *c, struct move_replayed *end,
	    struct err *e);

#endif
