/* SPDX-License-Identifier: MIT */
/*
 * A task's name, and the names of its folder and files that follow from it.
 */
#ifndef CHANGE_RENAME_H
#define CHANGE_RENAME_H

struct err;
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

#endif
