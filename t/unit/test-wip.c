/* SPDX-License-Identifier: MIT */
/* rule/checkflow: limits of work in progress */
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
static const struct move_wants wants;
static struct store store;
static struct task task;
static struct move move;

/* A move from backlog to next, whose limit is "{limit: 1, scope: …}". */
static void
begin(const char *limit)
{
	struct err e = ERR_INIT;
	struct package *p;
	struct buf b = BUF_INIT;

	move_release(&move);
	task_release(&task);
	store_close(&store);
	buf_addf(&b, "wip:\n  next: %s\n", limit);
	put_file(".work/tasks/policy.yaml", b.ptr);
	put_task("backlog", "0001", NULL);
	if (store_open(&store, NULL, &e) != 0 ||
	    store_resolve(&store, "1", &p, &e) != 0 ||
	    task_load(&task, &store, p, &e) != 0)
		bail("%s", e.msg);
	move = (struct move){ .store = &store, .task = &task,
	    .actor = &actor, .wants = &wants, .from = STAGE_BACKLOG,
	    .to = STAGE_NEXT };
	buf_release(&b);
}

/* "count/limit facts warnings reasons" of the judgement. */
static const char *
judged(void)
{
	static struct buf b;
	struct err e = ERR_INIT;

	buf_clear(&b);
	if (check_run(CHECK_WIP, &move, &e) != 0)
		buf_addf(&b, "status %d: %s", e.status, e.msg);
	else
		buf_addf(&b, "%ld/%ld%s%s %zu %zu", move.wip_count,
		    move.wip_limit,
		    (move.facts & FACT_WIP_NEAR) != 0 ? " near" : "",
		    (move.facts & FACT_WIP_FULL) != 0 ? " full" : "",
		    move.warnings.n, move.reasons.n);
	return b.ptr;
}

static void
test_system(void)
{
	begin("{limit: 5, scope: system, enforce: hard}");
	is_str(judged(), "1/5 0 0", "the first of five is far from the limit");
	put_task("next", "0002", NULL);
	put_task("next", "0003", NULL);
	put_task("next", "0004", "current_dri: \"@bob\"\n");
	begin("{limit: 5, scope: system, enforce: hard}");
	is_str(judged(), "4/5 near 0 0", "the fourth is near");
	begin("{limit: 4, scope: system, enforce: hard}");
	is_str(judged(), "4/4 near 0 0", "the last place may be taken");
	begin("{limit: 3, scope: system, enforce: hard}");
	is_str(judged(), "4/3 near full 0 1", "beyond a hard limit none may");
	is_str(move.reasons.v[0], "'next' is full: 3 of 3 (finish or move "
	    "back a task there first; policy.yaml sets the limit)",
	    "which says how many there are");
	begin("{limit: 3, scope: system, enforce: soft}");
	is_str(judged(), "4/3 near 1 0", "a soft limit warns");
	is_str(move.warnings.v[0], "'next' holds 4 tasks, more than the 3 "
	    "that policy.yaml advises", "and says how many there will be");
	begin("{limit: null, scope: system, enforce: hard}");
	is_str(judged(), "0/0 0 0", "there may be no limit");
	begin("{limit: 3, scope: system, enforce: hard}");
	move.by_hand = true;
	is_str(judged(), "3/3 near 0 0",
	    "a task that was moved by hand is among those counted");
}

static void
test_dri(void)
{
	begin("{limit: 2, scope: dri, enforce: hard}");
	is_str(judged(), "3/2 near full 0 1", "a limit may be a person's");
	is_str(move.reasons.v[0], "'next' is full: 2 of 2 of @alice (finish "
	    "or move back a task there first; policy.yaml sets the limit)",
	    "and says whose");
	begin("{limit: 3, scope: dri, enforce: hard}");
	is_str(judged(), "3/3 near 0 0", "what others do does not count");
	begin("{limit: 0, scope: dri, enforce: soft}");
	card_set(&task.card, "current_dri", "@carol", &(struct err)ERR_INIT);
	is_str(judged(), "1/0 near 1 0", "a limit may be none at all");
	is_str(move.warnings.v[0], "'next' holds 1 task of @carol, more than "
	    "the 0 that policy.yaml advises", "one task is one task");
}

#define HEAD "| ID | Name | DRI | Status | Flags | Dependencies |\n"	\
	"|----|------|-----|--------|-------|--------------|\n"

static const char *
with_index(const char *rows)
{
	struct buf b = BUF_INIT;

	buf_addf(&b, "# Next\n\n" HEAD "%s", rows);
	put_file(".work/tasks/next/INDEX.md", b.ptr);
	buf_release(&b);
	begin("{limit: 9, scope: dri, enforce: soft}");
	return judged();
}

static int
judge_nobody(void *ctx)
{
	(void)ctx;
	return strcmp(with_index("| 0005 | One | - | active | - | - |\n"
	    "| 0006 | One | @alice | active | - | - |\n"
	    "| 0007 | One | - | active | - | - |\n"), "2/9 0 0");
}

static void
test_index(void)
{
	struct child c;

	is_str(with_index("| 0005 | One | @alice | active | - | - |\n"
	    "| 0006 | One | @bob | active | - | - |\n"
	    "| 0007 | One | @bob | active | - | - |\n"), "2/9 0 0",
	    "a soft limit of a person is counted by the index");
	is_str(with_index("| 0005 | One | @alice | active | - | - |\n"
	    "| x |\n"), "3/9 0 0", "by the cards where the index is unsound");
	is_str(with_index("| 0005 | One | @alice | active | - | - |\n"),
	    "3/9 0 0", "or has not all of the stage's tasks");
	with_index("| 0005 | One | @alice | active | - | - |\n");
	begin("{limit: 9, scope: dri, enforce: soft}");
	move.by_hand = true;
	is_str(judged(), "2/9 0 0", "or where the move was made by hand");
	begin("{limit: 9, scope: dri, enforce: hard}");
	is_str(judged(), "3/9 0 0", "or where the limit is hard");
	in_child(&c, judge_nobody, NULL);
	ok(row(c.status == 0, "%d: %s", c.status, buf_str(&c.err)),
	    "a row without a DRI is nobody's");
	child_release(&c);
}

static void
test_errors(void)
{
	put_file(in_task("next", "0002", "/0002-one.task.md"), "x");
	begin("{limit: 9, scope: dri, enforce: hard}");
	ok(strstr(judged(), "status 65: .work/tasks/next/TASK-0002-one/"
	    "0002-one.task.md:1:1:") != NULL,
	    "a card that cannot be counted is an error");
	begin("{limit: 9, scope: dri, enforce: hard}");
	store_forget(&store);
	task.pkg = package_new(STAGE_BACKLOG, NULL, "TASK-0001-one");
	remove_tree(".work/tasks/next");
	put_file(".work/tasks/next", "");
	ok(strncmp(judged(), "status ", 7) == 0, "so is a stage");
	package_free(task.pkg);
	remove_tree(".work/tasks/next");
	begin("{limit: much}");
	ok(strncmp(judged(), "status 78: ", 11) == 0, "and a policy");
}

int
main(void)
{
	scratch();
	store.fd = -1;
	test_system();
	test_dri();
	test_index();
	test_errors();
	move_release(&move);
	task_release(&task);
	store_close(&store);
	return tap_done();
}
