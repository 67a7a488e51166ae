/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include <search.h>

#include "base/buf.h"
#include "base/map.h"

struct pair {
	char	*key;
	void	*value;
};

static int
compare(const void *a, const void *b)
{
	return strcmp(((const struct pair *)a)->key,
	    ((const struct pair *)b)->key);
}

static void
pair_free(void *p)
{
	free(((struct pair *)p)->key);
	free(p);
}

void
map_release(struct map *m)
{
	tdestroy(m->root, pair_free);
	m->root = NULL;
	m->n = 0;
}

static void
free_value(const char *key, void *value, void *ctx)
{
	(void)key;
	(void)ctx;
	free(value);
}

void
map_release_values(struct map *m)
{
	map_each(m, free_value, NULL);
	map_release(m);
}

static struct pair *
lookup(const struct map *m, const char *key)
{
	struct pair probe = { (char *)(uintptr_t)key, NULL };
	struct pair **found;

	found = tfind(&probe, &m->root, compare);
	return found == NULL ? NULL : *found;
}

void *
map_find(const struct map *m, const char *key)
{
	struct pair *p = lookup(m, key);

	return p == NULL ? NULL : p->value;
}

void *
map_put(struct map *m, const char *key, void *value)
{
	struct pair *p = lookup(m, key);
	void *old;

	if (p != NULL) {
		old = p->value;
		p->value = value;
		return old;
	}
	p = mem_alloc(sizeof(*p));
	p->key = mem_strdup(key);
	p->value = value;
	mem_search(p, &m->root, compare);
	m->n++;
	return NULL;
}

void *
map_remove(struct map *m, const char *key)
{
	struct pair *p = lookup(m, key);
	void *old;

	if (p == NULL)
		return NULL;
	old = p->value;
	tdelete(p, &m->root, compare);
	pair_free(p);
	m->n--;
	return old;
}

struct each {
	void	(*fn)(const char *, void *, void *);
	void	*ctx;
};

static void
visit(const void *node, VISIT which, void *closure)
{
	const struct each *each = closure;
	const struct pair *p;

	if (which != postorder && which != leaf)
		return;
	p = *(struct pair *const *)node;
	each->fn(p->key, p->value, each->ctx);
}

void
map_each(const struct map *m, void (*fn)(const char *, void *, void *),
    void *ctx)
{
	struct each each = { fn, ctx };

	twalk_r(m->root, visit, &each);
}
