/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/err.h"
#include "base/strvec.h"
#include "board/card.h"
#include "t/unit/cardprop.h"
#include "t/unit/tap.h"

size_t cards_refused;

/* A value in one form, whatever its style. */
static void
dump(struct buf *out, const struct yaml_node *n, int depth)
{
	const struct yaml_node *c;

	n = yaml_follow(n);
	if (depth > 40)
		return;
	if (yaml_is_null(n)) {
		buf_adds(out, "null");
		return;
	}
	if (n->kind == YAML_SCALAR) {
		buf_addf(out, "%zu:", n->len);
		buf_add(out, n->text, n->len);
		return;
	}
	buf_addc(out, n->kind == YAML_MAP ? '{' : '[');
	for (c = n->child; c != NULL; c = c->next) {
		if (c->key != NULL)
			buf_addf(out, "%s=", c->key);
		dump(out, c, depth + 1);
		buf_addc(out, ',');
	}
	buf_addc(out, ']');
}

/* Every member but `key`, in order. */
static void
dump_others(struct buf *out, const struct card *c, const char *key)
{
	const struct yaml_node *m;

	buf_clear(out);
	for (m = c->yaml.root == NULL ? NULL : c->yaml.root->child; m != NULL;
	    m = m->next)
		if (strcmp(m->key, key) != 0) {
			buf_addf(out, "%s=", m->key);
			dump(out, m, 0);
			buf_addc(out, '\n');
		}
}

static bool
has_value(const struct card *c, const struct want *w)
{
	struct strvec got = STRVEC_INIT;
	const char *text = card_get(c, w->key);
	bool same;
	size_t i;

	if (yaml_member(c->yaml.root, w->key) == NULL)
		return false;
	if (w->list == NULL)
		return w->value == NULL ? text == NULL &&
		    yaml_is_null(yaml_find(c->yaml.root, w->key)) :
		    text != NULL && strcmp(text, w->value) == 0;
	same = card_list(c, w->key, &got) == 0 && got.n == w->list->n;
	for (i = 0; same && i < got.n; i++)
		same = strcmp(got.v[i], w->list->v[i]) == 0;
	strvec_release(&got);
	return same;
}

static int
set(struct card *c, const struct want *w, struct err *e)
{
	return w->list == NULL ? card_set(c, w->key, w->value, e) :
	    card_set_list(c, w->key, w->list, e);
}

/* True where a value outside of the span leads into it. */
static bool
is_shared(const struct card *c, size_t start, size_t end)
{
	const struct yaml_node *n;

	for (n = c->yaml.made; n != NULL; n = n->made)
		if (n->shared && n->start >= start && n->end <= end)
			return true;
	return false;
}

/* A key in braces that has not even a colon: {a, b: 1}. */
static bool
is_bare(const struct card *c, const struct yaml_node *m)
{
	return c->yaml.root->style == '{' && m->start == m->end &&
	    c->text.ptr[c->head + m->start - 1] != ':';
}

/* A card and what is to be kept of it. */
struct before {
	struct buf	text, others;
	size_t		start, end;	/* the value's bytes, or a place */
	bool		was_there, may_refuse;
};

static void
note_before(struct before *b, const struct card *c, const struct want *w)
{
	const struct yaml_node *m = yaml_member(c->yaml.root, w->key);

	memset(b, 0, sizeof(*b));
	buf_addb(&b->text, &c->text);
	dump_others(&b->others, c, w->key);
	b->was_there = m != NULL;
	b->start = m != NULL ? c->head + m->start : c->head_end;
	b->end = m != NULL ? c->head + m->end : c->head_end;
	b->may_refuse = m != NULL ? is_shared(c, m->start, m->end) ||
	    is_bare(c, m) :
	    c->yaml.root != NULL && c->yaml.root->style == '{';
}

static void
before_release(struct before *b)
{
	buf_release(&b->text);
	buf_release(&b->others);
}

/* What is new is one value, or one whole line. */
static bool
is_kept(const struct before *b, const struct card *c)
{
	size_t tail = b->text.len - b->end, n;
	const char *end = c->text.ptr + c->text.len;

	if (c->text.len < b->start + tail ||
	    memcmp(c->text.ptr, b->text.ptr, b->start) != 0 ||
	    memcmp(end - tail, b->text.ptr + b->end, tail) != 0)
		return false;
	n = c->text.len - tail - b->start;
	if (b->was_there)
		return true;
	return n > 0 && end[-(ptrdiff_t)tail - 1] == '\n' &&
	    memchr(c->text.ptr + b->start, '\n', n) == end - tail - 1 &&
	    (n > 1 && end[-(ptrdiff_t)tail - 2] == '\r') == c->crlf;
}

/* After a successful set: bytes, values, and that a new reader agrees. */
static bool
check_after(const struct before *b, const struct card *c,
    const struct want *w, const char *what)
{
	struct card fresh = CARD_INIT;
	struct buf others = BUF_INIT;
	struct err e = ERR_INIT;
	bool good;

	good = row(is_kept(b, c), "%s %s: other bytes changed", what, w->key);
	good &= row(card_parse(&fresh, c->text.ptr, c->text.len, &e) == 0,
	    "%s %s: %s", what, w->key, e.msg);
	if (good) {
		dump_others(&others, &fresh, w->key);
		good &= row(has_value(&fresh, w) && has_value(c, w),
		    "%s %s: the value is another", what, w->key);
		good &= row(buf_equal(&others, &b->others),
		    "%s %s: other values changed", what, w->key);
		good &= row(fresh.body == c->body && fresh.head == c->head &&
		    fresh.head_end == c->head_end && fresh.crlf == c->crlf,
		    "%s %s: its parts are others", what, w->key);
	}
	buf_release(&others);
	card_release(&fresh);
	return good;
}

/* The value that the card has, to be set back. */
static bool
take_value(const struct card *c, struct want *w, struct strvec *list)
{
	const struct yaml_node *m = yaml_find(c->yaml.root, w->key);

	w->value = NULL;
	w->list = NULL;
	if (m == NULL)
		return false;
	if (m->kind == YAML_LIST) {
		w->list = list;
		return yaml_list(m, list) == 0;
	}
	w->value = card_get(c, w->key);
	return m->kind == YAML_SCALAR;
}

/* True where the value was written as we write it. */
static bool
was_ours(const struct before *b, const struct want *old)
{
	struct buf text = BUF_INIT;
	bool same;

	if (old->list != NULL)
		yaml_quote_list(&text, old->list);
	else if (old->value != NULL)
		yaml_quote(&text, old->value);
	else
		buf_adds(&text, "null");
	same = b->end - b->start == text.len &&
	    memcmp(b->text.ptr + b->start, text.ptr, text.len) == 0;
	buf_release(&text);
	return same;
}

static bool
set_back(struct card *c, const struct before *first, const struct want *old)
{
	struct before b;
	struct err e = ERR_INIT;
	bool good;

	note_before(&b, c, old);
	good = row(set(c, old, &e) == 0, "back %s: %s", old->key, e.msg) &&
	    check_after(&b, c, old, "back");
	if (good)
		good = row(is_kept(first, c), "back %s: other bytes changed",
		    old->key);
	if (good && was_ours(first, old))
		good = row(buf_equal(&c->text, &first->text),
		    "back %s: the card is another", old->key);
	before_release(&b);
	return good;
}

bool
card_keeps(const struct buf *text, const struct want *w)
{
	struct card c = CARD_INIT, copy = CARD_INIT;
	struct strvec list = STRVEC_INIT;
	struct want old = *w;
	struct before b;
	struct err e = ERR_INIT;
	bool good, back;

	if (card_parse(&c, text->ptr, text->len, &e) != 0 ||
	    card_parse(&copy, text->ptr, text->len, &e) != 0)
		return row(false, "it does not parse: %s", e.msg);
	back = take_value(&copy, &old, &list);
	note_before(&b, &c, w);
	if (set(&c, w, &e) != 0) {
		cards_refused++;
		good = row(b.may_refuse && e.status == EX_DATAERR,
		    "set %s is refused: %s", w->key, e.msg) &
		    row(buf_equal(&c.text, text) && strcmp(card_str(&c,
		    w->key), card_str(&copy, w->key)) == 0,
		    "a refusal changed the card");
	} else {
		good = check_after(&b, &c, w, "set") &&
		    (!back || set_back(&c, &b, &old));
	}
	if (!good)
		diag("set %s to '%s'%s in:\n%s", w->key, w->list != NULL ?
		    "a list" : w->value, w->list != NULL ? "" : ".",
		    buf_str(&b.text));
	if (!good)
		diag("gives:\n%s", buf_str(&c.text));
	before_release(&b);
	strvec_release(&list);
	card_release(&c);
	card_release(&copy);
	return good;
}
