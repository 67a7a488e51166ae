/* SPDX-License-Identifier: MIT */
/* task-fsck: check that everything fits together */
#include "base/compat.h"

#include "base/err.h"
#include "base/log.h"
#include "cli/out.h"
#include "cli/tool.h"
#include "tools/fsck.h"
#include "tools/reconcile.h"

static bool opt_repair, opt_slo, opt_codes, opt_reconcile, opt_rewritten;
static const char *opt_merge_file;

static const struct opt opts[] = {
	{ 0, "repair", OPT_FLAG, &opt_repair, NULL,
	    "mend what can be mended without guessing" },
	{ 0, "slo", OPT_FLAG, &opt_slo, NULL,
	    "look at the targets of time, and log what is too late" },
	{ 0, "reconcile", OPT_FLAG, &opt_reconcile, NULL,
	    "put right what git's own merge or rebase made" },
	{ 0, "rewritten", OPT_FLAG, &opt_rewritten, NULL,
	    "with --reconcile: standard input names the commits, OLD NEW" },
	{ 0, "merge-file", OPT_TEXT, &opt_merge_file, "KIND",
	    "a merge driver of git: card, index or counter" },
	{ 0, "codes", OPT_FLAG, &opt_codes, NULL,
	    "print what there is to be found" },
	OPT_END
};

enum { COL_ID, COL_CODE, COL_STATE, COL_PATH, COL_LINE, COL_MESSAGE,
	COL_REPAIR };

static const struct out_column columns[] = {
	{ .name = "id", .style = OUT_BOLD },
	{ .name = "code" },
	{ .name = "state", .style = OUT_RED },
	{ .name = "path" },
	{ .name = "line" },
	{ .name = "message", .flexible = true },
	{ .name = "repair", .flexible = true },
	{ .name = NULL }
};

enum { CODE_CODE, CODE_STATE, CODE_REPAIRED, CODE_MEANING, CODE_REPAIR };

static const struct out_column code_columns[] = {
	{ .name = "code", .style = OUT_BOLD },
	{ .name = "state" },
	{ .name = "mended" },
	{ .name = "meaning" },
	{ .name = "repair" },
	{ .name = NULL }
};

enum { MADE_ID, MADE_WHAT, MADE_TEXT };

static const struct out_column made_columns[] = {
	{ .name = "id", .style = OUT_BOLD },
	{ .name = "what" },
	{ .name = "text", .flexible = true },
	{ .name = NULL }
};

static int
print_codes(struct err *e)
{
	const struct fsck_kind *kind;
	struct out o;

	if (out_begin(&o, code_columns, e) != 0)
		return -1;
	for (kind = fsck_kinds; kind < fsck_kinds + FSCK_CODES; kind++) {
		out_text(&o, CODE_CODE, kind->code);
		out_text(&o, CODE_STATE, kind->warning ? "warning" : "error");
		out_text(&o, CODE_REPAIRED, kind->mended ? "yes" : "no");
		out_text(&o, CODE_MEANING, kind->meaning);
		out_text(&o, CODE_REPAIR, kind->repair);
		out_row(&o);
	}
	out_end(&o);
	return 0;
}

static void
print(struct out *o, const struct store *s, const struct finding *f,
    bool repaired)
{
	const struct fsck_kind *kind = &fsck_kinds[f->code];
	struct buf shown = BUF_INIT;
	char ref[ID_SIZE];

	if (f->id.number != 0) {
		id_format_ref(ref, &f->id);
		out_text(o, COL_ID, ref);
	}
	out_text(o, COL_CODE, kind->code);
	out_text(o, COL_STATE, repaired ? "repaired" :
	    kind->warning ? "warning" : "error");
	if (repaired || kind->warning)
		out_style(o, COL_STATE, repaired ? OUT_GREEN : OUT_YELLOW);
	store_show_path(s, f->path, &shown);
	out_text(o, COL_PATH, shown.ptr);
	if (f->line > 0)
		out_number(o, COL_LINE, f->line);
	out_text(o, COL_MESSAGE, f->message);
	out_text(o, COL_REPAIR, kind->repair);
	out_row(o);
	buf_release(&shown);
}

/* What the look found; EX_NO where more than warnings. */
static int
print_found(struct out *o, const struct look *l)
{
	const struct findings *f = &l->fsck.found;
	int rc = 0;
	size_t i;

	for (i = 0; i < f->n; i++) {
		print(o, &l->store, &f->v[i], false);
		if (!fsck_kinds[f->v[i].code].warning)
			rc = EX_NO;
	}
	return rc;
}

static int
check(struct out *o, const struct strvec *refs, struct err *e)
{
	struct look l = { .refs = refs, .times = opt_slo };
	int rc = look_take(&l, e);

	if (rc == 0 && opt_slo && !tool_options()->dry_run)
		rc = times_log(&l, e);
	if (rc == 0)
		rc = print_found(o, &l);
	look_release(&l);
	return rc;
}

/* With --dry-run nothing was mended, and nothing looked at again. */
static int
repair(struct out *o, const struct strvec *refs, struct err *e)
{
	struct repair r = { .mended = NULL };
	const struct findings *f = &r.before.fsck.found;
	const struct fsck_kind *kind;
	bool dry = tool_options()->dry_run, done;
	int rc = repair_run(&r, refs, e);
	size_t i;

	for (i = 0; i < f->n && rc >= 0; i++) {
		done = dry ? r.mended[i] : !look_has(&r.after, &f->v[i]);
		kind = &fsck_kinds[f->v[i].code];
		if (done || dry)
			print(o, &r.before.store, &f->v[i], done);
		if (dry && !done && !kind->warning)
			rc = EX_NO;
	}
	if (rc == 0 && !dry)
		rc = print_found(o, &r.after);
	repair_release(&r);
	return rc;
}

/* What git's merge or rebase made is put right, or would be. */
static int
reconcile(struct err *e)
{
	struct reconcile r = { .rewritten = opt_rewritten };
	const struct merge_note *n;
	struct out o;
	int rc;

	if (out_begin(&o, made_columns, e) != 0)
		return -1;
	rc = reconcile_run(&r, e);
	for (n = r.report.v; r.done && n < r.report.v + r.report.n; n++) {
		out_text(&o, MADE_ID, *n->ref == '\0' ? NULL : n->ref);
		out_text(&o, MADE_WHAT, merge_words[n->word]);
		out_text(&o, MADE_TEXT, n->text);
		out_row(&o);
	}
	out_end(&o);
	if (rc == 0 && r.next != NULL)
		log_notice("the board is resolved; what comes next: %s",
		    r.next);
	reconcile_release(&r);
	return rc;
}

static int
check_options(int argc, struct err *e)
{
	if (opt_repair + opt_slo + opt_codes + opt_reconcile +
	    (opt_merge_file != NULL) > 1)
		return err_set(e, EX_USAGE, "one of --repair, --slo, "
		    "--reconcile, --merge-file and --codes at a time");
	if ((opt_codes || opt_reconcile) && argc > 0)
		return err_set(e, EX_USAGE, "--%s takes no operands",
		    opt_codes ? "codes" : "reconcile");
	if (opt_rewritten && !opt_reconcile)
		return err_set(e, EX_USAGE, "--rewritten goes with "
		    "--reconcile");
	if (tool_options()->no_commit && !opt_repair && !opt_slo)
		return err_set(e, EX_USAGE, "--no-commit goes with --repair "
		    "or --slo");
	return 0;
}

static int
run(int argc, char **argv, struct err *e)
{
	struct strvec refs = STRVEC_INIT;
	bool piped = false;
	struct out o;
	int rc;

	rc = check_options(argc, e);
	if (rc == 0 && opt_codes)
		return print_codes(e);
	if (rc == 0 && opt_reconcile)
		return reconcile(e);
	if (rc == 0 && opt_merge_file != NULL)
		return driver_run(opt_merge_file, argc, argv, e);
	if (rc == 0 && argc > 0)
		rc = tool_operands(argc, argv, &refs, &piped, e);
	if (rc == 0 && (refs.n > 0 || !piped) &&
	    (rc = out_begin(&o, columns, e)) == 0) {
		id_unique(&refs);
		rc = (opt_repair ? repair : check)(&o, &refs, e);
		out_end(&o);
	}
	strvec_release(&refs);
	return rc;
}

static const struct tool tool = {
	"task-fsck", "check that everything fits together", "[REF]...",
	TOOL_LISTS | TOOL_WRITES, opts, run
};

int
main(int argc, char **argv)
{
	return tool_main(&tool, argc, argv);
}
