/* SPDX-License-Identifier: MIT */
/* Public keys and signatures of strangers: a fingerprint, or nothing. */
#include "base/compat.h"

#include "base/buf.h"
#include "base/err.h"
#include "format/sshkey.h"
#include "t/fuzz/fuzz.h"

static void
check(int rc, const char *key, const struct err *e)
{
	if (rc != 0)
		PROMISE(e->status == EX_DATAERR);
	else
		PROMISE(strlen(key) == SSHKEY_SIZE - 1 &&
		    strncmp(key, "SHA256:", 7) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* A copy, so that a read beyond it is seen. */
	char *text = mem_alloc(size > 0 ? size : 1), key[SSHKEY_SIZE] = "";
	struct err e = ERR_INIT;

	if (size > 0)
		memcpy(text, data, size);
	check(sshkey_fingerprint(text, size, key, &e), key, &e);
	check(sshkey_of_signature(text, size, key, &e), key, &e);
	free(text);
	return 0;
}
