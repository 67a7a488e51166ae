/* SPDX-License-Identifier: MIT */
/* Checks of what a task depends on. */
#include "base/compat.h"

#include "base/err.h"
#include "board/task.h"
#include "rule/check.h"
#include "rule/checks.h"
#include "rule/graph.h"
#include "rule/move.h"

/* Why nobody can wait for it; NULL: it lies in a stage. */
static const char *
whereabouts(const struct dep *d)
{
	if (d->pkg == NULL)
		return "is missing";
	if (d->status == STATUS_CANCELED)
		return "is canceled";
	return d->status == STATUS_SPLIT ? "was split" : NULL;
}

int
check_dependencies(struct move *m, struct err *e)
{
	char ref[ID_SIZE];
	struct dep *deps;
	size_t i, n;
	int rc;

	rc = graph_deps(m->store, &m->task->card, &deps, &n, e);
	for (i = 0; i < n && rc == 0; i++) {
		id_format_ref(ref, &deps[i].id);
		if (deps[i].pkg == NULL)
			check_refuse(m, CHECK_DEPENDENCIES, "it depends on %s, "
			    "which does not exist", ref);
		else if (deps[i].status == STATUS_CANCELED ||
		    deps[i].status == STATUS_SPLIT)
			check_refuse(m, CHECK_DEPENDENCIES, "it depends on %s, "
			    "which %s", ref, whereabouts(&deps[i]));
		else if (!deps[i].has_dri)
			check_refuse(m, CHECK_DEPENDENCIES,
			    "it depends on %s, for "
			    "which nobody is responsible", ref);
	}
	free(deps);
	return rc;
}

int
check_cycle(struct move *m, struct err *e)
{
	struct strvec path = STRVEC_INIT;
	struct buf text = BUF_INIT;
	int rc;

	rc = graph_cycle(m->store, &m->task->pkg->id, &path, e);
	if (rc > 0) {
		graph_show_path(&text, &path);
		check_refuse(m, CHECK_CYCLE, "its dependencies go round in a "
		    "circle: %s", text.ptr);
	}
	strvec_release(&path);
	buf_release(&text);
	return rc < 0 ? -1 : 0;
}

int
check_done_before(struct move *m, struct err *e)
{
	const char *where;
	char ref[ID_SIZE];
	struct dep *deps;
	size_t i, n;
	int rc;

	rc = graph_deps(m->store, &m->task->card, &deps, &n, e);
	for (i = 0; i < n && rc == 0; i++) {
		if (dep_is_done(&deps[i]))
			continue;
		id_format_ref(ref, &deps[i].id);
		where = whereabouts(&deps[i]);
		if (m->wants->concurrent_ok != NULL && deps[i].pkg != NULL)
			m->facts |= FACT_CONCURRENT;
		else
			check_refuse(m, CHECK_DONE_BEFORE,
			    "it waits for %s, which "
			    "%s%s (--concurrent-ok REASON starts it all "
			    "the same)", ref, where != NULL ? where :
			    "is in ", where != NULL ? "" :
			    stage_info[deps[i].pkg->stage].name);
	}
	free(deps);
	return rc;
}
