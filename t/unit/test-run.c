/* SPDX-License-Identifier: MIT */
/* sys/run */
#include "base/compat.h"

#include <poll.h>
#include <signal.h>

#include "base/clock.h"
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

static void
test_errors(void)
{
	struct buf out = BUF_INIT, err = BUF_INIT;
	struct run r = { .output = &out, .output_max = 100, .errors = &err,
	    .errors_max = 5 };
	struct err e = ERR_INIT;

	r.argv = ARGV("sh", "-c", "echo out; echo errors >&2; exit 3");
	ok(run_program(&r, &e) == 3 && strcmp(buf_str(&out), "out\n") == 0 &&
	    strcmp(buf_str(&err), "error") == 0,
	    "what it says on standard error is taken as well, up to a limit");
	buf_clear(&out);
	buf_clear(&err);
	r.argv = ARGV("sh", "-c", "yes | head -c 300000 >&2; echo done");
	ok(run_program(&r, &e) == 0 && strcmp(buf_str(&out), "done\n") == 0 &&
	    err.len == 5, "more than that does not hold it up");
	buf_release(&out);
	buf_release(&err);
}

/* Runs it with a second to go; true where it was ended for that. */
static bool
is_ended(const struct run *like, const char *script, struct err *e)
{
	int64_t before = clock_ticks_us();
	struct run r = *like;
	bool ended;

	buf_clear(r.output);
	r.argv = ARGV("sh", "-c", script);
	ended = run_program(&r, e) == -1 && e->status == EX_TEMPFAIL &&
	    strstr(e->msg, "did not end within 1 s") != NULL;
	return ended && clock_ticks_us() - before < 5 * CLOCK_SECOND;
}

/* Whoever is to bury it may take his time. */
static bool
runs(long pid)
{
	char path[64], state = 'Z';
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%ld/stat", pid);
	if ((f = fopen(path, "re")) == NULL)
		return false;
	(void)!fscanf(f, "%*d %*s %c", &state);
	fclose(f);
	return state != 'Z' && state != 'X';
}

/* True where the process that the file names has ended, or soon has. */
static bool
is_gone(const char *file)
{
	char *text = get_file(file);
	long pid = text == NULL ? 0 : strtol(text, NULL, 10);
	int i;

	for (i = 0; i < 200 && pid > 1 && runs(pid); i++)
		poll(NULL, 0, 10);
	free(text);
	return pid > 1 && !runs(pid);
}

static void
test_time(void)
{
	struct buf out = BUF_INIT;
	struct run r = { .output = &out, .output_max = 1000,
	    .timeout_us = CLOCK_SECOND };
	struct err e = ERR_INIT;

	r.argv = ARGV("sh", "-c", "echo quick; exit 7");
	ok(run_program(&r, &e) == 7 && strcmp(buf_str(&out), "quick\n") == 0,
	    "one that ends in time is as any other");
	ok(is_ended(&r, "sleep 1000", &e), "one that does not is ended");
	ok(is_ended(&r, "trap '' TERM; while :; do sleep 1; done", &e),
	    "also where it does not want to");
	ok(is_ended(&r, "exec >&- 2>&-; sleep 1000", &e),
	    "also where it has closed its output");
	ok(is_ended(&r, "sleep 1000 & echo $! >child", &e) &&
	    is_gone("child"), "so is a child that holds its output open");
	ok(is_ended(&r, "(trap '' TERM; sh -c 'echo $PPID' >child; "
	    "while :; do sleep 1; done) & wait", &e) && is_gone("child"),
	    "and a child that does not want to");
	r.output_max = 10;
	r.argv = ARGV("sh", "-c", "trap '' PIPE TERM; "
	    "while :; do echo more; sleep 0.01; done");
	ok(run_program(&r, &e) == -1 && e.status == EX_DATAERR,
	    "one that prints too much is ended though it minds nothing");
	buf_release(&out);
}

static void
test_notice(void)
{
	struct buf out = BUF_INIT;
	struct run r = { .output = &out, .output_max = 1000,
	    .notice = "it takes its time", .notice_us = CLOCK_SECOND / 10 };
	struct err e = ERR_INIT;
	char *said;

	r.argv = ARGV("sh", "-c", "sleep 0.5; echo done");
	hear();
	ok(run_program(&r, &e) == 0 && strcmp(buf_str(&out), "done\n") == 0,
	    "one that takes long ends as any other");
	said = heard();
	is_str(said, "task: it takes its time\n", "which is told, once");
	free(said);
	r.argv = ARGV("true");
	r.notice_us = CLOCK_DAY;
	hear();
	run_program(&r, &e);
	said = heard();
	is_str(said, "", "of one that does not nothing is told");
	free(said);
	buf_release(&out);
}

static int
be_stopped(void *ctx)
{
	struct buf out = BUF_INIT;
	struct run r = { .argv = ARGV("sh", "-c",
	    "echo $$ >child; kill -TERM $PPID; exec sleep 1000"),
	    .output = &out, .output_max = 10, .timeout_us = CLOCK_DAY };
	struct err e = ERR_INIT;

	(void)ctx;
	run_program(&r, &e);
	return 1;
}

static int
be_stopped_later(void *ctx)
{
	signal(SIGTERM, SIG_IGN);
	(void)ctx;
	return run_program(&(struct run){ .argv = ARGV("sh", "-c",
	    "kill -TERM $PPID; exit 9"), .timeout_us = CLOCK_DAY },
	    &(struct err){ 0 });
}

static void
test_stop(void)
{
	struct child c;

	in_child(&c, be_stopped, NULL);
	ok(c.status == 128 + SIGTERM && is_gone("child"),
	    "who is stopped meanwhile takes it along");
	child_release(&c);
	in_child(&c, be_stopped_later, NULL);
	is_int(c.status, 9, "but not where that signal is ignored");
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
	test_errors();
	test_time();
	test_notice();
	test_stop();
	return tap_done();
}
