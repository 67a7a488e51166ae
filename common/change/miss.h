/* SPDX-License-Identifier: MIT */
/*
 * Tasks that are in their stage for too long, put on record: one slo_missed for
 * each stay in a stage.
 */
#ifndef CHANGE_MISS_H
#define CHANGE_MISS_H

struct err;
struct session;
struct store;
struct strvec;

/* Adds the open tasks of which it is to be said; no lock is needed. */
int	 miss_find(struct store *s, struct strvec *refs, struct err *e);
/*
 * Says it of each of those tasks where it is still so, and stages them; adds
 * them to `done`, and what went wrong with the others to `failed`.
 */
void	 miss_log(struct session *s, const struct strvec *refs,
	    struct strvec *done, struct strvec *failed);
/* One commit for them; nothing where there are none. */
int	 miss_commit(struct session *s, const struct strvec *done,
	    struct err *e);

#endif
