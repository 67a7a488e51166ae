/* SPDX-License-Identifier: MIT */
/* change/splice: an index as bytes */
#include "base/compat.h"

#include <sys/stat.h>

#include "base/err.h"
#include "change/splice.h"
#include "t/unit/scratch.h"
#include "t/unit/tap.h"

enum { SUM = 20 };

static struct index_edits edits;
static struct err err;

static void
put(const char *path, const char *text)
{
	struct index_edit *x = index_edits_add(&edits, INDEX_PUT, path, NULL);

	x->mode = 0100644;
	oid_of(&x->id, "blob", text, strlen(text));
}

/* Splices bytes that were written long after any file; the new file's. */
static int
splice(const struct buf *old, struct buf *out)
{
	struct splice_old view = { old->ptr, old->len, { 1 << 30, 0 }, -1 };
	struct splice s = SPLICE_INIT;
	struct oid_hash h;
	struct oid sum;
	size_t i;
	int rc;

	buf_clear(out);
	rc = splice_make(&s, &view, &edits, false, &err);
	for (i = 0; i < s.n && rc > 0; i++)
		buf_add(out, s.v[i].data, s.v[i].len);
	oid_hash_init(&h);
	oid_hash_add(&h, out->ptr, out->len);
	oid_hash_end(&h, &sum);
	buf_add(out, sum.raw, SUM);
	splice_release(&s);
	splice_release(&s);
	return rc;
}

static void
read_index(struct buf *out)
{
	buf_clear(out);
	if (!get_data(".git/index", out))
		bail("no index");
}

static bool
git_says(const char *command, const char *want)
{
	char *got = says("git %s", command);
	bool same = row(strcmp(got, want) == 0, "git %s: %s", command, got);

	free(got);
	return same;
}

/* True where git's cached trees say what the entries say. */
static bool
trees_hold(void)
{
	struct buf list = BUF_INIT;
	char *cached, *fresh;
	bool same;

	cached = says("git write-tree");
	must_run(NULL, &list, "git ls-files -s");
	setenv("GIT_INDEX_FILE", ".git/fresh", 1);
	must_run(NULL, NULL, "git read-tree --empty");
	must_run(&list, NULL, "git update-index --index-info");
	fresh = says("git write-tree");
	unsetenv("GIT_INDEX_FILE");
	same = row(strcmp(cached, fresh) == 0, "%s, not %s", cached, fresh);
	buf_release(&list);
	free(cached);
	free(fresh);
	return same;
}

static void
begin(void)
{
	static const char *const paths[] = { "a/b/1", "a/b/2", "a/c/1",
	    "a.b", "d/1", "e" };
	size_t i;

	remove_tree(".git");
	must_run(NULL, NULL, "git init -q .");
	for (i = 0; i < ARRAY_LEN(paths); i++)
		put_file(paths[i], "one\n");
	put_file("two", "two\n");
	must_run(NULL, NULL, "git add a a.b d e two");
	must_run(NULL, NULL, "git commit -q -m one");
}

struct tree_row {
	enum index_edit_kind kind;
	const char *path, *to;
};

static void
test_trees(void)
{
	static const struct tree_row rows[] = {
		{ INDEX_PUT, "a/b/3", NULL }, { INDEX_PUT, "a/c/1", NULL },
		{ INDEX_PUT, "top", NULL }, { INDEX_PUT, "n/e/w", NULL },
		{ INDEX_REMOVE, "a/b/1", NULL }, { INDEX_REMOVE, "d/1", NULL },
		{ INDEX_REMOVE, "none/at/all", NULL },
		{ INDEX_MOVE, "a/b", "a/x" }, { INDEX_MOVE, "a", "z" },
		{ INDEX_MOVE, "d", "a/d" }, { INDEX_MOVE, "a/b", "b" },
	};
	struct buf old = BUF_INIT, new = BUF_INIT;
	bool good = true, trees = true;
	size_t i;

	begin();
	for (i = 0; i < ARRAY_LEN(rows); i++) {
		must_run(NULL, NULL, "git read-tree HEAD");
		read_index(&old);
		if (rows[i].kind == INDEX_PUT)
			put(rows[i].path, "two\n");
		else
			index_edits_add(&edits, rows[i].kind, rows[i].path,
			    rows[i].to);
		good &= row(splice(&old, &new) == 1, "%s", rows[i].path);
		put_data(".git/index", new.ptr, new.len);
		good &= row(run_line(NULL, "git fsck --no-dangling") == 0,
		    "%s: git finds a fault", rows[i].path);
		trees &= row(trees_hold(), "after %s", rows[i].path);
		index_edits_release(&edits);
	}
	ok(good, "git reads what was spliced");
	ok(trees, "the folders that were touched are unknown in its trees");
	buf_release(&old);
	buf_release(&new);
}

static void
test_same(void)
{
	struct buf old = BUF_INIT, new = BUF_INIT;
	const char *trees;

	begin();
	must_run(NULL, NULL, "git read-tree HEAD");
	read_index(&old);
	index_edits_add(&edits, INDEX_REMOVE, "none", NULL);
	splice(&old, &new);
	trees = memmem(old.ptr, old.len, "TREE", 4);
	ok(trees != NULL && memcmp(old.ptr, new.ptr,
	    (size_t)(trees - old.ptr)) == 0,
	    "what is not touched keeps its bytes");
	index_edits_release(&edits);
	buf_release(&old);
	buf_release(&new);
}

static void
test_names(void)
{
	struct buf old = BUF_INIT, new = BUF_INIT, path = BUF_INIT;
	char *got;
	size_t i;

	begin();
	for (i = 0; i < 5000; i++)
		buf_addc(&path, i % 100 == 99 ? '/' : 'p');
	buf_adds(&path, "x");
	read_index(&old);
	put(path.ptr, "two\n");
	is_int(splice(&old, &new), 1, "a path may be longer than its length");
	put_data(".git/index", new.ptr, new.len);
	got = says("git ls-files p*");
	is_str(got, path.ptr, "git finds it");
	free(got);
	index_edits_release(&edits);
	index_edits_add(&edits, INDEX_REMOVE, path.ptr, NULL);
	splice(&new, &old);
	put_data(".git/index", old.ptr, old.len);
	ok(git_says("ls-files p*", "") && trees_hold(), "and loses it");
	index_edits_release(&edits);
	buf_release(&old);
	buf_release(&new);
	buf_release(&path);
}

/* An entry that git means to add later has more flags, and version 3. */
static void
test_extended(void)
{
	struct buf old = BUF_INIT, new = BUF_INIT;

	begin();
	put_file("later", "x\n");
	must_run(NULL, NULL, "git add -N later");
	must_run(NULL, NULL, "git update-index --skip-worktree a/b/1");
	read_index(&old);
	put("e", "two\n");
	index_edits_add(&edits, INDEX_MOVE, "a/b", "m");
	is_int(splice(&old, &new), 1, "an index of version 3 is spliced");
	put_data(".git/index", new.ptr, new.len);
	ok(git_says("ls-files -t later m/1", "H later\nS m/1") &&
	    git_says("status --porcelain later", " A later"),
	    "and keeps what else its entries say");
	index_edits_release(&edits);
	buf_release(&old);
	buf_release(&new);
	remove_tree("later");
}

static void
test_racy(void)
{
	struct buf old = BUF_INIT, new = BUF_INIT;
	struct splice_old view = { NULL, 0, { 0, 0 }, -1 };
	struct splice s = SPLICE_INIT;
	size_t i;

	begin();
	must_run(NULL, NULL, "git update-index --refresh");
	read_index(&old);
	put("e", "two\n");
	view.map = old.ptr;
	view.len = old.len;
	is_int(splice_make(&s, &view, &edits, false, &err), 1,
	    "the index may be as old as its files");
	for (i = 0; i < s.n; i++)
		buf_add(&new, s.v[i].data, s.v[i].len);
	ok(memcmp(old.ptr + 12 + 36, "\0\0\0\4", 4) == 0 &&
	    memcmp(new.ptr + 12 + 36, "\0\0\0\0", 4) == 0,
	    "git then looks at them again");
	splice_release(&s);
	index_edits_release(&edits);
	buf_release(&old);
	buf_release(&new);
}

static void
test_foreign(void)
{
	struct buf old = BUF_INIT, new = BUF_INIT, made = BUF_INIT;
	bool good = true;
	size_t n;

	begin();
	read_index(&old);
	put("e", "two\n");
	index_edits_add(&edits, INDEX_MOVE, "a", "b");
	for (n = 1; n < old.len; n++) {
		buf_release(&made);
		buf_add(&made, old.ptr, n);
		(void)splice(&made, &new);
		if (n < 12 + SUM)
			good &= row(splice(&made, &new) == -1, "%zu", n);
	}
	ok(good, "an index that was cut off is damaged, not read beyond");
	buf_set(&made, old.ptr, old.len);
	made.ptr[7] = 4;
	is_int(splice(&made, &new), 0, "version 4 is not for us");
	buf_set(&made, old.ptr, old.len);
	buf_splice(&made, made.len - SUM, 0, "link\0\0\0\2xx", 10);
	is_int(splice(&made, &new), 0, "nor what we do not know");
	buf_set(&made, old.ptr, old.len);
	buf_splice(&made, made.len - SUM, 0, "REUC\0\0\0\2xx", 10);
	ok(splice(&made, &new) == 1 &&
	    memmem(new.ptr, new.len, "REUC\0\0\0\2xx", 10) != NULL,
	    "resolved conflicts are kept");
	buf_set(&made, old.ptr, old.len);
	buf_splice(&made, made.len - SUM, 0, "EOIE\0\0\0\2xx", 10);
	ok(splice(&made, &new) == 1 &&
	    memmem(new.ptr, new.len, "EOIE", 4) == NULL,
	    "what git makes again is left out");
	buf_set(&made, old.ptr, old.len);
	buf_splice(&made, made.len - SUM, 0, "REUC\0\0\1\0xx", 10);
	ok(splice(&made, &new) == -1 && err.status == EX_DATAERR,
	    "an extension that is longer than the file is damage");
	buf_release(&old);
	buf_release(&new);
	buf_release(&made);
	index_edits_release(&edits);
}

/* Bytes at random: nothing is read or written beyond them. */
static void
test_chance(void)
{
	struct buf old = BUF_INIT, made = BUF_INIT, new = BUF_INIT;
	bool good = true;
	size_t i, k;
	int rc;

	begin();
	must_run(NULL, NULL, "git read-tree HEAD");
	read_index(&old);
	put("a/b/1", "two\n");
	index_edits_add(&edits, INDEX_REMOVE, "d/1", NULL);
	index_edits_add(&edits, INDEX_MOVE, "a/c", "q");
	chance_seed(5);
	for (i = 0; i < 4000 && good; i++) {
		buf_release(&made);
		buf_add(&made, old.ptr, old.len);
		for (k = 1 + chance(4); k > 0; k--)
			made.ptr[chance(made.len)] = (char)chance(256);
		rc = splice(&made, &new);
		good = row(rc >= -1 && rc <= 1, "%d", rc);
	}
	ok(good, "whatever an index says, it is spliced or refused");
	buf_release(&old);
	buf_release(&made);
	buf_release(&new);
	index_edits_release(&edits);
}

int
main(void)
{
	scratch();
	test_trees();
	test_same();
	test_names();
	test_extended();
	test_racy();
	test_foreign();
	test_chance();
	return tap_done();
}
