/* SPDX-License-Identifier: MIT */
/*
 * What OpenSSH writes: public keys, signatures, and the fingerprints by which
 * people tell keys apart.  Nothing is verified here.  The hash and base64 are
 * nettle's.
 */
#ifndef FORMAT_SSHKEY_H
#define FORMAT_SSHKEY_H

struct err;

enum {
	SSHKEY_SIZE = 51,		/* "SHA256:", 43 characters, a NUL */
	SSHKEY_TEXT_MAX = 64 << 10	/* bytes of a key or a signature */
};

/*
 * The fingerprint, as `ssh-keygen -l` gives it, of a public key's line: type,
 * base64, and perhaps a comment.  That of a certificate is its key's.
 * EX_DATAERR: it is no such line.
 */
int	 sshkey_fingerprint(const char *line, size_t len,
	    char out[SSHKEY_SIZE], struct err *e);
/*
 * The same for the key that made a signature between "BEGIN SSH SIGNATURE"
 * and its end.
 */
int	 sshkey_of_signature(const char *text, size_t len,
	    char out[SSHKEY_SIZE], struct err *e);

#endif
