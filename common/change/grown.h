/* SPDX-License-Identifier: MIT */
/*
 * Rule 7 of the sanity check: a ledger only grows; and what may be in the
 * lines that it grew by, when somebody else than we wrote them.
 */
#ifndef CHANGE_GROWN_H
#define CHANGE_GROWN_H

struct buf;
struct err;
struct package;
struct session;
struct task;

/*
 * Compares the task's ledger with that of HEAD, where the package was
 * `in_head`.  EX_NO: a committed line changed or is gone; a sign-off by
 * somebody else than the actor was written in.  EX_DATAERR: a line that is
 * new is no event.  A committed line that is none, and a last line that was
 * cut off, are warned of and kept.  `*lines` is the last line that was
 * committed: 0: none; INT_MAX: all are.
 */
int	 grown_check(struct session *s, const struct task *t,
	    const struct package *in_head, int *lines, struct err *e);

/*
 * True where `now` begins with all of `old`; carriage returns that git takes
 * out, and the end of the last line, are no difference.  `*line` is the line
 * of `now` where it does not.
 */
bool	 grown_begins(const struct buf *now, const struct buf *old,
	    size_t *line);

#endif
