/* SPDX-License-Identifier: MIT */
/* The judge on cards and on what people may do. */
#include "base/compat.h"

#include "base/err.h"
#include "base/utf8.h"
#include "board/people.h"
#include "change/judging.h"
#include "rule/move.h"
#include "rule/signoff.h"
#include "sys/file.h"

/* Which rule a sentence of card_check() is about: by the key it begins with. */
static enum judge_rule
rule_of(const char *problem)
{
	static const struct {
		const char *key;
		enum judge_rule rule;
	} rules[] = {
		{ "stage ", JUDGE_CARD_STAGE },
		{ "status ", JUDGE_CARD_STATUS },
		{ "task_id ", JUDGE_ID_MISMATCH },
	};
	size_t i;

	for (i = 0; i < ARRAY_LEN(rules); i++)
		if (strncmp(problem, rules[i].key, strlen(rules[i].key)) == 0)
			return rules[i].rule;
	return JUDGE_CARD_INVALID;
}

static void
find(struct judging *g, const struct version *v, const char *problem,
    enum judge_rule rule)
{
	struct buf path = BUF_INIT, safe = BUF_INIT;

	version_file(v, PACKAGE_CARD, &path);
	utf8_add_safe(&safe, card_problem_text(problem),
	    strlen(card_problem_text(problem)));
	judging_find(g, judging_at(path.ptr, (int)strtol(problem, NULL, 10)),
	    rule, "%s",
	    safe.ptr);
	buf_release(&path);
	buf_release(&safe);
}

static bool
was_wrong(const struct strvec *before, const char *problem)
{
	size_t i;

	for (i = 0; i < before->n; i++)
		if (strcmp(card_problem_text(before->v[i]),
		    card_problem_text(problem)) == 0)
			return true;
	return false;
}

/* What was wrong before need not be put right. */
static void
check_values(struct judging *g, struct version *was,
    const struct version *is)
{
	struct strvec before = STRVEC_INIT, now = STRVEC_INIT;
	size_t i;

	card_check(&is->task.card, &is->pkg->id, is->pkg->stage, &now);
	if (was != NULL && now.n > 0)
		version_parse(g, was);
	if (was != NULL && now.n > 0 && !was->unreadable)
		card_check(&was->task.card, &was->pkg->id, was->pkg->stage,
		    &before);
	for (i = 0; i < now.n; i++)
		if (!was_wrong(&before, now.v[i]))
			find(g, is, now.v[i],
			    rule_of(card_problem_text(now.v[i])));
	strvec_release(&before);
	strvec_release(&now);
}

/* The status that a ledger says; it begins as an active one. */
static int
says_status(const struct move_replayed *r)
{
	return r->status == STATUS_NONE ? STATUS_ACTIVE : r->status;
}

static void
check_status(struct judging *g, struct version *was,
    const struct version *is, const struct move_replayed *end)
{
	int has = card_status(&is->task.card), says = says_status(end);
	const struct yaml_node *at;
	struct move_replayed before;
	char *text;

	if (has == says || has == STATUS_NONE)
		return;
	if (was != NULL)
		version_parse(g, was);
	if (was != NULL && !was->unreadable) {
		move_replay_all(&was->task.ledger, &before);
		if (card_status(&was->task.card) == has &&
		    says_status(&before) == says)
			return;
	}
	at = yaml_member(is->task.card.yaml.root, "status");
	text = mem_printf("%d:1: the card says '%s', and the ledger '%s'",
	    at == NULL ? 0 : at->line, status_names[has],
	    status_names[says]);
	find(g, is, text, JUDGE_CARD_STATUS);
	free(text);
}

void
judging_card(struct judging *g, struct version *was,
    const struct version *is, const struct move_replayed *end)
{
	bool same = was != NULL && oid_equal(&was->card, &is->card);

	if (is->unreadable) {
		if (!same)
			find(g, is, is->problem, is->misnamed ?
			    JUDGE_ID_MISMATCH : JUDGE_CARD_INVALID);
		return;
	}
	if (!same || was->pkg->stage != is->pkg->stage ||
	    id_compare(&was->pkg->id, &is->pkg->id) != 0)
		check_values(g, was, is);
	if (!same || !oid_equal(&was->ledger, &is->ledger))
		check_status(g, was, is, end);
}

/* Whose address it is: by people.yaml; else by its local part. */
static char *
user_of(const struct people *people, const char *email)
{
	size_t i;

	for (i = 0; i < people->n; i++)
		if (people->v[i].email != NULL &&
		    strcasecmp(people->v[i].email, email) == 0)
			return mem_strdup(people->v[i].user);
	return mem_printf("@%.*s", (int)strcspn(email, "@"), email);
}

/*
 * Where sign-offs are signed: 0 where the commit is signed by that person's
 * key; EX_NO with the reason where not.
 */
static int
check_signature(struct judging *g, struct store *rules, const char *user,
    const struct oid *commit, struct err *e)
{
	const struct people *people;
	const struct policy *policy;
	const struct person *person;
	struct file signers = FILE_INIT;
	struct sshsig_want want = { .signers = &signers.data,
	    .time_us = g->c->committed_us };
	struct sshsig_answer answer;
	int rc;

	if (store_policy(rules, &policy, e) != 0 ||
	    store_people(rules, &people, e) != 0)
		return -1;
	/* What is not committed yet is signed when it is. */
	if (!policy->signing_ssh || oid_is_zero(commit))
		return 0;
	person = people_find(people, user);
	if (person == NULL || person->email == NULL)
		return err_set(e, EX_NO, "people.yaml has no address of %s "
		    "to find a key by", user);
	if (store_read(rules, "allowed_signers", SSHSIG_SIGNERS_MAX, &signers,
	    e) != 0 && e->status != EX_NOINPUT) {
		file_release(&signers);
		return -1;
	}
	want.principal = person->email;
	rc = sshsig_check(&g->j->signatures, commit, &want, &answer, e);
	file_release(&signers);
	if (rc > 0)
		return 0;
	return rc < 0 ? -1 : err_set(e, EX_NO, "%s", answer.reason);
}

int
judging_author_may(struct judging *g, const char *gate, struct err *e)
{
	struct actor a = { NULL, NULL };
	const struct people *people;
	struct store *rules;
	int rc;

	if (judging_rules(g, &rules, e) != 0 ||
	    store_people(rules, &people, e) != 0)
		return -1;
	a.user = user_of(people, g->c->email);
	rc = signoff_may(rules, &a, gate, e);
	if (rc == 0)
		rc = check_signature(g, rules, a.user, &g->c->id, e);
	free(a.user);
	return rc;
}

int
judging_policy(struct judging *g, const char *path, struct err *e)
{
	int rc = g->c->as_it_is ? 0 : judging_author_may(g, "policy", e);

	if (rc != 0 && e->status == EX_NO) {
		judging_find(g, judging_at(path, 0), JUDGE_POLICY_CHANGED, "%s",
		    e->msg);
		rc = 0;
	}
	return rc;
}

static bool
is_signoff(const struct event *ev)
{
	return strcmp(ev->event, "signed_off") == 0 && !event_is_imported(ev);
}

static int
judge_signoff(struct judging *g, const struct version *is,
    const struct event *ev, struct err *e)
{
	struct actor a = { (char *)(uintptr_t)ev->user,
	    (char *)(uintptr_t)event_text_in(ev, "metadata", "worker_id") };
	const char *gate = event_text(ev, "gate");
	const char *content = event_text(ev, "content");
	enum judge_rule rule = JUDGE_SIGNOFF_PERSON;
	struct buf path = BUF_INIT, safe = BUF_INIT;
	char hex[OID_HEX + 1];
	struct store *rules;
	struct oid now;
	int rc;

	if (judging_rules(g, &rules, e) != 0)
		return -1;
	card_content(&is->task.card, &is->task.context, &now);
	oid_format(hex, &now);
	if (gate == NULL || stage_parse(gate) == STAGE_NONE) {
		rule = JUDGE_LEDGER_LINE;
		rc = err_set(e, EX_NO, "a sign-off for no gate");
	} else if ((rc = signoff_may(rules, &a, gate, e)) == 0) {
		rule = JUDGE_SIGNOFF_SIGNATURE;
		rc = check_signature(g, rules, a.user, &g->c->id, e);
	}
	if (rc == 0 && (content == NULL || strcasecmp(content, hex) != 0)) {
		rule = JUDGE_SIGNOFF_CONTENT;
		rc = err_set(e, EX_NO, "what it was given for is not what the "
		    "card and its context say");
	}
	if (rc != 0 && e->status == EX_NO) {
		version_file(is, PACKAGE_LEDGER, &path);
		utf8_add_safe(&safe, e->msg, strlen(e->msg));
		judging_find(g, judging_at(path.ptr, ev->line), rule, "%s",
		    safe.ptr);
		rc = 0;
	}
	buf_release(&path);
	buf_release(&safe);
	return rc;
}

/* Where a later merge finds the signature that it came with. */
static void
remember(struct judging *g, const struct event *ev)
{
	struct oid *at;

	if (ev->id == NULL || oid_is_zero(&g->c->id))
		return;
	at = mem_alloc(sizeof(*at));
	*at = g->c->id;
	free(map_put(&g->j->signed_in, ev->id, at));
}

int
judging_brought(struct judging *g, size_t parent, const struct version *is,
    const struct event *ev, struct err *e)
{
	static const struct oid none;
	struct actor a = { (char *)(uintptr_t)ev->user, NULL };
	const char *gate = event_text(ev, "gate");
	enum judge_rule rule = JUDGE_SIGNOFF_PERSON;
	struct buf path = BUF_INIT, safe = BUF_INIT;
	const struct oid *at = ev->id == NULL ? NULL :
	    map_find(&g->j->signed_in, ev->id);
	struct store *rules;
	int rc, twice;

	if (!is_signoff(ev) || gate == NULL)
		return 0;
	/* Who came while this branch was away is in the merge's people. */
	for (twice = 0, rc = -1; twice < 2 && rc != 0; twice++) {
		if ((twice ? judging_rules_at(g, &g->now.tasks, &rules, e) :
		    judging_rules_of(g, parent, &rules, e)) != 0)
			return -1;
		rule = JUDGE_SIGNOFF_PERSON;
		if ((rc = signoff_may(rules, &a, gate, e)) == 0) {
			rule = JUDGE_SIGNOFF_SIGNATURE;
			rc = check_signature(g, rules, a.user, at == NULL ?
			    &none : at, e);
		}
		if (rc != 0 && e->status != EX_NO)
			return -1;
	}
	if (rc != 0 && e->status == EX_NO) {
		version_file(is, PACKAGE_LEDGER, &path);
		utf8_add_safe(&safe, e->msg, strlen(e->msg));
		judging_find(g, judging_at(path.ptr, ev->line), rule,
		    "it comes to a "
		    "branch where it would not be given: %s", safe.ptr);
		rc = 0;
	}
	buf_release(&path);
	buf_release(&safe);
	return rc;
}

int
judging_signoffs(struct judging *g, const struct version *is, size_t first,
    struct err *e)
{
	const struct ledger *l = &is->task.ledger;
	size_t i;

	for (i = first; i < l->n; i++)
		if (is_signoff(&l->v[i])) {
			remember(g, &l->v[i]);
			if (judge_signoff(g, is, &l->v[i], e) != 0)
				return -1;
		}
	return 0;
}
