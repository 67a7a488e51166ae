/* SPDX-License-Identifier: MIT */
/*
 * Which hooks may run on this machine: <common git dir>/task/trusted-hooks
 * has, a line each, the ids of what a person has trusted.
 *
 * The id is of the registry and of every program file that it names by a path
 * of its own, together; a change of any of them is another id.
 */
#ifndef CHANGE_HOOKTRUST_H
#define CHANGE_HOOKTRUST_H

#include "format/oid.h"

struct err;
struct hooks;
struct repo;
struct store;

/*
 * Where the board is; the paths are absolute.  `worktree` is the top of the
 * worktree, or where .work itself is that, the folder that holds it.
 */
struct hook_place {
	char	*worktree, *common;
};

void	 hook_place_find(struct hook_place *p, const struct repo *r);
void	 hook_place_release(struct hook_place *p);

/* Of hooks that were loaded.  EX_DATAERR: a program is a link, or no file. */
int	 hooktrust_id(struct oid *id, const struct hooks *h,
	    const struct store *s, const struct hook_place *p, struct err *e);
/* 1: it is trusted; 0: not; -1. */
int	 hooktrust_has(const struct hook_place *p, const struct oid *id,
	    struct err *e);
int	 hooktrust_add(const struct hook_place *p, const struct oid *id,
	    struct err *e);
/* Nothing is trusted any more. */
int	 hooktrust_clear(const struct hook_place *p, struct err *e);

#endif
