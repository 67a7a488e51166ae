/* SPDX-License-Identifier: MIT */
/*
 * Sign-offs: a human's word at a gate, bound to what was signed.
 */
#ifndef RULE_SIGNOFF_H
#define RULE_SIGNOFF_H

#include "board/stage.h"
#include "format/oid.h"

struct actor;
struct err;
struct event;
struct ledger;
struct store;
struct task;

enum signoff_state {
	SIGNOFF_NONE,		/* nobody signed since the stage was entered */
	SIGNOFF_REVOKED,
	SIGNOFF_EARLY,		/* dated before the stage was entered */
	SIGNOFF_UNENTITLED,	/* by one who may not sign this gate */
	SIGNOFF_OTHER_CONTENT,	/* body or context changed since */
	SIGNOFF_VALID
};

struct signoff {
	/* asked for */
	enum stage	 gate;
	size_t		 entered;	/* only events after this one count;
					   SIZE_MAX: all do */
	/* found */
	enum signoff_state state;
	const struct event *event;	/* the one that was judged, or NULL */
	struct oid	 content;	/* what it was for */
};

/*
 * When a sign-off that is given now is dated: not before the task came to its
 * stage (by the event `entered`), by a clock that may be ahead of ours.
 */
int64_t	 signoff_time(const struct ledger *l, size_t entered,
	    int64_t now_us);
/* The best sign-off for the gate; imported ones do not count. */
int	 signoff_find(struct signoff *so, struct store *s,
	    const struct task *t, struct err *e);
/*
 * 0 where the actor is no worker; EX_NO with the reason why it cannot do
 * `what` ("sign off") where it is.
 */
int	 signoff_is_person(const struct store *s, const struct actor *a,
	    const char *what, struct err *e);
/*
 * 0 where the actor may sign the gate (a stage's name, or "policy"); EX_NO
 * with the reason where not.
 */
int	 signoff_may(struct store *s, const struct actor *a,
	    const char *gate, struct err *e);

#endif
