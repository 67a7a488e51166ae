/* SPDX-License-Identifier: MIT */
/*
 * What the files of githook.h share: which hooks there are, and where.
 */
#ifndef CHANGE_GITHOOKS_H
#define CHANGE_GITHOOKS_H

#include "change/githook.h"
#include "change/hookfile.h"
#include "sys/file.h"

#define GITHOOK_BESIDE	"hooks"
#define ASIDE		".task-before"	/* as we set a former hook aside */
#define LEGACY		".legacy"	/* as pre-commit does, and runs it */
#define OLD		".old"		/* as lefthook does, and does not */

enum githook_for { FOR_WORK, FOR_SERVER, FOR_NONE, FOR_NONE_IF_THERE };

/* Every hook of git, ended by a NULL name. */
struct githook {
	const char	*name;
	enum githook_for whom;
	const char	*program;	/* NULL: not ours */
};

extern const struct githook githook_all[];

struct githook_driver {
	const char	*key;		/* "merge.task-card" */
	const char	*kind;		/* of task-fsck --merge-file */
	const char	*name;
};

extern const struct githook_driver githook_drivers[];

/* A file of the common directory, or its absence. */
struct githook_file {
	char		*path;
	struct file	 file;
	enum hookfile_kind kind;
	bool		 there;
	bool		 plain;		/* else a link or a folder, say */
};

#define GITHOOK_FILE_INIT { NULL, FILE_INIT, HOOKFILE_FOREIGN, false, false }

/*
 * The values of a setting, each ended by a NUL, the one that counts last: as
 * git's own program has them, of every file, scope and include.  (libgit2
 * knows neither config.worktree nor each form of includeIf.)
 */
int	 githook_settings(const struct githooks *g, const char *key,
	    struct buf *out, struct err *e);
/* Takes the path over, which is relative to the common directory. */
int	 githook_read(const struct githooks *g, struct githook_file *f,
	    char *path, struct err *e);
void	 githook_release(struct githook_file *f);
/* What lies in hooks/ under the names that belong to one hook. */
struct githook_beside {
	struct githook_file now, aside, legacy, old;
};

#define GITHOOK_BESIDE_INIT { GITHOOK_FILE_INIT, GITHOOK_FILE_INIT,	\
	GITHOOK_FILE_INIT, GITHOOK_FILE_INIT }

int	 githook_beside_read(const struct githooks *g,
	    struct githook_beside *b, const char *name, struct err *e);
void	 githook_beside_release(struct githook_beside *b);
/* True where pre-commit has set ours aside, and runs it. */
bool	 githook_is_precommits(const struct githook_beside *b);
/* The command of a merge driver. */
void	 githook_driver_command(const struct githooks *g,
	    const struct githook_driver *d, struct buf *out);
/* Where git would look for hooks without us.  Yours. */
char	*githook_former_folder(const struct githooks *g);
/* True where that folder has the hook. */
bool	 githook_has_former(const struct githooks *g, const char *name);
/* True where the hooks are, or would be, in a folder of ours. */
bool	 githook_is_chained(const struct githooks *g);

#endif
