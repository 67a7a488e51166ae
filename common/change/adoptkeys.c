/* SPDX-License-Identifier: MIT */
/* What changed in a card's front matter. */
#include "base/compat.h"

#include "base/err.h"
#include "base/jsonw.h"
#include "change/adopter.h"
#include "change/session.h"
#include "format/json.h"
#include "rule/move.h"
#include "rule/state.h"
#include "sys/path.h"

/* What happened to one key, told apart by both texts. */
struct key_change {
	const char	*key;
	const char	*from, *to;	/* "" for null */
	const struct card *old;
};

static int
adopt_priority(struct adopter *a, const struct key_change *k, struct err *e)
{
	struct buf own = BUF_INIT;

	(void)e;
	if (*k->from == '\0') {
		jsonw_member(&own, "value", k->to);
		adopter_log(a, "priority_set", "priority set by hand", &own);
		return 0;
	}
	jsonw_member(&own, "from", k->from);
	jsonw_member(&own, "to", *k->to == '\0' ? NULL : k->to);
	adopter_log(a, "priority_changed", "priority changed by hand", &own);
	return 0;
}

static int
adopt_effort(struct adopter *a, const struct key_change *k, struct err *e)
{
	struct buf own = BUF_INIT;

	(void)e;
	jsonw_member(&own, "value", *k->to == '\0' ? NULL : k->to);
	adopter_log(a, "effort_estimated", "effort set by hand", &own);
	return 0;
}

static int
adopt_tags(struct adopter *a, const struct key_change *k, struct err *e)
{
	struct strvec tags = STRVEC_INIT;
	struct buf own = BUF_INIT;

	(void)e;
	strvec_split(&tags, k->to, '\n');
	jsonw_key(&own, "tags");
	jsonw_list(&own, &tags);
	adopter_log(a, "tags_updated", "tags changed by hand", &own);
	strvec_release(&tags);
	return 0;
}

static void
log_links(struct adopter *a, const struct strvec *has,
    const struct strvec *lacks, const char *action)
{
	struct buf own = BUF_INIT, desc = BUF_INIT;
	size_t i;

	for (i = 0; i < has->n; i++) {
		if (strvec_has(lacks, has->v[i]))
			continue;
		buf_clear(&desc);
		buf_addf(&desc, "dependency %s by hand: %s", action,
		    has->v[i]);
		jsonw_member(&own, "action", action);
		jsonw_member(&own, "task_id", has->v[i]);
		adopter_log(a, "dependency_updated", desc.ptr, &own);
	}
	buf_release(&desc);
}

static int
adopt_links(struct adopter *a, const struct key_change *k, struct err *e)
{
	struct strvec from = STRVEC_INIT, to = STRVEC_INIT;

	(void)e;
	strvec_split(&from, k->from, '\n');
	strvec_split(&to, k->to, '\n');
	log_links(a, &to, &from, "added");
	log_links(a, &from, &to, "removed");
	strvec_release(&from);
	strvec_release(&to);
	return 0;
}

/* The stage is where the folder lies; a move by hand may say so, too. */
static int
adopt_stage(struct adopter *a, const struct key_change *k, struct err *e)
{
	if (strcmp(k->to, stage_info[a->t->pkg->stage].name) == 0)
		return 0;
	return err_set(e, EX_NO, "the card's stage was set to '%s', but the "
	    "task lies in '%s': move its folder, not the word", k->to,
	    stage_info[a->t->pkg->stage].name);
}

/* The status says that it is blocked; by something else now. */
static int
adopt_blocked_by(struct adopter *a, const struct key_change *k,
    struct err *e)
{
	struct buf own = BUF_INIT;

	(void)e;
	if (card_status(&a->t->card) == STATUS_BLOCKED &&
	    card_status(k->old) == STATUS_BLOCKED && *k->to != '\0') {
		jsonw_member(&own, "blocked_by", k->to);
		adopter_log(a, "blocked", "blocked by hand by something else",
		    &own);
	}
	return 0;
}

/*
 * A program changed the status, and left the commit to its user: the ledger
 * has it, in lines that are not committed.
 */
static bool
status_is_told(const struct adopter *a)
{
	struct ledger on_disk = a->t->ledger, committed;

	/* Without what is adopted now. */
	while (on_disk.n > 0 && on_disk.v[on_disk.n - 1].line == 0)
		on_disk.n--;
	committed = on_disk;
	while (committed.n > 0 &&
	    committed.v[committed.n - 1].line > a->lines)
		committed.n--;
	return move_replay_status(&on_disk) == card_status(&a->t->card) &&
	    move_replay_status(&on_disk) != move_replay_status(&committed);
}

static int
adopt_status(struct adopter *a, const struct key_change *k, struct err *e)
{
	const char *by = card_get(&a->t->card, "blocked_by");
	const char *stage = stage_info[a->t->pkg->stage].name;
	struct buf own = BUF_INIT;

	if (status_is_told(a))
		return 0;
	if (strcmp(k->to, "blocked") == 0 && by != NULL) {
		jsonw_member(&own, "blocked_by", by);
		adopter_log(a, "blocked", "blocked by hand", &own);
	} else if (strcmp(k->to, "paused") == 0 &&
	    strcmp(k->from, "active") == 0 &&
	    stage_info[a->t->pkg->stage].pauses_in ==
	    (int)a->t->pkg->stage) {
		jsonw_member(&own, "paused_from_stage", stage);
		jsonw_member(&own, "expected_resume",
		    card_get(&a->t->card, "expected_resume_date"));
		adopter_log(a, "paused", "paused by hand", &own);
	} else if (strcmp(k->to, "active") == 0 &&
	    strcmp(k->from, "blocked") == 0) {
		if (state_check_over(&a->s->store,
		    card_get(k->old, "blocked_by"), e) != 0)
			return -1;
		jsonw_member(&own, "previously_blocked_by",
		    card_get(k->old, "blocked_by"));
		adopter_log(a, "unblocked", "unblocked by hand", &own);
	} else if (strcmp(k->to, "active") == 0 &&
	    strcmp(k->from, "paused") == 0) {
		jsonw_member(&own, "resumed_to_stage", stage);
		adopter_log(a, "resumed", "resumed by hand", &own);
	} else if (status_parse(k->to) == STATUS_NONE) {
		/* The check of the card says where, and what there is. */
		return 0;
	} else if (strcmp(k->to, "blocked") == 0) {
		return err_set(e, EX_NO, "the card's status is blocked, but "
		    "blocked_by does not say by what");
	} else {
		return err_set(e, EX_NO, "the card's status went from '%s' to "
		    "'%s', which cannot be done by hand in '%s'", k->from,
		    k->to, stage);
	}
	return 0;
}

static int
adopt_other(struct adopter *a, const struct key_change *k, struct err *e)
{
	(void)e;
	strvec_add(&a->keys, k->key);
	return 0;
}

/* Told by the event of the status, where a program wrote that. */
static int
adopt_with_status(struct adopter *a, const struct key_change *k,
    struct err *e)
{
	return status_is_told(a) ? 0 : adopt_other(a, k, e);
}

/* id_renumbered tells of it, where folder and files changed along. */
static int
adopt_id(struct adopter *a, const struct key_change *k, struct err *e)
{
	if (id_compare(&a->in_head->id, &a->t->pkg->id) != 0)
		return 0;
	return adopt_other(a, k, e);
}

/* Told by the event of another key. */
static int
adopt_silently(struct adopter *a, const struct key_change *k, struct err *e)
{
	(void)a;
	(void)k;
	(void)e;
	return 0;
}

static const struct {
	const char *key;
	int (*adopt)(struct adopter *, const struct key_change *,
	    struct err *);
} adopters[] = {
	{ "priority", adopt_priority },
	{ "effort_estimate", adopt_effort },
	{ "tags", adopt_tags },
	{ "depends_on", adopt_links },
	{ "stage", adopt_stage },
	{ "status", adopt_status },
	{ "blocked_by", adopt_blocked_by },
	{ "paused_date", adopt_silently },
	{ "paused_reason", adopt_with_status },
	{ "expected_resume_date", adopt_with_status },
	{ "canceled_reason", adopt_with_status },
	{ "split_into", adopt_with_status },
	{ "split_date", adopt_with_status },
	{ "split_reason", adopt_with_status },
	{ "task_id", adopt_id },
	{ NULL, adopt_other },
};

static int
adopt_key(struct adopter *a, const struct card *old, const char *key,
    struct err *e)
{
	const struct card *new = &a->t->card;
	struct buf from = BUF_INIT, to = BUF_INIT;
	struct key_change k = { .key = key, .old = old };
	int rc = 0, i = 0;

	card_value(old, yaml_member(old->yaml.root, key), &from);
	card_value(new, yaml_member(new->yaml.root, key), &to);
	if (!buf_equal(&from, &to)) {
		k.from = buf_str(&from);
		k.to = buf_str(&to);
		while (adopters[i].key != NULL &&
		    strcmp(adopters[i].key, key) != 0)
			i++;
		rc = adopters[i].adopt(a, &k, e);
	}
	buf_release(&from);
	buf_release(&to);
	return rc;
}

/* True where a line that is not committed tells of the key. */
static bool
is_told(const struct adopter *a, const char *key)
{
	const struct ledger *l = &a->t->ledger;
	const struct json *keys;
	const char *one;
	size_t i, k;

	for (i = 0; i < l->n; i++) {
		keys = l->v[i].line <= a->lines ? NULL :
		    json_find(json_find(l->v[i].json, "payload"), "keys");
		for (k = 0; k < json_count(keys); k++) {
			one = json_text(json_at(keys, k));
			if (one != NULL && strcmp(one, key) == 0)
				return true;
		}
	}
	return false;
}

void
adopter_replay(const struct adopter *a, struct card *old)
{
	const struct card *new = &a->t->card;
	struct strvec list = STRVEC_INIT;
	struct err ignored = ERR_INIT;
	const char *const *key;

	for (key = card_reference_keys; *key != NULL; key++) {
		strvec_clear(&list);
		if (!is_told(a, *key))
			continue;
		if (card_get(new, *key) != NULL)
			(void)!card_set(old, *key, card_get(new, *key),
			    &ignored);
		else if (card_list(new, *key, &list) == 0)
			(void)!card_set_list(old, *key, &list, &ignored);
	}
	strvec_release(&list);
}

int
adopter_keys(struct adopter *a, const struct card *old, struct err *e)
{
	const struct yaml_node *m;
	struct buf own = BUF_INIT, path = BUF_INIT;
	int rc = 0;

	for (m = a->t->card.yaml.root == NULL ? NULL :
	    a->t->card.yaml.root->child; m != NULL && rc == 0; m = m->next)
		rc = adopt_key(a, old, m->key, e);
	for (m = old->yaml.root == NULL ? NULL : old->yaml.root->child;
	    m != NULL && rc == 0; m = m->next)
		if (yaml_member(a->t->card.yaml.root, m->key) == NULL)
			rc = adopt_key(a, old, m->key, e);
	if (rc == 0 && a->keys.n > 0) {
		package_file(a->t->pkg, PACKAGE_CARD, &path);
		jsonw_member(&own, "file", path_base(path.ptr));
		jsonw_key(&own, "keys");
		jsonw_list(&own, &a->keys);
		adopter_log(a, "content_updated", a->s->reason != NULL ?
		    a->s->reason : "card's keys set by hand", &own);
	}
	buf_release(&own);
	buf_release(&path);
	return rc;
}
