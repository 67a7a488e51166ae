/* SPDX-License-Identifier: MIT */
/*
 * Dependencies: what a task waits for, and whether it waits for itself.
 */
#ifndef RULE_GRAPH_H
#define RULE_GRAPH_H

#include "board/id.h"

struct buf;
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
/* One task as something to depend on.  EX_NOINPUT: there is no such task. */
int	 graph_dep(struct store *s, const struct id *id, struct dep *d,
	    struct err *e);
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
/*
 * Looks for a way down from `from` to `to` along what tasks depend on.  1:
 * there is one, and `path` gets its ids, both ends included; 0: there is none.
 * Costs as graph_cycle() does.
 */
int	 graph_path(struct store *s, const struct id *from,
	    const struct id *to, struct strvec *path, struct err *e);
/* Adds "TASK-0001 -> TASK-0002"; of a long path the two ends. */
void	 graph_show_path(struct buf *out, const struct strvec *path);

#endif
