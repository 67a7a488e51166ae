/* SPDX-License-Identifier: MIT */
/*
 * Directories below a descriptor; paths as in sys/path.h.
 */
#ifndef SYS_DIR_H
#define SYS_DIR_H

struct err;
struct strvec;

/* The names in it, sorted by bytes, without "." and "..". */
int	 dir_list(int dirfd, const char *path, struct strvec *names,
	    struct err *e);
/* The same in whatever order the directory has them. */
int	 dir_each(int dirfd, const char *path,
	    void (*fn)(const char *name, void *ctx), void *ctx,
	    struct err *e);
/* The same without plain files. */
int	 dir_each_folder(int dirfd, const char *path,
	    void (*fn)(const char *name, void *ctx), void *ctx,
	    struct err *e);
/* Makes it and what is missing above it. */
int	 dir_make(int dirfd, const char *path, struct err *e);
/* 1: there is something of that name (a link is not followed); 0: not. */
int	 dir_has(int dirfd, const char *path);

#endif
