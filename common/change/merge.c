/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/err.h"
#include "board/task.h"
#include "change/mergework.h"
#include "change/session.h"

/* Looks at the other commit: how it stands to HEAD. */
static int
find_how(struct session *s, const struct oid *theirs,
    struct repo_bases *bases, enum merge_how *how, struct err *e)
{
	const struct ref_head *head = &s->txn.head;

	bases->n = 0;
	*how = MERGE_COMMIT;
	if (head->unborn)
		*how = MERGE_FORWARD;
	else if (repo_descends(s->txn.repo, &head->commit, theirs))
		*how = MERGE_NOTHING;
	else if (repo_descends(s->txn.repo, theirs, &head->commit))
		*how = MERGE_FORWARD;
	else
		return repo_merge_bases(s->txn.repo, &head->commit, theirs,
		    bases, e);
	return 0;
}

static int
check_board(struct tree_cache *trees, const struct oid *theirs,
    const char *prefix, struct oid *root, struct err *e)
{
	struct tree_entry entry;
	int found;

	if (merge_root(trees, theirs, prefix, root, e) != 0)
		return -1;
	found = oid_is_zero(root) ? 0 : tree_find(trees, root, "tasks/",
	    &entry, e);
	if (found == 0)
		err_set(e, EX_NOINPUT, "the other side has no board in "
		    "'%stasks'", prefix);
	return found > 0 ? 0 : -1;
}

struct merging {
	struct session	*s;
	const struct oid *theirs;
	char		*prefix;
	struct tree_cache *trees;
	struct merge_made made;
	struct merge_target target;
	struct merge_report *out;
};

static int
make(struct merging *m, struct err *e)
{
	struct merge_sides sides = { .prefix = m->prefix,
	    .ours = m->s->txn.head.commit, .theirs = *m->theirs };
	struct repo_bases bases;

	if (find_how(m->s, m->theirs, &bases, &m->out->how, e) != 0 ||
	    check_board(m->trees, m->theirs, m->prefix, &m->target.tree,
	    e) != 0)
		return -1;
	sides.bases = bases.v;
	sides.nbases = bases.n;
	m->target.made = &m->made.plan;
	switch (m->out->how) {
	case MERGE_NOTHING:
		return 0;
	case MERGE_FORWARD:
		m->target.forward = *m->theirs;
		return merge_compare(m->trees, &sides, m->out, e);
	case MERGE_COMMIT:
		m->target.parents = m->theirs;
		m->target.nparents = 1;
		if (merge_make(m->trees, &sides, &m->made, m->out, e) != 0)
			return -1;
		m->target.tree = m->made.tree;
		return 0;
	}
	return 0;
}

static void
merging_clear(struct merging *m)
{
	tree_cache_free(m->trees);
	m->trees = NULL;
	plan_release(&m->made.plan);
	merge_report_release(m->out);
}

/* 1: there was something to adopt, and HEAD is another now. */
static int
adopt(struct merging *m, struct err *e)
{
	struct strvec refs = STRVEC_INIT;
	struct task t;
	size_t i;
	int rc = merge_edited(m->s, &m->target, &refs, e);

	for (i = 0; i < refs.n && rc == 0; i++) {
		t = (struct task)TASK_INIT;
		rc = session_load(m->s, refs.v[i], &t, e);
		if (rc == 0)
			session_save(m->s, &t);
		task_release(&t);
	}
	if (rc == 0 && refs.n > 0)
		rc = session_commit(m->s, "task: edited by hand, before a "
		    "merge\n", e) == 0 ? 1 : -1;
	if (rc < 0)
		session_discard(m->s);
	strvec_release(&refs);
	return rc;
}

static int
merge(struct merging *m, const struct oid *outside, struct err *e)
{
	int tries, rc = 0;

	for (tries = 0; ; tries++) {
		m->trees = tree_cache_new(m->s->txn.repo);
		memset(&m->target, 0, sizeof(m->target));
		if ((rc = make(m, e)) != 0 ||
		    m->out->how == MERGE_NOTHING || m->s->txn.opts.dry_run)
			return rc;
		if (tries > 0 || (rc = adopt(m, e)) <= 0)
			break;
		merging_clear(m);
	}
	if (rc == 0 && outside != NULL)
		m->target.outside = *outside;
	return rc == 0 ? merge_apply(m->s, &m->target, e) : -1;
}

int
merge_board(struct session *s, const struct oid *theirs,
    const struct oid *outside, struct merge_report *out, struct err *e)
{
	struct merging m = { .s = s, .theirs = theirs,
	    .made = MERGE_MADE_INIT, .out = out };
	size_t n = strlen(s->txn.prefix) - strlen("tasks/");
	int rc;

	if (!s->txn.commits)
		return err_set(e, EX_CONFIG, "merging makes a commit, and "
		    "committing is turned off (task.commit, --no-commit)");
	m.prefix = mem_dup(s->txn.prefix, n);
	rc = merge(&m, outside, e);
	tree_cache_free(m.trees);
	plan_release(&m.made.plan);
	free(m.prefix);
	return rc;
}
