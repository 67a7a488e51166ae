/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "change/cachetree.h"
#include "format/oid.h"

enum { TREE_DEPTH_MAX = 64 };

struct tree_walk {
	const unsigned char *p, *end;
	struct buf	*out;
	struct buf	 path;		/* of the node, "" or "a/b/" */
	int		 depth;
	bool		(*is_touched)(const struct buf *dir, void *ctx);
	void		*ctx;
};

static bool
take_number(struct tree_walk *t, char stop, long *n)
{
	bool minus = t->p < t->end && *t->p == '-';

	*n = 0;
	for (t->p += minus; t->p < t->end && *t->p >= '0' && *t->p <= '9' &&
	    *n < 100000000; t->p++)
		*n = *n * 10 + (*t->p - '0');
	if (minus)
		*n = -*n;
	return t->p < t->end && *t->p++ == stop;
}

/* A node and those below it that stay as they are: where they end. */
static int
skip_rest(struct tree_walk *t, long entries, long subtrees)
{
	long left = subtrees;

	for (t->p += entries >= 0 ? OID_RAW : 0; left > 0; left--) {
		t->p = memchr(t->p, '\0', (size_t)(t->end - t->p));
		if (t->p == NULL)
			return -1;
		t->p++;
		if (!take_number(t, ' ', &entries) ||
		    !take_number(t, '\n', &subtrees) || subtrees < 0 ||
		    (entries >= 0 && t->end - t->p < OID_RAW))
			return -1;
		t->p += entries >= 0 ? OID_RAW : 0;
		left += subtrees;
	}
	return 0;
}

static int
copy_node(struct tree_walk *t)
{
	const unsigned char *name = t->p, *nul;
	size_t before = t->path.len;
	long entries, subtrees;
	bool touched;

	nul = memchr(t->p, '\0', (size_t)(t->end - t->p));
	if (nul == NULL || ++t->depth > TREE_DEPTH_MAX)
		return -1;
	t->p = nul + 1;
	if (!take_number(t, ' ', &entries) ||
	    !take_number(t, '\n', &subtrees) || subtrees < 0 ||
	    (entries >= 0 && t->end - t->p < OID_RAW))
		return -1;
	buf_add(&t->path, name, (size_t)(nul - name));
	if (nul > name)
		buf_addc(&t->path, '/');
	touched = t->is_touched(&t->path, t->ctx);
	if (!touched) {
		if (skip_rest(t, entries, subtrees) != 0)
			return -1;
		buf_add(t->out, name, (size_t)(t->p - name));
		buf_truncate(&t->path, before);
		t->depth--;
		return 0;
	}
	buf_add(t->out, name, (size_t)(nul - name) + 1);
	buf_addf(t->out, "-1 %ld\n", subtrees);
	t->p += entries >= 0 ? OID_RAW : 0;
	while (subtrees-- > 0)
		if (copy_node(t) != 0)
			return -1;
	buf_truncate(&t->path, before);
	t->depth--;
	return 0;
}

int
cachetree_copy(struct buf *out, const unsigned char *data, size_t len,
    bool (*is_touched)(const struct buf *dir, void *ctx), void *ctx)
{
	struct tree_walk t = { .p = data, .end = data + len, .out = out,
	    .is_touched = is_touched, .ctx = ctx };
	int rc = copy_node(&t);

	buf_release(&t.path);
	return rc == 0 && t.p == t.end ? 0 : -1;
}

/* The head of a node: its name is added to the path. */
static int
read_node(struct tree_walk *t, long *entries, long *subtrees)
{
	const unsigned char *name = t->p, *nul;

	nul = memchr(t->p, '\0', (size_t)(t->end - t->p));
	if (nul == NULL)
		return -1;
	t->p = nul + 1;
	if (!take_number(t, ' ', entries) || !take_number(t, '\n', subtrees) ||
	    *subtrees < 0 || (*entries >= 0 && t->end - t->p < OID_RAW))
		return -1;
	buf_add(&t->path, name, (size_t)(nul - name));
	if (nul > name)
		buf_addc(&t->path, '/');
	return 0;
}

int
cachetree_each(const unsigned char *data, size_t len,
    void (*fn)(const struct buf *dir, const struct oid *id, void *ctx),
    void *ctx)
{
	struct { size_t path; long left; } up[TREE_DEPTH_MAX + 1];
	struct tree_walk t = { .p = data, .end = data + len };
	long entries, subtrees;
	struct oid id;
	int rc = 0;

	up[0].path = 0;
	up[0].left = 1;
	while (rc == 0 && t.depth >= 0) {
		buf_truncate(&t.path, up[t.depth].path);
		if (up[t.depth].left-- == 0) {
			t.depth--;
			continue;
		}
		if ((rc = read_node(&t, &entries, &subtrees)) != 0)
			break;
		if (entries >= 0) {
			memcpy(id.raw, t.p, OID_RAW);
			t.p += OID_RAW;
			fn(&t.path, &id, ctx);
		}
		if (++t.depth > TREE_DEPTH_MAX)
			rc = -1;
		else
			up[t.depth].path = t.path.len;
		if (rc == 0)
			up[t.depth].left = subtrees;
	}
	buf_release(&t.path);
	return rc == 0 && t.p == t.end ? 0 : -1;
}
