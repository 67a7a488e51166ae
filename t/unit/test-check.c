/* SPDX-License-Identifier: MIT */
/* rule/check and its siblings: what each check requires, and what it says */
#include "base/compat.h"

#include "base/err.h"
#include "board/people.h"
#include "board/store.h"
#include "board/task.h"
#include "rule/check.h"
#include "rule/move.h"
#include "t/unit/scratch.h"
#include "t/unit/tap.h"

static char alice[] = "@alice";
static struct actor actor = { alice, NULL };
static struct store store;
static struct task task;
static struct move move;
static struct move_wants wants;

/* Makes a task, reads it, and fills a move of it; .work may be there. */
static void
begin(enum stage from, enum stage to, const char *keys)
{
	struct err e = ERR_INIT;
	struct package *p;

	move_release(&move);
	task_release(&task);
	store_close(&store);
	put_task(stage_info[from].name, "0001", keys);
	if (store_open(&store, NULL, &e) != 0 ||
	    store_resolve(&store, "1", &p, &e) != 0 ||
	    task_load(&task, &store, p, &e) != 0)
		bail("%s", e.msg);
	wants = (struct move_wants){ .sign = false };
	move = (struct move){ .store = &store, .task = &task,
	    .actor = &actor, .wants = &wants, .from = from, .to = to };
	id_format(move.number, &p->id);
	move_replay(&task.ledger, &move.entered);
}

static void
end(void)
{
	remove_tree(".work");
}

/* Runs the check; what it refused, a line each. */
static const char *
says_of(enum check c)
{
	static struct buf b;
	struct err e = ERR_INIT;
	size_t i;

	buf_clear(&b);
	if (check_run(c, &move, &e) != 0)
		buf_addf(&b, "status %d: %s", e.status, e.msg);
	for (i = 0; i < move.reasons.n; i++)
		buf_addf(&b, "%s%s", b.len > 0 ? "\n" : "",
		    move.reasons.v[i]);
	if ((move.reasons.n > 0) != strvec_has(&move.failed, check_name(c)) ||
	    move.failed.n > 1)
		buf_addf(&b, " [%zu names]", move.failed.n);
	return buf_str(&b);
}

static void
test_names(void)
{
	struct strvec names = STRVEC_INIT;
	bool good = true;
	int c;

	for (c = 0; c < CHECK_COUNT; c++) {
		good &= row(*check_name(c) != '\0' &&
		    !strvec_has(&names, check_name(c)), "%d", c);
		strvec_add(&names, check_name(c));
	}
	ok(good, "each check has a name of its own");
	strvec_release(&names);
}

struct key_row {
	enum check c;
	const char *keys, *want;
};

#define CARD ".work/tasks/backlog/TASK-0001-one/0001-one.task.md"

/* Checks of the card's keys, for a move from backlog to next. */
static void
test_keys(void)
{
	static const struct key_row rows[] = {
		{ CHECK_SANITY, NULL, "" },
		{ CHECK_DRI, NULL, "" },
		{ CHECK_DRI, "current_dri: null\n", "nobody is responsible "
		    "(current_dri: \"@name\" in the card)" },
		{ CHECK_PRIORITY, "priority: P3\n", "" },
		{ CHECK_PRIORITY, "priority: P0\n", "" },
		{ CHECK_PRIORITY, "priority: null\n", "priority is not set "
		    "(priority: \"P2\" in the card)" },
		{ CHECK_PRIORITY, "priority: P5\n", "priority is not set "
		    "(priority: \"P2\" in the card)" },
		{ CHECK_PRIORITY, "priority: P4\n", "priority P4 stays in the "
		    "backlog (P0 to P3 go on)" },
		{ CHECK_EFFORT, "effort_estimate: XL\n", "" },
		{ CHECK_EFFORT, "effort_estimate: 5\n", "" },
		{ CHECK_EFFORT, "effort_estimate: null\n", "effort is not set "
		    "(effort_estimate: \"M\" in the card; XS S M L XL)" },
		{ CHECK_EFFORT, "effort_estimate: 4\n", "effort is not set "
		    "(effort_estimate: \"M\" in the card; XS S M L XL)" },
		{ CHECK_HELD, NULL, "" },
		{ CHECK_HELD, "status: blocked\n",
		    "it is blocked (nobody said by what)" },
		{ CHECK_HELD, "status: blocked\nblocked_by: \"info:why\"\n",
		    "it is blocked (info:why)" },
		{ CHECK_HELD, "status: paused\n", "it is paused" },
		{ CHECK_HELD, "status: canceled\n", "it is canceled" },
		{ CHECK_HELD, "status: split\n", "it is split" },
		{ CHECK_SANITY, "task_id: \"0002\"\n", CARD
		    ":11:10: task_id is not the id of the folder" },
	};
	bool good = true;
	const char *got;
	size_t i;

	for (i = 0; i < ARRAY_LEN(rows); i++) {
		begin(STAGE_BACKLOG, STAGE_NEXT, rows[i].keys);
		got = says_of(rows[i].c);
		good &= row(strcmp(got, rows[i].want) == 0, "%s of %s: %s",
		    check_name(rows[i].c), rows[i].keys == NULL ? "nothing" :
		    rows[i].keys, got);
	}
	ok(good, "each wrong key is refused, with what to do about it");
	end();
}

static void
test_sanity(void)
{
	begin(STAGE_NEXT, STAGE_CURRENT, "stage: backlog\n");
	ok(strstr(says_of(CHECK_SANITY), "0001-one.task.md:11:8: stage") !=
	    NULL, "a card that says another stage is refused");
	begin(STAGE_NEXT, STAGE_CURRENT, "stage: next\n");
	move.by_hand = true;
	task.pkg->stage = STAGE_CURRENT;
	is_str(says_of(CHECK_SANITY), "", "but for one that was moved by "
	    "hand, and still says the stage that it came from");
	task.pkg->stage = STAGE_NEXT;
	put_file(in_task("next", "0002", "/0002-one.task.md"), "");
	begin(STAGE_NEXT, STAGE_CURRENT, NULL);
	move.from = STAGE_BACKLOG;
	is_str(says_of(CHECK_SANITY), "the ledger says 'next', the folder "
	    "'next'; a move by hand is judged by task-watch --once",
	    "so is a ledger that says another stage");
	begin(STAGE_NEXT, STAGE_CURRENT, NULL);
	ledger_release(&task.ledger);
	is_str(says_of(CHECK_SANITY), "the ledger says 'nothing', the folder "
	    "'next'; a move by hand is judged by task-watch --once",
	    "or nothing at all");
	begin(STAGE_NEXT, STAGE_CURRENT, NULL);
	task.has_ledger = false;
	ok(strncmp(says_of(CHECK_SANITY), "status 65: ", 11) == 0,
	    "a missing ledger is an error");
	end();
}

static void
test_package(void)
{
	begin(STAGE_INBOX, STAGE_BACKLOG, NULL);
	is_str(says_of(CHECK_PACKAGE), "", "a package may be complete");
	task.has_context = false;
	is_str(says_of(CHECK_PACKAGE), ".work/tasks/inbox/TASK-0001-one/"
	    "0001.context.md is missing: write down what is needed to do the "
	    "task", "or lack its context");
	is_str((move_release(&move), says_of(CHECK_CREATED)), "",
	    "a task was created");
	ledger_release(&task.ledger);
	is_str(says_of(CHECK_CREATED), "the ledger has no 'created' event",
	    "or its ledger does not say so");
	end();
	begin(STAGE_INBOX, STAGE_BACKLOG, NULL);
	ledger_release(&task.ledger);
	ledger_parse(&task.ledger, "{\"ts\":\"2025-10-01T00:00:00Z\","
	    "\"user\":\"@a\",\"event\":\"created_from_split\",\"desc\":"
	    "\"x\"}\n", 83);
	is_str(says_of(CHECK_CREATED), "", "or it comes from a split");
	end();
	begin(STAGE_NEXT, STAGE_INBOX, NULL);
	is_str(says_of(CHECK_REASON), "a move back from 'next' to 'inbox' "
	    "needs a reason (--reason)", "who goes back says why");
	move_release(&move);
	wants.reason = "so";
	is_str(says_of(CHECK_REASON), "", "and then may");
	end();
}

struct body_row {
	enum check c;
	const char *body, *want;
};

#define FOUR "## Goal\nx\n## Inputs Required\nx\n"			\
	"## Implementation Details\nx\n## Expected Outputs\nx\n"
#define CRITERIA "## Acceptance Criteria\n"
#define INBOX ".work/tasks/inbox/TASK-0001-one/0001-one.task.md"
#define NO_CRITERION "there is no acceptance criterion (a line "	\
	"'- [ ] what can be tested' under '## Acceptance Criteria')"
#define OPEN(text) "not ticked: '" text "' (tick it in the card, or "	\
	"--waive REASON)"

static void
test_body(void)
{
	static const struct body_row rows[] = {
		{ CHECK_SECTIONS, FOUR CRITERIA "- [ ] a\n", "" },
		{ CHECK_SECTIONS, FOUR, "sections are missing: Acceptance "
		    "Criteria (write them in " INBOX ")" },
		{ CHECK_SECTIONS, "", "sections are missing: Goal, Inputs "
		    "Required, Implementation Details, Expected Outputs, "
		    "Acceptance Criteria (write them in " INBOX ")" },
		{ CHECK_SECTIONS, FOUR CRITERIA "\n<!-- why -->\n",
		    "sections are still empty: Acceptance Criteria (fill "
		    "them in in " INBOX ")" },
		{ CHECK_SECTIONS, "## Goal\n[what]\n## inputs required\nx\n"
		    "## Implementation Details\n\n## Expected Outputs\nx\n",
		    "sections are missing: Acceptance Criteria (write them "
		    "in " INBOX ")\nsections are still empty: Goal, "
		    "Implementation Details (fill them in in " INBOX ")" },
		{ CHECK_CRITERIA, FOUR CRITERIA "- [ ] a\n", "" },
		{ CHECK_CRITERIA, FOUR CRITERIA "- [x] a\n", "" },
		{ CHECK_CRITERIA, FOUR CRITERIA "- a\n", NO_CRITERION },
		{ CHECK_CRITERIA, FOUR CRITERIA "- a\n## More\n- [ ] b\n",
		    NO_CRITERION },
		{ CHECK_CRITERIA, "- [ ] a\n" FOUR, NO_CRITERION },
		{ CHECK_TICKED, FOUR CRITERIA "- [x] a\n- [X] b\n", "" },
		{ CHECK_TICKED, FOUR CRITERIA "- [x] a\n- [ ] b\n- [ ] c\n",
		    OPEN("b") "\n" OPEN("c") },
		{ CHECK_TICKED, "- [ ] z\n" FOUR CRITERIA "- [ ] a\n## X\n"
		    "- [ ] y\n", OPEN("a") },
		{ CHECK_TICKED, FOUR, "" },
	};
	bool good = true;
	const char *got;
	size_t i;

	for (i = 0; i < ARRAY_LEN(rows); i++) {
		begin(STAGE_INBOX, STAGE_BACKLOG, NULL);
		card_set_body(&task.card, rows[i].body,
		    strlen(rows[i].body));
		got = says_of(rows[i].c);
		good &= row(strcmp(got, rows[i].want) == 0, "%s of %s: %s",
		    check_name(rows[i].c), rows[i].body, got);
	}
	ok(good, "the body has to say what its five sections ask for");
	end();
}

static void
test_waived(void)
{
	begin(STAGE_CURRENT, STAGE_INTEGRATION, NULL);
	wants.waive = "enough";
	ok(*says_of(CHECK_TICKED) == '\0' && move.facts == FACT_WAIVED &&
	    move.open.n == 2, "open criteria may be waived, and are known");
	end();
	begin(STAGE_LEARNING, STAGE_ARCHIVED, NULL);
	is_str(says_of(CHECK_LEARNING), "what was learned is not written down "
	    "(0001.learning.md in its folder, or --skip-learning REASON)",
	    "who closes a task writes down what was learned");
	move_release(&move);
	wants.skip_learning = "nothing new";
	ok(*says_of(CHECK_LEARNING) == '\0' && move.facts == FACT_SKIPPED,
	    "or says why not");
	move.facts = 0;
	task.has_learning = true;
	ok(*says_of(CHECK_LEARNING) == '\0' && move.facts == FACT_LEARNING,
	    "which counts for nothing once it is written");
	end();
}

static void
test_dependencies(void)
{
	put_task("inbox", "0002", NULL);
	put_task("archived", "0003", "status: canceled\n");
	put_task("inbox", "0004", "current_dri: null\n");
	begin(STAGE_BACKLOG, STAGE_NEXT, "depends_on: [TASK-0002]\n");
	is_str(says_of(CHECK_DEPENDENCIES), "",
	    "a dependency has to be there, with somebody responsible");
	begin(STAGE_BACKLOG, STAGE_NEXT, "depends_on: [TASK-0002, TASK-4711, "
	    "TASK-0003, TASK-0004]\n");
	is_str(says_of(CHECK_DEPENDENCIES), "it depends on TASK-4711, which "
	    "does not exist\nit depends on TASK-0003, which is canceled\n"
	    "it depends on TASK-0004, for which nobody is responsible",
	    "each that is not is named");
	begin(STAGE_BACKLOG, STAGE_NEXT, "depends_on: [TASK-0002]\n");
	is_str(says_of(CHECK_CYCLE), "", "two tasks are no circle");
	put_task("inbox", "0002", "depends_on: [TASK-0001]\n");
	is_str(says_of(CHECK_CYCLE), "its dependencies go round in a circle: "
	    "TASK-0001 -> TASK-0002 -> TASK-0001",
	    "unless they wait for each other");
	put_file(in_task("inbox", "0002", "/0002-one.task.md"), "x");
	move_release(&move);
	ok(strncmp(says_of(CHECK_DEPENDENCIES), "status 65", 9) == 0,
	    "a card that cannot be read is an error");
	store_forget(&store);
	remove_tree(".work/tasks/backlog");
	put_file(".work/tasks/backlog", "");
	ok(strncmp(says_of(CHECK_CYCLE), "status ", 7) == 0,
	    "so is a stage");
	end();
}

static void
test_done_before(void)
{
	static const char waits[] = "depends_on: [TASK-0002, TASK-0003, "
	    "TASK-0004, TASK-0005]\n";

	put_task("integration", "0002", NULL);
	put_task("current", "0003", NULL);
	put_task("archived", "0004", "status: canceled\n");
	begin(STAGE_NEXT, STAGE_CURRENT, "depends_on: [TASK-0002]\n");
	is_str(says_of(CHECK_DONE_BEFORE), "",
	    "a task may start when what it waits for is done");
	begin(STAGE_NEXT, STAGE_CURRENT, waits);
	is_str(says_of(CHECK_DONE_BEFORE), "it waits for TASK-0003, which is "
	    "in current (--concurrent-ok REASON starts it all the same)\n"
	    "it waits for TASK-0004, which is canceled (--concurrent-ok "
	    "REASON starts it all the same)\nit waits for TASK-0005, which "
	    "is missing (--concurrent-ok REASON starts it all the same)",
	    "what it waits for is named, and where it is");
	begin(STAGE_NEXT, STAGE_CURRENT, "depends_on: [TASK-0003]\n");
	wants.concurrent_ok = "both";
	ok(*says_of(CHECK_DONE_BEFORE) == '\0' &&
	    move.facts == FACT_CONCURRENT, "a reason starts it all the same");
	begin(STAGE_NEXT, STAGE_CURRENT, "depends_on: [TASK-0005]\n");
	wants.concurrent_ok = "both";
	ok(*says_of(CHECK_DONE_BEFORE) != '\0',
	    "but not before a task that is missing");
	end();
}

int
main(void)
{
	scratch();
	store.fd = -1;
	test_names();
	test_keys();
	test_sanity();
	test_package();
	test_body();
	test_waived();
	test_dependencies();
	test_done_before();
	move_release(&move);
	task_release(&task);
	store_close(&store);
	return tap_done();
}
