/* SPDX-License-Identifier: MIT */
/* The folders of a store: which packages there are, and where they went. */
#include "base/compat.h"

#include <sys/stat.h>

#include <fcntl.h>

#include "base/err.h"
#include "board/store.h"

/*
 * So often the stages are read again that somebody changed while they were;
 * and so old a change has to be for the clock of the file system to tell.
 */
enum { TRIES = 8, TICK_US = 20000 };

struct scan {
	struct store	*store;
	enum stage	 stage;
	const char	*shard;
	struct strvec	 shards;
};

bool
store_is_shard(const char *name)
{
	size_t n = strspn(name, "0123456789"), m;

	if (n < 4 || n > 9 || name[n] != '-')
		return false;
	m = strspn(name + n + 1, "0123456789");
	return m >= 4 && m <= 9 && name[n + 1 + m] == '\0';
}

static void
scan_name(const char *name, void *ctx)
{
	struct scan *scan = ctx;
	struct store_stage *st;
	struct package *p;

	if (name[0] == 'T') {
		st = &scan->store->stages[scan->stage];
		p = package_new(scan->stage, scan->shard, name);
		if (p == NULL)
			return;
		MEM_GROW(st->v, st->n, st->cap);
		st->v[st->n++] = p;
	} else if (scan->shard == NULL && stage_info[scan->stage].closed &&
	    store_is_shard(name)) {
		strvec_add(&scan->shards, name);
	}
}

static int
compare_packages(const void *a, const void *b)
{
	const struct package *p = *(struct package *const *)a;
	const struct package *q = *(struct package *const *)b;
	int c = id_compare(&p->id, &q->id);

	return c != 0 ? c : strcmp(p->folder, q->folder);
}

int
store_load(struct store *s, enum stage stage, struct err *e)
{
	struct store_stage *st = &s->stages[stage];
	struct scan scan = { s, stage, NULL, STRVEC_INIT };
	struct buf path = BUF_INIT;
	size_t i;
	int rc = 0;

	if (st->loaded)
		return 0;
	st->loaded = true;
	buf_adds(&path, stage_info[stage].name);
	rc = s->source.each_folder(s->source.ctx, path.ptr, scan_name, &scan,
	    e);
	for (i = 0; i < scan.shards.n && rc == 0; i++) {
		scan.shard = scan.shards.v[i];
		buf_clear(&path);
		buf_addf(&path, "%s/%s", stage_info[stage].name, scan.shard);
		rc = s->source.each_folder(s->source.ctx, path.ptr, scan_name,
		    &scan, e);
	}
	if (rc != 0) {
		buf_clear(&path);
		store_show_path(s, e->msg, &path);
		err_set(e, e->status, "%s", path.ptr);
	}
	if (st->n > 1)
		qsort(st->v, st->n, sizeof(*st->v), compare_packages);
	strvec_release(&scan.shards);
	buf_release(&path);
	return rc;
}

static void
add_shard(const char *name, void *names)
{
	if (store_is_shard(name))
		strvec_add(names, name);
}

int
store_shards(struct store *s, struct strvec *names, struct err *e)
{
	return s->source.each_folder(s->source.ctx,
	    stage_info[STAGE_ARCHIVED].name, add_shard, names, e);
}

static int
load_each(struct store *s, unsigned stages, struct err *e)
{
	int i;

	for (i = 0; i < STAGE_COUNT; i++)
		if ((stages & 1u << i) != 0 && store_load(s, i, e) != 0)
			return -1;
	return 0;
}

/* When something was last put into each stage or taken out of it. */
struct stamps {
	struct timespec	 at[STAGE_COUNT];
};

static void
take_stamps(const struct store *s, struct stamps *out)
{
	struct stat st;
	int i;

	memset(out, 0, sizeof(*out));
	for (i = 0; i < STAGE_COUNT; i++)
		if (fstatat(s->fd, stage_info[i].name, &st, 0) == 0)
			out->at[i] = st.st_mtim;
}

static int64_t
us_of(const struct timespec *t)
{
	return (int64_t)t->tv_sec * 1000000 + t->tv_nsec / 1000;
}

/* True where nothing changed between the two, the first taken at `now`. */
static bool
is_still(const struct stamps *a, const struct stamps *b,
    const struct timespec *now)
{
	int i;

	for (i = 0; i < STAGE_COUNT; i++)
		if (us_of(&a->at[i]) != us_of(&b->at[i]) ||
		    us_of(now) - us_of(&a->at[i]) < TICK_US)
			return false;
	return true;
}

/* Where all packages of the stages lie, a line each. */
static void
list_places(const struct store *s, unsigned stages, struct buf *out)
{
	const struct store_stage *st;
	size_t i;
	int stage;

	buf_clear(out);
	for (stage = 0; stage < STAGE_COUNT; stage++) {
		st = &s->stages[stage];
		for (i = 0; (stages & 1u << stage) != 0 && i < st->n; i++) {
			package_path(st->v[i], out);
			buf_addc(out, '\n');
		}
	}
}

static void
drop(struct store *s, unsigned stages)
{
	struct store_stage *st;
	int stage;

	for (stage = 0; stage < STAGE_COUNT; stage++) {
		st = &s->stages[stage];
		if ((stages & 1u << stage) == 0)
			continue;
		while (st->n > 0)
			package_free(st->v[--st->n]);
		st->loaded = false;
	}
}

/*
 * Who reads has no lock.  A package that is moved from a stage that is still
 * to be read to one that has been would be missed, and one that goes the other
 * way be there twice: what was read counts where the folders stood still, or
 * where it is the same twice.
 */
static int
load_settled(struct store *s, unsigned stages, struct err *e)
{
	struct buf was = BUF_INIT, is = BUF_INIT;
	struct stamps before, after;
	struct timespec now;
	int i, rc;

	for (i = 0; ; i++) {
		clock_gettime(CLOCK_REALTIME_COARSE, &now);
		take_stamps(s, &before);
		if ((rc = load_each(s, stages, e)) != 0)
			break;
		take_stamps(s, &after);
		if (is_still(&before, &after, &now) || i == TRIES)
			break;
		list_places(s, stages, &is);
		if (i > 0 && buf_equal(&is, &was))
			break;
		buf_swap(&is, &was);
		drop(s, stages);
	}
	buf_release(&was);
	buf_release(&is);
	return rc;
}

int
store_load_stages(struct store *s, unsigned stages, struct err *e)
{
	int i;

	for (i = 0; i < STAGE_COUNT; i++)
		if (s->stages[i].loaded)
			stages &= ~(1u << i);
	/* A transaction has the lock, a tree of git does not change. */
	if (stages == 0 || s->fd < 0 || s->read != NULL)
		return load_each(s, stages, e);
	return load_settled(s, stages, e);
}

int
store_load_open(struct store *s, struct err *e)
{
	unsigned stages = 0;
	int i;

	for (i = 0; i < STAGE_COUNT; i++)
		if (!stage_info[i].closed)
			stages |= 1u << i;
	return store_load_stages(s, stages, e);
}

int
store_load_all(struct store *s, struct err *e)
{
	return store_load_stages(s, (1u << STAGE_COUNT) - 1, e);
}

bool
store_has_package(struct store *s, const struct package *p)
{
	struct buf path = BUF_INIT;
	bool has;

	package_path(p, &path);
	has = s->source.has(s->source.ctx, path.ptr);
	buf_release(&path);
	return has;
}

/* Where the package of an id lies now. */
struct search {
	const struct id	*id;
	struct strvec	 shards;
	char		*folder;
	bool		 closed;
};

static void
search_name(const char *name, void *ctx)
{
	struct search *x = ctx;
	const char *slug;
	struct id id;

	if (id_parse_folder(&id, name, &slug) == 0) {
		if (x->folder == NULL && id_compare(&id, x->id) == 0)
			x->folder = mem_strdup(name);
	} else if (x->closed && store_is_shard(name)) {
		strvec_add(&x->shards, name);
	}
}

/* In one stage: its folder, and the sub-folder of the archive or NULL. */
static bool
search_stage(struct store *s, int stage, struct search *x, const char **shard)
{
	struct err ignored = ERR_INIT;
	char *path;
	size_t i;

	*shard = NULL;
	x->closed = stage_info[stage].closed;
	strvec_clear(&x->shards);
	(void)!s->source.each_folder(s->source.ctx, stage_info[stage].name,
	    search_name, x, &ignored);
	x->closed = false;
	for (i = 0; i < x->shards.n && x->folder == NULL; i++) {
		*shard = x->shards.v[i];
		path = mem_printf("%s/%s", stage_info[stage].name, *shard);
		(void)!s->source.each_folder(s->source.ctx, path, search_name,
		    x, &ignored);
		free(path);
	}
	return x->folder != NULL;
}

bool
store_follow(struct store *s, struct package *p)
{
	struct search x = { .id = &p->id };
	const char *shard;
	bool found = false;
	int stage;

	if (s->fd < 0 || s->read != NULL || store_has_package(s, p))
		return false;
	for (stage = 0; stage < STAGE_COUNT && !found; stage++) {
		if (!search_stage(s, stage, &x, &shard))
			continue;
		found = true;
		p->stage = stage;
		free(p->shard);
		p->shard = mem_strdup_null(shard);
		free(p->folder);
		p->folder = x.folder;
	}
	strvec_release(&x.shards);
	return found;
}
