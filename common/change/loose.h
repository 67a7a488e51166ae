/* SPDX-License-Identifier: MIT */
/*
 * Git's loose objects: objects/ab/cdef….  Written, their ids being known to who
 * writes them; and looked at as a power cut leaves them.
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
/*
 * The same in two parts: first under a name that nobody looks at, and that git
 * clears away in time; loose_finish() puts all of them where they belong, and
 * loose_drop() takes them away.  `data` is borrowed until then.
 */
int	 loose_begin(struct loose *l, enum object_type type,
	    const struct oid *id, const struct buf *data, struct err *e);
int	 loose_finish(struct loose *l, struct err *e);
void	 loose_drop(struct loose *l);

enum loose_state { LOOSE_NONE, LOOSE_SOUND, LOOSE_DAMAGED };

/*
 * libgit2 1.5 never comes back from reading an object whose file is cut off, so
 * what may be is looked at here first.  `commondir` is git's, with a slash at
 * its end; `type` is "blob", say.
 */
enum loose_state loose_look(const char *commondir, const struct oid *id,
	    const char *type);

#endif
