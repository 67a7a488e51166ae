/* SPDX-License-Identifier: MIT */
/* The folders of a store: which packages there are, and where they went. */
#include "base/compat.h"

#include <sys/stat.h>

#include <fcntl.h>

#include "base/err.h"
#include "board/card.h"
#include "board/ledger.h"
#include "board/store.h"

/*
 * So often the stages are read again that somebody changed while they were;
 * and so old a change has to be for the clock of the file system to tell.
 */
enum { TRIES = 8, TICK_US = 20000 };

bool
store_is_shard(const char *name)
{
	size_t n = strspn(name, "0123456789"), m;

	if (n < 4 || n > 9 || name[n] != '-')
		return false;
	m = strspn(name + n + 1, "0123456789");
	return m >= 4 && m <= 9 && name[n + 1 + m] == '\0';
}

/* Every folder of a stage, those in the archive's sub-folders as well. */
struct walk {
	enum stage	 stage;
	/* `shard` is the name of the sub-folder, or NULL. */
	void		(*fn)(const char *name, const char *shard, void *ctx);
	void		*ctx;
	const char	*shard;
	struct strvec	 shards;
};

static void
walk_name(const char *name, void *ctx)
{
	struct walk *w = ctx;

	if (w->shard == NULL && stage_info[w->stage].closed &&
	    store_is_shard(name))
		strvec_add(&w->shards, name);
	else
		w->fn(name, w->shard, w->ctx);
}

static int
walk(struct store *s, struct walk *w, struct err *e)
{
	const char *stage = stage_info[w->stage].name;
	char *path;
	size_t i;
	int rc;

	rc = s->source.each_folder(s->source.ctx, stage, walk_name, w, e);
	for (i = 0; i < w->shards.n && rc == 0; i++) {
		w->shard = w->shards.v[i];
		path = mem_printf("%s/%s", stage, w->shard);
		rc = s->source.each_folder(s->source.ctx, path, walk_name, w,
		    e);
		free(path);
	}
	strvec_release(&w->shards);
	return rc;
}

struct scan {
	struct store_stage *to;
	enum stage	 stage;
};

static void
scan_name(const char *name, const char *shard, void *ctx)
{
	const struct scan *scan = ctx;
	struct store_stage *st = scan->to;
	struct package *p = name[0] != 'T' ? NULL :
	    package_new(scan->stage, shard, name);

	if (p == NULL)
		return;
	MEM_GROW(st->v, st->n, st->cap);
	st->v[st->n++] = p;
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
	struct scan scan = { st, stage };
	struct walk w = { stage, scan_name, &scan, NULL, STRVEC_INIT };
	struct buf path = BUF_INIT;
	int rc;

	if (st->loaded)
		return 0;
	st->loaded = true;
	rc = walk(s, &w, e);
	if (rc != 0) {
		store_show_path(s, e->msg, &path);
		err_set(e, e->status, "%s", path.ptr);
	}
	if (st->n > 1)
		qsort(st->v, st->n, sizeof(*st->v), compare_packages);
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
	int64_t		 at_us[STAGE_COUNT];
};

static int64_t
us_of(const struct timespec *t)
{
	return (int64_t)t->tv_sec * 1000000 + t->tv_nsec / 1000;
}

static void
take_stamps(const struct store *s, struct stamps *out)
{
	struct stat st;
	int i;

	memset(out, 0, sizeof(*out));
	for (i = 0; i < STAGE_COUNT; i++)
		if (fstatat(s->fd, stage_info[i].name, &st, 0) == 0)
			out->at_us[i] = us_of(&st.st_mtim);
}

/* True where nothing changed between the two, the first taken at `now`. */
static bool
is_still(const struct stamps *a, const struct stamps *b,
    const struct timespec *now)
{
	int i;

	for (i = 0; i < STAGE_COUNT; i++)
		if (a->at_us[i] != b->at_us[i] ||
		    us_of(now) - a->at_us[i] < TICK_US)
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

void
store_forget_stages(struct store *s, unsigned stages)
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
		store_forget_stages(s, stages);
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
	/* A tree of git does not change. */
	if (stages == 0 || s->fd < 0 || s->fixed)
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
	return store_load_stages(s, STORE_STAGES, e);
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
	char		*folder, *shard;
};

static void
search_name(const char *name, const char *shard, void *ctx)
{
	struct search *x = ctx;
	const char *slug;
	struct id id;

	if (x->folder != NULL || id_parse_folder(&id, name, &slug) != 0 ||
	    id_compare(&id, x->id) != 0)
		return;
	x->folder = mem_strdup(name);
	x->shard = mem_strdup_null(shard);
}

bool
store_follow(struct store *s, struct package *p)
{
	struct search x = { .id = &p->id };
	struct walk w = { 0, search_name, &x, NULL, STRVEC_INIT };
	struct err ignored = ERR_INIT;
	int i;

	if (s->fd < 0 || s->fixed || store_has_package(s, p))
		return false;
	/* Once more: it may be moved again while it is looked for. */
	for (i = 0; i < 2 * STAGE_COUNT && x.folder == NULL; i++) {
		w.stage = i % STAGE_COUNT;
		w.shard = NULL;
		(void)!walk(s, &w, &ignored);
	}
	if (x.folder == NULL)
		return false;
	p->stage = w.stage;
	free(p->shard);
	p->shard = x.shard;
	free(p->folder);
	p->folder = x.folder;
	return true;
}

size_t
store_part_max(enum package_file part)
{
	return part == PACKAGE_CARD ? CARD_MAX :
	    part == PACKAGE_LEDGER ? LEDGER_MAX : CONTEXT_MAX;
}

int
store_read_part(struct store *s, struct package *p, enum package_file part,
    struct file *f, struct err *e)
{
	struct buf path = BUF_INIT;
	int rc, tries = 0;

	do {
		buf_clear(&path);
		package_file(p, part, &path);
		rc = store_read(s, path.ptr, store_part_max(part), f, e);
	} while (rc != 0 && e->status == EX_NOINPUT && tries++ < TRIES &&
	    store_follow(s, p));
	buf_release(&path);
	return rc;
}
