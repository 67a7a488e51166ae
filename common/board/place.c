/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include <fcntl.h>

#include "base/err.h"
#include "board/place.h"
#include "sys/file.h"
#include "sys/gitdir.h"
#include "sys/path.h"

/* The file's line.  1, 0: there is none; -1: it cannot be read. */
static int
read_place(int common, struct buf *out, struct err *e)
{
	struct file f = FILE_INIT;
	int rc = file_read(common, "task/board", PATH_MAX, &f, e);

	if (rc == 0)
		buf_add(out, buf_str(&f.data),
		    strcspn(buf_str(&f.data), "\r\n"));
	file_release(&f);
	if (rc != 0)
		return e->status == EX_NOINPUT ? 0 :
		    err_prefix(e, "where the board is");
	return out->len > 0;
}

/* True where the folder is a worktree of that repository. */
static bool
belongs(int work, int common)
{
	int fd = gitdir_open_common(work);
	bool same = fd >= 0 && gitdir_same(fd, common);

	if (fd >= 0)
		close(fd);
	return same;
}

/* The whole path, for people. */
static void
add_whole(int common, const char *path, struct buf *out)
{
	if (*path != '/') {
		path_of_fd(common, out);
		for (; strncmp(path, "../", 3) == 0; path += 3)
			buf_truncate(out, path_dir_len(out->ptr));
		buf_addc(out, '/');
	}
	buf_adds(out, path);
}

int
place_open(int common, struct buf *work, bool *known, struct err *e)
{
	struct buf path = BUF_INIT, at = BUF_INIT;
	int fd = -1, found = read_place(common, &path, e);

	*known = found != 0;
	if (found == 0)
		err_set(e, EX_NOINPUT, "the repository has no board on a "
		    "branch");
	if (found > 0)
		fd = openat(common, buf_str(&path),
		    O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0 && !belongs(fd, common)) {
		close(fd);
		fd = -1;
	}
	if (fd >= 0) {
		path_of_fd(fd, work);
	} else if (found > 0) {
		add_whole(common, buf_str(&path), &at);
		err_set(e, EX_NOINPUT, "the board of this repository was "
		    "in %s, and is not there any more (task-init --branch "
		    "sets it up again)", at.ptr);
	}
	buf_release(&path);
	buf_release(&at);
	return fd;
}
