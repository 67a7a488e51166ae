/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include <arpa/inet.h>

#include <zlib.h>

#include "base/log.h"
#include "change/pack.h"
#include "change/repo.h"

struct packer {
	struct oid_hash	 hash;
	int		(*fn)(const void *, size_t, void *);
	void		*ctx;
	z_stream	 z;
};

static int
give(struct packer *p, const void *data, size_t len)
{
	oid_hash_add(&p->hash, data, len);
	return p->fn(data, len, p->ctx);
}

/* Type and size: three bits and four, then seven bits a byte. */
static size_t
object_head(unsigned char *out, enum object_type type, size_t size)
{
	size_t n = 0;

	out[n] = (unsigned char)((unsigned)type << 4 | (size & 15));
	for (size >>= 4; size > 0; size >>= 7) {
		out[n++] |= 0x80;
		out[n] = size & 0x7f;
	}
	return n + 1;
}

static int
give_object(struct packer *p, const struct pack_object *o)
{
	unsigned char chunk[16384];
	int rc, status;

	rc = give(p, chunk, object_head(chunk, o->type, o->data->len));
	deflateReset(&p->z);
	p->z.next_in = (unsigned char *)(uintptr_t)buf_str(o->data);
	p->z.avail_in = (unsigned)o->data->len;
	do {
		p->z.next_out = chunk;
		p->z.avail_out = sizeof(chunk);
		status = deflate(&p->z, Z_FINISH);
		if (rc == 0)
			rc = give(p, chunk, sizeof(chunk) - p->z.avail_out);
	} while (status == Z_OK);
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

	if (deflateInit(&p.z, Z_BEST_SPEED) != Z_OK)
		log_die("zlib does not start");
	oid_hash_init(&p.hash);
	rc = give(&p, head, sizeof(head));
	for (i = 0; i < n && rc == 0; i++)
		rc = give_object(&p, &v[i]);
	if (rc == 0) {
		oid_hash_end(&p.hash, &sum);
		rc = fn(sum.raw, OID_RAW, ctx);
	}
	deflateEnd(&p.z);
	return rc;
}
