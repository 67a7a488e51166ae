/* SPDX-License-Identifier: MIT */
/*
 * Signing commits with a person's SSH key, as `git commit -S` does with
 * gpg.format=ssh: by git's user.signingKey (a file, "key::…" or "ssh-…"), or
 * what gpg.ssh.defaultKeyCommand prints, and by gpg.ssh.program.
 *
 * Where a passphrase is asked for, or a key wants to be touched, it takes as
 * long as the person takes.  What the program is handed lies meanwhile in a
 * folder of ours, <common directory>/task/signing.<pid>; the caller holds the
 * lock, and what one that was killed left there is taken away by the next.
 */
#ifndef CHANGE_SSHSIGN_H
#define CHANGE_SSHSIGN_H

#include "format/sshkey.h"

struct buf;
struct err;
struct repo;

struct sshsign {
	char	*program;
	char	*path;			/* of the key; NULL: it is `literal` */
	char	*literal;		/* a public key, whose private half is
					   an agent's */
	char	 fingerprint[SSHKEY_SIZE];
};

#define SSHSIGN_INIT	{ NULL, NULL, NULL, "" }

/*
 * The key that git's configuration names; once it was found nothing is done.
 * EX_CONFIG: none is named, or it is no key.  EX_UNAVAILABLE: there is no
 * ssh-keygen to ask.
 */
int	 sshsign_find(struct sshsign *s, struct repo *r, struct err *e);
/*
 * Puts a signature into a commit's bytes.  EX_UNAVAILABLE: the program is
 * missing, or did not sign, with what it said.  EX_TEMPFAIL: it was
 * interrupted, or takes too long with nobody there to ask.  EX_CONFIG: it
 * signed with another key.
 */
int	 sshsign_commit(const struct sshsign *s, struct repo *r,
	    struct buf *commit, struct err *e);
void	 sshsign_release(struct sshsign *s);

#endif
