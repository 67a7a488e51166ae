/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/err.h"
#include "base/jsonw.h"
#include "change/adopt.h"
#include "change/adopter.h"
#include "change/grown.h"
#include "change/session.h"
#include "change/version.h"
#include "format/mark.h"
#include "rule/move.h"
#include "sys/file.h"
#include "sys/path.h"

/*
 * What was put on record and left to its user to commit is not said again.
 * That content changed may be said of many a change: a program's is not this.
 */
static bool
is_on_record(const struct adopter *a, const char *event,
    const struct buf *own)
{
	const struct ledger *l = &a->t->ledger;
	bool any = strcmp(event, "content_updated") != 0;
	const struct event *ev;
	const char *by;
	size_t i;

	for (i = l->n; i-- > 0; ) {
		ev = &l->v[i];
		if (ev->line == 0)
			continue;
		if (ev->line <= a->lines)
			break;
		by = event_text_in(ev, "metadata", "by");
		if (strcmp(ev->event, event) == 0 &&
		    (any || (by != NULL && strcmp(by, "hand") == 0)) &&
		    memmem(l->text.ptr + ev->start, ev->len, buf_str(own),
		    own->len) != NULL)
			return true;
	}
	return false;
}

void
adopter_log(struct adopter *a, const char *event, const char *desc,
    struct buf *own)
{
	struct draft d;

	a->edited = true;
	if (!is_on_record(a, event, own)) {
		session_draft(a->s, &d, event, desc);
		buf_swap(&d.own, own);
		jsonw_member(&d.metadata, "by", "hand");
		session_log(a->t, &d);
	}
	buf_release(own);
}

/* How a part is in HEAD; left so: as a program made it, and told of it. */
enum was { WAS_THE_SAME, WAS_LEFT_SO, WAS_OTHER, WAS_MISSING };

static bool
is_left_so(struct adopter *a, enum package_file part, const struct oid *is)
{
	struct buf path = BUF_INIT;
	bool left;

	package_file(a->t->pkg, part, &path);
	left = left_has(&a->s->txn.left, a->s->txn.repo,
	    path_base(path.ptr), is);
	buf_release(&path);
	return left;
}

/* An enum was, and where it is WAS_OTHER what HEAD has; or -1. */
static int
read_old(struct adopter *a, enum package_file part, const struct buf *now,
    struct buf *old, struct err *e)
{
	struct buf path = BUF_INIT;
	struct oid was, is;
	int rc;

	package_file(a->in_head, part, &path);
	rc = txn_find_head(&a->s->txn, path.ptr, &was, e);
	oid_of(&is, "blob", buf_str(now), now->len);
	if (rc > 0 && oid_equal(&is, &was))
		rc = WAS_THE_SAME;
	else if (rc >= 0 && is_left_so(a, part, &is))
		rc = WAS_LEFT_SO;
	else if (rc == 0)
		rc = WAS_MISSING;
	else if (rc > 0)
		rc = repo_read(a->s->txn.repo, &was, OBJECT_BLOB, old, e) == 0 ?
		    WAS_OTHER : -1;
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

static int
log_content(struct adopter *a, enum package_file part, const struct buf *old,
    const char *desc, struct err *e)
{
	struct buf own = BUF_INIT, file = BUF_INIT;
	bool versioned = old != NULL && part != PACKAGE_LEARNING &&
	    a->stage != STAGE_NONE && !stage_info[a->stage].free_edits;
	int rc = 0;

	package_file(a->t->pkg, part, &file);
	jsonw_member(&own, "file", path_base(file.ptr));
	if (versioned && !is_on_record(a, "content_updated", &own)) {
		rc = version_keep(a->s, a->t, part, old, e);
		if (rc > 0) {
			jsonw_key(&own, "new_version");
			jsonw_int(&own, rc);
		}
	}
	if (rc >= 0)
		adopter_log(a, "content_updated", a->s->reason != NULL ?
		    a->s->reason : desc, &own);
	buf_release(&own);
	buf_release(&file);
	return rc < 0 ? -1 : 0;
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

/* What was wrong before need not be put right. */
static int
check_values(const struct adopter *a, const struct card *old, struct err *e)
{
	const struct package *pkg = a->t->pkg;
	struct strvec was = STRVEC_INIT, is = STRVEC_INIT;
	struct buf path = BUF_INIT;
	size_t i, k;
	int rc = 0;

	card_check(&a->t->card, &pkg->id, pkg->stage, &is);
	if (is.n > 0)
		card_check(old, &pkg->id, pkg->stage, &was);
	for (i = 0; i < is.n && rc == 0; i++) {
		for (k = 0; k < was.n && strcmp(card_problem_text(was.v[k]),
		    card_problem_text(is.v[i])) != 0; k++)
			continue;
		if (k < was.n)
			continue;
		package_file(pkg, PACKAGE_CARD, &path);
		err_set(e, EX_DATAERR, "%s", is.v[i]);
		rc = store_file_error(&a->s->store, path.ptr, e);
	}
	strvec_release(&was);
	strvec_release(&is);
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
	a->t->settled = rc == WAS_THE_SAME && a->in_head == a->t->pkg;
	if (rc == WAS_OTHER) {
		/* A card that was not valid before has nothing to compare. */
		rc = 0;
		a->edited = !same_lines(&text, &a->t->card.text);
		if (card_parse(&old, text.ptr, text.len, &ignored) == 0) {
			adopter_replay(a, &old);
			a->edited = !same_lines(&old.text, &a->t->card.text);
			rc = adopt_body(a, &old, e) != 0 ||
			    adopter_keys(a, &old, e) != 0 ||
			    check_values(a, &old, e) != 0 ? -1 : 0;
		}
	}
	card_release(&old);
	buf_release(&text);
	return rc < 0 ? -1 : 0;
}

/* What happened to context or learning; NULL: nothing. */
static int
compare_part(struct adopter *a, enum package_file part, struct buf *old,
    const char **verb, struct err *e)
{
	struct buf path = BUF_INIT;
	struct file now = FILE_INIT;
	bool there;
	int rc;

	package_file(a->t->pkg, part, &path);
	there = store_read(&a->s->store, path.ptr, CONTEXT_MAX, &now, e) == 0;
	if (there || e->status == EX_NOINPUT)
		rc = read_old(a, part, &now.data, old, e);
	else
		rc = -1;
	if (rc == WAS_OTHER && !there)
		*verb = "taken away";
	else if (rc == WAS_OTHER && !same_lines(old, &now.data))
		*verb = "edited";
	else if (rc == WAS_MISSING && now.data.len > 0 && a->lines > 0)
		*verb = "written";
	buf_release(&path);
	file_release(&now);
	return rc;
}

static int
adopt_part(struct adopter *a, enum package_file part, struct err *e)
{
	static const char *const names[] = {
		[PACKAGE_CONTEXT] = "context", [PACKAGE_LEARNING] = "learning",
	};
	struct buf old = BUF_INIT, desc = BUF_INIT;
	const char *verb = NULL;
	int rc;

	rc = compare_part(a, part, &old, &verb, e);
	if (verb != NULL) {
		buf_addf(&desc, "%s %s by hand", names[part], verb);
		rc = log_content(a, part, rc == WAS_OTHER ? &old : NULL,
		    desc.ptr, e);
	}
	buf_release(&old);
	buf_release(&desc);
	return rc < 0 ? -1 : 0;
}

/* What was closed stays as it was, but for what may be said late. */
static int
check_closed(struct adopter *a, struct err *e)
{
	const struct ledger *l = &a->t->ledger;
	char ref[ID_SIZE];
	size_t i;

	if (!stage_info[a->in_head->stage].closed)
		return 0;
	id_format_ref(ref, &a->t->pkg->id);
	if (a->edited)
		return err_set(e, EX_NO, "%s: it is closed, and was edited "
		    "by hand: what was closed stays as it was", ref);
	for (i = 0; i < l->n; i++)
		if (l->v[i].line > a->lines &&
		    !event_may_be_late(l->v[i].event))
			return err_set(e, EX_NO, "%s: it is closed, and "
			    "'%s' was added to its ledger by hand", ref,
			    l->v[i].event);
	return 0;
}

int
adopt_edits(struct session *s, struct task *t, const struct package *in_head,
    struct err *e)
{
	struct adopter a = { .s = s, .t = t, .in_head = in_head };
	char ref[ID_SIZE];
	size_t entered;
	int rc;

	if (!t->has_ledger)
		return 0;
	if (grown_check(s, t, in_head, &a.lines, e) != 0)
		return -1;
	a.stage = move_replay(&t->ledger, &entered);
	rc = adopt_card(&a, e) != 0 ||
	    adopt_part(&a, PACKAGE_CONTEXT, e) != 0 ||
	    adopt_part(&a, PACKAGE_LEARNING, e) != 0 ||
	    check_closed(&a, e) != 0 ? -1 : 0;
	if (rc != 0 && e->status == EX_NO && strncmp(e->msg, "TASK-", 5) != 0) {
		id_format_ref(ref, &t->pkg->id);
		err_prefix(e, "%s", ref);
	}
	strvec_release(&a.keys);
	return rc;
}
