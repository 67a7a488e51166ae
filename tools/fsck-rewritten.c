/* SPDX-License-Identifier: MIT */
/* task-fsck: the board in commits that a rebase made anew */
#include "base/compat.h"

#include "base/err.h"
#include "base/log.h"
#include "change/judge.h"
#include "change/lineage.h"
#include "change/repo.h"
#include "sys/file.h"
#include "tools/reconcile.h"

enum { INPUT_MAX = 64 << 20 };

/* A commit that is new, and what it was made from: one, or several squashed. */
struct rewritten {
	struct oid	 first, last;	/* old */
	struct oid	 is;
	struct oid	 becomes;	/* with the board that is right */
};

struct rewrite {
	struct reconcile *r;
	struct rewritten *v;
	size_t		 n, cap;
	bool		 apart;		/* the board's history stays as it was,
					   beside the new one */
};

/* "OLD NEW", and perhaps more; as git gives them to post-rewrite. */
static int
take_line(struct rewrite *w, const char *line, struct err *e)
{
	struct oid was, is;

	if (oid_parse(&was, line) != 0 || line[OID_HEX] != ' ' ||
	    oid_parse(&is, line + OID_HEX + 1) != 0)
		return err_set(e, EX_DATAERR, "standard input: '%.100s' is "
		    "no line 'OLD NEW' of two commits", line);
	if (w->n > 0 && oid_equal(&w->v[w->n - 1].is, &is)) {
		w->v[w->n - 1].last = was;
		return 0;
	}
	MEM_GROW(w->v, w->n, w->cap);
	w->v[w->n++] = (struct rewritten){ .first = was, .last = was,
	    .is = is, .becomes = is };
	return 0;
}

static int
read_lines(struct rewrite *w, struct err *e)
{
	struct buf text = BUF_INIT;
	struct strvec lines = STRVEC_INIT;
	size_t i;
	int rc = fd_read_all(STDIN_FILENO, INPUT_MAX, &text, e);

	strvec_split(&lines, buf_str(&text), '\n');
	for (i = 0; i < lines.n && rc == 0; i++)
		rc = take_line(w, lines.v[i], e);
	strvec_release(&lines);
	buf_release(&text);
	return rc;
}

/* What a commit became; itself where it is none of them. */
static struct oid
now(const struct rewrite *w, const struct oid *id)
{
	size_t i;

	for (i = 0; i < w->n; i++)
		if (oid_equal(&w->v[i].is, id))
			return w->v[i].becomes;
	return *id;
}

static int
board_of(struct rewrite *w, const struct oid *commit, struct oid *out,
    struct err *e)
{
	struct oid root, parent;

	if (repo_commit_info(w->r->s.txn.repo, commit, &root, &parent, e) != 0)
		return -1;
	return reconcile_board(w->r, &root, out, e);
}

/*
 * The board that the commit should have: what the old one did to the board of
 * its parent, done to that of the new one's.
 */
static int
find_board(struct rewrite *w, const struct rewritten *one,
    const struct oid *parent, struct oid *out, struct err *e)
{
	struct merge_sides sides = { .ours = *parent, .theirs = one->last,
	    .append = true };
	struct oid root, base;

	if (w->apart)
		return board_of(w, parent, out, e);
	if (repo_commit_info(w->r->s.txn.repo, &one->first, &root, &base,
	    e) != 0)
		return -1;
	/* An amended commit has what its author wanted. */
	if (oid_equal(&base, parent))
		return board_of(w, &one->is, out, e);
	sides.bases = &base;
	sides.nbases = oid_is_zero(&base) ? 0 : 1;
	return reconcile_make(w->r, &sides, out, e);
}

static int
rewrite_one(struct rewrite *w, struct rewritten *one, struct err *e)
{
	struct repo_commit c = REPO_COMMIT_INIT;
	struct remade want = { .of = one->is };
	size_t i;
	int rc = repo_read_commit(w->r->s.txn.repo, &one->is, &c, e);

	if (rc == 0)
		err_set(e, EX_DATAERR, "a commit that was rewritten is not "
		    "there");
	for (i = 0; rc > 0 && i < c.nparents; i++)
		c.parents[i] = now(w, &c.parents[i]);
	if (rc > 0 && c.nparents > 0) {
		want.parents = c.parents;
		want.nparents = c.nparents;
		rc = find_board(w, one, &c.parents[0], &want.board, e);
		if (rc == 0)
			rc = reconcile_remake(w->r, &want, &one->becomes, e);
	} else {
		rc = rc > 0 ? 0 : -1;
	}
	repo_commit_release(&c);
	return rc;
}

/*
 * Nobody could have made what the new commits say: a sign-off whose signature
 * is gone, work on a task that was closed by then.  So the new commits have the
 * code alone, and a merge brings in the board with the commits as they were.
 */
static int
join_old(struct rewrite *w, struct oid *tip, struct err *e)
{
	const struct oid *old = &w->v[w->n - 1].last;
	struct oid parents[2] = { *tip, *old }, before;
	struct remade want = { .of = *tip, .parents = parents, .nparents = 2,
	    .message = "Merge the board as it was before the rebase" };
	struct merge_sides sides = { .ours = *tip, .theirs = *old };
	struct repo_bases bases;
	int rc = repo_merge_bases(w->r->s.txn.repo, tip, old, &bases, e);

	sides.bases = bases.v;
	sides.nbases = bases.n;
	if (rc == 0)
		rc = board_of(w, tip, &before, e);
	if (rc == 0)
		rc = reconcile_make(w->r, &sides, &want.board, e);
	if (rc != 0 || oid_equal(&before, &want.board))
		return rc;
	return reconcile_remake(w->r, &want, tip, e);
}

static int
judge_one(struct judge *j, const struct oid *id, struct err *e)
{
	struct repo_commit c = REPO_COMMIT_INIT;
	int rc = repo_read_commit(j->repo, id, &c, e);

	if (rc > 0)
		rc = judge_commit(j, &(struct judged){ .id = *id,
		    .tree = c.tree, .parents = c.parents,
		    .nparents = c.nparents, .committed_us = c.committed_us,
		    .email = c.email }, e);
	repo_commit_release(&c);
	return rc;
}

/* 1: the new commits keep the rules; 0: they do not. */
static int
keep_rules(struct rewrite *w, struct err *e)
{
	struct judge j;
	size_t i;
	int rc = 0;

	judge_open(&j, w->r->s.txn.repo, w->r->s.txn.prefix);
	for (i = 0; i < w->n && rc == 0 && j.n == 0; i++)
		if (!oid_equal(&w->v[i].first, &w->v[i].becomes))
			rc = judge_one(&j, &w->v[i].becomes, e);
	if (rc == 0)
		rc = j.n == 0;
	if (j.n > 0)
		log_notice("the board's commits are merged, not rebased: "
		    "%s%s%s", j.v[0].path == NULL ? "" : j.v[0].path,
		    j.v[0].path == NULL ? "" : ": ", j.v[0].message);
	judge_close(&j);
	return rc;
}

static int
rewrite_all(struct rewrite *w, bool apart, struct err *e)
{
	size_t i;
	int rc = 0;

	w->apart = apart;
	for (i = 0; i < w->n && rc == 0; i++) {
		w->v[i].becomes = w->v[i].is;
		rc = rewrite_one(w, &w->v[i], e);
	}
	return rc;
}

static int
rewrite(struct rewrite *w, struct err *e)
{
	int rc = rewrite_all(w, false, e);

	if (rc == 0)
		rc = keep_rules(w, e);
	if (rc != 0)
		return rc < 0 ? -1 : 0;
	rc = rewrite_all(w, true, e);
	return rc != 0 || w->n == 0 ? rc :
	    join_old(w, &w->v[w->n - 1].becomes, e);
}

int
reconcile_rewritten(struct reconcile *r, struct err *e)
{
	struct rewrite w = { .r = r };
	const struct oid *head = &r->s.txn.head.commit;
	struct oid to = *head;
	size_t i;
	bool ours = false;
	int rc = read_lines(&w, e);

	if (rc == 0)
		rc = rewrite(&w, e);
	for (i = 0; i < w.n; i++)
		ours = ours || oid_equal(&w.v[i].is, head);
	if (rc == 0 && ours)
		to = now(&w, head);
	if (rc == 0 && !oid_equal(&to, head))
		rc = reconcile_go(r, &to, e);
	free(w.v);
	return rc != 0 ? -1 : ours && !oid_equal(&to, head);
}
