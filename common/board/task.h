/* SPDX-License-Identifier: MIT */
/*
 * A task as it was read: the parts of one package.
 *
 * The package belongs to the store; the rest is released by task_release().
 */
#ifndef BOARD_TASK_H
#define BOARD_TASK_H

#include "board/card.h"
#include "board/ledger.h"
#include "board/package.h"

struct err;
struct store;
struct strvec;

struct task {
	struct package	*pkg;
	struct card	 card;
	struct ledger	 ledger;
	struct buf	 context;
	bool		 has_context, has_ledger, has_learning;
	bool		 settled;	/* the card lies where HEAD has it, and
					   as HEAD has it */
};

#define TASK_INIT	{ NULL, CARD_INIT, LEDGER_INIT, BUF_INIT, false, \
			    false, false, false }

/* EX_DATAERR with "path:LINE:COL: …" where the front matter is not valid. */
int	 task_load_card(struct task *t, struct store *s, struct package *p,
	    struct err *e);
/* The same, the ledger and the context; a missing one is no error here. */
int	 task_load(struct task *t, struct store *s, struct package *p,
	    struct err *e);
void	 task_release(struct task *t);
/* EX_DATAERR, with its path, where there is no ledger. */
int	 task_read_ledger(struct ledger *l, struct store *s,
	    struct package *p, struct err *e);

/*
 * EX_DATAERR, with its path, where there is no ledger, or where a line of it
 * is of a format that is newer than ours.
 */
int	 task_require_ledger(const struct task *t, const struct store *s,
	    struct err *e);
/* card_list(), and EX_DATAERR with where it stands if it is none. */
int	 task_list(const struct task *t, const struct store *s,
	    const char *key, struct strvec *out, struct err *e);

#endif
