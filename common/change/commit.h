/* SPDX-License-Identifier: MIT */
/*
 * From a plan's files to commits: trees on top of a head, and what git's
 * index has to say then.
 */
#ifndef CHANGE_COMMIT_H
#define CHANGE_COMMIT_H

#include "change/gitindex.h"
#include "change/plan.h"
#include "change/tree.h"

struct err;
struct ref_head;
struct sshsign;

/* What commits are made on. */
struct commit_base {
	struct repo	*repo;
	struct tree_cache *trees;
	const struct ref_head *head;
	struct sshsign	*with;		/* what signs; found when needed */
};

/*
 * Makes the commits of the plan's steps `from` and later, and adds their
 * objects.  The plan's new_head and new_tree are the last.  A step that
 * changes nothing makes no commit.  One that has a key is signed, and each
 * where git is told so (commit.gpgSign with gpg.format ssh).  EX_CONFIG: the
 * key that there is now is not the step's; else as sshsign_commit().
 */
int	 commit_make(struct plan *p, const struct commit_base *base,
	    size_t from, struct err *e);
/* The edits of git's index that so many plans make, one after the other. */
void	 commit_index_edits(const struct plan *const *plans, size_t n,
	    struct index_edits *out);

#endif
