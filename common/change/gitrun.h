/* SPDX-License-Identifier: MIT */
/*
 * Git's own program at work, where it has to be: on an index that is not ours
 * to splice, and with other repositories (remote.h).
 */
#ifndef CHANGE_GITRUN_H
#define CHANGE_GITRUN_H

#include "change/gitindex.h"

struct strvec;

/*
 * Adds what git's program gets as its environment: ours, but without what our
 * caller's git said of its own repository, and with this one (`workdir` may be
 * NULL).
 */
void	 gitrun_environment(const char *gitdir, const char *workdir,
	    struct strvec *env);
/*
 * Makes the edits in the index file `index` of the repository; git locks it by
 * the name of that file.  With `guarded` as splice_make() has it.  0: done;
 * greater: git's program could not; -1: it cannot be run.  What it says on
 * standard error is lost.  An entry that is only announced (git add -N) is
 * empty after its folder moved.
 */
int	 gitrun_edit(const struct gitindex *ix, const char *index,
	    const struct index_edits *edits, bool guarded, struct err *e);
/*
 * Makes the index file from a tree, "HEAD" or "--empty".  Results as
 * gitrun_edit().
 */
int	 gitrun_read_tree(const struct gitindex *ix, const char *index,
	    const char *tree, struct err *e);

#endif
