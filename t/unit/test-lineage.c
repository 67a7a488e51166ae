/* SPDX-License-Identifier: MIT */
/* change/lineage, change/repomerge: where commits come from, and new ones */
#include "base/compat.h"

#include "base/err.h"
#include "base/strvec.h"
#include "change/lineage.h"
#include "change/repo.h"
#include "change/tree.h"
#include "t/unit/scratch.h"
#include "t/unit/tap.h"

static struct repo *repo;
static struct err err;

static struct oid
oid_at(const char *name)
{
	char *hex = says("git rev-parse %s", name);
	struct oid id;

	if (oid_parse(&id, hex) != 0)
		bail("%s: %s", name, hex);
	free(hex);
	return id;
}

static bool
is_at(const struct oid *id, const char *name)
{
	struct oid want = oid_at(name);

	return oid_equal(id, &want);
}

/* main: base, ours; side: base, theirs; a root of its own: alone. */
static void
make_history(void)
{
	char *alone;

	put_file("code/a.c", "a\n");
	put_file("sub/.work/tasks/INDEX.md", "base\n");
	put_repo();
	must_run(NULL, NULL, "git tag base");
	must_run(NULL, NULL, "git branch side");
	put_file("ours.c", "ours\n");
	must_run(NULL, NULL, "git add -A");
	must_run(NULL, NULL, "git commit -q -m ours");
	must_run(NULL, NULL, "git tag ours");
	must_run(NULL, NULL, "git switch -q side");
	put_file("code/b.c", "b\n");
	must_run(NULL, NULL, "git add -A");
	must_run(NULL, NULL, "git commit -q -m theirs");
	must_run(NULL, NULL, "git tag theirs");
	must_run(NULL, NULL, "git switch -q main");
	alone = says("git commit-tree -m alone base^{tree}");
	must_run(NULL, NULL, "git tag alone %s", alone);
	free(alone);
}

static void
test_bases(void)
{
	struct oid ours = oid_at("ours"), theirs = oid_at("theirs");
	struct oid alone = oid_at("alone"), base;
	struct repo_bases b;

	ok(repo_merge_bases(repo, &ours, &theirs, &b, &err) == 0 &&
	    b.n == 1 && is_at(&b.v[0], "base") &&
	    repo_merge_base(repo, &ours, &theirs, &base, &err) == 1 &&
	    is_at(&base, "base"), "two branches come from one commit");
	ok(repo_merge_bases(repo, &ours, &alone, &b, &err) == 0 &&
	    b.n == 0 &&
	    repo_merge_base(repo, &ours, &alone, &base, &err) == 0,
	    "or from none");
	alone.raw[0] ^= 1;
	ok(repo_merge_bases(repo, &ours, &alone, &b, &err) == -1 &&
	    repo_merge_base(repo, &alone, &ours, &base, &err) == -1,
	    "a commit that is not there is an error");
	ok(!lineage_is_shallow(repo), "the history is whole");
}

static void
test_published(void)
{
	struct oid base = oid_at("base"), ours = oid_at("ours");

	ok(lineage_is_published(repo, &base, &err) == 0,
	    "without a remote nothing is published");
	must_run(NULL, NULL, "git update-ref refs/remotes/origin/main base");
	ok(lineage_is_published(repo, &base, &err) == 1,
	    "what a remote's branch is at is");
	ok(lineage_is_published(repo, &ours, &err) == 0,
	    "and what comes after it is not");
	must_run(NULL, NULL, "git update-ref refs/remotes/other/x ours");
	ok(lineage_is_published(repo, &base, &err) == 1 &&
	    lineage_is_published(repo, &ours, &err) == 1,
	    "what lies before one is, too");
}

static void
test_trees(void)
{
	struct lineage_trees t = { oid_at("base^{tree}"),
	    oid_at("ours^{tree}"), oid_at("theirs^{tree}") };
	struct strvec paths = STRVEC_INIT;
	struct oid made;
	char hex[OID_HEX + 1], *list;

	ok(lineage_merge_trees(repo, &t, &made, &paths, &err) == 0 &&
	    paths.n == 0, "two trees make a third");
	oid_format(hex, &made);
	list = says("git ls-tree -r --name-only %s code ours.c sub", hex);
	is_str(list, "code/a.c\ncode/b.c\nours.c\nsub/.work/tasks/INDEX.md",
	    "which has the files of both");
	free(list);
	memset(&t.base, 0, sizeof(t.base));
	ok(lineage_merge_trees(repo, &t, &made, &paths, &err) == 0,
	    "they need no ancestor where they agree");
	must_run(NULL, NULL, "git switch -q -c clash base");
	put_file("ours.c", "another\n");
	must_run(NULL, NULL, "git add -A");
	must_run(NULL, NULL, "git commit -q -m clash");
	t.base = oid_at("base^{tree}");
	t.theirs = oid_at("HEAD^{tree}");
	ok(lineage_merge_trees(repo, &t, &made, &paths, &err) == 1 &&
	    paths.n == 1 && strcmp(paths.v[0], "ours.c") == 0,
	    "where they disagree the paths are named");
	strvec_release(&paths);
}

static void
test_graft(void)
{
	struct tree_cache *trees = tree_cache_new(repo);
	struct lineage_folder folder = { .path = "sub/.work/" };
	struct oid root = oid_at("base^{tree}"), made;
	char hex[OID_HEX + 1], *list;

	ok(lineage_graft(trees, &root, &folder, &made, &err) == 0,
	    "a folder can be taken out of a tree");
	oid_format(hex, &made);
	list = says("git ls-tree -r --name-only %s code ours.c sub", hex);
	is_str(list, "code/a.c", "and what was above it alone goes with it");
	free(list);
	folder.tree = oid_at("base:code");
	ok(lineage_graft(trees, &root, &folder, &made, &err) == 0,
	    "another can be put in its place");
	oid_format(hex, &made);
	list = says("git ls-tree -r --name-only %s code ours.c sub", hex);
	is_str(list, "code/a.c\nsub/.work/a.c", "whole");
	free(list);
	folder.path = "";
	ok(lineage_graft(trees, &root, &folder, &made, &err) == 0 &&
	    oid_equal(&made, &folder.tree), "or in that of the root");
	tree_cache_free(trees);
}

static const char signed_commit[] =
	"author A <a@x> 1700000000 +0130\n"
	"committer B <b@x> 1700000001 +0000\n"
	"gpgsig -----BEGIN SSH SIGNATURE-----\n"
	" abc\n"
	" -----END SSH SIGNATURE-----\n"
	"encoding ISO-8859-1\n"
	"\n"
	"gpgsig is a word\n"
	"\n"
	"of the message\n";

static void
test_remake(void)
{
	struct oid base = oid_at("base");
	struct lineage_commit c = { .tree = oid_at("ours^{tree}"),
	    .parents = &base, .nparents = 1 };
	struct buf text = BUF_INIT, out = BUF_INIT;
	struct oid made;
	char *tree = says("git rev-parse theirs^{tree}");

	buf_addf(&text, "tree %s\n%s", tree, signed_commit);
	oid_of(&c.of, "commit", text.ptr, text.len);
	if (repo_write(repo, OBJECT_COMMIT, &c.of, &text, &err) != 0)
		bail("%s", err.msg);
	ok(lineage_remake(repo, &c, &made, &err) == 0 &&
	    repo_read(repo, &made, OBJECT_COMMIT, &out, &err) == 0,
	    "a commit is made anew");
	is_str(strstr(buf_str(&out), "author"),
	    "author A <a@x> 1700000000 +0130\n"
	    "committer B <b@x> 1700000001 +0000\n"
	    "encoding ISO-8859-1\n\ngpgsig is a word\n\nof the message\n",
	    "with all that it had but its signature");
	buf_clear(&out);
	c.message = "Another";
	ok(lineage_remake(repo, &c, &made, &err) == 0 &&
	    repo_read(repo, &made, OBJECT_COMMIT, &out, &err) == 0,
	    "or with another message");
	is_str(strstr(buf_str(&out), "encoding"),
	    "encoding ISO-8859-1\n\nAnother\n", "which is all of it");
	c.of.raw[0] ^= 1;
	ok(lineage_remake(repo, &c, &made, &err) == -1,
	    "one that is not there is an error");
	free(tree);
	buf_release(&text);
	buf_release(&out);
}

int
main(void)
{
	scratch();
	make_history();
	if (repo_open(&repo, ".", &err) != 0)
		bail("%s", err.msg);
	test_bases();
	test_published();
	test_trees();
	test_graft();
	test_remake();
	repo_close(repo);
	return tap_done();
}
