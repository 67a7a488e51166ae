/* SPDX-License-Identifier: MIT */
/* task-new: wishes checked against each other and against the board */
#include "base/compat.h"

#include "base/err.h"
#include "base/log.h"
#include "board/card.h"
#include "change/session.h"
#include "rule/graph.h"
#include "tools/new.h"

enum { SUFFIX_MAX = 100000 };

/* A second line with a key gets the first suffix that is free. */
static void
add_suffix(struct wishes *w, struct wish *one)
{
	const struct wish *first = map_find(&w->keys, one->key);
	char *key = NULL;
	int i;

	for (i = 2; i < SUFFIX_MAX; i++) {
		free(key);
		key = mem_printf("%s-%d", one->key, i);
		if (map_find(&w->keys, key) == NULL)
			break;
	}
	w->at = one;
	/* It got its suffix when it was made. */
	if (!w->lenient || map_find(&w->known, key) == NULL)
		wish_wrong(w, "key", "it gets a suffix",
		    "'%s' is that of line %zu, too", one->key, first->line);
	one->first_key = one->key;
	one->key = key;
}

/* The outside keys of the tasks that are there. */
static int
read_known(struct wishes *w, struct session *s, struct err *e)
{
	const struct store_stage *st;
	struct task t = TASK_INIT;
	struct err ignored = ERR_INIT;
	char ref[ID_SIZE];
	const char *key;
	size_t i;
	int stage;

	if (store_load_all(&s->store, e) != 0)
		return -1;
	for (stage = 0; stage < STAGE_COUNT; stage++) {
		st = &s->store.stages[stage];
		for (i = 0; i < st->n; i++) {
			id_format_ref(ref, &st->v[i]->id);
			if (task_load_card(&t, &s->store, st->v[i],
			    &ignored) == 0 && (key = card_get(&t.card,
			    "external_key")) != NULL)
				free(map_put(&w->known, key,
				    mem_strdup(ref)));
			task_release(&t);
		}
	}
	return 0;
}

/* True where the reference cannot be meant as an outside key. */
static bool
is_typed(const char *ref)
{
	return (*ref >= '0' && *ref <= '9') || strncmp(ref, "TASK-", 5) == 0;
}

/* Each key to its first line; the later ones get another. */
static void
check_twice(struct wishes *w)
{
	struct wish *one;
	size_t i;

	for (i = 0; i < w->n; i++) {
		one = &w->v[i];
		if (one->key != NULL && !(one->skip && w->lenient) &&
		    map_find(&w->keys, one->key) == NULL)
			map_put(&w->keys, one->key, one);
	}
	for (i = 0; i < w->n; i++) {
		one = &w->v[i];
		if (one->key != NULL && !(one->skip && w->lenient) &&
		    map_find(&w->keys, one->key) != one) {
			add_suffix(w, one);
			map_put(&w->keys, one->key, one);
		}
	}
}

/* The cards of the board are read only where a key may stand in them. */
static bool
has_keys(const struct wishes *w)
{
	size_t i, k;

	for (i = 0; i < w->n; i++) {
		if (w->v[i].key != NULL)
			return true;
		for (k = 0; k < w->v[i].depends_on.n; k++)
			if (w->v[i].line > 0 &&
			    !is_typed(w->v[i].depends_on.v[k]))
				return true;
	}
	return false;
}

static void
skip_known(struct wishes *w, struct wish *one, const char *there)
{
	w->at = one;
	w->there++;
	one->skip = true;
	if (w->lenient)
		log_info("-:%zu: key '%s' is there already: %s", one->line,
		    one->key, there);
	else
		wish_wrong(w, "key", "it is left out",
		    "'%s' is there already: %s", one->key, there);
}

int
wishes_check_keys(struct wishes *w, struct session *s, struct err *e)
{
	const char *there, *example = NULL;
	struct wish *one;
	size_t i;

	if (!has_keys(w))
		return 0;
	if (read_known(w, s, e) != 0)
		return -1;
	check_twice(w);
	for (i = 0; i < w->n; i++) {
		one = &w->v[i];
		there = one->key == NULL || one->skip ? NULL :
		    map_find(&w->known, one->key);
		if (there == NULL)
			continue;
		example = one->key;
		skip_known(w, one, there);
	}
	if (w->there > 0 && w->lenient)
		log_warn("%zu of %zu keys are there already, such as '%s'; "
		    "those tasks are left as they are", w->there, w->n,
		    example);
	return 0;
}

static bool
is_task(struct session *s, const char *ref, struct id *id)
{
	struct err ignored = ERR_INIT;
	struct package *p;

	return id_parse(id, ref) == 0 &&
	    store_find(&s->store, id, &p, &ignored) == 0;
}

static void
add_once(struct strvec *list, const char *text)
{
	if (!strvec_has(list, text))
		strvec_add(list, text);
}

static void
check_links(struct wishes *w, struct wish *one, struct session *s)
{
	struct strvec kept = STRVEC_INIT;
	const char *ref, *known;
	char text[ID_SIZE];
	struct id id;
	size_t i;

	w->at = one;
	for (i = 0; i < one->depends_on.n; i++) {
		ref = one->depends_on.v[i];
		known = map_find(&w->known, ref);
		if (one->key != NULL && strcmp(ref, one->key) == 0) {
			wish_wrong(w, "depends_on", "it is left out",
			    "the task would wait for itself");
		} else if (map_find(&w->keys, ref) != NULL) {
			add_once(&kept, ref);
		} else if (known != NULL) {
			add_once(&kept, known);
		} else if (is_task(s, ref, &id)) {
			id_format_ref(text, &id);
			add_once(&kept, text);
		} else {
			wish_wrong(w, "depends_on", "it is left out",
			    is_typed(ref) ? "there is no task '%s'" :
			    "no line has key '%s'", ref);
			strvec_add(&one->dropped, ref);
		}
	}
	strvec_release(&one->depends_on);
	one->depends_on = kept;
}

/* A wish on the way down, and which of its links comes next. */
struct frame {
	struct wish	*one;
	size_t		 next;
};

struct walk {
	struct wishes	*w;
	struct frame	*path;
	size_t		 depth, cap;
};

static void
enter(struct walk *k, struct wish *one)
{
	MEM_GROW(k->path, k->depth, k->cap);
	k->path[k->depth++] = (struct frame){ one, 0 };
	one->walked = WISH_ON_PATH;
}

/* The link that closes a circle: said, and with --lenient left out. */
static void
cut_circle(struct walk *k, struct frame *top, const struct wish *again)
{
	struct strvec *links = &top->one->depends_on;
	struct strvec path = STRVEC_INIT;
	struct buf text = BUF_INIT;
	size_t i = k->depth;

	while (k->path[i - 1].one != again)
		i--;
	for (i--; i < k->depth; i++)
		strvec_add(&path, k->path[i].one->key);
	strvec_add(&path, again->key);
	graph_show_path(&text, &path);
	k->w->at = top->one;
	wish_wrong(k->w, "depends_on", "the last link is left out",
	    "goes round in a circle: %s", text.ptr);
	top->next--;
	strvec_add(&top->one->dropped, links->v[top->next]);
	strvec_remove(links, top->next);
	buf_release(&text);
	strvec_release(&path);
}

static void
check_circles(struct wishes *w)
{
	struct walk k = { .w = w };
	struct frame *top;
	struct wish *other;
	size_t i;

	for (i = 0; i < w->n; i++) {
		if (w->v[i].walked == WISH_NEW && !w->v[i].skip)
			enter(&k, &w->v[i]);
		while (k.depth > 0) {
			top = &k.path[k.depth - 1];
			if (top->next == top->one->depends_on.n) {
				top->one->walked = WISH_DONE;
				k.depth--;
				continue;
			}
			other = map_find(&w->keys,
			    top->one->depends_on.v[top->next++]);
			if (other == NULL || other->skip)
				continue;
			if (other->walked == WISH_ON_PATH)
				cut_circle(&k, top, other);
			else if (other->walked == WISH_NEW)
				enter(&k, other);
		}
	}
	free(k.path);
}

void
wishes_check_links(struct wishes *w, struct session *s)
{
	size_t i;

	for (i = 0; i < w->n; i++)
		if (!w->v[i].skip)
			check_links(w, &w->v[i], s);
	check_circles(w);
}

void
wishes_link(struct wishes *w)
{
	struct strvec refs = STRVEC_INIT;
	const struct wish *other;
	const char *known;
	char text[ID_SIZE];
	struct wish *one;
	size_t i, k;

	for (i = 0; i < w->n; i++) {
		one = &w->v[i];
		for (k = 0; k < one->depends_on.n; k++) {
			other = map_find(&w->keys, one->depends_on.v[k]);
			known = map_find(&w->known, one->depends_on.v[k]);
			if (other != NULL && !other->skip) {
				id_format_ref(text, &other->id);
				strvec_add(&refs, text);
			} else {
				strvec_add(&refs, known != NULL ? known :
				    one->depends_on.v[k]);
			}
		}
		strvec_release(&one->depends_on);
		one->depends_on = refs;
		refs = (struct strvec)STRVEC_INIT;
	}
}
