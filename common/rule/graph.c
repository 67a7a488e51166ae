/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/buf.h"
#include "base/err.h"
#include "base/map.h"
#include "base/strvec.h"
#include "board/store.h"
#include "board/task.h"
#include "rule/graph.h"

int
graph_dep(struct store *s, const struct id *id, struct dep *d, struct err *e)
{
	struct task t = TASK_INIT;
	int rc;

	*d = (struct dep){ .id = *id, .status = STATUS_NONE };
	if (store_find(s, id, &d->pkg, e) != 0) {
		d->pkg = NULL;
		return -1;
	}
	if ((rc = task_load_card(&t, s, d->pkg, e)) == 0) {
		d->status = card_status(&t.card);
		d->has_dri = card_get(&t.card, "current_dri") != NULL;
	}
	task_release(&t);
	return rc;
}

int
graph_deps(struct store *s, const struct card *c, struct dep **deps,
    size_t *n, struct err *e)
{
	struct id *ids;
	size_t i;
	int rc = 0;

	*n = card_ids(c, "depends_on", &ids, NULL);
	*deps = mem_zalloc((*n + 1) * sizeof(**deps));
	for (i = 0; i < *n && rc == 0; i++)
		if (graph_dep(s, &ids[i], &(*deps)[i], e) != 0 &&
		    ((*deps)[i].pkg != NULL || e->status != EX_NOINPUT))
			rc = -1;
	free(ids);
	return rc;
}

bool
dep_is_done(const struct dep *d)
{
	return d->pkg != NULL && stage_info[d->pkg->stage].done &&
	    d->status != STATUS_CANCELED && d->status != STATUS_SPLIT;
}

/* A task on the way down; the whole way is on the stack of a walk. */
struct node {
	char		 ref[ID_SIZE];
	struct id	*deps;
	size_t		 n, next;
	bool		 on_path;
};

struct walk {
	struct store	*store;
	struct map	 seen;		/* ref to node */
	struct node	**path;
	size_t		 depth, cap;
	const char	*goal;		/* look for that; NULL: for a cycle */
};

enum { SHOWN_MAX = 16, SHOWN_ENDS = 6 };

static struct node *
visit(struct walk *w, const struct id *id)
{
	struct node *node = mem_zalloc(sizeof(*node));
	struct task t = TASK_INIT;
	struct err ignored = ERR_INIT;
	struct package *pkg;

	id_format_ref(node->ref, id);
	if (store_find(w->store, id, &pkg, &ignored) == 0 &&
	    task_load_card(&t, w->store, pkg, &ignored) == 0)
		node->n = card_ids(&t.card, "depends_on", &node->deps, NULL);
	task_release(&t);
	node->on_path = true;
	map_put(&w->seen, node->ref, node);
	MEM_GROW(w->path, w->depth, w->cap);
	w->path[w->depth++] = node;
	return node;
}

/* From `first` (NULL: the beginning) to where the walk is, and then `last`. */
static void
add_path(const struct walk *w, const struct node *first, const char *last,
    struct strvec *path)
{
	size_t i = 0;

	while (first != NULL && w->path[i] != first)
		i++;
	for (; i < w->depth; i++)
		strvec_add(path, w->path[i]->ref);
	strvec_add(path, last);
}

static int
walk_down(struct walk *w, struct strvec *path)
{
	struct node *top, *met;
	char ref[ID_SIZE];

	while (w->depth > 0) {
		top = w->path[w->depth - 1];
		if (top->next == top->n) {
			top->on_path = false;
			w->depth--;
			continue;
		}
		id_format_ref(ref, &top->deps[top->next++]);
		met = map_find(&w->seen, ref);
		if (w->goal != NULL && strcmp(ref, w->goal) == 0) {
			add_path(w, NULL, ref, path);
			return 1;
		}
		if (w->goal == NULL && met != NULL && met->on_path) {
			add_path(w, met, ref, path);
			return 1;
		}
		if (met == NULL)
			visit(w, &top->deps[top->next - 1]);
	}
	return 0;
}

static void
free_node(const char *key, void *value, void *ctx)
{
	struct node *node = value;

	(void)key;
	(void)ctx;
	free(node->deps);
	free(node);
}

static int
walk(struct walk *w, const struct id *from, struct strvec *path,
    struct err *e)
{
	int found;

	if (store_load_open(w->store, e) != 0)
		return -1;
	visit(w, from);
	found = walk_down(w, path);
	map_each(&w->seen, free_node, NULL);
	map_release(&w->seen);
	free(w->path);
	return found;
}

int
graph_cycle(struct store *s, const struct id *id, struct strvec *path,
    struct err *e)
{
	struct walk w = { .store = s };

	return walk(&w, id, path, e);
}

int
graph_path(struct store *s, const struct id *from, const struct id *to,
    struct strvec *path, struct err *e)
{
	struct walk w = { .store = s };
	char goal[ID_SIZE];

	id_format_ref(goal, to);
	w.goal = goal;
	return walk(&w, from, path, e);
}

void
graph_show_path(struct buf *out, const struct strvec *path)
{
	bool all = path->n <= SHOWN_MAX;
	size_t i;

	for (i = 0; i < path->n; i++) {
		if (!all && i == SHOWN_ENDS) {
			buf_addf(out, " -> … %zu more …",
			    path->n - 2 * SHOWN_ENDS);
			i = path->n - SHOWN_ENDS;
		}
		buf_addf(out, "%s%s", i > 0 ? " -> " : "", path->v[i]);
	}
}
