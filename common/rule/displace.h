/* SPDX-License-Identifier: MIT */
/*
 * Who makes room for an emergency: a P0 enters a stage that is full, and the
 * least urgent task there is paused.
 */
#ifndef RULE_DISPLACE_H
#define RULE_DISPLACE_H

struct err;
struct move;
struct package;
struct store;
struct strvec;
struct task;

/*
 * The task of the stage `to` that makes room: active, not P0, of the lowest
 * priority, among equals the one started last; of that DRI and of that
 * namespace, where they are not NULL.  NULL: there is none, or pausing it would
 * make no room.  A card that cannot be read is passed over.
 */
int	 displace_find(struct move *m, const char *dri, const char *ns,
	    struct package **out, struct err *e);
/*
 * The references of tasks that a P0 displaced and that are paused because of
 * it still.
 */
void	 displace_left(struct store *s, const struct task *p0,
	    struct strvec *out);

#endif
