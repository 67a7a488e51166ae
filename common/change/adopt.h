/* SPDX-License-Identifier: MIT */
/*
 * Changes made by hand: recognized against what git has, checked, and put on
 * record.
 */
#ifndef CHANGE_ADOPT_H
#define CHANGE_ADOPT_H

struct err;
struct package;
struct session;
struct task;

/*
 * Compares the task as it is on disk with what HEAD has of it, and adds to it
 * what the difference calls for: content_updated and its like in the ledger,
 * an earlier version to be kept where the task has left the inbox.  Saving
 * the task stages all of that.  `in_head` is the package as HEAD has it: the
 * task's own, unless a person moved the folder.
 *
 * 0 also where nothing changed, or HEAD does not have the task.  EX_NO, with
 * what and where: a committed ledger line changed, a closed task was edited,
 * the stage or an end status was set by hand.  EX_DATAERR: a key of the card
 * was set to what it cannot be; what HEAD has like that already may stay.
 */
int	 adopt_edits(struct session *s, struct task *t,
	    const struct package *in_head, struct err *e);

#endif
