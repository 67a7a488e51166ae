/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include <sys/mman.h>

#include <fcntl.h>

#include "base/err.h"
#include "base/log.h"
#include "change/gitindex.h"
#include "change/splice.h"
#include "sys/file.h"
#include "sys/run.h"

enum {
	LOCK_TRIES = 5, LOCK_WAIT_US = 2000,
	PENDING_MAX = 64 << 20,
	LIST_MAX = 256 << 20,
	CHUNK = 1 << 20
};

void
index_edits_release(struct index_edits *x)
{
	size_t i;

	for (i = 0; i < x->n; i++) {
		free(x->v[i].path);
		free(x->v[i].to);
	}
	free(x->v);
	*x = (struct index_edits)INDEX_EDITS_INIT;
}

struct index_edit *
index_edits_add(struct index_edits *x, enum index_edit_kind kind,
    const char *path, const char *to)
{
	struct index_edit *one;

	MEM_GROW(x->v, x->n, x->cap);
	one = &x->v[x->n++];
	memset(one, 0, sizeof(*one));
	one->kind = kind;
	one->path = mem_strdup(path);
	one->to = mem_strdup_null(to);
	return one;
}

/* 1: we hold it, 0: another process does, -1: it cannot be made. */
static int
take_lock(const char *path, int *fd, struct err *e)
{
	int tries;

	for (tries = 0; tries < LOCK_TRIES; tries++) {
		*fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC |
		    O_NOFOLLOW, 0666);
		if (*fd >= 0)
			return 1;
		if (errno != EEXIST)
			return err_errno(e, "%s", path);
		usleep(LOCK_WAIT_US);
	}
	return 0;
}

/* Writes the pieces with the SHA-1 of them all behind. */
static int
write_pieces(int fd, const struct splice *s)
{
	struct oid_hash hash;
	struct oid sum;
	const char *p;
	size_t i, left, n;

	oid_hash_init(&hash);
	for (i = 0; i < s->n; i++) {
		p = s->v[i].data;
		for (left = s->v[i].len; left > 0; left -= n, p += n) {
			n = left < CHUNK ? left : CHUNK;
			oid_hash_add(&hash, p, n);
			if (fd_write_all(fd, p, n) != 0)
				return -1;
		}
	}
	oid_hash_end(&hash, &sum);
	return fd_write_all(fd, sum.raw, OID_RAW);
}

/* The index and its lock, which we hold. */
struct locked {
	char		*path, *lock;
	int		 fd;
	void		*map;
	struct stat	 st;		/* of the old index */
};

static int
map_old(struct locked *x, struct splice_old *old, struct err *e)
{
	int fd = open(x->path, O_RDONLY | O_CLOEXEC);

	memset(old, 0, sizeof(*old));
	if (fd < 0)
		return errno == ENOENT ? 0 : err_errno(e, "%s", x->path);
	if (fstat(fd, &x->st) != 0 || !S_ISREG(x->st.st_mode)) {
		close(fd);
		return err_set(e, EX_DATAERR, "%s: is no file", x->path);
	}
	old->len = (size_t)x->st.st_size;
	old->written = x->st.st_mtim;
	if (old->len > 0)
		x->map = mmap(NULL, old->len, PROT_READ,
		    MAP_PRIVATE | MAP_POPULATE, fd, 0);
	close(fd);
	if (x->map == MAP_FAILED) {
		x->map = NULL;
		return err_errno(e, "%s", x->path);
	}
	old->map = x->map;
	return 0;
}

/*
 * 1: the new index is in place; 0: it is not for us to splice; -1: an error.
 */
static int
splice_locked(struct locked *x, const struct index_edits *edits,
    bool guarded, struct err *e)
{
	struct splice s = SPLICE_INIT;
	struct splice_old old;
	int rc;

	if (map_old(x, &old, e) != 0)
		return -1;
	rc = splice_make(&s, &old, edits, guarded, e);
	if (rc > 0) {
		if (old.len > 0)
			(void)!fchmod(x->fd, x->st.st_mode & 07777);
		if (write_pieces(x->fd, &s) != 0 ||
		    rename(x->lock, x->path) != 0)
			rc = err_errno(e, "%s", x->path);
	}
	splice_release(&s);
	if (x->map != NULL)
		munmap(x->map, old.len);
	return rc;
}

/* What git's own program calls each entry below a folder, moved. */
static int
list_moved(const struct gitindex *ix, const struct index_edit *x,
    struct buf *out, struct err *e)
{
	const char *argv[] = { "git", "ls-files", "-s", "-z", "--", x->path,
	    NULL };
	struct buf list = BUF_INIT;
	struct run run = { .argv = argv, .dir = ix->workdir, .output = &list,
	    .output_max = LIST_MAX };
	const char *p, *end, *tab;
	int rc = run_program(&run, e);

	end = buf_str(&list) + list.len;
	for (p = buf_str(&list); rc == 0 && p < end; p += strlen(p) + 1) {
		tab = strchr(p, '\t');
		if (tab == NULL)
			break;
		buf_addf(out, "0 %040d\t%s", 0, tab + 1);
		buf_addc(out, '\0');
		buf_addf(out, "%.*s\t%s%s", (int)(tab - p), p, x->to,
		    tab + 1 + strlen(x->path));
		buf_addc(out, '\0');
	}
	buf_release(&list);
	return rc;
}

/* 0: done; else git's program could not, for now. */
static int
run_git(const struct gitindex *ix, const struct index_edits *edits,
    struct err *e)
{
	const char *argv[] = { "git", "update-index", "-z", "--add",
	    "--remove", "--replace", "--index-info", NULL };
	struct buf info = BUF_INIT;
	struct run run = { .argv = argv, .dir = ix->workdir, .input = &info };
	char hex[OID_HEX + 1];
	const struct index_edit *x;
	size_t i;
	int rc = 0;

	for (i = 0; i < edits->n && rc == 0; i++)
		if (edits->v[i].kind == INDEX_MOVE)
			rc = list_moved(ix, &edits->v[i], &info, e);
	for (i = 0; i < edits->n; i++) {
		x = &edits->v[i];
		if (x->kind == INDEX_MOVE)
			continue;
		oid_format(hex, &x->id);
		if (x->kind == INDEX_PUT)
			buf_addf(&info, "%o %s\t%s", x->mode, hex, x->path);
		else
			buf_addf(&info, "0 %040d\t%s", 0, x->path);
		buf_addc(&info, '\0');
	}
	if (rc == 0)
		rc = run_program(&run, e);
	buf_release(&info);
	return rc;
}

static char *
pending_path(const struct gitindex *ix)
{
	return mem_printf("%stask/index-pending", ix->gitdir);
}

static void
add_field(struct buf *out, const char *s)
{
	buf_adds(out, s);
	buf_addc(out, '\0');
}

static int
keep_for_later(const struct gitindex *ix, const struct index_edits *edits,
    struct err *e)
{
	char id[OID_HEX + 1], was[OID_HEX + 1];
	struct file f = FILE_INIT;
	size_t i;
	int dir, rc = -1;

	for (i = 0; i < edits->n; i++) {
		oid_format(id, &edits->v[i].id);
		oid_format(was, &edits->v[i].was);
		buf_addf(&f.data, "%d %o %s %s", (int)edits->v[i].kind,
		    edits->v[i].mode, id, was);
		buf_addc(&f.data, '\0');
		add_field(&f.data, edits->v[i].path);
		add_field(&f.data,
		    edits->v[i].to == NULL ? "" : edits->v[i].to);
	}
	dir = open(ix->gitdir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		err_errno(e, "%s", ix->gitdir);
	else
		rc = file_replace(dir, "task/index-pending", &f, e);
	if (dir >= 0)
		close(dir);
	file_release(&f);
	return rc;
}

/* The edit at `*p`, which moves behind it; false where there is none. */
static bool
take_pending(const char **p, const char *end, struct index_edits *out)
{
	char id[OID_HEX + 1], was[OID_HEX + 1];
	struct index_edit edit, *x;
	const char *path, *to;
	int kind;

	if (sscanf(*p, "%d %o %40s %40s", &kind, &edit.mode, id, was) != 4 ||
	    kind < INDEX_PUT || kind > INDEX_MOVE ||
	    strlen(id) != OID_HEX || oid_parse(&edit.id, id) != 0 ||
	    strlen(was) != OID_HEX || oid_parse(&edit.was, was) != 0)
		return false;
	path = *p + strlen(*p) + 1;
	to = path >= end ? end : path + strlen(path) + 1;
	if (to >= end)
		return false;
	x = index_edits_add(out, (enum index_edit_kind)kind, path, to);
	x->mode = edit.mode;
	x->id = edit.id;
	x->was = edit.was;
	*p = to + strlen(to) + 1;
	return true;
}

/* Reads what waits; what cannot be understood ends it. */
static int
read_pending(const struct gitindex *ix, struct index_edits *out,
    struct err *e)
{
	struct file f = FILE_INIT;
	const char *p, *end;
	int dir, rc;

	dir = open(ix->gitdir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return err_errno(e, "%s", ix->gitdir);
	rc = file_read(dir, "task/index-pending", PENDING_MAX, &f, e);
	close(dir);
	p = buf_str(&f.data);
	end = p + f.data.len;
	while (rc == 0 && p < end && take_pending(&p, end, out))
		continue;
	file_release(&f);
	return rc == 0 || e->status == EX_NOINPUT ? 0 : -1;
}

/* 1: made; 0: not now; -1: an error. */
static int
edit_now(const struct gitindex *ix, const struct index_edits *edits,
    bool guarded, struct err *e)
{
	struct locked x = { .path = mem_printf("%sindex", ix->gitdir),
	    .lock = mem_printf("%sindex.lock", ix->gitdir) };
	int rc;

	rc = take_lock(x.lock, &x.fd, e);
	if (rc > 0) {
		rc = splice_locked(&x, edits, guarded, e);
		close(x.fd);
		if (rc <= 0)
			unlink(x.lock);
		if (rc == 0)
			rc = run_git(ix, edits, e) == 0;
	}
	free(x.path);
	free(x.lock);
	return rc;
}

int
gitindex_catch_up(const struct gitindex *ix, struct err *e)
{
	struct index_edits waiting = INDEX_EDITS_INIT;
	char *path = pending_path(ix);
	int rc = 0;

	if (access(path, F_OK) == 0) {
		rc = read_pending(ix, &waiting, e);
		if (rc == 0)
			rc = waiting.n == 0 ? 1 :
			    edit_now(ix, &waiting, true, e);
		if (rc > 0 && unlink(path) != 0)
			rc = err_errno(e, "%s", path);
	}
	index_edits_release(&waiting);
	free(path);
	return rc < 0 ? -1 : 0;
}

int
gitindex_edit(const struct gitindex *ix, struct index_edits *edits,
    bool guarded, struct err *e)
{
	struct index_edits waiting = INDEX_EDITS_INIT;
	char *path = pending_path(ix);
	size_t i;
	int rc;

	if (edits->n == 0)
		goto out;
	rc = access(path, F_OK) == 0 ? 0 : edit_now(ix, edits, guarded, e);
	if (rc > 0)
		goto out;
	if (rc < 0)
		goto fail;
	log_info("another process holds git's index; the next change puts "
	    "its entries right");
	if (read_pending(ix, &waiting, e) != 0)
		goto fail;
	for (i = 0; i < edits->n; i++) {
		MEM_GROW(waiting.v, waiting.n, waiting.cap);
		waiting.v[waiting.n++] = edits->v[i];
		edits->v[i].path = edits->v[i].to = NULL;
	}
	if (keep_for_later(ix, &waiting, e) != 0)
		goto fail;
out:
	index_edits_release(&waiting);
	free(path);
	return 0;
fail:
	index_edits_release(&waiting);
	free(path);
	return -1;
}
