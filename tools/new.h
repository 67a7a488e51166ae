/* SPDX-License-Identifier: MIT */
/*
 * The parts of task-new: what is wished for (from options, or from JSON
 * lines), and how a package is made of it.
 */
#ifndef TOOLS_NEW_H
#define TOOLS_NEW_H

#include "base/map.h"
#include "base/strvec.h"
#include "change/create.h"

struct err;
struct json;
struct session;

/* One task that is to be; the texts are its own, NULL where not given. */
struct wish {
	size_t		 line;		/* of the input, from 1; 0: none */
	char		*name, *key;
	char		*goal, *inputs, *details, *outputs, *context;
	struct criterion *criteria;
	size_t		 ncriteria, criteria_cap;
	bool		 has_criteria;
	struct strvec	 tags;
	struct strvec	 depends_on;	/* references or keys, then refs */
	char		*priority, *effort, *dri, *created_by, *namespace;
	bool		 has_created, has_stage;
	int64_t		 created_us;
	enum stage	 stage;
	struct json	*json;		/* the whole line */
	const struct json *events;	/* of it, or NULL */
	struct strvec	 dropped;	/* dependencies that do not exist */
	struct strvec	 left_out;	/* what else --lenient did not keep */
	char		*first_key;	/* the key before it got a suffix */
	bool		 skip;		/* not to be made: its key is there
					   already, or it is broken */
	enum { WISH_NEW, WISH_ON_PATH, WISH_DONE } walked;
	struct id	 id;		/* its number when it has one */
	const char	*recovered;	/* why the counter was set anew for it,
					   or NULL */
	struct map	 fills;		/* of blanks, where a person was asked:
					   key to text, its own */
};

struct wishes {
	struct wish	*v;
	size_t		 n, cap;
	bool		 lenient;
	struct wish	*at;		/* the one that is looked at */
	size_t		 bad;		/* things that were said to be wrong */
	size_t		 left_out;	/* lines that --lenient cannot keep */
	size_t		 made;		/* commits so far, with --each */
	size_t		 there;		/* wishes whose key is there already */
	struct map	 keys;		/* of the input: to its struct wish */
	struct map	 known;		/* of the board: to "TASK-0042" */
	struct strvec	 origin_ref;	/* what they follow up; else empty */
	struct task	 origin;
	const char	*template;	/* its name; NULL: the usual one */
	struct map	 fills;		/* of its blanks: key to text, which is
					   borrowed */
};

struct wish *wish_add(struct wishes *w);
void	 wishes_release(struct wishes *w);
/*
 * Says what is wrong with the wish w->at: "-:17: depends_on: …" (`field` may
 * be NULL).  With --lenient it is a warning where something can be kept
 * (`kept` says how); where nothing can (NULL) the wish is left out.
 */
void	 wish_wrong(struct wishes *w, const char *field, const char *kept,
	    const char *fmt, ...) PRINTF_LIKE(4, 5);

/* Reads JSON lines from standard input; what is wrong is said and counted. */
int	 wishes_read(struct wishes *w, struct err *e);
/* Prints the templates for cards that there are. */
int	 templates_list(struct err *e);
/*
 * The cards are made from the template of that name (NULL: the usual one), with
 * its blanks filled by `fills`, "KEY=TEXT".  On a terminal a person is asked
 * for the rest, where the template was named.  EX_NOINPUT: there is no such
 * template, and which there are.
 */
int	 wishes_take_template(struct wishes *w, const char *name,
	    const struct strvec *fills, struct err *e);

/* Namespaces: on the board, and not archived. */
int	 wishes_check_namespaces(struct wishes *w, struct session *s,
	    struct err *e);
/* Keys: unique in the input, and new on the board. */
int	 wishes_check_keys(struct wishes *w, struct session *s,
	    struct err *e);
/* Dependencies: references that exist, or keys; and no circle. */
void	 wishes_check_links(struct wishes *w, struct session *s);
/* Gives each that is to be made its number, in its namespace. */
int	 wishes_number(struct wishes *w, struct session *s, struct err *e);
/* Keys in depends_on become references, once all have their ids. */
void	 wishes_link(struct wishes *w);

/* A wish on its way to be a package. */
struct maker {
	struct wishes	*w;
	struct wish	*one;
	struct session	*s;
	struct create	 c;
	const struct json **past;	/* of its events those that are kept */
	size_t		 npast;
};

/*
 * The ledger with its first events, and the stage that they lead to;
 * `recovered` as below.
 */
void	 wish_make_ledger(struct maker *m, const char *recovered);
/* EX_NO where the actor may not bring in such a past. */
int	 wish_check_import(struct maker *m, struct err *e);

/*
 * Stages the package of a wish that has its id; `recovered` is why the
 * counter was set anew, or NULL.
 */
int	 wish_stage(struct wishes *w, struct wish *one, struct session *s,
	    const char *recovered, struct err *e);

#endif
