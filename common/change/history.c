/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/err.h"
#include "change/history.h"
#include "change/session.h"
#include "rule/move.h"
#include "rule/signoff.h"
#include "sys/path.h"

enum { COMMITS_MAX = 2000 };

/* Card and context as a commit has them, and where. */
struct version {
	struct buf	card_path, context_path;
	struct oid	card_id, context_id;
	struct card	card;
	struct buf	context;
};

static void
version_release(struct version *v)
{
	buf_release(&v->card_path);
	buf_release(&v->context_path);
	card_release(&v->card);
	buf_release(&v->context);
}

/* 1: read, and another than `v` was before; 0: the same, or not there. */
static int
read_version(struct txn *t, const struct oid *tree, struct version *v,
    struct err *e)
{
	struct tree_entry a = { 0 }, b = { 0 };
	struct buf text = BUF_INIT;
	int rc;

	if ((rc = tree_find(t->trees, tree, v->card_path.ptr, &a, e)) <= 0 ||
	    (rc = tree_find(t->trees, tree, v->context_path.ptr, &b,
	    e)) < 0 ||
	    (oid_equal(&a.id, &v->card_id) &&
	    oid_equal(&b.id, &v->context_id)))
		return rc < 0 ? -1 : 0;
	v->card_id = a.id;
	v->context_id = b.id;
	buf_clear(&v->context);
	rc = repo_read(t->repo, &a.id, OBJECT_BLOB, &text, e);
	if (rc == 0 && !oid_is_zero(&b.id))
		rc = repo_read(t->repo, &b.id, OBJECT_BLOB, &v->context, e);
	if (rc == 0)
		rc = card_parse(&v->card, buf_str(&text), text.len, e) == 0;
	buf_release(&text);
	return rc;
}

/* Goes back through the first parents until the content is found. */
static int
find_content(struct txn *t, const struct package *p, const struct oid *want,
    struct version *v, struct err *e)
{
	struct oid commit = t->head.commit, tree, parent, is;
	int i, rc = 0, found = 0;

	buf_adds(&v->card_path, t->prefix);
	package_file(p, PACKAGE_CARD, &v->card_path);
	buf_adds(&v->context_path, t->prefix);
	package_file(p, PACKAGE_CONTEXT, &v->context_path);
	for (i = 0; i < COMMITS_MAX && rc == 0 && !found &&
	    !oid_is_zero(&commit); i++, commit = parent) {
		rc = repo_commit_info(t->repo, &commit, &tree, &parent, e);
		if (rc == 0 && read_version(t, &tree, v, e) > 0) {
			card_content(&v->card, &v->context, &is);
			found = oid_equal(&is, want);
		}
	}
	if (rc == 0 && !found)
		rc = err_set(e, EX_NOINPUT, "what was signed is not among "
		    "the last %d commits", COMMITS_MAX);
	return rc;
}

static int
diff_part(const struct buf *old, const struct buf *new, const char *path,
    struct buf *out, struct err *e)
{
	const char *name = path_base(path);
	struct buf head = BUF_INIT;
	size_t at = out->len;
	int rc;

	rc = repo_diff(old, new, name, out, e);
	if (out->len > at) {
		buf_addf(&head, "--- %s, as signed\n+++ %s, now\n", name,
		    name);
		buf_splice(out, at, 0, head.ptr, head.len);
	}
	buf_release(&head);
	return rc;
}

static int
diff_bodies(const struct version *v, const struct task *t,
    struct buf *out, struct err *e)
{
	struct buf old = BUF_INIT, new = BUF_INIT;
	struct buf card = BUF_INIT, context = BUF_INIT;
	const char *body;
	size_t len;
	int rc;

	body = card_body(&v->card, &len);
	buf_add(&old, body, len);
	body = card_body(&t->card, &len);
	buf_add(&new, body, len);
	package_file(t->pkg, PACKAGE_CARD, &card);
	package_file(t->pkg, PACKAGE_CONTEXT, &context);
	rc = diff_part(&old, &new, card.ptr, out, e);
	if (rc == 0)
		rc = diff_part(&v->context, &t->context, context.ptr, out, e);
	buf_release(&card);
	buf_release(&context);
	buf_release(&old);
	buf_release(&new);
	return rc;
}

int
history_diff_signed(struct session *s, const struct move *m, struct buf *out,
    struct err *e)
{
	struct version v = { .card = CARD_INIT };
	struct signoff so = { .gate = m->void_gate,
	    .entered = m->entered };
	int rc;

	rc = signoff_find(&so, &s->store, m->task, e);
	if (rc == 0 && so.state != SIGNOFF_OTHER_CONTENT)
		rc = err_set(e, EX_NOINPUT, "no such sign-off");
	if (rc == 0)
		rc = find_content(&s->txn, m->task->pkg, &so.content, &v, e);
	if (rc == 0)
		rc = diff_bodies(&v, m->task, out, e);
	version_release(&v);
	return rc;
}
