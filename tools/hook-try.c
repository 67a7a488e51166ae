/* SPDX-License-Identifier: MIT */
/* task-hook: hooks on trial */
#include "base/compat.h"

#include "base/err.h"
#include "base/log.h"
#include "board/task.h"
#include "change/hookcall.h"
#include "change/hookrun.h"
#include "cli/out.h"
#include "cli/tool.h"
#include "tools/hook.h"

enum { COL_ID, COL_HOOK, COL_EVENT, COL_DESC, COL_FIELDS };

static const struct out_column columns[] = {
	{ .name = "id", .style = OUT_BOLD },
	{ .name = "hook" },
	{ .name = "event", .style = OUT_BLUE },
	{ .name = "desc", .flexible = true },
	{ .name = "fields", .hidden = true },
	{ .name = NULL }
};

/* The last event that fires the point; without one, the last of all. */
static const struct event *
find_event(const struct task *t, enum hook_point point, const char *ref)
{
	const struct ledger *l = &t->ledger;
	size_t i;

	for (i = l->n; i > 0; i--)
		if (hook_fires(point, &l->v[i - 1],
		    i > 1 ? &l->v[i - 2] : NULL, &t->card))
			return &l->v[i - 1];
	if (l->n == 0)
		return NULL;
	log_notice("%s: no event of it fires %s; its last one is taken, '%s'",
	    ref, hook_points[point], l->v[l->n - 1].event);
	return &l->v[l->n - 1];
}

static void
print_proposals(const struct hookcall *c, struct out *o)
{
	const struct proposal *p;
	struct buf fields = BUF_INIT;
	size_t i;

	for (i = 0; i < c->n; i++) {
		p = &c->v[i];
		buf_clear(&fields);
		buf_addf(&fields, "{%s}", buf_str(&p->fields));
		out_text(o, COL_ID, p->ref);
		out_text(o, COL_HOOK, p->hook);
		out_text(o, COL_EVENT, p->event);
		out_text(o, COL_DESC, p->desc);
		out_json(o, COL_FIELDS, fields.ptr, fields.len);
		out_row(o);
	}
	buf_release(&fields);
}

static void
try_hook(struct hookcall *c, struct out *o)
{
	struct err e = ERR_INIT;

	if (!c->hook->enabled)
		log_notice("hook %s is not enabled; this is only a trial",
		    c->hook->name);
	if (tool_options()->dry_run) {
		log_notice("%s: hook %s would run", c->ref, c->hook->name);
		return;
	}
	if (hookcall_run(c, &e) != 0) {
		err_prefix(&e, "hook %s", c->hook->name);
		tool_failed(&e);
	}
	print_proposals(c, o);
	hookcall_release(c);
}

static int
try_task(struct board *b, enum hook_point point, const char *operand,
    struct out *o, struct err *e)
{
	struct hookcall c = { .store = &b->store, .place = &b->place,
	    .rehearsal = true };
	struct task t = TASK_INIT;
	const struct event *ev;
	struct package *p;
	char ref[ID_SIZE], *line;
	size_t i;
	int rc;

	rc = store_resolve(&b->store, operand, &p, e);
	if (rc == 0)
		rc = task_load(&t, &b->store, p, e);
	if (rc != 0)
		goto out;
	id_format_ref(ref, &p->id);
	if ((ev = find_event(&t, point, ref)) == NULL) {
		rc = err_set(e, EX_DATAERR, "%s: its ledger has no event",
		    ref);
		goto out;
	}
	c.ref = ref;
	c.event = line = mem_dup(t.ledger.text.ptr + ev->start, ev->len);
	for (i = 0; i < b->hooks.n; i++)
		if (b->hooks.v[i].point == point) {
			c.hook = &b->hooks.v[i];
			try_hook(&c, o);
		}
	free(line);
out:
	task_release(&t);
	return rc;
}

int
hook_try(struct board *b, enum hook_point point, const struct strvec *refs,
    struct err *e)
{
	struct err one = ERR_INIT;
	struct out o;
	size_t i;

	if (out_begin(&o, columns, e) != 0)
		return -1;
	for (i = 0; i < refs->n; i++)
		if (try_task(b, point, refs->v[i], &o, &one) != 0)
			tool_failed(&one);
	out_end(&o);
	return 0;
}
