/* SPDX-License-Identifier: MIT */
/*
 * Packages of a parent and of the commit, for the judge's own files: which is
 * which, however it moved and whatever it is called.
 */
#ifndef CHANGE_JUDGEPAIR_H
#define CHANGE_JUDGEPAIR_H

#include "change/judging.h"
#include "change/treediff.h"

/*
 * Where a package lies, or lay: a pair of its own for the time being.  False:
 * it is no package's folder.
 */
bool	 pairs_add(struct pairs *all, const struct tree_delta *d);
/* Makes one pair of what a package was and is. */
int	 pairs_match(struct judging *g, struct pairs *all, struct err *e);
/* No two packages have the id of one that is new here. */
int	 pairs_check_twice(struct judging *g, const struct pairs *pairs,
	    struct err *e);

#endif
