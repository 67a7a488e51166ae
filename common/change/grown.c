/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include <limits.h>

#include "base/err.h"
#include "base/log.h"
#include "board/ledger.h"
#include "change/grown.h"
#include "change/session.h"

struct grown {
	struct session	*s;
	const struct task *t;
	struct buf	 path;		/* of the ledger */
	struct buf	 old;		/* what HEAD has; empty: nothing */
	int		 lines;		/* of that; INT_MAX: all */
};

static int
fail(struct grown *g, struct err *e)
{
	return store_file_error(&g->s->store, g->path.ptr, e);
}

/* Carriage returns that git takes out are no change. */
static bool
begins_with(const struct buf *now, const struct buf *old)
{
	size_t i = 0, k = 0;

	for (; k < old->len; i++, k++) {
		while (k < old->len && old->ptr[k] == '\r')
			k++;
		while (i < now->len && now->ptr[i] == '\r')
			i++;
		/* A last line that lost its end is whole all the same. */
		if (k == old->len || (i == now->len && k == old->len - 1 &&
		    old->ptr[k] == '\n'))
			break;
		if (i == now->len || now->ptr[i] != old->ptr[k])
			return false;
	}
	return true;
}

bool
grown_begins(const struct buf *now, const struct buf *old, size_t *line)
{
	size_t i;

	if (begins_with(now, old))
		return true;
	*line = 1;
	for (i = 0; i < now->len && i < old->len &&
	    now->ptr[i] == old->ptr[i]; i++)
		*line += now->ptr[i] == '\n';
	return false;
}

static int
check_kept(struct grown *g, struct err *e)
{
	const struct buf *now = &g->t->ledger.text;
	size_t i, line;

	for (i = 0; i < g->old.len; i++)
		g->lines += g->old.ptr[i] == '\n' || i == g->old.len - 1;
	if (grown_begins(now, &g->old, &line))
		return 0;
	err_set(e, EX_NO, "%zu: a line that was committed has changed or "
	    "gone; a ledger only grows: put it back as it was", line);
	return fail(g, e);
}

static int
check_lines(struct grown *g, struct err *e)
{
	const struct ledger *l = &g->t->ledger;
	struct buf shown = BUF_INIT;
	size_t i;
	int rc = 0, line;

	store_show_path(&g->s->store, g->path.ptr, &shown);
	for (i = 0; i < l->problems.n && rc == 0; i++) {
		line = (int)strtol(l->problems.v[i], NULL, 10);
		if (line == l->newer ||
		    (line > g->lines && line != l->torn)) {
			err_set(e, EX_DATAERR, "%s", l->problems.v[i]);
			rc = fail(g, e);
		} else {
			log_warn("%s:%s (the line is kept as it is)",
			    shown.ptr, l->problems.v[i]);
		}
	}
	buf_release(&shown);
	return rc;
}

static bool
is_signoff(const struct event *ev)
{
	return strcmp(ev->event, "signed_off") == 0 ||
	    strcmp(ev->event, "sign_off_revoked") == 0;
}

/*
 * Who has not committed their own word has not given it; and what was written
 * by hand is nobody's, where a word is a signed commit.
 */
static int
check_signoff(struct grown *g, const struct event *ev, struct err *e)
{
	const struct actor *a = &g->s->actor;
	const struct policy *policy;

	if (store_policy(&g->s->store, &policy, e) != 0)
		return -1;
	if (a->worker != NULL || strcmp(ev->user, a->user) != 0)
		err_set(e, EX_NO, "%d: a sign-off of %s that was not "
		    "committed; only %s can give it (task-sign)", ev->line,
		    ev->user, ev->user);
	else if (policy->signing_ssh && strcmp(ev->event, "signed_off") == 0)
		err_set(e, EX_NO, "%d: a sign-off that was written by hand; "
		    "policy.yaml asks for a signed commit: take the line out "
		    "and use task-sign", ev->line);
	else
		return 0;
	return fail(g, e);
}

static int
check_signoffs(struct grown *g, struct err *e)
{
	const struct event *ev;
	size_t i;

	for (i = 0; i < g->t->ledger.n; i++) {
		ev = &g->t->ledger.v[i];
		if (ev->line > g->lines && is_signoff(ev) &&
		    !event_is_imported(ev) && check_signoff(g, ev, e) != 0)
			return -1;
	}
	return 0;
}

int
grown_check(struct session *s, const struct task *t,
    const struct package *in_head, int *lines, struct err *e)
{
	struct grown g = { .s = s, .t = t };
	const struct buf *now = &t->ledger.text;
	struct buf was = BUF_INIT;
	struct oid had, has;
	int rc;

	package_file(in_head, PACKAGE_LEDGER, &was);
	package_file(t->pkg, PACKAGE_LEDGER, &g.path);
	rc = txn_find_head(&s->txn, was.ptr, &had, e);
	oid_of(&has, "blob", buf_str(now), now->len);
	if (rc > 0 && oid_equal(&had, &has))
		g.lines = INT_MAX;
	else if (rc > 0)
		rc = repo_read(s->txn.repo, &had, OBJECT_BLOB, &g.old, e);
	if (rc >= 0 && g.lines == 0)
		rc = check_kept(&g, e);
	if (rc >= 0)
		rc = check_lines(&g, e);
	if (rc == 0)
		rc = check_signoffs(&g, e);
	*lines = g.lines;
	buf_release(&was);
	buf_release(&g.path);
	buf_release(&g.old);
	return rc;
}
