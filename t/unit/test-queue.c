/* SPDX-License-Identifier: MIT */
/* rule/queue, and what rule/move replays */
#include "base/compat.h"

#include "base/err.h"
#include "board/task.h"
#include "rule/move.h"
#include "rule/queue.h"
#include "t/unit/scratch.h"
#include "t/unit/tap.h"

#define HOUR(n) ((INT64_C(1759276800) + (n) * 3600) * 1000000)

/* A task in memory: its priority (NULL: none), and "event hour …". */
static void
make(struct task *t, const char *priority, const char *events)
{
	struct buf b = BUF_INIT;
	struct err e = ERR_INIT;
	char word[40];
	int hour, n;

	buf_adds(&b, "---\n");
	if (priority != NULL)
		buf_addf(&b, "priority: %s\n", priority);
	buf_adds(&b, "---\n");
	if (card_parse(&t->card, b.ptr, b.len, &e) != 0)
		bail("%s", e.msg);
	buf_clear(&b);
	for (; sscanf(events, " %39s %d%n", word, &hour, &n) == 2;
	    events += n)
		buf_adds(&b, event_line(word, hour,
		    strcmp(word, "rollback") == 0 ?
		    "\"to_stage\":\"next\"" : ""));
	ledger_parse(&t->ledger, buf_str(&b), b.len);
	buf_release(&b);
}

static void
test_key(void)
{
	static const struct {
		const char *priority, *events;
		struct queue_key want;
	} rows[] = {
		{ "P0", "created 1 verified 2 prioritized 3",
		    { 0, false, HOUR(3), { "", 7 } } },
		{ "\"P4\"", "created 1", { 4, false, HOUR(1), { "", 7 } } },
		{ NULL, "", { 5, false, 0, { "", 7 } } },
		{ "high", "note_added 5", { 5, false, 0, { "", 7 } } },
		{ "P1", "created 1 prioritized 3 started 4 rollback 5 "
		    "rework_required 6", { 1, true, HOUR(6), { "", 7 } } },
		{ "P1", "created 1 prioritized 3 rework_required 4 started 5 "
		    "rollback 6", { 1, true, HOUR(6), { "", 7 } } },
		{ "P2", "created 1 rollback 2", { 2, true, HOUR(2),
		    { "", 7 } } },
		{ "P2", "created 1 rework_required 2 note_added 3",
		    { 2, true, HOUR(2), { "", 7 } } },
	};
	struct package *p = package_new(STAGE_NEXT, NULL, "TASK-0007-x");
	struct queue_key k;
	struct task t;
	bool good = true;
	size_t i;

	for (i = 0; i < ARRAY_LEN(rows); i++) {
		t = (struct task)TASK_INIT;
		t.pkg = p;
		make(&t, rows[i].priority, rows[i].events);
		queue_key(&k, &t);
		good &= row(k.priority == rows[i].want.priority &&
		    k.rework == rows[i].want.rework &&
		    k.us == rows[i].want.us && k.id.number == 7,
		    "%s: %d %d %" PRId64, rows[i].events, k.priority,
		    k.rework, k.us);
		task_release(&t);
	}
	ok(good, "the key has the priority, and when the task came or came "
	    "back");
	package_free(p);
}

static void
test_compare(void)
{
	/* In the order of pulling. */
	static const struct queue_key order[] = {
		{ 0, false, 90, { "", 9 } },
		{ 1, true, 70, { "", 8 } }, { 1, true, 60, { "", 1 } },
		{ 1, false, 10, { "", 7 } }, { 1, false, 20, { "", 5 } },
		{ 1, false, 20, { "", 6 } }, { 1, false, 20, { "FW", 1 } },
		{ 4, false, 1, { "", 2 } }, { 5, false, 0, { "", 3 } },
	};
	bool good = true;
	size_t i, k;
	int c;

	for (i = 0; i < ARRAY_LEN(order); i++)
		for (k = 0; k < ARRAY_LEN(order); k++) {
			c = queue_compare(&order[i], &order[k]);
			good &= row((c < 0) == (i < k) && (c > 0) == (i > k),
			    "%zu and %zu: %d", i, k, c);
		}
	ok(good, "priority, what came back last first, then first in first "
	    "out, then the id");
}

struct replay_row {
	const char *events;
	int	 stage, status;
	size_t	 entered;
};

static bool
replays(const struct replay_row *r)
{
	struct task t = TASK_INIT;
	size_t entered = 77;
	int stage, status;

	make(&t, NULL, r->events);
	stage = move_replay(&t.ledger, &entered);
	status = move_replay_status(&t.ledger);
	task_release(&t);
	return row(stage == r->stage && status == r->status &&
	    entered == r->entered, "%s: %d %d %zu", r->events, stage, status,
	    entered);
}

#define NEXT "created 1 verified 2 prioritized 3 "
#define CURRENT NEXT "started 4 "

static void
test_replay(void)
{
	static const struct replay_row rows[] = {
		{ "", STAGE_NONE, STATUS_NONE, SIZE_MAX },
		{ "note_added 1", STAGE_NONE, STATUS_NONE, SIZE_MAX },
		{ "id_reserved 1 created 2", STAGE_INBOX, STATUS_ACTIVE, 1 },
		{ "created_from_split 1", STAGE_INBOX, STATUS_ACTIVE, 0 },
		{ "created 1 verified 2", STAGE_BACKLOG, STATUS_ACTIVE, 1 },
		{ NEXT, STAGE_NEXT, STATUS_ACTIVE, 2 },
		{ CURRENT, STAGE_CURRENT, STATUS_ACTIVE, 3 },
		{ CURRENT "started 5", STAGE_CURRENT, STATUS_ACTIVE, 3 },
		{ CURRENT "implemented 5 verified 6", STAGE_INTEGRATION,
		    STATUS_ACTIVE, 4 },
		{ CURRENT "implemented 5 moved_to_learning 6",
		    STAGE_LEARNING, STATUS_ACTIVE, 5 },
		{ CURRENT "implemented 5 moved_to_archived 6 closed 6",
		    STAGE_ARCHIVED, STATUS_ACTIVE, 5 },
		{ CURRENT "rollback 5 rework_required 5", STAGE_NEXT,
		    STATUS_ACTIVE, 4 },
		{ CURRENT "paused 5", STAGE_NEXT, STATUS_PAUSED, 4 },
		{ NEXT "paused 5", STAGE_NEXT, STATUS_PAUSED, 2 },
		{ NEXT "paused 5 resumed 6", STAGE_NEXT, STATUS_ACTIVE, 2 },
		{ CURRENT "paused_by_p0 5", STAGE_NEXT, STATUS_PAUSED, 4 },
		{ CURRENT "blocked 5", STAGE_CURRENT, STATUS_BLOCKED, 3 },
		{ CURRENT "blocked 5 unblocked 6", STAGE_CURRENT,
		    STATUS_ACTIVE, 3 },
		{ NEXT "cascade_blocked_by_cancel 5", STAGE_NEXT,
		    STATUS_BLOCKED, 2 },
		{ NEXT "cascade_blocked_by_pause 5", STAGE_NEXT,
		    STATUS_BLOCKED, 2 },
		{ NEXT "canceled 5", STAGE_ARCHIVED, STATUS_CANCELED, 3 },
		{ NEXT "split 5", STAGE_ARCHIVED, STATUS_SPLIT, 3 },
	};
	bool good = true;
	size_t i;

	for (i = 0; i < ARRAY_LEN(rows); i++)
		good &= replays(&rows[i]);
	ok(good, "the ledger says stage and status, and which event brought "
	    "the task there");
}

static void
test_fields(void)
{
	struct buf b = BUF_INIT;
	struct ledger l = LEDGER_INIT;
	size_t entered;

	buf_adds(&b, event_line("created", 1, "\"stage\":\"learning\""));
	ledger_parse(&l, b.ptr, b.len);
	is_int(move_replay(&l, &entered), STAGE_LEARNING,
	    "a task that was imported says where it began");
	buf_adds(&b, event_line("conflict_resolved", 2,
	    "\"stage\":\"next\""));
	ledger_release(&l);
	ledger_parse(&l, b.ptr, b.len);
	is_int(move_replay(&l, &entered), STAGE_NEXT,
	    "one whose conflict was settled where it ended");
	is_int((intmax_t)entered, 1, "and since when");
	buf_adds(&b, event_line("conflict_resolved", 2, "\"field\":"
	    "\"stage\",\"kept\":\"next\",\"dropped\":\"current\""));
	buf_adds(&b, event_line("conflict_resolved", 2, "\"field\":"
	    "\"status\",\"kept\":\"paused\",\"dropped\":\"active\""));
	buf_adds(&b, event_line("conflict_resolved", 2, "\"field\":"
	    "\"stage\",\"kept\":\"nowhere\",\"dropped\":\"\""));
	buf_adds(&b, event_line("conflict_resolved", 2, "\"field\":"
	    "\"priority\",\"kept\":\"P1\",\"stage\":\"inbox\""));
	ledger_release(&l);
	ledger_parse(&l, b.ptr, b.len);
	is_int(move_replay(&l, &entered), STAGE_NEXT,
	    "a merge says which stage it kept");
	is_int((intmax_t)entered, 2, "and that is entered anew");
	is_int(move_replay_status(&l), STATUS_PAUSED, "and which status");
	buf_adds(&b, event_line("rollback", 3, "\"to_stage\":\"none\""));
	ledger_release(&l);
	ledger_parse(&l, b.ptr, b.len);
	is_int(move_replay(&l, &entered), STAGE_NEXT,
	    "a stage that there is not changes nothing");
	ledger_release(&l);
	buf_release(&b);
}

int
main(void)
{
	scratch();
	test_key();
	test_compare();
	test_replay();
	test_fields();
	return tap_done();
}
