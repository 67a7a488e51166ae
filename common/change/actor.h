/* SPDX-License-Identifier: MIT */
/*
 * Who does it: -u, TASK_USER, git's task.user, user.email; and whether it is a
 * worker's process: TASK_AGENT.
 */
#ifndef CHANGE_ACTOR_H
#define CHANGE_ACTOR_H

struct actor;
struct err;
struct repo;
struct store;

/*
 * `user` is what -u said, or NULL.  EX_CONFIG where nothing says who we are, or
 * what does is no user (EX_USAGE: `user` is none).
 * A process with TASK_AGENT acts for that user, and is marked.
 */
int	 actor_find(struct actor *a, struct repo *r, const struct store *s,
	    const char *user, struct err *e);
void	 actor_release(struct actor *a);

#endif
