/* SPDX-License-Identifier: MIT */
/*
 * Merges the board of HEAD with another commit's, for the tests of
 * change/merge.h: `merge [OPTION …] COMMIT` prints how, and then what became of
 * the tasks, a line each.
 *
 *	merge COMMIT		in a session, with a commit
 *	merge --tree A B	the tree that two commits make, and nothing else
 *	merge --mend A		the same of one whose tasks git doubled
 */
#include "base/compat.h"

#include "base/err.h"
#include "change/merge.h"
#include "change/session.h"
#include "cli/tool.h"

static bool opt_tree, opt_mend;

static const struct opt options[] = {
	{ 0, "tree", OPT_FLAG, &opt_tree, NULL,
	    "only say which tree comes out" },
	{ 0, "mend", OPT_FLAG, &opt_mend, NULL, "the same of one commit" },
	OPT_END
};

static void
print(const struct merge_report *r)
{
	static const char *const how[] = { "nothing", "forward", "commit" };
	size_t i;

	printf("%s\n", how[r->how]);
	for (i = 0; i < r->n; i++)
		printf("%s\t%s\t%s\n", r->v[i].ref, merge_words[r->v[i].word],
		    r->v[i].text);
}

static int
in_session(struct session *s, const struct oid *theirs, struct err *e)
{
	struct merge_report report = MERGE_REPORT_INIT;
	int rc = merge_board(s, theirs, NULL, &report, e);

	if (rc == 0)
		print(&report);
	if (rc == 0 && report.how != MERGE_NOTHING)
		rc = session_commit(s, "merge\n", e);
	merge_report_release(&report);
	return rc;
}

/* Without one; objects are not written. */
static int
as_tree(struct session *s, const struct oid ids[2], struct err *e)
{
	struct merge_report report = MERGE_REPORT_INIT;
	struct tree_cache *trees = tree_cache_new(s->txn.repo);
	struct merge_sides sides = { .ours = ids[0], .theirs = ids[1],
	    .prefix = ".work/" };
	struct repo_bases bases = { .n = 0 };
	struct merge_made made = MERGE_MADE_INIT;
	char hex[OID_HEX + 1];
	int rc = 0;

	if (!oid_is_zero(&ids[1]))
		rc = repo_merge_bases(s->txn.repo, &ids[0], &ids[1], &bases,
		    e);
	sides.bases = bases.v;
	sides.nbases = bases.n;
	if (rc == 0)
		rc = merge_make(trees, &sides, &made, &report, e);
	if (rc == 0) {
		oid_format(hex, &made.tree);
		printf("%s\n", hex);
	}
	tree_cache_free(trees);
	plan_release(&made.plan);
	merge_report_release(&report);
	return rc;
}

static int
run(int argc, char **argv, struct err *e)
{
	struct oid ids[2] = { { { 0 } }, { { 0 } } };
	struct session s;
	int i, rc = 0;

	if (session_begin(&s, e) != 0)
		return -1;
	for (i = 0; i < argc && i < 2 && rc == 0; i++)
		rc = repo_resolve_commit(s.txn.repo, argv[i], &ids[i], e);
	if (rc == 0)
		rc = opt_tree || opt_mend ? as_tree(&s, ids, e) :
		    in_session(&s, &ids[0], e);
	session_end(&s);
	return rc;
}

static const struct tool tool = {
	.name = "merge", .brief = "merges boards, for tests",
	.operands = "COMMIT...", .flags = TOOL_WRITES, .opts = options,
	.run = run
};

int
main(int argc, char **argv)
{
	return tool_main(&tool, argc, argv);
}
