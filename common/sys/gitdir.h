/* SPDX-License-Identifier: MIT */
/*
 * Where git keeps a repository, found without git's help: the `.git` of a
 * worktree is a folder, or a file that says where it is.
 *
 * Anything may stand in such a file.  What is read is short, and what it names
 * is only opened as a folder.
 */
#ifndef SYS_GITDIR_H
#define SYS_GITDIR_H

/*
 * Opens what all worktrees of the repository share, for the worktree whose top
 * `dirfd` is.  -1: it is no worktree's top, or what it names is not there.
 */
int	 gitdir_open_common(int dirfd);
/* The same for the worktree's own git directory. */
int	 gitdir_open(int dirfd);
/* True where both are the same folder. */
bool	 gitdir_same(int a, int b);

#endif
