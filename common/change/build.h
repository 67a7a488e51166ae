/* SPDX-License-Identifier: MIT */
/*
 * From what a transaction has staged to a step of its plan.
 */
#ifndef CHANGE_BUILD_H
#define CHANGE_BUILD_H

#include "base/buf.h"

#include <sys/stat.h>

#include "format/oid.h"

struct err;
struct txn;

/* A file of the transaction, by its path below the base. */
struct txn_file {
	struct buf	data;		/* what it becomes */
	bool		staged;		/* since the last step */
	bool		removed;
	bool		executable;
	bool		was_read;
	struct stat	read;		/* as it was when it was read */
	bool		planned;	/* a step writes it */
	size_t		entry;		/* the last such in the plan's files */
};

/*
 * Adds what was staged since the last step to the plan, as a step with that
 * message.  EX_TEMPFAIL: a file is not what it was when it was read.
 */
int	 build_step(struct txn *t, const char *message, struct err *e);
/* The entry for a path; made where there is none. */
struct txn_file *build_file(struct txn *t, const char *path);
/* Adds where the bytes of a path are on disk, relative to the worktree. */
void	 build_disk_path(const struct txn *t, const char *path,
	    struct buf *out);
/*
 * 1: a file of the package in `folder` is not what HEAD has in `in_head`; 0:
 * all are the same.
 */
int	 build_differs(struct txn *t, const char *folder, const char *in_head,
	    struct err *e);
/* Adds where HEAD has it, the same way. */
void	 build_head_path(const struct txn *t, const char *path,
	    struct buf *out);

#endif
