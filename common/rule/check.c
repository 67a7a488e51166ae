/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/clock.h"
#include "base/err.h"
#include "board/store.h"
#include "board/task.h"
#include "format/mark.h"
#include "rule/check.h"
#include "rule/checks.h"
#include "rule/move.h"

/* By how much the clocks of two clones may differ. */
#define SKEW_US	CLOCK_DAY

static const char *const sections[] = { "Goal", "Inputs Required",
	"Implementation Details", "Expected Outputs", "Acceptance Criteria" };

void
check_refuse(struct move *m, enum check c, const char *fmt, ...)
{
	struct buf why = BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	buf_vaddf(&why, fmt, ap);
	va_end(ap);
	if (!strvec_has(&m->failed, check_name(c)))
		strvec_add(&m->failed, check_name(c));
	strvec_give(&m->reasons, buf_take(&why));
}

size_t
check_backwards(const struct ledger *l, size_t from)
{
	size_t i;

	for (i = from; i < l->n; i++)
		if (l->v[i].ts_us < l->v[i - 1].ts_us - SKEW_US)
			return i;
	return l->n;
}

/*
 * Lines that two clones added come in the order of the merge, and can never
 * be put in another: it is said, and stops nothing.
 */
static void
warn_backwards(struct move *m)
{
	const struct ledger *l = &m->task->ledger;
	struct buf path = BUF_INIT, shown = BUF_INIT;
	size_t i = check_backwards(l, 1);

	if (i < l->n) {
		package_file(m->task->pkg, PACKAGE_LEDGER, &path);
		store_show_path(m->store, path.ptr, &shown);
		strvec_addf(&m->warnings, "%s:%d: earlier than the line "
		    "before it", shown.ptr, l->v[i].line);
	}
	buf_release(&path);
	buf_release(&shown);
}

/* Rules 1, 3 and 6 of the sanity check, for this one task. */
static int
check_sanity(struct move *m, struct err *e)
{
	struct strvec problems = STRVEC_INIT;
	struct buf path = BUF_INIT, shown = BUF_INIT;
	enum stage lies = m->task->pkg->stage;
	size_t i, entered;
	int says;

	if (task_require_ledger(m->task, m->store, e) != 0)
		return -1;
	warn_backwards(m);
	/* A card moved by hand may still say the stage that it came from. */
	if (m->by_hand &&
	    strcmp(card_str(&m->task->card, "stage"),
	    stage_info[m->from].name) == 0)
		lies = m->from;
	card_check(&m->task->card, &m->task->pkg->id, lies, &problems);
	package_file(m->task->pkg, PACKAGE_CARD, &path);
	store_show_path(m->store, path.ptr, &shown);
	for (i = 0; i < problems.n; i++)
		check_refuse(m, CHECK_SANITY,
		    "%s:%s", shown.ptr, problems.v[i]);
	says = move_replay(&m->task->ledger, &entered);
	if (says != (int)m->from)
		check_refuse(m, CHECK_SANITY, "the ledger says '%s', the "
		    "folder '%s'; a move by hand is judged by task-watch "
		    "--once",
		    says == STAGE_NONE ? "nothing" : stage_info[says].name,
		    stage_info[m->task->pkg->stage].name);
	strvec_release(&problems);
	buf_release(&path);
	buf_release(&shown);
	return 0;
}

/* Only such a move leads there; move_judge() refused all others. */
static int
check_p0(struct move *m, struct err *e)
{
	(void)m;
	(void)e;
	return 0;
}

const char *
check_reason_of(const struct move *m)
{
	const struct ledger *l = &m->task->ledger;
	const struct event *set = ledger_last(l, "priority_set");
	const struct event *changed = ledger_last(l, "priority_changed");

	if (m->wants->reason != NULL || m->to < m->from)
		return m->wants->reason;
	if (set == NULL || (changed != NULL && changed > set))
		set = changed;
	return set == NULL || event_is_imported(set) || *set->desc == '\0' ?
	    NULL : set->desc;
}

static int
check_reason(struct move *m, struct err *e)
{
	(void)e;
	if (check_reason_of(m) != NULL)
		return 0;
	if (m->to > m->from)
		check_refuse(m, CHECK_REASON, "nobody said why it is P0 and "
		    "goes past '%s' (--reason)",
		    stage_info[m->to - 1].name);
	else
		check_refuse(m, CHECK_REASON,
		    "a move back from '%s' to '%s' needs "
		    "a reason (--reason)", stage_info[m->from].name,
		    stage_info[m->to].name);
	return 0;
}

static int
check_package(struct move *m, struct err *e)
{
	struct buf path = BUF_INIT, shown = BUF_INIT;

	(void)e;
	if (!m->task->has_context) {
		package_file(m->task->pkg, PACKAGE_CONTEXT, &path);
		store_show_path(m->store, path.ptr, &shown);
		check_refuse(m, CHECK_PACKAGE,
		    "%s is missing: write down what is "
		    "needed to do the task", shown.ptr);
	}
	buf_release(&path);
	buf_release(&shown);
	return 0;
}

static void
add_name(struct buf *out, const char *name)
{
	buf_addf(out, "%s%s", out->len > 0 ? ", " : "", name);
}

static int
check_sections(struct move *m, struct err *e)
{
	struct mark_outline o = MARK_OUTLINE_INIT;
	struct buf path = BUF_INIT, shown = BUF_INIT;
	struct buf missing = BUF_INIT, blank = BUF_INIT;
	const struct mark_section *s;
	const char *body;
	size_t len, i;

	(void)e;
	body = card_body(&m->task->card, &len);
	mark_outline(&o, body, len);
	for (i = 0; i < ARRAY_LEN(sections); i++) {
		s = mark_find(&o, sections[i]);
		if (s == NULL)
			add_name(&missing, sections[i]);
		else if (s->blank)
			add_name(&blank, sections[i]);
	}
	package_file(m->task->pkg, PACKAGE_CARD, &path);
	store_show_path(m->store, path.ptr, &shown);
	if (missing.len > 0)
		check_refuse(m, CHECK_SECTIONS, "sections are missing: %s "
		    "(write them in %s)", missing.ptr, shown.ptr);
	if (blank.len > 0)
		check_refuse(m, CHECK_SECTIONS, "sections are still empty: "
		    "%s (fill them in in %s)", blank.ptr, shown.ptr);
	mark_outline_release(&o);
	buf_release(&path);
	buf_release(&shown);
	buf_release(&missing);
	buf_release(&blank);
	return 0;
}

/* The acceptance criteria of the card; `*n` of them are not ticked. */
static size_t
criteria(const struct move *m, struct strvec *open)
{
	struct mark_outline o = MARK_OUTLINE_INIT;
	const struct mark_section *in;
	const char *body;
	size_t len, i, n = 0;

	body = card_body(&m->task->card, &len);
	mark_outline(&o, body, len);
	in = mark_find(&o, "Acceptance Criteria");
	for (i = 0; i < o.ntasks && in != NULL; i++) {
		if (o.tasks[i].section == MARK_NONE ||
		    &o.sections[o.tasks[i].section] != in)
			continue;
		n++;
		if (!o.tasks[i].done)
			strvec_add(open, o.tasks[i].text);
	}
	mark_outline_release(&o);
	return n;
}

static int
check_criteria(struct move *m, struct err *e)
{
	struct strvec open = STRVEC_INIT;

	(void)e;
	if (criteria(m, &open) == 0)
		check_refuse(m, CHECK_CRITERIA,
		    "there is no acceptance criterion "
		    "(a line '- [ ] what can be tested' under "
		    "'## Acceptance Criteria')");
	strvec_release(&open);
	return 0;
}

static int
check_created(struct move *m, struct err *e)
{
	(void)e;
	if (ledger_last(&m->task->ledger, "created") == NULL &&
	    ledger_last(&m->task->ledger, "created_from_split") == NULL)
		check_refuse(m, CHECK_CREATED,
		    "the ledger has no 'created' event");
	return 0;
}

static int
check_dri(struct move *m, struct err *e)
{
	(void)e;
	if (card_get(&m->task->card, "current_dri") == NULL)
		check_refuse(m, CHECK_DRI, "nobody is responsible "
		    "(current_dri: \"@name\" in the card)");
	return 0;
}

static int
check_priority(struct move *m, struct err *e)
{
	int p = priority_parse(card_str(&m->task->card, "priority"));

	(void)e;
	if (p < 0)
		check_refuse(m, CHECK_PRIORITY, "priority is not set "
		    "(priority: \"P2\" in the card)");
	else if (p > 3)
		check_refuse(m, CHECK_PRIORITY,
		    "priority P4 stays in the backlog "
		    "(P0 to P3 go on)");
	return 0;
}

static int
check_effort(struct move *m, struct err *e)
{
	(void)e;
	if (effort_parse(card_get(&m->task->card, "effort_estimate")) == NULL)
		check_refuse(m, CHECK_EFFORT, "effort is not set "
		    "(effort_estimate: \"M\" in the card; XS S M L XL)");
	return 0;
}

static int
check_ticked(struct move *m, struct err *e)
{
	size_t i;

	(void)e;
	criteria(m, &m->open);
	if (m->open.n > 0 && m->wants->waive != NULL) {
		m->facts |= FACT_WAIVED;
		return 0;
	}
	for (i = 0; i < m->open.n; i++)
		check_refuse(m, CHECK_TICKED,
		    "not ticked: '%s' (tick it in the "
		    "card, or --waive REASON)", m->open.v[i]);
	return 0;
}

static int
check_learning(struct move *m, struct err *e)
{
	(void)e;
	if (m->task->has_learning)
		m->facts |= FACT_LEARNING;
	else if (m->wants->skip_learning != NULL)
		m->facts |= FACT_SKIPPED;
	else
		check_refuse(m, CHECK_LEARNING,
		    "what was learned is not written "
		    "down (%s.learning.md in its folder, or --skip-learning "
		    "REASON)", m->number);
	return 0;
}

static const struct {
	const char *name;
	int (*run)(struct move *, struct err *);
	enum check_sight sight;
} checks[] = {
	[CHECK_P0] = { "p0", check_p0, CHECK_SEES_MOVING },
	[CHECK_SANITY] = { "sanity", check_sanity, CHECK_SEES_MOVING },
	[CHECK_REASON] = { "reason", check_reason, CHECK_SEES_PACKAGE },
	[CHECK_PACKAGE] = { "package", check_package, CHECK_SEES_PACKAGE },
	[CHECK_SECTIONS] = { "sections", check_sections, CHECK_SEES_PACKAGE },
	[CHECK_CRITERIA] = { "criteria", check_criteria, CHECK_SEES_PACKAGE },
	[CHECK_CREATED] = { "created", check_created, CHECK_SEES_PACKAGE },
	[CHECK_DRI] = { "dri", check_dri, CHECK_SEES_PACKAGE },
	[CHECK_PRIORITY] = { "priority", check_priority, CHECK_SEES_PACKAGE },
	[CHECK_EFFORT] = { "effort", check_effort, CHECK_SEES_PACKAGE },
	[CHECK_DEPENDENCIES] = { "dependencies", check_dependencies,
	    CHECK_SEES_BOARD },
	[CHECK_CYCLE] = { "cycle", check_cycle, CHECK_SEES_MOVING },
	[CHECK_DONE_BEFORE] = { "done-before", check_done_before,
	    CHECK_SEES_BOARD },
	[CHECK_HELD] = { "held", check_held, CHECK_SEES_MOVING },
	[CHECK_TICKED] = { "ticked", check_ticked, CHECK_SEES_PACKAGE },
	[CHECK_LEARNING] = { "learning", check_learning, CHECK_SEES_PACKAGE },
	[CHECK_WIP] = { "wip", check_wip, CHECK_SEES_BOARD },
	[CHECK_GATE] = { "gate", check_gate, CHECK_SEES_MOVING },
};

const char *
check_name(enum check c)
{
	return checks[c].name;
}

enum check_sight
check_sight(enum check c)
{
	return checks[c].sight;
}

int
check_run(enum check c, struct move *m, struct err *e)
{
	return checks[c].run(m, e);
}
