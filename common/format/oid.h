/* SPDX-License-Identifier: MIT */
/*
 * Git's object ids (SHA-1), for programs that need not load git: the id of
 * given bytes is what `git hash-object` gives.  The hash is nettle's.
 */
#ifndef FORMAT_OID_H
#define FORMAT_OID_H

enum { OID_RAW = 20, OID_HEX = 40 };

struct oid {
	unsigned char	raw[OID_RAW];
};

/* A running SHA-1; opaque, about 100 bytes. */
struct oid_hash {
	uint64_t	state[16];
};

void	 oid_hash_init(struct oid_hash *h);
void	 oid_hash_add(struct oid_hash *h, const void *data, size_t len);
void	 oid_hash_end(struct oid_hash *h, struct oid *out);

/* `type` is "blob", "tree" or "commit". */
void	 oid_of(struct oid *out, const char *type, const void *data,
	    size_t len);
bool	 oid_equal(const struct oid *a, const struct oid *b);
bool	 oid_is_zero(const struct oid *o);
void	 oid_format(char out[OID_HEX + 1], const struct oid *o);
/* 40 hexadecimal digits, then anything.  0, or -1. */
int	 oid_parse(struct oid *o, const char *hex);

#endif
