/* SPDX-License-Identifier: MIT */
/* rule/signoff, and the check of the gate */
#include "base/compat.h"

#include "base/clock.h"
#include "base/err.h"
#include "base/jsonw.h"
#include "board/people.h"
#include "board/store.h"
#include "board/task.h"
#include "rule/check.h"
#include "rule/move.h"
#include "rule/signoff.h"
#include "t/unit/scratch.h"
#include "t/unit/tap.h"

static struct store store;
static struct task task;
static struct signoff so;
static struct err err;

/* A task in the backlog that waits for its gate. */
static void
begin(void)
{
	struct package *p;

	task_release(&task);
	store_close(&store);
	put_task("backlog", "0001", NULL);
	if (store_open(&store, NULL, &err) != 0 ||
	    store_resolve(&store, "1", &p, &err) != 0 ||
	    task_load(&task, &store, p, &err) != 0)
		bail("%s", err.msg);
}

/* After what put_task() says. */
static int64_t ts_us = INT64_C(1767225600) * CLOCK_SECOND;

/* Adds an event with `gate` and the content of now (`content` NULL). */
static void
add(const char *event, const char *user, const char *gate,
    const char *content)
{
	struct draft d = { .event = event, .user = user, .desc = "so",
	    .ts_us = ts_us };
	char hex[OID_HEX + 1];
	struct oid now;

	card_content(&task.card, &task.context, &now);
	oid_format(hex, &now);
	if (gate != NULL)
		jsonw_member(&d.own, "gate", gate);
	jsonw_member(&d.own, "content", content == NULL ? hex : content);
	if (*user != '@')
		jsonw_member(&d.metadata, "worker_id", user);
	ledger_add(&task.ledger, &d);
	draft_release(&d);
}

static int
state(void)
{
	so = (struct signoff){ .gate = STAGE_NEXT };
	move_replay(&task.ledger, &so.entered);
	if (signoff_find(&so, &store, &task, &err) != 0)
		return -1;
	return (int)so.state;
}

static void
test_states(void)
{
	begin();
	is_int(state(), SIGNOFF_NONE, "at first nobody signed");
	ok(so.event == NULL, "and there is no event");
	ts_us -= 1000 * CLOCK_DAY;
	add("signed_off", "@alice", "next", NULL);
	is_int(state(), SIGNOFF_EARLY, "one that is dated before the task "
	    "came there does not count");
	ts_us += 1000 * CLOCK_DAY;
	add("signed_off", "@alice", "next", NULL);
	is_int(state(), SIGNOFF_VALID, "a sign-off counts");
	ok(so.event == ledger_last(&task.ledger, "signed_off"),
	    "and is known");
	buf_adds(&task.context, "more\n");
	is_int(state(), SIGNOFF_OTHER_CONTENT, "not for another context");
	add("signed_off", "@alice", "next", NULL);
	is_int(state(), SIGNOFF_VALID, "until it is signed again");
	card_set(&task.card, "priority", "P2", &err);
	is_int(state(), SIGNOFF_VALID, "the front matter is not signed");
	card_set_body(&task.card, "new\n", 4);
	is_int(state(), SIGNOFF_OTHER_CONTENT, "the body is");
	add("sign_off_revoked", "@bob", "next", NULL);
	is_int(state(), SIGNOFF_REVOKED, "it may be taken back");
	ok(strcmp(so.event->event, "signed_off") == 0 &&
	    strcmp(so.event->user, "@alice") == 0, "whose it was is known");
	add("signed_off", "@bob", "next", NULL);
	is_int(state(), SIGNOFF_VALID, "and given again");
}

static void
test_ignored(void)
{
	static const char *const contents[] = { "", "0123",
	    "012345678901234567890123456789012345678x",
	    "01234567890123456789012345678901234567890" };
	bool good = true;
	size_t i;

	begin();
	add("signed_off", "@alice", "integration", NULL);
	is_int(state(), SIGNOFF_NONE, "a sign-off for another gate is none");
	add("signed_off", "@alice", NULL, NULL);
	is_int(state(), SIGNOFF_NONE, "nor is one without a gate");
	for (i = 0; i < ARRAY_LEN(contents); i++) {
		add("signed_off", "@alice", "next", contents[i]);
		good &= row(state() == SIGNOFF_OTHER_CONTENT, "%s",
		    contents[i]);
	}
	ok(good, "one whose content is no id is for another content");
	begin();
	add("signed_off", "@alice", "next", NULL);
	add("sign_off_revoked", "@alice", "archived", NULL);
	is_int(state(), SIGNOFF_VALID, "what is taken back is one gate's");
	add("rollback", "@alice", NULL, NULL);
	add("verified", "@alice", NULL, NULL);
	is_int(state(), SIGNOFF_VALID,
	    "an event that moves nothing changes nothing");
	begin();
	add("signed_off", "@alice", "next", NULL);
	add("prioritized", "@alice", NULL, NULL);
	is_int(state(), SIGNOFF_NONE,
	    "what was signed before the stage was entered is past");
	so.entered = SIZE_MAX;
	ok(signoff_find(&so, &store, &task, &err) == 0 &&
	    so.state == SIGNOFF_VALID, "unless all of it was asked for");
}

static void
test_best(void)
{
	begin();
	put_file(".work/tasks/people.yaml",
	    "people:\n  \"@alice\": {gates: [next]}\n  \"@bob\": {}\n");
	store_forget(&store);
	begin();
	add("signed_off", "@bob", "next", NULL);
	is_int(state(), SIGNOFF_UNENTITLED,
	    "one by a person without that gate does not count");
	add("signed_off", "@carol", "next", NULL);
	is_int(state(), SIGNOFF_UNENTITLED, "nor by one who is not listed");
	add("signed_off", "@alice", "next", NULL);
	add("signed_off", "@bob", "next", NULL);
	is_int(state(), SIGNOFF_VALID, "the best of several counts");
	is_str(so.event->user, "@alice", "whoever came later");
	begin();
	add("signed_off", "bot", "next", NULL);
	is_int(state(), SIGNOFF_UNENTITLED, "a worker's never does");
	put_file(".work/tasks/people.yaml", "people: x\n");
	begin();
	is_int(state(), SIGNOFF_NONE, "people.yaml is not read for nothing");
	add("signed_off", "@alice", "next", NULL);
	ok(state() == -1 && err.status == EX_CONFIG,
	    "one that is wrong is an error");
	remove_tree(".work/tasks/people.yaml");
}

/* What refuses the sign-off, "" where nothing does. */
static const char *
refusal(const char *user, const char *worker, const char *gate)
{
	struct actor a = { (char *)(uintptr_t)user,
	    (char *)(uintptr_t)worker };

	store_forget(&store);
	err = (struct err)ERR_INIT;
	if (signoff_may(&store, &a, gate, &err) == 0)
		return "";
	return row(err.status == EX_NO, "status %d", err.status) ? err.msg :
	    "?";
}

static void
test_may(void)
{
	begin();
	put_file(".work/tasks/.workers/ci.manifest.yaml", "");
	is_str(refusal("@anybody", NULL, "next"), "",
	    "without people.yaml every person may sign");
	is_str(refusal("@alice", "bot", "next"), "a worker cannot sign off "
	    "(TASK_AGENT is 'bot'); ask a person", "but no agent's process");
	is_str(refusal("@ci", NULL, "next"), "a worker cannot sign off "
	    "('@ci' has a manifest in .workers); ask a person",
	    "nor who has a manifest");
	put_file(".work/tasks/people.yaml",
	    "people:\n  \"@alice\": {gates: [next, policy]}\n");
	is_str(refusal("@alice", NULL, "policy"), "",
	    "people.yaml gives the gates");
	is_str(refusal("@alice", NULL, "archived"), "people.yaml does not "
	    "give @alice the gate 'archived'", "and no others");
	is_str(refusal("@bob", NULL, "next"), "@bob is not in people.yaml and "
	    "may not sign 'next'", "to nobody else");
	remove_tree(".work/tasks/people.yaml");
}

/* The check of the gate: "" or what it refused. */
/* Gates that the last judgement would sign along the way. */
static unsigned signing;

static const char *
gate(const char *worker, bool sign, unsigned *facts)
{
	static struct buf b;
	static char user[] = "@dave";
	struct actor a = { user, (char *)(uintptr_t)worker };
	struct move_wants wants = { .sign = sign };
	struct move m = { .store = &store, .task = &task, .actor = &a,
	    .wants = &wants, .from = STAGE_BACKLOG, .to = STAGE_NEXT,
	    .number = "0001" };

	move_replay(&task.ledger, &m.entered);
	store_forget(&store);
	buf_clear(&b);
	if (check_run(CHECK_GATE, &m, &err) != 0)
		buf_addf(&b, "status %d", err.status);
	if (m.reasons.n > 0)
		buf_adds(&b, m.reasons.v[0]);
	*facts = m.facts;
	signing = m.signing;
	move_release(&m);
	return buf_str(&b);
}

static void
test_gate(void)
{
	unsigned facts;

	begin();
	is_str(gate(NULL, false, &facts), "entering 'next' needs a person's "
	    "sign-off (task-sign 0001 next, or task-move --sign)",
	    "a gate is closed at first");
	ok(*gate(NULL, true, &facts) == '\0' && signing == 1u << STAGE_NEXT,
	    "a person opens it along with the move");
	ok(strncmp(gate("bot", true, &facts), "a worker", 8) == 0 &&
	    signing == 0, "a worker does not");
	add("signed_off", "@alice", "next", NULL);
	is_str(gate("bot", false, &facts), "",
	    "one that was opened lets anybody through");
	buf_adds(&task.context, "more");
	is_str(gate(NULL, false, &facts), "@alice signed 'next' for another "
	    "content: the card or its context changed since (read it and "
	    "task-sign 0001 next again)", "but not another content");
	is_int(facts, FACT_SIGNOFF_VOID, "which is a fact of its own");
	put_file(".work/tasks/people.yaml", "people: {}\n");
	is_str(gate(NULL, false, &facts), "@alice signed 'next' but may not; "
	    "somebody who may has to sign", "nor by who may not");
	put_file(".work/tasks/people.yaml", "people: x\n");
	is_str(gate(NULL, true, &facts), "status 78",
	    "a people.yaml that is wrong is an error");
	is_str(gate(NULL, false, &facts), "status 78", "for either");
	remove_tree(".work/tasks/people.yaml");
	add("sign_off_revoked", "@alice", "next", NULL);
	is_str(gate(NULL, false, &facts), "the sign-off of @alice for 'next' "
	    "was revoked (task-sign 0001 next signs again)",
	    "what was taken back opens nothing");
	put_file(".work/tasks/policy.yaml", "gates: [archived]\n");
	is_str(gate(NULL, false, &facts), "",
	    "by policy there may be no gate");
	put_file(".work/tasks/policy.yaml", "gates: x\n");
	is_str(gate(NULL, false, &facts), "status 78",
	    "a policy that is wrong is an error");
}

int
main(void)
{
	scratch();
	store.fd = -1;
	test_states();
	test_ignored();
	test_best();
	test_may();
	test_gate();
	task_release(&task);
	store_close(&store);
	return tap_done();
}
