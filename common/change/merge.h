/* SPDX-License-Identifier: MIT */
/*
 * Merging boards by meaning: what two commits made of a board, in one.
 *
 *	merge_board		HEAD and another commit, in a session; the next
 *				session_commit() makes the commit
 *	merge_make		any commits, as objects and a tree, with no
 *	merge_apply		session; brings a session's board to that tree
 *
 * A board's tree is that of .work: tasks/ and what lies beside it.  The tree
 * that comes out is a function of the trees that go in, and the same whichever
 * of them is called ours; so two clones that merge apart from each other get
 * the same.  The rules are in task-format(5).
 */
#ifndef CHANGE_MERGE_H
#define CHANGE_MERGE_H

#include "board/id.h"
#include "change/plan.h"
#include "format/oid.h"

struct err;
struct session;
struct tree_cache;

enum merge_word {
	MERGE_COMES,		/* the task is new here */
	MERGE_CHANGES,
	MERGE_GOES,		/* theirs had it otherwise, or not at all */
	MERGE_MOVES,		/* "next to current" */
	MERGE_RENUMBERS,	/* "TASK-0044 is TASK-0046 now" */
	MERGE_SETTLES,		/* both changed it: what was kept */
	MERGE_BLOCKS,		/* a person has to take a look */
	MERGE_UNLINKS,		/* a dependency that closed a circle */
	MERGE_KEEPS		/* a file of which ours stays, for one with the
				   gate policy to decide */
};

struct merge_note {
	char		 ref[ID_SIZE];	/* ""; the text names a file */
	enum merge_word	 word;
	char		*text;
};

enum merge_how {
	MERGE_NOTHING,		/* theirs is part of ours */
	MERGE_FORWARD,		/* ours is part of theirs: no new commit */
	MERGE_COMMIT
};

struct merge_report {
	enum merge_how	 how;
	struct merge_note *v;
	size_t		 n, cap;
};

#define MERGE_REPORT_INIT { MERGE_NOTHING, NULL, 0, 0 }

/* "comes", "changes", …; for the columns of a program. */
extern const char *const merge_words[];

void	 merge_report_release(struct merge_report *r);

/* What is merged, as commits. */
struct merge_sides {
	const struct oid *bases;	/* none: they have nothing in common */
	size_t		 nbases;
	struct oid	 ours;
	struct oid	 theirs;	/* zero: ours alone is to be mended,
					   where git split or doubled tasks */
	const char	*prefix;	/* of .work in their trees: ".work/",
					   "sub/.work/", "" */
	bool		 append;	/* ledgers: ours, then theirs */
};

/* A board that was made: its tree, that of .work. */
struct merge_made {
	struct oid	 tree;
	struct plan	 plan;		/* whose objects are all that is new of
					   it, to be written or forgotten */
};

#define MERGE_MADE_INIT	{ { { 0 } }, PLAN_INIT }

/*
 * The board that they make together.  The tree cache borrows of what was made.
 * EX_NO: a ledger lost a line.
 */
int	 merge_make(struct tree_cache *trees, const struct merge_sides *sides,
	    struct merge_made *made, struct merge_report *out,
	    struct err *e);

/* What a session's next commit is to be. */
struct merge_target {
	struct oid	 tree;		/* of .work */
	const struct plan *made;	/* where its new objects are */
	const struct oid *parents;	/* beyond HEAD */
	size_t		 nparents;
	struct oid	 forward;	/* the commit that has that tree, for
					   the branch to go to; else zero */
	struct oid	 outside;	/* the tree that all outside .work is
					   taken from; zero: HEAD's */
};

/*
 * Stages what makes HEAD's board that tree; the next session_commit() makes
 * the commit.  Folders of tasks move as a whole.  EX_NO: a file that it would
 * change is not as HEAD has it, or lies in the way; it is named, and nothing
 * is staged.
 */
int	 merge_apply(struct session *s, const struct merge_target *target,
	    struct err *e);

/*
 * HEAD and theirs.  What a person changed by hand in tasks that the merge
 * touches is adopted first, in a commit of its own.  `outside` as above.
 * EX_NO: as merge_make() and merge_apply().  EX_CONFIG: committing is turned
 * off.
 */
int	 merge_board(struct session *s, const struct oid *theirs,
	    const struct oid *outside, struct merge_report *out,
	    struct err *e);

#endif
