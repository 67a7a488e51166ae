/* SPDX-License-Identifier: MIT */
/* task-new: wishes read from JSON lines, and checked against each other */
#include "base/compat.h"

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "board/card.h"
#include "change/session.h"
#include "format/json.h"
#include "sys/file.h"
#include "tools/task-new.h"

enum { INPUT_MAX = 512 << 20, SUFFIX_MAX = 100000 };

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
	    one->effort, one->dri, one->created_by, one->first_key };
	size_t i;

	for (i = 0; i < ARRAY_LEN(texts); i++)
		free(texts[i]);
	for (i = 0; i < one->ncriteria; i++)
		free(one->criteria[i].text);
	free(one->criteria);
	strvec_release(&one->tags);
	strvec_release(&one->depends_on);
	strvec_release(&one->dropped);
	json_free(one->json);
}

void
wishes_release(struct wishes *w)
{
	while (w->n > 0)
		wish_release(&w->v[--w->n]);
	free(w->v);
	map_release(&w->keys);
	map_release_values(&w->known);
}

void
wish_wrong(struct wishes *w, const char *field, const char *kept,
    const char *fmt, ...)
{
	struct buf text = BUF_INIT;
	va_list ap;

	if (w->at->line > 0)
		buf_addf(&text, "-:%zu: ", w->at->line);
	buf_addf(&text, "%s: ", field);
	va_start(ap, fmt);
	buf_vaddf(&text, fmt, ap);
	va_end(ap);
	if (w->lenient && kept != NULL) {
		log_warn("%s; %s", text.ptr, kept);
	} else {
		log_error("%s", text.ptr);
		w->bad++;
	}
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
		else if (!strvec_has(out, json_text(item)))
			strvec_add(out, json_text(item));
	}
}

static void
take_criteria(struct wishes *w, struct wish *one)
{
	static const char key[] = "acceptance";
	const struct json *j = json_find(one->json, key), *item;
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
		if (text == NULL || text[strspn(text, " \t\r\n")] == '\0') {
			wish_wrong(w, key, "left out", "item %zu must be "
			    "a text, or {\"done\":…,\"text\":…}", i + 1);
			continue;
		}
		MEM_GROW(one->criteria, one->ncriteria, one->criteria_cap);
		c = &one->criteria[one->ncriteria++];
		c->text = mem_strdup(text);
		c->done = json_kind(item) == JSON_IS_OBJECT &&
		    json_bool(json_find(item, "done"));
	}
}

static void
take_name(struct wishes *w, struct wish *one)
{
	struct err e = ERR_INIT;

	one->name = take_text(w, "name");
	if (one->name == NULL)
		wish_wrong(w, "name", NULL, "is missing");
	else if (card_check_name(one->name, &e) != 0)
		wish_wrong(w, "name", NULL, "%s", e.msg);
}

static void
take_created(struct wishes *w, struct wish *one)
{
	char *text = take_text(w, "created");

	if (text != NULL && (clock_parse_date(text, &one->created_us) == 0 ||
	    clock_parse_moment(text, &one->created_us) == 0))
		one->has_created = true;
	else if (text != NULL)
		wish_wrong(w, "created", "left out", "'%s' is no date "
		    "such as 2025-10-18, and no moment", text);
	free(text);
}

static void
take_stage(struct wishes *w, struct wish *one)
{
	char *text = take_text(w, "stage");
	int stage = text == NULL ? STAGE_INBOX : stage_parse(text);

	one->has_stage = text != NULL;
	if (stage == STAGE_NONE)
		wish_wrong(w, "stage", NULL, "there is no stage '%s'",
		    text);
	else
		one->stage = (enum stage)stage;
	free(text);
}

static void
check_word(struct wishes *w, char **word, const char *field, bool right)
{
	if (*word == NULL || right)
		return;
	wish_wrong(w, field, "left out", "'%s' is none", *word);
	free(*word);
	*word = NULL;
}

static void
check_user(struct wishes *w, char **user, const char *field)
{
	if (*user == NULL || ((*user)[0] == '@' && (*user)[1] != '\0' &&
	    strpbrk(*user, " \t\r\n\"'") == NULL))
		return;
	wish_wrong(w, field, "left out", "'%s' is no user such as "
	    "@alice", *user);
	free(*user);
	*user = NULL;
}

static void
take_fields(struct wishes *w, struct wish *one)
{
	take_name(w, one);
	one->key = take_text(w, "key");
	one->goal = take_text(w, "goal");
	one->inputs = take_text(w, "inputs");
	one->details = take_text(w, "details");
	one->outputs = take_text(w, "outputs");
	one->context = take_text(w, "context");
	one->priority = take_text(w, "priority");
	one->effort = take_text(w, "effort");
	one->dri = take_text(w, "dri");
	one->created_by = take_text(w, "created_by");
	check_word(w, &one->priority, "priority",
	    priority_parse(one->priority) >= 0);
	check_word(w, &one->effort, "effort",
	    effort_parse(one->effort) != NULL);
	check_user(w, &one->dri, "dri");
	check_user(w, &one->created_by, "created_by");
	take_criteria(w, one);
	take_texts(w, "tags", &one->tags);
	take_texts(w, "depends_on", &one->depends_on);
	take_created(w, one);
	take_stage(w, one);
	one->events = json_find(one->json, "events");
	if (json_kind(one->events) == JSON_IS_NULL)
		one->events = NULL;
	if (one->events != NULL && json_kind(one->events) != JSON_IS_ARRAY)
		wish_wrong(w, "events", NULL, "must be a list");
}

static void
check_unknown(const char *key, const struct json *value, void *ctx)
{
	static const char *const keys[] = { "name", "key", "goal", "inputs",
	    "details", "outputs", "context", "acceptance", "tags",
	    "priority", "effort", "dri", "created_by", "created",
	    "depends_on", "stage", "events" };
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
		log_error("-:%zu:%s", line, e.msg);
		w->bad++;
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

/* A second line with a key gets the first suffix that is free. */
static void
add_suffix(struct wishes *w, struct wish *one)
{
	const struct wish *first = map_find(&w->keys, one->key);
	char *key = NULL;
	int i;

	w->at = one;
	wish_wrong(w, "key", "it gets a suffix",
	    "'%s' is that of line %zu, too", one->key, first->line);
	for (i = 2; i < SUFFIX_MAX; i++) {
		free(key);
		key = mem_printf("%s-%d", one->key, i);
		if (map_find(&w->keys, key) == NULL)
			break;
	}
	one->first_key = one->key;
	one->key = key;
}

/* The outside keys of the tasks that are there. */
static int
read_known(struct wishes *w, struct session *s, struct err *e)
{
	const struct store_stage *st;
	struct task t = TASK_INIT;
	struct err ignored = ERR_INIT;
	char ref[ID_SIZE];
	const char *key;
	size_t i;
	int stage;

	if (store_load_all(&s->store, e) != 0)
		return -1;
	for (stage = 0; stage < STAGE_COUNT; stage++) {
		st = &s->store.stages[stage];
		for (i = 0; i < st->n; i++) {
			id_format_ref(ref, &st->v[i]->id);
			if (task_load_card(&t, &s->store, st->v[i],
			    &ignored) == 0 && (key = card_get(&t.card,
			    "external_key")) != NULL)
				free(map_put(&w->known, key,
				    mem_strdup(ref)));
			task_release(&t);
		}
	}
	return 0;
}

int
wishes_check_keys(struct wishes *w, struct session *s, struct err *e)
{
	const char *there, *example = NULL;
	struct wish *one;
	bool any = false;
	size_t i;

	for (i = 0; i < w->n; i++) {
		one = &w->v[i];
		if (one->key == NULL)
			continue;
		any = true;
		if (map_find(&w->keys, one->key) != NULL)
			add_suffix(w, one);
		map_put(&w->keys, one->key, one);
	}
	if (!any)
		return 0;
	if (read_known(w, s, e) != 0)
		return -1;
	for (i = 0; i < w->n; i++) {
		one = &w->v[i];
		there = one->key == NULL ? NULL :
		    map_find(&w->known, one->key);
		if (there == NULL)
			continue;
		one->skip = true;
		w->at = one;
		example = one->key;
		w->there++;
		if (w->lenient)
			log_info("-:%zu: key '%s' is there already: %s",
			    one->line, one->key, there);
		else
			wish_wrong(w, "key", NULL,
			    "'%s' is there already: %s", one->key, there);
	}
	if (w->there > 0 && w->lenient)
		log_warn("%zu of %zu keys are there already, such as '%s'; "
		    "those tasks are left as they are", w->there, w->n,
		    example);
	return 0;
}

static bool
is_task(struct session *s, const char *ref, struct id *id)
{
	struct err ignored = ERR_INIT;
	struct package *p;

	return id_parse(id, ref) == 0 &&
	    store_find(&s->store, id, &p, &ignored) == 0;
}

/* True where the reference cannot be meant as an outside key. */
static bool
is_typed(const char *ref)
{
	return (*ref >= '0' && *ref <= '9') || strncmp(ref, "TASK-", 5) == 0;
}

static void
check_links(struct wishes *w, struct wish *one, struct session *s)
{
	struct strvec kept = STRVEC_INIT;
	const char *ref, *known;
	char text[ID_SIZE];
	struct id id;
	size_t i;

	w->at = one;
	for (i = 0; i < one->depends_on.n; i++) {
		ref = one->depends_on.v[i];
		known = map_find(&w->known, ref);
		if (one->key != NULL && strcmp(ref, one->key) == 0) {
			wish_wrong(w, "depends_on", "it is left out",
			    "the task would wait for itself");
		} else if (map_find(&w->keys, ref) != NULL) {
			strvec_add(&kept, ref);
		} else if (known != NULL) {
			strvec_add(&kept, known);
		} else if (is_task(s, ref, &id)) {
			id_format_ref(text, &id);
			strvec_add(&kept, text);
		} else {
			wish_wrong(w, "depends_on", "it is left out",
			    is_typed(ref) ? "there is no task '%s'" :
			    "no line has key '%s'", ref);
			strvec_add(&one->dropped, ref);
		}
	}
	strvec_release(&one->depends_on);
	one->depends_on = kept;
}

/* A wish on the way down, and which of its links comes next. */
struct frame {
	struct wish	*one;
	size_t		 next;
};

struct walk {
	struct wishes	*w;
	struct frame	*path;
	size_t		 depth, cap;
};

static void
enter(struct walk *k, struct wish *one)
{
	MEM_GROW(k->path, k->depth, k->cap);
	k->path[k->depth++] = (struct frame){ one, 0 };
	one->walked = WISH_ON_PATH;
}

/* The link that closes a circle: said, and with --lenient left out. */
static void
cut_circle(struct walk *k, struct frame *top, const struct wish *again)
{
	struct strvec *links = &top->one->depends_on;
	struct buf text = BUF_INIT;
	size_t i = k->depth;

	while (k->path[i - 1].one != again)
		i--;
	for (i--; i < k->depth; i++)
		buf_addf(&text, "%s -> ", k->path[i].one->key);
	k->w->at = top->one;
	wish_wrong(k->w, "depends_on", "the last link is left out",
	    "goes round in a circle: %s%s", text.ptr, again->key);
	top->next--;
	strvec_add(&top->one->dropped, links->v[top->next]);
	free(links->v[top->next]);
	memmove(links->v + top->next, links->v + top->next + 1,
	    (links->n - top->next) * sizeof(*links->v));
	links->n--;
	buf_release(&text);
}

static void
check_circles(struct wishes *w)
{
	struct walk k = { .w = w };
	struct frame *top;
	struct wish *other;
	size_t i;

	for (i = 0; i < w->n; i++) {
		if (w->v[i].walked == WISH_NEW && !w->v[i].skip)
			enter(&k, &w->v[i]);
		while (k.depth > 0) {
			top = &k.path[k.depth - 1];
			if (top->next == top->one->depends_on.n) {
				top->one->walked = WISH_DONE;
				k.depth--;
				continue;
			}
			other = map_find(&w->keys,
			    top->one->depends_on.v[top->next++]);
			if (other == NULL || other->skip)
				continue;
			if (other->walked == WISH_ON_PATH)
				cut_circle(&k, top, other);
			else if (other->walked == WISH_NEW)
				enter(&k, other);
		}
	}
	free(k.path);
}

void
wishes_check_links(struct wishes *w, struct session *s)
{
	size_t i;

	for (i = 0; i < w->n; i++)
		if (!w->v[i].skip)
			check_links(w, &w->v[i], s);
	check_circles(w);
}

void
wishes_link(struct wishes *w)
{
	struct strvec refs = STRVEC_INIT;
	const struct wish *other;
	const char *known;
	char text[ID_SIZE];
	struct wish *one;
	size_t i, k;

	for (i = 0; i < w->n; i++) {
		one = &w->v[i];
		for (k = 0; k < one->depends_on.n; k++) {
			other = map_find(&w->keys, one->depends_on.v[k]);
			known = map_find(&w->known, one->depends_on.v[k]);
			if (other != NULL && !other->skip) {
				id_format_ref(text, &other->id);
				strvec_add(&refs, text);
			} else {
				strvec_add(&refs, known != NULL ? known :
				    one->depends_on.v[k]);
			}
		}
		strvec_release(&one->depends_on);
		one->depends_on = refs;
		refs = (struct strvec)STRVEC_INIT;
	}
}
