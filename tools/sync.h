/* SPDX-License-Identifier: MIT */
/*
 * The parts of task-sync: which repository and remote it is about, what is
 * merged, what is told of it, and ids that are taken through the remote.
 */
#ifndef TOOLS_SYNC_H
#define TOOLS_SYNC_H

#include "base/map.h"
#include "board/store.h"
#include "change/ref.h"
#include "change/remote.h"
#include "change/repo.h"

struct err;
struct merge_report;
struct tree_cache;

/* This side and the other; no lock is held. */
struct sync {
	struct store	 store;
	struct repo	*repo;
	struct ref_head	 head;
	struct remote	 remote;
	char		*prefix;	/* of .work/tasks in the worktree */
	bool		 opened;	/* the store */
	bool		 merged;	/* something came here */
};

/* `name` is the remote's, or NULL: whichever it is (remote_find). */
int	 sync_open(struct sync *x, const char *name, struct err *e);
void	 sync_close(struct sync *x);
/*
 * Waits before the try after that one (0: the first), at random and longer
 * each time, and says so.
 */
void	 sync_back_off(unsigned tried);

enum { SYNC_TRIES = 12 };

/*
 * Makes HEAD and the remote's commit one, in the board and outside of it, here.
 * With --dry-run nothing is changed.  EX_NO: a person has to do something
 * first.
 */
int	 sync_merge(struct sync *x, const struct oid *theirs,
	    struct merge_report *out, struct err *e);

/* What became of a task on the other side and on this; NULL: nothing. */
struct told_task {
	char		*came, *went;
};

struct told {
	struct map	 tasks;		/* "TASK-0042" to struct told_task */
};

/* A side, from where both were the same. */
struct told_side {
	struct oid	 was, is;	/* trees of commits; zero: nothing */
	const char	*prefix;	/* of .work/tasks */
	bool		 came;		/* else it went */
};

int	 told_add(struct told *t, struct tree_cache *trees,
	    const struct told_side *side, struct err *e);
void	 told_release(struct told *t);

struct reserve_wants {
	const char	*ns;		/* "": no namespace */
	uint32_t	 n;
};

/*
 * Takes so many ids through the remote, and adds their references.  With
 * --dry-run those that would be tried.  EX_NO: the server refuses them.
 */
int	 sync_reserve(struct sync *x, const struct reserve_wants *want,
	    struct strvec *refs, struct err *e);

#endif
