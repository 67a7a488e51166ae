/* SPDX-License-Identifier: MIT */
/*
 * A task package: a folder in a stage, and the names of the files in it.
 *
 * The names of the files follow from the folder's name, so that no folder has
 * to be read to find them.  Paths are relative to .work/tasks.
 */
#ifndef BOARD_PACKAGE_H
#define BOARD_PACKAGE_H

#include "base/buf.h"
#include "board/id.h"
#include "board/stage.h"

enum package_file {
	PACKAGE_CARD, PACKAGE_CONTEXT, PACKAGE_LEDGER, PACKAGE_LEARNING
};

enum { PACKAGE_FILES = PACKAGE_LEARNING + 1, CONTEXT_MAX = 16 << 20 };

struct package {
	struct id	 id;
	enum stage	 stage;
	char		*folder;	/* "TASK-0042-user-login" */
	char		*shard;		/* "4000-4999", or NULL */
};

/* NULL where the folder's name is no package's.  The caller frees it. */
struct package *package_new(enum stage stage, const char *shard,
	    const char *folder);
void	 package_free(struct package *p);
/*
 * Adds the name of the folder of a task of that id and name:
 * "TASK-0042-user-login".
 */
void	 package_name(const struct id *id, const char *name,
	    struct buf *out);
/* Within the folder's name; borrowed. */
const char *package_slug(const struct package *p);
/* Adds "next/TASK-0042-user-login". */
void	 package_path(const struct package *p, struct buf *out);
/* Adds the path of one of its files. */
void	 package_file(const struct package *p, enum package_file file,
	    struct buf *out);
/*
 * True for the name of a file that the toolkit knows in the package: the four
 * above, and earlier versions of card and context.
 */
bool	 package_owns(const struct package *p, const char *name);

#endif
