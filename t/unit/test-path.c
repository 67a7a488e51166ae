/* SPDX-License-Identifier: MIT */
/* sys/path, sys/dir */
#include "base/compat.h"

#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>

#include "base/err.h"
#include "base/strvec.h"
#include "sys/dir.h"
#include "sys/path.h"
#include "t/unit/scratch.h"
#include "t/unit/tap.h"

static void
test_plain(void)
{
	static const char *const plain[] = { "a", "a/b", "a b/c.d", "...",
	    ".git", "..a/b..", "-rf", "\xc3\xa4/\xff", "a\nb", "a/.b/..c" };
	static const char *const other[] = { "", "/", "/a", "a/", "a//b",
	    ".", "..", "./a", "a/.", "../a", "a/..", "a/../b", "a/./b" };
	char name[NAME_MAX + 3];
	bool good = true;
	size_t i;

	for (i = 0; i < ARRAY_LEN(plain); i++)
		good &= row(path_is_plain(plain[i]), "%s", plain[i]);
	ok(good, "plain components joined with single slashes are plain");
	for (good = true, i = 0; i < ARRAY_LEN(other); i++)
		good &= row(!path_is_plain(other[i]), "%s", other[i]);
	ok(good, "nothing absolute, empty, '.' or '..' is plain");
	memset(name, 'x', sizeof(name));
	name[NAME_MAX] = '\0';
	good = path_is_plain(name);
	name[NAME_MAX] = 'x';
	name[NAME_MAX + 1] = '\0';
	ok(good && !path_is_plain(name),
	    "a component is at most NAME_MAX bytes long");
}

static void
test_depth(void)
{
	struct buf b = BUF_INIT;
	int i;
	bool deep;

	for (i = 0; i < PATH_DEPTH_MAX; i++)
		buf_adds(&b, i == 0 ? "a" : "/a");
	deep = path_is_plain(b.ptr);
	buf_adds(&b, "/a");
	ok(deep && !path_is_plain(b.ptr),
	    "a path has at most PATH_DEPTH_MAX components");
	buf_release(&b);
}

static void
test_parts(void)
{
	is_str(path_base("a/b/c.md"), "c.md", "the base is the last part");
	is_str(path_base("c.md"), "c.md", "or all of it");
	ok(path_dir_len("a/b/c") == 3 && path_dir_len("c") == 0,
	    "the directory is what is before the last slash");
	ok(path_is_below("a/b", "a") && path_is_below("a", "a") &&
	    path_is_below("a/b/c", "a/b"), "a path is below its folders");
	ok(!path_is_below("ab", "a") && !path_is_below("a", "a/b") &&
	    !path_is_below("b/a", "a"),
	    "and below none that only begins alike");
}

/* A status, or 0 where it opened. */
static int
try_open(const char *path, int flags)
{
	struct err e = ERR_INIT;
	int fd = path_open(scratch_fd(), path, flags, &e);

	if (fd >= 0)
		close(fd);
	return fd >= 0 ? 0 : e.status;
}

static bool
opens_as_it_should(void)
{
	static const struct { const char *path; int flags, want; } rows[] = {
		{ "in/file", O_RDONLY, 0 }, { "in", O_RDONLY, 0 },
		{ "", O_RDONLY, 0 }, { "in/sub/deep", O_RDONLY, 0 },
		{ "in/none", O_RDONLY, EX_NOINPUT },
		{ "none/file", O_RDONLY, EX_NOINPUT },
		{ "in/file/x", O_RDONLY, EX_IOERR },
		{ "../x", O_RDONLY, EX_DATAERR },
		{ "/etc/passwd", O_RDONLY, EX_DATAERR },
		{ "in/../in/file", O_RDONLY, EX_DATAERR },
		{ "in/link", O_RDONLY, EX_DATAERR },
		{ "in/inside", O_RDONLY, EX_DATAERR },
		{ "out/file", O_RDONLY, EX_DATAERR },
		{ "in/dir/file", O_RDONLY, EX_DATAERR },
		{ "in/loop", O_RDONLY, EX_DATAERR },
		{ "in/file", O_WRONLY, 0 },
		{ "in/link", O_WRONLY, EX_DATAERR },
	};
	bool good = true;
	size_t i;
	int got;

	for (i = 0; i < ARRAY_LEN(rows); i++) {
		got = try_open(rows[i].path, rows[i].flags);
		good &= row(got == rows[i].want, "'%s': %d, not %d",
		    rows[i].path, got, rows[i].want);
	}
	return good;
}

static void
make_tree(void)
{
	put_file("in/file", "text");
	put_file("in/sub/deep", "text");
	put_file("elsewhere/file", "secret");
	if (symlink("../elsewhere/file", "in/link") != 0 ||
	    symlink("file", "in/inside") != 0 ||
	    symlink("elsewhere", "out") != 0 ||
	    symlink("../elsewhere", "in/dir") != 0 ||
	    symlink("loop", "in/loop") != 0)
		bail("no links: %s", strerror(errno));
}

static void
test_open(void)
{
	struct err e = ERR_INIT;
	struct buf b = BUF_INIT;
	int fd, sub;

	ok(opens_as_it_should(), "opens files below, and follows no link, "
	    "neither in the middle nor at the end");
	path_open(scratch_fd(), "in/link", O_RDONLY, &e);
	ok(strstr(e.msg, "in/link") != NULL && strstr(e.msg, "link") != NULL,
	    "says which path is a link");
	fd = path_open_parent(scratch_fd(), "in/sub/new", &e);
	ok(fd >= 0 && faccessat(fd, "deep", F_OK, 0) == 0,
	    "the parent is where the last component is");
	path_of_fd(fd, &b);
	ok(strstr(buf_str(&b), "/in/sub") != NULL && b.ptr[0] == '/',
	    "tells the absolute path of an open directory");
	close(fd);
	fd = path_open_parent(scratch_fd(), "new", &e);
	sub = openat(fd, "in", O_RDONLY);
	ok(fd >= 0 && sub >= 0, "the parent of a name is the directory");
	close(fd);
	close(sub);
	ok(path_open_parent(scratch_fd(), "out/new", &e) < 0 &&
	    path_open_parent(scratch_fd(), "in/file/new", &e) < 0 &&
	    path_open_parent(scratch_fd(), "../new", &e) < 0,
	    "there is no parent behind a link, below a file, or above");
	buf_clear(&b);
	path_of_fd(-1, &b);
	is_str(buf_str(&b), ".", "a descriptor that is none is shown as '.'");
	buf_release(&b);
}

/* From here on there is no openat2(2) in this process. */
static int
forbid_openat2(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
		    offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat2, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { ARRAY_LEN(code), code };

	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0;
}

static int
open_without(void *ctx)
{
	(void)ctx;
	if (forbid_openat2() != 0)
		return 2;
	return opens_as_it_should() ? 0 : 1;
}

static void
test_fallback(void)
{
	static const char title[] = "the same holds on kernels without "
	    "openat2(2)";
	struct child c;

	in_child(&c, open_without, NULL);
	if (c.status == 2) {
		tap_skip(title, "seccomp is not to be had here");
	} else {
		ok(c.status == 0, title);
		if (c.status != 0)
			diag("%s%s", buf_str(&c.out), buf_str(&c.err));
	}
	child_release(&c);
}

static void
count(const char *name, void *ctx)
{
	(void)name;
	++*(int *)ctx;
}

static void
test_list(void)
{
	struct strvec names = STRVEC_INIT;
	struct err e = ERR_INIT;
	int n = 0;

	put_file("list/b", "");
	put_file("list/B", "");
	put_file("list/.a", "");
	put_file("list/10", "");
	put_file("list/9", "");
	put_dir("list/sub");
	is_int(dir_list(scratch_fd(), "list", &names, &e), 0,
	    "lists a directory");
	ok(names.n == 6 && strcmp(names.v[0], ".a") == 0 &&
	    strcmp(names.v[1], "10") == 0 && strcmp(names.v[2], "9") == 0 &&
	    strcmp(names.v[3], "B") == 0 && strcmp(names.v[5], "sub") == 0,
	    "sorted by bytes, hidden names too, without '.' and '..'");
	ok(dir_each(scratch_fd(), "list", count, &n, &e) == 0 && n == 6,
	    "goes through each name");
	ok(dir_list(scratch_fd(), "list/none", &names, &e) == -1 &&
	    e.status == EX_NOINPUT, "what is not there is EX_NOINPUT");
	ok(dir_list(scratch_fd(), "list/b", &names, &e) == -1,
	    "a file is no directory");
	ok(dir_list(scratch_fd(), "out", &names, &e) == -1 && names.n == 6,
	    "a link to a directory is not followed");
	ok(dir_list(scratch_fd(), "", &names, &e) == 0 && names.n > 6,
	    "'' is the directory itself");
	strvec_release(&names);
}

static void
test_make(void)
{
	struct err e = ERR_INIT;

	ok(dir_make(scratch_fd(), "made/a/b", &e) == 0 &&
	    is_there("made/a/b"), "makes a directory and what is above it");
	ok(dir_make(scratch_fd(), "made/a/b", &e) == 0 &&
	    dir_make(scratch_fd(), "", &e) == 0,
	    "one that is there is no error");
	ok(dir_make(scratch_fd(), "in/file/x", &e) == -1,
	    "there is no directory below a file");
	ok(dir_make(scratch_fd(), "out/new", &e) == -1 &&
	    !is_there("elsewhere/new"), "nothing is made behind a link");
	ok(dir_make(scratch_fd(), "../new", &e) == -1,
	    "nothing is made above");
	ok(dir_make(scratch_fd(), "in/file", &e) == -1,
	    "a file in its place is an error");
	ok(dir_has(scratch_fd(), "in/file") == 1 &&
	    dir_has(scratch_fd(), "in/none") == 0 &&
	    dir_has(scratch_fd(), "in/loop") == 1,
	    "tells what is there, a link as itself");
	ok(dir_has(scratch_fd(), "out/file") == 0,
	    "does not look behind a link");
}

/* A directory that may not be written (root may all the same). */
static void
test_readonly(void)
{
	struct err e = ERR_INIT;

	if (geteuid() == 0) {
		tap_skip("a read-only directory is EX_IOERR", "root writes");
		return;
	}
	put_dir("shut");
	if (chmod("shut", 0500) != 0)
		bail("chmod: %s", strerror(errno));
	ok(dir_make(scratch_fd(), "shut/new", &e) == -1 &&
	    e.status == EX_IOERR, "a read-only directory is EX_IOERR");
}

int
main(void)
{
	scratch();
	make_tree();
	test_plain();
	test_depth();
	test_parts();
	test_open();
	test_fallback();
	test_list();
	test_make();
	test_readonly();
	return tap_done();
}
