/* SPDX-License-Identifier: MIT */
/*
 * Work that goes on beside the caller's, in a thread of its own.
 */
#ifndef SYS_JOB_H
#define SYS_JOB_H

#include <pthread.h>

#include "base/err.h"

struct job {
	int		(*run)(void *ctx, struct err *e);
	void		*ctx;
	struct err	 e;
	int		 rc;
	pthread_t	 thread;
	bool		 beside;	/* else it has been done already */
};

/*
 * Begins run(ctx), which must share nothing that changes with the caller until
 * job_wait().  Where there is no thread to be had it is done at once.
 */
void	 job_start(struct job *j);
/* The same; false: there is no thread to be had, and nothing has been done. */
bool	 job_begin(struct job *j);
/* Waits for its end: what run() returned, and its error. */
int	 job_wait(struct job *j, struct err *e);

/* Where a thread waits until another is so far: a number that only grows. */
struct gate {
	pthread_mutex_t	 mutex;
	pthread_cond_t	 grew;
	int		 at;
};

#define GATE_INIT	{ PTHREAD_MUTEX_INITIALIZER, \
			    PTHREAD_COND_INITIALIZER, 0 }

void	 gate_pass(struct gate *g, int at);
/* Waits until it is at `at` or further; where it is then. */
int	 gate_wait(struct gate *g, int at);

#endif
