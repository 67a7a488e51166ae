/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/err.h"
#include "board/store.h"
#include "board/task.h"
#include "rule/flags.h"
#include "rule/graph.h"

void
flags_release(struct flags *f)
{
	buf_release(&f->text);
	buf_release(&f->dependencies);
}

static void
add_flag(struct flags *f, const char *flag)
{
	if (f->text.len > 0)
		buf_addc(&f->text, ' ');
	buf_adds(&f->text, flag);
}

/* "blocked(TASK-0001)", "blocked(external:API access)", "blocked". */
static void
add_blocked(struct flags *f, const struct flags_from *from)
{
	char ref[ID_SIZE];
	struct id id;

	add_flag(f, "blocked");
	if (from->blocked_by == NULL)
		return;
	if (id_parse_blocker(&id, from->blocked_by) != 0) {
		buf_addf(&f->text, "(%s)", from->blocked_by);
		return;
	}
	id_format_ref(ref, &id);
	buf_addf(&f->text, "(%s%s)", ref,
	    from->blocker_canceled ? ":canceled" : "");
}

static void
add_dependencies(struct flags *f, const struct flags_from *from)
{
	char ref[ID_SIZE];
	size_t i;

	f->ndeps = from->ndeps;
	f->ready = true;
	for (i = 0; i < f->ndeps; i++) {
		id_format_ref(ref, &from->deps[i].id);
		buf_addf(&f->dependencies, "%s%s", i > 0 ? ", " : "", ref);
		f->ready = f->ready && dep_is_done(&from->deps[i]);
	}
}

void
flags_make(struct flags *f, const struct flags_from *from)
{
	add_dependencies(f, from);
	if (from->status == STATUS_BLOCKED)
		add_blocked(f, from);
	if (from->status == STATUS_PAUSED) {
		add_flag(f, "paused");
		if (from->resume != NULL)
			buf_addf(&f->text, "(%s)", from->resume);
	}
	if (from->status == STATUS_SPLIT)
		add_flag(f, "split(children)");
	if (f->ndeps > 0 && f->ready && stage_info[from->stage].waits)
		add_flag(f, "dep_ready");
}

/* Reads the card of what blocks it, where that is a task. */
static int
find_blocker(struct store *s, struct flags_from *from, struct err *e)
{
	struct dep dep = { .pkg = NULL };
	struct id id;

	if (from->status != STATUS_BLOCKED || from->blocked_by == NULL ||
	    id_parse_blocker(&id, from->blocked_by) != 0)
		return 0;
	if (graph_dep(s, &id, &dep, e) != 0)
		return dep.pkg == NULL && e->status == EX_NOINPUT ? 0 : -1;
	from->blocker_canceled = dep.status == STATUS_CANCELED;
	return 0;
}

int
flags_of(struct flags *f, struct store *s, const struct package *p,
    const struct card *c, struct err *e)
{
	struct flags_from from = { .stage = p->stage,
	    .status = card_status(c), .blocked_by = card_get(c, "blocked_by"),
	    .resume = card_get(c, "expected_resume_date") };
	struct dep *deps = NULL;
	int rc;

	rc = graph_deps(s, c, &deps, &from.ndeps, e);
	from.deps = deps;
	if (rc == 0)
		rc = find_blocker(s, &from, e);
	if (rc == 0)
		flags_make(f, &from);
	free(deps);
	return rc;
}
