/* SPDX-License-Identifier: MIT */
/* task-new: wishes read from JSON lines */
#include "base/compat.h"

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/suggest.h"
#include "board/card.h"
#include "board/people.h"
#include "format/json.h"
#include "sys/file.h"
#include "tools/new.h"

enum { INPUT_MAX = 512 << 20 };

struct wish *
wish_add(struct wishes *w)
{
	struct wish *one;

	MEM_GROW(w->v, w->n, w->cap);
	one = &w->v[w->n++];
	memset(one, 0, sizeof(*one));
	return one;
}

static void
wish_release(struct wish *one)
{
	char *texts[] = { one->name, one->key, one->goal, one->inputs,
	    one->details, one->outputs, one->context, one->priority,
	    one->effort, one->dri, one->created_by, one->namespace,
	    one->first_key };
	size_t i;

	for (i = 0; i < ARRAY_LEN(texts); i++)
		free(texts[i]);
	for (i = 0; i < one->ncriteria; i++)
		free(one->criteria[i].text);
	free(one->criteria);
	strvec_release(&one->tags);
	strvec_release(&one->depends_on);
	strvec_release(&one->dropped);
	strvec_release(&one->left_out);
	map_release_values(&one->fills);
	json_free(one->json);
}

void
wishes_release(struct wishes *w)
{
	while (w->n > 0)
		wish_release(&w->v[--w->n]);
	free(w->v);
	map_release(&w->fills);
	map_release(&w->keys);
	map_release_values(&w->known);
	strvec_release(&w->origin_ref);
	task_release(&w->origin);
}

/* Nothing can be made of the wish. */
static void
break_wish(struct wishes *w)
{
	if (!w->lenient)
		w->bad++;
	else if (!w->at->skip)
		w->left_out++;
	w->at->skip = true;
}

void
wish_wrong(struct wishes *w, const char *field, const char *kept,
    const char *fmt, ...)
{
	struct buf text = BUF_INIT;
	size_t prefix;
	va_list ap;

	if (w->at->line > 0)
		buf_addf(&text, "-:%zu: ", w->at->line);
	prefix = text.len;
	if (field != NULL)
		buf_addf(&text, "%s: ", field);
	va_start(ap, fmt);
	buf_vaddf(&text, fmt, ap);
	va_end(ap);
	if (w->lenient && kept != NULL) {
		log_warn("%s; %s", text.ptr, kept);
		strvec_addf(&w->at->left_out, "%s", text.ptr + prefix);
	} else {
		log_error("%s%s", text.ptr,
		    w->lenient ? "; the line is left out" : "");
	}
	if (kept == NULL)
		break_wish(w);
	else if (!w->lenient)
		w->bad++;
	buf_release(&text);
}

/* A member that is a text, or null, or missing; NULL for the latter two. */
static char *
take_text(struct wishes *w, const char *key)
{
	const struct json *j = json_find(w->at->json, key);

	switch (json_kind(j)) {
	case JSON_NONE:
	case JSON_IS_NULL:
		return NULL;
	case JSON_IS_STRING:
		return mem_strdup(json_text(j));
	default:
		wish_wrong(w, key, "left out", "must be a text");
		return NULL;
	}
}

static bool
is_blank(const char *text)
{
	return text[strspn(text, " \t\r\n")] == '\0';
}

static void
take_texts(struct wishes *w, const char *key, struct strvec *out)
{
	const struct json *j = json_find(w->at->json, key), *item;
	size_t i;

	if (json_kind(j) == JSON_NONE || json_kind(j) == JSON_IS_NULL)
		return;
	if (json_kind(j) != JSON_IS_ARRAY) {
		wish_wrong(w, key, "left out", "must be a list of texts");
		return;
	}
	for (i = 0; i < json_count(j); i++) {
		item = json_at(j, i);
		if (json_text(item) == NULL)
			wish_wrong(w, key, "left out",
			    "item %zu must be a text", i + 1);
		else if (is_blank(json_text(item)))
			wish_wrong(w, key, "left out",
			    "item %zu is empty", i + 1);
		else if (!strvec_has(out, json_text(item)))
			strvec_add(out, json_text(item));
	}
}

static void
take_criteria(struct wishes *w, struct wish *one)
{
	static const char key[] = "acceptance";
	const struct json *j = json_find(one->json, key), *item, *done;
	struct criterion *c;
	const char *text;
	size_t i;

	if (json_kind(j) == JSON_NONE || json_kind(j) == JSON_IS_NULL)
		return;
	if (json_kind(j) != JSON_IS_ARRAY)
		wish_wrong(w, key, "left out", "must be a list");
	for (i = 0; i < json_count(j); i++) {
		item = json_at(j, i);
		text = json_kind(item) == JSON_IS_OBJECT ?
		    json_member(item, "text") : json_text(item);
		done = json_kind(item) == JSON_IS_OBJECT ?
		    json_find(item, "done") : NULL;
		if (text == NULL || is_blank(text) || (done != NULL &&
		    json_kind(done) != JSON_IS_BOOL)) {
			wish_wrong(w, key, "left out", "item %zu must be "
			    "a text, or {\"done\":true,\"text\":\"…\"}", i + 1);
			continue;
		}
		MEM_GROW(one->criteria, one->ncriteria, one->criteria_cap);
		c = &one->criteria[one->ncriteria++];
		c->text = mem_strdup(text);
		c->done = json_bool(done);
	}
}

static void
take_name(struct wishes *w, struct wish *one)
{
	const struct json *j = json_find(one->json, "name");
	struct err e = ERR_INIT;

	one->name = mem_strdup_null(json_text(j));
	if (one->name == NULL)
		wish_wrong(w, "name", NULL, json_kind(j) == JSON_NONE ?
		    "is missing" : "must be a text");
	else if (card_check_name(one->name, &e) != 0)
		wish_wrong(w, "name", NULL, "%s", e.msg);
}

static void
take_created(struct wishes *w, struct wish *one)
{
	char *text = take_text(w, "created");

	if (text != NULL && clock_parse_date(text, &one->created_us) != 0 &&
	    clock_parse_moment(text, &one->created_us) != 0)
		wish_wrong(w, "created", "left out", "'%s' is no date "
		    "such as 2025-10-18, and no moment", text);
	else if (text != NULL && one->created_us > clock_now_us())
		wish_wrong(w, "created", "left out", "'%s' lies in the "
		    "future", text);
	else
		one->has_created = text != NULL;
	free(text);
}

static void
take_stage(struct wishes *w, struct wish *one)
{
	char *text = take_text(w, "stage");
	int stage = text == NULL ? STAGE_INBOX : stage_parse(text);
	const char *near;

	one->has_stage = text != NULL;
	if (stage == STAGE_NONE) {
		near = suggest(text, stage_names);
		wish_wrong(w, "stage", NULL, "there is no stage '%s'%s%s%s",
		    text, near == NULL ? "" : "; did you mean '",
		    near == NULL ? "" : near, near == NULL ? "" : "'?");
	} else
		one->stage = (enum stage)stage;
	free(text);
}

/* `words`: those that there are. */
static void
check_word(struct wishes *w, char **word, const char *field,
    const char *words)
{
	if (*word == NULL)
		return;
	wish_wrong(w, field, "left out", "'%s' is none of %s", *word, words);
	free(*word);
	*word = NULL;
}

static void
check_user(struct wishes *w, char **user, const char *field)
{
	if (*user == NULL || people_is_user(*user))
		return;
	wish_wrong(w, field, "left out", "'%s' is no user such as "
	    "@alice", *user);
	free(*user);
	*user = NULL;
}

static void
take_key(struct wishes *w, struct wish *one)
{
	one->key = take_text(w, "key");
	if (one->key == NULL || !is_blank(one->key))
		return;
	wish_wrong(w, "key", "it is left out", "is empty");
	free(one->key);
	one->key = NULL;
}

static void
take_fields(struct wishes *w, struct wish *one)
{
	take_name(w, one);
	take_key(w, one);
	one->goal = take_text(w, "goal");
	one->inputs = take_text(w, "inputs");
	one->details = take_text(w, "details");
	one->outputs = take_text(w, "outputs");
	one->context = take_text(w, "context");
	one->priority = take_text(w, "priority");
	one->effort = take_text(w, "effort");
	one->dri = take_text(w, "dri");
	one->created_by = take_text(w, "created_by");
	one->namespace = take_text(w, "namespace");
	if (priority_parse(one->priority) < 0)
		check_word(w, &one->priority, "priority", "P0 to P4");
	if (effort_parse(one->effort) == NULL)
		check_word(w, &one->effort, "effort", "XS, S, M, L, XL");
	check_user(w, &one->dri, "dri");
	check_user(w, &one->created_by, "created_by");
	take_criteria(w, one);
	take_texts(w, "tags", &one->tags);
	take_texts(w, "depends_on", &one->depends_on);
	take_created(w, one);
	take_stage(w, one);
	one->events = json_find(one->json, "events");
	if (one->events != NULL &&
	    json_kind(one->events) != JSON_IS_NULL &&
	    json_kind(one->events) != JSON_IS_ARRAY)
		wish_wrong(w, "events", "left out", "must be a list");
	if (json_kind(one->events) != JSON_IS_ARRAY)
		one->events = NULL;
}

static void
check_unknown(const char *key, const struct json *value, void *ctx)
{
	static const char *const keys[] = { "name", "key", "goal", "inputs",
	    "details", "outputs", "context", "acceptance", "tags",
	    "priority", "effort", "dri", "created_by", "created",
	    "depends_on", "stage", "events", "namespace" };
	struct strvec *unknown = ctx;
	size_t i;

	(void)value;
	for (i = 0; i < ARRAY_LEN(keys); i++)
		if (strcmp(keys[i], key) == 0)
			return;
	strvec_add(unknown, key);
}

static void
read_line(struct wishes *w, size_t line, const char *text, size_t len)
{
	struct strvec unknown = STRVEC_INIT;
	struct err e = ERR_INIT;
	struct wish *one;
	size_t i;

	one = wish_add(w);
	one->line = line;
	w->at = one;
	if (json_parse(&one->json, text, len, &e) != 0) {
		log_error("-:%zu:%s%s", line, e.msg,
		    w->lenient ? "; the line is left out" : "");
		break_wish(w);
		return;
	}
	if (json_kind(one->json) != JSON_IS_OBJECT) {
		wish_wrong(w, "input", NULL,
		    "each line must be a JSON object");
		return;
	}
	take_fields(w, one);
	json_each(one->json, check_unknown, &unknown);
	for (i = 0; i < unknown.n; i++)
		wish_wrong(w, unknown.v[i], "left out",
		    "task-new knows no such key");
	strvec_release(&unknown);
}

int
wishes_read(struct wishes *w, struct err *e)
{
	struct buf in = BUF_INIT;
	size_t at, n, line = 0;
	const char *nl;
	int rc;

	if ((rc = fd_read_all(STDIN_FILENO, INPUT_MAX, &in, e)) != 0)
		err_prefix(e, "standard input");
	if (rc == 0 && in.len >= 3 && memcmp(in.ptr, "\xef\xbb\xbf", 3) == 0)
		buf_splice(&in, 0, 3, NULL, 0);
	for (at = 0; rc == 0 && at < in.len; at += n + 1) {
		nl = memchr(in.ptr + at, '\n', in.len - at);
		n = nl == NULL ? in.len - at : (size_t)(nl - in.ptr) - at;
		line++;
		if (strspn(in.ptr + at, " \t\r") < n)
			read_line(w, line, in.ptr + at, n);
	}
	buf_release(&in);
	return rc;
}
