/* SPDX-License-Identifier: MIT */
/*
 * A text in the person's editor: a private file outside of the board, which
 * stays where it is while anything may be lost.
 *
 *	editor_open
 *	editor_edit …
 *	editor_close
 */
#ifndef CHANGE_EDITOR_H
#define CHANGE_EDITOR_H

struct buf;
struct err;

struct editor {
	int		 dirfd;		/* $TMPDIR, or /tmp */
	char		*path;		/* of the file */
};

#define EDITOR_INIT	{ -1, NULL }

/* Makes the file "NAME.XXXXXX.SUFFIX", which only its owner may read. */
int	 editor_open(struct editor *ed, const char *name, const char *suffix,
	    struct err *e);
/* The file holds `text` from now on. */
int	 editor_put(struct editor *ed, const struct buf *text, struct err *e);
/* `text` becomes what the file holds, at most `max` bytes. */
int	 editor_get(struct editor *ed, size_t max, struct buf *text,
	    struct err *e);
/*
 * Lets the person edit the file in $VISUAL, $EDITOR or vi, the first that is
 * set; blanks separate its arguments.  EX_IOERR: the editor failed.
 */
int	 editor_run(struct editor *ed, struct err *e);
/* Takes the file away, unless it is to be kept. */
void	 editor_close(struct editor *ed, bool keep);

#endif
