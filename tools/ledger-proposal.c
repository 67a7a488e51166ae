/* SPDX-License-Identifier: MIT */
/* task-ledger: what hooks propose, and a person's answer to it */
#include "base/compat.h"

#include "base/clock.h"
#include "base/err.h"
#include "base/jsonw.h"
#include "board/proposal.h"
#include "change/session.h"
#include "cli/out.h"
#include "cli/tool.h"
#include "rule/signoff.h"
#include "tools/ledger.h"

enum {
	COL_ID, COL_TASK, COL_EVENT, COL_DESC, COL_HOOK, COL_TS, COL_POINT,
	COL_FIELDS
};

static const struct out_column list_columns[] = {
	{ .name = "id", .style = OUT_BOLD },
	{ .name = "task" },
	{ .name = "event", .style = OUT_BLUE },
	{ .name = "desc", .flexible = true },
	{ .name = "hook" },
	{ .name = "ts", .style = OUT_DIM },
	{ .name = "point", .hidden = true },
	{ .name = "fields", .hidden = true },
	{ .name = NULL }
};

static const struct out_column id_columns[] = {
	{ .name = "id" },
	{ .name = NULL }
};

static void
print_proposal(const struct proposal *p, struct out *o)
{
	char ts[CLOCK_MOMENT_SIZE];
	struct buf fields = BUF_INIT;

	clock_format_moment(ts, p->ts_us);
	buf_addf(&fields, "{%s}", buf_str(&p->fields));
	out_text(o, COL_ID, p->id);
	out_text(o, COL_TASK, p->ref);
	out_text(o, COL_EVENT, p->event);
	out_text(o, COL_DESC, p->desc);
	out_text(o, COL_HOOK, p->hook);
	out_text(o, COL_TS, ts);
	out_text(o, COL_POINT, p->point);
	out_json(o, COL_FIELDS, fields.ptr, fields.len);
	out_row(o);
	buf_release(&fields);
}

static int
compare(const void *a, const void *b)
{
	const struct proposal *x = a, *y = b;

	if (x->ts_us != y->ts_us)
		return x->ts_us < y->ts_us ? -1 : 1;
	return strcmp(x->id, y->id);
}

/* Those of the tasks, as formal references, or all; oldest first. */
struct pile {
	struct strvec	 refs;
	struct proposal	*v;
	size_t		 n, cap;
};

static int
take_refs(struct pile *pile, struct store *s, const struct strvec *refs,
    struct err *e)
{
	struct package *p;
	char ref[ID_SIZE];
	size_t i;

	for (i = 0; i < refs->n; i++) {
		if (store_resolve(s, refs->v[i], &p, e) != 0)
			return -1;
		id_format_ref(ref, &p->id);
		strvec_add(&pile->refs, ref);
	}
	return 0;
}

static int
load_pile(struct pile *pile, struct store *s, struct err *e)
{
	struct strvec ids = STRVEC_INIT;
	struct err one = ERR_INIT;
	struct proposal p;
	size_t i;
	int rc = proposal_list(s, &ids, e);

	for (i = 0; i < ids.n && rc == 0; i++) {
		p = (struct proposal)PROPOSAL_INIT;
		if (proposal_load(&p, s, ids.v[i], &one) != 0) {
			/* It was answered since. */
			if (one.status != EX_NOINPUT)
				tool_failed(&one);
		} else if (pile->refs.n == 0 ||
		    strvec_has(&pile->refs, p.ref)) {
			MEM_GROW(pile->v, pile->n, pile->cap);
			pile->v[pile->n++] = p;
			continue;
		}
		proposal_release(&p);
	}
	strvec_release(&ids);
	if (pile->n > 1)
		qsort(pile->v, pile->n, sizeof(*pile->v), compare);
	return rc;
}

int
ledger_proposals(const struct strvec *refs, struct err *e)
{
	struct pile pile = { .refs = STRVEC_INIT };
	struct store s;
	struct out o;
	size_t i;
	int rc;

	if (out_begin(&o, list_columns, e) != 0 ||
	    store_open(&s, tool_options()->dir, e) != 0)
		return -1;
	rc = take_refs(&pile, &s, refs, e);
	if (rc == 0)
		rc = load_pile(&pile, &s, e);
	for (i = 0; i < pile.n && rc == 0; i++)
		print_proposal(&pile.v[i], &o);
	out_end(&o);
	while (pile.n > 0)
		proposal_release(&pile.v[--pile.n]);
	free(pile.v);
	strvec_release(&pile.refs);
	store_close(&s);
	return rc;
}

/* As they stand in the names of files, each once. */
static int
take_ids(const struct strvec *given, struct strvec *ids, struct err *e)
{
	char id[LEDGER_ID_LEN + 1];
	size_t i;

	for (i = 0; i < given->n; i++) {
		if (proposal_id(id, given->v[i]) != 0)
			return err_set(e, EX_USAGE, "'%s' is no proposal's id "
			    "(task-ledger --proposals lists them)",
			    given->v[i]);
		if (!strvec_has(ids, id))
			strvec_add(ids, id);
	}
	return 0;
}

/* A person's answer to proposals, on its way. */
struct answer {
	struct session	 s;
	struct strvec	 ids, given;	/* all; those that are answered */
	struct strvec	 refs, hooks, events;	/* of those, each once */
};

static int
begin(struct answer *a, const struct strvec *given, const char *what,
    struct err *e)
{
	if (take_ids(given, &a->ids, e) != 0 || session_begin(&a->s, e) != 0)
		return -1;
	if (signoff_is_person(&a->s.store, &a->s.actor, what, e) != 0) {
		session_end(&a->s);
		return -1;
	}
	return 0;
}

static void
end(struct answer *a)
{
	strvec_release(&a->ids);
	strvec_release(&a->given);
	strvec_release(&a->refs);
	strvec_release(&a->hooks);
	strvec_release(&a->events);
}

static void
add_once(struct strvec *list, const char *s)
{
	if (!strvec_has(list, s))
		strvec_add(list, s);
}

/* It is answered: its file goes with the same commit. */
static void
settle(struct answer *a, const struct proposal *p)
{
	struct buf path = BUF_INIT;

	proposal_path(p->id, &path);
	txn_remove(&a->s.txn, path.ptr);
	strvec_add(&a->given, p->id);
	add_once(&a->refs, p->ref);
	add_once(&a->hooks, p->hook);
	add_once(&a->events, p->event);
	buf_release(&path);
}

static void
add_words(struct buf *out, const struct strvec *words)
{
	size_t i;

	for (i = 0; i < words->n; i++)
		buf_addf(out, "%s%s", i == 0 ? "" : ", ", words->v[i]);
}

static int
commit(struct answer *a, const char *what, const char *reason,
    struct err *e)
{
	struct buf message = BUF_INIT;
	int rc = 0;

	tool_subject(&message, &a->refs);
	buf_addf(&message, ": %s what hook ", what);
	add_words(&message, &a->hooks);
	buf_adds(&message, " proposed: ");
	add_words(&message, &a->events);
	tool_body(&message, &a->refs);
	if (reason != NULL)
		buf_addf(&message, "\n\n%s", reason);
	if (a->given.n > 0)
		rc = session_commit(&a->s, message.ptr, e);
	buf_release(&message);
	return rc;
}

static int
accept_one(struct answer *a, const char *id, struct added *done,
    struct err *e)
{
	struct proposal p = PROPOSAL_INIT;
	struct buf metadata = BUF_INIT;
	struct addition add = { .own = &p.fields, .metadata = &metadata };
	int rc;

	rc = proposal_load(&p, &a->s.store, id, e);
	if (rc == 0) {
		jsonw_member(&metadata, "proposed_by", p.hook);
		jsonw_member(&metadata, "proposal", p.id);
		add.event = p.event;
		add.message = p.desc;
		rc = ledger_add_one(&add, &a->s, p.ref, done, e);
		if (rc != 0 && (e->status == EX_NO ||
		    e->status == EX_NOINPUT))
			err_prefix(e, "%s", id);
	}
	if (rc == 0)
		settle(a, &p);
	buf_release(&metadata);
	proposal_release(&p);
	return rc;
}

int
ledger_accept(const struct strvec *ids, struct err *e)
{
	struct answer a = { .ids = STRVEC_INIT };
	struct added done;
	struct err one = ERR_INIT;
	size_t i;
	int rc;

	rc = added_begin(&done, e);
	if (rc == 0)
		rc = begin(&a, ids, "accept what a hook proposes", e);
	if (rc == 0) {
		for (i = 0; i < a.ids.n; i++)
			if (accept_one(&a, a.ids.v[i], &done, &one) != 0)
				tool_failed(&one);
		rc = commit(&a, "accepted", NULL, e);
		if (rc == 0)
			added_print(&done);
		session_end(&a.s);
	}
	added_release(&done);
	end(&a);
	return rc;
}

static int
reject_one(struct answer *a, const char *id, struct err *e)
{
	struct proposal p = PROPOSAL_INIT;
	int rc = proposal_load(&p, &a->s.store, id, e);

	if (rc == 0)
		settle(a, &p);
	proposal_release(&p);
	return rc;
}

static void
print_ids(const struct answer *a, struct out *o)
{
	size_t i;

	for (i = 0; i < a->given.n; i++) {
		out_text(o, 0, a->given.v[i]);
		out_row(o);
	}
	out_end(o);
}

int
ledger_reject(const struct strvec *ids, const char *reason, struct err *e)
{
	struct answer a = { .ids = STRVEC_INIT };
	struct err one = ERR_INIT;
	struct out o;
	size_t i;
	int rc;

	rc = out_begin(&o, id_columns, e);
	if (rc == 0)
		rc = begin(&a, ids, "reject what a hook proposes", e);
	if (rc == 0) {
		for (i = 0; i < a.ids.n; i++)
			if (reject_one(&a, a.ids.v[i], &one) != 0)
				tool_failed(&one);
		rc = commit(&a, "rejected", reason, e);
		if (rc == 0)
			print_ids(&a, &o);
		session_end(&a.s);
	}
	end(&a);
	return rc;
}
