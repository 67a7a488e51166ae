/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include <sys/mman.h>
#include <sys/stat.h>

#include <fcntl.h>

#include "base/be.h"
#include "change/cachetree.h"
#include "change/indexfile.h"

enum {
	FLAG_EXTENDED = 0x4000, FLAG_STAGE = 0x3000, NAME_MASK = 0xfff
};

static unsigned
flags_of(const unsigned char *entry)
{
	return (unsigned)entry[INDEX_AT_FLAGS] << 8 |
	    entry[INDEX_AT_FLAGS + 1];
}

int
indexfile_entry(const unsigned char *map, size_t len, size_t at,
    struct index_entry *en)
{
	unsigned flags;
	size_t path = INDEX_AT_PATH, room = len - INDEX_SUM - at;
	const char *nul;

	if (len - INDEX_SUM < at || room < INDEX_AT_PATH + 1)
		return -1;
	en->p = map + at;
	flags = flags_of(en->p);
	if ((flags & FLAG_EXTENDED) != 0)
		path += 2;
	if (room <= path)
		return -1;
	en->path = (const char *)en->p + path;
	en->len = flags & NAME_MASK;
	if (en->len == NAME_MASK) {
		nul = memchr(en->path, '\0', room - path);
		if (nul == NULL)
			return -1;
		en->len = (size_t)(nul - en->path);
	}
	en->size = (path + en->len + 8) & ~(size_t)7;
	if (en->size > room || en->path[en->len] != '\0')
		return -1;
	return 0;
}

static bool
is_wanted(const struct indexfile *x, const struct index_entry *en)
{
	size_t prefix = strlen(x->prefix), suffix = strlen(x->suffix);

	return en->len >= prefix + suffix &&
	    (flags_of(en->p) & FLAG_STAGE) == 0 &&
	    memcmp(en->path, x->prefix, prefix) == 0 &&
	    memcmp(en->path + en->len - suffix, x->suffix, suffix) == 0;
}

/* Where the entries end; 0: they are damaged, or of another version. */
static size_t
take_entries(struct indexfile *x)
{
	const unsigned char *map = x->map;
	struct index_entry en;
	uint32_t i, version, count;
	size_t at = INDEX_HEADER;

	if (x->len < INDEX_HEADER + INDEX_SUM || memcmp(map, "DIRC", 4) != 0)
		return 0;
	version = be32_get(map + 4);
	count = be32_get(map + 8);
	if (version != 2 && version != 3)
		return 0;
	for (i = 0; i < count; i++, at += en.size) {
		if (indexfile_entry(map, x->len, at, &en) != 0)
			return 0;
		if (!is_wanted(x, &en))
			continue;
		MEM_GROW(x->v, x->n, x->cap);
		x->v[x->n++] = en;
	}
	return at;
}

static void
take_folder(const struct buf *dir, const struct oid *id, void *ctx)
{
	struct indexfile *x = ctx;
	size_t n = strlen(x->prefix);

	/* Of those above only whether they are known would count. */
	if (dir->len < n || memcmp(dir->ptr, x->prefix, n) != 0)
		return;
	MEM_GROW(x->folders, x->nfolders, x->folders_cap);
	x->folders[x->nfolders++] = (struct index_folder){ x->paths.len, *id };
	buf_add(&x->paths, dir->ptr, dir->len + 1);
}

static int
compare_folders(const void *a, const void *b, void *paths)
{
	return strcmp((char *)paths + ((const struct index_folder *)a)->path,
	    (char *)paths + ((const struct index_folder *)b)->path);
}

/*
 * An extension that we do not know may change what the entries mean: "link"
 * (core.splitIndex) adds some, "sdir" has folders among them.  False then.
 */
static bool
take_extensions(struct indexfile *x, size_t at)
{
	static const char known[] = "TREE REUC EOIE IEOT UNTR FSMN";
	const unsigned char *p = (const unsigned char *)x->map + at;
	const unsigned char *end = (const unsigned char *)x->map + x->len -
	    INDEX_SUM;
	char name[5] = "";
	size_t size;

	for (; p < end; p += size + 8) {
		if (end - p < 8 || (size = be32_get(p + 4)) >
		    (size_t)(end - p) - 8)
			return false;
		memcpy(name, p, 4);
		if (strlen(name) != 4 || strstr(known, name) == NULL)
			return false;
		if (strcmp(name, "TREE") == 0 && size > 0 &&
		    cachetree_each(p + 8, size, take_folder, x) != 0)
			return false;
	}
	if (x->nfolders > 1)
		qsort_r(x->folders, x->nfolders, sizeof(*x->folders),
		    compare_folders, x->paths.ptr);
	return true;
}

static void
map_file(struct indexfile *x, const char *gitdir)
{
	char *path = mem_printf("%sindex", gitdir);
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	struct stat st;
	void *map;

	free(path);
	if (fd < 0)
		return;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0) {
		map = mmap(NULL, (size_t)st.st_size, PROT_READ,
		    MAP_PRIVATE | MAP_POPULATE, fd, 0);
		if (map != MAP_FAILED) {
			x->map = map;
			x->len = (size_t)st.st_size;
		}
	}
	close(fd);
}

void
indexfile_open(struct indexfile *x, const char *gitdir)
{
	size_t end = 0;

	map_file(x, gitdir);
	if (x->map != NULL)
		end = take_entries(x);
	if (end == 0 || !take_extensions(x, end))
		x->n = x->nfolders = 0;
}

void
indexfile_close(struct indexfile *x)
{
	if (x->map != NULL)
		munmap(x->map, x->len);
	free(x->v);
	free(x->folders);
	buf_release(&x->paths);
	*x = (struct indexfile)INDEXFILE_INIT;
}

const unsigned char *
indexfile_find(struct indexfile *x, const char *path)
{
	size_t lo = 0, hi = x->n, mid;

	if (x->hit < x->n && strcmp(x->v[x->hit].path, path) == 0)
		return x->v[x->hit++].p + INDEX_AT_ID;
	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (strcmp(x->v[mid].path, path) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (lo == x->n || strcmp(x->v[lo].path, path) != 0)
		return NULL;
	x->hit = lo + 1;
	return x->v[lo].p + INDEX_AT_ID;
}

bool
indexfile_is_tree(const struct indexfile *x, const char *folder,
    const struct oid *tree)
{
	size_t lo = 0, hi = x->nfolders, mid;
	const struct index_folder *f;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (strcmp(x->paths.ptr + x->folders[mid].path, folder) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	f = &x->folders[lo];
	return lo < x->nfolders &&
	    strcmp(x->paths.ptr + f->path, folder) == 0 &&
	    oid_equal(&f->tree, tree);
}
