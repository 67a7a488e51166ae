/* SPDX-License-Identifier: MIT */
/*
 * A task on its way along the stages: a move that is judged, written, staged,
 * with whoever has to make room for it.
 *
 *	advance_judge	may it? (rule/move.h)
 *	advance_write	in memory, where it may
 *	advance_stage	once nothing can be refused any more
 *	advance_release
 *
 * or advance_walk() for all of that.
 */
#ifndef CHANGE_ADVANCE_H
#define CHANGE_ADVANCE_H

#include "base/strvec.h"
#include "board/task.h"
#include "rule/move.h"
#include "rule/state.h"

struct err;
struct refusal;
struct session;

/* Where tasks are to go, and how. */
struct walk {
	struct session	*s;
	const struct move_wants *wants;
	int		 to;		/* STAGE_NONE: one step, to wherever
					   a task goes next */
	/* What is done to a task, in memory, before it is judged, its context
	   included; NULL: nothing. */
	int		(*prepare)(struct session *s, struct task *t,
			    void *ctx, struct err *e);
	void		*ctx;
	struct strvec	 paused;	/* references of those that made room */
	struct refusal	*refused;	/* what was judged, of each */
	size_t		 nrefused, refused_cap;
};

/* One step of one task. */
struct advance {
	struct session	*s;
	struct move	 move;		/* judged */
	struct task	 paused;	/* to make room; pkg NULL: none is */
	struct state	 pause;
	struct state_wants why;
	char		*reason;
	char		 ref[ID_SIZE];	/* of the task that moves */
};

/* A step of the task on its way; the answer is that of move_judge(). */
int	 advance_judge(struct advance *a, const struct walk *w,
	    struct task *t, struct err *e);
/*
 * The move's consequences in memory.  EX_NO: the one that would have to make
 * room cannot.
 */
int	 advance_write(struct advance *a, struct err *e);
/* Saves and moves both. */
int	 advance_stage(struct advance *a, struct err *e);
/* The one that made room only. */
int	 advance_stage_paused(struct advance *a, struct err *e);
void	 advance_release(struct advance *a);

/* Says what stops it; where a sign-off is void, what changed since. */
void	 advance_say_refused(struct advance *a);
/*
 * A P0 that is closed, canceled or split leaves nothing behind unsaid: whoever
 * is paused for it yet.
 */
void	 advance_tell_closed(struct session *s, const struct task *t);

/*
 * Takes the task as far as it may go, and stages it.  0: it is there; 1:
 * something refused a step, which was said; -1: an error.
 */
int	 advance_walk(struct walk *w, struct task *t, struct err *e);
/*
 * Puts the refusals on record as they were judged, each in a commit of its own,
 * unless the task's last event says the same, or its files cannot be trusted to
 * hold it.  Once what else there is was committed, or discarded.
 */
int	 advance_record_refused(struct walk *w, struct err *e);
void	 walk_release(struct walk *w);

#endif
