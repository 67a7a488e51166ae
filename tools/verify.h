/* SPDX-License-Identifier: MIT */
/*
 * task-verify: which commits a caller wants to be judged.
 */
#ifndef TOOLS_VERIFY_H
#define TOOLS_VERIFY_H

#include "change/judge.h"

struct err;

/* The commits of "A..B", "REV" or "REV^!"; all of HEAD's where NULL. */
int	 verify_range(struct judge *j, const char *text, struct err *e);
/* The board as a commit has it, however it came to that. */
int	 verify_tree(struct judge *j, const char *name, struct err *e);
/* What `git commit` would commit now, in git's index. */
int	 verify_staged(struct judge *j, struct err *e);
/* What a push would change, as git tells hooks on standard input. */
int	 verify_push(struct judge *j, struct err *e);
int	 verify_receive(struct judge *j, struct err *e);

#endif
