/* SPDX-License-Identifier: MIT */
/*
 * How long a task has been where it is, against policy.yaml's slo.
 *
 * The time counts from the event that brought the task into its stage; while
 * it is paused it stands still, while it is blocked it goes on.  What is
 * closed is measured no more.
 */
#ifndef RULE_SLO_H
#define RULE_SLO_H

#include "board/policy.h"

struct buf;
struct task;

/* So long after a P0 was closed it wants its p0_retrospective. */
#define SLO_RETROSPECTIVE_HOURS	72

struct slo {
	struct policy_span span;
	int64_t		 spent_us;	/* in the stage, pauses left out */
	bool		 late;		/* over target */
	bool		 missed;	/* over violation, too */
	bool		 said;		/* by slo_missed, since it came there */
	int64_t		 closed_us;	/* of a P0 without p0_retrospective for
					   too long; 0: not so */
};

/* Needs card and ledger. */
void	 slo_judge(struct slo *s, const struct policy *p,
	    const struct task *t, int64_t now_us);
/* Adds a span as policy.yaml has it: "7d", "36h", "90m", "5s". */
void	 slo_show_span(struct buf *out, int64_t us);
/* Adds "in current for 11d, target 5d, too late after 10d". */
void	 slo_show(struct buf *out, const struct slo *s, const char *stage);

#endif
