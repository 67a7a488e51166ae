/* SPDX-License-Identifier: MIT */
/* task-new: the ids of wishes */
#include "base/compat.h"

#include "base/err.h"
#include "base/log.h"
#include "change/counter.h"
#include "change/session.h"
#include "tools/new.h"

int
wishes_check_namespaces(struct wishes *w, struct session *s, struct err *e)
{
	const struct namespaces *all;
	struct err why = ERR_INIT;
	struct wish *one;
	size_t i;

	for (i = 0; i < w->n; i++) {
		one = w->at = &w->v[i];
		if (one->namespace == NULL || one->skip)
			continue;
		if (store_namespaces(&s->store, &all, e) != 0)
			return -1;
		if (namespaces_may_enter(all, one->namespace, &why) == 0)
			memcpy(one->id.ns, one->namespace,
			    strlen(one->namespace) + 1);
		else
			wish_wrong(w, "namespace", "left out", "%s", why.msg);
	}
	return 0;
}

static void
warn_recovered(const struct numbers *numbers)
{
	struct buf name = BUF_INIT;

	counter_path(numbers->ns, &name);
	log_warn("the counter %s was set anew: %s", name.ptr,
	    numbers->recovered);
	buf_release(&name);
}

/* Numbers for the wish at `first`, and for all others of its namespace. */
static int
give_numbers(struct wishes *w, size_t first, struct session *s,
    struct err *e)
{
	struct numbers numbers = { .ns = w->v[first].id.ns };
	bool *gets = mem_zalloc(w->n * sizeof(*gets));
	size_t i, k = 0;
	int rc;

	for (i = first; i < w->n; i++) {
		gets[i] = !w->v[i].skip && strcmp(w->v[i].id.ns,
		    numbers.ns) == 0;
		numbers.n += gets[i];
	}
	rc = counter_take(s, &numbers, e);
	for (i = first; i < w->n && rc == 0; i++)
		if (gets[i])
			w->v[i].id.number = numbers.v[k++];
	free(gets);
	numbers_release(&numbers);
	w->v[first].recovered = numbers.recovered;
	if (rc == 0 && numbers.recovered != NULL)
		warn_recovered(&numbers);
	return rc;
}

int
wishes_number(struct wishes *w, struct session *s, struct err *e)
{
	size_t i;

	for (i = 0; i < w->n; i++)
		if (!w->v[i].skip && w->v[i].id.number == 0 &&
		    give_numbers(w, i, s, e) != 0)
			return -1;
	return 0;
}
