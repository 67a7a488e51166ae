/* SPDX-License-Identifier: MIT */
/* Rule 5 of the sanity check: what tasks depend on. */
#include "base/compat.h"

#include "base/buf.h"
#include "base/err.h"
#include "base/strvec.h"
#include "board/store.h"
#include "rule/circle.h"
#include "rule/fsck.h"
#include "rule/graph.h"

static void
find(struct fsck *k, const struct fsck_task *t, enum fsck_code code,
    const char *what)
{
	struct buf path = BUF_INIT;

	package_file(t->pkg, PACKAGE_CARD, &path);
	findings_add(&k->found, &(struct fsck_at){ &t->pkg->id, path.ptr, 0 },
	    code, "%s", what);
	buf_release(&path);
}

/* What is closed waits for nothing, and stays as it is. */
static bool
is_closed(const struct fsck_task *t)
{
	return stage_info[t->pkg->stage].closed;
}

static void
find_missing(struct fsck *k, const struct fsck_task *t)
{
	char ref[ID_SIZE], *what;
	struct dep dep;
	size_t i;

	for (i = 0; i < t->ndeps && !is_closed(t); i++) {
		if (fsck_dep(k, &t->deps[i], &dep) != 0)
			continue;
		id_format_ref(ref, &t->deps[i]);
		what = mem_printf("depends on %s, which there is not", ref);
		find(k, t, FSCK_MISSING_TASK, what);
		free(what);
	}
}

static void
add_ref(struct buf *out, const char *ref)
{
	buf_addf(out, "%s%s", out->len > 0 ? " -> " : "", ref);
}

/* Links by index, to what there is. */
static size_t
link_all(const struct fsck *k, size_t *first, size_t *to)
{
	const struct fsck_task *t;
	size_t i, d, n = 0;

	for (i = 0; i < k->n; i++) {
		first[i] = n;
		for (d = 0; d < k->v[i].ndeps; d++) {
			t = fsck_find(k, &k->v[i].deps[d]);
			if (t != NULL)
				to[n++] = (size_t)(t - k->v);
		}
	}
	first[k->n] = n;
	return n;
}

static void
find_circles(struct fsck *k)
{
	size_t *first, *to, *path, i, n, links = 0, start = 0;
	struct circle_graph g = { .n = k->n };
	struct buf what = BUF_INIT;
	char ref[ID_SIZE];
	bool waits = false;

	for (i = 0; i < k->n; i++)
		links += k->v[i].ndeps;
	g.first = first = mem_alloc((k->n + 1) * sizeof(*first));
	g.to = to = mem_alloc((links + 1) * sizeof(*to));
	link_all(k, first, to);
	circle_find(&g, &path, &n);
	for (i = 0; i < n; i++) {
		if (path[i] != SIZE_MAX) {
			id_format_ref(ref, &k->v[path[i]].pkg->id);
			add_ref(&what, ref);
			waits = waits || !is_closed(&k->v[path[i]]);
			continue;
		}
		if (waits)
			find(k, &k->v[path[start]], FSCK_CYCLE, what.ptr);
		waits = false;
		buf_clear(&what);
		start = i + 1;
	}
	buf_release(&what);
	free(first);
	free(to);
	free(path);
}

/* The circle that a task is in, or that it waits for. */
static int
find_circle_of(struct fsck *k, const struct fsck_task *t, struct err *e)
{
	struct strvec path = STRVEC_INIT;
	struct buf what = BUF_INIT;
	size_t i;
	int found;

	found = graph_cycle(k->store, &t->pkg->id, &path, e);
	for (i = 0; i < path.n; i++)
		add_ref(&what, path.v[i]);
	if (found > 0)
		find(k, t, FSCK_CYCLE, what.ptr);
	strvec_release(&path);
	buf_release(&what);
	return found < 0 ? -1 : 0;
}

int
fsck_graph(struct fsck *k, struct err *e)
{
	size_t i;
	int rc = 0;

	for (i = 0; i < k->n; i++)
		find_missing(k, &k->v[i]);
	if (k->whole)
		find_circles(k);
	else
		for (i = 0; i < k->n && rc == 0; i++)
			if (k->v[i].ndeps > 0 && !is_closed(&k->v[i]))
				rc = find_circle_of(k, &k->v[i], e);
	return rc;
}
