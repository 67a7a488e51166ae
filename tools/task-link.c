/* SPDX-License-Identifier: MIT */
/* task-link: say what a task depends on */
#include "base/compat.h"

#include "base/err.h"
#include "base/jsonw.h"
#include "base/log.h"
#include "change/bulk.h"
#include "cli/tool.h"
#include "rule/graph.h"
#include "rule/state.h"

static struct strvec opt_on, opt_off;
static bool opt_no_block;

static const struct opt opts[] = {
	{ 0, "on", OPT_LIST, &opt_on, "REF",
	    "it depends on that task" },
	{ 0, "off", OPT_LIST, &opt_off, "REF",
	    "it does not depend on that one any more" },
	{ 0, "no-block", OPT_FLAG, &opt_no_block, NULL,
	    "work on it goes on without what is not done" },
	OPT_END
};

/* Those of which one was refused, and its way back to itself. */
struct circle {
	char		 ref[ID_SIZE];
	struct strvec	 path;
};

struct links {
	struct strvec	 on, off;	/* "TASK-0042" */
	struct circle	*circles;
	size_t		 ncircles, cap;
};

static int
resolve(struct bulk *b, const struct strvec *given, struct strvec *out,
    struct err *e)
{
	struct package *p;
	char ref[ID_SIZE];
	size_t i;

	for (i = 0; i < given->n; i++) {
		if (store_resolve(&b->s.store, given->v[i], &p, e) != 0)
			return -1;
		id_format_ref(ref, &p->id);
		if (!strvec_has(out, ref))
			strvec_add(out, ref);
	}
	return 0;
}

/* What is not there any more can still be taken out. */
static int
take_off(const struct strvec *given, struct strvec *out, struct err *e)
{
	char ref[ID_SIZE];
	struct id id;
	size_t i;

	for (i = 0; i < given->n; i++) {
		if (id_parse(&id, given->v[i]) != 0)
			return err_set(e, EX_USAGE, "--off: '%s' is no task",
			    given->v[i]);
		id_format_ref(ref, &id);
		if (!strvec_has(out, ref))
			strvec_add(out, ref);
	}
	return 0;
}

static int
take_links(struct bulk *b, struct links *l, struct err *e)
{
	size_t i;

	if (take_off(&opt_off, &l->off, e) != 0 ||
	    resolve(b, &opt_on, &l->on, e) != 0)
		return -1;
	for (i = 0; i < l->on.n; i++)
		if (strvec_has(&l->off, l->on.v[i]))
			return err_set(e, EX_USAGE, "%s is given with --on "
			    "and with --off", l->on.v[i]);
	return 0;
}

/* Where the reference stands in the list, however it is written. */
static size_t
find_link(const struct strvec *list, const struct id *id)
{
	struct id one;
	size_t i;

	for (i = 0; i < list->n; i++)
		if (id_parse(&one, list->v[i]) == 0 &&
		    id_compare(&one, id) == 0)
			return i;
	return SIZE_MAX;
}

static int
refuse_circle(struct bulk *b, struct links *l, const struct task *t,
    const struct id *target, struct err *e)
{
	struct strvec path = STRVEC_INIT;
	struct buf text = BUF_INIT;
	struct circle *c;
	char ref[ID_SIZE];
	int found;

	id_format_ref(ref, &t->pkg->id);
	strvec_add(&path, ref);
	found = graph_path(&b->s.store, target, &t->pkg->id, &path, e);
	if (found <= 0) {
		strvec_release(&path);
		return found;
	}
	graph_show_path(&text, &path);
	err_set(e, EX_NO, "it would wait for itself: %s", text.ptr);
	buf_release(&text);
	MEM_GROW(l->circles, l->ncircles, l->cap);
	c = &l->circles[l->ncircles++];
	memcpy(c->ref, ref, ID_SIZE);
	c->path = path;
	return -1;
}

/* One side of a new link: there, alive, and not the other side. */
static int
check_target(struct bulk *b, const struct task *t, const struct id *id,
    struct dep *dep, struct err *e)
{
	char ref[ID_SIZE];

	id_format_ref(ref, id);
	if (id_compare(id, &t->pkg->id) == 0)
		return err_set(e, EX_NO, "it cannot depend on itself");
	if (graph_dep(&b->s.store, id, dep, e) != 0)
		return -1;
	if (dep->status == STATUS_CANCELED)
		return err_set(e, EX_NO, "%s is canceled: nothing can depend "
		    "on it", ref);
	if (stage_info[dep->pkg->stage].closed)
		return err_set(e, EX_NO, "%s is closed: nothing has to wait "
		    "for it", ref);
	return 0;
}

static void
log_link(struct bulk *b, struct task *t, const char *action,
    const char *target)
{
	struct buf desc = BUF_INIT;
	struct draft d;

	buf_addf(&desc, "dependency %s: %s", action, target);
	session_draft(&b->s, &d, "dependency_updated", desc.ptr);
	jsonw_member(&d.own, "action", action);
	jsonw_member(&d.own, "task_id", target);
	session_log(t, &d);
	buf_release(&desc);
}

/* What it is being worked on for is not there yet. */
static int
block(struct bulk *b, struct task *t, const char *target, struct err *e)
{
	char *by = mem_printf("task:%s", target);
	struct state_wants wants = { .by = by, .completed = -1 };
	struct state s = { .store = &b->s.store, .task = t,
	    .actor = &b->s.actor, .wants = &wants, .to = STATUS_BLOCKED,
	    .now_us = b->s.txn.now_us };
	int rc;

	rc = state_judge(&s, e) != 0 ? -1 : state_write(&s, e);
	free(by);
	return rc;
}

/* One task on its way to other dependencies. */
struct linking {
	struct bulk	*b;
	struct links	*l;
	struct task	*t;
	struct strvec	 list;		/* as it has to be */
	size_t		 added, removed;
	const char	*undone;	/* the first that is to be waited for */
};

static int
add_link(struct linking *k, const char *target, struct err *e)
{
	struct dep dep = { .pkg = NULL };
	struct id id;

	id_parse(&id, target);
	if (find_link(&k->list, &id) != SIZE_MAX)
		return 0;
	if (check_target(k->b, k->t, &id, &dep, e) != 0 ||
	    refuse_circle(k->b, k->l, k->t, &id, e) != 0)
		return -1;
	log_link(k->b, k->t, "added", target);
	strvec_add(&k->list, target);
	k->added++;
	if (k->undone == NULL && !dep_is_done(&dep))
		k->undone = target;
	return 0;
}

static int
remove_link(struct linking *k, const char *target, struct err *e)
{
	struct id id;
	size_t at;

	id_parse(&id, target);
	if ((at = find_link(&k->list, &id)) == SIZE_MAX)
		return err_set(e, EX_NO, "it does not depend on %s", target);
	for (; at != SIZE_MAX; at = find_link(&k->list, &id))
		strvec_remove(&k->list, at);
	log_link(k->b, k->t, "removed", target);
	k->removed++;
	return 0;
}

static int
change_list(struct linking *k, struct err *e)
{
	struct draft d;
	size_t i;

	for (i = 0; i < k->l->off.n; i++)
		if (remove_link(k, k->l->off.v[i], e) != 0)
			return -1;
	for (i = 0; i < k->l->on.n; i++)
		if (add_link(k, k->l->on.v[i], e) != 0)
			return -1;
	if (k->added > 0) {
		session_draft(&k->b->s, &d, "cycle_check_passed",
		    "no task waits for itself");
		session_log(k->t, &d);
	}
	return k->added + k->removed == 0 ? 0 :
	    card_set_list(&k->t->card, "depends_on", &k->list, e);
}

static int
link_one(struct bulk *b, struct task *t, void *ctx, struct err *e)
{
	struct linking k = { b, ctx, t, STRVEC_INIT, 0, 0, NULL };
	bool blocks;
	char ref[ID_SIZE];
	int rc;

	id_format_ref(ref, &t->pkg->id);
	rc = task_list(t, &b->s.store, "depends_on", &k.list, e);
	if (rc == 0)
		rc = change_list(&k, e);
	blocks = k.undone != NULL && !opt_no_block &&
	    stage_info[t->pkg->stage].works &&
	    card_status(&t->card) == STATUS_ACTIVE;
	if (rc == 0 && blocks && (rc = block(b, t, k.undone, e)) == 0)
		log_notice("%s: blocked until %s is done (--no-block leaves "
		    "it active)", ref, k.undone);
	if (rc == 0 && k.added + k.removed == 0) {
		log_notice("%s: is linked like that already", ref);
		rc = 1;
	}
	strvec_release(&k.list);
	return rc;
}

static bool
is_said(const struct ledger *l, const struct buf *own)
{
	const struct event *last = l->n == 0 ? NULL : &l->v[l->n - 1];

	return last != NULL && strcmp(last->event, "cycle_detected") == 0 &&
	    memmem(l->text.ptr + last->start, last->len, own->ptr,
	    own->len) != NULL;
}

/* A refusal goes on record, unless the last event says the same. */
static int
record_circle(struct bulk *b, const struct circle *c, struct err *e)
{
	struct task t = TASK_INIT;
	struct draft d;
	char *message;
	int rc;

	rc = session_load(&b->s, c->ref, &t, e);
	if (rc == 0) {
		session_draft(&b->s, &d, "cycle_detected",
		    "refused: it would wait for itself");
		jsonw_key(&d.own, "cycle_path");
		jsonw_list(&d.own, &c->path);
		if (!is_said(&t.ledger, &d.own)) {
			session_log(&t, &d);
			session_save(&b->s, &t);
			message = mem_printf("%s: refused: a circle of "
			    "dependencies", c->ref);
			rc = session_commit(&b->s, message, e);
			free(message);
		}
		draft_release(&d);
	}
	task_release(&t);
	return rc;
}

static int
link_all(struct bulk *b, struct links *l, struct err *e)
{
	size_t i;
	int rc;

	rc = take_links(b, l, e);
	if (rc == 0) {
		bulk_each(b, link_one, l);
		rc = bulk_commit(b, "dependencies updated", e);
	}
	for (i = 0; i < l->ncircles && rc == 0 &&
	    !tool_options()->dry_run; i++)
		rc = record_circle(b, &l->circles[i], e);
	while (l->ncircles > 0)
		strvec_release(&l->circles[--l->ncircles].path);
	free(l->circles);
	strvec_release(&l->on);
	strvec_release(&l->off);
	return rc;
}

static int
run(int argc, char **argv, struct err *e)
{
	struct links l = { .ncircles = 0 };
	struct bulk b = BULK_INIT;
	int rc = 0;

	if (opt_on.n == 0 && opt_off.n == 0)
		rc = err_set(e, EX_USAGE, "--on REF or --off REF is missing: "
		    "what it depends on");
	if (rc == 0)
		rc = bulk_take(&b, argc, argv, e);
	if (rc == 0)
		rc = bulk_begin(&b, e);
	if (rc == 0 && b.begun)
		rc = link_all(&b, &l, e);
	bulk_release(&b);
	strvec_release(&opt_on);
	strvec_release(&opt_off);
	return rc;
}

static const struct tool tool = {
	"task-link", "say what a task depends on", "REF...",
	TOOL_LISTS | TOOL_WRITES, opts, run
};

int
main(int argc, char **argv)
{
	return tool_main(&tool, argc, argv);
}
