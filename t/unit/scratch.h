/* SPDX-License-Identifier: MIT */
/*
 * What a test has around it: an empty directory of its own, files in it, a
 * board, a repository, other programs, what a function prints, and numbers by
 * chance that are the same each time.  A helper that fails ends the test.
 */
#ifndef UNIT_SCRATCH_H
#define UNIT_SCRATCH_H

#include "base/buf.h"
#include "format/oid.h"

/*
 * Makes the directory, goes there, and sets the environment of a test: HOME
 * is there, C locale, UTC, a fixed clock, nothing of the person's git.  It
 * is removed when the process ends.  Its absolute path.
 */
const char *scratch(void);
/* The same directory as a descriptor. */
int	 scratch_fd(void);

/* Files and folders below it; what is missing above a file is made. */
void	 put_file(const char *path, const char *text);
void	 put_data(const char *path, const void *data, size_t len);
void	 put_dir(const char *path);
/* The content; NULL where there is no such file.  Yours. */
char	*get_file(const char *path);
bool	 get_data(const char *path, struct buf *out);
bool	 is_there(const char *path);
void	 remove_tree(const char *path);

/*
 * Runs a program in the directory: the words of `line` (no quotes), and what
 * it prints.  Its exit status.
 */
int	 run_line(struct buf *out, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* The same with an input, and it must succeed.  `out` may be NULL. */
void	 must_run(const struct buf *in, struct buf *out, const char *fmt,
	    ...) PRINTF_LIKE(3, 4);

/* What it prints, without the last line end; it must succeed.  Yours. */
char	*says(const char *fmt, ...) PRINTF_LIKE(1, 2);

/* The id of what git calls so: "HEAD~1". */
struct oid id_of(const char *name);

/*
 * A board: a complete package "TASK-<id>-one" in .work/tasks/<stage>, whose
 * ledger says that it came there by the rules.  `keys` are lines of the front
 * matter in place of the usual ones and beside them; NULL: as usual.
 */
void	 put_task(const char *stage, const char *id, const char *keys);
/* ".work/tasks/<stage>/TASK-<id>-one<tail>"; good for the next four calls. */
const char *in_task(const char *stage, const char *id, const char *tail);
/* Adds to a file that is there. */
void	 add_file(const char *path, const char *text);
/* A line of a ledger: the event at hour `hour` of 2025-10-01. */
const char *event_line(const char *event, int hour, const char *members);

/* A git repository, with all that is here in its first commit. */
void	 put_repo(void);
/* True where git finds no fault, and nothing that is not committed. */
bool	 is_sound(void);

/* What goes to standard error between the two calls.  Yours. */
void	 hear(void);
char	*heard(void);

struct child {
	int		status;		/* as of run_program() */
	struct buf	out, err;
};

/* From here on this process can open none. */
void	 use_up_descriptors(void);
/* Runs `fn` in a child process, whose exit status it returns. */
void	 in_child(struct child *c, int (*fn)(void *ctx), void *ctx);
void	 child_release(struct child *c);

/* Chance: always the same numbers, unless UNIT_SEED says another seed. */
void	 chance_seed(uint64_t seed);
uint64_t chance(uint64_t below);
bool	 one_in(uint64_t n);

#endif
