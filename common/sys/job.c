/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include <signal.h>

#include "sys/job.h"

static void *
run(void *arg)
{
	struct job *j = arg;

	j->rc = j->run(j->ctx, &j->e);
	return NULL;
}

void
job_start(struct job *j)
{
	sigset_t all, old;

	j->e = (struct err)ERR_INIT;
	/* Signals are the caller's. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	j->beside = pthread_create(&j->thread, NULL, run, j) == 0;
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	if (!j->beside)
		run(j);
}

int
job_wait(struct job *j, struct err *e)
{
	if (j->beside)
		pthread_join(j->thread, NULL);
	j->beside = false;
	if (j->rc < 0)
		*e = j->e;
	return j->rc;
}
