/* SPDX-License-Identifier: MIT */
/*
 * Markdown as it should look in a terminal.
 */
#ifndef FORMAT_SCREEN_H
#define FORMAT_SCREEN_H

struct buf;

struct screen_look {
	size_t	 width;		/* columns; 0: do not wrap */
	bool	 colour;
};

/* Adds the text; whatever it holds, no control character of it is left. */
void	 screen_add(struct buf *out, const char *text, size_t len,
	    const struct screen_look *look);

#endif
