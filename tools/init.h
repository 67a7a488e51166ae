/* SPDX-License-Identifier: MIT */
/*
 * The parts of task-init: a board on a branch of its own.
 */
#ifndef TOOLS_INIT_H
#define TOOLS_INIT_H

#include "base/buf.h"
#include "format/oid.h"

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
 * Makes x->work a worktree of the branch, in two steps: the entry that git
 * knows it by (the one of that name, or a new one where it is NULL), and then
 * what is in the worktree itself.  Nothing is checked out.
 */
int	 linked_enter(const struct init *x, const char *ref, char **entry,
	    struct err *e);
int	 linked_join(const struct init *x, const char *entry, struct err *e);
/* Both undone: the files stay, and belong to nobody. */
int	 linked_leave(const struct init *x, struct err *e);
/* True where .work is none any more, and that was not done to its end. */
bool	 linked_is_left(const struct init *x);

/* What makes every worktree's .work ignored, in git's info/exclude. */
#define INIT_IGNORED_WHY "# the board, a worktree of its own (task-init(1))"
#define INIT_IGNORED	"/.work"
enum { INIT_EXCLUDE_MAX = 16 << 20 };

int	 init_ignore(struct repo *r, struct err *e);
int	 init_unignore(struct repo *r, struct err *e);

/*
 * Sees to it that .work is a worktree of the board's branch; where the branch
 * is new it is empty.  What was left half made is completed, which is all where
 * `name` is NULL.  With --dry-run it says what would be done.  EX_NO: something
 * is in the way.
 */
int	 init_branch(struct init *x, const char *name, struct err *e);

/*
 * Makes of a board that is part of the code one on the branch `ref`, with the
 * history of .work.
 */
int	 init_turn_apart(struct init *x, const char *ref, struct err *e);
/* The other way: a merge brings the branch into the code. */
int	 init_turn_inline(struct init *x, struct err *e);

/* What of a history concerns .work, as a history of its own. */
struct past {
	struct repo	*repo;
	struct oid	 branch;	/* where it ended before, or zero */
	bool		 goes_on;	/* from there */
	struct oid	 tip;		/* zero: there is nothing */
	struct oid	 tree;		/* its tree */
	size_t		 n;		/* commits that are new */
	struct buf	*texts;		/* of those */
	struct oid	*ids;
	size_t		 texts_cap, ids_cap;
};

/*
 * Each commit that changed .work becomes one whose top is .work, by the same
 * author, with the same dates and message; merges stay merges.  A branch that
 * was merged into .work as a whole stays as it is.
 */
int	 past_find(struct past *p, const struct oid *head, struct err *e);
/* Writes the commits. */
int	 past_write(const struct past *p, struct err *e);
void	 past_release(struct past *p);

#endif
