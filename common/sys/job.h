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
/* Waits for its end: what run() returned, and its error. */
int	 job_wait(struct job *j, struct err *e);

#endif
