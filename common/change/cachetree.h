/* SPDX-License-Identifier: MIT */
/*
 * The extension TREE of git's index: the trees that its folders were when they
 * were last written; see gitformat-index(5).
 */
#ifndef CHANGE_CACHETREE_H
#define CHANGE_CACHETREE_H

#include "base/buf.h"

/*
 * Adds the extension's data, in which each folder ("a/b/", "" for the root)
 * that `is_touched` is true for becomes unknown.  It has to be true for each
 * folder above such a one.  -1: the data is damaged.
 */
int	 cachetree_copy(struct buf *out, const unsigned char *data,
	    size_t len, bool (*is_touched)(const struct buf *dir, void *ctx),
	    void *ctx);

struct oid;

/*
 * Calls `fn` for each folder ("a/b/") whose tree is known.  -1: the data is
 * damaged.
 */
int	 cachetree_each(const unsigned char *data, size_t len,
	    void (*fn)(const struct buf *dir, const struct oid *id, void *ctx),
	    void *ctx);

#endif
