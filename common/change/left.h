/* SPDX-License-Identifier: MIT */
/*
 * What programs wrote and left to a person to commit (--no-commit): the
 * contents are remembered in <gitdir>/task/left until they are committed, so
 * that nobody takes them for an edit by hand.
 *
 * Files go by their names without folder, as a package may move meanwhile.  All
 * of it may be lost: then a change is told of twice.
 */
#ifndef CHANGE_LEFT_H
#define CHANGE_LEFT_H

#include "base/map.h"

struct err;
struct oid;
struct plan;
struct repo;

struct left {
	bool		 loaded;
	struct map	 known;		/* "ID name" */
};

/*
 * After a plan was carried out: one that does not commit adds its files, one
 * that does takes them away.
 */
int	 left_update(const struct repo *r, const struct plan *p,
	    struct err *e);
/* True where a program left the file with that content. */
bool	 left_has(struct left *l, const struct repo *r, const char *name,
	    const struct oid *content);
void	 left_release(struct left *l);

#endif
