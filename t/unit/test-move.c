/* SPDX-License-Identifier: MIT */
/* rule/move: the table, what a move writes, what a refusal does */
#include "base/compat.h"

#include "base/err.h"
#include "board/people.h"
#include "board/store.h"
#include "board/task.h"
#include "format/oid.h"
#include "rule/check.h"
#include "rule/move.h"
#include "t/unit/scratch.h"
#include "t/unit/tap.h"

static char alice[] = "@alice", bot[] = "bot";
static struct actor actor = { alice, NULL };
static struct store store;
static struct task task;
static struct move move;
static struct move_wants wants;

/* A move of a new task in `from`, to be judged. */
static void
begin(enum stage from, enum stage to, const char *keys)
{
	struct err e = ERR_INIT;
	struct package *p;

	move_release(&move);
	task_release(&task);
	store_close(&store);
	remove_tree(".work");
	put_task(stage_info[from].name, "0001", keys);
	if (store_open(&store, NULL, &e) != 0 ||
	    store_resolve(&store, "1", &p, &e) != 0 ||
	    task_load(&task, &store, p, &e) != 0)
		bail("%s", e.msg);
	wants = (struct move_wants){ .sign = false };
	move = (struct move){ .store = &store, .task = &task,
	    .actor = &actor, .wants = &wants, .from = from, .to = to,
	    .now_us = INT64_C(1760783400000000) };
}

/* The names of the events from the `from`th on. */
static const char *
events(size_t from)
{
	static struct buf b;
	size_t i;

	buf_clear(&b);
	for (i = from; i < task.ledger.n; i++)
		buf_addf(&b, "%s%s", i > from ? " " : "",
		    task.ledger.v[i].event);
	return buf_str(&b);
}

static const struct event *
last(const char *event)
{
	const struct event *ev = ledger_last(&task.ledger, event);

	if (ev == NULL)
		bail("no event %s", event);
	return ev;
}

/* True where the event's line has the text. */
static bool
line_has(const struct event *ev, const char *text)
{
	return row(memmem(task.ledger.text.ptr + ev->start, ev->len, text,
	    strlen(text)) != NULL, "%.*s", (int)ev->len,
	    task.ledger.text.ptr + ev->start);
}

#define SANE "sanity "
#define ONWARD " held"
#define END " wip gate\t"

static void
test_table(void)
{
	static const char *const table[] = {
		"inbox\tbacklog\t" SANE "package sections criteria created "
		    "dri" ONWARD END "verified",
		"backlog\tnext\t" SANE "priority effort dependencies cycle"
		    ONWARD END "validated prioritized",
		"next\tcurrent\t" SANE "done-before" ONWARD END
		    "validated concurrent_ok? started",
		"backlog\tcurrent\tp0 " SANE "reason effort dependencies "
		    "cycle done-before" ONWARD END
		    "validated fast_tracked concurrent_ok? started",
		"current\tintegration\t" SANE "held ticked" END
		    "implemented verified",
		"integration\tlearning\t" SANE "held" END
		    "integrated moved_to_learning",
		"learning\tarchived\t" SANE "held learning" END
		    "learning_documented? learning_skipped? "
		    "moved_to_archived closed",
		"integration\tarchived\t" SANE "held learning" END
		    "integrated learning_documented? learning_skipped? "
		    "moved_to_archived closed",
		"current\tnext\tsanity reason\trollback rework_required",
		"any\tearlier\tsanity reason\trollback",
	};
	struct buf b = BUF_INIT;
	bool good = true;
	size_t i;

	for (i = 0; i < ARRAY_LEN(table); i++) {
		buf_clear(&b);
		good &= row(move_row(i, &b) && strcmp(b.ptr, table[i]) == 0,
		    "row %zu: %s", i, buf_str(&b));
	}
	ok(good, "each row has the checks and the events of lifecycle.md");
	buf_clear(&b);
	ok(!move_row(i, &b) && b.len == 0,
	    "and there are no others");
	buf_release(&b);
}

/* True where the table leads from `from` to `to`, forward or back. */
static bool
is_way(int from, int to, bool p0)
{
	if (from == STAGE_ARCHIVED || from == to)
		return false;
	return to <= from + 1 ||
	    (from == STAGE_INTEGRATION && to == STAGE_ARCHIVED) ||
	    (p0 && from == STAGE_BACKLOG && to == STAGE_CURRENT);
}

static const char *
keys_of(bool p0)
{
	return p0 ? "priority: P0\n" : NULL;
}

static void
test_ways(bool p0)
{
	struct err e = ERR_INIT;
	bool good = true, leads = true, refused;
	int from, to, rc;

	for (from = 0; from < STAGE_COUNT; from++)
		for (to = 0; to < STAGE_COUNT; to++) {
			begin(from, to, keys_of(p0));
			rc = move_judge(&move, &e);
			refused = rc == 1 &&
			    strvec_has(&move.failed, "transition");
			good &= row(rc >= 0 && refused !=
			    is_way(from, to, p0), "%d to %d: %d, %s", from,
			    to, rc, e.msg);
			leads &= row(move_leads(&task, from, to) ==
			    (to > from && is_way(from, to, p0)), "%d to %d",
			    from, to);
		}
	ok(good, p0 ? "of a P0, too" :
	    "of all pairs of stages only those of the table are ways");
	ok(leads, "move_leads() knows those that go forward");
}

/* A digit for each stage: where a task of it goes next, and on its way to
   current; and a '1' for each gate that a sign-off may be for. */
static const char *
path_of(bool p0)
{
	static struct buf b;
	int from, gate;

	buf_clear(&b);
	for (from = 0; from < STAGE_COUNT; from++) {
		begin(from, from, keys_of(p0));
		buf_addf(&b, "%s%d%d", from > 0 ? " " : "", move_next(&task),
		    move_towards(&task, STAGE_CURRENT));
		for (gate = 0; gate < STAGE_COUNT; gate++)
			if (move_passes(&task, gate))
				buf_addf(&b, "+%d", gate);
	}
	return b.ptr;
}

static void
test_paths(void)
{
	is_str(path_of(false), "13+1 23+2 33+3 43+4 53+5+6 63+6 63",
	    "a task goes stage by stage, and is signed for the next");
	is_str(path_of(true), "11+1 33+2+3 33+3 43+4 53+5+6 63+6 63",
	    "a P0 goes past one, and is signed for that, too");
}

static void
test_refused_ways(void)
{
	static const struct { enum stage from, to; const char *why; } v[] = {
		{ STAGE_NEXT, STAGE_NEXT, "it is in 'next' already" },
		{ STAGE_ARCHIVED, STAGE_ARCHIVED, "it is in 'archived' "
		    "already, and closed" },
		{ STAGE_ARCHIVED, STAGE_NEXT, "it is closed and does not come "
		    "back: new work is a new task (task-new)" },
		{ STAGE_INBOX, STAGE_CURRENT, "from 'inbox' the next stage is "
		    "'backlog'; 'current' comes later" },
		{ STAGE_BACKLOG, STAGE_CURRENT, "from 'backlog' the next "
		    "stage is 'next'; 'current' comes later (only a P0 goes "
		    "there at once)" },
	};
	struct err e = ERR_INIT;
	bool good = true;
	size_t i;

	for (i = 0; i < ARRAY_LEN(v); i++) {
		begin(v[i].from, v[i].to, NULL);
		good &= row(move_judge(&move, &e) == 1 &&
		    move.reasons.n == 1 &&
		    strcmp(move.reasons.v[0], v[i].why) == 0, "%s",
		    move.reasons.n > 0 ? move.reasons.v[0] : "nothing");
	}
	ok(good, "why a way is none is said");
	is_str(move.number, "0001", "the task's number is for the messages");
}

struct way {
	enum stage from, to;
	const char *learning;
	struct move_wants wants;
	const char *events;
};

static bool
goes(const struct way *w)
{
	struct err e = ERR_INIT;
	size_t n;
	int rc;

	begin(w->from, w->to, "depends_on: [TASK-0002]\n");
	put_task("current", "0002", NULL);
	store_forget(&store);
	if (store_resolve(&store, "1", &task.pkg, &e) != 0)
		bail("%s", e.msg);
	task.has_learning = w->learning != NULL;
	wants = w->wants;
	n = task.ledger.n;
	rc = move_judge(&move, &e);
	if (rc != 0 || move_write(&move, &e) != 0)
		return row(false, "%d to %d: %d %s %s", w->from, w->to, rc,
		    move.reasons.n > 0 ? move.reasons.v[0] : "", e.msg);
	return row(strcmp(events(n), w->events) == 0 &&
	    strcmp(card_get(&task.card, "stage"), stage_info[w->to].name)
	    == 0 && task.pkg->stage == w->from, "%d to %d: %s, %s", w->from,
	    w->to, events(n), card_get(&task.card, "stage"));
}

static void
test_moves(void)
{
	static const struct way ways[] = {
		{ STAGE_INBOX, STAGE_BACKLOG, NULL, { .of = NULL },
		    "verified" },
		{ STAGE_BACKLOG, STAGE_NEXT, NULL, { .sign = true },
		    "signed_off validated prioritized" },
		{ STAGE_NEXT, STAGE_CURRENT, NULL,
		    { .concurrent_ok = "no time" },
		    "validated concurrent_ok started" },
		{ STAGE_CURRENT, STAGE_INTEGRATION, NULL,
		    { .sign = true, .waive = "later" },
		    "signed_off implemented verified" },
		{ STAGE_INTEGRATION, STAGE_LEARNING, NULL,
		    { .of = NULL }, "integrated moved_to_learning" },
		{ STAGE_LEARNING, STAGE_ARCHIVED, "learned",
		    { .sign = true }, "signed_off learning_documented "
		    "moved_to_archived closed" },
		{ STAGE_LEARNING, STAGE_ARCHIVED, NULL,
		    { .sign = true, .skip_learning = "small" },
		    "signed_off learning_skipped moved_to_archived closed" },
		{ STAGE_INTEGRATION, STAGE_ARCHIVED, NULL,
		    { .sign = true, .skip_learning = "small" }, "signed_off "
		    "integrated learning_skipped moved_to_archived closed" },
		{ STAGE_INTEGRATION, STAGE_ARCHIVED, "learned",
		    { .sign = true, .skip_learning = "small" }, "signed_off "
		    "integrated learning_documented moved_to_archived "
		    "closed" },
		{ STAGE_CURRENT, STAGE_NEXT, NULL,
		    { .reason = "not yet" }, "rollback rework_required" },
		{ STAGE_CURRENT, STAGE_INBOX, NULL,
		    { .reason = "no" }, "rollback" },
		{ STAGE_LEARNING, STAGE_CURRENT, NULL,
		    { .reason = "no" }, "rollback" },
		{ STAGE_BACKLOG, STAGE_INBOX, NULL,
		    { .reason = "no" }, "rollback" },
	};
	bool good = true;
	size_t i;

	for (i = 0; i < ARRAY_LEN(ways); i++)
		good &= goes(&ways[i]);
	ok(good, "each way can be gone, writes its events in order, and sets "
	    "the card's stage");
}

static void
test_rollback(void)
{
	struct err e = ERR_INIT;
	const struct event *ev;

	begin(STAGE_CURRENT, STAGE_NEXT, NULL);
	wants.reason = "not \"yet\"";
	ok(move_judge(&move, &e) == 0 && move_write(&move, &e) == 0,
	    "a task may go back, for a reason");
	ev = last("rollback");
	ok(strcmp(event_text(ev, "from_stage"), "current") == 0 &&
	    strcmp(event_text(ev, "to_stage"), "next") == 0 &&
	    strcmp(ev->desc, "not \"yet\"") == 0,
	    "the event says from where, to where, and why");
	is_str(last("rework_required")->desc, "not \"yet\"",
	    "and so does the next one");
	ok(strcmp(ev->user, "@alice") == 0 &&
	    line_has(ev, "\"ts\":\"2025-10-18T10:30:00Z\""),
	    "with who and when");
	is_int((intmax_t)move.entered, 3, "the judgement knows which event "
	    "had brought it there");
}

static void
test_details(void)
{
	char hex[OID_HEX + 1];
	struct oid content;
	struct err e = ERR_INIT;

	begin(STAGE_CURRENT, STAGE_INTEGRATION, NULL);
	wants.sign = true;
	wants.of = "0123456789012345678901234567890123456789";
	wants.waive = "second is dropped";
	ok(move_judge(&move, &e) == 0 && move.facts == FACT_WAIVED &&
	    move.signing == 1u << STAGE_INTEGRATION,
	    "a judgement finds what the log has to say");
	move_write(&move, &e);
	card_content(&task.card, &task.context, &content);
	oid_format(hex, &content);
	ok(strcmp(event_text(last("signed_off"), "gate"), "integration")
	    == 0 && strcmp(event_text(last("signed_off"), "content"), hex)
	    == 0 && strcmp(event_text(last("signed_off"), "of"), wants.of)
	    == 0, "a sign-off says the gate, the content and the commit");
	ok(line_has(last("implemented"), "\"payload\":{\"waived\":\"second is "
	    "dropped\",\"open\":[\"first\",\"second\"]}"),
	    "what was waived is on record, and why");
	ok(strstr(last("verified")->desc, "waived") == NULL &&
	    event_text_in(last("verified"), "payload", "waived") == NULL,
	    "once");
}

static void
test_by_hand(void)
{
	struct err e = ERR_INIT;
	const struct event *ev;
	char *text;

	begin(STAGE_NEXT, STAGE_CURRENT, NULL);
	actor = (struct actor){ bot, bot };
	move.by_hand = true;
	ok(move_judge(&move, &e) == 0 && move_write(&move, &e) == 0,
	    "a move by hand is judged as any other");
	ev = last("started");
	ok(strcmp(ev->user, "bot") == 0 &&
	    strcmp(event_text_in(ev, "metadata", "worker_id"), "bot") == 0 &&
	    strcmp(event_text_in(ev, "metadata", "by"), "hand") == 0,
	    "the log says that, and which worker did it");
	ok(ledger_last(&task.ledger, "concurrent_ok") == NULL,
	    "an event that depends on something is left out");
	actor = (struct actor){ alice, NULL };
	begin(STAGE_NEXT, STAGE_CURRENT, NULL);
	if (card_set(&task.card, "stage", "current", &e) != 0)
		bail("%s", e.msg);
	put_file("card", task.card.text.ptr);
	move.by_hand = true;
	task.pkg->stage = STAGE_CURRENT;
	ok(row(move_judge(&move, &e) == 0 && move_write(&move, &e) == 0,
	    "%s", move.reasons.n > 0 ? move.reasons.v[0] : e.msg),
	    "the card may say the new stage already");
	text = get_file("card");
	is_str(task.card.text.ptr, text, "and is as it was then");
	free(text);
	task.pkg->stage = STAGE_NEXT;
}

static void
test_wip(void)
{
	struct err e = ERR_INIT;

	begin(STAGE_NEXT, STAGE_CURRENT, NULL);
	put_file(".work/tasks/policy.yaml",
	    "wip:\n  current: {limit: 1, scope: system, enforce: hard}\n");
	store_forget(&store);
	store_resolve(&store, "1", &task.pkg, &e);
	ok(move_judge(&move, &e) == 0 && (move.facts & FACT_WIP_NEAR) != 0 &&
	    move_write(&move, &e) == 0, "the last place may be taken");
	ok(line_has(last("wip_limit_approached"),
	    "\"desc\":\"current at 1 of 1\"") &&
	    line_has(last("wip_limit_approached"),
	    "\"payload\":{\"count\":1,\"limit\":1}"),
	    "and that it is the last is on record");
	begin(STAGE_NEXT, STAGE_CURRENT, NULL);
	put_file(".work/tasks/policy.yaml",
	    "wip:\n  current: {limit: 0, scope: system, enforce: hard}\n");
	store_forget(&store);
	store_resolve(&store, "1", &task.pkg, &e);
	ok(move_judge(&move, &e) == 1 && move_write_refusal(&move),
	    "a place that there is not may not");
	is_str(events(3), "wip_limit_blocked validation_failed",
	    "which is on record, too");
}

static void
test_refusal(void)
{
	struct err e = ERR_INIT;
	struct buf said = BUF_INIT;

	begin(STAGE_BACKLOG, STAGE_NEXT, "priority: null\n");
	ok(move_judge(&move, &e) == 1 && move.failed.n == 2 &&
	    move.reasons.n == 2, "a refusal names the checks that failed");
	ok(move_write_refusal(&move), "it goes on record");
	ok(line_has(last("validation_failed"), "\"payload\":{\"from\":"
	    "\"backlog\",\"to\":\"next\",\"failed\":[\"priority\","
	    "\"gate\"]}") && line_has(last("validation_failed"),
	    "\"desc\":\"backlog to next refused: priority gate\""),
	    "with the moves and the checks");
	is_str(card_get(&task.card, "stage"), "backlog",
	    "the card is as it was");
	buf_addb(&said, &task.ledger.text);
	ok(!move_write_refusal(&move) && buf_equal(&said, &task.ledger.text),
	    "the same once more is no news");
	strvec_add(&move.failed, "cycle");
	ok(move_write_refusal(&move) && task.ledger.n == 4,
	    "other checks are");
	buf_release(&said);
}

static void
test_errors(void)
{
	struct err e = ERR_INIT;

	begin(STAGE_INBOX, STAGE_BACKLOG, NULL);
	task.has_ledger = false;
	ok(move_judge(&move, &e) == -1 && e.status == EX_DATAERR,
	    "without a ledger nothing can be judged");
	begin(STAGE_INBOX, STAGE_BACKLOG, NULL);
	put_file(".work/tasks/policy.yaml", "wip: x\n");
	ok(move_judge(&move, &e) == -1 && e.status == EX_CONFIG,
	    "nor with a policy that is wrong");
	move_release(&move);
	move_release(&move);
	ok(move.reasons.n == 0, "releasing twice is no harm");
}

int
main(void)
{
	scratch();
	store.fd = -1;
	test_table();
	test_ways(false);
	test_ways(true);
	test_paths();
	test_refused_ways();
	test_moves();
	test_rollback();
	test_details();
	test_by_hand();
	test_wip();
	test_refusal();
	test_errors();
	task_release(&task);
	store_close(&store);
	return tap_done();
}
