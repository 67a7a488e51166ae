/* SPDX-License-Identifier: MIT */
/*
 * Signals, for programs that wait: they become something to read.
 */
#ifndef SYS_SIG_H
#define SYS_SIG_H

struct err;

/*
 * A descriptor that becomes readable when the process is asked to stop (INT,
 * TERM, HUP); from here on these no longer end it.  The caller closes it.
 */
int	 sig_stop_fd(struct err *e);
/* Writing to a closed pipe becomes an error instead of the end. */
void	 sig_ignore_pipe(void);

#endif
