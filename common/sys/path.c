/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include <sys/stat.h>
#include <sys/syscall.h>

#include <fcntl.h>
#include <linux/openat2.h>

#include "base/buf.h"
#include "base/err.h"
#include "sys/path.h"

bool
path_is_plain(const char *path)
{
	size_t n;
	int depth;

	for (depth = 0; depth < PATH_DEPTH_MAX; depth++) {
		n = strcspn(path, "/");
		if (n == 0 || n > NAME_MAX || (n == 1 && path[0] == '.') ||
		    (n == 2 && path[0] == '.' && path[1] == '.'))
			return false;
		if (path[n] == '\0')
			return true;
		path += n + 1;
	}
	return false;
}

const char *
path_base(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash == NULL ? path : slash + 1;
}

size_t
path_dir_len(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash == NULL ? 0 : (size_t)(slash - path);
}

bool
path_is_below(const char *path, const char *dir)
{
	size_t n = strlen(dir);

	return strncmp(path, dir, n) == 0 &&
	    (path[n] == '\0' || path[n] == '/');
}

/* One component at a time, for kernels without openat2(2). */
static int
walk(int dirfd, const char *path, int flags)
{
	char name[NAME_MAX + 1];
	int fd = dirfd, next, saved;
	size_t n;

	for (;; path += n + 1, fd = next) {
		n = strcspn(path, "/");
		memcpy(name, path, n);
		name[n] = '\0';
		next = openat(fd, name, O_NOFOLLOW | O_CLOEXEC |
		    (path[n] == '\0' ? flags : O_PATH | O_DIRECTORY));
		saved = errno;
		if (fd != dirfd)
			close(fd);
		errno = saved;
		if (next < 0 || path[n] == '\0')
			return next;
	}
}

static int
open_beneath(int dirfd, const char *path, int flags)
{
	struct open_how how = {
		.flags = (unsigned)(flags | O_CLOEXEC | O_NOFOLLOW),
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS,
	};
	long fd;

	fd = syscall(SYS_openat2, dirfd, path, &how, sizeof(how));
	if (fd < 0 && (errno == ENOSYS || errno == EPERM))
		return walk(dirfd, path, flags);
	return (int)fd;
}

/* With O_DIRECTORY a link is just no directory to the kernel. */
static bool
has_link(int dirfd, const char *path)
{
	char part[PATH_MAX];
	int saved = errno;
	struct stat st;
	size_t n = 0;
	bool has = false;

	while (saved == ENOTDIR && !has && path[n] != '\0' &&
	    n < sizeof(part) - 1) {
		n += strcspn(path + n + 1, "/") + 1;
		if (n >= sizeof(part))
			break;
		memcpy(part, path, n);
		part[n] = '\0';
		has = fstatat(dirfd, part, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
		    S_ISLNK(st.st_mode);
	}
	errno = saved;
	return has;
}

int
path_open(int dirfd, const char *path, int flags, struct err *e)
{
	int fd;

	if (*path == '\0')
		path = ".";
	else if (!path_is_plain(path))
		return err_set(e, EX_DATAERR,
		    "%s: not a plain path below the tree", path);
	fd = open_beneath(dirfd, path, flags);
	if (fd < 0 && (errno == ELOOP || has_link(dirfd, path)))
		return err_set(e, EX_DATAERR,
		    "%s: a symbolic link, which is never followed", path);
	if (fd < 0)
		return err_errno(e, "%s", path);
	return fd;
}

int
path_open_parent(int dirfd, const char *path, struct err *e)
{
	struct buf dir = BUF_INIT;
	int fd;

	buf_add(&dir, path, path_dir_len(path));
	fd = path_open(dirfd, buf_str(&dir), O_RDONLY | O_DIRECTORY, e);
	buf_release(&dir);
	return fd;
}

void
path_of_fd(int fd, struct buf *out)
{
	char link[32], target[PATH_MAX];
	ssize_t n;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, target, sizeof(target));
	if (n > 0)
		buf_add(out, target, (size_t)n);
	else
		buf_adds(out, ".");
}
