/* SPDX-License-Identifier: MIT */
/*
 * The parts of task-log: the commits that touched a task, and what they
 * changed.
 */
#ifndef TOOLS_LOG_H
#define TOOLS_LOG_H

#include "base/map.h"
#include "board/package.h"
#include "change/repo.h"

struct err;

/* A commit that touched the package. */
struct trail_commit {
	struct oid	 id;
	struct repo_commit info;
	char		*path;		/* of the package, in the worktree */
	struct oid	 before, after;	/* its tree; zero: it was not there */
};

/*
 * They are followed through stages, shards, names and numbers, from HEAD
 * back; at a merge only where it is unlike all that it merges.
 */
struct trail {
	struct repo	*repo;
	char		*prefix;	/* of the board: ".work/tasks/" */
	struct trail_commit *v;		/* the newest first */
	size_t		 n, cap;
	struct map	 brought;	/* a line of the ledger to the commit
					   that it came with: its index + 1 */
};

#define TRAIL_INIT	{ .v = NULL }

/* For the board that lies in that folder, given with its whole path. */
int	 trail_open(struct trail *t, const char *tasks, struct err *e);
/* Walks back from HEAD.  A history that ends where it was cut off is none. */
int	 trail_follow(struct trail *t, const struct id *id, struct err *e);
void	 trail_close(struct trail *t);

/* What the commit changed in card, context and learning file: a diff. */
int	 trail_patch(const struct trail *t, const struct trail_commit *c,
	    struct buf *out, struct err *e);

struct trail_file {
	struct buf	 name, text;
};

#define TRAIL_FILE_INIT	{ BUF_INIT, BUF_INIT }

/*
 * The file of the package `tree` (zero: there is none) whose name ends like
 * that.  1; 0: it has no such file; or -1.
 */
int	 trail_read(struct repo *r, const struct oid *tree,
	    const char *ending, struct trail_file *f, struct err *e);
void	 trail_file_release(struct trail_file *f);

#endif
