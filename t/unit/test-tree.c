/* SPDX-License-Identifier: MIT */
/* change/tree, change/pack */
#include "base/compat.h"

#include <fcntl.h>

#include "base/err.h"
#include "base/strvec.h"
#include "change/pack.h"
#include "change/tree.h"
#include "sys/file.h"
#include "t/unit/scratch.h"
#include "t/unit/tap.h"

static struct repo *repo;
static struct tree_cache *cache;
static struct err err;
static struct buf kept[2];	/* trees that the cache borrows */

/* Writes new trees at once, and counts them. */
static void
write_tree(void *ctx, struct buf *bytes, const struct oid *old,
    const struct buf *old_bytes, struct oid *id)
{
	oid_of(id, "tree", bytes->ptr, bytes->len);
	if (repo_write(repo, OBJECT_TREE, id, bytes, &err) != 0)
		bail("%s", err.msg);
	if (oid_is_zero(old) && old_bytes->len > 0)
		bail("a tree that comes from nothing has old bytes");
	buf_release(bytes);
	++*(int *)ctx;
}

static struct oid
blob(const char *text)
{
	struct buf b = BUF_INIT;
	struct oid id;

	buf_adds(&b, text);
	oid_of(&id, "blob", b.ptr, b.len);
	if (repo_write(repo, OBJECT_BLOB, &id, &b, &err) != 0)
		bail("%s", err.msg);
	buf_release(&b);
	return id;
}

/* The tree of git's index after the paths were written to it. */
static struct oid
tree_of(const char *paths)
{
	struct strvec all = STRVEC_INIT;
	struct oid id = blob("x\n"), out;
	char hex[OID_HEX + 1], *s;
	size_t i;

	oid_format(hex, &id);
	must_run(NULL, NULL, "git read-tree --empty");
	strvec_split(&all, paths, ' ');
	for (i = 0; i < all.n; i++)
		must_run(NULL, NULL, "git update-index --add --cacheinfo "
		    "100644,%s,%s", hex, all.v[i]);
	s = says("git write-tree");
	oid_parse(&out, s);
	free(s);
	strvec_release(&all);
	return out;
}

/*
 * The tree that `root` becomes by "+path" (put), "-path" (remove) and
 * "=path/" (the tree `graft` is there), as "path path …"; or the message.
 */
static const char *
edited(const struct oid *root, const char *words, const struct oid *graft,
    struct oid *out)
{
	static char text[1024];
	struct strvec all = STRVEC_INIT;
	struct tree_edit v[16] = { { .mode = 0 } };
	int made = 0;
	struct tree_sink sink = { write_tree, &made };
	struct tree_change c = { .root = *root, .edits = v, .sink = &sink };
	char hex[OID_HEX + 1], *s;

	strvec_split(&all, words, ' ');
	for (; c.n < all.n; c.n++) {
		v[c.n].kind = all.v[c.n][0] == '+' ? TREE_PUT :
		    all.v[c.n][0] == '-' ? TREE_REMOVE : TREE_GRAFT;
		v[c.n].path = all.v[c.n] + 1;
		v[c.n].mode = TREE_MODE_FILE;
		v[c.n].id = v[c.n].kind == TREE_GRAFT ? *graft : blob("y\n");
	}
	if (tree_edit(cache, &c, out, &err) != 0) {
		snprintf(text, sizeof(text), "%s", err.msg);
	} else if (oid_is_zero(out)) {
		text[0] = '\0';
	} else {
		oid_format(hex, out);
		s = says("git ls-tree -r --name-only %s", hex);
		snprintf(text, sizeof(text), "%s", s);
		for (s[0] = '\n'; strchr(text, '\n') != NULL; )
			*strchr(text, '\n') = ' ';
		free(s);
	}
	strvec_release(&all);
	return text;
}

struct edit_row {
	const char *base, *edits, *want;
};

static bool
all_edits(const struct edit_row *rows, size_t n)
{
	const struct oid zero = { { 0 } };
	struct oid root, out;
	const char *got;
	char hex[OID_HEX + 1];
	bool good = true;
	size_t i;

	for (i = 0; i < n; i++) {
		root = *rows[i].base == '\0' ? zero : tree_of(rows[i].base);
		got = edited(&root, rows[i].edits, NULL, &out);
		good &= row(strcmp(got, rows[i].want) == 0, "%s %s: %s",
		    rows[i].base, rows[i].edits, got);
		if (oid_is_zero(&out))
			continue;
		oid_format(hex, &out);
		good &= row(run_line(NULL, "git fsck --strict --no-dangling "
		    "%s", hex) == 0, "git finds a fault");
	}
	return good;
}

static void
test_edit(void)
{
	static const struct edit_row rows[] = {
		{ "", "+a", "a" },
		{ "", "+a/b/c +a/b/d +x", "a/b/c a/b/d x" },
		{ "a b c", "-b", "a c" }, { "a", "-a", "" },
		{ "a/b c", "-a/b", "c" }, { "a/b/c", "-a/b/c", "" },
		{ "a b", "-none -x/y/z", "a b" },
		{ "a/b a/c d", "-a/", "d" },
		{ "a/b a/c d", "-a/ +a/e", "a/e d" },
		{ "a b c d", "+a +bb +e", "a b bb c d e" },
		{ "a.b a/b a0b", "+a-b +a/c +a00", "a-b a.b a/b a/c a00 a0b" },
		{ "a/x/1 a/x/2 a/y/1 b", "+a/x/3 -a/y/1 +a/z/1",
		    "a/x/1 a/x/2 a/x/3 a/z/1 b" },
		{ "a", "+a/b", "a/b" }, { "a/b", "+a", "a" },
		{ "a a.b", "+a/b", "a.b a/b" }, { "ab a", "-a", "ab" },
	};
	static const struct edit_row between[] = {
		{ "a.b a/b", "+a", "a a.b" }, { "a-b a/b", "+a +b", "a a-b b" },
	};

	ok(all_edits(rows, ARRAY_LEN(rows)), "files come, go and change, "
	    "folders with them, and git finds no fault");
	ok(all_edits(between, ARRAY_LEN(between)), "a file takes a folder's "
	    "place, whatever names stand between the two");
}

static void
test_graft(void)
{
	struct oid root = tree_of("from/a from/b from/c/d x"), out;
	struct tree_entry en;

	ok(tree_find(cache, &root, "from", &en, &err) == 1 &&
	    en.mode == TREE_MODE_DIR, "finds a folder");
	is_str(edited(&root, "-from/ =to/here/", &en.id, &out),
	    "to/here/a to/here/b to/here/c/d x", "a folder moves as it is");
	is_str(edited(&root, "-from/ =to/ +to/a +to/n -to/b", &en.id, &out),
	    "to/a to/c/d to/n x", "and may be changed on the way");
	is_str(edited(&root, "-from/ =from/ -from/a", &en.id, &out),
	    "from/b from/c/d x", "even to where it was");
	is_str(edited(&root, "=x/", &en.id, &out),
	    "from/a from/b from/c/d x/a x/b x/c/d",
	    "it takes the place of a file");
}

static void
test_same(void)
{
	struct oid root = tree_of("a b/c"), out;
	struct tree_edit none;
	struct tree_change c = { .root = root, .edits = &none, .n = 0 };

	ok(tree_edit(cache, &c, &out, &err) == 0 && oid_equal(&out, &root),
	    "no edits are no change");
	edited(&root, "+a", NULL, &out);
	edited(&out, "+a -z", NULL, &root);
	ok(oid_equal(&out, &root), "nor are edits that change nothing");
}

static void
test_find(void)
{
	struct oid root = tree_of("a b/c/d bb"), zero = { { 0 } };
	struct tree_entry en;

	ok(tree_find(cache, &root, "b/c/d", &en, &err) == 1 &&
	    en.mode == TREE_MODE_FILE && strcmp(en.name, "d") == 0,
	    "finds what lies at a path");
	ok(tree_find(cache, &root, "b/c/", &en, &err) == 1 &&
	    en.mode == TREE_MODE_DIR, "a folder may end with a slash");
	ok(tree_find(cache, &root, "a/x", &en, &err) == 0 &&
	    tree_find(cache, &root, "b/x", &en, &err) == 0 &&
	    tree_find(cache, &root, "bbb", &en, &err) == 0 &&
	    tree_find(cache, &root, "c", &en, &err) == 0,
	    "and nothing where there is nothing");
	is_int(tree_find(cache, &zero, "a", &en, &err), 0,
	    "an empty tree has nothing");
}

static void
test_errors(void)
{
	static const char *const bad[] = { "100644", "100644 a", "x a",
	    "100644 a\0too short", "9 a" };
	static const size_t lens[] = { 6, 8, 3, 18, 3 };
	struct tree_entry en;
	struct buf b = BUF_INIT;
	struct oid id, out;
	bool good = true;
	size_t i, at;

	memset(&id, 0x77, sizeof(id));
	ok(tree_find(cache, &id, "a", &en, &err) == -1 &&
	    err.status == EX_NOINPUT, "a tree that is not there is "
	    "EX_NOINPUT");
	for (i = 0; i < ARRAY_LEN(bad); i++) {
		buf_set(&b, bad[i], lens[i]);
		at = 0;
		good &= row(tree_next(&b, &at, &en) == -1, "%s", bad[i]);
	}
	ok(good, "bytes that are no tree are told");
	tree_cache_put(cache, &id, &b);
	ok(tree_find(cache, &id, "a", &en, &err) == -1 &&
	    err.status == EX_DATAERR && strcmp(err.msg, "git's tree "
	    "7777777777777777777777777777777777777777 is damaged") == 0,
	    "a tree of such bytes is EX_DATAERR");
	is_str(edited(&id, "+a", NULL, &out), "git's tree "
	    "7777777777777777777777777777777777777777 is damaged",
	    "nothing is made of it");
	memset(&id, 0x78, sizeof(id));
	ok(strstr(edited(&id, "+a", NULL, &out), "787878") != NULL,
	    "nor of one that is not there");
	tree_cache_free(cache);
	tree_cache_free(NULL);
	cache = tree_cache_new(repo);
	buf_release(&b);
}

static void
test_known(void)
{
	const struct buf *got;
	struct buf b = BUF_INIT;
	struct oid id, zero = { { 0 } };

	memset(&id, 0x55, sizeof(id));
	tree_cache_put(cache, &id, &b);
	ok(tree_get(cache, &id, &got, &err) == 0 && got->len == 0,
	    "a tree that git does not have yet can be made known");
	tree_cache_put(cache, &id, got);
	ok(tree_get(cache, &zero, &got, &err) == 0 && got->len == 0,
	    "the empty one always is");
}

struct sink {
	int	fd, left;
};

static int
take(const void *data, size_t len, void *ctx)
{
	struct sink *s = ctx;

	if (s->left-- == 0)
		return 7;
	return fd_write_all(s->fd, data, len);
}

static void
test_pack(void)
{
	static const size_t sizes[] = { 0, 1, 15, 16, 2047, 2048, 300000 };
	struct pack_object v[ARRAY_LEN(sizes)];
	struct buf data[ARRAY_LEN(sizes)] = { BUF_INIT };
	struct sink s = { -1, -1 };
	size_t i, k;
	char *said;

	chance_seed(3);
	for (i = 0; i < ARRAY_LEN(sizes); i++) {
		for (k = 0; k < sizes[i]; k++)
			buf_addc(&data[i], (char)chance(256));
		v[i] = (struct pack_object){ .type = OBJECT_BLOB,
		    .data = &data[i] };
	}
	s.fd = open("p.pack", O_CREAT | O_WRONLY | O_CLOEXEC, 0666);
	is_int(pack_write(v, ARRAY_LEN(sizes), take, &s), 0,
	    "writes a pack, piece by piece");
	close(s.fd);
	must_run(NULL, NULL, "git index-pack --strict p.pack");
	said = says("git verify-pack -v p.pack");
	ok(strstr(said, "300000 ") != NULL &&
	    strstr(said, "non delta: 7 objects") != NULL,
	    "git reads objects of every size from it");
	free(said);
	s = (struct sink){ open("/dev/null", O_WRONLY | O_CLOEXEC), 0 };
	is_int(pack_write(v, ARRAY_LEN(sizes), take, &s), 7,
	    "whoever takes the pieces may end it");
	s.left = 5;
	is_int(pack_write(v, ARRAY_LEN(sizes), take, &s), 7,
	    "at any of them");
	close(s.fd);
	for (i = 0; i < ARRAY_LEN(sizes); i++)
		buf_release(&data[i]);
}

/* A text of many lines, and again with a line more or less in it. */
static void
test_deltas(void)
{
	static const size_t at[] = { 0, 0, 1, 70000, 17000000, 399999, 5 };
	struct pack_object v[ARRAY_LEN(at)];
	struct buf data[ARRAY_LEN(at)] = { BUF_INIT };
	struct sink s = { -1, -1 };
	size_t i;
	char *said;

	for (i = 0; i < 2500000; i++)
		buf_addf(&data[0], "%07zu\n", i);
	memset(v, 0, sizeof(v));
	for (i = 0; i < ARRAY_LEN(at); i++) {
		v[i].type = OBJECT_BLOB;
		v[i].data = &data[i];
		if (i > 0) {
			buf_addb(&data[i], &data[i - 1]);
			buf_splice(&data[i], at[i], i == 2 ? 9 : 0,
			    data[0].ptr, i == 2 ? 0 : 100 * i);
			v[i].base = &v[i - 1];
			v[i].prefix = at[i];
			v[i].suffix = data[i - 1].len - at[i] -
			    (i == 2 ? 9 : 0);
		}
		oid_of(&v[i].id, "blob", data[i].ptr, data[i].len);
	}
	s.fd = open("d.pack", O_CREAT | O_WRONLY | O_CLOEXEC, 0666);
	is_int(pack_write(v, ARRAY_LEN(at), take, &s), 0,
	    "writes what changed against the one before");
	close(s.fd);
	must_run(NULL, NULL, "git index-pack --strict d.pack");
	said = says("git verify-pack -v d.pack");
	ok(strstr(said, "non delta: 1 object") != NULL &&
	    strstr(said, "chain length = 6: 1 object") != NULL,
	    "git puts them together again");
	free(said);
	for (i = 0; i < ARRAY_LEN(at); i++)
		buf_release(&data[i]);
}

static void
add_entry(struct buf *tree, unsigned mode, int id, const char *name)
{
	unsigned char raw[OID_RAW] = { (unsigned char)id };

	buf_addf(tree, "%o %s", mode, name);
	buf_add(tree, "", 1);
	buf_add(tree, raw, sizeof(raw));
}

/* How often a name is not found as it should be. */
static int
missed(const struct oid *tree, const char *name, int id)
{
	struct tree_entry en;
	int found = tree_find(cache, tree, name, &en, &err);

	return found != (id != 0) || (found == 1 &&
	    (strcmp(en.name, name) != 0 || en.id.raw[0] != id));
}

/* A tree that is asked for many names is not passed over for each. */
static void
test_often(void)
{
	struct buf ordered = BUF_INIT, damaged = BUF_INIT;
	struct oid id, wrong;
	int round, n = 0;

	/* In git's order the folder "a" comes after "a.b". */
	add_entry(&ordered, TREE_MODE_FILE, 1, "a");
	add_entry(&ordered, TREE_MODE_FILE, 2, "a-");
	add_entry(&ordered, TREE_MODE_FILE, 3, "a.b");
	add_entry(&ordered, TREE_MODE_DIR, 4, "a");
	add_entry(&ordered, TREE_MODE_FILE, 5, "ab");
	add_entry(&ordered, TREE_MODE_FILE, 6, "b-c");
	add_entry(&ordered, TREE_MODE_DIR, 7, "b");
	add_entry(&ordered, TREE_MODE_FILE, 8, "b0");
	oid_of(&id, "tree", ordered.ptr, ordered.len);
	tree_cache_put(cache, &id, &ordered);
	for (round = 0; round < 9; round++)
		n += missed(&id, "b0", 8) + missed(&id, "a", 1) +
		    missed(&id, "a-", 2) + missed(&id, "b", 7) +
		    missed(&id, "ab", 5) + missed(&id, "a.b", 3) +
		    missed(&id, "b-c", 6) + missed(&id, "b-", 0) +
		    missed(&id, "a0", 0) + missed(&id, "c", 0) +
		    missed(&id, "A", 0) + missed(&id, "", 0);
	is_int(n, 0, "finds each of many names, however often it is asked");

	add_entry(&damaged, TREE_MODE_FILE, 1, "b");
	add_entry(&damaged, TREE_MODE_FILE, 2, "a");
	add_entry(&damaged, TREE_MODE_FILE, 3, "b");
	oid_of(&wrong, "tree", damaged.ptr, damaged.len);
	tree_cache_put(cache, &wrong, &damaged);
	for (round = 0; round < 9; round++)
		n += missed(&wrong, "a", 2) + missed(&wrong, "b", 1) +
		    missed(&wrong, "c", 0);
	is_int(n, 0, "of two of one name it is always the first one");
	kept[0] = ordered;
	kept[1] = damaged;
}

int
main(void)
{
	scratch();
	put_repo();
	if (repo_open(&repo, ".", &err) != 0)
		bail("%s", err.msg);
	cache = tree_cache_new(repo);
	test_edit();
	test_graft();
	test_same();
	test_find();
	test_often();
	test_known();
	test_errors();
	test_pack();
	test_deltas();
	tree_cache_free(cache);
	buf_release(&kept[0]);
	buf_release(&kept[1]);
	repo_close(repo);
	return tap_done();
}
