/* SPDX-License-Identifier: MIT */
/*
 * The parts of task-ledger that do more than read.
 */
#ifndef TOOLS_LEDGER_H
#define TOOLS_LEDGER_H

#include "base/strvec.h"
#include "cli/out.h"

struct buf;
struct err;
struct session;
struct store;

/* An event that is added by hand. */
struct addition {
	const char	*event, *message;
	const struct strvec *keys;	/* KEY=VALUE; NULL: none */
	const struct buf *own;		/* JSON members, further fields of its
					   own; NULL: none */
	const struct buf *metadata;	/* the same of that object */
};

/* The tasks that were added to, and the events and their ids. */
struct added {
	struct strvec	refs, events, ids;
	struct out	out;
};

/* EX_USAGE: --columns names none of its columns. */
int	 added_begin(struct added *a, struct err *e);
void	 added_print(struct added *a);
void	 added_release(struct added *a);

/*
 * Adds the event to each task.  EX_NO: a program owns it, or the task is
 * closed.
 */
int	 ledger_add_all(const struct addition *a, struct strvec *refs,
	    struct err *e);
/* Adds it to one task of the session, and to `done`; it is not committed. */
int	 ledger_add_one(const struct addition *a, struct session *s,
	    const char *ref, struct added *done, struct err *e);

/* What hooks proposed: of these tasks, or of all where there is none. */
int	 ledger_proposals(const struct strvec *refs, struct err *e);
/* Writes what is proposed into the ledgers, in one commit. */
int	 ledger_accept(const struct strvec *ids, struct err *e);
/* Removes it; `reason` may be NULL. */
int	 ledger_reject(const struct strvec *ids, const char *reason,
	    struct err *e);

/*
 * Prints the line as it stands in the file, with the task before its fields; a
 * field of that name gives way.
 */
void	 ledger_print_json(const char *ref, const char *raw);
/*
 * Calls `step` now and whenever a ledger may have changed, until the process
 * is asked to stop or `step` fails.
 */
int	 ledger_follow(struct store *s, const struct strvec *refs,
	    int (*step)(void *ctx,
	    struct err *e), void *ctx, struct err *e);

#endif
