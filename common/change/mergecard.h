/* SPDX-License-Identifier: MIT */
/*
 * The parts of merge_card(): a card's front matter as pieces of text, one for
 * each key, and the body.
 */
#ifndef CHANGE_MERGECARD_H
#define CHANGE_MERGECARD_H

#include "board/card.h"
#include "change/mergetext.h"

/* The bytes of a key: its lines, and the comments above them. */
struct piece {
	const struct yaml_node *node;
	size_t		 start, end;	/* in the card's text */
};

struct pieces {
	struct card	 card;
	struct piece	*v;		/* in the order of the text */
	size_t		 n, cap;
	size_t		 rest;		/* what follows the last, up to the
					   end of the front matter */
};

#define PIECES_INIT	{ CARD_INIT, NULL, 0, 0, 0 }

/* 1: it is no card, or one whose keys do not stand on lines of their own. */
int	 pieces_parse(struct pieces *p, const struct buf *text);
void	 pieces_release(struct pieces *p);
/* NULL: it has no such key. */
const struct piece *pieces_find(const struct pieces *p, const char *key);

/*
 * What both added at one place of a text, the one behind the other: items of a
 * list that begin with a date by that, and each once.  1: they changed more
 * than that, and nothing is added.
 */
int	 merge_added(const struct merge_text *m, struct buf *out,
	    struct err *e);
/*
 * Bodies and contexts, as merge_lines(); where only ticks of criteria are in
 * the way they are merged by criterion, and what both added stays.
 */
int	 merge_body(const struct merge_text *m, const char *const labels[2],
	    struct buf *out, struct err *e);

#endif
