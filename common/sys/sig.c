/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include <sys/signalfd.h>

#include <signal.h>

#include "base/err.h"
#include "sys/sig.h"

int
sig_stop_fd(struct err *e)
{
	sigset_t stop;
	int fd;

	sigemptyset(&stop);
	sigaddset(&stop, SIGINT);
	sigaddset(&stop, SIGTERM);
	sigaddset(&stop, SIGHUP);
	if (sigprocmask(SIG_BLOCK, &stop, NULL) != 0 ||
	    (fd = signalfd(-1, &stop, SFD_CLOEXEC | SFD_NONBLOCK)) < 0)
		return err_errno(e, "cannot watch for signals");
	return fd;
}

void
sig_ignore_pipe(void)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN };

	sigaction(SIGPIPE, &ignore, NULL);
}
