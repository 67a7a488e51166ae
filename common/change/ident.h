/* SPDX-License-Identifier: MIT */
/*
 * Commits as text, by whoever git says we are: GIT_AUTHOR_NAME and so on in
 * the environment, then author.name, user.name and so on; without
 * user.useConfigOnly then EMAIL, and the full name that the system has for its
 * user.  A name is never empty, as with git; an address is never made up, which
 * git does of the host's name.
 */
#ifndef CHANGE_IDENT_H
#define CHANGE_IDENT_H

#include "change/repo.h"

struct commit_want {
	struct oid	 tree, parent;	/* a zero parent: the first commit */
	const struct oid *parents;	/* beyond that one */
	size_t		 nparents;
	const char	*message;
	int64_t		 now_us;
};

/*
 * Adds the bytes of a commit.  Tree and parent are written by their ids and
 * need not exist yet.  EX_CONFIG where git does not know who we are.
 */
int	 ident_commit_text(struct repo *r, const struct commit_want *want,
	    struct buf *out, struct err *e);

#endif
