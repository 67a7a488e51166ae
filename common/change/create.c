/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/err.h"
#include "base/jsonw.h"
#include "base/map.h"
#include "base/strvec.h"
#include "board/namespaces.h"
#include "board/template.h"
#include "change/create.h"
#include "change/session.h"
#include "format/mark.h"
#include "rule/move.h"

/* A namespace that the board does not list is nobody's to close. */
static int
may_enter(struct session *s, const char *ns, struct err *e)
{
	const struct namespaces *all;

	if (*ns == '\0')
		return 0;
	if (store_namespaces(&s->store, &all, e) != 0)
		return -1;
	return namespaces_find(all, ns) == NULL ? 0 :
	    namespaces_may_enter(all, ns, e);
}

int
create_begin(struct create *c, struct session *s, struct err *e)
{
	const char *user = s->actor.user;

	if (may_enter(s, c->id.ns, e) != 0)
		return -1;
	id_format(c->number, &c->id);
	id_format_ref(c->ref, &c->id);
	if (c->created_by == NULL)
		c->created_by = user;
	if (c->dri == NULL && user[0] != '@')
		return err_set(e, EX_USAGE, "a worker such as '%s' cannot be "
		    "responsible: name a person (--dri @name)", user);
	if (c->dri == NULL)
		c->dri = user;
	return 0;
}

void
create_log(struct create *c, const struct session *s, const char *recovered,
    struct draft *how)
{
	struct buf desc = BUF_INIT;
	struct draft d;

	clock_format_date(c->date, how->ts_us);
	buf_addf(&desc, "reserved id %s", c->number);
	d = (struct draft){ .event = "id_reserved", .user = how->user,
	    .desc = desc.ptr, .ts_us = how->ts_us };
	buf_addb(&d.metadata, &how->metadata);
	ledger_add(&c->ledger, &d);
	draft_release(&d);
	if (recovered != NULL) {
		buf_clear(&desc);
		buf_addf(&desc, "the id counter was set anew: %s", recovered);
		session_draft(s, &d, "id_counter_recovered", desc.ptr);
		d.ts_us = how->ts_us;
		ledger_add(&c->ledger, &d);
		draft_release(&d);
	}
	ledger_add(&c->ledger, how);
	draft_release(how);
	buf_release(&desc);
}

static void
add_yaml(struct buf *out, const char *text, bool quoted)
{
	struct buf q = BUF_INIT;

	if (text == NULL) {
		buf_adds(out, "null");
		return;
	}
	yaml_quote(&q, text);
	if (quoted)
		buf_addb(out, &q);
	else
		buf_add(out, q.ptr + 1, q.len - 2);
	buf_release(&q);
}

static void
add_list(struct buf *out, const struct strvec *list)
{
	static const struct strvec empty = STRVEC_INIT;

	yaml_quote_list(out, list != NULL ? list : &empty);
}

static void
add_criteria(struct buf *out, const struct create *c)
{
	size_t i, k;
	const char *t;

	for (i = 0; i < c->ncriteria; i++) {
		buf_addf(out, "%s- [%c] ", i > 0 ? "\n" : "",
		    c->criteria[i].done ? 'x' : ' ');
		t = c->criteria[i].text;
		for (t += strspn(t, " \t\r\n"); *t != '\0'; t += k) {
			k = strcspn(t, " \t\r\n");
			buf_add(out, t, k);
			t += k;
			k = strspn(t, " \t\r\n");
			if (t[k] != '\0')
				buf_addc(out, ' ');
		}
	}
}

struct blank {
	const char	*key, *text;
};

static const char *
find_blank(const struct blank *v, size_t n, const char *key)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strcmp(v[i].key, key) == 0)
			return v[i].text == NULL ? "" : v[i].text;
	return NULL;
}

/* In the front matter a value is written as YAML wants it. */
static bool
add_head_blank(struct buf *out, const struct create *c, const char *key)
{
	const struct blank values[] = {
		{ "priority", c->priority },
		{ "effort", effort_parse(c->effort) },
	};
	const char *text = find_blank(values, ARRAY_LEN(values), key);

	if (text != NULL)
		add_yaml(out, *text == '\0' ? NULL : text, true);
	else if (strcmp(key, "tags") == 0)
		add_list(out, c->tags);
	else if (strcmp(key, "depends_on") == 0)
		add_list(out, c->depends_on);
	else
		return false;
	return true;
}

/* In the body it is markdown that keeps to its section. */
static bool
add_body_blank(struct buf *out, const struct create *c, const char *key)
{
	const struct blank parts[] = {
		{ "goal", c->goal }, { "inputs", c->inputs },
		{ "details", c->details }, { "outputs", c->outputs },
		{ "context", c->context },
	};
	const char *text = find_blank(parts, ARRAY_LEN(parts), key);

	if (text != NULL && *text != '\0')
		mark_add_nested(out, text, strlen(text));
	else if (strcmp(key, "acceptance") == 0 && c->ncriteria > 0)
		add_criteria(out, c);
	else
		return false;
	return true;
}

bool
create_owns_blank(const char *key)
{
	static const char *const own[] = { "id", "name", "user", "date",
	    "stage", "status", "dri", "priority", "effort", "tags",
	    "depends_on" };
	size_t i;

	for (i = 0; i < ARRAY_LEN(own); i++)
		if (strcmp(own[i], key) == 0)
			return true;
	return false;
}

/* A blank that only the template knows of, or that no option was given for. */
static bool
add_fill(struct buf *out, const struct create *c, const char *key,
    bool in_head)
{
	const char *text = c->fills == NULL || create_owns_blank(key) ? NULL :
	    map_find(c->fills, key);

	if (text == NULL)
		return false;
	if (in_head)
		add_yaml(out, text, !template_in_quotes(out));
	else
		mark_add_nested(out, text, strlen(text));
	return true;
}

/* What a blank of a template stands for; false: nothing was given. */
static bool
add_blank(struct buf *out, const char *key, bool in_head, const void *ctx)
{
	const struct create *c = ctx;
	const struct blank texts[] = {
		{ "id", c->number }, { "name", c->name },
		{ "user", c->created_by }, { "date", c->date },
		{ "stage", stage_info[c->stage].name },
		{ "status", status_names[c->status] }, { "dri", c->dri },
	};
	const char *text = find_blank(texts, ARRAY_LEN(texts), key);

	if (text == NULL)
		return (in_head ? add_head_blank(out, c, key) :
		    add_body_blank(out, c, key)) ||
		    add_fill(out, c, key, in_head);
	if (in_head)
		add_yaml(out, text, false);
	else
		buf_adds(out, text);
	return true;
}

/* What of a list the template had no blank for, after what it has itself. */
static int
set_list(struct card *card, const char *key, const struct strvec *list,
    struct err *e)
{
	struct strvec all = STRVEC_INIT;
	size_t i, n;
	int rc = 0;

	if (card_list(card, key, &all) != 0)
		strvec_clear(&all);
	n = all.n;
	for (i = 0; list != NULL && i < list->n; i++)
		if (!strvec_has(&all, list->v[i]))
			strvec_add(&all, list->v[i]);
	if (all.n > n)
		rc = card_set_list(card, key, &all, e);
	strvec_release(&all);
	return rc;
}

/* A template need not have a blank for everything that has to be right. */
static int
set_keys(struct create *c, struct err *e)
{
	const struct event *block = c->status == STATUS_BLOCKED ?
	    ledger_last(&c->ledger, "blocked") : NULL;
	const char *blocked_by = block == NULL ? NULL :
	    event_text(block, "blocked_by");
	const struct { const char *key, *value; } keys[] = {
		{ "task_id", c->number }, { "task_name", c->name },
		{ "created_by", c->created_by }, { "created_date", c->date },
		{ "stage", stage_info[c->stage].name },
		{ "status", status_names[c->status] },
		{ "current_dri", c->dri }, { "priority", c->priority },
		{ "effort_estimate", effort_parse(c->effort) },
		{ "external_key", c->external_key },
		{ "blocked_by", blocked_by },
		{ "split_from", c->split_from },
		{ "split_part", c->split_part },
	};
	size_t i;

	for (i = 0; i < ARRAY_LEN(keys); i++)
		if (keys[i].value != NULL && strcmp(card_str(&c->card,
		    keys[i].key), keys[i].value) != 0 &&
		    card_set(&c->card, keys[i].key, keys[i].value, e) != 0)
			return -1;
	return set_list(&c->card, "tags", c->tags, e) != 0 ||
	    set_list(&c->card, "depends_on", c->depends_on, e) != 0 ||
	    set_list(&c->card, "related_to", c->related_to, e) != 0 ? -1 : 0;
}

/* "TASK-0042-user-login" in the stage that it is for. */
static int
make_package(struct create *c, struct session *s, struct err *e)
{
	struct buf folder = BUF_INIT;
	const struct policy *policy;
	char *shard = NULL;

	if (store_policy(&s->store, &policy, e) != 0)
		return -1;
	if (stage_info[c->stage].closed)
		shard = store_shard(policy, &c->id);
	package_name(&c->id, c->name, &folder);
	c->pkg = package_new(c->stage, shard, folder.ptr);
	free(shard);
	buf_release(&folder);
	return c->pkg != NULL ? 0 :
	    err_set(e, EX_SOFTWARE, "%s: no folder's name", c->ref);
}

int
create_make(struct create *c, struct session *s, struct err *e)
{
	char *name = mem_printf("%s.md", c->template == NULL ? "card" :
	    c->template);
	struct buf template = BUF_INIT, text = BUF_INIT;
	int rc;

	c->status = move_replay_status(&c->ledger);
	rc = make_package(c, s, e);
	if (rc == 0)
		rc = template_read(&s->store, name, &template, e);
	if (rc == 0) {
		template_fill(&text, &template, true, add_blank, c);
		rc = card_parse(&c->card, text.ptr, text.len, e);
		if (rc != 0)
			err_prefix(e, ".work/templates/%s, filled in", name);
	}
	if (rc == 0)
		rc = set_keys(c, e);
	buf_clear(&template);
	if (rc == 0)
		rc = template_read(&s->store, "context.md", &template, e);
	if (rc == 0)
		template_fill(&c->context_text, &template, false, add_blank,
		    c);
	buf_release(&template);
	buf_release(&text);
	free(name);
	return rc;
}

void
create_check(const struct create *c, struct strvec *problems)
{
	struct strvec found = STRVEC_INIT;
	size_t i;

	card_check(&c->card, &c->id, c->stage, &found);
	for (i = 0; i < found.n; i++)
		strvec_addf(problems, "card: %s", found.v[i]);
	if (c->card.text.len > CARD_MAX)
		strvec_addf(problems, "card: would have %zu bytes; the most "
		    "is %d", c->card.text.len, CARD_MAX);
	if (c->context_text.len > CONTEXT_MAX)
		strvec_addf(problems, "context: would have %zu bytes; the "
		    "most is %d", c->context_text.len, CONTEXT_MAX);
	strvec_release(&found);
}

void
create_stage(struct create *c, struct session *s)
{
	const struct { enum package_file part; const struct buf *text; }
	files[] = {
		{ PACKAGE_CARD, &c->card.text },
		{ PACKAGE_CONTEXT, &c->context_text },
		{ PACKAGE_LEDGER, &c->ledger.text },
	};
	struct buf path = BUF_INIT;
	size_t i;

	for (i = 0; i < ARRAY_LEN(files); i++) {
		buf_clear(&path);
		package_file(c->pkg, files[i].part, &path);
		txn_write(&s->txn, path.ptr, files[i].text->ptr,
		    files[i].text->len);
	}
	buf_release(&path);
	session_fire(s, &c->id, &c->ledger, &c->card);
	store_add(&s->store, c->pkg);
	reindex_add(&s->reindex, &c->id, c->stage);
	c->pkg = NULL;
}

void
create_release(struct create *c)
{
	package_free(c->pkg);
	c->pkg = NULL;
	ledger_release(&c->ledger);
	card_release(&c->card);
	buf_release(&c->context_text);
}

int
create_finish(struct create *c, struct session *s, struct err *e)
{
	struct strvec problems = STRVEC_INIT;
	int rc;

	if ((rc = create_make(c, s, e)) == 0)
		create_check(c, &problems);
	if (problems.n > 0)
		rc = err_set(e, EX_DATAERR, "the new task '%s': %s", c->name,
		    problems.v[0]);
	if (rc == 0)
		create_stage(c, s);
	strvec_release(&problems);
	return rc;
}

void
create_followup(const struct create *c, const struct session *s,
    struct task *of)
{
	struct buf desc = BUF_INIT;
	struct draft d;

	buf_addf(&desc, "followed up by %s: %s", c->ref, c->name);
	session_draft(s, &d, "followup_created", desc.ptr);
	jsonw_member(&d.own, "followup_task", c->ref);
	session_log(of, &d);
	buf_release(&desc);
}
