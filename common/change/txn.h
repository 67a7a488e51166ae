/* SPDX-License-Identifier: MIT */
/*
 * The transaction: the only way in which anything below .work/ changes.
 *
 *	txn_begin	lock, finish what a dead holder left
 *	txn_read …	what the files are, with what is staged here
 *	txn_write …	stage, in memory
 *	txn_commit	objects, journal (one flush: now it has happened),
 *			files, reference, git's index
 *	txn_end		unlock; what was not committed never was
 *
 * Paths are relative to the base: .work/tasks, or for task-init .work.  While
 * a transaction is open, the store that it was begun with reads through it.
 *
 * The unit is the package: a commit that touches one takes along what a
 * person changed in its files by hand.  Trees are made from HEAD's plus these
 * paths; what else is staged or dirty is neither read nor swept in.
 */
#ifndef CHANGE_TXN_H
#define CHANGE_TXN_H

#include "base/map.h"
#include "base/strvec.h"
#include "change/journal.h"
#include "change/left.h"
#include "change/plan.h"
#include "change/ref.h"
#include "change/signer.h"
#include "change/tree.h"
#include "sys/lock.h"

struct err;
struct file;
struct store;

struct txn_opts {
	const char	*who;		/* the program, for those who wait */
	bool		 no_commit;	/* change files only */
	bool		 dry_run;	/* no lock; nothing can be committed */
};

struct txn {
	struct store	*store;		/* NULL for task-init */
	struct repo	*repo;
	struct ref_head head;
	struct tree_cache *trees;
	int		 workfd;	/* the worktree */
	char		*prefix;	/* ".work/tasks/", "sub/.work/tasks/" */
	struct lock	 lock;
	struct journal	 journal;
	struct map	 files;		/* path to struct txn_file */
	struct map	 on_disk;	/* a folder to what it is on disk */
	struct map	 in_head;	/* a folder to what it is in `head` */
	struct strvec	 touched;	/* folders of packages */
	struct plan	 plan;
	struct left	 left;
	struct signer	 signer;	/* of what a person signs off */
	struct txn_opts	 opts;
	int64_t		 now_us;
	bool		 commits;	/* files are committed as well */
	bool		 unfinished;	/* what the journal has last is not
					   carried out; nothing may follow */
};

#define TXN_INIT	{ .workfd = -1, .lock = LOCK_INIT, \
			    .journal = JOURNAL_INIT, .signer = SIGNER_INIT }

/*
 * EX_TEMPFAIL: another program holds the lock.  EX_NOINPUT: the board is not
 * in a git repository.
 */
int	 txn_begin(struct txn *t, struct store *s,
	    const struct txn_opts *opts, struct err *e);
/*
 * For a board that is not there yet: `dir` is the folder that holds .work,
 * which is the base.
 */
int	 txn_begin_at(struct txn *t, const char *dir,
	    const struct txn_opts *opts, struct err *e);
void	 txn_end(struct txn *t);
/*
 * The lock of a transaction without one, for what is not the board's; `program`
 * is named to those who wait.  lock_drop() gives it back.
 */
int	 txn_lock(struct lock *l, struct repo *r, const char *program,
	    struct err *e);

/* As store_read, with what is staged. */
int	 txn_read(struct txn *t, const char *path, size_t max, struct file *f,
	    struct err *e);
/* The bytes that HEAD has at the path.  1: it has; 0: not. */
int	 txn_read_head(struct txn *t, const char *path, struct buf *out,
	    struct err *e);
/* The id of what HEAD has at the path, a file or a folder.  1, 0 or -1. */
int	 txn_find_head(struct txn *t, const char *path, struct oid *id,
	    struct err *e);

/*
 * The file's whole new content.  A path that begins with '/' is one of the
 * worktree, not of the board.
 */
void	 txn_write(struct txn *t, const char *path, const void *data,
	    size_t len);
void	 txn_remove(struct txn *t, const char *path);
/*
 * A package's folder moves; what is staged below goes with it, and paths are
 * from now on those of `to`.  Where a person moved it already the disk is
 * left as it is.
 */
void	 txn_rename(struct txn *t, const char *from, const char *to);
/*
 * Nothing lies in that folder any more, though HEAD and the disk have it: it
 * moved away, and what is written there from now on is new.
 */
void	 txn_vacate(struct txn *t, const char *folder);
/* The package's folder is part of the commit, with all that changed in it. */
void	 txn_touch(struct txn *t, const char *folder);
/* As txn_write(), and it may be run. */
void	 txn_write_executable(struct txn *t, const char *path,
	    const void *data, size_t len);
/*
 * What is staged is a merge: the next commit has these further parents, or the
 * branch goes on to a commit that is there.  `m` is copied.
 */
void	 txn_merge(struct txn *t, const struct plan_merge *m);
/* Forgets what is staged. */
void	 txn_discard(struct txn *t);
/*
 * What is staged from here on changes files only: the commit is its user's.
 * Nothing may be staged yet.
 */
static inline void
txn_leave_commit(struct txn *t)
{
	t->commits = t->plan.commits = false;
}

/*
 * All of it or nothing, as one commit with that message.  After it the
 * transaction is empty and may be used for a further change.
 */
int	 txn_commit(struct txn *t, const char *message, struct err *e);
/*
 * The same in two halves, for many commits at the price of one: what is
 * staged becomes a commit of the plan; then all of the plan happens.
 */
int	 txn_step(struct txn *t, const char *message, struct err *e);
int	 txn_flush(struct txn *t, struct err *e);

#endif
