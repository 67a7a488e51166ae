/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include <arpa/inet.h>

#include "change/pack.h"
#include "change/repo.h"
#include "format/deflate.h"

enum { REF_DELTA = 7, COPY_MAX = 0xffffff, INSERT_MAX = 0x7f,
	RUN_MIN = 24 };

struct packer {
	struct oid_hash	 hash;
	int		(*fn)(const void *, size_t, void *);
	void		*ctx;
	struct deflater	*deflater;
};

static int
give(struct packer *p, const void *data, size_t len)
{
	oid_hash_add(&p->hash, data, len);
	return p->fn(data, len, p->ctx);
}

/* Type and size: three bits and four, then seven bits a byte. */
static size_t
object_head(unsigned char *out, unsigned type, size_t size)
{
	size_t n = 0;

	out[n] = (unsigned char)(type << 4 | (size & 15));
	for (size >>= 4; size > 0; size >>= 7) {
		out[n++] |= 0x80;
		out[n] = size & 0x7f;
	}
	return n + 1;
}

/* Seven bits a byte, the lowest first. */
static void
add_size(struct buf *out, size_t n)
{
	for (; n > 0x7f; n >>= 7)
		buf_addc(out, (char)(n | 0x80));
	buf_addc(out, (char)n);
}

/* An instruction to copy so many bytes of the base. */
static void
add_copies(struct buf *out, size_t from, size_t len)
{
	unsigned char op[8];
	size_t n, k, i;

	for (; len > 0; len -= n, from += n) {
		n = len < COPY_MAX ? len : COPY_MAX;
		op[0] = 0x80;
		k = 1;
		for (i = 0; i < 4; i++)
			if ((from >> 8 * i & 0xff) != 0) {
				op[0] |= (unsigned char)(1u << i);
				op[k++] = (unsigned char)(from >> 8 * i);
			}
		for (i = 0; i < 3; i++)
			if ((n >> 8 * i & 0xff) != 0) {
				op[0] |= (unsigned char)(0x10u << i);
				op[k++] = (unsigned char)(n >> 8 * i);
			}
		buf_add(out, op, k);
	}
}

/* Instructions to insert these bytes. */
static void
add_inserts(struct buf *out, const char *p, size_t len)
{
	size_t n;

	for (; len > 0; len -= n, p += n) {
		n = len < INSERT_MAX ? len : INSERT_MAX;
		buf_addc(out, (char)n);
		buf_add(out, p, n);
	}
}

/* How many bytes are the same in both at the same place, up to `end`. */
static size_t
same_run(const char *a, const char *b, size_t at, size_t end)
{
	size_t from = at;

	while (at < end && a[at] == b[at])
		at++;
	return at - from;
}

/*
 * What begins and ends as its base does, as git's delta.  Between, runs that
 * stand in the same place are copied, too: in a tree one id changes near the
 * beginning, and an entry is added near the end.
 */
static void
make_delta(struct buf *out, const struct pack_object *o)
{
	const char *new = buf_str(o->data), *old = buf_str(o->base->data);
	size_t end = o->data->len - o->suffix, at, from, run;
	size_t both = o->base->data->len - o->suffix;

	if (both > end)
		both = end;
	add_size(out, o->base->data->len);
	add_size(out, o->data->len);
	add_copies(out, 0, o->prefix);
	for (at = from = o->prefix; at < both; at += run > 0 ? run : 1) {
		run = same_run(new, old, at, both);
		if (run < RUN_MIN)
			continue;
		add_inserts(out, new + from, at - from);
		add_copies(out, at, run);
		from = at + run;
	}
	add_inserts(out, new + from, end - from);
	add_copies(out, o->base->data->len - o->suffix, o->suffix);
}

static int
give_object(struct packer *p, const struct pack_object *o)
{
	unsigned char head[16];
	struct buf delta = BUF_INIT;
	const struct buf *data = o->data, *packed;
	int rc;

	if (o->base != NULL) {
		make_delta(&delta, o);
		data = &delta;
	}
	rc = give(p, head, object_head(head, o->base != NULL ? REF_DELTA :
	    (unsigned)o->type, data->len));
	if (rc == 0 && o->base != NULL)
		rc = give(p, o->base->id.raw, OID_RAW);
	packed = deflater_run(p->deflater, "", 0, data);
	if (rc == 0)
		rc = give(p, packed->ptr, packed->len);
	buf_release(&delta);
	return rc;
}

int
pack_write(const struct pack_object *v, size_t n,
    int (*fn)(const void *, size_t, void *), void *ctx)
{
	struct packer p = { .fn = fn, .ctx = ctx };
	uint32_t head[3] = { htonl(0x5041434b), htonl(2),
	    htonl((uint32_t)n) };
	struct oid sum;
	size_t i;
	int rc;

	p.deflater = deflater_new();
	oid_hash_init(&p.hash);
	rc = give(&p, head, sizeof(head));
	for (i = 0; i < n && rc == 0; i++)
		rc = give_object(&p, &v[i]);
	if (rc == 0) {
		oid_hash_end(&p.hash, &sum);
		rc = fn(sum.raw, OID_RAW, ctx);
	}
	deflater_free(p.deflater);
	return rc;
}
