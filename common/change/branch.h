/* SPDX-License-Identifier: MIT */
/*
 * Branches by name: one that a remote has, and the files of the one that is
 * checked out.  A repository has to be open.
 */
#ifndef CHANGE_BRANCH_H
#define CHANGE_BRANCH_H

struct buf;
struct err;
struct oid;
struct repo;

/* Adds "refs/heads/NAME".  EX_USAGE: that is no name of a branch. */
int	 branch_ref(const char *name, struct buf *ref, struct err *e);
/*
 * Adds "origin/NAME" where a remote had the branch when it was last asked;
 * of several remotes origin.  1, 0: none has it; -1: EX_NO, several have.
 */
int	 branch_find_remote(struct repo *r, const char *name,
	    struct buf *upstream, struct err *e);
/* Makes the branch, at what the remote has and following it. */
int	 branch_track(struct repo *r, const char *name, const char *upstream,
	    struct err *e);
/*
 * Writes the files of HEAD into a folder that is nobody else's, over what lies
 * there, and git's index as if it were the worktree.
 */
int	 branch_write(struct repo *r, const char *folder, struct err *e);
/*
 * Writes git's index of the worktree with that entry, as the tree has it; git
 * looks at the files when it needs to.
 */
int	 branch_index(struct repo *r, const char *entry,
	    const struct oid *tree, struct err *e);

#endif
