/* SPDX-License-Identifier: MIT */
/*
 * The parts of task-set: the keys of a card that a person may set, and how
 * each is checked, changed and told of in the ledger.
 */
#ifndef TOOLS_SET_H
#define TOOLS_SET_H

struct bulk;
struct buf;
struct err;
struct renumber;
struct task;

/* KEY=VALUE, KEY+=VALUE or KEY-=VALUE. */
struct assignment {
	char		*key, *value;
	char		 sign;		/* '=', '+' or '-' */
	const struct setter *setter;
	struct setter	*own;		/* one that the user made up */
	const char	*reason;	/* NULL: none was given */
	struct renumber	*ids;		/* those that change */
};

struct setter {
	const char	*word;		/* as a person types it */
	const char	*key;		/* in the card */
	/* Whether the value may be. */
	int		(*check)(const char *value, struct err *e);
	/* 1: it is so already.  NULL: `instead` says what does it. */
	int		(*set)(struct bulk *b, struct task *t,
			    const struct assignment *a, struct err *e);
	const char	*instead;
	bool		 reason;	/* has to be said why */
	bool		 list;		/* += and -= */
	bool		 last;		/* after all others */
	bool		 silent;	/* has no event of its own */
};

/* NULL: the toolkit does not know that word. */
const struct setter *setter_find(const char *word);
/* One for a key of the user's own; the caller frees it. */
struct setter *setter_new(const char *key);
/* Words that a person can set, ended by NULL, for suggest(). */
extern const char *const setter_words[];

/*
 * namespace=: the value is one ("" or "-": none) that tasks may come into; and
 * a task comes into it.
 */
int	 namespace_check(struct bulk *b, const struct assignment *a,
	    struct err *e);
int	 namespace_set(struct bulk *b, struct task *t,
	    const struct assignment *a, struct err *e);
/* Adds, for the commit, how those were called: " (was TASK-0042)". */
void	 namespace_describe(struct buf *out, const struct renumber *ids);

/* What an event of it says: the reason, or who set it where there is none. */
void	 setter_desc(struct buf *out, const struct bulk *b,
	    const char *reason);

#endif
