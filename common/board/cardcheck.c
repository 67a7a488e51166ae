/* SPDX-License-Identifier: MIT */
/* What task-format(5) wants of each key of the front matter. */
#include "base/compat.h"

#include "base/clock.h"
#include "base/err.h"
#include "base/strvec.h"
#include "base/utf8.h"
#include "board/card.h"

/* So much of a wrong value is repeated. */
enum { SHOWN_MAX = 40 };

struct check {
	const struct card *card;
	const struct id	*id;
	enum stage	 stage;
	struct strvec	*problems;
};

struct rule {
	const char	*key;
	bool		 required;
	/* NULL where the value is right, else what it must be. */
	const char	*(*wrong)(const struct check *, const char *value);
};

static const char *
wrong_id(const struct check *c, const char *value)
{
	struct id id;

	if (id_parse_exact(&id, value) != 0)
		return "must be an id such as \"0042\"";
	return id_compare(&id, c->id) == 0 ? NULL :
	    "is not the id of the folder";
}

static const char *
wrong_name(const struct check *c, const char *value)
{
	struct err e = ERR_INIT;

	(void)c;
	return card_check_name(value, &e) == 0 ? NULL :
	    "must be one line of text";
}

static const char *
wrong_version(const struct check *c, const char *value)
{
	(void)c;
	return strncmp(value, "1.", 2) == 0 ? NULL :
	    "must be \"1.0\": this program reads no other";
}

static const char *
wrong_stage(const struct check *c, const char *value)
{
	int stage = stage_parse(value);

	if (stage == STAGE_NONE)
		return "must be one of the seven stages";
	return stage == (int)c->stage ? NULL :
	    "is not the stage of the folder that the task lies in";
}

static const char *
wrong_status(const struct check *c, const char *value)
{
	(void)c;
	return status_parse(value) != STATUS_NONE ? NULL : "must be one of "
	    "active, blocked, paused, canceled, split";
}

static const char *
wrong_priority(const struct check *c, const char *value)
{
	(void)c;
	return priority_parse(value) >= 0 ? NULL : "must be null or P0 to P4";
}

static const char *
wrong_effort(const struct check *c, const char *value)
{
	(void)c;
	return effort_parse(value) != NULL ? NULL :
	    "must be null or one of XS, S, M, L, XL";
}

static const char *
wrong_user(const struct check *c, const char *value)
{
	(void)c;
	return value[0] == '@' && value[1] != '\0' ? NULL :
	    "must be a user such as \"@alice\"";
}

static const char *
wrong_date(const struct check *c, const char *value)
{
	int64_t us;

	(void)c;
	return clock_parse_date(value, &us) == 0 ? NULL :
	    "must be a date such as \"2025-10-18\"";
}

static const char *
wrong_blocker(const struct check *c, const char *value)
{
	static const char *const free_forms[] =
	    { "external:", "decision:", "info:" };
	struct id id;
	size_t i;

	(void)c;
	if (id_parse_blocker(&id, value) == 0)
		return NULL;
	for (i = 0; i < ARRAY_LEN(free_forms); i++)
		if (strncmp(value, free_forms[i],
		    strlen(free_forms[i])) == 0)
			return NULL;
	return "must be task:TASK-0001, external:…, decision:… or info:…";
}

static const struct rule rules[] = {
	{ "task_id", true, wrong_id },
	{ "task_name", true, wrong_name },
	{ "schema_version", false, wrong_version },
	{ "stage", true, wrong_stage },
	{ "status", true, wrong_status },
	{ "priority", false, wrong_priority },
	{ "effort_estimate", false, wrong_effort },
	{ "current_dri", false, wrong_user },
	{ "created_date", false, wrong_date },
	{ "paused_date", false, wrong_date },
	{ "expected_resume_date", false, wrong_date },
	{ "split_date", false, wrong_date },
	{ "blocked_by", false, wrong_blocker },
};

static const char *const text_lists[] = { "tags", "previous_dris" };
static const char *const ref_lists[] =
    { "depends_on", "blocks", "related_to", "split_into" };

static void
problem(const struct check *c, const struct yaml_node *at, const char *key,
    const char *what)
{
	strvec_addf(c->problems, "%d:%d: %s %s", at == NULL ? 2 : at->line,
	    at == NULL ? 1 : at->col, key, what);
}

static void
check_rule(const struct check *c, const struct rule *r)
{
	const struct yaml_node *at = yaml_member(c->card->yaml.root, r->key);
	const char *value = card_get(c->card, r->key), *wrong;
	struct buf what = BUF_INIT;

	if (value == NULL) {
		if (r->required)
			problem(c, at, r->key, "is not set");
		else if (!yaml_is_null(yaml_follow(at)))
			problem(c, at, r->key, "must be one value");
		return;
	}
	if ((wrong = r->wrong(c, value)) == NULL)
		return;
	buf_adds(&what, wrong);
	if (strncmp(wrong, "must ", 5) == 0)
		buf_addf(&what, ", not '%.*s'", SHOWN_MAX, value);
	problem(c, at, r->key, what.ptr);
	buf_release(&what);
}

void
card_check(const struct card *card, const struct id *id, enum stage stage,
    struct strvec *problems)
{
	struct check c = { card, id, stage, problems };
	struct strvec texts = STRVEC_INIT;
	const char *key;
	struct id *ids;
	size_t i, bad;

	if (!utf8_valid(card->text.ptr, card->text.len))
		strvec_add(problems, "1:1: the card is not UTF-8");
	for (i = 0; i < ARRAY_LEN(rules); i++)
		check_rule(&c, &rules[i]);
	for (i = 0; i < ARRAY_LEN(text_lists); i++) {
		key = text_lists[i];
		if (card_list(card, key, &texts) != 0)
			problem(&c, yaml_member(card->yaml.root, key), key,
			    "must be a list of texts");
	}
	for (i = 0; i < ARRAY_LEN(ref_lists); i++) {
		key = ref_lists[i];
		card_ids(card, key, &ids, &bad);
		free(ids);
		if (bad > 0)
			problem(&c, yaml_member(card->yaml.root, key), key,
			    "must be a list of tasks such as \"TASK-0042\"");
	}
	strvec_release(&texts);
}

const char *
card_problem_text(const char *problem)
{
	size_t n = strspn(problem, "0123456789:");

	return n > 0 && problem[n] == ' ' ? problem + n + 1 : problem;
}
