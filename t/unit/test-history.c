/* SPDX-License-Identifier: MIT */
/* change/history: what was signed against what is there now */
#include "base/compat.h"

#include "base/err.h"
#include "base/jsonw.h"
#include "change/history.h"
#include "change/session.h"
#include "rule/move.h"
#include "t/unit/scratch.h"
#include "t/unit/tap.h"

static struct session s;
static struct task task;
static struct err err;

static void
begin(void)
{
	err = (struct err)ERR_INIT;
	if (session_begin_in(&s, NULL, &err) != 0 ||
	    session_load(&s, "1", &task, &err) != 0)
		bail("%s", err.msg);
}

static void
end(void)
{
	task_release(&task);
	session_end(&s);
}

/* Signs the task as it is, and commits that. */
static void
sign(void)
{
	char hex[OID_HEX + 1];
	struct oid content;
	struct draft d;

	begin();
	card_content(&task.card, &task.context, &content);
	oid_format(hex, &content);
	session_draft(&s, &d, "signed_off", "so");
	jsonw_member(&d.own, "gate", "next");
	jsonw_member(&d.own, "content", hex);
	session_log(&task, &d);
	session_save(&s, &task);
	if (session_commit(&s, "signed", &err) != 0)
		bail("%s", err.msg);
	end();
}

/* The diff for a move to next; or the message. */
static const char *
diff(void)
{
	static struct buf b;
	static const struct move_wants wants;
	struct move m = { .store = &s.store, .task = &task,
	    .actor = &s.actor, .wants = &wants, .from = STAGE_BACKLOG,
	    .to = STAGE_NEXT, .void_gate = STAGE_NEXT };

	begin();
	move_replay(&task.ledger, &m.entered);
	buf_clear(&b);
	if (history_diff_signed(&s, &m, &b, &err) != 0)
		buf_addf(&b, "%d %s", err.status, err.msg);
	end();
	return buf_str(&b);
}

#define CARD in_task("backlog", "0001", "/0001-one.task.md")
#define CONTEXT in_task("backlog", "0001", "/0001.context.md")

static void
test_diff(void)
{
	const char *got;

	is_str(diff(), "66 no such sign-off", "at first nothing was signed");
	sign();
	is_str(diff(), "66 no such sign-off",
	    "what was signed is what is there");
	add_file(CONTEXT, "more to know\n");
	got = diff();
	ok(strstr(got, "0001.context.md") != NULL &&
	    strstr(got, "\n+more to know\n") != NULL,
	    "a change to the context is shown");
	ok(strstr(got, "0001-one.task.md") == NULL,
	    "and what did not change is not");
	add_file(CARD, "more to do\n");
	must_run(NULL, NULL, "git commit -q -a -m edited");
	must_run(NULL, NULL, "git commit -q --allow-empty -m other");
	got = diff();
	ok(strstr(got, "\n+more to do\n") != NULL &&
	    strstr(got, "\n+more to know\n") != NULL,
	    "it is found some commits back");
}

static void
test_lost(void)
{
	struct buf b = BUF_INIT;

	put_file(CONTEXT, "");
	must_run(NULL, NULL, "git commit -q -a -m emptied");
	ok(strstr(diff(), "\n-The context.\n") != NULL,
	    "a context may be empty by now");
	put_file(CARD, "broken");
	must_run(NULL, NULL, "git commit -q -a -m broken");
	put_task("backlog", "0002", NULL);
	get_data(in_task("backlog", "0002", "/0002-one.task.md"), &b);
	memcpy(strstr(b.ptr, "0002"), "0001", 4);
	put_data(CARD, b.ptr, b.len);
	must_run(NULL, NULL, "git commit -q -a -m whole");
	ok(strstr(diff(), "\n-The context.\n") != NULL,
	    "a commit whose card is not valid is passed over");
	buf_release(&b);
}

static void
test_not_there(void)
{
	begin();
	end();
	add_file(in_task("backlog", "0001", "/0001.ledger.jsonl"),
	    event_line("signed_off", 9, "\"gate\":\"next\",\"content\":"
	    "\"0123456789012345678901234567890123456789\""));
	must_run(NULL, NULL, "git checkout -q --orphan new");
	must_run(NULL, NULL, "git commit -q -a -m new");
	is_str(diff(), "66 what was signed is not among the last 2000 "
	    "commits", "what was signed may be lost");
}

int
main(void)
{
	scratch();
	put_task("backlog", "0001", NULL);
	put_repo();
	test_diff();
	test_lost();
	test_not_there();
	return tap_done();
}
