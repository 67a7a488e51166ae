/* SPDX-License-Identifier: MIT */
/* task-fsck: what git's own merge or rebase made of the board */
#include "base/compat.h"

#include "base/err.h"
#include "change/counter.h"
#include "change/lineage.h"
#include "change/ref.h"
#include "change/tree.h"
#include "cli/tool.h"
#include "tools/reconcile.h"

int
reconcile_board(struct reconcile *r, const struct oid *root, struct oid *out,
    struct err *e)
{
	struct tree_entry entry;
	int found;

	if (*r->work == '\0') {
		*out = *root;
		return 0;
	}
	found = tree_find(r->trees, root, r->work, &entry, e);
	memset(out, 0, sizeof(*out));
	if (found > 0 && entry.mode == TREE_MODE_DIR)
		*out = entry.id;
	return found < 0 ? -1 : 0;
}

int
reconcile_make(struct reconcile *r, struct merge_sides *sides,
    struct oid *tree, struct err *e)
{
	struct merge_made made = MERGE_MADE_INIT;
	const struct plan_object *o;
	size_t i;
	int rc;

	sides->prefix = r->work;
	rc = merge_make(r->trees, sides, &made, &r->report, e);
	*tree = made.tree;
	for (i = 0; i < made.plan.nobjects && rc == 0; i++) {
		o = &made.plan.objects[i];
		rc = repo_write(r->s.txn.repo, o->type, &o->id, &o->data, e);
	}
	plan_release(&made.plan);
	/* What the cache has of the plan's trees went with it. */
	tree_cache_free(r->trees);
	r->trees = tree_cache_new(r->s.txn.repo);
	return rc;
}

int
reconcile_remake(struct reconcile *r, const struct remade *want,
    struct oid *out, struct err *e)
{
	struct repo_commit old = REPO_COMMIT_INIT;
	struct lineage_commit c = { .of = want->of,
	    .parents = want->parents, .nparents = want->nparents,
	    .message = want->message };
	int rc;

	rc = repo_read_commit(r->s.txn.repo, &want->of, &old, e);
	if (rc == 0)
		err_set(e, EX_DATAERR, "a commit that was rewritten is not "
		    "there");
	if (rc <= 0)
		return -1;
	rc = lineage_graft(r->trees, &old.tree,
	    &(struct lineage_folder){ r->work, want->board }, &c.tree, e);
	if (rc == 0 && oid_equal(&c.tree, &old.tree) &&
	    old.nparents == want->nparents && memcmp(old.parents,
	    want->parents, old.nparents * sizeof(*old.parents)) == 0)
		*out = want->of;
	else if (rc == 0)
		rc = lineage_remake(r->s.txn.repo, &c, out, e);
	repo_commit_release(&old);
	return rc;
}

int
reconcile_go(struct reconcile *r, const struct oid *commit, struct err *e)
{
	struct plan none = PLAN_INIT;
	struct merge_target target = { .made = &none, .forward = *commit };
	struct oid root, parent;

	r->done = true;
	if (tool_options()->dry_run)
		return 0;
	if (repo_commit_info(r->s.txn.repo, commit, &root, &parent, e) != 0 ||
	    reconcile_board(r, &root, &target.tree, e) != 0 ||
	    merge_apply(&r->s, &target, e) != 0)
		return -1;
	return session_commit(&r->s, "task-fsck: reconcile", e);
}

/* What is staged becomes a commit on top of HEAD, if it is anything. */
static int
commit_on_top(struct reconcile *r, struct err *e)
{
	struct oid before = r->s.txn.head.commit;
	struct buf message = BUF_INIT;
	size_t i;
	int rc;

	buf_adds(&message, "task-fsck: put the board right\n");
	for (i = 0; i < r->report.n; i++)
		buf_addf(&message, "%s%s%s%s: %s\n", i == 0 ? "\n" : "",
		    r->report.v[i].ref, *r->report.v[i].ref == '\0' ? "" :
		    " ", merge_words[r->report.v[i].word],
		    r->report.v[i].text);
	rc = session_commit(&r->s, message.ptr, e);
	r->done = r->done || !oid_equal(&before, &r->s.txn.head.commit);
	buf_release(&message);
	return rc;
}

/* HEAD's board is to be that one. */
static int
stage_board(struct reconcile *r, const struct oid *tree, struct err *e)
{
	struct plan none = PLAN_INIT;
	struct merge_target target = { .tree = *tree, .made = &none };

	r->done = true;
	return tool_options()->dry_run ? 0 : merge_apply(&r->s, &target, e);
}

/*
 * True where git's merge made HEAD by itself: who finished one by hand meant
 * what is in it.
 */
static int
is_of_git(struct reconcile *r, const struct repo_commit *head, struct err *e)
{
	struct buf why = BUF_INIT;
	struct oid to;
	int rc;

	if (head->nparents != 2)
		return 0;
	rc = ref_last_move(r->s.txn.repo, "HEAD", &to, &why, e);
	if (rc > 0)
		rc = oid_equal(&to, &r->s.txn.head.commit) &&
		    strstr(buf_str(&why), "Fast-forward") == NULL &&
		    (strncmp(buf_str(&why), "merge ", 6) == 0 ||
		    strncmp(buf_str(&why), "pull", 4) == 0);
	buf_release(&why);
	return rc;
}

/* The merge as it should have been, in place of the one that git made. */
static int
mend_merge(struct reconcile *r, const struct repo_commit *head,
    struct err *e)
{
	struct remade want = { .of = r->s.txn.head.commit,
	    .parents = head->parents, .nparents = head->nparents };
	struct merge_sides sides = { .ours = head->parents[0],
	    .theirs = head->parents[1] };
	struct repo_bases bases;
	struct oid board, commit;
	int rc;

	rc = repo_merge_bases(r->s.txn.repo, &sides.ours, &sides.theirs,
	    &bases, e);
	sides.bases = bases.v;
	sides.nbases = bases.n;
	if (rc == 0)
		rc = reconcile_make(r, &sides, &want.board, e);
	if (rc == 0)
		rc = reconcile_board(r, &head->tree, &board, e);
	if (rc != 0 || oid_equal(&board, &want.board))
		return rc;
	rc = lineage_is_published(r->s.txn.repo, &want.of, e);
	if (rc > 0 && (rc = stage_board(r, &want.board, e)) == 0)
		return commit_on_top(r, e);
	if (rc == 0)
		rc = reconcile_remake(r, &want, &commit, e);
	return rc != 0 ? -1 : reconcile_go(r, &commit, e);
}

/* The counters of all namespaces are above what there is. */
static int
raise_counters(struct reconcile *r, struct err *e)
{
	struct store *s = &r->s.store;
	const struct package *top = NULL, *p;
	struct map highest = MAP_INIT;
	int stage, rc = store_load_all(s, e);
	size_t i;

	for (stage = 0; stage < STAGE_COUNT && rc == 0; stage++)
		for (i = 0; i < s->stages[stage].n; i++) {
			p = s->stages[stage].v[i];
			top = map_find(&highest, p->id.ns);
			if (top == NULL || top->id.number < p->id.number)
				map_put(&highest, p->id.ns,
				    s->stages[stage].v[i]);
		}
	for (stage = 0; stage < STAGE_COUNT && rc == 0; stage++)
		for (i = 0; i < s->stages[stage].n && rc == 0; i++) {
			p = s->stages[stage].v[i];
			if (map_find(&highest, p->id.ns) == p)
				rc = counter_pass(&r->s, p->id.ns,
				    p->id.number, e);
		}
	map_release(&highest);
	return rc;
}

/* From the tree alone: nobody knows any more what the sides were. */
static int
mend_tree(struct reconcile *r, const struct repo_commit *head, struct err *e)
{
	struct merge_sides sides = { .ours = r->s.txn.head.commit };
	struct oid board, tree;

	if (reconcile_make(r, &sides, &tree, e) != 0 ||
	    reconcile_board(r, &head->tree, &board, e) != 0)
		return -1;
	if (!oid_equal(&board, &tree) && stage_board(r, &tree, e) != 0)
		return -1;
	if (raise_counters(r, e) != 0)
		return -1;
	return commit_on_top(r, e);
}

static int
mend_head(struct reconcile *r, struct err *e)
{
	struct repo_commit head = REPO_COMMIT_INIT;
	int rc;

	rc = repo_read_commit(r->s.txn.repo, &r->s.txn.head.commit, &head, e);
	if (rc == 0)
		rc = err_set(e, EX_IOERR, "HEAD's commit is not there");
	if (rc > 0)
		rc = is_of_git(r, &head, e);
	if (rc >= 0)
		rc = rc > 0 ? mend_merge(r, &head, e) :
		    mend_tree(r, &head, e);
	repo_commit_release(&head);
	return rc;
}

static int
find_work(struct reconcile *r, struct err *e)
{
	const char *prefix = r->s.txn.prefix;
	size_t n = strlen(prefix), tail = strlen("tasks/");

	if (n < tail || strcmp(prefix + n - tail, "tasks/") != 0)
		return err_set(e, EX_SOFTWARE, "the board is in '%s'",
		    prefix);
	r->work = mem_dup(prefix, n - tail);
	return 0;
}

int
reconcile_run(struct reconcile *r, struct err *e)
{
	struct stopped at = { .at = STOPPED_NOT };
	int rc;

	if (session_begin(&r->s, e) != 0)
		return -1;
	r->trees = tree_cache_new(r->s.txn.repo);
	/* The hook post-rewrite runs before git has left its rebase. */
	if (find_work(r, e) != 0 || (!r->rewritten &&
	    stopped_find(r->s.txn.repo, &at, e) != 0))
		return -1;
	/* And post-merge before it forgets what it merged. */
	if (at.at == STOPPED_MERGE && repo_descends(r->s.txn.repo,
	    &r->s.txn.head.commit, &at.commit))
		at.at = STOPPED_NOT;
	if (at.at == STOPPED_OTHERWISE)
		return err_set(e, EX_TEMPFAIL, "git is in the middle of "
		    "something else (git status); the board can be put right "
		    "when that is done");
	if (at.at != STOPPED_NOT)
		return reconcile_stopped(r, &at, e);
	if (r->s.txn.head.unborn)
		return 0;
	rc = r->rewritten ? reconcile_rewritten(r, e) : 0;
	return rc == 0 ? mend_head(r, e) : rc > 0 ? 0 : -1;
}

void
reconcile_release(struct reconcile *r)
{
	if (r->trees != NULL) {
		tree_cache_free(r->trees);
		session_end(&r->s);
	}
	free(r->work);
	merge_report_release(&r->report);
}
