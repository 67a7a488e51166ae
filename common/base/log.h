/* SPDX-License-Identifier: MIT */
/*
 * The only writer to stderr.
 *
 * A message is one line: "program: text".  Whatever the text was made of, no
 * control character reaches the terminal.  log_init() comes first in main;
 * until then the name is "task".
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

enum log_level {
	LOG_QUIET = -1,		/* errors only */
	LOG_NORMAL = 0,		/* errors, warnings, notices */
	LOG_VERBOSE = 1		/* and what is being done */
};

/* `name` is borrowed for the life of the process. */
void	 log_init(const char *name, enum log_level level);

void	 log_error(const char *fmt, ...) PRINTF_LIKE(1, 2);
void	 log_warn(const char *fmt, ...) PRINTF_LIKE(1, 2);
/* What a person should know of, and no fault. */
void	 log_notice(const char *fmt, ...) PRINTF_LIKE(1, 2);
/* A question: the answer is typed on the same line. */
void	 log_ask(const char *fmt, ...) PRINTF_LIKE(1, 2);
/* Lines as they are, but for what a terminal would obey. */
void	 log_text(const char *text);
void	 log_info(const char *fmt, ...) PRINTF_LIKE(1, 2);

/*
 * Out of memory, or a bug in ourselves: says so and ends the process with
 * EX_SOFTWARE.  Nothing else in the library ends a process.
 */
void	 log_die(const char *fmt, ...) PRINTF_LIKE(1, 2)
	    __attribute__((noreturn));

#endif
