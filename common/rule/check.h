/* SPDX-License-Identifier: MIT */
/*
 * What can be required of a move.  Each check says what failed and what to do
 * about it.
 */
#ifndef RULE_CHECK_H
#define RULE_CHECK_H

struct err;
struct move;

enum check {
	CHECK_P0,		/* for no other the move is there */
	CHECK_SANITY,		/* card, folder and ledger agree */
	CHECK_REASON,		/* --reason is given */
	CHECK_PACKAGE,		/* the three files are there */
	CHECK_SECTIONS,		/* the five sections say something */
	CHECK_CRITERIA,		/* there is an acceptance criterion */
	CHECK_CREATED,		/* the ledger has a created event */
	CHECK_DRI,
	CHECK_PRIORITY,		/* P0 to P3 */
	CHECK_EFFORT,
	CHECK_DEPENDENCIES,	/* each exists, has a DRI, is not canceled */
	CHECK_CYCLE,
	CHECK_DONE_BEFORE,	/* each is done, or --concurrent-ok */
	CHECK_HELD,		/* not blocked, not paused */
	CHECK_TICKED,		/* every criterion, or --waive */
	CHECK_LEARNING,		/* a learning file, or --skip-learning */
	CHECK_WIP,		/* no hard limit is passed */
	CHECK_GATE		/* a sign-off, where the policy has a gate */
};

enum { CHECK_COUNT = CHECK_GATE + 1 };

/* The name as it stands in validation_failed and in documents. */
const char *check_name(enum check c);

/* What a check looks at, besides what the person said. */
enum check_sight {
	CHECK_SEES_PACKAGE,	/* the package that is to be moved */
	CHECK_SEES_BOARD,	/* others as well */
	CHECK_SEES_MOVING	/* how it is being moved: no use once it was */
};

enum check_sight check_sight(enum check c);

/* Why it is moved: as was said, or as its ledger says of a P0; or NULL. */
const char *check_reason_of(const struct move *m);

/* Runs one; a failure is added to the move.  -1: it could not be run. */
int	 check_run(enum check c, struct move *m, struct err *e);

struct ledger;

/*
 * The first event from the index `from` (1 or more) that is earlier than the
 * one before it by more than clocks may differ; the number of events where
 * there is none.
 */
size_t	 check_backwards(const struct ledger *l, size_t from);

#endif
