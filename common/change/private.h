/* SPDX-License-Identifier: MIT */
/*
 * The folder that is ours in a directory of git's: DIR/task.  `dir` has a slash
 * at its end: repo_commondir(), repo_gitdir().
 */
#ifndef CHANGE_PRIVATE_H
#define CHANGE_PRIVATE_H

struct err;

/* A descriptor of it, or -1: it is not there. */
int	 private_open(const char *dir);
/* The same; it is made, and its name on disk, where it is missing. */
int	 private_make(const char *dir, struct err *e);

#endif
