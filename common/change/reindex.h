/* SPDX-License-Identifier: MIT */
/*
 * Keeps the indexes in step with what a transaction changes.
 */
#ifndef CHANGE_REINDEX_H
#define CHANGE_REINDEX_H

#include "board/id.h"
#include "board/stage.h"

struct err;
struct txn;

/* A task whose rows may have changed. */
struct reindex_task {
	struct id	 id;
	unsigned	 stages;	/* 1 << stage, where it was */
	char		*shard;		/* where it was in the archive */
	bool		 for_others;	/* whoever waits for it may be ready, or
					   not any more */
};

struct reindex {
	struct reindex_task *v;
	size_t		 n, cap;
};

#define REINDEX_INIT	{ NULL, 0, 0 }

/* Adds the task, or adds to what is known of it. */
struct reindex_task *reindex_add(struct reindex *r, const struct id *id,
	    enum stage was_in);
void	 reindex_release(struct reindex *r);
/*
 * Stages the indexes of all that was added, and of those that wait for them;
 * `r` is empty then.  An index that has no sound table is made anew.
 */
int	 reindex_stage(struct reindex *r, struct txn *t, struct err *e);
/*
 * Stages every index that the board should have, made anew.  How many cards
 * could not be read, or -1.
 */
int	 reindex_all(struct txn *t, struct err *e);

#endif
