/* SPDX-License-Identifier: MIT */
/*
 * A file of a task in the person's editor.
 *
 * The person edits a copy; nobody waits for a person at an editor, so no lock
 * is held meanwhile.  What was written is then checked, and goes on record as
 * any edit by hand (adopt.h), in a commit of its own.  What cannot be saved
 * is kept in the copy, whose place is said.
 */
#ifndef CHANGE_EDIT_H
#define CHANGE_EDIT_H

#include "board/package.h"

struct buf;
struct err;
struct session;
struct task;

struct edit {
	const char	*ref;		/* as a person typed it */
	enum package_file part;		/* not the ledger */
	const char	*reason;	/* why, for the ledger; NULL: none */
	/* What a file that is not there yet begins with; NULL: nothing. */
	int		(*make)(struct session *s, const struct task *t,
			    struct buf *out, struct err *e);
};

/*
 * 0: it is saved; 1: the text was left as it was, which is said.  EX_DATAERR,
 * EX_NO: it may not be saved like that, and there is no terminal, or the
 * person at it gave up.  EX_TEMPFAIL: the same lines were changed meanwhile.
 * EX_IOERR: the editor failed.
 */
int	 edit_part(const struct edit *what, struct err *e);

#endif
