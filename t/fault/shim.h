/* SPDX-License-Identifier: MIT */
/*
 * What the shims have in common (shim.c, record.c): what they stand before.
 */
#ifndef T_FAULT_SHIM_H
#define T_FAULT_SHIM_H

#include <dlfcn.h>

/* The C library declares them only with _LARGEFILE64_SOURCE. */
int	 open64(const char *path, int flags, ...);
int	 openat64(int dirfd, const char *path, int flags, ...);
int	 ftruncate64(int fd, off64_t len);
ssize_t	 pwrite64(int fd, const void *data, size_t len, off_t at);

/* The C library's own function. */
static inline void *
real(const char *name)
{
	void *p = dlsym(RTLD_NEXT, name);

	if (p == NULL)
		abort();
	return p;
}

#define REAL(type, name, args)	((type (*)args)real(name))

#endif
