/* SPDX-License-Identifier: MIT */
/* task-sync: what came from the remote becomes one with what is here */
#include "base/compat.h"

#include "base/err.h"
#include "base/log.h"
#include "change/lineage.h"
#include "change/merge.h"
#include "change/session.h"
#include "cli/tool.h"
#include "sys/run.h"
#include "tools/sync.h"

enum { SAID_MAX = 64 << 10, PATHS_SHOWN = 5 };

/* Three commits' trees, or what is outside of the board in them. */
struct trees {
	struct oid	 base, ours, theirs;
};

struct join {
	struct sync	*x;
	struct session	 s;
	struct oid	 commit;	/* theirs */
	char		*work;		/* ".work/", "sub/.work/", "" */
	struct repo_bases bases;
	struct trees	 root;
	struct oid	 outside;	/* zero: what HEAD has */
};

static int
find_work(struct join *j, struct err *e)
{
	size_t n = strlen(j->s.txn.prefix), tail = strlen("tasks/");

	if (n < tail || strcmp(j->s.txn.prefix + n - tail, "tasks/") != 0)
		return err_set(e, EX_SOFTWARE, "the board is in '%s'",
		    j->s.txn.prefix);
	j->work = mem_dup(j->s.txn.prefix, n - tail);
	return 0;
}

/* Nothing else may be going on, and it is the same branch yet. */
static int
check_state(struct join *j, struct err *e)
{
	if (strcmp(j->s.txn.head.ref, j->x->head.ref) != 0)
		return err_set(e, EX_TEMPFAIL, "another branch was checked "
		    "out meanwhile");
	if (repo_is_busy(j->x->repo))
		return err_set(e, EX_TEMPFAIL, "git is in the middle of a "
		    "merge, a rebase or another change (git status); sync "
		    "when it is done");
	return 0;
}

static int
find_bases(struct join *j, struct err *e)
{
	const struct remote *r = &j->x->remote;
	struct oid parent;

	/* The library does not stop where such a history ends. */
	if (lineage_is_shallow(j->x->repo))
		return err_set(e, EX_NO, "this clone is shallow, and has not "
		    "what both sides come from (git fetch --unshallow %s)",
		    r->name);
	if (repo_merge_bases(j->x->repo, &j->s.txn.head.commit, &j->commit,
	    &j->bases, e) != 0)
		return -1;
	if (j->bases.n == 0)
		return err_set(e, EX_NO, "'%s' of %s has no history in common "
		    "with '%s' here; is it the right remote?", r->theirs,
		    r->name, r->branch);
	j->root.ours = j->s.txn.head.tree;
	if (repo_commit_info(j->x->repo, &j->bases.v[0], &j->root.base,
	    &parent, e) != 0)
		return -1;
	return repo_commit_info(j->x->repo, &j->commit, &j->root.theirs,
	    &parent, e);
}

static int
cut(struct join *j, const struct oid *tree, struct oid *out, struct err *e)
{
	const struct lineage_folder none = { .path = j->work };

	return lineage_graft(j->s.txn.trees, tree, &none, out, e);
}

static int
refuse_code(struct join *j, const struct strvec *paths, struct err *e)
{
	const struct remote *r = &j->x->remote;
	struct buf names = BUF_INIT;
	size_t i;

	for (i = 0; i < paths->n && i < PATHS_SHOWN; i++)
		buf_addf(&names, "%s%s", i > 0 ? ", " : "", paths->v[i]);
	if (paths->n > i)
		buf_addf(&names, " and %zu more", paths->n - i);
	err_set(e, EX_NO, "both sides changed %s: merge that with git "
	    "(git pull %s), then task-fsck --reconcile puts the board right",
	    buf_str(&names), r->name);
	buf_release(&names);
	return -1;
}

/* What is outside of the board: theirs, ours, or what both make of it. */
static int
join_code(struct join *j, struct err *e)
{
	struct strvec paths = STRVEC_INIT;
	struct lineage_trees t;
	int rc;

	if (*j->work == '\0')
		return 0;
	if (cut(j, &j->root.base, &t.base, e) != 0 ||
	    cut(j, &j->root.ours, &t.ours, e) != 0 ||
	    cut(j, &j->root.theirs, &t.theirs, e) != 0)
		return -1;
	if (oid_equal(&t.theirs, &t.base) || oid_equal(&t.theirs, &t.ours))
		return 0;
	if (oid_equal(&t.ours, &t.base)) {
		j->outside = j->root.theirs;
		return 0;
	}
	rc = lineage_merge_trees(j->x->repo, &t, &j->outside, &paths, e);
	if (rc > 0)
		rc = refuse_code(j, &paths, e);
	strvec_release(&paths);
	return rc;
}

static int
git(struct join *j, const char *const *argv, struct buf *said,
    struct err *e)
{
	struct run run = { .argv = argv, .dir = repo_workdir(j->x->repo),
	    .env = j->x->remote.env.v, .errors = said,
	    .errors_max = SAID_MAX };

	return run_program(&run, e);
}

/*
 * Git's own two-way checkout from one tree to the other: it leaves alone what
 * is staged or changed, and refuses where that is in the way.
 */
static int
check_out(struct join *j, const struct oid *from, const struct oid *to,
    struct err *e)
{
	const char *refresh[] = { "git", "update-index", "-q", "--refresh",
	    NULL };
	char was[OID_HEX + 1], is[OID_HEX + 1];
	const char *argv[] = { "git", "read-tree", "-m", "-u", was, is, NULL,
	    NULL };
	struct buf said = BUF_INIT;
	int rc;

	oid_format(was, from);
	oid_format(is, to);
	if (tool_options()->dry_run)
		argv[6] = "--dry-run";
	rc = git(j, refresh, &said, e);
	buf_clear(&said);
	if (rc >= 0)
		rc = git(j, argv, &said, e);
	if (rc > 0) {
		log_text(buf_str(&said));
		rc = err_set(e, EX_NO, "what is changed here outside of the "
		    "board is in the way (git status); commit it, or put it "
		    "away with git stash");
	}
	buf_release(&said);
	return rc;
}

/* The code of the merge beside the board as it is here. */
static int
find_beside(struct join *j, struct oid *out, struct err *e)
{
	struct lineage_folder board = { .path = j->work };
	struct tree_entry entry;
	int found = tree_find(j->s.txn.trees, &j->s.txn.head.tree, j->work,
	    &entry, e);

	if (found < 0)
		return -1;
	if (found > 0)
		board.tree = entry.id;
	return lineage_graft(j->s.txn.trees, &j->outside, &board, out, e);
}

static void
make_message(const struct join *j, const struct merge_report *report,
    struct buf *out)
{
	const struct remote *r = &j->x->remote;
	size_t i;

	buf_addf(out, "task-sync: merge %s of %s\n",
	    r->theirs + strlen("refs/heads/"), r->name);
	for (i = 0; i < report->n; i++)
		buf_addf(out, "%s%s%s%s: %s\n", i == 0 ? "\n" : "",
		    report->v[i].ref, *report->v[i].ref == '\0' ? "" : " ",
		    merge_words[report->v[i].word], report->v[i].text);
}

/* Code first: it can be refused, and be put back. */
static int
commit(struct join *j, const struct merge_report *report, struct err *e)
{
	struct err ignored = ERR_INIT;
	struct buf message = BUF_INIT;
	struct oid was = j->s.txn.head.tree, beside;
	bool code = !oid_is_zero(&j->outside);
	int rc = 0;

	if (code)
		rc = find_beside(j, &beside, e);
	if (rc == 0 && code)
		rc = check_out(j, &was, &beside, e);
	if (rc != 0 || tool_options()->dry_run)
		return rc;
	make_message(j, report, &message);
	rc = session_commit(&j->s, message.ptr, e);
	buf_release(&message);
	if (rc == 0)
		j->x->merged = true;
	else if (code && !j->s.txn.unfinished)
		check_out(j, &beside, &was, &ignored);
	return rc;
}

static int
join(struct join *j, struct merge_report *out, struct err *e)
{
	out->how = MERGE_NOTHING;
	if (find_work(j, e) != 0 || check_state(j, e) != 0)
		return -1;
	if (oid_equal(&j->s.txn.head.commit, &j->commit))
		return 0;
	if (find_bases(j, e) != 0)
		return -1;
	if (oid_equal(&j->bases.v[0], &j->commit))
		return 0;
	if (join_code(j, e) != 0 || merge_board(&j->s, &j->commit,
	    &j->outside, out, e) != 0)
		return -1;
	return commit(j, out, e);
}

int
sync_merge(struct sync *x, const struct oid *theirs,
    struct merge_report *out, struct err *e)
{
	struct join j = { .x = x, .commit = *theirs };
	int rc;

	if (session_begin(&j.s, e) != 0)
		return -1;
	rc = join(&j, out, e);
	session_end(&j.s);
	free(j.work);
	return rc;
}
