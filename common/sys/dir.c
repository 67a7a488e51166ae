/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include <sys/stat.h>

#include <dirent.h>
#include <fcntl.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/strvec.h"
#include "sys/dir.h"
#include "sys/path.h"

struct visit {
	void		(*fn)(const char *name, void *ctx);
	void		*ctx;
	bool		 no_files;
};

static bool
is_plain_file(DIR *dir, const struct dirent *d)
{
	struct stat st;

	if (d->d_type != DT_UNKNOWN)
		return d->d_type == DT_REG;
	return fstatat(dirfd(dir), d->d_name, &st,
	    AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode);
}

static int
visit(int at, const char *path, const struct visit *v, struct err *e)
{
	struct dirent *d;
	DIR *dir;
	int fd, rc = 0;

	fd = path_open(at, path, O_RDONLY | O_DIRECTORY, e);
	if (fd < 0)
		return -1;
	if ((dir = fdopendir(fd)) == NULL) {
		err_errno(e, "%s", path);
		close(fd);
		return -1;
	}
	for (errno = 0; (d = readdir(dir)) != NULL; errno = 0)
		if (strcmp(d->d_name, ".") != 0 &&
		    strcmp(d->d_name, "..") != 0 &&
		    (!v->no_files || !is_plain_file(dir, d)))
			v->fn(d->d_name, v->ctx);
	if (errno != 0)
		rc = err_errno(e, "%s: cannot list", path);
	closedir(dir);
	return rc;
}

int
dir_each(int dirfd, const char *path, void (*fn)(const char *, void *),
    void *ctx, struct err *e)
{
	struct visit v = { fn, ctx, false };

	return visit(dirfd, path, &v, e);
}

int
dir_each_folder(int dirfd, const char *path,
    void (*fn)(const char *, void *), void *ctx, struct err *e)
{
	struct visit v = { fn, ctx, true };

	return visit(dirfd, path, &v, e);
}

static void
add_name(const char *name, void *ctx)
{
	strvec_add(ctx, name);
}

int
dir_list(int dirfd, const char *path, struct strvec *names, struct err *e)
{
	if (dir_each(dirfd, path, add_name, names, e) != 0)
		return -1;
	strvec_sort(names);
	return 0;
}

int
dir_has(int dirfd, const char *path)
{
	struct err ignored = ERR_INIT;
	struct stat st;
	int parent = dirfd, has;

	if (strchr(path, '/') != NULL &&
	    (parent = path_open_parent(dirfd, path, &ignored)) < 0)
		return 0;
	has = fstatat(parent, path_base(path), &st, AT_SYMLINK_NOFOLLOW) == 0;
	if (parent != dirfd)
		close(parent);
	return has;
}

int
dir_make(int dirfd, const char *path, struct err *e)
{
	size_t n = path_dir_len(path);
	struct buf up = BUF_INIT;
	int parent, rc = 0;

	if (*path == '\0')
		return 0;
	if ((parent = path_open(dirfd, path, O_PATH | O_DIRECTORY, e)) >= 0) {
		close(parent);
		return 0;
	}
	if (e->status != EX_NOINPUT)
		return -1;
	buf_add(&up, path, n);
	if (dir_make(dirfd, buf_str(&up), e) != 0)
		rc = -1;
	buf_release(&up);
	if (rc != 0 || (parent = path_open_parent(dirfd, path, e)) < 0)
		return -1;
	if (mkdirat(parent, path_base(path), 0777) != 0 && errno != EEXIST)
		rc = err_errno(e, "%s: cannot make the directory", path);
	close(parent);
	return rc;
}
