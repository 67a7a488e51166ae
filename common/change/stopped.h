/* SPDX-License-Identifier: MIT */
/*
 * What git's own program is in the middle of, and waits for a person to go on
 * with: a merge, a rebase, a cherry-pick, a revert.
 */
#ifndef CHANGE_STOPPED_H
#define CHANGE_STOPPED_H

#include "format/oid.h"

struct err;
struct repo;

enum stopped_at {
	STOPPED_NOT,		/* nothing is going on */
	STOPPED_MERGE,		/* of HEAD and `commit` */
	STOPPED_PICK,		/* `commit` is put on HEAD */
	STOPPED_REVERT,		/* `commit` is taken back */
	STOPPED_OTHERWISE	/* a rebase between commits, a bisection */
};

struct stopped {
	enum stopped_at	 at;
	struct oid	 commit;
	const char	*next;		/* "git commit" */
};

/* EX_NO: it is a merge of more than two. */
int	 stopped_find(struct repo *r, struct stopped *out, struct err *e);

#endif
