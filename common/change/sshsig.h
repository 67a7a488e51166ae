/* SPDX-License-Identifier: MIT */
/*
 * Whether a commit is signed by a certain person's SSH key: what
 * `ssh-keygen -Y verify -n git` says of the commit's bytes, the person's
 * address and a file of allowed signers (ALLOWED SIGNERS in ssh-keygen(1):
 * patterns, cert-authority, namespaces, valid-after, valid-before).
 *
 * Everything that is judged may come from a stranger.  ssh-keygen gets it
 * through memory, and no file is made.  A commit without an SSH signature
 * costs no process, any other one; what was judged once is remembered.
 * git's gpg.ssh.program and gpg.ssh.revocationFile hold here as well.
 */
#ifndef CHANGE_SSHSIG_H
#define CHANGE_SSHSIG_H

#include "base/map.h"
#include "format/oid.h"
#include "format/sshkey.h"

struct buf;
struct err;
struct repo;

enum {
	SSHSIG_SIGNERS_MAX = 1 << 20,	/* bytes of allowed_signers */
	SSHSIG_REASON_SIZE = 400
};

struct sshsig {
	struct repo	*repo;
	struct map	 judged;
};

/* SSHSIG_INIT(repo); sshsig_release() at the end. */
#define SSHSIG_INIT(r)	{ (r), MAP_INIT }

void	 sshsig_release(struct sshsig *s);

struct sshsig_want {
	const struct buf *signers;	/* the bytes of allowed_signers */
	const char	*principal;	/* the person's email */
	int64_t		 time_us;	/* when the key has to be valid */
};

struct sshsig_answer {
	char		 key[SSHKEY_SIZE]; /* that it is signed by; "" where
					      it is not signed */
	char		 reason[SSHSIG_REASON_SIZE]; /* why not, for a person;
					      one line */
};

/*
 * 1: the commit is signed by a key that the signers give to the principal,
 * for git, at that time.  0: it is not, and the reason is there.  -1: that
 * cannot be judged; EX_UNAVAILABLE: there is no ssh-keygen, or no usable one;
 * EX_TEMPFAIL: it takes too long; EX_NOINPUT: there is no such commit.
 */
int	 sshsig_check(struct sshsig *s, const struct oid *commit,
	    const struct sshsig_want *want, struct sshsig_answer *answer,
	    struct err *e);
/* The same for a commit's bytes, which need not be an object yet. */
int	 sshsig_check_text(struct sshsig *s, const struct buf *commit,
	    const struct sshsig_want *want, struct sshsig_answer *answer,
	    struct err *e);

/*
 * Divides a commit's bytes into what is signed and the signature.  1: done;
 * 0: it has no signature; -1: EX_DATAERR, it has what git would leave out of
 * what is signed.
 */
int	 sshsig_split(const struct buf *commit, struct buf *payload,
	    struct buf *signature, struct err *e);

#endif
