/* SPDX-License-Identifier: MIT */
/*
 * Who does it: -u, TASK_USER, TASK_AGENT, git's task.user, user.email.
 */
#ifndef CHANGE_ACTOR_H
#define CHANGE_ACTOR_H

struct actor;
struct err;
struct repo;
struct store;

/*
 * `user` is what -u said, or NULL.  EX_CONFIG where nothing says who we are.
 * A process with TASK_AGENT acts as that worker unless a user is named.
 */
int	 actor_find(struct actor *a, struct repo *r, const struct store *s,
	    const char *user, struct err *e);
void	 actor_release(struct actor *a);

#endif
