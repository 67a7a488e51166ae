/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/buf.h"
#include "base/clock.h"
#include "board/task.h"
#include "rule/move.h"
#include "rule/slo.h"

#define MINUTE	(60 * CLOCK_SECOND)
#define HOUR	(60 * MINUTE)

/* How much of the time from `since` to `now` the task was paused. */
static int64_t
paused_us(const struct ledger *l, int64_t since, int64_t now)
{
	int64_t sum = 0, from = 0, to;
	bool paused = false;
	size_t i;
	int status;

	for (i = 0; i <= l->n; i++) {
		status = i == l->n ? STATUS_ACTIVE :
		    move_event_status(l->v[i].event);
		if (status == STATUS_NONE)
			continue;
		to = i == l->n ? now : l->v[i].ts_us;
		if (paused && to > from)
			sum += to - from;
		paused = status == STATUS_PAUSED;
		from = to > since ? to : since;
	}
	return sum;
}

static void
judge_stay(struct slo *s, const struct policy *p, const struct task *t,
    int64_t now)
{
	const struct ledger *l = &t->ledger;
	struct move_replayed r;
	int64_t since;
	size_t i;

	move_replay_all(l, &r);
	if (r.stage != (int)t->pkg->stage || r.entered == SIZE_MAX)
		return;
	since = l->v[r.entered].ts_us;
	s->span = policy_span(p, t->pkg->stage,
	    card_get(&t->card, "effort_estimate"));
	s->spent_us = now - since - paused_us(l, since, now);
	s->late = s->span.target_us > 0 && s->spent_us > s->span.target_us;
	s->missed = s->span.violation_us > 0 &&
	    s->spent_us > s->span.violation_us;
	for (i = r.entered; i < l->n; i++)
		s->said = s->said ||
		    strcmp(l->v[i].event, "slo_missed") == 0;
}

/* What an import says was closed once asks nobody for anything. */
static void
judge_closed(struct slo *s, const struct task *t, int64_t now)
{
	const struct event *closed = ledger_last(&t->ledger, "closed");

	if (closed == NULL || event_is_imported(closed) || !move_is_p0(t) ||
	    ledger_last(&t->ledger, "p0_retrospective") != NULL)
		return;
	if (now - closed->ts_us > SLO_RETROSPECTIVE_HOURS * HOUR)
		s->closed_us = closed->ts_us;
}

void
slo_judge(struct slo *s, const struct policy *p, const struct task *t,
    int64_t now_us)
{
	memset(s, 0, sizeof(*s));
	if (stage_info[t->pkg->stage].closed)
		judge_closed(s, t, now_us);
	else
		judge_stay(s, p, t, now_us);
}

void
slo_show_span(struct buf *out, int64_t us)
{
	static const struct { int64_t us; char unit; } units[] = {
		{ CLOCK_DAY, 'd' }, { HOUR, 'h' }, { MINUTE, 'm' },
		{ CLOCK_SECOND, 's' },
	};
	size_t i = 0;

	/* In the unit that says it; a day and a half is 36h. */
	while (i < ARRAY_LEN(units) - 1 && (us < units[i].us ||
	    (us % units[i].us != 0 && us < 3 * units[i].us)))
		i++;
	buf_addf(out, "%" PRId64 "%c", us / units[i].us, units[i].unit);
}

void
slo_show(struct buf *out, const struct slo *s, const char *stage)
{
	buf_addf(out, "in %s for ", stage);
	slo_show_span(out, s->spent_us);
	if (s->span.target_us > 0) {
		buf_adds(out, ", target ");
		slo_show_span(out, s->span.target_us);
	}
	if (s->span.violation_us > 0) {
		buf_adds(out, ", too late after ");
		slo_show_span(out, s->span.violation_us);
	}
}
