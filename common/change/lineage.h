/* SPDX-License-Identifier: MIT */
/*
 * How the histories of two commits belong together, and what is made of them
 * outside the board: trees that are merged as git merges them, commits that
 * are made anew with another tree or other parents.
 *
 * All that is made is written as objects; no reference and no file changes.
 */
#ifndef CHANGE_LINEAGE_H
#define CHANGE_LINEAGE_H

#include "format/oid.h"

struct err;
struct repo;
struct strvec;
struct tree_cache;

/* True where the history of this clone is cut off. */
bool	 lineage_is_shallow(struct repo *r);

/* 1: a branch of some remote has the commit; 0: none that is known here. */
int	 lineage_is_published(struct repo *r, const struct oid *commit,
	    struct err *e);

struct lineage_trees {
	struct oid	 base, ours, theirs;	/* zero: an empty one */
};

/*
 * What two trees make of a third.  1: they disagree, and the paths are added
 * to `conflicts`.
 */
int	 lineage_merge_trees(struct repo *r, const struct lineage_trees *t,
	    struct oid *out, struct strvec *conflicts, struct err *e);

struct lineage_folder {
	const char	*path;		/* ends with a slash; "": the root */
	struct oid	 tree;		/* zero: nothing is there */
};

/* The tree that `root` is with that folder as it says. */
int	 lineage_graft(struct tree_cache *c, const struct oid *root,
	    const struct lineage_folder *folder, struct oid *out,
	    struct err *e);

struct lineage_commit {
	struct oid	 of;		/* the commit that is made anew */
	struct oid	 tree;
	const struct oid *parents;
	size_t		 nparents;
	const char	*message;	/* NULL: its own */
};

/*
 * The same commit (author, dates, message) with that tree and those parents.
 * Its signature is not taken along: it would not be valid.
 */
int	 lineage_remake(struct repo *r, const struct lineage_commit *c,
	    struct oid *out, struct err *e);

#endif
