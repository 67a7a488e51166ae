/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include <yaml.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/strvec.h"
#include "base/utf8.h"
#include "format/yaml.h"

struct level {
	struct yaml_node  *node;	/* a list or a map */
	struct yaml_node **tail;	/* where the next child goes */
	int		   members;
	char		  *key;		/* a key that waits for its value */
	size_t		   key_start;
	int		   key_line, key_col;
};

struct loader {
	yaml_parser_t	 parser;
	struct yaml	*y;
	const char	*text;
	size_t		 len;
	int		 first_line;
	bool		 ascii;
	size_t		 chars, bytes;	/* a place in the text, both ways */
	struct level	 stack[YAML_DEPTH_MAX];
	int		 depth;
	int		 nodes;
	struct yaml_node *anchors;	/* holders: key, target, next */
	int		 nanchors;
	struct err	*e;
};


static struct yaml_node *
anchor_find(const struct loader *l, const char *name)
{
	const struct yaml_node *a;

	for (a = l->anchors; a != NULL; a = a->next)
		if (strcmp(a->key, name) == 0)
			return a->target;
	return NULL;
}

static int
fail_at(const struct loader *l, const yaml_mark_t *mark, const char *what)
{
	return err_set(l->e, EX_DATAERR, "%zu:%zu: %s",
	    mark->line + (size_t)l->first_line, mark->column + 1, what);
}

static int
take_anchor(struct loader *l, const yaml_char_t *name, struct yaml_node *n,
    const yaml_event_t *ev)
{
	struct yaml_node *a;

	if (name == NULL)
		return 0;
	if (++l->nanchors > YAML_ANCHORS_MAX)
		return fail_at(l, &ev->start_mark, "too many anchors");
	a = mem_zalloc(sizeof(*a));
	a->key = mem_strdup((const char *)name);
	a->target = n;
	a->next = l->anchors;
	l->anchors = a;
	return 0;
}

/* libyaml counts characters; we need bytes. */
static size_t
offset(struct loader *l, const yaml_mark_t *mark)
{
	size_t used;

	if (l->ascii)
		return mark->index;
	if (mark->index < l->chars)
		l->chars = l->bytes = 0;
	while (l->chars < mark->index && l->bytes < l->len) {
		utf8_char(l->text + l->bytes, l->len - l->bytes, &used);
		l->bytes += used;
		l->chars++;
	}
	return l->bytes;
}

/* The end of a value: blanks and line ends after it are not part of it. */
static size_t
trimmed(const struct loader *l, size_t start, size_t end)
{
	while (end > start && strchr(" \t\r\n", l->text[end - 1]) != NULL)
		end--;
	return end;
}

static bool
is_key_place(const struct level *at)
{
	return at->node->kind == YAML_MAP && at->key == NULL;
}

static int
take_key(struct loader *l, struct level *at, const yaml_event_t *ev)
{
	const struct yaml_node *m;
	const char *key;

	if (ev->type != YAML_SCALAR_EVENT)
		return fail_at(l, &ev->start_mark, "a key must be a word");
	key = (const char *)ev->data.scalar.value;
	if (strlen(key) != ev->data.scalar.length)
		return fail_at(l, &ev->start_mark, "a key holds a NUL");
	if (++at->members > YAML_MEMBERS_MAX)
		return fail_at(l, &ev->start_mark, "too many keys");
	for (m = at->node->child; m != NULL; m = m->next)
		if (strcmp(m->key, key) == 0)
			return err_set(l->e, EX_DATAERR,
			    "%zu:%zu: the key '%s' is there twice",
			    ev->start_mark.line + (size_t)l->first_line,
			    ev->start_mark.column + 1, key);
	at->key = mem_strdup(key);
	at->key_start = offset(l, &ev->start_mark);
	at->key_line = (int)ev->start_mark.line + l->first_line;
	at->key_col = (int)ev->start_mark.column + 1;
	return 0;
}

static struct yaml_node *
node_new(struct loader *l, enum yaml_kind kind, const yaml_event_t *ev)
{
	struct yaml_node *n = mem_zalloc(sizeof(*n));
	struct level *at;

	n->kind = kind;
	n->weight = 1;
	n->made = l->y->made;
	l->y->made = n;
	n->start = offset(l, &ev->start_mark);
	n->end = trimmed(l, n->start, offset(l, &ev->end_mark));
	n->line = (int)ev->start_mark.line + l->first_line;
	n->col = (int)ev->start_mark.column + 1;
	if (l->depth == 0) {
		l->y->root = n;
		return n;
	}
	at = &l->stack[l->depth - 1];
	n->key = at->key;
	n->key_start = at->key_start;
	n->key_line = at->key_line;
	n->key_col = at->key_col;
	at->key = NULL;
	*at->tail = n;
	at->tail = &n->next;
	return n;
}

static int
open_level(struct loader *l, struct yaml_node *n, const yaml_event_t *ev)
{
	struct level *at;

	if (l->depth == YAML_DEPTH_MAX)
		return fail_at(l, &ev->start_mark, "nested too deeply");
	at = &l->stack[l->depth++];
	memset(at, 0, sizeof(*at));
	at->node = n;
	at->tail = &n->child;
	return 0;
}

/*
 * In block style the parser's own end lies where the next token begins, after
 * comments that are not ours: the last child tells the real end.
 */
static int
close_level(struct loader *l, const yaml_event_t *ev)
{
	struct level *at = &l->stack[--l->depth];
	struct yaml_node *n = at->node, *c;

	free(at->key);
	if (n->style != 0)
		n->end = offset(l, &ev->end_mark);
	for (c = n->child; c != NULL; c = c->next) {
		n->weight += c->weight;
		if (n->style == 0 && c->end > n->end)
			n->end = c->end;
	}
	if (n->weight > YAML_NODES_MAX)
		return fail_at(l, &ev->start_mark,
		    "with its aliases there are too many values");
	return 0;
}

static int
take_scalar(struct loader *l, const yaml_event_t *ev)
{
	static const char styles[] = {
		[YAML_SINGLE_QUOTED_SCALAR_STYLE] = '\'',
		[YAML_DOUBLE_QUOTED_SCALAR_STYLE] = '"',
		[YAML_LITERAL_SCALAR_STYLE] = '|',
		[YAML_FOLDED_SCALAR_STYLE] = '>',
	};
	struct yaml_node *n = node_new(l, YAML_SCALAR, ev);

	n->len = ev->data.scalar.length;
	n->text = mem_dup(ev->data.scalar.value, n->len);
	n->style = styles[ev->data.scalar.style];
	if (strlen(n->text) != n->len)
		return fail_at(l, &ev->start_mark, "a value holds a NUL");
	return take_anchor(l, ev->data.scalar.anchor, n, ev);
}

static int
take_alias(struct loader *l, const yaml_event_t *ev)
{
	struct yaml_node *n = node_new(l, YAML_ALIAS, ev);
	int i;

	n->target = anchor_find(l, (const char *)ev->data.alias.anchor);
	if (n->target == NULL)
		return fail_at(l, &ev->start_mark,
		    "an alias to an anchor that is not there");
	while (n->target->kind == YAML_ALIAS)
		n->target = n->target->target;
	for (i = 0; i < l->depth; i++)
		if (l->stack[i].node == n->target)
			return fail_at(l, &ev->start_mark,
			    "an alias to what it stands in");
	n->target->shared = true;
	n->weight = n->target->weight;
	return 0;
}

static int
take_start(struct loader *l, const yaml_event_t *ev)
{
	bool list = ev->type == YAML_SEQUENCE_START_EVENT;
	struct yaml_node *n = node_new(l, list ? YAML_LIST : YAML_MAP, ev);
	const yaml_char_t *anchor;

	anchor = list ? ev->data.sequence_start.anchor :
	    ev->data.mapping_start.anchor;
	if (take_anchor(l, anchor, n, ev) != 0)
		return -1;
	if (list && ev->data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE)
		n->style = '[';
	if (!list && ev->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE)
		n->style = '{';
	return open_level(l, n, ev);
}

/* A key, or a value. */
static int
take_node(struct loader *l, const yaml_event_t *ev)
{
	if (++l->nodes > YAML_NODES_MAX)
		return fail_at(l, &ev->start_mark, "too many values");
	if (l->depth > 0 && is_key_place(&l->stack[l->depth - 1]))
		return take_key(l, &l->stack[l->depth - 1], ev);
	if (ev->type == YAML_SCALAR_EVENT)
		return take_scalar(l, ev);
	if (ev->type == YAML_ALIAS_EVENT)
		return take_alias(l, ev);
	return take_start(l, ev);
}

static int
take_event(struct loader *l, const yaml_event_t *ev)
{
	switch (ev->type) {
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		return close_level(l, ev);
	case YAML_DOCUMENT_START_EVENT:
		if (l->y->root != NULL)
			return fail_at(l, &ev->start_mark,
			    "a second document");
		break;
	case YAML_NO_EVENT:
	case YAML_STREAM_START_EVENT:
	case YAML_STREAM_END_EVENT:
	case YAML_DOCUMENT_END_EVENT:
		break;
	case YAML_SCALAR_EVENT:
	case YAML_ALIAS_EVENT:
	case YAML_SEQUENCE_START_EVENT:
	case YAML_MAPPING_START_EVENT:
		return take_node(l, ev);
	}
	return 0;
}

static int
say_syntax(struct loader *l)
{
	const yaml_parser_t *p = &l->parser;
	const char *what = p->problem == NULL ? "not YAML" : p->problem;
	char hint[80];
	size_t at, i;
	yaml_mark_t mark = p->problem_mark;

	if (p->error == YAML_READER_ERROR) {
		memset(&mark, 0, sizeof(mark));
		for (i = 0; i < p->problem_offset && i < l->len; i++) {
			mark.column++;
			if (l->text[i] == '\n') {
				mark.line++;
				mark.column = 0;
			}
		}
		return fail_at(l, &mark, what);
	}
	at = offset(l, &mark);
	if (at < l->len && strstr(what, "cannot start any token") != NULL) {
		if (l->text[at] == '\t')
			return fail_at(l, &mark,
			    "a tab may not indent: use spaces");
		snprintf(hint, sizeof(hint), "a value may not begin with "
		    "'%c': put it in quotes", l->text[at]);
		what = hint;
	}
	return fail_at(l, &mark, what);
}

static void
loader_release(struct loader *l)
{
	struct yaml_node *a;

	while (l->depth > 0)
		free(l->stack[--l->depth].key);
	while ((a = l->anchors) != NULL) {
		l->anchors = a->next;
		free(a->key);
		free(a);
	}
	yaml_parser_delete(&l->parser);
}

static bool
is_ascii(const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if ((unsigned char)s[i] >= 0x80)
			return false;
	return true;
}

int
yaml_parse(struct yaml *y, const char *text, size_t len, int first_line,
    struct err *e)
{
	struct loader l = { .y = y, .text = text == NULL ? "" : text,
	    .len = len, .first_line = first_line, .e = e };
	yaml_event_t ev;
	int rc = 0, done = 0;

	if (!yaml_parser_initialize(&l.parser))
		return err_set(e, EX_SOFTWARE, "libyaml does not start");
	yaml_parser_set_encoding(&l.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&l.parser,
	    (const unsigned char *)l.text, len);
	l.ascii = is_ascii(l.text, len);
	while (rc == 0 && !done) {
		if (!yaml_parser_parse(&l.parser, &ev)) {
			rc = say_syntax(&l);
			break;
		}
		done = ev.type == YAML_STREAM_END_EVENT;
		rc = take_event(&l, &ev);
		yaml_event_delete(&ev);
	}
	loader_release(&l);
	return rc;
}

void
yaml_release(struct yaml *y)
{
	struct yaml_node *n;

	while ((n = y->made) != NULL) {
		y->made = n->made;
		free(n->key);
		free(n->text);
		free(n);
	}
	y->root = NULL;
}

const struct yaml_node *
yaml_follow(const struct yaml_node *n)
{
	return n != NULL && n->kind == YAML_ALIAS ? n->target : n;
}

const struct yaml_node *
yaml_member(const struct yaml_node *map, const char *key)
{
	const struct yaml_node *m;

	if (map == NULL || map->kind != YAML_MAP)
		return NULL;
	for (m = map->child; m != NULL; m = m->next)
		if (strcmp(m->key, key) == 0)
			return m;
	return NULL;
}

const struct yaml_node *
yaml_find(const struct yaml_node *map, const char *key)
{
	return yaml_follow(yaml_member(map, key));
}

bool
yaml_is_null(const struct yaml_node *n)
{
	static const char *const nulls[] =
	    { "", "~", "null", "Null", "NULL" };
	size_t i;

	if (n == NULL)
		return true;
	if (n->kind != YAML_SCALAR || n->style != 0)
		return false;
	for (i = 0; i < ARRAY_LEN(nulls); i++)
		if (strcmp(n->text, nulls[i]) == 0)
			return true;
	return false;
}

const char *
yaml_text(const struct yaml_node *n)
{
	n = yaml_follow(n);
	if (yaml_is_null(n) || n->kind != YAML_SCALAR)
		return NULL;
	return n->text;
}

int
yaml_list(const struct yaml_node *n, struct strvec *out)
{
	const struct yaml_node *item;
	const char *text;

	n = yaml_follow(n);
	if (yaml_is_null(n))
		return 0;
	if (n->kind == YAML_SCALAR) {
		strvec_add(out, n->text);
		return 0;
	}
	if (n->kind != YAML_LIST)
		return -1;
	for (item = n->child; item != NULL; item = item->next) {
		if ((text = yaml_text(item)) == NULL)
			return -1;
		strvec_add(out, text);
	}
	return 0;
}

static void
quote_char(struct buf *out, int32_t ch, const char *s, size_t used)
{
	if (ch < 0)
		buf_adds(out, "\xef\xbf\xbd");
	else if (ch == '"' || ch == '\\')
		buf_addf(out, "\\%c", ch);
	else if (ch == '\n')
		buf_adds(out, "\\n");
	else if (ch == '\t')
		buf_adds(out, "\\t");
	else if (ch < 0x20 || (ch >= 0x7f && ch < 0xa0))
		buf_addf(out, "\\x%02x", (unsigned)ch);
	else if (ch == 0x2028 || ch == 0x2029 || ch == 0xfeff ||
	    ch == 0xfffe || ch == 0xffff)
		buf_addf(out, "\\u%04x", (unsigned)ch);
	else
		buf_add(out, s, used);
}

void
yaml_quote(struct buf *out, const char *s)
{
	size_t len = strlen(s), used;
	int32_t ch;

	buf_addc(out, '"');
	for (; len > 0; s += used, len -= used) {
		ch = utf8_char(s, len, &used);
		quote_char(out, ch, s, used);
	}
	buf_addc(out, '"');
}

void
yaml_quote_list(struct buf *out, const struct strvec *sv)
{
	size_t i;

	buf_addc(out, '[');
	for (i = 0; i < sv->n; i++) {
		if (i > 0)
			buf_adds(out, ", ");
		yaml_quote(out, sv->v[i]);
	}
	buf_addc(out, ']');
}

bool
yaml_is_plain(const char *s)
{
	static const char *const words[] = { "null", "true", "false", "yes",
	    "no", "on", "off", "y", "n" };
	size_t i;

	for (i = 0; i < ARRAY_LEN(words); i++)
		if (strcasecmp(s, words[i]) == 0)
			return false;
	if (!((*s >= 'a' && *s <= 'z') || (*s >= 'A' && *s <= 'Z')))
		return false;
	return s[strspn(s, "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")] == '\0';
}
