/* SPDX-License-Identifier: MIT */
/* task-set: the keys */
#include "base/compat.h"

#include "base/clock.h"
#include "base/err.h"
#include "base/jsonw.h"
#include "base/utf8.h"
#include "change/bulk.h"
#include "change/rename.h"
#include "tools/set.h"

enum { VALUE_MAX = 4096 };

void
setter_desc(struct buf *out, const struct bulk *b, const char *reason)
{
	if (reason != NULL)
		buf_adds(out, reason);
	else
		buf_addf(out, "set by %s", b->s.actor.user);
}

static void
log_value(struct bulk *b, struct task *t, const char *event,
    const char *reason, struct buf *own)
{
	struct buf desc = BUF_INIT;
	struct draft d;

	setter_desc(&desc, b, reason);
	session_draft(&b->s, &d, event, desc.ptr);
	buf_swap(&d.own, own);
	session_log(t, &d);
	buf_release(own);
	buf_release(&desc);
}

/* The value's text; "" is null. */
static const char *
given(const char *value)
{
	return *value == '\0' ? NULL : value;
}

static bool
is_same(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static int
check_priority(const char *value, struct err *e)
{
	return *value == '\0' || priority_parse(value) >= 0 ? 0 :
	    err_set(e, EX_USAGE, "'%s' is none of P0 to P4", value);
}

static int
set_priority(struct bulk *b, struct task *t, const struct assignment *a,
    struct err *e)
{
	const char *is = card_get(&t->card, "priority");
	struct buf own = BUF_INIT;

	if (is_same(is, given(a->value)))
		return 1;
	if (is == NULL) {
		jsonw_member(&own, "value", a->value);
	} else {
		jsonw_member(&own, "from", is);
		jsonw_member(&own, "to", given(a->value));
	}
	log_value(b, t, is == NULL ? "priority_set" : "priority_changed",
	    a->reason, &own);
	return card_set(&t->card, "priority", given(a->value), e);
}

static int
check_effort(const char *value, struct err *e)
{
	return *value == '\0' || effort_parse(value) != NULL ? 0 :
	    err_set(e, EX_USAGE, "'%s' is none of XS, S, M, L, XL", value);
}

static int
set_effort(struct bulk *b, struct task *t, const struct assignment *a,
    struct err *e)
{
	const char *to = given(a->value) == NULL ? NULL :
	    effort_parse(a->value);
	struct buf own = BUF_INIT;

	if (is_same(card_get(&t->card, "effort_estimate"), to))
		return 1;
	jsonw_member(&own, "value", to);
	log_value(b, t, "effort_estimated", a->reason, &own);
	return card_set(&t->card, "effort_estimate", to, e);
}

/* Between commas, without the blanks around them. */
static void
split_tags(struct strvec *out, const char *value)
{
	struct strvec raw = STRVEC_INIT;
	const char *tag;
	size_t i, len;

	strvec_split(&raw, value, ',');
	for (i = 0; i < raw.n; i++) {
		tag = raw.v[i] + strspn(raw.v[i], " ");
		for (len = strlen(tag); len > 0 && tag[len - 1] == ' '; len--)
			continue;
		if (len > 0)
			strvec_addn(out, tag, len);
	}
	strvec_release(&raw);
}

/* The tags as they have to be: those given, or more, or fewer. */
static void
change_tags(struct strvec *tags, const struct assignment *a)
{
	struct strvec given = STRVEC_INIT;
	size_t i, k;

	split_tags(&given, a->value);
	if (a->sign == '=')
		strvec_clear(tags);
	for (i = 0; i < given.n; i++) {
		for (k = 0; k < tags->n; k++)
			if (strcmp(tags->v[k], given.v[i]) == 0)
				break;
		if (a->sign == '-' && k < tags->n)
			strvec_remove(tags, k);
		else if (a->sign != '-' && k == tags->n)
			strvec_add(tags, given.v[i]);
	}
	strvec_release(&given);
}

static bool
same_list(const struct strvec *a, const struct strvec *b)
{
	size_t i;

	for (i = 0; a->n == b->n && i < a->n; i++)
		if (strcmp(a->v[i], b->v[i]) != 0)
			return false;
	return a->n == b->n;
}

static int
set_tags(struct bulk *b, struct task *t, const struct assignment *a,
    struct err *e)
{
	struct strvec were = STRVEC_INIT, tags = STRVEC_INIT;
	struct buf own = BUF_INIT;
	int rc = 1;

	if (task_list(t, &b->s.store, "tags", &were, e) != 0 ||
	    task_list(t, &b->s.store, "tags", &tags, e) != 0)
		rc = -1;
	else
		change_tags(&tags, a);
	if (rc > 0 && !same_list(&were, &tags)) {
		jsonw_key(&own, "tags");
		jsonw_list(&own, &tags);
		log_value(b, t, "tags_updated", a->reason, &own);
		rc = card_set_list(&t->card, "tags", &tags, e);
	}
	strvec_release(&were);
	strvec_release(&tags);
	return rc;
}

static int
set_name(struct bulk *b, struct task *t, const struct assignment *a,
    struct err *e)
{
	struct buf own = BUF_INIT;
	int rc;

	jsonw_member(&own, "from", card_str(&t->card, "task_name"));
	jsonw_member(&own, "to", a->value);
	rc = rename_task(&b->s, t, a->value, e);
	if (rc == 0)
		log_value(b, t, "renamed", a->reason, &own);
	buf_release(&own);
	return rc;
}

static int
check_date(const char *value, struct err *e)
{
	int64_t us;

	return *value == '\0' || clock_parse_date(value, &us) == 0 ? 0 :
	    err_set(e, EX_USAGE, "'%s' is no date as 2025-11-01", value);
}

/* One line that harms nobody. */
static int
check_text(const char *value, struct err *e)
{
	size_t len = strlen(value);

	if (len > VALUE_MAX)
		return err_set(e, EX_USAGE, "a value of %zu bytes is too "
		    "long; the most is %d", len, VALUE_MAX);
	if (!utf8_is_line(value))
		return err_set(e, EX_USAGE, "the value is not one line of "
		    "UTF-8 without control characters");
	return 0;
}

static int
set_text(struct bulk *b, struct task *t, const struct assignment *a,
    struct err *e)
{
	const char *key = a->setter->key;
	const char *is = card_get(&t->card, key);

	(void)b;
	if (is == NULL && !yaml_is_null(yaml_follow(yaml_member(
	    t->card.yaml.root, key))))
		return err_set(e, EX_NO, "%s is more than one value; edit the "
		    "card", key);
	if (is_same(is, given(a->value)))
		return 1;
	return card_set(&t->card, a->setter->key, given(a->value), e);
}

#define HANDOFF	"task-handoff passes that on"
#define LIST	"it is a list of tasks; edit the card"
#define SPLIT	"only a split sets that"
#define PAST	"that was so, and stays"

static const struct setter setters[] = {
	{ .word = "priority", .key = "priority", .check = check_priority,
	    .set = set_priority, .reason = true },
	{ .word = "effort", .key = "effort_estimate", .check = check_effort,
	    .set = set_effort, .reason = true },
	{ .word = "effort_estimate", .key = "effort_estimate",
	    .check = check_effort, .set = set_effort, .reason = true },
	{ .word = "tags", .key = "tags", .check = check_text,
	    .set = set_tags, .list = true },
	{ .word = "name", .key = "task_name", .check = card_check_name,
	    .set = set_name, .last = true },
	{ .word = "task_name", .key = "task_name", .check = card_check_name,
	    .set = set_name, .last = true },
	{ .word = "namespace", .key = "task_id", .check = check_text,
	    .set = namespace_set, .last = true },
	{ .word = "expected_resume_date", .key = "expected_resume_date",
	    .check = check_date, .set = set_text, .silent = true },
	{ .word = "assigned_worker", .key = "assigned_worker",
	    .check = check_text, .set = set_text, .silent = true },
	{ .word = "stage", .instead = "task-move changes that" },
	{ .word = "status", .instead = "task-status changes that" },
	{ .word = "blocked_by", .instead = "task-status --by says that" },
	{ .word = "paused_reason", .instead = "task-status -r says that" },
	{ .word = "canceled_reason", .instead = "task-status -r says that" },
	{ .word = "paused_date", .instead = "task-status sets that" },
	{ .word = "depends_on", .instead = "task-link changes that" },
	{ .word = "related_to", .instead = LIST },
	{ .word = "blocks", .instead = LIST },
	{ .word = "split_into", .instead = SPLIT },
	{ .word = "split_from", .instead = SPLIT },
	{ .word = "split_part", .instead = SPLIT },
	{ .word = "split_date", .instead = SPLIT },
	{ .word = "split_reason", .instead = SPLIT },
	{ .word = "dri", .instead = HANDOFF },
	{ .word = "current_dri", .instead = HANDOFF },
	{ .word = "previous_dris", .instead = HANDOFF },
	{ .word = "task_id", .instead = "namespace= changes it, and nothing "
	    "else does" },
	{ .word = "schema_version", .instead = PAST },
	{ .word = "created_by", .instead = PAST },
	{ .word = "created_date", .instead = PAST },
};

const char *const setter_words[] = { "priority", "effort", "tags", "name",
	"namespace", "expected_resume_date", "assigned_worker", NULL };

const struct setter *
setter_find(const char *word)
{
	size_t i;

	for (i = 0; i < ARRAY_LEN(setters); i++)
		if (strcmp(setters[i].word, word) == 0)
			return &setters[i];
	return NULL;
}

struct setter *
setter_new(const char *key)
{
	struct setter *own = mem_zalloc(sizeof(*own));

	own->word = own->key = key;
	own->check = check_text;
	own->set = set_text;
	own->silent = true;
	return own;
}
