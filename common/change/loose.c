/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include <sys/stat.h>

#include <fcntl.h>

#include "base/err.h"
#include "change/loose.h"
#include "format/deflate.h"
#include "sys/file.h"

enum { FOLDER = 2, TRIES = 10 };

/* An object that has been begun. */
struct begun {
	enum object_type type;
	struct oid	 id;
	const struct buf *data;
};

struct loose {
	char		*objects;	/* the folder's path */
	int		 fd;		/* it, or -1: not opened yet */
	struct deflater	*deflater;
	struct begun	*v;
	size_t		 n, cap;
};

/* Where an object belongs, and where it lies before; relative to objects/. */
struct place {
	char		 folder[FOLDER + 1];
	char		 path[OID_HEX + 2];
	char		 temp[OID_HEX + 16];
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
	free(l->v);
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

static void
find_place(const struct oid *id, struct place *to)
{
	char hex[OID_HEX + 1];

	oid_format(hex, id);
	snprintf(to->folder, sizeof(to->folder), "%.2s", hex);
	snprintf(to->path, sizeof(to->path), "%s/%s", to->folder,
	    hex + FOLDER);
	/* Git cleans up names like that. */
	snprintf(to->temp, sizeof(to->temp), "%s/tmp_obj_%s", to->folder,
	    hex + FOLDER);
}

/* Beside its place. */
static int
put_beside(struct loose *l, const struct place *to, const struct buf *packed)
{
	int rc = write_temp(l, to->temp, packed);

	if (rc != 0 && errno == ENOENT &&
	    (mkdirat(l->fd, to->folder, 0777) == 0 || errno == EEXIST))
		rc = write_temp(l, to->temp, packed);
	return rc;
}

static int
put_there(struct loose *l, const struct place *to)
{
	return renameat(l->fd, to->temp, l->fd, to->path);
}

static int
write_object(struct loose *l, const struct begun *o, bool there,
    struct err *e)
{
	const struct buf *packed;
	struct place to;
	char head[32];
	int rc, tries;
	size_t n;

	if (l->fd < 0)
		l->fd = open(l->objects, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (l->fd < 0)
		return err_errno(e, "%s", l->objects);
	/* "blob 12", and a NUL. */
	n = (size_t)snprintf(head, sizeof(head), "%s %zu",
	    object_type_name(o->type), o->data->len) + 1;
	packed = deflater_run(l->deflater, head, n, o->data);
	find_place(&o->id, &to);
	/* git repack takes folders away that are empty just now. */
	for (tries = 0; ; tries++) {
		rc = put_beside(l, &to, packed);
		if (rc == 0 && there)
			rc = put_there(l, &to);
		if (rc == 0)
			return 0;
		if (errno != ENOENT || tries >= TRIES)
			break;
	}
	err_errno(e, "cannot write an object");
	(void)!unlinkat(l->fd, to.temp, 0);
	return -1;
}

int
loose_write(struct loose *l, enum object_type type, const struct oid *id,
    const struct buf *data, struct err *e)
{
	const struct begun o = { type, *id, data };

	return write_object(l, &o, true, e);
}

int
loose_begin(struct loose *l, enum object_type type, const struct oid *id,
    const struct buf *data, struct err *e)
{
	const struct begun o = { type, *id, data };

	MEM_GROW(l->v, l->n, l->cap);
	l->v[l->n++] = o;
	return write_object(l, &o, false, e);
}

int
loose_finish(struct loose *l, struct err *e)
{
	struct place to;
	size_t i;
	int rc = 0;

	for (i = 0; i < l->n && rc == 0; i++) {
		find_place(&l->v[i].id, &to);
		if (put_there(l, &to) == 0)
			continue;
		/* git prune has taken it for something left behind. */
		rc = errno == ENOENT ? write_object(l, &l->v[i], true, e) :
		    err_errno(e, "cannot write an object");
	}
	l->n = 0;
	return rc;
}

void
loose_drop(struct loose *l)
{
	struct place to;

	while (l->n > 0 && l->fd >= 0) {
		find_place(&l->v[--l->n].id, &to);
		(void)!unlinkat(l->fd, to.temp, 0);
	}
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
