/* SPDX-License-Identifier: MIT */
/*
 * A note: a dated item in a task's context.
 */
#ifndef CHANGE_NOTE_H
#define CHANGE_NOTE_H

struct buf;
struct err;
struct session;
struct task;

enum { NOTE_MAX = 64 << 10 };	/* bytes of its text */

/*
 * True where the last operand of a program is a text: it has blanks, or names
 * no task.  A path may have blanks, too.
 */
bool	 note_is_text(const char *operand);
/* Lines end with a newline; empty ones around the text are not the text's. */
void	 note_tidy(struct buf *text);
/*
 * EX_USAGE: it is empty.  EX_DATAERR: it is no UTF-8, has control characters,
 * or more than `max` bytes.
 */
int	 note_check(const struct buf *text, size_t max, struct err *e);
/*
 * Adds the note to the task's context, in memory, and note_added to its
 * ledger.  EX_NO: the context cannot take it.
 */
int	 note_add(struct session *s, struct task *t, const struct buf *text,
	    struct err *e);
/* `end` without the line ends and blanks before it. */
size_t	 note_end(const struct buf *text, size_t end);

#endif
