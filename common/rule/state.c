/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/clock.h"
#include "base/err.h"
#include "base/jsonw.h"
#include "base/utf8.h"
#include "board/people.h"
#include "board/store.h"
#include "board/task.h"
#include "rule/graph.h"
#include "rule/state.h"

enum need {
	NEED_BY = 1 << 0,	/* what blocks it */
	NEED_REASON = 1 << 1,
	NEED_PAUSES = 1 << 2,	/* a stage in which it may be paused */
	NEED_OVER = 1 << 3,	/* what blocked it is done, or a reason */
	NEED_WHOLE = 1 << 4	/* no part of another task */
};

struct state_change {
	int		 from, to;	/* enum status */
	unsigned	 needs;
	const char	*event;
	const char	*desc;		/* where no reason is given */
	bool		 ends;		/* the task goes to the archive */
};

/* Every change there is.  What is not here is refused. */
static const struct state_change table[] = {
	{ STATUS_ACTIVE, STATUS_BLOCKED, NEED_BY, "blocked", NULL, false },
	{ STATUS_BLOCKED, STATUS_BLOCKED, NEED_BY, "blocked", NULL, false },
	{ STATUS_BLOCKED, STATUS_ACTIVE, NEED_OVER, "unblocked",
	    "what blocked it is over", false },
	{ STATUS_ACTIVE, STATUS_PAUSED, NEED_REASON | NEED_PAUSES, "paused",
	    NULL, false },
	{ STATUS_PAUSED, STATUS_ACTIVE, 0, "resumed", "resumed", false },
	{ STATUS_ACTIVE, STATUS_CANCELED, NEED_REASON, "canceled", NULL,
	    true },
	{ STATUS_BLOCKED, STATUS_CANCELED, NEED_REASON, "canceled", NULL,
	    true },
	{ STATUS_PAUSED, STATUS_CANCELED, NEED_REASON, "canceled", NULL,
	    true },
	{ STATUS_ACTIVE, STATUS_SPLIT, NEED_WHOLE, "split", "split", true },
	{ STATUS_BLOCKED, STATUS_SPLIT, NEED_WHOLE, "split", "split", true },
	{ STATUS_PAUSED, STATUS_SPLIT, NEED_WHOLE, "split", "split", true },
};

static const struct state_change *
find_way(int from, int to)
{
	size_t i;

	for (i = 0; i < ARRAY_LEN(table); i++)
		if (table[i].from == from && table[i].to == to)
			return &table[i];
	return NULL;
}

int
state_parse_by(const char *text, struct buf *out, struct err *e)
{
	static const char *const kinds[] = { "external:", "decision:",
	    "info:" };
	const char *ref = strncmp(text, "task:", 5) == 0 ? text + 5 : text;
	char formal[ID_SIZE];
	struct id id;
	size_t i, n;

	if (id_parse(&id, ref) == 0) {
		id_format_ref(formal, &id);
		buf_addf(out, "task:%s", formal);
		return 0;
	}
	for (i = 0; i < ARRAY_LEN(kinds); i++) {
		n = strlen(kinds[i]);
		if (strncmp(text, kinds[i], n) == 0 &&
		    text[n + strspn(text + n, " ")] != '\0')
			break;
	}
	if (i == ARRAY_LEN(kinds))
		return err_set(e, EX_USAGE, "'%s' does not say what blocks "
		    "it: a task, or external:WHAT, decision:WHAT, info:WHAT",
		    text);
	if (strlen(text) > STATE_BY_MAX || !utf8_valid(text, strlen(text)) ||
	    strpbrk(text, "\r\n\t") != NULL)
		return err_set(e, EX_USAGE, "what blocks it is one line of "
		    "UTF-8, of at most %d bytes", STATE_BY_MAX);
	buf_adds(out, text);
	return 0;
}

int
state_check_over(struct store *s, const char *by, struct err *e)
{
	char ref[ID_SIZE];
	struct dep d;
	struct id id;

	if (by == NULL || id_parse_blocker(&id, by) != 0)
		return 0;
	if (graph_dep(s, &id, &d, e) != 0)
		return e->status == EX_NOINPUT ? 0 : -1;
	if (dep_is_done(&d))
		return 0;
	id_format_ref(ref, &id);
	if (d.status == STATUS_CANCELED)
		return err_set(e, EX_NO, "it is blocked by %s, which was "
		    "canceled", ref);
	return err_set(e, EX_NO, "it is blocked by %s, which is in '%s' and "
	    "not done", ref, stage_info[d.pkg->stage].name);
}

/* Why no line of the table leads there. */
static int
refuse_way(const struct state *s, struct err *e)
{
	struct buf path = BUF_INIT;

	if (s->from == s->to)
		return err_set(e, EX_NO, "it is %s already",
		    status_names[s->to]);
	if (s->from == STATUS_NONE) {
		err_set(e, EX_DATAERR, "the card says no status");
		package_file(s->task->pkg, PACKAGE_CARD, &path);
		store_file_error(s->store, path.ptr, e);
		buf_release(&path);
		return -1;
	}
	return err_set(e, EX_NO, "it is %s, and cannot become %s from that; "
	    "make it active first", status_names[s->from],
	    status_names[s->to]);
}

/* Another task: one that there is, and not itself. */
static int
judge_by(const struct state *s, struct err *e)
{
	const char *by = s->wants->by, *is = card_get(&s->task->card,
	    "blocked_by");
	struct package *p;
	struct id id;

	if (by == NULL)
		return err_set(e, EX_USAGE, "--by is missing: what blocks it "
		    "(a task, external:WHAT, decision:WHAT, info:WHAT)");
	if (s->from == s->to && is != NULL && strcmp(by, is) == 0)
		return err_set(e, EX_NO, "it is blocked by that already");
	if (id_parse_blocker(&id, by) != 0)
		return 0;
	if (id_compare(&id, &s->task->pkg->id) == 0)
		return err_set(e, EX_NO, "it cannot be blocked by itself");
	return store_find(s->store, &id, &p, e);
}

static int
judge_over(const struct state *s, struct err *e)
{
	const char *by = card_get(&s->task->card, "blocked_by");

	if (s->wants->reason != NULL ||
	    state_check_over(s->store, by, e) == 0)
		return 0;
	if (e->status == EX_NO)
		err_suffix(e, " (-r REASON unblocks it all the same)");
	return -1;
}

/* One level only. */
static int
judge_whole(const struct state *s, struct err *e)
{
	const char *whole = card_get(&s->task->card, "split_from");

	return whole == NULL ? 0 : err_set(e, EX_NO, "it is a part of %s "
	    "itself, and is not split again", whole);
}

int
state_judge(struct state *s, struct err *e)
{
	enum stage lies = s->task->pkg->stage;
	unsigned needs;

	s->from = card_status(&s->task->card);
	s->stage = lies;
	s->way = find_way(s->from, s->to);
	if (s->way == NULL)
		return refuse_way(s, e);
	needs = s->way->needs;
	if ((needs & NEED_REASON) != 0 && s->wants->reason == NULL)
		return err_set(e, EX_USAGE, "-r REASON is missing: why it is "
		    "%s", status_names[s->to]);
	if ((needs & NEED_PAUSES) != 0 &&
	    stage_info[lies].pauses_in == STAGE_NONE)
		return err_set(e, EX_NO, "in '%s' no task is paused",
		    stage_info[lies].name);
	if ((needs & NEED_BY) != 0 && judge_by(s, e) != 0)
		return -1;
	if ((needs & NEED_OVER) != 0 && judge_over(s, e) != 0)
		return -1;
	if ((needs & NEED_WHOLE) != 0 && judge_whole(s, e) != 0)
		return -1;
	if (s->to == STATUS_PAUSED)
		s->stage = (enum stage)stage_info[lies].pauses_in;
	if (s->way->ends)
		s->stage = STAGE_ARCHIVED;
	return 0;
}

/* Whole days since it was paused; -1 where no event says. */
static int64_t
paused_days(const struct state *s)
{
	const struct event *own = ledger_last(&s->task->ledger, "paused");
	const struct event *p0 = ledger_last(&s->task->ledger,
	    "paused_by_p0");
	int64_t since = own == NULL ? -1 : own->ts_us;

	if (p0 != NULL && p0->ts_us > since)
		since = p0->ts_us;
	return since < 0 ? -1 : (s->now_us - since) / CLOCK_DAY;
}

/* The event's own fields. */
static void
add_fields(const struct state *s, struct buf *own)
{
	const char *lies = stage_info[s->task->pkg->stage].name;
	const struct card *c = &s->task->card;

	if (s->blocker != NULL) {
		jsonw_member(own, s->to == STATUS_PAUSED ? "preempted_by" :
		    "blocker", s->blocker);
	} else if (s->to == STATUS_BLOCKED) {
		jsonw_member(own, "blocked_by", s->wants->by);
	} else if (s->to == STATUS_PAUSED) {
		jsonw_member(own, "paused_from_stage", lies);
		jsonw_member(own, "expected_resume", s->wants->until);
	} else if (s->to == STATUS_CANCELED) {
		jsonw_member(own, "from_stage", lies);
		if (s->wants->completed >= 0) {
			jsonw_key(own, "completed_percentage");
			jsonw_int(own, s->wants->completed);
		}
	} else if (s->to == STATUS_SPLIT) {
		jsonw_key(own, "into");
		jsonw_list(own, s->wants->into);
	} else if (s->from == STATUS_BLOCKED) {
		jsonw_member(own, "previously_blocked_by",
		    card_get(c, "blocked_by"));
	} else {
		jsonw_member(own, "resumed_to_stage", lies);
		if (paused_days(s) >= 0) {
			jsonw_key(own, "paused_duration_days");
			jsonw_int(own, paused_days(s));
		}
	}
}

static void
log_change(struct state *s)
{
	const char *reason = s->wants->reason;
	struct buf desc = BUF_INIT;
	struct draft d = { 0 };

	if (reason != NULL)
		buf_adds(&desc, reason);
	else if (s->way->desc != NULL)
		buf_adds(&desc, s->way->desc);
	else
		buf_addf(&desc, "blocked by %s", s->wants->by);
	add_fields(s, &d.own);
	d.event = s->event != NULL ? s->event : s->way->event;
	d.user = s->actor->user;
	d.desc = desc.ptr;
	d.ts_us = s->now_us;
	if (s->actor->worker != NULL)
		jsonw_member(&d.metadata, "worker_id", s->actor->worker);
	ledger_add(&s->task->ledger, &d);
	draft_release(&d);
	buf_release(&desc);
}

/* A key that is not there and has nothing to say stays away. */
static int
set(struct card *c, const char *key, const char *value, struct err *e)
{
	const char *is = card_get(c, key);

	if (value == NULL ? is == NULL : is != NULL && strcmp(is, value) == 0)
		return 0;
	return card_set(c, key, value, e);
}

/* What a task was that has come to its end stays in its card. */
static int
write_end(struct state *s, struct err *e)
{
	const struct state_wants *w = s->wants;
	struct card *c = &s->task->card;
	char date[CLOCK_DATE_SIZE];

	if (set(c, "stage", stage_info[s->stage].name, e) != 0)
		return -1;
	if (s->to == STATUS_CANCELED)
		return set(c, "canceled_reason", w->reason, e);
	clock_format_date(date, s->now_us);
	return card_set_list(c, "split_into", w->into, e) != 0 ||
	    set(c, "split_date", date, e) != 0 ||
	    set(c, "split_reason", w->reason, e) != 0 ? -1 : 0;
}

static int
write_card(struct state *s, struct err *e)
{
	bool blocked = s->to == STATUS_BLOCKED;
	bool paused = s->to == STATUS_PAUSED;
	const struct state_wants *w = s->wants;
	struct card *c = &s->task->card;
	char date[CLOCK_DATE_SIZE];

	clock_format_date(date, s->now_us);
	if (set(c, "status", status_names[s->to], e) != 0)
		return -1;
	if (s->way->ends)
		return write_end(s, e);
	return set(c, "blocked_by", blocked ? w->by : NULL, e) != 0 ||
	    set(c, "paused_reason", paused ? w->reason : NULL, e) != 0 ||
	    set(c, "paused_date", paused ? date : NULL, e) != 0 ||
	    set(c, "expected_resume_date", paused ? w->until : NULL, e) != 0 ||
	    set(c, "stage", stage_info[s->stage].name, e) != 0 ? -1 : 0;
}

int
state_write(struct state *s, struct err *e)
{
	struct buf path = BUF_INIT;

	log_change(s);
	if (write_card(s, e) == 0)
		return 0;
	package_file(s->task->pkg, PACKAGE_CARD, &path);
	store_file_error(s->store, path.ptr, e);
	buf_release(&path);
	return -1;
}
