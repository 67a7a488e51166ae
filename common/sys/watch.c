/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include <sys/inotify.h>

#include <fcntl.h>
#include <poll.h>

#include "base/buf.h"
#include "base/err.h"
#include "sys/path.h"
#include "sys/sig.h"
#include "sys/watch.h"

enum {
	EVENTS = IN_CLOSE_WRITE | IN_MOVED_FROM | IN_MOVED_TO | IN_CREATE |
	    IN_DELETE | IN_ONLYDIR
};

struct watch_folder {
	int	 wd;
	char	*path;
};

int
watch_open(struct watch *w, struct err *e)
{
	*w = (struct watch)WATCH_INIT;
	w->fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (w->fd < 0)
		return err_errno(e, "cannot watch for changes");
	w->stop_fd = sig_stop_fd(e);
	if (w->stop_fd < 0) {
		watch_close(w);
		return -1;
	}
	return 0;
}

void
watch_close(struct watch *w)
{
	while (w->n > 0)
		free(w->v[--w->n].path);
	free(w->v);
	if (w->fd >= 0)
		close(w->fd);
	if (w->stop_fd >= 0)
		close(w->stop_fd);
	*w = (struct watch)WATCH_INIT;
}

static struct watch_folder *
find(const struct watch *w, int wd)
{
	size_t lo = 0, hi = w->n, mid;

	/* The kernel counts descriptors up, so they are in order. */
	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (w->v[mid].wd < wd)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < w->n && w->v[lo].wd == wd ? &w->v[lo] : NULL;
}

int
watch_add(struct watch *w, int dirfd, const char *path, struct err *e)
{
	struct watch_folder *f;
	char link[32];
	int fd, wd;

	fd = path_open(dirfd, path, O_RDONLY | O_DIRECTORY, e);
	if (fd < 0)
		return -1;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	wd = inotify_add_watch(w->fd, link, EVENTS);
	if (wd < 0 && errno == ENOSPC)
		err_set(e, EX_UNAVAILABLE, "the system allows no more "
		    "watches (sysctl fs.inotify.max_user_watches)");
	else if (wd < 0)
		err_errno(e, "%s: cannot watch", path);
	close(fd);
	if (wd < 0)
		return -1;
	if ((f = find(w, wd)) != NULL) {
		/* The same folder, perhaps under another name by now. */
		free(f->path);
		f->path = mem_strdup(path);
		return 0;
	}
	MEM_GROW(w->v, w->n, w->cap);
	w->v[w->n++] = (struct watch_folder){ wd, mem_strdup(path) };
	return 0;
}

static void
forget(struct watch *w, int wd)
{
	struct watch_folder *f = find(w, wd);
	size_t at;

	if (f == NULL)
		return;
	at = (size_t)(f - w->v);
	free(f->path);
	memmove(f, f + 1, (w->n - at - 1) * sizeof(*f));
	w->n--;
}

static void
take(struct watch *w, const struct inotify_event *in,
    void (*fn)(const struct watch_event *, void *), void *ctx)
{
	const struct watch_folder *f = find(w, in->wd);
	struct watch_event ev = { "", "", false, false };

	if ((in->mask & IN_IGNORED) != 0) {
		forget(w, in->wd);
		return;
	}
	ev.lost = (in->mask & IN_Q_OVERFLOW) != 0;
	if (f != NULL && in->len > 0) {
		ev.folder = f->path;
		ev.name = in->name;
		ev.is_folder = (in->mask & IN_ISDIR) != 0;
	}
	if (ev.lost || *ev.name != '\0')
		fn(&ev, ctx);
}

/* 1: there were events; 0: there were none. */
static int
drain(struct watch *w, void (*fn)(const struct watch_event *, void *),
    void *ctx, struct err *e)
{
	_Alignas(struct inotify_event) char raw[65536];
	const struct inotify_event *in;
	ssize_t n, at;
	int any = 0;

	for (;;) {
		n = read(w->fd, raw, sizeof(raw));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return any;
		if (n < 0)
			return err_errno(e, "cannot read what changed");
		for (at = 0; at < n;
		    at += (ssize_t)(sizeof(*in) + in->len)) {
			in = (const struct inotify_event *)
			    (const void *)(raw + at);
			take(w, in, fn, ctx);
			any = 1;
		}
	}
}

bool
watch_pending(const struct watch *w)
{
	struct pollfd fd = { w->fd, POLLIN, 0 };

	return poll(&fd, 1, 0) > 0;
}

int
watch_wait(struct watch *w, int timeout_ms,
    void (*fn)(const struct watch_event *, void *), void *ctx, struct err *e)
{
	struct pollfd fds[2] = {
		{ w->fd, POLLIN, 0 }, { w->stop_fd, POLLIN, 0 },
	};
	int n;

	n = poll(fds, 2, timeout_ms);
	if (n < 0 && errno != EINTR)
		return err_errno(e, "cannot wait");
	if (n > 0 && fds[1].revents != 0)
		return WATCH_STOP;
	n = n > 0 ? drain(w, fn, ctx, e) : 0;
	return n < 0 ? -1 : n > 0 ? WATCH_EVENTS : WATCH_QUIET;
}
