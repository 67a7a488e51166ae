/* SPDX-License-Identifier: MIT */
/* task-graph: what waits for what */
#include "base/compat.h"

#include "base/buf.h"
#include "base/err.h"
#include "board/store.h"
#include "cli/out.h"
#include "cli/tool.h"
#include "tools/graph.h"

static bool opt_ready, opt_blocked, opt_cycles, opt_dot, opt_mermaid;
static bool opt_tree, opt_all;
static const char *opt_critical;
static struct strvec opt_up, opt_down, opt_namespaces;

static const struct opt opts[] = {
	{ 0, "tree", OPT_FLAG, &opt_tree, NULL,
	    "each with what it depends on below it (the default)" },
	{ 0, "dot", OPT_FLAG, &opt_dot, NULL,
	    "a drawing for dot of Graphviz" },
	{ 0, "mermaid", OPT_FLAG, &opt_mermaid, NULL,
	    "a drawing for Mermaid" },
	{ 0, "ready", OPT_FLAG, &opt_ready, NULL,
	    "those that wait for nothing and are not started" },
	{ 0, "blocked", OPT_FLAG, &opt_blocked, NULL,
	    "those that are blocked, or wait for something" },
	{ 0, "cycles", OPT_FLAG, &opt_cycles, NULL,
	    "those that wait for themselves, and how" },
	{ 0, "critical", OPT_TEXT, &opt_critical, "REF",
	    "the longest way of work to that task" },
	{ 0, "up", OPT_LIST, &opt_up, "REF",
	    "only what that task depends on; may be repeated" },
	{ 0, "down", OPT_LIST, &opt_down, "REF",
	    "only what depends on that task; may be repeated" },
	{ 0, "namespace", OPT_LIST, &opt_namespaces, "NAMESPACE",
	    "only those of the namespace, - for none; may be repeated" },
	{ 'a', "all", OPT_FLAG, &opt_all, NULL,
	    "closed tasks, too" },
	OPT_END
};

enum { COL_ID, COL_STAGE, COL_STATUS, COL_PRIORITY, COL_EFFORT, COL_DRI,
	COL_NAME, COL_DEPENDS, COL_POINTS };

static const struct out_column columns[] = {
	{ .name = "id", .style = OUT_BOLD },
	{ .name = "stage" },
	{ .name = "status" },
	{ .name = "priority" },
	{ .name = "effort" },
	{ .name = "dri" },
	{ .name = "name", .flexible = true },
	{ .name = "depends_on" },
	{ .name = "points", .hidden = true },
	{ .name = NULL }
};

enum { CYCLE_ID, CYCLE_PATH };

static const struct out_column cycle_columns[] = {
	{ .name = "id", .style = OUT_BOLD },
	{ .name = "path", .style = OUT_RED },
	{ .name = NULL }
};

static void
print_node(struct out *o, const struct graph *g, const struct node *n)
{
	struct strvec deps = STRVEC_INIT;
	size_t i;

	for (i = 0; i < n->nbelow; i++)
		strvec_add(&deps, g->v[g->below[n->below + i]].ref);
	out_text(o, COL_ID, n->ref);
	out_text(o, COL_STAGE, stage_info[n->stage].name);
	if (n->status != STATUS_NONE)
		out_text(o, COL_STATUS, status_names[n->status]);
	if (n->status == STATUS_BLOCKED)
		out_style(o, COL_STATUS, OUT_RED);
	out_text(o, COL_PRIORITY, n->priority);
	out_text(o, COL_EFFORT, n->effort);
	out_text(o, COL_DRI, n->dri);
	out_text(o, COL_NAME, n->name);
	out_list(o, COL_DEPENDS, &deps);
	out_number(o, COL_POINTS, node_points(n));
	out_row(o);
	strvec_release(&deps);
}

static bool
is_listed(const struct graph *g, const struct node *n)
{
	if (opt_ready && (n->status != STATUS_ACTIVE ||
	    !stage_info[n->stage].waits || node_waits(g, n)))
		return false;
	return !opt_blocked || n->status == STATUS_BLOCKED ||
	    (!stage_info[n->stage].done && node_waits(g, n));
}

static int
list(struct graph *g, struct err *e)
{
	struct out o;
	size_t i;

	if (out_begin(&o, columns, e) != 0)
		return -1;
	for (i = 0; i < g->n; i++)
		if (g->v[i].chosen && is_listed(g, &g->v[i]))
			print_node(&o, g, &g->v[i]);
	out_end(&o);
	return 0;
}

static void
print_cycle(struct out *o, const struct graph *g, const size_t *path,
    size_t n)
{
	struct strvec refs = STRVEC_INIT;
	struct buf text = BUF_INIT;
	size_t i;

	for (i = 0; i < n; i++) {
		strvec_add(&refs, g->v[path[i]].ref);
		buf_addf(&text, "%s%s", i > 0 ? " -> " : "",
		    g->v[path[i]].ref);
	}
	out_text(o, CYCLE_ID, g->v[path[0]].ref);
	if (tool_options()->json)
		out_list(o, CYCLE_PATH, &refs);
	else
		out_text(o, CYCLE_PATH, text.ptr);
	out_row(o);
	strvec_release(&refs);
	buf_release(&text);
}

/* Status 1 where there is one: it should not be. */
static int
cycles(struct graph *g, struct err *e)
{
	size_t *path, n, i, start = 0, found;
	struct out o;

	if (out_begin(&o, cycle_columns, e) != 0)
		return -1;
	found = graph_circles(g, &path, &n);
	for (i = 0; i < n; i++) {
		if (path[i] != SIZE_MAX)
			continue;
		print_cycle(&o, g, path + start, i - start);
		start = i + 1;
	}
	out_end(&o);
	free(path);
	return found == 0 ? 0 : EX_NO;
}

static int
find(struct graph *g, struct store *s, const char *ref, struct node **out,
    struct err *e)
{
	struct package *p;
	char formal[ID_SIZE];

	if (store_resolve(s, ref, &p, e) != 0)
		return -1;
	*out = graph_node(g, &p->id);
	id_format_ref(formal, &p->id);
	return *out != NULL ? 0 : err_set(e, EX_DATAERR, "%s: its card "
	    "cannot be read", formal);
}

static int
critical(struct graph *g, struct store *s, struct err *e)
{
	struct node *goal;
	struct out o;
	size_t *path, n, i;
	int rc;

	if (find(g, s, opt_critical, &goal, e) != 0)
		return -1;
	rc = graph_critical(g, goal, &path, &n, e);
	if (rc == 0 && !opt_dot && !opt_mermaid && !opt_tree &&
	    (rc = out_begin(&o, columns, e)) == 0) {
		for (i = 0; i < n; i++)
			print_node(&o, g, &g->v[path[i]]);
		out_end(&o);
	}
	free(path);
	return rc;
}

static int
choose_all(struct graph *g, struct store *s, const struct strvec *refs,
    bool down, struct err *e)
{
	struct node *from;
	size_t i;

	for (i = 0; i < refs->n; i++) {
		if (find(g, s, refs->v[i], &from, e) != 0)
			return -1;
		graph_choose(g, from, down);
	}
	return 0;
}

/* Those that were named with all that hangs on them; else the open ones. */
static int
choose(struct graph *g, struct store *s, const struct strvec *refs,
    struct err *e)
{
	struct strvec goal = STRVEC_INIT;
	size_t i;
	int rc;

	if (opt_critical != NULL)
		strvec_add(&goal, opt_critical);
	rc = choose_all(g, s, &opt_up, true, e) != 0 ||
	    choose_all(g, s, &opt_down, false, e) != 0 ||
	    choose_all(g, s, &goal, true, e) != 0 ||
	    choose_all(g, s, refs, true, e) != 0 ||
	    choose_all(g, s, refs, false, e) != 0 ? -1 : 0;
	strvec_release(&goal);
	if (opt_up.n + opt_down.n + refs->n == 0 && opt_critical == NULL)
		for (i = 0; i < g->n; i++)
			g->v[i].chosen = opt_all ||
			    !stage_info[g->v[i].stage].closed;
	for (i = 0; i < g->n; i++)
		g->v[i].chosen = g->v[i].chosen &&
		    id_in_namespaces(&g->v[i].id, &opt_namespaces);
	return rc;
}

static int
draw(struct graph *g)
{
	struct buf out = BUF_INIT;

	(opt_dot ? graph_draw_dot : opt_mermaid ? graph_draw_mermaid :
	    graph_draw_tree)(g, &out);
	fwrite(buf_str(&out), 1, out.len, stdout);
	buf_release(&out);
	return 0;
}

static int
answer(struct graph *g, struct store *s, const struct strvec *refs,
    struct err *e)
{
	bool drawn = opt_dot || opt_mermaid || opt_tree;

	if (opt_cycles)
		return cycles(g, e);
	if (choose(g, s, refs, e) != 0)
		return -1;
	if (opt_critical != NULL && critical(g, s, e) != 0)
		return -1;
	if (opt_critical != NULL && !drawn)
		return 0;
	if (opt_ready || opt_blocked || (!drawn &&
	    (tool_options()->json || tool_options()->columns != NULL ||
	    tool_options()->null)))
		return list(g, e);
	return draw(g);
}

/* What goes with nothing else. */
static int
check_alone(int argc, int drawings, int questions, struct err *e)
{
	bool narrowed = argc > 0 || opt_up.n > 0 || opt_down.n > 0 ||
	    opt_namespaces.n > 0;

	if (opt_cycles && (narrowed || opt_critical != NULL))
		return err_set(e, EX_USAGE, "--cycles looks at all tasks");
	if (opt_critical != NULL && (questions > 0 ||
	    (drawings == 0 && narrowed)))
		return err_set(e, EX_USAGE, "--critical goes with --dot and "
		    "--mermaid, or alone");
	return 0;
}

static int
check_options(int argc, struct err *e)
{
	const struct tool_options *o = tool_options();
	int drawings = opt_dot + opt_mermaid + opt_tree;
	int questions = opt_ready + opt_blocked + opt_cycles;

	if (drawings + questions > 1)
		return err_set(e, EX_USAGE, "one of --tree, --dot, --mermaid, "
		    "--ready, --blocked and --cycles at a time");
	if (check_alone(argc, drawings, questions, e) != 0)
		return -1;
	if (drawings > 0 && (o->json || o->null || o->columns != NULL))
		return err_set(e, EX_USAGE, "a drawing has no -j, -z and "
		    "--columns");
	return 0;
}

static int
run(int argc, char **argv, struct err *e)
{
	struct strvec refs = STRVEC_INIT;
	struct store store;
	struct graph g = { .v = NULL };
	bool piped = false;
	int rc;

	rc = check_options(argc, e);
	if (rc == 0 && argc > 0)
		rc = tool_operands(argc, argv, &refs, &piped, e);
	if (rc == 0 && (refs.n > 0 || !piped) &&
	    (rc = store_open(&store, tool_options()->dir, e)) == 0) {
		rc = store_check_namespaces(&store, &opt_namespaces, e);
		if (rc == 0 && (rc = graph_load(&g, &store, e)) == 0)
			rc = answer(&g, &store, &refs, e);
		graph_release(&g);
		store_close(&store);
	}
	strvec_release(&refs);
	strvec_release(&opt_up);
	strvec_release(&opt_down);
	strvec_release(&opt_namespaces);
	return rc;
}

static const struct tool tool = {
	"task-graph", "what waits for what", "[REF]...", TOOL_LISTS, opts, run
};

int
main(int argc, char **argv)
{
	return tool_main(&tool, argc, argv);
}
