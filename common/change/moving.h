/* SPDX-License-Identifier: MIT */
/*
 * The frame of the programs that move tasks: operands, the session, each task
 * on its way, one commit for all, their ids, and the refusals on record.
 *
 *	set `wants`, `walk.to`, and what else of `walk` there is to be
 *	moving_take
 *	moving_begin
 *	moving_each
 *	moving_commit
 *	moving_release
 */
#ifndef CHANGE_MOVING_H
#define CHANGE_MOVING_H

#include "change/advance.h"
#include "change/session.h"
#include "cli/out.h"

struct err;
struct moved;

struct moving {
	struct session	 s;
	struct move_wants *wants;
	struct walk	 walk;
	struct strvec	 refs;
	bool		 piped;		/* some came from standard input */
	bool		 begun;
	char		 of[OID_HEX + 1];
	struct moved	*v;		/* those that were moved */
	size_t		 n, cap;
	struct out	 out;
};

/* The operands.  EX_USAGE: there is none, or a reason is empty. */
int	 moving_take(struct moving *m, int argc, char **argv, struct err *e);
/* Opens the session.  EX_NOINPUT: --of is no commit. */
int	 moving_begin(struct moving *m, struct err *e);
/* A failure that is one task's alone is said, and the others go on. */
void	 moving_each(struct moving *m);
/* None of them is moved. */
void	 moving_drop(struct moving *m);
/* Commits, prints the ids, and puts the refusals on record. */
int	 moving_commit(struct moving *m, struct err *e);
void	 moving_release(struct moving *m);

#endif
