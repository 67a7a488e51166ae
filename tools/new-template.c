/* SPDX-License-Identifier: MIT */
/* task-new: templates by name, and what their blanks are filled with */
#include "base/compat.h"

#include "base/err.h"
#include "base/suggest.h"
#include "board/store.h"
#include "board/template.h"
#include "cli/ask.h"
#include "cli/out.h"
#include "cli/tool.h"
#include "tools/new.h"

enum { COL_NAME, COL_PATH };

static const struct out_column columns[] = {
	{ .name = "name", .style = OUT_BOLD },
	{ .name = "path" },
	{ .name = NULL }
};

int
templates_list(struct err *e)
{
	struct strvec names = STRVEC_INIT;
	struct store store;
	struct out out;
	char *path;
	size_t i;
	int rc;

	if (out_begin(&out, columns, e) != 0 ||
	    store_open(&store, tool_options()->dir, e) != 0)
		return -1;
	rc = template_names(&store, &names, e);
	for (i = 0; i < names.n && rc == 0; i++) {
		path = mem_printf("%s/templates/%s.md", store.work.ptr,
		    names.v[i]);
		out_text(&out, COL_NAME, names.v[i]);
		if (template_is_own(&store, names.v[i]))
			out_text(&out, COL_PATH, path);
		out_row(&out);
		free(path);
	}
	out_end(&out);
	strvec_release(&names);
	store_close(&store);
	return rc;
}

/* The blanks of a card's and a context's templates, each once. */
struct blanks {
	struct strvec	 keys;
	struct strvec	 prompts;	/* of the same index; "": none */
};

static void
add_blank(const char *key, const char *prompt, void *ctx)
{
	struct blanks *b = ctx;

	if (strvec_has(&b->keys, key) || create_owns_blank(key))
		return;
	strvec_add(&b->keys, key);
	strvec_add(&b->prompts, prompt == NULL ? "" : prompt);
}

/* Says which there are. */
static int
no_template(const struct store *s, const char *name, struct err *e)
{
	struct strvec names = STRVEC_INIT;
	struct buf list = BUF_INIT;
	size_t i;

	if (template_names(s, &names, e) == 0) {
		for (i = 0; i < names.n; i++)
			buf_addf(&list, "%s%s", i > 0 ? ", " : "",
			    names.v[i]);
		err_set(e, EX_NOINPUT, "there is no template '%s'; there are: "
		    "%s", name, buf_str(&list));
	}
	strvec_release(&names);
	buf_release(&list);
	return -1;
}

static int
read_blanks(const struct store *s, const char *name, struct blanks *b,
    struct err *e)
{
	char *file = mem_printf("%s.md", name);
	struct buf text = BUF_INIT;
	int rc;

	rc = template_read(s, file, &text, e);
	if (rc != 0 && e->status == EX_NOINPUT)
		rc = no_template(s, name, e);
	else if (rc == 0 && strncmp(buf_str(&text), "---", 3) != 0 &&
	    strcmp(name, "card") != 0)
		rc = err_set(e, EX_DATAERR, ".work/templates/%s: it has no "
		    "front matter, and is no template for cards", file);
	if (rc == 0) {
		template_each(&text, add_blank, b);
		buf_clear(&text);
		rc = template_read(s, "context.md", &text, e);
	}
	if (rc == 0)
		template_each(&text, add_blank, b);
	buf_release(&text);
	free(file);
	return rc;
}

static int
no_blank(const struct blanks *b, const char *key, struct err *e)
{
	const char *near;

	if (create_owns_blank(key))
		return err_set(e, EX_USAGE, "--fill: '%s' is what the task "
		    "says, not what a person fills in", key);
	near = b->keys.n == 0 ? NULL :
	    suggest(key, (const char *const *)b->keys.v);
	return err_set(e, EX_USAGE, "--fill: the template has no blank "
	    "'%s'%s%s%s", key, near == NULL ? "" : "; did you mean '",
	    near == NULL ? "" : near, near == NULL ? "" : "'?");
}

static int
take_fills(struct wishes *w, const struct blanks *b,
    const struct strvec *fills, struct err *e)
{
	const char *equals;
	char *key;
	size_t i;
	int rc = 0;

	for (i = 0; i < fills->n && rc == 0; i++) {
		equals = strchr(fills->v[i], '=');
		if (equals == NULL || equals == fills->v[i])
			return err_set(e, EX_USAGE, "--fill: '%s' is not "
			    "KEY=TEXT", fills->v[i]);
		key = mem_dup(fills->v[i], (size_t)(equals - fills->v[i]));
		if (strvec_has(&b->keys, key))
			map_put(&w->fills, key,
			    (void *)(uintptr_t)(equals + 1));
		else
			rc = no_blank(b, key, e);
		free(key);
	}
	return rc;
}

/* An option has said it. */
static bool
is_given(const struct wishes *w, const struct wish *one, const char *key)
{
	return map_find(&w->fills, key) != NULL ||
	    (strcmp(key, "goal") == 0 && one->goal != NULL);
}

static void
copy_fill(const char *key, void *value, void *ctx)
{
	map_put(ctx, key, mem_strdup(value));
}

/* An empty answer leaves the blank as it is; no answer ends the asking. */
static void
ask_for(struct wishes *w, struct wish *one, const struct blanks *b)
{
	struct buf answer = BUF_INIT;
	bool ended = false;
	size_t i;

	map_each(&w->fills, copy_fill, &one->fills);
	for (i = 0; i < b->keys.n && !ended; i++) {
		if (b->prompts.v[i][0] == '\0' ||
		    is_given(w, one, b->keys.v[i]))
			continue;
		buf_clear(&answer);
		ended = w->n > 1 ? ask(&answer, "%s: %s (%s):", one->name,
		    b->keys.v[i], b->prompts.v[i]) != 0 : ask(&answer,
		    "%s (%s):", b->keys.v[i], b->prompts.v[i]) != 0;
		if (answer.len > 0)
			map_put(&one->fills, b->keys.v[i],
			    mem_strdup(answer.ptr));
	}
	buf_release(&answer);
}

int
wishes_take_template(struct wishes *w, const char *name,
    const struct strvec *fills, struct err *e)
{
	struct blanks b = { STRVEC_INIT, STRVEC_INIT };
	struct store store;
	size_t i;
	int rc;

	w->template = name;
	if ((name == NULL && fills->n == 0) || w->n == 0)
		return 0;
	if (name != NULL && template_check_name(name, e) != 0)
		return err_prefix(e, "--template");
	if (store_open(&store, tool_options()->dir, e) != 0)
		return -1;
	rc = read_blanks(&store, name == NULL ? "card" : name, &b, e);
	if (rc == 0)
		rc = take_fills(w, &b, fills, e);
	store_close(&store);
	for (i = 0; i < w->n && rc == 0 && name != NULL && ask_can(); i++)
		if (w->v[i].line == 0)
			ask_for(w, &w->v[i], &b);
	strvec_release(&b.keys);
	strvec_release(&b.prompts);
	return rc;
}
