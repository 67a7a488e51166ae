/* SPDX-License-Identifier: MIT */
/* task-init: a board on a branch of its own */
#include "base/compat.h"

#include <sys/stat.h>

#include <fcntl.h>

#include "base/err.h"
#include "base/log.h"
#include "base/strvec.h"
#include "change/branch.h"
#include "change/ident.h"
#include "change/ref.h"
#include "change/repo.h"
#include "change/tree.h"
#include "change/txn.h"
#include "cli/tool.h"
#include "sys/dir.h"
#include "sys/file.h"
#include "sys/path.h"
#include "tools/init.h"

#define REF_HEADS	"refs/heads/"
#define FILLING		".filling"

/* The branch as it is: here, at a remote, or nowhere. */
struct apart {
	const char	*name;
	struct buf	 ref;
	struct ref_head	 head;
	struct buf	 upstream;	/* "origin/work"; empty: none has it */
	struct linked	 linked;
};

static void
apart_release(struct apart *a)
{
	buf_release(&a->ref);
	buf_release(&a->upstream);
	ref_head_release(&a->head);
	linked_release(&a->linked);
}

/* EX_NO: the branch is there, and what it has is no board. */
static int
check_is_board(struct repo *r, const struct apart *a, struct err *e)
{
	struct tree_cache *trees = tree_cache_new(r);
	struct tree_entry entry;
	int found;

	found = tree_find(trees, &a->head.tree, "tasks", &entry, e);
	if (found == 0)
		err_set(e, EX_NO, "there is a branch '%s', and no board in "
		    "it (a board has its tasks in 'tasks/')", a->name);
	tree_cache_free(trees);
	return found > 0 ? 0 : -1;
}

static int
look(const struct init *x, struct apart *a, struct err *e)
{
	if (ref_head_of(x->repo, a->ref.ptr, &a->head, e) != 0)
		return -1;
	if (!a->head.unborn)
		return check_is_board(x->repo, a, e) != 0 ? -1 :
		    linked_find(x->repo, a->ref.ptr, &a->linked, e);
	if (branch_find_remote(x->repo, a->name, &a->upstream, e) < 0)
		return -1;
	return linked_find(x->repo, a->ref.ptr, &a->linked, e);
}

/* .work has to be free, or an empty folder, or one that we began with. */
static int
check_is_free(const struct init *x, struct err *e)
{
	int at = open(x->root.ptr, O_RDONLY | O_DIRECTORY | O_CLOEXEC), rc = 0;
	struct strvec names = STRVEC_INIT;
	char *begun = file_temp(".git");

	if (at < 0)
		rc = err_errno(e, "%s", x->root.ptr);
	else if (dir_has(at, ".work"))
		rc = dir_list(at, ".work", &names, e);
	if (names.n > 1 || (names.n > 0 && strcmp(names.v[0], begun) != 0))
		rc = err_set(e, EX_NO, "%s is there already, and is no board",
		    x->work.ptr);
	strvec_release(&names);
	free(begun);
	if (at >= 0)
		close(at);
	return rc;
}

static void
say_plan(const struct init *x, const struct apart *a)
{
	if (a->upstream.len > 0)
		log_notice("the branch '%s' would be made from %s", a->name,
		    a->upstream.ptr);
	else if (a->head.unborn)
		log_notice("the branch '%s' would be made, with a board",
		    a->name);
	log_notice("%s would be its worktree", x->work.ptr);
}

static bool
has_line(const struct buf *text, const char *line)
{
	struct strvec lines = STRVEC_INIT;
	bool has;

	strvec_split(&lines, buf_str(text), '\n');
	has = strvec_has(&lines, line);
	strvec_release(&lines);
	return has;
}

/* Every worktree's .work is ignored, and no branch knows of it. */
int
init_ignore(struct repo *r, struct err *e)
{
	char *dir = mem_printf("%sinfo", repo_commondir(r));
	char *path = mem_printf("%s/exclude", dir);
	struct buf text = BUF_INIT, more = BUF_INIT;
	int fd, rc = -1;

	(void)!mkdir(dir, 0777);
	fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
	if (fd >= 0)
		rc = fd_read_all(fd, INIT_EXCLUDE_MAX, &text, e);
	if (rc == 0 && !has_line(&text, INIT_IGNORED)) {
		if (text.len > 0 && text.ptr[text.len - 1] != '\n')
			buf_addc(&more, '\n');
		buf_adds(&more, INIT_IGNORED_WHY "\n" INIT_IGNORED "\n");
		if (fd_write_all(fd, more.ptr, more.len) != 0 ||
		    fsync(fd) != 0)
			rc = err_errno(e, "%s", path);
	} else if (fd < 0) {
		err_errno(e, "%s", path);
	}
	if (fd >= 0)
		close(fd);
	buf_release(&text);
	buf_release(&more);
	free(dir);
	free(path);
	return rc;
}

/* The text without our lines. */
static void
drop_ignored(const char *text, struct buf *out)
{
	const char *stop;
	size_t len;

	for (; *text != '\0'; text = stop) {
		len = strcspn(text, "\n");
		stop = text + len + (text[len] == '\n');
		if ((len != strlen(INIT_IGNORED) ||
		    strncmp(text, INIT_IGNORED, len) != 0) &&
		    (len != strlen(INIT_IGNORED_WHY) ||
		    strncmp(text, INIT_IGNORED_WHY, len) != 0))
			buf_add(out, text, (size_t)(stop - text));
	}
}

int
init_unignore(struct repo *r, struct err *e)
{
	int common = open(repo_commondir(r), O_RDONLY | O_DIRECTORY |
	    O_CLOEXEC);
	struct file f = FILE_INIT, new = FILE_INIT;
	int rc;

	if (common < 0)
		return err_errno(e, "%s", repo_commondir(r));
	rc = file_read(common, "info/exclude", INIT_EXCLUDE_MAX, &f, e);
	if (rc == 0) {
		drop_ignored(buf_str(&f.data), &new.data);
		new.st = f.st;
		rc = file_replace(common, "info/exclude", &new, e);
	} else if (e->status == EX_NOINPUT) {
		rc = 0;
	}
	close(common);
	file_release(&f);
	file_release(&new);
	return rc;
}

/* Whole files and folders, from where they were written to their places. */
static int
move_up(int work, struct err *e)
{
	struct strvec names = STRVEC_INIT;
	int from = -1, rc = dir_list(work, FILLING, &names, e);
	size_t i;

	if (rc == 0 && (from = path_open(work, FILLING,
	    O_RDONLY | O_DIRECTORY, e)) < 0)
		rc = -1;
	for (i = 0; i < names.n && rc == 0; i++)
		if (!dir_has(work, names.v[i]) &&
		    renameat(from, names.v[i], work, names.v[i]) != 0)
			rc = err_errno(e, "%s", names.v[i]);
	if (rc == 0 && unlinkat(work, FILLING, AT_REMOVEDIR) != 0)
		rc = err_errno(e, "%s", FILLING);
	if (from >= 0)
		close(from);
	strvec_release(&names);
	return rc;
}

/* Nobody else knows of the worktree's index yet: its lock is ours. */
static int
write_files(struct repo *r, int work, const char *folder, struct err *e)
{
	char *index = mem_printf("%sindex", repo_gitdir(r));
	char *lock = mem_printf("%s.lock", index);
	int rc = 0;

	if (!dir_has(work, FILLING)) {
		(void)!unlink(index);
		rc = dir_make(work, FILLING, e);
	}
	(void)!unlink(lock);
	/* Git's index is written when all files are. */
	if (rc == 0 && access(index, F_OK) != 0)
		rc = branch_write(r, folder, e);
	free(index);
	free(lock);
	return rc;
}

/*
 * The files of the branch, in a folder beside their places first: what stops
 * us leaves nothing that looks like a person's change.
 */
static int
fill(const struct init *x, struct err *e)
{
	char *folder = mem_printf("%s/%s", x->work.ptr, FILLING);
	int work = open(x->work.ptr, O_RDONLY | O_DIRECTORY | O_CLOEXEC), rc;
	struct repo *r = NULL;

	rc = work < 0 ? err_errno(e, "%s", x->work.ptr) :
	    repo_open(&r, x->work.ptr, e);
	if (rc == 0)
		rc = write_files(r, work, folder, e);
	if (rc == 0)
		rc = move_up(work, e);
	repo_close(r);
	if (work >= 0)
		close(work);
	free(folder);
	return rc;
}

static int
set_up(struct init *x, struct apart *a, struct err *e)
{
	struct lock lock = LOCK_INIT;
	int rc = txn_lock(&lock, x->repo, tool_name(), e);

	if (rc == 0)
		rc = init_ignore(x->repo, e);
	/* Of one who died when the branch was made, and its lock was left. */
	if (rc == 0 && !a->head.unborn)
		ref_drop_stale_lock(x->repo, a->ref.ptr, &a->head.commit);
	if (rc == 0 && a->upstream.len > 0)
		rc = branch_track(x->repo, a->name, a->upstream.ptr, e);
	if (rc == 0)
		rc = linked_enter(x, a->ref.ptr, &a->linked.entry, e);
	if (rc == 0)
		rc = linked_join(x, a->linked.entry, e);
	x->there = !a->head.unborn || a->upstream.len > 0;
	if (rc == 0 && x->there)
		rc = fill(x, e);
	lock_drop(&lock);
	return rc;
}

/* EX_CONFIG where the board could be made and not be committed. */
static int
check_identity(struct repo *r, struct err *e)
{
	struct commit_want want = { .message = "" };
	struct buf text = BUF_INIT;
	int rc = tool_options()->no_commit ? 0 :
	    ident_commit_text(r, &want, &text, e);

	buf_release(&text);
	return rc;
}

static int
check(struct init *x, struct apart *a, struct err *e)
{
	int found = look(x, a, e);

	if (found < 0)
		return -1;
	if (found > 0 && a->linked.there)
		return err_set(e, EX_NO, "the branch '%s' is checked out in "
		    "%s", a->name, a->linked.top.ptr);
	if (check_is_free(x, e) != 0)
		return -1;
	return a->head.unborn && a->upstream.len == 0 ?
	    check_identity(x->repo, e) : 0;
}

static void
say_there(const struct init *x, const struct ref_head *head)
{
	log_notice("the board is there already: branch '%s', in %s",
	    head->ref + strlen(REF_HEADS), x->work.ptr);
}

/* It has a worktree, on this branch or another. */
static int
check_same(const struct init *x, const struct ref_head *head,
    const struct apart *a, struct err *e)
{
	if (strcmp(head->ref, a->ref.ptr) == 0)
		return 0;
	return err_set(e, EX_NO, "the repository has a board already: branch "
	    "'%s', in %s", strncmp(head->ref, REF_HEADS, strlen(REF_HEADS)) ==
	    0 ? head->ref + strlen(REF_HEADS) : head->ref, x->work.ptr);
}

/* True where the files of the board are not all in their places. */
static bool
is_begun(const struct init *x, const struct ref_head *head)
{
	char *filling = mem_printf("%s/%s", x->work.ptr, FILLING);
	bool is = access(filling, F_OK) == 0 ||
	    (!head->unborn && !x->there);

	free(filling);
	return is;
}

static int
complete(struct init *x, struct err *e)
{
	struct lock lock = LOCK_INIT;
	int rc = txn_lock(&lock, x->repo, tool_name(), e);

	if (rc == 0)
		rc = fill(x, e);
	x->there = rc == 0;
	lock_drop(&lock);
	return rc;
}

/* What is there of a board on a branch, which may have been left half made. */
static int
look_at_board(struct init *x, const struct apart *a, struct err *e)
{
	struct ref_head head = { 0 };
	struct repo *r;
	int rc = repo_open(&r, x->work.ptr, e);

	if (rc == 0)
		rc = ref_head(r, &head, e);
	if (rc == 0 && a->name != NULL)
		rc = check_same(x, &head, a, e);
	if (rc == 0 && is_begun(x, &head))
		rc = tool_options()->dry_run ? 0 : complete(x, e);
	else if (rc == 0 && a->name != NULL && x->there)
		say_there(x, &head);
	ref_head_release(&head);
	repo_close(r);
	return rc;
}

int
init_branch(struct init *x, const char *name, struct err *e)
{
	struct apart a = { .name = name, .linked = LINKED_INIT };
	int rc = name == NULL ? 0 : branch_ref(name, &a.ref, e);

	if (rc == 0 && x->apart) {
		rc = look_at_board(x, &a, e);
	} else if (rc == 0 && x->there) {
		rc = init_turn_apart(x, a.ref.ptr, e);
	} else if (rc == 0) {
		rc = check(x, &a, e);
		if (rc == 0 && tool_options()->dry_run)
			say_plan(x, &a);
		else if (rc == 0)
			rc = set_up(x, &a, e);
		x->apart = true;
	}
	apart_release(&a);
	return rc;
}
