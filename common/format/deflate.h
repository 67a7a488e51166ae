/* SPDX-License-Identifier: MIT */
/*
 * Bytes as git keeps them on disk: compressed with zlib, fast rather than
 * small.
 */
#ifndef FORMAT_DEFLATE_H
#define FORMAT_DEFLATE_H

#include "base/buf.h"

struct deflater;

struct deflater *deflater_new(void);
void	 deflater_free(struct deflater *d);
/*
 * `head` with `data` after it, compressed as one.  Borrowed until the next
 * call.
 */
const struct buf *deflater_run(struct deflater *d, const void *head,
	    size_t head_len, const struct buf *data);

/*
 * The way back: calls `fn` with piece after piece.  0; -1: the bytes are
 * damaged, or cut off.
 */
int	 inflate_each(const struct buf *in,
	    void (*fn)(const void *data, size_t len, void *ctx), void *ctx);

#endif
