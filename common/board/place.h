/* SPDX-License-Identifier: MIT */
/*
 * Where a repository has its board when that is on a branch of its own.
 *
 * The file `task/board` in git's common directory has one line: the path of
 * the board's .work, whole or from that directory.  So every worktree of the
 * repository finds the one board.
 */
#ifndef BOARD_PLACE_H
#define BOARD_PLACE_H

struct buf;
struct err;

/*
 * Opens the .work of the repository with that common directory, and adds its
 * path.  -1 and EX_NOINPUT: there is no such file; or `known`, and what it
 * names is no worktree of the repository (any more).
 */
int	 place_open(int common, struct buf *work, bool *known,
	    struct err *e);

#endif
