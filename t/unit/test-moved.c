/* SPDX-License-Identifier: MIT */
/* change/moved, change/grown: what others wrote into a ledger */
#include "base/compat.h"

#include <limits.h>

#include "base/err.h"
#include "change/grown.h"
#include "change/moved.h"
#include "change/session.h"
#include "t/unit/scratch.h"
#include "t/unit/tap.h"

static struct session s;
static struct task task;
static struct package *in_head;
static struct err err;

#define LEDGER(stage) in_task(stage, "0001", "/0001.ledger.jsonl")

static void
end(void)
{
	package_free(in_head);
	in_head = NULL;
	task_release(&task);
	session_end(&s);
}

/* Opens what is there, and reads the task without judging it. */
static void
begin(void)
{
	struct package *p;

	err = (struct err)ERR_INIT;
	if (session_begin_in(&s, NULL, &err) != 0 ||
	    store_resolve(&s.store, "1", &p, &err) != 0 ||
	    task_load(&task, &s.store, p, &err) != 0 ||
	    moved_find_in_head(&s, &p->id, &in_head, &err) != 0)
		bail("%s", err.msg);
}

/* A repository with the task in a stage. */
static void
commit(const char *stage)
{
	remove_tree(".git");
	remove_tree(".work");
	put_task(stage, "0001", NULL);
	put_repo();
}

static void
move_folder(const char *from, const char *to)
{
	struct buf above = BUF_INIT;

	buf_addf(&above, ".work/tasks/%s", to);
	put_dir(above.ptr);
	if (rename(in_task(from, "0001", ""), in_task(to, "0001", "")) != 0)
		bail("no move: %s", strerror(errno));
	buf_release(&above);
}

static void
test_find(void)
{
	struct id id = { "", 1 };
	struct package *p;

	commit("current");
	begin();
	ok(in_head != NULL && in_head->stage == STAGE_CURRENT &&
	    strcmp(in_head->folder, "TASK-0001-one") == 0,
	    "finds where HEAD has a task");
	id.number = 2;
	ok(moved_find_in_head(&s, &id, &p, &err) == 0 && p == NULL,
	    "or that it does not");
	end();
	commit("archived/0000-0999");
	begin();
	ok(in_head != NULL && in_head->stage == STAGE_ARCHIVED &&
	    strcmp(in_head->shard, "0000-0999") == 0,
	    "also in a sub-folder of the archive");
	end();
	commit("inbox");
	if (rename(in_task("inbox", "0001", ""),
	    ".work/tasks/inbox/TASK-0001-other") != 0)
		bail("no move: %s", strerror(errno));
	rename(".work/tasks/inbox/TASK-0001-other/0001-one.task.md",
	    ".work/tasks/inbox/TASK-0001-other/0001-other.task.md");
	begin();
	ok(in_head != NULL && strcmp(in_head->folder, "TASK-0001-one") == 0,
	    "whatever its folder is called now");
	end();
}

#define REFUSED	"-1 TASK-0001: its ledger tells of a move that is not " \
		"allowed: "
#define PUT_BACK "; put its folder back and move it with task-move"

/* Whether the way is told, after the events were added; or the message. */
static const char *
told(const char *from, const char *to, const char *events)
{
	static char text[300];
	char word[40];
	int rc, n;

	commit(from);
	move_folder(from, to);
	for (; sscanf(events, " %39s%n", word, &n) == 1; events += n)
		add_file(LEDGER(to), event_line(word, 9,
		    strcmp(word, "rollback") == 0 ?
		    "\"to_stage\":\"inbox\"" :
		    strcmp(word, "resumed") == 0 ?
		    "\"resumed_to_stage\":\"integration\"" :
		    strcmp(word, "conflict_resolved") == 0 ?
		    "\"stage\":\"learning\"" : ""));
	begin();
	rc = moved_is_told(&s, &task, in_head, &err);
	snprintf(text, sizeof(text), "%d%s%.250s", rc, rc < 0 ? " " : "",
	    rc < 0 ? err.msg : "");
	end();
	return text;
}

static void
test_told(void)
{
	is_str(told("inbox", "backlog", ""), "0",
	    "a folder that was moved by hand has no event that says so");
	is_str(told("inbox", "backlog", "verified"), "1",
	    "a program that left the commit to its user wrote one");
	is_str(told("current", "inbox", "rollback"), "1", "so does a way "
	    "back");
	is_str(told("backlog", "next", "validated prioritized"),
	    REFUSED "nobody signed off for 'next' since it came to 'backlog'"
	    PUT_BACK, "a gate needs a sign-off that stands");
	is_str(told("backlog", "next", "prioritized"),
	    REFUSED "it went from 'backlog' to 'next', and there is no "
	    "'validated' in its ledger" PUT_BACK, "the move owes its events");
	is_str(told("inbox", "current", "started"),
	    REFUSED "there is no move from 'inbox' to 'current'" PUT_BACK,
	    "a way that there is not is refused");
	is_str(told("next", "learning", "validated started implemented "
	    "verified integrated moved_to_learning"),
	    REFUSED "not ticked: 'first' (tick it in the card, or --waive "
	    "REASON)" PUT_BACK, "at each step the package has to be ready");
	is_str(told("current", "integration", "paused resumed"),
	    REFUSED "there is no move from 'next' to 'integration'" PUT_BACK,
	    "a pause and its end lead past no gate");
	commit("backlog");
	add_file(LEDGER("backlog"), event_line("implemented", 9, ""));
	must_run(NULL, NULL, "git commit -q -a -m ahead");
	move_folder("backlog", "integration");
	begin();
	ok(moved_is_told(&s, &task, in_head, &err) == 0,
	    "nor does a ledger that was ahead of the folder in HEAD");
	end();
	is_str(told("backlog", "archived", "canceled"), "1",
	    "a task may be canceled wherever it is");
	is_str(told("backlog", "integration", "canceled resumed"),
	    REFUSED "it was closed, and 'resumed' brings it back to "
	    "'integration'" PUT_BACK, "but does not come back from there");
	is_str(told("backlog", "learning", "canceled conflict_resolved"),
	    REFUSED "it was closed, and 'conflict_resolved' brings it back "
	    "to 'learning'" PUT_BACK, "however that is called");
}

/* What the ledger's growth by that text is said to be. */
static const char *
grown(const char *tail)
{
	static struct buf b;
	int lines = -1, rc;
	char *said;

	if (tail != NULL)
		add_file(LEDGER("next"), tail);
	begin();
	hear();
	rc = grown_check(&s, &task, in_head, &lines, &err);
	said = heard();
	buf_clear(&b);
	if (rc != 0)
		buf_addf(&b, "%d %s", err.status, err.msg);
	else
		buf_addf(&b, "%d %s", lines == INT_MAX ? -1 : lines, said);
	end();
	free(said);
	return b.ptr;
}

#define SIGN(user) "{\"ts\":\"2025-10-01T09:00:00Z\",\"user\":\"" user	\
	"\",\"event\":\"signed_off\",\"gate\":\"current\"}\n"

static void
test_grown(void)
{
	commit("next");
	is_str(grown(NULL), "-1 ", "a ledger may be as it was committed");
	is_str(grown(event_line("note_added", 9, "")), "3 ",
	    "or have further lines");
	is_str(grown(SIGN("@alice")), "3 ", "our own sign-off among them");
	ok(strstr(grown(SIGN("@bob")), "0001.ledger.jsonl:6: a sign-off of "
	    "@bob that was not committed; only @bob can give it (task-sign)")
	    != NULL && err.status == EX_NO, "but nobody else's");
	commit("next");
	ok(strstr(grown("nonsense\n"), "0001.ledger.jsonl:4:") != NULL &&
	    err.status == EX_DATAERR, "a new line has to be an event");
	must_run(NULL, NULL, "git commit -q -a -m nonsense");
	ok(strstr(grown(NULL), "(the line is kept as it is)") != NULL,
	    "one that was committed is warned of");
	commit("next");
	put_file(LEDGER("next"), "");
	ok(strstr(grown(NULL), "0001.ledger.jsonl:1: a line that was "
	    "committed has changed or gone") != NULL && err.status == EX_NO,
	    "a line that was committed stays");
}

int
main(void)
{
	scratch();
	test_find();
	test_told();
	test_grown();
	return tap_done();
}
