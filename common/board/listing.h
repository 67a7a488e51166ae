/* SPDX-License-Identifier: MIT */
/*
 * INDEX.md: front matter, prose, and one table that is generated.
 *
 * Only the rows of the table and the value of last_updated are ever changed;
 * all other bytes are the owner's.  Rows are kept as the bytes they are until
 * they are replaced, so that mending one row of ten thousand touches one.
 */
#ifndef BOARD_LISTING_H
#define BOARD_LISTING_H

#include "base/buf.h"
#include "board/id.h"
#include "board/stage.h"

enum { LISTING_MAX = 256 << 20 };

enum listing_kind {
	LISTING_STAGE,		/* ID Name DRI Status Flags Dependencies */
	LISTING_ROOT,		/* ID Name DRI Stage Status Flags Dep… */
	LISTING_SHARDS		/* of a sharded archive: Folder Tasks */
};

/* One row, as texts; "" is shown as "-". */
struct listing_row {
	struct id	 id;
	enum stage	 stage;
	const char	*name, *dri, *status, *flags, *dependencies;
};

struct listing_line {
	struct id	 id;	/* number 0: a row that is no task's */
	const char	*text;	/* without the line end */
	size_t		 len;
	char		*made;	/* the same, where it is not the file's */
};

struct listing {
	enum listing_kind kind;
	bool		 namespaces;	/* has the Namespace column */
	struct buf	 text;		/* as read */
	size_t		 table;		/* the header row; text.len: none */
	size_t		 rows;		/* the first row */
	size_t		 tail;		/* what follows the last row */
	bool		 new_header;	/* the columns are others than the
					   file's */
	bool		 sound;		/* has a table of our columns, each row
					   of it a task's, no task twice */
	struct listing_line *v;
	size_t		 n, cap;
};

/*
 * Takes the text over and leaves an empty one; it may be empty: there is no
 * such file yet.  The table is the first of our columns, or else the first
 * whose first column is ours.
 */
void	 listing_parse(struct listing *l, enum listing_kind kind,
	    struct buf *text);
void	 listing_release(struct listing *l);
/* Index of the task's row, or SIZE_MAX. */
size_t	 listing_find(const struct listing *l, const struct id *id);
/* Where a row for the task belongs in a table in id order. */
size_t	 listing_place(const struct listing *l, const struct id *id);
void	 listing_remove(struct listing *l, size_t at);
/* `line` is copied. */
void	 listing_insert(struct listing *l, size_t at, const struct id *id,
	    const char *line);
/* Begins anew: no rows, and the Namespace column as wanted. */
void	 listing_reset(struct listing *l, bool namespaces);
/* Adds a row's text, without the line end. */
void	 listing_format(struct buf *out, const struct listing *l,
	    const struct listing_row *row);
/*
 * Adds the file: as it was, with the rows that it has now.  Where the rows
 * changed, last_updated becomes the date of `now_us`.  A new file gets front
 * matter, heading and prose for `stage` (STAGE_NONE: the root's).
 */
void	 listing_render(const struct listing *l, int stage, int64_t now_us,
	    struct buf *out);
/* True where the rows differ from the file's. */
bool	 listing_changed(const struct listing *l);
/*
 * The text of a cell (from 0, the Namespace column not counted) of a row,
 * "\|" undone and "-" as "".  False where there is no such cell.
 */
bool	 listing_cell(const struct listing *l, const struct listing_line *row,
	    int column, struct buf *out);

/* Columns of a root's table, for listing_cell(). */
enum {
	LISTING_ID, LISTING_NAME, LISTING_DRI, LISTING_ROOT_STAGE,
	LISTING_ROOT_STATUS, LISTING_ROOT_FLAGS, LISTING_ROOT_DEPS
};

#endif
