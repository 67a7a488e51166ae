/* SPDX-License-Identifier: MIT */
/*
 * Another repository, spoken to by git's own program: nowhere else is a
 * network involved.
 *
 *	remote_find
 *	remote_fetch, remote_push, … as often as it takes
 *	remote_release
 *
 * No lock is held meanwhile: others go on working.  What git says goes to
 * standard error where that is a terminal; else it is kept, and told where
 * something failed.
 */
#ifndef CHANGE_REMOTE_H
#define CHANGE_REMOTE_H

#include "base/buf.h"
#include "base/strvec.h"
#include "format/oid.h"

struct err;
struct ref_head;
struct repo;

struct remote {
	struct repo	*repo;		/* borrowed */
	char		*name;		/* "origin" */
	char		*branch;	/* ours: "refs/heads/main" */
	char		*theirs;	/* what it is called there */
	bool		 tracked;	/* it is the branch's upstream */
	bool		 follows;	/* the branch has some upstream */
	struct strvec	 env;
	struct buf	 said;		/* what git said last, if kept */
};

#define REMOTE_INIT	{ .env = STRVEC_INIT, .said = BUF_INIT }

/*
 * The remote of that name; with NULL that of the branch's upstream, else the
 * only one there is, else "origin".  EX_UNAVAILABLE: there is none.  EX_NO: no
 * branch is checked out.
 */
int	 remote_find(struct remote *out, struct repo *r,
	    const struct ref_head *head, const char *name, struct err *e);
void	 remote_release(struct remote *r);

/*
 * Brings the branch's commits here.  1: `*tip` is where it is there; 0: there
 * is no such branch there; -1, EX_UNAVAILABLE: the remote cannot be reached.
 * With `quietly` no reference of this repository moves.
 */
int	 remote_fetch(struct remote *r, bool quietly, struct oid *tip,
	    struct err *e);

enum push_result {
	PUSH_DONE,
	PUSH_BEHIND,		/* somebody was faster */
	PUSH_REFUSED		/* by the server, or by a hook of this side */
};

/* One reference to be made or moved there, and what became of it. */
struct push {
	const char	*ref;		/* "refs/heads/main" */
	struct oid	 to;
	bool		 fresh;		/* only where there is none yet */
	enum push_result result;
	struct buf	 why;		/* where it was refused */
};

/*
 * Pushes each on its own.  EX_UNAVAILABLE: the remote cannot be reached, and
 * nothing is known of them.
 */
int	 remote_push(struct remote *r, struct push *v, size_t n,
	    struct err *e);
/* Adds the names of the references there that begin so. */
int	 remote_list(struct remote *r, const char *prefix,
	    struct strvec *out, struct err *e);
/* The branch gets the remote's as its upstream. */
int	 remote_track(struct remote *r, struct err *e);

#endif
