/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/clock.h"
#include "base/err.h"
#include "base/suggest.h"
#include "board/config.h"
#include "board/hooks.h"
#include "board/people.h"
#include "board/store.h"
#include "sys/file.h"
#include "sys/path.h"

#define REGISTRY	".hooks/registry.yaml"
#define TIMEOUT_US	(10 * CLOCK_SECOND)

const char *const hook_points[] = {
	[HOOK_VALIDATE_PASS] = "on_validate_pass",
	[HOOK_MOVE] = "on_move",
	[HOOK_BLOCKED] = "on_blocked",
	[HOOK_SLO_MISSED] = "on_slo_missed",
	[HOOK_P0_CREATED] = "on_p0_created",
	[HOOK_COMPLETION] = "on_completion",
	[HOOK_ROLLBACK] = "on_rollback",
	[HOOK_DEPENDENCY_UPDATED] = "on_dependency_updated",
	[HOOK_POINTS] = NULL
};

int
hook_point_parse(const char *name)
{
	int i;

	for (i = 0; i < HOOK_POINTS; i++)
		if (strcmp(hook_points[i], name) == 0)
			return i;
	return HOOK_POINT_NONE;
}

static void
hook_release(struct hook *h)
{
	free(h->name);
	strvec_release(&h->argv);
}

void
hooks_release(struct hooks *h)
{
	while (h->n > 0)
		hook_release(&h->v[--h->n]);
	free(h->v);
	h->v = NULL;
	h->cap = 0;
	strvec_release(&h->warnings);
	buf_release(&h->text);
}

static int
wrong(const struct yaml_node *v, const char *what, struct err *e)
{
	return err_set(e, EX_CONFIG, "%d:%d: %s%s%s", v->line, v->col,
	    v->key == NULL ? "" : v->key, v->key == NULL ? "" : ": ", what);
}

/* A scalar's text, or NULL. */
static const char *
text_of(const struct yaml_node *v)
{
	return yaml_text(yaml_follow(v));
}

static int
set_name(struct hook *h, const struct yaml_node *v, struct err *e)
{
	const char *s = text_of(v);

	if (s == NULL || !people_is_name(s))
		return wrong(v, "must be a word of letters, digits and "
		    ". _ + -", e);
	h->name = mem_strdup(s);
	return 0;
}

/* Without a "./" at its beginning. */
static const char *
without_dot(const char *path)
{
	return strncmp(path, "./", 2) == 0 ? path + 2 : path;
}

static int
set_run(struct hook *h, const struct yaml_node *v, struct err *e)
{
	const struct yaml_node *list = yaml_follow(v), *item;
	const char *s;

	if (list->kind != YAML_LIST || list->child == NULL)
		return wrong(v, "must be a list, [PROGRAM, ARGUMENT...]: "
		    "no shell reads it", e);
	for (item = list->child; item != NULL; item = item->next) {
		if ((s = text_of(item)) == NULL)
			return wrong(item, "run: an argument must be a text",
			    e);
		if (h->argv.n == HOOK_ARGS_MAX)
			return wrong(item, "run: there are too many "
			    "arguments", e);
		strvec_add(&h->argv, s);
	}
	s = h->argv.v[0];
	if (*s == '\0')
		return wrong(list->child, "run: the program has no name", e);
	if (*s != '/' && strchr(s, '/') != NULL &&
	    !path_is_plain(without_dot(s)))
		return wrong(list->child, "run: the program must lie below "
		    ".hooks, or be found in PATH, or begin with '/'", e);
	return 0;
}

static int
set_enabled(struct hook *h, const struct yaml_node *v, struct err *e)
{
	const char *s = text_of(v);

	if (s == NULL || (strcmp(s, "true") != 0 && strcmp(s, "false") != 0))
		return wrong(v, "must be true or false", e);
	h->enabled = strcmp(s, "true") == 0;
	return 0;
}

static int
set_timeout(struct hook *h, const struct yaml_node *v, struct err *e)
{
	const char *s = text_of(v);

	if (s == NULL || clock_parse_span(s, &h->timeout_us) != 0 ||
	    h->timeout_us > HOOK_TIMEOUT_MAX_S * CLOCK_SECOND)
		return wrong(v, "must be a span such as 30s, from 1s to 5m",
		    e);
	return 0;
}

static const struct {
	const char	*key;
	int		(*set)(struct hook *h, const struct yaml_node *v,
			    struct err *e);
} setters[] = {
	{ "name", set_name },
	{ "run", set_run },
	{ "enabled", set_enabled },
	{ "timeout", set_timeout },
};

static int
read_members(struct hooks *all, struct hook *h, const struct yaml_node *map,
    struct err *e)
{
	const struct yaml_node *v;
	size_t i;

	for (v = map->child; v != NULL; v = v->next) {
		for (i = 0; i < ARRAY_LEN(setters); i++)
			if (strcmp(setters[i].key, v->key) == 0)
				break;
		if (i == ARRAY_LEN(setters))
			config_unknown(&all->warnings, v);
		else if (setters[i].set(h, v, e) != 0)
			return -1;
	}
	return 0;
}

/* What one item of a list lacks, or has in common with an earlier one. */
static int
check_hook(const struct hooks *all, const struct hook *h,
    const struct yaml_node *item, struct err *e)
{
	size_t i, same = 0;

	if (h->name == NULL)
		return wrong(item, "a hook must have a name", e);
	if (h->argv.n == 0)
		return wrong(item, "a hook must say what runs: "
		    "run: [PROGRAM, ARGUMENT...]", e);
	for (i = 0; i < all->n; i++) {
		if (all->v[i].point != h->point)
			continue;
		if (strcmp(all->v[i].name, h->name) == 0)
			return err_set(e, EX_CONFIG, "%d:%d: there are two "
			    "hooks '%s' at %s", item->line, item->col,
			    h->name, hook_points[h->point]);
		same++;
	}
	if (same == HOOKS_PER_POINT)
		return wrong(item, "too many hooks at one point", e);
	return 0;
}

static int
read_hook(struct hooks *all, enum hook_point point,
    const struct yaml_node *item, struct err *e)
{
	struct hook h = { .point = point, .enabled = true,
	    .timeout_us = TIMEOUT_US };
	const struct yaml_node *map = yaml_follow(item);

	if (map->kind != YAML_MAP)
		return wrong(item, "a hook must be a mapping of name, run, "
		    "enabled, timeout", e);
	if (read_members(all, &h, map, e) != 0 ||
	    check_hook(all, &h, item, e) != 0) {
		hook_release(&h);
		return -1;
	}
	MEM_GROW(all->v, all->n, all->cap);
	all->v[all->n++] = h;
	return 0;
}

static int
read_point(struct hooks *all, const struct yaml_node *v, struct err *e)
{
	const struct yaml_node *list = yaml_follow(v), *item;
	int point = hook_point_parse(v->key);
	const char *near;

	if (point == HOOK_POINT_NONE) {
		near = suggest(v->key, hook_points);
		strvec_addf(&all->warnings, "%d:%d: there is no hook point "
		    "'%s'%s%s%s", v->key_line, v->key_col, v->key,
		    near == NULL ? "" : "; did you mean '",
		    near == NULL ? "" : near, near == NULL ? "" : "'?");
		return 0;
	}
	if (yaml_is_null(list))
		return 0;
	if (list->kind != YAML_LIST)
		return wrong(v, "must be a list of hooks", e);
	for (item = list->child; item != NULL; item = item->next)
		if (read_hook(all, (enum hook_point)point, item, e) != 0)
			return -1;
	return 0;
}

static int
read_top(void *ctx, const struct yaml_node *v, struct err *e)
{
	struct hooks *h = ctx;
	const struct yaml_node *map = yaml_follow(v), *point;
	const char *s;

	if (strcmp(v->key, "version") == 0) {
		s = text_of(v);
		return s != NULL && strcmp(s, "1") == 0 ? 0 :
		    wrong(v, "must be 1", e);
	}
	if (strcmp(v->key, "hooks") != 0) {
		config_unknown(&h->warnings, v);
		return 0;
	}
	if (yaml_is_null(map))
		return 0;
	if (map->kind != YAML_MAP)
		return wrong(v, "must be a mapping of hook points", e);
	for (point = map->child; point != NULL; point = point->next)
		if (read_point(h, point, e) != 0)
			return -1;
	return 0;
}

int
hooks_parse(struct hooks *h, const char *text, size_t len, struct err *e)
{
	return config_parse(&(struct config){ read_top, h,
	    "must be a mapping" }, text, len, e);
}

void
hooks_show_path(const struct store *s, struct buf *out)
{
	store_show_path(s, REGISTRY, out);
}

int
hooks_load(struct hooks *h, struct store *s, struct err *e)
{
	struct file f = FILE_INIT;
	int rc;

	rc = store_read(s, REGISTRY, HOOKS_MAX, &f, e);
	if (rc != 0 && e->status == EX_NOINPUT)
		return 0;
	if (rc != 0 && e->status == EX_DATAERR)
		e->status = EX_CONFIG;
	if (rc == 0 && (rc = hooks_parse(h, buf_str(&f.data), f.data.len,
	    e)) != 0)
		store_file_error(s, REGISTRY, e);
	buf_swap(&h->text, &f.data);
	file_release(&f);
	return rc == 0 ? 1 : -1;
}

char *
hook_program(const struct hook *h)
{
	const char *s = h->argv.v[0];

	if (*s == '/' || strchr(s, '/') == NULL)
		return NULL;
	return mem_printf(".hooks/%s", without_dot(s));
}
