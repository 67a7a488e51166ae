/* SPDX-License-Identifier: MIT */
/*
 * Git's pack format (gitformat-pack(5)): many objects in one stream, whole or
 * as deltas of one that stands before them in it.
 */
#ifndef CHANGE_PACK_H
#define CHANGE_PACK_H

struct pack_object;

/*
 * Gives the bytes of a pack of `n` objects piece by piece to `fn`.  0; or what
 * `fn` returned, if that is not 0.
 */
int	 pack_write(const struct pack_object *v, size_t n,
	    int (*fn)(const void *data, size_t len, void *ctx), void *ctx);
#endif
