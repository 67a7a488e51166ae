/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/buf.h"
#include "rule/circle.h"

enum { FRESH, ON_WAY, PASSED };

struct walk {
	const struct circle_graph *g;
	size_t		*stack, depth;
	size_t		*next;		/* by node: which link comes next */
	unsigned char	*state;		/* by node */
	size_t		*path, n, cap;	/* what was found */
	size_t		 found;
};

static void
push(struct walk *w, size_t node)
{
	w->state[node] = ON_WAY;
	w->next[node] = w->g->first[node];
	w->stack[w->depth++] = node;
}

static void
pop(struct walk *w)
{
	w->state[w->stack[--w->depth]] = PASSED;
}

static void
add(struct walk *w, size_t node)
{
	MEM_GROW(w->path, w->n, w->cap);
	w->path[w->n++] = node;
}

/* The way came upon `to`, which is on it. */
static void
close_circle(struct walk *w, size_t to)
{
	size_t i = w->depth;

	while (w->stack[i - 1] != to)
		i--;
	for (i--; i < w->depth; i++)
		add(w, w->stack[i]);
	add(w, to);
	add(w, SIZE_MAX);
	w->found++;
	/* Each node once is enough to take it apart. */
	while (w->stack[w->depth - 1] != to)
		pop(w);
	pop(w);
}

static void
walk_from(struct walk *w, size_t node)
{
	size_t at, to;

	push(w, node);
	while (w->depth > 0) {
		at = w->stack[w->depth - 1];
		if (w->next[at] == w->g->first[at + 1]) {
			pop(w);
			continue;
		}
		to = w->g->to[w->next[at]++];
		if (w->state[to] == FRESH)
			push(w, to);
		else if (w->state[to] == ON_WAY)
			close_circle(w, to);
	}
}

size_t
circle_find(const struct circle_graph *g, size_t **path, size_t *n)
{
	struct walk w = { .g = g };
	size_t i;

	w.stack = mem_alloc((g->n + 1) * sizeof(*w.stack));
	w.next = mem_alloc((g->n + 1) * sizeof(*w.next));
	w.state = mem_zalloc(g->n + 1);
	for (i = 0; i < g->n; i++)
		if (w.state[i] == FRESH)
			walk_from(&w, i);
	free(w.stack);
	free(w.next);
	free(w.state);
	*path = w.path;
	*n = w.n;
	return w.found;
}
