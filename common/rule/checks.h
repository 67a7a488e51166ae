/* SPDX-License-Identifier: MIT */
/*
 * The parts of the checks, for check.c and its siblings only: each judges one
 * thing about a move, and adds to it what fails.
 */
#ifndef RULE_CHECKS_H
#define RULE_CHECKS_H

#include "rule/check.h"

struct err;
struct move;

/* Adds a failure: the check's name, and a sentence. */
void	 check_refuse(struct move *m, enum check c, const char *fmt, ...)
	    PRINTF_LIKE(3, 4);

int	 check_dependencies(struct move *m, struct err *e);
int	 check_cycle(struct move *m, struct err *e);
int	 check_done_before(struct move *m, struct err *e);
int	 check_held(struct move *m, struct err *e);
int	 check_wip(struct move *m, struct err *e);
int	 check_gate(struct move *m, struct err *e);

#endif
