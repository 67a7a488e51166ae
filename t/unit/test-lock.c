/* SPDX-License-Identifier: MIT */
/* sys/lock, sys/sig */
#include "base/compat.h"

#include <sys/time.h>
#include <sys/wait.h>

#include <poll.h>
#include <signal.h>

#include "base/clock.h"
#include "base/err.h"
#include "sys/lock.h"
#include "sys/sig.h"
#include "t/unit/scratch.h"
#include "t/unit/tap.h"

struct holder {
	pid_t	pid;
	int	stop;		/* closing it makes the holder end */
};

/* A process that holds the lock until it is told, or killed. */
static void
start_holder(struct holder *h, const char *who)
{
	struct lock l = { -1, 0, who };
	struct err e = ERR_INIT;
	int ready[2], stop[2];
	char c;

	if (pipe(ready) != 0 || pipe(stop) != 0)
		bail("pipe: %s", strerror(errno));
	fflush(stdout);
	h->pid = fork();
	if (h->pid == 0) {
		close(stop[1]);
		if (lock_take(&l, scratch_fd(), "lock", &e) != 0 ||
		    write(ready[1], "x", 1) != 1)
			_exit(1);
		(void)!read(stop[0], &c, 1);
		_exit(0);
	}
	close(stop[0]);
	close(ready[1]);
	h->stop = stop[1];
	if (h->pid < 0 || read(ready[0], &c, 1) != 1)
		bail("the holder does not hold");
	close(ready[0]);
}

static void
wait_holder(struct holder *h)
{
	while (waitpid(h->pid, NULL, 0) < 0 && errno == EINTR)
		continue;
	close(h->stop);
}

/* What the file says, whole, less the spaces at the end of its line. */
static char *
holder_named(void)
{
	char *s = get_file("lock");
	size_t n = strlen(s);

	if (n == 0 || s[n - 1] != '\n')
		bail("the lock's file is no line: %s", s);
	for (n--; n > 0 && s[n - 1] == ' '; n--)
		continue;
	s[n] = '\0';
	return s;
}

static void
test_take(void)
{
	struct lock l = LOCK_INIT, other = { -1, 0, "other" };
	struct err e = ERR_INIT;
	char *s;

	lock_drop(&l);
	l.who = "task-move (pid 7)";
	ok(lock_take(&l, scratch_fd(), "lock", &e) == 0 && l.fd >= 0,
	    "takes a free lock, and makes its file");
	s = holder_named();
	is_str(s, "task-move (pid 7)", "the file says who holds it");
	free(s);
	ok(lock_take(&other, scratch_fd(), "lock", &e) == -1 &&
	    e.status == EX_TEMPFAIL && other.fd == -1,
	    "what is held is EX_TEMPFAIL");
	lock_drop(&l);
	lock_drop(&l);
	ok(l.fd == -1, "dropping twice is no harm");
	ok(lock_take(&other, scratch_fd(), "lock", &e) == 0,
	    "a dropped lock is free");
	s = holder_named();
	is_str(s, "other", "a shorter name leaves nothing of the longer one");
	free(s);
	lock_drop(&other);
}

static void
test_share(void)
{
	struct lock a = LOCK_INIT, b = LOCK_INIT, own = { -1, 0, "me" };
	struct err e = ERR_INIT;

	ok(!lock_share(&a, scratch_fd(), "none") && a.fd == -1 &&
	    !is_there("none"), "what is shared is not made");
	ok(lock_share(&a, scratch_fd(), "lock") &&
	    lock_share(&b, scratch_fd(), "lock"), "several may look");
	ok(lock_take(&own, scratch_fd(), "lock", &e) == -1 &&
	    e.status == EX_TEMPFAIL, "and nobody change anything meanwhile");
	lock_drop(&a);
	lock_drop(&b);
	if (lock_take(&own, scratch_fd(), "lock", &e) != 0)
		bail("%s", e.msg);
	ok(!lock_share(&a, scratch_fd(), "lock") && a.fd == -1,
	    "who changes something is waited for, as long as there is time");
	lock_drop(&own);
}

static void
test_timeout(void)
{
	struct lock l = { -1, 120, "me" };
	struct err e = ERR_INIT;
	struct holder h;
	int64_t before, took_ms;

	start_holder(&h, "task-new (pid 4711)\nand more");
	before = clock_ticks_us();
	is_int(lock_take(&l, scratch_fd(), "lock", &e), -1,
	    "gives up when the time is up");
	took_ms = (clock_ticks_us() - before) / 1000;
	ok(row(took_ms >= 100 && took_ms < 60000, "%" PRId64 " ms", took_ms),
	    "and not before");
	is_str(e.msg, "the board is locked by task-new (pid 4711); waited "
	    "120 ms; try again", "says who holds it, and how long it waited");
	l.timeout_ms = 0;
	ok(lock_take(&l, scratch_fd(), "lock", &e) == -1 &&
	    e.status == EX_TEMPFAIL, "without time it gives up at once");
	close(h.stop);
	h.stop = -1;
	l.timeout_ms = 60000;
	ok(lock_take(&l, scratch_fd(), "lock", &e) == 0,
	    "gets the lock as soon as the holder drops it");
	lock_drop(&l);
	wait_holder(&h);
}

static void
test_dead(void)
{
	struct lock l = { -1, 60000, "me" };
	struct err e = ERR_INIT;
	struct holder h;

	start_holder(&h, "");
	l.timeout_ms = 0;
	lock_take(&l, scratch_fd(), "lock", &e);
	ok(strstr(e.msg, "locked by another program;") != NULL,
	    "a holder without a name is another program");
	kill(h.pid, SIGKILL);
	wait_holder(&h);
	l.timeout_ms = 60000;
	ok(lock_take(&l, scratch_fd(), "lock", &e) == 0,
	    "the lock dies with its holder");
	lock_drop(&l);
}

static void
count_alarm(int sig)
{
	(void)sig;
}

static void
test_alarm(void)
{
	struct sigaction mine = { .sa_handler = count_alarm }, now;
	struct lock l = { -1, 60, "me" };
	sigset_t alarm, before, after;
	struct itimerval left;
	struct err e = ERR_INIT;
	struct holder h;

	sigaction(SIGALRM, &mine, NULL);
	start_holder(&h, "x");
	lock_take(&l, scratch_fd(), "lock", &e);
	sigaction(SIGALRM, NULL, &now);
	getitimer(ITIMER_REAL, &left);
	ok(now.sa_handler == count_alarm && left.it_value.tv_sec == 0 &&
	    left.it_value.tv_usec == 0,
	    "waiting leaves no timer and no handler behind");
	sigemptyset(&alarm);
	sigaddset(&alarm, SIGALRM);
	sigprocmask(SIG_BLOCK, &alarm, &before);
	ok(lock_take(&l, scratch_fd(), "lock", &e) == -1 &&
	    e.status == EX_TEMPFAIL,
	    "it ends where the alarm was blocked by who started us, too");
	sigprocmask(SIG_SETMASK, &before, &after);
	ok(sigismember(&after, SIGALRM) == 1, "which is left as it was");
	kill(h.pid, SIGKILL);
	wait_holder(&h);
}

static void
test_errors(void)
{
	struct lock l = { -1, 0, "me" };
	struct err e = ERR_INIT;

	put_dir("folder");
	put_file("real", "precious");
	if (symlink("real", "link") != 0)
		bail("symlink: %s", strerror(errno));
	ok(lock_take(&l, scratch_fd(), "folder", &e) == -1 &&
	    e.status == EX_IOERR, "a folder cannot be a lock");
	ok(lock_take(&l, scratch_fd(), "link", &e) == -1 && l.fd == -1,
	    "a symbolic link is not followed");
	ok(lock_take(&l, scratch_fd(), "none/lock", &e) == -1 &&
	    e.status == EX_NOINPUT, "nor is a lock where no folder is");
}

static int
be_stopped(void *ctx)
{
	struct err e = ERR_INIT;
	struct pollfd p = { sig_stop_fd(&e), POLLIN, 0 };
	int sig = *(int *)ctx;

	if (p.fd < 0 || poll(&p, 1, 0) != 0)
		return 1;
	raise(sig);
	return poll(&p, 1, 10000) == 1 && p.revents == POLLIN ? 42 : 2;
}

static int
break_pipe(void *ctx)
{
	int fds[2];

	(void)ctx;
	sig_ignore_pipe();
	if (pipe(fds) != 0)
		return 1;
	close(fds[0]);
	return write(fds[1], "x", 1) == -1 && errno == EPIPE ? 42 : 2;
}

static void
test_signals(void)
{
	static const int stops[] = { SIGINT, SIGTERM, SIGHUP };
	struct child c;
	bool good = true;
	size_t i;
	int sig;

	for (i = 0; i < ARRAY_LEN(stops); i++) {
		sig = stops[i];
		in_child(&c, be_stopped, &sig);
		good &= row(c.status == 42, "signal %d: %d", sig, c.status);
		child_release(&c);
	}
	ok(good, "INT, TERM and HUP become something to read");
	in_child(&c, break_pipe, NULL);
	is_int(c.status, 42, "a closed pipe becomes an error");
	child_release(&c);
}

int
main(void)
{
	scratch();
	test_take();
	test_share();
	test_timeout();
	test_dead();
	test_alarm();
	test_errors();
	test_signals();
	return tap_done();
}
