/* SPDX-License-Identifier: MIT */
/* task-show: loading, and the forms for other programs */
#include "base/compat.h"

#include "base/clock.h"
#include "base/err.h"
#include "base/jsonw.h"
#include "board/store.h"
#include "format/mark.h"
#include "sys/file.h"
#include "tools/show.h"

int
shown_load(struct shown *s, struct store *store, const char *operand,
    struct err *e)
{
	struct strvec tags = STRVEC_INIT;
	struct buf path = BUF_INIT;
	struct package *p;
	size_t i;
	int rc;

	if (store_resolve(store, operand, &p, e) != 0 ||
	    task_load(&s->task, store, p, e) != 0 ||
	    flags_of(&s->flags, store, p, &s->task.card, e) != 0)
		return -1;
	id_format_ref(s->ref, &p->id);
	rc = graph_deps(store, &s->task.card, &s->deps, &s->ndeps, e);
	(void)!card_list(&s->task.card, "tags", &tags);
	for (i = 0; i < tags.n; i++)
		buf_addf(&s->tags, "%s%s", i > 0 ? ", " : "", tags.v[i]);
	package_file(p, PACKAGE_CARD, &path);
	store_show_path(store, path.ptr, &s->path);
	strvec_release(&tags);
	buf_release(&path);
	return rc;
}

void
shown_release(struct shown *s)
{
	task_release(&s->task);
	flags_release(&s->flags);
	free(s->deps);
	buf_release(&s->tags);
	buf_release(&s->path);
}

const char *
shown_dep_state(const struct dep *d)
{
	if (d->pkg == NULL)
		return "missing";
	if (d->status == STATUS_CANCELED || d->status == STATUS_SPLIT)
		return status_names[d->status];
	return stage_info[d->pkg->stage].name;
}

static void
add_list(struct buf *out, const struct card *c, const char *key)
{
	struct strvec list = STRVEC_INIT;

	(void)!card_list(c, key, &list);
	jsonw_key(out, key);
	jsonw_list(out, &list);
	strvec_release(&list);
}

static void
add_criteria(struct buf *out, const char *body, size_t len)
{
	struct mark_outline o = MARK_OUTLINE_INIT;
	const struct mark_section *in;
	size_t i;

	mark_outline(&o, body, len);
	in = mark_find(&o, "Acceptance Criteria");
	jsonw_key(out, "acceptance");
	jsonw_open(out, '[');
	for (i = 0; i < o.ntasks && in != NULL; i++) {
		if (o.tasks[i].section == MARK_NONE ||
		    &o.sections[o.tasks[i].section] != in)
			continue;
		jsonw_open(out, '{');
		jsonw_key(out, "done");
		jsonw_bool(out, o.tasks[i].done);
		jsonw_member(out, "text", o.tasks[i].text);
		jsonw_close(out, '}');
	}
	jsonw_close(out, ']');
	mark_outline_release(&o);
}

static void
add_deps(struct buf *out, const struct shown *s)
{
	char ref[ID_SIZE];
	size_t i;

	jsonw_key(out, "dependencies");
	jsonw_open(out, '[');
	for (i = 0; i < s->ndeps; i++) {
		id_format_ref(ref, &s->deps[i].id);
		jsonw_open(out, '{');
		jsonw_member(out, "id", ref);
		jsonw_member(out, "state", shown_dep_state(&s->deps[i]));
		jsonw_key(out, "done");
		jsonw_bool(out, dep_is_done(&s->deps[i]));
		jsonw_close(out, '}');
	}
	jsonw_close(out, ']');
}

static size_t
first_event(const struct shown *s, size_t nevents)
{
	return s->task.ledger.n > nevents ? s->task.ledger.n - nevents : 0;
}

static void
add_events(struct buf *out, const struct shown *s, size_t nevents)
{
	const struct ledger *l = &s->task.ledger;
	size_t i;

	jsonw_key(out, "events");
	jsonw_open(out, '[');
	for (i = first_event(s, nevents); i < l->n; i++)
		jsonw_raw(out, l->text.ptr + l->v[i].start, l->v[i].len);
	jsonw_close(out, ']');
}

void
shown_json(const struct shown *s, struct buf *out, size_t nevents)
{
	static const struct { const char *name, *key; } texts[] = {
		{ "priority", "priority" }, { "dri", "current_dri" },
		{ "created_by", "created_by" }, { "created", "created_date" },
		{ "blocked_by", "blocked_by" },
		{ "external_key", "external_key" },
	};
	const struct card *c = &s->task.card;
	const char *body;
	size_t len, i;

	jsonw_open(out, '{');
	jsonw_member(out, "id", s->ref);
	jsonw_member(out, "name", card_get(c, "task_name"));
	jsonw_member(out, "stage", stage_info[s->task.pkg->stage].name);
	jsonw_member(out, "status", card_get(c, "status"));
	jsonw_member(out, "effort",
	    effort_parse(card_get(c, "effort_estimate")));
	for (i = 0; i < ARRAY_LEN(texts); i++)
		jsonw_member(out, texts[i].name, card_get(c, texts[i].key));
	jsonw_member(out, "flags", buf_str(&s->flags.text));
	jsonw_member(out, "path", s->path.ptr);
	add_list(out, c, "tags");
	add_deps(out, s);
	body = card_body(c, &len);
	add_criteria(out, body, len);
	jsonw_key(out, "body");
	jsonw_strn(out, body, len);
	jsonw_key(out, "context");
	if (s->task.has_context)
		jsonw_strn(out, buf_str(&s->task.context),
		    s->task.context.len);
	else
		jsonw_raw(out, "null", 4);
	add_events(out, s, nevents);
	jsonw_close(out, '}');
}

static void
add_escaped(struct buf *out, const char *text)
{
	size_t n;

	for (; *text != '\0'; text += n + 1) {
		n = strcspn(text, "&<>\"");
		buf_add(out, text, n);
		if (text[n] == '\0')
			break;
		buf_adds(out, text[n] == '&' ? "&amp;" :
		    text[n] == '<' ? "&lt;" :
		    text[n] == '>' ? "&gt;" : "&quot;");
	}
}

static void
add_row(struct buf *out, const char *label, const char *value)
{
	if (value == NULL || *value == '\0')
		return;
	buf_addf(out, "<dt>%s</dt><dd>", label);
	add_escaped(out, value);
	buf_adds(out, "</dd>\n");
}

static void
add_html_links(struct buf *out, const struct shown *s)
{
	char ref[ID_SIZE];
	size_t i;

	if (s->ndeps == 0)
		return;
	buf_adds(out, "<h2>Waits for</h2>\n<ul>\n");
	for (i = 0; i < s->ndeps; i++) {
		id_format_ref(ref, &s->deps[i].id);
		buf_addf(out, "<li>%s: %s</li>\n", ref,
		    shown_dep_state(&s->deps[i]));
	}
	buf_adds(out, "</ul>\n");
}

static void
add_html_events(struct buf *out, const struct shown *s, size_t nevents)
{
	const struct ledger *l = &s->task.ledger;
	char ts[CLOCK_MOMENT_SIZE];
	size_t i;

	if (l->n == 0 || nevents == 0)
		return;
	buf_adds(out, "<h2>What happened</h2>\n<table>\n");
	for (i = first_event(s, nevents); i < l->n; i++) {
		clock_format_moment(ts, l->v[i].ts_us);
		buf_addf(out, "<tr><td>%s</td><td>", ts);
		add_escaped(out, l->v[i].user);
		buf_adds(out, "</td><td>");
		add_escaped(out, l->v[i].event);
		buf_adds(out, "</td><td>");
		add_escaped(out, l->v[i].desc);
		buf_adds(out, "</td></tr>\n");
	}
	buf_adds(out, "</table>\n");
}

void
shown_html_begin(struct buf *out, const char *title)
{
	static const char style[] =
	    "body{font:16px/1.5 system-ui,sans-serif;max-width:46em;"
	    "margin:2em auto;padding:0 1em;color:#222;background:#fff}"
	    "dl{display:grid;grid-template-columns:max-content 1fr;"
	    "gap:.2em 1em;padding:.8em 1em;background:#f4f4f2}"
	    "dt{color:#666}dd{margin:0}td{padding:.1em .8em .1em 0;"
	    "vertical-align:top}pre{background:#f4f4f2;padding:.8em;"
	    "overflow:auto}li{margin:.2em 0}";

	buf_addf(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<meta "
	    "charset=\"utf-8\">\n<meta name=\"viewport\" "
	    "content=\"width=device-width\">\n<title>");
	add_escaped(out, title);
	buf_addf(out, "</title>\n<style>%s</style>\n", style);
}

void
shown_html(const struct shown *s, struct buf *out, size_t nevents,
    bool context)
{
	const struct card *c = &s->task.card;
	const char *body;
	size_t len;

	buf_addf(out, "<h1>%s ", s->ref);
	add_escaped(out, card_str(c, "task_name"));
	buf_adds(out, "</h1>\n<dl>\n");
	add_row(out, "stage", stage_info[s->task.pkg->stage].name);
	add_row(out, "status", card_get(c, "status"));
	add_row(out, "priority", card_get(c, "priority"));
	add_row(out, "effort", effort_parse(card_get(c, "effort_estimate")));
	add_row(out, "responsible", card_get(c, "current_dri"));
	add_row(out, "created", card_get(c, "created_date"));
	add_row(out, "tags", buf_str(&s->tags));
	add_row(out, "flags", buf_str(&s->flags.text));
	buf_adds(out, "</dl>\n");
	body = card_body(c, &len);
	mark_add_html(out, body, len);
	if (context)
		mark_add_html(out, s->task.context.ptr, s->task.context.len);
	add_html_links(out, s);
	add_html_events(out, s, nevents);
}
