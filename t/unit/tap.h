/* SPDX-License-Identifier: MIT */
/*
 * A test program says what holds, a line a case, in TAP; the plan comes at
 * the end.  Titles are sentences of behaviour.
 *
 *	ok(strvec_has(&sv, "a"), "finds what was added");
 *	is_str(buf_str(&b), "ab", "adds strings");
 *	return tap_done();
 */
#ifndef UNIT_TAP_H
#define UNIT_TAP_H

bool	 tap_ok(bool cond, const char *title, const char *file, int line);
bool	 tap_is_str(const char *got, const char *want, const char *title,
	    const char *file, int line);
bool	 tap_is_int(intmax_t got, intmax_t want, const char *title,
	    const char *file, int line);

/* Each is one case; they return whether it held. */
#define ok(cond, title)							\
	tap_ok((cond), (title), __FILE__, __LINE__)
/* NULL is equal to NULL only. */
#define is_str(got, want, title)					\
	tap_is_str((got), (want), (title), __FILE__, __LINE__)
#define is_int(got, want, title)					\
	tap_is_int((got), (want), (title), __FILE__, __LINE__)

/* A line for whoever reads a failure. */
void	 diag(const char *fmt, ...) PRINTF_LIKE(1, 2);
/*
 * One row of a case that has many: says what fmt says where `cond` is false,
 * and returns `cond`.
 */
bool	 row(bool cond, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* A case that cannot be tried here. */
void	 tap_skip(const char *title, const char *why);
/* Prints the plan.  The exit status: 0, or 1 where something failed. */
int	 tap_done(void);
/* Ends the program: the test itself cannot go on. */
void	 bail(const char *fmt, ...) PRINTF_LIKE(1, 2)
	    __attribute__((noreturn));

#endif
