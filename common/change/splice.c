/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include <fcntl.h>

#include "base/be.h"
#include "base/err.h"
#include "change/cachetree.h"
#include "change/indexfile.h"
#include "change/splice.h"

enum {
	HEADER = 12,
	STAT_SIZE = 40,		/* the ten numbers before the id */
	AT_MTIME = 8, AT_SIZE = 36, AT_ID = 40, AT_FLAGS = 60, AT_PATH = 62,
	FLAG_EXTENDED = 0x4000, FLAG_STAGE = 0x3000, NAME_MASK = 0xfff,
	SUM = 20
};

/* A path that is new or gone, sorted by path. */
struct put {
	const char	*path;
	size_t		 len;
	char		*made;		/* the path, where it is ours */
	const struct index_edit *edit;	/* NULL: an entry that moves */
	struct index_entry moved;
};

struct work {
	struct splice	*s;
	const unsigned char *map;
	size_t		 len, entries_end;
	uint32_t	 version, count, left;
	const struct splice_old *old;
	struct put	*puts;
	size_t		 nputs, puts_cap;
	const struct index_edit **moves;
	size_t		 nmoves;
	bool		 guarded;
};

void
splice_add(struct splice *s, const void *data, size_t len, void *made)
{
	struct segment *last = s->n > 0 ? &s->v[s->n - 1] : NULL;

	if (made == NULL && last != NULL && last->made == NULL &&
	    (const char *)last->data + last->len == data) {
		last->len += len;
		return;
	}
	MEM_GROW(s->v, s->n, s->cap);
	s->v[s->n++] = (struct segment){ data, len, made };
}

void
splice_release(struct splice *s)
{
	while (s->n > 0)
		free(s->v[--s->n].made);
	free(s->v);
	*s = (struct splice)SPLICE_INIT;
}

static int
read_entry(const struct work *w, size_t at, struct index_entry *en)
{
	return indexfile_entry(w->map, w->len, at, en);
}

static int
compare_paths(const char *a, size_t alen, const char *b, size_t blen)
{
	int c = memcmp(a, b, alen < blen ? alen : blen);

	return c != 0 ? c : (alen > blen) - (alen < blen);
}

static int
compare_puts(const void *a, const void *b)
{
	const struct put *x = a, *y = b;
	int c = compare_paths(x->path, x->len, y->path, y->len);

	if (c != 0)
		return c;
	/* What an edit says counts more than what was moved there. */
	if (x->edit == NULL || y->edit == NULL)
		return (x->edit == NULL) - (y->edit == NULL);
	return (x->edit > y->edit) - (x->edit < y->edit);
}

static int
compare_moves(const void *a, const void *b)
{
	return strcmp((*(struct index_edit *const *)a)->path,
	    (*(struct index_edit *const *)b)->path);
}

/* The move whose folder the entry lies in, or NULL. */
static const struct index_edit *
find_move(const struct work *w, const struct index_entry *en)
{
	size_t lo = 0, hi = w->nmoves, mid, n;
	const struct index_edit *m;
	int c;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		m = w->moves[mid];
		n = strlen(m->path);
		c = strncmp(en->path, m->path, n < en->len ? n : en->len);
		if (c == 0 && en->len > n && en->path[n] == '/')
			return m;
		if (c == 0)
			c = en->len < n ? -1 :
			    (unsigned char)en->path[n] < '/' ? -1 : 1;
		if (c < 0)
			hi = mid;
		else
			lo = mid + 1;
	}
	return NULL;
}

static struct put *
add_put(struct work *w, const char *path, size_t len)
{
	struct put *p;

	MEM_GROW(w->puts, w->nputs, w->puts_cap);
	p = &w->puts[w->nputs++];
	memset(p, 0, sizeof(*p));
	p->path = path;
	p->len = len;
	return p;
}

/* Checks every entry, and collects those that move. */
static int
scan(struct work *w)
{
	const struct index_edit *m;
	struct index_entry en;
	struct put *p;
	size_t at = HEADER;
	uint32_t i;

	for (i = 0; i < w->count; i++, at += en.size) {
		if (read_entry(w, at, &en) != 0)
			return -1;
		if (w->nmoves == 0 || (m = find_move(w, &en)) == NULL)
			continue;
		p = add_put(w, NULL, 0);
		p->made = mem_printf("%s%s", m->to, en.path + strlen(m->path));
		p->path = p->made;
		p->len = strlen(p->made);
		p->moved = en;
	}
	w->entries_end = at;
	return 0;
}

static void
add_stat(unsigned char *p, const struct stat *st)
{
	be32_put(p, (uint32_t)st->st_ctim.tv_sec);
	be32_put(p + 4, (uint32_t)st->st_ctim.tv_nsec);
	be32_put(p + AT_MTIME, (uint32_t)st->st_mtim.tv_sec);
	be32_put(p + AT_MTIME + 4, (uint32_t)st->st_mtim.tv_nsec);
	be32_put(p + 16, (uint32_t)st->st_dev);
	be32_put(p + 20, (uint32_t)st->st_ino);
	be32_put(p + 28, (uint32_t)st->st_uid);
	be32_put(p + 32, (uint32_t)st->st_gid);
	be32_put(p + AT_SIZE, (uint32_t)st->st_size);
}

void
splice_head(const struct index_edit *x, size_t path_len, unsigned char *head)
{
	unsigned flags = path_len < NAME_MASK ? (unsigned)path_len : NAME_MASK;

	memset(head, 0, AT_PATH);
	if (x->has_stat)
		add_stat(head, &x->st);
	be32_put(head + 24, x->mode);
	memcpy(head + AT_ID, x->id.raw, OID_RAW);
	head[AT_FLAGS] = (unsigned char)(flags >> 8);
	head[AT_FLAGS + 1] = (unsigned char)flags;
}

static void
emit_put(struct work *w, const struct put *p)
{
	const struct index_edit *x = p->edit;
	size_t head = AT_PATH, size;
	unsigned char *raw;
	unsigned flags = p->len < NAME_MASK ? (unsigned)p->len : NAME_MASK;

	if (x != NULL && x->kind == INDEX_REMOVE)
		return;
	if (x == NULL)
		head = (size_t)(p->moved.path - (const char *)p->moved.p);
	size = (head + p->len + 8) & ~(size_t)7;
	raw = mem_zalloc(size);
	if (x == NULL) {
		memcpy(raw, p->moved.p, head);
		flags |= ((unsigned)raw[AT_FLAGS] << 8) & ~(unsigned)NAME_MASK;
		raw[AT_FLAGS] = (unsigned char)(flags >> 8);
		raw[AT_FLAGS + 1] = (unsigned char)flags;
	} else {
		splice_head(x, p->len, raw);
	}
	memcpy(raw + head, p->path, p->len);
	splice_add(w->s, raw, size, raw);
	w->left++;
}

/* True where the file is of another moment in the second of its entry. */
static bool
is_other_moment(const struct splice_old *old, const unsigned char *entry,
    const char *path)
{
	struct stat st;

	return old->workfd >= 0 &&
	    fstatat(old->workfd, path, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    (uint32_t)st.st_mtim.tv_sec == be32_get(entry + AT_MTIME) &&
	    (uint32_t)st.st_mtim.tv_nsec != be32_get(entry + AT_MTIME + 4);
}

bool
splice_is_racy(const struct splice_old *old, const unsigned char *entry,
    const char *path)
{
	uint32_t sec = be32_get(entry + AT_MTIME);
	uint32_t nsec = be32_get(entry + AT_MTIME + 4);
	uint32_t written = (uint32_t)old->written.tv_sec;

	if (be32_get(entry + AT_SIZE) == 0 || sec < written)
		return false;
	return sec > written || nsec >= (uint32_t)old->written.tv_nsec ||
	    is_other_moment(old, entry, path);
}

static void
emit_old(struct work *w, const struct index_entry *en)
{
	unsigned char *raw;

	w->left++;
	if (!splice_is_racy(w->old, en->p, en->path)) {
		splice_add(w->s, en->p, en->size, NULL);
		return;
	}
	/* A size of 0 makes git compare the content. */
	raw = (unsigned char *)mem_dup(en->p, en->size);
	memset(raw + AT_SIZE, 0, 4);
	splice_add(w->s, raw, en->size, raw);
}

/* Whether a guarded edit finds the entry (NULL: none) as it was. */
static bool
guard_holds(const struct work *w, const struct put *p,
    const struct index_entry *en)
{
	if (!w->guarded)
		return true;
	if (en == NULL)
		return oid_is_zero(&p->edit->was);
	return memcmp(en->p + AT_ID, p->edit->was.raw, OID_RAW) == 0;
}

/* Where the merging of old entries and puts is. */
struct place {
	size_t		 at;		/* of the entry, in the file */
	uint32_t	 left;		/* entries */
	struct index_entry en;		/* the entry, where one is left */
	const struct put *p, *end;
};

static void
next_entry(const struct work *w, struct place *m)
{
	m->at += m->en.size;
	if (--m->left > 0)
		(void)!read_entry(w, m->at, &m->en);
}

/* The entry's path against a put's; beyond the last entry: 1. */
static int
compare_place(const struct place *m, const struct put *p)
{
	if (m->left == 0)
		return 1;
	return compare_paths(m->en.path, m->en.len, p->path, p->len);
}

/*
 * What goes in place of the entries of a path: of several puts the first; one
 * whose guard does not hold gives way to an entry that moves there.  NULL:
 * the entries stay, as those do that a guarded move finds where it goes.
 */
static const struct put *
choose_put(const struct work *w, struct place *m)
{
	const struct put *one = m->p++, *moved = NULL;
	const struct index_entry *is, *there;

	there = compare_place(m, one) == 0 ? &m->en : NULL;
	for (; m->p < m->end && compare_paths(one->path, one->len,
	    m->p->path, m->p->len) == 0; m->p++)
		if (m->p->edit == NULL && moved == NULL)
			moved = m->p;
	if (one->edit == NULL)
		moved = one;
	is = there != NULL || moved == NULL ? there : &moved->moved;
	if (one->edit != NULL && guard_holds(w, one, is))
		return one;
	return w->guarded && there != NULL ? NULL : moved;
}

static void
merge_put(struct work *w, struct place *m)
{
	const struct put *at = m->p, *chosen = choose_put(w, m);

	if (chosen != NULL)
		emit_put(w, chosen);
	/* An entry in conflict stands there up to three times. */
	while (compare_place(m, at) == 0) {
		if (chosen == NULL)
			emit_old(w, &m->en);
		next_entry(w, m);
	}
}

static void
merge(struct work *w)
{
	struct place m = { .at = HEADER, .left = w->count, .p = w->puts,
	    .end = w->puts + w->nputs };

	if (m.left > 0)
		(void)!read_entry(w, m.at, &m.en);
	while (m.left > 0 || m.p < m.end) {
		if (m.left > 0 && (m.p == m.end ||
		    compare_place(&m, m.p) < 0)) {
			if (find_move(w, &m.en) == NULL)
				emit_old(w, &m.en);
			next_entry(w, &m);
		} else {
			merge_put(w, &m);
		}
	}
}

/* True where something changed in the folder ("a/b/") or below it. */
static bool
is_touched(const struct buf *dir, void *ctx)
{
	const struct work *w = ctx;
	struct index_entry en = { .path = buf_str(dir), .len = dir->len };
	size_t lo = 0, hi = w->nputs, mid;

	/* A folder that moved away, or one below it. */
	if (w->nmoves > 0 && find_move(w, &en) != NULL)
		return true;
	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (compare_paths(w->puts[mid].path, w->puts[mid].len,
		    buf_str(dir), dir->len) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (lo < w->nputs && strncmp(w->puts[lo].path, buf_str(dir),
	    dir->len) == 0)
		return true;
	for (lo = 0, hi = w->nmoves; lo < hi; ) {
		mid = lo + (hi - lo) / 2;
		if (strcmp(w->moves[mid]->path, buf_str(dir)) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < w->nmoves &&
	    strncmp(w->moves[lo]->path, buf_str(dir), dir->len) == 0;
}

/* The cached trees, with those that we touched marked as unknown. */
static void
emit_tree(struct work *w, const unsigned char *data, size_t len)
{
	unsigned char head[8] = "TREE";
	struct buf whole = BUF_INIT;

	buf_add(&whole, head, sizeof(head));
	/* One that cannot be read is left out: git makes it again. */
	if (len > 0 && cachetree_copy(&whole, data, len, is_touched, w) == 0) {
		be32_put((unsigned char *)whole.ptr + 4,
		    (uint32_t)(whole.len - sizeof(head)));
		len = whole.len;
		data = (unsigned char *)buf_take(&whole);
		splice_add(w->s, data, len, (void *)(uintptr_t)data);
	}
	buf_release(&whole);
}

/* 1: known and copied, 0: one that we do not know, -1: damaged. */
static int
copy_extensions(struct work *w)
{
	const unsigned char *p = w->map + w->entries_end;
	const unsigned char *end = w->map + w->len - SUM;
	size_t size;

	while (p < end) {
		if (end - p < 8 || (size = be32_get(p + 4)) >
		    (size_t)(end - p) - 8)
			return -1;
		if (memcmp(p, "TREE", 4) == 0)
			emit_tree(w, p + 8, size);
		else if (memcmp(p, "REUC", 4) == 0)
			splice_add(w->s, p, size + 8, NULL);
		else if (memcmp(p, "EOIE", 4) != 0 &&
		    memcmp(p, "IEOT", 4) != 0)
			return 0;
		p += size + 8;
	}
	return 1;
}

static void
collect(struct work *w, const struct index_edits *edits)
{
	const struct index_edit *x;
	struct put *p;
	size_t i;

	w->moves = mem_resize(NULL, edits->n + 1, sizeof(*w->moves));
	for (i = 0; i < edits->n; i++) {
		x = &edits->v[i];
		if (x->kind == INDEX_MOVE) {
			w->moves[w->nmoves++] = x;
			continue;
		}
		p = add_put(w, x->path, strlen(x->path));
		p->edit = x;
	}
	if (w->nmoves > 1)
		qsort(w->moves, w->nmoves, sizeof(*w->moves), compare_moves);
}

static int
check_header(struct work *w)
{
	if (w->len < HEADER + SUM || memcmp(w->map, "DIRC", 4) != 0)
		return -1;
	w->version = be32_get(w->map + 4);
	w->count = be32_get(w->map + 8);
	return w->version == 2 || w->version == 3;
}

static void
emit_header(struct work *w, struct segment *at)
{
	unsigned char *head = (unsigned char *)at->made;

	memcpy(head, "DIRC", 4);
	be32_put(head + 4, w->version);
	be32_put(head + 8, w->left);
}

int
splice_make(struct splice *s, const struct splice_old *old,
    const struct index_edits *edits, bool guarded, struct err *e)
{
	struct work w = { .s = s, .map = old->map, .len = old->len,
	    .version = 2, .old = old, .guarded = guarded,
	    .entries_end = HEADER };
	unsigned char *head = mem_zalloc(HEADER);
	size_t i;
	int rc = 1;

	splice_add(s, head, HEADER, head);
	if (w.len > 0)
		rc = check_header(&w);
	if (rc > 0) {
		collect(&w, edits);
		rc = w.len > 0 && scan(&w) != 0 ? -1 : 1;
	}
	if (rc > 0) {
		if (w.nputs > 1)
			qsort(w.puts, w.nputs, sizeof(*w.puts),
			    compare_puts);
		merge(&w);
		emit_header(&w, &s->v[0]);
		if (w.len > 0)
			rc = copy_extensions(&w);
	}
	for (i = 0; i < w.nputs; i++)
		free(w.puts[i].made);
	free(w.puts);
	free(w.moves);
	return rc < 0 ? err_set(e, EX_DATAERR, "git's index is damaged") : rc;
}
