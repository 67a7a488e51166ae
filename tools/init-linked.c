/* SPDX-License-Identifier: MIT */
/* task-init: worktrees of a repository, as gitrepository-layout(5) has them */
#include "base/compat.h"

#include <sys/stat.h>

#include <fcntl.h>

#include "base/err.h"
#include "base/strvec.h"
#include "change/repo.h"
#include "sys/dir.h"
#include "sys/file.h"
#include "sys/gitdir.h"
#include "sys/path.h"
#include "tools/init.h"

enum { ENTRIES_MAX = 1000 };

void
linked_release(struct linked *l)
{
	free(l->entry);
	l->entry = NULL;
	buf_release(&l->top);
}

/* The one line of a file, without `word` before it.  False: it is not so. */
static bool
read_line(int dirfd, const char *path, const char *word, struct buf *out)
{
	struct err ignored = ERR_INIT;
	struct file f = FILE_INIT;
	const char *text;
	bool is;

	buf_clear(out);
	is = file_read(dirfd, path, PATH_MAX, &f, &ignored) == 0;
	text = buf_str(&f.data);
	is = is && strncmp(text, word, strlen(word)) == 0;
	if (is)
		buf_add(out, text + strlen(word),
		    strcspn(text + strlen(word), "\r\n"));
	file_release(&f);
	return is && out->len > 0;
}

/* True where the worktree of that folder's HEAD has the branch. */
static bool
has_branch(int common, const char *folder, const char *ref)
{
	char *path = mem_printf("%sHEAD", folder);
	struct buf line = BUF_INIT;
	bool has = read_line(common, path, "ref: ", &line) &&
	    strcmp(line.ptr, ref) == 0;

	free(path);
	buf_release(&line);
	return has;
}

/* True where the worktree is there, and of that entry. */
static bool
is_there(int common, const char *entry, const char *top)
{
	char *path = mem_printf("worktrees/%s", entry);
	int at = open(top, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int own = at < 0 ? -1 : gitdir_open(at);
	int is = openat(common, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool there = own >= 0 && is >= 0 && gitdir_same(own, is);

	free(path);
	if (at >= 0)
		close(at);
	if (own >= 0)
		close(own);
	if (is >= 0)
		close(is);
	return there;
}

/* Where the entry's worktree is: git writes the path of its .git. */
static void
find_top(int common, const char *entry, struct linked *out)
{
	char *path = mem_printf("worktrees/%s/gitdir", entry);
	struct buf line = BUF_INIT;

	if (read_line(common, path, "", &line)) {
		if (*line.ptr != '/') {
			path_of_fd(common, &out->top);
			buf_addf(&out->top, "/worktrees/%s/", entry);
		}
		buf_addb(&out->top, &line);
		buf_truncate(&out->top, path_dir_len(out->top.ptr));
		out->there = is_there(common, entry, out->top.ptr);
	}
	buf_release(&line);
	free(path);
}

int
linked_find(struct repo *r, const char *ref, struct linked *out,
    struct err *e)
{
	int common = open(repo_commondir(r), O_RDONLY | O_DIRECTORY |
	    O_CLOEXEC);
	struct strvec names = STRVEC_INIT;
	char *folder;
	size_t i;
	int rc = 0;

	if (common < 0)
		return err_errno(e, "%s", repo_commondir(r));
	if (has_branch(common, "", ref)) {
		path_of_fd(common, &out->top);
		out->there = true;
		rc = 1;
	} else if (dir_has(common, "worktrees")) {
		rc = dir_list(common, "worktrees", &names, e);
	}
	for (i = 0; rc == 0 && i < names.n; i++) {
		folder = mem_printf("worktrees/%s/", names.v[i]);
		if (has_branch(common, folder, ref)) {
			out->entry = mem_strdup(names.v[i]);
			find_top(common, names.v[i], out);
			rc = 1;
		}
		free(folder);
	}
	strvec_release(&names);
	close(common);
	return rc;
}

static int
write_line(int dirfd, const char *name, const char *line, struct err *e)
{
	struct file f = FILE_INIT;
	int rc;

	buf_addf(&f.data, "%s\n", line);
	rc = file_replace(dirfd, name, &f, e);
	file_release(&f);
	return rc;
}

/* True for an entry that was begun and not finished, by us: git locks its. */
static bool
is_begun(int common, const char *entry)
{
	char *head = mem_printf("%s/HEAD", entry);
	char *locked = mem_printf("%s/locked", entry);
	bool is = !dir_has(common, head) && !dir_has(common, locked);

	free(head);
	free(locked);
	return is;
}

/* A name that no other worktree has; the caller frees it. */
static char *
make_entry(int common, struct err *e)
{
	char *name, *path;
	int i, rc;

	if (dir_make(common, "worktrees", e) != 0)
		return NULL;
	for (i = 0; i < ENTRIES_MAX; i++) {
		name = i == 0 ? mem_strdup("board") :
		    mem_printf("board%d", i);
		path = mem_printf("worktrees/%s", name);
		rc = mkdirat(common, path, 0777);
		if (rc != 0 && errno == EEXIST && is_begun(common, path))
			rc = 0;
		free(path);
		if (rc == 0)
			return name;
		free(name);
		if (errno != EEXIST)
			break;
	}
	err_errno(e, "cannot make a worktree");
	return NULL;
}

/* What git finds the worktree by, in the entry. */
static int
write_entry(int common, const char *entry, const char *work, const char *ref,
    struct err *e)
{
	char *path = mem_printf("worktrees/%s", entry);
	char *gitdir = mem_printf("%s/.git", work);
	char *head = mem_printf("ref: %s", ref);
	int fd = path_open(common, path, O_RDONLY | O_DIRECTORY, e), rc = -1;

	if (fd >= 0) {
		rc = write_line(fd, "gitdir", gitdir, e);
		if (rc == 0)
			rc = write_line(fd, "commondir", "../..", e);
		if (rc == 0)
			rc = write_line(fd, "HEAD", head, e);
		close(fd);
	}
	free(path);
	free(gitdir);
	free(head);
	return rc;
}

/*
 * Two ways from one to the other, .work and the common directory: short ones
 * where both lie at the top of a worktree, which may be moved as a whole.
 */
static void
find_ways(const struct init *x, struct buf *to_common, struct buf *to_work)
{
	const char *common = repo_commondir(x->repo), *p;

	if (!path_is_below(common, x->root.ptr)) {
		buf_adds(to_common, common);
		buf_addb(to_work, &x->work);
		return;
	}
	common += x->root.len + 1;
	buf_addf(to_common, "../%s", common);
	for (p = common; *p != '\0'; p++)
		if (*p == '/')
			buf_adds(to_work, "../");
	buf_adds(to_work, path_base(x->work.ptr));
}

/* What the worktree finds git by, and the programs the worktree. */
static int
write_worktree(const struct init *x, int common, const char *entry,
    struct err *e)
{
	struct buf to_common = BUF_INIT, to_work = BUF_INIT, line = BUF_INIT;
	int fd, rc;

	if (mkdir(x->work.ptr, 0777) != 0 && errno != EEXIST)
		return err_errno(e, "%s", x->work.ptr);
	fd = open(x->work.ptr, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return err_errno(e, "%s", x->work.ptr);
	find_ways(x, &to_common, &to_work);
	buf_addf(&line, "gitdir: %sworktrees/%s", to_common.ptr, entry);
	rc = write_line(fd, ".git", line.ptr, e);
	close(fd);
	if (rc == 0)
		rc = dir_make(common, "task", e);
	if (rc == 0)
		rc = write_line(common, "task/board", to_work.ptr, e);
	buf_release(&line);
	buf_release(&to_common);
	buf_release(&to_work);
	return rc;
}

static int
open_common(const struct init *x, struct err *e)
{
	int fd = open(repo_commondir(x->repo), O_RDONLY | O_DIRECTORY |
	    O_CLOEXEC);

	return fd >= 0 ? fd : err_errno(e, "%s", repo_commondir(x->repo));
}

int
linked_enter(const struct init *x, const char *ref, char **entry,
    struct err *e)
{
	int common = open_common(x, e), rc;

	if (common < 0)
		return -1;
	if (*entry == NULL)
		*entry = make_entry(common, e);
	rc = *entry == NULL ? -1 :
	    write_entry(common, *entry, x->work.ptr, ref, e);
	close(common);
	return rc;
}

int
linked_join(const struct init *x, const char *entry, struct err *e)
{
	int common = open_common(x, e), rc;

	if (common < 0)
		return -1;
	rc = write_worktree(x, common, entry, e);
	close(common);
	return rc;
}

/* A folder and all below it.  What is gone already is no failure. */
static int
remove_all(int dirfd, const char *name, struct err *e)
{
	struct strvec names = STRVEC_INIT;
	int at, rc = 0;
	size_t i;

	if (unlinkat(dirfd, name, 0) == 0 || errno == ENOENT)
		return 0;
	if ((at = path_open(dirfd, name, O_RDONLY | O_DIRECTORY, e)) < 0)
		return -1;
	rc = dir_list(at, "", &names, e);
	for (i = 0; i < names.n && rc == 0; i++)
		rc = remove_all(at, names.v[i], e);
	close(at);
	strvec_release(&names);
	if (rc == 0 && unlinkat(dirfd, name, AT_REMOVEDIR) != 0)
		rc = err_errno(e, "%s", name);
	return rc;
}

/* The entry of the worktree, by its .git or by where git says that it is. */
static char *
find_entry(const struct init *x, int common, int work)
{
	struct linked l = LINKED_INIT;
	struct strvec names = STRVEC_INIT;
	struct err ignored = ERR_INIT;
	struct buf path = BUF_INIT;
	int own = gitdir_open(work);
	char *name = NULL;
	size_t i;

	if (own >= 0) {
		path_of_fd(own, &path);
		name = mem_strdup(path_base(path.ptr));
		close(own);
	} else if (dir_has(common, "worktrees") &&
	    dir_list(common, "worktrees", &names, &ignored) != 0) {
		strvec_clear(&names);
	}
	for (i = 0; i < names.n && name == NULL; i++) {
		find_top(common, names.v[i], &l);
		if (strcmp(buf_str(&l.top), x->work.ptr) == 0)
			name = mem_strdup(names.v[i]);
		linked_release(&l);
	}
	strvec_release(&names);
	buf_release(&path);
	return name;
}

/* Out of git's sight at once, and then away. */
static int
remove_entry(int common, const char *entry, struct err *e)
{
	static const char gone[] = "task/board-gone";
	char *path = mem_printf("worktrees/%s", entry);
	int rc = remove_all(common, gone, e);

	if (rc == 0 && renameat(common, path, common, gone) != 0)
		rc = err_errno(e, "%s", path);
	free(path);
	/* As git does, where it was the last. */
	if (rc == 0)
		(void)!unlinkat(common, "worktrees", AT_REMOVEDIR);
	return rc == 0 ? remove_all(common, gone, e) : -1;
}

int
linked_leave(const struct init *x, struct err *e)
{
	int common = open_common(x, e), work, rc = 0;
	char *entry;

	if (common < 0)
		return -1;
	work = open(x->work.ptr, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	entry = work < 0 ? NULL : find_entry(x, common, work);
	if (work < 0)
		rc = err_errno(e, "%s", x->work.ptr);
	if (rc == 0)
		rc = remove_all(work, ".git", e);
	if (rc == 0 && entry != NULL)
		rc = remove_entry(common, entry, e);
	if (rc == 0)
		rc = remove_all(common, "task/board-gone", e);
	/* While it is there somebody will go on with this. */
	if (rc == 0)
		rc = remove_all(common, "task/board", e);
	free(entry);
	if (work >= 0)
		close(work);
	close(common);
	return rc;
}

bool
linked_is_left(const struct init *x)
{
	struct err ignored = ERR_INIT;
	int common = open_common(x, &ignored);
	bool is = common >= 0 && dir_has(common, "task/board");

	if (common >= 0)
		close(common);
	return is;
}
