/* SPDX-License-Identifier: MIT */
/*
 * Questions to the person at the terminal.
 */
#ifndef CLI_ASK_H
#define CLI_ASK_H

struct buf;

/* True where there is somebody to be asked: standard input is a terminal. */
bool	 ask_can(void);
/*
 * Asks on standard error, and adds the line that is typed, without its end.
 * 1: there was none, the input has ended.
 */
int	 ask(struct buf *answer, const char *fmt, ...) PRINTF_LIKE(2, 3);

#endif
