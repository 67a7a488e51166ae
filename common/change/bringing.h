/* SPDX-License-Identifier: MIT */
/*
 * What the parts of merge_apply() share: a board is being brought to another
 * tree.
 */
#ifndef CHANGE_BRINGING_H
#define CHANGE_BRINGING_H

#include "change/mergework.h"
#include "change/session.h"

struct bringing {
	struct merge_work w;		/* ours: HEAD's; theirs: that tree */
	struct session	*s;
	char		*prefix;	/* of .work in the worktree */
	struct strvec	 dirty;		/* what is in the way */
};

/* A path below .work, as the transaction has it.  Yours. */
char	*bringing_txn_path(const struct bringing *b, const char *path);
/* The package's folder.  Yours. */
char	*bringing_folder_of(const struct package *p);
/* EX_NO where something would be lost; it is named. */
int	 bringing_check(struct bringing *b, struct err *e);
/* The same of a folder that one is to move to. */
int	 bringing_check_free(struct bringing *b, const char *folder,
	    struct err *e);

#endif
