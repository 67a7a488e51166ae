/* SPDX-License-Identifier: MIT */
/*
 * The person who signs off in a transaction, where policy.yaml says
 * `signing: ssh`: the next commit is signed by their key, and nothing happens
 * where the server would refuse that signature.
 *
 *	signer_want	before events are written, for the key that they name
 *	signer_judge	of the commit, when it was made
 *
 * What counts is what HEAD has: people.yaml for the address, allowed_signers
 * for the key.
 */
#ifndef CHANGE_SIGNER_H
#define CHANGE_SIGNER_H

#include "base/buf.h"
#include "change/sshsign.h"

struct err;
struct plan;
struct repo;
struct txn;

struct signer {
	struct sshsign	 with;
	bool		 wanted;	/* for the next commit */
	char		*principal;	/* the person's email */
	struct buf	 signers;	/* HEAD's allowed_signers */
};

#define SIGNER_INIT	{ .with = SSHSIGN_INIT, .signers = BUF_INIT }

/*
 * The next commit carries a sign-off by that person.  EX_NO: there will be no
 * commit, or they have no address in people.yaml; or there is no
 * allowed_signers.  Else as sshsign_find().
 */
int	 signer_want(struct txn *t, const char *user, struct err *e);
/* EX_NO: allowed_signers does not give that key to the person. */
int	 signer_judge(struct signer *s, struct repo *r, const struct plan *p,
	    struct err *e);
void	 signer_release(struct signer *s);

#endif
