/* SPDX-License-Identifier: MIT */
/* task-status: block, pause, cancel tasks, and make them active again */
#include "base/compat.h"

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/suggest.h"
#include "change/advance.h"
#include "change/bulk.h"
#include "change/cascade.h"
#include "change/counter.h"
#include "change/create.h"
#include "cli/tool.h"
#include "rule/state.h"

enum { PERCENT_MAX = 100 };

static struct state_wants wants;
static const char *opt_dependents, *opt_completed, *opt_followup;
static bool opt_start;

static const struct opt opts[] = {
	{ 'r', "reason", OPT_TEXT, &wants.reason, "REASON",
	    "why; to pause and to cancel it has to be said" },
	{ 0, "by", OPT_TEXT, &wants.by, "WHAT",
	    "what blocks it: REF, external:…, decision:…, info:…" },
	{ 0, "until", OPT_TEXT, &wants.until, "DATE",
	    "when a paused task should go on" },
	{ 0, "dependents", OPT_TEXT, &opt_dependents, "HOW",
	    "block, pause or keep those that depend on it" },
	{ 0, "start", OPT_FLAG, &opt_start, NULL,
	    "resume it in current" },
	{ 0, "completed", OPT_TEXT, &opt_completed, "PERCENT",
	    "how much of a canceled task was done" },
	{ 0, "followup", OPT_TEXT, &opt_followup, "NAME",
	    "a new task that follows up what is canceled" },
	OPT_END
};

struct change {
	int		 to;		/* enum status */
	enum cascade_answer answer;
	struct buf	 by;
};

/* The last operand, as it stands on the command line. */
static int
take_status(struct change *c, const char *last, struct err *e)
{
	/* split is what task-split does. */
	static const char *const words[] = { "active", "blocked", "paused",
	    "canceled", NULL };
	const char *near = suggest(last, words);

	c->to = status_parse(last);
	if (c->to != STATUS_NONE && c->to != STATUS_SPLIT)
		return 0;
	err_set(e, EX_USAGE, "'%s' is no status; the last operand is active, "
	    "blocked, paused or canceled%s%s%s", last,
	    near == NULL ? "" : " (did you mean '",
	    near == NULL ? "" : near, near == NULL ? "" : "'?)");
	return -1;
}

static int
take_answer(struct change *c, struct err *e)
{
	static const char *const words[] = { [CASCADE_BLOCK] = "block",
	    [CASCADE_PAUSE] = "pause", [CASCADE_KEEP] = "keep" };
	size_t i;

	if (opt_dependents == NULL)
		return 0;
	for (i = CASCADE_BLOCK; i < ARRAY_LEN(words); i++)
		if (strcmp(words[i], opt_dependents) == 0)
			c->answer = (enum cascade_answer)i;
	if (c->answer == CASCADE_UNSAID)
		return err_set(e, EX_USAGE, "--dependents: '%s' is none of "
		    "block, pause, keep", opt_dependents);
	return 0;
}

/* An option that says nothing about this change is a mistake. */
static int
check_options(const struct change *c, struct err *e)
{
	const struct { const char *name; bool given; unsigned fits; } all[] = {
		{ "by", wants.by != NULL, 1u << STATUS_BLOCKED },
		{ "until", wants.until != NULL, 1u << STATUS_PAUSED },
		{ "start", opt_start, 1u << STATUS_ACTIVE },
		{ "completed", opt_completed != NULL,
		    1u << STATUS_CANCELED },
		{ "followup", opt_followup != NULL,
		    1u << STATUS_CANCELED },
		{ "dependents", opt_dependents != NULL,
		    1u << STATUS_CANCELED | 1u << STATUS_PAUSED },
	};
	const char *r = wants.reason;
	size_t i;

	for (i = 0; i < ARRAY_LEN(all); i++)
		if (all[i].given && (all[i].fits & 1u << c->to) == 0)
			return err_set(e, EX_USAGE, "--%s says nothing about "
			    "'%s'", all[i].name, status_names[c->to]);
	if (r != NULL && tool_check_reason(r, e) != 0)
		return -1;
	if (r == NULL && (c->to == STATUS_PAUSED || c->to == STATUS_CANCELED))
		return err_set(e, EX_USAGE, "-r REASON is missing: why it is "
		    "%s", status_names[c->to]);
	if (wants.by == NULL && c->to == STATUS_BLOCKED)
		return err_set(e, EX_USAGE, "--by WHAT is missing: a task, "
		    "external:…, decision:… or info:…");
	return 0;
}

static int
take_values(struct change *c, struct err *e)
{
	int64_t us;
	char *end;

	wants.completed = -1;
	if (opt_completed != NULL) {
		wants.completed = strtol(opt_completed, &end, 10);
		if (end == opt_completed || strspn(end, "%") != strlen(end) ||
		    wants.completed < 0 || wants.completed > PERCENT_MAX)
			return err_set(e, EX_USAGE, "--completed: '%s' is no "
			    "number from 0 to 100", opt_completed);
	}
	if (opt_followup != NULL && card_check_name(opt_followup, e) != 0) {
		e->status = EX_USAGE;
		return err_prefix(e, "--followup");
	}
	if (wants.until != NULL && clock_parse_date(wants.until, &us) != 0)
		return err_set(e, EX_USAGE, "--until: '%s' is no date as "
		    "2025-11-01", wants.until);
	if (wants.by == NULL)
		return 0;
	if (state_parse_by(wants.by, &c->by, e) != 0)
		return err_prefix(e, "--by");
	wants.by = c->by.ptr;
	return 0;
}

/* Into work again, by the rules of that move. */
static int
start(struct bulk *b, struct task *t, struct advance *a, struct err *e)
{
	const struct move_wants mw = { .reason = wants.reason };
	const struct walk w = { .s = &b->s, .wants = &mw,
	    .to = STAGE_CURRENT };
	size_t i;
	int rc;

	rc = advance_judge(a, &w, t, e);
	if (rc > 0)
		rc = err_set(e, EX_NO, "it cannot be started: %s",
		    a->move.reasons.v[0]);
	/* The first of the two steps of a P0 would leave it in the middle. */
	if (rc == 0 && a->move.to != STAGE_CURRENT)
		rc = err_set(e, EX_NO, "it cannot be started from '%s'; make "
		    "it active, and move it", stage_info[a->move.from].name);
	for (i = 0; i < a->move.warnings.n && rc == 0; i++)
		log_warn("%s", a->move.warnings.v[i]);
	if (rc == 0)
		rc = advance_write(a, e);
	a->move.wants = NULL;
	return rc;
}

static int
stage_change(struct bulk *b, struct state *s, struct cascade *cascade,
    struct advance *a, struct err *e)
{
	struct task *t = s->task;
	char ref[ID_SIZE];
	size_t i;

	if (cascade_stage(cascade, e) != 0)
		return -1;
	for (i = 0; i < cascade->changed.n; i++)
		strvec_add(&b->also, cascade->changed.v[i]);
	if (opt_start && a->move.displaced != NULL) {
		id_format_ref(ref, &a->move.displaced->id);
		strvec_add(&b->also, ref);
	}
	if (opt_start)
		return advance_stage(a, e);
	session_save(&b->s, t);
	if (s->to != STATUS_CANCELED)
		return s->stage == t->pkg->stage ? 0 :
		    session_move(&b->s, t, s->stage, e);
	/* Whoever waits for it is not ready any more. */
	reindex_add(&b->s.reindex, &t->pkg->id, t->pkg->stage)->for_others =
	    true;
	advance_tell_closed(&b->s, t);
	return session_move(&b->s, t, s->stage, e);
}

/* All that can be refused comes before anything is staged. */
static int
write_change(struct bulk *b, struct state *s, struct cascade *cascade,
    struct err *e)
{
	struct advance a = { .s = NULL };
	const struct policy *ignored;
	int rc;

	rc = store_policy(&b->s.store, &ignored, e);
	if (rc == 0)
		rc = state_write(s, e);
	if (rc == 0 && opt_start)
		rc = start(b, s->task, &a, e);
	if (rc == 0)
		rc = cascade_write(cascade, e);
	if (rc == 0)
		rc = stage_change(b, s, cascade, &a, e);
	advance_release(&a);
	return rc;
}

/* An operand before this one has made it so already. */
static bool
came_along(struct bulk *b, const struct task *t, int to)
{
	char ref[ID_SIZE];

	id_format_ref(ref, &t->pkg->id);
	return card_status(&t->card) == to && strvec_has(&b->also, ref);
}

static int
change_one(struct bulk *b, struct task *t, void *ctx, struct err *e)
{
	const struct change *c = ctx;
	struct state s = { .store = &b->s.store, .task = t,
	    .actor = &b->s.actor, .wants = &wants, .to = c->to,
	    .now_us = b->s.txn.now_us };
	struct cascade cascade = { .s = &b->s, .cause = &s,
	    .answer = c->answer };
	int rc;

	if (came_along(b, t, c->to))
		return 1;
	rc = state_judge(&s, e);
	if (rc == 0 && opt_start && s.from != STATUS_PAUSED)
		rc = err_set(e, EX_NO, "it is %s; --start goes with resuming "
		    "what is paused", status_names[s.from]);
	if (rc == 0)
		rc = cascade_find(&cascade, e);
	if (rc == 0)
		rc = write_change(b, &s, &cascade, e);
	cascade_release(&cascade);
	return rc;
}

/* The new task, of which the ledgers of all that were canceled tell. */
static int
make_followup(struct bulk *b, struct create *c, const struct task *first,
    struct err *e)
{
	struct numbers numbers = { .ns = first->pkg->id.ns, .n = 1 };
	struct draft d;
	int rc;

	rc = counter_take(&b->s, &numbers, e);
	if (rc == 0) {
		c->id = first->pkg->id;
		c->id.number = numbers.v[0];
	}
	numbers_release(&numbers);
	if (rc != 0)
		return -1;
	if (numbers.recovered != NULL)
		log_warn("the id counter was set anew: %s",
		    numbers.recovered);
	c->name = opt_followup;
	c->related_to = &b->done;
	c->dri = card_get(&first->card, "current_dri");
	if (create_begin(c, &b->s, e) != 0)
		return -1;
	session_draft(&b->s, &d, "created", "task package created");
	create_log(c, &b->s, numbers.recovered, &d);
	return create_finish(c, &b->s, e);
}

static int
follow_up(struct bulk *b, struct err *e)
{
	struct create c = CREATE_INIT;
	struct task t;
	size_t i;
	int rc = 0;

	for (i = 0; i < b->done.n && rc == 0; i++) {
		t = (struct task)TASK_INIT;
		rc = session_load(&b->s, b->done.v[i], &t, e);
		if (rc == 0 && i == 0)
			rc = make_followup(b, &c, &t, e);
		if (rc == 0) {
			create_followup(&c, &b->s, &t);
			session_save(&b->s, &t);
		}
		task_release(&t);
	}
	if (rc == 0 && b->done.n > 0)
		strvec_add(&b->also, c.ref);
	create_release(&c);
	return rc;
}

static int
run(int argc, char **argv, struct err *e)
{
	struct change c = { .to = STATUS_NONE };
	struct bulk b = BULK_INIT;
	int rc;

	if (argc == 0)
		return bulk_take(&b, argc, argv, e);
	rc = take_status(&c, argv[--argc], e);
	if (rc == 0)
		rc = bulk_take(&b, argc, argv, e);
	if (rc == 0)
		rc = take_answer(&c, e);
	if (rc == 0)
		rc = check_options(&c, e);
	if (rc == 0)
		rc = take_values(&c, e);
	if (rc == 0)
		rc = bulk_begin(&b, e);
	if (rc == 0 && b.begun) {
		bulk_each(&b, change_one, &c);
		if (opt_followup != NULL)
			rc = follow_up(&b, e);
		if (rc == 0)
			rc = bulk_commit(&b, status_names[c.to], e);
	}
	bulk_release(&b);
	buf_release(&c.by);
	return rc;
}

static const struct tool tool = {
	"task-status", "block, pause, cancel tasks, and make them active again",
	"REF... STATUS", TOOL_LISTS | TOOL_WRITES, opts, run
};

int
main(int argc, char **argv)
{
	return tool_main(&tool, argc, argv);
}
