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
	struct buf	*errors;	/* NULL: our own standard error */
	size_t		 errors_max;	/* bytes; what comes after is lost */
	/*
	 * 0: it takes as long as it takes.  Otherwise it leads a process group
	 * of its own, and is over when it has ended and nobody holds its
	 * output any more; the group is ended when that takes too long, and
	 * when we are asked to stop (INT, TERM, HUP), which we then do.
	 */
	int64_t		 timeout_us;
	/* Said to a person (log_notice) where it takes longer than that. */
	const char	*notice;
	int64_t		 notice_us;
};

/*
 * Runs it to its end.  Its exit status (128 and the signal's number where it
 * was killed), or -1 when it could not be started or fed.  EX_TEMPFAIL: it was
 * ended by us, for its time was up or ours is.  EX_DATAERR: it prints too much.
 */
int	 run_program(const struct run *r, struct err *e);

#endif
