/* SPDX-License-Identifier: MIT */
/*
 * The recorder: an LD_PRELOAD library that writes down what a process and its
 * children do to files, and what they flush, so that t/fault/powercut can make
 * what a disk may hold when the power goes.
 *
 *	RECORD_LOG	where it is written: a header line for each call,
 *			"NAME INODE NUMBER SECOND LENGTH", and that many bytes
 *
 *	create mkdir	INODE is new; the bytes are its path
 *	unlink rmdir	the path
 *	rename link	from, a NUL, to
 *	truncate	NUMBER is the new size
 *	write		NUMBER is where, the bytes are what
 *	fsync fdatasync	INODE is on disk
 *	syncfs		all is
 *
 * Paths are absolute.  Calls are written down in their order, after they were
 * made; those that failed are not.
 */
#include "base/compat.h"

#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>

#include <fcntl.h>
#include <pthread.h>

#include "t/fault/shim.h"

enum { MAPPINGS_MAX = 64 };

struct mapping {
	void		*at;
	size_t		 len;
	off_t		 offset;
	int		 fd;
};

static int log_fd = -1;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static struct mapping mappings[MAPPINGS_MAX];

__attribute__((constructor)) static void
start(void)
{
	const char *path = getenv("RECORD_LOG");

	if (path == NULL)
		return;
	log_fd = REAL(int, "open", (const char *, int, ...))(path,
	    O_WRONLY | O_APPEND | O_CLOEXEC);
	/* Where a program that closes the first few does not find it. */
	if (log_fd >= 0)
		log_fd = fcntl(log_fd, F_DUPFD_CLOEXEC, 200);
}

/* The calls of several threads are made, and written down, one by one. */
static void
enter(void)
{
	pthread_mutex_lock(&mutex);
}

static void
leave(void)
{
	int saved = errno;

	pthread_mutex_unlock(&mutex);
	errno = saved;
}

struct call {
	const char	*name;
	ino_t		 ino;
	off_t		 number;
};

static void
note(const struct call *c, const void *data, size_t len)
{
	struct iovec v[2];
	char head[128];
	int saved = errno;

	if (log_fd < 0)
		return;
	v[0].iov_base = head;
	v[0].iov_len = (size_t)snprintf(head, sizeof(head),
	    "%s %ju %jd %jd %zu\n", c->name, (uintmax_t)c->ino,
	    (intmax_t)c->number, (intmax_t)time(NULL), len);
	v[1].iov_base = (void *)(uintptr_t)data;
	v[1].iov_len = len;
	if (writev(log_fd, v, 2) != (ssize_t)(v[0].iov_len + len))
		abort();
	errno = saved;
}

/* The path as the kernel takes it: absolute, whatever it is relative to. */
static size_t
whole_path(char out[PATH_MAX], int dirfd, const char *path)
{
	char link[64];
	ssize_t n = 0;

	while (strncmp(path, "./", 2) == 0)
		path += 2;
	if (*path != '/' && dirfd == AT_FDCWD) {
		if (getcwd(out, PATH_MAX) == NULL)
			abort();
		n = (ssize_t)strlen(out);
	} else if (*path != '/') {
		snprintf(link, sizeof(link), "/proc/self/fd/%d", dirfd);
		if ((n = readlink(link, out, PATH_MAX - 1)) < 0)
			abort();
	}
	return (size_t)n + (size_t)snprintf(out + n, PATH_MAX - (size_t)n,
	    "%s%s", *path == '/' ? "" : "/", path);
}

static ino_t
inode_of(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 ? st.st_ino : 0;
}

static void
note_path(const char *name, ino_t ino, int dirfd, const char *path)
{
	char whole[PATH_MAX];
	size_t len = whole_path(whole, dirfd, path);

	note(&(struct call){ name, ino, 0 }, whole, len);
}

static void
note_paths(const char *name, int from_fd, const char *from, int to_fd,
    const char *to)
{
	char both[2 * PATH_MAX];
	size_t len = whole_path(both, from_fd, from) + 1;

	len += whole_path(both + len, to_fd, to);
	note(&(struct call){ name, 0, 0 }, both, len);
}

static int
open_any(int dirfd, const char *path, int flags, mode_t mode)
{
	struct stat st;
	bool is_new;
	int fd;

	if ((flags & (O_CREAT | O_TRUNC)) == 0 || (flags & O_TMPFILE) ==
	    O_TMPFILE)
		return REAL(int, "openat", (int, const char *, int, ...))
		    (dirfd, path, flags, mode);
	enter();
	is_new = fstatat(dirfd, path, &st, AT_SYMLINK_NOFOLLOW) != 0;
	fd = REAL(int, "openat", (int, const char *, int, ...))(dirfd, path,
	    flags, mode);
	if (fd >= 0 && is_new)
		note_path("create", inode_of(fd), dirfd, path);
	else if (fd >= 0 && (flags & O_TRUNC) != 0)
		note(&(struct call){ "truncate", inode_of(fd), 0 }, "", 0);
	leave();
	return fd;
}

#define TAKE_MODE(mode) do {						\
	va_list ap;							\
	va_start(ap, flags);						\
	(mode) = (flags & O_CREAT) != 0 ? va_arg(ap, mode_t) : 0;	\
	va_end(ap);							\
} while (0)

int
open(const char *path, int flags, ...)
{
	mode_t mode;

	TAKE_MODE(mode);
	return open_any(AT_FDCWD, path, flags, mode);
}

int
open64(const char *path, int flags, ...)
{
	mode_t mode;

	TAKE_MODE(mode);
	return open_any(AT_FDCWD, path, flags, mode);
}

int
openat(int dirfd, const char *path, int flags, ...)
{
	mode_t mode;

	TAKE_MODE(mode);
	return open_any(dirfd, path, flags, mode);
}

int
openat64(int dirfd, const char *path, int flags, ...)
{
	mode_t mode;

	TAKE_MODE(mode);
	return open_any(dirfd, path, flags, mode);
}

int
creat(const char *path, mode_t mode)
{
	return open_any(AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC, mode);
}

/* Where a write goes; false where it is no file. */
static bool
place(int fd, struct call *c)
{
	struct stat st;
	int flags;

	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
		return false;
	flags = fcntl(fd, F_GETFL);
	c->ino = st.st_ino;
	c->number = flags >= 0 && (flags & O_APPEND) != 0 ? st.st_size :
	    lseek(fd, 0, SEEK_CUR);
	return true;
}

ssize_t
write(int fd, const void *data, size_t len)
{
	struct call c = { .name = "write" };
	bool is_file;
	ssize_t n;

	enter();
	is_file = place(fd, &c);
	n = REAL(ssize_t, "write", (int, const void *, size_t))(fd, data,
	    len);
	if (n > 0 && is_file)
		note(&c, data, (size_t)n);
	leave();
	return n;
}

static ssize_t
pwrite_any(int fd, const void *data, size_t len, off_t at)
{
	ssize_t n;

	enter();
	n = REAL(ssize_t, "pwrite64", (int, const void *, size_t, off_t))(fd,
	    data, len, at);
	if (n > 0)
		note(&(struct call){ "write", inode_of(fd), at }, data,
		    (size_t)n);
	leave();
	return n;
}

ssize_t
pwrite(int fd, const void *data, size_t len, off_t at)
{
	return pwrite_any(fd, data, len, at);
}

ssize_t
pwrite64(int fd, const void *data, size_t len, off_t at)
{
	return pwrite_any(fd, data, len, at);
}

/* What is written through memory is written when it is given back. */
static void *
mmap_any(struct mapping m, void *at, int prot, int flags)
{
	void *p;
	int i;

	p = REAL(void *, "mmap64", (void *, size_t, int, int, int, off_t))(at,
	    m.len, prot, flags, m.fd, m.offset);
	if (p == MAP_FAILED || (flags & MAP_SHARED) == 0 ||
	    (prot & PROT_WRITE) == 0 || m.fd < 0)
		return p;
	enter();
	for (i = 0; i < MAPPINGS_MAX && mappings[i].at != NULL; i++)
		continue;
	if (i == MAPPINGS_MAX)
		abort();
	mappings[i] = m;
	mappings[i].at = p;
	mappings[i].fd = fcntl(m.fd, F_DUPFD_CLOEXEC, 200);
	leave();
	return p;
}

#define MMAP(name, offset_type)						\
void *name(void *at, size_t len, int prot, int flags, int fd,		\
    offset_type offset)							\
{									\
	return mmap_any((struct mapping){ NULL, len, offset, fd }, at,	\
	    prot, flags);						\
}

MMAP(mmap, off_t)
MMAP(mmap64, off64_t)

static void
note_mapping(struct mapping *m)
{
	struct stat st;
	size_t len = m->len;

	if (fstat(m->fd, &st) != 0)
		abort();
	if (m->offset + (off_t)len > st.st_size)
		len = st.st_size < m->offset ? 0 :
		    (size_t)(st.st_size - m->offset);
	note(&(struct call){ "write", st.st_ino, m->offset }, m->at, len);
	close(m->fd);
	m->at = NULL;
}

int
munmap(void *at, size_t len)
{
	int i, rc;

	enter();
	for (i = 0; i < MAPPINGS_MAX; i++)
		if (mappings[i].at == at && at != NULL)
			note_mapping(&mappings[i]);
	rc = REAL(int, "munmap", (void *, size_t))(at, len);
	leave();
	return rc;
}

/* A call that is made, and noted where it worked. */
#define SIMPLE(name, params, args, noted)				\
int									\
name params								\
{									\
	int (*fn) params = (int (*) params)real(#name), rc;		\
									\
	enter();							\
	rc = fn args;							\
	if (rc == 0)							\
		noted;							\
	leave();							\
	return rc;							\
}

SIMPLE(rename, (const char *from, const char *to), (from, to),
    note_paths("rename", AT_FDCWD, from, AT_FDCWD, to))
SIMPLE(renameat, (int a, const char *from, int b, const char *to),
    (a, from, b, to), note_paths("rename", a, from, b, to))
SIMPLE(renameat2, (int a, const char *from, int b, const char *to,
    unsigned flags), (a, from, b, to, flags),
    note_paths("rename", a, from, b, to))
SIMPLE(link, (const char *from, const char *to), (from, to),
    note_paths("link", AT_FDCWD, from, AT_FDCWD, to))
SIMPLE(linkat, (int a, const char *from, int b, const char *to, int flags),
    (a, from, b, to, flags), note_paths("link", a, from, b, to))
SIMPLE(unlink, (const char *path), (path),
    note_path("unlink", 0, AT_FDCWD, path))
SIMPLE(unlinkat, (int dirfd, const char *path, int flags),
    (dirfd, path, flags), note_path((flags & AT_REMOVEDIR) != 0 ? "rmdir" :
    "unlink", 0, dirfd, path))
SIMPLE(rmdir, (const char *path), (path),
    note_path("rmdir", 0, AT_FDCWD, path))
SIMPLE(ftruncate, (int fd, off_t len), (fd, len),
    note(&(struct call){ "truncate", inode_of(fd), len }, "", 0))
SIMPLE(ftruncate64, (int fd, off64_t len), (fd, len),
    note(&(struct call){ "truncate", inode_of(fd), len }, "", 0))
SIMPLE(fsync, (int fd), (fd),
    note(&(struct call){ "fsync", inode_of(fd), 0 }, "", 0))
SIMPLE(fdatasync, (int fd), (fd),
    note(&(struct call){ "fdatasync", inode_of(fd), 0 }, "", 0))
SIMPLE(syncfs, (int fd), (fd),
    note(&(struct call){ "syncfs", inode_of(fd), 0 }, "", 0))

static void
note_folder(int dirfd, const char *path)
{
	struct stat st;

	if (fstatat(dirfd, path, &st, 0) != 0)
		abort();
	note_path("mkdir", st.st_ino, dirfd, path);
}

SIMPLE(mkdir, (const char *path, mode_t mode), (path, mode),
    note_folder(AT_FDCWD, path))
SIMPLE(mkdirat, (int dirfd, const char *path, mode_t mode),
    (dirfd, path, mode), note_folder(dirfd, path))
