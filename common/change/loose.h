/* SPDX-License-Identifier: MIT */
/*
 * Git's loose objects, written: objects/ab/cdef….  Their ids are known to who
 * writes them.
 */
#ifndef CHANGE_LOOSE_H
#define CHANGE_LOOSE_H

#include "change/repo.h"

struct loose;

/* For the objects of a common directory, given with a slash at its end. */
struct loose *loose_new(const char *commondir);
void	 loose_free(struct loose *l);
/* Over what is there by that id. */
int	 loose_write(struct loose *l, enum object_type type,
	    const struct oid *id, const struct buf *data, struct err *e);

#endif
