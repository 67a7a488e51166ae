/* SPDX-License-Identifier: MIT */
/* change/adopt: what a person changed by hand is put on record */
#include "base/compat.h"

#include "base/err.h"
#include "change/session.h"
#include "t/unit/scratch.h"
#include "t/unit/tap.h"

static struct session s;
static struct task task;
static struct err err;

/* A repository with one task, as it was committed. */
static void
begin(const char *stage, const char *keys)
{
	remove_tree(".git");
	remove_tree(".work");
	put_task(stage, "0001", keys);
	put_file(in_task(stage, "0001", "/0001.learning.md"), "learned\n");
	put_repo();
}

/* Loads the task; the events that were added, or the message. */
static const char *
loaded(void)
{
	static struct buf b;
	const char *by;
	size_t i;

	err = (struct err)ERR_INIT;
	buf_clear(&b);
	if (session_begin_in(&s, NULL, &err) != 0)
		bail("%s", err.msg);
	if (session_load(&s, "1", &task, &err) != 0) {
		buf_addf(&b, "%d %s", err.status, err.msg);
		return b.ptr;
	}
	for (i = 0; i < task.ledger.n; i++) {
		by = event_text_in(&task.ledger.v[i], "metadata", "by");
		if (by != NULL && strcmp(by, "hand") == 0)
			buf_addf(&b, "%s%s", b.len > 0 ? " " : "",
			    task.ledger.v[i].event);
	}
	return buf_str(&b);
}

static void
end(void)
{
	task_release(&task);
	session_end(&s);
}

/* Saves and commits what was loaded. */
static bool
commits(void)
{
	bool done;

	session_save(&s, &task);
	done = row(session_commit(&s, "adopted", &err) == 0, "%s", err.msg);
	end();
	return done && is_sound();
}

/* True where the last event of that name has the text in its line. */
static bool
event_has(const char *event, const char *text)
{
	const struct event *ev = ledger_last(&task.ledger, event);

	if (ev == NULL)
		return row(false, "no %s", event);
	return row(memmem(task.ledger.text.ptr + ev->start, ev->len, text,
	    strlen(text)) != NULL, "%.*s", (int)ev->len,
	    task.ledger.text.ptr + ev->start);
}

struct key_row {
	const char *stage, *before, *after, *events, *text;
};

#define DEPS "depends_on: "

static bool
adopts(const struct key_row *r)
{
	const char *got;
	bool good;

	begin(r->stage, r->before);
	put_task(r->stage, "0001", r->after);
	got = loaded();
	good = row(strcmp(got, r->events) == 0, "%s becomes %s: %s",
	    r->before, r->after, got);
	if (good && r->text != NULL)
		good = event_has(task.ledger.v[task.ledger.n - 1].event,
		    r->text);
	end();
	return good;
}

static void
test_keys(void)
{
	static const struct key_row rows[] = {
		{ "inbox", "", "", "", NULL },
		{ "inbox", "priority: null\n", "priority: P2\n",
		    "priority_set", "\"value\":\"P2\"" },
		{ "inbox", "priority: P1\n", "priority: \"P2\"\n",
		    "priority_changed", "\"from\":\"P1\",\"to\":\"P2\"" },
		{ "inbox", "priority: P1\n", "priority: null\n",
		    "priority_changed", "\"from\":\"P1\",\"to\":null" },
		{ "inbox", "priority: P1\n", "priority: 'P1' # so\n", "",
		    NULL },
		{ "next", "effort_estimate: M\n", "effort_estimate: L\n",
		    "effort_estimated", "\"value\":\"L\"" },
		{ "next", "effort_estimate: M\n", "effort_estimate: null\n",
		    "effort_estimated", "\"value\":null" },
		{ "next", "tags: [a]\n", "tags:\n  - a\n  - \"b\"\n",
		    "tags_updated", "\"tags\":[\"a\",\"b\"]" },
		{ "next", "tags: [a]\n", "tags:\n  - a\n", "", NULL },
		{ "next", "tags: [a]\n", "x: y\n",
		    "tags_updated content_updated", NULL },
		{ "inbox", DEPS "[TASK-0002]\n", DEPS "[TASK-0003]\n",
		    "dependency_updated dependency_updated",
		    "\"action\":\"removed\",\"task_id\":\"TASK-0002\"" },
		{ "inbox", "", DEPS "[TASK-0003]\n", "dependency_updated",
		    "\"action\":\"added\",\"task_id\":\"TASK-0003\"" },
		{ "inbox", "task_name: a\n", "task_name: b\nmine: {x: y}\n",
		    "content_updated", "\"file\":\"0001-one.task.md\","
		    "\"keys\":[\"task_name\",\"mine\"]" },
	};
	bool good = true;
	size_t i;

	for (i = 0; i < ARRAY_LEN(rows); i++)
		good &= adopts(&rows[i]);
	ok(good, "a key that was changed by hand is told by its event");
}

#define ACTIVE "status: active\n"
#define BLOCKED "status: blocked\n"
#define PAUSED "status: paused\n"

static void
test_status(void)
{
	static const struct key_row rows[] = {
		{ "next", ACTIVE, BLOCKED "blocked_by: \"info:x\"\n",
		    "blocked", "\"blocked_by\":\"info:x\"" },
		{ "next", ACTIVE, BLOCKED, "1 TASK-0001: the card's status is "
		    "blocked, but blocked_by does not say by what", NULL },
		{ "next", ACTIVE, PAUSED
		    "expected_resume_date: \"2025-11-01\"\n",
		    "paused content_updated", NULL },
		{ "current", ACTIVE, PAUSED, "1 TASK-0001: the card's status "
		    "went from 'active' to 'paused', which cannot be done by "
		    "hand in 'current'", NULL },
		{ "next", BLOCKED "blocked_by: \"info:x\"\n", ACTIVE,
		    "unblocked", "\"previously_blocked_by\":\"info:x\"" },
		{ "backlog", PAUSED, ACTIVE, "resumed",
		    "\"resumed_to_stage\":\"backlog\"" },
		{ "next", ACTIVE, "status: canceled\n", "1 TASK-0001: the "
		    "card's status went from 'active' to 'canceled', which "
		    "cannot be done by hand in 'next'", NULL },
		{ "next", ACTIVE, "stage: current\n", "1 TASK-0001: the "
		    "card's stage was set to 'current', but the task lies in "
		    "'next': move its folder, not the word", NULL },
		{ "next", "stage: inbox\n", "stage: next\n", "", NULL },
	};
	bool good = true;
	size_t i;

	for (i = 0; i < ARRAY_LEN(rows); i++)
		good &= adopts(&rows[i]);
	ok(good, "so is a status, where a person may set it");
}

#define CARD(stage) in_task(stage, "0001", "/0001-one.task.md")
#define CONTEXT(stage) in_task(stage, "0001", "/0001.context.md")

static void
test_content(void)
{
	begin("inbox", NULL);
	add_file(CARD("inbox"), "more\n");
	add_file(CONTEXT("inbox"), "more\n");
	is_str(loaded(), "content_updated content_updated",
	    "body and context are content");
	ok(commits(), "in the inbox they change freely");
	ok(!is_there(in_task("inbox", "0001", "/0001.context.v1.md")),
	    "without versions");
	begin("backlog", NULL);
	add_file(CARD("backlog"), "more\n");
	put_file(CONTEXT("backlog"), "other\n");
	put_file(in_task("backlog", "0001", "/0001.context.v7.md"), "x\n");
	is_str(loaded(), "content_updated content_updated", "elsewhere too");
	ok(event_has("content_updated", "\"file\":\"0001.context.md\","
	    "\"new_version\":9"), "with the number of the new version");
	ok(commits() && is_there(in_task("backlog", "0001",
	    "/0001-one.task.v1.md")), "the old card is kept");
}

static bool
file_is(const char *path, const char *want)
{
	char *got = get_file(path);
	bool same = row(got != NULL && strcmp(got, want) == 0, "%s: %s", path,
	    got == NULL ? "(none)" : got);

	free(got);
	return same;
}

static void
test_versions(void)
{
	ok(file_is(in_task("backlog", "0001", "/0001.context.v8.md"),
	    "The context.\n"), "the old context is kept under the next "
	    "number");
	put_file(CONTEXT("backlog"), "third\n");
	loaded();
	ok(commits() && file_is(in_task("backlog", "0001",
	    "/0001.context.v9.md"), "other\n"), "and so on");
	put_file(in_task("backlog", "0001", "/0001.learning.md"), "more\n");
	is_str(loaded(), "content_updated content_updated content_updated "
	    "content_updated", "what was learned is content");
	ok(commits() && !is_there(in_task("backlog", "0001",
	    "/0001.learning.v1.md")), "without versions");
}

static void
test_ticks(void)
{
	struct buf b = BUF_INIT;
	char *at;

	begin("current", NULL);
	get_data(CARD("current"), &b);
	at = strstr(b.ptr, "[ ] first");
	at[1] = 'x';
	put_data(CARD("current"), b.ptr, b.len);
	is_str(loaded(), "content_updated", "a tick is on record");
	ok(event_has("content_updated", "criteria ticked: 1, before 0"),
	    "with how many there are");
	ok(commits() && !is_there(in_task("current", "0001",
	    "/0001-one.task.v1.md")), "and is no new version");
	buf_adds(&b, "- [ ] third\n");
	put_data(CARD("current"), b.ptr, b.len);
	loaded();
	ok(event_has("content_updated", "card edited by hand") && commits() &&
	    is_there(in_task("current", "0001", "/0001-one.task.v1.md")),
	    "a new criterion is one");
	buf_release(&b);
}

static void
test_same(void)
{
	struct buf b = BUF_INIT;
	size_t i;

	begin("current", NULL);
	get_data(CONTEXT("current"), &b);
	for (i = 0; i < b.len; i++)
		if (b.ptr[i] == '\n')
			buf_splice(&b, i++, 0, "\r", 1);
	put_data(CONTEXT("current"), b.ptr, b.len);
	is_str(loaded(), "", "other line ends are no change");
	end();
	begin("current", NULL);
	put_task("current", "0002", NULL);
	is_str(loaded(), "", "what others are in is not looked at");
	end();
	begin("inbox", NULL);
	put_file(CARD("inbox"), "broken");
	must_run(NULL, NULL, "git commit -q -a -m broken");
	put_task("inbox", "0001", NULL);
	is_str(loaded(), "",
	    "a card that was not valid has nothing to be compared with");
	ok(commits(), "and can be put right");
	remove_tree(CONTEXT("inbox"));
	is_str(loaded(), "content_updated", "a file that is gone is told");
	end();
	buf_release(&b);
}

static void
test_refused(void)
{
	begin("archived", NULL);
	add_file(CONTEXT("archived"), "more\n");
	is_str(loaded(), "1 TASK-0001: it is closed, and was edited by hand: "
	    "what was closed stays as it was", "a closed task stays closed");
	end();
	begin("next", NULL);
	put_file(in_task("next", "0001", "/0001.ledger.jsonl"),
	    event_line("created", 0, ""));
	ok(strstr(loaded(), ".work/tasks/next/TASK-0001-one/0001.ledger.jsonl"
	    ":2: a line that was committed has changed or gone") != NULL &&
	    err.status == EX_NO, "a ledger only grows");
	end();
	begin("next", NULL);
	add_file(in_task("next", "0001", "/0001.ledger.jsonl"),
	    event_line("note_added", 9, ""));
	is_str(loaded(), "", "it may grow by hand");
	ok(commits(), "and is committed so");
	remove_tree(in_task("next", "0001", "/0001.ledger.jsonl"));
	is_str(loaded(), "", "without a ledger nothing is put on record");
	end();
	begin("next", NULL);
	remove_tree(CONTEXT("next"));
	put_dir(CONTEXT("next"));
	ok(strncmp(loaded(), "65 ", 3) == 0,
	    "a folder in place of a part is an error");
	end();
}

static void
test_moved(void)
{
	begin("inbox", NULL);
	put_dir(".work/tasks/backlog");
	if (rename(in_task("inbox", "0001", ""), in_task("backlog", "0001",
	    "")) != 0)
		bail("no move: %s", strerror(errno));
	ok(strncmp(loaded(), "1 TASK-0001: its folder was moved by hand from "
	    "'inbox' to 'backlog'", 67) == 0,
	    "a folder that was moved by hand is not judged here");
	end();
	add_file(in_task("backlog", "0001", "/0001.ledger.jsonl"),
	    event_line("verified", 1, ""));
	put_file(CONTEXT("backlog"), "edited\n");
	is_str(loaded(), "content_updated",
	    "one whose ledger says so is as if it had been moved by us");
	ok(commits() && file_is(in_task("backlog", "0001",
	    "/0001.context.v1.md"), "The context.\n"),
	    "and its edits are put on record, too");
}

int
main(void)
{
	scratch();
	test_keys();
	test_status();
	test_content();
	test_versions();
	test_ticks();
	test_same();
	test_refused();
	test_moved();
	return tap_done();
}
