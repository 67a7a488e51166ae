/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/err.h"
#include "base/jsonw.h"
#include "change/adopt.h"
#include "change/build.h"
#include "change/session.h"
#include "format/mark.h"
#include "rule/move.h"
#include "sys/dir.h"
#include "sys/file.h"
#include "sys/path.h"

struct adopter {
	struct session	*s;
	struct task	*t;
	const struct package *in_head;	/* where HEAD has it */
	int		 stage;		/* that the ledger says */
	struct strvec	 keys;		/* of the card, without a word of
					   their own in the vocabulary */
};

static void
log_event(struct adopter *a, const char *event, const char *desc,
    struct buf *own)
{
	struct draft d;

	session_draft(a->s, &d, event, desc);
	buf_swap(&d.own, own);
	jsonw_member(&d.metadata, "by", "hand");
	session_log(a->t, &d);
	buf_release(own);
}

/*
 * What HEAD has of a part, if it differs from `now`.  1: it differs; 0: it is
 * the same, or HEAD does not have it.
 */
static int
read_old(struct adopter *a, enum package_file part, const struct buf *now,
    struct buf *old, struct err *e)
{
	struct buf path = BUF_INIT;
	struct oid was, is;
	int rc;

	package_file(a->in_head, part, &path);
	rc = txn_find_head(&a->s->txn, path.ptr, &was, e);
	if (rc > 0) {
		oid_of(&is, "blob", buf_str(now), now->len);
		rc = oid_equal(&is, &was) ? 0 :
		    txn_read_head(&a->s->txn, path.ptr, old, e);
	}
	buf_release(&path);
	return rc;
}

/* Carriage returns that git takes out are no change. */
static bool
same_lines(const struct buf *a, const struct buf *b)
{
	size_t i = 0, k = 0;

	for (;; i++, k++) {
		while (i < a->len && a->ptr[i] == '\r')
			i++;
		while (k < b->len && b->ptr[k] == '\r')
			k++;
		if (i == a->len || k == b->len)
			return i == a->len && k == b->len;
		if (a->ptr[i] != b->ptr[k])
			return false;
	}
}

/* The path of a part's next version, and its number. */
static int
version_path(struct adopter *a, enum package_file part, struct buf *out,
    int *number, struct err *e)
{
	struct strvec names = STRVEC_INIT;
	struct buf file = BUF_INIT, disk = BUF_INIT, folder = BUF_INIT;
	const char *name, *stem;
	size_t i, len;
	int rc, n;

	package_file(a->t->pkg, part, &file);
	buf_truncate(&file, file.len - strlen("md"));
	stem = path_base(file.ptr);
	len = strlen(stem);
	package_path(a->t->pkg, &folder);
	build_disk_path(&a->s->txn, folder.ptr, &disk);
	rc = dir_list(a->s->txn.workfd, disk.ptr, &names, e);
	for (*number = 1, i = 0; i < names.n; i++) {
		name = names.v[i];
		if (strncmp(name, stem, len) == 0 &&
		    sscanf(name + len, "v%6d.md", &n) == 1 && n >= *number)
			*number = n + 1;
	}
	buf_addf(out, "%sv%d.md", file.ptr, *number);
	strvec_release(&names);
	buf_release(&file);
	buf_release(&disk);
	buf_release(&folder);
	return rc;
}

static int
log_content(struct adopter *a, enum package_file part, const struct buf *old,
    const char *desc, struct err *e)
{
	struct buf path = BUF_INIT, own = BUF_INIT, file = BUF_INIT;
	struct buf text = BUF_INIT;
	bool versioned = old != NULL && part != PACKAGE_LEARNING &&
	    a->stage != STAGE_NONE && !stage_info[a->stage].free_edits;
	int number, rc = 0;

	package_file(a->t->pkg, part, &file);
	jsonw_member(&own, "file", path_base(file.ptr));
	if (versioned) {
		rc = version_path(a, part, &path, &number, e);
		if (rc == 0) {
			buf_addb(&text, old);
			session_keep_version(a->s, path.ptr, &text);
			jsonw_key(&own, "new_version");
			jsonw_int(&own, number + 1);
		}
	}
	if (rc == 0)
		log_event(a, "content_updated", desc, &own);
	buf_release(&path);
	buf_release(&own);
	buf_release(&file);
	return rc;
}

/* The body with every tick taken out; the number of ticks. */
static size_t
untick(const struct card *c, struct buf *out)
{
	struct mark_outline o = MARK_OUTLINE_INIT;
	size_t len, i, ticks = 0;
	const char *body = card_body(c, &len);

	buf_set(out, body, len);
	mark_outline(&o, body, len);
	for (i = 0; i < o.ntasks; i++) {
		ticks += o.tasks[i].done;
		out->ptr[o.tasks[i].at] = ' ';
	}
	mark_outline_release(&o);
	return ticks;
}

static int
adopt_body(struct adopter *a, const struct card *old, struct err *e)
{
	struct buf was = BUF_INIT, is = BUF_INIT, text = BUF_INIT;
	struct buf desc = BUF_INIT;
	size_t before, after, len;
	const char *body = card_body(old, &len);
	int rc = 0;

	buf_add(&text, body, len);
	body = card_body(&a->t->card, &len);
	buf_add(&is, body, len);
	if (same_lines(&text, &is))
		goto out;
	before = untick(old, &was);
	after = untick(&a->t->card, &is);
	if (same_lines(&was, &is)) {
		buf_addf(&desc, "criteria ticked: %zu, before %zu", after,
		    before);
		rc = log_content(a, PACKAGE_CARD, NULL, desc.ptr, e);
	} else {
		rc = log_content(a, PACKAGE_CARD, &old->text,
		    "card edited by hand", e);
	}
out:
	buf_release(&was);
	buf_release(&is);
	buf_release(&text);
	buf_release(&desc);
	return rc;
}

/* A value as one text, whatever quotes and layout it has. */
static void
add_value(struct buf *out, const struct yaml_node *n, const struct card *c)
{
	const struct yaml_node *item;

	n = yaml_follow(n);
	if (yaml_is_null(n))
		return;
	if (n->kind == YAML_SCALAR) {
		buf_add(out, n->text, n->len);
		return;
	}
	if (n->kind != YAML_LIST) {
		buf_add(out, c->text.ptr + c->head + n->start,
		    n->end - n->start);
		return;
	}
	for (item = n->child; item != NULL; item = item->next)
		if (yaml_text(item) != NULL)
			buf_addf(out, "%s\n", yaml_text(item));
}

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
		log_event(a, "priority_set", "priority set by hand", &own);
		return 0;
	}
	jsonw_member(&own, "from", k->from);
	jsonw_member(&own, "to", *k->to == '\0' ? NULL : k->to);
	log_event(a, "priority_changed", "priority changed by hand", &own);
	return 0;
}

static int
adopt_effort(struct adopter *a, const struct key_change *k, struct err *e)
{
	struct buf own = BUF_INIT;

	(void)e;
	jsonw_member(&own, "value", *k->to == '\0' ? NULL : k->to);
	log_event(a, "effort_estimated", "effort set by hand", &own);
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
	log_event(a, "tags_updated", "tags changed by hand", &own);
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
		log_event(a, "dependency_updated", desc.ptr, &own);
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

static int
adopt_status(struct adopter *a, const struct key_change *k, struct err *e)
{
	const char *by = card_get(&a->t->card, "blocked_by");
	const char *stage = stage_info[a->t->pkg->stage].name;
	struct buf own = BUF_INIT;

	if (strcmp(k->to, "blocked") == 0 && by != NULL) {
		jsonw_member(&own, "blocked_by", by);
		log_event(a, "blocked", "blocked by hand", &own);
	} else if (strcmp(k->to, "paused") == 0 &&
	    strcmp(k->from, "active") == 0 &&
	    stage_info[a->t->pkg->stage].waits) {
		jsonw_member(&own, "paused_from_stage", stage);
		jsonw_member(&own, "expected_resume",
		    card_get(&a->t->card, "expected_resume_date"));
		log_event(a, "paused", "paused by hand", &own);
	} else if (strcmp(k->to, "active") == 0 &&
	    strcmp(k->from, "blocked") == 0) {
		jsonw_member(&own, "previously_blocked_by",
		    card_get(k->old, "blocked_by"));
		log_event(a, "unblocked", "unblocked by hand", &own);
	} else if (strcmp(k->to, "active") == 0 &&
	    strcmp(k->from, "paused") == 0) {
		jsonw_member(&own, "resumed_to_stage", stage);
		log_event(a, "resumed", "resumed by hand", &own);
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
	{ "blocked_by", adopt_silently },
	{ "paused_date", adopt_silently },
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

	add_value(&from, yaml_member(old->yaml.root, key), old);
	add_value(&to, yaml_member(new->yaml.root, key), new);
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

static int
adopt_keys(struct adopter *a, const struct card *old, struct err *e)
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
		log_event(a, "content_updated", "card's keys set by hand",
		    &own);
	}
	buf_release(&own);
	buf_release(&path);
	return rc;
}

static int
adopt_card(struct adopter *a, struct err *e)
{
	struct buf text = BUF_INIT;
	struct card old = CARD_INIT;
	struct err ignored = ERR_INIT;
	int rc;

	rc = read_old(a, PACKAGE_CARD, &a->t->card.text, &text, e);
	if (rc > 0) {
		/* A card that was not valid before has nothing to compare. */
		rc = 0;
		if (card_parse(&old, text.ptr, text.len, &ignored) == 0)
			rc = adopt_body(a, &old, e) != 0 ||
			    adopt_keys(a, &old, e) != 0 ? -1 : 0;
	}
	card_release(&old);
	buf_release(&text);
	return rc;
}

static int
adopt_part(struct adopter *a, enum package_file part, struct err *e)
{
	static const char *const what[] = {
		[PACKAGE_CONTEXT] = "context edited by hand",
		[PACKAGE_LEARNING] = "learning edited by hand",
	};
	struct buf old = BUF_INIT, path = BUF_INIT;
	struct file now = FILE_INIT;
	int rc = 0;

	package_file(a->t->pkg, part, &path);
	if (store_read(&a->s->store, path.ptr, CONTEXT_MAX, &now, e) == 0)
		rc = read_old(a, part, &now.data, &old, e);
	else if (e->status != EX_NOINPUT)
		rc = -1;
	if (rc > 0)
		rc = same_lines(&old, &now.data) ? 0 :
		    log_content(a, part, &old, what[part], e);
	buf_release(&old);
	buf_release(&path);
	file_release(&now);
	return rc;
}

/* Rule 7 of the sanity check: what was committed is still there. */
static int
check_ledger(struct adopter *a, struct err *e)
{
	const struct buf *now = &a->t->ledger.text;
	struct buf old = BUF_INIT, path = BUF_INIT, is = BUF_INIT;
	size_t i, line = 1;
	int rc;

	rc = read_old(a, PACKAGE_LEDGER, now, &old, e);
	buf_add(&is, buf_str(now), now->len < old.len ? now->len : old.len);
	if (rc > 0 && !buf_equal(&is, &old) && !same_lines(&is, &old)) {
		for (i = 0; i < is.len && is.ptr[i] == old.ptr[i]; i++)
			line += is.ptr[i] == '\n';
		package_file(a->t->pkg, PACKAGE_LEDGER, &path);
		err_set(e, EX_NO, "%zu: a line that was committed has "
		    "changed or gone; a ledger only grows: put it back as it "
		    "was", line);
		rc = store_file_error(&a->s->store, path.ptr, e);
	}
	buf_release(&old);
	buf_release(&path);
	buf_release(&is);
	return rc < 0 ? -1 : 0;
}

static int
check_closed(struct adopter *a, size_t events, struct err *e)
{
	char ref[ID_SIZE];

	if (a->stage == STAGE_NONE || !stage_info[a->stage].closed ||
	    a->t->ledger.n == events)
		return 0;
	id_format_ref(ref, &a->t->pkg->id);
	return err_set(e, EX_NO, "%s: it is closed, and was edited by hand: "
	    "what was closed stays as it was", ref);
}

int
adopt_edits(struct session *s, struct task *t, const struct package *in_head,
    struct err *e)
{
	struct adopter a = { .s = s, .t = t, .in_head = in_head };
	char ref[ID_SIZE];
	size_t entered, events;
	int rc;

	if (!t->has_ledger)
		return 0;
	if (check_ledger(&a, e) != 0)
		return -1;
	/* Who commits for themselves keeps the record for themselves. */
	if (!s->txn.commits)
		return 0;
	a.stage = move_replay(&t->ledger, &entered);
	events = t->ledger.n;
	rc = adopt_card(&a, e) != 0 ||
	    adopt_part(&a, PACKAGE_CONTEXT, e) != 0 ||
	    adopt_part(&a, PACKAGE_LEARNING, e) != 0 ||
	    check_closed(&a, events, e) != 0 ? -1 : 0;
	if (rc != 0 && e->status == EX_NO && strncmp(e->msg, "TASK-", 5) != 0) {
		id_format_ref(ref, &t->pkg->id);
		err_prefix(e, "%s", ref);
	}
	strvec_release(&a.keys);
	return rc;
}
