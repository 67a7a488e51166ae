/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include <sys/signalfd.h>
#include <sys/wait.h>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "sys/run.h"

extern char **environ;

enum {
	GRACE_MS = 500,		/* from asking a group to end to ending it */
	PAUSE_MS = 10		/* between two looks whether it has ended */
};

/* A program that runs. */
struct talk {
	const struct run *r;
	int		 in[2];		/* we write in[1] */
	int		 out[2];	/* we read out[0] */
	int		 err[2];	/* we read err[0] */
	size_t		 given;		/* of the input */
	int		 stop;		/* readable: we are asked to stop */
	sigset_t	 mask;		/* of ours, as it was */
	int64_t		 end_us;	/* by clock_ticks_us() */
	int64_t		 say_us;	/* when the notice is due; 0: never */
	pid_t		 pid;
};

static void
close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static void
close_pipes(struct talk *t)
{
	close_fd(&t->in[0]);
	close_fd(&t->in[1]);
	close_fd(&t->out[0]);
	close_fd(&t->out[1]);
	close_fd(&t->err[0]);
	close_fd(&t->err[1]);
}

static int
open_pipes(struct talk *t, struct err *e)
{
	const struct run *r = t->r;

	if ((r->input != NULL && pipe2(t->in, O_CLOEXEC) != 0) ||
	    (r->output != NULL && pipe2(t->out, O_CLOEXEC) != 0) ||
	    (r->errors != NULL && pipe2(t->err, O_CLOEXEC) != 0))
		return err_errno(e, "cannot make a pipe");
	return 0;
}

/*
 * Whoever stops us at the terminal does not reach a group of its own: these
 * signals wait, and are seen.  What is ignored stays so.
 */
static int
hold_signals(struct talk *t, struct err *e)
{
	static const int asking[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction is;
	sigset_t set;
	size_t i;

	sigemptyset(&set);
	for (i = 0; i < ARRAY_LEN(asking); i++)
		if (sigaction(asking[i], NULL, &is) == 0 &&
		    is.sa_handler != SIG_IGN)
			sigaddset(&set, asking[i]);
	sigprocmask(SIG_BLOCK, &set, &t->mask);
	t->stop = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return t->stop >= 0 ? 0 : err_errno(e, "cannot wait for signals");
}

static void
release_signals(struct talk *t)
{
	close_fd(&t->stop);
	sigprocmask(SIG_SETMASK, &t->mask, NULL);
}

static void
set_attributes(const struct run *r, posix_spawnattr_t *attr)
{
	short flags = POSIX_SPAWN_SETSIGDEF;
	sigset_t set;

	sigemptyset(&set);
	if (r->timeout_us > 0) {
		flags |= POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK;
		posix_spawnattr_setsigmask(attr, &set);
	}
	sigaddset(&set, SIGPIPE);
	if (r->has_terminal) {
		sigaddset(&set, SIGINT);
		sigaddset(&set, SIGQUIT);
	}
	posix_spawnattr_setsigdefault(attr, &set);
	posix_spawnattr_setflags(attr, flags);
}

static int
start(struct talk *t)
{
	/* Who started us may not want to know how its children end; we do. */
	struct sigaction keep = { .sa_handler = SIG_DFL };
	const struct run *r = t->r;
	posix_spawn_file_actions_t fa;
	posix_spawnattr_t attr;
	int rc;

	sigaction(SIGCHLD, &keep, NULL);
	posix_spawn_file_actions_init(&fa);
	posix_spawnattr_init(&attr);
	set_attributes(r, &attr);
	if (r->dir != NULL)
		posix_spawn_file_actions_addchdir_np(&fa, r->dir);
	if (r->input != NULL)
		posix_spawn_file_actions_adddup2(&fa, t->in[0], 0);
	if (r->output != NULL)
		posix_spawn_file_actions_adddup2(&fa, t->out[1], 1);
	if (r->errors != NULL)
		posix_spawn_file_actions_adddup2(&fa, t->err[1], 2);
	else if (r->quiet)
		posix_spawn_file_actions_addopen(&fa, STDERR_FILENO,
		    "/dev/null", O_WRONLY, 0);
	rc = posix_spawnp(&t->pid, r->argv[0], &fa, &attr,
	    (char *const *)(uintptr_t)r->argv,
	    r->env != NULL ? r->env : environ);
	posix_spawn_file_actions_destroy(&fa);
	posix_spawnattr_destroy(&attr);
	errno = rc;
	return rc == 0 ? 0 : -1;
}

static int
take_some(const struct run *r, int *fd, struct buf *to, struct err *e)
{
	ssize_t n;

	buf_grow(to, 65536);
	n = read(*fd, to->ptr + to->len, 65536);
	if (n < 0)
		return errno == EINTR || errno == EAGAIN ? 0 :
		    err_errno(e, "cannot read from '%s'", r->argv[0]);
	if (n == 0)
		close_fd(fd);
	buf_truncate(to, to->len + (size_t)n);
	return 0;
}

static int
take_output(struct talk *t, struct err *e)
{
	const struct run *r = t->r;

	if (take_some(r, &t->out[0], r->output, e) != 0)
		return -1;
	if (r->output->len > r->output_max)
		return err_set(e, EX_DATAERR,
		    "'%s' prints more than %zu bytes", r->argv[0],
		    r->output_max);
	return 0;
}

static int
take_errors(struct talk *t, struct err *e)
{
	struct buf *to = t->r->errors;

	if (take_some(t->r, &t->err[0], to, e) != 0)
		return -1;
	if (to->len > t->r->errors_max)
		buf_truncate(to, t->r->errors_max);
	return 0;
}

static int
give_input(struct talk *t, struct err *e)
{
	const struct buf *in = t->r->input;
	ssize_t n;

	n = write(t->in[1], in->ptr + t->given, in->len - t->given);
	if (n >= 0) {
		t->given += (size_t)n;
	} else if (errno == EPIPE) {
		/* It wants no more; its exit status tells why. */
		t->given = in->len;
	} else if (errno != EINTR && errno != EAGAIN) {
		return err_errno(e, "cannot write to '%s'", t->r->argv[0]);
	}
	if (t->given == in->len)
		close_fd(&t->in[1]);
	return 0;
}

/* Never longer than up to that moment (0: it does not matter). */
static int64_t
at_most(int64_t most_ms, int64_t until_us)
{
	int64_t left_us = until_us - clock_ticks_us();

	if (until_us == 0)
		return most_ms;
	if (left_us < 0)
		left_us = 0;
	return most_ms < 0 || left_us / 1000 + 1 < most_ms ?
	    left_us / 1000 + 1 : most_ms;
}

static void
say_notice(struct talk *t)
{
	if (t->say_us == 0 || clock_ticks_us() < t->say_us)
		return;
	t->say_us = 0;
	log_notice("%s", t->r->notice);
}

/* Waits for what happens first, `most_ms` at the longest (-1: for ever). */
static int
wait_for(struct talk *t, struct pollfd fds[4], int64_t most_ms, struct err *e)
{
	say_notice(t);
	if (t->end_us != 0 && clock_ticks_us() >= t->end_us) {
		err_set(e, EX_TEMPFAIL, "'%s' did not end within %jd s",
		    t->r->argv[0],
		    (intmax_t)(t->r->timeout_us / CLOCK_SECOND));
		return -1;
	}
	most_ms = at_most(at_most(most_ms, t->end_us), t->say_us);
	fds[0] = (struct pollfd){ t->in[1], POLLOUT, 0 };
	fds[1] = (struct pollfd){ t->out[0], POLLIN, 0 };
	fds[2] = (struct pollfd){ t->err[0], POLLIN, 0 };
	fds[3] = (struct pollfd){ t->stop, POLLIN, 0 };
	if (poll(fds, 4, (int)most_ms) < 0 && errno != EINTR)
		return err_errno(e, "cannot poll");
	if (fds[3].revents != 0)
		return err_set(e, EX_TEMPFAIL, "'%s' was interrupted",
		    t->r->argv[0]);
	return 0;
}

/* True once it has ended; it stays, so that its number is no other's. */
static bool
has_ended(const struct talk *t)
{
	siginfo_t info = { .si_pid = 0 };

	return waitid(P_PID, (id_t)t->pid, &info,
	    WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid == t->pid;
}

/* What can be moved through the pipes without waiting. */
static int
move_some(struct talk *t, const struct pollfd fds[4], struct err *e)
{
	const struct run *r = t->r;

	if (r->input != NULL && fds[0].revents != 0 && give_input(t, e) != 0)
		return -1;
	if (r->output != NULL && fds[1].revents != 0 &&
	    take_output(t, e) != 0)
		return -1;
	return r->errors != NULL && fds[2].revents != 0 ?
	    take_errors(t, e) : 0;
}

static int
converse(struct talk *t, struct err *e)
{
	struct pollfd fds[4];

	if (t->r->input == NULL || t->r->input->len == 0)
		close_fd(&t->in[1]);
	while (t->in[1] >= 0 || t->out[0] >= 0 || t->err[0] >= 0)
		if (wait_for(t, fds, -1, e) != 0 ||
		    move_some(t, fds, e) != 0)
			return -1;
	while (t->r->timeout_us > 0 && !has_ended(t))
		if (wait_for(t, fds, PAUSE_MS, e) != 0)
			return -1;
	return 0;
}

static void
end_group(const struct talk *t)
{
	int waited;

	kill(-t->pid, SIGTERM);
	for (waited = 0; waited < GRACE_MS && !has_ended(t);
	    waited += PAUSE_MS)
		poll(NULL, 0, PAUSE_MS);
	kill(-t->pid, SIGKILL);
}

static int
reap(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) :
	    128 + WTERMSIG(status);
}

static int
start_and_talk(struct talk *t, struct err *e)
{
	int rc, status;

	if (open_pipes(t, e) != 0)
		return -1;
	if (start(t) != 0)
		return err_errno(e, "cannot run '%s'", t->r->argv[0]);
	if (t->r->timeout_us > 0)
		t->end_us = clock_ticks_us() + t->r->timeout_us;
	if (t->r->notice != NULL)
		t->say_us = clock_ticks_us() + t->r->notice_us;
	close_fd(&t->in[0]);
	close_fd(&t->out[1]);
	close_fd(&t->err[1]);
	if (t->in[1] >= 0)
		fcntl(t->in[1], F_SETFL, O_NONBLOCK);
	rc = converse(t, e);
	if (rc != 0 && t->r->timeout_us > 0)
		end_group(t);
	close_pipes(t);
	status = reap(t->pid);
	return rc == 0 ? status : -1;
}

static int
run(const struct run *r, struct err *e)
{
	struct talk t = { .r = r, .in = { -1, -1 }, .out = { -1, -1 },
	    .err = { -1, -1 }, .stop = -1 };
	int rc;

	if (r->timeout_us > 0 && hold_signals(&t, e) != 0) {
		release_signals(&t);
		return -1;
	}
	rc = start_and_talk(&t, e);
	close_pipes(&t);
	if (r->timeout_us > 0)
		release_signals(&t);
	return rc;
}

int
run_program(const struct run *r, struct err *e)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN }, was[2];
	int rc;

	if (!r->has_terminal)
		return run(r, e);
	sigaction(SIGINT, &ignore, &was[0]);
	sigaction(SIGQUIT, &ignore, &was[1]);
	rc = run(r, e);
	sigaction(SIGINT, &was[0], NULL);
	sigaction(SIGQUIT, &was[1], NULL);
	return rc;
}
