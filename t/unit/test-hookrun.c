/* SPDX-License-Identifier: MIT */
/* change/hookrun: which event fires which point */
#include "base/compat.h"

#include "base/err.h"
#include "board/card.h"
#include "board/ledger.h"
#include "change/hookrun.h"
#include "t/unit/scratch.h"
#include "t/unit/tap.h"

/* The last event of a ledger, and the point that it fires; NULL: none. */
static const struct {
	const char	*before, *event, *members, *priority, *point;
} rows[] = {
	{ NULL, "validated", NULL, NULL, "on_validate_pass" },
	{ NULL, "verified", NULL, NULL, "on_move" },
	{ "created", "verified", NULL, NULL, "on_move" },
	{ "implemented", "verified", NULL, NULL, NULL },
	{ "validated", "prioritized", NULL, NULL, "on_move" },
	{ "validated", "started", NULL, NULL, "on_move" },
	{ NULL, "implemented", NULL, NULL, "on_move" },
	{ "integrated", "moved_to_learning", NULL, NULL, "on_move" },
	{ NULL, "integrated", NULL, NULL, NULL },
	{ NULL, "moved_to_archived", NULL, NULL, "on_move" },
	{ NULL, "blocked", NULL, NULL, "on_blocked" },
	{ NULL, "cascade_blocked_by_cancel", NULL, NULL, "on_blocked" },
	{ NULL, "cascade_blocked_by_pause", NULL, NULL, "on_blocked" },
	{ NULL, "unblocked", NULL, NULL, NULL },
	{ NULL, "slo_missed", NULL, NULL, "on_slo_missed" },
	{ NULL, "created", NULL, NULL, NULL },
	{ NULL, "created", NULL, "P1", NULL },
	{ NULL, "created", NULL, "P0", "on_p0_created" },
	{ NULL, "created_from_split", NULL, "P0", "on_p0_created" },
	{ NULL, "priority_set", "\"value\":\"P0\"", "P2", "on_p0_created" },
	{ NULL, "priority_set", "\"value\":\"P2\"", "P0", NULL },
	{ NULL, "priority_changed", "\"from\":\"P1\",\"to\":\"P0\"", NULL,
	    "on_p0_created" },
	{ NULL, "priority_changed", "\"from\":\"P0\",\"to\":null", NULL,
	    NULL },
	{ NULL, "closed", NULL, NULL, "on_completion" },
	{ NULL, "canceled", NULL, NULL, NULL },
	{ NULL, "rollback", NULL, NULL, "on_rollback" },
	{ "rollback", "rework_required", NULL, NULL, NULL },
	{ NULL, "dependency_updated", NULL, NULL,
	    "on_dependency_updated" },
	{ NULL, "deps_updated", NULL, NULL, "on_dependency_updated" },
	{ NULL, "closed", "\"metadata\":{\"imported\":true}", NULL, NULL },
	{ NULL, "no_such_word", NULL, NULL, NULL },
};

static bool
holds(size_t i, const struct ledger *l, const struct card *c)
{
	const struct event *ev = &l->v[l->n - 1];
	bool want, fires, held = true;
	int point;

	for (point = 0; point < HOOK_POINTS; point++) {
		want = rows[i].point != NULL &&
		    strcmp(rows[i].point, hook_points[point]) == 0;
		fires = hook_fires((enum hook_point)point, ev,
		    l->n > 1 ? ev - 1 : NULL, c);
		held &= row(fires == want, "row %zu, %s: %s", i,
		    rows[i].event, hook_points[point]);
	}
	return held;
}

static void
test_points(void)
{
	struct ledger l = LEDGER_INIT;
	struct card c = CARD_INIT;
	struct buf b = BUF_INIT;
	struct err e = ERR_INIT;
	bool held = true;
	size_t i;

	for (i = 0; i < ARRAY_LEN(rows); i++) {
		buf_clear(&b);
		if (rows[i].before != NULL)
			buf_adds(&b, event_line(rows[i].before, 1, ""));
		buf_adds(&b, event_line(rows[i].event, 2,
		    rows[i].members == NULL ? "" : rows[i].members));
		ledger_parse(&l, b.ptr, b.len);
		buf_clear(&b);
		buf_addf(&b, "---\npriority: %s\n---\n",
		    rows[i].priority == NULL ? "null" : rows[i].priority);
		if (card_parse(&c, b.ptr, b.len, &e) != 0)
			bail("%s", e.msg);
		held &= holds(i, &l, &c);
		ledger_release(&l);
		card_release(&c);
	}
	ok(held, "an event fires its point, and no other");
	buf_release(&b);
}

int
main(void)
{
	scratch();
	test_points();
	return tap_done();
}
