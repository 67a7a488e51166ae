/* SPDX-License-Identifier: MIT */
/*
 * What went wrong, on its way from where it happened to the end of main.
 *
 * A function that can fail returns -1 and fills the `struct err *` that is
 * its last argument; err_set() and its like return -1 so that a failure is
 * one line.  The message is one sentence, lower case, without the program's
 * name; going up, err_prefix() says where.  `status` is an exit status of
 * sysexits(3), or 1 for "the rule says no".  Nothing has to be freed.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

enum { EX_NO = 1 };	/* ran well; the answer is no */

struct err {
	int	status;
	char	msg[1024];
};

#define ERR_INIT	{ 0, "" }

int	 err_set(struct err *e, int status, const char *fmt, ...)
	    PRINTF_LIKE(3, 4);
/*
 * As err_set, with ": " and the text of errno after it; the status follows
 * from errno (ENOENT is EX_NOINPUT, all others EX_IOERR).
 */
int	 err_errno(struct err *e, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* Puts "fmt: " before the message. */
int	 err_prefix(struct err *e, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* Adds the text at the end of the message. */
int	 err_suffix(struct err *e, const char *text);

#endif
