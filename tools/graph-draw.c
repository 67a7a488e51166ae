/* SPDX-License-Identifier: MIT */
/* task-graph: drawings */
#include "base/compat.h"

#include "base/buf.h"
#include "base/utf8.h"
#include "cli/out.h"
#include "tools/graph.h"

enum { DEPTH_MAX = 64, NAME_COLUMNS = 40, NAME_BYTES = 200 };

static bool
is_red(const struct graph *g, const struct node *n)
{
	return n->status == STATUS_BLOCKED || (stage_info[n->stage].works &&
	    node_waits(g, n));
}

/* How a drawing's language writes what it would take for its own. */
struct escape {
	char		 c;
	const char	*text;
};

static const struct escape dot_escapes[] = { { '"', "'" }, { '\\', " " },
	{ '&', "&amp;" }, { '<', " " }, { '>', " " }, { '\0', NULL } };
static const struct escape mermaid_escapes[] = { { '"', "#quot;" },
	{ '\\', " " }, { '&', "#amp;" }, { '<', " " }, { '>', " " },
	{ '#', "#35;" }, { '\0', NULL } };

static void
add_char(struct buf *out, int32_t ch, const struct escape *escapes)
{
	/* Also what no XML may hold. */
	if (ch < 0 || utf8_is_control((uint32_t)ch) || ch == 0xfffe ||
	    ch == 0xffff) {
		buf_addc(out, ' ');
		return;
	}
	for (; escapes->text != NULL; escapes++)
		if (ch == escapes->c) {
			buf_adds(out, escapes->text);
			return;
		}
	utf8_add(out, (uint32_t)ch);
}

/* The name, cut. */
static void
add_label(struct buf *out, const char *name, const struct escape *escapes)
{
	size_t at, used, len, n;
	int32_t ch;

	if (name == NULL)
		return;
	len = strlen(name);
	n = utf8_prefix(name, len, NAME_COLUMNS);
	if (n > NAME_BYTES)
		n = NAME_BYTES;
	for (at = 0; at < n; at += used) {
		ch = utf8_char(name + at, len - at, &used);
		add_char(out, ch, escapes);
	}
	if (at < len)
		buf_adds(out, "…");
}

static void
dot_node(const struct graph *g, const struct node *n, struct buf *out)
{
	buf_addf(out, "\t\t\"%s\" [label=\"%s\\n", n->ref, n->ref);
	add_label(out, n->name, dot_escapes);
	buf_adds(out, "\"");
	if (is_red(g, n))
		buf_adds(out, ", color=\"#c00000\", fontcolor=\"#c00000\"");
	else if (node_is_done(n))
		buf_adds(out, ", color=\"#808080\", fontcolor=\"#808080\"");
	if (n->status == STATUS_PAUSED)
		buf_adds(out, ", style=\"rounded,dashed\"");
	if (n->critical)
		buf_adds(out, ", penwidth=3");
	buf_adds(out, "];\n");
}

/* A stage is a rank, in the order of the stages, with its name above. */
static void
dot_stages(const struct graph *g, struct buf *out)
{
	const char *gap = "";
	size_t i;
	int stage;

	for (stage = 0; stage < STAGE_COUNT; stage++) {
		buf_addf(out, "\t{ rank=same;\n\t\t\"%s\" [shape=plaintext];"
		    "\n", stage_info[stage].name);
		for (i = 0; i < g->n; i++)
			if (g->v[i].chosen && (int)g->v[i].stage == stage)
				dot_node(g, &g->v[i], out);
		buf_adds(out, "\t}\n");
	}
	buf_adds(out, "\t");
	for (stage = 0; stage < STAGE_COUNT; stage++) {
		buf_addf(out, "%s\"%s\"", gap, stage_info[stage].name);
		gap = " -> ";
	}
	buf_adds(out, " [style=invis];\n");
}

void
graph_draw_dot(const struct graph *g, struct buf *out)
{
	const struct node *n, *to;
	size_t i, k;

	buf_adds(out, "digraph tasks {\n\trankdir=LR;\n"
	    "\tnode [shape=box, style=rounded, fontname=\"sans-serif\", "
	    "fontsize=10];\n\tedge [arrowsize=0.7];\n");
	dot_stages(g, out);
	for (i = 0; i < g->n; i++) {
		n = &g->v[i];
		for (k = 0; k < n->nbelow && n->chosen; k++) {
			to = &g->v[g->below[n->below + k]];
			if (!to->chosen)
				continue;
			buf_addf(out, "\t\"%s\" -> \"%s\" "
			    "[constraint=false%s];\n", to->ref, n->ref,
			    n->critical && n->critical_to ==
			    (size_t)(to - g->v) ? ", penwidth=3" : "");
		}
	}
	buf_adds(out, "}\n");
}

static void
mermaid_class(const struct graph *g, const char *name, struct buf *out,
    bool (*is)(const struct graph *, const struct node *))
{
	const char *gap = "";
	size_t i;

	for (i = 0; i < g->n; i++) {
		if (!g->v[i].chosen || !is(g, &g->v[i]))
			continue;
		buf_addf(out, "%s%s", *gap == '\0' ? "\tclass " : gap,
		    g->v[i].ref);
		gap = ",";
	}
	if (*gap != '\0')
		buf_addf(out, " %s\n", name);
}

static bool
is_critical(const struct graph *g, const struct node *n)
{
	(void)g;
	return n->critical;
}

static bool
is_done(const struct graph *g, const struct node *n)
{
	(void)g;
	return node_is_done(n);
}

void
graph_draw_mermaid(const struct graph *g, struct buf *out)
{
	const struct node *n;
	size_t i, k;

	buf_adds(out, "flowchart LR\n");
	for (i = 0; i < g->n; i++) {
		n = &g->v[i];
		if (!n->chosen)
			continue;
		buf_addf(out, "\t%s[\"%s<br>", n->ref, n->ref);
		add_label(out, n->name, mermaid_escapes);
		buf_addf(out, "<br>%s\"]\n", stage_info[n->stage].name);
	}
	for (i = 0; i < g->n; i++) {
		n = &g->v[i];
		for (k = 0; k < n->nbelow && n->chosen; k++)
			if (g->v[g->below[n->below + k]].chosen)
				buf_addf(out, "\t%s --> %s\n",
				    g->v[g->below[n->below + k]].ref, n->ref);
	}
	buf_adds(out, "\tclassDef blocked stroke:#c00000,color:#c00000\n"
	    "\tclassDef done stroke:#808080,color:#808080\n"
	    "\tclassDef critical stroke-width:4px\n");
	mermaid_class(g, "blocked", out, is_red);
	mermaid_class(g, "done", out, is_done);
	mermaid_class(g, "critical", out, is_critical);
}

/* A level of the tree: which node, and which of its links comes next. */
struct level {
	size_t	node, next;
};

struct tree {
	const struct graph *g;
	struct buf	*out;
	bool		*shown;		/* by node */
	bool		 colour;
	size_t		*deep;		/* what was too deep, to be drawn */
	size_t		 ndeep, deep_cap;
	struct level	 levels[DEPTH_MAX];
	size_t		 depth;
};

/* The next chosen one below from `*next` on; SIZE_MAX: there is none. */
static size_t
next_below(const struct graph *g, const struct node *n, size_t *next)
{
	size_t to;

	while (*next < n->nbelow) {
		to = g->below[n->below + (*next)++];
		if (g->v[to].chosen)
			return to;
	}
	return SIZE_MAX;
}

static bool
has_more(const struct graph *g, const struct level *l)
{
	size_t next = l->next;

	return next_below(g, &g->v[l->node], &next) != SIZE_MAX;
}

static void
tree_line(struct tree *t, size_t at)
{
	const struct node *n = &t->g->v[at];
	bool red = is_red(t->g, n);
	size_t i, first = 0;

	for (i = 0; i < t->depth; i++)
		buf_adds(t->out, i + 1 == t->depth ?
		    has_more(t->g, &t->levels[i]) ? "├── " : "└── " :
		    has_more(t->g, &t->levels[i]) ? "│   " : "    ");
	buf_addf(t->out, t->colour ? "%s%s\033[0m  " : "%s%s  ",
	    t->colour ? out_style_on(red ? OUT_RED : OUT_BOLD) : "", n->ref);
	if (n->name != NULL)
		utf8_add_safe(t->out, n->name, strlen(n->name));
	buf_addf(t->out, "  (%s", stage_info[n->stage].name);
	if (n->status != STATUS_ACTIVE && n->status != STATUS_NONE)
		buf_addf(t->out, ", %s", status_names[n->status]);
	buf_addc(t->out, ')');
	if (t->shown[at] && next_below(t->g, n, &first) != SIZE_MAX)
		buf_adds(t->out, " see above");
	else if (t->depth + 1 == DEPTH_MAX &&
	    next_below(t->g, n, &first) != SIZE_MAX)
		buf_adds(t->out, " …");
	buf_addc(t->out, '\n');
}

static void
draw_from(struct tree *t, size_t root)
{
	struct level *l;
	size_t to;

	t->depth = 0;
	tree_line(t, root);
	t->shown[root] = true;
	t->levels[t->depth++] = (struct level){ root, 0 };
	while (t->depth > 0) {
		l = &t->levels[t->depth - 1];
		to = next_below(t->g, &t->g->v[l->node], &l->next);
		if (to == SIZE_MAX) {
			t->depth--;
			continue;
		}
		tree_line(t, to);
		if (t->shown[to])
			continue;
		if (t->depth < DEPTH_MAX - 1) {
			t->shown[to] = true;
			t->levels[t->depth++] = (struct level){ to, 0 };
		} else {
			MEM_GROW(t->deep, t->ndeep, t->deep_cap);
			t->deep[t->ndeep++] = to;
		}
	}
}

/* And what was too deep for it, as if that were a root. */
static void
draw_all_from(struct tree *t, size_t root)
{
	draw_from(t, root);
	while (t->ndeep > 0) {
		root = t->deep[--t->ndeep];
		if (!t->shown[root])
			draw_from(t, root);
	}
}

static bool
is_root(const struct graph *g, const struct node *n)
{
	size_t i;

	for (i = 0; i < n->nabove; i++)
		if (g->v[g->above[n->above + i]].chosen)
			return false;
	return true;
}

void
graph_draw_tree(const struct graph *g, struct buf *out)
{
	struct tree t = { .g = g, .out = out, .colour = out_colour() };
	size_t i;

	t.shown = mem_zalloc((g->n + 1) * sizeof(*t.shown));
	for (i = 0; i < g->n; i++)
		if (g->v[i].chosen && is_root(g, &g->v[i]))
			draw_all_from(&t, i);
	/* What is left goes round in circles. */
	for (i = 0; i < g->n; i++)
		if (g->v[i].chosen && !t.shown[i])
			draw_all_from(&t, i);
	free(t.shown);
	free(t.deep);
}
