/* SPDX-License-Identifier: MIT */
/*
 * Paths below a directory descriptor.
 *
 * Every path is relative, of plain components joined with single slashes; no
 * component is empty, "." or "..", and none may be a symbolic link when the
 * path is opened.  So nothing that a file's content or a name from elsewhere
 * says can lead out of the tree.
 */
#ifndef SYS_PATH_H
#define SYS_PATH_H

struct buf;
struct err;

enum { PATH_DEPTH_MAX = 64 };

bool	 path_is_plain(const char *path);
/* Part after the last slash; borrowed. */
const char *path_base(const char *path);
/* Length of the part before the last slash; 0 where there is no slash. */
size_t	 path_dir_len(const char *path);
/* True where `path` is `dir` or lies below it. */
bool	 path_is_below(const char *path, const char *dir);

/*
 * Opens an existing file or directory below `dirfd`; `flags` as for open(2)
 * without O_CREAT.  "" opens the directory itself again.  A descriptor, or -1
 * (ELOOP: a link on the way).
 */
int	 path_open(int dirfd, const char *path, int flags, struct err *e);
/*
 * The directory that holds the last component, for the *at calls; the caller
 * closes it.
 */
int	 path_open_parent(int dirfd, const char *path, struct err *e);
/* The absolute path of an open directory, for messages. */
void	 path_of_fd(int fd, struct buf *out);

#endif
