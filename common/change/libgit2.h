/* SPDX-License-Identifier: MIT */
/*
 * libgit2, and what the modules that call it share: repo.c (objects, history,
 * configuration), repomerge.c (what two have in common, and make together),
 * repotext.c (diffs), commits.c (walks), lineage.c (trees that are merged),
 * ref.c (references) and branch.c (branches by name, what is checked out).  No
 * other file includes this one.
 */
#ifndef CHANGE_LIBGIT2_H
#define CHANGE_LIBGIT2_H

#include <git2.h>

#include "change/repo.h"

struct repo {
	git_repository	*git;
	git_odb		*odb;
	struct loose	*loose;		/* for writing; NULL: not yet */
	git_config	*config;
};

/* The id as the library has it: the same bytes. */
static inline git_oid *
to_git(const struct oid *id)
{
	_Static_assert(sizeof(git_oid) == sizeof(struct oid),
	    "libgit2's ids are SHA-1");
	return (git_oid *)(uintptr_t)id;
}

/* Once in a process; after that it does nothing. */
void	 repo_start_library(void);
/* Says what libgit2 gave as the reason of its last failure.  -1, always. */
int	 repo_fail(struct err *e, int status, const char *what);

#endif
