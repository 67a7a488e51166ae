/* SPDX-License-Identifier: MIT */
/*
 * Rule 7 of the sanity check over many tasks: no committed line of a ledger
 * has changed or gone.
 *
 * HEAD has a package wherever it lies there, and by whatever name: ids are
 * compared.  Where git's index knows HEAD's tree of a folder, the ids of the
 * ledgers are taken from there; else from the trees.  That can only spare
 * work: before anything is said to be changed, HEAD's own bytes are read.
 */
#ifndef CHANGE_KEPT_H
#define CHANGE_KEPT_H

#include "board/id.h"
#include "format/oid.h"

struct buf;
struct err;
struct store;

struct kept;

/*
 * Opens the repository that the board lies in, and notes how far it is: before
 * anything of the board is read.  EX_NOINPUT: it lies in none.
 */
int	 kept_open(struct kept **out, struct store *s, struct err *e);
/* What HEAD had then, for all that compares. */
int	 kept_load(struct kept *k, struct err *e);
void	 kept_close(struct kept *k);
/*
 * 1: a program died in the middle of a change (and none is at work); 0: not.
 */
int	 kept_unfinished(const struct kept *k);
/*
 * True where a program of ours changes the board now, or the board or HEAD was
 * changed since kept_open(): what was seen meanwhile is not to be believed.
 */
bool	 kept_moved(const struct kept *k);

/* A ledger as it is on disk. */
struct kept_ledger {
	struct id	 id;
	const char	*folder;	/* "next/TASK-0042-user-login" */
	struct oid	 oid;		/* of its bytes */
};

/*
 * 1: HEAD has the task, and other bytes of its ledger: `old` gets them; 0: it
 * has the same, or none.
 */
int	 kept_compare(struct kept *k, const struct kept_ledger *l,
	    struct buf *old, struct err *e);
/*
 * Calls `fn` for each package of HEAD.
 */
void	 kept_each(struct kept *k,
	    void (*fn)(const struct id *id, const char *folder, void *ctx),
	    void *ctx);

#endif
