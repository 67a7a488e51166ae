/* SPDX-License-Identifier: MIT */
/*
 * The parts of task-graph: all tasks with what each depends on, questions that
 * are answered in time linear in tasks and links, and drawings.
 *
 * Nodes are known by their index; they stand in the order of their ids.  What
 * a task depends on is below it, what depends on it above.  Nothing here
 * recurses: a chain may be as long as there are tasks.
 */
#ifndef TOOLS_GRAPH_H
#define TOOLS_GRAPH_H

#include "base/strvec.h"
#include "board/id.h"
#include "board/stage.h"

struct buf;
struct err;
struct out;
struct store;

struct node {
	struct id	 id;
	char		 ref[ID_SIZE];
	enum stage	 stage;
	int		 status;	/* enum status, or STATUS_NONE */
	char		*name, *priority, *effort, *dri;	/* or NULL */
	size_t		 below, nbelow;	/* where in graph.below they begin */
	size_t		 above, nabove;	/* in graph.above */
	size_t		 nmissing;	/* links to what is not among them */
	bool		 chosen;	/* is shown */
	bool		 critical;	/* on the critical path */
	size_t		 critical_to;	/* what is before it there; SIZE_MAX */
};

struct graph {
	struct node	*v;
	size_t		 n, cap;
	size_t		*below, *above;	/* indices */
	size_t		 nlinks;
};

/*
 * Reads every card.  One that cannot be read is said (tool_failed) and left
 * out; while tasks move all is read again, a few times.
 */
int	 graph_load(struct graph *g, struct store *s, struct err *e);
void	 graph_release(struct graph *g);
/* NULL where it is not among them. */
struct node *graph_node(const struct graph *g, const struct id *id);

/* True where whoever depends on it may start. */
bool	 node_is_done(const struct node *n);
/* True where something that it depends on is not done, or not there. */
bool	 node_waits(const struct graph *g, const struct node *n);
/* Effort in points: 1 2 3 5 8; 3 where none is set. */
long	 node_points(const struct node *n);

/*
 * Marks as chosen what can be reached from the node, itself included: what it
 * depends on (`down`), or what depends on it.
 */
void	 graph_choose(struct graph *g, const struct node *from, bool down);
/*
 * For each circle its tasks in order, the first again at the end: adds the
 * indices, and SIZE_MAX after each.  How many there are; of circles that hang
 * together one is found.  The caller frees `*path`.
 */
size_t	 graph_circles(const struct graph *g, size_t **path, size_t *n);
/*
 * Marks the longest way (in points) through what is not done from `goal` down
 * to a task that waits for nothing; adds its indices, the first to do first.
 * EX_NO: it is done, or goes round in a circle.  The caller frees `*path`.
 */
int	 graph_critical(struct graph *g, const struct node *goal,
	    size_t **path, size_t *n, struct err *e);

/* Drawings of what is chosen. */
void	 graph_draw_dot(const struct graph *g, struct buf *out);
void	 graph_draw_mermaid(const struct graph *g, struct buf *out);
/* What nothing chosen depends on first, with what it depends on below it. */
void	 graph_draw_tree(const struct graph *g, struct buf *out);

#endif
