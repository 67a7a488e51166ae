/* SPDX-License-Identifier: MIT */
/*
 * Merging texts by meaning: two versions of one task's files, and what both
 * came from.
 *
 * Everything here is a function of the bytes alone: no clock, no name of who
 * merges.  Where versions disagree, the later one wins (merge_tails), so that
 * what comes out is the same whichever of the two is called ours.
 */
#ifndef CHANGE_MERGETEXT_H
#define CHANGE_MERGETEXT_H

#include "base/buf.h"
#include "board/ledger.h"

struct err;

/* Three texts; `base` may be NULL: the two have no common ancestor. */
struct merge_text {
	const struct buf *base, *ours, *theirs;
};

/*
 * Adds the lines of both by time, each side's order kept, so that the
 * ancestor's come first; a line that both have counts once.  With `append` all
 * of ours come first, as a rebase wants it.  EX_NO: a side changed or dropped
 * a line of the ancestor, which the message names; nothing is added.
 */
int	 merge_ledger(const struct merge_text *m, bool append,
	    struct buf *out, struct err *e);

/* What either side's ledger has beyond the ancestor's. */
struct merge_tail {
	struct ledger	 ledger;
	bool		*is_new;	/* for each of its events */
};

struct merge_tails {
	struct merge_tail ours, theirs;
};

#define MERGE_TAILS_INIT { { LEDGER_INIT, NULL }, { LEDGER_INIT, NULL } }

void	 merge_tails_init(struct merge_tails *t, const struct merge_text *m);
void	 merge_tails_release(struct merge_tails *t);
/*
 * Which side's word on a key of the card is the later one: < 0 ours, > 0
 * theirs, 0: neither side's events tell.  A NULL key: its word on anything.
 */
int	 merge_later(const struct merge_tails *t, const char *key);

/* What could not be had both ways. */
struct merge_conflict {
	char		*field;		/* "stage", a card's key, "body", … */
	char		*kept, *dropped;
};

struct merge_conflicts {
	struct merge_conflict *v;
	size_t		 n, cap;
};

#define MERGE_CONFLICTS_INIT { NULL, 0, 0 }

/* Texts are copied; NULL is "". */
void	 merge_conflicts_add(struct merge_conflicts *c, const char *field,
	    const char *kept, const char *dropped);
void	 merge_conflicts_release(struct merge_conflicts *c);

/*
 * Cards: by key, each keeping its bytes and the comment above it; lists by
 * element; then the body by lines, ticks of criteria by criterion.  A key that
 * both sides set goes to the later one and is among the conflicts; a body that
 * does not merge has markers, and "body" is among them.  Status and what
 * explains it (blocked_by, paused_reason, …) stay together.  1: one of the
 * three is no card, and nothing is added.
 */
int	 merge_card(const struct merge_text *m, const struct merge_tails *t,
	    struct buf *out, struct merge_conflicts *conflicts,
	    struct err *e);
/*
 * Any text by lines.  1: there are markers in it, ours before theirs, behind
 * those labels; 2: one of them is no text, and nothing is added.
 */
int	 merge_lines(const struct merge_text *m, const char *const labels[2],
	    struct buf *out, struct err *e);
/* The label of a side: "@alice 2025-10-18T10:30:00Z", by its last event. */
void	 merge_label(const struct merge_tail *t, struct buf *out);

#endif
