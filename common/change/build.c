/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include <fcntl.h>

#include "base/err.h"
#include "base/strvec.h"
#include "board/ledger.h"
#include "board/package.h"
#include "change/build.h"
#include "change/commit.h"
#include "change/txn.h"
#include "sys/dir.h"
#include "sys/file.h"
#include "sys/path.h"

struct txn_file *
build_file(struct txn *t, const char *path)
{
	struct txn_file *f = map_find(&t->files, path);

	if (f == NULL) {
		f = mem_zalloc(sizeof(*f));
		map_put(&t->files, path, f);
	}
	return f;
}

/* The path with its folder, or itself if it is one, as the map has it. */
static void
mapped_path(const struct txn *t, const struct map *folders, const char *path,
    struct buf *out)
{
	size_t n = path_dir_len(path);
	const char *whole, *old;
	char *dir;

	if (*path == '/') {
		buf_adds(out, path + 1);
		return;
	}
	dir = mem_dup(path, n);
	whole = map_find(folders, path);
	old = map_find(folders, dir);
	buf_adds(out, t->prefix);
	if (whole != NULL)
		buf_adds(out, whole);
	else if (old != NULL)
		buf_addf(out, "%s%s", old, path + n);
	else
		buf_adds(out, path);
	free(dir);
}

void
build_disk_path(const struct txn *t, const char *path, struct buf *out)
{
	mapped_path(t, &t->on_disk, path, out);
}

void
build_head_path(const struct txn *t, const char *path, struct buf *out)
{
	mapped_path(t, &t->in_head, path, out);
}

/* Reads what is on disk; an id of zero: there is nothing. */
static int
read_disk(struct txn *t, const char *path, struct file *f, struct oid *id,
    struct err *e)
{
	struct buf disk = BUF_INIT;
	int rc;

	memset(id, 0, sizeof(*id));
	build_disk_path(t, path, &disk);
	rc = file_read(t->workfd, disk.ptr, OBJECT_MAX, f, e);
	buf_release(&disk);
	if (rc != 0)
		return e->status == EX_NOINPUT ? 0 : -1;
	oid_of(id, "blob", f->data.ptr, f->data.len);
	return 1;
}

/*
 * What git keeps of a content: itself, unless it has carriage returns that
 * core.autocrlf or an attribute takes out.
 */
static int
clean_blob(struct txn *t, struct plan_file *pf, const struct buf *data,
    struct err *e)
{
	struct buf clean = BUF_INIT;

	pf->blob = pf->content;
	if (!t->commits || data->len == 0 ||
	    memchr(data->ptr, '\r', data->len) == NULL)
		return 0;
	if (repo_clean(t->repo, pf->path, data, &clean, e) != 0)
		return -1;
	plan_add_object(&t->plan, OBJECT_BLOB, &clean, NULL, &pf->blob);
	return 0;
}

static struct plan_file *
add_file(struct txn *t, const char *path)
{
	char *full = *path == '/' ? mem_strdup(path + 1) :
	    mem_printf("%s%s", t->prefix, path);
	struct plan_file *pf = plan_add_file(&t->plan, full);

	free(full);
	return pf;
}

/* A later step takes over from an earlier one what was before both. */
static void
supersede(struct txn *t, struct txn_file *f, struct plan_file *pf)
{
	struct plan_file *old = &t->plan.files[f->entry];

	old->write = false;
	pf->was = old->was;
	pf->head = old->head;
	pf->was_read = old->was_read;
	pf->read = old->read;
}

static int
check_unchanged(const struct txn_file *f, const char *path,
    const struct file *disk, bool found, struct err *e)
{
	if (!f->was_read || (found && file_same(&f->read, &disk->st)))
		return 0;
	return err_set(e, EX_TEMPFAIL, "%s was changed while this ran; "
	    "nothing is done, try again", path);
}

/* What a file is before this step: on disk and in git. */
struct before {
	struct file	 disk;		/* the data, and when it was read */
	bool		 found;
	struct oid	 was, head;
	struct plan_base base;		/* what git has or is to have of it */
	bool		 has_base;
};

/* An earlier step of the same change knows it already. */
static int
know_before(struct txn *t, const char *path, const struct txn_file *f,
    struct before *b, struct err *e)
{
	const struct plan_file *pf = &t->plan.files[f->entry];
	const struct plan_object *o = plan_object(&t->plan, &pf->content);

	b->was = pf->was;
	b->found = pf->was_read;
	b->disk.st = pf->read;
	b->has_base = o != NULL;
	if (o != NULL)
		b->base = (struct plan_base){ o->id, buf_str(&o->data),
		    o->data.len };
	return txn_find_head(t, path, &b->head, e) < 0 ? -1 : 0;
}

static int
read_before(struct txn *t, const char *path, const struct txn_file *f,
    struct before *b, struct err *e)
{
	int found = read_disk(t, path, &b->disk, &b->was, e);

	if (found < 0 ||
	    check_unchanged(f, path, &b->disk, found, e) != 0 ||
	    txn_find_head(t, path, &b->head, e) < 0)
		return -1;
	b->found = found;
	b->has_base = found && oid_equal(&b->was, &b->head);
	b->base = (struct plan_base){ b->head, b->disk.data.ptr,
	    b->disk.data.len };
	return 0;
}

static int
plan_file(struct txn *t, const char *path, struct txn_file *f, struct err *e)
{
	struct before b = { .disk = FILE_INIT };
	struct plan_file *pf;
	int rc;

	rc = f->planned ? know_before(t, path, f, &b, e) :
	    read_before(t, path, f, &b, e);
	if (rc != 0)
		goto out;
	pf = add_file(t, path);
	pf->was = b.was;
	pf->head = b.head;
	pf->was_read = b.found;
	pf->read = b.disk.st;
	if (f->planned)
		supersede(t, f, pf);
	if (!f->removed) {
		oid_of(&pf->content, "blob", buf_str(&f->data), f->data.len);
		if ((rc = clean_blob(t, pf, &f->data, e)) != 0)
			goto out;
		plan_add_object(&t->plan, OBJECT_BLOB, &f->data,
		    b.has_base ? &b.base : NULL, &pf->content);
	}
	pf->executable = f->executable;
	pf->write = !oid_equal(&pf->content, &pf->was);
	pf->commit = t->commits &&
	    (f->executable || !oid_equal(&pf->blob, &b.head));
	f->planned = true;
	f->entry = (size_t)(pf - t->plan.files);
	f->staged = false;
out:
	file_release(&b.disk);
	return rc;
}

struct step {
	struct txn	*t;
	struct err	*e;
	int		 rc;
};

static void
plan_staged(const char *path, void *value, void *ctx)
{
	struct txn_file *f = value;
	struct step *s = ctx;

	if (s->rc == 0 && f->staged)
		s->rc = plan_file(s->t, path, f, s->e);
}

/* A package's folder as HEAD has it: names and ids. */
struct head_folder {
	const struct buf *tree;
	struct strvec	 seen;		/* names that the disk has, too */
};

static bool
head_entry(const struct head_folder *h, const char *name, struct oid *id)
{
	struct tree_entry entry;
	size_t at = 0;

	memset(id, 0, sizeof(*id));
	while (tree_next(h->tree, &at, &entry) > 0)
		if (strcmp(entry.name, name) == 0) {
			*id = entry.id;
			return true;
		}
	return false;
}

/* A file that nothing was staged for, as a person left it. */
static int
take_along(struct txn *t, const char *path, const struct oid *head,
    struct err *e)
{
	struct file disk = FILE_INIT;
	struct plan_file *pf;
	struct oid is;
	int rc = 0;

	if (read_disk(t, path, &disk, &is, e) < 0)
		return -1;
	if (!oid_equal(&is, head)) {
		pf = add_file(t, path);
		pf->content = pf->was = is;
		pf->head = *head;
		pf->has_st = true;
		pf->st = disk.st;
		rc = clean_blob(t, pf, &disk.data, e);
		pf->commit = !oid_equal(&pf->blob, head);
		if (rc == 0)
			plan_add_object(&t->plan, OBJECT_BLOB, &disk.data,
			    NULL, &is);
	}
	file_release(&disk);
	return rc;
}

/* The package as HEAD has it: a person may have given it another name. */
static struct package *
package_in_head(const struct txn *t, const char *folder)
{
	struct buf path = BUF_INIT;
	struct package *p;

	build_head_path(t, folder, &path);
	p = package_new(STAGE_INBOX, NULL, path_base(path.ptr));
	buf_release(&path);
	return p;
}

static int
drop_missing(struct txn *t, const char *folder, const struct package *p,
    const struct head_folder *h)
{
	struct package *before = package_in_head(t, folder);
	struct tree_entry entry;
	struct txn_file *f;
	struct plan_file *pf;
	size_t at = 0;
	char *path;

	while (tree_next(h->tree, &at, &entry) > 0) {
		if ((!package_owns(p, entry.name) && (before == NULL ||
		    !package_owns(before, entry.name))) ||
		    strvec_has(&h->seen, entry.name))
			continue;
		path = mem_printf("%s/%s", folder, entry.name);
		f = map_find(&t->files, path);
		if (f == NULL || !f->planned) {
			pf = add_file(t, path);
			pf->head = entry.id;
			pf->commit = true;
		}
		free(path);
	}
	package_free(before);
	return 0;
}

static int
sweep_names(struct txn *t, const char *folder, const struct package *p,
    struct head_folder *h, struct err *e)
{
	struct buf disk = BUF_INIT;
	struct txn_file *f;
	struct oid head;
	size_t i;
	char *path;
	int rc;

	build_disk_path(t, folder, &disk);
	rc = dir_has(t->workfd, disk.ptr) ?
	    dir_list(t->workfd, disk.ptr, &h->seen, e) : 0;
	for (i = 0; i < h->seen.n && rc == 0; i++) {
		if (!package_owns(p, h->seen.v[i]))
			continue;
		path = mem_printf("%s/%s", folder, h->seen.v[i]);
		f = map_find(&t->files, path);
		head_entry(h, h->seen.v[i], &head);
		if (f == NULL || !f->planned)
			rc = take_along(t, path, &head, e);
		free(path);
	}
	buf_release(&disk);
	return rc;
}

/* Takes along what a person changed in the files of a package. */
static int
sweep(struct txn *t, const char *folder, struct err *e)
{
	struct head_folder h = { NULL, STRVEC_INIT };
	struct package *p;
	struct oid id;
	int rc = 0;

	p = package_new(STAGE_INBOX, NULL, path_base(folder));
	if (p == NULL || !t->commits) {
		package_free(p);
		return 0;
	}
	if (txn_find_head(t, folder, &id, e) < 0 ||
	    tree_get(t->trees, &id, &h.tree, e) != 0 ||
	    sweep_names(t, folder, p, &h, e) != 0)
		rc = -1;
	else
		rc = drop_missing(t, folder, p, &h);
	strvec_release(&h.seen);
	package_free(p);
	return rc;
}

/* Larger than any file of a package may be: nobody committed that. */
static bool
is_huge(const struct txn *t, const char *path)
{
	struct buf disk = BUF_INIT;
	struct stat st;
	bool huge;

	build_disk_path(t, path, &disk);
	huge = fstatat(t->workfd, disk.ptr, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    st.st_size > LEDGER_MAX;
	buf_release(&disk);
	return huge;
}

/* 1: it is not what git has, carriage returns that git takes out apart. */
static int
file_differs(struct txn *t, const char *path, const struct oid *was,
    struct err *e)
{
	struct buf full = BUF_INIT, clean = BUF_INIT;
	struct file f = FILE_INIT;
	struct oid is;
	int rc = read_disk(t, path, &f, &is, e);

	if (rc > 0 && !oid_equal(&is, was) && t->commits && f.data.len > 0 &&
	    memchr(f.data.ptr, '\r', f.data.len) != NULL) {
		build_disk_path(t, path, &full);
		rc = repo_clean(t->repo, full.ptr, &f.data, &clean, e);
		oid_of(&is, "blob", buf_str(&clean), clean.len);
	}
	file_release(&f);
	buf_release(&full);
	buf_release(&clean);
	return rc < 0 ? -1 : !oid_equal(&is, was);
}

int
build_differs(struct txn *t, const char *folder, const char *in_head,
    struct err *e)
{
	struct package *p = package_new(STAGE_INBOX, NULL, path_base(folder));
	struct head_folder h = { NULL, STRVEC_INIT };
	struct tree_entry entry;
	struct oid id, was;
	size_t i, at = 0;
	char *path;
	int rc;

	rc = txn_find_head(t, in_head, &id, e) < 0 ||
	    tree_get(t->trees, &id, &h.tree, e) != 0 ? -1 : 0;
	path = mem_printf("%s%s", t->prefix, folder);
	if (rc == 0)
		rc = dir_list(t->workfd, path, &h.seen, e);
	free(path);
	for (i = 0; i < h.seen.n && rc == 0; i++) {
		if (!package_owns(p, h.seen.v[i]))
			continue;
		path = mem_printf("%s/%s", folder, h.seen.v[i]);
		head_entry(&h, h.seen.v[i], &was);
		rc = is_huge(t, path) ? 1 : file_differs(t, path, &was, e);
		free(path);
	}
	while (rc == 0 && tree_next(h.tree, &at, &entry) > 0)
		rc = package_owns(p, entry.name) &&
		    !strvec_has(&h.seen, entry.name);
	strvec_release(&h.seen);
	package_free(p);
	return rc;
}

static int
make_commit(struct txn *t, struct err *e)
{
	struct commit_base base = { t->repo, t->trees, &t->head,
	    &t->signer.with };
	struct plan *p = &t->plan;

	if (t->signer.wanted)
		p->steps[p->nsteps - 1].key =
		    mem_strdup(t->signer.with.fingerprint);
	if (commit_make(p, &base, p->nsteps - 1, e) != 0)
		return -1;
	if (t->signer.wanted && !oid_equal(&p->new_head, &t->head.commit) &&
	    signer_judge(&t->signer, t->repo, p, e) != 0)
		return -1;
	t->signer.wanted = false;
	t->head.commit = p->new_head;
	t->head.tree = p->new_tree;
	t->head.unborn = oid_is_zero(&p->new_head);
	return 0;
}

int
build_step(struct txn *t, const char *message, struct err *e)
{
	struct step s = { t, e, 0 };
	size_t i;

	map_each(&t->files, plan_staged, &s);
	for (i = 0; i < t->touched.n && s.rc == 0; i++)
		s.rc = sweep(t, t->touched.v[i], e);
	if (s.rc != 0)
		return -1;
	plan_add_step(&t->plan, message);
	if (t->commits && make_commit(t, e) != 0)
		return -1;
	strvec_clear(&t->touched);
	map_release_values(&t->in_head);
	return 0;
}
