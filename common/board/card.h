/* SPDX-License-Identifier: MIT */
/*
 * The card of a task: YAML front matter, then markdown; task-format(5).
 *
 * A card is parsed from its text and keeps it.  Setting a key replaces the
 * bytes of that key's value and no others; a key that is missing becomes a
 * line before the closing "---".  A card that does not parse is never
 * written.  Byte order mark and CRLF stay as they are.
 */
#ifndef BOARD_CARD_H
#define BOARD_CARD_H

#include "base/buf.h"
#include "board/id.h"
#include "board/stage.h"
#include "format/yaml.h"

struct err;
struct oid;
struct strvec;

enum {
	CARD_MAX = 4 << 20,		/* bytes of a card */
	CARD_HEAD_MAX = 256 << 10,	/* bytes of its front matter */
	CARD_NAME_MAX = 256		/* bytes of a task's name */
};

struct card {
	struct buf	text;		/* the whole file */
	size_t		head;		/* the front matter's first byte */
	size_t		head_end;	/* the closing "---" line */
	size_t		body;		/* what follows that line */
	bool		crlf;
	bool		changed;	/* since it was parsed */
	struct yaml	yaml;
};

#define CARD_INIT	{ BUF_INIT, 0, 0, 0, false, false, YAML_INIT }

/* The keys whose values name tasks, ended by NULL. */
extern const char *const card_reference_keys[];

/* EX_DATAERR with "LINE:COL: what is wrong". */
int	 card_parse(struct card *c, const char *text, size_t len,
	    struct err *e);
void	 card_release(struct card *c);

/* A key's text; NULL where it is missing, null or no scalar.  Borrowed. */
const char *card_get(const struct card *c, const char *key);
/* As card_get, "" in place of NULL. */
const char *card_str(const struct card *c, const char *key);
/* Adds the texts of a list.  -1 where it is no list of texts. */
int	 card_list(const struct card *c, const char *key, struct strvec *out);
/* STATUS_NONE where it is none of the statuses. */
int	 card_status(const struct card *c);
/*
 * The references in a list, as ids; those that are none are left out and
 * counted in `*bad` (which may be NULL).  The caller frees `*ids`.
 */
size_t	 card_ids(const struct card *c, const char *key, struct id **ids,
	    size_t *bad);

/*
 * Adds the value of a node of the front matter as one text, whatever quotes
 * and layout it has; nothing for null.
 */
void	 card_value(const struct card *c, const struct yaml_node *n,
	    struct buf *out);
/*
 * The first key that has another value in `b` than in `a`, but for those of
 * `but`; "" where only the body has changed; NULL: nothing.  Borrowed.
 */
const char *card_first_change(const struct card *a, const struct card *b,
	    const char *const *but);

/* NULL sets null. */
int	 card_set(struct card *c, const char *key, const char *value,
	    struct err *e);
int	 card_set_list(struct card *c, const char *key,
	    const struct strvec *values, struct err *e);
/* Replaces everything after the front matter. */
void	 card_set_body(struct card *c, const char *body, size_t len);

const char *card_body(const struct card *c, size_t *len);
/*
 * What a sign-off is bound to: git's id of a blob of the body followed by the
 * context, lines ending as git keeps them where it converts line ends, so that
 * whoever reads git's objects finds the same.
 */
void	 card_content(const struct card *c, const struct buf *context,
	    struct oid *out);
/*
 * Adds to `problems` a sentence for each key of the front matter that is not
 * as task-format(5) wants it: "LINE:COL: what".
 */
void	 card_check(const struct card *c, const struct id *id,
	    enum stage stage, struct strvec *problems);
/* Such a sentence without its place. */
const char *card_problem_text(const char *problem);
/* A task's name: one line of UTF-8, not blank, at most CARD_NAME_MAX bytes. */
int	 card_check_name(const char *name, struct err *e);

#endif
