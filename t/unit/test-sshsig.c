/* SPDX-License-Identifier: MIT */
/* change/sshsig: beside git and ssh-keygen */
#include "base/compat.h"

#include <sys/stat.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "change/repo.h"
#include "change/sshsig.h"
#include "t/unit/scratch.h"
#include "t/unit/tap.h"

#define ALICE	"alice@example.org"

/*
 * Commits, each with a tag, and what allowed_signers says of alice's keys in
 * files beside them.  The clock of git is fixed at 2025-10-18.
 */
static const char make_all[] =
    "set -e\n"
    "for t in ed25519 rsa ecdsa; do\n"
    "	ssh-keygen -q -t $t -N '' -f $t\n"
    "	echo \"" ALICE " $(cut -d' ' -f1,2 $t.pub)\" >allow-$t\n"
    "done\n"
    "ssh-keygen -q -t ed25519 -N '' -f ca\n"
    "cp ed25519 cert && cp ed25519.pub cert.pub\n"
    "ssh-keygen -q -s ca -I one -n " ALICE " -V 20250101:20260101 cert.pub\n"
    "echo \"*@example.org cert-authority $(cat ca.pub)\" >allow-ca\n"
    "key=$(cut -d' ' -f1,2 ed25519.pub)\n"
    "allow() { echo \"$2 $key\" >allow-$1; }\n"
    "allow pattern '!bob@example.org,*@example.org'\n"
    "allow bob bob@example.org\n"
    "allow files '" ALICE " namespaces=\"file\"'\n"
    "allow git '" ALICE " namespaces=\"file,git\"'\n"
    "allow before '" ALICE " valid-before=\"20251018000000\"'\n"
    "allow after '" ALICE " valid-after=\"20251019000000\"'\n"
    "allow window '" ALICE
    " valid-after=\"20251018\",valid-before=\"20251019\"'\n"
    "allow noise '# a comment\n\n" ALICE "'\n"
    "export GIT_AUTHOR_DATE='1760778000 +0000'\n"
    "export GIT_COMMITTER_DATE=$GIT_AUTHOR_DATE\n"
    "git config gpg.format ssh\n"
    "make() {\n"
    "	git -c user.signingkey=$PWD/$2 commit -q --allow-empty -m $1 $3\n"
    "	git tag $1\n"
    "}\n"
    "for t in ed25519 rsa ecdsa cert-cert.pub; do\n"
    "	make s-${t%-cert.pub} $t -S\n"
    "done\n"
    "make plain ed25519\n"
    "raw() { git hash-object -t commit -w --stdin | xargs git tag $1; }\n"
    "git cat-file commit s-ed25519 | sed 's/^s-ed25519/s-ed25518/' |\n"
    "    raw forged\n"
    "git cat-file commit s-ed25519 |\n"
    "    sed '/^gpgsig/i gpgsig-more nobody signs this' | raw added\n"
    "{ git cat-file commit s-ed25519 | sed '/^$/,$d'\n"
    "  git cat-file commit s-rsa | sed -n '/^gpgsig/,$p'; } | raw twice\n"
    "git cat-file commit plain |\n"
    "    sed '/^committer/a gpgsig rubbish' | raw rubbish\n"
    "git cat-file commit plain | sed '/^committer/a gpgsig "
    "-----BEGIN PGP SIGNATURE-----' | raw pgp\n"
    /* A signature of the same bytes, for files. */
    "git cat-file commit plain >text\n"
    "ssh-keygen -q -Y sign -n file -f ed25519 text 2>/dev/null\n"
    "sed -e 's/^/ /' -e '1s/^/gpgsig/' text.sig >sig\n"
    "sed '/^committer/r sig' text | raw space\n";

static struct repo *repo;
static struct sshsig sigs;
static struct sshsig_answer answer;
static struct err err;
static int64_t when_us;

static int
check_for(const char *commit, const char *signers, const char *principal)
{
	struct sshsig_want want = { .principal = principal,
	    .time_us = when_us };
	struct buf list = BUF_INIT;
	struct oid id = id_of(commit);
	char *path = mem_printf("allow-%s", signers);
	int rc;

	if (!get_data(path, &list))
		bail("no %s", path);
	want.signers = &list;
	err.msg[0] = '\0';
	rc = sshsig_check(&sigs, &id, &want, &answer, &err);
	buf_release(&list);
	free(path);
	return rc;
}

static int
check(const char *commit, const char *signers)
{
	return check_for(commit, signers, ALICE);
}

/* 0, with all of these words in the reason. */
static bool
refuses(const char *commit, const char *signers, const char *why)
{
	int rc = check(commit, signers);

	return row(rc == 0 && strstr(answer.reason, why) != NULL,
	    "%s, %s: %d '%s' %s", commit, signers, rc, answer.reason,
	    err.msg);
}

/* What git says of the same. */
static bool
git_agrees(const char *commit, const char *signers)
{
	int rc = run_line(NULL, "sh verify allow-%s %s", signers, commit);

	return row((rc == 0) == (check(commit, signers) == 1),
	    "%s, %s: git says %d, we %s", commit, signers, rc,
	    answer.reason);
}

static void
test_good(void)
{
	char *key = says("ssh-keygen -l -f ed25519.pub");

	ok(check("s-ed25519", "ed25519") == 1 && answer.reason[0] == '\0' &&
	    strstr(key, answer.key) != NULL,
	    "a signature by a key that is listed holds, and names the key");
	ok(check("s-rsa", "rsa") == 1 && check("s-ecdsa", "ecdsa") == 1,
	    "RSA and ECDSA keys are as good");
	ok(check("s-ed25519", "pattern") == 1,
	    "a principal may be a pattern");
	ok(check("s-ed25519", "git") == 1 && check("s-ed25519", "noise") == 1,
	    "namespaces, comments and empty lines are understood");
	ok(check("s-ed25519", "window") == 1,
	    "a key is good between valid-after and valid-before");
	ok(check("s-cert", "ca") == 1 && strstr(key, answer.key) != NULL,
	    "a certificate by a listed authority is as good as a key");
	free(key);
}

static void
test_refused(void)
{
	ok(refuses("plain", "ed25519", "it is not signed") &&
	    answer.key[0] == '\0', "a commit without a signature has none");
	ok(refuses("s-rsa", "ed25519", "is not listed for " ALICE) &&
	    strncmp(answer.key, "SHA256:", 7) == 0,
	    "a key that is not listed does not count, and is named");
	ok(refuses("s-ed25519", "bob", "is not listed for"),
	    "a key of somebody else's does not count");
	ok(check_for("s-ed25519", "pattern", "bob@example.org") == 0,
	    "nor for one that a pattern excludes");
	ok(refuses("s-ed25519", "files", "allowed_signers:1: key is not "
	    "permitted"), "nor does one for another namespace");
	ok(refuses("s-ed25519", "before", "allowed_signers:1: key has "
	    "expired"), "nor one that has expired");
	ok(refuses("s-ed25519", "after", "not yet valid"),
	    "nor one that is not valid yet");
	ok(refuses("forged", "ed25519", "incorrect signature"),
	    "a signature of other bytes does not match");
	ok(refuses("space", "ed25519", "namespace"),
	    "a signature that was made for files is none of a commit");
	ok(refuses("s-ed25519", "ca", "is not listed"),
	    "an authority's key alone is nobody's");
}

static void
test_strange(void)
{
	ok(refuses("added", "ed25519", "nobody signed") &&
	    refuses("twice", "ed25519", "nobody signed"),
	    "a header that the signature does not cover is refused");
	ok(refuses("rubbish", "ed25519", "no SSH signature"),
	    "rubbish is no signature");
	ok(refuses("pgp", "ed25519", "OpenPGP"),
	    "a signature of another kind is told");
	ok(check_for("s-ed25519", "ed25519", "") == 0 &&
	    strstr(answer.reason, "no address") != NULL &&
	    check_for("s-ed25519", "ed25519", NULL) == 0,
	    "nobody has no key");
	ok(check_for("s-ed25519", "ed25519", "-rf") == 0 &&
	    check_for("s-ed25519", "ed25519", "*") == 0 &&
	    check_for("s-ed25519", "ed25519", "*@example.org") == 0,
	    "an address is no option and no pattern");
}

static void
test_time(void)
{
	static const int64_t odd[] = { 0, -1, INT64_MIN, INT64_MAX };
	int64_t was = when_us;
	bool all = true;
	size_t i;

	when_us += 2 * CLOCK_DAY;
	ok(refuses("s-ed25519", "window", "has expired") &&
	    check("s-ed25519", "after") == 1,
	    "the time that is asked for decides, not today's");
	when_us += 365 * CLOCK_DAY;
	ok(refuses("s-cert", "ca", ""), "a certificate ends, too");
	for (i = 0; i < ARRAY_LEN(odd); i++) {
		when_us = odd[i];
		all = refuses("s-ed25519", "ed25519", "date") && all;
	}
	ok(all, "a date that is none is refused");
	when_us = was;
}

static void
test_git(void)
{
	static const char *const commits[] = { "s-ed25519", "s-rsa", "s-cert",
	    "plain", "forged", "rubbish", "space" };
	static const char *const lists[] = { "ed25519", "rsa", "ca",
	    "pattern", "files", "git", "before", "after", "window" };
	bool all = true;
	size_t i, k;

	for (i = 0; i < ARRAY_LEN(commits); i++)
		for (k = 0; k < ARRAY_LEN(lists); k++)
			all = git_agrees(commits[i], lists[k]) && all;
	ok(all, "git verify-commit says the same of each commit");
}

static void
put_program(const char *name, const char *text)
{
	put_file(name, text);
	if (chmod(name, 0755) != 0)
		bail("chmod");
}

static void
use_program(const char *path)
{
	must_run(NULL, NULL, "git config gpg.ssh.program %s", path);
	repo_close(repo);
	if (repo_open(&repo, scratch(), &err) != 0)
		bail("%s", err.msg);
	sshsig_release(&sigs);
	sigs = (struct sshsig)SSHSIG_INIT(repo);
}

static void
test_program(void)
{
	char *n;

	put_program("count", "#!/bin/sh\necho >>count.log\n"
	    "exec ssh-keygen \"$@\"\n");
	use_program("./count");
	ok(check("s-ed25519", "ed25519") == 1 && check("s-rsa", "rsa") == 1,
	    "gpg.ssh.program is what verifies");
	ok(check("s-ed25519", "ed25519") == 1 && check("s-rsa", "rsa") == 1 &&
	    check("plain", "rsa") == 0 && check("rubbish", "rsa") == 0,
	    "what was asked before is answered again");
	n = says("grep -c ^ count.log");
	is_str(n, "2", "which costs one process for each signature");
	free(n);
	put_program("liar", "#!/bin/sh\necho Good\n");
	use_program("./liar");
	ok(check("s-ed25519", "ed25519") == -1 &&
	    err.status == EX_UNAVAILABLE,
	    "one that does not speak as ssh-keygen does is not believed");
	put_program("fails", "#!/bin/sh\necho 'no\033such' >&2\nexit 3\n");
	use_program("./fails");
	ok(check("s-ed25519", "ed25519") == -1 &&
	    err.status == EX_UNAVAILABLE &&
	    strstr(err.msg, "status 3: no\\x1bsuch") != NULL,
	    "one that fails leaves it open, and is quoted");
	use_program("./none");
	ok(check("s-ed25519", "ed25519") == -1 &&
	    err.status == EX_UNAVAILABLE && strstr(err.msg, "none") != NULL,
	    "so does one that is not there");
	ok(check("plain", "ed25519") == 0,
	    "which is not needed for what is not signed");
}

static void
test_revoked(void)
{
	must_run(NULL, NULL, "git config gpg.ssh.revocationFile %s/revoked",
	    scratch());
	use_program("ssh-keygen");
	ok(check("s-ed25519", "ed25519") == -1 && err.status == EX_CONFIG,
	    "a revocation file that is not there leaves it open");
	must_run(NULL, NULL, "ssh-keygen -q -k -f revoked ed25519.pub");
	ok(check("s-ed25519", "ed25519") == 0 && check("s-rsa", "rsa") == 1,
	    "gpg.ssh.revocationFile holds");
}

static void
test_bounds(void)
{
	struct buf big = BUF_INIT, sig = BUF_INIT, payload = BUF_INIT;
	struct sshsig_want want = { &big, ALICE, when_us };
	struct oid id = id_of("s-rsa"), none = { { 1 } };

	buf_adds(&big, "# ");
	buf_grow(&big, SSHSIG_SIGNERS_MAX);
	memset(big.ptr + big.len, 'x', SSHSIG_SIGNERS_MAX);
	buf_truncate(&big, big.len + SSHSIG_SIGNERS_MAX);
	ok(sshsig_check(&sigs, &id, &want, &answer, &err) == 0 &&
	    strstr(answer.reason, "more than") != NULL,
	    "a list of signers that is too large is not read");
	ok(sshsig_check(&sigs, &none, &want, &answer, &err) == -1 &&
	    err.status == EX_NOINPUT, "a commit that is not there is told");
	buf_clear(&big);
	buf_adds(&big, "gpgsig a\n b\n \ntree x\nfoo gpgsig\n y\n\ngpgsig z\n");
	ok(sshsig_split(&big, &payload, &sig, &err) == 1,
	    "a signature is found wherever it stands in the header");
	is_str(buf_str(&sig), "a\nb\n\n", "its lines are joined");
	is_str(buf_str(&payload), "tree x\nfoo gpgsig\n y\n\ngpgsig z\n",
	    "all the rest is what was signed, the message as it is");
	buf_release(&big);
	buf_release(&sig);
	buf_release(&payload);
}

int
main(void)
{
	scratch();
	put_repo();
	put_file("make", make_all);
	put_file("verify", "git -c gpg.ssh.allowedSignersFile=\"$PWD/$1\" "
	    "verify-commit \"$2\" 2>/dev/null\n");
	must_run(NULL, NULL, "sh make");
	if (clock_parse_moment("2025-10-18T09:00:00Z", &when_us) != 0 ||
	    repo_open(&repo, scratch(), &err) != 0)
		bail("%s", err.msg);
	sigs = (struct sshsig)SSHSIG_INIT(repo);
	test_good();
	test_refused();
	test_strange();
	test_time();
	test_git();
	test_program();
	test_revoked();
	test_bounds();
	sshsig_release(&sigs);
	repo_close(repo);
	return tap_done();
}
