/* SPDX-License-Identifier: MIT */
/*
 * The two ends of every program: the options that all of them share, help,
 * completion, the operands, what is said when something fails, and the exit
 * status.
 *
 * A program fills a `struct tool` and calls tool_main() from main; its run()
 * gets the operands.  run() returns an exit status, or -1 with the error
 * filled.  Where one operand of several fails, tool_failed() says so, keeps
 * the first status for the end, and run() goes on.
 */
#ifndef CLI_TOOL_H
#define CLI_TOOL_H

#include "cli/opt.h"

struct err;
struct strvec;

enum tool_flags {
	TOOL_LISTS = 1,		/* -j -z --columns --header --color */
	TOOL_WRITES = 2,	/* -n -u --no-commit */
	TOOL_SHOWS = 4		/* -j -z --color, and neither of the others */
};

struct tool {
	const char	*name;		/* "task-move" */
	const char	*brief;		/* one line: what it is for */
	const char	*operands;	/* "REF... [STAGE]" */
	unsigned	 flags;
	const struct opt *opts;		/* its own; NULL: none */
	int		(*run)(int argc, char **argv, struct err *e);
};

struct tool_options {
	const char	*dir;		/* -C */
	const char	*user;		/* -u */
	const char	*columns;
	const char	*colour;
	bool		 json, null, header;
	bool		 quiet, verbose;
	bool		 dry_run, no_commit;
};

int	 tool_main(const struct tool *t, int argc, char **argv);
/* As given on the command line.  Borrowed. */
const struct tool_options *tool_options(void);
/* The name of the program that runs. */
const char *tool_name(void);
/* Prints the error; the process will end with the first such status. */
void	 tool_failed(const struct err *e);
/* 0, or the status of the first failure so far. */
int	 tool_status(void);
/*
 * The operands; "-" stands for the first field of each line (or record ended
 * by a NUL) of standard input, which may be none; `*piped`, unless NULL, says
 * that it was read.  EX_USAGE where there is no operand at all.
 */
int	 tool_operands(int argc, char **argv, struct strvec *out,
	    bool *piped, struct err *e);

/* EX_USAGE where the reason that was given is empty or no UTF-8. */
int	 tool_check_reason(const char *reason, struct err *e);

/* Writes out standard output.  EX_IOERR; to a closed pipe without a word. */
int	 tool_flush(struct err *e);

struct buf;
/* The tasks of a commit: a few by name, of many how many they are. */
void	 tool_subject(struct buf *out, const struct strvec *refs);
/* And then all of them, below the subject. */
void	 tool_body(struct buf *out, const struct strvec *refs);

#endif
