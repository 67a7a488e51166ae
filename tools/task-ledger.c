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
#include "tools/ledger.h"

static struct strvec opt_events, opt_keys;
static const char *opt_since, *opt_until, *opt_add, *opt_message;
static const char *opt_reason;
static bool opt_follow, opt_all, opt_proposals, opt_accept, opt_reject;

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
	{ 0, "proposals", OPT_FLAG, &opt_proposals, NULL,
	    "print what hooks propose" },
	{ 0, "accept", OPT_FLAG, &opt_accept, NULL,
	    "write what is proposed; the operands are ids of proposals" },
	{ 0, "reject", OPT_FLAG, &opt_reject, NULL,
	    "remove what is proposed" },
	{ 'r', "reason", OPT_TEXT, &opt_reason, "TEXT",
	    "why, for --reject" },
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
	struct map	 said;		/* the same of what is wrong */
	struct out	 out;
};

/* What is wrong with a ledger is said once, however often it is read. */
static void
say(struct reading *r, const struct err *e)
{
	if (!opt_follow || map_put(&r->said, e->msg, r) == NULL)
		tool_failed(e);
}

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
	/* A day is meant as a whole. */
	if (opt_until != NULL && clock_is_day(opt_until))
		r->until_us += CLOCK_DAY - 1;
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
	struct ledger l = LEDGER_INIT;
	char ref[ID_SIZE];
	size_t i;
	int rc;

	id_format_ref(ref, &p->id);
	rc = task_read_ledger(&l, &r->store, p, e);
	for (i = 0; i < l.n; i++)
		add_line(r, ref, &l, &l.v[i]);
	package_file(p, PACKAGE_LEDGER, &path);
	store_show_path(&r->store, path.ptr, &shown);
	for (i = 0; i < l.problems.n; i++) {
		/* The rest of a last line may be on its way. */
		if (opt_follow && l.torn != 0 && i + 1 == l.problems.n)
			continue;
		err_set(e, EX_DATAERR, "%s:%s", shown.ptr, l.problems.v[i]);
		say(r, e);
	}
	ledger_release(&l);
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
				say(r, &one);
	}
	for (i = 0; !opt_all && i < r->refs.n; i++)
		if (store_resolve(&r->store, r->refs.v[i], &p, &one) != 0 ||
		    read_package(r, p, &one) != 0)
			say(r, &one);
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

static void
print(struct reading *r)
{
	char *key;
	size_t i;

	if (opt_all && r->n > 1)
		qsort(r->v, r->n, sizeof(*r->v), compare);
	for (i = 0; i < r->n; i++) {
		if (opt_follow) {
			key = mem_printf("%s %s", r->v[i].ref, r->v[i].raw);
			if (map_put(&r->printed, key, r) != NULL) {
				free(key);
				continue;
			}
			free(key);
		}
		if (tool_options()->json && tool_options()->columns == NULL)
			ledger_print_json(r->v[i].ref, r->v[i].raw);
		else
			print_line(&r->out, &r->v[i]);
	}
	out_end(&r->out);
	r->out.header = false;
	lines_clear(r);
}

static int
follow_step(void *ctx, struct err *e)
{
	struct reading *r = ctx;

	store_forget(&r->store);
	if (read_all(r, e) != 0)
		return -1;
	print(r);
	return tool_flush(e);
}

static int
read_ledgers(struct reading *r, struct err *e)
{
	struct package *p;
	size_t i;
	int rc = 0;

	if (out_begin(&r->out, columns, e) != 0 ||
	    store_open(&r->store, tool_options()->dir, e) != 0)
		return -1;
	for (i = 0; i < r->refs.n && opt_follow && rc == 0; i++)
		rc = store_resolve(&r->store, r->refs.v[i], &p, e);
	if (rc == 0 && opt_follow)
		rc = ledger_follow(&r->store, &r->refs, follow_step, r, e);
	else if (rc == 0 && (rc = read_all(r, e)) == 0)
		print(r);
	store_close(&r->store);
	return rc;
}

/* Options of one way to use the program are none of another. */
static int
check_ways(struct err *e)
{
	bool reads = opt_all || opt_follow || opt_events.n > 0 ||
	    opt_since != NULL || opt_until != NULL;
	bool proposals = opt_proposals || opt_accept || opt_reject;

	if ((opt_add != NULL) + opt_proposals + opt_accept + opt_reject > 1)
		return err_set(e, EX_USAGE, "--add, --proposals, --accept and "
		    "--reject go alone");
	if (proposals && reads)
		return err_set(e, EX_USAGE, "-a, -e, -f, --since and --until "
		    "are for events that are there");
	if (opt_reason != NULL && !opt_reject)
		return err_set(e, EX_USAGE, "--reason is for --reject");
	return 0;
}

static int
check_options(int argc, struct err *e)
{
	if (check_ways(e) != 0)
		return -1;
	if (argc == 0 && (opt_accept || opt_reject))
		return err_set(e, EX_USAGE, "no proposal is named "
		    "(--proposals lists them)");
	if (argc == 0 && !opt_all && opt_add == NULL && !opt_proposals)
		return err_set(e, EX_USAGE, "no task is named "
		    "(-a prints the events of all)");
	if (opt_add == NULL && (opt_message != NULL || opt_keys.n > 0))
		return err_set(e, EX_USAGE, "--message and --key are for "
		    "events that --add adds");
	return opt_add == NULL ? check_events(e) : 0;
}

static int
act(struct reading *r, bool piped, struct err *e)
{
	struct addition add = { opt_add, opt_message, &opt_keys, NULL, NULL };
	bool nothing = piped && r->refs.n == 0;

	if (opt_proposals)
		return nothing ? 0 : ledger_proposals(&r->refs, e);
	if (opt_accept)
		return nothing ? 0 : ledger_accept(&r->refs, e);
	if (opt_reject)
		return nothing ? 0 : ledger_reject(&r->refs, opt_reason, e);
	if (opt_add != NULL)
		return nothing ? 0 : ledger_add_all(&add, &r->refs, e);
	return read_ledgers(r, e);
}

static int
run(int argc, char **argv, struct err *e)
{
	struct reading r = { .n = 0 };
	bool piped = false;
	int rc;

	rc = check_options(argc, e);
	if (rc == 0 && argc > 0)
		rc = tool_operands(argc, argv, &r.refs, &piped, e);
	if (rc == 0)
		rc = take_times(&r, e);
	if (rc == 0)
		rc = act(&r, piped, e);
	lines_clear(&r);
	free(r.v);
	map_release(&r.printed);
	map_release(&r.said);
	strvec_release(&r.refs);
	strvec_release(&opt_events);
	strvec_release(&opt_keys);
	return rc;
}

static const struct tool tool = {
	"task-ledger", "read what happened, or add to it", "REF|ID...",
	TOOL_LISTS | TOOL_WRITES, opts, run
};

int
main(int argc, char **argv)
{
	return tool_main(&tool, argc, argv);
}
