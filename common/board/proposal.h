/* SPDX-License-Identifier: MIT */
/*
 * What a hook proposes to put into a ledger: .proposals/ID.json, one JSON
 * object in a line, until a person accepts or rejects it; task-hooks(5).
 */
#ifndef BOARD_PROPOSAL_H
#define BOARD_PROPOSAL_H

#include "base/buf.h"
#include "board/id.h"
#include "board/ledger.h"

struct err;
struct store;
struct strvec;

enum {
	PROPOSAL_MAX = 16 << 10,	/* bytes of a line from a hook */
	PROPOSAL_FILE_MAX = 4 * PROPOSAL_MAX,
	PROPOSAL_DESC_MAX = 2000	/* bytes */
};

struct proposal {
	char		 id[LEDGER_ID_LEN + 1];
	char		 ref[ID_SIZE];	/* "TASK-0042" */
	int64_t		 ts_us;
	char		*hook, *point;
	char		*event, *desc;
	struct buf	 fields;	/* JSON members of the event's own */
};

#define PROPOSAL_INIT	{ .fields = BUF_INIT }

void	 proposal_release(struct proposal *p);

/*
 * A line that a hook printed for the task `ref`: fills ref, event, desc and
 * fields.  EX_DATAERR with what is wrong.
 */
int	 proposal_parse(struct proposal *p, const char *line, size_t len,
	    const char *ref, struct err *e);
/* Adds the file's text. */
void	 proposal_format(const struct proposal *p, struct buf *out);

/* As a person typed it, in upper case.  0, or -1 where it is no such id. */
int	 proposal_id(char id[LEDGER_ID_LEN + 1], const char *text);
/* Adds ".proposals/ID.json". */
void	 proposal_path(const char *id, struct buf *out);
/*
 * EX_NOINPUT: there is none of that id.  EX_DATAERR, with its path, line and
 * column: it is malformed.
 */
int	 proposal_load(struct proposal *p, struct store *s, const char *id,
	    struct err *e);
/*
 * The file's text with another task in the place of the one it is for; every
 * other byte stays.  False where it does not say so in our own way of writing.
 */
bool	 proposal_retarget(struct buf *text, const char *from,
	    const char *to);
/* The ids of those that there are, sorted. */
int	 proposal_list(const struct store *s, struct strvec *ids,
	    struct err *e);

#endif
