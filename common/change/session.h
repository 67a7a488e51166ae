/* SPDX-License-Identifier: MIT */
/*
 * What a program that changes tasks has open: the board, the transaction, who
 * does it, and which indexes have to follow.
 *
 *	session_begin
 *	session_load, change the task in memory, session_save …
 *	session_commit (once, or for each)
 *	session_end
 *
 * Loading a task takes along what a person changed in it by hand (adopt.h).
 */
#ifndef CHANGE_SESSION_H
#define CHANGE_SESSION_H

#include "board/people.h"
#include "board/store.h"
#include "board/task.h"
#include "change/hookrun.h"
#include "change/reindex.h"
#include "change/txn.h"

struct err;

struct session {
	struct store	 store;
	struct txn	 txn;
	struct actor	 actor;
	struct reindex	 reindex;
	struct map	 versions;	/* earlier texts to be kept: path to
					   struct buf */
	struct map	 saved;		/* "TASK-0042" since the last step */
	const char	*reason;	/* why a person edited what is loaded
					   next; NULL: nobody says */
	struct hookrun	 hooks;		/* what the change fires */
	struct strvec	 reserved;	/* of the ids that this clone held,
					   those that the change takes */
};

/* By the common options: -C, -u, --dry-run, --no-commit. */
int	 session_begin(struct session *s, struct err *e);
/* Gives the lock back; then hooks run, for all that was committed. */
void	 session_end(struct session *s);

/*
 * The task that a person named, and what was changed in it by hand; one that
 * was saved already, as it was saved.  EX_NO: something was changed that may
 * not be; its folder was moved by hand, which only task-watch judges.
 */
int	 session_load(struct session *s, const char *ref, struct task *t,
	    struct err *e);
/*
 * 0 where the actor may bring a task into being in that stage: whoever may
 * sign the gates on the way there, and where there are any as session_sign().
 * EX_NO with the reason where not.
 */
int	 session_may_import(struct session *s, enum stage stage,
	    struct err *e);
/* As session_begin(), for the board of that folder and no other. */
int	 session_begin_in(struct session *s, const char *dir,
	    struct err *e);
/* Stages card, ledger and earlier versions, and the task's rows. */
void	 session_save(struct session *s, const struct task *t);
/* Stages the context, which session_save() leaves as it is. */
void	 session_save_context(struct session *s, const struct task *t);
/* Events of a task that is new, which session_save() does not see. */
void	 session_fire(struct session *s, const struct id *id,
	    const struct ledger *l, const struct card *c);
/* Keeps a text, to be staged when its task is saved; takes it over. */
void	 session_keep_version(struct session *s, const char *path,
	    struct buf *text);
/*
 * Stages the package's move to another stage, and its rows.  What was saved
 * goes with it.
 */
int	 session_move(struct session *s, struct task *t, enum stage to,
	    struct err *e);
/* The draft of an event by the actor, now.  Texts are borrowed. */
void	 session_draft(const struct session *s, struct draft *d,
	    const char *event, const char *desc);
/*
 * What comes next carries the actor's word at a gate.  Where policy.yaml says
 * `signing: ssh` the commit will be signed, and `*key` is the fingerprint of
 * the key, borrowed; else it is NULL.  Fails as signer_want().
 */
int	 session_sign(struct session *s, const char **key, struct err *e);
/* Adds it to the task's ledger and releases it. */
void	 session_log(struct task *t, struct draft *d);
/* content_updated, for keys of the card without an event of their own. */
void	 session_log_keys(const struct session *s, struct task *t,
	    const struct strvec *keys, const char *desc);

/* Indexes, then the transaction.  Nothing with --dry-run. */
int	 session_commit(struct session *s, const char *message,
	    struct err *e);
/* One commit more, to be flushed with others. */
int	 session_step(struct session *s, const char *message, struct err *e);
int	 session_flush(struct session *s, struct err *e);
/* Forgets what is staged; the board is as it is on disk. */
void	 session_discard(struct session *s);

#endif
