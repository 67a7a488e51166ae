/* SPDX-License-Identifier: MIT */
/* task-init: a board of the code's becomes one apart, and back */
#include "base/compat.h"

#include <fcntl.h>

#include "base/err.h"
#include "base/log.h"
#include "base/strvec.h"
#include "change/branch.h"
#include "change/commit.h"
#include "change/gitindex.h"
#include "change/ident.h"
#include "change/judge.h"
#include "change/ref.h"
#include "change/repo.h"
#include "change/txn.h"
#include "cli/tool.h"
#include "sys/path.h"
#include "sys/run.h"
#include "tools/init.h"

extern char **environ;

enum { OUTPUT_MAX = 64 << 20 };

static const char folder[] = ".work/";

/* One commit on the code's branch, whose files stay as they are. */
struct turn {
	struct txn	 txn;
	const char	*ref;		/* the board's */
	struct past	 past;
	struct linked	 linked;	/* that has it checked out */
	struct index_edits odd;		/* programs and links among its files */
};

static const char *
short_name(const char *ref)
{
	static const char heads[] = "refs/heads/";

	if (ref == NULL)
		return "HEAD";
	return strncmp(ref, heads, strlen(heads)) == 0 ?
	    ref + strlen(heads) : ref;
}

static int
begin(struct turn *t, const struct init *x, struct err *e)
{
	struct txn_opts o = { .who = tool_name(),
	    .dry_run = tool_options()->dry_run };

	t->txn = (struct txn)TXN_INIT;
	if (tool_options()->no_commit)
		return err_set(e, EX_USAGE, "--no-commit: the history of the "
		    "board can only be kept by commits");
	if (txn_begin_at(&t->txn, x->root.ptr, &o, e) != 0)
		return -1;
	if (t->txn.head.unborn)
		return err_set(e, EX_NO, "there is no commit yet; commit "
		    "the board first");
	if (repo_is_busy(t->txn.repo))
		return err_set(e, EX_TEMPFAIL, "git is in the middle of "
		    "something; finish that first");
	return 0;
}

/* Every file below a tree, as one that git's index gets or loses. */
static int
add_files(struct turn *t, const struct oid *tree, const char *path,
    bool come, struct err *e)
{
	const struct buf *bytes;
	struct tree_entry entry;
	struct index_edit *odd;
	struct plan_file *f;
	char *full;
	size_t at = 0;
	int rc = tree_get(t->txn.trees, tree, &bytes, e);

	while (rc == 0 && tree_next(bytes, &at, &entry) > 0) {
		full = mem_printf("%s%s%s", path, entry.name,
		    entry.mode == TREE_MODE_DIR ? "/" : "");
		if (entry.mode == TREE_MODE_DIR) {
			rc = add_files(t, &entry.id, full, come, e);
		} else {
			f = plan_add_file(&t->txn.plan, full);
			f->commit = true;
			*(come ? &f->blob : &f->head) = entry.id;
		}
		if (come && entry.mode != TREE_MODE_DIR &&
		    entry.mode != TREE_MODE_FILE) {
			odd = index_edits_add(&t->odd, INDEX_PUT, full, NULL);
			odd->mode = entry.mode;
			odd->id = odd->was = entry.id;
		}
		free(full);
	}
	return rc;
}

/* Ours, but for what a caller's git says of its own repository. */
static void
make_environment(struct strvec *env)
{
	char **v;

	for (v = environ; *v != NULL; v++)
		if (strncmp(*v, "GIT_DIR=", 8) != 0 &&
		    strncmp(*v, "GIT_INDEX_FILE=", 15) != 0 &&
		    strncmp(*v, "GIT_WORK_TREE=", 14) != 0 &&
		    strncmp(*v, "GIT_COMMON_DIR=", 15) != 0)
			strvec_add(env, *v);
}

/*
 * EX_NO: what is staged would be lost.  What is in the files is not touched.
 * The index may be of any kind: git's own program looks.
 */
static int
check_staged(const char *dir, const char *below, struct err *e)
{
	const char *argv[] = { "git", "diff", "--cached", "--name-only", "-z",
	    "--no-ext-diff", "--", below, NULL };
	struct strvec env = STRVEC_INIT;
	struct buf out = BUF_INIT;
	struct run run = { .argv = argv, .dir = dir, .quiet = true,
	    .output = &out, .output_max = OUTPUT_MAX };
	int rc;

	make_environment(&env);
	run.env = env.v;
	rc = run_program(&run, e);
	if (rc > 0)
		rc = err_set(e, EX_DATAERR, "git cannot read its index of %s",
		    dir);
	if (rc == 0 && out.len > 0)
		rc = err_set(e, EX_NO, "%s is staged in %s and not committed; "
		    "commit it first", out.ptr, dir);
	strvec_release(&env);
	buf_release(&out);
	return rc;
}

struct sink {
	struct plan	*plan;
	struct tree_cache *trees;
};

static void
add_tree(void *ctx, struct buf *bytes, const struct oid *old,
    const struct buf *old_bytes, struct oid *id)
{
	struct sink *s = ctx;

	(void)old;
	(void)old_bytes;
	plan_add_object(s->plan, OBJECT_TREE, bytes, NULL, id);
	tree_cache_put(s->trees, id, &plan_object(s->plan, id)->data);
}

/* The tree of HEAD with another .work. */
static int
make_tree(struct turn *t, const struct oid *work, struct err *e)
{
	struct sink sink = { &t->txn.plan, t->txn.trees };
	struct tree_sink to = { add_tree, &sink };
	struct tree_edit edit = { .kind = TREE_GRAFT,
	    .path = mem_strdup(folder), .id = *work };
	struct tree_change change = { .root = t->txn.head.tree,
	    .edits = &edit, .n = 1, .sink = &to };
	int rc = tree_edit(t->txn.trees, &change, &t->txn.plan.new_tree, e);

	free(edit.path);
	return rc;
}

static int
make_merge(struct turn *t, const char *message, const struct oid *other,
    struct err *e)
{
	struct plan *p = &t->txn.plan;
	struct commit_want want = { .tree = p->new_tree,
	    .parent = t->txn.head.commit, .message = message,
	    .now_us = t->txn.now_us };
	struct buf text = BUF_INIT, parent = BUF_INIT;
	char hex[OID_HEX + 1];
	int rc = ident_commit_text(t->txn.repo, &want, &text, e);

	if (rc == 0) {
		oid_format(hex, other);
		buf_addf(&parent, "parent %s\n", hex);
		buf_splice(&text, (size_t)(strstr(text.ptr, "\nauthor ") + 1 -
		    text.ptr), 0, parent.ptr, parent.len);
		plan_add_object(p, OBJECT_COMMIT, &text, NULL, &p->new_head);
	}
	buf_release(&text);
	buf_release(&parent);
	return rc;
}

/* The commit that takes .work out, through the journal as any other. */
static int
take_out(struct turn *t, const char *message, struct err *e)
{
	struct commit_base base = { t->txn.repo, t->txn.trees, &t->txn.head,
	    &t->txn.signer.with };

	plan_add_step(&t->txn.plan, message);
	if (commit_make(&t->txn.plan, &base, 0, e) != 0)
		return -1;
	return txn_flush(&t->txn, e);
}

/* The merge that brings it in. */
static int
bring_in(struct turn *t, const char *message, const struct ref_head *board,
    struct err *e)
{
	struct oid made;

	plan_add_step(&t->txn.plan, message);
	if (make_tree(t, &board->tree, e) != 0 ||
	    make_merge(t, message, &board->commit, e) != 0)
		return -1;
	made = t->txn.plan.new_head;
	if (txn_flush(&t->txn, e) != 0)
		return -1;
	/* Then the board came in by an ordinary commit. */
	if (!oid_equal(&made, &t->txn.head.commit))
		log_warn("somebody committed meanwhile; the history of the "
		    "board is on the branch '%s' only", short_name(board->ref));
	return 0;
}

/* The history of .work, and whether the branch can be moved to its end. */
static int
find_past(struct turn *t, struct err *e)
{
	struct past *p = &t->past;
	int found = ref_read(t->txn.repo, t->ref, &p->branch, e);

	if (found < 0 || past_find(p, &t->txn.head.commit, e) != 0 ||
	    linked_find(t->txn.repo, t->ref, &t->linked, e) < 0)
		return -1;
	if (found > 0 && !p->goes_on)
		return err_set(e, EX_NO, "there is a branch '%s' already, "
		    "and it is not the history of .work", short_name(t->ref));
	return !t->linked.there ? 0 : err_set(e, EX_NO, "the branch '%s' is "
	    "checked out in %s", short_name(t->ref), t->linked.top.ptr);
}

static int
make_branch(struct turn *t, struct err *e)
{
	struct ref_move move = { .ref = t->ref, .to = t->past.tip,
	    .why = "task-init: the history of .work" };
	int rc = past_write(&t->past, e);

	ref_drop_stale_lock(t->txn.repo, t->ref, &move.to);
	if (rc == 0 && ref_read(t->txn.repo, t->ref, &move.from, e) < 0)
		rc = -1;
	if (rc == 0 && !oid_equal(&move.from, &move.to))
		rc = ref_move(t->txn.repo, &move, e);
	return rc > 0 ? err_set(e, EX_TEMPFAIL, "somebody moved the branch "
	    "'%s' meanwhile; try again", short_name(t->ref)) : rc;
}

static int
set_apart(struct turn *t, struct init *x, struct err *e)
{
	char tip[OID_HEX + 1], *message;
	int rc = make_branch(t, e);

	oid_format(tip, &t->past.tip);
	message = mem_printf("task-init: the board lies on the branch "
	    "%s\n\n" JUDGE_MOVED_TO "%s\n", short_name(t->ref), tip);
	if (rc == 0)
		rc = init_ignore(x->repo, e);
	if (rc == 0)
		rc = linked_enter(x, t->ref, &t->linked.entry, e);
	if (rc == 0)
		rc = branch_index(x->repo, t->linked.entry, &t->past.tree, e);
	if (rc == 0)
		rc = take_out(t, message, e);
	if (rc == 0)
		rc = linked_join(x, t->linked.entry, e);
	x->apart = rc == 0;
	free(message);
	return rc;
}

/*
 * What is committed of .work.  1; 0: nothing, but we were stopped when all but
 * the last step was done; -1.
 */
static int
look_at_code(struct turn *t, struct err *e)
{
	struct tree_entry entry;
	int found = tree_find(t->txn.trees, &t->txn.head.tree, ".work",
	    &entry, e);

	if (found > 0)
		return add_files(t, &entry.id, folder, false, e) != 0 ?
		    -1 : 1;
	if (found == 0 && linked_find(t->txn.repo, t->ref, &t->linked,
	    e) > 0 && !t->linked.there)
		return 0;
	return found < 0 ? -1 : err_set(e, EX_NO, "the board is not "
	    "committed; commit it first");
}

int
init_turn_apart(struct init *x, const char *ref, struct err *e)
{
	struct turn t = { .txn = TXN_INIT, .ref = ref,
	    .past = { .repo = x->repo }, .linked = LINKED_INIT };
	int rc = begin(&t, x, e), found = 0;

	if (rc == 0)
		rc = found = look_at_code(&t, e);
	if (rc > 0)
		rc = find_past(&t, e);
	if (rc == 0 && found > 0)
		rc = check_staged(x->root.ptr, ".work", e);
	if (rc == 0 && tool_options()->dry_run)
		log_notice("%zu commits of .work would be on the branch '%s', "
		    "and .work no more on '%s'", t.past.n, short_name(ref),
		    short_name(t.txn.head.ref));
	else if (rc == 0 && found > 0)
		rc = set_apart(&t, x, e);
	else if (rc == 0)
		rc = linked_join(x, t.linked.entry, e);
	if (rc == 0 && !tool_options()->dry_run)
		log_notice("the board lies on the branch '%s' now, with the "
		    "history of .work", short_name(ref));
	past_release(&t.past);
	linked_release(&t.linked);
	txn_end(&t.txn);
	return rc;
}

/* The board's branch, with all of it committed or in its files only. */
static int
look_at_board(struct turn *t, const struct init *x, struct ref_head *head,
    struct err *e)
{
	struct repo *r;
	int rc = repo_open(&r, x->work.ptr, e);

	if (rc == 0 && ref_head(r, head, e) != 0)
		rc = -1;
	if (rc == 0 && head->unborn)
		rc = err_set(e, EX_NO, "the board is not committed; commit "
		    "it first");
	if (rc == 0 && repo_is_busy(r))
		rc = err_set(e, EX_TEMPFAIL, "git is in the middle of "
		    "something in %s; finish that first", x->work.ptr);
	if (rc == 0)
		rc = check_staged(x->work.ptr, ".", e);
	repo_close(r);
	if (rc == 0)
		rc = add_files(t, &head->tree, folder, true, e);
	return rc;
}

/* What a program left half done on the board is in its own journal. */
static int
finish_board(const struct init *x, struct err *e)
{
	struct txn_opts o = { .who = tool_name(),
	    .dry_run = tool_options()->dry_run };
	struct txn t = TXN_INIT;
	int rc = txn_begin_at(&t, x->work.ptr, &o, e);

	txn_end(&t);
	return rc;
}

/* A plan knows plain files only. */
static int
set_modes(const struct turn *t, struct err *e)
{
	struct gitindex ix = { repo_gitdir(t->txn.repo),
	    repo_workdir(t->txn.repo), t->txn.workfd };
	struct gitindex_want want = { &t->odd, true };
	int held = t->odd.n == 0 ? 0 : gitindex_prepare(&ix, &want, e);

	return held > 0 ? gitindex_finish(&ix, e) : held;
}

static int
set_inline(struct turn *t, const struct init *x, const struct ref_head *head,
    struct err *e)
{
	char *message = mem_printf("task-init: the board of the branch %s "
	    "lies in .work", short_name(head->ref));
	int rc = bring_in(t, message, head, e);

	if (rc == 0)
		rc = set_modes(t, e);
	if (rc == 0)
		rc = init_unignore(x->repo, e);
	if (rc == 0)
		rc = linked_leave(x, e);
	free(message);
	return rc;
}

/* 1: .work is in the commit already, as when we were stopped before. */
static int
check_code(struct turn *t, const struct ref_head *head, struct err *e)
{
	struct tree_entry entry;
	int found = tree_find(t->txn.trees, &t->txn.head.tree, ".work",
	    &entry, e);

	if (found <= 0)
		return found;
	return oid_equal(&entry.id, &head->tree) ? 1 : err_set(e, EX_NO,
	    "there is another .work on '%s'", short_name(t->txn.head.ref));
}

int
init_turn_inline(struct init *x, struct err *e)
{
	struct turn t = { .txn = TXN_INIT };
	struct ref_head head = { 0 };
	int rc, found = 0;

	if (path_dir_len(x->work.ptr) != x->root.len ||
	    strncmp(x->work.ptr, x->root.ptr, x->root.len) != 0)
		return err_set(e, EX_NO, "the board lies in %s; go there to "
		    "bring it in", x->work.ptr);
	rc = finish_board(x, e);
	if (rc == 0)
		rc = begin(&t, x, e);
	if (rc == 0)
		rc = look_at_board(&t, x, &head, e);
	if (rc == 0)
		rc = found = check_code(&t, &head, e);
	if (rc >= 0 && tool_options()->dry_run)
		log_notice("the branch '%s' would be merged into '%s', as "
		    ".work", short_name(head.ref),
		    short_name(t.txn.head.ref));
	else if (rc == 0)
		rc = set_inline(&t, x, &head, e);
	else if (found > 0 && (rc = set_modes(&t, e)) == 0 &&
	    (rc = init_unignore(x->repo, e)) == 0)
		rc = linked_leave(x, e);
	if (rc == 0 && !tool_options()->dry_run) {
		log_notice("the board is part of '%s' now; the branch '%s' "
		    "stays as it is", short_name(t.txn.head.ref),
		    short_name(head.ref));
		x->apart = false;
	}
	ref_head_release(&head);
	index_edits_release(&t.odd);
	txn_end(&t.txn);
	return rc < 0 ? -1 : 0;
}
