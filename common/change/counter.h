/* SPDX-License-Identifier: MIT */
/*
 * ID_COUNTER.txt: the next free number, never one that was there before.  Each
 * namespace has one of its own, ID_COUNTER.FW.txt.
 */
#ifndef CHANGE_COUNTER_H
#define CHANGE_COUNTER_H

struct buf;
struct err;
struct session;
struct store;

struct numbers {
	const char	*ns;		/* "": no namespace */
	uint32_t	 n;		/* how many */
	uint32_t	*v;		/* found: they, lowest first */
	const char	*recovered;	/* found: why the counter had to be set
					   anew, or NULL */
};

void	 numbers_release(struct numbers *numbers);
/* Adds the name of the file. */
void	 counter_path(const char *ns, struct buf *out);
/*
 * Takes numbers and stages the counter: first those that this clone holds
 * (reserve.h), then what the counter says.  One that is missing, unreadable or
 * too low is put above every id that is known; that of a namespace without
 * tasks may be missing.
 */
int	 counter_take(struct session *s, struct numbers *numbers,
	    struct err *e);
/*
 * What the counter says, and nothing else is looked at: NULL and the number,
 * or what is wrong with it and 0.
 */
const char *counter_look(struct store *s, const char *ns, uint32_t *number);
/* NULL and the number that a counter's text is, or what is wrong with it. */
const char *counter_parse(const struct buf *text, uint32_t *number);
/*
 * The number after all that are known, those that this clone holds included.
 * Nothing is taken.
 */
int	 counter_free(struct session *s, const char *ns, uint32_t *next,
	    struct err *e);
/* The number that the counter says; 1 where there is none that can be read. */
int	 counter_next(struct session *s, const char *ns, uint32_t *next,
	    struct err *e);
/* Makes a counter that is missing or wrong, above every id that is known. */
int	 counter_ensure(struct session *s, struct err *e);
/*
 * Puts the counter above `number`, where it is not; one that is, but is not
 * what HEAD has, is part of the commit.
 */
int	 counter_pass(struct session *s, const char *ns, uint32_t number,
	    struct err *e);

#endif
