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
static int
add_blocked(struct flags *f, struct store *s, const char *by, struct err *e)
{
	struct task blocker = TASK_INIT;
	struct package *pkg;
	char ref[ID_SIZE];
	struct id id;
	int rc = 0;

	add_flag(f, "blocked");
	if (by == NULL)
		return 0;
	if (id_parse_blocker(&id, by) != 0) {
		buf_addf(&f->text, "(%s)", by);
		return 0;
	}
	id_format_ref(ref, &id);
	buf_addf(&f->text, "(%s", ref);
	if (store_find(s, &id, &pkg, e) != 0)
		rc = e->status == EX_NOINPUT ? 0 : -1;
	else if ((rc = task_load_card(&blocker, s, pkg, e)) == 0 &&
	    card_status(&blocker.card) == STATUS_CANCELED)
		buf_adds(&f->text, ":canceled");
	buf_addc(&f->text, ')');
	task_release(&blocker);
	return rc;
}

static int
add_dependencies(struct flags *f, struct store *s, const struct card *c,
    struct err *e)
{
	char ref[ID_SIZE];
	struct dep *deps;
	size_t i;
	int rc;

	rc = graph_deps(s, c, &deps, &f->ndeps, e);
	f->ready = true;
	for (i = 0; i < f->ndeps; i++) {
		id_format_ref(ref, &deps[i].id);
		buf_addf(&f->dependencies, "%s%s", i > 0 ? ", " : "", ref);
		f->ready = f->ready && dep_is_done(&deps[i]);
	}
	free(deps);
	return rc;
}

int
flags_of(struct flags *f, struct store *s, const struct package *p,
    const struct card *c, struct err *e)
{
	const char *resume;
	int status = card_status(c);

	if (add_dependencies(f, s, c, e) != 0)
		return -1;
	if (status == STATUS_BLOCKED &&
	    add_blocked(f, s, card_get(c, "blocked_by"), e) != 0)
		return -1;
	if (status == STATUS_PAUSED) {
		add_flag(f, "paused");
		resume = card_get(c, "expected_resume_date");
		if (resume != NULL)
			buf_addf(&f->text, "(%s)", resume);
	}
	if (status == STATUS_SPLIT)
		add_flag(f, "split(children)");
	if (f->ndeps > 0 && f->ready && stage_info[p->stage].waits)
		add_flag(f, "dep_ready");
	return 0;
}
