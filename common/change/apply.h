/* SPDX-License-Identifier: MIT */
/*
 * Carrying out a plan: the second half of the transaction, which a crash may
 * interrupt anywhere and which is then carried out again.
 */
#ifndef CHANGE_APPLY_H
#define CHANGE_APPLY_H

#include <stdatomic.h>

struct buf;
struct err;
struct file;
struct loose;
struct oid;
struct plan;
struct plan_file;
struct plan_rename;
struct ref_lock;
struct repo;

struct apply {
	struct repo	*repo;
	int		 workfd;	/* the worktree */
	bool		 again;		/* a crash came between: finish it */
	bool		 elsewhere;	/* another branch is checked out by
					   now: its files stay as they are */
	bool		 restarted;	/* the machine was: of what was written
					   some may not have come to disk */
};

enum { APPLY_OLD_MAX = 64 };

/* What two threads that carry out one plan have in common. */
struct apply_share {
	atomic_size_t	 object;	/* the first that nobody has taken */
	/*
	 * Files that were replaced, where they are kept open: that their blocks
	 * are given back takes the file system longer than all else, and may
	 * wait.
	 */
	bool		 keeps_old;
	int		 old[APPLY_OLD_MAX];
	size_t		 nold;
};

/*
 * Begins objects with loose_begin(), before the plan is in the journal: until
 * it is, none may be where it belongs, as nobody would mend it after a power
 * cut.  Not those of a plan that becomes a pack.
 */
int	 apply_begin_objects(const struct apply *a, const struct plan *p,
	    struct apply_share *share, struct loose *loose, struct err *e);
/*
 * Objects, those that nobody else who has the same share takes; may go on
 * beside apply_files().  They are there when all who share have returned.
 */
int	 apply_objects(const struct apply *a, const struct plan *p,
	    struct apply_share *share, struct err *e);
/*
 * A file that somebody changed meanwhile is left as it is, and a warning says
 * so.
 */
int	 apply_files(const struct apply *a, struct plan *p,
	    struct apply_share *share, struct err *e);
/* Closes what was replaced. */
void	 apply_let_go(struct apply_share *share);
/*
 * Locks the reference, for ref_move_locked() to move.  1: somebody else's
 * commit is there: the plan has to be made on it and tried again.  0: `*lock`
 * is held, or NULL where nothing is to move.
 */
int	 apply_lock_ref(const struct apply *a, const struct plan *p,
	    struct ref_lock **lock, struct err *e);
/* Moves a folder; one that was moved already is left where it is. */
int	 apply_move(const struct apply *a, const struct plan_rename *r,
	    struct err *e);
/* Removes a file, and its folder where that is empty then. */
int	 apply_remove(const struct apply *a, const struct plan_file *f,
	    struct err *e);
/* 1: the file and its id; 0: there is none, and the id is zero. */
int	 apply_look(const struct apply *a, const char *path, struct file *f,
	    struct oid *id, struct err *e);
/*
 * True where what the file is now is what the plan found, and no person's: or,
 * after a restart, what git had, or a wreck of what the plan wrote.
 */
bool	 apply_is_old(const struct apply *a, const struct plan *p,
	    const struct plan_file *f, const struct buf *now);

#endif
