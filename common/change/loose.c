/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include <sys/stat.h>

#include <fcntl.h>

#include "base/err.h"
#include "change/loose.h"
#include "format/deflate.h"
#include "sys/file.h"

enum { FOLDER = 2, TRIES = 10 };

struct loose {
	char		*objects;	/* the folder's path */
	int		 fd;		/* it, or -1: not opened yet */
	struct deflater	*deflater;
};

struct loose *
loose_new(const char *commondir)
{
	struct loose *l = mem_zalloc(sizeof(*l));

	l->objects = mem_printf("%sobjects", commondir);
	l->fd = -1;
	l->deflater = deflater_new();
	return l;
}

void
loose_free(struct loose *l)
{
	if (l == NULL)
		return;
	if (l->fd >= 0)
		close(l->fd);
	deflater_free(l->deflater);
	free(l->objects);
	free(l);
}

/* 0, or -1 and errno. */
static int
write_temp(struct loose *l, const char *temp, const struct buf *packed)
{
	const int flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC |
	    O_NOFOLLOW;
	int fd, rc;

	fd = openat(l->fd, temp, flags, 0444);
	if (fd < 0 && errno == EEXIST && unlinkat(l->fd, temp, 0) == 0)
		fd = openat(l->fd, temp, flags, 0444);
	if (fd < 0)
		return -1;
	rc = fd_write_all(fd, packed->ptr, packed->len);
	if (close(fd) != 0)
		rc = -1;
	return rc;
}

/* Beside its place, and then there.  Its name is one that git cleans up. */
static int
put_object(struct loose *l, const char *hex, const struct buf *packed)
{
	char path[OID_HEX + 2], temp[OID_HEX + 16], folder[FOLDER + 1];
	int rc, saved;

	snprintf(folder, sizeof(folder), "%.2s", hex);
	snprintf(path, sizeof(path), "%s/%s", folder, hex + FOLDER);
	snprintf(temp, sizeof(temp), "%s/tmp_obj_%s", folder, hex + FOLDER);
	rc = write_temp(l, temp, packed);
	if (rc != 0 && errno == ENOENT &&
	    (mkdirat(l->fd, folder, 0777) == 0 || errno == EEXIST))
		rc = write_temp(l, temp, packed);
	if (rc == 0)
		rc = renameat(l->fd, temp, l->fd, path);
	if (rc != 0) {
		saved = errno;
		(void)!unlinkat(l->fd, temp, 0);
		errno = saved;
	}
	return rc;
}

int
loose_write(struct loose *l, enum object_type type, const struct oid *id,
    const struct buf *data, struct err *e)
{
	char hex[OID_HEX + 1], head[32];
	const struct buf *packed;
	int rc, tries;
	size_t n;

	if (l->fd < 0)
		l->fd = open(l->objects, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (l->fd < 0)
		return err_errno(e, "%s", l->objects);
	oid_format(hex, id);
	/* "blob 12", and a NUL. */
	n = (size_t)snprintf(head, sizeof(head), "%s %zu",
	    object_type_name(type), data->len) + 1;
	packed = deflater_run(l->deflater, head, n, data);
	/* git repack takes folders away that are empty just now. */
	for (tries = 0; (rc = put_object(l, hex, packed)) != 0 &&
	    errno == ENOENT && tries < TRIES; tries++)
		continue;
	return rc == 0 ? 0 : err_errno(e, "cannot write an object");
}

/* What the file holds, on its way into a hash. */
struct sum {
	struct oid_hash	 hash;
	const char	*type;
	bool		 begun, of_type;
};

static void
add(const void *data, size_t len, void *ctx)
{
	struct sum *s = ctx;
	size_t n = strlen(s->type);

	if (!s->begun)
		s->of_type = len > n && memcmp(data, s->type, n) == 0 &&
		    ((const char *)data)[n] == ' ';
	s->begun = true;
	oid_hash_add(&s->hash, data, len);
}

/* The id of an object is the hash of what its file holds, deflated. */
static bool
is_whole(const struct buf *file, const struct oid *id, const char *type)
{
	struct sum s = { .type = type };
	struct oid is;
	int rc;

	oid_hash_init(&s.hash);
	rc = inflate_each(file, add, &s);
	oid_hash_end(&s.hash, &is);
	return rc == 0 && s.of_type && oid_equal(&is, id);
}

enum loose_state
loose_look(const char *commondir, const struct oid *id, const char *type)
{
	char hex[OID_HEX + 1], *path;
	struct buf file = BUF_INIT;
	struct err ignored = ERR_INIT;
	enum loose_state state = LOOSE_NONE;
	int fd;

	oid_format(hex, id);
	path = mem_printf("%sobjects/%.2s/%s", commondir, hex, hex + 2);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		state = LOOSE_DAMAGED;
		if (fd_read_all(fd, OBJECT_MAX, &file, &ignored) == 0 &&
		    is_whole(&file, id, type))
			state = LOOSE_SOUND;
		close(fd);
	}
	buf_release(&file);
	free(path);
	return state;
}
