/* SPDX-License-Identifier: MIT */
/* task-ledger: adding events, and following them */
#include "base/compat.h"

#include "base/err.h"
#include "base/jsonw.h"
#include "base/log.h"
#include "base/suggest.h"
#include "change/session.h"
#include "cli/out.h"
#include "cli/tool.h"
#include "sys/watch.h"
#include "tools/ledger.h"

enum { COL_ID, COL_EVENT, COL_EVENT_ID };

static const struct out_column columns[] = {
	{ .name = "id" },
	{ .name = "event", .hidden = true },
	{ .name = "event_id", .hidden = true },
	{ .name = NULL }
};

static int
check_event(const struct addition *a, struct err *e)
{
	const char *owner, *near;

	if (!event_known(a->event, &owner)) {
		near = suggest(a->event, event_words());
		return err_set(e, EX_USAGE, "there is no event '%s'%s%s%s",
		    a->event, near == NULL ? "" : "; did you mean '",
		    near == NULL ? "" : near, near == NULL ? "" : "'?");
	}
	if (owner != NULL)
		return err_set(e, EX_NO, "'%s' is written by %s, and not by "
		    "hand", a->event, owner);
	if (a->message == NULL ||
	    a->message[strspn(a->message, " \t\r\n")] == '\0')
		return err_set(e, EX_USAGE, "--add wants -m TEXT: "
		    "what happened, in a sentence");
	return 0;
}

/* KEY=VALUE as members; the words that every event has are not to be set. */
static int
add_keys(const struct addition *a, struct buf *out, struct err *e)
{
	static const char *const fixed[] = { "id", "ts", "user", "event",
	    "desc", "version", "metadata", "payload", "task" };
	struct strvec seen = STRVEC_INIT;
	const char *equals;
	char *key;
	size_t i, k;
	int rc = 0;

	for (i = 0; a->keys != NULL && i < a->keys->n && rc == 0; i++) {
		equals = strchr(a->keys->v[i], '=');
		if (equals == NULL || equals == a->keys->v[i]) {
			rc = err_set(e, EX_USAGE, "--key: '%s' is not "
			    "KEY=VALUE", a->keys->v[i]);
			break;
		}
		key = mem_dup(a->keys->v[i],
		    (size_t)(equals - a->keys->v[i]));
		for (k = 0; k < ARRAY_LEN(fixed); k++)
			if (strcmp(key, fixed[k]) == 0)
				rc = err_set(e, EX_USAGE, "--key: '%s' is "
				    "set by task-ledger itself", key);
		if (rc == 0 && strvec_has(&seen, key))
			rc = err_set(e, EX_USAGE, "--key: '%s' is given "
			    "twice", key);
		if (rc == 0)
			jsonw_member(out, key, equals + 1);
		strvec_give(&seen, key);
	}
	strvec_release(&seen);
	return rc;
}

int
added_begin(struct added *a, struct err *e)
{
	memset(a, 0, sizeof(*a));
	return out_begin(&a->out, columns, e);
}

void
added_print(struct added *a)
{
	size_t i;

	for (i = 0; i < a->refs.n; i++) {
		out_text(&a->out, COL_ID, a->refs.v[i]);
		out_text(&a->out, COL_EVENT, a->events.v[i]);
		out_text(&a->out, COL_EVENT_ID, a->ids.v[i]);
		out_row(&a->out);
	}
	out_end(&a->out);
}

void
added_release(struct added *a)
{
	strvec_release(&a->refs);
	strvec_release(&a->events);
	strvec_release(&a->ids);
}

/* The event itself, in memory. */
static int
log_addition(const struct addition *a, const struct session *s,
    struct task *t, struct err *e)
{
	struct draft d;
	int rc;

	session_draft(s, &d, a->event, a->message);
	rc = add_keys(a, &d.own, e);
	if (a->own != NULL)
		jsonw_raw(&d.own, a->own->ptr, a->own->len);
	if (a->metadata != NULL)
		jsonw_raw(&d.metadata, a->metadata->ptr, a->metadata->len);
	if (rc == 0)
		session_log(t, &d);
	draft_release(&d);
	return rc;
}

int
ledger_add_one(const struct addition *a, struct session *s,
    const char *operand, struct added *done, struct err *e)
{
	struct task t = TASK_INIT;
	char ref[ID_SIZE];
	int rc;

	rc = session_load(s, operand, &t, e);
	if (rc == 0)
		rc = task_require_ledger(&t, &s->store, e);
	if (rc == 0) {
		id_format_ref(ref, &t.pkg->id);
		if (stage_info[t.pkg->stage].closed &&
		    !event_may_be_late(a->event))
			rc = err_set(e, EX_NO, "%s: it is closed; only "
			    "late_log, p0_retrospective and followup_created "
			    "can still be added", ref);
	}
	if (rc == 0)
		rc = log_addition(a, s, &t, e);
	if (rc == 0 && t.ledger.v[t.ledger.n - 1].len > LEDGER_LINE_MAX) {
		rc = err_set(e, EX_DATAERR, "%s: the event would be a line "
		    "of %zu bytes; the most is %d", ref,
		    t.ledger.v[t.ledger.n - 1].len, LEDGER_LINE_MAX);
	}
	if (rc == 0) {
		session_save(s, &t);
		strvec_add(&done->refs, ref);
		strvec_add(&done->events, a->event);
		strvec_add(&done->ids, t.ledger.v[t.ledger.n - 1].id);
	}
	task_release(&t);
	return rc;
}

static int
commit(const struct addition *a, struct session *s, const struct added *done,
    struct err *e)
{
	struct buf message = BUF_INIT;
	int rc = 0;

	tool_subject(&message, &done->refs);
	buf_addf(&message, ": %s", a->event);
	tool_body(&message, &done->refs);
	if (done->refs.n > 0)
		rc = session_commit(s, message.ptr, e);
	buf_release(&message);
	return rc;
}

int
ledger_add_all(const struct addition *a, struct strvec *refs,
    struct err *e)
{
	struct added done;
	struct buf ignored = BUF_INIT;
	struct err one = ERR_INIT;
	struct session s;
	size_t i;
	int rc;

	rc = check_event(a, e) != 0 || add_keys(a, &ignored, e) != 0 ||
	    added_begin(&done, e) != 0 ? -1 : 0;
	buf_release(&ignored);
	if (rc == 0 && refs->n == 0)
		rc = err_set(e, EX_USAGE, "no task is named");
	if (rc != 0 || session_begin(&s, e) != 0)
		return -1;
	id_unique(refs);
	for (i = 0; i < refs->n; i++)
		if (ledger_add_one(a, &s, refs->v[i], &done, &one) != 0)
			tool_failed(&one);
	rc = commit(a, &s, &done, e);
	if (rc == 0)
		added_print(&done);
	session_end(&s);
	added_release(&done);
	return rc;
}

struct follower {
	struct store	*store;
	const struct strvec *refs;	/* that were named */
	struct watch	 watch;
	bool		 changed;
};

static void
note_change(const struct watch_event *ev, void *ctx)
{
	struct follower *f = ctx;

	/* Names that begin with a dot are files on their way. */
	f->changed = f->changed || ev->lost || ev->name[0] != '.';
}

/* What is not there any more need not be watched. */
static int
watch_folder(struct follower *f, const char *path, struct err *e)
{
	return watch_add(&f->watch, f->store->fd, path, e) == 0 ||
	    e->status == EX_NOINPUT ? 0 : -1;
}

static int
watch_package(struct follower *f, const struct package *p, struct err *e)
{
	struct buf path = BUF_INIT;
	int rc;

	package_path(p, &path);
	rc = watch_folder(f, path.ptr, e);
	buf_release(&path);
	return rc;
}

/* Every stage, every open package, those named; again after each change. */
static int
watch_all(struct follower *f, struct err *e)
{
	struct store_stage *st;
	struct err ignored = ERR_INIT;
	struct package *p;
	size_t i;
	int stage, rc;

	store_forget(f->store);
	rc = store_load_all(f->store, e);
	for (stage = 0; stage < STAGE_COUNT && rc == 0; stage++) {
		st = &f->store->stages[stage];
		rc = watch_folder(f, stage_info[stage].name, e);
		for (i = 0; i < st->n && rc == 0 &&
		    !stage_info[stage].closed; i++)
			rc = watch_package(f, st->v[i], e);
	}
	for (i = 0; i < f->refs->n && rc == 0; i++)
		if (store_resolve(f->store, f->refs->v[i], &p,
		    &ignored) == 0)
			rc = watch_package(f, p, e);
	return rc;
}

int
ledger_follow(struct store *s, const struct strvec *refs,
    int (*step)(void *, struct err *), void *ctx, struct err *e)
{
	struct follower f = { .store = s, .refs = refs };
	int rc, got = WATCH_QUIET;

	if (watch_open(&f.watch, e) != 0)
		return -1;
	do {
		rc = watch_all(&f, e);
		if (rc == 0)
			rc = step(ctx, e);
		f.changed = false;
		while (rc == 0 && !f.changed && got != WATCH_STOP) {
			got = watch_wait(&f.watch, -1, note_change, &f, e);
			rc = got < 0 ? -1 : 0;
		}
	} while (rc == 0 && got != WATCH_STOP);
	watch_close(&f.watch);
	return rc;
}
