/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "t/model/model.h"
#include "t/unit/tap.h"

const char *const stage_names[] = { "inbox", "backlog", "next", "current",
    "integration", "learning", "archived" };
const char *const status_names[] = { "active", "blocked", "paused",
    "canceled" };
const char *const user_names[] = { "@alice", "@bob", "@carol" };
const char *const check_names[] = { "transition", "reason", "sections",
    "criteria", "priority", "effort", "dependencies", "cycle", "done-before",
    "held", "ticked", "learning", "wip", "gate" };

struct board *
board_dup(const struct board *b)
{
	struct board *copy = mem_alloc(sizeof(*copy));

	*copy = *b;
	return copy;
}

struct task *
board_task(struct board *b, int ref)
{
	return ref >= 1 && ref <= b->n ? &b->tasks[ref] : NULL;
}

bool
is_done(const struct board *b, int ref)
{
	const struct task *t = &b->tasks[ref];

	return t->stage >= INTEGRATION && t->status != CANCELED;
}

bool
all_done(const struct board *b, const struct task *t)
{
	int i;

	for (i = 0; i < t->ndeps; i++)
		if (!is_done(b, t->deps[i]))
			return false;
	return true;
}

bool
depends_on(const struct task *t, int ref)
{
	int i;

	for (i = 0; i < t->ndeps; i++)
		if (t->deps[i] == ref)
			return true;
	return false;
}

bool
leads_to(const struct board *b, int from, int to)
{
	bool seen[TASKS_MAX + 1] = { false };
	bool more = true;
	int i, k;

	seen[from] = true;
	while (more) {
		more = false;
		for (i = 1; i <= b->n; i++)
			for (k = 0; seen[i] && k < b->tasks[i].ndeps; k++) {
				more |= !seen[b->tasks[i].deps[k]];
				seen[b->tasks[i].deps[k]] = true;
			}
	}
	return seen[to];
}

void
enter(struct board *b, struct task *t, enum stage to)
{
	t->stage = to;
	t->nsigns = 0;
	t->entered = b->now;
}

bool
may_sign(const struct board *b, enum user user, enum stage gate)
{
	return b->policy->people == NULL || b->policy->may[user][gate];
}

bool
is_signed(const struct board *b, const struct task *t, enum stage gate)
{
	const struct sign *s;

	for (s = t->signs; s < t->signs + t->nsigns; s++)
		if (s->gate == gate && s->of.text == t->content.text &&
		    s->of.ticks == t->content.ticks &&
		    may_sign(b, s->user, gate))
			return true;
	return false;
}

void
add_sign(struct task *t, enum stage gate, enum user user)
{
	struct sign s = { gate, user, t->content };

	if (t->nsigns == SIGNS_MAX)
		bail("more than %d sign-offs", SIGNS_MAX);
	t->signs[t->nsigns++] = s;
}

void
new_text(struct board *b, struct task *t)
{
	t->content.text = ++b->texts;
}

/* True where `a` is pulled before `z`. */
static bool
before(const struct board *b, int a, int z)
{
	const struct task *s = &b->tasks[a], *t = &b->tasks[z];
	/* None comes after all the others. */
	int p = s->priority == NONE ? 5 : s->priority;
	int q = t->priority == NONE ? 5 : t->priority;

	if (p != q)
		return p < q;
	if ((s->rework > 0) != (t->rework > 0))
		return s->rework > 0;
	if (s->rework != t->rework)
		return s->rework > t->rework;
	if (s->rework == 0 && s->entered != t->entered)
		return s->entered < t->entered;
	return a < z;
}

int
stage_order(const struct board *b, int stage, int *out)
{
	int n = 0, i, k;

	for (i = 1; i <= b->n; i++) {
		if (stage != STAGES && (int)b->tasks[i].stage != stage)
			continue;
		for (k = n++; stage == NEXT && k > 0 &&
		    before(b, i, out[k - 1]); k--)
			out[k] = out[k - 1];
		out[k] = i;
	}
	return n;
}

static void
add_flags(const struct board *b, const struct task *t, struct buf *out)
{
	size_t start = out->len;

	if (t->status == BLOCKED && t->blocker != 0)
		buf_addf(out, "blocked(TASK-%04d%s)", t->blocker,
		    b->tasks[t->blocker].status == CANCELED ? ":canceled" :
		    "");
	else if (t->status == BLOCKED)
		buf_addf(out, "blocked(%s)", t->outside);
	else if (t->status == PAUSED && t->until != NULL)
		buf_addf(out, "paused(%s)", t->until);
	else if (t->status == PAUSED)
		buf_adds(out, "paused");
	if (t->ndeps > 0 && all_done(b, t) && t->stage < CURRENT)
		buf_addf(out, "%sdep_ready", out->len > start ? " " : "");
	if (out->len == start)
		buf_addc(out, '-');
}

static void
add_row(const struct board *b, int ref, bool root, struct buf *out)
{
	const struct task *t = &b->tasks[ref];
	int i;

	buf_addf(out, "| %04d | name %d | %s | ", ref, t->name,
	    user_names[t->dri]);
	if (root)
		buf_addf(out, "%s | ", stage_names[t->stage]);
	buf_addf(out, "%s | ", status_names[t->status]);
	add_flags(b, t, out);
	buf_adds(out, " | ");
	for (i = 0; i < t->ndeps; i++)
		buf_addf(out, "%sTASK-%04d", i > 0 ? ", " : "", t->deps[i]);
	buf_addf(out, "%s |\n", t->ndeps == 0 ? "-" : "");
}

void
index_rows(const struct board *b, int stage, struct buf *out)
{
	int order[TASKS_MAX], n = stage_order(b, stage, order), i;

	for (i = 0; i < n; i++)
		add_row(b, order[i], stage == STAGES, out);
}

void
refuse(struct outcome *o, int status, const char *why)
{
	saw(why);
	if (o->status != 0)
		return;
	o->status = status;
	o->why = why;
}

bool
has_id(const int *ids, int n, int ref)
{
	while (n-- > 0)
		if (ids[n] == ref)
			return true;
	return false;
}

static void
add_id(int *ids, int *n, int ref)
{
	if (has_id(ids, *n, ref))
		return;
	if (*n == IDS_MAX)
		bail("more than %d ids", IDS_MAX);
	ids[(*n)++] = ref;
}

void
print_id(struct outcome *o, int ref)
{
	add_id(o->ids, &o->n, ref);
}

void
print_late(struct outcome *o, int ref)
{
	add_id(o->late, &o->nlate, ref);
}
