/* SPDX-License-Identifier: MIT */
/*
 * The ledger of a task: one JSON object a line, only ever added to at the
 * end; task-format(5).
 *
 * Parsing never fails as a whole: a line that is no event is kept, counted
 * and named among the problems.  A line that is there twice (the same id;
 * without one, the same bytes) counts once.  A last line without its end (a
 * write that was cut off) is kept and named; what is added starts on a line of
 * its own.
 */
#ifndef BOARD_LEDGER_H
#define BOARD_LEDGER_H

#include "base/buf.h"
#include "base/strvec.h"

struct err;
struct json;

enum {
	LEDGER_MAX = 64 << 20,		/* bytes of a ledger */
	LEDGER_LINE_MAX = 1 << 20,	/* bytes of one line */
	LEDGER_ID_LEN = 10
};

struct event {
	int64_t		 ts_us;
	const char	*user, *event;	/* never NULL */
	const char	*desc;		/* "" where there is none */
	const char	*id;		/* NULL where there is none */
	struct json	*json;		/* all of it */
	int		 line;		/* from 1; 0: it was added */
	size_t		 start, len;	/* its bytes, without the line end */
};

struct ledger {
	struct buf	 text;
	struct event	*v;
	size_t		 n, cap;
	struct strvec	 problems;	/* "LINE:COL: what is wrong" */
	size_t		 repeated;	/* lines that were there already */
	int		 torn;		/* a last line that was cut off, or 0 */
	int		 newer;		/* a line of a later format, or 0 */
	int		 clash;		/* the last line with the id of another
					   and other words, or 0 */
};

#define LEDGER_INIT	{ BUF_INIT, NULL, 0, 0, STRVEC_INIT, 0, 0, 0, 0 }

void	 ledger_parse(struct ledger *l, const char *text, size_t len);
void	 ledger_release(struct ledger *l);
/*
 * Adds what names the task of a ledger's bytes for ever: the id of its first
 * line; without one, what the line's bytes give.  Nothing where it is empty.
 */
void	 ledger_identity(const struct buf *text, struct buf *out);
/* The last event of that kind, or NULL. */
const struct event *ledger_last(const struct ledger *l, const char *event);
/* Adds what the task was called before it got another id, the latest first. */
void	 ledger_former_ids(const struct ledger *l, struct strvec *refs);
/*
 * What the task that an event named is called now, as far as later events tell
 * that it got another id.  Borrowed.
 */
const char *ledger_now_called(const struct ledger *l, const struct event *ev,
	    const char *ref);
/* A text field of an event's own, or NULL. */
const char *event_text(const struct event *ev, const char *key);
/* The same within an object of the event ("metadata", "payload"). */
const char *event_text_in(const struct event *ev, const char *object,
	    const char *key);
/* True where an import brought it in: it says what was, and binds nobody. */
bool	 event_is_imported(const struct event *ev);

/* An event to be written; the texts are borrowed. */
struct draft {
	const char	*event, *user, *desc;
	int64_t		 ts_us;
	const char	*id;		/* NULL: a new one is made */
	struct buf	 own;		/* JSON members: "gate":"next",… */
	struct buf	 metadata;	/* the same, of these objects */
	struct buf	 payload;
};

/* Adds the line at the end, and the event to those that were parsed. */
void	 ledger_add(struct ledger *l, const struct draft *d);
void	 draft_release(struct draft *d);
/* A new id: random, Crockford's base32. */
void	 ledger_new_id(char out[LEDGER_ID_LEN + 1]);

/*
 * The vocabulary: true for a word of it; `*owner` is then the program that
 * alone may write it, or NULL where a person may.
 */
bool	 event_known(const char *event, const char **owner);
/* True for what may still be said of a task that is closed. */
bool	 event_may_be_late(const char *event);
/* All words, ended by NULL, for suggest(). */
const char *const *event_words(void);

#endif
