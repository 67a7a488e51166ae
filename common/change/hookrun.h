/* SPDX-License-Identifier: MIT */
/*
 * Which change fires which hook point, and what becomes of it: the hooks run
 * once the change is durable and nobody is kept waiting for the lock, and what
 * they propose is kept, in a transaction of its own.
 *
 * The session does all of it, so that no program has to know.  Nothing runs
 * for a dry run, for what did not happen, and within a hook; files that are
 * changed without a commit have changed all the same.  No failure here is one
 * of the program.
 */
#ifndef CHANGE_HOOKRUN_H
#define CHANGE_HOOKRUN_H

#include "base/map.h"
#include "board/hooks.h"
#include "board/id.h"
#include "change/hooktrust.h"

struct card;
struct event;
struct ledger;
struct store;
struct txn;

/* An event that fires a point. */
struct hook_event {
	enum hook_point	 point;
	char		 ref[ID_SIZE];
	char		*line;		/* of the ledger */
};

struct hookrun {
	bool		 asked;		/* whether there is a registry */
	struct hooks	 hooks;
	struct hook_event *v;
	size_t		 n, cap;
	size_t		 done;		/* of them have happened */
	struct map	 seen;		/* ids of events */
	struct hook_place place;
};

/*
 * Takes note of the ledger's new events.  Where there is no registry this is
 * one failed open for the life of the session.
 */
void	 hookrun_collect(struct hookrun *h, struct store *s,
	    const struct id *id, const struct ledger *l,
	    const struct card *c);
/* What was noted has happened. */
void	 hookrun_settle(struct hookrun *h);
/* What has not happened yet will not. */
void	 hookrun_forget(struct hookrun *h);

/* Before the transaction ends: what hookrun_run() has to know of it. */
void	 hookrun_ready(struct hookrun *h, const struct txn *t);
/* After it has: runs the hooks of all that happened. */
void	 hookrun_run(struct hookrun *h, struct store *s);
void	 hookrun_release(struct hookrun *h);

/* True where the event, one of a task with that card, fires the point. */
bool	 hook_fires(enum hook_point point, const struct event *ev,
	    const struct event *before, const struct card *c);

#endif
