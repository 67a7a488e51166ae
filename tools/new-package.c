/* SPDX-License-Identifier: MIT */
/* task-new: from a wish to the files of a package */
#include "base/compat.h"

#include "base/clock.h"
#include "base/err.h"
#include "base/utf8.h"
#include "change/session.h"
#include "format/mark.h"
#include "tools/new.h"
#include "tools/template.h"

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
add_criteria(struct buf *out, const struct wish *one)
{
	size_t i, k;
	const char *t;

	for (i = 0; i < one->ncriteria; i++) {
		buf_addf(out, "%s- [%c] ", i > 0 ? "\n" : "",
		    one->criteria[i].done ? 'x' : ' ');
		t = one->criteria[i].text;
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
add_head_blank(struct buf *out, const struct maker *m, const char *key)
{
	const struct wish *one = m->one;
	const struct blank values[] = {
		{ "priority", one->priority },
		{ "effort", effort_parse(one->effort) },
	};
	const char *text = find_blank(values, ARRAY_LEN(values), key);

	if (text != NULL)
		add_yaml(out, *text == '\0' ? NULL : text, true);
	else if (strcmp(key, "tags") == 0)
		yaml_quote_list(out, &one->tags);
	else if (strcmp(key, "depends_on") == 0)
		yaml_quote_list(out, &one->depends_on);
	else
		return false;
	return true;
}

/* In the body it is markdown that keeps to its section. */
static bool
add_body_blank(struct buf *out, const struct maker *m, const char *key)
{
	const struct wish *one = m->one;
	const struct blank parts[] = {
		{ "goal", one->goal }, { "inputs", one->inputs },
		{ "details", one->details }, { "outputs", one->outputs },
		{ "context", one->context },
	};
	const char *text = find_blank(parts, ARRAY_LEN(parts), key);

	if (text != NULL && *text != '\0')
		mark_add_nested(out, text, strlen(text));
	else if (strcmp(key, "acceptance") == 0 && one->ncriteria > 0)
		add_criteria(out, one);
	else
		return false;
	return true;
}

/* What a blank of a template stands for; false: nothing was given. */
static bool
add_blank(struct buf *out, const char *key, bool in_head, const void *ctx)
{
	const struct maker *m = ctx;
	const struct blank texts[] = {
		{ "id", m->id }, { "name", m->one->name },
		{ "user", m->created_by }, { "date", m->date },
		{ "stage", stage_info[m->one->stage].name },
		{ "status", status_names[m->status] }, { "dri", m->one->dri },
	};
	const char *text = find_blank(texts, ARRAY_LEN(texts), key);

	if (text == NULL)
		return in_head ? add_head_blank(out, m, key) :
		    add_body_blank(out, m, key);
	if (in_head)
		add_yaml(out, text, false);
	else
		buf_adds(out, text);
	return true;
}

/* A template need not have a blank for everything that has to be right. */
static int
set_keys(struct maker *m, struct err *e)
{
	const struct wish *one = m->one;
	const struct event *block = m->status == STATUS_BLOCKED ?
	    ledger_last(&m->ledger, "blocked") : NULL;
	const char *blocked_by = block == NULL ? NULL :
	    event_text(block, "blocked_by");
	const struct { const char *key, *value; } keys[] = {
		{ "task_id", m->id }, { "task_name", one->name },
		{ "created_by", m->created_by }, { "created_date", m->date },
		{ "stage", stage_info[one->stage].name },
		{ "status", status_names[m->status] },
		{ "current_dri", one->dri }, { "priority", one->priority },
		{ "effort_estimate", effort_parse(one->effort) },
		{ "external_key", one->key }, { "blocked_by", blocked_by },
	};
	struct strvec have = STRVEC_INIT;
	size_t i;
	int rc = 0;

	for (i = 0; i < ARRAY_LEN(keys) && rc == 0; i++)
		if (keys[i].value != NULL && strcmp(card_str(&m->card,
		    keys[i].key), keys[i].value) != 0)
			rc = card_set(&m->card, keys[i].key, keys[i].value,
			    e);
	if (rc == 0 && one->tags.n > 0 &&
	    (card_list(&m->card, "tags", &have) != 0 || have.n == 0))
		rc = card_set_list(&m->card, "tags", &one->tags, e);
	strvec_clear(&have);
	if (rc == 0 && one->depends_on.n > 0 &&
	    (card_list(&m->card, "depends_on", &have) != 0 || have.n == 0))
		rc = card_set_list(&m->card, "depends_on", &one->depends_on,
		    e);
	strvec_release(&have);
	return rc;
}

static int
make_card(struct maker *m, struct err *e)
{
	struct buf template = BUF_INIT, text = BUF_INIT;
	int rc;

	rc = template_read(&m->s->store, "card.md", &template, e);
	if (rc == 0) {
		template_fill(&text, &template, true, add_blank, m);
		rc = card_parse(&m->card, text.ptr, text.len, e);
		if (rc != 0)
			err_prefix(e, ".work/templates/card.md, filled in");
	}
	if (rc == 0)
		rc = set_keys(m, e);
	buf_clear(&template);
	if (rc == 0)
		rc = template_read(&m->s->store, "context.md", &template,
		    e);
	if (rc == 0)
		template_fill(&m->context, &template, false, add_blank, m);
	buf_release(&template);
	buf_release(&text);
	return rc;
}

static void
check_card(struct maker *m)
{
	static const char *const titles[] = { "Goal", "Inputs Required",
	    "Implementation Details", "Expected Outputs",
	    "Acceptance Criteria" };
	struct mark_outline o = MARK_OUTLINE_INIT;
	struct strvec problems = STRVEC_INIT;
	const char *body;
	size_t len, i;

	card_check(&m->card, &m->pkg->id, m->one->stage, &problems);
	for (i = 0; i < problems.n; i++)
		wish_wrong(m->w, "card", NULL, "%s",
		    problems.v[i]);
	body = card_body(&m->card, &len);
	mark_outline(&o, body, len);
	for (i = 0; i < ARRAY_LEN(titles) && m->one->line > 0; i++)
		if (mark_find(&o, titles[i]) == NULL)
			wish_wrong(m->w, "card", "made all the same",
			    "its texts hide the section '%s' (an open fence "
			    "or comment)", titles[i]);
	if (m->card.text.len > CARD_MAX)
		wish_wrong(m->w, "card", NULL, "would have %zu bytes; the "
		    "most is %d", m->card.text.len, CARD_MAX);
	if (m->context.len > CONTEXT_MAX)
		wish_wrong(m->w, "context", NULL, "would have %zu bytes; the "
		    "most is %d", m->context.len, CONTEXT_MAX);
	mark_outline_release(&o);
	strvec_release(&problems);
}

static void
stage_files(struct maker *m)
{
	const struct { enum package_file part; const struct buf *text; }
	files[] = {
		{ PACKAGE_CARD, &m->card.text },
		{ PACKAGE_CONTEXT, &m->context },
		{ PACKAGE_LEDGER, &m->ledger.text },
	};
	struct buf path = BUF_INIT;
	size_t i;

	for (i = 0; i < ARRAY_LEN(files); i++) {
		buf_clear(&path);
		package_file(m->pkg, files[i].part, &path);
		txn_write(&m->s->txn, path.ptr, files[i].text->ptr,
		    files[i].text->len);
	}
	buf_release(&path);
	store_add(&m->s->store, m->pkg);
	reindex_add(&m->s->reindex, &m->pkg->id, m->pkg->stage);
	m->pkg = NULL;
}

/* "TASK-0042-user-login" in the stage that the wish is for. */
static int
make_package(struct maker *m, struct err *e)
{
	struct buf folder = BUF_INIT;
	const struct policy *policy;
	char *shard = NULL;

	if (store_policy(&m->s->store, &policy, e) != 0)
		return -1;
	if (stage_info[m->one->stage].closed)
		shard = store_shard(policy, &m->one->id);
	package_name(&m->one->id, m->one->name, &folder);
	m->pkg = package_new(m->one->stage, shard, folder.ptr);
	free(shard);
	buf_release(&folder);
	return m->pkg != NULL ? 0 :
	    err_set(e, EX_SOFTWARE, "%s: no folder's name", m->ref);
}

int
wish_stage(struct wishes *w, struct wish *one, struct session *s,
    const char *recovered, struct err *e)
{
	struct maker m = { .w = w, .one = one, .s = s, .card = CARD_INIT,
	    .ledger = LEDGER_INIT, .context = BUF_INIT };
	int rc;

	w->at = one;
	id_format(m.id, &one->id);
	id_format_ref(m.ref, &one->id);
	clock_format_date(m.date,
	    one->has_created ? one->created_us : s->txn.now_us);
	m.created_by = one->created_by != NULL ? one->created_by :
	    s->actor.user;
	if (one->dri == NULL && s->actor.user[0] != '@')
		return err_set(e, EX_USAGE, "a worker such as '%s' cannot be "
		    "responsible: name a person (--dri @name)",
		    s->actor.user);
	if (one->dri == NULL)
		one->dri = mem_strdup(s->actor.user);
	wish_make_ledger(&m, recovered);
	rc = wish_check_import(&m, e);
	if (rc == 0)
		rc = make_package(&m, e);
	if (rc == 0)
		rc = make_card(&m, e);
	if (rc == 0)
		check_card(&m);
	if (rc == 0 && !one->skip)
		stage_files(&m);
	package_free(m.pkg);
	card_release(&m.card);
	ledger_release(&m.ledger);
	free(m.past);
	buf_release(&m.context);
	return rc;
}
