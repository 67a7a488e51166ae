/* SPDX-License-Identifier: MIT */
/*
 * The references of a repository: where HEAD leads, and how a branch is moved
 * while others may want to move it too.
 */
#ifndef CHANGE_REF_H
#define CHANGE_REF_H

#include <time.h>

#include "format/oid.h"

struct err;
struct repo;

struct ref_head {
	char		*ref;	/* what a commit moves: a branch, or "HEAD" */
	bool		 unborn;	/* there is no commit yet */
	struct oid	 commit, tree;	/* zero where unborn */
};

int	 ref_head(struct repo *r, struct ref_head *h, struct err *e);
/* The same of a reference that HEAD need not lead to. */
int	 ref_head_of(struct repo *r, const char *ref, struct ref_head *h,
	    struct err *e);
void	 ref_head_release(struct ref_head *h);

/* 1: `ref` is at `*out`; 0: there is no such reference. */
int	 ref_read(struct repo *r, const char *ref, struct oid *out,
	    struct err *e);

struct buf;
/*
 * The last line of a reference's log: what it became, and why.  1, or 0 where
 * there is none.
 */
int	 ref_last_move(struct repo *r, const char *ref, struct oid *to,
	    struct buf *why, struct err *e);

struct ref_move {
	const char	*ref;
	struct oid	 from;		/* zero: it is new */
	struct oid	 to;
	const char	*why;		/* for its log */
};

/*
 * Locks a reference that is to move: git's programs leave it where it is until
 * one of the next two.  1: it is not at `from`; 0: `*out` is held; -1: an
 * error, EX_TEMPFAIL where another process holds its lock.
 */
struct ref_lock;
int	 ref_lock(struct repo *r, const struct ref_move *m,
	    struct ref_lock **out, struct err *e);
/* Moves the reference as it was asked for.  Releases the lock in any case. */
int	 ref_move_locked(struct ref_lock *lock, struct err *e);
/* Leaves it where it is (`lock` may be NULL). */
void	 ref_unlock(struct ref_lock *lock);
/* Both at once: results as ref_lock(). */
int	 ref_move(struct repo *r, const struct ref_move *m, struct err *e);
/*
 * Takes away the lock of a reference that a program of ours left when it died
 * while it moved the reference to `to`: it holds that id, or a part of it (or
 * zeros, after a power cut) and nobody goes on writing.
 */
void	 ref_drop_stale_lock(struct repo *r, const char *ref,
	    const struct oid *to);
/*
 * Makes a reference whose file holds no id, as a power cut leaves it, lead to
 * `to` (zero: to nothing).  1: so it was; 0: it is sound, or there is none.
 */
int	 ref_mend(struct repo *r, const char *ref, const struct oid *to,
	    struct err *e);
/* When it was written last; 0 where nobody knows. */
time_t	 ref_written(struct repo *r, const char *ref);

#endif
