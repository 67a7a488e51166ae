/* SPDX-License-Identifier: MIT */
/*
 * Sets of small numbers, as git packs them into bits (EWAH, "Split index" of
 * gitformat-index(5)).
 */
#ifndef CHANGE_EWAH_H
#define CHANGE_EWAH_H

#include "base/buf.h"

struct ewah {
	uint32_t	*v;		/* from small to large */
	size_t		 n, cap;
};

#define EWAH_INIT	{ NULL, 0, 0 }

void	 ewah_release(struct ewah *x);
void	 ewah_add(struct ewah *x, uint32_t number);
/*
 * Reads a set whose numbers are all below `limit`; how many bytes it takes,
 * or 0 where they are none.
 */
size_t	 ewah_read(struct ewah *x, const unsigned char *p, size_t len,
	    uint32_t limit);
void	 ewah_write(const struct ewah *x, struct buf *out);

#endif
