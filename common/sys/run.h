/* SPDX-License-Identifier: MIT */
/*
 * Other programs, started from an argument list and never through a shell.
 */
#ifndef SYS_RUN_H
#define SYS_RUN_H

struct buf;
struct err;

struct run {
	const char *const *argv;	/* argv[0] is looked up in PATH */
	const char	*dir;		/* where it runs; NULL: here */
	char *const	*env;		/* NULL: our own environment */
	bool		 quiet;		/* what it says on stderr is lost */
	bool		 has_terminal;	/* what is typed to interrupt is for it
					   and not for us */
	const struct buf *input;	/* NULL: our own standard input */
	struct buf	*output;	/* NULL: our own standard output */
	size_t		 output_max;	/* bytes */
};

/*
 * Runs it to its end.  Its exit status (128 and the signal's number where it
 * was killed), or -1 when it could not be started or fed.
 */
int	 run_program(const struct run *r, struct err *e);

#endif
