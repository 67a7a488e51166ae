/* SPDX-License-Identifier: MIT */
/*
 * The promise of board/card.h, checked on one card: setting a key changes the
 * bytes of that key's value and no others.
 */
#ifndef UNIT_CARDPROP_H
#define UNIT_CARDPROP_H

#include "base/buf.h"

struct strvec;

/* What is set: a text, null, or a list. */
struct want {
	const char	*key;
	const char	*value;		/* NULL: null, or the list */
	const struct strvec *list;	/* NULL: the value */
};

/*
 * True where the promise is kept: all bytes outside of the value are the same,
 * the new card parses, has the new value and every other one as before, and
 * setting it back restores the old.  Where card_set() refuses, the text is
 * the same, and there was a reason to refuse.  What is wrong is said.
 */
bool	 card_keeps(const struct buf *text, const struct want *w);
/* Cards that were refused, and why, since the program began. */
extern size_t cards_refused;

#endif
