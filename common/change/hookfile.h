/* SPDX-License-Identifier: MIT */
/*
 * Files that we write into the git directory for git to run or read, and know
 * again: the last line of each has the id of all before it.  So a file that
 * somebody changed, and one that is not ours, is told from one that we wrote,
 * in this version or an earlier one.
 */
#ifndef CHANGE_HOOKFILE_H
#define CHANGE_HOOKFILE_H

struct buf;

enum hookfile_kind {
	HOOKFILE_FOREIGN,
	HOOKFILE_CHANGED,	/* it was ours */
	HOOKFILE_OURS
};

/* The text of githook.sh, with its blanks. */
extern const char hookfile_script[];

struct hookfile {
	const char	*hook;		/* "pre-commit" */
	const char	*bin;		/* the folder of our programs */
	bool		 judges;	/* else it only runs the former hook */
	bool		 beside;	/* the former hook is NAME.task-before
					   in the same folder; else git's
					   configuration tells where it is */
};

/* Fills `out` with a hook's text. */
void	 hookfile_make(const struct hookfile *h, struct buf *out);
/* Adds the last line. */
void	 hookfile_seal(struct buf *text);
enum hookfile_kind hookfile_kind(const struct buf *text);
/* True for a hook of ours, changed or not, that judges. */
bool	 hookfile_judges(const struct buf *text);
/* True for what the program `pre-commit` writes. */
bool	 hookfile_is_precommits(const struct buf *text);
/* Adds the text as one word for a shell. */
void	 hookfile_quote(struct buf *out, const char *text);

#endif
