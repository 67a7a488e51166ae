/* SPDX-License-Identifier: MIT */
/*
 * What a task was in earlier commits.
 */
#ifndef CHANGE_HISTORY_H
#define CHANGE_HISTORY_H

struct buf;
struct err;
struct move;
struct session;

/*
 * Adds a diff from what was signed off for the move's gate to what the task
 * is now.  EX_NOINPUT: the signed content is not among the last commits.
 */
int	 history_diff_signed(struct session *s, const struct move *m,
	    struct buf *out, struct err *e);

#endif
