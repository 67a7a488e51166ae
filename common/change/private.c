/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include <sys/stat.h>

#include <fcntl.h>

#include "base/err.h"
#include "change/private.h"

static const char name[] = "task";

static int
open_in(int at)
{
	return openat(at, name,
	    O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
}

static int
open_dir(const char *dir)
{
	return open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

int
private_open(const char *dir)
{
	int at = open_dir(dir), fd = at < 0 ? -1 : open_in(at);

	if (at >= 0)
		close(at);
	return fd;
}

int
private_make(const char *dir, struct err *e)
{
	int at = open_dir(dir), fd = -1;

	if (at < 0)
		return err_errno(e, "%s", dir);
	if ((mkdirat(at, name, 0777) != 0 ? errno != EEXIST :
	    fsync(at) != 0 && errno != EINVAL) || (fd = open_in(at)) < 0)
		err_errno(e, "%s%s", dir, name);
	close(at);
	return fd;
}
