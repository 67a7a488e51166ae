/* SPDX-License-Identifier: MIT */
/* board/cardcheck: what is wrong with the keys of a card */
#include "base/compat.h"

#include "base/err.h"
#include "base/strvec.h"
#include "board/card.h"
#include "t/unit/scratch.h"
#include "t/unit/tap.h"

static const char sound[] =
    "task_id: \"0042\"\ntask_name: \"Log in\"\nschema_version: \"1.0\"\n"
    "stage: next\nstatus: active\n";

/* The problems of a card of task 42 in `next`, joined with '|'. */
static void
check(struct buf *out, const char *head)
{
	static const struct id id = { "", 42 };
	struct strvec problems = STRVEC_INIT;
	struct card c = CARD_INIT;
	struct buf text = BUF_INIT;
	struct err e = ERR_INIT;
	size_t i;

	buf_addf(&text, "---\n%s---\nbody\n", head);
	if (card_parse(&c, text.ptr, text.len, &e) != 0)
		bail("%s: %s", head, e.msg);
	card_check(&c, &id, STAGE_NEXT, &problems);
	buf_clear(out);
	for (i = 0; i < problems.n; i++)
		buf_addf(out, "%s%s", i > 0 ? "|" : "", problems.v[i]);
	strvec_release(&problems);
	buf_release(&text);
	card_release(&c);
}

static void
test_sound(void)
{
	struct buf b = BUF_INIT, head = BUF_INIT;

	check(&b, sound);
	is_str(buf_str(&b), "", "a card of the required keys is right");
	buf_adds(&head, sound);
	buf_adds(&head, "priority: null\neffort_estimate: 5\n"
	    "current_dri: \"@alice\"\ncreated_date: 2025-10-18\n"
	    "tags: [a]\ndepends_on: [\"TASK-0001\"]\nblocks:\n"
	    "related_to: TASK-7\nblocked_by: \"task:TASK-0010\"\n"
	    "previous_dris: []\nsplit_into: ~\nanything: [{else: 1}]\n");
	check(&b, head.ptr);
	is_str(buf_str(&b), "", "so is one with all others, and unknown "
	    "ones");
	check(&b, "");
	is_str(buf_str(&b), "2:1: task_id is not set|2:1: task_name is not "
	    "set|2:1: stage is not set|2:1: status is not set",
	    "what is required and missing is said");
	check(&b, "task_id:\ntask_name: [x]\nstage: ~\nstatus: {a: b}\n");
	is_str(buf_str(&b), "2:9: task_id is not set|3:12: task_name is not "
	    "set|4:8: stage is not set|5:9: status is not set",
	    "and what is null or no text, with its place");
	buf_release(&b);
	buf_release(&head);
}

static const struct { const char *line, *want; } rows[] = {
	{ "task_id: \"42\"", "must be an id such as \"0042\"" },
	{ "task_id: TASK-42", "must be an id such as \"0042\"" },
	{ "task_id: \"0043\"", "is not the id of the folder" },
	{ "task_id: FW-0042", "is not the id of the folder" },
	{ "task_name: \"\"", "must be one line of text" },
	{ "task_name: \"a\\nb\"", "must be one line of text" },
	{ "schema_version: \"2.0\"", "must be \"1.0\": this program reads "
	    "no other" },
	{ "schema_version: 1", "must be \"1.0\": this program reads no "
	    "other" },
	{ "stage: done", "must be one of the seven stages" },
	{ "stage: inbox", "is not the stage of the folder that the task lies "
	    "in" },
	{ "status: open", "must be one of active, blocked, paused, canceled, "
	    "split" },
	{ "priority: P5", "must be null or P0 to P4" },
	{ "priority: high", "must be null or P0 to P4" },
	{ "priority: [P1]", "must be one value" },
	{ "effort_estimate: 4", "must be null or one of XS, S, M, L, XL" },
	{ "current_dri: alice", "must be a user such as \"@alice\"" },
	{ "current_dri: \"@\"", "must be a user such as \"@alice\"" },
	{ "created_date: 18.10.2025", "must be a date such as "
	    "\"2025-10-18\"" },
	{ "paused_date: 2025-02-30", "must be a date such as "
	    "\"2025-10-18\"" },
	{ "expected_resume_date: soon", "must be a date such as "
	    "\"2025-10-18\"" },
	{ "split_date: \"\"", "must be a date such as \"2025-10-18\"" },
	{ "blocked_by: TASK-0010", "must be task:TASK-0001, external:\xe2\x80"
	    "\xa6, decision:\xe2\x80\xa6 or info:\xe2\x80\xa6" },
	{ "blocked_by: \"task:x\"", "must be task:TASK-0001, external:\xe2"
	    "\x80\xa6, decision:\xe2\x80\xa6 or info:\xe2\x80\xa6" },
	{ "tags: {a: b}", "must be a list of texts" },
	{ "tags: [[a]]", "must be a list of texts" },
	{ "previous_dris: [~]", "must be a list of texts" },
	{ "depends_on: [x]", "must be a list of tasks such as "
	    "\"TASK-0042\"" },
	{ "blocks: {a: b}", "must be a list of tasks such as "
	    "\"TASK-0042\"" },
	{ "related_to: [TASK-0001, nothing]", "must be a list of tasks such "
	    "as \"TASK-0042\"" },
	{ "split_into: no", "must be a list of tasks such as "
	    "\"TASK-0042\"" },
};

/* The sound card with that one line, which is its second. */
static void
with_line(struct buf *head, const char *line)
{
	const char *p, *end;
	size_t key = strcspn(line, ":") + 1;

	buf_clear(head);
	buf_addf(head, "%s\n", line);
	for (p = sound; *p != '\0'; p = end) {
		end = strchr(p, '\n') + 1;
		if (strncmp(p, line, key) != 0)
			buf_add(head, p, (size_t)(end - p));
	}
}

static void
test_rules(void)
{
	struct buf b = BUF_INIT, head = BUF_INIT, want = BUF_INIT;
	bool good = true;
	size_t i, key;

	for (i = 0; i < ARRAY_LEN(rows); i++) {
		with_line(&head, rows[i].line);
		check(&b, head.ptr);
		key = strcspn(rows[i].line, ":");
		buf_clear(&want);
		buf_addf(&want, "2:%zu: %.*s %s", key + 3, (int)key,
		    rows[i].line, rows[i].want);
		/* Behind it the value may be repeated. */
		good &= row(strncmp(buf_str(&b), want.ptr, want.len) == 0 &&
		    (b.len == want.len ||
		    strncmp(b.ptr + want.len, ", not '", 7) == 0), "%s: %s",
		    rows[i].line, buf_str(&b));
	}
	ok(good, "each key that is wrong is said, with its line and column, "
	    "and what it must be");
	buf_release(&b);
	buf_release(&head);
	buf_release(&want);
}

static void
test_good_values(void)
{
	static const char *const lines[] = { "blocked_by: \"external:API\"",
	    "blocked_by: \"decision:which\"", "blocked_by: \"info:x\"",
	    "blocked_by: \"task:TASK-FW-0001\"", "effort_estimate: XL",
	    "effort_estimate: 1", "priority: P0", "schema_version: \"1.7\"",
	    "tags: one", "depends_on: []", "task_id: 0042" };
	struct buf b = BUF_INIT, head = BUF_INIT;
	bool good = true;
	size_t i;

	for (i = 0; i < ARRAY_LEN(lines); i++) {
		with_line(&head, lines[i]);
		check(&b, head.ptr);
		good &= row(b.len == 0, "%s: %s", lines[i], buf_str(&b));
	}
	ok(good, "each form that the format names is right");
	buf_release(&b);
	buf_release(&head);
}

static void
test_utf8(void)
{
	static const struct id id = { "", 42 };
	struct strvec problems = STRVEC_INIT;
	struct card c = CARD_INIT;
	struct buf text = BUF_INIT;
	struct err e = ERR_INIT;

	buf_addf(&text, "---\n%s---\nbody \xff\n", sound);
	if (card_parse(&c, text.ptr, text.len, &e) != 0)
		bail("%s", e.msg);
	card_check(&c, &id, STAGE_NEXT, &problems);
	ok(problems.n == 1 && strstr(problems.v[0], "not UTF-8") != NULL,
	    "a body that is not UTF-8 is said");
	strvec_release(&problems);
	card_release(&c);
	buf_release(&text);
}

int
main(void)
{
	test_sound();
	test_rules();
	test_good_values();
	test_utf8();
	return tap_done();
}
