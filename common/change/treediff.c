/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/err.h"
#include "change/tree.h"
#include "change/treediff.h"

struct walk {
	struct tree_cache *trees;
	enum tree_visit	(*fn)(const struct tree_delta *, void *);
	void		*ctx;
	struct buf	 path;
	unsigned	 depth;
	size_t		 entries;
	struct err	*e;
};

/* One side: a tree's bytes, and where in them. */
struct side {
	const struct buf *bytes;
	size_t		 at;
	struct tree_entry entry;
	bool		 there;		/* `entry` is one */
};

static int walk(struct walk *w, const struct oid *old,
    const struct oid *new);

/* A file and a folder of one name are the same name. */
static int
compare(const struct tree_entry *a, const struct tree_entry *b)
{
	return strcmp(a->name, b->name) == 0 ? 0 : tree_compare(a, b);
}

static int
say_damaged(struct walk *w, const char *how)
{
	return err_set(w->e, EX_DATAERR, "%s: git's tree %s",
	    w->path.len == 0 ? "." : buf_str(&w->path), how);
}

static bool
in_order(const struct tree_entry *a, const struct tree_entry *b)
{
	/* Mostly the names tell, and not what they are of. */
	return strncmp(a->name, b->name, strlen(a->name)) < 0 ||
	    compare(a, b) < 0;
}

static int
next(struct walk *w, struct side *s, bool ordered)
{
	struct tree_entry before = s->entry;
	bool had = s->there;
	int rc = tree_next(s->bytes, &s->at, &s->entry);

	s->there = rc > 0;
	if (rc < 0)
		return say_damaged(w, "is damaged");
	/* The same name as file and as folder need not be neighbours; the
	   most common twins are. */
	if (ordered && had && s->there && !in_order(&before, &s->entry))
		return say_damaged(w, "is not in order");
	return 0;
}

static int
visit(struct walk *w, const struct side *a, const struct side *b)
{
	static const struct oid none;
	const struct tree_entry *old = a == NULL ? NULL : &a->entry;
	const struct tree_entry *new = b == NULL ? NULL : &b->entry;
	struct tree_delta d = { .old = old, .new = new };
	bool was = old != NULL && old->mode == TREE_MODE_DIR;
	bool is = new != NULL && new->mode == TREE_MODE_DIR;
	size_t len = w->path.len;
	int rc = 0;

	if (++w->entries > TREEDIFF_ENTRIES)
		return say_damaged(w, "holds too many names");
	buf_addf(&w->path, "%s%s", len == 0 ? "" : "/",
	    new != NULL ? new->name : old->name);
	d.path = w->path.ptr;
	if (b != NULL)
		d.siblings = b->bytes;
	else if (a != NULL)
		d.siblings = a->bytes;
	if (w->fn(&d, w->ctx) == TREE_ENTER && (was || is))
		rc = walk(w, was ? &old->id : &none, is ? &new->id : &none);
	buf_truncate(&w->path, len);
	return rc;
}

static bool
same(const struct tree_entry *a, const struct tree_entry *b)
{
	return a->mode == b->mode && oid_equal(&a->id, &b->id);
}

static int
step(struct walk *w, struct side *a, struct side *b)
{
	int c = !a->there ? 1 : !b->there ? -1 :
	    compare(&a->entry, &b->entry);
	int rc = 0;

	if (c < 0)
		rc = visit(w, a, NULL);
	else if (c > 0)
		rc = visit(w, NULL, b);
	else if (!same(&a->entry, &b->entry))
		rc = visit(w, a, b);
	if (rc == 0 && c <= 0)
		rc = next(w, a, false);
	if (rc == 0 && c >= 0)
		rc = next(w, b, true);
	return rc;
}

/* How many bytes they begin with are the same. */
static size_t
common_length(const struct buf *a, const struct buf *b)
{
	enum { AT_ONCE = 64 };
	const char *p = buf_str(a), *q = buf_str(b);
	size_t n = a->len < b->len ? a->len : b->len, i = 0;

	while (n - i >= AT_ONCE && memcmp(p + i, q + i, AT_ONCE) == 0)
		i += AT_ONCE;
	while (i < n && p[i] == q[i])
		i++;
	return i;
}

/*
 * To the first entry of each that is not the same in both: of a thousand
 * entries a commit changes one.
 */
static int
begin(struct walk *w, struct side *a, struct side *b)
{
	size_t n = common_length(a->bytes, b->bytes), at;

	do {
		at = b->at;
		if (next(w, b, true) != 0)
			return -1;
	} while (b->there && b->at <= n);
	a->at = at;
	return next(w, a, false);
}

static int
walk(struct walk *w, const struct oid *old, const struct oid *new)
{
	struct side a = { .there = false }, b = { .there = false };
	int rc;

	if (w->depth == TREEDIFF_DEPTH)
		return say_damaged(w, "lies too deep");
	if (tree_get(w->trees, old, &a.bytes, w->e) != 0)
		return -1;
	if (tree_get(w->trees, new, &b.bytes, w->e) != 0)
		return w->e->status == EX_NOINPUT ?
		    say_damaged(w, "is missing, or is none") : -1;
	w->depth++;
	rc = begin(w, &a, &b);
	while (rc == 0 && (a.there || b.there))
		rc = step(w, &a, &b);
	w->depth--;
	return rc;
}

int
treediff(struct tree_cache *c, const struct treediff *want, struct err *e)
{
	struct walk w = { .trees = c, .fn = want->fn, .ctx = want->ctx,
	    .e = e };
	int rc;

	rc = oid_equal(want->old, want->new) ? 0 :
	    walk(&w, want->old, want->new);
	buf_release(&w.path);
	return rc;
}
