/* SPDX-License-Identifier: MIT */
/*
 * YAML read into a small tree that knows where each value stands in the text,
 * so that a value can be replaced and every other byte kept.  The parser is
 * libyaml.
 *
 * Values are text: `no`, 0042 and 1.0 are what was written.  Only null is
 * told apart.  Aliases are followed, never copied, so that no document is
 * larger than its text.  Limits: YAML_DEPTH_MAX levels, YAML_NODES_MAX nodes,
 * as many as if each alias were a copy, since other readers make one; one
 * document, keys are scalars and unique within their mapping.
 */
#ifndef FORMAT_YAML_H
#define FORMAT_YAML_H

struct buf;
struct err;
struct strvec;

enum {
	YAML_DEPTH_MAX = 32,
	YAML_NODES_MAX = 20000,
	YAML_MEMBERS_MAX = 2000,	/* of one mapping */
	YAML_ANCHORS_MAX = 256
};

enum yaml_kind { YAML_SCALAR, YAML_LIST, YAML_MAP, YAML_ALIAS };

struct yaml_node {
	enum yaml_kind	 kind;
	struct yaml_node *next;		/* the next item or member */
	struct yaml_node *child;	/* the first item or member */
	char		*key;		/* a member's key, else NULL */
	char		*text;		/* a scalar's value */
	size_t		 len;
	char		 style;		/* ' " | > or 0 (plain); lists and
					   maps: [ or { in flow style, else 0 */
	bool		 shared;	/* an alias elsewhere leads here */
	struct yaml_node *target;	/* of an alias */
	size_t		 weight;	/* values in it, with itself */
	size_t		 start, end;	/* bytes of the value in the text */
	size_t		 key_start;	/* a member: where its key begins */
	int		 line, col;	/* from 1 */
	int		 key_line, key_col;	/* a member: of its key */
	struct yaml_node *made;		/* all nodes, for release */
};

struct yaml {
	struct yaml_node *root;		/* NULL: the text holds nothing */
	struct yaml_node *made;
};

#define YAML_INIT	{ NULL, NULL }

/*
 * Reads `len` bytes (without a byte order mark), whose first line is line
 * `first_line` of its file.  EX_DATAERR with "LINE:COL: what is wrong".
 */
int	 yaml_parse(struct yaml *y, const char *text, size_t len,
	    int first_line, struct err *e);
void	 yaml_release(struct yaml *y);

/* The member's value with aliases followed, or NULL.  `map` may be NULL. */
const struct yaml_node *yaml_find(const struct yaml_node *map,
	    const char *key);
/* The member as it stands (an alias stays one), or NULL. */
const struct yaml_node *yaml_member(const struct yaml_node *map,
	    const char *key);
/* Follows an alias; any other node is itself. */
const struct yaml_node *yaml_follow(const struct yaml_node *n);
/* NULL, an empty plain scalar, ~ or null. */
bool	 yaml_is_null(const struct yaml_node *n);
/* A scalar's text; NULL where it is null or no scalar. */
const char *yaml_text(const struct yaml_node *n);
/*
 * Adds the texts of a list's items; a scalar counts as a list of one and null
 * as an empty one.  -1 where an item is no scalar.
 */
int	 yaml_list(const struct yaml_node *n, struct strvec *out);

/* Adds the text in double quotes, on one line, whatever it holds. */
void	 yaml_quote(struct buf *out, const char *s);
/* Adds ["a", "b"]. */
void	 yaml_quote_list(struct buf *out, const struct strvec *sv);
/* True where the text may stand without quotes and mean itself. */
bool	 yaml_is_plain(const char *s);

#endif
