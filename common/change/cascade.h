/* SPDX-License-Identifier: MIT */
/*
 * What the change of one task's status does to those that depend on it.
 *
 *	cascade_find	who they are, and what is to become of each
 *	cascade_write	in memory, once the task's own change is allowed
 *	cascade_stage	once nothing can be refused any more
 *	cascade_release
 */
#ifndef CHANGE_CASCADE_H
#define CHANGE_CASCADE_H

#include "base/strvec.h"

struct cascaded;
struct err;
struct session;
struct state;
struct task;

/* What a person wants to become of dependents. */
enum cascade_answer {
	CASCADE_UNSAID, CASCADE_BLOCK, CASCADE_PAUSE, CASCADE_KEEP
};

struct cascade {
	struct session	*s;
	const struct state *cause;	/* judged; its task is the blocker */
	enum cascade_answer answer;
	struct cascaded	*v;
	size_t		 n, cap;
	struct strvec	 refs;		/* of all of them */
	struct strvec	 relying;	/* "TASK-0042 in 'current'" */
	struct strvec	 changed;	/* those whose status changes */
};

/*
 * Nothing is changed yet.  EX_NO: one of them cannot become what it should;
 * or a person has to say what is to become of some, which it names.
 */
int	 cascade_find(struct cascade *c, struct err *e);
/*
 * Changes them in memory; cascade_cancel goes to the ledger of the task that is
 * the cause.
 */
int	 cascade_write(struct cascade *c, struct err *e);
/* Stages them. */
int	 cascade_stage(struct cascade *c, struct err *e);
void	 cascade_release(struct cascade *c);

#endif
