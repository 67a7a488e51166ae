/* SPDX-License-Identifier: MIT */
/* task-new: the ledger that a package begins with */
#include "base/compat.h"

#include "base/clock.h"
#include "base/err.h"
#include "base/jsonw.h"
#include "change/session.h"
#include "format/json.h"
#include "rule/move.h"
#include "tools/new.h"

/* True where the wish brings a past with it. */
static bool
is_import(const struct wish *one)
{
	return one->has_created || one->events != NULL ||
	    one->stage != STAGE_INBOX;
}

/* How it came to be; `staged`: that says the stage. */
static void
draft_created(struct maker *m, struct draft *d, bool staged)
{
	const struct wish *one = m->one;
	char now[CLOCK_MOMENT_SIZE];

	session_draft(m->s, d, "created", is_import(one) ?
	    "task package created by an import" : "task package created");
	if (one->has_created)
		d->ts_us = one->created_us;
	if (is_import(one)) {
		clock_format_moment(now, m->s->txn.now_us);
		jsonw_key(&d->metadata, "imported");
		jsonw_bool(&d->metadata, true);
		jsonw_member(&d->metadata, "imported_at", now);
	}
	if (staged)
		jsonw_member(&d->own, "stage", stage_info[one->stage].name);
	if (one->first_key != NULL)
		jsonw_member(&d->payload, "key", one->first_key);
	if (one->dropped.n > 0) {
		jsonw_key(&d->payload, "dropped");
		jsonw_list(&d->payload, &one->dropped);
	}
	if (one->left_out.n > 0) {
		jsonw_key(&d->payload, "left_out");
		jsonw_list(&d->payload, &one->left_out);
	}
}

static void
add_member(const char *key, const struct json *value, void *ctx)
{
	struct buf text = BUF_INIT;

	json_add(&text, value);
	jsonw_key(ctx, key);
	jsonw_raw(ctx, text.ptr, text.len);
	buf_release(&text);
}

/* The members of an event that are its own. */
static void
add_own(const char *key, const struct json *value, void *ctx)
{
	static const char *const common[] = { "id", "ts", "user", "event",
	    "desc", "version", "metadata", "payload" };
	size_t i;

	for (i = 0; i < ARRAY_LEN(common); i++)
		if (strcmp(key, common[i]) == 0)
			return;
	add_member(key, value, ctx);
}

/* The mark of an import is ours to give. */
static void
add_metadata(const char *key, const struct json *value, void *ctx)
{
	if (strncmp(key, "imported", strlen("imported")) != 0)
		add_member(key, value, ctx);
}

static void
take_members(struct draft *d, const struct json *j)
{
	const struct json *payload = json_find(j, "payload");

	json_each(j, add_own, &d->own);
	json_each(json_find(j, "metadata"), add_metadata, &d->metadata);
	if (json_kind(payload) == JSON_IS_OBJECT)
		json_each(payload, add_member, &d->payload);
	jsonw_key(&d->metadata, "imported");
	jsonw_bool(&d->metadata, true);
}

/* The times between which the events of a wish lie, and their ids. */
struct past {
	int64_t		 last_us;
	struct map	 ids;
};

static const char *
check_time(struct maker *m, struct past *p, const struct json *j)
{
	const char *ts = json_member(j, "ts");
	int64_t ts_us;

	if (ts == NULL || clock_parse_moment(ts, &ts_us) != 0)
		return "has no \"ts\" such as 2025-10-18T10:30:00Z";
	if (ts_us < p->last_us && m->npast == 0)
		return m->one->has_created ? "is older than the task: see "
		    "'created'" : "is older than the task, which needs a "
		    "'created'";
	if (ts_us < p->last_us)
		return "is earlier than the one before it";
	if (ts_us > m->s->txn.now_us)
		return "lies in the future";
	p->last_us = ts_us;
	return NULL;
}

static const char *
check_earlier(struct maker *m, struct past *p, const struct json *j)
{
	static const char *const texts[] = { "user", "desc", "id" };
	const char *event = json_member(j, "event"), *owner, *id;
	const struct json *text;
	size_t i;

	if (json_kind(j) != JSON_IS_OBJECT)
		return "is no object";
	if (event == NULL || !event_known(event, &owner))
		return "has no event that we know";
	for (i = 0; i < ARRAY_LEN(texts); i++) {
		text = json_find(j, texts[i]);
		if (text != NULL && json_text(text) == NULL)
			return "has a user, a desc or an id that is no text";
	}
	id = json_member(j, "id");
	if (id != NULL && map_find(&p->ids, id) != NULL)
		return "has the id of another";
	if (id != NULL)
		map_put(&p->ids, id, m);
	return check_time(m, p, j);
}

/* Of the earlier events those that nothing is wrong with. */
static void
take_past(struct maker *m)
{
	const struct wish *one = m->one;
	size_t i, n = json_count(one->events);
	struct past p = { one->has_created ? one->created_us :
	    m->s->txn.now_us, MAP_INIT };
	const char *wrong;

	m->past = mem_resize(NULL, n + 1, sizeof(*m->past));
	for (i = 0; i < n; i++) {
		wrong = check_earlier(m, &p, json_at(one->events, i));
		if (wrong != NULL)
			wish_wrong(m->w, "events", "it is left out",
			    "event %zu %s", i + 1, wrong);
		else
			m->past[m->npast++] = json_at(one->events, i);
	}
	map_release(&p.ids);
}

static void
log_earlier(struct maker *m, const struct json *j)
{
	struct draft d = { 0 };
	const char *user = json_member(j, "user");
	const char *desc = json_member(j, "desc");

	d.event = json_member(j, "event");
	d.user = user == NULL ? m->c.created_by : user;
	d.desc = desc == NULL ? "" : desc;
	d.id = json_member(j, "id");
	if (clock_parse_moment(json_member(j, "ts"), &d.ts_us) != 0)
		d.ts_us = m->s->txn.now_us;
	take_members(&d, j);
	ledger_add(&m->c.ledger, &d);
	draft_release(&d);
}

/* `staged`: the created event says the stage. */
static void
write_ledger(struct maker *m, const char *recovered, bool staged)
{
	struct draft d;
	size_t i;

	draft_created(m, &d, staged);
	create_log(&m->c, m->s, recovered, &d);
	for (i = 0; i < m->npast; i++)
		log_earlier(m, m->past[i]);
}

/* With --lenient the task starts without its past. */
static void
drop_events(struct maker *m, const char *recovered, int leads)
{
	wish_wrong(m->w, "events", "they are left out", "they lead to '%s', "
	    "but stage is '%s'", stage_info[leads].name,
	    stage_info[m->one->stage].name);
	m->npast = 0;
	ledger_release(&m->c.ledger);
	write_ledger(m, recovered, true);
}

/*
 * The stage is what the events lead to.  Where they do not lead to the one
 * that is wanted, the created event says it, and then no event may lead
 * elsewhere.
 */
void
wish_make_ledger(struct maker *m, const char *recovered)
{
	size_t bad = m->w->bad, entered;
	int leads;

	take_past(m);
	write_ledger(m, recovered, false);
	leads = move_replay(&m->c.ledger, &entered);
	if (!m->one->has_stage && m->one->events != NULL)
		m->one->stage = (enum stage)leads;
	if (leads != (int)m->one->stage && m->w->bad == bad) {
		ledger_release(&m->c.ledger);
		write_ledger(m, recovered, true);
		leads = move_replay(&m->c.ledger, &entered);
		if (leads != (int)m->one->stage)
			drop_events(m, recovered, leads);
	}
}

/* What has a past that nobody can check is a person's to bring in. */
int
wish_check_import(struct maker *m, struct err *e)
{
	if (m->one->events != NULL && m->s->actor.worker != NULL)
		return err_set(e, EX_NO, "-:%zu: events: a worker cannot "
		    "bring in earlier events (TASK_AGENT is '%s'); ask a "
		    "person", m->one->line, m->s->actor.worker);
	if (session_may_import(m->s, m->one->stage, e) == 0)
		return 0;
	return err_prefix(e, "-:%zu: stage: '%s' lies behind a gate",
	    m->one->line, stage_info[m->one->stage].name);
}
