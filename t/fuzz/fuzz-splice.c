/* SPDX-License-Identifier: MIT */
/* Git's index: any bytes are spliced or refused, never overrun. */
#include "base/compat.h"

#include "base/err.h"
#include "change/splice.h"
#include "t/fuzz/fuzz.h"

static size_t
total(const struct splice *s)
{
	volatile unsigned char sum = 0;
	size_t i, k, n = 0;

	for (i = 0; i < s->n; i++) {
		for (k = 0; k < s->v[i].len; k++)
			sum ^= ((const unsigned char *)s->v[i].data)[k];
		n += s->v[i].len;
	}
	return n;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct splice_old old = { size == 0 ? NULL : data, size, { 1, 1 },
	    -1 };
	struct index_edits edits = INDEX_EDITS_INIT;
	struct splice s = SPLICE_INIT;
	struct err e = ERR_INIT;
	int rc;

	index_edits_add(&edits, INDEX_PUT, "a/b", NULL)->mode = 0100644;
	index_edits_add(&edits, INDEX_REMOVE, "a/c", NULL);
	index_edits_add(&edits, INDEX_MOVE, "a/d", "a/e");
	rc = splice_make(&s, &old, &edits, size % 2 == 0, &e);
	PROMISE(rc >= 0 || e.status == EX_DATAERR);
	if (rc > 0)
		PROMISE(total(&s) >= 12);
	splice_release(&s);
	index_edits_release(&edits);
	return 0;
}
