/* SPDX-License-Identifier: MIT */
/*
 * Markdown: what a body is made of, and how it looks.  The parser is cmark
 * (CommonMark); task list items (`- [ ]`, `- [x]`) are found in what it says
 * of list items.
 *
 * Sections begin at the headings of level one and two that stand outside of
 * lists and quotes.  Offsets are bytes of the text.
 */
#ifndef FORMAT_MARK_H
#define FORMAT_MARK_H

struct buf;
struct err;

struct mark_section {
	char	*title;
	int	 level;
	size_t	 start;		/* its heading */
	size_t	 body;		/* what follows the heading */
	size_t	 end;		/* the next section, or the text's end */
	bool	 blank;		/* nothing in it but comments and lines such
				   as "[what to write here]" */
};

struct mark_task {
	size_t	 at;		/* the character between the brackets */
	bool	 done;
	char	*text;		/* on one line */
	size_t	 section;	/* index; MARK_NONE before the first */
};

#define MARK_NONE	SIZE_MAX

struct mark_outline {
	struct mark_section *sections;
	size_t	 nsections, sections_cap;
	struct mark_task *tasks;
	size_t	 ntasks, tasks_cap;
};

#define MARK_OUTLINE_INIT	{ NULL, 0, 0, NULL, 0, 0 }

void	 mark_outline(struct mark_outline *o, const char *text, size_t len);
void	 mark_outline_release(struct mark_outline *o);
/* The first section of that title (upper and lower case the same), or NULL. */
const struct mark_section *mark_find(const struct mark_outline *o,
	    const char *title);
/* The first of that level. */
const struct mark_section *mark_find_at(const struct mark_outline *o,
	    const char *title, int level);

/*
 * Adds the text so that it can stand within a section: headings become level
 * three or lower, and what it leaves open (a fence, a comment) is closed.
 */
void	 mark_add_nested(struct buf *out, const char *text, size_t len);
/* Adds HTML; raw HTML and unsafe links in the text are left out. */
void	 mark_add_html(struct buf *out, const char *text, size_t len);

enum mark_kind {
	MARK_DOCUMENT, MARK_QUOTE, MARK_LIST, MARK_ITEM, MARK_CODE_BLOCK,
	MARK_HTML_BLOCK, MARK_PARAGRAPH, MARK_HEADING, MARK_RULE,
	MARK_TEXT, MARK_SOFT_BREAK, MARK_LINE_BREAK, MARK_CODE, MARK_EMPH,
	MARK_STRONG, MARK_LINK
};

struct mark_event {
	enum mark_kind	 kind;
	bool		 enter;		/* else leave; leaves only enter */
	bool		 tight;		/* within a list without gaps */
	const char	*text;		/* a leaf's text, a link's address;
					   borrowed, valid in the call */
	int		 level;		/* of a heading */
	int		 number;	/* of an item; 0: a bullet */
	char		 task;		/* of an item: ' ', 'x' or 0 */
};

/*
 * Calls `fn` for what the text is made of, in order, on entering and on
 * leaving.  Comments are left out.  The "[x] " of a task is not in its text.
 */
void	 mark_walk(const char *text, size_t len,
	    void (*fn)(const struct mark_event *, void *ctx), void *ctx);

#endif
