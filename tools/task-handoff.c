/* SPDX-License-Identifier: MIT */
/* task-handoff: pass responsibility on to another person */
#include "base/compat.h"

#include "base/clock.h"
#include "base/err.h"
#include "base/jsonw.h"
#include "base/utf8.h"
#include "board/template.h"
#include "change/bulk.h"
#include "change/edit.h"
#include "change/version.h"
#include "cli/tool.h"

static const char *opt_to, *opt_reason;
static bool opt_accept, opt_reject, opt_edit;

static const struct opt opts[] = {
	{ 0, "to", OPT_TEXT, &opt_to, "USER",
	    "offer it to that person" },
	{ 0, "accept", OPT_FLAG, &opt_accept, NULL,
	    "take on what was offered to you" },
	{ 0, "reject", OPT_FLAG, &opt_reject, NULL,
	    "do not take it on" },
	{ 'r', "reason", OPT_TEXT, &opt_reason, "REASON",
	    "why; to offer and to reject it has to be said" },
	{ 0, "edit", OPT_FLAG, &opt_edit, NULL,
	    "open the context in $VISUAL or $EDITOR, to fill in the rest" },
	OPT_END
};

/* An offer: from whom, to whom; NULL where none is open. */
struct offer {
	const char	*from, *to;
};

static void
find_offer(const struct ledger *l, struct offer *o)
{
	const struct event *ev;
	size_t i;

	*o = (struct offer){ NULL, NULL };
	for (i = 0; i < l->n; i++) {
		ev = &l->v[i];
		if (event_is_imported(ev))
			continue;
		if (strcmp(ev->event, "handoff_accepted") == 0 ||
		    strcmp(ev->event, "handoff_rejected") == 0)
			*o = (struct offer){ NULL, NULL };
		if (strcmp(ev->event, "handoff_initiated") == 0)
			*o = (struct offer){ event_text(ev, "from"),
			    event_text(ev, "to") };
	}
}

static void
log_handoff(struct bulk *b, struct task *t, const char *event,
    const struct offer *o)
{
	struct draft d;

	session_draft(&b->s, &d, event, opt_reason != NULL ? opt_reason :
	    "taken on");
	jsonw_member(&d.own, "from", o->from);
	jsonw_member(&d.own, "to", o->to);
	session_log(t, &d);
}

struct blanks {
	char		 date[CLOCK_DATE_SIZE];
	const char	*from, *to;
};

static bool
add_blank(struct buf *out, const char *key, bool in_head, const void *ctx)
{
	const struct blanks *b = ctx;
	const struct { const char *key, *text; } all[] = {
		{ "date", b->date }, { "from", b->from }, { "to", b->to },
		{ "reason", opt_reason },
	};
	size_t i;

	(void)in_head;
	for (i = 0; i < ARRAY_LEN(all); i++)
		if (strcmp(all[i].key, key) == 0)
			break;
	if (i < ARRAY_LEN(all))
		buf_adds(out, all[i].text);
	return i < ARRAY_LEN(all);
}

/* What the new one has to know, at the end of the context. */
static int
add_section(struct bulk *b, struct task *t, const struct offer *o,
    struct err *e)
{
	struct blanks blanks = { .from = o->from, .to = o->to };
	struct buf template = BUF_INIT, text = BUF_INIT, all = BUF_INIT;
	int rc;

	clock_format_date(blanks.date, b->s.txn.now_us);
	rc = template_read(&b->s.store, "handoff.md", &template, e);
	buf_addb(&all, &t->context);
	if (all.len > 0)
		buf_adds(&text, all.ptr[all.len - 1] == '\n' ? "\n" :
		    "\n\n");
	if (rc == 0) {
		template_fill(&text, &template, false, add_blank, &blanks);
		buf_add_lines(&all, &text, buf_has_crlf(&t->context));
		rc = version_change_context(&b->s, t, &all,
		    "hand-off section added", e);
	}
	buf_release(&template);
	buf_release(&text);
	buf_release(&all);
	return rc;
}

static int
check_person(struct bulk *b, const char *user, struct err *e)
{
	const struct people *people;

	if (store_is_worker(&b->s.store, user))
		return err_set(e, EX_NO, "%s is a worker; a person is "
		    "responsible for a task", user);
	if (store_people(&b->s.store, &people, e) != 0)
		return -1;
	if (people->present && people_find(people, user) == NULL)
		return err_set(e, EX_NO, "people.yaml knows no %s", user);
	return 0;
}

static int
offer(struct bulk *b, struct task *t, struct err *e)
{
	const char *dri = card_get(&t->card, "current_dri");
	struct offer open, o = { dri, opt_to };

	find_offer(&t->ledger, &open);
	if (open.to != NULL)
		return err_set(e, EX_NO, "it is offered to %s already, who "
		    "has not answered", open.to);
	if (dri == NULL)
		return err_set(e, EX_NO, "nobody hands it off: its "
		    "card says no current_dri");
	if (strcmp(dri, b->s.actor.user) != 0)
		return err_set(e, EX_NO, "%s hands it off, who is "
		    "responsible for it; you are %s", dri, b->s.actor.user);
	if (strcmp(dri, opt_to) == 0)
		return err_set(e, EX_NO, "%s is responsible for it already",
		    dri);
	if (check_person(b, opt_to, e) != 0)
		return -1;
	log_handoff(b, t, "handoff_initiated", &o);
	return add_section(b, t, &o, e);
}

/* Only who is named answers, and not through an agent. */
static int
check_answer(struct bulk *b, const struct task *t, struct offer *o,
    struct err *e)
{
	find_offer(&t->ledger, o);
	if (o->to == NULL)
		return err_set(e, EX_NO, "it is offered to nobody");
	if (strcmp(o->to, b->s.actor.user) != 0)
		return err_set(e, EX_NO, "it is offered to %s, who answers; "
		    "you are %s", o->to, b->s.actor.user);
	if (b->s.actor.worker != NULL)
		return err_set(e, EX_NO, "a worker cannot answer for a person "
		    "(TASK_AGENT is '%s')", b->s.actor.worker);
	return 0;
}

static int
accept_it(struct bulk *b, struct task *t, struct err *e)
{
	const char *dri = card_get(&t->card, "current_dri");
	struct strvec previous = STRVEC_INIT;
	struct offer o;
	int rc;

	if (check_answer(b, t, &o, e) != 0 ||
	    check_person(b, b->s.actor.user, e) != 0)
		return -1;
	if (o.from == NULL || dri == NULL || strcmp(o.from, dri) != 0)
		return err_set(e, EX_NO, "%s offered it, but %s is "
		    "responsible for it by now (--reject ends the offer)",
		    o.from == NULL ? "nobody" : o.from,
		    dri == NULL ? "nobody" : dri);
	log_handoff(b, t, "handoff_accepted", &o);
	rc = task_list(t, &b->s.store, "previous_dris", &previous, e);
	if (rc == 0)
		strvec_add(&previous, dri);
	if (rc == 0)
		rc = card_set_list(&t->card, "previous_dris", &previous, e);
	if (rc == 0)
		rc = card_set(&t->card, "current_dri", b->s.actor.user, e);
	strvec_release(&previous);
	return rc;
}

static int
reject_it(struct bulk *b, struct task *t, struct err *e)
{
	struct offer o;

	if (check_answer(b, t, &o, e) != 0)
		return -1;
	log_handoff(b, t, "handoff_rejected", &o);
	return 0;
}

static int
hand_one(struct bulk *b, struct task *t, void *ctx, struct err *e)
{
	(void)ctx;
	return opt_accept ? accept_it(b, t, e) : opt_reject ?
	    reject_it(b, t, e) : offer(b, t, e);
}

static int
check_options(struct err *e)
{
	const char *r = opt_reason;

	if ((opt_to != NULL) + opt_accept + opt_reject != 1)
		return err_set(e, EX_USAGE, "one of --to USER, --accept and "
		    "--reject says what to do");
	if (opt_to != NULL && (opt_to[0] != '@' ||
	    !people_is_name(opt_to + 1)))
		return err_set(e, EX_USAGE, "--to: '%s' is no person as "
		    "@bob", opt_to);
	if (!opt_accept && r == NULL)
		return err_set(e, EX_USAGE, "-r REASON is missing: why");
	if (r != NULL && (r[strspn(r, " ")] == '\0' || !utf8_is_line(r)))
		return err_set(e, EX_USAGE, "-r REASON is one line of "
		    "UTF-8, without control characters, and not empty");
	if (opt_edit && opt_to == NULL)
		return err_set(e, EX_USAGE, "--edit goes with --to: the "
		    "section in the context is for who takes the task on");
	return 0;
}

/* The sections, once they are there and nobody waits for us. */
static int
edit_all(const struct strvec *refs, struct err *e)
{
	size_t i;
	int rc = 0;

	for (i = 0; i < refs->n && rc == 0; i++)
		rc = edit_part(&(struct edit){ .ref = refs->v[i],
		    .part = PACKAGE_CONTEXT }, e) < 0 ? -1 : 0;
	return rc;
}

static int
run(int argc, char **argv, struct err *e)
{
	struct strvec done = STRVEC_INIT;
	struct bulk b = BULK_INIT;
	struct buf what = BUF_INIT;
	int rc;

	rc = check_options(e);
	if (rc == 0)
		rc = bulk_take(&b, argc, argv, e);
	if (rc == 0)
		rc = bulk_begin(&b, e);
	if (rc == 0 && b.begun) {
		buf_addf(&what, opt_to != NULL ? "offered to %s by %s" :
		    "%s by %s", opt_to != NULL ? opt_to : opt_accept ?
		    "accepted" : "rejected", b.s.actor.user);
		bulk_each(&b, hand_one, NULL);
		rc = bulk_commit(&b, what.ptr, e);
		done = b.done;
		b.done = (struct strvec)STRVEC_INIT;
	}
	bulk_release(&b);
	if (rc == 0 && opt_edit && !tool_options()->dry_run)
		rc = edit_all(&done, e);
	strvec_release(&done);
	buf_release(&what);
	return rc;
}

static const struct tool tool = {
	"task-handoff", "pass responsibility on to another person", "REF...",
	TOOL_LISTS | TOOL_WRITES, opts, run
};

int
main(int argc, char **argv)
{
	return tool_main(&tool, argc, argv);
}
