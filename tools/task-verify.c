/* SPDX-License-Identifier: MIT */
/* task-verify: judge commits by the rules, from git's objects alone */
#include "base/compat.h"

#include "base/err.h"
#include "base/log.h"
#include "board/store.h"
#include "cli/out.h"
#include "cli/tool.h"
#include "sys/path.h"
#include "tools/verify.h"

static bool opt_staged, opt_push, opt_receive, opt_rules;
static const char *opt_tree;

static const struct opt opts[] = {
	{ 0, "staged", OPT_FLAG, &opt_staged, NULL,
	    "judge what git would commit now" },
	{ 0, "tree", OPT_TEXT, &opt_tree, "REV",
	    "judge the board that a commit has, not how it came to that" },
	{ 0, "push", OPT_FLAG, &opt_push, NULL,
	    "judge what a push would send; for git's hook pre-push" },
	{ 0, "receive", OPT_FLAG, &opt_receive, NULL,
	    "judge what a push brings; for git's hook pre-receive" },
	{ 0, "rules", OPT_FLAG, &opt_rules, NULL,
	    "print what there is to be found" },
	OPT_END
};

enum { COL_COMMIT, COL_PATH, COL_LINE, COL_RULE, COL_MESSAGE };

static const struct out_column columns[] = {
	{ .name = "commit", .style = OUT_YELLOW },
	{ .name = "path" },
	{ .name = "line" },
	{ .name = "rule", .style = OUT_RED },
	{ .name = "message", .flexible = true },
	{ .name = NULL }
};

enum { RULE_RULE, RULE_MEANING };

static const struct out_column rule_columns[] = {
	{ .name = "rule", .style = OUT_BOLD },
	{ .name = "meaning" },
	{ .name = NULL }
};

static int
print_rules(struct err *e)
{
	struct out o;
	size_t i;

	if (out_begin(&o, rule_columns, e) != 0)
		return -1;
	for (i = 0; i < JUDGE_RULES; i++) {
		out_text(&o, RULE_RULE, judge_kinds[i].name);
		out_text(&o, RULE_MEANING, judge_kinds[i].meaning);
		out_row(&o);
	}
	out_end(&o);
	return 0;
}

static void
print(struct out *o, const struct judge_finding *f)
{
	char hex[OID_HEX + 1];

	oid_format(hex, &f->commit);
	out_text(o, COL_COMMIT, oid_is_zero(&f->commit) ? NULL : hex);
	out_text(o, COL_PATH, f->path);
	if (f->line > 0)
		out_number(o, COL_LINE, f->line);
	out_text(o, COL_RULE, judge_kinds[f->rule].name);
	out_text(o, COL_MESSAGE, f->message);
	out_row(o);
}

static void
warn_blind(const struct judge *j)
{
	if (j->blind > 0)
		log_warn("%zu commit%s not judged: what %s made of is not "
		    "in this clone (git fetch --unshallow)", j->blind,
		    j->blind == 1 ? " was" : "s were",
		    j->blind == 1 ? "it was" : "they were");
}

static int
print_all(const struct judge *j, struct err *e)
{
	struct out o;
	size_t i;

	warn_blind(j);
	if (tool_options()->quiet)
		return j->n > 0 ? EX_NO : 0;
	if (out_begin(&o, columns, e) != 0)
		return -1;
	for (i = 0; i < j->n; i++)
		print(&o, &j->v[i]);
	out_end(&o);
	if (j->enough)
		log_warn("there is more; these are the first %d",
		    (int)JUDGE_FINDINGS_MAX);
	return j->n > 0 ? EX_NO : 0;
}

static int
judge(struct judge *j, const char *range, struct err *e)
{
	if (opt_staged)
		return verify_staged(j, e);
	if (opt_push)
		return verify_push(j, e);
	if (opt_receive)
		return verify_receive(j, e);
	if (opt_tree != NULL)
		return verify_tree(j, opt_tree, e);
	return verify_range(j, range, e);
}

/*
 * Where boards lie in the commits: as the one that is checked out does, or as
 * git's task.place says.  NULL: where they usually do.
 */
static char *
find_place(struct repo *r)
{
	struct err ignored = ERR_INIT;
	struct buf tasks = BUF_INIT, prefix = BUF_INIT;
	char *place = repo_config(r, "task.place");
	struct store s;

	if (place != NULL || repo_workdir(r) == NULL ||
	    store_open(&s, tool_options()->dir, &ignored) != 0)
		return place;
	path_of_fd(s.fd, &tasks);
	if (repo_prefix(r, tasks.ptr, &prefix, &ignored) == 0 &&
	    strcmp(prefix.ptr, ".work/tasks/") != 0 &&
	    strcmp(prefix.ptr, "tasks/") != 0)
		place = buf_take(&prefix);
	buf_release(&tasks);
	buf_release(&prefix);
	store_close(&s);
	return place;
}

static int
check_options(int argc, const char *range, struct err *e)
{
	if (opt_staged + opt_push + opt_receive + opt_rules +
	    (opt_tree != NULL) > 1)
		return err_set(e, EX_USAGE, "one of --staged, --tree, --push, "
		    "--receive and --rules at a time");
	if (argc > 1)
		return err_set(e, EX_USAGE, "one range at a time");
	if (argc > 0 && (opt_staged || opt_push || opt_receive || opt_rules ||
	    opt_tree != NULL))
		return err_set(e, EX_USAGE, "'%s' is a range, and something "
		    "else was asked for", range);
	return 0;
}

static int
run(int argc, char **argv, struct err *e)
{
	const char *dir = tool_options()->dir;
	struct repo *repo;
	struct judge j;
	char *place;
	int rc;

	if (check_options(argc, argv[0], e) != 0)
		return -1;
	if (opt_rules)
		return print_rules(e);
	if (repo_open_as_git(&repo, dir == NULL ? "." : dir, e) != 0)
		return -1;
	place = find_place(repo);
	judge_open(&j, repo, place);
	rc = judge(&j, argc > 0 ? argv[0] : NULL, e);
	if (rc == 0)
		rc = print_all(&j, e);
	judge_close(&j);
	free(place);
	repo_close(repo);
	return rc;
}

static const struct tool tool = {
	"task-verify", "judge commits by the rules, from git's objects alone",
	"[RANGE]", TOOL_LISTS, opts, run
};

int
main(int argc, char **argv)
{
	return tool_main(&tool, argc, argv);
}
