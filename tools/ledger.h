/* SPDX-License-Identifier: MIT */
/*
 * The parts of task-ledger that do more than read.
 */
#ifndef TOOLS_LEDGER_H
#define TOOLS_LEDGER_H

#include "base/strvec.h"

struct err;
struct store;

struct addition {
	const char	*event, *message;
	const struct strvec *keys;	/* KEY=VALUE */
};

/*
 * Adds the event to each task.  EX_NO: a program owns it, or the task is
 * closed.
 */
int	 ledger_add_all(const struct addition *a, struct strvec *refs,
	    struct err *e);
/*
 * Calls `step` now and whenever a ledger may have changed, until the process
 * is asked to stop or `step` fails.
 */
int	 ledger_follow(struct store *s, const struct strvec *refs,
	    int (*step)(void *ctx,
	    struct err *e), void *ctx, struct err *e);

#endif
