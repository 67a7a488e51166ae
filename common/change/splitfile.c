/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include <sys/mman.h>
#include <sys/stat.h>

#include <fcntl.h>

#include "base/be.h"
#include "base/err.h"
#include "change/ewah.h"
#include "change/splitfile.h"

enum {
	FLAG_STAGE = 0x30,		/* in the first byte of the flags */
	EOIE_SIZE = 8 + 4 + OID_RAW,
	IEOT_ENTRY = 8
};

/* The small file on its way in. */
struct reading {
	struct split	*split;
	const char	*gitdir;
	const unsigned char *map;
	size_t		 len;
	size_t		 end;		/* of its entries */
	struct ewah	 gone, replaced;
};

static int
damaged(struct err *e)
{
	return err_set(e, EX_DATAERR, "git's index is damaged");
}

/*
 * Every entry, from the first.  1; 0: there is a conflict among them; -1: they
 * are no entries.
 */
static int
scan(struct split_base *b)
{
	struct index_entry en;
	size_t at = INDEX_HEADER;
	uint32_t i;

	b->blocks = mem_resize(NULL, b->count / SPLIT_BLOCK + 1,
	    sizeof(*b->blocks));
	b->nblocks = 0;
	for (i = 0; i < b->count; i++, at += en.size) {
		if (indexfile_entry(b->map, b->len, at, &en) != 0)
			return -1;
		if ((en.p[INDEX_AT_FLAGS] & FLAG_STAGE) != 0)
			return 0;
		if (i % SPLIT_BLOCK == 0)
			b->blocks[b->nblocks++] = (uint32_t)at;
	}
	b->end = at;
	return 1;
}

/* The table at the end of a file that we made.  False: it has none of ours. */
static bool
read_table(struct split_base *b)
{
	const unsigned char *end = b->map + b->len - INDEX_SUM, *p;
	uint32_t size, at;
	size_t i, n = (b->count + SPLIT_BLOCK - 1) / SPLIT_BLOCK;

	if (b->len < INDEX_HEADER + EOIE_SIZE + INDEX_SUM || b->count == 0 ||
	    memcmp(end - EOIE_SIZE, "EOIE", 4) != 0)
		return false;
	at = be32_get(end - EOIE_SIZE + 8);
	if (at >= b->len - INDEX_SUM - EOIE_SIZE - 12)
		return false;
	p = b->map + at;
	size = be32_get(p + 4);
	if (memcmp(p, "IEOT", 4) != 0 || size != 4 + n * IEOT_ENTRY ||
	    size + 8 + EOIE_SIZE != (size_t)(end - p))
		return false;
	b->blocks = mem_resize(NULL, n, sizeof(*b->blocks));
	for (i = 0, p += 12; i < n; i++, p += IEOT_ENTRY)
		if ((b->blocks[i] = be32_get(p)) >= at)
			return false;
	b->nblocks = n;
	b->end = at;
	return true;
}

static int
open_base(struct split_base *b, struct err *e)
{
	if (b->len < INDEX_HEADER + INDEX_SUM ||
	    memcmp(b->map, "DIRC", 4) != 0)
		return damaged(e);
	b->version = be32_get(b->map + 4);
	b->count = be32_get(b->map + 8);
	if (b->version != 2 && b->version != 3)
		return 0;
	if (b->mapped && read_table(b)) {
		b->ours = true;
		return 1;
	}
	free(b->blocks);
	b->blocks = NULL;
	switch (scan(b)) {
	case 1:
		return 1;
	case 0:
		return 0;
	default:
		return damaged(e);
	}
}

bool
split_base_get(const struct split_base *b, uint32_t number,
    struct index_entry *en)
{
	uint32_t i;
	size_t at;

	if (number >= b->count)
		return false;
	at = b->blocks[number / SPLIT_BLOCK];
	for (i = number / SPLIT_BLOCK * SPLIT_BLOCK; ; i++, at += en->size) {
		if (indexfile_entry(b->map, b->len, at, en) != 0)
			return false;
		if (i == number)
			return true;
	}
}

uint32_t
split_base_place(const struct split_base *b, const char *path,
    struct index_entry *en)
{
	size_t lo = 0, hi = b->nblocks, mid, at;
	uint32_t i;

	/* The last block that does not begin behind the path. */
	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (indexfile_entry(b->map, b->len, b->blocks[mid], en) == 0 &&
		    strcmp(en->path, path) <= 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (b->nblocks == 0)
		return 0;
	mid = lo == 0 ? 0 : lo - 1;
	at = b->blocks[mid];
	for (i = (uint32_t)mid * SPLIT_BLOCK; i < b->count; i++) {
		if (indexfile_entry(b->map, b->len, at, en) != 0)
			return b->count;
		if (strcmp(en->path, path) >= 0)
			return i;
		at += en->size;
	}
	return i;
}

static size_t
over_place(const struct split_over *v, size_t n, uint32_t number)
{
	size_t lo = 0, mid;

	while (lo < n) {
		mid = lo + (n - lo) / 2;
		if (v[mid].number < number)
			lo = mid + 1;
		else
			n = mid;
	}
	return lo;
}

size_t
split_over_place(const struct split *x, uint32_t number)
{
	return over_place(x->over, x->nover, number);
}

size_t
split_added_place(const struct split *x, const char *path)
{
	size_t lo = 0, hi = x->nadded, mid;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (strcmp(x->added[mid].path, path) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static size_t
head_of(const struct index_entry *en)
{
	return (size_t)(en->path - (const char *)en->p);
}

/* The entries of the small file: first those that replace, without paths. */
static int
take_entries(struct reading *r, struct err *e)
{
	uint32_t i, count = be32_get(r->map + 8);
	const struct ewah *replaced = &r->replaced;
	struct split *x = r->split;
	struct index_entry en;
	size_t at = INDEX_HEADER;

	for (i = 0; i < count; i++, at += en.size) {
		if (indexfile_entry(r->map, r->len, at, &en) != 0 ||
		    (i < replaced->n) != (en.len == 0))
			return damaged(e);
		if ((en.p[INDEX_AT_FLAGS] & FLAG_STAGE) != 0)
			return 0;
		if (i < replaced->n) {
			MEM_GROW(x->over, x->nover, x->over_cap);
			x->over[x->nover++] = (struct split_over){
			    replaced->v[i], (unsigned char *)mem_dup(en.p,
			    head_of(&en)), head_of(&en) };
			continue;
		}
		MEM_GROW(x->added, x->nadded, x->added_cap);
		x->added[x->nadded] = (struct split_added){
		    (unsigned char *)mem_dup(en.p, en.size), en.size, NULL };
		x->added[x->nadded].path = (char *)x->added[x->nadded].raw +
		    head_of(&en);
		x->nadded++;
	}
	return 1;
}

static int
compare_over(const void *a, const void *b)
{
	const struct split_over *x = a, *y = b;

	return (x->number > y->number) - (x->number < y->number);
}

/* An entry that is gone counts so, also where it is replaced as well. */
static void
take_gone(struct split *x, const struct ewah *gone)
{
	size_t i, at, replaced = x->nover;

	for (i = 0; i < gone->n; i++) {
		at = over_place(x->over, replaced, gone->v[i]);
		if (at < replaced && x->over[at].number == gone->v[i]) {
			free(x->over[at].head);
			x->over[at].head = NULL;
			continue;
		}
		MEM_GROW(x->over, x->nover, x->over_cap);
		x->over[x->nover++] =
		    (struct split_over){ gone->v[i], NULL, 0 };
	}
	if (x->nover > 1)
		qsort(x->over, x->nover, sizeof(*x->over), compare_over);
}

/* The extension that makes it a split index, or NULL. */
static const unsigned char *
find_link(const unsigned char *map, size_t len, size_t at)
{
	const unsigned char *p = map + at, *end = map + len - INDEX_SUM;
	size_t size;

	for (; end - p >= 8; p += size + 8) {
		size = be32_get(p + 4);
		if (size > (size_t)(end - p) - 8)
			return NULL;
		if (memcmp(p, "link", 4) == 0)
			return p;
	}
	return NULL;
}

/* Keeps what is to be kept.  0: there is one that we do not know. */
static int
take_extensions(struct split *x, const unsigned char *map, size_t len,
    size_t at)
{
	static const char dropped[] = "link TREE EOIE IEOT";
	const unsigned char *p = map + at, *end = map + len - INDEX_SUM;
	char name[5] = "";
	size_t size;

	for (; p < end; p += size + 8) {
		if (end - p < 8 ||
		    (size = be32_get(p + 4)) > (size_t)(end - p) - 8)
			return 0;
		memcpy(name, p, 4);
		if (strcmp(name, "REUC") == 0)
			buf_add(&x->kept, p, size + 8);
		else if (strlen(name) != 4 || strstr(dropped, name) == NULL)
			return 0;
	}
	return 1;
}

static int
map_base(struct split_base *b, const char *gitdir, struct err *e)
{
	char hex[OID_HEX + 1], *path;
	struct stat st;
	void *map = MAP_FAILED;
	int fd;

	oid_format(hex, &b->id);
	path = mem_printf("%ssharedindex.%s", gitdir, hex);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	    st.st_size > 0 && st.st_size <= UINT32_MAX)
		map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE,
		    fd, 0);
	if (map == MAP_FAILED)
		err_set(e, EX_DATAERR, "%s, a part of git's index, cannot be "
		    "read", path);
	if (fd >= 0)
		close(fd);
	free(path);
	if (map == MAP_FAILED)
		return -1;
	b->map = map;
	b->len = (size_t)st.st_size;
	b->mapped = true;
	return open_base(b, e);
}

/* What "link" says: which file, and which of its entries are not so. */
static int
read_link(struct reading *r, const unsigned char *link, struct err *e)
{
	struct split_base *base = &r->split->base;
	size_t size = be32_get(link + 4), used;
	int rc;

	if (size < OID_RAW)
		return damaged(e);
	memcpy(base->id.raw, link + 8, OID_RAW);
	if (oid_is_zero(&base->id))
		return 0;
	if ((rc = map_base(base, r->gitdir, e)) <= 0 || size == OID_RAW)
		return rc;
	link += 8 + OID_RAW;
	size -= OID_RAW;
	used = ewah_read(&r->gone, link, size, base->count);
	if (used == 0 || ewah_read(&r->replaced, link + used, size - used,
	    base->count) != size - used)
		return damaged(e);
	return 1;
}

static int
read_split(struct reading *r, const unsigned char *link, struct err *e)
{
	int rc = read_link(r, link, e);

	r->split->is_split = true;
	if (rc > 0)
		rc = take_entries(r, e);
	if (rc > 0) {
		take_gone(r->split, &r->gone);
		rc = take_extensions(r->split, r->map, r->len, r->end);
	}
	ewah_release(&r->gone);
	ewah_release(&r->replaced);
	return rc;
}

int
split_read(struct split *x, const char *gitdir, const unsigned char *map,
    size_t len, struct err *e)
{
	struct reading r = { .split = x, .gitdir = gitdir, .map = map,
	    .len = len };
	struct index_entry en;
	const unsigned char *link;
	size_t at = INDEX_HEADER;
	uint32_t i, version;

	if (len < INDEX_HEADER + INDEX_SUM || memcmp(map, "DIRC", 4) != 0)
		return damaged(e);
	version = be32_get(map + 4);
	if (version != 2 && version != 3)
		return 0;
	for (i = be32_get(map + 8); i > 0; i--, at += en.size)
		if (indexfile_entry(map, len, at, &en) != 0)
			return damaged(e);
	r.end = at;
	if ((link = find_link(map, len, at)) != NULL)
		return read_split(&r, link, e);
	x->base.map = map;
	x->base.len = len;
	if (take_extensions(x, map, len, at) == 0)
		return 0;
	return open_base(&x->base, e);
}

/* Nothing is different from the large file any more. */
static void
forget_small(struct split *x)
{
	while (x->nover > 0)
		free(x->over[--x->nover].head);
	while (x->nadded > 0)
		free(x->added[--x->nadded].raw);
}

static void
forget_base(struct split_base *b)
{
	free(b->blocks);
	if (b->mapped)
		munmap((void *)(uintptr_t)b->map, b->len);
	memset(b, 0, sizeof(*b));
}

int
split_open_base(struct split *x, const char *gitdir, const struct oid *id,
    struct err *e)
{
	forget_small(x);
	forget_base(&x->base);
	x->base.id = *id;
	x->is_split = true;
	return map_base(&x->base, gitdir, e);
}

void
split_release(struct split *x)
{
	forget_small(x);
	forget_base(&x->base);
	free(x->over);
	free(x->added);
	buf_release(&x->kept);
	*x = (struct split)SPLIT_INIT;
}
