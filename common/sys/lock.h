/* SPDX-License-Identifier: MIT */
/*
 * The one advisory lock of a repository (flock(2)): it dies with its holder,
 * so it is never stale.  The file says who holds it, for the message that a
 * waiter prints when its time is up.
 */
#ifndef SYS_LOCK_H
#define SYS_LOCK_H

struct err;

struct lock {
	int		 fd;		/* -1: not held */
	int		 timeout_ms;
	const char	*who;		/* one line that names the holder */
};

#define LOCK_INIT	{ -1, 0, NULL }

/*
 * Waits at most l->timeout_ms for the lock on the file `name` in `dirfd`,
 * which is made where it is missing.  EX_TEMPFAIL when the time is up.
 */
int	 lock_take(struct lock *l, int dirfd, const char *name,
	    struct err *e);
/*
 * For who only looks: waits in the same way until nobody holds it, and keeps
 * others from taking it.  Nothing is written.  False: there is no such file, or
 * the time is up, and nothing is held.
 */
bool	 lock_share(struct lock *l, int dirfd, const char *name);
/* True where a process holds it now.  Nothing is written or waited for. */
bool	 lock_is_held(int dirfd, const char *name);
/* Nothing where it is not held. */
void	 lock_drop(struct lock *l);

#endif
