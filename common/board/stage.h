/* SPDX-License-Identifier: MIT */
/*
 * The seven stages, the statuses, priorities and efforts: the words of the
 * board, in their order, with what is true of each.
 */
#ifndef BOARD_STAGE_H
#define BOARD_STAGE_H

enum stage {
	STAGE_INBOX, STAGE_BACKLOG, STAGE_NEXT, STAGE_CURRENT,
	STAGE_INTEGRATION, STAGE_LEARNING, STAGE_ARCHIVED
};

enum { STAGE_COUNT = STAGE_ARCHIVED + 1, STAGE_NONE = -1 };

enum stage_order { ORDER_ID, ORDER_PULL };

struct stage_info {
	const char	*name;
	bool		 done;		/* whoever depends on it may start */
	bool		 waits;		/* not started: readiness is shown */
	bool		 works;		/* being worked on: a new dependency
					   that is not done blocks it */
	bool		 relies;	/* on what it depends on: a person says
					   what becomes of it without that */
	int		 pauses_in;	/* where a task of it lies while it is
					   paused; STAGE_NONE: it cannot be */
	bool		 p0_passes;	/* a P0 goes past it */
	bool		 free_edits;	/* content changes without versions */
	bool		 closed;	/* read-only; not on the open board */
	enum stage_order order;		/* of its index */
	const char	*title;		/* heading and first prose of a new */
	const char	*prose;		/*   index */
};

/* Indexed by enum stage; stage_info[STAGE_COUNT].name is NULL. */
extern const struct stage_info stage_info[];

/* The names, ended by NULL, for suggest(). */
extern const char *const stage_names[];

/* An enum stage, or STAGE_NONE. */
int	 stage_parse(const char *name);

enum status {
	STATUS_ACTIVE, STATUS_BLOCKED, STATUS_PAUSED, STATUS_CANCELED,
	STATUS_SPLIT
};

enum { STATUS_NONE = -1 };

extern const char *const status_names[];

/* An enum status, or STATUS_NONE. */
int	 status_parse(const char *name);

/* 0 for P0 to 4 for P4; -1 for anything else. */
int	 priority_parse(const char *text);
/*
 * "XS" "S" "M" "L" "XL" for these and for 1 2 3 5 8; NULL for anything else.
 */
const char *effort_parse(const char *text);

#endif
