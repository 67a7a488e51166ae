/* SPDX-License-Identifier: MIT */
/*
 * The parts of adopting what was changed by hand, for adopt.c and
 * adoptkeys.c only.
 */
#ifndef CHANGE_ADOPTER_H
#define CHANGE_ADOPTER_H

#include "base/strvec.h"

struct buf;
struct card;
struct err;
struct package;
struct session;
struct task;

struct adopter {
	struct session	*s;
	struct task	*t;
	const struct package *in_head;	/* where HEAD has it */
	int		 stage;		/* that the ledger says */
	int		 lines;		/* of the ledger that are committed */
	bool		 edited;	/* something was changed by hand */
	struct strvec	 keys;		/* of the card, without a word of
					   their own in the vocabulary */
};

/* Logs what was found, unless the ledger says it already; `own` is taken. */
void	 adopter_log(struct adopter *a, const char *event, const char *desc,
	    struct buf *own);
/*
 * Does to `old` what a program that left the commit to its user said that it
 * did to references to other tasks, so that it is not taken for an edit.
 */
void	 adopter_replay(const struct adopter *a, struct card *old);
/*
 * Compares the keys of the front matter with those of `old`.  EX_NO: one was
 * set to what may not be set by hand.
 */
int	 adopter_keys(struct adopter *a, const struct card *old,
	    struct err *e);

#endif
