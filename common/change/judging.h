/* SPDX-License-Identifier: MIT */
/*
 * The parts of the judge (judge.h), for its own files only: one commit and its
 * board, one package in it.
 */
#ifndef CHANGE_JUDGING_H
#define CHANGE_JUDGING_H

#include "base/strvec.h"
#include "board/task.h"
#include "change/judge.h"
#include "change/tree.h"

/* A board as a commit has it. */
struct judging_board {
	const char	*place;		/* NULL: there is none */
	struct oid	 tasks;		/* zero: there is none */
	struct oid	 around;	/* the folder that it lies in: .work, or
					   the top of its branch */
};

struct move_replayed;

/* A package as it lies in a commit. */
struct version {
	struct package	*pkg;		/* NULL: it is not there */
	struct oid	 tree;
	struct buf	 path;		/* "next/TASK-0042-user-login" */
	/* read when they are asked for */
	bool		 was_read, was_parsed;
	struct buf	 card_text;
	struct task	 task;		/* before it is parsed only the texts
					   of ledger and context */
	bool		 unreadable;	/* the card is no card */
	bool		 misnamed;	/* there is one of another name */
	char		*problem;	/* then: "LINE:COL: why" */
	struct oid	 card, context, ledger, learning;	/* zero: none */
};

/* What became of a package between a parent and the commit. */
struct pair {
	struct version	 was, is;
	bool		 unsafe;	/* its names were found fault with, or
					   it has the id of another */
};

struct pairs {
	struct pair	**v;
	size_t		 n, cap;
};

/* A commit under judgement. */
struct judging {
	struct judge	*j;
	const struct judged *c;
	struct judging_board now, *before;	/* before: of each parent */
	struct snapshot	 board;		/* `now`, with the parent's policy */
	bool		 has_board;
	struct pairs	*pairs;		/* of each parent; a first commit has
					   one, of nothing */
	size_t		 nbefore;
	const struct oid *rules;	/* the board whose rules count; NULL:
					   the parent's */
	bool		 blind;		/* a parent is not there */
	struct map	 identities;	/* to the paths of packages */
	int64_t		 latest_us;	/* of the commit's date and its
					   parents' */
	struct strvec	 policy;	/* paths that changed, and that only a
					   person with the gate policy may
					   change */
};

/* Where the board lies in a commit's tree. */
int	 judging_board_find(struct judge *j, const struct oid *root,
	    struct judging_board *b, struct err *e);
/* A place below the board, or from the top with a '/' before it. */
struct judging_at {
	const char	*path;
	int		 line;		/* 0: none */
};

static inline struct judging_at
judging_at(const char *path, int line)
{
	return (struct judging_at){ path, line };
}

/* Adds a finding. */
void	 judging_find(struct judging *g, struct judging_at at,
	    enum judge_rule rule, const char *fmt, ...) PRINTF_LIKE(4, 5);

/* Forgets the findings from the index `from` on. */
void	 judge_take_back(struct judge *j, size_t from);

/*
 * Reads a package's files, once.  A file that is too large or no plain file is
 * found to be so by the walk over paths, and is as if it were missing.
 */
int	 version_read(struct judging *g, struct version *v, struct err *e);
/* Makes card and events of what was read; once, too. */
void	 version_parse(struct judging *g, struct version *v);
void	 version_release(struct version *v);
/* Adds the path of one of its files. */
void	 version_file(const struct version *v, enum package_file file,
	    struct buf *out);

/*
 * Looks at every name that is not as in the parent, and adds the packages to
 * the pairs, matched.
 */
int	 judging_paths(struct judging *g, size_t parent, struct err *e);
void	 pairs_release(struct pairs *p);
/* A commit that takes the whole board away. */
int	 judging_gone(struct judging *g, struct err *e);

/* A package that one parent had, or none; the commit is no merge. */
int	 judging_package(struct judging *g, struct pair *p, struct err *e);
/*
 * A package that a parent had and the commit has not: lost, unless git had
 * split it, and the other part has all that its ledger says.
 */
int	 judging_lost(struct judging *g, struct version *lost,
	    struct err *e);
/* All packages of a commit with several parents. */
int	 judging_merge(struct judging *g, struct err *e);
/* The front matter; `was` NULL: there was none to have it from. */
void	 judging_card(struct judging *g, struct version *was,
	    const struct version *is, const struct move_replayed *end);

/*
 * How a ledger grew.  0: `now` begins with all of `was`, by whole lines; the
 * number of bytes that are not new is in `*kept`.  Else the line that was
 * changed or is gone, which is found.
 */
int	 judging_grown(struct judging *g, const struct version *was,
	    const struct version *is, size_t *kept);
/*
 * The same for a merge: 0 where all lines of `was` are there in their order;
 * marks the lines of `is` (by number, from 0) that they are.
 */
int	 judging_contains(struct judging *g, const struct version *was,
	    const struct version *is, bool *theirs);
/*
 * New lines, from the line `first` (from 1): each is a whole event.  Their
 * times may run backwards, as a merge by git's own union leaves them.
 */
void	 judging_lines(struct judging *g, const struct version *is,
	    int first);

/*
 * Asks whether the commit is by a person with the gate policy, and finds it at
 * the path where it is not.
 */
int	 judging_policy(struct judging *g, const char *path, struct err *e);
/*
 * 0 where whoever made the commit may sign the gate, or "policy"; EX_NO with
 * the reason where not.
 */
int	 judging_author_may(struct judging *g, const char *gate,
	    struct err *e);
/* Sign-offs among the events from that index on: who, what, which key. */
int	 judging_signoffs(struct judging *g, const struct version *is,
	    size_t first, struct err *e);
/* The commit's own board, with the people and policy of that one. */
struct store *judging_board(struct judging *g);
/* The board whose people and policy count: the first parent's. */
int	 judging_rules(struct judging *g, struct store **out, struct err *e);
/* The same of the parent with that index. */
int	 judging_rules_of(struct judging *g, size_t parent,
	    struct store **out, struct err *e);
/* The same of any board. */
int	 judging_rules_at(struct judging *g, const struct oid *tasks,
	    struct store **out, struct err *e);
/*
 * A sign-off that a merge brings to the parent: one that would be given there,
 * or by the rules that the merge has.
 */
int	 judging_brought(struct judging *g, size_t parent,
	    const struct version *is, const struct event *ev, struct err *e);

#endif
