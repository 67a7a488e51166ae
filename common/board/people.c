/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/buf.h"
#include "base/err.h"
#include "base/utf8.h"
#include "board/people.h"
#include "board/stage.h"
#include "format/yaml.h"

enum { NAME_LEN_MAX = 64 };

void
people_release(struct people *p)
{
	size_t i;

	for (i = 0; i < p->n; i++) {
		free(p->v[i].user);
		free(p->v[i].name);
		free(p->v[i].email);
		strvec_release(&p->v[i].gates);
	}
	free(p->v);
	*p = (struct people)PEOPLE_INIT;
}

static int
wrong(const struct yaml_node *n, const char *what, struct err *e)
{
	return err_set(e, EX_CONFIG, "%d:%d: %s", n->line, n->col, what);
}

static int
wrong_key(const struct yaml_node *n, const char *what, struct err *e)
{
	return err_set(e, EX_CONFIG, "%d:%d: '%s': %s", n->key_line,
	    n->key_col, n->key, what);
}

static int
add_person(struct people *p, const struct yaml_node *v, struct err *e)
{
	const struct yaml_node *map = yaml_follow(v), *gates, *item;
	struct person *one;
	size_t i;

	if (v->key[0] != '@' || v->key[1] == '\0')
		return wrong_key(v, "a person is written \"@name\"", e);
	if (map->kind != YAML_MAP)
		return wrong(v, "a person is a mapping of name, email, gates",
		    e);
	MEM_GROW(p->v, p->n, p->cap);
	one = &p->v[p->n++];
	memset(one, 0, sizeof(*one));
	one->user = mem_strdup(v->key);
	one->name = mem_strdup_null(yaml_text(yaml_find(map, "name")));
	one->email = mem_strdup_null(yaml_text(yaml_find(map, "email")));
	gates = yaml_find(map, "gates");
	if (gates != NULL && yaml_list(gates, &one->gates) != 0)
		return wrong(gates, "gates is a list of stages", e);
	item = gates == NULL ? NULL : yaml_follow(gates)->child;
	for (i = 0; i < one->gates.n; i++) {
		if (stage_parse(one->gates.v[i]) == STAGE_NONE &&
		    strcmp(one->gates.v[i], "policy") != 0)
			return wrong(item == NULL ? v : item,
			    "a gate is a stage or policy", e);
		item = item == NULL ? NULL : item->next;
	}
	return 0;
}

/* A key that is misspelt must not open the gates to everybody. */
static int
check_top(const struct yaml_node *root, struct err *e)
{
	const struct yaml_node *v;

	if (yaml_is_null(root))
		return 0;
	if (root->kind != YAML_MAP)
		return wrong(root, "the file is a mapping with 'people:'", e);
	for (v = root->child; v != NULL; v = v->next)
		if (strcmp(v->key, "people") != 0 &&
		    strcmp(v->key, "version") != 0)
			return wrong_key(v, "the only keys are 'people' and "
			    "'version'", e);
	return 0;
}

int
people_parse(struct people *p, const char *text, size_t len, struct err *e)
{
	const struct yaml_node *map, *v;
	struct yaml y = YAML_INIT;
	int rc;

	p->present = true;
	if ((rc = yaml_parse(&y, text, len, 1, e)) != 0)
		e->status = EX_CONFIG;
	map = rc == 0 ? yaml_find(y.root, "people") : NULL;
	if (rc == 0)
		rc = check_top(y.root, e);
	if (rc == 0 && map != NULL && !yaml_is_null(map)) {
		if (map->kind != YAML_MAP)
			rc = wrong(map, "people is a mapping", e);
		for (v = map->child; v != NULL && rc == 0; v = v->next)
			rc = add_person(p, v, e);
	}
	yaml_release(&y);
	return rc;
}

const struct person *
people_find(const struct people *p, const char *user)
{
	size_t i;

	for (i = 0; i < p->n; i++)
		if (strcmp(p->v[i].user, user) == 0)
			return &p->v[i];
	return NULL;
}

bool
people_is_name(const char *s)
{
	size_t n = strlen(s);

	for (; *s != '\0'; s++)
		if ((unsigned char)*s < 0x80 && strchr("ABCDEFGHIJKLMNOPQRST"
		    "UVWXYZabcdefghijklmnopqrstuvwxyz0123456789._+-",
		    *s) == NULL)
			return false;
	return n > 0 && n <= NAME_LEN_MAX;
}

bool
people_is_user(const char *user)
{
	return user[0] == '@' && user[1] != '\0' &&
	    strpbrk(user, " \t\r\n\"'|,") == NULL &&
	    utf8_valid(user, strlen(user));
}

bool
people_may(const struct people *p, const char *user, const char *gate)
{
	const struct person *one;

	if (!p->present)
		return true;
	one = people_find(p, user);
	return one != NULL && strvec_has(&one->gates, gate);
}
