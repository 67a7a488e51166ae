/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include <fcntl.h>

#include "base/err.h"
#include "base/log.h"
#include "board/place.h"
#include "board/store.h"
#include "sys/dir.h"
#include "sys/file.h"
#include "sys/gitdir.h"
#include "sys/path.h"

static int
read_disk(void *ctx, const char *path, size_t max, struct file *f,
    struct err *e)
{
	return file_read(((struct store *)ctx)->fd, path, max, f, e);
}

static int
each_folder_on_disk(void *ctx, const char *path,
    void (*fn)(const char *name, void *arg), void *arg, struct err *e)
{
	int fd = ((struct store *)ctx)->fd;

	/* git keeps no empty folders: a missing stage is empty. */
	return dir_has(fd, path) ? dir_each_folder(fd, path, fn, arg, e) : 0;
}

static bool
is_on_disk(void *ctx, const char *path)
{
	return dir_has(((struct store *)ctx)->fd, path);
}

static void
init(struct store *s)
{
	memset(s, 0, sizeof(*s));
	s->fd = -1;
	s->source = (struct store_source){ read_disk, each_folder_on_disk,
	    is_on_disk, s };
}

/* Opens DIR/.work/tasks; -1 and ENOENT where it is not there. */
static int
open_tasks(int dirfd)
{
	return openat(dirfd, ".work/tasks",
	    O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* The folder above, or -1 at the root. */
static int
open_above(int at)
{
	int up = openat(at, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (up >= 0 && !gitdir_same(at, up))
		return up;
	if (up >= 0)
		close(up);
	return -1;
}

/*
 * Goes up from `at`, which is closed, to a folder with a board.  What is shown
 * of the path is relative to where the search began, so that it can be opened
 * from there.  `*common` is of the first repository on the way.
 */
static void
search_up(struct store *s, int at, int *common)
{
	struct buf shown = BUF_INIT;
	int up, depth;

	for (depth = 0; depth < PATH_DEPTH_MAX; depth++) {
		if ((s->fd = open_tasks(at)) >= 0)
			break;
		if (*common < 0)
			*common = gitdir_open_common(at);
		if ((up = open_above(at)) < 0)
			break;
		close(at);
		at = up;
		buf_adds(&shown, "../");
	}
	close(at);
	if (s->fd >= 0)
		buf_addf(&s->work, "%s.work", buf_str(&shown));
	buf_release(&shown);
}

/* The board that the repository has on a branch of its own. */
static int
open_apart(struct store *s, int common, struct err *e)
{
	bool known = false;
	int work = -1;

	buf_clear(&s->work);
	if (common >= 0)
		work = place_open(common, &s->work, &known, e);
	if (work < 0)
		return known ? -1 : err_set(e, EX_NOINPUT, "no .work/tasks "
		    "here or above (task-init makes one)");
	s->fd = openat(work, "tasks", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (s->fd < 0)
		err_errno(e, "%s/tasks", s->work.ptr);
	close(work);
	return s->fd < 0 ? -1 : 0;
}

static int
search(struct store *s, const char *dir, struct err *e)
{
	int at, common = -1, rc = 0;

	at = open(dir == NULL ? "." : dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (at < 0)
		return err_errno(e, "%s", dir == NULL ? "." : dir);
	if (dir != NULL)
		buf_addf(&s->work, "%s/", dir);
	search_up(s, at, &common);
	if (s->fd < 0)
		rc = open_apart(s, common, e);
	if (common >= 0)
		close(common);
	return rc;
}

int
store_open(struct store *s, const char *dir, struct err *e)
{
	const char *work = getenv("TASK_WORK");
	struct buf path = BUF_INIT;

	init(s);
	if (dir != NULL || work == NULL || *work == '\0') {
		(void)!search(s, dir, e);
	} else {
		buf_addf(&path, "%s/tasks", work);
		buf_adds(&s->work, work);
		s->fd = open(path.ptr, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (s->fd < 0)
			err_errno(e, "TASK_WORK: %s", path.ptr);
		buf_release(&path);
	}
	if (s->fd >= 0)
		return 0;
	store_close(s);
	return -1;
}

void
store_open_source(struct store *s, const char *shown,
    const struct store_source *source)
{
	init(s);
	s->source = *source;
	buf_adds(&s->work, shown);
}

void
store_forget(struct store *s)
{
	store_forget_stages(s, STORE_STAGES);
	if (s->has_policy)
		policy_release(&s->policy);
	people_release(&s->people);
	namespaces_release(&s->namespaces);
	s->has_policy = s->has_people = s->has_namespaces = false;
}

void
store_read_source(struct store *s)
{
	s->read = NULL;
	s->read_ctx = NULL;
	s->fixed = false;
}

void
store_close(struct store *s)
{
	int i;

	store_forget(s);
	for (i = 0; i < STAGE_COUNT; i++) {
		free(s->stages[i].v);
		s->stages[i].v = NULL;
	}
	buf_release(&s->work);
	if (s->fd >= 0)
		close(s->fd);
	s->fd = -1;
}

int
store_read(struct store *s, const char *path, size_t max, struct file *f,
    struct err *e)
{
	struct buf shown = BUF_INIT;
	int rc = s->read != NULL ?
	    s->read(s->read_ctx, path, max, f, e) :
	    s->source.read(s->source.ctx, path, max, f, e);

	if (rc != 0) {
		/* The message begins with the path: show it from here. */
		buf_addf(&shown, "%s/tasks/%s", s->work.ptr, e->msg);
		snprintf(e->msg, sizeof(e->msg), "%s", shown.ptr);
		buf_release(&shown);
	}
	return rc;
}

void
store_show_path(const struct store *s, const char *path, struct buf *out)
{
	buf_addf(out, "%s/tasks", s->work.ptr);
	if (*path != '\0')
		buf_addf(out, "/%s", path);
}

int
store_file_error(const struct store *s, const char *path, struct err *e)
{
	struct buf b = BUF_INIT;

	store_show_path(s, path, &b);
	buf_addf(&b, ":%s%s", e->msg[0] >= '0' && e->msg[0] <= '9' ? "" : " ",
	    e->msg);
	snprintf(e->msg, sizeof(e->msg), "%s", b.ptr);
	buf_release(&b);
	return -1;
}

/* The first package of the id, or where it would stand. */
static size_t
stage_place(const struct store_stage *st, const struct id *id)
{
	size_t lo = 0, hi = st->n, mid;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (id_compare(&st->v[mid]->id, id) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static int
say_twice(const struct package *a, const struct package *b, struct err *e)
{
	struct buf one = BUF_INIT, two = BUF_INIT;
	char ref[ID_SIZE];

	id_format_ref(ref, &a->id);
	package_path(a, &one);
	package_path(b, &two);
	err_set(e, EX_DATAERR, "%s: two packages have this id: %s and %s "
	    "(give one of them another number)", ref, one.ptr, two.ptr);
	buf_release(&one);
	buf_release(&two);
	return -1;
}

/*
 * The one of two with one id that is there, NULL where both are.  What others
 * moved between two readings of ours, or we followed, is in two lists.
 */
static struct package *
pick_there(struct store *s, struct package *p, struct package *q)
{
	struct buf one = BUF_INIT, two = BUF_INIT;
	struct package *there = NULL;

	if (s->fd < 0 || s->fixed)
		return NULL;
	package_path(p, &one);
	package_path(q, &two);
	if (buf_equal(&one, &two) || !store_has_package(s, q))
		there = p;
	else if (!store_has_package(s, p))
		there = q;
	buf_release(&one);
	buf_release(&two);
	return there;
}

/* 1: found in what is loaded, 0: not, -1: there are two. */
static int
find_loaded(struct store *s, const struct id *id, struct package **out,
    struct err *e)
{
	struct package *p = NULL, *q, *there;
	struct store_stage *st;
	size_t at;
	int i;

	for (i = 0; i < STAGE_COUNT; i++) {
		st = &s->stages[i];
		for (at = stage_place(st, id); at < st->n &&
		    id_compare(&st->v[at]->id, id) == 0; at++) {
			q = st->v[at];
			there = p == NULL ? q : pick_there(s, p, q);
			if (there == NULL)
				return say_twice(p, q, e);
			p = there;
		}
	}
	*out = p;
	return p != NULL;
}

int
store_find(struct store *s, const struct id *id, struct package **out,
    struct err *e)
{
	char ref[ID_SIZE];
	int found;

	if (store_load_open(s, e) != 0)
		return -1;
	if ((found = find_loaded(s, id, out, e)) != 0)
		return found < 0 ? -1 : 0;
	if (store_load_all(s, e) != 0)
		return -1;
	if ((found = find_loaded(s, id, out, e)) != 0)
		return found < 0 ? -1 : 0;
	id_format_ref(ref, id);
	return err_set(e, EX_NOINPUT, "%s: no such task", ref);
}

int
store_resolve(struct store *s, const char *ref, struct package **out,
    struct err *e)
{
	struct buf board = BUF_INIT;
	bool here = true;
	struct id id;
	char *real;
	int rc;

	rc = id_parse(&id, ref);
	if ((*ref == '.' || strchr(ref, '/') != NULL) &&
	    (real = realpath(ref, NULL)) != NULL) {
		path_of_fd(s->fd, &board);
		rc = id_parse(&id, real);
		here = rc != 0 || path_is_below(real, board.ptr);
		free(real);
		buf_release(&board);
	}
	if (!here)
		return err_set(e, EX_NOINPUT, "'%s' is not on this board (%s)",
		    ref, s->work.ptr);
	if (rc != 0)
		return err_set(e, EX_USAGE, "'%s' is no task "
		    "(write 42, TASK-0042 or the path of a package)", ref);
	return store_find(s, &id, out, e);
}

static void
stage_insert(struct store_stage *st, struct package *p)
{
	size_t at = stage_place(st, &p->id);

	MEM_GROW(st->v, st->n, st->cap);
	memmove(st->v + at + 1, st->v + at, (st->n - at) * sizeof(*st->v));
	st->v[at] = p;
	st->n++;
}

void
store_add(struct store *s, struct package *p)
{
	s->fixed = true;
	stage_insert(&s->stages[p->stage], p);
}

static void
stage_take(struct store_stage *st, const struct package *p)
{
	size_t at = stage_place(st, &p->id);

	while (at < st->n && st->v[at] != p)
		at++;
	if (at == st->n)
		log_die("a package that is not in its stage: %s", p->folder);
	memmove(st->v + at, st->v + at + 1,
	    (st->n - at - 1) * sizeof(*st->v));
	st->n--;
}

void
store_move(struct store *s, struct package *p, enum stage to,
    const char *shard)
{
	s->fixed = true;
	stage_take(&s->stages[p->stage], p);
	p->stage = to;
	free(p->shard);
	p->shard = mem_strdup_null(shard);
	stage_insert(&s->stages[to], p);
}

void
store_rename(struct store *s, struct package *p, const char *folder)
{
	const char *slug;

	s->fixed = true;
	stage_take(&s->stages[p->stage], p);
	free(p->folder);
	p->folder = mem_strdup(folder);
	if (id_parse_folder(&p->id, folder, &slug) != 0)
		log_die("no folder of a package: %s", folder);
	stage_insert(&s->stages[p->stage], p);
}

char *
store_shard(const struct policy *p, const struct id *id)
{
	uint32_t n = (uint32_t)p->archive_shard, from;

	if (p->archive_shard <= 0)
		return NULL;
	from = id->number / n * n;
	return mem_printf("%04" PRIu32 "-%04" PRIu32, from, from + n - 1);
}

bool
store_is_worker(const struct store *s, const char *user)
{
	const char *name = *user == '@' ? user + 1 : user;
	struct buf path = BUF_INIT;
	bool is;

	buf_addf(&path, ".workers/%s.manifest.yaml", name);
	is = path_is_plain(path.ptr) && strchr(name, '/') == NULL &&
	    s->source.has(s->source.ctx, path.ptr);
	buf_release(&path);
	return is;
}
