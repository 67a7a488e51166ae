/* SPDX-License-Identifier: MIT */
/* sys/run */
#include "base/compat.h"

#include <signal.h>

#include "base/err.h"
#include "sys/run.h"
#include "sys/sig.h"
#include "t/unit/scratch.h"
#include "t/unit/tap.h"

#define ARGV(...)	((const char *const[]){ __VA_ARGS__, NULL })

static void
test_status(void)
{
	struct run r = { .argv = ARGV("true") };
	struct err e = ERR_INIT;

	is_int(run_program(&r, &e), 0, "a program that succeeds gives 0");
	r.argv = ARGV("sh", "-c", "exit 42");
	is_int(run_program(&r, &e), 42, "the exit status is the program's");
	r.argv = ARGV("sh", "-c", "kill -TERM $$");
	is_int(run_program(&r, &e), 128 + SIGTERM,
	    "one that was killed gives 128 and the signal");
	r.argv = ARGV("no-such-program-here");
	ok(run_program(&r, &e) == -1 && e.status == EX_NOINPUT &&
	    strstr(e.msg, "no-such-program-here") != NULL,
	    "one that is not there is an error that names it");
	r.argv = ARGV("./script");
	put_file("script", "#!/bin/sh\n");
	ok(run_program(&r, &e) == -1 && e.status == EX_IOERR,
	    "one that may not be run is an error");
	r.argv = ARGV("true");
	r.dir = "nowhere";
	is_int(run_program(&r, &e), -1,
	    "a folder that is not there is an error");
}

static void
test_output(void)
{
	struct buf out = BUF_INIT;
	struct run r = { .output = &out, .output_max = 1 << 20 };
	struct err e = ERR_INIT;

	r.argv = ARGV("printf", "%s|", "a b", "$HOME", "*", "`x`", "");
	ok(run_program(&r, &e) == 0 && strcmp(buf_str(&out),
	    "a b|$HOME|*|`x`||") == 0,
	    "arguments reach the program as they are: no shell");
	put_dir("below");
	buf_clear(&out);
	r.argv = ARGV("pwd");
	r.dir = "below";
	ok(run_program(&r, &e) == 0 && strstr(buf_str(&out), "/below\n"),
	    "it runs where it should");
	r.dir = NULL;
	buf_clear(&out);
	r.argv = ARGV("true");
	ok(run_program(&r, &e) == 0 && out.len == 0,
	    "no output is an empty buf");
	r.argv = ARGV("sh", "-c", "printf 'a\\0b'; exit 3");
	ok(run_program(&r, &e) == 3 && out.len == 3 &&
	    memcmp(out.ptr, "a\0b", 3) == 0,
	    "what a failing program printed is there");
	buf_release(&out);
}

static void
test_too_much(void)
{
	struct buf out = BUF_INIT;
	struct run r = { .output = &out, .output_max = 100000 };
	struct err e = ERR_INIT;

	r.argv = ARGV("yes");
	ok(run_program(&r, &e) == -1 && e.status == EX_DATAERR &&
	    strstr(e.msg, "'yes'") != NULL && strstr(e.msg, "100000") != NULL,
	    "a program that prints without end is stopped, and named");
	buf_clear(&out);
	r.argv = ARGV("head", "-c", "100000", "/dev/zero");
	ok(run_program(&r, &e) == 0 && out.len == 100000,
	    "as much as the limit is no error");
	buf_release(&out);
}

static void
test_input(void)
{
	struct buf in = BUF_INIT, out = BUF_INIT;
	struct run r = { .input = &in, .output = &out,
	    .output_max = 1 << 24 };
	struct err e = ERR_INIT;
	size_t i;

	for (i = 0; i < 1000000; i++)
		buf_addc(&in, (char)(i * 7 + i / 1000));
	r.argv = ARGV("cat");
	ok(run_program(&r, &e) == 0 && buf_equal(&in, &out),
	    "a megabyte goes in and comes out, both at once");
	buf_clear(&out);
	r.argv = ARGV("true");
	ok(run_program(&r, &e) == 0 && out.len == 0,
	    "a program that does not read its input is no error");
	r.argv = ARGV("sh", "-c", "exec <&-; exit 5");
	is_int(run_program(&r, &e), 5,
	    "nor is one that closes it: its status tells");
	buf_clear(&in);
	r.argv = ARGV("cat");
	ok(run_program(&r, &e) == 0 && out.len == 0,
	    "an empty input ends at once");
	buf_adds(&in, "x");
	r.output = NULL;
	r.argv = ARGV("sh", "-c", "read x; test \"$x\" = x");
	buf_adds(&in, "\n");
	is_int(run_program(&r, &e), 0, "input alone is possible");
	buf_release(&in);
	buf_release(&out);
}

static int
no_children(void *ctx)
{
	struct run r = { .argv = ARGV("sh", "-c", "exit 42") };
	struct err e = ERR_INIT;

	(void)ctx;
	signal(SIGCHLD, SIG_IGN);
	return run_program(&r, &e);
}

static void
test_ignored(void)
{
	struct child c;

	in_child(&c, no_children, NULL);
	is_int(c.status, 42, "the status is the program's where who started "
	    "us ignores the end of children");
	child_release(&c);
}

/* Its own streams are the program's, and SIGPIPE is as usual there. */
static int
inherit(void *ctx)
{
	struct run r = { .argv = ARGV("sh", "-c",
	    "echo out; echo err >&2; sh -c 'kill -PIPE $$'; echo $?") };
	struct err e = ERR_INIT;

	(void)ctx;
	return run_program(&r, &e);
}

static void
test_inherit(void)
{
	struct child c;

	in_child(&c, inherit, NULL);
	ok(c.status == 0 && strcmp(buf_str(&c.err), "err\n") == 0 &&
	    strncmp(buf_str(&c.out), "out\n", 4) == 0,
	    "without input and output it has ours");
	ok(strstr(buf_str(&c.out), "141\n") != NULL,
	    "a program gets SIGPIPE though we ignore it");
	child_release(&c);
}

static int
no_descriptors(void *ctx)
{
	struct buf out = BUF_INIT;
	struct run r = { .argv = ARGV("true"), .output = &out,
	    .output_max = 10 };
	struct err e = ERR_INIT;
	int rc;

	(void)ctx;
	use_up_descriptors();
	rc = run_program(&r, &e);
	close(0);
	return rc == -1 && e.status == EX_IOERR ? 42 : 1;
}

static void
test_no_pipe(void)
{
	struct child c;

	in_child(&c, no_descriptors, NULL);
	is_int(c.status, 42, "without a pipe to be had it is an error");
	child_release(&c);
}

int
main(void)
{
	scratch();
	sig_ignore_pipe();
	test_status();
	test_output();
	test_too_much();
	test_input();
	test_inherit();
	test_ignored();
	test_no_pipe();
	return tap_done();
}
