/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/clock.h"
#include "base/err.h"
#include "base/strvec.h"
#include "base/utf8.h"
#include "board/card.h"
#include "format/oid.h"

const char *const card_reference_keys[] = { "depends_on", "blocks",
	"related_to", "blocked_by", "split_from", "split_into", NULL };

/* The line at `at`: its length without the line end, and where it ends. */
static size_t
line_len(const char *s, size_t len, size_t at, size_t *next)
{
	const char *nl = memchr(s + at, '\n', len - at);
	size_t end = nl == NULL ? len : (size_t)(nl - s);

	*next = nl == NULL ? len : end + 1;
	if (end > at && s[end - 1] == '\r')
		end--;
	return end - at;
}

static bool
is_fence(const char *line, size_t len)
{
	while (len > 3 && strchr(" \t", line[len - 1]) != NULL)
		len--;
	return len == 3 && memcmp(line, "---", 3) == 0;
}

/* Finds the front matter between its two lines. */
static int
find_head(struct card *c, struct err *e)
{
	const char *s = buf_str(&c->text);
	size_t len = c->text.len, at = 0, next, n;

	if (len >= 3 && memcmp(s, "\xef\xbb\xbf", 3) == 0)
		at = 3;
	n = line_len(s, len, at, &next);
	if (!is_fence(s + at, n))
		return err_set(e, EX_DATAERR, "1:1: no front matter: "
		    "a card begins with a line '---'");
	c->crlf = s[next - 1] == '\n' && next - at > n + 1;
	c->head = next;
	for (at = next; at < len && at < CARD_HEAD_MAX; at = next) {
		n = line_len(s, len, at, &next);
		if (!is_fence(s + at, n))
			continue;
		c->head_end = at;
		c->body = next;
		return 0;
	}
	return err_set(e, EX_DATAERR, "1:1: the front matter has no end: "
	    "a second line '---' is missing");
}

static int
parse_head(struct card *c, struct err *e)
{
	yaml_release(&c->yaml);
	if (find_head(c, e) != 0 ||
	    yaml_parse(&c->yaml, c->text.ptr + c->head,
	    c->head_end - c->head, 2, e) != 0)
		return -1;
	if (!yaml_is_null(c->yaml.root) && c->yaml.root->kind != YAML_MAP)
		return err_set(e, EX_DATAERR,
		    "2:1: the front matter is no list of keys");
	return 0;
}

int
card_parse(struct card *c, const char *text, size_t len, struct err *e)
{
	buf_set(&c->text, text, len);
	return parse_head(c, e);
}

void
card_release(struct card *c)
{
	buf_release(&c->text);
	yaml_release(&c->yaml);
}

const char *
card_get(const struct card *c, const char *key)
{
	return yaml_text(yaml_find(c->yaml.root, key));
}

const char *
card_str(const struct card *c, const char *key)
{
	const char *s = card_get(c, key);

	return s == NULL ? "" : s;
}

int
card_list(const struct card *c, const char *key, struct strvec *out)
{
	return yaml_list(yaml_find(c->yaml.root, key), out);
}

int
card_status(const struct card *c)
{
	return status_parse(card_str(c, "status"));
}

size_t
card_ids(const struct card *c, const char *key, struct id **ids, size_t *bad)
{
	struct strvec refs = STRVEC_INIT;
	size_t i, n = 0, wrong = 0;

	if (card_list(c, key, &refs) != 0)
		wrong++;
	*ids = mem_zalloc((refs.n + 1) * sizeof(**ids));
	for (i = 0; i < refs.n; i++) {
		if (id_parse(&(*ids)[n], refs.v[i]) == 0)
			n++;
		else
			wrong++;
	}
	if (bad != NULL)
		*bad = wrong;
	strvec_release(&refs);
	return n;
}

/* Nothing in it that YAML takes for the end of a line, or a control. */
static bool
fits_a_line(const char *s)
{
	size_t len = strlen(s), used;
	int32_t ch;

	for (; len > 0; s += used, len -= used) {
		ch = utf8_char(s, len, &used);
		if (ch < 0 || utf8_is_control((uint32_t)ch) || ch == 0x2028 ||
		    ch == 0x2029)
			return false;
	}
	return true;
}

/* The text in the style of the value that it replaces. */
static void
add_scalar(struct buf *out, const char *value, const struct yaml_node *old)
{
	const char *p;

	if (value == NULL) {
		buf_adds(out, "null");
		return;
	}
	if (old != NULL && old->kind == YAML_SCALAR && old->style == 0 &&
	    !yaml_is_null(old) && yaml_is_plain(value)) {
		buf_adds(out, value);
		return;
	}
	if (old == NULL || old->style != '\'' || !fits_a_line(value)) {
		yaml_quote(out, value);
		return;
	}
	buf_addc(out, '\'');
	for (p = value; *p != '\0'; p++)
		buf_adds(out, *p == '\'' ? "''" : (char[]){ *p, '\0' });
	buf_addc(out, '\'');
}

/* What a key is to be: a text, null, or a list. */
struct wanted {
	const char	*key, *text;
	const struct strvec *list;
	size_t		 end;		/* of what goes for it, where that
					   is not the old value's; else 0 */
};

/* An anchor in the value that others lead to must not go. */
static int
check_shared(const struct card *c, const struct yaml_node *old,
    const char *key, struct err *e)
{
	const struct yaml_node *n;

	for (n = c->yaml.made; n != NULL; n = n->made)
		if (n->shared && n->start >= old->start && n->end <= old->end)
			return err_set(e, EX_DATAERR, "%d:%d: the value of "
			    "'%s' has an anchor that is used elsewhere; "
			    "change it by hand", n->line, n->col, key);
	return 0;
}

/*
 * A block list ("- a") may begin in its key's own column, where no other
 * value may: two spaces put the new one below its key.
 */
static bool
needs_indent(const struct card *c, const struct yaml_node *old)
{
	const char *head = c->text.ptr + c->head;
	size_t at = old->start;

	while (at > 0 && strchr(" \t", head[at - 1]) != NULL)
		at--;
	return at > 0 && head[at - 1] == '\n' &&
	    old->col <= c->yaml.root->col;
}

/* Where the line of an item ends, with the comment that stands behind it. */
static size_t
item_end(const struct card *c, const struct yaml_node *item)
{
	const char *head = c->text.ptr + c->head;
	size_t end = item->end;

	if (end > item->start && head[end - 1] == '\n')
		end--;
	end += strcspn(head + end, "\n");
	return end > item->start && head[end - 1] == '\r' ? end - 1 : end;
}

/*
 * The item of a block list that has the text, or NULL; its lines are from
 * `*start` (a comment above it belongs to it) to `*end`.
 */
static const struct yaml_node *
find_item(const struct card *c, const struct yaml_node *list,
    const char *text, size_t *start, size_t *end)
{
	const char *head = c->text.ptr + c->head, *is;
	const struct yaml_node *item;

	*start = list->start;
	for (item = list->child; item != NULL; item = item->next) {
		*end = item_end(c, item);
		is = yaml_text(item);
		if (is != NULL && strcmp(is, text) == 0)
			break;
		*start = *end + strspn(head + *end, "\r\n");
	}
	return item;
}

/* Where the line of the last item of a list ends, if any of the texts stays. */
static size_t
kept_end(const struct card *c, const struct yaml_node *list,
    const struct strvec *texts)
{
	const struct yaml_node *item = list->child;
	bool any = false;
	size_t i, ignored;

	for (i = 0; i < texts->n; i++)
		any = any || find_item(c, list, texts->v[i], &ignored,
		    &ignored) != NULL;
	while (any && item->next != NULL)
		item = item->next;
	return any ? item_end(c, item) : list->end;
}

static int
replace(struct card *c, const struct yaml_node *old,
    const struct wanted *w, struct buf *value, struct err *e)
{
	size_t at = c->head + old->start, end = w->end > 0 ? w->end : old->end;

	if (check_shared(c, old, w->key, e) != 0)
		return -1;
	if (*buf_str(value) != '-' && needs_indent(c, old))
		buf_splice(value, 0, 0, "  ", 2);
	if (old->start == old->end && at > 0 && c->text.ptr[at - 1] == ':')
		buf_splice(value, 0, 0, " ", 1);
	buf_splice(&c->text, at, end - old->start, value->ptr, value->len);
	return 0;
}

static int
insert(struct card *c, const char *key, const struct buf *value,
    struct err *e)
{
	struct buf line = BUF_INIT;
	int i;

	if (c->yaml.root != NULL && c->yaml.root->style == '{')
		return err_set(e, EX_DATAERR, "2:1: the front matter is "
		    "written in braces; add '%s' by hand", key);
	for (i = 1; c->yaml.root != NULL && i < c->yaml.root->col; i++)
		buf_addc(&line, ' ');
	buf_addf(&line, "%s: %s%s", key, buf_str(value),
	    c->crlf ? "\r\n" : "\n");
	buf_splice(&c->text, c->head_end, 0, line.ptr, line.len);
	buf_release(&line);
	return 0;
}

static bool
holds(const struct card *c, const struct wanted *w)
{
	const char *key = w->key;
	struct strvec list = STRVEC_INIT;
	const char *text;
	bool same;
	size_t i;

	if (yaml_member(c->yaml.root, key) == NULL)
		return false;
	if (w->list == NULL) {
		text = card_get(c, key);
		return (text == NULL) == (w->text == NULL) &&
		    (text == NULL || strcmp(text, w->text) == 0);
	}
	same = card_list(c, key, &list) == 0 && list.n == w->list->n;
	for (i = 0; i < list.n && same; i++)
		same = strcmp(list.v[i], w->list->v[i]) == 0;
	strvec_release(&list);
	return same;
}

/* Writes the value and reads the card again; on failure it is as before. */
static int
put(struct card *c, const struct wanted *want, struct buf *value,
    struct err *e)
{
	const struct yaml_node *old = yaml_member(c->yaml.root, want->key);
	struct buf before = BUF_INIT;
	struct err ignored = ERR_INIT;
	int rc;

	buf_addb(&before, &c->text);
	rc = old != NULL ? replace(c, old, want, value, e) :
	    insert(c, want->key, value, e);
	if (rc == 0 && (parse_head(c, &ignored) != 0 || !holds(c, want)))
		rc = err_set(e, EX_DATAERR, "2:1: the front matter is laid "
		    "out so that setting '%s' would break it; change it by "
		    "hand", want->key);
	c->changed = c->changed || rc == 0;
	if (rc != 0) {
		buf_swap(&before, &c->text);
		if (parse_head(c, &ignored) != 0)
			err_prefix(e, "%s", ignored.msg);
	}
	buf_release(&before);
	return rc;
}

int
card_set(struct card *c, const char *key, const char *value, struct err *e)
{
	const struct wanted want = { .key = key, .text = value };
	struct buf text = BUF_INIT;
	int rc;

	add_scalar(&text, value, yaml_member(c->yaml.root, key));
	rc = put(c, &want, &text, e);
	buf_release(&text);
	return rc;
}

/*
 * A block list stays one.  An item that stays keeps its line as it is, with
 * the comments above and behind it; a new one has a line below the first.
 */
static void
add_block_list(struct buf *out, const struct strvec *values,
    const struct card *c, const struct yaml_node *old)
{
	const char *head = c->text.ptr + c->head, *from;
	const struct yaml_node *item;
	size_t start, end, i;

	for (i = 0; i < values->n; i++) {
		item = find_item(c, old, values->v[i], &start, &end);
		if (i > 0)
			buf_addf(out, "%s%*s", c->crlf ? "\r\n" : "\n",
			    old->col - 1, "");
		if (item == NULL) {
			buf_adds(out, "- ");
			yaml_quote(out, values->v[i]);
			continue;
		}
		from = head + start;
		from += strspn(from, " ");
		buf_add(out, from, (size_t)(head + end - from));
	}
}

int
card_set_list(struct card *c, const char *key, const struct strvec *values,
    struct err *e)
{
	const struct yaml_node *old = yaml_member(c->yaml.root, key);
	struct wanted want = { .key = key, .list = values };
	struct buf text = BUF_INIT;
	int rc;

	/* Behind an anchor or a tag it does not begin with its first item. */
	if (old != NULL && old->kind == YAML_LIST && old->style == 0 &&
	    values->n > 0 && c->text.ptr[c->head + old->start] == '-') {
		add_block_list(&text, values, c, old);
		want.end = kept_end(c, old, values);
	} else {
		yaml_quote_list(&text, values);
	}
	rc = put(c, &want, &text, e);
	buf_release(&text);
	return rc;
}

void
card_set_body(struct card *c, const char *body, size_t len)
{
	buf_truncate(&c->text, c->body);
	if (c->body > 0 && c->text.ptr[c->body - 1] != '\n') {
		buf_adds(&c->text, c->crlf ? "\r\n" : "\n");
		c->body = c->text.len;
	}
	buf_add(&c->text, body, len);
	c->changed = true;
}

const char *
card_body(const struct card *c, size_t *len)
{
	*len = c->text.len - c->body;
	return c->text.ptr + c->body;
}

/* Line ends as git keeps them where it converts them. */
static void
drop_returns(struct buf *b)
{
	size_t from, to = 0;

	if (b->len == 0 || memchr(b->ptr, '\r', b->len) == NULL)
		return;
	for (from = 0; from < b->len; from++)
		if (b->ptr[from] != '\r' || from + 1 == b->len ||
		    b->ptr[from + 1] != '\n')
			b->ptr[to++] = b->ptr[from];
	buf_truncate(b, to);
}

void
card_content(const struct card *c, const struct buf *context,
    struct oid *out)
{
	struct buf all = BUF_INIT;
	size_t len;
	const char *body = card_body(c, &len);

	buf_add(&all, body, len);
	buf_addb(&all, context);
	drop_returns(&all);
	oid_of(out, "blob", buf_str(&all), all.len);
	buf_release(&all);
}

int
card_check_name(const char *name, struct err *e)
{
	size_t len = strlen(name), used, i;
	bool blank = true;
	int32_t ch;

	if (len > CARD_NAME_MAX)
		return err_set(e, EX_DATAERR, "a name of %zu bytes is longer "
		    "than %d; put the rest into the goal", len,
		    CARD_NAME_MAX);
	for (i = 0; i < len; i += used) {
		ch = utf8_char(name + i, len - i, &used);
		if (ch < 0)
			return err_set(e, EX_DATAERR,
			    "the name is not UTF-8 (byte %zu)", i + 1);
		if (utf8_is_control((uint32_t)ch))
			return err_set(e, EX_DATAERR, "the name holds a "
			    "control character (byte %zu): a name is one "
			    "line of text", i + 1);
		blank = blank && ch == ' ';
	}
	if (blank)
		return err_set(e, EX_DATAERR, "the name is empty");
	return 0;
}
