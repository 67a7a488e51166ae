/* SPDX-License-Identifier: MIT */
/*
 * task-fsck --reconcile: the board put right after git's own program merged or
 * rebased it.
 */
#ifndef TOOLS_RECONCILE_H
#define TOOLS_RECONCILE_H

#include "change/merge.h"
#include "change/session.h"
#include "change/stopped.h"

struct err;

struct reconcile {
	bool		 rewritten;	/* commits that were made anew are
					   named on standard input */
	struct session	 s;
	struct tree_cache *trees;	/* of what git has by now */
	char		*work;		/* ".work/", "sub/.work/", "" */
	struct merge_report report;
	bool		 done;		/* something was to be mended */
	const char	*next;		/* for the user to do; NULL: nothing */
};

/* The session is open while it runs.  With --dry-run nothing changes. */
int	 reconcile_run(struct reconcile *r, struct err *e);
void	 reconcile_release(struct reconcile *r);

/* The parts. */

/* The tree of .work in a commit's tree; zero: there is none. */
int	 reconcile_board(struct reconcile *r, const struct oid *root,
	    struct oid *out, struct err *e);
/* What sides make together; its objects are written. */
int	 reconcile_make(struct reconcile *r, struct merge_sides *sides,
	    struct oid *tree, struct err *e);
/*
 * Commit `of` with that board and those parents; the same commit where that is
 * what it has already.
 */
struct remade {
	struct oid	 of;
	struct oid	 board;
	const struct oid *parents;
	size_t		 nparents;
	const char	*message;	/* NULL: its own */
};
int	 reconcile_remake(struct reconcile *r, const struct remade *want,
	    struct oid *out, struct err *e);
/* HEAD's branch goes to that commit, and the files of the board with it. */
int	 reconcile_go(struct reconcile *r, const struct oid *commit,
	    struct err *e);

/* 1: HEAD was among those that were rewritten; 0: it was not. */
int	 reconcile_rewritten(struct reconcile *r, struct err *e);
/* While git waits for its conflicts to be resolved. */
int	 reconcile_stopped(struct reconcile *r, const struct stopped *at,
	    struct err *e);

#endif
