/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include <sys/stat.h>

#include <fcntl.h>

#include "base/be.h"
#include "base/err.h"
#include "base/strvec.h"
#include "change/ewah.h"
#include "change/indexfile.h"
#include "change/splitfile.h"
#include "change/splitindex.h"
#include "sys/dir.h"
#include "sys/file.h"

enum {
	AT_MTIME = 8, AT_SIZE = 36,
	SPLIT_FROM = 256 << 10,		/* bytes that are worth splitting */
	SMALL = 64 << 10,		/* of the small file at most, and */
	SMALL_OF = 128,			/* for so many of the large one */
	CHUNK = 1 << 20
};

#define SHARED	"sharedindex."

struct maker {
	const struct splice_old *old;
	const struct gitindex *ix;
	struct split	 split;
	int		 dir;		/* the worktree's git directory */
};

static size_t
entry_size(size_t head, size_t path)
{
	return (head + path + 8) & ~(size_t)7;
}

/* Sets the length of the path in the flags; others stay. */
static void
set_length(unsigned char *entry, size_t len)
{
	unsigned n = len < 0xfff ? (unsigned)len : 0xfff;

	entry[INDEX_AT_FLAGS] = (unsigned char)
	    ((entry[INDEX_AT_FLAGS] & 0xf0) | n >> 8);
	entry[INDEX_AT_FLAGS + 1] = (unsigned char)n;
}

static bool
is_extended(const unsigned char *entry)
{
	return (entry[INDEX_AT_FLAGS] & 0x40) != 0;
}

/* The large file on its way: it is hashed as it is written. */
struct writing {
	int		 fd;
	struct oid_hash	 hash;
	struct buf	 held, table;
	uint64_t	 at;
	uint32_t	 count;
	uint32_t	 now;		/* git has to look at younger ones */
	bool		 failed;
};

static void
flush_held(struct writing *w)
{
	oid_hash_add(&w->hash, w->held.ptr, w->held.len);
	if (fd_write_all(w->fd, buf_str(&w->held), w->held.len) != 0)
		w->failed = true;
	buf_clear(&w->held);
}

static void
write_bytes(struct writing *w, const void *p, size_t len)
{
	buf_add(&w->held, p, len);
	w->at += len;
	if (w->held.len >= CHUNK)
		flush_held(w);
}

static void
write_entry(struct writing *w, const unsigned char *head, size_t head_len,
    const char *path)
{
	size_t len = strlen(path), size = entry_size(head_len, len), at;
	unsigned char place[8];

	if (w->count++ % SPLIT_BLOCK == 0) {
		be32_put(place, (uint32_t)w->at);
		be32_put(place + 4, 0);
		buf_add(&w->table, place, sizeof(place));
	}
	be32_put((unsigned char *)w->table.ptr + w->table.len - 4,
	    (w->count - 1) % SPLIT_BLOCK + 1);
	buf_grow(&w->held, size);
	at = w->held.len;
	memset(w->held.ptr + at, 0, size);
	memcpy(w->held.ptr + at, head, head_len);
	memcpy(w->held.ptr + at + head_len, path, len);
	set_length((unsigned char *)w->held.ptr + at, len);
	/* A size of 0 makes git compare the content. */
	if (be32_get(head + AT_MTIME) >= w->now)
		memset(w->held.ptr + at + AT_SIZE, 0, 4);
	w->held.len += size;
	w->at += size;
	if (w->held.len >= CHUNK)
		flush_held(w);
}

static size_t
head_len(const unsigned char *entry)
{
	return is_extended(entry) ? INDEX_AT_PATH + 2 : INDEX_AT_PATH;
}

/* All entries as they are now, in the order of their paths. */
static int
write_all(struct writing *w, const struct split *x)
{
	const struct split_base *b = &x->base;
	size_t at = INDEX_HEADER, over = 0, added = 0;
	struct index_entry en;
	const unsigned char *head;
	uint32_t i;

	for (i = 0; i < b->count; i++, at += en.size) {
		if (indexfile_entry(b->map, b->len, at, &en) != 0)
			return -1;
		for (; added < x->nadded && strcmp(x->added[added].path,
		    en.path) < 0; added++)
			write_entry(w, x->added[added].raw,
			    head_len(x->added[added].raw),
			    x->added[added].path);
		head = en.p;
		if (over < x->nover && x->over[over].number == i)
			head = x->over[over++].head;
		if (head != NULL)
			write_entry(w, head, head_len(head), en.path);
	}
	for (; added < x->nadded; added++)
		write_entry(w, x->added[added].raw,
		    head_len(x->added[added].raw), x->added[added].path);
	return 0;
}

/* IEOT, where the entries are, and EOIE, where that is. */
static void
write_tables(struct writing *w)
{
	unsigned char head[12] = "IEOT", end[12] = "EOIE";
	struct oid_hash hash;
	struct oid sum;

	be32_put(head + 4, (uint32_t)w->table.len + 4);
	be32_put(head + 8, 1);
	be32_put(end + 4, 4 + OID_RAW);
	be32_put(end + 8, (uint32_t)w->at);
	oid_hash_init(&hash);
	oid_hash_add(&hash, head, 8);
	oid_hash_end(&hash, &sum);
	write_bytes(w, head, sizeof(head));
	write_bytes(w, w->table.ptr, w->table.len);
	write_bytes(w, end, sizeof(end));
	write_bytes(w, sum.raw, OID_RAW);
}

static uint32_t
count_all(const struct split *x)
{
	uint32_t n = x->base.count + (uint32_t)x->nadded;
	size_t i;

	for (i = 0; i < x->nover; i++)
		n -= x->over[i].head == NULL;
	return n;
}

static bool
needs_extended(const struct split *x)
{
	size_t i;

	if (x->base.version == 3)
		return true;
	for (i = 0; i < x->nadded; i++)
		if (is_extended(x->added[i].raw))
			return true;
	for (i = 0; i < x->nover; i++)
		if (x->over[i].head != NULL && is_extended(x->over[i].head))
			return true;
	return false;
}

static void
write_header(struct writing *w, const struct split *x)
{
	unsigned char head[INDEX_HEADER] = "DIRC";

	be32_put(head + 4, needs_extended(x) ? 3 : 2);
	be32_put(head + 8, count_all(x));
	write_bytes(w, head, sizeof(head));
}

/* 0, or -1 and errno. */
static int
write_base(struct maker *m, int fd, struct oid *id)
{
	struct writing w = { .fd = fd };
	struct timespec now;
	int rc;

	clock_gettime(CLOCK_REALTIME, &now);
	w.now = (uint32_t)now.tv_sec;
	if (m->old->written.tv_sec < now.tv_sec)
		w.now = (uint32_t)m->old->written.tv_sec;
	oid_hash_init(&w.hash);
	write_header(&w, &m->split);
	rc = write_all(&w, &m->split);
	write_tables(&w);
	flush_held(&w);
	oid_hash_end(&w.hash, id);
	if (fd_write_all(fd, (const char *)id->raw, OID_RAW) != 0 || w.failed)
		rc = -1;
	buf_release(&w.held);
	buf_release(&w.table);
	return rc;
}

/*
 * Files that no index names any more.  That before ours stays: git may have
 * read the small file just now.
 */
static void
remove_others(int dir, const char *ours, const struct oid *before)
{
	struct strvec names = STRVEC_INIT;
	struct err ignored = ERR_INIT;
	char hex[OID_HEX + 1];
	size_t i, n = strlen(SHARED);

	oid_format(hex, before);
	if (dir_list(dir, "", &names, &ignored) != 0)
		strvec_clear(&names);
	for (i = 0; i < names.n; i++)
		if (strncmp(names.v[i], SHARED, n) == 0 &&
		    strcmp(names.v[i], ours) != 0 &&
		    strcmp(names.v[i] + n, hex) != 0)
			unlinkat(dir, names.v[i], 0);
	strvec_release(&names);
}

/* Makes the large file anew, with all that the small one says. */
static int
renew_base(struct maker *m, struct err *e)
{
	char hex[OID_HEX + 1], *name;
	struct oid id;
	int fd, rc;

	(void)!unlinkat(m->dir, "task/shared-new", 0);
	fd = openat(m->dir, "task/shared-new", O_WRONLY | O_CREAT | O_EXCL |
	    O_CLOEXEC | O_NOFOLLOW, 0666);
	if (fd < 0)
		return err_errno(e, "cannot split git's index");
	rc = write_base(m, fd, &id);
	if (rc == 0)
		rc = fdatasync(fd);
	close(fd);
	oid_format(hex, &id);
	name = mem_printf("%s%s", SHARED, hex);
	if (rc == 0)
		rc = renameat(m->dir, "task/shared-new", m->dir, name);
	if (rc != 0) {
		err_errno(e, "cannot split git's index");
		(void)!unlinkat(m->dir, "task/shared-new", 0);
	} else {
		remove_others(m->dir, name, &m->split.base.id);
		rc = split_open_base(&m->split, m->ix->gitdir, &id, e);
	}
	free(name);
	return rc < 0 ? -1 : 0;
}

static void
set_over(struct split *x, uint32_t number, const unsigned char *head)
{
	size_t at = split_over_place(x, number), len;

	if (at == x->nover || x->over[at].number != number) {
		MEM_GROW(x->over, x->nover, x->over_cap);
		memmove(x->over + at + 1, x->over + at,
		    (x->nover - at) * sizeof(*x->over));
		x->nover++;
	} else {
		free(x->over[at].head);
	}
	len = head == NULL ? 0 : head_len(head);
	x->over[at] = (struct split_over){ number, head == NULL ? NULL :
	    (unsigned char *)mem_dup(head, len), len };
}

static bool
has_added(const struct split *x, size_t at, const char *path)
{
	return at < x->nadded && strcmp(x->added[at].path, path) == 0;
}

static void
drop_added(struct split *x, size_t at)
{
	free(x->added[at].raw);
	memmove(x->added + at, x->added + at + 1,
	    (x->nadded - at - 1) * sizeof(*x->added));
	x->nadded--;
}

static void
set_added(struct split *x, const char *path, const unsigned char *head)
{
	size_t at = split_added_place(x, path), len = head_len(head);
	unsigned char *raw;
	size_t size = entry_size(len, strlen(path));

	if (has_added(x, at, path))
		drop_added(x, at);
	raw = mem_zalloc(size);
	memcpy(raw, head, len);
	memcpy(raw + len, path, strlen(path));
	set_length(raw, strlen(path));
	MEM_GROW(x->added, x->nadded, x->added_cap);
	memmove(x->added + at + 1, x->added + at,
	    (x->nadded - at) * sizeof(*x->added));
	x->added[at] = (struct split_added){ raw, size, (char *)raw + len };
	x->nadded++;
}

/* The head of the entry of a path, or NULL; and its number in the base. */
static const unsigned char *
find(const struct split *x, const char *path, uint32_t *number, bool *in_base)
{
	size_t at = split_added_place(x, path);
	struct index_entry en;

	*number = split_base_place(&x->base, path, &en);
	*in_base = *number < x->base.count && strcmp(en.path, path) == 0;
	if (has_added(x, at, path))
		return x->added[at].raw;
	if (!*in_base)
		return NULL;
	at = split_over_place(x, *number);
	return at < x->nover && x->over[at].number == *number ?
	    x->over[at].head : en.p;
}

/* Sets the entry of a path; NULL takes it out. */
static void
set(struct split *x, const char *path, const unsigned char *head)
{
	size_t at = split_added_place(x, path);
	unsigned char bare[INDEX_AT_PATH + 2];
	uint32_t number;
	bool in_base;

	(void)find(x, path, &number, &in_base);
	if (in_base && head != NULL) {
		memcpy(bare, head, head_len(head));
		set_length(bare, 0);
		set_over(x, number, bare);
	} else if (in_base) {
		set_over(x, number, NULL);
	} else if (head != NULL) {
		set_added(x, path, head);
		return;
	}
	if (has_added(x, at, path))
		drop_added(x, at);
}

/* The paths of all entries below a folder. */
static void
list_below(const struct split *x, const char *folder, struct strvec *out)
{
	char *below = mem_printf("%s/", folder);
	size_t n = strlen(below), at = split_added_place(x, below), over;
	struct index_entry en;
	uint32_t i = split_base_place(&x->base, below, &en);

	for (; at < x->nadded && strncmp(x->added[at].path, below, n) == 0;
	    at++)
		strvec_add(out, x->added[at].path);
	for (; split_base_get(&x->base, i, &en) &&
	    strncmp(en.path, below, n) == 0; i++) {
		over = split_over_place(x, i);
		if (over == x->nover || x->over[over].number != i ||
		    x->over[over].head != NULL)
			strvec_add(out, en.path);
	}
	free(below);
}

/* With `guarded` what is where an entry goes stays in its place. */
static void
move(struct split *x, const struct index_edit *edit, bool guarded)
{
	unsigned char head[INDEX_AT_PATH + 2];
	struct strvec paths = STRVEC_INIT;
	const unsigned char *is;
	uint32_t number;
	bool in_base;
	char *to;
	size_t i;

	list_below(x, edit->path, &paths);
	for (i = 0; i < paths.n; i++) {
		is = find(x, paths.v[i], &number, &in_base);
		if (is == NULL)
			continue;
		memcpy(head, is, head_len(is));
		to = mem_printf("%s%s", edit->to,
		    paths.v[i] + strlen(edit->path));
		set(x, paths.v[i], NULL);
		if (!guarded || find(x, to, &number, &in_base) == NULL)
			set(x, to, head);
		free(to);
	}
	strvec_release(&paths);
}

/* Whether a guarded edit finds the entry as it was. */
static bool
guard_holds(const struct split *x, const struct index_edit *edit)
{
	uint32_t number;
	bool in_base;
	const unsigned char *is = find(x, edit->path, &number, &in_base);

	if (is == NULL)
		return oid_is_zero(&edit->was);
	return memcmp(is + INDEX_AT_ID, edit->was.raw, OID_RAW) == 0;
}

static void
make_edits(struct split *x, const struct gitindex_want *want)
{
	const struct index_edit *edit;
	unsigned char head[INDEX_AT_PATH];
	size_t i;

	for (i = 0; i < want->edits->n; i++)
		if (want->edits->v[i].kind == INDEX_MOVE)
			move(x, &want->edits->v[i], want->guarded);
	for (i = 0; i < want->edits->n; i++) {
		edit = &want->edits->v[i];
		if (edit->kind == INDEX_MOVE ||
		    (want->guarded && !guard_holds(x, edit)))
			continue;
		splice_head(edit, strlen(edit->path), head);
		set(x, edit->path, edit->kind == INDEX_PUT ? head : NULL);
	}
}

/* What was as young as the index has to be looked at, once that is younger. */
static void
mark_racy(struct maker *m)
{
	struct split *x = &m->split;
	struct index_entry en;
	size_t i;

	for (i = 0; i < x->nover; i++)
		if (x->over[i].head != NULL &&
		    be32_get(x->over[i].head + AT_MTIME) >=
		    (uint32_t)m->old->written.tv_sec &&
		    split_base_get(&x->base, x->over[i].number, &en) &&
		    splice_is_racy(m->old, x->over[i].head, en.path))
			memset(x->over[i].head + AT_SIZE, 0, 4);
	for (i = 0; i < x->nadded; i++)
		if (splice_is_racy(m->old, x->added[i].raw, x->added[i].path))
			memset(x->added[i].raw + AT_SIZE, 0, 4);
}

static void
emit_link(const struct split *x, struct buf *out)
{
	struct ewah gone = EWAH_INIT, replaced = EWAH_INIT;
	size_t at = out->len, i;

	buf_add(out, "link\0\0\0\0", 8);
	buf_add(out, x->base.id.raw, OID_RAW);
	for (i = 0; i < x->nover; i++)
		ewah_add(x->over[i].head == NULL ? &gone : &replaced,
		    x->over[i].number);
	ewah_write(&gone, out);
	ewah_write(&replaced, out);
	be32_put((unsigned char *)out->ptr + at + 4,
	    (uint32_t)(out->len - at - 8));
	ewah_release(&gone);
	ewah_release(&replaced);
}

static void
emit(const struct split *x, struct splice *s)
{
	static const char padding[8];
	unsigned char head[INDEX_HEADER] = "DIRC";
	struct buf out = BUF_INIT;
	uint32_t n = (uint32_t)x->nadded;
	size_t i, len;
	char *made;

	buf_add(&out, head, sizeof(head));
	for (i = 0; i < x->nover; i++) {
		if (x->over[i].head == NULL)
			continue;
		n++;
		len = x->over[i].len;
		buf_add(&out, x->over[i].head, len);
		buf_add(&out, padding, entry_size(len, 0) - len);
	}
	for (i = 0; i < x->nadded; i++)
		buf_add(&out, x->added[i].raw, x->added[i].len);
	be32_put((unsigned char *)out.ptr + 4, needs_extended(x) ? 3 : 2);
	be32_put((unsigned char *)out.ptr + 8, n);
	emit_link(x, &out);
	buf_addb(&out, &x->kept);
	len = out.len;
	made = buf_take(&out);
	splice_add(s, made, len, made);
}

/* It is not split yet, not by us, or the small file has grown. */
static bool
is_due(const struct maker *m)
{
	return !m->split.is_split || !m->split.base.ours ||
	    m->old->len > SMALL + m->split.base.len / SMALL_OF;
}

int
splitindex_make(struct splice *s, const struct splice_old *old,
    const struct gitindex *ix, const struct gitindex_want *want,
    struct err *e)
{
	struct maker m = { .old = old, .ix = ix, .split = SPLIT_INIT };
	int rc;

	m.dir = open(ix->gitdir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (m.dir < 0)
		return err_errno(e, "%s", ix->gitdir);
	rc = split_read(&m.split, ix->gitdir, old->map, old->len, e);
	if (rc > 0 && !m.split.is_split && old->len < SPLIT_FROM)
		rc = 0;
	if (rc > 0 && is_due(&m) && renew_base(&m, e) != 0)
		rc = -1;
	if (rc > 0) {
		mark_racy(&m);
		make_edits(&m.split, want);
		emit(&m.split, s);
	}
	split_release(&m.split);
	close(m.dir);
	return rc;
}
