/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/err.h"
#include "change/mergecard.h"

/* Where the line ends on which a value ends, its comment included. */
static size_t
line_end(const struct card *c, const struct yaml_node *n)
{
	const char *s = c->text.ptr;
	size_t at = c->head + n->end, from = c->head + n->start;
	const char *nl;

	while (at > from && strchr(" \t\r\n", s[at - 1]) != NULL)
		at--;
	nl = memchr(s + at, '\n', c->head_end - at);
	return nl == NULL ? c->head_end : (size_t)(nl - s) + 1;
}

/* The first byte of the line that `at` is on. */
static size_t
line_start(const struct card *c, size_t at)
{
	while (at > c->head && c->text.ptr[at - 1] != '\n')
		at--;
	return at;
}

/* 1: two keys share a line, as in braces. */
static int
cut(struct pieces *p)
{
	const struct yaml_node *root = p->card.yaml.root, *n;
	size_t at = p->card.head;

	if (root == NULL || root->kind != YAML_MAP)
		return 0;
	if (root->style == '{')
		return 1;
	for (n = root->child; n != NULL; n = n->next) {
		if (line_start(&p->card, p->card.head + n->key_start) < at)
			return 1;
		MEM_GROW(p->v, p->n, p->cap);
		p->v[p->n] = (struct piece){ n, at, line_end(&p->card, n) };
		at = p->v[p->n++].end;
	}
	return 0;
}

int
pieces_parse(struct pieces *p, const struct buf *text)
{
	struct err ignored = ERR_INIT;

	if (card_parse(&p->card, buf_str(text), text->len, &ignored) != 0 ||
	    cut(p) != 0)
		return 1;
	p->rest = p->n > 0 ? p->v[p->n - 1].end : p->card.head;
	return 0;
}

void
pieces_release(struct pieces *p)
{
	card_release(&p->card);
	free(p->v);
	*p = (struct pieces)PIECES_INIT;
}

const struct piece *
pieces_find(const struct pieces *p, const char *key)
{
	size_t i;

	for (i = 0; i < p->n; i++)
		if (strcmp(p->v[i].node->key, key) == 0)
			return &p->v[i];
	return NULL;
}
