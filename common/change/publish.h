/* SPDX-License-Identifier: MIT */
/*
 * Carrying out a plan that is in the journal: objects, files, git's index and
 * the branch.  Objects are written in a thread beside the rest; the branch
 * moves when all else is there, and is locked while git's index changes.
 */
#ifndef CHANGE_PUBLISH_H
#define CHANGE_PUBLISH_H

#include "change/apply.h"

/* As apply_lock_ref(): 1: the plan has to be made again and published then. */
int	 publish(const struct apply *a, struct plan *p, struct err *e);

#endif
