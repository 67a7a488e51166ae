/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/err.h"
#include "board/ledger.h"
#include "change/mergework.h"
#include "sys/path.h"

/* As the rows of a file's mode: a plain one, executable or not. */
struct merge_version *
merge_version_new(const struct package *p)
{
	struct merge_version *v = mem_zalloc(sizeof(*v));

	v->pkg = package_new(p->stage, p->shard, p->folder);
	return v;
}

void
merge_version_free(struct merge_version *v)
{
	if (v == NULL)
		return;
	while (v->n > 0)
		free(v->v[--v->n].role);
	free(v->v);
	package_free(v->pkg);
	free(v);
}

static struct merge_part *
find_part(const struct merge_version *v, const char *role)
{
	size_t i;

	for (i = 0; i < v->n; i++)
		if (strcmp(v->v[i].role, role) == 0)
			return &v->v[i];
	return NULL;
}

struct merge_part *
merge_part(const struct merge_version *v, const char *role)
{
	return v == NULL ? NULL : find_part(v, role);
}

void
merge_part_set(struct merge_version *v, const char *role, unsigned mode,
    const struct oid *id)
{
	struct merge_part *part = find_part(v, role);

	if (part == NULL) {
		MEM_GROW(v->v, v->n, v->cap);
		part = &v->v[v->n++];
		part->role = mem_strdup(role);
	}
	part->mode = mode;
	part->id = *id;
}

int
merge_read(struct merge_work *w, const struct oid *id, struct buf *out,
    struct err *e)
{
	const struct plan_object *o = plan_object(w->made, id);
	size_t size;

	if (o != NULL) {
		buf_addb(out, &o->data);
		return 0;
	}
	if (repo_blob_size(w->repo, id, &size, e) != 0)
		return -1;
	if (size > LEDGER_MAX)
		return err_set(e, EX_DATAERR, "a file of %zu bytes is too "
		    "large", size);
	return repo_read(w->repo, id, OBJECT_BLOB, out, e);
}

void
merge_blob(struct merge_work *w, struct buf *data, struct oid *id)
{
	plan_add_object(w->made, OBJECT_BLOB, data, NULL, id);
}

/* "0042-user-login.", "0042." or "", which the names of files begin with. */
static void
add_stem(const struct package *p, const char *role, struct buf *out)
{
	char id[ID_SIZE];

	id_format(id, &p->id);
	if (strncmp(role, "=task.", 6) == 0)
		buf_addf(out, "%s-%s.", id, package_slug(p));
	else if (*role == '=')
		buf_addf(out, "%s.", id);
}

void
merge_part_path(const struct merge_version *v, const char *role,
    struct buf *out)
{
	buf_adds(out, "tasks/");
	package_path(v->pkg, out);
	buf_addc(out, '/');
	add_stem(v->pkg, role, out);
	buf_adds(out, role + 1);
}

static char *
role_of(const struct package *p, const char *name)
{
	struct buf card = BUF_INIT, stem = BUF_INIT;
	char *role;

	if (!package_owns(p, name)) {
		role = mem_printf("/%s", name);
	} else {
		add_stem(p, "=task.", &card);
		add_stem(p, "=", &stem);
		role = mem_printf("=%s", name + (strncmp(name, card.ptr,
		    card.len) == 0 && strncmp(name + card.len, "task.", 5) ==
		    0 ? card.len : stem.len));
	}
	buf_release(&card);
	buf_release(&stem);
	return role;
}

struct reading {
	struct merge_work *w;
	struct merge_version *v;
	struct strvec	 folders;	/* to be read, with their slashes */
};

static int
read_folder(struct reading *r, const struct oid *id, const char *folder,
    struct err *e)
{
	const struct buf *bytes;
	struct tree_entry entry;
	size_t at = 0;
	char *role;
	int rc;

	if (tree_get(r->w->trees, id, &bytes, e) != 0)
		return -1;
	while ((rc = tree_next(bytes, &at, &entry)) > 0) {
		if (entry.mode == TREE_MODE_DIR) {
			strvec_addf(&r->folders, "%s%s/", folder,
			    entry.name);
			continue;
		}
		role = *folder == '\0' ? role_of(r->v->pkg, entry.name) :
		    mem_printf("/%s%s", folder, entry.name);
		merge_part_set(r->v, role, entry.mode, &entry.id);
		free(role);
	}
	return rc < 0 ? err_set(e, EX_DATAERR, "git's tree is damaged") : 0;
}

int
merge_version_read(struct merge_work *w, struct merge_version *v,
    struct err *e)
{
	struct reading r = { w, v, STRVEC_INIT };
	struct tree_entry entry;
	size_t i;
	int rc = read_folder(&r, &v->tree, "", e);

	for (i = 0; i < r.folders.n && rc == 0; i++) {
		rc = tree_find(w->trees, &v->tree, r.folders.v[i], &entry,
		    e);
		if (rc > 0)
			rc = read_folder(&r, &entry.id, r.folders.v[i], e);
	}
	strvec_release(&r.folders);
	return rc;
}

int
merge_part_read(struct merge_work *w, const struct merge_version *v,
    const char *role, struct buf *out, struct err *e)
{
	const struct merge_part *part = merge_part(v, role);
	struct buf path = BUF_INIT;

	if (part == NULL)
		return 0;
	if (tree_mode_is_file(part->mode) &&
	    merge_read(w, &part->id, out, e) == 0)
		return 1;
	if (!tree_mode_is_file(part->mode))
		err_set(e, EX_DATAERR, "is no plain file");
	merge_part_path(v, role, &path);
	err_prefix(e, "%s", path.ptr);
	buf_release(&path);
	return -1;
}

void
merge_put(struct merge_work *w, const char *path, unsigned mode,
    const struct oid *id)
{
	struct tree_edit *x = map_find(&w->edits, path);

	if (x == NULL) {
		x = mem_zalloc(sizeof(*x));
		x->path = mem_strdup(path);
		map_put(&w->edits, path, x);
	}
	x->kind = mode == 0 ? TREE_REMOVE : TREE_PUT;
	x->mode = mode;
	if (id != NULL)
		x->id = *id;
}

static void
add_tree(void *ctx, struct buf *bytes, const struct oid *old,
    const struct buf *old_bytes, struct oid *id)
{
	const struct plan_object *o;
	struct merge_work *w = ctx;

	(void)old;
	(void)old_bytes;
	plan_add_object(w->made, OBJECT_TREE, bytes, NULL, id);
	o = plan_object(w->made, id);
	tree_cache_put(w->trees, id, &o->data);
}

struct edits {
	struct tree_edit *v;
	size_t		 n;
};

static void
add_edit(const char *path, void *value, void *ctx)
{
	struct tree_edit *x = value;
	struct edits *out = ctx;

	(void)path;
	out->v[out->n++] = *x;
	free(x);
}

int
merge_flush(struct merge_work *w, struct err *e)
{
	struct tree_sink sink = { add_tree, w };
	struct tree_change change = { .root = w->tree, .sink = &sink };
	struct edits edits = { NULL, 0 };
	size_t i;
	int rc;

	edits.v = mem_zalloc((w->edits.n + 1) * sizeof(*edits.v));
	map_each(&w->edits, add_edit, &edits);
	map_release(&w->edits);
	change.edits = edits.v;
	change.n = edits.n;
	rc = tree_edit(w->trees, &change, &w->tree, e);
	for (i = 0; i < edits.n; i++)
		free(edits.v[i].path);
	free(edits.v);
	return rc;
}

int
merge_view(struct merge_work *w, struct snapshot *view, struct err *e)
{
	struct tree_entry entry;
	struct oid tasks;
	int found = tree_find(w->trees, &w->tree, "tasks/", &entry, e);

	if (found < 0)
		return -1;
	memset(&tasks, 0, sizeof(tasks));
	if (found)
		tasks = entry.id;
	snapshot_open(view, w->trees, &tasks, ".work");
	view->made = w->made;
	return 0;
}
