/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include <nettle/sha1.h>

#include "format/oid.h"

_Static_assert(sizeof(struct sha1_ctx) <= sizeof(struct oid_hash),
    "struct oid_hash must hold nettle's state");

static struct sha1_ctx *
ctx(struct oid_hash *h)
{
	return (struct sha1_ctx *)(void *)h->state;
}

void
oid_hash_init(struct oid_hash *h)
{
	sha1_init(ctx(h));
}

void
oid_hash_add(struct oid_hash *h, const void *data, size_t len)
{
	if (len > 0)
		sha1_update(ctx(h), len, data);
}

void
oid_hash_end(struct oid_hash *h, struct oid *out)
{
	sha1_digest(ctx(h), OID_RAW, out->raw);
}

void
oid_of(struct oid *out, const char *type, const void *data, size_t len)
{
	struct oid_hash h;
	char head[48];
	int n;

	n = snprintf(head, sizeof(head), "%s %zu", type, len);
	oid_hash_init(&h);
	oid_hash_add(&h, head, (size_t)n + 1);
	oid_hash_add(&h, data, len);
	oid_hash_end(&h, out);
}

bool
oid_equal(const struct oid *a, const struct oid *b)
{
	return memcmp(a->raw, b->raw, OID_RAW) == 0;
}

bool
oid_is_zero(const struct oid *o)
{
	static const struct oid zero;

	return oid_equal(o, &zero);
}

void
oid_format(char out[OID_HEX + 1], const struct oid *o)
{
	static const char digits[] = "0123456789abcdef";
	int i;

	for (i = 0; i < OID_RAW; i++) {
		out[2 * i] = digits[o->raw[i] >> 4];
		out[2 * i + 1] = digits[o->raw[i] & 15];
	}
	out[OID_HEX] = '\0';
}

static int
digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

int
oid_parse(struct oid *o, const char *hex)
{
	int i, hi, lo;

	for (i = 0; i < OID_RAW; i++) {
		if ((hi = digit(hex[2 * i])) < 0 ||
		    (lo = digit(hex[2 * i + 1])) < 0)
			return -1;
		o->raw[i] = (unsigned char)(hi << 4 | lo);
	}
	return 0;
}
