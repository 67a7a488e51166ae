/* SPDX-License-Identifier: MIT */
/* task-split: what each part gets */
#include "base/compat.h"

#include "base/err.h"
#include "base/log.h"
#include "tools/split.h"

static int
find_name(const struct parts *p, const char *name)
{
	size_t i;

	for (i = 0; i < p->n; i++)
		if (strcmp(p->v[i].name, name) == 0)
			return (int)i;
	return -1;
}

int
parts_name(struct parts *p, const struct strvec *names, struct err *e)
{
	size_t i;

	if (names->n < 2)
		return err_set(e, EX_USAGE, "--into NAME is %s: a task is "
		    "split into two parts or more",
		    names->n == 0 ? "missing" : "given once");
	if (names->n > PARTS_MAX)
		return err_set(e, EX_USAGE, "%zu parts are too many; the most "
		    "is %d", names->n, PARTS_MAX);
	p->v = mem_zalloc(names->n * sizeof(*p->v));
	for (i = 0; i < names->n; i++) {
		if (card_check_name(names->v[i], e) != 0) {
			e->status = EX_USAGE;
			return err_prefix(e, "--into");
		}
		if (find_name(p, names->v[i]) >= 0)
			return err_set(e, EX_USAGE, "--into: '%s' is the name "
			    "of two parts", names->v[i]);
		p->v[p->n++].name = names->v[i];
	}
	return 0;
}

void
parts_release(struct parts *p)
{
	while (p->n > 0) {
		p->n--;
		strvec_release(&p->v[p->n].depends_on);
		strvec_release(&p->v[p->n].dropped);
		free(p->v[p->n].criteria);
	}
	free(p->v);
	p->v = NULL;
	mark_outline_release(&p->outline);
}

/* A number from 1 to `max`, or 0. */
static size_t
number(const char *text, size_t len, size_t max)
{
	size_t i, n = 0;

	for (i = 0; i < len && n <= max; i++) {
		if (text[i] < '0' || text[i] > '9')
			return 0;
		n = n * 10 + (size_t)(text[i] - '0');
	}
	return n <= max ? n : 0;
}

int
parts_find(const struct parts *p, const char *text)
{
	size_t n = number(text, strlen(text), p->n);

	return n > 0 ? (int)n - 1 : find_name(p, text);
}

/* The part that stands before the last `sep`; `*rest` is what follows that. */
static struct part *
take_part(const struct parts *p, const char *text, char sep,
    const char **rest)
{
	const char *at = strrchr(text, sep);
	char *name;
	int i;

	if (at == NULL)
		return NULL;
	name = mem_dup(text, (size_t)(at - text));
	i = parts_find(p, name);
	free(name);
	*rest = at + 1;
	return i < 0 ? NULL : &p->v[i];
}

/* Who gets which criterion. */
struct sharing {
	const struct parts *p;
	struct mark_task *first;	/* they follow each other */
	size_t		 n;
	struct part	**to;		/* as many; NULL: nobody yet */
};

/* The criteria of the card stand in one section. */
static void
find_criteria(struct parts *p, const struct card *c, struct sharing *s)
{
	const struct mark_section *in;
	struct mark_task *t;
	const char *body;
	size_t len, i;

	body = card_body(c, &len);
	mark_outline(&p->outline, body, len);
	in = mark_find(&p->outline, "Acceptance Criteria");
	for (i = 0; i < p->outline.ntasks && in != NULL; i++) {
		t = &p->outline.tasks[i];
		if (t->section == MARK_NONE ||
		    &p->outline.sections[t->section] != in)
			continue;
		if (s->n++ == 0)
			s->first = t;
	}
	s->to = mem_zalloc((s->n + 1) * sizeof(*s->to));
}

/* "1,3" */
static int
give(struct sharing *s, const char *given, const char *list,
    struct part *part, struct err *e)
{
	size_t len, n;

	for (;; list += len + 1) {
		len = strcspn(list, ",");
		n = number(list, len, s->n);
		if (n == 0)
			return err_set(e, EX_USAGE, "--criteria '%s': '%.*s' "
			    "is no criterion; there %s %zu", given,
			    (int)(len > 40 ? 40 : len), list,
			    s->n == 1 ? "is" : "are", s->n);
		if (s->to[n - 1] != NULL)
			return err_set(e, EX_USAGE, "--criteria '%s': "
			    "criterion %zu is given to '%s' already", given, n,
			    s->to[n - 1]->name);
		s->to[n - 1] = part;
		if (list[len] == '\0')
			return 0;
	}
}

static int
refuse_left(const struct sharing *s, struct err *e)
{
	size_t i, left = 0, one = 0;

	for (i = 0; i < s->n; i++)
		if (s->to[i] == NULL) {
			log_notice("criterion %zu: %s", i + 1,
			    s->first[i].text);
			left++;
			one = i + 1;
		}
	if (left == 0)
		return 0;
	if (left == 1)
		return err_set(e, EX_NO, "criterion %zu is given to no part "
		    "(--criteria PART=%zu)", one, one);
	return err_set(e, EX_NO, "%zu of its %zu acceptance criteria are "
	    "given to no part (--criteria 1=1,3 --criteria 2=2)", left, s->n);
}

static void
hand_out(struct sharing *s)
{
	struct part *part;
	size_t i;

	for (i = 0; i < s->n; i++) {
		part = s->to[i];
		MEM_GROW(part->criteria, part->n, part->cap);
		part->criteria[part->n++] = (struct criterion){
		    s->first[i].text, s->first[i].done };
	}
}

int
parts_share(struct parts *p, const struct card *c,
    const struct strvec *given, struct err *e)
{
	struct sharing s = { .p = p };
	struct part *part;
	const char *list;
	size_t i;
	int rc = 0;

	find_criteria(p, c, &s);
	for (i = 0; i < given->n && rc == 0; i++) {
		part = take_part(p, given->v[i], '=', &list);
		if (part == NULL)
			rc = err_set(e, EX_USAGE, "--criteria: '%s' does not "
			    "name a part and its criteria, as 1=2,3 does",
			    given->v[i]);
		else
			rc = give(&s, given->v[i], list, part, e);
	}
	if (rc == 0)
		rc = refuse_left(&s, e);
	if (rc == 0)
		hand_out(&s);
	free(s.to);
	return rc;
}

static int
drop(const struct parts *p, const struct strvec *depends_on,
    const char *given, struct err *e)
{
	struct part *part;
	const char *text;
	char ref[ID_SIZE];
	struct id id;

	part = take_part(p, given, ':', &text);
	if (part == NULL || id_parse(&id, text) != 0)
		return err_set(e, EX_USAGE, "--drop-dep: '%s' does not name a "
		    "part and a task, as 1:42 does", given);
	id_format_ref(ref, &id);
	if (!strvec_has(depends_on, ref))
		return err_set(e, EX_USAGE, "--drop-dep '%s': it does not "
		    "depend on %s", given, ref);
	if (!strvec_has(&part->dropped, ref))
		strvec_add(&part->dropped, ref);
	return 0;
}

int
parts_inherit(struct parts *p, const struct strvec *depends_on,
    const struct strvec *drops, struct err *e)
{
	size_t i, k;

	for (i = 0; i < drops->n; i++)
		if (drop(p, depends_on, drops->v[i], e) != 0)
			return -1;
	for (i = 0; i < p->n; i++)
		for (k = 0; k < depends_on->n; k++)
			if (!strvec_has(&p->v[i].dropped, depends_on->v[k]))
				strvec_add(&p->v[i].depends_on,
				    depends_on->v[k]);
	return 0;
}
