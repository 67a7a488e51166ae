/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/be.h"
#include "change/ewah.h"

/*
 * A marker word: its lowest bit says of what a run of words is, the next 32
 * how long that is, and the rest how many words follow as they are.
 */
enum { WORD = 64, RUN_SHIFT = 1, LITERALS_SHIFT = 33 };

void
ewah_release(struct ewah *x)
{
	free(x->v);
	*x = (struct ewah)EWAH_INIT;
}

void
ewah_add(struct ewah *x, uint32_t number)
{
	MEM_GROW(x->v, x->n, x->cap);
	x->v[x->n++] = number;
}

/* The bits of a word that begins at `at`; false beyond the limit. */
static bool
add_bits(struct ewah *x, uint64_t bits, uint64_t at, uint32_t limit)
{
	int i;

	for (i = 0; i < WORD; i++) {
		if ((bits >> i & 1) == 0)
			continue;
		if (at + (unsigned)i >= limit)
			return false;
		ewah_add(x, (uint32_t)at + (uint32_t)i);
	}
	return true;
}

static bool
read_words(struct ewah *x, const unsigned char *p, uint32_t words,
    uint32_t limit)
{
	uint64_t at = 0, run, literals, marker, i;
	uint32_t w = 0;

	while (w < words) {
		marker = be64_get(p + (size_t)w++ * 8);
		run = marker >> RUN_SHIFT & 0xffffffff;
		literals = marker >> LITERALS_SHIFT;
		if ((marker & 1) != 0) {
			for (i = 0; i < run; i++)
				if (!add_bits(x, UINT64_MAX, at + i * WORD,
				    limit))
					return false;
		}
		at += run * WORD;
		if (literals > words - w)
			return false;
		for (i = 0; i < literals; i++, at += WORD)
			if (!add_bits(x, be64_get(p + (size_t)w++ * 8), at,
			    limit))
				return false;
	}
	return true;
}

size_t
ewah_read(struct ewah *x, const unsigned char *p, size_t len, uint32_t limit)
{
	uint32_t words;

	if (len < 12)
		return 0;
	words = be32_get(p + 4);
	if (words > (len - 12) / 8 || !read_words(x, p + 8, words, limit))
		return 0;
	return 12 + (size_t)words * 8;
}

static void
add32(struct buf *out, uint32_t n)
{
	be32_put(&n, n);
	buf_add(out, &n, sizeof(n));
}

static void
add64(struct buf *out, uint64_t n)
{
	buf_add(out, "\0\0\0\0\0\0\0", 8);
	be64_put(out->ptr + out->len - 8, n);
}

void
ewah_write(const struct ewah *x, struct buf *out)
{
	size_t start = out->len, marker = 0, i = 0;
	uint64_t next = 0, word, run, bits;

	add32(out, x->n == 0 ? 0 : x->v[x->n - 1] + 1);
	add32(out, 0);
	while (i < x->n || marker == 0) {
		word = i < x->n ? x->v[i] / WORD : 0;
		run = word - next;
		if (marker == 0 || run > 0) {
			marker = out->len;
			add64(out, run << RUN_SHIFT);
		}
		if (i == x->n)
			break;
		for (bits = 0; i < x->n && x->v[i] / WORD == word; i++)
			bits |= (uint64_t)1 << x->v[i] % WORD;
		add64(out, bits);
		be64_put(out->ptr + marker, be64_get(out->ptr + marker) +
		    ((uint64_t)1 << LITERALS_SHIFT));
		next = word + 1;
	}
	be32_put(out->ptr + start + 4,
	    (uint32_t)((out->len - start - 8) / 8));
	add32(out, (uint32_t)((marker - start - 8) / 8));
}
