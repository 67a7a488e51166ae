/* SPDX-License-Identifier: MIT */
/* task-sync: bring the board together with another clone's */
#include "base/compat.h"

#include <time.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "change/lineage.h"
#include "change/merge.h"
#include "change/tree.h"
#include "cli/out.h"
#include "cli/tool.h"
#include "sys/path.h"
#include "tools/sync.h"

enum { BACK_OFF_MS = 50, BACK_OFF_MAX_MS = 5000, RESERVE_MAX = 10000 };

static bool opt_reserve;
static const char *opt_namespace;

static const struct opt opts[] = {
	{ 0, "reserve", OPT_FLAG, &opt_reserve, NULL,
	    "take the next id, or the next N, through the remote" },
	{ 0, "namespace", OPT_TEXT, &opt_namespace, "NAMESPACE",
	    "with --reserve: ids of that namespace" },
	OPT_END
};

enum { COL_ID, COL_WHAT, COL_TEXT };

static const struct out_column id_columns[] = {
	{ .name = "id", .style = OUT_BOLD },
	{ .name = NULL }
};

static const struct out_column columns[] = {
	{ .name = "id", .style = OUT_BOLD },
	{ .name = "what" },
	{ .name = "text", .flexible = true },
	{ .name = NULL }
};

int
sync_open(struct sync *x, const char *name, struct err *e)
{
	struct buf path = BUF_INIT, prefix = BUF_INIT;
	int rc;

	memset(x, 0, sizeof(*x));
	x->remote = (struct remote)REMOTE_INIT;
	if (store_open(&x->store, tool_options()->dir, e) != 0)
		return -1;
	x->opened = true;
	path_of_fd(x->store.fd, &path);
	rc = repo_open(&x->repo, path.ptr, e);
	if (rc == 0)
		rc = repo_prefix(x->repo, path.ptr, &prefix, e);
	x->prefix = buf_take(&prefix);
	if (rc == 0)
		rc = ref_head(x->repo, &x->head, e);
	if (rc == 0 && x->head.unborn)
		rc = err_set(e, EX_NO, "nothing is committed yet, so there is "
		    "nothing to sync (git commit)");
	if (rc == 0)
		rc = remote_find(&x->remote, x->repo, &x->head, name, e);
	buf_release(&path);
	return rc;
}

void
sync_close(struct sync *x)
{
	remote_release(&x->remote);
	ref_head_release(&x->head);
	repo_close(x->repo);
	free(x->prefix);
	if (x->opened)
		store_close(&x->store);
}

void
sync_back_off(unsigned tried)
{
	long most_ms = BACK_OFF_MS, ms;
	struct timespec span;
	unsigned noise;

	while (tried-- > 0 && most_ms < BACK_OFF_MAX_MS)
		most_ms *= 2;
	noise = (unsigned)(clock_ticks_us() * 2654435761u) ^
	    (unsigned)getpid();
	ms = most_ms / 2 + (long)(noise % (unsigned)most_ms);
	log_notice("somebody was faster; again in %ld ms", ms);
	span = (struct timespec){ ms / 1000, ms % 1000 * 1000000 };
	nanosleep(&span, NULL);
}

static void
print_told(const char *ref, void *value, void *ctx)
{
	const struct told_task *one = value;
	struct out *o = ctx;
	char *both = NULL;

	if (one->came != NULL && one->went != NULL)
		both = mem_printf("there: %s; here: %s", one->came,
		    one->went);
	out_text(o, COL_ID, ref);
	out_text(o, COL_WHAT, both != NULL ? "both" :
	    one->came != NULL ? "came" : "went");
	out_text(o, COL_TEXT, both != NULL ? both :
	    one->came != NULL ? one->came : one->went);
	out_row(o);
	free(both);
}

/* What each side did is told by comparing; the rest is the merge's. */
static void
print_notes(struct out *o, const struct merge_report *report)
{
	const struct merge_note *n;

	for (n = report->v; n < report->v + report->n; n++) {
		if (n->word < MERGE_RENUMBERS)
			continue;
		out_text(o, COL_ID, *n->ref == '\0' ? NULL : n->ref);
		out_text(o, COL_WHAT, merge_words[n->word]);
		if (n->word == MERGE_BLOCKS || n->word == MERGE_KEEPS)
			out_style(o, COL_WHAT, OUT_YELLOW);
		out_text(o, COL_TEXT, n->text);
		out_row(o);
	}
}

/* Both sides as they were before. */
struct before {
	struct oid	 ours, theirs;	/* commits; zero: no such branch yet */
	bool		 went;		/* what is ours is there now, too */
};

static int
tree_of(struct sync *x, const struct oid *commit, struct oid *tree,
    struct err *e)
{
	struct oid parent;

	memset(tree, 0, sizeof(*tree));
	return oid_is_zero(commit) ? 0 :
	    repo_commit_info(x->repo, commit, tree, &parent, e);
}

static int
tell(struct sync *x, const struct before *b, struct told *told,
    struct err *e)
{
	struct tree_cache *trees = tree_cache_new(x->repo);
	struct told_side came = { .prefix = x->prefix, .came = true };
	struct told_side went = { .prefix = x->prefix };
	struct repo_bases bases = { .n = 0 };
	int rc = 0;

	if (!oid_is_zero(&b->theirs))
		rc = repo_merge_bases(x->repo, &b->ours, &b->theirs, &bases,
		    e);
	if (rc == 0 && bases.n > 0)
		rc = tree_of(x, &bases.v[0], &came.was, e);
	went.was = came.was;
	if (rc == 0)
		rc = tree_of(x, &b->theirs, &came.is, e);
	if (rc == 0)
		rc = tree_of(x, &b->ours, &went.is, e);
	if (rc == 0)
		rc = told_add(told, trees, &came, e);
	if (rc == 0 && b->went)
		rc = told_add(told, trees, &went, e);
	tree_cache_free(trees);
	return rc;
}

static int
print(struct sync *x, const struct before *b,
    const struct merge_report *report, struct out *o, struct err *e)
{
	struct told told = { MAP_INIT };
	int rc = tell(x, b, &told, e);

	if (rc == 0) {
		map_each(&told.tasks, print_told, o);
		print_notes(o, report);
	}
	told_release(&told);
	return rc;
}

static int
push_head(struct sync *x, struct push *p, struct err *e)
{
	ref_head_release(&x->head);
	if (ref_head(x->repo, &x->head, e) != 0)
		return -1;
	p->to = x->head.commit;
	return remote_push(&x->remote, p, 1, e);
}

static int
refused(struct sync *x, const struct push *p, struct err *e)
{
	log_text(buf_str(&x->remote.said));
	return err_set(e, EX_NO, "'%s' did not take it%s%s%s; what is done "
	    "here stays here: mend what it names, and sync again",
	    x->remote.name, p->why.len > 0 ? " (" : "", buf_str(&p->why),
	    p->why.len > 0 ? ")" : "");
}

/*
 * Fetches, merges and pushes once.  1: somebody was faster; 0: done; -1: an
 * error.
 */
static int
sync_once(struct sync *x, struct before *b, struct merge_report *report,
    struct err *e)
{
	struct push p = { .ref = x->remote.theirs };
	bool dry = tool_options()->dry_run;
	int rc = remote_fetch(&x->remote, dry, &b->theirs, e);

	if (rc < 0)
		return -1;
	p.fresh = rc == 0;
	if (rc > 0 && sync_merge(x, &b->theirs, report, e) != 0)
		return -1;
	b->went = true;
	if (dry || (!p.fresh && repo_descends(x->repo, &b->theirs,
	    &x->head.commit) && report->how != MERGE_COMMIT))
		return 0;
	b->went = false;
	rc = push_head(x, &p, e);
	if (rc == 0 && p.result == PUSH_REFUSED)
		rc = refused(x, &p, e);
	else if (rc == 0 && p.result == PUSH_BEHIND)
		rc = 1;
	b->went = rc == 0;
	if (rc == 0 && p.fresh && !x->remote.follows)
		rc = remote_track(&x->remote, e);
	buf_release(&p.why);
	return rc;
}

static int
sync_all(struct sync *x, struct out *o, struct err *e)
{
	struct merge_report report = MERGE_REPORT_INIT;
	struct before b = { .ours = x->head.commit };
	struct err why = ERR_INIT;
	unsigned tried = 0;
	int rc;

	while ((rc = sync_once(x, &b, &report, e)) > 0) {
		if (++tried == SYNC_TRIES) {
			rc = err_set(e, EX_TEMPFAIL, "others were faster %d "
			    "times; what came is merged here, sync again",
			    SYNC_TRIES);
			break;
		}
		sync_back_off(tried - 1);
	}
	/* What was refused came here all the same. */
	if ((rc == 0 || x->merged) && print(x, &b, &report, o, &why) != 0 &&
	    rc == 0) {
		*e = why;
		rc = -1;
	}
	merge_report_release(&report);
	return rc;
}

/* Prints the ids. */
static int
reserve(struct sync *x, uint32_t n, struct out *o, struct err *e)
{
	struct reserve_wants want = { opt_namespace == NULL ? "" :
	    opt_namespace, n };
	struct strvec refs = STRVEC_INIT;
	size_t i;
	int rc = sync_reserve(x, &want, &refs, e);

	for (i = 0; i < refs.n; i++) {
		out_text(o, COL_ID, refs.v[i]);
		out_row(o);
	}
	strvec_release(&refs);
	return rc;
}

/* The number that `text` is; 0: it is none. */
static uint32_t
parse_count(const char *text)
{
	uint32_t n = 0;
	size_t i;

	for (i = 0; text[i] >= '0' && text[i] <= '9'; i++)
		n = n * 10 + (uint32_t)(text[i] - '0');
	return text[i] == '\0' && i > 0 && i < 6 ? n : 0;
}

/* [N] [REMOTE] */
static int
take_count(int *argc, char ***argv, uint32_t *n, struct err *e)
{
	if (*argc == 0 || strspn((*argv)[0], "0123456789") !=
	    strlen((*argv)[0]))
		return 0;
	*n = parse_count((*argv)[0]);
	if (*n == 0 || *n > RESERVE_MAX)
		return err_set(e, EX_USAGE, "'%s': 1 to %d ids at a time",
		    (*argv)[0], RESERVE_MAX);
	--*argc;
	++*argv;
	return 0;
}

static int
run(int argc, char **argv, struct err *e)
{
	struct sync x;
	struct out o;
	uint32_t n = 1;
	int rc;

	if (opt_namespace != NULL && !opt_reserve)
		return err_set(e, EX_USAGE, "--namespace goes with "
		    "--reserve");
	if (tool_options()->no_commit)
		return err_set(e, EX_USAGE, "what is not committed cannot be "
		    "synced: no --no-commit");
	if (opt_reserve && take_count(&argc, &argv, &n, e) != 0)
		return -1;
	if (argc > 1)
		return err_set(e, EX_USAGE, "one remote at a time, not '%s' "
		    "and '%s'", argv[0], argv[1]);
	if (out_begin(&o, opt_reserve ? id_columns : columns, e) != 0)
		return -1;
	rc = sync_open(&x, argc == 0 ? NULL : argv[0], e);
	if (rc == 0)
		rc = opt_reserve ? reserve(&x, n, &o, e) :
		    sync_all(&x, &o, e);
	out_end(&o);
	sync_close(&x);
	return rc;
}

static const struct tool tool = {
	"task-sync", "bring the board together with another clone's",
	"[REMOTE]", TOOL_LISTS | TOOL_WRITES, opts, run
};

int
main(int argc, char **argv)
{
	return tool_main(&tool, argc, argv);
}
