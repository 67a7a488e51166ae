/* SPDX-License-Identifier: MIT */
/*
 * One file of three versions: which of them comes out, or what they make
 * together by lines.
 */
#ifndef CHANGE_MERGEPICK_H
#define CHANGE_MERGEPICK_H

#include "change/mergework.h"

struct merge_three {
	/* asked for */
	const char	*path;		/* for messages */
	const struct merge_part *v[MERGE_SIDES];	/* NULL: there is
						   none; ours is the earlier */
	const char *const *labels;	/* of both sides, for markers */
	bool		 markers;	/* where lines disagree both are there;
					   else the later one comes out */
	/* found */
	unsigned	 mode;		/* 0: there is no such file */
	struct oid	 id;
	bool		 marked;
	const struct merge_part *beside; /* the one that did not come out, of
					   two that do not merge; or NULL */
};

int	 merge_pick(struct merge_work *w, struct merge_three *t,
	    struct err *e);

#endif
