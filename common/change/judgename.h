/* SPDX-License-Identifier: MIT */
/*
 * Names that a commit brings, for the judge's own files: whether each is one
 * that every machine can have, of a kind and size that may be there.
 */
#ifndef CHANGE_JUDGENAME_H
#define CHANGE_JUDGENAME_H

#include "base/map.h"
#include "change/judging.h"
#include "change/treediff.h"

/* A walk over what changed below a folder. */
struct looking {
	struct judging	*g;
	struct pairs	*pairs;
	const char	*below;		/* the folder that is walked, "" or
					   with a slash at its end */
	const struct package *pkg;	/* whose it is, or NULL */
	bool		 closed;	/* nothing may be added to it */
	/* The names of one tree, where many were asked for. */
	const struct buf *siblings;
	struct map	 names;
	unsigned	 asked;
};

void	 looking_release(struct looking *l);
/* Finds something at a path of the folder. */
void	 looking_find(const struct looking *l, const char *path,
	    enum judge_rule rule, const char *what);
/*
 * Whether what is there now may be there; false: it is found not to, and is
 * not to be looked into.
 */
bool	 looking_check(struct looking *l, const struct tree_delta *d);

#endif
