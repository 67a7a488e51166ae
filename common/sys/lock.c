/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include <sys/file.h>
#include <sys/time.h>

#include <fcntl.h>
#include <signal.h>

#include "base/clock.h"
#include "base/err.h"
#include "sys/file.h"
#include "sys/lock.h"

/* Who holds it, on a line of this length: nothing is left of another. */
enum { LINE = 64 };

static void
on_alarm(int sig)
{
	(void)sig;
}

/*
 * Blocks in flock(2), so that waiters are served in turn and at once; the
 * timer only ends the wait.  It repeats, lest a signal that comes just before
 * the call leave us in it for ever; and it is let through, for whoever started
 * us may have blocked it.
 */
static int
wait_for(int fd, int kind, int timeout_ms)
{
	struct sigaction act = { .sa_handler = on_alarm }, old;
	struct itimerval every = { { 0, 50000 }, { 0, 50000 } }, off, none;
	int64_t until = clock_ticks_us() + (int64_t)timeout_ms * 1000;
	sigset_t alarm, mask;
	int rc, saved;

	memset(&none, 0, sizeof(none));
	sigemptyset(&alarm);
	sigaddset(&alarm, SIGALRM);
	sigaction(SIGALRM, &act, &old);
	pthread_sigmask(SIG_UNBLOCK, &alarm, &mask);
	setitimer(ITIMER_REAL, &every, &off);
	do {
		rc = flock(fd, kind);
	} while (rc != 0 && errno == EINTR && clock_ticks_us() < until);
	saved = errno;
	setitimer(ITIMER_REAL, &none, NULL);
	pthread_sigmask(SIG_SETMASK, &mask, NULL);
	sigaction(SIGALRM, &old, NULL);
	errno = saved;
	return rc;
}

static int
say_held(int fd, int timeout_ms, struct err *e)
{
	char who[LINE + 1];
	ssize_t n = pread(fd, who, LINE, 0);

	who[n > 0 ? n : 0] = '\0';
	n = (ssize_t)strcspn(who, "\n");
	while (n > 0 && who[n - 1] == ' ')
		n--;
	who[n] = '\0';
	return err_set(e, EX_TEMPFAIL,
	    "the board is locked by %s; waited %d ms; try again",
	    *who == '\0' ? "another program" : who, timeout_ms);
}

/*
 * Only for people: that it could not be written is no failure.  The file is
 * not emptied first, for which ext4 would have it written to disk at once.
 */
static void
say_who(int fd, const char *who)
{
	char line[LINE + 1];

	snprintf(line, sizeof(line), "%-*.*s\n", LINE - 1, LINE - 1, who);
	(void)!pwrite(fd, line, LINE, 0);
}

int
lock_take(struct lock *l, int dirfd, const char *name, struct err *e)
{
	int fd;

	fd = openat(dirfd, name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW,
	    0666);
	if (fd < 0)
		return err_errno(e, "cannot open the lock '%s'", name);
	if (flock(fd, LOCK_EX | LOCK_NB) != 0 &&
	    wait_for(fd, LOCK_EX, l->timeout_ms) != 0) {
		if (errno == EINTR || errno == EWOULDBLOCK)
			say_held(fd, l->timeout_ms, e);
		else
			err_errno(e, "cannot lock '%s'", name);
		close(fd);
		return -1;
	}
	say_who(fd, l->who);
	l->fd = fd;
	return 0;
}

bool
lock_share(struct lock *l, int dirfd, const char *name)
{
	int fd = openat(dirfd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

	if (fd < 0)
		return false;
	if (flock(fd, LOCK_SH | LOCK_NB) != 0 &&
	    wait_for(fd, LOCK_SH, l->timeout_ms) != 0) {
		close(fd);
		return false;
	}
	l->fd = fd;
	return true;
}

bool
lock_is_held(int dirfd, const char *name)
{
	int fd = openat(dirfd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	bool held;

	if (fd < 0)
		return false;
	held = flock(fd, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
	close(fd);
	return held;
}

void
lock_drop(struct lock *l)
{
	if (l->fd >= 0)
		close(l->fd);
	l->fd = -1;
}
