/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include <sys/mman.h>

#include <fcntl.h>

#include "base/err.h"
#include "base/log.h"
#include "change/gitindex.h"
#include "change/gitrun.h"
#include "change/pending.h"
#include "change/splice.h"
#include "change/splitindex.h"
#include "sys/file.h"
#include "sys/job.h"

/* Git's commands hold the index for moments; who holds it longer waits for
   somebody. */
enum { LOCK_TRIES = 50, LOCK_WAIT_US = 2000, CHUNK = 256 << 10 };

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

/* The checksum of an index of megabytes takes as long as writing it. */
struct summing {
	const struct splice *s;
	struct oid	 sum;
};

static int
sum_pieces(void *ctx, struct err *e)
{
	struct summing *sum = ctx;
	struct oid_hash hash;
	size_t i;

	(void)e;
	oid_hash_init(&hash);
	for (i = 0; i < sum->s->n; i++)
		oid_hash_add(&hash, sum->s->v[i].data, sum->s->v[i].len);
	oid_hash_end(&hash, &sum->sum);
	return 0;
}

/* Small pieces are gathered, so that a write is worth its call. */
static int
give(int fd, struct buf *held, const char *p, size_t len)
{
	if (len < CHUNK - held->len) {
		buf_add(held, p, len);
		return 0;
	}
	if (fd_write_all(fd, held->ptr, held->len) != 0)
		return -1;
	buf_clear(held);
	return fd_write_all(fd, p, len);
}

/* Writes the pieces with the SHA-1 of them all behind. */
static int
write_pieces(int fd, const struct splice *s)
{
	struct summing sum = { .s = s };
	struct job job = { .run = sum_pieces, .ctx = &sum };
	struct err ignored = ERR_INIT;
	struct buf held = BUF_INIT;
	size_t i, all = 0;
	int rc = 0;

	for (i = 0; i < s->n; i++)
		all += s->v[i].len;
	/* A thread for a little costs more than it spares. */
	if (all > CHUNK)
		job_start(&job);
	for (i = 0; i < s->n && rc == 0; i++)
		rc = give(fd, &held, s->v[i].data, s->v[i].len);
	if (all > CHUNK)
		(void)!job_wait(&job, &ignored);
	else
		(void)!sum_pieces(&sum, &ignored);
	buf_add(&held, sum.sum.raw, OID_RAW);
	if (rc == 0)
		rc = fd_write_all(fd, held.ptr, held.len);
	buf_release(&held);
	return rc;
}

/* The index, its lock, and the new file that becomes both in turn. */
struct paths {
	char		*index, *lock, *made, *made_lock;
};

static void
paths_init(struct paths *p, const struct gitindex *ix)
{
	p->index = mem_printf("%sindex", ix->gitdir);
	p->lock = mem_printf("%sindex.lock", ix->gitdir);
	p->made = mem_printf("%stask/index-new", ix->gitdir);
	p->made_lock = mem_printf("%stask/index-new.lock", ix->gitdir);
}

static void
paths_release(struct paths *p)
{
	free(p->index);
	free(p->lock);
	free(p->made);
	free(p->made_lock);
}

struct old_index {
	void		*map;
	struct splice_old view;
	struct stat	 st;
	bool		 there;
};

static int
map_old(const struct paths *p, int workfd, struct old_index *old,
    struct err *e)
{
	int fd = open(p->index, O_RDONLY | O_CLOEXEC);

	memset(old, 0, sizeof(*old));
	old->view.workfd = workfd;
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
 * process that dies holding it leaves something that we know as ours.  1: it
 * is held; 0: somebody else holds it, or changed the index; -1: an error.
 */
static int
take_lock(const struct paths *p, const struct old_index *old, struct err *e)
{
	if (link(p->made, p->lock) != 0)
		return errno == EEXIST ? 0 : err_errno(e, "%s", p->lock);
	if (is_unchanged(p, old))
		return 1;
	unlink(p->lock);
	return 0;
}

/* A copy of the index, and git's own program at work on it. */
static int
let_git_write(const struct gitindex *ix, const struct paths *p,
    const struct gitindex_want *want, const struct old_index *old,
    struct err *e)
{
	struct segment whole = { old->view.map, old->view.len, NULL };
	struct splice copy = { &whole, 1, 1 };
	int rc;

	/* The copy brings its own checksum along. */
	whole.len -= whole.len >= OID_RAW ? OID_RAW : whole.len;
	if (write_new(p, &copy, old, e) != 0)
		return -1;
	rc = gitrun_edit(ix, p->made, want->edits, want->guarded, e);
	return rc < 0 ? -1 : rc == 0;
}

/*
 * True for the worktree of a board on a branch of its own.  Others are the
 * person's, who may have programs that know no split index.
 */
static bool
is_ours(const struct gitindex *ix)
{
	static const char own[] = "/.work/";
	size_t n = strlen(ix->workdir), own_len = sizeof(own) - 1;

	return n > own_len && strcmp(ix->workdir + n - own_len, own) == 0 &&
	    strstr(ix->gitdir, "/worktrees/") != NULL;
}

static int
make_pieces(struct splice *s, const struct gitindex *ix,
    const struct old_index *old, const struct gitindex_want *want,
    struct err *e)
{
	int rc = 0;

	if (is_ours(ix) && old->view.len > 0)
		rc = splitindex_make(s, &old->view, ix, want, e);
	return rc != 0 ? rc : splice_make(s, &old->view, want->edits,
	    want->guarded, e);
}

/* 1: the new index is made and locked; 0: not now; -1: an error. */
static int
attempt(const struct gitindex *ix, const struct paths *p,
    const struct gitindex_want *want, struct err *e)
{
	struct splice s = SPLICE_INIT;
	struct old_index old;
	int rc;

	if (access(p->lock, F_OK) == 0)
		return 0;
	if (map_old(p, ix->workfd, &old, e) != 0)
		return -1;
	rc = make_pieces(&s, ix, &old, want, e);
	if (rc == 0)
		rc = let_git_write(ix, p, want, &old, e);
	else if (rc > 0)
		rc = write_new(p, &s, &old, e) == 0 ? 1 : -1;
	if (rc > 0)
		rc = take_lock(p, &old, e);
	if (rc <= 0)
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
		/* Of git's own program, where it died. */
		unlink(p.made_lock);
	}
	paths_release(&p);
	return rc;
}

/* An index ends with the checksum of what stands before. */
static bool
is_whole(const struct old_index *old, bool unsummed)
{
	static const unsigned char zeros[OID_RAW];
	const unsigned char *raw = old->map;
	size_t len = old->view.len;
	struct oid_hash hash;
	struct oid sum;

	if (len < OID_RAW || memcmp(raw, "DIRC", 4) != 0)
		return false;
	if (unsummed && memcmp(raw + len - OID_RAW, zeros, OID_RAW) == 0)
		return true;
	oid_hash_init(&hash);
	oid_hash_add(&hash, raw, len - OID_RAW);
	oid_hash_end(&hash, &sum);
	return memcmp(sum.raw, raw + len - OID_RAW, OID_RAW) == 0;
}

static int
make_anew(const struct gitindex *ix, const struct paths *p, bool unborn,
    struct err *e)
{
	char *kept = mem_printf("%stask/index-damaged", ix->gitdir);
	int rc = gitrun_read_tree(ix, p->made, unborn ? "--empty" : "HEAD", e);

	if (rc > 0)
		err_set(e, EX_DATAERR, "%s is damaged, and git read-tree "
		    "cannot make it anew", p->index);
	else if (rc == 0 && ((unlink(kept) != 0 && errno != ENOENT) ||
	    link(p->index, kept) != 0 || rename(p->made, p->index) != 0))
		rc = err_errno(e, "%s", p->index);
	else if (rc == 0)
		log_warn("git's index was damaged and is made anew from HEAD; "
		    "what was staged is not in it");
	free(kept);
	return rc == 0 ? 1 : -1;
}

int
gitindex_mend(const struct gitindex *ix, const struct gitindex_state *state,
    struct err *e)
{
	struct old_index old;
	struct paths p;
	int rc;

	paths_init(&p, ix);
	rc = map_old(&p, -1, &old, e);
	if (rc == 0 && old.there && !is_whole(&old, state->unsummed))
		rc = make_anew(ix, &p, state->unborn, e);
	unmap_old(&old);
	paths_release(&p);
	return rc;
}

time_t
gitindex_written(const struct gitindex *ix)
{
	struct stat st = { 0 };
	struct paths p;

	paths_init(&p, ix);
	if (stat(p.index, &st) != 0)
		memset(&st, 0, sizeof(st));
	paths_release(&p);
	return st.st_mtim.tv_sec;
}

static int
prepare(const struct gitindex *ix, const struct gitindex_want *want,
    struct err *e)
{
	struct paths p;
	int rc, tries;

	paths_init(&p, ix);
	for (tries = 0; (rc = attempt(ix, &p, want, e)) == 0 &&
	    tries < LOCK_TRIES; tries++)
		usleep(LOCK_WAIT_US);
	paths_release(&p);
	return rc;
}

int
gitindex_prepare(const struct gitindex *ix, const struct gitindex_want *want,
    struct err *e)
{
	char *path = pending_path(ix);
	bool others = access(path, F_OK) == 0;

	free(path);
	return others ? 0 : prepare(ix, want, e);
}

int
gitindex_finish(const struct gitindex *ix, struct err *e)
{
	struct paths p;
	int rc = 0;

	paths_init(&p, ix);
	if (rename(p.lock, p.index) != 0) {
		rc = err_errno(e, "%s", p.index);
		unlink(p.lock);
	}
	unlink(p.made);
	paths_release(&p);
	return rc;
}

void
gitindex_abandon(const struct gitindex *ix)
{
	struct paths p;

	paths_init(&p, ix);
	unlink(p.lock);
	unlink(p.made);
	paths_release(&p);
}

/* Each batch on what the one before it made. */
static int
make_batches(const struct gitindex *ix, const struct index_edits *waiting,
    size_t *done, struct err *e)
{
	struct index_edits batch;
	struct gitindex_want want = { &batch, true };
	size_t n;
	int rc = 1;

	for (*done = 0; *done < waiting->n && rc > 0; ) {
		for (n = 1; *done + n < waiting->n && waiting->v[*done].batch ==
		    waiting->v[*done + n].batch; )
			n++;
		batch = (struct index_edits){ waiting->v + *done, n, n };
		rc = prepare(ix, &want, e);
		if (rc > 0 && gitindex_finish(ix, e) != 0)
			rc = -1;
		if (rc > 0)
			*done += n;
	}
	return rc;
}

int
gitindex_catch_up(const struct gitindex *ix, struct err *e)
{
	struct index_edits waiting = INDEX_EDITS_INIT, rest;
	char *path = pending_path(ix);
	size_t done;
	int rc = 0;

	if (access(path, F_OK) == 0 &&
	    (rc = pending_read(ix, &waiting, e)) == 0) {
		rc = make_batches(ix, &waiting, &done, e);
		rest = (struct index_edits){ waiting.v + done,
		    waiting.n - done, 0 };
		if (done == waiting.n && unlink(path) != 0)
			rc = err_errno(e, "%s", path);
		else if (done > 0 && done < waiting.n &&
		    pending_write(ix, &rest, e) != 0)
			rc = -1;
	}
	index_edits_release(&waiting);
	free(path);
	return rc < 0 ? -1 : 0;
}

int
gitindex_postpone(const struct gitindex *ix, struct index_edits *edits,
    struct err *e)
{
	struct index_edits waiting = INDEX_EDITS_INIT;
	unsigned batch;
	size_t i;
	int rc;

	log_info("another process holds git's index; the next change puts "
	    "its entries right");
	rc = pending_read(ix, &waiting, e);
	batch = waiting.n == 0 ? 1 : waiting.v[waiting.n - 1].batch + 1;
	for (i = 0; i < edits->n && rc == 0; i++) {
		edits->v[i].batch = batch;
		MEM_GROW(waiting.v, waiting.n, waiting.cap);
		waiting.v[waiting.n++] = edits->v[i];
		edits->v[i].path = edits->v[i].to = NULL;
	}
	if (rc == 0)
		rc = pending_write(ix, &waiting, e);
	index_edits_release(&waiting);
	return rc;
}
