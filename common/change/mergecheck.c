/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/err.h"
#include "change/bringing.h"
#include "change/build.h"
#include "sys/dir.h"
#include "sys/file.h"

enum { SHOWN_MAX = 5 };

/* Git's id of what lies at the path; zero: nothing.  1: it is no file. */
static int
look_at_disk(const struct bringing *b, const char *path, struct buf *data,
    struct oid *id, struct err *e)
{
	struct file f = FILE_INIT;
	struct err own = ERR_INIT;
	int rc = file_read(b->s->txn.workfd, path, OBJECT_MAX, &f, &own);

	memset(id, 0, sizeof(*id));
	if (rc == 0) {
		oid_of(id, "blob", buf_str(&f.data), f.data.len);
		buf_swap(data, &f.data);
	}
	file_release(&f);
	if (rc == 0 || own.status == EX_NOINPUT)
		return 0;
	*e = own;
	return own.status == EX_DATAERR ? 1 : -1;
}

/* The same of what git would keep of it. */
static int
clean_id(const struct bringing *b, const char *path, const struct buf *data,
    struct oid *id, struct err *e)
{
	struct buf clean = BUF_INIT;
	int rc;

	if (data->len == 0 || memchr(data->ptr, '\r', data->len) == NULL)
		return 0;
	rc = repo_clean(b->s->txn.repo, path, data, &clean, e);
	if (rc == 0)
		oid_of(id, "blob", buf_str(&clean), clean.len);
	buf_release(&clean);
	return rc;
}

/* What lies at the path is neither what HEAD has nor what it is to be. */
static int
look_for_dirt(struct bringing *b, const char *path, const struct oid *wanted,
    struct err *e)
{
	struct buf disk = BUF_INIT, data = BUF_INIT;
	struct oid head, is;
	int rc = txn_find_head(&b->s->txn, path, &head, e);

	build_disk_path(&b->s->txn, path, &disk);
	if (rc >= 0)
		rc = look_at_disk(b, disk.ptr, &data, &is, e);
	if (rc == 0 && !oid_equal(&is, &head) && !oid_equal(&is, wanted) &&
	    (rc = clean_id(b, disk.ptr, &data, &is, e)) == 0)
		rc = !oid_equal(&is, &head) && !oid_equal(&is, wanted);
	if (rc > 0)
		strvec_add(&b->dirty, disk.ptr);
	buf_release(&disk);
	buf_release(&data);
	return rc < 0 ? -1 : 0;
}

static int
check_path(struct bringing *b, const char *path, const struct oid *wanted,
    struct err *e)
{
	static const struct oid nothing;
	char *at = bringing_txn_path(b, path);
	int rc = look_for_dirt(b, at, wanted == NULL ? &nothing : wanted, e);

	free(at);
	return rc;
}

static bool
same_part(const struct merge_part *a, const struct merge_part *b)
{
	return a != NULL && b != NULL && oid_equal(&a->id, &b->id);
}

/*
 * The files of a version that go or change; `to` is what the package becomes,
 * or NULL.
 */
static int
check_version(struct bringing *b, const struct merge_version *v,
    const struct merge_version *to, struct err *e)
{
	const struct merge_part *next;
	struct buf path = BUF_INIT;
	size_t i;
	int rc = 0;

	for (i = 0; i < v->n && rc == 0; i++) {
		next = merge_part(to, v->v[i].role);
		if (same_part(next, &v->v[i]))
			continue;
		buf_clear(&path);
		merge_part_path(v, v->v[i].role, &path);
		rc = check_path(b, path.ptr, next == NULL ? NULL : &next->id,
		    e);
	}
	buf_release(&path);
	return rc;
}

static int
check_plain(const struct merge_part *part, const char *path, struct err *e)
{
	if (part->mode == 0 || tree_mode_is_file(part->mode))
		return 0;
	return err_set(e, EX_DATAERR, "%s: the other side has a link or a "
	    "repository there, which a board does not have", path);
}

/* Files that are new where the package is new, or have a new name. */
static int
check_new(struct bringing *b, const struct merge_version *v,
    const struct merge_version *was, struct err *e)
{
	struct buf path = BUF_INIT;
	size_t i;
	int rc = 0;

	for (i = 0; i < v->n && rc == 0; i++) {
		buf_clear(&path);
		merge_part_path(v, v->v[i].role, &path);
		rc = check_plain(&v->v[i], path.ptr, e);
		if (rc == 0 && (was == NULL ||
		    (merge_part(was, v->v[i].role) == NULL &&
		    strcmp(was->pkg->folder, v->pkg->folder) == 0 &&
		    was->pkg->stage == v->pkg->stage)))
			rc = check_path(b, path.ptr, &v->v[i].id, e);
	}
	buf_release(&path);
	return rc;
}

/* Where HEAD has it more than once: the one that stays where it is. */
static void
choose_first(struct merge_task *t)
{
	struct merge_version *to = t->side[MERGE_THEIRS], *first;
	char *want = to == NULL ? NULL : bringing_folder_of(to->pkg), *is;
	size_t i;

	for (i = 0; i < t->nmore && want != NULL; i++) {
		is = bringing_folder_of(t->more[i]->pkg);
		if (t->more[i]->side == MERGE_OURS &&
		    strcmp(is, want) == 0) {
			first = t->side[MERGE_OURS];
			t->side[MERGE_OURS] = t->more[i];
			t->more[i] = first;
		}
		free(is);
	}
	free(want);
}

static int
check_task(struct bringing *b, const struct merge_task *t, struct err *e)
{
	const struct merge_version *is = t->side[MERGE_OURS];
	const struct merge_version *to = t->side[MERGE_THEIRS];
	size_t i;

	if (is != NULL && check_version(b, is, to, e) != 0)
		return -1;
	for (i = 0; i < t->nmore; i++)
		if (t->more[i]->side == MERGE_OURS &&
		    check_version(b, t->more[i], NULL, e) != 0)
			return -1;
	return to == NULL ? 0 : check_new(b, to, is, e);
}

static int
say_dirty(const struct bringing *b, struct err *e)
{
	struct buf names = BUF_INIT;
	size_t i;

	for (i = 0; i < b->dirty.n && i < SHOWN_MAX; i++)
		buf_addf(&names, "%s%s", i > 0 ? ", " : "", b->dirty.v[i]);
	if (b->dirty.n > SHOWN_MAX)
		buf_addf(&names, " and %zu more", b->dirty.n - SHOWN_MAX);
	err_set(e, EX_NO, "changed by hand and not committed, and the merge "
	    "changes it, too: %s (commit it first)", names.ptr);
	buf_release(&names);
	return -1;
}

int
bringing_check(struct bringing *b, struct err *e)
{
	const struct merge_file *f;
	size_t i;

	for (i = 0; i < b->w.ntasks; i++)
		choose_first(b->w.tasks[i]);
	for (i = 0; i < b->w.ntasks; i++)
		if (check_task(b, b->w.tasks[i], e) != 0)
			return -1;
	for (i = 0; i < b->w.nfiles; i++) {
		f = &b->w.files[i];
		if (check_plain(&(struct merge_part){ NULL,
		    f->mode[MERGE_THEIRS], f->id[MERGE_THEIRS] }, f->path,
		    e) != 0 || check_path(b, f->path,
		    f->mode[MERGE_THEIRS] == 0 ? NULL :
		    &f->id[MERGE_THEIRS], e) != 0)
			return -1;
	}
	return b->dirty.n > 0 ? say_dirty(b, e) : 0;
}

int
bringing_check_free(struct bringing *b, const char *folder, struct err *e)
{
	char *path = mem_printf("%s%s", b->s->txn.prefix, folder);
	bool taken = dir_has(b->s->txn.workfd, path);
	struct oid id;
	int in_head = txn_find_head(&b->s->txn, folder, &id, e);
	int rc = in_head < 0 ? -1 : 0;

	if (rc == 0 && taken && !in_head)
		rc = err_set(e, EX_NO, "%s: a folder that is not committed "
		    "lies where the merge moves a task to", path);
	free(path);
	return rc;
}
