/* SPDX-License-Identifier: MIT */
/*
 * Which commits there are between others.
 */
#ifndef CHANGE_COMMITS_H
#define CHANGE_COMMITS_H

#include "format/oid.h"

struct err;
struct repo;

struct commits {
	struct oid	*v;		/* parents before their children */
	size_t		 n, cap;
};

/* What begins and what ends a walk. */
struct commits_range {
	struct oid	*tips;
	size_t		 ntips, tips_cap;
	struct oid	*without;	/* and all that they come from */
	size_t		 nwithout, without_cap;
};

void	 commits_range_release(struct commits_range *r);
/* Adds a tip, or what is left out. */
void	 commits_range_add(struct commits_range *r, const struct oid *id,
	    bool tip);
/*
 * "A..B", "REV" (all that it comes from), "REV^!" (it alone).  EX_NOINPUT:
 * there is no such commit.  EX_USAGE: it is no range.
 */
int	 commits_range_parse(struct commits_range *r, struct repo *repo,
	    const char *text, struct err *e);
/* Leaves out what a reference has whose name begins so ("refs/"). */
int	 commits_range_without_refs(struct commits_range *r,
	    struct repo *repo, const char *prefix, struct err *e);
/* The commits of the range.  Objects that are no commits are left out. */
int	 commits_list(struct repo *repo, const struct commits_range *r,
	    struct commits *out, struct err *e);
void	 commits_release(struct commits *c);

#endif
