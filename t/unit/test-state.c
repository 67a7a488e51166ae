/* SPDX-License-Identifier: MIT */
/* rule/state: the table of the statuses, what each change writes */
#include "base/compat.h"

#include "base/err.h"
#include "board/people.h"
#include "board/store.h"
#include "board/task.h"
#include "rule/state.h"
#include "t/unit/scratch.h"
#include "t/unit/tap.h"

static char alice[] = "@alice", bot[] = "bot";
static struct actor actor = { alice, NULL };
static struct store store;
static struct task task;
static struct state state;
static struct state_wants wants;
static struct strvec parts;
static struct err err;

/* The keys of a task that has the status; NULL: as usual, "active". */
static const char *
keys_of(int status)
{
	switch (status) {
	case STATUS_BLOCKED:
		return "status: blocked\nblocked_by: \"external:keys\"\n";
	case STATUS_PAUSED:
		return "status: paused\npaused_reason: \"tired\"\n"
		    "paused_date: \"2025-10-01\"\n"
		    "expected_resume_date: 2025-12-01\n";
	case STATUS_CANCELED:
		return "status: canceled\n";
	case STATUS_SPLIT:
		return "status: split\n";
	case STATUS_NONE:
		return "status: odd\n";
	default:
		return NULL;
	}
}

static void
load(void)
{
	struct package *p;

	err = (struct err)ERR_INIT;
	task_release(&task);
	store_close(&store);
	if (store_open(&store, NULL, &err) != 0 ||
	    store_resolve(&store, "1", &p, &err) != 0 ||
	    task_load(&task, &store, p, &err) != 0)
		bail("%s", err.msg);
	wants = (struct state_wants){ .completed = -1 };
	state = (struct state){ .store = &store, .task = &task,
	    .actor = &actor, .wants = &wants,
	    .now_us = INT64_C(1760783400000000) };
}

/* A change of a new task in `lies` to the status, to be judged. */
static void
begin(enum stage lies, const char *keys, int to)
{
	remove_tree(".work");
	put_task(stage_info[lies].name, "0001", keys);
	load();
	state.to = to;
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

/* Judged and written. */
static bool
goes(void)
{
	return row(state_judge(&state, &err) == 0 &&
	    state_write(&state, &err) == 0, "%d %s", err.status, err.msg);
}

/* Refused with that status and message. */
static bool
refuses(int status, const char *msg)
{
	err = (struct err)ERR_INIT;
	return row(state_judge(&state, &err) == -1 &&
	    err.status == status && strcmp(err.msg, msg) == 0, "%d %s",
	    err.status, err.msg);
}

/*
 * lifecycle.md once more: the event of a change, NULL where there is none.
 */
static const char *
naive_event(int from, int to, int lies)
{
	bool held = from == STATUS_BLOCKED || from == STATUS_PAUSED;

	if (from != STATUS_ACTIVE && !held)
		return NULL;
	if (to >= STATUS_CANCELED)
		return status_names[to];
	if (to == STATUS_BLOCKED && from != STATUS_PAUSED)
		return "blocked";
	if (to == STATUS_PAUSED && from == STATUS_ACTIVE &&
	    (lies == STAGE_BACKLOG || lies == STAGE_NEXT ||
	    lies == STAGE_CURRENT))
		return "paused";
	if (to == STATUS_ACTIVE && held)
		return from == STATUS_BLOCKED ? "unblocked" : "resumed";
	return NULL;
}

/* Where the task lies after it. */
static int
naive_stage(int to, int lies)
{
	if (to == STATUS_CANCELED || to == STATUS_SPLIT)
		return STAGE_ARCHIVED;
	return to == STATUS_PAUSED && lies == STAGE_CURRENT ? STAGE_NEXT :
	    lies;
}

/* One cell of the table, where everything is said that could be missing. */
static bool
cell(int from, int to, int lies)
{
	const char *event = naive_event(from, to, lies);
	size_t n;
	int rc;

	begin(lies, keys_of(from), to);
	wants.by = "decision:which one";
	wants.reason = "why";
	wants.into = &parts;
	n = task.ledger.n;
	rc = state_judge(&state, &err);
	if (event == NULL)
		return row(rc == -1 && err.status == (from == STATUS_NONE ?
		    EX_DATAERR : EX_NO) && task.ledger.n == n &&
		    !task.card.changed, "%d to %d in %d: %d %s", from, to,
		    lies, rc, err.msg);
	return row(rc == 0 && state.from == from &&
	    (int)state.stage == naive_stage(to, lies) &&
	    state_write(&state, &err) == 0 && task.ledger.n == n + 1 &&
	    strcmp(task.ledger.v[n].event, event) == 0 &&
	    card_status(&task.card) == to &&
	    strcmp(card_str(&task.card, "stage"),
	    stage_info[naive_stage(to, lies)].name) == 0 &&
	    task.pkg->stage == (enum stage)lies, "%d to %d in %d: %d %s, %s",
	    from, to, lies, rc, err.msg, card_str(&task.card, "stage"));
}

/* A closed task is the caller's to refuse. */
static void
test_table(void)
{
	bool good = true;
	int from, to, lies;

	for (from = STATUS_NONE; from <= STATUS_SPLIT; from++)
		for (to = STATUS_ACTIVE; to <= STATUS_SPLIT; to++)
			for (lies = 0; lies < STAGE_ARCHIVED; lies++)
				good &= cell(from, to, lies);
	ok(good, "of all pairs of statuses in each stage only those of "
	    "lifecycle.md are changes, each with its event and its stage");
	begin(STAGE_ARCHIVED, NULL, STATUS_PAUSED);
	wants.reason = "why";
	ok(refuses(EX_NO, "in 'archived' no task is paused"),
	    "what is archived is not paused either");
}

static void
test_refusals(void)
{
	static const struct { int from, to; const char *why; } v[] = {
		{ STATUS_ACTIVE, STATUS_ACTIVE, "it is active already" },
		{ STATUS_PAUSED, STATUS_PAUSED, "it is paused already" },
		{ STATUS_CANCELED, STATUS_CANCELED,
		    "it is canceled already" },
		{ STATUS_BLOCKED, STATUS_PAUSED, "it is blocked, and cannot "
		    "become paused from that; make it active first" },
		{ STATUS_PAUSED, STATUS_BLOCKED, "it is paused, and cannot "
		    "become blocked from that; make it active first" },
	};
	bool good = true;
	size_t i;

	for (i = 0; i < ARRAY_LEN(v); i++) {
		begin(STAGE_NEXT, keys_of(v[i].from), v[i].to);
		good &= refuses(EX_NO, v[i].why);
	}
	ok(good, "why a change is none is said");
	begin(STAGE_NEXT, keys_of(STATUS_NONE), STATUS_ACTIVE);
	ok(refuses(EX_DATAERR, ".work/tasks/next/TASK-0001-one/0001-one.task.md"
	    ": the card says no status"),
	    "a card without a status is malformed");
	begin(STAGE_NEXT, NULL, STATUS_PAUSED);
	ok(refuses(EX_USAGE, "-r REASON is missing: why it is paused"),
	    "a pause has a reason");
	begin(STAGE_INBOX, keys_of(STATUS_BLOCKED), STATUS_CANCELED);
	ok(refuses(EX_USAGE, "-r REASON is missing: why it is canceled"),
	    "as has a cancel");
	begin(STAGE_INBOX, NULL, STATUS_BLOCKED);
	ok(refuses(EX_USAGE, "--by is missing: what blocks it (a task, "
	    "external:WHAT, decision:WHAT, info:WHAT)"),
	    "what blocks a task is said");
}

static void
test_split(void)
{
	begin(STAGE_CURRENT, keys_of(STATUS_PAUSED), STATUS_SPLIT);
	wants.into = &parts;
	wants.reason = "too big";
	ok(goes() && line_has(last("split"), "\"desc\":\"too big\","
	    "\"into\":[\"TASK-0002\",\"TASK-0003\"],"),
	    "a split says into what, and why");
	ok(strcmp(card_str(&task.card, "split_reason"), "too big") == 0 &&
	    strcmp(card_str(&task.card, "split_date"), "2025-10-18") == 0 &&
	    strcmp(card_str(&task.card, "paused_reason"), "tired") == 0,
	    "as does the card, which keeps what the task was");
	begin(STAGE_INBOX, NULL, STATUS_SPLIT);
	wants.into = &parts;
	ok(goes() && strcmp(last("split")->desc, "split") == 0 &&
	    card_get(&task.card, "split_reason") == NULL,
	    "a split needs no reason");
	begin(STAGE_INBOX, "split_from: TASK-0009\n", STATUS_SPLIT);
	ok(refuses(EX_NO, "it is a part of TASK-0009 itself, and is not "
	    "split again"), "a part is not split again");
}

static void
test_by(void)
{
	begin(STAGE_INBOX, keys_of(STATUS_BLOCKED), STATUS_BLOCKED);
	wants.by = "external:keys";
	ok(refuses(EX_NO, "it is blocked by that already"),
	    "nothing is blocked twice by the same");
	wants.by = "task:TASK-0001";
	ok(refuses(EX_NO, "it cannot be blocked by itself"),
	    "no task is blocked by itself");
	wants.by = "task:TASK-0002";
	ok(refuses(EX_NOINPUT, "TASK-0002: no such task"),
	    "nor by one that there is not");
	put_task("archived", "0002", NULL);
	store_forget(&store);
	load();
	state.to = STATUS_BLOCKED;
	wants.by = "task:TASK-0002";
	ok(goes(), "but by any other, be it done");
	is_str(card_get(&task.card, "blocked_by"), "task:TASK-0002",
	    "which then is what the card says");
	is_str(event_text(last("blocked"), "blocked_by"), "task:TASK-0002",
	    "and the event");
	is_str(last("blocked")->desc, "blocked by task:TASK-0002",
	    "in its words as well, where no reason is given");
}

/* Unblocking what task 2 blocks, which lies in that stage. */
static bool
unblocks(const char *stage, const char *reason)
{
	remove_tree(".work");
	put_task("next", "0001", "status: blocked\n"
	    "blocked_by: \"task:TASK-0002\"\n");
	if (stage != NULL)
		put_task(stage, "0002", NULL);
	load();
	state.to = STATUS_ACTIVE;
	wants.reason = reason;
	return state_judge(&state, &err) == 0;
}

static void
test_unblock(void)
{
	bool good = true;
	int stage;

	for (stage = 0; stage < STAGE_COUNT; stage++) {
		good &= row(unblocks(stage_names[stage], NULL) ==
		    (stage >= STAGE_INTEGRATION) &&
		    (stage >= STAGE_INTEGRATION || err.status == EX_NO),
		    "%s", stage_names[stage]);
		good &= row(unblocks(stage_names[stage], "why"), "%s: %s",
		    stage_names[stage], err.msg);
	}
	ok(good, "a task is unblocked once the other is in integration or "
	    "later, or for a reason");
	unblocks("current", NULL);
	is_str(err.msg, "it is blocked by TASK-0002, which is in 'current' "
	    "and not done (-r REASON unblocks it all the same)",
	    "a refusal names it, and where it is");
	ok(unblocks(NULL, NULL), "one that is gone blocks nothing");
	begin(STAGE_NEXT, keys_of(STATUS_BLOCKED), STATUS_ACTIVE);
	ok(goes(), "what is no task is over when a person says so");
	ok(card_get(&task.card, "blocked_by") == NULL,
	    "the card says nothing blocks it");
	ok(strcmp(event_text(last("unblocked"), "previously_blocked_by"),
	    "external:keys") == 0 && strcmp(last("unblocked")->desc,
	    "what blocked it is over") == 0, "the event, what did");
}

static void
test_pause(void)
{
	begin(STAGE_CURRENT, NULL, STATUS_PAUSED);
	wants.reason = "no \"key\"";
	wants.until = "2025-11-01";
	ok(goes() && state.stage == STAGE_NEXT, "from current to next");
	is_str(card_get(&task.card, "paused_reason"), "no \"key\"",
	    "a pause sets the reason");
	is_str(card_get(&task.card, "paused_date"), "2025-10-18",
	    "the day");
	is_str(card_get(&task.card, "expected_resume_date"), "2025-11-01",
	    "and the day on which it ends");
	ok(strcmp(last("paused")->desc, "no \"key\"") == 0 &&
	    line_has(last("paused"), "\"ts\":\"2025-10-18T10:30:00Z\",\"user\""
	    ":\"@alice\"") && line_has(last("paused"), "\"paused_from_stage\""
	    ":\"current\",\"expected_resume\":\"2025-11-01\",\"version\""),
	    "the event says from where, and until when");
	begin(STAGE_BACKLOG, NULL, STATUS_PAUSED);
	wants.reason = "why";
	ok(goes(), "a pause may have no end");
	ok(memmem(task.card.text.ptr, task.card.text.len, "expected", 8) ==
	    NULL && memmem(task.card.text.ptr, task.card.text.len,
	    "blocked_by", 10) == NULL,
	    "a key that has nothing to say stays away");
}

static void
test_resume(void)
{
	begin(STAGE_NEXT, keys_of(STATUS_PAUSED), STATUS_ACTIVE);
	ok(goes(), "it goes on without a reason");
	ok(card_get(&task.card, "paused_reason") == NULL &&
	    card_get(&task.card, "paused_date") == NULL &&
	    card_get(&task.card, "expected_resume_date") == NULL,
	    "and its card is clear of the pause");
	ok(line_has(last("resumed"), "\"desc\":\"resumed\","
	    "\"resumed_to_stage\":\"next\",\"version\""),
	    "an event without a pause before it counts no days");
	begin(STAGE_NEXT, keys_of(STATUS_PAUSED), STATUS_ACTIVE);
	add_file(in_task("next", "0001", "/0001.ledger.jsonl"),
	    event_line("paused", 3, ""));
	load();
	state.to = STATUS_ACTIVE;
	ok(goes() && line_has(last("resumed"),
	    "\"paused_duration_days\":17,\"version\""),
	    "the days of the pause are whole ones");
	begin(STAGE_NEXT, keys_of(STATUS_PAUSED), STATUS_ACTIVE);
	add_file(in_task("next", "0001", "/0001.ledger.jsonl"),
	    event_line("paused", 3, ""));
	add_file(in_task("next", "0001", "/0001.ledger.jsonl"),
	    event_line("paused_by_p0", 12, ""));
	load();
	state.to = STATUS_ACTIVE;
	wants.reason = "the urgent one is done";
	ok(goes() && line_has(last("resumed"), "\"paused_duration_days\":16")
	    && line_has(last("resumed"), "\"desc\":\"the urgent one is done\""),
	    "since the later of a pause and one by a P0");
}

static void
test_cancel(void)
{
	begin(STAGE_LEARNING, keys_of(STATUS_BLOCKED), STATUS_CANCELED);
	wants.reason = "nobody asks";
	wants.completed = 0;
	ok(goes() && state.stage == STAGE_ARCHIVED,
	    "a canceled task belongs into the archive");
	is_str(card_get(&task.card, "canceled_reason"), "nobody asks",
	    "its card says why");
	is_str(card_get(&task.card, "blocked_by"), "external:keys",
	    "and still what blocked it");
	ok(line_has(last("canceled"), "\"desc\":\"nobody asks\",\"from_stage\""
	    ":\"learning\",\"completed_percentage\":0,\"version\""),
	    "the event says from where, and how much was done");
	begin(STAGE_INBOX, NULL, STATUS_CANCELED);
	wants.reason = "why";
	ok(goes() && line_has(last("canceled"),
	    "\"from_stage\":\"inbox\",\"version\""),
	    "where that was said");
}

static void
test_instead(void)
{
	begin(STAGE_BACKLOG, NULL, STATUS_BLOCKED);
	put_task("next", "0002", NULL);
	store_forget(&store);
	load();
	state.to = STATUS_BLOCKED;
	state.event = "cascade_blocked_by_pause";
	state.blocker = "TASK-0002";
	wants.by = "task:TASK-0002";
	actor = (struct actor){ bot, bot };
	ok(goes() && ledger_last(&task.ledger, "blocked") == NULL,
	    "an event may stand in place of the table's");
	ok(line_has(last("cascade_blocked_by_pause"),
	    "\"blocker\":\"TASK-0002\",\"version\""), "with the blocker");
	is_str(event_text_in(last("cascade_blocked_by_pause"), "metadata",
	    "worker_id"), "bot", "a worker is on record");
	actor = (struct actor){ alice, NULL };
}

/* What state_parse_by() makes of it, or "refused". */
static const char *
parsed(const char *text)
{
	static struct buf b;

	err = (struct err)ERR_INIT;
	buf_clear(&b);
	if (state_parse_by(text, &b, &err) != 0) {
		row(b.len == 0, "'%s' leaves '%s'", text, buf_str(&b));
		return err.status == EX_USAGE ? "refused" : "?";
	}
	return buf_str(&b);
}

static void
test_parse_by(void)
{
	static const char *const v[][2] = {
		{ "1", "task:TASK-0001" }, { "0042", "task:TASK-0042" },
		{ "TASK-42", "task:TASK-0042" },
		{ "task:42", "task:TASK-0042" },
		{ "task:TASK-FW-0042", "task:TASK-FW-0042" },
		{ "FW-42", "task:TASK-FW-0042" },
		{ ".work/tasks/next/TASK-0042-x/0042.context.md",
		    "task:TASK-0042" },
		{ "external:API access", "external:API access" },
		{ "external: a", "external: a" },
		{ "decision:which, or none?", "decision:which, or none?" },
		{ "info:\303\274ber", "info:\303\274ber" },
		{ "external:task:1", "external:task:1" },
		{ "", "refused" }, { "external", "refused" },
		{ "external:", "refused" }, { "decision:  ", "refused" },
		{ "info:\t", "refused" }, { "info:a\tb", "refused" },
		{ "External:x", "refused" }, { " external:x", "refused" },
		{ "task:", "refused" }, { "task:x", "refused" },
		{ "task:0", "refused" }, { "task:task:1", "refused" },
		{ "somebody", "refused" }, { "external:a\nb", "refused" },
		{ "external:a\rb", "refused" }, { "info:\377", "refused" },
	};
	char longest[STATE_BY_MAX + 2];
	bool good = true;
	size_t i;

	for (i = 0; i < ARRAY_LEN(v); i++)
		good &= row(strcmp(parsed(v[i][0]), v[i][1]) == 0, "%s: %s",
		    v[i][0], parsed(v[i][0]));
	ok(good, "what blocks a task has four forms and no others");
	memset(longest, 'x', sizeof(longest));
	memcpy(longest, "info:", 5);
	longest[STATE_BY_MAX + 1] = '\0';
	is_str(parsed(longest), "refused", "what is too long is refused");
	longest[STATE_BY_MAX] = '\0';
	is_str(parsed(longest), longest, "a byte less is not");
}

static void
test_is_over(void)
{
	static const char *const no_task[] = { NULL, "", "external:keys",
	    "info:TASK-0002", "task:", "task:nonsense", "task:TASK-0009" };
	bool good = true;
	size_t i;

	begin(STAGE_NEXT, NULL, STATUS_ACTIVE);
	put_task("current", "0002", NULL);
	put_task("integration", "0003", NULL);
	store_forget(&store);
	for (i = 0; i < ARRAY_LEN(no_task); i++)
		good &= row(state_check_over(&store, no_task[i], &err) == 0,
		    "%s", no_task[i] == NULL ? "" : no_task[i]);
	ok(good, "what is no task that there is holds nobody");
	ok(state_check_over(&store, "task:TASK-0002", &err) == -1 &&
	    err.status == EX_NO, "a task that is not done does");
	is_str(err.msg, "it is blocked by TASK-0002, which is in 'current' "
	    "and not done", "and it is said which, and where");
	is_int(state_check_over(&store, "task:TASK-0003", &err), 0,
	    "one that is done does not");
	put_task("next", "0003", NULL);
	store_forget(&store);
	store_load_all(&store, &err);
	err = (struct err)ERR_INIT;
	ok(state_check_over(&store, "task:TASK-0003", &err) == -1 &&
	    err.status == EX_DATAERR, "one that is there twice is an error");
}

static void
test_errors(void)
{
	begin(STAGE_INBOX, NULL, STATUS_BLOCKED);
	put_file(in_task("inbox", "0001", "/0001-one.task.md"),
	    "---\n{task_id: \"0001\", status: active, stage: inbox}\n---\n");
	load();
	state.to = STATUS_BLOCKED;
	wants.by = "info:x";
	ok(state_judge(&state, &err) == 0 &&
	    state_write(&state, &err) == -1 && err.status == EX_DATAERR,
	    "a card that takes no new key is an error");
	is_str(err.msg, ".work/tasks/inbox/TASK-0001-one/0001-one.task.md:2:1:"
	    " the front matter is written in braces; add 'blocked_by' by hand",
	    "which has the path and the line");
}

int
main(void)
{
	scratch();
	store.fd = -1;
	strvec_add(&parts, "TASK-0002");
	strvec_add(&parts, "TASK-0003");
	test_table();
	test_refusals();
	test_split();
	test_by();
	test_unblock();
	test_pause();
	test_resume();
	test_cancel();
	test_instead();
	test_parse_by();
	test_is_over();
	test_errors();
	task_release(&task);
	store_close(&store);
	strvec_release(&parts);
	return tap_done();
}
