/* SPDX-License-Identifier: MIT */
/* Plans as bytes, for the journal. */
#include "base/compat.h"

#include "base/err.h"
#include "change/plan.h"
#include "sys/path.h"

static void
put_number(struct buf *out, uint64_t n)
{
	unsigned char raw[8];
	int i;

	for (i = 0; i < 8; i++)
		raw[i] = (unsigned char)(n >> 8 * i);
	buf_add(out, raw, sizeof(raw));
}

static void
put_bytes(struct buf *out, const void *data, size_t len)
{
	put_number(out, len);
	buf_add(out, data, len);
}

static void
put_text(struct buf *out, const char *s)
{
	put_bytes(out, s, s == NULL ? 0 : strlen(s));
}

static void
put_oid(struct buf *out, const struct oid *id)
{
	buf_add(out, id->raw, OID_RAW);
}

static void
put_object(struct buf *out, const struct plan_object *o)
{
	put_number(out, (uint64_t)o->type);
	put_oid(out, &o->id);
	put_number(out, o->has_base);
	if (o->has_base) {
		put_oid(out, &o->base);
		put_number(out, o->prefix);
		put_number(out, o->suffix);
	}
	put_bytes(out, buf_str(&o->data) + o->prefix,
	    o->data.len - o->prefix - o->suffix);
}

static void
put_file(struct buf *out, const struct plan_file *f)
{
	put_text(out, f->path);
	put_oid(out, &f->content);
	put_oid(out, &f->was);
	put_oid(out, &f->blob);
	put_oid(out, &f->head);
	put_number(out, f->write);
	put_number(out, f->commit);
}

/* Only where there is any of it, so that older records are as they were. */
static void
put_more(struct buf *out, const struct plan *p)
{
	const struct plan_merge *m = p->merge;
	size_t i, n = 0;

	for (i = 0; i < p->nfiles; i++)
		n += p->files[i].executable;
	if (m == NULL && n == 0)
		return;
	put_number(out, n);
	for (i = 0; i < p->nfiles; i++)
		if (p->files[i].executable)
			put_number(out, i);
	put_number(out, m != NULL);
	if (m == NULL)
		return;
	put_number(out, m->nparents);
	for (i = 0; i < m->nparents; i++)
		put_oid(out, &m->parents[i]);
	put_oid(out, &m->forward);
	put_oid(out, &m->outside);
	put_text(out, m->board);
}

/* What a plan begins with: a journal may be older than keys are. */
enum { KIND_FILES, KIND_COMMITS, KIND_SIGNED };

static uint64_t
kind_of(const struct plan *p)
{
	size_t i;

	for (i = 0; i < p->nsteps; i++)
		if (p->steps[i].key != NULL)
			return KIND_SIGNED;
	return p->commits ? KIND_COMMITS : KIND_FILES;
}

void
plan_format(const struct plan *p, struct buf *out)
{
	uint64_t kind = kind_of(p);
	size_t i;

	put_number(out, kind);
	put_text(out, p->ref);
	put_oid(out, &p->old_head);
	put_oid(out, &p->new_head);
	put_oid(out, &p->new_tree);
	put_number(out, (uint64_t)p->now_us);
	put_number(out, p->nobjects);
	for (i = 0; i < p->nobjects; i++)
		put_object(out, &p->objects[i]);
	put_number(out, p->nrenames);
	for (i = 0; i < p->nrenames; i++) {
		put_text(out, p->renames[i].from);
		put_text(out, p->renames[i].to);
		put_number(out, p->renames[i].lies != NULL);
		put_text(out, p->renames[i].lies != NULL ?
		    p->renames[i].lies : p->renames[i].from);
	}
	put_number(out, p->nfiles);
	for (i = 0; i < p->nfiles; i++)
		put_file(out, &p->files[i]);
	put_number(out, p->nsteps);
	for (i = 0; i < p->nsteps; i++) {
		put_text(out, p->steps[i].message);
		put_number(out, p->steps[i].files_end);
		put_number(out, p->steps[i].renames_end);
	}
	for (i = 0; i < p->nsteps && kind == KIND_SIGNED; i++)
		put_text(out, p->steps[i].key);
	put_more(out, p);
}

struct reader {
	const char	*p;
	size_t		 left;
	bool		 bad;
};

static const char *
get(struct reader *r, size_t len)
{
	const char *p = r->p;

	if (r->bad || len > r->left) {
		r->bad = true;
		return NULL;
	}
	r->p += len;
	r->left -= len;
	return p;
}

static uint64_t
get_number(struct reader *r)
{
	const unsigned char *raw = (const unsigned char *)get(r, 8);
	uint64_t n = 0;
	int i;

	for (i = 7; raw != NULL && i >= 0; i--)
		n = n << 8 | raw[i];
	return n;
}

static const char *
get_bytes(struct reader *r, size_t *len)
{
	uint64_t n = get_number(r);

	*len = n > r->left ? r->left + 1 : (size_t)n;
	return get(r, *len);
}

static char *
get_text(struct reader *r)
{
	size_t len;
	const char *p = get_bytes(r, &len);

	if (p != NULL && memchr(p, '\0', len) != NULL)
		r->bad = true;
	return r->bad ? mem_strdup("") : mem_dup(p, len);
}

/* A path that stays below the worktree. */
static char *
get_path(struct reader *r)
{
	char *path = get_text(r);

	if (!path_is_plain(path))
		r->bad = true;
	return path;
}

static void
get_oid(struct reader *r, struct oid *id)
{
	const char *raw = get(r, OID_RAW);

	if (raw != NULL)
		memcpy(id->raw, raw, OID_RAW);
}

static int
get_object(struct reader *r, struct plan *p, struct repo *repo,
    struct err *e)
{
	enum object_type type = (enum object_type)get_number(r);
	struct buf data = BUF_INIT, old = BUF_INIT;
	struct oid want = { { 0 } }, base, id;
	size_t prefix = 0, suffix = 0, len;
	const struct plan_object *in_plan;
	const char *middle;
	bool has_base;
	int rc = 0;

	get_oid(r, &want);
	has_base = get_number(r) != 0;
	if (has_base) {
		get_oid(r, &base);
		prefix = get_number(r);
		suffix = get_number(r);
	}
	middle = get_bytes(r, &len);
	if (r->bad || type < OBJECT_COMMIT || type > OBJECT_BLOB)
		return err_set(e, EX_DATAERR, "an object is cut off");
	in_plan = has_base ? plan_object(p, &base) : NULL;
	if (in_plan != NULL)
		buf_addb(&old, &in_plan->data);
	else if (has_base)
		rc = repo_read(repo, &base, type, &old, e);
	if (rc == 0 && (prefix > old.len || suffix > old.len - prefix))
		rc = err_set(e, EX_DATAERR, "an object's base is another");
	if (rc == 0) {
		buf_add(&data, buf_str(&old), prefix);
		buf_add(&data, middle, len);
		buf_add(&data, buf_str(&old) + old.len - suffix, suffix);
		plan_add_object(p, type, &data, NULL, &id);
		if (!oid_equal(&id, &want))
			rc = err_set(e, EX_DATAERR, "an object is damaged");
	}
	buf_release(&old);
	buf_release(&data);
	return rc;
}

static void
get_renames(struct reader *r, struct plan *p)
{
	uint64_t n = get_number(r);
	char *from, *to, *lies;
	bool on_disk;

	while (n-- > 0 && !r->bad) {
		from = get_path(r);
		to = get_path(r);
		on_disk = get_number(r) != 0;
		lies = get_path(r);
		plan_put_rename(p, from, to, on_disk ? lies : NULL);
		free(from);
		free(to);
		free(lies);
	}
}

static void
get_files(struct reader *r, struct plan *p)
{
	uint64_t n = get_number(r);
	struct plan_file *f;
	char *path;

	while (n-- > 0 && !r->bad) {
		path = get_path(r);
		f = plan_add_file(p, path);
		free(path);
		get_oid(r, &f->content);
		get_oid(r, &f->was);
		get_oid(r, &f->blob);
		get_oid(r, &f->head);
		f->write = get_number(r) != 0;
		f->commit = get_number(r) != 0;
	}
}

static void
get_steps(struct reader *r, struct plan *p)
{
	size_t files = 0, renames = 0;
	uint64_t n = get_number(r);
	struct plan_step *s;
	char *message;

	while (n-- > 0 && !r->bad) {
		message = get_text(r);
		plan_add_step(p, message);
		free(message);
		s = &p->steps[p->nsteps - 1];
		s->files_end = get_number(r);
		s->renames_end = get_number(r);
		if (s->files_end < files || s->files_end > p->nfiles ||
		    s->renames_end < renames ||
		    s->renames_end > p->nrenames)
			r->bad = true;
		files = s->files_end;
		renames = s->renames_end;
	}
}

static void
get_keys(struct reader *r, struct plan *p)
{
	size_t i;
	char *key;

	for (i = 0; i < p->nsteps && !r->bad; i++) {
		key = get_text(r);
		if (*key != '\0')
			p->steps[i].key = key;
		else
			free(key);
	}
}

/* "" or a folder with its slash, below the worktree. */
static bool
is_board(const char *path)
{
	size_t n = strlen(path);
	char *folder = mem_dup(path, n > 0 ? n - 1 : 0);
	bool is = n == 0 || (path[n - 1] == '/' && path_is_plain(folder));

	free(folder);
	return is;
}

static void
get_merge(struct reader *r, struct plan *p)
{
	struct plan_merge m = PLAN_MERGE_INIT;
	uint64_t i, n = get_number(r);

	if (n > r->left / OID_RAW)
		r->bad = true;
	else
		m.parents = mem_zalloc((n + 1) * sizeof(*m.parents));
	for (i = 0; i < n && !r->bad; i++)
		get_oid(r, &m.parents[i]);
	m.nparents = r->bad ? 0 : (size_t)n;
	get_oid(r, &m.forward);
	get_oid(r, &m.outside);
	m.board = get_text(r);
	if (!is_board(m.board))
		r->bad = true;
	if (!r->bad)
		plan_set_merge(p, &m);
	free(m.parents);
	free(m.board);
}

static void
get_more(struct reader *r, struct plan *p)
{
	uint64_t at, n = get_number(r);

	while (n-- > 0 && !r->bad) {
		at = get_number(r);
		if (at < p->nfiles)
			p->files[at].executable = true;
		else
			r->bad = true;
	}
	if (get_number(r) != 0)
		get_merge(r, p);
}

int
plan_parse(struct plan *p, struct repo *repo, const struct buf *in,
    struct err *e)
{
	struct reader r = { buf_str(in), in->len, false };
	uint64_t n, kind = get_number(&r);

	p->commits = kind != KIND_FILES;
	p->ref = get_text(&r);
	get_oid(&r, &p->old_head);
	get_oid(&r, &p->new_head);
	get_oid(&r, &p->new_tree);
	p->now_us = (int64_t)get_number(&r);
	for (n = get_number(&r); n > 0 && !r.bad; n--)
		if (get_object(&r, p, repo, e) != 0)
			return -1;
	get_renames(&r, p);
	get_files(&r, p);
	get_steps(&r, p);
	if (kind == KIND_SIGNED)
		get_keys(&r, p);
	if (!r.bad && r.left > 0)
		get_more(&r, p);
	if (r.bad || r.left > 0)
		return err_set(e, EX_DATAERR, "a record of the journal is "
		    "no plan");
	return 0;
}
