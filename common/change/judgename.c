/* SPDX-License-Identifier: MIT */
/* The judge on names. */
#include "base/compat.h"

#include <ctype.h>

#include "base/err.h"
#include "base/utf8.h"
#include "board/listing.h"
#include "change/judgename.h"
#include "sys/path.h"

enum { SCANS_MAX = 8 };

void
looking_release(struct looking *l)
{
	map_release(&l->names);
}

void
looking_find(const struct looking *l, const char *path,
    enum judge_rule rule, const char *what)
{
	struct buf all = BUF_INIT, safe = BUF_INIT;

	buf_addf(&all, "%s%s", l->below, path);
	utf8_add_safe(&safe, all.ptr, all.len);
	judging_find(l->g, judging_at(safe.ptr, 0), rule, "%s", what);
	buf_release(&all);
	buf_release(&safe);
}

/*
 * What some file system takes for ".git": its own way with case, with dots and
 * blanks at the end, with characters that it does not see, with short names.
 */
static bool
is_dot_git(const char *name)
{
	size_t i, n = strlen(name), used;
	struct buf plain = BUF_INIT;
	int32_t ch;
	bool is;

	for (i = 0; i < n; i += used) {
		ch = utf8_char(name + i, n - i, &used);
		if ((ch >= 0x200c && ch <= 0x200f) ||
		    (ch >= 0x202a && ch <= 0x202e) ||
		    (ch >= 0x206a && ch <= 0x206f) || ch == 0xfeff)
			continue;
		buf_add(&plain, name + i, used);
	}
	while (plain.len > 0 && strchr(". ", plain.ptr[plain.len - 1]) != NULL)
		buf_truncate(&plain, plain.len - 1);
	is = strcasecmp(buf_str(&plain), ".git") == 0 ||
	    strncasecmp(buf_str(&plain), ".git:", 5) == 0 ||
	    strcasecmp(buf_str(&plain), "git~1") == 0;
	buf_release(&plain);
	return is;
}

/* NULL, or why the name is none that every machine can have. */
static const char *
unsafe_name(const char *name)
{
	if (*name == '\0' || strcmp(name, ".") == 0 ||
	    strcmp(name, "..") == 0)
		return "a name that leads elsewhere";
	if (strchr(name, '/') != NULL || strchr(name, '\\') != NULL)
		return "a name with a slash in it";
	if (strlen(name) > NAME_MAX)
		return "a name that is too long";
	if (is_dot_git(name))
		return "a name that is git's own on some file system";
	if (!utf8_is_line(name))
		return "a name with control characters, or that is not UTF-8";
	return NULL;
}

static char *
lower(const char *name)
{
	char *text = mem_strdup(name), *p;

	for (p = text; *p != '\0'; p++)
		*p = (char)tolower((unsigned char)*p);
	return text;
}

/* All names of the tree: in lower case, to how many there are. */
static void
learn_names(struct looking *l, const struct buf *tree)
{
	struct tree_entry entry;
	size_t at = 0;
	char *name;

	map_release(&l->names);
	l->siblings = tree;
	while (tree_next(tree, &at, &entry) > 0) {
		name = lower(entry.name);
		map_put(&l->names, name, (void *)((uintptr_t)map_find(
		    &l->names, name) + 1));
		free(name);
	}
}

/* How many names of the tree are this one but for upper and lower case. */
static size_t
count_like(struct looking *l, const struct tree_delta *d)
{
	struct tree_entry entry;
	size_t at = 0, n = 0;
	char *name;

	if (l->siblings != d->siblings && ++l->asked <= SCANS_MAX) {
		while (tree_next(d->siblings, &at, &entry) > 0)
			n += strcasecmp(entry.name, d->new->name) == 0;
		return n;
	}
	if (l->siblings != d->siblings)
		learn_names(l, d->siblings);
	name = lower(d->new->name);
	n = (uintptr_t)map_find(&l->names, name);
	free(name);
	return n;
}

/* Which stage the name is but for upper and lower case. */
static bool
is_like_stage(const char *path)
{
	int i;

	for (i = 0; i < STAGE_COUNT; i++)
		if (strcasecmp(path, stage_info[i].name) == 0 &&
		    strcmp(path, stage_info[i].name) != 0)
			return true;
	return false;
}

/* The most bytes that a file may have. */
static size_t
size_limit(const struct looking *l, const char *path)
{
	static const struct {
		const char *end;
		size_t max;
	} own[] = {
		{ ".ledger.jsonl", LEDGER_MAX }, { ".task.md", CARD_MAX },
		{ ".context.md", CONTEXT_MAX }, { ".learning.md", CONTEXT_MAX },
	};
	size_t i, n = strlen(path), m;

	if (strcmp(path_base(path), "INDEX.md") == 0 && l->pkg == NULL)
		return LISTING_MAX;
	for (i = 0; l->pkg != NULL && package_owns(l->pkg, path) &&
	    i < ARRAY_LEN(own); i++) {
		m = strlen(own[i].end);
		if (n > m && strcmp(path + n - m, own[i].end) == 0)
			return own[i].max;
	}
	return JUDGE_FOREIGN_MAX;
}

static void
check_size(struct looking *l, const struct tree_delta *d)
{
	struct err ignored = ERR_INIT;
	size_t size, max = size_limit(l, d->path);
	char text[80];

	if (repo_blob_size(l->g->j->repo, &d->new->id, &size, &ignored) != 0) {
		looking_find(l, d->path, JUDGE_PATH_UNSAFE,
		    "its content is missing");
	} else if (size > max) {
		snprintf(text, sizeof(text), "%zu bytes; at most %zu may be "
		    "there", size, max);
		looking_find(l, d->path, JUDGE_FILE_SIZE, text);
	}
}

bool
looking_check(struct looking *l, const struct tree_delta *d)
{
	const struct tree_entry *en = d->new;
	const char *why = NULL;

	if (d->old == NULL || d->old->mode != en->mode) {
		if (!tree_mode_is_file(en->mode) &&
		    en->mode != TREE_MODE_DIR)
			why = "neither a plain file nor a folder";
		else if ((why = unsafe_name(en->name)) == NULL &&
		    count_like(l, d) > 1)
			why = "another name is the same but for upper and "
			    "lower case";
		else if (why == NULL && *l->below == '\0' &&
		    is_like_stage(d->path))
			why = "the name of a stage but for upper and lower "
			    "case";
	}
	if (why != NULL)
		looking_find(l, d->path, JUDGE_PATH_UNSAFE, why);
	else if (en->mode != TREE_MODE_DIR)
		check_size(l, d);
	return why == NULL;
}
