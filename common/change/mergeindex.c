/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/clock.h"
#include "base/err.h"
#include "change/mergework.h"
#include "rule/index.h"
#include "sys/path.h"

/* Stands for the table where the prose around it is merged. */
static const char table_line[] = "\001 the table \001\n";

static const char date_key[] = "last_updated:";

struct indexing {
	struct merge_work *w;
	struct snapshot	*view;
	struct map	 touched;	/* refs of tasks that are not as ours
					   has them */
	struct strvec	 refs;		/* these, and whoever waits for them */
	struct map	 places;	/* path to struct index_at */
	bool		 all;		/* what indexes hold has changed */
};

static enum listing_kind
kind_of(const char *path)
{
	return strcmp(path, "tasks/INDEX.md") == 0 ? LISTING_ROOT :
	    LISTING_STAGE;
}

/* The date of last_updated in the first lines, or NULL. */
static char *
find_date(const struct buf *text)
{
	const char *at = memmem(buf_str(text), text->len < 4096 ? text->len :
	    4096, date_key, strlen(date_key));
	char date[CLOCK_DATE_SIZE];
	int64_t us;

	if (at == NULL)
		return NULL;
	at += strlen(date_key);
	at += strspn(at, " \"'");
	if ((size_t)(text->ptr + text->len - at) < sizeof(date))
		return NULL;
	memcpy(date, at, sizeof(date) - 1);
	date[sizeof(date) - 1] = '\0';
	return clock_parse_date(date, &us) != 0 ? NULL :
	    (char *)(uintptr_t)at;
}

static void
set_date(struct buf *text, const char *date)
{
	char *at = find_date(text);

	if (at != NULL)
		memcpy(at, date, CLOCK_DATE_SIZE - 1);
}

/* An index without its rows, all of which are generated; the date is one. */
struct prose {
	struct buf	 text;		/* with a line for the table */
	struct buf	 table;
};

static void
take_apart(struct prose *p, const struct buf *text, const char *path,
    const char *date)
{
	struct listing l;
	struct buf copy = BUF_INIT;

	buf_set(&copy, buf_str(text), text->len);
	if (*date != '\0')
		set_date(&copy, date);
	listing_parse(&l, kind_of(path), &copy);
	buf_add(&p->text, buf_str(&l.text), l.table);
	buf_adds(&p->text, table_line);
	buf_add(&p->text, buf_str(&l.text) + l.tail, l.text.len - l.tail);
	buf_add(&p->table, buf_str(&l.text) + l.table, l.tail - l.table);
	listing_release(&l);
	buf_release(&copy);
}

static void
prose_release(struct prose *p)
{
	buf_release(&p->text);
	buf_release(&p->table);
}

/* The later date of both sides. */
static void
find_latest(const struct buf v[MERGE_SIDES], char out[CLOCK_DATE_SIZE])
{
	const char *date;
	int side;

	*out = '\0';
	for (side = MERGE_OURS; side <= MERGE_THEIRS; side++) {
		date = find_date(&v[side]);
		if (date != NULL && strncmp(date, out,
		    CLOCK_DATE_SIZE - 1) > 0)
			snprintf(out, CLOCK_DATE_SIZE, "%s", date);
	}
}

/* The rows are those of ours, and are mended afterwards. */
static int
merge_prose(const struct buf v[MERGE_SIDES], const char *path,
    struct buf *out, struct err *e)
{
	static const char *const labels[2] = { NULL, NULL };
	struct prose p[MERGE_SIDES] = { { BUF_INIT, BUF_INIT } };
	const struct merge_text m = { &p[MERGE_BASE].text,
	    &p[MERGE_OURS].text, &p[MERGE_THEIRS].text };
	char latest[CLOCK_DATE_SIZE];
	struct buf made = BUF_INIT;
	const char *at = NULL;
	int side, rc;

	find_latest(v, latest);
	for (side = 0; side < MERGE_SIDES; side++)
		take_apart(&p[side], &v[side], path, latest);
	rc = merge_lines(&m, labels, &made, e);
	if (rc == 0)
		at = memmem(buf_str(&made), made.len, table_line,
		    strlen(table_line));
	if (rc >= 0 && at == NULL) {
		/* Both wrote other prose: one of them, the same each time. */
		buf_clear(&made);
		buf_addb(&made, strcmp(p[MERGE_OURS].text.ptr,
		    p[MERGE_THEIRS].text.ptr) > 0 ? &p[MERGE_OURS].text :
		    &p[MERGE_THEIRS].text);
		at = memmem(made.ptr, made.len, table_line,
		    strlen(table_line));
	}
	if (rc >= 0) {
		buf_add(out, made.ptr, (size_t)(at - made.ptr));
		buf_addb(out, &p[MERGE_OURS].table);
		buf_adds(out, at + strlen(table_line));
	}
	for (side = 0; side < MERGE_SIDES; side++)
		prose_release(&p[side]);
	buf_release(&made);
	return rc < 0 ? -1 : 0;
}

static int
read_three(struct merge_work *w, const struct merge_file *f,
    struct buf v[MERGE_SIDES], struct err *e)
{
	int side;

	for (side = 0; side < MERGE_SIDES; side++)
		if (f->mode[side] != 0 && merge_read(w, &f->id[side],
		    &v[side], e) != 0)
			return err_prefix(e, "%s", f->path);
	return 0;
}

/* The higher number; of two ways to write it the longer. */
static void
merge_counter(const struct buf v[MERGE_SIDES], struct buf *out)
{
	unsigned long a = strtoul(buf_str(&v[MERGE_OURS]), NULL, 10);
	unsigned long b = strtoul(buf_str(&v[MERGE_THEIRS]), NULL, 10);
	bool ours = a != b ? a > b :
	    v[MERGE_OURS].len > v[MERGE_THEIRS].len;

	buf_addb(out, &v[ours ? MERGE_OURS : MERGE_THEIRS]);
}

static int
merge_generated(struct merge_work *w, const struct merge_file *f,
    struct err *e)
{
	struct buf v[MERGE_SIDES] = { BUF_INIT }, out = BUF_INIT;
	struct oid id;
	int side, rc = read_three(w, f, v, e);

	if (rc == 0 && strcmp(path_base(f->path), "INDEX.md") != 0)
		merge_counter(v, &out);
	else if (rc == 0 && v[MERGE_OURS].len == 0)
		buf_addb(&out, &v[MERGE_THEIRS]);
	else if (rc == 0 && v[MERGE_THEIRS].len == 0)
		buf_addb(&out, &v[MERGE_OURS]);
	else if (rc == 0)
		rc = merge_prose(v, f->path, &out, e);
	if (rc == 0) {
		merge_blob(w, &out, &id);
		merge_put(w, f->path, TREE_MODE_FILE, &id);
	}
	for (side = 0; side < MERGE_SIDES; side++)
		buf_release(&v[side]);
	buf_release(&out);
	return rc;
}

static int
raise_counter(struct merge_work *w, const struct id *id, struct err *e)
{
	struct tree_entry entry;
	struct buf path = BUF_INIT, text = BUF_INIT;
	struct oid blob;
	int rc;

	buf_addf(&path, "tasks/ID_COUNTER%s%s.txt", *id->ns == '\0' ? "" :
	    ".", id->ns);
	rc = tree_find(w->trees, &w->tree, path.ptr, &entry, e);
	if (rc > 0)
		rc = merge_read(w, &entry.id, &text, e);
	if (rc == 0 && strtoul(buf_str(&text), NULL, 10) <= id->number) {
		buf_clear(&text);
		buf_addf(&text, "%04" PRIu32 "\n", id->number + 1);
		merge_blob(w, &text, &blob);
		merge_put(w, path.ptr, TREE_MODE_FILE, &blob);
		rc = merge_flush(w, e);
	}
	buf_release(&path);
	buf_release(&text);
	return rc;
}

/* Prose and counters of both, before rows are mended. */
static int
prepare(struct merge_work *w, struct err *e)
{
	const struct merge_task *t;
	size_t i;

	for (i = 0; i < w->nfiles; i++)
		if (merge_is_generated(w->files[i].path) &&
		    merge_generated(w, &w->files[i], e) != 0)
			return -1;
	if (merge_flush(w, e) != 0)
		return -1;
	for (i = 0; i < w->ntasks; i++) {
		t = w->tasks[i];
		if (t->renumbered != NULL && raise_counter(w,
		    &t->result->pkg->id, e) != 0)
			return -1;
	}
	return 0;
}

static void
add_place(struct indexing *x, int stage, const char *shard, bool folders)
{
	struct index_at *at = mem_zalloc(sizeof(*at));
	struct buf path = BUF_INIT;

	*at = (struct index_at){ stage, mem_strdup_null(shard), folders };
	index_path(at, &path);
	at = map_put(&x->places, path.ptr, at);
	if (at != NULL) {
		free((char *)(uintptr_t)at->shard);
		free(at);
	}
	buf_release(&path);
}

static int
add_places_of(struct indexing *x, const struct package *p, struct err *e)
{
	const struct policy *policy;
	bool sharded;

	if (store_policy(&x->view->store, &policy, e) != 0)
		return -1;
	sharded = stage_info[p->stage].closed && policy->archive_shard > 0;
	add_place(x, (int)p->stage, NULL, sharded);
	if (sharded && p->shard != NULL)
		add_place(x, (int)p->stage, p->shard, false);
	return 0;
}

static int
add_every_place(const struct index_at *at, void *ctx, struct err *e)
{
	(void)e;
	add_place(ctx, at->stage, at->shard, at->folders);
	return 0;
}

static void
touch(struct indexing *x, const struct package *p)
{
	char ref[ID_SIZE];

	id_format_ref(ref, &p->id);
	if (map_put(&x->touched, ref, x) == NULL)
		strvec_add(&x->refs, ref);
}

/* Another policy, or the first namespace: every index may be another. */
static bool
is_other_policy(const struct merge_work *w)
{
	const char *path;
	size_t i;

	for (i = 0; i < w->nfiles; i++) {
		path = w->files[i].path;
		if (strcmp(path, "tasks/policy.yaml") == 0 ||
		    strcmp(path, "tasks/NAMESPACES.yaml") == 0)
			return true;
	}
	return false;
}

static int
find_places(struct indexing *x, struct err *e)
{
	const struct merge_work *w = x->w;
	const struct merge_version *ours;
	const struct merge_task *t;
	size_t i;

	for (i = 0; i < w->ntasks; i++) {
		t = w->tasks[i];
		ours = t->side[MERGE_OURS];
		if (ours != NULL)
			touch(x, ours->pkg);
		if (t->result != NULL)
			touch(x, t->result->pkg);
		if ((ours != NULL && add_places_of(x, ours->pkg, e) != 0) ||
		    (t->result != NULL && add_places_of(x, t->result->pkg,
		    e) != 0))
			return -1;
	}
	if (w->ntasks > 0)
		add_place(x, STAGE_NONE, NULL, false);
	x->all = w->mend || is_other_policy(w);
	return x->all ? index_each(&x->view->store, add_every_place, x, e) :
	    0;
}

/* A reference to a task that is not as it was. */
static bool
names_touched(const struct indexing *x, const struct buf *cell)
{
	const char *s = buf_str(cell);
	char ref[ID_SIZE];
	size_t n;

	while ((s = strstr(s, "TASK-")) != NULL) {
		n = strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-");
		if (n < sizeof(ref)) {
			memcpy(ref, s, n);
			ref[n] = '\0';
			if (map_find(&x->touched, ref) != NULL)
				return true;
		}
		s += n;
	}
	return false;
}

/* Rows of the root's index say who waits for whom. */
static int
add_waiting(struct indexing *x, struct err *e)
{
	struct index root = { .at = { STAGE_NONE, NULL, false } };
	struct strvec waiting = STRVEC_INIT;
	struct buf deps = BUF_INIT, flags = BUF_INIT;
	char ref[ID_SIZE];
	struct package *p;
	size_t i;
	int rc = index_load(&x->view->store, &root, e);

	for (i = 0; i < root.list.n && rc == 0; i++) {
		listing_cell(&root.list, &root.list.v[i], LISTING_ROOT_DEPS,
		    &deps);
		listing_cell(&root.list, &root.list.v[i],
		    LISTING_ROOT_FLAGS, &flags);
		id_format_ref(ref, &root.list.v[i].id);
		if (map_find(&x->touched, ref) == NULL &&
		    (names_touched(x, &deps) || names_touched(x, &flags)))
			strvec_add(&waiting, ref);
	}
	for (i = 0; i < waiting.n && rc == 0; i++) {
		if (store_resolve(&x->view->store, waiting.v[i], &p, e) != 0)
			continue;
		strvec_add(&x->refs, waiting.v[i]);
		rc = add_places_of(x, p, e);
	}
	index_release(&root);
	strvec_release(&waiting);
	buf_release(&deps);
	buf_release(&flags);
	return rc;
}

struct place {
	struct indexing	*x;
	struct err	*e;
	int		 rc;
};

/* The package of the task, where its row is in this index. */
static struct package *
package_here(struct store *s, const struct index_at *at,
    const struct id *id)
{
	struct err ignored = ERR_INIT;
	struct index_at own;
	struct package *p;

	if (store_find(s, id, &p, &ignored) != 0)
		return NULL;
	if (at->stage == STAGE_NONE)
		return index_in_root(s, p, &ignored) > 0 ? p : NULL;
	if (index_of(s, p, &own, &ignored) != 0 || own.stage != at->stage)
		return NULL;
	if (own.shard == NULL || at->shard == NULL)
		return own.shard == at->shard ? p : NULL;
	return strcmp(own.shard, at->shard) == 0 ? p : NULL;
}

static int
mend_rows(struct indexing *x, struct index *list, struct err *e)
{
	struct index_row *rows = mem_zalloc((x->refs.n + 1) *
	    sizeof(*rows));
	struct store *s = &x->view->store;
	struct id id;
	size_t i, n = 0;
	int rc;

	for (i = 0; i < x->refs.n; i++) {
		if (id_parse(&id, x->refs.v[i]) != 0)
			continue;
		rows[n].id = id;
		rows[n].p = package_here(s, &list->at, &id);
		if (rows[n].p != NULL ||
		    listing_find(&list->list, &id) != SIZE_MAX)
			n++;
	}
	rc = index_mend(s, list, rows, n, e);
	free(rows);
	return rc;
}

static int
make_index(struct indexing *x, const struct index_at *at, struct err *e)
{
	struct index list = { .at = *at };
	struct buf path = BUF_INIT, text = BUF_INIT;
	struct store *s = &x->view->store;
	int64_t now_us = x->w->when_us[MERGE_OURS];
	size_t bad = 0;
	struct oid id;
	char *date;
	int rc = index_load(s, &list, e);
	bool whole = rc == 0 && (x->all || !list.list.sound || at->folders ||
	    x->refs.n > list.list.n / 4 + 16);

	if (rc == 0 && !whole && mend_rows(x, &list, e) != 0) {
		/* A card that cannot be read has a row all the same. */
		index_release(&list);
		rc = index_load(s, &list, e);
		whole = true;
	}
	if (rc == 0 && whole)
		rc = index_generate(s, &list, &bad, e);
	if (rc == 0 && (date = find_date(&list.list.text)) != NULL) {
		char own[CLOCK_DATE_SIZE];

		snprintf(own, sizeof(own), "%s", date);
		(void)!clock_parse_date(own, &now_us);
	}
	if (rc == 0) {
		buf_adds(&path, "tasks/");
		index_path(at, &path);
		listing_render(&list.list, at->stage, now_us, &text);
		merge_blob(x->w, &text, &id);
		merge_put(x->w, path.ptr, TREE_MODE_FILE, &id);
	}
	index_release(&list);
	buf_release(&path);
	buf_release(&text);
	return rc;
}

static void
each_place(const char *path, void *value, void *ctx)
{
	struct index_at *at = value;
	struct place *p = ctx;

	(void)path;
	if (p->rc == 0)
		p->rc = make_index(p->x, at, p->e);
	free((char *)(uintptr_t)at->shard);
	free(at);
}

int
merge_indexes(struct merge_work *w, struct err *e)
{
	struct snapshot view;
	struct indexing x = { .w = w, .view = &view };
	struct place p = { &x, e, 0 };

	if (prepare(w, e) != 0 || merge_view(w, &view, e) != 0)
		return -1;
	p.rc = find_places(&x, e);
	if (p.rc == 0 && w->ntasks > 0)
		p.rc = add_waiting(&x, e);
	map_each(&x.places, each_place, &p);
	map_release(&x.places);
	map_release(&x.touched);
	strvec_release(&x.refs);
	snapshot_close(&view);
	return p.rc == 0 ? merge_flush(w, e) : -1;
}
