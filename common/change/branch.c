/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/err.h"
#include "change/branch.h"
#include "change/libgit2.h"
#include "change/ref.h"

int
branch_ref(const char *name, struct buf *ref, struct err *e)
{
	int valid = 0;

	/* A name that begins so would be an option of git's programs. */
	if (*name == '-' || git_branch_name_is_valid(&valid, name) != 0 ||
	    !valid)
		return err_set(e, EX_USAGE, "'%s' is no name of a branch",
		    name);
	buf_addf(ref, "refs/heads/%s", name);
	return 0;
}

static bool
has_branch(struct repo *r, const char *remote, const char *name)
{
	char *ref = mem_printf("refs/remotes/%s/%s", remote, name);
	git_oid id;
	bool has = git_reference_name_to_id(&id, r->git, ref) == 0;

	free(ref);
	return has;
}

int
branch_find_remote(struct repo *r, const char *name, struct buf *upstream,
    struct err *e)
{
	git_strarray remotes = { 0 };
	const char *found = NULL;
	size_t i, n = 0;
	int rc;

	if (git_remote_list(&remotes, r->git) != 0)
		return repo_fail(e, EX_IOERR, "cannot list the remotes");
	for (i = 0; i < remotes.count; i++) {
		if (!has_branch(r, remotes.strings[i], name))
			continue;
		n++;
		if (found == NULL || strcmp(remotes.strings[i], "origin") == 0)
			found = remotes.strings[i];
	}
	rc = found != NULL;
	if (n > 1 && found != NULL && strcmp(found, "origin") != 0)
		rc = err_set(e, EX_NO, "%zu remotes have a branch '%s' (git "
		    "branch --track %s REMOTE/%s says which one it is)", n,
		    name, name, name);
	else if (found != NULL)
		buf_addf(upstream, "%s/%s", found, name);
	git_strarray_dispose(&remotes);
	return rc;
}

int
branch_track(struct repo *r, const char *name, const char *upstream,
    struct err *e)
{
	char *from = mem_printf("refs/remotes/%s", upstream);
	char *to = mem_printf("refs/heads/%s", name);
	struct ref_move move = { .ref = to, .why = "task: the remote's board" };
	git_reference *branch = NULL;
	int rc = ref_read(r, from, &move.to, e) > 0 ? 0 : -1;

	if (rc == 0) {
		ref_drop_stale_lock(r, to, &move.to);
		rc = ref_move(r, &move, e);
	}
	if (rc == 0 && (git_reference_lookup(&branch, r->git, to) != 0 ||
	    git_branch_set_upstream(branch, upstream) != 0))
		rc = repo_fail(e, EX_IOERR, upstream);
	git_reference_free(branch);
	free(from);
	free(to);
	return rc;
}

int
branch_write(struct repo *r, const char *folder, struct err *e)
{
	git_checkout_options opts;
	int rc;

	git_checkout_options_init(&opts, GIT_CHECKOUT_OPTIONS_VERSION);
	opts.checkout_strategy = GIT_CHECKOUT_FORCE;
	rc = git_repository_set_workdir(r->git, folder, false);
	if (rc == 0)
		rc = git_checkout_head(r->git, &opts);
	return rc == 0 ? 0 :
	    repo_fail(e, EX_IOERR, "cannot write the files of the board");
}

int
branch_index(struct repo *r, const char *entry, const struct oid *tree,
    struct err *e)
{
	char *path = mem_printf("%sworktrees/%s/index", repo_commondir(r),
	    entry);
	git_index *index = NULL;
	git_tree *root = NULL;
	char *lock = mem_printf("%s.lock", path);
	int rc;

	/* Of one who died here; the worktree is not there yet. */
	(void)!unlink(lock);
	(void)!unlink(path);
	rc = git_index_open(&index, path);
	if (rc == 0)
		rc = git_tree_lookup(&root, r->git, to_git(tree));
	if (rc == 0)
		rc = git_index_read_tree(index, root);
	if (rc == 0)
		rc = git_index_write(index);
	if (rc != 0)
		repo_fail(e, EX_IOERR, path);
	git_tree_free(root);
	git_index_free(index);
	free(path);
	free(lock);
	return rc == 0 ? 0 : -1;
}
