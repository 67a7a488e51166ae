/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include <nettle/base64.h>
#include <nettle/sha2.h>

#include "base/buf.h"
#include "base/err.h"
#include "format/sshkey.h"

#define BEGIN		"-----BEGIN SSH SIGNATURE-----"
#define END		"-----END SSH SIGNATURE-----"
#define MAGIC		"SSHSIG"
#define CERT		"-cert-v01@openssh.com"
#define HARDWARE	"@openssh.com"

/* How many strings make a key, after its type. */
static const struct {
	const char	*type;
	int		 fields;
} kinds[] = {
	{ "ssh-ed25519", 1 },
	{ "ssh-rsa", 2 },
	{ "ssh-dss", 4 },
	{ "ecdsa-sha2-nistp256", 2 },
	{ "ecdsa-sha2-nistp384", 2 },
	{ "ecdsa-sha2-nistp521", 2 },
	{ "sk-ssh-ed25519", 2 },
	{ "sk-ecdsa-sha2-nistp256", 3 },
};

/* A piece of SSH's wire format, from which strings are taken. */
struct wire {
	const unsigned char *p;
	size_t		 left;
};

static int
take_number(struct wire *w, uint32_t *n)
{
	if (w->left < 4)
		return -1;
	*n = (uint32_t)w->p[0] << 24 | (uint32_t)w->p[1] << 16 |
	    (uint32_t)w->p[2] << 8 | w->p[3];
	w->p += 4;
	w->left -= 4;
	return 0;
}

static int
take_string(struct wire *w, struct wire *s)
{
	uint32_t n;

	if (take_number(w, &n) != 0 || n > w->left)
		return -1;
	s->p = w->p;
	s->left = n;
	w->p += n;
	w->left -= n;
	return 0;
}

static void
add_string(struct buf *out, const void *data, size_t len)
{
	unsigned char n[4] = { (unsigned char)(len >> 24),
	    (unsigned char)(len >> 16), (unsigned char)(len >> 8),
	    (unsigned char)len };

	buf_add(out, n, sizeof(n));
	buf_add(out, data, len);
}

static int
decode(const char *text, size_t len, struct buf *out)
{
	struct base64_decode_ctx ctx;
	size_t n = BASE64_DECODE_LENGTH(len);

	if (len == 0 || len > SSHKEY_TEXT_MAX)
		return -1;
	buf_grow(out, n + 1);
	base64_decode_init(&ctx);
	if (!base64_decode_update(&ctx, &n, (uint8_t *)out->ptr, len, text) ||
	    !base64_decode_final(&ctx))
		return -1;
	buf_truncate(out, n);
	return 0;
}

/* True where the text ends so; its length is then without that. */
static bool
drop_tail(const unsigned char *text, size_t *len, const char *tail)
{
	size_t n = strlen(tail);

	if (*len < n || memcmp(text + *len - n, tail, n) != 0)
		return false;
	*len -= n;
	return true;
}

/* How many fields a type has; 0: it is not known. */
static int
fields_of(const unsigned char *type, size_t len)
{
	size_t i;

	for (i = 0; i < ARRAY_LEN(kinds); i++)
		if (strlen(kinds[i].type) == len &&
		    memcmp(kinds[i].type, type, len) == 0)
			return kinds[i].fields;
	return 0;
}

/* A key on hardware has the type of its certificate, but for "-cert-v01". */
static void
add_type(struct buf *out, const unsigned char *type, size_t len)
{
	struct buf name = BUF_INIT;

	buf_add(&name, type, len);
	if (strncmp(buf_str(&name), "sk-", 3) == 0)
		buf_adds(&name, HARDWARE);
	add_string(out, name.ptr, name.len);
	buf_release(&name);
}

/*
 * Adds the key, without what a certificate has beside it: a nonce before the
 * key's fields, and much after them.  A type that is not known is left as it
 * is.
 */
static int
add_plain(const struct wire *key, struct buf *out)
{
	struct wire w = *key, type, field;
	bool is_cert;
	int fields;

	if (take_string(&w, &type) != 0)
		return -1;
	is_cert = drop_tail(type.p, &type.left, CERT);
	if (!is_cert)
		drop_tail(type.p, &type.left, HARDWARE);
	if ((fields = fields_of(type.p, type.left)) == 0) {
		buf_add(out, key->p, key->left);
		return 0;
	}
	if (is_cert && take_string(&w, &field) != 0)
		return -1;
	add_type(out, type.p, type.left);
	for (; fields > 0; fields--) {
		if (take_string(&w, &field) != 0)
			return -1;
		add_string(out, field.p, field.left);
	}
	return is_cert || w.left == 0 ? 0 : -1;
}

static int
format_fingerprint(const struct wire *key, char out[SSHKEY_SIZE])
{
	char text[BASE64_ENCODE_RAW_LENGTH(SHA256_DIGEST_SIZE)];
	uint8_t digest[SHA256_DIGEST_SIZE];
	struct buf plain = BUF_INIT;
	struct sha256_ctx ctx;
	int rc = add_plain(key, &plain);

	if (rc == 0) {
		sha256_init(&ctx);
		sha256_update(&ctx, plain.len, (const uint8_t *)plain.ptr);
		sha256_digest(&ctx, sizeof(digest), digest);
		base64_encode_raw(text, sizeof(digest), digest);
		/* Without the '=' at its end. */
		snprintf(out, SSHKEY_SIZE, "SHA256:%.43s", text);
	}
	buf_release(&plain);
	return rc;
}

/* The next word of a line: its length; 0: there is none. */
static size_t
next_word(const char **at, const char *end)
{
	const char *p = *at, *stop;

	while (p < end && (*p == ' ' || *p == '\t'))
		p++;
	stop = p;
	while (stop < end && memchr(" \t\r\n", *stop, 4) == NULL)
		stop++;
	*at = p;
	return (size_t)(stop - p);
}

int
sshkey_fingerprint(const char *line, size_t len, char out[SSHKEY_SIZE],
    struct err *e)
{
	const char *type = line, *end = line + len, *text;
	struct buf blob = BUF_INIT;
	struct wire key, w, said;
	size_t n, m;
	int rc;

	n = next_word(&type, end);
	text = type + n;
	m = next_word(&text, end);
	rc = decode(text, m, &blob);
	key = w = (struct wire){ (const unsigned char *)blob.ptr, blob.len };
	/* The type stands in the key, too. */
	if (rc == 0 && (take_string(&w, &said) != 0 || said.left != n ||
	    memcmp(said.p, type, n) != 0))
		rc = -1;
	if (rc == 0)
		rc = format_fingerprint(&key, out);
	buf_release(&blob);
	return rc == 0 ? 0 : err_set(e, EX_DATAERR, "no public SSH key");
}

/* The key in the blob of a signature, which is of version 1. */
static int
take_signer(struct wire *w, struct wire *key)
{
	uint32_t version;

	if (w->left < strlen(MAGIC) ||
	    memcmp(w->p, MAGIC, strlen(MAGIC)) != 0)
		return -1;
	w->p += strlen(MAGIC);
	w->left -= strlen(MAGIC);
	return take_number(w, &version) != 0 || version != 1 ? -1 :
	    take_string(w, key);
}

int
sshkey_of_signature(const char *text, size_t len, char out[SSHKEY_SIZE],
    struct err *e)
{
	const char *from, *to = NULL;
	struct buf blob = BUF_INIT;
	struct wire w, key;
	int rc = -1;

	if (len > strlen(BEGIN) && memcmp(text, BEGIN, strlen(BEGIN)) == 0) {
		from = text + strlen(BEGIN);
		to = memmem(from, len - strlen(BEGIN), END, strlen(END));
		if (to != NULL)
			rc = decode(from, (size_t)(to - from), &blob);
	}
	w = (struct wire){ (const unsigned char *)blob.ptr, blob.len };
	if (rc == 0)
		rc = take_signer(&w, &key);
	if (rc == 0)
		rc = format_fingerprint(&key, out);
	buf_release(&blob);
	return rc == 0 ? 0 : err_set(e, EX_DATAERR, "no SSH signature");
}
