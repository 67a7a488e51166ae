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

enum { TEMPLATE_KEY_MAX = 31 };	/* bytes of a blank's key */

struct buf;
struct err;
struct store;
struct strvec;

/*
 * 0 for what a person may call a template: a plain name, which leads nowhere
 * else.  EX_USAGE.
 */
int	 template_check_name(const char *name, struct err *e);
/*
 * The names of the templates for cards: those files of the board's, without
 * ".md", that begin with front matter, and those that we were built with.
 */
int	 template_names(const struct store *s, struct strvec *out,
	    struct err *e);
/* True where the board has a file of its own for that template. */
bool	 template_is_own(const struct store *s, const char *name);

/*
 * The board's own template of that name ("card.md"), or the one that we were
 * built with.  EX_NOINPUT: there is neither.  EX_DATAERR: it is no plain file.
 */
int	 template_read(const struct store *s, const char *name,
	    struct buf *out, struct err *e);

/* Adds what a blank stands for; false: nothing was given for it. */
typedef bool	 template_fn(struct buf *out, const char *key, bool in_head,
		    const void *ctx);

/*
 * Adds the template with "{key}" and "{key:prompt}" filled in; where nothing
 * was given the prompt stays, as a comment, in front matter behind a null.
 * What is no blank stays as it is.  `has_head`: it begins with front matter.
 */
void	 template_fill(struct buf *out, const struct buf *template,
	    bool has_head, template_fn *add, const void *ctx);

/* Calls `fn` for each blank; `prompt` is NULL where there is none. */
void	 template_each(const struct buf *template,
	    void (*fn)(const char *key, const char *prompt, void *ctx),
	    void *ctx);
/* True where what is added next stands between double quotes. */
bool	 template_in_quotes(const struct buf *out);

#endif
