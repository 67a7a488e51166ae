/* SPDX-License-Identifier: MIT */
/*
 * Git trees as bytes: looked into, and made anew from old ones with a few
 * entries changed.
 *
 * A tree of ten thousand entries is spliced, not parsed into objects.  New
 * trees are not written: they are given to the caller, who knows when.
 */
#ifndef CHANGE_TREE_H
#define CHANGE_TREE_H

#include "change/repo.h"

enum {
	TREE_MODE_DIR = 040000, TREE_MODE_FILE = 0100644,
	TREE_MODE_EXECUTABLE = 0100755
};

/* True for the mode of a plain file, a program included. */
static inline bool
tree_mode_is_file(unsigned mode)
{
	return (mode & 0170000) == 0100000;
}

/* Trees that were read, so that each is read once. */
struct tree_cache;

struct tree_cache *tree_cache_new(struct repo *r);
void	 tree_cache_free(struct tree_cache *c);
/* What it was made for. */
struct repo *tree_cache_repo(const struct tree_cache *c);
/* Bytes of all trees that it holds. */
size_t	 tree_cache_size(const struct tree_cache *c);

struct tree_entry {
	unsigned	 mode;
	const char	*name;		/* borrowed from the tree's bytes */
	struct oid	 id;
};

/*
 * The next entry of a tree's bytes; `*at` begins at 0.  1, 0 at the end, -1
 * where the bytes are no tree.
 */
int	 tree_next(const struct buf *tree, size_t *at,
	    struct tree_entry *entry);
/* In git's order, in which a folder's name counts as if it ended with '/'. */
int	 tree_compare(const struct tree_entry *a,
	    const struct tree_entry *b);
/*
 * The bytes of a tree, borrowed from the cache.  EX_NOINPUT: it is not there.
 */
int	 tree_get(struct tree_cache *c, const struct oid *id,
	    const struct buf **out, struct err *e);
/*
 * Makes a tree known that git does not have yet.  The bytes are borrowed for
 * the life of the cache.
 */
void	 tree_cache_put(struct tree_cache *c, const struct oid *id,
	    const struct buf *bytes);
/*
 * What lies at a path below the tree `root` (zero: an empty one).  1: found;
 * 0: nothing; -1: an error.
 */
int	 tree_find(struct tree_cache *c, const struct oid *root,
	    const char *path, struct tree_entry *entry, struct err *e);

enum tree_edit_kind {
	TREE_PUT,		/* the file `path` is blob `id` */
	TREE_REMOVE,		/* nothing is left at `path` */
	TREE_GRAFT		/* the folder `path` begins as tree `id` */
};

struct tree_edit {
	enum tree_edit_kind kind;
	char		*path;		/* a folder's ends with '/' */
	unsigned	 mode;		/* of TREE_PUT */
	struct oid	 id;
};

/*
 * Where new trees go, deepest first: `add` takes the bytes over and gives the
 * tree's id.  They were made from `old_bytes` of tree `old` (zero: from
 * nothing).
 */
struct tree_sink {
	void		(*add)(void *ctx, struct buf *bytes,
			    const struct oid *old,
			    const struct buf *old_bytes, struct oid *id);
	void		*ctx;
};

struct tree_change {
	struct oid	 root;		/* zero: an empty tree */
	struct tree_edit *edits;	/* they are sorted here */
	size_t		 n;
	const struct tree_sink *sink;
};

/*
 * The tree that `root` becomes by the edits; those below a grafted folder
 * apply to what was grafted.  A folder that is left empty goes.
 */
int	 tree_edit(struct tree_cache *c, const struct tree_change *change,
	    struct oid *out, struct err *e);

#endif
