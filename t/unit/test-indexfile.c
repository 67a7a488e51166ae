/* SPDX-License-Identifier: MIT */
/* change/indexfile and cachetree_each(): git's index, read */
#include "base/compat.h"

#include "change/indexfile.h"
#include "t/unit/scratch.h"
#include "t/unit/tap.h"

static struct indexfile x = INDEXFILE_INIT;

static void
look(void)
{
	indexfile_close(&x);
	x.prefix = "a/";
	x.suffix = ".jsonl";
	indexfile_open(&x, ".git/");
}

/* True where the entry is what git says. */
static bool
agrees(const char *path)
{
	const unsigned char *raw = indexfile_find(&x, path);
	char *want = says("git rev-parse :%s", path), hex[OID_HEX + 1];
	struct oid id;
	bool same;

	if (raw != NULL)
		memcpy(id.raw, raw, OID_RAW);
	else
		memset(&id, 0, sizeof(id));
	oid_format(hex, &id);
	same = row(strcmp(hex, want) == 0, "%s: %s, not %s", path, hex, want);
	free(want);
	return same;
}

static bool
is_tree(const char *folder)
{
	char *hex;
	struct oid id;
	bool is;

	hex = says("git rev-parse HEAD:%.*s", (int)strlen(folder) - 1,
	    folder);
	if (oid_parse(&id, hex) != 0)
		bail("%s", hex);
	is = indexfile_is_tree(&x, folder, &id);
	id.raw[0] ^= 1;
	is = is && !indexfile_is_tree(&x, folder, &id);
	free(hex);
	return is;
}

static void
test_entries(void)
{
	bool held;

	put_file("a/b/1.jsonl", "1\n");
	put_file("a/b/2.jsonl", "2\n");
	put_file("a/b/2.md", "no\n");
	put_file("a/b.jsonl", "b\n");
	put_file("a/c/d/3.jsonl", "3\n");
	put_file("z/4.jsonl", "4\n");
	put_repo();
	look();
	is_int((intmax_t)x.n, 4, "takes what begins and ends as asked for");
	held = agrees("a/b.jsonl") && agrees("a/b/1.jsonl") &&
	    agrees("a/b/2.jsonl") && agrees("a/c/d/3.jsonl");
	ok(held, "has the ids, asked in their order");
	held = agrees("a/c/d/3.jsonl") && agrees("a/b/1.jsonl");
	ok(held, "and in any other");
	ok(indexfile_find(&x, "a/b/3.jsonl") == NULL &&
	    indexfile_find(&x, "z/4.jsonl") == NULL &&
	    indexfile_find(&x, "") == NULL, "has nothing else");
}

static void
test_folders(void)
{
	must_run(NULL, NULL, "git read-tree HEAD");
	look();
	ok(is_tree("a/") && is_tree("a/b/") && is_tree("a/c/") &&
	    is_tree("a/c/d/"), "knows which trees the folders are");
	ok(!is_tree("z/"), "but for those that were not asked for");
	put_file("a/c/d/3.jsonl", "changed\n");
	must_run(NULL, NULL, "git add a/c/d/3.jsonl");
	look();
	ok(!is_tree("a/c/d/") && !is_tree("a/c/") && !is_tree("a/"),
	    "does not know those in which something is staged");
	ok(is_tree("a/b/"), "and still knows those beside");
	ok(agrees("a/c/d/3.jsonl"), "has the id of what is staged");
	must_run(NULL, NULL, "git update-index --index-version 4");
	look();
	ok(x.n == 0 && x.nfolders == 0, "knows nothing of version 4");
	must_run(NULL, NULL, "git update-index --index-version 2");
	must_run(NULL, NULL, "git update-index --split-index");
	look();
	ok(x.n == 0 && x.nfolders == 0, "nor of an index in two parts");
	must_run(NULL, NULL, "git update-index --no-split-index");
	must_run(NULL, NULL, "git read-tree HEAD");
}

/* Whatever the bytes are, nothing beyond them is read. */
static void
test_damaged(void)
{
	struct buf whole = BUF_INIT, cut = BUF_INIT;
	struct oid zero = { { 0 } };
	size_t i;
	int round;

	look();
	ok(x.n == 4 && x.nfolders > 0, "reads it again");
	if (!get_data(".git/index", &whole))
		bail("no index");
	for (i = 0; i < whole.len; i++) {
		put_data(".git/index", whole.ptr, i);
		look();
		(void)indexfile_is_tree(&x, "a/", &zero);
	}
	chance_seed(3);
	for (round = 0; round < 3000; round++) {
		buf_set(&cut, whole.ptr, whole.len);
		for (i = 1 + chance(6); i > 0; i--)
			cut.ptr[chance(cut.len)] = (char)chance(256);
		put_data(".git/index", cut.ptr, cut.len);
		look();
		(void)indexfile_find(&x, "a/b/1.jsonl");
		(void)indexfile_is_tree(&x, "a/b/", &zero);
	}
	ok(true, "reads nothing beyond an index that is damaged");
	remove_tree(".git/index");
	look();
	ok(x.n == 0 && indexfile_find(&x, "a/b/1.jsonl") == NULL,
	    "knows nothing where there is none");
	buf_release(&whole);
	buf_release(&cut);
	indexfile_close(&x);
	indexfile_close(&x);
}

int
main(void)
{
	scratch();
	test_entries();
	test_folders();
	test_damaged();
	return tap_done();
}
