/* SPDX-License-Identifier: MIT */
/*
 * What the indexes say of a task beyond its card's own words.
 */
#ifndef RULE_FLAGS_H
#define RULE_FLAGS_H

#include "base/buf.h"
#include "board/stage.h"

struct card;
struct dep;
struct err;
struct package;
struct store;

struct flags {
	struct buf	text;		/* "blocked(TASK-0001) dep_ready", "" */
	struct buf	dependencies;	/* "TASK-0001, TASK-0002", "" */
	size_t		ndeps;
	bool		ready;		/* nothing it depends on is undone */
};

#define FLAGS_INIT	{ BUF_INIT, BUF_INIT, 0, false }

/* What flags are made of. */
struct flags_from {
	enum stage	 stage;
	int		 status;	/* enum status, or STATUS_NONE */
	const char	*blocked_by, *resume;	/* of the card, or NULL */
	bool		 blocker_canceled;
	const struct dep *deps;		/* in the order of the card */
	size_t		 ndeps;
};

void	 flags_make(struct flags *f, const struct flags_from *from);
/* Reads the cards of what it depends on. */
int	 flags_of(struct flags *f, struct store *s, const struct package *p,
	    const struct card *c, struct err *e);
void	 flags_release(struct flags *f);

#endif
