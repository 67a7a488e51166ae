/* SPDX-License-Identifier: MIT */
/*
 * What the parts of task-hook share.
 */
#ifndef TOOLS_HOOK_H
#define TOOLS_HOOK_H

#include "board/hooks.h"
#include "board/store.h"
#include "change/hooktrust.h"

struct err;
struct repo;

/* A board, and its hooks. */
struct board {
	struct store	 store;
	struct repo	*repo;
	struct hook_place place;
	struct hooks	 hooks;
	bool		 present;	/* there is one */
	struct oid	 id;
	bool		 trusted;
};

/*
 * Runs the hooks of the point on each task, and prints what they propose.
 * Nothing is kept.
 */
int	 hook_try(struct board *b, enum hook_point point,
	    const struct strvec *refs, struct err *e);

/* True for what hook_git() does. */
bool	 hook_is_action(const char *word);
/* The action that somebody may have meant, or NULL. */
const char *hook_near_action(const char *word);
/*
 * Installs git's hooks, says whether they are in force, or takes them away;
 * argv[0] says which.  Needs no board.
 */
int	 hook_git(int argc, char **argv, bool server, struct err *e);

#endif
