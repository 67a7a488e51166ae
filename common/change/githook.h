/* SPDX-License-Identifier: MIT */
/*
 * The hooks of git that keep a board sound, and the merge drivers of its
 * files: put into a repository beside whatever is there, and taken away again.
 *
 * A hook of ours runs the hook that was there before with the same arguments,
 * input and environment, and then our program.  Where it lies:
 *
 * beside	in <common>/hooks, where core.hooksPath is not set; the hook
 *		that is there becomes NAME.task-before.  Programs that install
 *		hooks (pre-commit, git-lfs, lefthook) find the folder and the
 *		settings that they know.
 * chained	where core.hooksPath is set, or <common>/hooks is a link: the
 *		folder may be tracked, made again by each `npm install`, or
 *		that of all repositories.  It is not touched: core.hooksPath
 *		names a folder of ours, <common>/task/hooks, which passes each
 *		hook on to the folder that the setting would name without us,
 *		as it is then; so the former hook keeps its path, which is what
 *		$0 tells it.
 *
 * Settings stand in a file of ours, which <common>/config includes at its end
 * (change/gitconfig.h says why).
 *
 * Each step leaves hooks that work: a new file is there before the setting that
 * makes it count, a former hook has its second name before it gives up the
 * first.  So whatever dies in the middle is put right by doing it again, or
 * undone by undoing it.  What was changed since, ours or theirs, is kept, and
 * is named in `kept`.
 */
#ifndef CHANGE_GITHOOK_H
#define CHANGE_GITHOOK_H

#include "base/strvec.h"
#include "sys/lock.h"

struct err;
struct repo;

#define GITHOOK_FOLDER	"task/hooks"

struct githooks {
	struct repo	*repo;
	char		*common;	/* absolute, without a slash at its
					   end */
	char		*folder;	/* ours, absolute */
	char		*bin;		/* where our programs are */
	int		 fd;		/* of the common directory */
	struct lock	 lock;
	struct strvec	 paths;		/* core.hooksPath, each value but ours,
					   the one that counts last */
	bool		 set;		/* it has a value, ours or another */
	bool		 chained;	/* it is ours */
	bool		 dry_run;
	struct strvec	 steps;		/* what was done, or would be */
	struct strvec	 kept;		/* what was not, and why */
};

#define GITHOOKS_INIT	{ .fd = -1, .lock = LOCK_INIT }

/*
 * The repository that `dir` lies in, bare or not.  With `writes` the lock is
 * taken, unless it is a dry run.
 */
int	 githooks_open(struct githooks *g, const char *dir, bool writes,
	    struct err *e);
void	 githooks_close(struct githooks *g);

/*
 * Installs the hooks of somebody who works, or with `server` that of a
 * repository that is pushed to.  EX_CONFIG: a bare repository has only that.
 */
int	 githooks_install(struct githooks *g, bool server, struct err *e);
int	 githooks_uninstall(struct githooks *g, struct err *e);

/*
 * Says what was done (with -v), or would be; and what was kept, with which the
 * process will end with EX_NO.
 */
void	 githooks_tell(const struct githooks *g);

enum githook_state {
	GITHOOK_ABSENT,
	GITHOOK_INSTALLED,
	GITHOOK_SHADOWED,	/* it is there, and git does not run it */
	GITHOOK_CHANGED,
	GITHOOK_NO_PROGRAM
};

/* "absent", "installed", …, ended by NULL. */
extern const char *const githook_states[];

struct githook_row {
	const char	*name;		/* "pre-commit", "merge.task-card" */
	enum githook_state state;
	const char	*path;		/* relative to the common directory */
	const char	*note;		/* what is wrong, and what to do; "" */
};

/* Calls `fn` for each that there should be, or is. */
int	 githooks_look(struct githooks *g,
	    void (*fn)(const struct githook_row *row, void *ctx), void *ctx,
	    struct err *e);

#endif
