/* SPDX-License-Identifier: MIT */
/* task-index: make the indexes, or check them */
#include "base/compat.h"

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/map.h"
#include "base/suggest.h"
#include "board/store.h"
#include "change/session.h"
#include "cli/out.h"
#include "cli/tool.h"
#include "rule/index.h"
#include "sys/dir.h"

static bool opt_check;

static const struct opt opts[] = {
	{ 0, "check", OPT_FLAG, &opt_check, NULL,
	    "change nothing; exit 1 and the drift, line by line" },
	OPT_END
};

enum { COL_PATH, COL_LINE, COL_SIGN, COL_ROW };

static const struct out_column columns[] = {
	{ .name = "path" },
	{ .name = "line" },
	{ .name = "sign" },
	{ .name = "row" },
	{ .name = NULL }
};

/* Without --check: what was made. */
static const struct out_column made_columns[] = {
	{ .name = "path" },
	{ .name = NULL }
};

struct indexing {
	struct session	 s;		/* with --check only its store */
	unsigned	 stages;	/* 1 << stage; 0: all, and the root */
	int64_t		 now_us;
	struct out	 out;
	size_t		 drift;		/* rows that are wrong */
	size_t		 written;
	struct strvec	 made;		/* paths */
	size_t		 bad;
};

static int
take_stages(struct indexing *x, int argc, char **argv, struct err *e)
{
	const char *near;
	int i, stage;

	for (i = 0; i < argc; i++) {
		stage = stage_parse(argv[i]);
		if (stage == STAGE_NONE) {
			near = suggest(argv[i], stage_names);
			return err_set(e, EX_USAGE, "there is no stage '%s'"
			    "%s%s%s", argv[i], near == NULL ? "" :
			    "; did you mean '", near == NULL ? "" : near,
			    near == NULL ? "" : "'?");
		}
		x->stages |= 1u << stage;
	}
	return 0;
}

/* One of the two texts that are compared, in lines. */
struct side {
	const char	*sign;
	struct strvec	 lines;
	struct map	 set;		/* the lines again */
	size_t		 at;
};

static void
side_init(struct side *s, const char *sign, const struct buf *text)
{
	const char *line = buf_str(text), *end = line + text->len, *nl;

	memset(s, 0, sizeof(*s));
	s->sign = sign;
	for (; line < end; line = nl + 1) {
		nl = memchr(line, '\n', (size_t)(end - line));
		if (nl == NULL)
			nl = end;
		strvec_addn(&s->lines, line, (size_t)(nl - line));
		map_put(&s->set, s->lines.v[s->lines.n - 1], s);
	}
}

static void
side_release(struct side *s)
{
	strvec_release(&s->lines);
	map_release(&s->set);
}

static void
say_line(struct indexing *x, const char *path, struct side *s)
{
	char *line = s->lines.v[s->at];
	size_t n = strlen(line);

	out_text(&x->out, COL_PATH, path);
	out_number(&x->out, COL_LINE, (int64_t)s->at + 1);
	out_text(&x->out, COL_SIGN, s->sign);
	map_remove(&s->set, line);
	if (n > 0 && line[n - 1] == '\r')
		line[n - 1] = '\0';
	out_text(&x->out, COL_ROW, line);
	out_row(&x->out);
	s->at++;
	x->drift++;
}

/*
 * Says what differs.  A line that stands elsewhere in the other text goes
 * here and comes there.
 */
static void
say_drift(struct indexing *x, const char *path, const struct buf *old,
    const struct buf *new)
{
	const char *in_old, *in_new;
	struct side a, b;

	side_init(&a, "-", old);
	side_init(&b, "+", new);
	while (a.at < a.lines.n && b.at < b.lines.n) {
		in_old = a.lines.v[a.at];
		in_new = b.lines.v[b.at];
		if (strcmp(in_old, in_new) == 0) {
			a.at++;
			b.at++;
		} else if (map_find(&b.set, in_old) != NULL &&
		    map_find(&a.set, in_new) == NULL) {
			say_line(x, path, &b);
		} else {
			say_line(x, path, &a);
		}
	}
	while (a.at < a.lines.n)
		say_line(x, path, &a);
	while (b.at < b.lines.n)
		say_line(x, path, &b);
	side_release(&a);
	side_release(&b);
}

static int
index_one(const struct index_at *at, void *ctx, struct err *e)
{
	struct indexing *x = ctx;
	struct buf path = BUF_INIT, shown = BUF_INIT, text = BUF_INIT;
	struct index index = { .at = *at };
	int rc;

	if (x->stages != 0 && (at->stage == STAGE_NONE ||
	    (x->stages & 1u << at->stage) == 0))
		return 0;
	rc = index_load(&x->s.store, &index, e);
	if (rc == 0)
		rc = index_generate(&x->s.store, &index, &x->bad, e);
	if (rc == 0) {
		listing_render(&index.list, at->stage, x->now_us, &text);
		index_path(at, &path);
		store_show_path(&x->s.store, path.ptr, &shown);
	}
	if (rc == 0 && !buf_equal(&text, &index.list.text)) {
		x->written++;
		if (opt_check) {
			say_drift(x, shown.ptr, &index.list.text, &text);
		} else {
			txn_write(&x->s.txn, path.ptr, text.ptr, text.len);
			strvec_add(&x->made, shown.ptr);
		}
	}
	index_release(&index);
	buf_release(&path);
	buf_release(&shown);
	buf_release(&text);
	return rc;
}

/* Two folders with one id: which of them is the task, a person must say. */
static int
say_twins(struct store *s, struct err *e)
{
	struct package *found;
	struct store_stage *st;
	struct map said = MAP_INIT;
	struct err one = ERR_INIT;
	char ref[ID_SIZE];
	size_t i;
	int stage;

	if (store_load_all(s, e) != 0)
		return -1;
	for (stage = 0; stage < STAGE_COUNT; stage++) {
		st = &s->stages[stage];
		for (i = 0; i < st->n; i++) {
			id_format_ref(ref, &st->v[i]->id);
			if (store_find(s, &st->v[i]->id, &found, &one) != 0 &&
			    map_put(&said, ref, s) == NULL)
				tool_failed(&one);
		}
	}
	map_release(&said);
	return 0;
}

/* Archived packages that lie in another sub-folder than the policy says. */
static int
say_misplaced(struct indexing *x, struct err *e)
{
	const struct store_stage *st = &x->s.store.stages[STAGE_ARCHIVED];
	struct buf path = BUF_INIT, shown = BUF_INIT;
	const struct policy *policy;
	char *shard, *row;
	size_t i;

	if (x->stages != 0 && (x->stages & 1u << STAGE_ARCHIVED) == 0)
		return 0;
	if (store_policy(&x->s.store, &policy, e) != 0 ||
	    store_load(&x->s.store, STAGE_ARCHIVED, e) != 0)
		return -1;
	for (i = 0; i < st->n; i++) {
		shard = store_shard(policy, &st->v[i]->id);
		if (strcmp(shard == NULL ? "" : shard, st->v[i]->shard ==
		    NULL ? "" : st->v[i]->shard) != 0) {
			buf_clear(&path);
			buf_clear(&shown);
			package_path(st->v[i], &path);
			store_show_path(&x->s.store, path.ptr, &shown);
			row = mem_printf("belongs in %s/%s",
			    stage_info[STAGE_ARCHIVED].name,
			    shard == NULL ? "" : shard);
			out_text(&x->out, COL_PATH, shown.ptr);
			out_text(&x->out, COL_SIGN, "+");
			out_text(&x->out, COL_ROW, row);
			out_row(&x->out);
			x->drift++;
			free(row);
		}
		free(shard);
	}
	buf_release(&path);
	buf_release(&shown);
	return 0;
}

static int
check(struct indexing *x, struct err *e)
{
	int rc;

	if (store_open(&x->s.store, tool_options()->dir, e) != 0)
		return -1;
	x->now_us = clock_now_us();
	rc = out_begin(&x->out, columns, e);
	if (rc == 0) {
		rc = index_each(&x->s.store, index_one, x, e);
		if (rc == 0)
			rc = say_misplaced(x, e);
		out_end(&x->out);
	}
	if (rc == 0)
		rc = say_twins(&x->s.store, e);
	store_close(&x->s.store);
	return rc == 0 && x->drift > 0 ? EX_NO : rc;
}

/* A sub-folder that nothing is left in goes, with its index. */
static int
drop_shards(struct session *s, struct err *e)
{
	const struct store_stage *st = &s->store.stages[STAGE_ARCHIVED];
	struct strvec names = STRVEC_INIT;
	char *path;
	size_t i, k;
	int rc;

	rc = store_shards(&s->store, &names, e);
	for (i = 0; i < names.n && rc == 0; i++) {
		for (k = 0; k < st->n; k++)
			if (st->v[k]->shard != NULL &&
			    strcmp(st->v[k]->shard, names.v[i]) == 0)
				break;
		if (k < st->n)
			continue;
		path = mem_printf("%s/%s/INDEX.md",
		    stage_info[STAGE_ARCHIVED].name, names.v[i]);
		if (dir_has(s->store.fd, path))
			txn_remove(&s->txn, path);
		free(path);
	}
	strvec_release(&names);
	return rc;
}

/* Archived packages lie in the sub-folders that the policy says. */
static int
settle_archive(struct session *s, struct err *e)
{
	const struct policy *policy;
	struct store_stage *st = &s->store.stages[STAGE_ARCHIVED];
	struct package **all;
	struct buf from = BUF_INIT, to = BUF_INIT;
	char *shard;
	size_t i, n;

	if (store_policy(&s->store, &policy, e) != 0 ||
	    store_load(&s->store, STAGE_ARCHIVED, e) != 0)
		return -1;
	n = st->n;
	all = mem_resize(NULL, n + 1, sizeof(*all));
	if (n > 0)
		memcpy(all, st->v, n * sizeof(*all));
	for (i = 0; i < n; i++) {
		shard = store_shard(policy, &all[i]->id);
		buf_clear(&from);
		buf_clear(&to);
		package_path(all[i], &from);
		store_move(&s->store, all[i], STAGE_ARCHIVED, shard);
		package_path(all[i], &to);
		if (!buf_equal(&from, &to))
			txn_rename(&s->txn, from.ptr, to.ptr);
		free(shard);
	}
	free(all);
	buf_release(&from);
	buf_release(&to);
	return drop_shards(s, e);
}

static int
make(struct indexing *x, struct err *e)
{
	struct session *s = &x->s;
	size_t i;
	int rc;

	if (out_begin(&x->out, made_columns, e) != 0 ||
	    session_begin(s, e) != 0)
		return -1;
	x->now_us = s->txn.now_us;
	rc = x->stages == 0 || (x->stages & 1u << STAGE_ARCHIVED) != 0 ?
	    settle_archive(s, e) : 0;
	if (rc == 0)
		rc = index_each(&s->store, index_one, x, e);
	if (rc == 0)
		rc = say_twins(&s->store, e);
	if (rc == 0)
		rc = session_commit(s, "task-index: make the indexes", e);
	if (rc == 0 && x->written == 0)
		log_info("the indexes are as they should be");
	for (i = 0; i < x->made.n && rc == 0; i++) {
		out_text(&x->out, COL_PATH, x->made.v[i]);
		out_row(&x->out);
	}
	out_end(&x->out);
	strvec_release(&x->made);
	session_end(s);
	return rc;
}

static int
run(int argc, char **argv, struct err *e)
{
	struct indexing x = { .stages = 0 };
	int rc;

	if (take_stages(&x, argc, argv, e) != 0)
		return -1;
	rc = opt_check ? check(&x, e) : make(&x, e);
	if (rc >= 0 && x.bad > 0) {
		err_set(e, EX_DATAERR, x.bad == 1 ? "%zu card cannot be read; "
		    "its row stays as it was" : "%zu cards cannot be read; "
		    "their rows stay as they were", x.bad);
		rc = -1;
	}
	return rc;
}

static const struct tool tool = {
	"task-index", "make the indexes, or check them", "[STAGE]...",
	TOOL_LISTS | TOOL_WRITES, opts, run
};

int
main(int argc, char **argv)
{
	return tool_main(&tool, argc, argv);
}
