/* SPDX-License-Identifier: MIT */
/*
 * Whole files: read with a limit, replaced as a whole.
 *
 * Only regular files are read and only regular files are replaced; paths are
 * as in sys/path.h.  A reader sees the old content or the new, never a part.
 */
#ifndef SYS_FILE_H
#define SYS_FILE_H

#include <sys/stat.h>

#include "base/buf.h"

struct err;

struct file {
	struct buf	data;
	struct stat	st;	/* as read, or as written */
};

#define FILE_INIT	{ .data = BUF_INIT }

void	 file_release(struct file *f);
/*
 * EX_NOINPUT: there is none.  EX_DATAERR: a directory, FIFO, link or device,
 * or larger than `max` bytes.  EX_IOERR: could not be read.
 */
int	 file_read(int dirfd, const char *path, size_t max, struct file *f,
	    struct err *e);
/*
 * 0 where `name`, of the directory itself, is a file of at most `max` bytes;
 * else what file_read() would say.  It is not opened.
 */
int	 file_look(int dirfd, const char *name, size_t max, struct err *e);
/*
 * Writes f->data to a temporary file beside `path` (its name is file_temp's)
 * and renames it over; the permissions are those of f->st.st_mode where it is
 * not 0.  Fills f->st.  No fsync: the journal is what makes a change durable.
 */
int	 file_replace(int dirfd, const char *path, struct file *f,
	    struct err *e);
/* The temporary name for `name`: hidden, the same each time.  Yours. */
char	*file_temp(const char *name);
/* Takes that away, which a file_replace() left that died; nothing may be. */
void	 file_drop_temp(int dirfd, const char *path);
/* True when both are the same version of the same file. */
bool	 file_same(const struct stat *a, const struct stat *b);

/* All of it, again after EINTR and short writes.  0, or -1 and errno. */
int	 fd_write_all(int fd, const void *data, size_t len);
/*
 * Reads to the end of a descriptor (a pipe, say), EX_DATAERR beyond `max`.
 */
int	 fd_read_all(int fd, size_t max, struct buf *out, struct err *e);

#endif
