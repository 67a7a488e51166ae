/* SPDX-License-Identifier: MIT */
/*
 * Folders that are watched for changes (inotify(7)).
 */
#ifndef SYS_WATCH_H
#define SYS_WATCH_H

struct err;

struct watch_folder;

struct watch {
	int		 fd;
	int		 stop_fd;	/* readable when we are asked to stop */
	struct watch_folder *v;		/* by watch descriptor */
	size_t		 n, cap;
};

#define WATCH_INIT	{ -1, -1, NULL, 0, 0 }

/* What happened to a name in a folder. */
struct watch_event {
	const char	*folder;	/* as it was given to watch_add() */
	const char	*name;
	bool		 is_folder;
	bool		 lost;		/* the kernel's queue overflowed:
					   anything may have happened */
};

int	 watch_open(struct watch *w, struct err *e);
void	 watch_close(struct watch *w);
/*
 * Watches the folder `path` below `dirfd`; again is no error.  EX_UNAVAILABLE:
 * the system allows no more watches.
 */
int	 watch_add(struct watch *w, int dirfd, const char *path,
	    struct err *e);

enum watch_result { WATCH_QUIET, WATCH_EVENTS, WATCH_STOP };

/*
 * Waits at most `timeout_ms` (-1: without limit) and calls `fn` for each
 * event that came.  An enum watch_result, or -1.
 */
int	 watch_wait(struct watch *w, int timeout_ms,
	    void (*fn)(const struct watch_event *ev, void *ctx), void *ctx,
	    struct err *e);
/* True where something happened that watch_wait() has not told yet. */
bool	 watch_pending(const struct watch *w);

#endif
