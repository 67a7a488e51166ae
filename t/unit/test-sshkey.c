/* SPDX-License-Identifier: MIT */
/* format/sshkey: beside ssh-keygen itself */
#include "base/compat.h"

#include "base/err.h"
#include "format/sshkey.h"
#include "t/unit/scratch.h"
#include "t/unit/tap.h"

static const char make_keys[] =
    "set -e\n"
    "for t in ed25519 rsa ecdsa dsa; do\n"
    "	ssh-keygen -q -t $t -N '' -C 'a key' -f $t || :\n"
    "done\n"
    "ssh-keygen -q -t ed25519 -N '' -f ca\n"
    "for t in ed25519 rsa ecdsa; do\n"
    "	ssh-keygen -q -s ca -I one -n alice $t.pub\n"
    "	echo text >text\n"
    "	ssh-keygen -q -Y sign -n git -f $t text && mv text.sig $t.sig\n"
    "	ssh-keygen -q -Y sign -n git -f $t-cert.pub text\n"
    "	mv text.sig $t-cert.sig\n"
    "done 2>/dev/null\n"
    "for f in *.pub; do\n"
    "	ssh-keygen -l -f $f | cut -d' ' -f2 >$f.is\n"
    "done\n";

/* What we say of a file, beside what ssh-keygen said of a key. */
static bool
is_of(int (*fn)(const char *, size_t, char *, struct err *),
    const char *path, const char *key)
{
	char got[SSHKEY_SIZE] = "", *text = get_file(path), *want, *name;
	struct err e = ERR_INIT;
	bool is;

	name = mem_printf("%s.is", key);
	want = get_file(name);
	if (text == NULL || want == NULL)
		bail("%s or %s is not there", path, name);
	want[strcspn(want, "\n")] = '\0';
	is = row(fn(text, strlen(text), got, &e) == 0 &&
	    strcmp(got, want) == 0, "%s: '%s', not '%s'", path, got, want);
	free(text);
	free(want);
	free(name);
	return is;
}

static void
test_keys(void)
{
	static const char *const plain[] = { "ed25519", "rsa", "ecdsa",
	    "dsa" };
	bool same = true, certs = true;
	char *pub, *cert;
	size_t i;

	for (i = 0; i < ARRAY_LEN(plain); i++) {
		pub = mem_printf("%s.pub", plain[i]);
		cert = mem_printf("%s-cert.pub", plain[i]);
		if (is_there(pub))
			same = is_of(sshkey_fingerprint, pub, pub) && same;
		if (is_there(cert))
			certs = is_of(sshkey_fingerprint, cert, pub) && certs;
		free(pub);
		free(cert);
	}
	ok(same, "a public key's fingerprint is what ssh-keygen -l says");
	ok(certs, "a certificate's fingerprint is its key's");
}

static void
test_signatures(void)
{
	bool same, certs;

	same = is_of(sshkey_of_signature, "ed25519.sig", "ed25519.pub");
	same = is_of(sshkey_of_signature, "rsa.sig", "rsa.pub") && same;
	same = is_of(sshkey_of_signature, "ecdsa.sig", "ecdsa.pub") && same;
	ok(same, "a signature tells the key that made it");
	certs = is_of(sshkey_of_signature, "ed25519-cert.sig", "ed25519.pub");
	certs = is_of(sshkey_of_signature, "rsa-cert.sig", "rsa.pub") &&
	    certs;
	certs = is_of(sshkey_of_signature, "ecdsa-cert.sig", "ecdsa.pub") &&
	    certs;
	ok(certs, "one made with a certificate tells its key");
}

/* Keys that live on hardware: made here, for no hardware is. */
static void
test_hardware(void)
{
	static const char key[] = "sk-ssh-ed25519@openssh.com "
	    "AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29tAAAAIAABAgMEBQYHCAkKCwwN"
	    "Dg8QERITFBUWFxgZGhscHR4fAAAABHNzaDo=";
	static const char cert[] = "sk-ssh-ed25519-cert-v01@openssh.com "
	    "AAAAI3NrLXNzaC1lZDI1NTE5LWNlcnQtdjAxQG9wZW5zc2guY29tAAAAA25vbgAA"
	    "ACAAAQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHwAAAARzc2g6";
	char one[SSHKEY_SIZE] = "", two[SSHKEY_SIZE] = "-";
	struct err e = ERR_INIT;

	put_file("sk.pub", key);
	put_file("look", "ssh-keygen -l -f sk.pub | cut -d' ' -f2 >sk.pub.is");
	must_run(NULL, NULL, "sh look");
	ok(is_of(sshkey_fingerprint, "sk.pub", "sk.pub") &&
	    sshkey_fingerprint(key, strlen(key), one, &e) == 0 &&
	    sshkey_fingerprint(cert, strlen(cert), two, &e) == 0 &&
	    row(strcmp(one, two) == 0, "%s, %s", one, two),
	    "so does one of a key on hardware");
}

static bool
is_refused(int (*fn)(const char *, size_t, char *, struct err *),
    const char *text, size_t len)
{
	char got[SSHKEY_SIZE];
	struct err e = ERR_INIT;

	return row(fn(text, len, got, &e) == -1 && e.status == EX_DATAERR,
	    "%.*s", (int)len, text);
}

static void
test_broken(void)
{
	char *key = get_file("ed25519.pub"), *sig = get_file("rsa.sig"), *at;
	char got[SSHKEY_SIZE];
	struct err e = ERR_INIT;
	bool all = true;
	size_t i, n;

	n = strlen(key) - strlen(" a key\n");
	for (i = 0; i < n; i++)
		all = is_refused(sshkey_fingerprint, key, i) && all;
	ok(all && sshkey_fingerprint(key, n, got, &e) == 0,
	    "a key that is cut off anywhere is none");
	memcpy(key, "ssh-foo", 7);
	ok(is_refused(sshkey_fingerprint, key, n) &&
	    is_refused(sshkey_fingerprint, "ssh-rsa AAAA", 12) &&
	    is_refused(sshkey_fingerprint, "ssh-rsa *", 9),
	    "one of another type than it says is none");
	n = strlen(sig) - 2;
	for (i = 0, all = true; i < n; i += 7)
		all = is_refused(sshkey_of_signature, sig, i) && all;
	ok(all, "a signature that is cut off is none");
	at = strstr(sig, "U1NIU0lHAAAAAQ");
	at[13] = 'g';
	ok(is_refused(sshkey_of_signature, sig, strlen(sig)),
	    "one of another version is none");
	free(key);
	free(sig);
}

int
main(void)
{
	scratch();
	put_file("make", make_keys);
	must_run(NULL, NULL, "sh make");
	test_keys();
	test_signatures();
	test_hardware();
	test_broken();
	return tap_done();
}
