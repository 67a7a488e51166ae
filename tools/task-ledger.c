/* SPDX-License-Identifier: MIT */
/* task-ledger: read what happened, or add to it */
#include "base/compat.h"

#include "base/clock.h"
#include "base/err.h"
#include "base/map.h"
#include "base/suggest.h"
#include "board/store.h"
#include "board/task.h"
#include "cli/out.h"
#include "cli/tool.h"
#include "sys/file.h"
#include "tools/ledger.h"

static struct strvec opt_events, opt_keys;
static const char *opt_since, *opt_until, *opt_add, *opt_message;
static bool opt_follow, opt_all;

static const struct opt opts[] = {
	{ 'e', "event", OPT_LIST, &opt_events, "EVENT",
	    "only events of that kind; may be repeated" },
	{ 0, "since", OPT_TEXT, &opt_since, "WHEN",
	    "only since then: 2025-10-18, 7d, yesterday" },
	{ 0, "until", OPT_TEXT, &opt_until, "WHEN", "only until then" },
	{ 'f', "follow", OPT_FLAG, &opt_follow, NULL,
	    "go on with what comes" },
	{ 'a', "all", OPT_FLAG, &opt_all, NULL,
	    "of all tasks, in the order of time" },
	{ 0, "add", OPT_TEXT, &opt_add, "EVENT", "add an event" },
	{ 'm', "message", OPT_TEXT, &opt_message, "TEXT",
	    "what it says, for --add" },
	{ 'k', "key", OPT_LIST, &opt_keys, "KEY=VALUE",
	    "a field of its own, for --add; may be repeated" },
	OPT_END
};

enum { COL_ID, COL_TS, COL_USER, COL_EVENT, COL_DESC };

static const struct out_column columns[] = {
	{ .name = "id", .style = OUT_BOLD },
	{ .name = "ts", .style = OUT_DIM },
	{ .name = "user" },
	{ .name = "event", .style = OUT_BLUE },
	{ .name = "desc", .flexible = true },
	{ .name = NULL }
};

/* An event that is printed; the texts are its own. */
struct line {
	char		 ref[ID_SIZE];
	int64_t		 ts_us;
	size_t		 order;		/* as it was met */
	char		*user, *event, *desc, *raw;
};

struct reading {
	struct store	 store;
	struct strvec	 refs;
	int64_t		 since_us, until_us;
	struct line	*v;
	size_t		 n, cap;
	struct map	 printed;	/* with -f: what was shown already */
};

static int
take_times(struct reading *r, struct err *e)
{
	r->since_us = INT64_MIN;
	r->until_us = INT64_MAX;
	if (opt_since != NULL &&
	    clock_parse_when(opt_since, &r->since_us) != 0)
		return err_set(e, EX_USAGE, "--since: '%s' is no time "
		    "(2025-10-18, 2025-10-18T10:30:00Z, 7d, yesterday)",
		    opt_since);
	if (opt_until != NULL &&
	    clock_parse_when(opt_until, &r->until_us) != 0)
		return err_set(e, EX_USAGE, "--until: '%s' is no time "
		    "(2025-10-18, 2025-10-18T10:30:00Z, 7d, yesterday)",
		    opt_until);
	return 0;
}

static int
check_events(struct err *e)
{
	const char *owner, *near;
	size_t i;

	for (i = 0; i < opt_events.n; i++) {
		if (event_known(opt_events.v[i], &owner))
			continue;
		near = suggest(opt_events.v[i], event_words());
		if (near != NULL)
			return err_set(e, EX_USAGE, "there is no event '%s'; "
			    "did you mean '%s'?", opt_events.v[i], near);
	}
	return 0;
}

static void
add_line(struct reading *r, const char *ref, const struct ledger *l,
    const struct event *ev)
{
	struct line *one;

	if (ev->ts_us < r->since_us || ev->ts_us > r->until_us ||
	    (opt_events.n > 0 && !strvec_has(&opt_events, ev->event)))
		return;
	MEM_GROW(r->v, r->n, r->cap);
	one = &r->v[r->n];
	memcpy(one->ref, ref, ID_SIZE);
	one->ts_us = ev->ts_us;
	one->order = r->n++;
	one->user = mem_strdup(ev->user);
	one->event = mem_strdup(ev->event);
	one->desc = mem_strdup(ev->desc);
	one->raw = mem_dup(l->text.ptr + ev->start, ev->len);
}

static int
read_package(struct reading *r, struct package *p, struct err *e)
{
	struct buf path = BUF_INIT, shown = BUF_INIT;
	struct file f = FILE_INIT;
	struct ledger l = LEDGER_INIT;
	char ref[ID_SIZE];
	size_t i;
	int rc;

	id_format_ref(ref, &p->id);
	package_file(p, PACKAGE_LEDGER, &path);
	store_show_path(&r->store, path.ptr, &shown);
	rc = store_read(&r->store, path.ptr, LEDGER_MAX, &f, e);
	if (rc == 0) {
		ledger_parse(&l, f.data.ptr, f.data.len);
		for (i = 0; i < l.n; i++)
			add_line(r, ref, &l, &l.v[i]);
	}
	for (i = 0; i < l.problems.n && !opt_follow; i++) {
		err_set(e, EX_DATAERR, "%s:%s", shown.ptr, l.problems.v[i]);
		tool_failed(e);
	}
	ledger_release(&l);
	file_release(&f);
	buf_release(&path);
	buf_release(&shown);
	return rc;
}

static int
read_all(struct reading *r, struct err *e)
{
	const struct store_stage *st;
	struct err one = ERR_INIT;
	struct package *p;
	size_t i;
	int stage;

	if (opt_all && store_load_all(&r->store, e) != 0)
		return -1;
	for (stage = 0; opt_all && stage < STAGE_COUNT; stage++) {
		st = &r->store.stages[stage];
		for (i = 0; i < st->n; i++)
			if (read_package(r, st->v[i], &one) != 0)
				tool_failed(&one);
	}
	for (i = 0; !opt_all && i < r->refs.n; i++)
		if (store_resolve(&r->store, r->refs.v[i], &p, &one) != 0 ||
		    read_package(r, p, &one) != 0)
			tool_failed(&one);
	return 0;
}

static int
compare(const void *a, const void *b)
{
	const struct line *x = a, *y = b;

	if (x->ts_us != y->ts_us)
		return x->ts_us < y->ts_us ? -1 : 1;
	return x->order < y->order ? -1 : 1;
}

/* The line as it stands in the file, with the task before its fields. */
static void
print_json(const struct line *one)
{
	printf("{\"task\":\"%s\",%s%c", one->ref, strchr(one->raw, '{') + 1,
	    tool_options()->null ? '\0' : '\n');
}

static void
print_line(struct out *o, const struct line *one)
{
	char ts[CLOCK_MOMENT_SIZE];

	clock_format_moment(ts, one->ts_us);
	out_text(o, COL_ID, one->ref);
	out_text(o, COL_TS, ts);
	out_text(o, COL_USER, one->user);
	out_text(o, COL_EVENT, one->event);
	out_text(o, COL_DESC, one->desc);
	out_row(o);
}

static void
lines_clear(struct reading *r)
{
	struct line *one;

	while (r->n > 0) {
		one = &r->v[--r->n];
		free(one->user);
		free(one->event);
		free(one->desc);
		free(one->raw);
	}
}

static int
print(struct reading *r, struct err *e)
{
	struct out o;
	char *key;
	size_t i;

	if (opt_all && r->n > 1)
		qsort(r->v, r->n, sizeof(*r->v), compare);
	if (out_begin(&o, columns, e) != 0)
		return -1;
	for (i = 0; i < r->n; i++) {
		if (opt_follow) {
			key = mem_printf("%s %s", r->v[i].ref, r->v[i].raw);
			if (map_put(&r->printed, key, r) != NULL) {
				free(key);
				continue;
			}
			free(key);
		}
		if (tool_options()->json)
			print_json(&r->v[i]);
		else
			print_line(&o, &r->v[i]);
	}
	out_end(&o);
	lines_clear(r);
	return 0;
}

static int
follow_step(void *ctx, struct err *e)
{
	struct reading *r = ctx;

	store_forget(&r->store);
	if (read_all(r, e) != 0 || print(r, e) != 0)
		return -1;
	return fflush(stdout) == 0 ? 0 :
	    err_errno(e, "cannot write to standard output");
}

static int
read_ledgers(struct reading *r, struct err *e)
{
	int rc;

	if (store_open(&r->store, tool_options()->dir, e) != 0)
		return -1;
	if (opt_follow)
		rc = ledger_follow(&r->store, follow_step, r, e);
	else if ((rc = read_all(r, e)) == 0)
		rc = print(r, e);
	store_close(&r->store);
	return rc;
}

static int
run(int argc, char **argv, struct err *e)
{
	struct addition add = { opt_add, opt_message, &opt_keys };
	struct reading r = { .n = 0 };
	int rc = 0;

	if (argc == 0 && !opt_all && opt_add == NULL)
		rc = err_set(e, EX_USAGE, "no task is named "
		    "(-a prints the events of all)");
	if (rc == 0 && argc > 0)
		rc = tool_operands(argc, argv, &r.refs, e);
	if (rc == 0)
		rc = take_times(&r, e);
	if (rc == 0 && opt_add == NULL)
		rc = check_events(e);
	if (rc == 0)
		rc = opt_add != NULL ? ledger_add_all(&add, &r.refs, e) :
		    read_ledgers(&r, e);
	lines_clear(&r);
	free(r.v);
	map_release(&r.printed);
	strvec_release(&r.refs);
	strvec_release(&opt_events);
	strvec_release(&opt_keys);
	return rc;
}

static const struct tool tool = {
	"task-ledger", "read what happened, or add to it", "REF...",
	TOOL_LISTS | TOOL_WRITES, opts, run
};

int
main(int argc, char **argv)
{
	return tool_main(&tool, argc, argv);
}
