/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include <sys/stat.h>

#include <fcntl.h>

#include "sys/gitdir.h"

static int
open_folder(int dirfd, const char *path)
{
	return openat(dirfd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* The one line of a small file.  False where it is none. */
static bool
read_line(int dirfd, const char *name, char line[PATH_MAX])
{
	int fd = openat(dirfd, name,
	    O_RDONLY | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;
	ssize_t n = -1;

	if (fd < 0)
		return false;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		n = read(fd, line, PATH_MAX - 1);
	close(fd);
	while (n > 0 && (line[n - 1] == '\n' || line[n - 1] == '\r'))
		n--;
	if (n <= 0 || n == PATH_MAX - 1)
		return false;
	line[n] = '\0';
	return strlen(line) == (size_t)n;
}

int
gitdir_open(int dirfd)
{
	static const char word[] = "gitdir: ";
	char line[PATH_MAX];
	int fd = open_folder(dirfd, ".git");

	if (fd >= 0 || errno != ENOTDIR)
		return fd;
	if (!read_line(dirfd, ".git", line) ||
	    strncmp(line, word, strlen(word)) != 0)
		return -1;
	return open_folder(dirfd, line + strlen(word));
}

int
gitdir_open_common(int dirfd)
{
	char line[PATH_MAX];
	int fd = gitdir_open(dirfd), common;

	if (fd < 0 || !read_line(fd, "commondir", line))
		return fd;
	common = open_folder(fd, line);
	close(fd);
	return common;
}

bool
gitdir_same(int a, int b)
{
	struct stat x, y;

	return fstat(a, &x) == 0 && fstat(b, &y) == 0 &&
	    x.st_ino == y.st_ino && x.st_dev == y.st_dev;
}
