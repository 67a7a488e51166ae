/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/err.h"
#include "change/bringing.h"
#include "change/build.h"

static char *
work_prefix(const struct session *s)
{
	size_t n = strlen(s->txn.prefix), tail = strlen("tasks/");

	return mem_dup(s->txn.prefix, n < tail ? 0 : n - tail);
}

/* A path as the transaction has it. */
char *
bringing_txn_path(const struct bringing *b, const char *path)
{
	if (strncmp(path, "tasks/", 6) == 0)
		return mem_strdup(path + 6);
	return mem_printf("/%s%s", b->prefix, path);
}

char *
bringing_folder_of(const struct package *p)
{
	struct buf path = BUF_INIT;

	package_path(p, &path);
	return buf_take(&path);
}

static bool
same_part(const struct merge_part *a, const struct merge_part *b)
{
	return a != NULL && b != NULL && oid_equal(&a->id, &b->id);
}

static int
write_file(struct bringing *b, const char *path, unsigned mode,
    const struct oid *id, struct err *e)
{
	char *at = bringing_txn_path(b, path);
	struct buf data = BUF_INIT;
	int rc = merge_read(&b->w, id, &data, e);

	if (rc != 0)
		err_prefix(e, "%s", path);
	else if (mode == TREE_MODE_EXECUTABLE)
		txn_write_executable(&b->s->txn, at, buf_str(&data),
		    data.len);
	else
		txn_write(&b->s->txn, at, buf_str(&data), data.len);
	buf_release(&data);
	free(at);
	return rc;
}

static void
remove_file(struct bringing *b, const char *path)
{
	char *at = bringing_txn_path(b, path);

	txn_remove(&b->s->txn, at);
	free(at);
}

static void
remove_version(struct bringing *b, const struct merge_version *v)
{
	struct buf path = BUF_INIT;
	size_t i;

	for (i = 0; i < v->n; i++) {
		buf_clear(&path);
		merge_part_path(v, v->v[i].role, &path);
		remove_file(b, path.ptr);
	}
	buf_release(&path);
}

/* After its folder moved: files that go, or have another name now. */
static void
remove_old_names(struct bringing *b, const struct merge_version *is,
    const struct merge_version *to)
{
	struct buf was = BUF_INIT, now = BUF_INIT;
	char *from = bringing_folder_of(is->pkg);
	char *folder = bringing_folder_of(to->pkg), *path;
	size_t i;

	for (i = 0; i < is->n; i++) {
		buf_clear(&was);
		buf_clear(&now);
		merge_part_path(is, is->v[i].role, &was);
		path = mem_printf("tasks/%s%s", folder, was.ptr +
		    strlen("tasks/") + strlen(from));
		if (merge_part(to, is->v[i].role) != NULL)
			merge_part_path(to, is->v[i].role, &now);
		if (now.len == 0 || strcmp(now.ptr, path) != 0)
			remove_file(b, path);
		free(path);
	}
	buf_release(&was);
	buf_release(&now);
	free(from);
	free(folder);
}

static int
write_version(struct bringing *b, const struct merge_version *to,
    const struct merge_version *is, struct err *e)
{
	struct buf path = BUF_INIT;
	bool renamed = is == NULL ||
	    strcmp(is->pkg->folder, to->pkg->folder) != 0;
	const struct merge_part *was;
	size_t i;
	int rc = 0;

	for (i = 0; i < to->n && rc == 0; i++) {
		was = merge_part(is, to->v[i].role);
		if (!renamed && same_part(was, &to->v[i]) &&
		    was->mode == to->v[i].mode)
			continue;
		buf_clear(&path);
		merge_part_path(to, to->v[i].role, &path);
		rc = write_file(b, path.ptr, to->v[i].mode, &to->v[i].id, e);
	}
	buf_release(&path);
	return rc;
}

/* A folder that moves. */
struct moving {
	const struct merge_task *t;
	char		*from, *to;
	bool		 done;
};

struct movings {
	struct moving	*v;
	size_t		 n, cap;
	struct map	 from;		/* path to struct moving, not done */
};

static void
find_movings(const struct bringing *b, struct movings *m)
{
	const struct merge_task *t;
	char *from, *to;
	size_t i;

	for (i = 0; i < b->w.ntasks; i++) {
		t = b->w.tasks[i];
		if (t->side[MERGE_OURS] == NULL ||
		    t->side[MERGE_THEIRS] == NULL)
			continue;
		from = bringing_folder_of(t->side[MERGE_OURS]->pkg);
		to = bringing_folder_of(t->side[MERGE_THEIRS]->pkg);
		if (strcmp(from, to) == 0) {
			free(from);
			free(to);
			continue;
		}
		MEM_GROW(m->v, m->n, m->cap);
		m->v[m->n++] = (struct moving){ t, from, to, false };
	}
	for (i = 0; i < m->n; i++)
		map_put(&m->from, m->v[i].from, &m->v[i]);
}

static void
movings_release(struct movings *m)
{
	while (m->n > 0) {
		m->n--;
		free(m->v[m->n].from);
		free(m->v[m->n].to);
	}
	free(m->v);
	map_release(&m->from);
}

/* One after another, each to where nothing lies any more. */
static void
move_folders(struct bringing *b, struct movings *m)
{
	bool more = true;
	size_t i;

	while (more) {
		more = false;
		for (i = 0; i < m->n; i++) {
			if (m->v[i].done ||
			    map_find(&m->from, m->v[i].to) != NULL)
				continue;
			txn_rename(&b->s->txn, m->v[i].from, m->v[i].to);
			txn_vacate(&b->s->txn, m->v[i].from);
			remove_old_names(b, m->v[i].t->side[MERGE_OURS],
			    m->v[i].t->side[MERGE_THEIRS]);
			map_remove(&m->from, m->v[i].from);
			m->v[i].done = more = true;
		}
	}
	/* Those that want each other's place are written anew. */
	for (i = 0; i < m->n; i++)
		if (!m->v[i].done)
			remove_version(b, m->v[i].t->side[MERGE_OURS]);
}

static bool
was_moved(const struct movings *m, const struct merge_task *t)
{
	size_t i;

	for (i = 0; i < m->n; i++)
		if (m->v[i].t == t)
			return m->v[i].done;
	return true;
}

static void
remove_gone(struct bringing *b, const struct merge_task *t)
{
	const struct merge_version *is = t->side[MERGE_OURS];
	const struct merge_version *to = t->side[MERGE_THEIRS];
	struct buf path = BUF_INIT;
	size_t i;

	for (i = 0; i < t->nmore; i++)
		if (t->more[i]->side == MERGE_OURS)
			remove_version(b, t->more[i]);
	if (is != NULL && to == NULL)
		remove_version(b, is);
	for (i = 0; is != NULL && to != NULL && i < is->n; i++) {
		if (merge_part(to, is->v[i].role) != NULL ||
		    strcmp(is->pkg->folder, to->pkg->folder) != 0 ||
		    is->pkg->stage != to->pkg->stage)
			continue;
		buf_clear(&path);
		merge_part_path(is, is->v[i].role, &path);
		remove_file(b, path.ptr);
	}
	buf_release(&path);
}

static int
stage_all(struct bringing *b, struct movings *m, struct err *e)
{
	const struct merge_file *f;
	const struct merge_task *t;
	size_t i;
	int rc = 0;

	for (i = 0; i < b->w.ntasks; i++)
		remove_gone(b, b->w.tasks[i]);
	move_folders(b, m);
	for (i = 0; i < b->w.ntasks && rc == 0; i++) {
		t = b->w.tasks[i];
		if (t->side[MERGE_THEIRS] != NULL)
			rc = write_version(b, t->side[MERGE_THEIRS],
			    was_moved(m, t) ? t->side[MERGE_OURS] : NULL, e);
	}
	for (i = 0; i < b->w.nfiles && rc == 0; i++) {
		f = &b->w.files[i];
		if (f->mode[MERGE_THEIRS] == 0)
			remove_file(b, f->path);
		else
			rc = write_file(b, f->path, f->mode[MERGE_THEIRS],
			    &f->id[MERGE_THEIRS], e);
	}
	return rc;
}

static int
stage(struct bringing *b, struct err *e)
{
	struct movings m = { NULL, 0, 0, MAP_INIT };
	size_t i;
	int rc = bringing_check(b, e);

	if (rc == 0)
		find_movings(b, &m);
	for (i = 0; i < m.n && rc == 0; i++)
		rc = bringing_check_free(b, m.v[i].to, e);
	if (rc == 0)
		rc = stage_all(b, &m, e);
	movings_release(&m);
	return rc;
}

/* What differs between HEAD's board and that tree. */
static int
bringing_begin(struct bringing *b, struct session *s,
    const struct merge_target *target, struct err *e)
{
	const struct plan *made = target->made;
	struct tree_entry entry;
	size_t i;
	int found = 1;

	b->s = s;
	b->prefix = work_prefix(s);
	b->w.repo = s->txn.repo;
	b->w.trees = tree_cache_new(s->txn.repo);
	b->w.made = (struct plan *)(uintptr_t)made;
	for (i = 0; i < made->nobjects; i++)
		if (made->objects[i].type == OBJECT_TREE)
			tree_cache_put(b->w.trees, &made->objects[i].id,
			    &made->objects[i].data);
	b->w.root[MERGE_OURS] = s->txn.head.tree;
	if (*b->prefix != '\0' && !oid_is_zero(&s->txn.head.tree)) {
		found = tree_find(b->w.trees, &s->txn.head.tree, b->prefix,
		    &entry, e);
		memset(&b->w.root[MERGE_OURS], 0, sizeof(struct oid));
		if (found > 0 && entry.mode == TREE_MODE_DIR)
			b->w.root[MERGE_OURS] = entry.id;
	}
	b->w.root[MERGE_BASE] = b->w.root[MERGE_OURS];
	b->w.root[MERGE_THEIRS] = target->tree;
	return found < 0 ? -1 : merge_walk(&b->w, e);
}

static void
bringing_end(struct bringing *b)
{
	merge_work_release(&b->w);
	tree_cache_free(b->w.trees);
	strvec_release(&b->dirty);
	free(b->prefix);
}

int
merge_apply(struct session *s, const struct merge_target *target,
    struct err *e)
{
	struct bringing b = { .dirty = STRVEC_INIT };
	struct plan_merge m = PLAN_MERGE_INIT;
	int rc;

	if (!s->txn.commits)
		return err_set(e, EX_CONFIG, "merging makes a commit, and "
		    "committing is turned off (task.commit, --no-commit)");
	rc = bringing_begin(&b, s, target, e);
	if (rc == 0 && (rc = stage(&b, e)) != 0)
		txn_discard(&s->txn);
	if (rc == 0) {
		m.parents = (struct oid *)(uintptr_t)target->parents;
		m.nparents = target->nparents;
		m.forward = target->forward;
		m.outside = target->outside;
		m.board = b.prefix;
		txn_merge(&s->txn, &m);
		store_forget(&s->store);
	}
	bringing_end(&b);
	return rc;
}

/* Adds the tasks that it would change and a person has changed by hand. */
int
merge_edited(struct session *s, const struct merge_target *target,
    struct strvec *refs, struct err *e)
{
	struct bringing b = { .dirty = STRVEC_INIT };
	const struct merge_version *is;
	char ref[ID_SIZE], *folder;
	size_t i;
	int rc = bringing_begin(&b, s, target, e), differs;

	for (i = 0; i < b.w.ntasks && rc == 0; i++) {
		is = b.w.tasks[i]->side[MERGE_OURS];
		if (is == NULL)
			continue;
		id_format_ref(ref, &is->pkg->id);
		folder = bringing_folder_of(is->pkg);
		differs = build_differs(&s->txn, folder, folder, e);
		if (differs < 0)
			rc = e->status != EX_NOINPUT ? -1 : err_set(e, EX_NO,
			    "%s: its folder was moved by hand from %s; "
			    "task-watch --once judges that", ref, folder);
		else if (differs)
			strvec_add(refs, ref);
		free(folder);
	}
	bringing_end(&b);
	return rc;
}
