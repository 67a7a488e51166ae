/* SPDX-License-Identifier: MIT */
/*
 * A new task: from what is wished for to the files of its package.
 *
 *	counter_take	ids, for all that are to be
 *	create_begin
 *	create_log	the ledger's first events; more may follow
 *	create_make	the card and the context, from the board's templates
 *	create_check
 *	create_stage
 *	create_release
 *
 * create_finish() is the three before the last.  Nothing is staged before
 * create_stage().
 */
#ifndef CHANGE_CREATE_H
#define CHANGE_CREATE_H

#include "base/clock.h"
#include "board/task.h"

struct draft;
struct err;
struct map;
struct session;
struct strvec;

struct criterion {
	char		*text;		/* line ends in it become spaces */
	bool		 done;
};

struct create {
	/* set by the caller; all is borrowed, and NULL where nothing is said */
	struct id	 id;
	enum stage	 stage;
	const char	*name;
	const char	*goal, *inputs, *details, *outputs, *context;
	const struct criterion *criteria;
	size_t		 ncriteria;
	const struct strvec *tags, *depends_on, *related_to;
	const char	*priority, *effort;
	const char	*dri, *created_by;	/* NULL: the actor */
	const char	*external_key, *split_from, *split_part;
	const char	*template;	/* its name; NULL: "card" */
	const struct map *fills;	/* other blanks: key to text, or NULL */
	/* made */
	char		 number[ID_SIZE], ref[ID_SIZE];	/* "0042" */
	char		 date[CLOCK_DATE_SIZE];	/* of how it came to be */
	int		 status;	/* that its ledger leads to */
	struct package	*pkg;		/* until it is staged */
	struct ledger	 ledger;
	struct card	 card;
	struct buf	 context_text;
};

#define CREATE_INIT	{ .ledger = LEDGER_INIT, .card = CARD_INIT, \
			    .context_text = BUF_INIT }

/*
 * EX_NO: its namespace is archived.  EX_USAGE: a worker makes it, and nobody is
 * named who is responsible.
 */
int	 create_begin(struct create *c, struct session *s, struct err *e);
/*
 * Adds id_reserved, and `how` it came to be, which is released; with
 * `recovered` (why the counter was set anew, or NULL) that between them.
 */
void	 create_log(struct create *c, const struct session *s,
	    const char *recovered, struct draft *how);
/*
 * EX_DATAERR: the board's template, filled in, is no card.  EX_NOINPUT: there
 * is no such template.
 */
int	 create_make(struct create *c, struct session *s, struct err *e);
/* True for a blank that says what is so, and is nobody's to fill in. */
bool	 create_owns_blank(const char *key);
/* Adds "card: what is wrong with it", or "context: …". */
void	 create_check(const struct create *c, struct strvec *problems);
void	 create_stage(struct create *c, struct session *s);
void	 create_release(struct create *c);

/* EX_DATAERR also where create_check() finds something. */
int	 create_finish(struct create *c, struct session *s, struct err *e);

/* Adds followup_created to the ledger of what the new task follows up. */
void	 create_followup(const struct create *c, const struct session *s,
	    struct task *of);

#endif
