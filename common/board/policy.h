/* SPDX-License-Identifier: MIT */
/*
 * policy.yaml: limits, targets and gates; task-policy(5).
 *
 * A missing file, or a missing key, means the values that policy_init() sets.
 */
#ifndef BOARD_POLICY_H
#define BOARD_POLICY_H

#include "base/strvec.h"
#include "board/stage.h"

struct err;
struct yaml_node;

enum { POLICY_MAX = 256 << 10, POLICY_EFFORTS = 5 };

struct policy_wip {
	long	limit;		/* -1: none */
	bool	per_dri;	/* else for the whole system */
	bool	hard;		/* stops a move; else warns */
};

struct policy_slo {
	int64_t	target_us;	/* 0: none */
	int64_t	violation_us;
	int64_t	effort_us[POLICY_EFFORTS];	/* XS S M L XL; 0: none */
	long	violation_factor;
};

struct policy {
	struct policy_wip wip[STAGE_COUNT];
	struct policy_slo slo[STAGE_COUNT];
	bool	gate[STAGE_COUNT];	/* entering it needs a sign-off */
	bool	signing_ssh;
	bool	root_open_only;		/* in the root index */
	long	archive_shard;		/* numbers a sub-folder; 0: none */
	struct strvec warnings;		/* unknown keys, "LINE:COL: …" */
};

void	 policy_init(struct policy *p);
/*
 * Sets what the text says.  EX_CONFIG with "LINE:COL: what is wrong".
 */
int	 policy_parse(struct policy *p, const char *text, size_t len,
	    struct err *e);
void	 policy_release(struct policy *p);
/*
 * Sets of the limits, one for each stage, what a mapping says that is as the
 * one below wip:; unknown keys are added to `warnings`.
 */
int	 policy_parse_wip(struct policy_wip *wip, const struct yaml_node *map,
	    struct strvec *warnings, struct err *e);

struct policy_span {
	int64_t	target_us, violation_us;	/* 0: none */
};

/*
 * How long a task of that effort (as in a card; NULL: none) should be in the
 * stage, and from when on it is too long.
 */
struct policy_span policy_span(const struct policy *p, enum stage stage,
	    const char *effort);

#endif
