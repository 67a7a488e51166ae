/* SPDX-License-Identifier: MIT */
/*
 * The life cycle: which moves there are, what each requires, does and logs.
 *
 * It is one table (move.c), laid out as docs and tests have it.  A program
 * fills a `struct move`, has it judged, and where it is allowed has it
 * written into the task in memory; putting the task on disk is the
 * transaction's work.
 */
#ifndef RULE_MOVE_H
#define RULE_MOVE_H

#include "base/strvec.h"
#include "board/id.h"
#include "board/stage.h"

struct actor;
struct buf;
struct err;
struct event;
struct ledger;
struct store;
struct task;

/* What the person who moves asks for; NULL where it was not said. */
struct move_wants {
	bool		 sign;		/* sign off along with the move */
	const char	*of;		/* the commit that was looked at */
	const char	*reason;
	const char	*concurrent_ok;
	const char	*waive;
	const char	*skip_learning;
};

/* What the judgement found that the log has to say. */
enum move_fact {
	FACT_CONCURRENT = 1 << 0,	/* started before what it waits for */
	FACT_WAIVED = 1 << 1,		/* with criteria that are open */
	FACT_LEARNING = 1 << 2,		/* there is a learning file */
	FACT_SKIPPED = 1 << 3,		/* there is none, and a reason */
	FACT_WIP_NEAR = 1 << 4,		/* a limit is near or passed */
	FACT_WIP_FULL = 1 << 5,		/* a hard limit stops it */
	FACT_SIGNOFF_VOID = 1 << 6	/* signed, but for another content */
};

struct package;
struct transition;

struct move {
	/* set by the caller */
	struct store	*store;
	struct task	*task;
	const struct actor *actor;
	const struct move_wants *wants;
	enum stage	 from, to;
	const char	*key;		/* that sign-offs are signed by; NULL:
					   none */
	bool		 by_hand;	/* the folder lies in `to` already */
	long		 held;		/* tasks of `to` that lie elsewhere */
	int64_t		 now_us;
	/* found by move_judge() */
	char		 number[ID_SIZE];	/* "0042" */
	const struct transition *way;
	unsigned	 facts;
	struct strvec	 failed;	/* names of the checks that failed */
	struct strvec	 reasons;	/* a sentence for each */
	struct strvec	 warnings;
	struct strvec	 open;		/* criteria that are not ticked */
	size_t		 entered;	/* the event that entered `from` */
	long		 wip_count, wip_limit;	/* of `to`, after the move */
	const char	*wip_ns;	/* of that namespace alone; NULL: of
					   all */
	unsigned	 signing;	/* a bit for each gate to be signed */
	enum stage	 void_gate;	/* with FACT_SIGNOFF_VOID */
	struct package	*displaced;	/* has to make room, or NULL */
};

/* 0: allowed; 1: refused, and `reasons` says why; -1: it cannot be judged. */
int	 move_judge(struct move *m, struct err *e);
/*
 * The same of a move that was made already: `actor` is not asked, nor are gates
 * and how the graph hangs together; and without `board` nothing but the
 * package.  With it the store has to be the board after the move, and
 * `by_hand` set.
 */
int	 move_judge_made(struct move *m, bool board, struct err *e);
/*
 * The events that such a move always writes, by `i` from 0; NULL at their end,
 * and where there is no such move.
 */
const char *move_owes(enum stage from, enum stage to, size_t i);
/*
 * The judgement's consequence in memory: the events in the ledger, the stage
 * in the card.  The package keeps its place; moving it is the caller's.
 */
int	 move_write(struct move *m, struct err *e);
/* The same for a refusal: validation_failed.  False: it says so already. */
bool	 move_write_refusal(struct move *m);
void	 move_release(struct move *m);

/*
 * The stage that the ledger says the task is in, STAGE_NONE where no event
 * says anything; `*entered` is the index of the event that brought it there.
 */
int	 move_replay(const struct ledger *l, size_t *entered);
/* Both, read once. */
struct move_replayed {
	int		 stage;		/* enum stage, or STAGE_NONE */
	int		 status;	/* enum status, or STATUS_NONE */
	size_t		 entered;	/* as in move_replay() */
};

#define MOVE_REPLAYED_INIT	{ STAGE_NONE, STATUS_NONE, SIZE_MAX }

void	 move_replay_all(const struct ledger *l, struct move_replayed *out);
/* One event more, the ledger's `index`; from MOVE_REPLAYED_INIT on. */
void	 move_replay_next(struct move_replayed *r, const struct event *ev,
	    size_t index);
/* The status that the ledger says. */
int	 move_replay_status(const struct ledger *l);

/* The status that an event of that name brings, or STATUS_NONE. */
int	 move_event_status(const char *event);

/* True where a move leads the task from `from` into `to` forward. */
bool	 move_leads(const struct task *t, enum stage from, enum stage to);
/*
 * True where a sign-off for the gate counts for some move of the task from
 * where it is: one that enters the stage, or goes past it.
 */
bool	 move_passes(const struct task *t, enum stage gate);
/*
 * Where a task goes from where it is: the stage after it, but those that its
 * priority lets it go past.  A closed one stays.
 */
enum stage move_next(const struct task *t);
/*
 * The first step of a task on its way to that stage: the stage itself, but for
 * a P0 that gets there by going past another.
 */
enum stage move_towards(const struct task *t, enum stage to);
/* The task's priority is that of an emergency. */
bool	 move_is_p0(const struct task *t);

/*
 * Adds row `i` of the table as text: from, to, checks and events with tabs
 * between; an event that depends on something has a '?'.  For documents and
 * tests.  False beyond the last row.
 */
bool	 move_row(size_t i, struct buf *out);

#endif
