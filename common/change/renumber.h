/* SPDX-License-Identifier: MIT */
/*
 * Tasks that get another id, and all that names them by the old one.
 *
 *	renumber_find, renumber_task	for each of them
 *	renumber_references		once, for all of them
 *	renumber_release
 *
 * An id that a task gave up is that task's for ever: no other one gets it.
 * Ledgers, texts and earlier versions say what was, and stay as they are; where
 * a rule reads from a ledger what another task is called, that ledger is told.
 */
#ifndef CHANGE_RENUMBER_H
#define CHANGE_RENUMBER_H

#include "base/map.h"
#include "base/strvec.h"
#include "board/id.h"

struct card;
struct err;
struct session;
struct task;

/* A task in whose ledger one of them stands. */
struct partner {
	char		 ref[ID_SIZE];
	char		 names[ID_SIZE];	/* by its old id */
};

struct renumber {
	struct session	*s;
	struct map	 now;		/* "TASK-0042" to what it became */
	struct map	 given_up;	/* the same, of all that ever did */
	bool		 has_given_up;	/* the ledgers were looked through */
	struct partner	*v;
	size_t		 n, cap;
};

/* The rest is zero. */
#define RENUMBER_INIT(session)	{ .s = (session) }

/*
 * The id that the task gets in the namespace ("": none): its own number, where
 * no other task has it or had it there, else the next that is free.
 */
int	 renumber_find(struct renumber *r, const struct task *t,
	    const char *ns, struct id *out, struct err *e);
/*
 * Gives it that id: card, folder and files, counters, and id_renumbered with
 * `desc` in its ledger.  Saving the task is the caller's.
 */
int	 renumber_task(struct renumber *r, struct task *t,
	    const struct id *to, const char *desc, struct err *e);
/*
 * Rewrites what other cards and what proposals of hooks say of those tasks,
 * saves them, and adds the references of the cards to `changed`.  EX_DATAERR
 * where a card cannot be read that names one of them; nothing may be committed
 * then.
 */
int	 renumber_references(struct renumber *r, struct strvec *changed,
	    struct err *e);
void	 renumber_release(struct renumber *r);

/* What other ids made of a card: which keys, and which ids these are. */
struct renumber_changes {
	struct strvec	 keys;
	struct strvec	 from, to;
};

#define RENUMBER_CHANGES_INIT	{ STRVEC_INIT, STRVEC_INIT, STRVEC_INIT }

/* Rewrites what the card says of tasks that `r->now` names, in memory. */
int	 renumber_card(const struct renumber *r, struct card *c,
	    struct renumber_changes *done, struct err *e);
void	 renumber_changes_release(struct renumber_changes *c);

#endif
