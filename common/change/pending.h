/* SPDX-License-Identifier: MIT */
/*
 * Edits of git's index that wait because another process held it:
 * <gitdir>/task/index-pending.
 */
#ifndef CHANGE_PENDING_H
#define CHANGE_PENDING_H

#include "change/gitindex.h"

/* The caller frees it. */
char	*pending_path(const struct gitindex *ix);
/* Adds those that wait, in their order; what cannot be understood ends it. */
int	 pending_read(const struct gitindex *ix, struct index_edits *out,
	    struct err *e);
int	 pending_write(const struct gitindex *ix,
	    const struct index_edits *edits, struct err *e);

#endif
