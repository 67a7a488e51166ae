/* SPDX-License-Identifier: MIT */
/* rule/circle */
#include "base/compat.h"

#include "base/buf.h"
#include "rule/circle.h"
#include "t/unit/scratch.h"
#include "t/unit/tap.h"

enum { NODES = 7, LONG = 200000 };

/* Links "0>1 1>2"; what is found, as "0 1 0, 3 3". */
static char *
circles(const char *links, size_t *found)
{
	size_t first[NODES + 1], to[32], n = 0, *path, len, i;
	struct circle_graph g = { NODES, first, to };
	struct buf out = BUF_INIT;
	const char *p;

	for (i = 0; i < NODES; i++) {
		first[i] = n;
		for (p = links; *p != '\0'; p += p[3] == ' ' ? 4 : 3)
			if ((size_t)(p[0] - '0') == i)
				to[n++] = (size_t)(p[2] - '0');
	}
	first[NODES] = n;
	*found = circle_find(&g, &path, &len);
	for (i = 0; i < len; i++)
		if (path[i] == SIZE_MAX)
			buf_adds(&out, i + 1 < len ? ", " : "");
		else
			buf_addf(&out, "%s%zu", i > 0 && path[i - 1] !=
			    SIZE_MAX ? " " : "", path[i]);
	free(path);
	return buf_take(&out);
}

static void
test_small(void)
{
	static const struct {
		const char *links, *want;
		size_t found;
	} rows[] = {
		{ "", "", 0 },
		{ "0>1 1>2 0>2", "", 0 },
		{ "0>0", "0 0", 1 },
		{ "0>1 1>0", "0 1 0", 1 },
		{ "0>1 1>2 2>1", "1 2 1", 1 },
		{ "2>1 1>0 0>2", "0 2 1 0", 1 },
		{ "0>1 1>0 2>3 3>2", "0 1 0, 2 3 2", 2 },
		{ "0>1 0>2 1>3 2>3 3>0", "0 1 3 0", 1 },
		{ "0>1 1>2 2>3 3>4 4>5 5>6 6>3", "3 4 5 6 3", 1 },
	};
	bool held = true;
	size_t i, found;
	char *got;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		got = circles(rows[i].links, &found);
		held = row(strcmp(got, rows[i].want) == 0 &&
		    found == rows[i].found, "%s: %s", rows[i].links, got) &&
		    held;
		free(got);
	}
	ok(held, "finds circles, each from its first node around");
}

static void
test_long(void)
{
	size_t *first = mem_alloc((LONG + 1) * sizeof(*first));
	size_t *to = mem_alloc(LONG * sizeof(*to)), i, *path, n;
	struct circle_graph g = { LONG, first, to };

	for (i = 0; i < LONG; i++) {
		first[i] = i;
		to[i] = (i + 1) % LONG;
	}
	first[LONG] = LONG;
	is_int((intmax_t)circle_find(&g, &path, &n), 1,
	    "finds a circle of 200,000 without recursion");
	is_int((intmax_t)n, LONG + 2, "gives all of the way around");
	free(path);
	free(first);
	free(to);
}

/* Whether each node can be put behind all that it leads to. */
static bool
has_circle(const struct circle_graph *g)
{
	bool gone[NODES] = { false }, again = true;
	size_t i, k, left = g->n;

	while (again) {
		again = false;
		for (i = 0; i < g->n; i++) {
			for (k = g->first[i]; k < g->first[i + 1]; k++)
				if (!gone[g->to[k]])
					break;
			if (!gone[i] && k == g->first[i + 1]) {
				gone[i] = again = true;
				left--;
			}
		}
	}
	return left > 0;
}

static void
test_chance(void)
{
	size_t first[NODES + 1], to[NODES * 3], n, i, k, *path, len;
	struct circle_graph g = { NODES, first, to };
	bool held = true;
	int round;

	chance_seed(7);
	for (round = 0; round < 5000 && held; round++) {
		for (n = i = 0; i < NODES; i++) {
			first[i] = n;
			for (k = chance(3); k > 0; k--)
				to[n++] = chance(NODES);
		}
		first[NODES] = n;
		held = row((circle_find(&g, &path, &len) > 0) ==
		    has_circle(&g), "round %d", round);
		free(path);
	}
	ok(held, "finds one exactly where there is one");
}

int
main(void)
{
	test_small();
	test_long();
	test_chance();
	return tap_done();
}
