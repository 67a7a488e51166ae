/* SPDX-License-Identifier: MIT */
/* task-graph: the graph, and what can be asked of it */
#include "base/compat.h"

#include "base/buf.h"
#include "base/err.h"
#include "board/store.h"
#include "board/task.h"
#include "cli/tool.h"
#include "rule/circle.h"
#include "tools/graph.h"

enum { TRIES = 5 };

/* What a card says, until all of them are read. */
struct link {
	size_t		 from;
	struct id	 to;
	size_t		 index;		/* of `to`, once it is known */
};

struct links {
	struct link	*v;
	size_t		 n, cap;
};

static void
add_card(struct graph *g, struct links *links, const struct task *t)
{
	const struct card *c = &t->card;
	struct node *n;
	struct id *ids;
	size_t i, count;

	MEM_GROW(g->v, g->n, g->cap);
	n = &g->v[g->n];
	memset(n, 0, sizeof(*n));
	n->id = t->pkg->id;
	id_format_ref(n->ref, &n->id);
	n->stage = t->pkg->stage;
	n->status = card_status(c);
	n->name = mem_strdup_null(card_get(c, "task_name"));
	n->priority = mem_strdup_null(card_get(c, "priority"));
	n->effort = mem_strdup_null(card_get(c, "effort_estimate"));
	n->dri = mem_strdup_null(card_get(c, "current_dri"));
	count = card_ids(c, "depends_on", &ids, NULL);
	for (i = 0; i < count; i++) {
		MEM_GROW(links->v, links->n, links->cap);
		links->v[links->n++] = (struct link){ g->n, ids[i], 0 };
	}
	free(ids);
	g->n++;
}

struct reading {
	struct links	 links;
	struct strvec	 errors;
	int		 status;	/* of the first */
	bool		 moved;		/* something went away meanwhile */
};

static void
graph_clear(struct graph *g)
{
	while (g->n > 0) {
		g->n--;
		free(g->v[g->n].name);
		free(g->v[g->n].priority);
		free(g->v[g->n].effort);
		free(g->v[g->n].dri);
	}
}

static int
read_cards(struct graph *g, struct store *s, struct reading *r,
    struct err *e)
{
	struct task t = TASK_INIT;
	struct err one = ERR_INIT;
	struct store_stage *st;
	size_t i;
	int stage;

	if (store_load_all(s, e) != 0)
		return -1;
	for (stage = 0; stage < STAGE_COUNT; stage++) {
		st = &s->stages[stage];
		for (i = 0; i < st->n; i++) {
			if (task_load_card(&t, s, st->v[i], &one) == 0) {
				add_card(g, &r->links, &t);
			} else {
				strvec_add(&r->errors, one.msg);
				r->moved = r->moved ||
				    one.status == EX_NOINPUT;
				r->status = one.status;
			}
			task_release(&t);
		}
	}
	return 0;
}

static int
read_settled(struct graph *g, struct store *s, struct reading *r,
    struct err *e)
{
	int i;

	for (i = 0; i < TRIES; i++) {
		graph_clear(g);
		strvec_clear(&r->errors);
		r->links.n = 0;
		r->moved = false;
		if (i > 0)
			store_forget(s);
		if (read_cards(g, s, r, e) != 0)
			return -1;
		if (!r->moved)
			break;
	}
	return 0;
}

static int
compare(const void *a, const void *b)
{
	return id_compare(&((const struct node *)a)->id,
	    &((const struct node *)b)->id);
}

/* Puts the nodes in the order of their ids; links are by index. */
static void
sort_nodes(struct graph *g, struct links *links)
{
	size_t *at = mem_alloc((g->n + 1) * sizeof(*at)), i;

	for (i = 0; i < g->n; i++)
		g->v[i].below = i;
	if (g->n > 1)
		qsort(g->v, g->n, sizeof(*g->v), compare);
	for (i = 0; i < g->n; i++)
		at[g->v[i].below] = i;
	for (i = 0; i < links->n; i++)
		links->v[i].from = at[links->v[i].from];
	free(at);
}

struct node *
graph_node(const struct graph *g, const struct id *id)
{
	const struct node key = { .id = *id };

	return g->n == 0 ? NULL :
	    bsearch(&key, g->v, g->n, sizeof(*g->v), compare);
}

/* Leaves out what leads nowhere, or where another leads already. */
static void
prune(struct graph *g, struct links *links)
{
	size_t *last = mem_zalloc((g->n + 1) * sizeof(*last));
	size_t i, to, kept = 0;
	struct node *n;

	for (i = 0; i < links->n; i++) {
		n = graph_node(g, &links->v[i].to);
		if (n == NULL) {
			g->v[links->v[i].from].nmissing++;
			continue;
		}
		to = (size_t)(n - g->v);
		if (last[to] == links->v[i].from + 1)
			continue;
		last[to] = links->v[i].from + 1;
		links->v[kept] = links->v[i];
		links->v[kept++].index = to;
	}
	links->n = kept;
	free(last);
}

/* Both directions, as slices of two arrays. */
static void
connect(struct graph *g, const struct links *links)
{
	struct node *from, *to;
	size_t i, below = 0, above = 0;

	g->nlinks = links->n;
	g->below = mem_alloc((g->nlinks + 1) * sizeof(*g->below));
	g->above = mem_alloc((g->nlinks + 1) * sizeof(*g->above));
	for (i = 0; i < links->n; i++) {
		g->v[links->v[i].from].nbelow++;
		g->v[links->v[i].index].nabove++;
	}
	for (i = 0; i < g->n; i++) {
		g->v[i].below = below;
		g->v[i].above = above;
		below += g->v[i].nbelow;
		above += g->v[i].nabove;
		g->v[i].nbelow = g->v[i].nabove = 0;
	}
	for (i = 0; i < links->n; i++) {
		from = &g->v[links->v[i].from];
		to = &g->v[links->v[i].index];
		g->below[from->below + from->nbelow++] = links->v[i].index;
		g->above[to->above + to->nabove++] = links->v[i].from;
	}
}

int
graph_load(struct graph *g, struct store *s, struct err *e)
{
	struct reading r = { .status = 0 };
	struct err one = ERR_INIT;
	size_t i;
	int rc;

	memset(g, 0, sizeof(*g));
	rc = read_settled(g, s, &r, e);
	for (i = 0; i < r.errors.n && rc == 0; i++) {
		err_set(&one, r.status, "%s", r.errors.v[i]);
		tool_failed(&one);
	}
	if (rc == 0) {
		sort_nodes(g, &r.links);
		prune(g, &r.links);
		connect(g, &r.links);
	}
	free(r.links.v);
	strvec_release(&r.errors);
	return rc;
}

void
graph_release(struct graph *g)
{
	graph_clear(g);
	free(g->v);
	free(g->below);
	free(g->above);
	memset(g, 0, sizeof(*g));
}

bool
node_is_done(const struct node *n)
{
	return stage_info[n->stage].done && n->status != STATUS_CANCELED &&
	    n->status != STATUS_SPLIT;
}

bool
node_waits(const struct graph *g, const struct node *n)
{
	size_t i;

	if (n->nmissing > 0)
		return true;
	for (i = 0; i < n->nbelow; i++)
		if (!node_is_done(&g->v[g->below[n->below + i]]))
			return true;
	return false;
}

long
node_points(const struct node *n)
{
	static const struct { const char *effort; long points; } all[] = {
		{ "XS", 1 }, { "S", 2 }, { "M", 3 }, { "L", 5 }, { "XL", 8 },
	};
	const char *effort = effort_parse(n->effort);
	size_t i;

	for (i = 0; i < ARRAY_LEN(all) && effort != NULL; i++)
		if (strcmp(all[i].effort, effort) == 0)
			return all[i].points;
	return 3;
}

void
graph_choose(struct graph *g, const struct node *from, bool down)
{
	size_t *queue = mem_alloc((g->n + 1) * sizeof(*queue));
	bool *seen = mem_zalloc((g->n + 1) * sizeof(*seen));
	size_t head, tail = 0, i, n, next;
	const size_t *links;

	queue[tail++] = (size_t)(from - g->v);
	seen[queue[0]] = true;
	for (head = 0; head < tail; head++) {
		struct node *at = &g->v[queue[head]];

		at->chosen = true;
		links = down ? &g->below[at->below] : &g->above[at->above];
		n = down ? at->nbelow : at->nabove;
		for (i = 0; i < n; i++) {
			next = links[i];
			if (seen[next])
				continue;
			seen[next] = true;
			queue[tail++] = next;
		}
	}
	free(queue);
	free(seen);
}

/* A walk down: where it is, and of each node which link comes next. */
struct walk {
	const struct graph *g;
	size_t		*stack, depth;
	size_t		*next;		/* by node */
	unsigned char	*state;		/* by node */
};

enum { FRESH, ON_WAY, PASSED };

static void
walk_begin(struct walk *w, const struct graph *g)
{
	w->g = g;
	w->depth = 0;
	w->stack = mem_alloc((g->n + 1) * sizeof(*w->stack));
	w->next = mem_zalloc((g->n + 1) * sizeof(*w->next));
	w->state = mem_zalloc(g->n + 1);
}

static void
walk_end(struct walk *w)
{
	free(w->stack);
	free(w->next);
	free(w->state);
}

static void
push(struct walk *w, size_t node)
{
	w->state[node] = ON_WAY;
	w->stack[w->depth++] = node;
}

struct path {
	size_t		*v, n, cap;
};

static void
add(struct path *p, size_t node)
{
	MEM_GROW(p->v, p->n, p->cap);
	p->v[p->n++] = node;
}

size_t
graph_circles(const struct graph *g, size_t **path, size_t *n)
{
	size_t *first = mem_alloc((g->n + 1) * sizeof(*first)), i, found;
	const struct circle_graph all = { g->n, first, g->below };

	for (i = 0; i < g->n; i++)
		first[i] = g->v[i].below;
	first[g->n] = g->nlinks;
	found = circle_find(&all, path, n);
	free(first);
	return found;
}

/* The most points below each node, and through which link. */
struct longest {
	long		*points;
	size_t		*via;
};

static int
walk_longest(struct walk *w, struct longest *l, struct err *e)
{
	while (w->depth > 0) {
		size_t at = w->stack[w->depth - 1], to;
		const struct node *n = &w->g->v[at];

		if (w->next[at] == n->nbelow) {
			l->points[at] += node_points(n);
			w->state[at] = PASSED;
			w->depth--;
			if (w->depth == 0)
				break;
			to = w->stack[w->depth - 1];
			if (l->points[at] > l->points[to]) {
				l->points[to] = l->points[at];
				l->via[to] = at;
			}
			continue;
		}
		to = w->g->below[n->below + w->next[at]++];
		if (node_is_done(&w->g->v[to]))
			continue;
		if (w->state[to] == ON_WAY)
			return err_set(e, EX_NO, "%s waits for itself "
			    "(task-graph --cycles says how)",
			    w->g->v[to].ref);
		if (w->state[to] == FRESH) {
			push(w, to);
		} else if (l->points[to] > l->points[at]) {
			l->points[at] = l->points[to];
			l->via[at] = to;
		}
	}
	return 0;
}

int
graph_critical(struct graph *g, const struct node *goal, size_t **path,
    size_t *n, struct err *e)
{
	struct longest l = { mem_zalloc((g->n + 1) * sizeof(long)),
	    mem_alloc((g->n + 1) * sizeof(size_t)) };
	struct path p = { NULL, 0, 0 };
	struct walk w;
	size_t at, i;
	int rc = 0;

	for (i = 0; i < g->n; i++)
		l.via[i] = SIZE_MAX;
	walk_begin(&w, g);
	push(&w, (size_t)(goal - g->v));
	if (node_is_done(goal))
		rc = err_set(e, EX_NO, "%s is done", goal->ref);
	else
		rc = walk_longest(&w, &l, e);
	for (at = (size_t)(goal - g->v); rc == 0 && at != SIZE_MAX;
	    at = l.via[at]) {
		g->v[at].critical = true;
		g->v[at].critical_to = l.via[at];
		add(&p, at);
	}
	for (i = 0; i < p.n / 2; i++) {
		at = p.v[i];
		p.v[i] = p.v[p.n - 1 - i];
		p.v[p.n - 1 - i] = at;
	}
	walk_end(&w);
	free(l.points);
	free(l.via);
	*path = p.v;
	*n = p.n;
	return rc;
}
