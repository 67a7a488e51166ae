/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/err.h"
#include "board/stage.h"
#include "change/plan.h"
#include "change/snapshot.h"
#include "change/tree.h"
#include "sys/file.h"

/* The tree that a path is to be looked for in. */
static const struct oid *
tree_for(const struct snapshot *s, const char *path)
{
	static const char *const setup[] = { "policy.yaml", "people.yaml",
	    "NAMESPACES.yaml", "allowed_signers" };
	size_t i;

	for (i = 0; i < ARRAY_LEN(setup); i++)
		if (strcmp(path, setup[i]) == 0)
			return &s->setup;
	return strncmp(path, ".workers/", 9) == 0 ? &s->setup : &s->tasks;
}

/* One that is made, and not written yet.  1: it is. */
static int
read_made(const struct snapshot *s, const struct tree_entry *entry,
    struct file *f)
{
	const struct plan_object *o = s->made == NULL ? NULL :
	    plan_object(s->made, &entry->id);

	if (o == NULL)
		return 0;
	memset(&f->st, 0, sizeof(f->st));
	f->st.st_mode = entry->mode;
	f->st.st_size = (off_t)o->data.len;
	buf_set(&f->data, buf_str(&o->data), o->data.len);
	return 1;
}

static int
read_blob(void *ctx, const char *path, size_t max, struct file *f,
    struct err *e)
{
	struct snapshot *s = ctx;
	struct tree_entry entry;
	size_t size;
	int found;

	found = tree_find(s->trees, tree_for(s, path), path, &entry, e);
	if (found < 0)
		return -1;
	if (!found)
		return err_set(e, EX_NOINPUT, "%s: there is no such file",
		    path);
	if (!tree_mode_is_file(entry.mode))
		return err_set(e, EX_DATAERR, "%s: is no plain file", path);
	if (read_made(s, &entry, f))
		return f->data.len <= max ? 0 : err_set(e, EX_DATAERR,
		    "%s: is larger than %zu bytes", path, max);
	if (repo_blob_size(s->repo, &entry.id, &size, e) != 0)
		return -1;
	if (size > max)
		return err_set(e, EX_DATAERR, "%s: is larger than %zu bytes",
		    path, max);
	memset(&f->st, 0, sizeof(f->st));
	f->st.st_mode = entry.mode;
	f->st.st_size = (off_t)size;
	buf_clear(&f->data);
	return repo_read(s->repo, &entry.id, OBJECT_BLOB, &f->data, e);
}

static int
each_folder(void *ctx, const char *path,
    void (*fn)(const char *name, void *arg), void *arg, struct err *e)
{
	struct snapshot *s = ctx;
	const struct buf *bytes;
	struct tree_entry entry;
	size_t at = 0;
	int rc;

	rc = tree_find(s->trees, &s->tasks, path, &entry, e);
	if (rc <= 0 || entry.mode != TREE_MODE_DIR)
		return rc < 0 ? -1 : 0;
	if (tree_get(s->trees, &entry.id, &bytes, e) != 0)
		return -1;
	while ((rc = tree_next(bytes, &at, &entry)) > 0)
		if (entry.mode == TREE_MODE_DIR)
			fn(entry.name, arg);
	return rc == 0 ? 0 : err_set(e, EX_DATAERR, "%s: git's tree is "
	    "damaged", path);
}

static bool
has(void *ctx, const char *path)
{
	struct snapshot *s = ctx;
	struct tree_entry entry;
	struct err e = ERR_INIT;

	return tree_find(s->trees, tree_for(s, path), path, &entry, &e) > 0;
}

void
snapshot_open(struct snapshot *s, struct tree_cache *trees,
    const struct oid *tasks, const char *shown)
{
	const struct store_source source = { read_blob, each_folder, has, s };

	s->repo = tree_cache_repo(trees);
	s->trees = trees;
	s->made = NULL;
	s->tasks = s->setup = *tasks;
	store_open_source(&s->store, shown, &source);
}

void
snapshot_set_up(struct snapshot *s, const struct oid *tasks)
{
	s->setup = *tasks;
	store_forget(&s->store);
}

void
snapshot_close(struct snapshot *s)
{
	store_close(&s->store);
}

/* Its root holds a folder "tasks" with a stage or the root index in it. */
static int
is_board(struct tree_cache *trees, const struct oid *tasks, struct err *e)
{
	struct tree_entry entry;
	int i, found = 0;

	for (i = 0; i < STAGE_COUNT && found == 0; i++)
		found = tree_find(trees, tasks, stage_info[i].name, &entry,
		    e);
	return found != 0 ? found : tree_find(trees, tasks, "INDEX.md",
	    &entry, e);
}

int
snapshot_find(struct tree_cache *trees, const struct oid *root,
    const char **prefix, struct oid *tasks, struct err *e)
{
	static const char *const places[] = { ".work/tasks/", "tasks/" };
	struct tree_entry entry;
	size_t i;
	int found;

	*prefix = NULL;
	memset(tasks, 0, sizeof(*tasks));
	for (i = 0; i < ARRAY_LEN(places); i++) {
		found = tree_find(trees, root, places[i], &entry, e);
		if (found > 0 && entry.mode == TREE_MODE_DIR)
			found = is_board(trees, &entry.id, e);
		else if (found > 0)
			found = 0;
		if (found < 0)
			return -1;
		if (found > 0) {
			*prefix = places[i];
			*tasks = entry.id;
			return 0;
		}
	}
	return 0;
}
