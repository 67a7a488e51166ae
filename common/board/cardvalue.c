/* SPDX-License-Identifier: MIT */
/* What a card says, compared with what another says. */
#include "base/compat.h"

#include "base/buf.h"
#include "board/card.h"

void
card_value(const struct card *c, const struct yaml_node *n, struct buf *out)
{
	const struct yaml_node *item;

	n = yaml_follow(n);
	if (yaml_is_null(n))
		return;
	if (n->kind == YAML_SCALAR) {
		buf_add(out, n->text, n->len);
		return;
	}
	if (n->kind != YAML_LIST) {
		buf_add(out, c->text.ptr + c->head + n->start,
		    n->end - n->start);
		return;
	}
	for (item = n->child; item != NULL; item = item->next)
		if (yaml_text(item) != NULL)
			buf_addf(out, "%s\n", yaml_text(item));
}

static bool
is_among(const char *key, const char *const *keys)
{
	for (; *keys != NULL; keys++)
		if (strcmp(*keys, key) == 0)
			return true;
	return false;
}

static bool
same_value(const struct card *a, const struct card *b, const char *key)
{
	struct buf x = BUF_INIT, y = BUF_INIT;
	bool same;

	card_value(a, yaml_member(a->yaml.root, key), &x);
	card_value(b, yaml_member(b->yaml.root, key), &y);
	same = buf_equal(&x, &y);
	buf_release(&x);
	buf_release(&y);
	return same;
}

/* Of the keys of `keys`. */
static const char *
first_key(const struct card *keys, const struct card *other,
    const char *const *but)
{
	const struct yaml_node *m;

	for (m = keys->yaml.root == NULL ? NULL : keys->yaml.root->child;
	    m != NULL; m = m->next)
		if (!is_among(m->key, but) &&
		    !same_value(keys, other, m->key))
			return m->key;
	return NULL;
}

const char *
card_first_change(const struct card *a, const struct card *b,
    const char *const *but)
{
	const char *key = first_key(a, b, but), *x, *y;
	size_t n, m;

	if (key == NULL)
		key = first_key(b, a, but);
	if (key != NULL)
		return key;
	x = card_body(a, &n);
	y = card_body(b, &m);
	return n == m && memcmp(x, y, n) == 0 ? NULL : "";
}
