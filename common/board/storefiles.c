/* SPDX-License-Identifier: MIT */
/* The store's files that say how the board is set up. */
#include "base/compat.h"

#include "base/err.h"
#include "base/log.h"
#include "board/store.h"
#include "sys/file.h"

/* Reads an optional file; 1: it is there, 0: it is not. */
static int
read_optional(struct store *s, const char *path, size_t max, struct file *f,
    struct err *e)
{
	if (store_read(s, path, max, f, e) == 0)
		return 1;
	return e->status == EX_NOINPUT ? 0 : -1;
}

/* Warnings about a file, "LINE:COL: …". */
static void
warn_all(const struct store *s, const char *path,
    const struct strvec *warnings)
{
	struct buf shown = BUF_INIT;
	size_t i;

	store_show_path(s, path, &shown);
	for (i = 0; i < warnings->n; i++)
		log_warn("%s:%s", shown.ptr, warnings->v[i]);
	buf_release(&shown);
}

int
store_policy(struct store *s, const struct policy **out, struct err *e)
{
	struct file f = FILE_INIT;
	int rc;

	*out = &s->policy;
	if (s->has_policy)
		return 0;
	policy_init(&s->policy);
	rc = read_optional(s, "policy.yaml", POLICY_MAX, &f, e);
	if (rc > 0 && (rc = policy_parse(&s->policy, f.data.ptr, f.data.len,
	    e)) != 0)
		store_file_error(s, "policy.yaml", e);
	warn_all(s, "policy.yaml", &s->policy.warnings);
	file_release(&f);
	s->has_policy = rc == 0;
	if (rc != 0)
		policy_release(&s->policy);
	return rc;
}

int
store_people(struct store *s, const struct people **out, struct err *e)
{
	struct file f = FILE_INIT;
	int rc;

	*out = &s->people;
	if (s->has_people)
		return 0;
	rc = read_optional(s, "people.yaml", PEOPLE_MAX, &f, e);
	if (rc > 0 && (rc = people_parse(&s->people, f.data.ptr, f.data.len,
	    e)) != 0)
		store_file_error(s, "people.yaml", e);
	file_release(&f);
	s->has_people = rc == 0;
	return rc;
}

int
store_namespaces(struct store *s, const struct namespaces **out,
    struct err *e)
{
	static const char path[] = "NAMESPACES.yaml";
	struct file f = FILE_INIT;
	int rc;

	*out = &s->namespaces;
	if (s->has_namespaces)
		return 0;
	rc = read_optional(s, path, NAMESPACES_MAX, &f, e);
	if (rc > 0 && (rc = namespaces_parse(&s->namespaces, f.data.ptr,
	    f.data.len, e)) != 0)
		store_file_error(s, path, e);
	warn_all(s, path, &s->namespaces.warnings);
	file_release(&f);
	s->has_namespaces = rc == 0;
	if (rc != 0)
		namespaces_release(&s->namespaces);
	return rc;
}

int
store_has_namespaces(struct store *s, struct err *e)
{
	const struct namespaces *all;

	return store_namespaces(s, &all, e) != 0 ? -1 : all->n > 0;
}

static bool
has_task_in(const struct store *s, const char *ns)
{
	const struct store_stage *st;
	size_t i;
	int k;

	for (k = 0; k < STAGE_COUNT; k++) {
		st = &s->stages[k];
		for (i = 0; i < st->n; i++)
			if (strcmp(st->v[i]->id.ns, ns) == 0)
				return true;
	}
	return false;
}

int
store_check_namespaces(struct store *s, const struct strvec *names,
    struct err *e)
{
	const struct namespaces *all;
	size_t i;

	for (i = 0; i < names->n; i++) {
		if (strcmp(names->v[i], "-") == 0)
			continue;
		if (store_namespaces(s, &all, e) != 0)
			return -1;
		if (namespaces_find(all, names->v[i]) != NULL)
			continue;
		if (store_load_all(s, e) != 0)
			return -1;
		if (*names->v[i] == '\0' || !has_task_in(s, names->v[i]))
			return namespaces_refuse(all, names->v[i], e);
	}
	return 0;
}
