/* SPDX-License-Identifier: MIT */
/* sys/file */
#include "base/compat.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <fcntl.h>
#include <signal.h>

#include "base/err.h"
#include "base/strvec.h"
#include "sys/dir.h"
#include "sys/file.h"
#include "t/unit/scratch.h"
#include "t/unit/tap.h"

enum { LIMIT = 1000 };

static int
try_read(const char *path, struct err *e)
{
	struct file f = FILE_INIT;
	int rc = file_read(scratch_fd(), path, LIMIT, &f, e);

	file_release(&f);
	return rc == 0 ? 0 : e->status;
}

static void
test_read(void)
{
	struct file f = FILE_INIT;
	struct err e = ERR_INIT;

	put_data("in/some", "a\0b\n", 4);
	ok(file_read(scratch_fd(), "in/some", LIMIT, &f, &e) == 0 &&
	    f.data.len == 4 && memcmp(f.data.ptr, "a\0b\n", 5) == 0,
	    "reads a file as it is, NUL bytes included");
	ok(S_ISREG(f.st.st_mode) && f.st.st_size == 4,
	    "and tells what stat(2) says of it");
	put_file("in/empty", "");
	ok(file_read(scratch_fd(), "in/empty", LIMIT, &f, &e) == 0 &&
	    f.data.len == 0, "reads an empty file, into the same buf");
	is_int(try_read("in/none", &e), EX_NOINPUT,
	    "one that is not there is EX_NOINPUT");
	is_str(e.msg, "in/none: No such file or directory",
	    "and named");
	is_int(try_read("../in/some", &e), EX_DATAERR,
	    "nothing is read from above");
	ok(try_read("in/some/x", &e) == EX_IOERR,
	    "nothing is read from below a file");
	file_release(&f);
	file_release(&f);
}

static void
test_limit(void)
{
	char text[LIMIT + 1];
	struct file f = FILE_INIT;
	struct err e = ERR_INIT;

	memset(text, 'x', sizeof(text));
	put_data("in/full", text, LIMIT);
	put_data("in/over", text, LIMIT + 1);
	ok(file_read(scratch_fd(), "in/full", LIMIT, &f, &e) == 0 &&
	    f.data.len == LIMIT, "reads as much as the limit");
	is_int(try_read("in/over", &e), EX_DATAERR,
	    "a byte more is EX_DATAERR");
	ok(strstr(e.msg, "in/over") != NULL && strstr(e.msg, "1001") != NULL
	    && strstr(e.msg, "1000") != NULL, "and says both sizes");
	ok(file_read(AT_FDCWD, "in/empty", LIMIT, &f, &e) == 0,
	    "reads below the current directory as well");
	file_release(&f);
}

/* Files whose size says nothing. */
static void
test_growing(void)
{
	struct file f = FILE_INIT;
	struct err e = ERR_INIT;
	int fd = open("/proc/self", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	ok(file_read(fd, "status", 1 << 20, &f, &e) == 0 &&
	    strncmp(buf_str(&f.data), "Name:", 5) == 0,
	    "reads a file that is longer than its size says");
	ok(file_read(fd, "status", 20, &f, &e) == -1 &&
	    e.status == EX_DATAERR, "but not beyond the limit");
	file_release(&f);
	close(fd);
}

static void
on_alarm(int sig)
{
	(void)sig;
	_exit(99);
}

static int
read_fifo(void *ctx)
{
	struct err e = ERR_INIT;

	(void)ctx;
	signal(SIGALRM, on_alarm);
	alarm(20);
	return try_read("in/fifo", &e);
}

static void
test_kinds(void)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	struct err e = ERR_INIT;
	struct child c;
	int s = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), dev;

	if (mkfifo("in/fifo", 0666) != 0 || symlink("some", "in/link") != 0)
		bail("no FIFO, no link: %s", strerror(errno));
	in_child(&c, read_fifo, NULL);
	is_int(c.status, EX_DATAERR, "a FIFO is EX_DATAERR, at once");
	child_release(&c);
	try_read("in/fifo", &e);
	is_str(e.msg, "in/fifo: is a FIFO, not a file", "and named as one");
	ok(try_read("in", &e) == EX_DATAERR &&
	    strstr(e.msg, "directory") != NULL, "so is a directory");
	ok(try_read("in/link", &e) == EX_DATAERR &&
	    strstr(e.msg, "link") != NULL, "so is a symbolic link");
	snprintf(at.sun_path, sizeof(at.sun_path), "in/sock");
	if (s < 0 || bind(s, (struct sockaddr *)&at, sizeof(at)) != 0)
		bail("no socket: %s", strerror(errno));
	ok(try_read("in/sock", &e) != 0, "a socket cannot be read");
	close(s);
	dev = open("/dev", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ok(file_read(dev, "null", LIMIT, &(struct file)FILE_INIT, &e) == -1 &&
	    e.status == EX_DATAERR && strstr(e.msg, "device") != NULL,
	    "a device is no file");
	close(dev);
}

static void
test_unreadable(void)
{
	struct err e = ERR_INIT;

	put_file("in/shut", "x");
	if (geteuid() == 0) {
		tap_skip("a file that may not be read is EX_IOERR",
		    "root reads it");
		return;
	}
	if (chmod("in/shut", 0) != 0)
		bail("chmod: %s", strerror(errno));
	is_int(try_read("in/shut", &e), EX_IOERR,
	    "a file that may not be read is EX_IOERR");
}

static size_t
count_names(const char *dir)
{
	struct strvec names = STRVEC_INIT;
	struct err e = ERR_INIT;
	size_t n;

	if (dir_list(scratch_fd(), dir, &names, &e) != 0)
		bail("%s", e.msg);
	n = names.n;
	strvec_release(&names);
	return n;
}

/* Replaces the file; 0 or a status. */
static int
try_replace(const char *path, const char *text, mode_t mode)
{
	struct file f = FILE_INIT;
	struct err e = ERR_INIT;
	int rc;

	buf_adds(&f.data, text);
	f.st.st_mode = mode;
	rc = file_replace(scratch_fd(), path, &f, &e);
	file_release(&f);
	return rc == 0 ? 0 : e.status;
}

static mode_t
mode_of(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 ? st.st_mode & 07777 : 0;
}

static void
test_replace(void)
{
	struct file f = FILE_INIT;
	struct err e = ERR_INIT;
	struct stat st;
	char *s;

	put_dir("new");
	ok(try_replace("new/a", "one", 0) == 0 && mode_of("new/a") == 0644,
	    "writes a new file with the permissions of new files");
	buf_adds(&f.data, "two\n");
	f.st.st_mode = S_IFREG | 0750;
	ok(file_replace(scratch_fd(), "new/a", &f, &e) == 0,
	    "replaces a file");
	s = get_file("new/a");
	is_str(s, "two\n", "with the new content");
	free(s);
	is_int(mode_of("new/a"), 0750, "and the permissions that were asked");
	ok(stat("new/a", &st) == 0 && file_same(&st, &f.st),
	    "and tells what stat(2) says now");
	is_int((intmax_t)count_names("new"), 1, "no temporary file is left");
	ok(file_read(scratch_fd(), "new/a", LIMIT, &f, &e) == 0 &&
	    file_replace(scratch_fd(), "new/a", &f, &e) == 0 &&
	    mode_of("new/a") == 0750, "a file that was read keeps its mode");
	ok(try_replace("new/a", "", 0) == 0 && (s = get_file("new/a")) !=
	    NULL && *s == '\0', "a file may become empty");
	free(s);
	file_release(&f);
}

static void
test_replace_fails(void)
{
	char *s;

	put_file("keep/dir/x", "");
	put_file("keep/some", "old");
	if (symlink("some", "keep/link") != 0 || mkfifo("keep/fifo", 0666)
	    != 0 || symlink("keep", "behind") != 0)
		bail("no FIFO, no link: %s", strerror(errno));
	ok(try_replace("keep/dir", "x", 0) != 0 && is_there("keep/dir/x"),
	    "a directory is not replaced");
	ok(try_replace("behind/some", "x", 0) != 0,
	    "nothing is written behind a link");
	ok(try_replace("keep/none/a", "x", 0) == EX_NOINPUT,
	    "nothing is written into a directory that is not there");
	ok(try_replace("../a", "x", 0) == EX_DATAERR,
	    "nothing is written above");
	is_int((intmax_t)count_names("keep"), 4,
	    "no temporary file is left where it failed");
	ok(try_replace("keep/link", "x", 0) != 0,
	    "a symbolic link is not replaced: only files are");
	s = get_file("keep/some");
	is_str(s, "old", "what a link leads to is never written");
	free(s);
	ok(try_replace("keep/fifo", "x", 0) != 0,
	    "a FIFO is not replaced: only files are");
}

static void
test_temp(void)
{
	char *temp = file_temp("card.md"), *again = file_temp("card.md");
	char name[NAME_MAX + 1];

	ok(temp[0] == '.' && strstr(temp, "card.md") != NULL &&
	    strcmp(temp, again) == 0,
	    "the temporary name is hidden, and the same each time");
	put_file("left/card.md", "old");
	put_file("left/.x", "");
	free(again);
	again = mem_printf("left/%s", temp);
	put_file(again, "half of a tex");
	ok(try_replace("left/card.md", "new", 0) == 0 && !is_there(again),
	    "a temporary file that a dead process left is no hindrance");
	free(again);
	free(temp);
	memset(name, 'n', sizeof(name));
	name[NAME_MAX] = '\0';
	temp = file_temp(name);
	ok(strlen(temp) <= NAME_MAX,
	    "the temporary name of the longest name fits");
	free(temp);
	temp = mem_printf("left/%s", name);
	is_int(try_replace(temp, "x", 0), 0, "the longest name can be written");
	free(temp);
}

static void
test_same(void)
{
	struct stat a, b;

	put_file("same/a", "1");
	put_file("same/b", "1");
	if (stat("same/a", &a) != 0 || stat("same/b", &b) != 0)
		bail("stat: %s", strerror(errno));
	ok(file_same(&a, &a) && !file_same(&a, &b),
	    "a file is the same as itself, and as no other");
	b = a;
	b.st_mtim.tv_nsec ^= 1;
	ok(!file_same(&a, &b), "a nanosecond later it is another version");
	b = a;
	b.st_size++;
	ok(!file_same(&a, &b), "of another size it is another version");
	b = a;
	b.st_ctim.tv_sec++;
	ok(!file_same(&a, &b), "changed since it is another version");
}

static int
write_to_nobody(void *ctx)
{
	int fds[2];

	(void)ctx;
	signal(SIGPIPE, SIG_IGN);
	if (pipe(fds) != 0)
		return 1;
	close(fds[0]);
	return fd_write_all(fds[1], "text", 4) == -1 && errno == EPIPE ? 0 :
	    2;
}

static void
test_descriptors(void)
{
	struct buf b = BUF_INIT;
	struct err e = ERR_INIT;
	struct child c;
	int fds[2], full;

	if (pipe(fds) != 0)
		bail("pipe: %s", strerror(errno));
	ok(fd_write_all(fds[1], "hello", 5) == 0 &&
	    fd_write_all(fds[1], "", 0) == 0, "writes to a descriptor");
	close(fds[1]);
	buf_adds(&b, "> ");
	ok(fd_read_all(fds[0], 100, &b, &e) == 0 &&
	    strcmp(b.ptr, "> hello") == 0, "reads to the end of a pipe");
	close(fds[0]);
	if (pipe(fds) != 0)
		bail("pipe: %s", strerror(errno));
	fd_write_all(fds[1], "hello", 5);
	close(fds[1]);
	buf_clear(&b);
	ok(fd_read_all(fds[0], 4, &b, &e) == -1 && e.status == EX_DATAERR,
	    "more than the limit is EX_DATAERR");
	close(fds[0]);
	ok(fd_read_all(fds[0], 4, &b, &e) == -1 && e.status == EX_IOERR,
	    "a closed descriptor is EX_IOERR");
	full = open("/dev/full", O_WRONLY | O_CLOEXEC);
	ok(fd_write_all(full, "x", 1) == -1 && errno == ENOSPC,
	    "a full disk is no success");
	close(full);
	in_child(&c, write_to_nobody, NULL);
	is_int(c.status, 0, "a pipe that nobody reads is no success");
	child_release(&c);
	buf_release(&b);
}

int
main(void)
{
	scratch();
	test_read();
	test_limit();
	test_growing();
	test_kinds();
	test_unreadable();
	test_replace();
	test_replace_fails();
	test_temp();
	test_same();
	test_descriptors();
	return tap_done();
}
