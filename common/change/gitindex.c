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
	CHUNK = 256 << 10
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

/* Small pieces are gathered, so that a write is worth its call. */
struct writer {
	int		 fd;
	struct oid_hash	 hash;
	struct buf	 held;
};

static int
give(struct writer *w, const char *p, size_t len)
{
	size_t n;

	if (len < CHUNK - w->held.len) {
		oid_hash_add(&w->hash, p, len);
		buf_add(&w->held, p, len);
		return 0;
	}
	if (fd_write_all(w->fd, w->held.ptr, w->held.len) != 0)
		return -1;
	buf_clear(&w->held);
	/* Hashed and written while it is in the processor's cache. */
	for (; len > 0; len -= n, p += n) {
		n = len < CHUNK ? len : CHUNK;
		oid_hash_add(&w->hash, p, n);
		if (fd_write_all(w->fd, p, n) != 0)
			return -1;
	}
	return 0;
}

/* Writes the pieces with the SHA-1 of them all behind. */
static int
write_pieces(int fd, const struct splice *s)
{
	struct writer w = { .fd = fd };
	struct oid sum;
	size_t i;
	int rc = 0;

	oid_hash_init(&w.hash);
	for (i = 0; i < s->n && rc == 0; i++)
		rc = give(&w, s->v[i].data, s->v[i].len);
	oid_hash_end(&w.hash, &sum);
	buf_add(&w.held, sum.raw, OID_RAW);
	if (rc == 0)
		rc = fd_write_all(fd, w.held.ptr, w.held.len);
	buf_release(&w.held);
	return rc;
}

/* The index, its lock, and the new file that becomes both in turn. */
struct paths {
	char		*index, *lock, *made;
};

static void
paths_init(struct paths *p, const struct gitindex *ix)
{
	p->index = mem_printf("%sindex", ix->gitdir);
	p->lock = mem_printf("%sindex.lock", ix->gitdir);
	p->made = mem_printf("%stask/index-new", ix->gitdir);
}

static void
paths_release(struct paths *p)
{
	free(p->index);
	free(p->lock);
	free(p->made);
}

struct old_index {
	void		*map;
	struct splice_old view;
	struct stat	 st;
	bool		 there;
};

static int
map_old(const struct paths *p, struct old_index *old, struct err *e)
{
	int fd = open(p->index, O_RDONLY | O_CLOEXEC);

	memset(old, 0, sizeof(*old));
	if (fd < 0)
		return errno == ENOENT ? 0 : err_errno(e, "%s", p->index);
	if (fstat(fd, &old->st) != 0 || !S_ISREG(old->st.st_mode)) {
		close(fd);
		return err_set(e, EX_DATAERR, "%s: is no file", p->index);
	}
	old->there = true;
	old->view.len = (size_t)old->st.st_size;
	old->view.written = old->st.st_mtim;
	if (old->view.len > 0)
		old->map = mmap(NULL, old->view.len, PROT_READ,
		    MAP_PRIVATE | MAP_POPULATE, fd, 0);
	close(fd);
	if (old->map == MAP_FAILED) {
		old->map = NULL;
		return err_errno(e, "%s", p->index);
	}
	old->view.map = old->map;
	return 0;
}

static void
unmap_old(struct old_index *old)
{
	if (old->map != NULL)
		munmap(old->map, old->view.len);
	old->map = NULL;
}

static int
write_new(const struct paths *p, const struct splice *s,
    const struct old_index *old, struct err *e)
{
	int fd, rc = 0;

	fd = open(p->made, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC |
	    O_NOFOLLOW, 0666);
	if (fd < 0)
		return err_errno(e, "%s", p->made);
	if (old->there)
		(void)!fchmod(fd, old->st.st_mode & 07777);
	if (write_pieces(fd, s) != 0)
		rc = err_errno(e, "%s", p->made);
	close(fd);
	return rc;
}

static bool
is_unchanged(const struct paths *p, const struct old_index *old)
{
	struct stat st;

	if (stat(p->index, &st) != 0)
		return !old->there;
	return old->there && file_same(&st, &old->st);
}

/*
 * The lock appears with its content, as a second name of the new file: a
 * process that dies holding it leaves something that we know as ours.  1: the
 * new index is in place; 0: somebody else holds the lock, or changed the
 * index; -1: an error.
 */
static int
put_in_place(const struct paths *p, const struct old_index *old,
    struct err *e)
{
	int rc;

	if (link(p->made, p->lock) != 0)
		return errno == EEXIST ? 0 : err_errno(e, "%s", p->lock);
	if (!is_unchanged(p, old))
		rc = 0;
	else if (rename(p->lock, p->index) == 0)
		rc = 1;
	else
		rc = err_errno(e, "%s", p->index);
	if (rc <= 0)
		unlink(p->lock);
	return rc;
}

enum attempt { MADE, BUSY, NOT_OURS };

/* An enum attempt, or -1. */
static int
attempt(const struct paths *p, const struct index_edits *edits, bool guarded,
    struct err *e)
{
	struct splice s = SPLICE_INIT;
	struct old_index old;
	int rc;

	if (map_old(p, &old, e) != 0)
		return -1;
	rc = splice_make(&s, &old.view, edits, guarded, e);
	if (rc == 0) {
		rc = NOT_OURS;
	} else if (rc > 0 && (rc = write_new(p, &s, &old, e)) == 0) {
		rc = put_in_place(p, &old, e);
		rc = rc < 0 ? -1 : rc > 0 ? MADE : BUSY;
	}
	unlink(p->made);
	splice_release(&s);
	unmap_old(&old);
	return rc;
}

int
gitindex_clean(const struct gitindex *ix, struct err *e)
{
	struct stat made, lock;
	struct paths p;
	int rc = 0;

	paths_init(&p, ix);
	if (lstat(p.made, &made) == 0) {
		if (lstat(p.lock, &lock) == 0 && lock.st_ino == made.st_ino &&
		    lock.st_dev == made.st_dev && unlink(p.lock) != 0)
			rc = err_errno(e, "%s", p.lock);
		else if (unlink(p.made) != 0)
			rc = err_errno(e, "%s", p.made);
	}
	paths_release(&p);
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
	struct paths p;
	int rc, tries;

	paths_init(&p, ix);
	for (tries = 0; ; tries++) {
		rc = attempt(&p, edits, guarded, e);
		if (rc != BUSY || tries == LOCK_TRIES)
			break;
		usleep(LOCK_WAIT_US);
	}
	paths_release(&p);
	if (rc == NOT_OURS)
		return run_git(ix, edits, e) == 0;
	return rc < 0 ? -1 : rc == MADE;
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
