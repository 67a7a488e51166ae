/* SPDX-License-Identifier: MIT */
/* change/loose: git's loose objects, and those that are only begun */
#include "base/compat.h"

#include "base/err.h"
#include "change/loose.h"
#include "t/unit/scratch.h"
#include "t/unit/tap.h"

static struct err err;

/* A blob with a text that is its own. */
struct blob {
	struct buf	 data;
	struct oid	 id;
	char		 hex[OID_HEX + 1];
};

static void
blob_init(struct blob *b, const char *text)
{
	b->data = (struct buf)BUF_INIT;
	buf_adds(&b->data, text);
	oid_of(&b->id, "blob", b->data.ptr, b->data.len);
	oid_format(b->hex, &b->id);
}

static bool
git_has(const struct blob *b)
{
	struct buf out = BUF_INIT;
	bool has = run_line(&out, "git cat-file blob %s", b->hex) == 0 &&
	    buf_equal(&out, &b->data);

	buf_release(&out);
	return has;
}

/* How many files there are in git's folder of objects. */
static int
count_files(void)
{
	char *all = says("find .git/objects -type f");
	int n = *all != '\0';
	const char *s;

	for (s = all; *s != '\0'; s++)
		n += *s == '\n';
	free(all);
	return n;
}

static void
begin(struct loose *l, const struct blob *b)
{
	if (loose_begin(l, OBJECT_BLOB, &b->id, &b->data, &err) != 0)
		bail("%s", err.msg);
}

static void
test_written(void)
{
	struct loose *l = loose_new(".git/");
	struct blob b;

	blob_init(&b, "as it is\n");
	ok(loose_write(l, OBJECT_BLOB, &b.id, &b.data, &err) == 0 &&
	    git_has(&b), "an object that is written is git's");
	ok(loose_look(".git/", &b.id, "blob") == LOOSE_SOUND,
	    "and is sound");
	loose_free(l);
	buf_release(&b.data);
}

static void
test_begun(void)
{
	struct loose *l = loose_new(".git/");
	int before = count_files();
	struct blob a, b;

	blob_init(&a, "the first\n");
	blob_init(&b, "the second\n");
	begin(l, &a);
	begin(l, &b);
	ok(!git_has(&a) && !git_has(&b) && is_sound(),
	    "one that is begun is nobody's yet");
	is_int(count_files(), before + 2, "but is on its way");
	ok(loose_finish(l, &err) == 0 && git_has(&a) && git_has(&b),
	    "all that were begun are there at the end");
	is_int(count_files(), before + 2, "and nothing is left beside them");
	loose_free(l);
	buf_release(&a.data);
	buf_release(&b.data);
}

static void
test_dropped(void)
{
	struct loose *l = loose_new(".git/");
	int before = count_files();
	struct blob b;

	blob_init(&b, "not to be\n");
	begin(l, &b);
	loose_drop(l);
	ok(!git_has(&b) && count_files() == before,
	    "nothing is left of one that is dropped");
	loose_free(l);
	buf_release(&b.data);
}

static void
test_pruned(void)
{
	struct loose *l = loose_new(".git/");
	struct blob b;

	blob_init(&b, "in the way\n");
	begin(l, &b);
	must_run(NULL, NULL, "find .git/objects -name tmp_obj_* -delete");
	ok(loose_finish(l, &err) == 0 && git_has(&b),
	    "what git has cleared away is written again");
	loose_free(l);
	buf_release(&b.data);
}

int
main(void)
{
	scratch();
	put_file("a", "a\n");
	put_repo();
	test_written();
	test_begun();
	test_dropped();
	test_pruned();
	return tap_done();
}
