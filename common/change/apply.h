/* SPDX-License-Identifier: MIT */
/*
 * Carrying out a plan: the second half of the transaction, which a crash may
 * interrupt anywhere and which is then carried out again.
 */
#ifndef CHANGE_APPLY_H
#define CHANGE_APPLY_H

struct err;
struct plan;
struct ref_lock;
struct repo;

struct apply {
	struct repo	*repo;
	int		 workfd;	/* the worktree */
	bool		 again;		/* a crash came between: finish it */
	bool		 elsewhere;	/* another branch is checked out by
					   now: its files stay as they are */
};

/* Objects; may go on beside apply_files(). */
int	 apply_objects(const struct apply *a, const struct plan *p,
	    struct err *e);
/*
 * A file that somebody changed meanwhile is left as it is, and a warning says
 * so.
 */
int	 apply_files(const struct apply *a, struct plan *p, struct err *e);
/*
 * Locks the reference, for ref_move_locked() to move.  1: somebody else's
 * commit is there: the plan has to be made on it and tried again.  0: `*lock`
 * is held, or NULL where nothing is to move.
 */
int	 apply_lock_ref(const struct apply *a, const struct plan *p,
	    struct ref_lock **lock, struct err *e);
/*
 * After a restart of the machine, for a plan that had been carried out: sees
 * that its objects are whole, that the reference did not fall back, and that
 * the files are what the reference's commit has; a file that a person changed
 * since is theirs.  All plans of the journal are given in their order, first
 * for objects and references (`files` false), then for the files.
 */
int	 apply_restore(const struct apply *a, const struct plan *p,
	    bool files, struct err *e);

#endif
