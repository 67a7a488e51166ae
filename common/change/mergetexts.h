/* SPDX-License-Identifier: MIT */
/*
 * The files of one task, merged: mergetexts.c has the card and the ledger,
 * mergeparts.c what lies beside them.
 */
#ifndef CHANGE_MERGETEXTS_H
#define CHANGE_MERGETEXTS_H

#include "change/mergework.h"
#include "change/renumber.h"

#define MERGE_CARD	"=task.md"

/* A task while its files are merged; sides are the earlier and the later. */
struct texts {
	struct merge_work *w;
	struct merge_task *t;
	const struct merge_version *side[MERGE_SIDES];
	struct renumber_changes renamed;	/* references, of all sides */
	char		*labels[2];
	struct buf	 card;			/* what comes out */
	bool		 marked;		/* with markers, to be looked
						   at by a person */
};

/* What is not the file any more, as the next version of "task" or "context". */
void	 merge_keep_version(struct texts *x, const char *family,
	    const struct oid *id);
/*
 * A closed task is as whoever closed it had it, and signed it; what the other
 * side wrote meanwhile is kept as a version.
 */
void	 merge_take_closed(struct texts *x, const char *role,
	    const char *family);
int	 merge_context(struct texts *x, struct err *e);
/* Earlier versions of both; those of the earlier side keep their numbers. */
void	 merge_versions(struct texts *x);
int	 merge_others(struct texts *x, struct err *e);

#endif
