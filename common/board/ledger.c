/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include <sys/random.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/jsonw.h"
#include "base/log.h"
#include "base/map.h"
#include "board/ledger.h"
#include "format/json.h"
#include "format/oid.h"

void
ledger_release(struct ledger *l)
{
	while (l->n > 0)
		json_free(l->v[--l->n].json);
	free(l->v);
	buf_release(&l->text);
	strvec_release(&l->problems);
	*l = (struct ledger)LEDGER_INIT;
}

/* The major number of "MAJOR.MINOR"; -1 where it is none. */
static int
major(const char *version)
{
	size_t n = strspn(version, "0123456789");

	if (n == 0 || version[n] != '.')
		return -1;
	return n > 1 ? 10 : version[0] - '0';
}

static const char newer[] = "its version is newer than this program reads";

/* What is wrong with a line that is JSON, or NULL; fills the event. */
static const char *
read_event(struct event *ev, const struct json *j)
{
	const char *ts = json_member(j, "ts");
	const char *version = json_member(j, "version");

	if (json_kind(j) != JSON_IS_OBJECT)
		return "an event is a JSON object";
	if (ts == NULL || clock_parse_moment(ts, &ev->ts_us) != 0)
		return "\"ts\" must be a moment with its zone, such as "
		    "2025-10-18T10:30:00Z";
	if ((ev->user = json_member(j, "user")) == NULL)
		return "\"user\" is missing";
	if ((ev->event = json_member(j, "event")) == NULL)
		return "\"event\" is missing";
	if (json_find(j, "version") != NULL &&
	    (version == NULL || major(version) < 0))
		return "\"version\" must be MAJOR.MINOR";
	if (version != NULL && major(version) > 1)
		return newer;
	ev->id = json_member(j, "id");
	ev->desc = json_member(j, "desc");
	if (ev->desc == NULL)
		ev->desc = json_member(j, "reason");
	if (ev->desc == NULL)
		ev->desc = "";
	return NULL;
}

struct parser {
	struct ledger	*l;
	struct map	 seen;
	int		 line;
};

/* The line that begins there is the event's, byte by byte. */
static bool
is_same_line(const struct ledger *l, size_t start, const struct event *ev)
{
	const char *one = l->text.ptr + start;

	return l->text.len - start >= ev->len && start < ev->start &&
	    memcmp(one, l->text.ptr + ev->start, ev->len) == 0 &&
	    strchr("\r\n", one[ev->len]) != NULL;
}

static bool
is_repeated(struct parser *p, const struct event *ev)
{
	const void *first;
	char *key;

	if (ev->id != NULL)
		key = mem_printf("#%s", ev->id);
	else
		key = mem_dup(p->l->text.ptr + ev->start, ev->len);
	first = map_find(&p->seen, key);
	if (first == NULL)
		map_put(&p->seen, key, (void *)(ev->start + 1));
	else if (!is_same_line(p->l, (uintptr_t)first - 1, ev))
		p->l->clash = p->line;
	p->l->repeated += first != NULL;
	free(key);
	return first != NULL;
}

static void
take_line(struct parser *p, size_t start, size_t len)
{
	struct event ev = { .line = p->line, .start = start, .len = len };
	struct ledger *l = p->l;
	struct err e = ERR_INIT;
	const char *wrong;

	if (len == 0)
		return;
	if (len > LEDGER_LINE_MAX) {
		strvec_addf(&l->problems, "%d:1: a line of %zu bytes",
		    p->line, len);
		return;
	}
	if (json_parse(&ev.json, l->text.ptr + start, len, &e) != 0) {
		strvec_addf(&l->problems, "%d:%s", p->line, e.msg);
		if (start + len == l->text.len)
			l->torn = p->line;
		return;
	}
	wrong = read_event(&ev, ev.json);
	if (wrong == newer && l->newer == 0)
		l->newer = p->line;
	if (wrong != NULL)
		strvec_addf(&l->problems, "%d:1: %s", p->line, wrong);
	if (wrong != NULL || is_repeated(p, &ev)) {
		json_free(ev.json);
		return;
	}
	MEM_GROW(l->v, l->n, l->cap);
	l->v[l->n++] = ev;
}

void
ledger_parse(struct ledger *l, const char *text, size_t len)
{
	struct parser p = { l, MAP_INIT, 0 };
	size_t at, n;
	const char *nl;

	buf_set(&l->text, text, len);
	at = len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
	for (; at < len; at += n + 1) {
		p.line++;
		nl = memchr(text + at, '\n', len - at);
		n = nl == NULL ? len - at : (size_t)(nl - text) - at;
		take_line(&p, at, n > 0 && text[at + n - 1] == '\r' ?
		    n - 1 : n);
	}
	map_release(&p.seen);
}

void
ledger_identity(const struct buf *ledger, struct buf *out)
{
	const char *text = buf_str(ledger), *id = NULL;
	size_t bom = ledger->len >= 3 &&
	    memcmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
	size_t n = strcspn(text + bom, "\r\n");
	struct err ignored = ERR_INIT;
	char hex[OID_HEX + 1];
	struct json *j = NULL;
	struct oid hash;

	if (n > 0 && n <= LEDGER_LINE_MAX &&
	    json_parse(&j, text + bom, n, &ignored) == 0)
		id = json_member(j, "id");
	oid_of(&hash, "blob", text + bom, n);
	oid_format(hex, &hash);
	if (id != NULL)
		buf_addf(out, "#%s", id);
	else if (n > 0)
		buf_addf(out, "=%s", hex);
	json_free(j);
}

const struct event *
ledger_last(const struct ledger *l, const char *event)
{
	size_t i;

	for (i = l->n; i > 0; i--)
		if (strcmp(l->v[i - 1].event, event) == 0)
			return &l->v[i - 1];
	return NULL;
}

void
ledger_former_ids(const struct ledger *l, struct strvec *refs)
{
	const char *from;
	size_t i;

	for (i = l->n; i-- > 0; ) {
		from = strcmp(l->v[i].event, "id_renumbered") != 0 ? NULL :
		    event_text(&l->v[i], "from");
		if (from != NULL)
			strvec_add(refs, from);
	}
}

const char *
ledger_now_called(const struct ledger *l, const struct event *ev,
    const char *ref)
{
	const struct json *payload;
	const char *now;

	while (++ev < l->v + l->n) {
		payload = json_find(ev->json, "payload");
		now = json_member(json_find(payload, "renumbered"), ref);
		if (now != NULL)
			ref = now;
	}
	return ref;
}

const char *
event_text(const struct event *ev, const char *key)
{
	return json_member(ev->json, key);
}

const char *
event_text_in(const struct event *ev, const char *object, const char *key)
{
	return json_member(json_find(ev->json, object), key);
}

bool
event_is_imported(const struct event *ev)
{
	return json_bool(json_find(json_find(ev->json, "metadata"),
	    "imported"));
}

void
ledger_new_id(char out[LEDGER_ID_LEN + 1])
{
	static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
	unsigned char raw[LEDGER_ID_LEN];
	int i;

	if (getrandom(raw, sizeof(raw), 0) != (ssize_t)sizeof(raw))
		log_die("no random numbers: %s", strerror(errno));
	for (i = 0; i < LEDGER_ID_LEN; i++)
		out[i] = digits[raw[i] & 31];
	out[LEDGER_ID_LEN] = '\0';
}

static void
add_object(struct buf *line, const char *key, const struct buf *members)
{
	if (members->len == 0)
		return;
	jsonw_key(line, key);
	jsonw_open(line, '{');
	jsonw_raw(line, members->ptr, members->len);
	jsonw_close(line, '}');
}

void
ledger_add(struct ledger *l, const struct draft *d)
{
	char ts[CLOCK_MOMENT_SIZE], id[LEDGER_ID_LEN + 1];
	struct buf line = BUF_INIT, whole = BUF_INIT;
	struct event ev = { 0 };
	struct err e = ERR_INIT;
	bool crlf;

	ledger_new_id(id);
	clock_format_moment(ts, d->ts_us);
	jsonw_open(&line, '{');
	jsonw_member(&line, "id", d->id == NULL ? id : d->id);
	jsonw_member(&line, "ts", ts);
	jsonw_member(&line, "user", d->user);
	jsonw_member(&line, "event", d->event);
	jsonw_member(&line, "desc", d->desc);
	jsonw_raw(&line, d->own.ptr, d->own.len);
	jsonw_member(&line, "version", "1.0");
	add_object(&line, "metadata", &d->metadata);
	add_object(&line, "payload", &d->payload);
	jsonw_close(&line, '}');

	crlf = l->text.len >= 2 && l->text.ptr[l->text.len - 2] == '\r';
	if (l->text.len > 0 && l->text.ptr[l->text.len - 1] != '\n')
		buf_addc(&whole, '\n');
	ev.start = l->text.len + whole.len;
	ev.len = line.len;
	buf_addb(&whole, &line);
	buf_adds(&whole, crlf ? "\r\n" : "\n");
	buf_addb(&l->text, &whole);
	if (json_parse(&ev.json, line.ptr, line.len, &e) != 0 ||
	    read_event(&ev, ev.json) != NULL)
		log_die("an event that cannot be read: %s", line.ptr);
	MEM_GROW(l->v, l->n, l->cap);
	l->v[l->n++] = ev;
	buf_release(&line);
	buf_release(&whole);
}

void
draft_release(struct draft *d)
{
	buf_release(&d->own);
	buf_release(&d->metadata);
	buf_release(&d->payload);
}

/*
 * Who writes each event; NULL where a person may, with task-ledger --add.
 * The order is that of task-format(5).
 */
static const struct { const char *event, *owner; } vocabulary[] = {
	{ "id_reserved", "task-new" },
	{ "created", "task-new" },
	{ "created_from_split", "task-split" },
	{ "verified", "task-move" },
	{ "validated", "task-move" },
	{ "prioritized", "task-move" },
	{ "started", "task-move" },
	{ "implemented", "task-move" },
	{ "integrated", "task-move" },
	{ "knowledge_captured", NULL },
	{ "moved_to_learning", "task-move" },
	{ "learning_documented", "task-move" },
	{ "learning_completed", NULL },
	{ "learning_skipped", "task-move" },
	{ "moved_to_archived", "task-move" },
	{ "closed", "task-move" },
	{ "signed_off", "task-sign" },
	{ "sign_off_revoked", "task-sign" },
	{ "blocked", "task-status" },
	{ "unblocked", "task-status" },
	{ "paused", "task-status" },
	{ "resumed", "task-status" },
	{ "canceled", "task-status" },
	{ "waiting_on", NULL },
	{ "cascade_cancel", "task-status" },
	{ "cascade_blocked_by_cancel", "task-status" },
	{ "cascade_blocked_by_pause", "task-status" },
	{ "dependency_paused", "task-status" },
	{ "handoff_initiated", "task-handoff" },
	{ "handoff_accepted", "task-handoff" },
	{ "handoff_rejected", "task-handoff" },
	{ "split", "task-split" },
	{ "merged_from", "task-merge" },
	{ "dependency_updated", "task-link" },
	{ "deps_updated", "task-split" },
	{ "cycle_check_passed", "task-link" },
	{ "cycle_detected", "task-link" },
	{ "concurrent_ok", "task-move" },
	{ "followup_created", NULL },
	{ "rollback", "task-move" },
	{ "rework_required", "task-move" },
	{ "validation_failed", "task-move" },
	{ "move_blocked", NULL },
	{ "workflow_interrupted", NULL },
	{ "priority_set", "task-set" },
	{ "priority_changed", "task-set" },
	{ "effort_estimated", "task-set" },
	{ "effort_variance", NULL },
	{ "fast_tracked", "task-move" },
	{ "displaced", "task-move" },
	{ "paused_by_p0", "task-move" },
	{ "p0_retrospective", NULL },
	{ "content_updated", "task-watch" },
	{ "note_added", "task-note" },
	{ "tags_updated", "task-set" },
	{ "renamed", "task-set" },
	{ "wip_limit_approached", "task-move" },
	{ "wip_limit_blocked", "task-move" },
	{ "slo_missed", "task-fsck" },
	{ "index_synced", "task-fsck" },
	{ "index_drift_detected", "task-fsck" },
	{ "orphan_repaired", "task-fsck" },
	{ "id_counter_recovered", "task-new" },
	{ "id_renumbered", "task-set" },
	{ "conflict_resolved", "task-sync" },
	{ "late_log", NULL },
};

bool
event_known(const char *event, const char **owner)
{
	size_t i;

	for (i = 0; i < ARRAY_LEN(vocabulary); i++)
		if (strcmp(vocabulary[i].event, event) == 0) {
			*owner = vocabulary[i].owner;
			return true;
		}
	return false;
}

bool
event_may_be_late(const char *event)
{
	return strcmp(event, "late_log") == 0 ||
	    strcmp(event, "p0_retrospective") == 0 ||
	    strcmp(event, "followup_created") == 0 ||
	    strcmp(event, "deps_updated") == 0;
}

const char *const *
event_words(void)
{
	static const char *words[ARRAY_LEN(vocabulary) + 1];
	size_t i;

	for (i = 0; i < ARRAY_LEN(vocabulary); i++)
		words[i] = vocabulary[i].event;
	return words;
}
