/* SPDX-License-Identifier: MIT */
/* task-merge: make one task of two that are the same */
#include "base/compat.h"

#include "base/err.h"
#include "base/jsonw.h"
#include "base/log.h"
#include "change/advance.h"
#include "change/retarget.h"
#include "cli/out.h"
#include "cli/tool.h"
#include "rule/graph.h"
#include "rule/state.h"
#include "tools/merge.h"

static const char *opt_reason;

static const struct opt opts[] = {
	{ 'r', "reason", OPT_TEXT, &opt_reason, "REASON",
	    "why they are one" },
	OPT_END
};

static const struct out_column columns[] = {
	{ .name = "id" },
	{ .name = NULL }
};

static int
load(struct merge *m, const char *given, struct task *t, char ref[ID_SIZE],
    struct err *e)
{
	int status;

	if (session_load(&m->s, given, t, e) != 0 ||
	    task_require_ledger(t, &m->s.store, e) != 0)
		return -1;
	id_format_ref(ref, &t->pkg->id);
	status = card_status(&t->card);
	if (!stage_info[t->pkg->stage].closed)
		return 0;
	return err_set(e, EX_NO, "%s: it is %s", ref,
	    status == STATUS_CANCELED || status == STATUS_SPLIT ?
	    status_names[status] : "closed");
}

static int
load_both(struct merge *m, const struct strvec *refs, struct err *e)
{
	struct package *p, *q;

	if (store_resolve(&m->s.store, refs->v[0], &p, e) != 0 ||
	    store_resolve(&m->s.store, refs->v[1], &q, e) != 0)
		return -1;
	if (id_compare(&p->id, &q->id) == 0) {
		id_format_ref(m->ref, &p->id);
		return err_set(e, EX_NO, "%s: it cannot be merged with itself",
		    m->ref);
	}
	return load(m, refs->v[0], &m->primary, m->ref, e) != 0 ||
	    load(m, refs->v[1], &m->duplicate, m->from, e) != 0 ? -1 : 0;
}

/* The one must not wait for the other, directly or not. */
static int
check_apart(struct merge *m, const struct task *a, const struct task *b,
    struct err *e)
{
	struct strvec path = STRVEC_INIT;
	struct buf text = BUF_INIT;
	int found = graph_path(&m->s.store, &a->pkg->id, &b->pkg->id, &path,
	    e);

	if (found > 0) {
		graph_show_path(&text, &path);
		err_set(e, EX_NO, "%s: one of the two waits for the other: "
		    "%s", m->ref, text.ptr);
	}
	strvec_release(&path);
	buf_release(&text);
	return found == 0 ? 0 : -1;
}

static int
check_ends(struct merge *m, struct err *e)
{
	const char *by = card_get(&m->primary.card, "blocked_by");
	struct id id;

	if (check_apart(m, &m->primary, &m->duplicate, e) != 0 ||
	    check_apart(m, &m->duplicate, &m->primary, e) != 0)
		return -1;
	if (by != NULL && id_parse_blocker(&id, by) == 0 &&
	    id_compare(&id, &m->duplicate.pkg->id) == 0)
		return err_set(e, EX_NO, "%s: it is blocked by %s, and cannot "
		    "be blocked by itself (task-status)", m->ref, m->from);
	return 0;
}

static void
log_merge(struct merge *m)
{
	const char *name = card_str(&m->duplicate.card, "task_name");
	char *desc = m->reason != NULL ? mem_strdup(m->reason) :
	    mem_printf("the same as %s: %s", m->from, name);
	struct draft d;

	session_draft(&m->s, &d, "merged_from", desc);
	jsonw_member(&d.own, "source_task", m->from);
	session_log(&m->primary, &d);
	free(desc);
}

/* Work on it waits for what the other one waited for. */
static int
block(struct merge *m, struct err *e)
{
	struct state_wants wants = { .completed = -1 };
	struct state s = { .store = &m->s.store, .task = &m->primary,
	    .actor = &m->s.actor, .wants = &wants, .to = STATUS_BLOCKED,
	    .now_us = m->s.txn.now_us };
	char *by;
	int rc;

	m->blocks = m->undone != NULL &&
	    stage_info[m->primary.pkg->stage].works &&
	    card_status(&m->primary.card) == STATUS_ACTIVE;
	if (!m->blocks)
		return 0;
	by = mem_printf("task:%s", m->undone);
	wants.by = by;
	rc = state_judge(&s, e) != 0 ? -1 : state_write(&s, e);
	free(by);
	return rc;
}

static int
unite(struct merge *m, struct err *e)
{
	log_merge(m);
	if (merge_criteria(m, e) == 0 && merge_context(m, e) == 0 &&
	    merge_lists(m, e) == 0 && block(m, e) == 0)
		return 0;
	return e->status == EX_NO ? err_prefix(e, "%s", m->ref) : -1;
}

/* To the archive; nobody depends on it any more. */
static int
cancel(struct merge *m, struct err *e)
{
	char *reason = mem_printf("duplicate: merged into %s", m->ref);
	struct state_wants wants = { .reason = reason, .completed = -1 };
	struct state s = { .store = &m->s.store, .task = &m->duplicate,
	    .actor = &m->s.actor, .wants = &wants, .to = STATUS_CANCELED,
	    .now_us = m->s.txn.now_us };
	int rc;

	rc = state_judge(&s, e) != 0 ? -1 : state_write(&s, e);
	if (rc != 0 && e->status == EX_NO)
		err_prefix(e, "%s", m->from);
	if (rc == 0) {
		session_save(&m->s, &m->duplicate);
		rc = session_move(&m->s, &m->duplicate, s.stage, e);
		advance_tell_closed(&m->s, &m->duplicate);
	}
	free(reason);
	return rc;
}

/* Whoever names the duplicate, but for the task that gets its place. */
static int
retarget(struct merge *m, struct strvec *others, struct err *e)
{
	char *why = mem_printf("%s was merged into %s", m->from, m->ref);
	struct strvec to = STRVEC_INIT;
	struct retarget r = { .s = &m->s, .from = &m->duplicate.pkg->id,
	    .to = &to, .what = RETARGET_ALL, .why = why };
	size_t i;
	int rc;

	strvec_add(&to, m->ref);
	rc = retarget_find(&r, others, e);
	for (i = 0; i < others->n; )
		if (strcmp(others->v[i], m->ref) == 0)
			strvec_remove(others, i);
		else
			i++;
	if (rc == 0)
		rc = retarget_all(&r, others, e);
	strvec_release(&to);
	free(why);
	return rc;
}

/* What the person may not have thought of. */
static void
tell(const struct merge *m, enum stage was)
{
	enum stage at = m->primary.pkg->stage;

	if (was > at)
		log_warn("%s, which is canceled, was further on ('%s') than "
		    "%s ('%s')", m->from, stage_info[was].name, m->ref,
		    stage_info[at].name);
	if (m->blocks)
		log_notice("%s: blocked until %s is done", m->ref, m->undone);
}

static int
merge(struct merge *m, const struct strvec *refs, struct err *e)
{
	struct strvec others = STRVEC_INIT;
	struct buf message = BUF_INIT;
	enum stage was;
	int rc;

	if (load_both(m, refs, e) != 0 || check_ends(m, e) != 0 ||
	    unite(m, e) != 0)
		return -1;
	was = m->duplicate.pkg->stage;
	if ((rc = retarget(m, &others, e)) == 0) {
		session_save(&m->s, &m->primary);
		rc = cancel(m, e);
	}
	if (rc == 0) {
		buf_addf(&message, "%s: merged with %s", m->ref, m->from);
		if (others.n > 0) {
			buf_adds(&message, "\n\nand along with it: ");
			tool_subject(&message, &others);
			tool_body(&message, &others);
		}
		rc = session_commit(&m->s, message.ptr, e);
	}
	if (rc == 0)
		tell(m, was);
	strvec_release(&others);
	buf_release(&message);
	return rc;
}

static int
merge_all(struct merge *m, const struct strvec *refs, struct err *e)
{
	struct out o;
	int rc;

	if (out_begin(&o, columns, e) != 0 || session_begin(&m->s, e) != 0)
		return -1;
	rc = merge(m, refs, e);
	if (rc == 0) {
		out_text(&o, 0, m->ref);
		out_row(&o);
		out_end(&o);
	}
	task_release(&m->primary);
	task_release(&m->duplicate);
	strvec_release(&m->depends_on);
	session_end(&m->s);
	return rc;
}

static int
run(int argc, char **argv, struct err *e)
{
	struct merge m = { .primary = TASK_INIT, .duplicate = TASK_INIT };
	struct strvec refs = STRVEC_INIT;
	int rc;

	rc = tool_operands(argc, argv, &refs, NULL, e);
	if (rc == 0 && refs.n != 2)
		rc = err_set(e, EX_USAGE, "two tasks are merged: the one that "
		    "stays, and its duplicate");
	if (rc == 0 && opt_reason != NULL)
		rc = tool_check_reason(opt_reason, e);
	m.reason = opt_reason;
	if (rc == 0)
		rc = merge_all(&m, &refs, e);
	strvec_release(&refs);
	return rc;
}

static const struct tool tool = {
	"task-merge", "make one task of two that are the same",
	"PRIMARY DUPLICATE", TOOL_LISTS | TOOL_WRITES, opts, run
};

int
main(int argc, char **argv)
{
	return tool_main(&tool, argc, argv);
}
