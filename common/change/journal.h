/* SPDX-License-Identifier: MIT */
/*
 * The redo journal of a worktree: <gitdir>/task/journal.
 *
 * A change is appended as one record and flushed; from then on it has
 * happened, whatever becomes of the process or the machine.  Records that
 * were applied stay until a checkpoint, since what they wrote may not be on
 * disk yet: after a restart of the machine they are carried out again.
 *
 * Header: magic, boot id, how far records are applied.  Record: magic,
 * length, payload, SHA-1 of the payload.  A record that is cut off was never
 * reported to anybody, and counts for nothing.  The caller holds the lock.
 */
#ifndef CHANGE_JOURNAL_H
#define CHANGE_JOURNAL_H

#include "base/buf.h"

struct err;

struct journal {
	int		 fd;
	uint64_t	 size;		/* bytes of whole records and header */
	uint64_t	 applied;
	bool		 restarted;	/* the machine, since it was written */
	uint32_t	 made;		/* the second, since 1970, in which the
					   record was made that is carried out;
					   0: unknown */
};

#define JOURNAL_INIT	{ -1, 0, 0, false, 0 }

/* `dirfd` is <gitdir>/task. */
int	 journal_open(struct journal *j, int dirfd, struct err *e);
void	 journal_close(struct journal *j);
/*
 * Calls `fn` for each record that has to be carried out: those not applied
 * (`done` false), and after a restart all of them; then marks them applied.
 */
int	 journal_recover(struct journal *j,
	    int (*fn)(void *ctx, const struct buf *record, bool done,
	    struct err *e), void *ctx, struct err *e);
/* On disk when it returns; on failure there is no such record. */
int	 journal_append(struct journal *j, const struct buf *record,
	    struct err *e);
/*
 * 1: there is a change in it that was not carried out to its end; 0: not.
 * Nothing is written; `dirfd` may be -1: there is none yet.
 */
int	 journal_unfinished(int dirfd);
/* The last record is applied. */
int	 journal_done(struct journal *j, struct err *e);
/*
 * Where the journal has grown: flushes the file systems of both descriptors
 * and drops the records.
 */
int	 journal_checkpoint(struct journal *j, int workfd, struct err *e);
/* The same however small it is. */
int	 journal_flush(struct journal *j, int workfd, struct err *e);

#endif
