/* SPDX-License-Identifier: MIT */
/* task-log: the one history of a task: its events, and git's commits */
#include "base/compat.h"

#include "base/clock.h"
#include "base/err.h"
#include "base/strvec.h"
#include "base/utf8.h"
#include "board/ledger.h"
#include "board/store.h"
#include "board/task.h"
#include "cli/out.h"
#include "cli/tool.h"
#include "sys/path.h"
#include "tools/log.h"

enum { COMMIT_SHOWN = 10 };	/* digits, where a person reads them */

static bool opt_patch, opt_reverse;
static long opt_limit = -1;
static const char *opt_since;

static const struct opt opts[] = {
	{ 'p', "patch", OPT_FLAG, &opt_patch, NULL,
	    "and what each commit changed in the texts" },
	{ 'N', "limit", OPT_NUMBER, &opt_limit, "LIMIT",
	    "only so many, the last ones" },
	{ 0, "since", OPT_TEXT, &opt_since, "WHEN",
	    "only since then: 2025-10-18, 7d, yesterday" },
	{ 0, "reverse", OPT_FLAG, &opt_reverse, NULL, "the oldest first" },
	OPT_END
};

enum {
	COL_ID, COL_TS, COL_USER, COL_EVENT, COL_DESC, COL_COMMIT, COL_PATH,
	COL_PATCH
};

static const struct out_column columns[] = {
	{ .name = "id", .hidden = true },
	{ .name = "ts", .style = OUT_DIM },
	{ .name = "user" },
	{ .name = "event", .style = OUT_BLUE },
	{ .name = "desc", .flexible = true },
	{ .name = "commit", .style = OUT_YELLOW },
	{ .name = "path", .hidden = true },
	{ .name = "patch", .hidden = true },
	{ .name = NULL }
};

/* An event, or a commit that came with none. */
struct row {
	const struct event *event;	/* NULL: none */
	size_t		 commit;	/* index + 1; 0: not committed */
};

struct history {
	struct store	 store;
	char		 ref[ID_SIZE];
	struct ledger	 ledger;
	struct trail	 trail;
	int64_t		 since_us;
	struct row	*v;		/* the oldest first */
	size_t		 n, cap;
	struct out	 out;
};

static void
add_row(struct history *h, const struct event *ev, size_t commit)
{
	MEM_GROW(h->v, h->n, h->cap);
	h->v[h->n++] = (struct row){ ev, commit };
}

/* The commit that the event came with: its index + 1, or 0. */
static size_t
commit_of(const struct history *h, const struct event *ev)
{
	size_t len = ev->len;
	char *line;
	void *found;

	if (len > 0 && h->ledger.text.ptr[ev->start + len - 1] == '\r')
		len--;
	line = mem_dup(h->ledger.text.ptr + ev->start, len);
	found = map_find(&h->trail.brought, line);
	free(line);
	return (size_t)(uintptr_t)found;
}

/*
 * The ledger has the order of the events, git that of the commits: one that
 * came with no event stands before the events of those that came after it.
 */
static void
weave(struct history *h)
{
	const struct ledger *l = &h->ledger;
	size_t *of = mem_zalloc((l->n + 1) * sizeof(*of));
	bool *has = mem_zalloc((h->trail.n + 1) * sizeof(*has));
	size_t i, next = h->trail.n;

	for (i = 0; i < l->n; i++)
		has[of[i] = commit_of(h, &l->v[i])] = true;
	for (i = 0; i < l->n; i++) {
		for (; next > of[i]; next--)
			if (!has[next])
				add_row(h, NULL, next);
		add_row(h, &l->v[i], of[i]);
	}
	for (; next > 0; next--)
		if (!has[next])
			add_row(h, NULL, next);
	free(of);
	free(has);
}

static int
read_ledger(struct history *h, struct package *p, struct err *e)
{
	struct buf path = BUF_INIT;
	struct err one = ERR_INIT;
	size_t i;
	int rc;

	rc = task_read_ledger(&h->ledger, &h->store, p, e);
	if (rc != 0 && e->status == EX_DATAERR) {
		tool_failed(e);
		rc = 0;
	}
	package_file(p, PACKAGE_LEDGER, &path);
	for (i = 0; i < h->ledger.problems.n; i++) {
		err_set(&one, EX_DATAERR, "%s", h->ledger.problems.v[i]);
		store_file_error(&h->store, path.ptr, &one);
		tool_failed(&one);
	}
	buf_release(&path);
	return rc;
}

static int
load(struct history *h, const char *operand, struct err *e)
{
	struct buf tasks = BUF_INIT;
	struct package *p;
	int rc;

	rc = store_resolve(&h->store, operand, &p, e);
	if (rc == 0) {
		id_format_ref(h->ref, &p->id);
		rc = read_ledger(h, p, e);
	}
	path_of_fd(h->store.fd, &tasks);
	if (rc == 0)
		rc = trail_open(&h->trail, tasks.ptr, e);
	if (rc == 0)
		rc = trail_follow(&h->trail, &p->id, e);
	if (rc == 0)
		weave(h);
	buf_release(&tasks);
	return rc;
}

static int64_t
time_of(const struct history *h, const struct row *r)
{
	return r->event != NULL ? r->event->ts_us :
	    h->trail.v[r->commit - 1].info.authored_us;
}

/* As TASK_USER would have it, where the author's address can be that. */
static void
set_author(struct out *o, const struct repo_commit *c)
{
	char *user = mem_printf("@%.*s", (int)strcspn(c->email, "@"),
	    c->email);

	out_text(o, COL_USER, people_is_user(user) ? user : c->name);
	free(user);
}

static void
set_commit(struct history *h, const struct row *r)
{
	const struct trail_commit *c = &h->trail.v[r->commit - 1];
	char hex[OID_HEX + 1];

	oid_format(hex, &c->id);
	if (h->out.form != OUT_JSON)
		hex[COMMIT_SHOWN] = '\0';
	out_text(&h->out, COL_COMMIT, hex);
	out_text(&h->out, COL_PATH, c->path);
	if (r->event == NULL) {
		set_author(&h->out, &c->info);
		out_text(&h->out, COL_DESC, c->info.subject);
	}
}

/* A patch as a person reads it, with nothing that a terminal would obey. */
static void
print_patch(const struct buf *patch)
{
	struct buf out = BUF_INIT;
	const char *line = buf_str(patch), *on;
	bool colour = out_colour();
	size_t n;

	for (; *line != '\0'; line += n + (line[n] == '\n')) {
		n = strcspn(line, "\n");
		on = strncmp(line, "+++", 3) == 0 || strncmp(line, "---", 3) ==
		    0 ? out_style_on(OUT_BOLD) : *line == '+' ?
		    out_style_on(OUT_GREEN) : *line == '-' ?
		    out_style_on(OUT_RED) : "";
		buf_adds(&out, colour ? on : "");
		utf8_add_safe(&out, line, n);
		buf_adds(&out, colour && *on != '\0' ? "\033[0m\n" : "\n");
	}
	buf_addc(&out, '\n');
	fwrite(out.ptr, 1, out.len, stdout);
	buf_release(&out);
}

static int
print_row(struct history *h, const struct row *r, bool with_patch,
    struct err *e)
{
	struct out *o = &h->out;
	char ts[CLOCK_MOMENT_SIZE];
	struct buf patch = BUF_INIT;
	int rc = 0;

	clock_format_moment(ts, time_of(h, r));
	out_text(o, COL_ID, h->ref);
	out_text(o, COL_TS, ts);
	if (r->event != NULL) {
		out_text(o, COL_USER, r->event->user);
		out_text(o, COL_EVENT, r->event->event);
		out_text(o, COL_DESC, r->event->desc);
	}
	if (r->commit != 0)
		set_commit(h, r);
	if (with_patch && r->commit != 0)
		rc = trail_patch(&h->trail, &h->trail.v[r->commit - 1],
		    &patch, e);
	if (patch.len > 0)
		out_text(o, COL_PATCH, patch.ptr);
	out_row(o);
	if (patch.len > 0 && o->form != OUT_JSON && !out_wants(o, COL_PATCH)) {
		out_end(o);
		o->header = false;
		print_patch(&patch);
	}
	buf_release(&patch);
	return rc;
}

/* The patch of a commit stands with the last of its rows that is printed. */
static int
print(struct history *h, struct err *e)
{
	size_t from = 0, to = 0, i, k;
	const struct row *r, *next;
	int rc = 0;

	for (i = 0; i < h->n; i++)
		if (time_of(h, &h->v[i]) >= h->since_us)
			h->v[to++] = h->v[i];
	if (opt_limit >= 0 && to > (size_t)opt_limit)
		from = to - (size_t)opt_limit;
	for (i = from; i < to && rc == 0; i++) {
		k = opt_reverse ? i : to - 1 - (i - from);
		r = &h->v[k];
		next = i + 1 == to ? NULL : opt_reverse ? r + 1 : r - 1;
		rc = print_row(h, r, opt_patch && (next == NULL ||
		    next->commit != r->commit), e);
	}
	out_end(&h->out);
	return rc;
}

static int
check_options(struct history *h, const struct strvec *refs, struct err *e)
{
	h->since_us = INT64_MIN;
	if (refs->n != 1)
		return err_set(e, EX_USAGE, "one task is to be named, and "
		    "not %zu (task-ledger prints the events of many)",
		    refs->n);
	if (opt_since != NULL && clock_parse_when(opt_since, &h->since_us) != 0)
		return err_set(e, EX_USAGE, "--since: '%s' is no time "
		    "(2025-10-18, 2025-10-18T10:30:00Z, 7d, yesterday)",
		    opt_since);
	if (opt_patch && tool_options()->null && !tool_options()->json &&
	    tool_options()->columns == NULL)
		return err_set(e, EX_USAGE, "-p is text for a person; with "
		    "-z ask for -j, or for the column 'patch'");
	return out_begin(&h->out, columns, e);
}

static int
run(int argc, char **argv, struct err *e)
{
	struct history h = { .ledger = LEDGER_INIT, .trail = TRAIL_INIT };
	struct strvec refs = STRVEC_INIT;
	int rc;

	rc = tool_operands(argc, argv, &refs, NULL, e);
	if (rc == 0)
		rc = check_options(&h, &refs, e);
	if (rc == 0 && (rc = store_open(&h.store, tool_options()->dir,
	    e)) == 0) {
		rc = load(&h, refs.v[0], e);
		if (rc == 0)
			rc = print(&h, e);
		store_close(&h.store);
	}
	free(h.v);
	ledger_release(&h.ledger);
	trail_close(&h.trail);
	strvec_release(&refs);
	return rc;
}

static const struct tool tool = {
	"task-log", "the one history of a task: its events, and git's commits",
	"REF", TOOL_LISTS, opts, run
};

int
main(int argc, char **argv)
{
	return tool_main(&tool, argc, argv);
}
