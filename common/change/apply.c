/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include <fcntl.h>

#include "base/err.h"
#include "base/log.h"
#include "base/map.h"
#include "change/apply.h"
#include "change/loose.h"
#include "change/plan.h"
#include "change/ref.h"
#include "sys/dir.h"
#include "sys/file.h"
#include "sys/path.h"

/* From so many objects on, one pack is better than loose files. */
enum { PACK_FROM = 100, REF_TRIES = 100, REF_WAIT_US = 10000 };

/* As git pack-objects has it. */
enum { DELTA_DEPTH_MAX = 50 };

/* What a disk writes as a whole. */
enum { SECTOR = 512 };

static int
write_pack(const struct apply *a, const struct plan *p, struct err *e)
{
	const struct plan_object *o, *base;
	struct pack_object *v;
	size_t i, at;
	int rc;

	v = mem_zalloc(p->nobjects * sizeof(*v));
	for (i = 0; i < p->nobjects; i++) {
		o = &p->objects[i];
		v[i].type = o->type;
		v[i].id = o->id;
		v[i].data = &o->data;
		base = o->has_base ? plan_object(p, &o->base) : NULL;
		at = base == NULL ? i : (size_t)(base - p->objects);
		if (at >= i || v[at].depth + 1 >= DELTA_DEPTH_MAX)
			continue;
		v[i].base = &v[at];
		v[i].depth = v[at].depth + 1;
		v[i].prefix = o->prefix;
		v[i].suffix = o->suffix;
	}
	rc = repo_write_pack(a->repo, v, p->nobjects, e);
	free(v);
	return rc;
}

static bool
is_pack(const struct apply *a, const struct plan *p)
{
	return !a->again && p->nobjects >= PACK_FROM;
}

int
apply_begin_objects(const struct apply *a, const struct plan *p,
    struct apply_share *share, struct loose *loose, struct err *e)
{
	const struct plan_object *o;
	size_t i;
	int rc = 0;

	if (!p->commits || is_pack(a, p))
		return 0;
	while (rc == 0 &&
	    (i = atomic_fetch_add(&share->object, 1)) < p->nobjects) {
		o = &p->objects[i];
		rc = loose_begin(loose, o->type, &o->id, &o->data, e);
	}
	return rc;
}

int
apply_objects(const struct apply *a, const struct plan *p,
    struct apply_share *share, struct err *e)
{
	const struct plan_object *o;
	struct loose *loose = NULL;
	size_t i;
	int rc = 0;

	if (!p->commits)
		return 0;
	if (is_pack(a, p))
		return atomic_exchange(&share->object, p->nobjects) > 0 ? 0 :
		    write_pack(a, p, e);
	while (rc == 0 &&
	    (i = atomic_fetch_add(&share->object, 1)) < p->nobjects) {
		o = &p->objects[i];
		if (a->again && repo_is_sound(a->repo, &o->id, o->type))
			continue;
		if (loose == NULL)
			loose = loose_new(repo_commondir(a->repo));
		rc = loose_write(loose, o->type, &o->id, &o->data, e);
	}
	loose_free(loose);
	return rc;
}

int
apply_move(const struct apply *a, const struct plan_rename *r, struct err *e)
{
	struct buf above = BUF_INIT;
	int from, to, rc = 0;

	if (r->lies == NULL || !dir_has(a->workfd, r->lies) ||
	    dir_has(a->workfd, r->to))
		return 0;
	buf_add(&above, r->to, path_dir_len(r->to));
	rc = dir_make(a->workfd, buf_str(&above), e);
	buf_release(&above);
	if (rc != 0 || (from = path_open_parent(a->workfd, r->lies, e)) < 0)
		return -1;
	if ((to = path_open_parent(a->workfd, r->to, e)) < 0) {
		close(from);
		return -1;
	}
	if (renameat(from, path_base(r->lies), to, path_base(r->to)) != 0)
		rc = err_errno(e, "cannot move %s to %s", r->lies, r->to);
	close(from);
	close(to);
	return rc;
}

int
apply_look(const struct apply *a, const char *path, struct file *f,
    struct oid *id, struct err *e)
{
	memset(id, 0, sizeof(*id));
	if (file_read(a->workfd, path, OBJECT_MAX, f, e) != 0)
		return e->status == EX_NOINPUT ? 0 : -1;
	oid_of(id, "blob", f->data.ptr, f->data.len);
	return 1;
}

/*
 * As a power cut leaves what was being written: cut off, zeros in places (of
 * what was only added to a file, from there on).
 */
static bool
is_wreck(const struct buf *now, const struct buf *whole)
{
	size_t i;

	if (now->len > whole->len || buf_equal(now, whole) ||
	    (now->len < whole->len && now->len % SECTOR != 0))
		return false;
	for (i = 0; i < now->len; i++)
		if (now->ptr[i] != whole->ptr[i] && now->ptr[i] != '\0')
			return false;
	return true;
}

bool
apply_is_old(const struct apply *a, const struct plan *p,
    const struct plan_file *f, const struct buf *now)
{
	const struct plan_object *o = plan_object(p, &f->content);
	struct oid id;

	oid_of(&id, "blob", now->ptr, now->len);
	if (oid_equal(&id, &f->was))
		return true;
	return a->restarted && (oid_equal(&id, &f->head) || now->len == 0 ||
	    (o != NULL && is_wreck(now, &o->data)));
}

/*
 * 1: the file is to be written.  0: it is as it should be, or a person's own
 * version stands there, which is kept: the change is in the commit, and the
 * difference is theirs to see.
 */
static int
may_write(const struct apply *a, const struct plan *p,
    const struct plan_file *f, struct err *e)
{
	struct file now = FILE_INIT;
	struct stat st;
	struct oid id;
	int found, rc = 0;

	if (!a->again && f->was_read &&
	    fstatat(a->workfd, f->path, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    file_same(&st, &f->read))
		return 1;
	found = apply_look(a, f->path, &now, &id, e);
	if (found < 0)
		rc = -1;
	else if (!found || apply_is_old(a, p, f, &now.data))
		rc = !oid_equal(&id, &f->content);
	else if (!oid_equal(&id, &f->content))
		log_warn("%s was changed meanwhile; your version is kept, "
		    "the commit has ours", f->path);
	file_release(&now);
	return rc;
}

int
apply_remove(const struct apply *a, const struct plan_file *f, struct err *e)
{
	int parent = path_open_parent(a->workfd, f->path, e), above, rc = 0;
	struct err ignored = ERR_INIT;
	struct buf dir = BUF_INIT;

	if (parent < 0)
		return e->status == EX_NOINPUT ? 0 : -1;
	if (unlinkat(parent, path_base(f->path), 0) != 0 && errno != ENOENT)
		rc = err_errno(e, "%s: cannot remove", f->path);
	close(parent);
	/* As git does: what is empty now goes, too. */
	buf_add(&dir, f->path, path_dir_len(f->path));
	above = dir.len == 0 ? -1 :
	    path_open_parent(a->workfd, dir.ptr, &ignored);
	if (above >= 0) {
		(void)!unlinkat(above, path_base(dir.ptr), AT_REMOVEDIR);
		close(above);
	}
	buf_release(&dir);
	return rc;
}

static int
write_file(const struct apply *a, const struct plan *p, struct plan_file *f,
    const char *path, struct err *e)
{
	const struct plan_object *o = plan_object(p, &f->content);
	struct file out = FILE_INIT;

	if (o == NULL)
		return err_set(e, EX_SOFTWARE, "%s: its content is missing "
		    "in the plan", f->path);
	out.data = o->data;
	if (f->was_read)
		out.st = f->read;
	else if (fstatat(a->workfd, f->path, &out.st,
	    AT_SYMLINK_NOFOLLOW) != 0)
		out.st.st_mode = 0;
	if (f->executable)
		out.st.st_mode = S_IFREG | 0755;
	if (file_replace(a->workfd, path, &out, e) != 0)
		return -1;
	f->has_st = true;
	f->st = out.st;
	return 0;
}

/* How many of the files from `i` on lie in the same folder. */
static size_t
same_folder(const struct plan *p, size_t i)
{
	size_t len = path_dir_len(p->files[i].path), n;

	for (n = 1; i + n < p->nfiles; n++)
		if (path_dir_len(p->files[i + n].path) != len ||
		    memcmp(p->files[i + n].path, p->files[i].path, len) != 0)
			break;
	return n;
}

/* A name that nobody knows helps nobody. */
static void
say_folder(struct err *e, const char *temp, const char *dir)
{
	const char *at = strstr(e->msg, temp);
	struct buf text = BUF_INIT;

	if (at == NULL)
		return;
	buf_addf(&text, "%.*s%s%s", (int)(at - e->msg), e->msg, dir,
	    at + strlen(temp));
	err_set(e, e->status, "%s", text.ptr);
	buf_release(&text);
}

/*
 * A folder that is new appears as a whole: it is filled under a hidden name
 * and then renamed.
 */
static int
make_folder(const struct apply *a, struct plan *p, size_t i, size_t n,
    struct err *e)
{
	const char *path = p->files[i].path;
	struct buf dir = BUF_INIT, temp = BUF_INIT, file = BUF_INIT;
	int parent, rc;
	char *hidden;
	size_t k;

	buf_add(&dir, path, path_dir_len(path));
	hidden = file_temp(path_base(dir.ptr));
	buf_add(&temp, dir.ptr, dir.len - strlen(path_base(dir.ptr)));
	buf_adds(&temp, hidden);
	rc = dir_make(a->workfd, temp.ptr, e);
	for (k = i; k < i + n && rc == 0; k++) {
		if (oid_is_zero(&p->files[k].content) || !p->files[k].write)
			continue;
		buf_clear(&file);
		buf_addf(&file, "%s/%s", temp.ptr,
		    path_base(p->files[k].path));
		rc = write_file(a, p, &p->files[k], file.ptr, e);
	}
	if (rc == 0 && (parent = path_open_parent(a->workfd, dir.ptr, e)) < 0)
		rc = -1;
	if (rc == 0) {
		if (renameat(parent, hidden, parent, path_base(dir.ptr)) != 0)
			rc = err_errno(e, "%s: cannot make the folder",
			    dir.ptr);
		close(parent);
	}
	if (rc != 0)
		say_folder(e, temp.ptr, dir.ptr);
	free(hidden);
	buf_release(&dir);
	buf_release(&temp);
	buf_release(&file);
	return rc;
}

/* Keeps a file open that is about to be replaced. */
static void
keep_old(const struct apply *a, const struct plan_file *f,
    struct apply_share *share)
{
	struct err ignored = ERR_INIT;
	int fd;

	if (!share->keeps_old || share->nold == APPLY_OLD_MAX ||
	    oid_is_zero(&f->was))
		return;
	fd = path_open(a->workfd, f->path, O_PATH, &ignored);
	if (fd >= 0)
		share->old[share->nold++] = fd;
}

static int
put_file(const struct apply *a, struct plan *p, struct plan_file *f,
    struct apply_share *share, struct err *e)
{
	int may;

	if (!f->write)
		return 0;
	if ((may = may_write(a, p, f, e)) <= 0)
		return may;
	if (oid_is_zero(&f->content))
		return apply_remove(a, f, e);
	keep_old(a, f, share);
	return write_file(a, p, f, f->path, e);
}

/* In the folder where it lies now, unless something is there. */
static int
write_early(const struct apply *a, struct plan *p, struct plan_file *f,
    const struct plan_rename *r, struct err *e)
{
	char *path = mem_printf("%s%s", r->lies, f->path + strlen(r->to));
	struct stat st;
	int rc = 0;

	if (dir_has(a->workfd, r->lies) && !dir_has(a->workfd, r->to) &&
	    fstatat(a->workfd, path, &st, AT_SYMLINK_NOFOLLOW) != 0)
		rc = write_file(a, p, f, path, e);
	free(path);
	return rc;
}

static void
add_moves(struct map *moves, const struct plan *p)
{
	size_t i;

	for (i = 0; i < p->nrenames; i++)
		if (p->renames[i].lies != NULL)
			map_put(moves, p->renames[i].to, &p->renames[i]);
}

/*
 * What is new in a folder that moves is there before it moves, lest somebody
 * who reads meanwhile miss it.
 */
static int
fill_folders(const struct apply *a, struct plan *p, struct err *e)
{
	struct map moves = MAP_INIT;
	const struct plan_rename *r;
	struct plan_file *f;
	struct buf dir = BUF_INIT;
	bool known = false;
	size_t i;
	int rc = 0;

	for (i = 0; i < p->nfiles && rc == 0; i++) {
		f = &p->files[i];
		if (!f->write || oid_is_zero(&f->content) ||
		    !oid_is_zero(&f->was))
			continue;
		if (!known)
			add_moves(&moves, p);
		known = true;
		buf_set(&dir, f->path, path_dir_len(f->path));
		r = map_find(&moves, buf_str(&dir));
		if (r != NULL)
			rc = write_early(a, p, f, r, e);
	}
	map_release(&moves);
	buf_release(&dir);
	return rc;
}

/* Some of a plan's files, from one on. */
struct range {
	size_t	first, n;
};

/*
 * Those of one folder; what is removed goes last, for a folder that gets empty
 * goes, too.
 */
static int
put_files(const struct apply *a, struct plan *p, struct range of,
    struct apply_share *share, struct err *e)
{
	struct plan_file *v = p->files + of.first;
	size_t i;
	int rc = 0;

	for (i = 0; i < of.n && rc == 0; i++)
		if (!oid_is_zero(&v[i].content))
			rc = put_file(a, p, &v[i], share, e);
	for (i = 0; i < of.n && rc == 0; i++)
		if (oid_is_zero(&v[i].content))
			rc = put_file(a, p, &v[i], share, e);
	return rc;
}

int
apply_files(const struct apply *a, struct plan *p, struct apply_share *share,
    struct err *e)
{
	struct buf dir = BUF_INIT;
	size_t i, n;
	int rc = 0;

	if (a->elsewhere)
		return 0;
	/* Of several steps one may undo what another needs. */
	if (p->nrenames > 0 && p->nsteps <= 1)
		rc = fill_folders(a, p, e);
	for (i = 0; i < p->nrenames && rc == 0; i++)
		rc = apply_move(a, &p->renames[i], e);
	for (i = 0; i < p->nfiles && rc == 0; i += n) {
		n = same_folder(p, i);
		buf_set(&dir, p->files[i].path,
		    path_dir_len(p->files[i].path));
		if (dir.len > 0 && !dir_has(a->workfd, dir.ptr)) {
			rc = make_folder(a, p, i, n, e);
			continue;
		}
		rc = put_files(a, p, (struct range){ i, n }, share, e);
	}
	buf_release(&dir);
	return rc;
}

void
apply_let_go(struct apply_share *share)
{
	while (share->nold > 0)
		close(share->old[--share->nold]);
}

/* True where the reference has our commit already, perhaps below others. */
static bool
has_commit(const struct apply *a, const struct plan *p)
{
	struct err ignored = ERR_INIT;
	struct oid at;

	return ref_read(a->repo, p->ref, &at, &ignored) > 0 &&
	    repo_descends(a->repo, &at, &p->new_head);
}

int
apply_lock_ref(const struct apply *a, const struct plan *p,
    struct ref_lock **lock, struct err *e)
{
	struct ref_move move = { p->ref, p->old_head, p->new_head, NULL };
	struct buf why = BUF_INIT;
	const char *last;
	int rc, tries;

	*lock = NULL;
	if (p->commits && a->again)
		ref_drop_stale_lock(a->repo, p->ref, &p->new_head);
	if (!p->commits || (a->again && has_commit(a, p)))
		return 0;
	if (p->nsteps > 0) {
		last = p->steps[p->nsteps - 1].message;
		buf_addf(&why, "task: %.*s", (int)strcspn(last, "\n"), last);
	}
	move.why = buf_str(&why);
	for (tries = 0; ; tries++) {
		rc = ref_lock(a->repo, &move, lock, e);
		if (rc >= 0 || e->status != EX_TEMPFAIL || tries >= REF_TRIES)
			break;
		usleep(REF_WAIT_US);
	}
	buf_release(&why);
	return rc;
}
