/* SPDX-License-Identifier: MIT */
/* change/gitindex: git's index after edits, as git itself sees it */
#include "base/compat.h"

#include <sys/stat.h>

#include "base/err.h"
#include "change/gitindex.h"
#include "t/unit/scratch.h"
#include "t/unit/tap.h"

#define PENDING ".git/task/index-pending"

static struct gitindex ix;
static struct index_edits edits;
static struct err err;

static struct oid
blob(const char *text)
{
	struct oid id;

	oid_of(&id, "blob", text, strlen(text));
	return id;
}

static struct index_edit *
put(const char *path, const char *text)
{
	struct index_edit *x = index_edits_add(&edits, INDEX_PUT, path, NULL);

	x->mode = 0100644;
	x->id = blob(text);
	return x;
}

/* As a transaction does it. */
static int
edit_index(struct index_edits *x, bool guarded, struct err *e)
{
	struct gitindex_want want = { x, guarded };
	int held = gitindex_prepare(&ix, &want, e);

	if (held > 0)
		return gitindex_finish(&ix, e);
	return held < 0 ? -1 : gitindex_postpone(&ix, x, e);
}


static bool
edit(bool guarded)
{
	bool done = row(edit_index(&edits, guarded, &err) == 0, "%s",
	    err.msg);

	index_edits_release(&edits);
	return done;
}

/* The paths of the index, and for each the first digits of its id. */
static bool
index_is(const char *want)
{
	char *got = says("git ls-files -s"), *p, *line, *rest = got;
	struct buf b = BUF_INIT;
	bool same;

	while ((line = strsep(&rest, "\n")) != NULL)
		if ((p = strchr(line, '\t')) != NULL)
			buf_addf(&b, "%s%s:%.4s", b.len > 0 ? " " : "", p + 1,
			    line + 7);
	same = row(strcmp(buf_str(&b), want) == 0, "%s", buf_str(&b));
	buf_release(&b);
	free(got);
	return same;
}

/* "one\n" is 5626, "two\n" is f719, "three\n" is 2bdf. */
#define ONE ":5626"
#define TWO ":f719"
#define THREE ":2bdf"

static void
begin(const char *paths)
{
	char *copy = mem_strdup(paths), *rest = copy, *path;

	remove_tree(".git");
	remove_tree("d");
	must_run(NULL, NULL, "git init -q .");
	put_dir(".git/task");
	while ((path = strsep(&rest, " ")) != NULL) {
		if (*path == '\0')
			continue;
		put_file(path, "one\n");
		must_run(NULL, NULL, "git add %s", path);
	}
	free(copy);
}

static void
test_edit(void)
{
	begin("d/a d/b d/c e");
	put("d/b", "two\n");
	put("d/bb", "two\n");
	index_edits_add(&edits, INDEX_REMOVE, "d/c", NULL);
	index_edits_add(&edits, INDEX_REMOVE, "none", NULL);
	ok(edit(false) && index_is("d/a" ONE " d/b" TWO " d/bb" TWO " e" ONE),
	    "entries come, change and go, all others stay");
	ok(edit(false), "no edits are no change");
	begin("");
	put("z", "two\n");
	put("a", "two\n");
	ok(edit(false) && index_is("a" TWO " z" TWO),
	    "there may be no index yet");
	put("z", "three\n");
	put("z", "two\n");
	ok(edit(false) && index_is("a" TWO " z" THREE),
	    "of several edits at a path the first counts");
}

static void
test_move(void)
{
	begin("d/a d/x/1 d/x/2 d/xx e");
	index_edits_add(&edits, INDEX_MOVE, "d/x", "b/y");
	ok(edit(false) && index_is("b/y/1" ONE " b/y/2" ONE " d/a" ONE
	    " d/xx" ONE " e" ONE), "all of a folder moves, and nothing else");
	index_edits_add(&edits, INDEX_MOVE, "b/y", "d/x");
	put("d/x/2", "two\n");
	put("d/x/3", "two\n");
	ok(edit(false) && index_is("d/a" ONE " d/x/1" ONE " d/x/2" TWO
	    " d/x/3" TWO " d/xx" ONE " e" ONE),
	    "what an edit says counts more than what moved there");
	index_edits_add(&edits, INDEX_MOVE, "d/x", "f");
	index_edits_add(&edits, INDEX_MOVE, "none", "g");
	index_edits_add(&edits, INDEX_REMOVE, "f/1", NULL);
	ok(edit(false) && index_is("d/a" ONE " d/xx" ONE " e" ONE " f/2" TWO
	    " f/3" TWO), "an entry may go on its way");
}

/* What git takes for changed, after it has looked. */
static char *
changed(void)
{
	free(says("git status --porcelain"));
	return says("git diff-files --name-only");
}

static void
test_stat(void)
{
	struct index_edit *x;
	char *s;

	begin("d/a");
	put_file("d/b", "two\n");
	x = put("d/b", "two\n");
	x->has_stat = stat("d/b", &x->st) == 0;
	put_file("d/c", "other\n");
	put("d/c", "two\n");
	ok(edit(false), "an entry may have the file's times");
	s = changed();
	is_str(s, "d/c", "git then knows what the file is");
	free(s);
	put_file("d/b", "TWO\n");
	s = changed();
	is_str(s, "d/b\nd/c", "and sees what changes in the same moment");
	free(s);
}

static void
test_guarded(void)
{
	struct index_edit *x;

	begin("a b c");
	put("a", "two\n")->was = blob("one\n");
	put("b", "two\n")->was = blob("another\n");
	put("c", "two\n");
	put("d", "two\n");
	put("e", "two\n")->was = blob("one\n");
	x = index_edits_add(&edits, INDEX_REMOVE, "b", NULL);
	x->was = blob("another\n");
	ok(edit(true) && index_is("a" TWO " b" ONE " c" ONE " d" TWO),
	    "a guarded edit is made where the entry is as it was");
	index_edits_add(&edits, INDEX_MOVE, "f", "g");
	begin("f/1 f/2");
	put("g/1", "two\n")->was = blob("one\n");
	put("g/2", "two\n")->was = blob("another\n");
	ok(edit(true) && index_is("g/1" TWO " g/2" ONE),
	    "also after it moved");
}

/* What a folder that moves finds where it goes, however git keeps its index. */
static void
test_guarded_move(const char *kind, const char *title)
{
	begin("f/1 f/2 f/3 f/4");
	put_file("g/1", "three\n");
	put_file("g/2", "three\n");
	put_file("g/4", "one\n");
	must_run(NULL, NULL, "git add g");
	must_run(NULL, NULL, "git update-index %s", kind);
	index_edits_add(&edits, INDEX_MOVE, "f", "g");
	put("g/1", "two\n")->was = blob("one\n");
	put("g/3", "two\n")->was = blob("three\n");
	put("g/4", "two\n")->was = blob("one\n");
	ok(edit(true) && index_is("g/1" THREE " g/2" THREE " g/3" ONE " g/4"
	    TWO), title);
	remove_tree("g");
}

static void
test_conflict(void)
{
	struct buf in = BUF_INIT;
	char hex[OID_HEX + 1];
	struct oid id = blob("one\n");
	int i;

	begin("a c");
	oid_format(hex, &id);
	for (i = 1; i <= 3; i++)
		buf_addf(&in, "100644 %s %d\tb\n", hex, i);
	must_run(&in, NULL, "git update-index --index-info");
	put("a", "two\n");
	ok(edit(false) && index_is("a" TWO " b" ONE " b" ONE " b" ONE
	    " c" ONE), "a path in conflict stays so");
	put("b", "two\n");
	ok(edit(false) && index_is("a" TWO " b" TWO " c" ONE),
	    "until it is edited");
	buf_release(&in);
}

static void
test_busy(void)
{
	begin("a b");
	put_file(".git/index.lock", "");
	put("a", "two\n")->was = blob("one\n");
	put("b", "two\n")->was = blob("one\n");
	index_edits_add(&edits, INDEX_MOVE, "x", "y");
	ok(edit(false) && index_is("a" ONE " b" ONE) && is_there(PENDING),
	    "while git holds its index the edits wait");
	put("c", "two\n");
	ok(edit(false) && gitindex_catch_up(&ix, &err) == 0 &&
	    is_there(PENDING), "together with further ones");
	remove_tree(".git/index.lock");
	put("d", "two\n");
	ok(edit(false) && index_is("a" ONE " b" ONE),
	    "those that come after the lock wait, too");
	put_file("b", "three\n");
	must_run(NULL, NULL, "git add b");
	ok(gitindex_catch_up(&ix, &err) == 0 && index_is("a" TWO " b" THREE
	    " c" TWO " d" TWO), "all are made together, but for what "
	    "changed since");
	ok(!is_there(PENDING) && gitindex_catch_up(&ix, &err) == 0,
	    "once");
	ok(is_there(".git/index") && !is_there(".git/index.lock") &&
	    !is_there(".git/task/index-new"), "nothing else is left");
}

static void
test_pending_broken(void)
{
	static const char *const texts[] = { "", "nonsense", "9 644 0 0",
	    "0 644 0123 0123", "0 100644 " };
	bool good = true;
	size_t i;

	begin("a");
	for (i = 0; i < ARRAY_LEN(texts); i++) {
		put_file(PENDING, texts[i]);
		good &= row(gitindex_catch_up(&ix, &err) == 0 &&
		    !is_there(PENDING), "%s: %s", texts[i], err.msg);
	}
	ok(good && index_is("a" ONE),
	    "edits that cannot be understood are dropped");
	put_data(PENDING, "0 100644 f719efd430d52bcfc8566a43b2eb655688d38871 "
	    "0000000000000000000000000000000000000000\0b", 92);
	ok(gitindex_catch_up(&ix, &err) == 0 && index_is("a" ONE),
	    "also one that was cut off");
	put_dir(PENDING);
	ok(gitindex_catch_up(&ix, &err) == -1 && err.status == EX_DATAERR,
	    "a folder in their place is an error");
	remove_tree(PENDING);
}

static void
test_clean(void)
{
	begin("a");
	put_file(".git/task/index-new", "x");
	ok(gitindex_clean(&ix, &err) == 0 && !is_there(".git/task/index-new"),
	    "what a program left when it died is taken away");
	put_file(".git/task/index-new", "x");
	if (link(".git/task/index-new", ".git/index.lock") != 0)
		bail("no link: %s", strerror(errno));
	ok(gitindex_clean(&ix, &err) == 0 && !is_there(".git/index.lock"),
	    "with the lock, where it is its own");
	put_file(".git/task/index-new", "x");
	put_file(".git/index.lock", "");
	gitindex_clean(&ix, &err);
	if (is_there(".git/task/index-new"))
		gitindex_clean(&ix, &err);
	ok(is_there(".git/index.lock") && !is_there(".git/task/index-new"),
	    "but not somebody else's");
	remove_tree(".git/index.lock");
	ok(gitindex_clean(&ix, &err) == 0, "there may be nothing");
}

static void
test_by_git(void)
{
	begin("a d/x e");
	must_run(NULL, NULL, "git update-index --index-version 4");
	put("a", "two\n");
	put("n", "two\n");
	index_edits_add(&edits, INDEX_REMOVE, "e", NULL);
	index_edits_add(&edits, INDEX_MOVE, "d", "f");
	ok(edit(false) && index_is("a" TWO " f/x" ONE " n" TWO),
	    "an index that is not ours to change is changed by git");
	must_run(NULL, NULL, "git update-index --index-version 2");
	must_run(NULL, NULL, "git update-index --split-index");
	put("a", "three\n");
	ok(edit(false) && index_is("a" THREE " f/x" ONE " n" TWO),
	    "one that is split, too");
	put_file(".git/index.lock", "");
	put("a", "two\n")->was = blob("three\n");
	ok(edit(false) && is_there(PENDING), "which may be busy as well");
	remove_tree(".git/index.lock");
	ok(gitindex_catch_up(&ix, &err) == 0 && index_is("a" TWO " f/x" ONE
	    " n" TWO), "and is put right later");
}

static void
test_by_git_guarded(void)
{
	begin("a b");
	must_run(NULL, NULL, "git update-index --index-version 4");
	put_file(".git/index.lock", "");
	put("a", "two\n")->was = blob("one\n");
	put("b", "two\n")->was = blob("one\n");
	edit(false);
	remove_tree(".git/index.lock");
	put_file("b", "three\n");
	must_run(NULL, NULL, "git add b");
	ok(gitindex_catch_up(&ix, &err) == 0 &&
	    index_is("a" TWO " b" THREE),
	    "git leaves alone what a person staged meanwhile, too");
}

static void
test_errors(void)
{
	begin("a");
	put_file(".git/index", "nonsense that is longer than a header has "
	    "to be");
	put("a", "two\n");
	ok(edit_index(&edits, false, &err) == -1 &&
	    err.status == EX_DATAERR &&
	    strcmp(err.msg, "git's index is damaged") == 0,
	    "an index that is damaged is EX_DATAERR");
	remove_tree(".git/index");
	put_dir(".git/index");
	ok(edit_index(&edits, false, &err) == -1 &&
	    err.status == EX_DATAERR, "so is a folder in its place");
	remove_tree(".git/index");
	remove_tree(".git/task");
	ok(edit_index(&edits, false, &err) == -1 &&
	    err.status == EX_NOINPUT,
	    "where nothing can be written it is an error");
	put_file(".git/index.lock", "");
	ix.gitdir = "none/";
	ok(edit_index(&edits, false, &err) == -1,
	    "and so is a missing folder");
	index_edits_release(&edits);
}

int
main(void)
{
	char dir[PATH_MAX], git[PATH_MAX];

	snprintf(dir, sizeof(dir), "%.4000s/", scratch());
	snprintf(git, sizeof(git), "%.4000s/.git/", scratch());
	ix = (struct gitindex){ git, dir, -1 };
	test_edit();
	test_move();
	test_stat();
	test_guarded();
	test_guarded_move("--refresh", "a guarded move leaves alone what it "
	    "finds where it goes");
	test_guarded_move("--split-index", "the same in a split index");
	test_guarded_move("--index-version 4", "and in one that git edits");
	test_conflict();
	test_busy();
	test_pending_broken();
	test_clean();
	test_by_git();
	test_by_git_guarded();
	test_errors();
	return tap_done();
}
