/* SPDX-License-Identifier: MIT */
/*
 * What the fault shim stands before; see shim.c.
 */
#ifndef T_FAULT_SHIM_H
#define T_FAULT_SHIM_H

/* The C library declares them only with _LARGEFILE64_SOURCE. */
int	 open64(const char *path, int flags, ...);
int	 openat64(int dirfd, const char *path, int flags, ...);
int	 ftruncate64(int fd, off64_t len);
ssize_t	 pwrite64(int fd, const void *data, size_t len, off_t at);

#endif
