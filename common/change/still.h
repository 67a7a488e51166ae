/* SPDX-License-Identifier: MIT */
/*
 * Whether git stood still while somebody looked.
 *
 * git-checkout writes the files, then its index and then HEAD, and has no lock
 * between the last two: who looks there sees the files of one branch and the
 * HEAD of another, and would take all that lies between them for work of a
 * person's hand.  So git's index and HEAD are looked at as well: before, when
 * they have to be as old as the caller asks, and after, when they have to be
 * the same.
 */
#ifndef CHANGE_STILL_H
#define CHANGE_STILL_H

#include <sys/stat.h>

struct ref_head;
struct repo;

struct still {
	struct stat	 index, head;	/* zero where there is none */
};

/*
 * Begins to look; `read` is where HEAD led when it was read.  False: git is in
 * the middle of something (repo_is_busy()), it wrote its index less than
 * `settle_ms` ago, or HEAD leads elsewhere by now.
 */
bool	 still_begin(struct still *s, struct repo *r,
	    const struct ref_head *read, long settle_ms);
/* True where nothing has happened since. */
bool	 still_holds(const struct still *s, struct repo *r);

#endif
