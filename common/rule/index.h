/* SPDX-License-Identifier: MIT */
/*
 * The indexes: what their rows are, made anew or mended for one task.
 *
 * There is one for each stage and one for all; with policy.yaml's
 * archive_shard also one for each sub-folder of the archive, whose own then
 * lists the sub-folders.  Nothing is written here.
 */
#ifndef RULE_INDEX_H
#define RULE_INDEX_H

#include "board/listing.h"

struct buf;
struct err;
struct package;
struct rowfacts;
struct store;
struct strvec;

/* Which index. */
struct index_at {
	int		 stage;		/* STAGE_NONE: the root's */
	const char	*shard;		/* of the archive, or NULL */
	bool		 folders;	/* lists the archive's sub-folders */
};

/* Adds its path below .work/tasks. */
void	 index_path(const struct index_at *at, struct buf *out);
/* The index whose row in its stage the package has. */
int	 index_of(struct store *s, const struct package *p,
	    struct index_at *out, struct err *e);
/* 1: the package has a row in the root index by policy; 0: not; -1. */
int	 index_in_root(struct store *s, const struct package *p,
	    struct err *e);

/* An index that was read. */
struct index {
	struct index_at	 at;
	struct listing	 list;
	struct rowfacts	*facts;		/* what was read for other indexes of
					   the board, and is kept; or NULL */
};

/* Reads x->at as it is now; where there is none it is empty. */
int	 index_load(struct store *s, struct index *x, struct err *e);
void	 index_release(struct index *x);
/*
 * Sets all rows as they should be.  A task whose card cannot be read keeps
 * the row that it has, or gets one with its folder's name; each is warned of
 * and counted in `*bad`.
 */
int	 index_generate(struct store *s, struct index *x, size_t *bad,
	    struct err *e);
/*
 * Adds the references of those whose rows in the root index say that they
 * depend on the task, or that it blocks them.
 */
int	 index_waiting(struct store *s, const struct id *id,
	    struct strvec *refs, struct err *e);
/* True where such a row names the task in that column; `cell` is for use. */
bool	 index_row_names(const struct listing *root,
	    const struct listing_line *row, int column, const char *ref,
	    struct buf *cell);

/* A task whose row is to be set; p is NULL where it has none here. */
struct index_row {
	struct id	 id;
	struct package	*p;
};

/*
 * Sets the rows of some tasks, each once in `v`; the others stay as they are.
 * Where one of them has another place in pull order than before, all are put
 * in order: another row may have got its place by what the card on disk said.
 */
int	 index_mend(struct store *s, struct index *x,
	    const struct index_row *v, size_t n, struct err *e);
/*
 * Calls `fn` for each index that the board should have.  -1 from it ends.
 */
int	 index_each(struct store *s, int (*fn)(const struct index_at *at,
	    void *ctx, struct err *e), void *ctx, struct err *e);

#endif
