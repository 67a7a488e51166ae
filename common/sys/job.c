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

bool
job_begin(struct job *j)
{
	sigset_t all, old;

	j->e = (struct err)ERR_INIT;
	j->rc = 0;
	/* Signals are the caller's. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	j->beside = pthread_create(&j->thread, NULL, run, j) == 0;
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return j->beside;
}

void
job_start(struct job *j)
{
	if (!job_begin(j))
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

void
gate_pass(struct gate *g, int at)
{
	pthread_mutex_lock(&g->mutex);
	if (g->at < at)
		g->at = at;
	pthread_cond_broadcast(&g->grew);
	pthread_mutex_unlock(&g->mutex);
}

int
gate_wait(struct gate *g, int at)
{
	int is;

	pthread_mutex_lock(&g->mutex);
	while ((is = g->at) < at)
		pthread_cond_wait(&g->grew, &g->mutex);
	pthread_mutex_unlock(&g->mutex);
	return is;
}
