/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/err.h"
#include "board/card.h"
#include "board/task.h"
#include "change/mergework.h"
#include "rule/circle.h"

/* A dependency that one of the sides is new with. */
struct link {
	struct merge_task *t;		/* depends */
	char		 from[ID_SIZE], to[ID_SIZE];
	int64_t		 ts_us;		/* since when */
	bool		 dropped;
};

struct links {
	struct merge_work *w;
	struct link	*v;
	size_t		 n, cap;
	size_t		 by_side[MERGE_SIDES];
};

/* The tasks that are on the way, and whom they depend on. */
struct nodes {
	struct strvec	 refs;
	struct map	 index;		/* ref to its index and one */
	size_t		*first, nfirst, first_cap;
	size_t		*to, nto, to_cap;
};

/* What a side's card depends on, as it is called now. */
static int
read_deps(struct merge_work *w, const struct merge_version *v,
    struct strvec *out, struct err *e)
{
	struct err ignored = ERR_INIT;
	struct card c = CARD_INIT;
	struct buf text = BUF_INIT;
	char ref[ID_SIZE];
	const char *now;
	struct id *ids = NULL;
	size_t i, n = 0;
	int rc = 0;

	if (v != NULL)
		rc = merge_part_read(w, v, "=task.md", &text, e);
	if (rc > 0 && card_parse(&c, text.ptr, text.len, &ignored) == 0)
		n = card_ids(&c, "depends_on", &ids, NULL);
	for (i = 0; i < n; i++) {
		id_format_ref(ref, &ids[i]);
		now = map_find(&w->now[v->side], ref);
		strvec_add(out, now == NULL ? ref : now);
	}
	free(ids);
	card_release(&c);
	buf_release(&text);
	return rc < 0 ? -1 : 0;
}

/* When the link was made, as far as the ledger tells; else its last line. */
static int64_t
since(const struct ledger *l, const char *to)
{
	int64_t last = l->n > 0 ? l->v[l->n - 1].ts_us : 0;
	const char *ref;
	size_t i;

	for (i = l->n; i-- > 0; ) {
		ref = event_text(&l->v[i], "task_id");
		if (ref != NULL && strcmp(ref, to) == 0)
			return l->v[i].ts_us;
	}
	return last;
}

static int
find_links(struct links *k, struct merge_task *t, int side, struct err *e)
{
	struct strvec base = STRVEC_INIT, own = STRVEC_INIT;
	struct ledger l = LEDGER_INIT;
	struct buf text = BUF_INIT;
	struct link *one;
	size_t i;
	int rc = 0;

	if (read_deps(k->w, t->side[side], &own, e) != 0 ||
	    read_deps(k->w, t->side[MERGE_BASE], &base, e) != 0 ||
	    (own.n > 0 && merge_part_read(k->w, t->side[side],
	    "=ledger.jsonl", &text, e) < 0))
		rc = -1;
	if (own.n > 0)
		ledger_parse(&l, buf_str(&text), text.len);
	for (i = 0; i < own.n && rc == 0; i++) {
		if (strvec_has(&base, own.v[i]))
			continue;
		MEM_GROW(k->v, k->n, k->cap);
		one = &k->v[k->n++];
		memset(one, 0, sizeof(*one));
		one->t = t;
		id_format_ref(one->from, &t->result->pkg->id);
		snprintf(one->to, sizeof(one->to), "%s", own.v[i]);
		one->ts_us = since(&l, own.v[i]);
		k->by_side[side]++;
	}
	ledger_release(&l);
	buf_release(&text);
	strvec_release(&base);
	strvec_release(&own);
	return rc;
}

static size_t
node_of(struct nodes *g, const char *ref)
{
	size_t at = (size_t)(uintptr_t)map_find(&g->index, ref);

	if (at > 0)
		return at - 1;
	strvec_add(&g->refs, ref);
	map_put(&g->index, ref, (void *)(uintptr_t)g->refs.n);
	return g->refs.n - 1;
}

/* All that can be reached from the new links. */
static void
grow(struct nodes *g, const struct links *k, struct store *s)
{
	struct err ignored = ERR_INIT;
	struct package *p;
	struct task t;
	char ref[ID_SIZE];
	struct id *ids;
	size_t i, m, n;

	for (i = 0; i < k->n; i++)
		node_of(g, k->v[i].from);
	for (i = 0; i < g->refs.n; i++) {
		MEM_GROW(g->first, g->nfirst, g->first_cap);
		g->first[g->nfirst++] = g->nto;
		t = (struct task)TASK_INIT;
		ids = NULL;
		n = 0;
		if (store_resolve(s, g->refs.v[i], &p, &ignored) == 0 &&
		    task_load_card(&t, s, p, &ignored) == 0)
			n = card_ids(&t.card, "depends_on", &ids, NULL);
		for (m = 0; m < n; m++) {
			id_format_ref(ref, &ids[m]);
			MEM_GROW(g->to, g->nto, g->to_cap);
			g->to[g->nto++] = node_of(g, ref);
		}
		free(ids);
		task_release(&t);
	}
	MEM_GROW(g->first, g->nfirst, g->first_cap);
	g->first[g->nfirst++] = g->nto;
}

static void
nodes_release(struct nodes *g)
{
	strvec_release(&g->refs);
	map_release(&g->index);
	free(g->first);
	free(g->to);
}

static bool
is_later(const struct link *a, const struct link *b)
{
	int c;

	if (b == NULL || a->ts_us != b->ts_us)
		return b == NULL || a->ts_us > b->ts_us;
	c = strcmp(a->from, b->from);
	return c != 0 ? c > 0 : strcmp(a->to, b->to) > 0;
}

/* Of a circle the link that came last, among those that are new. */
static struct link *
latest(struct links *k, const struct nodes *g, const size_t *path)
{
	struct link *found = NULL, *one;
	size_t i;

	for (; path[1] != SIZE_MAX; path++)
		for (i = 0; i < k->n; i++) {
			one = &k->v[i];
			if (!one->dropped && strcmp(one->from,
			    g->refs.v[path[0]]) == 0 && strcmp(one->to,
			    g->refs.v[path[1]]) == 0 && is_later(one, found))
				found = one;
		}
	return found;
}

static void
take_out(const struct strvec *list, const char *ref, struct strvec *out)
{
	char own[ID_SIZE];
	struct id id;
	size_t i;

	for (i = 0; i < list->n; i++) {
		if (id_parse(&id, list->v[i]) == 0) {
			id_format_ref(own, &id);
			if (strcmp(own, ref) == 0)
				continue;
		}
		strvec_add(out, list->v[i]);
	}
}

static void
put_part(struct merge_work *w, struct merge_version *v, const char *role,
    struct buf *text)
{
	struct buf path = BUF_INIT;
	struct oid id;

	merge_blob(w, text, &id);
	merge_part_set(v, role, TREE_MODE_FILE, &id);
	merge_part_path(v, role, &path);
	merge_put(w, path.ptr, TREE_MODE_FILE, &id);
	buf_release(&path);
}

static int
drop(struct merge_work *w, struct link *one, struct err *e)
{
	struct merge_conflicts conflicts = MERGE_CONFLICTS_INIT;
	struct merge_version *v = one->t->result;
	struct strvec deps = STRVEC_INIT, left = STRVEC_INIT;
	struct buf card = BUF_INIT, ledger = BUF_INIT, kept = BUF_INIT;
	struct card c = CARD_INIT;
	size_t i;
	int rc = -1;

	one->dropped = true;
	if (merge_part_read(w, v, "=task.md", &card, e) < 0 ||
	    merge_part_read(w, v, "=ledger.jsonl", &ledger, e) < 0 ||
	    card_parse(&c, buf_str(&card), card.len, e) != 0 ||
	    card_list(&c, "depends_on", &deps) != 0)
		goto out;
	take_out(&deps, one->to, &left);
	if (card_set_list(&c, "depends_on", &left, e) != 0)
		goto out;
	for (i = 0; i < left.n; i++)
		buf_addf(&kept, "%s%s", i > 0 ? ", " : "", left.v[i]);
	merge_conflicts_add(&conflicts, "depends_on", buf_str(&kept),
	    one->to);
	merge_log_conflicts(&ledger, one->t->identity, &conflicts);
	put_part(w, v, "=task.md", &c.text);
	put_part(w, v, "=ledger.jsonl", &ledger);
	merge_note(w, &v->pkg->id, MERGE_UNLINKS, "%s, which waits for it",
	    one->to);
	rc = merge_flush(w, e);
out:
	merge_conflicts_release(&conflicts);
	strvec_release(&deps);
	strvec_release(&left);
	card_release(&c);
	buf_release(&card);
	buf_release(&ledger);
	buf_release(&kept);
	return rc;
}

/* 1: some were dropped, and there may be more. */
static int
drop_links(struct links *k, struct err *e)
{
	struct nodes g = { .refs = STRVEC_INIT };
	struct circle_graph graph;
	struct snapshot view;
	struct link *one;
	size_t *path = NULL, n = 0, i, at;
	int dropped = 0;

	if (merge_view(k->w, &view, e) != 0)
		return -1;
	grow(&g, k, &view.store);
	snapshot_close(&view);
	graph = (struct circle_graph){ g.refs.n, g.first, g.to };
	(void)!circle_find(&graph, &path, &n);
	for (i = 0; i < n && dropped >= 0; i = at + 1) {
		for (at = i; path[at] != SIZE_MAX; at++)
			continue;
		one = latest(k, &g, path + i);
		if (one != NULL)
			dropped = drop(k->w, one, e) != 0 ? -1 : 1;
	}
	free(path);
	nodes_release(&g);
	return dropped;
}

int
merge_links(struct merge_work *w, struct err *e)
{
	struct links k = { .w = w };
	size_t i;
	int side, rc = 0;

	for (i = 0; i < w->ntasks && rc == 0; i++)
		for (side = MERGE_OURS; side <= MERGE_THEIRS &&
		    rc == 0; side++)
			if (w->tasks[i]->result != NULL &&
			    w->tasks[i]->side[side] != NULL)
				rc = find_links(&k, w->tasks[i], side, e);
	if (rc == 0)
		rc = merge_flush(w, e);
	/* A circle of both needs a link of each. */
	if (rc == 0 && k.by_side[MERGE_OURS] > 0 &&
	    k.by_side[MERGE_THEIRS] > 0)
		while ((rc = drop_links(&k, e)) > 0)
			continue;
	free(k.v);
	return rc < 0 ? -1 : 0;
}
