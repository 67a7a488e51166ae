/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include <search.h>

#include "base/err.h"
#include "base/strvec.h"
#include "change/tree.h"
#include "sys/path.h"

struct cached {
	struct oid	 id;
	struct buf	 bytes;
	bool		 borrowed;
	size_t		 found;		/* the entry that was looked for last */
	unsigned	 scans;		/* how often all were passed over */
	uint32_t	*entries;	/* where each begins, or NULL */
	size_t		 n;
};

/* A tree that is scanned more often is listed, and searched by halves. */
enum { SCANS = 4 };

struct tree_cache {
	struct repo	*repo;
	void		*trees;		/* of struct cached, by tsearch(3) */
	size_t		 size;
};

struct tree_cache *
tree_cache_new(struct repo *r)
{
	struct tree_cache *c = mem_zalloc(sizeof(*c));

	c->repo = r;
	return c;
}

struct repo *
tree_cache_repo(const struct tree_cache *c)
{
	return c->repo;
}

size_t
tree_cache_size(const struct tree_cache *c)
{
	return c->size;
}

static void
free_tree(void *p)
{
	struct cached *one = p;

	if (!one->borrowed)
		buf_release(&one->bytes);
	free(one->entries);
	free(one);
}

void
tree_cache_free(struct tree_cache *c)
{
	if (c == NULL)
		return;
	tdestroy(c->trees, free_tree);
	free(c);
}

static int
compare_trees(const void *a, const void *b)
{
	return memcmp(((const struct cached *)a)->id.raw,
	    ((const struct cached *)b)->id.raw, OID_RAW);
}

/* NULL where it is not known yet. */
static struct cached *
find_tree(struct tree_cache *c, const struct oid *id)
{
	struct cached probe = { .id = *id }, **found;

	found = tfind(&probe, &c->trees, compare_trees);
	return found == NULL ? NULL : *found;
}

static struct cached *
new_tree(const struct oid *id)
{
	struct cached *one = mem_zalloc(sizeof(*one));

	one->id = *id;
	return one;
}

int
tree_next(const struct buf *tree, size_t *at, struct tree_entry *entry)
{
	const char *p = buf_str(tree) + *at, *nul;
	size_t left = tree->len - *at;

	if (left == 0)
		return 0;
	entry->mode = 0;
	for (; left > 0 && *p >= '0' && *p <= '7'; p++, left--)
		entry->mode = entry->mode << 3 | (unsigned)(*p - '0');
	if (left == 0 || *p != ' ')
		return -1;
	p++;
	left--;
	nul = memchr(p, '\0', left);
	if (nul == NULL || left - (size_t)(nul - p) < 1 + OID_RAW)
		return -1;
	entry->name = p;
	memcpy(entry->id.raw, nul + 1, OID_RAW);
	*at = (size_t)(nul + 1 + OID_RAW - tree->ptr);
	return 1;
}

/* The name of an entry. */
struct name {
	const char	*p;
	size_t		 len;
	bool		 dir;
};

static int
compare_names(const struct name *a, const struct name *b)
{
	size_t least = a->len < b->len ? a->len : b->len;
	int c = memcmp(a->p, b->p, least);
	unsigned char x, y;

	if (c != 0)
		return c;
	x = a->len > least ? (unsigned char)a->p[least] : a->dir ? '/' : 0;
	y = b->len > least ? (unsigned char)b->p[least] : b->dir ? '/' : 0;
	return x != y ? (x > y) - (x < y) :
	    (a->len > b->len) - (a->len < b->len);
}

static struct name
name_of(const struct tree_entry *entry)
{
	return (struct name){ entry->name, strlen(entry->name),
	    entry->mode == TREE_MODE_DIR };
}

/* True whether it is a file or a folder. */
static bool
is_named(const struct tree_entry *entry, const struct name *want)
{
	return strncmp(entry->name, want->p, want->len) == 0 &&
	    entry->name[want->len] == '\0';
}

int
tree_compare(const struct tree_entry *a, const struct tree_entry *b)
{
	const struct name x = name_of(a), y = name_of(b);

	return compare_names(&x, &y);
}

static struct cached *
get_tree(struct tree_cache *c, const struct oid *id, struct err *e)
{
	struct cached *one = find_tree(c, id);

	if (one != NULL)
		return one;
	one = new_tree(id);
	if (repo_read(c->repo, id, OBJECT_TREE, &one->bytes, e) != 0) {
		free_tree(one);
		return NULL;
	}
	c->size += one->bytes.len;
	mem_search(one, &c->trees, compare_trees);
	return one;
}

int
tree_get(struct tree_cache *c, const struct oid *id, const struct buf **out,
    struct err *e)
{
	static const struct buf empty;
	struct cached *one;

	*out = &empty;
	if (oid_is_zero(id))
		return 0;
	if ((one = get_tree(c, id, e)) == NULL)
		return -1;
	*out = &one->bytes;
	return 0;
}

void
tree_cache_put(struct tree_cache *c, const struct oid *id,
    const struct buf *bytes)
{
	struct cached *one;

	if (find_tree(c, id) != NULL)
		return;
	one = new_tree(id);
	one->bytes = *bytes;
	one->borrowed = true;
	mem_search(one, &c->trees, compare_trees);
}

static int
damaged(const struct oid *id, struct err *e)
{
	char hex[OID_HEX + 1];

	oid_format(hex, id);
	return err_set(e, EX_DATAERR, "git's tree %s is damaged", hex);
}

/* Lists the entries of a tree in git's order; another one stays as it is. */
static void
list_entries(struct cached *one)
{
	struct tree_entry before = { .name = NULL }, entry;
	size_t at = 0, start = 0, cap = 0;
	int rc;

	while ((rc = tree_next(&one->bytes, &at, &entry)) > 0 &&
	    at <= UINT32_MAX &&
	    (start == 0 || tree_compare(&before, &entry) < 0)) {
		MEM_GROW(one->entries, one->n, cap);
		one->entries[one->n++] = (uint32_t)start;
		before = entry;
		start = at;
	}
	if (rc == 0)
		return;
	free(one->entries);
	one->entries = NULL;
	one->n = 0;
}

/* Among listed entries; true where it is there, and `*start` where. */
static bool
search(const struct cached *one, const struct name *want, size_t *start,
    struct tree_entry *entry)
{
	size_t lo = 0, hi = one->n, mid, at;
	struct name name;
	int c;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		*start = at = one->entries[mid];
		(void)!tree_next(&one->bytes, &at, entry);
		name = name_of(entry);
		if ((c = compare_names(&name, want)) == 0)
			return true;
		if (c < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return false;
}

/* Entry by entry: 1, 0, or -1 where the bytes are no tree. */
static int
scan(const struct cached *one, const struct name *want, size_t *start,
    struct tree_entry *entry)
{
	size_t at = 0;
	int rc;

	do {
		*start = at;
		rc = tree_next(&one->bytes, &at, entry);
	} while (rc > 0 && !is_named(entry, want));
	return rc;
}

/*
 * Looks for the first component of `path`; first where the last look ended,
 * for the files of a package are asked for one after the other.
 */
static int
find_entry(struct tree_cache *c, const struct oid *tree, const char *path,
    struct tree_entry *entry, struct err *e)
{
	struct name want = { path, strcspn(path, "/"), false };
	struct cached *one;
	size_t at, start;
	int rc;

	if (oid_is_zero(tree))
		return 0;
	if ((one = get_tree(c, tree, e)) == NULL)
		return -1;
	at = one->found;
	if (tree_next(&one->bytes, &at, entry) > 0 && is_named(entry, &want))
		return 1;
	if (one->entries == NULL && ++one->scans == SCANS)
		list_entries(one);
	if (one->entries == NULL) {
		rc = scan(one, &want, &start, entry);
	} else if (!(rc = search(one, &want, &start, entry))) {
		want.dir = true;
		rc = search(one, &want, &start, entry);
	}
	if (rc > 0)
		one->found = start;
	return rc < 0 ? damaged(tree, e) : rc;
}

int
tree_find(struct tree_cache *c, const struct oid *root, const char *path,
    struct tree_entry *entry, struct err *e)
{
	struct oid at = *root;
	size_t n;
	int found;

	for (;; path += n + 1) {
		n = strcspn(path, "/");
		found = find_entry(c, &at, path, entry, e);
		if (found <= 0 || path[n] == '\0' || path[n + 1] == '\0')
			return found;
		if (entry->mode != TREE_MODE_DIR)
			return 0;
		at = entry->id;
	}
}

struct builder {
	struct tree_cache *cache;
	const struct tree_sink *sink;
	struct err	*e;
};

/* Edits that share the first `skip` bytes of their paths: one folder's. */
struct span {
	struct tree_edit *v;
	size_t		 n, skip;
};

/* One name in a folder, and the edits that are at it or below it. */
struct group {
	const char	*name;
	size_t		 len;
	struct tree_edit *v;
	size_t		 n;
	unsigned	 mode;		/* of the result; 0: nothing is left */
	struct oid	 id;
};

static int build(struct builder *b, const struct oid *base,
    const struct span *edits, struct oid *out);

static bool
is_dir(const struct group *g)
{
	return g->v[0].path[(size_t)(g->name - g->v[0].path) + g->len] == '/';
}

/* As tree_compare(). */
static int
compare_entry(const struct tree_entry *en, const struct group *g)
{
	const struct name a = name_of(en);
	const struct name b = { g->name, g->len, is_dir(g) };

	return compare_names(&a, &b);
}

/* What the group's edits make of the entry that is there (mode 0: none). */
static int
resolve_group(struct builder *b, struct group *g, const struct tree_entry *old,
    size_t skip)
{
	static const struct oid zero;
	const struct oid *base = &zero;
	struct span below;
	size_t first = 0;
	const char *rest = g->v[0].path + skip + g->len;

	g->mode = 0;
	if (*rest == '\0') {
		/* A file: the last edit at this path counts. */
		if (g->v[g->n - 1].kind == TREE_PUT) {
			g->mode = g->v[g->n - 1].mode;
			g->id = g->v[g->n - 1].id;
		}
		return 0;
	}
	if (old->mode == TREE_MODE_DIR)
		base = &old->id;
	for (; first < g->n && strcmp(rest, "/") == 0; first++) {
		base = g->v[first].kind == TREE_GRAFT ? &g->v[first].id :
		    &zero;
		if (first + 1 < g->n)
			rest = g->v[first + 1].path + skip + g->len;
	}
	if (first == g->n) {
		g->id = *base;
		g->mode = oid_is_zero(base) ? 0 : TREE_MODE_DIR;
		return 0;
	}
	below = (struct span){ g->v + first, g->n - first, skip + g->len + 1 };
	if (build(b, base, &below, &g->id) != 0)
		return -1;
	g->mode = oid_is_zero(&g->id) ? 0 : TREE_MODE_DIR;
	return 0;
}

static void
add_entry(struct buf *out, const struct group *g)
{
	if (g->mode == 0)
		return;
	buf_addf(out, "%o %.*s", g->mode, (int)g->len, g->name);
	buf_addc(out, '\0');
	buf_add(out, g->id.raw, OID_RAW);
}

/* The group that begins at edit `i`; the index behind it. */
static size_t
take_group(struct group *g, const struct span *s, size_t i)
{
	const char *path;

	g->v = &s->v[i];
	g->name = s->v[i].path + s->skip;
	g->len = strcspn(g->name, "/");
	for (g->n = 1; i + g->n < s->n; g->n++) {
		path = s->v[i + g->n].path + s->skip;
		if (strncmp(path, g->name, g->len) != 0 ||
		    path[g->len] != g->name[g->len])
			break;
	}
	return i + g->n;
}

/*
 * Copies the base's entries up to the group; `*old` is the one it replaces.
 * An entry of the same name but of the other kind is left out.
 */
static int
copy_until(const struct buf *base, size_t *at, const struct group *g,
    struct tree_entry *old, struct buf *out)
{
	struct tree_entry entry;
	size_t next = *at, from = *at, len;
	bool dir;
	int rc;

	old->mode = 0;
	while ((rc = tree_next(base, &next, &entry)) > 0) {
		len = strlen(entry.name);
		dir = entry.mode == TREE_MODE_DIR;
		if (len == g->len && memcmp(entry.name, g->name, len) == 0) {
			buf_add(out, base->ptr + from, *at - from);
			*at = from = next;
			if (dir != is_dir(g))
				continue;
			*old = entry;
			return 0;
		}
		if (compare_entry(&entry, g) > 0)
			break;
		*at = next;
	}
	buf_add(out, buf_str(base) + from, *at - from);
	return rc < 0 ? -1 : 0;
}

/* A file that is new takes the place of a folder, which sorts elsewhere. */
static void
drop_folder(struct buf *made, const char *name)
{
	struct tree_entry entry;
	size_t at = 0, next = 0;

	for (; tree_next(made, &next, &entry) > 0; at = next)
		if (entry.mode == TREE_MODE_DIR &&
		    strcmp(entry.name, name) == 0) {
			buf_splice(made, at, next - at, NULL, 0);
			return;
		}
}

static void
note_new_file(struct strvec *files, const struct group *g,
    const struct tree_entry *old)
{
	if (g->mode != 0 && g->mode != TREE_MODE_DIR && old->mode == 0)
		strvec_addn(files, g->name, g->len);
}

static int
build(struct builder *b, const struct oid *base, const struct span *edits,
    struct oid *out)
{
	const struct buf *bytes;
	struct strvec files = STRVEC_INIT;
	struct buf made = BUF_INIT;
	struct tree_entry old;
	struct group g;
	size_t i, at = 0;
	int rc = 0;

	if (tree_get(b->cache, base, &bytes, b->e) != 0)
		return -1;
	buf_grow(&made, bytes->len + 256 * edits->n);
	for (i = 0; i < edits->n && rc == 0; ) {
		i = take_group(&g, edits, i);
		if (copy_until(bytes, &at, &g, &old, &made) != 0)
			rc = damaged(base, b->e);
		else if ((rc = resolve_group(b, &g, &old, edits->skip)) == 0) {
			add_entry(&made, &g);
			note_new_file(&files, &g, &old);
		}
	}
	memset(out, 0, sizeof(*out));
	if (rc == 0)
		buf_add(&made, buf_str(bytes) + at, bytes->len - at);
	for (i = 0; i < files.n && rc == 0; i++)
		drop_folder(&made, files.v[i]);
	strvec_release(&files);
	if (rc == 0 && buf_equal(&made, bytes))
		*out = *base;
	else if (rc == 0 && made.len > 0)
		b->sink->add(b->sink->ctx, &made, base, bytes, out);
	buf_release(&made);
	return rc;
}

static int
compare_edits(const void *a, const void *b)
{
	const struct tree_edit *x = a, *y = b;
	int c = strcmp(x->path, y->path);

	/* At one path what removes comes first. */
	return c != 0 ? c : (int)(y->kind == TREE_REMOVE) -
	    (int)(x->kind == TREE_REMOVE);
}

int
tree_edit(struct tree_cache *c, const struct tree_change *change,
    struct oid *out, struct err *e)
{
	struct builder b = { c, change->sink, e };
	struct span all = { change->edits, change->n, 0 };

	if (change->n == 0) {
		*out = change->root;
		return 0;
	}
	qsort(change->edits, change->n, sizeof(*change->edits),
	    compare_edits);
	return build(&b, &change->root, &all, out);
}
