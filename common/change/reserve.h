/* SPDX-License-Identifier: MIT */
/*
 * Ids that this clone holds: taken through a remote (task-sync --reserve), so
 * that no other clone gets them.  They stand in <git common dir>/task/reserved,
 * one a line, and go from there when a task has them.
 *
 * Whoever changes the file holds the lock of a transaction.
 */
#ifndef CHANGE_RESERVE_H
#define CHANGE_RESERVE_H

struct err;
struct repo;
struct strvec;

/* Adds "TASK-0045", …, as they were taken.  None where there is no file. */
int	 reserve_read(struct repo *r, struct strvec *out, struct err *e);
/* Adds those to them. */
int	 reserve_keep(struct repo *r, const struct strvec *refs,
	    struct err *e);
/* Takes those out. */
int	 reserve_drop(struct repo *r, const struct strvec *refs,
	    struct err *e);

#endif
