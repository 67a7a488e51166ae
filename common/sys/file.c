/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include <fcntl.h>

#include "base/err.h"
#include "sys/file.h"
#include "sys/path.h"

void
file_release(struct file *f)
{
	buf_release(&f->data);
}

int
fd_write_all(int fd, const void *data, size_t len)
{
	const char *p = data;
	ssize_t n;

	while (len > 0) {
		n = write(fd, p, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		p += n;
		len -= (size_t)n;
	}
	return 0;
}

int
fd_read_all(int fd, size_t max, struct buf *out, struct err *e)
{
	ssize_t n;

	for (;;) {
		buf_grow(out, 65536);
		n = read(fd, out->ptr + out->len, 65536);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_errno(e, "cannot read");
		buf_truncate(out, out->len + (size_t)n);
		if (out->len > max)
			return err_set(e, EX_DATAERR,
			    "larger than %zu bytes", max);
		if (n == 0)
			return 0;
	}
}

static const char *
kind_of(mode_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFDIR:
		return "a directory";
	case S_IFIFO:
		return "a FIFO";
	case S_IFLNK:
		return "a symbolic link";
	case S_IFSOCK:
		return "a socket";
	default:
		return "a device";
	}
}

/* The size is known, so one read is enough unless the file is growing. */
static int
read_regular(int fd, size_t max, struct file *f, struct err *e)
{
	size_t want;
	ssize_t n;

	if (!S_ISREG(f->st.st_mode))
		return err_set(e, EX_DATAERR, "is %s, not a file",
		    kind_of(f->st.st_mode));
	if ((uintmax_t)f->st.st_size > max)
		return err_set(e, EX_DATAERR,
		    "%jd bytes, more than the %zu that such a file may have",
		    (intmax_t)f->st.st_size, max);
	want = (size_t)f->st.st_size + 1;
	buf_clear(&f->data);
	buf_grow(&f->data, want);
	while ((n = read(fd, f->data.ptr, want)) < 0 && errno == EINTR)
		continue;
	if (n < 0)
		return err_errno(e, "cannot read");
	buf_truncate(&f->data, (size_t)n);
	if ((size_t)n == want - 1)
		return 0;
	return fd_read_all(fd, max, &f->data, e);
}

int
file_read(int dirfd, const char *path, size_t max, struct file *f,
    struct err *e)
{
	int fd, rc;

	/* Without O_NONBLOCK a FIFO would hold us for ever. */
	fd = path_open(dirfd, path, O_RDONLY | O_NONBLOCK | O_NOCTTY, e);
	if (fd < 0)
		return -1;
	if (fstat(fd, &f->st) != 0)
		rc = err_errno(e, "%s", path);
	else if ((rc = read_regular(fd, max, f, e)) != 0)
		err_prefix(e, "%s", path);
	close(fd);
	return rc;
}

int
file_look(int dirfd, const char *name, size_t max, struct err *e)
{
	struct stat st;

	if (fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return err_errno(e, "%s", name);
	if (!S_ISREG(st.st_mode))
		return err_set(e, EX_DATAERR, "%s: is %s, not a file", name,
		    kind_of(st.st_mode));
	if ((uintmax_t)st.st_size > max)
		return err_set(e, EX_DATAERR, "%s: %jd bytes, more than the "
		    "%zu that such a file may have", name,
		    (intmax_t)st.st_size, max);
	return 0;
}

char *
file_temp(const char *name)
{
	/* A name of NAME_MAX bytes leaves no room for a suffix. */
	return mem_printf(".%.240s.tmp", name);
}

void
file_drop_temp(int dirfd, const char *path)
{
	struct err ignored = ERR_INIT;
	int parent = path_open_parent(dirfd, path, &ignored);
	char *temp;

	if (parent < 0)
		return;
	temp = file_temp(path_base(path));
	(void)!unlinkat(parent, temp, 0);
	close(parent);
	free(temp);
}

/* One that was left by a process that died is taken away. */
static int
make_temp(int dirfd, const char *temp)
{
	const int flags =
	    O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW;
	int fd = openat(dirfd, temp, flags, 0666);

	if (fd >= 0 || errno != EEXIST || unlinkat(dirfd, temp, 0) != 0)
		return fd;
	return openat(dirfd, temp, flags, 0666);
}

static int
write_temp(int dirfd, const char *temp, struct file *f)
{
	mode_t mode = f->st.st_mode & 07777;
	int fd, rc;

	if ((fd = make_temp(dirfd, temp)) < 0)
		return -1;
	rc = fd_write_all(fd, f->data.ptr, f->data.len);
	if (rc == 0)
		rc = fstat(fd, &f->st);
	if (rc == 0 && mode != 0 && (f->st.st_mode & 07777) != mode &&
	    (rc = fchmod(fd, mode)) == 0)
		rc = fstat(fd, &f->st);
	if (close(fd) != 0)
		rc = -1;
	return rc;
}

int
file_replace(int dirfd, const char *path, struct file *f, struct err *e)
{
	const char *name = path_base(path);
	struct stat st;
	char *temp;
	int parent, rc;

	if ((parent = path_open_parent(dirfd, path, e)) < 0)
		return -1;
	if (fstatat(parent, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    !S_ISREG(st.st_mode)) {
		close(parent);
		return err_set(e, EX_DATAERR, "%s: not a plain file, and not "
		    "replaced", path);
	}
	temp = file_temp(name);
	rc = write_temp(parent, temp, f);
	if (rc == 0)
		rc = renameat(parent, temp, parent, name);
	if (rc != 0) {
		err_errno(e, "%s: cannot write", path);
		unlinkat(parent, temp, 0);
	} else if (fstatat(parent, name, &f->st, AT_SYMLINK_NOFOLLOW) != 0) {
		rc = err_errno(e, "%s", path);
	}
	close(parent);
	free(temp);
	return rc;
}

bool
file_same(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino &&
	    a->st_size == b->st_size &&
	    a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
	    a->st_mtim.tv_nsec == b->st_mtim.tv_nsec &&
	    a->st_ctim.tv_sec == b->st_ctim.tv_sec &&
	    a->st_ctim.tv_nsec == b->st_ctim.tv_nsec;
}
