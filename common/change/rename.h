/* SPDX-License-Identifier: MIT */
/*
 * A task's name and its id, and the names of its folder and files that follow
 * from them.
 */
#ifndef CHANGE_RENAME_H
#define CHANGE_RENAME_H

struct err;
struct id;
struct session;
struct task;

/*
 * Gives the task another name: in the card, and where the words of the new one
 * differ also of the folder, the card's file and its earlier versions, all of
 * which are staged.  The id stays.  Saving the task is the caller's.  1: that
 * is its name already.
 */
int	 rename_task(struct session *s, struct task *t, const char *name,
	    struct err *e);
/*
 * Gives the task another id, which no task has: in the card, and in the names
 * of the folder and of all its files.  The words of the folder stay.  Saving
 * the task is the caller's, and so are counters and references to it.
 */
int	 rename_id(struct session *s, struct task *t, const struct id *id,
	    struct err *e);

#endif
