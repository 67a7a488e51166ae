/* SPDX-License-Identifier: MIT */
/*
 * Circles in a graph whose nodes are known by their index.
 */
#ifndef RULE_CIRCLE_H
#define RULE_CIRCLE_H

/* Node i leads to to[first[i]] … to[first[i + 1] - 1]. */
struct circle_graph {
	size_t		 n;
	const size_t	*first;		/* n + 1 of them */
	const size_t	*to;
};

/*
 * For each circle its nodes in order, the first again at the end: adds the
 * indices, and SIZE_MAX after each.  How many there are; of circles that hang
 * together one is found.  Linear in nodes and links, without recursion.  The
 * caller frees `*path`.
 */
size_t	 circle_find(const struct circle_graph *g, size_t **path, size_t *n);

#endif
