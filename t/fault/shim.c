/* SPDX-License-Identifier: MIT */
/*
 * The fault shim: an LD_PRELOAD library that lets one mutating system call of
 * a process fail, or ends the process there.
 *
 *	FAULT_N		which call, from 1; 0 or unset: none
 *	FAULT_AT	the first call whose name and path ("rename x/y") match
 *			this basic regular expression
 *	FAULT_MODE	eio, enospc: the call fails with that error
 *			kill: the process is killed before it
 *			torn: a write is cut in half, then as kill
 *	FAULT_LOG	where the number of calls is written at the end; the
 *			file says "untouched N" when none was made to fail
 *	FAULT_TRACE	where each call is written, for people
 *	FAULT_THREADS	set: threads are made as ever; else there are none to
 *			be had, so that calls come in the same order each time
 *
 * Counted are calls that change files: opening with O_CREAT or O_TRUNC,
 * writing (but to descriptors 0 to 2), renaming, linking, removing, making
 * directories, truncating, flushing, changing modes.  Children are left alone.
 */
#include "base/compat.h"

#include <sys/stat.h>
#include <sys/uio.h>

#include <fcntl.h>
#include <pthread.h>
#include <regex.h>
#include <signal.h>

#include "t/fault/shim.h"

static unsigned long calls, target;
static int fault_errno;			/* 0: kill */
static bool torn, hit, has_at;
static regex_t where;
static __thread bool dying;		/* this thread is at the call */
static char log_path[PATH_MAX], trace_path[PATH_MAX];

__attribute__((constructor)) static void
start(void)
{
	const char *n = getenv("FAULT_N"), *mode = getenv("FAULT_MODE");
	const char *log = getenv("FAULT_LOG"), *trace = getenv("FAULT_TRACE");
	const char *pattern = getenv("FAULT_AT");

	target = n == NULL ? 0 : strtoul(n, NULL, 10);
	has_at = pattern != NULL && regcomp(&where, pattern, REG_NOSUB) == 0;
	fault_errno = mode != NULL && strcmp(mode, "enospc") == 0 ? ENOSPC :
	    mode != NULL && strcmp(mode, "eio") == 0 ? EIO : 0;
	torn = mode != NULL && strcmp(mode, "torn") == 0;
	snprintf(log_path, sizeof(log_path), "%s", log == NULL ? "" : log);
	snprintf(trace_path, sizeof(trace_path), "%s",
	    trace == NULL ? "" : trace);
	unsetenv("LD_PRELOAD");
	unsetenv("FAULT_N");
	unsetenv("FAULT_AT");
	unsetenv("FAULT_LOG");
	unsetenv("FAULT_TRACE");
}

static void
note(const char *path, int flags, const char *text)
{
	int fd;

	if (*path == '\0')
		return;
	fd = REAL(int, "open", (const char *, int, ...))(path,
	    O_WRONLY | O_CREAT | O_CLOEXEC | flags, 0666);
	if (fd >= 0) {
		(void)!REAL(ssize_t, "write", (int, const void *, size_t))(fd,
		    text, strlen(text));
		close(fd);
	}
}

__attribute__((destructor)) static void
end(void)
{
	char text[64];

	snprintf(text, sizeof(text), "%s %lu\n", hit ? "hit" : "untouched",
	    calls);
	note(log_path, O_TRUNC, text);
}

/* True where this call is to fail; errno is set then. */
static bool
fails(const char *what, const char *path)
{
	char call[PATH_MAX + 32], text[PATH_MAX + 64];
	unsigned long n = __atomic_add_fetch(&calls, 1, __ATOMIC_SEQ_CST);
	bool here;

	snprintf(call, sizeof(call), "%s %s", what, path);
	snprintf(text, sizeof(text), "%lu %s\n", n, call);
	note(trace_path, O_APPEND, text);
	here = n == target || (has_at && !hit &&
	    regexec(&where, call, 0, NULL, 0) == 0);
	dying = torn && here;
	if (!here)
		return false;
	hit = true;
	if (fault_errno == 0 && !torn) {
		note(log_path, O_TRUNC, "hit\n");
		raise(SIGKILL);
	}
	errno = fault_errno;
	return fault_errno != 0;
}

static bool
is_dying(void)
{
	return dying;
}

static void
die(void)
{
	note(log_path, O_TRUNC, "hit\n");
	raise(SIGKILL);
}

static int
open_any(const char *name, int dirfd, const char *path, int flags,
    mode_t mode)
{
	if ((flags & (O_CREAT | O_TRUNC)) != 0) {
		if (fails(name, path))
			return -1;
		if (is_dying())
			die();
	}
	return REAL(int, "openat", (int, const char *, int, ...))(dirfd, path,
	    flags, mode);
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
	return open_any("open", AT_FDCWD, path, flags, mode);
}

int
open64(const char *path, int flags, ...)
{
	mode_t mode;

	TAKE_MODE(mode);
	return open_any("open", AT_FDCWD, path, flags, mode);
}

int
openat(int dirfd, const char *path, int flags, ...)
{
	mode_t mode;

	TAKE_MODE(mode);
	return open_any("openat", dirfd, path, flags, mode);
}

int
openat64(int dirfd, const char *path, int flags, ...)
{
	mode_t mode;

	TAKE_MODE(mode);
	return open_any("openat", dirfd, path, flags, mode);
}

int
creat(const char *path, mode_t mode)
{
	return open_any("creat", AT_FDCWD, path,
	    O_WRONLY | O_CREAT | O_TRUNC, mode);
}

ssize_t
write(int fd, const void *data, size_t len)
{
	ssize_t (*fn)(int, const void *, size_t) = real("write");

	if (fd <= STDERR_FILENO)
		return fn(fd, data, len);
	if (fails("write", ""))
		return -1;
	if (is_dying()) {
		(void)!fn(fd, data, len / 2);
		die();
	}
	return fn(fd, data, len);
}

static ssize_t
pwrite_any(int fd, const void *data, size_t len, off_t at)
{
	ssize_t (*fn)(int, const void *, size_t, off_t) = real("pwrite64");

	if (fails("pwrite", ""))
		return -1;
	if (is_dying()) {
		(void)!fn(fd, data, len / 2, at);
		die();
	}
	return fn(fd, data, len, at);
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

/* The calls that are simply made or not: name, parameters, arguments. */
#define SIMPLE(name, path, params, args)				\
int									\
name params								\
{									\
	int (*fn) params = (int (*) params)real(#name);			\
									\
	if (fails(#name, path))						\
		return -1;						\
	if (is_dying())							\
		die();							\
	return fn args;							\
}

SIMPLE(rename, to, (const char *from, const char *to), (from, to))
SIMPLE(renameat, to, (int a, const char *from, int b, const char *to),
    (a, from, b, to))
SIMPLE(link, to, (const char *from, const char *to), (from, to))
SIMPLE(linkat, to, (int a, const char *from, int b, const char *to,
    int flags), (a, from, b, to, flags))
SIMPLE(symlink, to, (const char *from, const char *to), (from, to))
SIMPLE(unlink, path, (const char *path), (path))
SIMPLE(unlinkat, path, (int dirfd, const char *path, int flags),
    (dirfd, path, flags))
SIMPLE(rmdir, path, (const char *path), (path))
SIMPLE(mkdir, path, (const char *path, mode_t mode), (path, mode))
SIMPLE(mkdirat, path, (int dirfd, const char *path, mode_t mode),
    (dirfd, path, mode))
SIMPLE(chmod, path, (const char *path, mode_t mode), (path, mode))
SIMPLE(fchmod, "", (int fd, mode_t mode), (fd, mode))
SIMPLE(ftruncate, "", (int fd, off_t len), (fd, len))
SIMPLE(ftruncate64, "", (int fd, off64_t len), (fd, len))
SIMPLE(fsync, "", (int fd), (fd))
SIMPLE(fdatasync, "", (int fd), (fd))
SIMPLE(syncfs, "", (int fd), (fd))

int
pthread_create(pthread_t *thread, const pthread_attr_t *attr,
    void *(*run)(void *), void *arg)
{
	int (*fn)(pthread_t *, const pthread_attr_t *, void *(*)(void *),
	    void *) = (int (*)(pthread_t *, const pthread_attr_t *,
	    void *(*)(void *), void *))real("pthread_create");

	return getenv("FAULT_THREADS") == NULL ? EAGAIN :
	    fn(thread, attr, run, arg);
}
