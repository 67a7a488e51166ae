/* SPDX-License-Identifier: MIT */
/*
 * After a restart of the machine: a change that had been carried out may have
 * come to disk in part.  The journal still has it, and the plans of the
 * journal are carried out once more, as far as what they made is not there.
 *
 *	restore_add	each in its order; its objects are there when it
 *			returns, since later plans build upon them
 *	restore_all	references, git's index, files
 *
 * What fell back, or is a wreck, is told from what a person did since by its
 * bytes and by when it was written.  A person's is left alone.
 */
#ifndef CHANGE_RESTORE_H
#define CHANGE_RESTORE_H

#include <sys/stat.h>

#include <time.h>

#include "base/map.h"
#include "change/apply.h"
#include "change/plan.h"

struct restored {
	struct plan	 plan;
	time_t		 made;		/* when it was recorded; 0: unknown */
};

struct restore {
	struct apply	 a;
	struct restored	*v;
	size_t		 n, cap;
	struct map	 written;	/* the files that we have made */
};

/*
 * Takes the plan over, also where it fails.  Where it was just now carried out
 * the files that it wrote are ours, however young they are.
 */
int	 restore_add(struct restore *r, struct plan *p, time_t made,
	    struct err *e);
/*
 * 1: the plan was interrupted, but its branch has its commit already: all that
 * it does was done before that, and it counts as one that had been carried
 * out.  0: not.
 */
int	 restore_happened(const struct restore *r, const struct plan *p,
	    struct err *e);
/*
 * Puts right what was added, and forgets it.  `coming` is a plan that the
 * restart interrupted, that restore_happened() was asked about, and that is
 * carried out next; NULL: there is none.
 */
int	 restore_all(struct restore *r, const struct plan *coming,
	    struct err *e);
void	 restore_release(struct restore *r);
/* A file that was made by us, just now; and whether it is such a one. */
void	 restore_wrote(struct restore *r, const struct stat *st);
bool	 restore_made(const struct restore *r, const struct stat *st);
/* True where what was written then was so after the plan was recorded. */
bool	 restored_is_newer(const struct restored *v, time_t written);

#endif
