/* SPDX-License-Identifier: MIT */
/*
 * The statuses of a task: which change into which, what each change requires,
 * does and logs.  It is one table (state.c), as that of the moves is.
 *
 * A program fills a `struct state`, has it judged, and where it is allowed has
 * it written into the task in memory.  Some changes bring the task to another
 * stage; moving the package there is the caller's.
 */
#ifndef RULE_STATE_H
#define RULE_STATE_H

#include "base/buf.h"
#include "board/stage.h"

struct actor;
struct err;
struct store;
struct strvec;
struct task;

enum { STATE_BY_MAX = 1024 };

/* What the person says along with it; NULL where it was not said. */
struct state_wants {
	const char	*by;		/* "task:TASK-0010", "external:…" */
	const char	*until;		/* "2025-11-01" */
	const char	*reason;
	long		 completed;	/* percent; -1: not said */
	const struct strvec *into;	/* for a split: "TASK-0043", … */
};

struct state_change;

struct state {
	/* set by the caller */
	struct store	*store;
	struct task	*task;
	const struct actor *actor;
	const struct state_wants *wants;
	int64_t		 now_us;
	int		 to;		/* enum status */
	const char	*event;		/* instead of the table's, or NULL */
	const char	*blocker;	/* for such an event: "TASK-0010" */
	/* found by state_judge() */
	int		 from;
	const struct state_change *way;
	enum stage	 stage;		/* where the task has to lie then */
};

/*
 * 0: allowed.  EX_NO: it is not, and why; EX_USAGE: something is missing that
 * the person has to say.
 */
int	 state_judge(struct state *s, struct err *e);
/*
 * The consequence in memory: the event in the ledger, the keys of the card.
 */
int	 state_write(struct state *s, struct err *e);

/*
 * What somebody gives as what blocks the task, as it stands in the card: a
 * reference to a task becomes "task:TASK-0010".  EX_USAGE: it is none of the
 * forms.
 */
int	 state_parse_by(const char *text, struct buf *out, struct err *e);
/*
 * 0 where whoever was blocked by that may go on.  EX_NO: it is a task that is
 * not done.
 */
int	 state_check_over(struct store *s, const char *by, struct err *e);

#endif
