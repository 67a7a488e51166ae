/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/err.h"
#include "base/log.h"
#include "board/card.h"
#include "board/store.h"
#include "change/hookcall.h"
#include "change/hookrun.h"
#include "change/repo.h"
#include "change/txn.h"
#include "cli/tool.h"

/*
 * Which event of the ledger fires which point.  A step that writes two events
 * fires a point once.
 */
static const struct {
	const char	*event;
	enum hook_point	 point;
	const char	*after;		/* not where it follows that one */
	const char	*p0;		/* where that field is P0; "": where
					   the card's priority is */
} table[] = {
	{ "validated", HOOK_VALIDATE_PASS, NULL, NULL },
	{ "verified", HOOK_MOVE, "implemented", NULL },
	{ "prioritized", HOOK_MOVE, NULL, NULL },
	{ "started", HOOK_MOVE, NULL, NULL },
	{ "implemented", HOOK_MOVE, NULL, NULL },
	{ "moved_to_learning", HOOK_MOVE, NULL, NULL },
	{ "moved_to_archived", HOOK_MOVE, NULL, NULL },
	{ "blocked", HOOK_BLOCKED, NULL, NULL },
	{ "cascade_blocked_by_cancel", HOOK_BLOCKED, NULL, NULL },
	{ "cascade_blocked_by_pause", HOOK_BLOCKED, NULL, NULL },
	{ "slo_missed", HOOK_SLO_MISSED, NULL, NULL },
	{ "created", HOOK_P0_CREATED, NULL, "" },
	{ "created_from_split", HOOK_P0_CREATED, NULL, "" },
	{ "priority_set", HOOK_P0_CREATED, NULL, "value" },
	{ "priority_changed", HOOK_P0_CREATED, NULL, "to" },
	{ "closed", HOOK_COMPLETION, NULL, NULL },
	{ "rollback", HOOK_ROLLBACK, NULL, NULL },
	{ "dependency_updated", HOOK_DEPENDENCY_UPDATED, NULL, NULL },
	{ "deps_updated", HOOK_DEPENDENCY_UPDATED, NULL, NULL },
};

static bool
is_p0(const char *field, const struct event *ev, const struct card *c)
{
	const char *priority = *field == '\0' ? card_get(c, "priority") :
	    event_text(ev, field);

	return priority != NULL && priority_parse(priority) == 0;
}

bool
hook_fires(enum hook_point point, const struct event *ev,
    const struct event *before, const struct card *c)
{
	size_t i;

	for (i = 0; i < ARRAY_LEN(table); i++)
		if (table[i].point == point &&
		    strcmp(table[i].event, ev->event) == 0)
			break;
	return i < ARRAY_LEN(table) && !event_is_imported(ev) &&
	    (table[i].after == NULL || before == NULL ||
	    strcmp(before->event, table[i].after) != 0) &&
	    (table[i].p0 == NULL || is_p0(table[i].p0, ev, c));
}

/* Programs that a hook starts start no hooks. */
static void
ask(struct hookrun *h, struct store *s)
{
	const char *within = getenv("TASK_HOOK");
	struct err e = ERR_INIT;

	h->asked = true;
	if (tool_options()->dry_run || (within != NULL && *within != '\0'))
		return;
	if (hooks_load(&h->hooks, s, &e) < 0) {
		log_warn("no hooks run: %s", e.msg);
		hooks_release(&h->hooks);
	}
}

static bool
has_hook(const struct hookrun *h, enum hook_point point)
{
	size_t i;

	for (i = 0; i < h->hooks.n; i++)
		if (h->hooks.v[i].point == point && h->hooks.v[i].enabled)
			return true;
	return false;
}

static void
note(struct hookrun *h, enum hook_point point, const struct id *id,
    const struct ledger *l, const struct event *ev)
{
	struct hook_event *one;

	MEM_GROW(h->v, h->n, h->cap);
	one = &h->v[h->n++];
	one->point = point;
	id_format_ref(one->ref, id);
	one->line = mem_dup(l->text.ptr + ev->start, ev->len);
}

void
hookrun_collect(struct hookrun *h, struct store *s, const struct id *id,
    const struct ledger *l, const struct card *c)
{
	const struct event *ev;
	size_t i;
	int point;

	if (!h->asked)
		ask(h, s);
	/* What was added stands at the end. */
	for (i = l->n; h->hooks.n > 0 && i > 0 && l->v[i - 1].line == 0; )
		i--;
	for (; h->hooks.n > 0 && i < l->n; i++) {
		ev = &l->v[i];
		if (ev->id == NULL || map_put(&h->seen, ev->id, h) != NULL)
			continue;
		for (point = 0; point < HOOK_POINTS; point++)
			if (has_hook(h, (enum hook_point)point) &&
			    hook_fires((enum hook_point)point, ev,
			    i == 0 ? NULL : ev - 1, c))
				note(h, (enum hook_point)point, id, l, ev);
	}
}

void
hookrun_settle(struct hookrun *h)
{
	h->done = h->n;
}

void
hookrun_forget(struct hookrun *h)
{
	while (h->n > h->done)
		free(h->v[--h->n].line);
}

void
hookrun_ready(struct hookrun *h, const struct txn *t)
{
	hookrun_forget(h);
	if (h->n == 0 || t->repo == NULL)
		return;
	hook_place_find(&h->place, t->repo);
}

void
hookrun_release(struct hookrun *h)
{
	h->done = 0;
	hookrun_forget(h);
	free(h->v);
	h->v = NULL;
	h->cap = 0;
	map_release(&h->seen);
	hooks_release(&h->hooks);
	hook_place_release(&h->place);
}

/* What one program run's hooks propose. */
struct proposals {
	struct hookcall	*v;		/* those that propose something */
	size_t		 n, cap;
};

static bool
is_trusted(const struct hookrun *h, const struct store *s)
{
	static bool said;
	struct err e = ERR_INIT;
	struct oid id;
	int rc;

	rc = hooktrust_id(&id, &h->hooks, s, &h->place, &e);
	if (rc == 0)
		rc = hooktrust_has(&h->place, &id, &e);
	if (rc < 0)
		log_warn("no hooks run: %s", e.msg);
	else if (rc == 0 && !said)
		log_notice("hooks are not trusted on this machine, and none "
		    "was run: task-hook shows them, task-hook --trust lets "
		    "them run");
	said = said || rc == 0;
	return rc > 0;
}

/* Runs one; false where it is not worth another try. */
static bool
run_hook(const struct hook *hook, const struct hookrun *h,
    const struct hook_event *ev, struct store *s, struct proposals *all)
{
	struct hookcall c = { .hook = hook, .store = s, .place = &h->place,
	    .ref = ev->ref, .event = ev->line };
	struct err e = ERR_INIT;
	bool again = true;

	log_info("%s: hook %s (%s)", ev->ref, hook->name,
	    hook_points[hook->point]);
	if (hookcall_run(&c, &e) != 0) {
		again = e.status == EX_NO || e.status == EX_DATAERR;
		log_warn("hook %s (%s of %s) failed: %s%s", hook->name,
		    hook_points[hook->point], ev->ref, e.msg,
		    again ? "" : "; it is not run again now");
	}
	if (c.n == 0) {
		hookcall_release(&c);
		return again;
	}
	MEM_GROW(all->v, all->n, all->cap);
	all->v[all->n++] = c;
	return again;
}

static void
run_all(struct hookrun *h, struct store *s, struct proposals *all)
{
	bool *given_up = mem_zalloc(h->hooks.n * sizeof(*given_up));
	const struct hook *hook;
	size_t i, k;

	for (i = 0; i < h->n; i++)
		for (k = 0; k < h->hooks.n; k++) {
			hook = &h->hooks.v[k];
			if (hook->enabled && !given_up[k] &&
			    hook->point == h->v[i].point)
				given_up[k] = !run_hook(hook, h, &h->v[i], s,
				    all);
		}
	free(given_up);
}

/* Stages a file; false where there is no such task. */
static bool
stage(struct txn *t, struct store *s, struct proposal *p)
{
	struct buf path = BUF_INIT, text = BUF_INIT;
	struct err e = ERR_INIT;
	struct package *pkg;

	if (store_resolve(s, p->ref, &pkg, &e) != 0) {
		log_warn("hook %s: '%s' cannot be proposed: %s", p->hook,
		    p->event, e.msg);
		return false;
	}
	ledger_new_id(p->id);
	proposal_path(p->id, &path);
	proposal_format(p, &text);
	txn_write(t, path.ptr, text.ptr, text.len);
	buf_release(&path);
	buf_release(&text);
	return true;
}

/* One commit: "TASK-0042: proposed by hook NAME: EVENT". */
static int
keep_call(struct txn *t, struct store *s, struct hookcall *c, struct err *e)
{
	struct strvec refs = STRVEC_INIT;
	struct buf events = BUF_INIT, message = BUF_INIT;
	struct proposal *p;
	size_t i;
	int rc = 0;

	for (i = 0; i < c->n; i++) {
		p = &c->v[i];
		if (!stage(t, s, p))
			continue;
		buf_addf(&events, "%s%s", events.len == 0 ? "" : ", ",
		    p->event);
		if (!strvec_has(&refs, p->ref))
			strvec_add(&refs, p->ref);
	}
	tool_subject(&message, &refs);
	buf_addf(&message, ": proposed by hook %s: %s", c->hook->name,
	    buf_str(&events));
	tool_body(&message, &refs);
	if (refs.n > 0)
		rc = txn_step(t, message.ptr, e);
	strvec_release(&refs);
	buf_release(&events);
	buf_release(&message);
	return rc;
}

static int
keep_all(struct proposals *all, struct store *s, struct err *e)
{
	struct txn_opts opts = { .who = tool_name(),
	    .no_commit = tool_options()->no_commit };
	struct txn t = TXN_INIT;
	size_t i;
	int rc;

	if (txn_begin(&t, s, &opts, e) != 0)
		return -1;
	for (i = 0, rc = 0; i < all->n && rc == 0; i++)
		rc = keep_call(&t, s, &all->v[i], e);
	if (rc == 0)
		rc = txn_flush(&t, e);
	txn_end(&t);
	return rc;
}

static void
say_kept(const struct hookcall *c)
{
	const struct proposal *p;
	size_t i;

	for (i = 0; i < c->n; i++) {
		p = &c->v[i];
		if (p->id[0] != '\0')
			log_notice("%s: hook %s proposes %s: %s "
			    "(task-ledger --accept %s)", p->ref, p->hook,
			    p->event, p->desc, p->id);
	}
}

static void
keep(struct proposals *all, struct store *s)
{
	struct err e = ERR_INIT;
	bool kept;
	size_t i;

	kept = all->n > 0 && keep_all(all, s, &e) == 0;
	if (all->n > 0 && !kept)
		log_warn("what hooks proposed is lost: %s", e.msg);
	for (i = 0; i < all->n; i++) {
		if (kept)
			say_kept(&all->v[i]);
		hookcall_release(&all->v[i]);
	}
	free(all->v);
}

void
hookrun_run(struct hookrun *h, struct store *s)
{
	struct proposals all = { NULL, 0, 0 };
	struct err e = ERR_INIT;

	if (h->n == 0)
		return;
	/* What the program says comes before what its hooks say. */
	if (tool_flush(&e) != 0)
		tool_failed(&e);
	if (is_trusted(h, s)) {
		run_all(h, s, &all);
		keep(&all, s);
	}
}
