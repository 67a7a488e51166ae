/* SPDX-License-Identifier: MIT */
/*
 * What two trees of git do not have in common, at a cost in proportion to it.
 */
#ifndef CHANGE_TREEDIFF_H
#define CHANGE_TREEDIFF_H

struct buf;
struct err;
struct oid;
struct tree_cache;
struct tree_entry;

enum {
	TREEDIFF_DEPTH = 32,
	TREEDIFF_ENTRIES = 500000	/* names that differ */
};

/* A name that is not the same on both sides; NULL where one has none. */
struct tree_delta {
	const char	*path;		/* below the root, without a slash at
					   its end */
	const struct tree_entry *old, *new;
	const struct buf *siblings;	/* the bytes of the new tree that it
					   is in; of the old one where it is
					   gone */
};

/* Whether to look into the folders of a delta, too. */
enum tree_visit { TREE_SKIP, TREE_ENTER };

struct treediff {
	const struct oid *old, *new;	/* roots; they may be zero */
	enum tree_visit	(*fn)(const struct tree_delta *d, void *ctx);
	void		*ctx;
};

/*
 * Calls `fn` for each, in git's order, folders before what is in them.
 * EX_DATAERR: a tree of the new side is damaged, not in git's order, has a name
 * twice, lies deeper than TREEDIFF_DEPTH, or there are more names than
 * TREEDIFF_ENTRIES: a few trees that hold each other many times are as many as
 * one likes.
 */
int	 treediff(struct tree_cache *c, const struct treediff *want,
	    struct err *e);

#endif
