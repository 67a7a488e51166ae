/* SPDX-License-Identifier: MIT */
/*
 * The files of .work-template, as they were when the programs were built, and
 * templates filled in.
 */
#ifndef BOARD_TEMPLATE_H
#define BOARD_TEMPLATE_H

struct template_file {
	const char	*path;		/* below .work */
	const char	*text;
};

/* Ended by a NULL path. */
extern const struct template_file template_files[];

struct buf;
struct err;
struct store;

/* The board's own template of that name, or the one that we were built with. */
int	 template_read(const struct store *s, const char *name,
	    struct buf *out, struct err *e);

/* Adds what a blank stands for; false: nothing was given for it. */
typedef bool	 template_fn(struct buf *out, const char *key, bool in_head,
		    const void *ctx);

/*
 * Adds the template with "{key}" and "{key:prompt}" filled in; where nothing
 * was given the prompt stays, as a comment.  What is no blank stays as it is.
 * `has_head`: it begins with front matter.
 */
void	 template_fill(struct buf *out, const struct buf *template,
	    bool has_head, template_fn *add, const void *ctx);

#endif
