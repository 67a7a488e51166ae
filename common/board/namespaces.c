/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/buf.h"
#include "base/err.h"
#include "base/suggest.h"
#include "board/config.h"
#include "board/namespaces.h"

enum { SHOWN_MAX = 20 };

/* Keys that say something to people. */
static const char *const known_keys[] = { "full_name", "description", "team",
	"created", "id_counter_file" };

void
namespaces_release(struct namespaces *all)
{
	free(all->v);
	strvec_release(&all->warnings);
	*all = (struct namespaces)NAMESPACES_INIT;
}

static int
read_status(struct namespace *one, const struct yaml_node *v, struct err *e)
{
	const char *word = yaml_text(yaml_follow(v));

	if (word == NULL || (strcmp(word, "active") != 0 &&
	    strcmp(word, "archived") != 0))
		return config_wrong(v, "active or archived", e);
	one->archived = strcmp(word, "archived") == 0;
	return 0;
}

static bool
is_known(const char *key)
{
	size_t i;

	for (i = 0; i < ARRAY_LEN(known_keys); i++)
		if (strcmp(known_keys[i], key) == 0)
			return true;
	return false;
}

static int
read_keys(struct namespaces *all, struct namespace *one,
    const struct yaml_node *map, struct err *e)
{
	const struct yaml_node *v;
	int rc = 0;

	if (yaml_is_null(yaml_follow(map)))
		return 0;
	if (yaml_follow(map)->kind != YAML_MAP)
		return config_wrong(map, "a mapping", e);
	for (v = yaml_follow(map)->child; v != NULL && rc == 0; v = v->next) {
		if (strcmp(v->key, "status") == 0)
			rc = read_status(one, v, e);
		else if (strcmp(v->key, "wip") == 0)
			rc = policy_parse_wip(one->wip, v, &all->warnings, e);
		else if (!is_known(v->key))
			config_unknown(&all->warnings, v);
	}
	return rc;
}

static int
check_name(const struct yaml_node *v, struct err *e)
{
	if (!id_is_namespace(v->key))
		return err_set(e, EX_CONFIG, "%d:%d: '%s' is no name of a "
		    "namespace: 2 to 6 of A-Z and 0-9, a letter first",
		    v->key_line, v->key_col, v->key);
	if (strcmp(v->key, "TASK") == 0)
		return err_set(e, EX_CONFIG, "%d:%d: no namespace can be "
		    "called TASK: so begins every reference", v->key_line,
		    v->key_col);
	return 0;
}

/* Limits are those that it gives, but how hard they are the policy knows. */
static int
read_one(struct namespaces *all, const struct yaml_node *v, struct err *e)
{
	struct namespace *one;
	struct policy defaults;
	int i;

	if (check_name(v, e) != 0)
		return -1;
	MEM_GROW(all->v, all->n, all->cap);
	one = &all->v[all->n++];
	memset(one, 0, sizeof(*one));
	snprintf(one->name, sizeof(one->name), "%s", v->key);
	policy_init(&defaults);
	for (i = 0; i < STAGE_COUNT; i++)
		one->wip[i] = (struct policy_wip){ .limit = -1,
		    .hard = defaults.wip[i].hard };
	policy_release(&defaults);
	return read_keys(all, one, v, e);
}

static int
read_all(struct namespaces *all, const struct yaml_node *map, struct err *e)
{
	const struct yaml_node *v;
	int rc = 0;

	if (yaml_is_null(yaml_follow(map)))
		return 0;
	if (yaml_follow(map)->kind != YAML_MAP)
		return config_wrong(map, "a mapping of namespaces", e);
	for (v = yaml_follow(map)->child; v != NULL && rc == 0; v = v->next)
		rc = read_one(all, v, e);
	return rc;
}

static int
read_top(void *ctx, const struct yaml_node *v, struct err *e)
{
	struct namespaces *all = ctx;

	if (strcmp(v->key, "namespaces") == 0)
		return read_all(all, v, e);
	config_unknown(&all->warnings, v);
	return 0;
}

int
namespaces_parse(struct namespaces *all, const char *text, size_t len,
    struct err *e)
{
	return config_parse(&(struct config){ read_top, all,
	    "the value: must be a mapping" }, text, len, e);
}

const struct namespace *
namespaces_find(const struct namespaces *all, const char *name)
{
	size_t i;

	for (i = 0; i < all->n; i++)
		if (strcmp(all->v[i].name, name) == 0)
			return &all->v[i];
	return NULL;
}

/* Which one was probably meant; small letters are large ones. */
static const char *
find_near(const struct namespaces *all, const char *name)
{
	const char **words = mem_zalloc((all->n + 1) * sizeof(*words));
	char *upper = mem_strdup(name), *c;
	const char *near = NULL;
	size_t i;

	for (c = upper; *c != '\0'; c++)
		if (*c >= 'a' && *c <= 'z')
			*c = (char)(*c - 'a' + 'A');
	for (i = 0; i < all->n; i++) {
		words[i] = all->v[i].name;
		if (strcmp(words[i], upper) == 0)
			near = words[i];
	}
	if (near == NULL)
		near = suggest(upper, words);
	free(words);
	free(upper);
	return near;
}

int
namespaces_refuse(const struct namespaces *all, const char *name,
    struct err *e)
{
	const char *near = find_near(all, name);
	struct buf names = BUF_INIT;
	size_t i;

	for (i = 0; i < all->n && i < SHOWN_MAX; i++)
		buf_addf(&names, "%s%s", i > 0 ? ", " : "", all->v[i].name);
	if (i < all->n)
		buf_adds(&names, ", …");
	if (near != NULL)
		err_set(e, EX_USAGE, "there is no namespace '%s'; did you "
		    "mean '%s'? (there are %s)", name, near, names.ptr);
	else if (all->n > 0)
		err_set(e, EX_USAGE, "there is no namespace '%s' (there are "
		    "%s)", name, names.ptr);
	else
		err_set(e, EX_USAGE, "there is no namespace '%s' "
		    "(.work/tasks/NAMESPACES.yaml names those that there are)",
		    name);
	buf_release(&names);
	return -1;
}

int
namespaces_may_enter(const struct namespaces *all, const char *name,
    struct err *e)
{
	const struct namespace *one = namespaces_find(all, name);

	if (one == NULL)
		return namespaces_refuse(all, name, e);
	if (one->archived)
		return err_set(e, EX_NO, "namespace %s is archived: nothing "
		    "new comes into it (NAMESPACES.yaml says so)", name);
	return 0;
}
