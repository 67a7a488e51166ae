/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include <sys/wait.h>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>

#include "base/buf.h"
#include "base/err.h"
#include "sys/run.h"

extern char **environ;

struct pipes {
	int	in[2];		/* we write in[1] */
	int	out[2];		/* we read out[0] */
};

static void
close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static void
close_pipes(struct pipes *p)
{
	close_fd(&p->in[0]);
	close_fd(&p->in[1]);
	close_fd(&p->out[0]);
	close_fd(&p->out[1]);
}

static int
start(const struct run *r, struct pipes *p, pid_t *pid)
{
	/* Who started us may not want to know how its children end; we do. */
	struct sigaction keep = { .sa_handler = SIG_DFL };
	posix_spawn_file_actions_t fa;
	posix_spawnattr_t attr;
	sigset_t defaults;
	int rc;

	sigaction(SIGCHLD, &keep, NULL);
	posix_spawn_file_actions_init(&fa);
	posix_spawnattr_init(&attr);
	sigemptyset(&defaults);
	sigaddset(&defaults, SIGPIPE);
	if (r->has_terminal) {
		sigaddset(&defaults, SIGINT);
		sigaddset(&defaults, SIGQUIT);
	}
	posix_spawnattr_setsigdefault(&attr, &defaults);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGDEF);
	if (r->dir != NULL)
		posix_spawn_file_actions_addchdir_np(&fa, r->dir);
	if (r->input != NULL)
		posix_spawn_file_actions_adddup2(&fa, p->in[0], 0);
	if (r->output != NULL)
		posix_spawn_file_actions_adddup2(&fa, p->out[1], 1);
	if (r->quiet)
		posix_spawn_file_actions_addopen(&fa, STDERR_FILENO,
		    "/dev/null", O_WRONLY, 0);
	rc = posix_spawnp(pid, r->argv[0], &fa, &attr,
	    (char *const *)(uintptr_t)r->argv,
	    r->env != NULL ? r->env : environ);
	posix_spawn_file_actions_destroy(&fa);
	posix_spawnattr_destroy(&attr);
	errno = rc;
	return rc == 0 ? 0 : -1;
}

static int
take_output(const struct run *r, struct pipes *p, struct err *e)
{
	ssize_t n;

	buf_grow(r->output, 65536);
	n = read(p->out[0], r->output->ptr + r->output->len, 65536);
	if (n < 0)
		return errno == EINTR || errno == EAGAIN ? 0 :
		    err_errno(e, "cannot read from '%s'", r->argv[0]);
	if (n == 0)
		close_fd(&p->out[0]);
	buf_truncate(r->output, r->output->len + (size_t)n);
	if (r->output->len > r->output_max)
		return err_set(e, EX_DATAERR,
		    "'%s' prints more than %zu bytes", r->argv[0],
		    r->output_max);
	return 0;
}

static int
give_input(const struct run *r, struct pipes *p, size_t *done, struct err *e)
{
	ssize_t n;

	n = write(p->in[1], r->input->ptr + *done, r->input->len - *done);
	if (n >= 0) {
		*done += (size_t)n;
	} else if (errno == EPIPE) {
		/* It wants no more; its exit status tells why. */
		*done = r->input->len;
	} else if (errno != EINTR && errno != EAGAIN) {
		return err_errno(e, "cannot write to '%s'", r->argv[0]);
	}
	if (*done == r->input->len)
		close_fd(&p->in[1]);
	return 0;
}

static int
converse(const struct run *r, struct pipes *p, struct err *e)
{
	struct pollfd fds[2];
	size_t done = 0;

	if (r->input == NULL || r->input->len == 0)
		close_fd(&p->in[1]);
	while (p->in[1] >= 0 || p->out[0] >= 0) {
		fds[0] = (struct pollfd){ p->in[1], POLLOUT, 0 };
		fds[1] = (struct pollfd){ p->out[0], POLLIN, 0 };
		if (poll(fds, 2, -1) < 0 && errno != EINTR)
			return err_errno(e, "cannot poll");
		if (r->input != NULL && fds[0].revents != 0 &&
		    give_input(r, p, &done, e) != 0)
			return -1;
		if (r->output != NULL && fds[1].revents != 0 &&
		    take_output(r, p, e) != 0)
			return -1;
	}
	return 0;
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
run(const struct run *r, struct err *e)
{
	struct pipes p = { { -1, -1 }, { -1, -1 } };
	int rc = -1, status;
	pid_t pid;

	if ((r->input != NULL && pipe2(p.in, O_CLOEXEC) != 0) ||
	    (r->output != NULL && pipe2(p.out, O_CLOEXEC) != 0)) {
		err_errno(e, "cannot make a pipe");
	} else if (start(r, &p, &pid) != 0) {
		err_errno(e, "cannot run '%s'", r->argv[0]);
	} else {
		close_fd(&p.in[0]);
		close_fd(&p.out[1]);
		if (p.in[1] >= 0)
			fcntl(p.in[1], F_SETFL, O_NONBLOCK);
		rc = converse(r, &p, e);
		close_pipes(&p);
		status = reap(pid);
		if (rc == 0)
			rc = status;
	}
	close_pipes(&p);
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
