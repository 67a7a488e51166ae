/* SPDX-License-Identifier: MIT */
/*
 * The few lines of ours in a repository's configuration file: they include a
 * file of our own, and go again without a trace.
 *
 *	# task-hook: begin
 *	[includeIf "gitdir:/home/you/shop/.git"]
 *		path = task/hooks.config
 *	[includeIf "gitdir:/home/you/shop/.git/worktrees/"]
 *		path = task/hooks.config
 *	# task-hook: end
 *
 * They stand at the end of the file, so that what they include counts, and
 * what somebody sets above (by `git config`, which writes into the sections
 * that are there) stays what we run first.  They hold only where the
 * repository lies now: in one that was moved or copied core.hooksPath does not
 * name a folder that is not there, or another repository's, but is what it was
 * without us.  Nor are they a plain [include], which `git config include.path`
 * would overwrite.
 */
#ifndef CHANGE_GITCONFIG_H
#define CHANGE_GITCONFIG_H

#include "base/buf.h"

struct err;

#define GITCONFIG_INCLUDED	"task/hooks.config"

enum gitconfig_state {
	GITCONFIG_NONE,
	GITCONFIG_OURS,
	GITCONFIG_OTHER,	/* for another place: it was moved */
	GITCONFIG_CHANGED	/* somebody changed our lines */
};

/*
 * An enum gitconfig_state of <common>/config, or -1.  `common` is absolute,
 * without links, has no line end, and ends without a slash.
 */
int	 gitconfig_look(const char *common, struct err *e);
/*
 * Puts the lines in, or takes them out, in one step: as git does it, by way of
 * config.lock.  The caller holds the repository's lock.  EX_TEMPFAIL: git is
 * writing there.  EX_DATAERR: the lines were changed; nothing is.
 */
int	 gitconfig_add(const char *common, struct err *e);
int	 gitconfig_remove(const char *common, struct err *e);

/* Adds the text as a value: between quotes. */
void	 gitconfig_quote(struct buf *out, const char *text);

#endif
