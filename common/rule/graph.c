/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/buf.h"
#include "base/err.h"
#include "base/map.h"
#include "base/strvec.h"
#include "board/store.h"
#include "board/task.h"
#include "rule/graph.h"

static int
load_dep(struct store *s, struct dep *d, struct err *e)
{
	struct task t = TASK_INIT;
	int rc;

	d->status = STATUS_NONE;
	if (store_find(s, &d->id, &d->pkg, e) != 0) {
		d->pkg = NULL;
		return e->status == EX_NOINPUT ? 0 : -1;
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
	for (i = 0; i < *n && rc == 0; i++) {
		(*deps)[i].id = ids[i];
		rc = load_dep(s, &(*deps)[i], e);
	}
	free(ids);
	return rc;
}

bool
dep_is_done(const struct dep *d)
{
	return d->pkg != NULL && stage_info[d->pkg->stage].done &&
	    d->status != STATUS_CANCELED;
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
};

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

static void
add_cycle(const struct walk *w, const struct node *again,
    struct strvec *path)
{
	size_t i = 0;

	while (w->path[i] != again)
		i++;
	for (; i < w->depth; i++)
		strvec_add(path, w->path[i]->ref);
	strvec_add(path, again->ref);
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
		if (met == NULL) {
			visit(w, &top->deps[top->next - 1]);
		} else if (met->on_path) {
			add_cycle(w, met, path);
			return 1;
		}
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

int
graph_cycle(struct store *s, const struct id *id, struct strvec *path,
    struct err *e)
{
	struct walk w = { .store = s };
	int found;

	if (store_load_open(s, e) != 0)
		return -1;
	visit(&w, id);
	found = walk_down(&w, path);
	map_each(&w.seen, free_node, NULL);
	map_release(&w.seen);
	free(w.path);
	return found;
}
