/* SPDX-License-Identifier: MIT */
/*
 * The parts of task-init: a board on a branch of its own.
 */
#ifndef TOOLS_INIT_H
#define TOOLS_INIT_H

#include "base/buf.h"

struct err;
struct repo;

/* What is there. */
struct init {
	struct repo	*repo;		/* of the worktree it is run in */
	struct buf	 root;		/* the top of the worktree with .work */
	struct buf	 work;		/* the whole path of .work */
	bool		 apart;		/* .work is a worktree of its own */
	bool		 there;		/* and there is a board in it */
};

#define INIT_INIT	{ .repo = NULL }

/* A worktree of the repository that has a branch checked out. */
struct linked {
	char		*entry;		/* its name in worktrees/; NULL: the
					   main one */
	struct buf	 top;
	bool		 there;		/* it was not taken away */
};

#define LINKED_INIT	{ .entry = NULL }

/* 1: found; 0: none has it; -1. */
int	 linked_find(struct repo *r, const char *ref, struct linked *out,
	    struct err *e);
void	 linked_release(struct linked *l);
/*
 * Makes x->work a worktree of the branch: with that entry, or a new one where
 * it is NULL.  Nothing is checked out.
 */
int	 linked_make(const struct init *x, const char *ref,
	    const char *entry, struct err *e);

/* What makes every worktree's .work ignored, in git's info/exclude. */
#define INIT_IGNORED_WHY "# the board, a worktree of its own (task-init(1))"
#define INIT_IGNORED	"/.work"
enum { INIT_EXCLUDE_MAX = 16 << 20 };

/*
 * Sees to it that .work is a worktree of the board's branch; where the branch
 * is new it is empty.  What was left half made is completed, which is all where
 * `name` is NULL.  With --dry-run it says what would be done.  EX_NO: something
 * is in the way.
 */
int	 init_branch(struct init *x, const char *name, struct err *e);

#endif
