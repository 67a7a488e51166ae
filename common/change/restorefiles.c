/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include <fcntl.h>

#include "base/err.h"
#include "base/map.h"
#include "board/id.h"
#include "change/ref.h"
#include "change/repo.h"
#include "change/restore.h"
#include "change/restorefiles.h"
#include "change/tree.h"
#include "sys/dir.h"
#include "sys/file.h"
#include "sys/path.h"

struct work {
	struct restore	*r;
	const struct ref_head *head;
	const struct plan *coming;
	struct tree_cache *trees;
	struct map	 packages;	/* an id, to the folder on disk */
	bool		 known;		/* which those are */
};

/* A file of one plan. */
struct place {
	const struct restored *v;
	const struct plan_file *f;
	char		*path;		/* where it lies by now */
};

static void
add_package(struct work *w, const char *folder)
{
	char text[ID_SIZE];
	const char *slug;
	struct id id;

	if (id_parse_folder(&id, path_base(folder), &slug) != 0)
		return;
	id_format(text, &id);
	free(map_put(&w->packages, text, mem_strdup(folder)));
}

struct level {
	struct work	*w;
	const char	*above;		/* with a slash at its end */
	int		 depth;
};

/* A stage, a package in it, or a sub-folder of the archive. */
static void
look_into(const char *name, void *ctx)
{
	const struct level *l = ctx;
	struct err ignored = ERR_INIT;
	char *folder = mem_printf("%s%s", l->above, name);
	char *above = mem_printf("%s/", folder);
	struct level below = { l->w, above, l->depth + 1 };
	const char *slug;
	struct id id;

	if (id_parse_folder(&id, name, &slug) == 0)
		add_package(l->w, folder);
	else if (l->depth < 2 && *name != '.')
		dir_each_folder(l->w->r->a.workfd, folder, look_into, &below,
		    &ignored);
	free(above);
	free(folder);
}

/* Those of the board that `dir` is a package's folder of. */
static void
find_packages(struct work *w, const char *dir)
{
	struct level top = { w, NULL, 0 };
	struct err ignored = ERR_INIT;
	const char *at, *last = NULL;
	char *tasks, *above;

	w->known = true;
	for (at = dir; (at = strstr(at, "tasks/")) != NULL; at++)
		if (at == dir || at[-1] == '/')
			last = at;
	if (last == NULL)
		return;
	tasks = mem_dup(dir, (size_t)(last - dir) + strlen("tasks"));
	above = mem_printf("%s/", tasks);
	top.above = above;
	dir_each_folder(w->r->a.workfd, tasks, look_into, &top, &ignored);
	free(above);
	free(tasks);
}

/*
 * Where a folder of a plan lies by now: a later plan may have moved it, or a
 * person.  NULL: nowhere.
 */
static const char *
find_folder(struct work *w, const char *dir)
{
	const struct plan *p = w->coming;
	char text[ID_SIZE];
	const char *slug;
	struct id id;
	size_t i;

	if (*dir == '\0' || dir_has(w->r->a.workfd, dir))
		return dir;
	for (i = 0; p != NULL && i < p->nrenames; i++)
		if (p->renames[i].lies != NULL &&
		    strcmp(p->renames[i].lies, dir) == 0 &&
		    dir_has(w->r->a.workfd, p->renames[i].to))
			return p->renames[i].to;
	if (id_parse_folder(&id, path_base(dir), &slug) != 0)
		return NULL;
	if (!w->known)
		find_packages(w, dir);
	id_format(text, &id);
	return map_find(&w->packages, text);
}

/* True where the plan's branch is the one that is checked out. */
static bool
is_checked_out(const struct work *w, const struct plan *p)
{
	return !w->head->unborn && strcmp(w->head->ref, p->ref) == 0;
}

/* 1: HEAD has something at the path; 0: nothing. */
static int
head_has(struct work *w, const char *path, struct err *e)
{
	struct tree_entry entry;

	return tree_find(w->trees, &w->head->tree, path, &entry, e);
}

/* A folder moves again, unless it went back since then. */
static int
restore_renames(struct work *w, const struct plan *p, struct err *e)
{
	size_t i;
	int rc = 0;

	if (p->commits && !is_checked_out(w, p))
		return 0;
	for (i = 0; i < p->nrenames && rc >= 0; i++) {
		if (p->renames[i].lies == NULL)
			continue;
		rc = !p->commits ? 0 : head_has(w, p->renames[i].lies, e);
		if (rc == 0)
			rc = apply_move(&w->r->a, &p->renames[i], e);
	}
	return rc < 0 ? -1 : 0;
}

/* What apply.c left under a folder's hidden name. */
static void
drop_hidden(struct work *w, const struct plan *p, const char *dir)
{
	const char *base = path_base(dir);
	char *hidden = file_temp(base), *file;
	char *path = mem_printf("%.*s%s", (int)(base - dir), dir, hidden);
	int workfd = w->r->a.workfd;
	size_t i;

	for (i = 0; i < p->nfiles && dir_has(workfd, path); i++) {
		if (!path_is_below(p->files[i].path, dir))
			continue;
		file = mem_printf("%s/%s", path, path_base(p->files[i].path));
		file_drop_temp(workfd, file);
		(void)!unlinkat(workfd, file, 0);
		(void)!unlinkat(workfd, path, AT_REMOVEDIR);
		free(file);
	}
	free(path);
	free(hidden);
}

/* The folder of a file that HEAD has, where it is nowhere. */
static int
restore_folder(struct work *w, const struct plan *p,
    const struct plan_file *f, struct err *e)
{
	char *dir = mem_dup(f->path, path_dir_len(f->path));
	int rc = 0;

	if (find_folder(w, dir) == NULL)
		rc = head_has(w, f->path, e);
	if (rc > 0 && (rc = dir_make(w->r->a.workfd, dir, e)) == 0)
		add_package(w, dir);
	if (rc == 0 && *dir != '\0')
		drop_hidden(w, p, dir);
	free(dir);
	return rc;
}

static int
restore_folders(struct work *w, const struct plan *p, struct err *e)
{
	size_t i;
	int rc = 0;

	if (!p->commits || !is_checked_out(w, p))
		return 0;
	for (i = 0; i < p->nfiles && rc == 0; i++)
		if (!oid_is_zero(&p->files[i].content))
			rc = restore_folder(w, p, &p->files[i], e);
	return rc;
}

/* Adds what HEAD has of a file, which lies where `coming` moves it to. */
static int
read_before(struct work *w, const char *path, struct buf *out,
    struct err *e)
{
	const struct plan *p = w->coming;
	char *from;
	size_t i;
	int found = 0;

	for (i = 0; p != NULL && i < p->nrenames && found == 0; i++) {
		if (!path_is_below(path, p->renames[i].to))
			continue;
		from = mem_printf("%s%s", p->renames[i].from,
		    path + strlen(p->renames[i].to));
		found = repo_read_path(w->r->a.repo, &w->head->tree, from,
		    out, e);
		free(from);
	}
	return found;
}

/* What the file should be.  1: these bytes; 0: nothing can be said. */
static int
find_wanted(struct work *w, const struct place *at, struct buf *out,
    struct err *e)
{
	const struct plan_object *o;
	int found;

	if (!at->v->plan.commits) {
		o = plan_object(&at->v->plan, &at->f->content);
		if (o != NULL)
			buf_addb(out, &o->data);
		return o != NULL;
	}
	found = repo_read_path(w->r->a.repo, &w->head->tree, at->path, out, e);
	if (found == 0)
		found = read_before(w, at->path, out, e);
	return found != 0 ? found : repo_read_path(w->r->a.repo,
	    &w->head->tree, at->f->path, out, e);
}

/* True where what the file is now is no person's. */
static bool
is_ours(struct work *w, const struct place *at, const struct file *now,
    const struct oid *id)
{
	if (restore_made(w->r, &now->st))
		return true;
	/* A wreck is younger than the plan that was being carried out. */
	if ((oid_equal(id, &at->f->was) || oid_equal(id, &at->f->head)) &&
	    restored_is_newer(at->v, now->st.st_mtim.tv_sec))
		return false;
	return apply_is_old(&w->r->a, &at->v->plan, at->f, &now->data);
}

/* Puts back a file that is missing, a wreck, or older than it was. */
static int
restore_file(struct work *w, const struct place *at, struct err *e)
{
	const struct apply *a = &w->r->a;
	struct file now = FILE_INIT, want = FILE_INIT;
	struct oid id;
	int found, rc = 0;

	found = apply_look(a, at->path, &now, &id, e);
	if (found < 0)
		rc = -1;
	else if (found ? is_ours(w, at, &now, &id) : at->v->plan.commits)
		rc = find_wanted(w, at, &want.data, e);
	if (rc > 0 && (!found || !buf_equal(&want.data, &now.data))) {
		want.st.st_mode = found ? now.st.st_mode : 0;
		rc = file_replace(a->workfd, at->path, &want, e);
		if (rc == 0)
			restore_wrote(w->r, &want.st);
	}
	file_release(&now);
	file_release(&want);
	return rc < 0 ? -1 : 0;
}

/* A file that was removed and is there again. */
static int
remove_again(struct work *w, const struct place *at, struct err *e)
{
	struct plan_file f = *at->f;
	struct file now = FILE_INIT;
	struct oid id;
	int found = apply_look(&w->r->a, at->path, &now, &id, e), rc = 0;

	f.path = at->path;
	if (found < 0)
		rc = -1;
	else if (found && oid_equal(&id, &f.was) &&
	    !restored_is_newer(at->v, now.st.st_mtim.tv_sec) &&
	    (!at->v->plan.commits || (rc = head_has(w, f.path, e)) == 0))
		rc = apply_remove(&w->r->a, &f, e);
	file_release(&now);
	return rc < 0 ? -1 : 0;
}

static int
restore_contents(struct work *w, const struct restored *v, struct err *e)
{
	struct place at = { .v = v };
	const char *folder;
	char *dir;
	size_t i;
	int rc = 0;

	if (v->plan.commits && !is_checked_out(w, &v->plan))
		return 0;
	for (i = 0; i < v->plan.nfiles && rc == 0; i++) {
		at.f = &v->plan.files[i];
		dir = mem_dup(at.f->path, path_dir_len(at.f->path));
		folder = find_folder(w, dir);
		if (folder != NULL) {
			at.path = mem_printf("%s%s%s", folder,
			    *folder == '\0' ? "" : "/",
			    path_base(at.f->path));
			/* Also where it is right by itself. */
			file_drop_temp(w->r->a.workfd, at.path);
			rc = oid_is_zero(&at.f->content) ?
			    remove_again(w, &at, e) : restore_file(w, &at, e);
			free(at.path);
		}
		free(dir);
	}
	return rc;
}

int
restore_files(struct restore *r, const struct ref_head *head,
    const struct plan *coming, struct err *e)
{
	struct work w = { .r = r, .head = head, .coming = coming,
	    .trees = tree_cache_new(r->a.repo) };
	size_t i;
	int rc = 0;

	for (i = 0; i < r->n && rc == 0; i++)
		rc = restore_renames(&w, &r->v[i].plan, e);
	for (i = 0; i < r->n && rc == 0; i++)
		rc = restore_folders(&w, &r->v[i].plan, e);
	for (i = 0; i < r->n && rc == 0; i++)
		rc = restore_contents(&w, &r->v[i], e);
	map_release_values(&w.packages);
	tree_cache_free(w.trees);
	return rc;
}
