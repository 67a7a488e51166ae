/* SPDX-License-Identifier: MIT */
/*
 * Dependencies: what a task waits for, and whether it waits for itself.
 */
#ifndef RULE_GRAPH_H
#define RULE_GRAPH_H

#include "board/id.h"

struct card;
struct err;
struct package;
struct store;
struct strvec;

struct dep {
	struct id	 id;
	struct package	*pkg;		/* NULL: there is no such task */
	int		 status;	/* enum status, or STATUS_NONE */
	bool		 has_dri;
};

/*
 * What the card depends on, in its order; reads the card of each.  The caller
 * frees `*deps`.
 */
int	 graph_deps(struct store *s, const struct card *c, struct dep **deps,
	    size_t *n, struct err *e);
/* True where whoever depends on it may start. */
bool	 dep_is_done(const struct dep *d);
/*
 * Looks for a cycle among all that the task depends on, directly or not.  1:
 * there is one, and `path` gets its ids in order, the first again at the end;
 * 0: there is none.  Missing tasks and cards that cannot be read end a path.
 * Linear in tasks and links; no recursion.
 */
int	 graph_cycle(struct store *s, const struct id *id,
	    struct strvec *path, struct err *e);

#endif
