/* SPDX-License-Identifier: MIT */
/* How often each thing was seen. */
#include "base/compat.h"

#include "base/map.h"
#include "t/model/model.h"
#include "t/unit/scratch.h"
#include "t/unit/tap.h"

/* What ten thousand commands have to bring. */
static const char *const events[] = { "id_reserved", "created", "verified",
    "validated", "prioritized", "started", "implemented", "integrated",
    "moved_to_learning", "learning_documented", "learning_skipped",
    "moved_to_archived", "closed", "signed_off", "sign_off_revoked",
    "blocked", "unblocked", "paused", "resumed", "canceled",
    "cascade_cancel", "cascade_blocked_by_cancel", "cascade_blocked_by_pause",
    "dependency_paused", "handoff_initiated", "handoff_accepted",
    "handoff_rejected", "dependency_updated", "cycle_check_passed",
    "cycle_detected", "concurrent_ok", "rollback", "rework_required",
    "validation_failed", "priority_set", "priority_changed",
    "effort_estimated", "fast_tracked", "displaced", "paused_by_p0",
    "content_updated", "note_added", "tags_updated", "renamed",
    "wip_limit_approached", "wip_limit_blocked" };
static const char *const refusals[] = { "the command line is wrong",
    "no such task", "closed", "new: depends on no such task",
    "move: a check fails", "move: no such task", "move: closed",
    "move: there already", "displaces", "sign: no gate", "sign: a worker",
    "sign: not this person", "sign: no such task", "sign: not due",
    "sign: nothing to revoke", "status: no such task",
    "status: blocked by no such task", "status: blocked by itself",
    "status: what is paused is not blocked",
    "status: blocked by that already",
    "status: --start is for the paused", "status: it may not start",
    "status: the blocking task is not done", "status: released",
    "status: what is blocked is not paused",
    "status: no task is paused here", "status: what becomes of dependents?",
    "status: closed",
    "status: it has it already",
    "status: goes on beside a pause", "link: itself", "link: canceled",
    "link: closed", "link: a circle", "link: not linked",
    "link: on no such task", "link: blocks what is at work",
    "link: is so already", "set: only a P0 is fast", "set: is so already",
    "set: fast already", "hand-off: not responsible", "hand-off: to oneself",
    "hand-off: offered already", "hand-off: not offered",
    "hand-off: a worker answers", "hand-off: to another",
    "next: nothing to pull", "next: claimed", "next: one is there" };

static struct map seen = MAP_INIT;

static void
add(const char *what, int n)
{
	int *count = map_find(&seen, what);

	if (count == NULL) {
		count = mem_zalloc(sizeof(*count));
		map_put(&seen, what, count);
	}
	*count += n;
}

void
saw(const char *what)
{
	add(what, 1);
}

void
saw_checks(unsigned failed)
{
	char what[40];
	int i;

	for (i = 0; i < CHECKS; i++) {
		snprintf(what, sizeof(what), "check %s", check_names[i]);
		if ((failed >> i & 1) != 0)
			saw(what);
	}
}

void
saw_ledgers(void)
{
	struct buf out = BUF_INIT;
	char *rest, *line, *name;
	char what[80];

	run_line(&out, "grep -rhoE \"event\":\"[a-z_0-9]+\" .work/tasks "
	    "--include=*.ledger.jsonl");
	rest = out.ptr;
	while (rest != NULL && (line = strsep(&rest, "\n")) != NULL) {
		if (strncmp(line, "\"event\":\"", 9) != 0)
			continue;
		name = line + 9;
		name[strcspn(name, "\"")] = '\0';
		snprintf(what, sizeof(what), "event %s", name);
		saw(what);
	}
	buf_release(&out);
}

static void
say_one(const char *what, void *count, void *ctx)
{
	(void)ctx;
	diag("%7d %s", *(int *)count, what);
}

static int
missing(const char *prefix, const char *const *list, size_t n)
{
	char what[80];
	int lacks = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		snprintf(what, sizeof(what), "%s%s", prefix, list[i]);
		lacks += !row(map_find(&seen, what) != NULL, "never: %s",
		    what);
	}
	return lacks;
}

int
say_cover(void)
{
	int lacks = missing("event ", events, ARRAY_LEN(events)) +
	    missing("", refusals, ARRAY_LEN(refusals));
	int i;

	for (i = 0; i < CHECKS; i++)
		lacks += i == C_CYCLE ? 0 :
		    missing("check ", &check_names[i], 1);
	map_each(&seen, say_one, NULL);
	map_release_values(&seen);
	return lacks;
}
