/* SPDX-License-Identifier: MIT */
/* rule/slo, and policy_span() */
#include "base/compat.h"

#include "base/clock.h"
#include "base/err.h"
#include "board/task.h"
#include "rule/slo.h"
#include "t/unit/tap.h"

#define HOUR_US	(INT64_C(3600) * 1000000)
#define AT(n)	((INT64_C(1759276800) * 1000000) + (n) * HOUR_US)

/* Judges a task: its stage, keys of its card, "event hour …", at that hour. */
static struct slo
judge(const char *folder, const char *keys, const char *events, int hour)
{
	struct package *p = package_new((enum stage)stage_parse(folder), NULL,
	    "TASK-0007-x");
	struct task t = TASK_INIT;
	struct buf b = BUF_INIT;
	struct policy policy;
	struct err e = ERR_INIT;
	struct slo slo;
	char word[40], ts[CLOCK_MOMENT_SIZE];
	int at, n;

	t.pkg = p;
	policy_init(&policy);
	buf_addf(&b, "---\n%s---\n", keys);
	if (card_parse(&t.card, b.ptr, b.len, &e) != 0)
		bail("%s", e.msg);
	buf_clear(&b);
	for (; sscanf(events, " %39s %d%n", word, &at, &n) == 2;
	    events += n) {
		clock_format_moment(ts, AT(at));
		buf_addf(&b, "{\"ts\":\"%s\",\"user\":\"@a\","
		    "\"event\":\"%s\"}\n", ts, word);
	}
	ledger_parse(&t.ledger, buf_str(&b), b.len);
	slo_judge(&slo, &policy, &t, AT(hour));
	task_release(&t);
	package_free(p);
	policy_release(&policy);
	buf_release(&b);
	return slo;
}

static void
test_stays(void)
{
	static const struct {
		const char *stage, *keys, *events;
		int hour, spent;
		bool late, missed, said;
	} rows[] = {
		{ "inbox", "", "created 0", 24, 24, false, false, false },
		{ "inbox", "", "created 0", 25, 25, true, false, false },
		{ "inbox", "", "created 0", 48, 48, true, false, false },
		{ "inbox", "", "created 0", 49, 49, true, true, false },
		{ "inbox", "", "created 0 slo_missed 49", 50, 50, true, true,
		    true },
		{ "backlog", "", "created 0 slo_missed 49 verified 50",
		    700, 650, true, true, false },
		{ "next", "", "created 0 verified 1 prioritized 2", 999, 997,
		    false, false, false },
		{ "current", "effort_estimate: S\n", "created 0 started 10",
		    10 + 49, 49, true, false, false },
		{ "current", "effort_estimate: 2\n", "created 0 started 10",
		    10 + 97, 97, true, true, false },
		{ "current", "", "created 0 started 10", 999, 989, false,
		    false, false },
		{ "inbox", "", "created 0 paused 10 resumed 30", 50, 30, true,
		    false, false },
		{ "inbox", "", "created 0 paused 10", 500, 10, false, false,
		    false },
		{ "inbox", "", "created 0 paused 10 blocked 30", 50, 30, true,
		    false, false },
		{ "inbox", "", "created 0 blocked 10", 50, 50, true, true,
		    false },
		{ "backlog", "", "created 0 paused 5 verified 10 resumed 20",
		    30, 10, false, false, false },
		/* The ledger does not say that it is there. */
		{ "learning", "", "created 0", 999, 0, false, false, false },
		{ "inbox", "", "note_added 0", 999, 0, false, false, false },
		/* A clock that goes wrong makes nothing late. */
		{ "inbox", "", "created 90", 10, -80, false, false, false },
	};
	bool held = true;
	struct slo s;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		s = judge(rows[i].stage, rows[i].keys, rows[i].events,
		    rows[i].hour);
		held = row(s.spent_us == rows[i].spent * HOUR_US &&
		    s.late == rows[i].late && s.missed == rows[i].missed &&
		    s.said == rows[i].said && s.closed_us == 0,
		    "row %zu: %jd h, %d %d %d", i,
		    (intmax_t)(s.spent_us / HOUR_US), s.late, s.missed,
		    s.said) && held;
	}
	ok(held, "measures a stay, pauses left out, against the targets");
}

static void
test_closed(void)
{
	static const char way[] = "created 0 moved_to_archived 1 closed 1";
	struct slo s;

	s = judge("archived", "priority: P0\n", way, 1 + 72);
	ok(s.closed_us == 0, "gives a closed P0 72 hours");
	s = judge("archived", "priority: P0\n", way, 1 + 73);
	ok(s.closed_us == AT(1), "then asks for its retrospective");
	s = judge("archived", "priority: P1\n", way, 999);
	ok(s.closed_us == 0, "asks it of no other");
	s = judge("archived", "priority: P0\n", "created 0 canceled 1", 999);
	ok(s.closed_us == 0, "nor of what was canceled");
	s = judge("archived", "priority: P0\n",
	    "created 0 closed 1 p0_retrospective 99", 999);
	ok(s.closed_us == 0 && !s.late && !s.missed,
	    "asks no more when it is there");
}

static void
test_show(void)
{
	static const struct { int64_t s; const char *want; } rows[] = {
		{ 0, "0s" }, { 59, "59s" }, { 60, "1m" }, { 90, "90s" },
		{ 3600, "1h" }, { 5400, "90m" }, { 86400, "1d" },
		{ 86400 + 43200, "36h" }, { 10 * 86400 + 5, "10d" },
	};
	struct buf out = BUF_INIT;
	bool held = true;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		buf_clear(&out);
		slo_show_span(&out, rows[i].s * 1000000);
		held = row(strcmp(out.ptr, rows[i].want) == 0, "%s: %s",
		    rows[i].want, out.ptr) && held;
	}
	ok(held, "shows a span in the unit that says it");
	buf_release(&out);
}

static void
test_span(void)
{
	static const char text[] = "slo:\n  current: {target: 1h, "
	    "violation: 3h, effort: {M: 2d}, violation_factor: 4}\n"
	    "  next: {target: 1h}\n";
	struct policy p;
	struct policy_span s;
	struct err e = ERR_INIT;

	policy_init(&p);
	if (policy_parse(&p, text, strlen(text), &e) != 0)
		bail("%s", e.msg);
	s = policy_span(&p, STAGE_CURRENT, "M");
	ok(s.target_us == 48 * HOUR_US && s.violation_us == 192 * HOUR_US,
	    "takes the target of the effort, so many times");
	s = policy_span(&p, STAGE_CURRENT, NULL);
	ok(s.target_us == HOUR_US && s.violation_us == 3 * HOUR_US,
	    "takes that of the stage where no effort is set");
	s = policy_span(&p, STAGE_NEXT, "M");
	ok(s.target_us == HOUR_US && s.violation_us == 0,
	    "has no violation where the policy has none");
	p.slo[STAGE_CURRENT].effort_us[2] = INT64_MAX / 2;
	s = policy_span(&p, STAGE_CURRENT, "M");
	ok(s.violation_us == 0, "does not overflow");
	policy_release(&p);
}

int
main(void)
{
	test_stays();
	test_closed();
	test_show();
	test_span();
	return tap_done();
}
