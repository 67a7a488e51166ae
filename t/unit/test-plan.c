/* SPDX-License-Identifier: MIT */
/* change/plan */
#include "base/compat.h"

#include "base/err.h"
#include "change/plan.h"
#include "t/unit/scratch.h"
#include "t/unit/tap.h"

static struct repo *repo;
static struct err err;

static struct oid
add(struct plan *p, enum object_type type, const char *text,
    const struct plan_base *base)
{
	struct buf b = BUF_INIT;
	struct oid id;

	buf_adds(&b, text);
	plan_add_object(p, type, &b, base, &id);
	buf_release(&b);
	return id;
}

static struct oid
in_git(const char *text)
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

static void
test_objects(void)
{
	struct plan p = PLAN_INIT;
	struct oid ids[500], none = { { 0 } };
	bool good = true;
	char text[16];
	size_t i;

	ok(plan_object(&p, &none) == NULL, "an empty plan has no object");
	for (i = 0; i < ARRAY_LEN(ids); i++) {
		snprintf(text, sizeof(text), "text %zu", i);
		ids[i] = add(&p, OBJECT_BLOB, text, NULL);
	}
	for (i = 0; i < ARRAY_LEN(ids); i++) {
		snprintf(text, sizeof(text), "text %zu", i);
		good &= row(plan_object(&p, &ids[i]) != NULL &&
		    strcmp(plan_object(&p, &ids[i])->data.ptr, text) == 0,
		    "%s", text);
	}
	ok(good, "hundreds of objects are found by their ids");
	add(&p, OBJECT_BLOB, "text 7", NULL);
	is_int((intmax_t)p.nobjects, 500, "none is there twice");
	is_int((intmax_t)p.bytes, 500 * 8 - 10 - 100 + 0,
	    "it knows how many bytes they have");
	ok(plan_object(&p, &none) == NULL, "and which are not there");
	plan_release(&p);
	plan_release(&p);
	is_int((intmax_t)p.nobjects, 0, "releasing twice is no harm");
}

static void
test_drop(void)
{
	struct plan p = PLAN_INIT;
	struct oid tree = add(&p, OBJECT_TREE, "t", NULL);
	struct oid blob = add(&p, OBJECT_BLOB, "b", NULL);
	struct oid commit = add(&p, OBJECT_COMMIT, "c", NULL);

	plan_drop_trees(&p);
	ok(p.nobjects == 1 && plan_object(&p, &blob) != NULL &&
	    plan_object(&p, &tree) == NULL &&
	    plan_object(&p, &commit) == NULL,
	    "trees and commits can be dropped, to be made on another head");
	tree = add(&p, OBJECT_TREE, "t", NULL);
	ok(plan_object(&p, &tree) != NULL, "and come back");
	plan_release(&p);
}

static void
fill(struct plan *p)
{
	struct oid old = in_git("the same head, old, the same tail");
	struct plan_base base = { old, "the same head, old, the same tail",
	    33 };
	struct plan_file *f;

	p->commits = true;
	p->ref = mem_strdup("refs/heads/main");
	p->now_us = -5;
	memset(&p->old_head, 1, sizeof(p->old_head));
	memset(&p->new_head, 2, sizeof(p->new_head));
	memset(&p->new_tree, 3, sizeof(p->new_tree));
	plan_add_rename(p, "a/from", "b/to", true);
	f = plan_add_file(p, "b/to/x");
	f->content = add(p, OBJECT_BLOB, "the same head, new, the same tail",
	    &base);
	f->blob = f->content;
	f->was = f->head = old;
	f->write = true;
	plan_add_step(p, "one");
	f = plan_add_file(p, "gone");
	f->commit = true;
	plan_add_rename(p, "c", "d", false);
	add(p, OBJECT_TREE, "", NULL);
	plan_add_step(p, "two\n\nlines\n");
}

static bool
same_plan(const struct plan *p)
{
	const struct plan_object *o = plan_object(p, &p->files[0].content);

	return p->commits && strcmp(p->ref, "refs/heads/main") == 0 &&
	    p->now_us == -5 && p->old_head.raw[19] == 1 &&
	    p->new_head.raw[19] == 2 && p->new_tree.raw[0] == 3 &&
	    o != NULL && o->type == OBJECT_BLOB &&
	    strcmp(o->data.ptr, "the same head, new, the same tail") == 0;
}

static bool
same_files(const struct plan *p)
{
	return row(strcmp(p->files[0].path, "b/to/x") == 0 &&
	    p->files[0].write && !p->files[0].commit &&
	    !p->files[1].write && p->files[1].commit, "files") &&
	    row(strcmp(p->renames[0].from, "a/from") == 0 &&
	    strcmp(p->renames[1].to, "d") == 0 && p->renames[0].lies != NULL &&
	    p->renames[1].lies == NULL, "renames");
}

static bool
same_steps(const struct plan *p)
{
	return row(p->nfiles == 2 && p->nrenames == 2 && p->nsteps == 2 &&
	    p->nobjects == 2, "counts") &&
	    row(p->steps[0].files_end == 1 && p->steps[0].renames_end == 1 &&
	    p->steps[1].files_end == 2 &&
	    strcmp(p->steps[1].message, "two\n\nlines\n") == 0, "steps");
}

static void
test_format(void)
{
	struct plan p = PLAN_INIT, q = PLAN_INIT;
	struct buf b = BUF_INIT, again = BUF_INIT;

	fill(&p);
	plan_format(&p, &b);
	ok(memmem(b.ptr, b.len, "same head", 9) == NULL &&
	    memmem(b.ptr, b.len, "new", 3) != NULL,
	    "of what git has an earlier version, the difference is written");
	ok(row(plan_parse(&q, repo, &b, &err) == 0, "%s", err.msg) &&
	    same_plan(&q), "a plan is read back as it was written");
	ok(same_steps(&q) && same_files(&q),
	    "with its files, renames and steps");
	plan_release(&q);
	plan_release(&p);
	plan_format(&p, &again);
	ok(plan_parse(&q, repo, &again, &err) == 0 && q.nsteps == 0 &&
	    !q.commits, "an empty one, too");
	plan_release(&q);
	buf_release(&b);
	buf_release(&again);
}

static void
test_keys(void)
{
	struct plan p = PLAN_INIT, q = PLAN_INIT;
	struct buf unsigned_one = BUF_INIT, b = BUF_INIT;

	fill(&p);
	plan_format(&p, &unsigned_one);
	p.steps[1].key = mem_strdup("SHA256:abc");
	plan_format(&p, &b);
	ok(plan_parse(&q, repo, &b, &err) == 0 && same_plan(&q) &&
	    same_steps(&q) && q.steps[0].key == NULL,
	    "a plan with a step that is signed is read back");
	is_str(q.steps[1].key, "SHA256:abc", "with the key");
	plan_release(&q);
	ok(b.len > unsigned_one.len && memcmp(b.ptr + 8, unsigned_one.ptr + 8,
	    unsigned_one.len - 8) == 0,
	    "one without is written as it was before there were keys");
	plan_release(&p);
	buf_release(&unsigned_one);
	buf_release(&b);
}

static void
set_merge(struct plan *p, const char *board)
{
	struct oid parents[2];
	struct plan_merge m = { parents, 2, { { 7 } }, { { 8 } }, NULL };
	char *copy = mem_strdup(board);

	memset(parents, 6, sizeof(parents));
	m.board = copy;
	plan_set_merge(p, &m);
	free(copy);
}

static bool
same_merge(const struct plan *p)
{
	const struct plan_merge *m = p->merge;

	return m != NULL && m->nparents == 2 && m->parents[1].raw[19] == 6 &&
	    m->forward.raw[0] == 7 && m->outside.raw[0] == 8 &&
	    strcmp(m->board, "sub/.work/") == 0;
}

/* True where the bytes are refused, with EX_DATAERR. */
static bool
refused(const struct buf *b)
{
	struct plan q = PLAN_INIT;
	bool is = plan_parse(&q, repo, b, &err) == -1 &&
	    (err.status == EX_DATAERR || err.status == EX_NOINPUT);

	plan_release(&q);
	return is;
}

static void
test_damaged(void)
{
	struct plan p = PLAN_INIT;
	struct buf b = BUF_INIT, cut = BUF_INIT;
	bool good = true;
	size_t n;

	fill(&p);
	p.steps[1].key = mem_strdup("SHA256:abc");
	plan_format(&p, &b);
	for (n = 0; n < b.len; n++) {
		/* A copy, so that a read beyond it is seen. */
		buf_release(&cut);
		if (n > 0)
			buf_add(&cut, b.ptr, n);
		good &= row(refused(&cut), "%zu of %zu bytes", n, b.len);
	}
	ok(good, "a plan that was cut off anywhere is refused");
	buf_addc(&b, 'x');
	ok(refused(&b), "one with something behind it, too");
	plan_release(&p);
	buf_release(&b);
	buf_release(&cut);
}

static void
test_merge(void)
{
	static const char *const wrong[] = { "x", "../", "/", "/x/", "a//" };
	struct plan p = PLAN_INIT, q = PLAN_INIT;
	struct buf b = BUF_INIT, cut = BUF_INIT;
	bool good = true;
	size_t n, old;

	fill(&p);
	plan_format(&p, &b);
	old = b.len;
	buf_clear(&b);
	p.files[1].executable = true;
	set_merge(&p, "sub/.work/");
	plan_format(&p, &b);
	ok(plan_parse(&q, repo, &b, &err) == 0 && same_merge(&q) &&
	    same_files(&q) && q.files[1].executable &&
	    !q.files[0].executable, "a merge is read back, too");
	plan_release(&q);
	for (n = old + 1; n < b.len; n++) {
		buf_release(&cut);
		buf_add(&cut, b.ptr, n);
		good &= row(refused(&cut), "%zu of %zu bytes", n, b.len);
	}
	ok(good, "and refused where it was cut off");
	memset(b.ptr + old, 0xff, 8);
	ok(refused(&b), "or says that it is larger than it is");
	for (good = true, n = 0; n < ARRAY_LEN(wrong); n++) {
		set_merge(&p, wrong[n]);
		buf_clear(&b);
		plan_format(&p, &b);
		good &= row(refused(&b), "board %s", wrong[n]);
	}
	ok(good, "or that the board lies elsewhere");
	plan_drop_trees(&p);
	ok(p.merge == NULL, "on another head it is an ordinary change");
	plan_release(&p);
	buf_release(&b);
	buf_release(&cut);
}

static void
test_wrong(void)
{
	static const char *const paths[] = { "../x", "/x", "a//b", "", "." };
	struct plan p = PLAN_INIT;
	struct buf b = BUF_INIT;
	bool good = true;
	size_t i;

	for (i = 0; i < ARRAY_LEN(paths); i++) {
		plan_add_file(&p, paths[i]);
		buf_clear(&b);
		plan_format(&p, &b);
		good &= row(refused(&b), "file %s", paths[i]);
		plan_release(&p);
		plan_add_rename(&p, "a", paths[i], true);
		buf_clear(&b);
		plan_format(&p, &b);
		good &= row(refused(&b), "rename %s", paths[i]);
		plan_release(&p);
	}
	ok(good, "a path that leads elsewhere is refused");
	fill(&p);
	p.steps[0].files_end = 2;
	p.steps[1].files_end = 1;
	buf_clear(&b);
	plan_format(&p, &b);
	ok(refused(&b), "steps that go back are refused");
	p.steps[1].files_end = 77;
	buf_clear(&b);
	plan_format(&p, &b);
	ok(refused(&b), "or beyond the files");
	plan_release(&p);
	buf_release(&b);
}

static void
test_objects_wrong(void)
{
	struct plan p = PLAN_INIT;
	struct buf b = BUF_INIT;

	fill(&p);
	p.objects[0].id.raw[0] ^= 1;
	plan_format(&p, &b);
	ok(refused(&b) && strcmp(err.msg, "an object is damaged") == 0,
	    "an object whose bytes are not its id's is refused");
	p.objects[0].id.raw[0] ^= 1;
	p.objects[0].base = in_git("short");
	buf_clear(&b);
	plan_format(&p, &b);
	ok(refused(&b) && strcmp(err.msg, "an object's base is another")
	    == 0, "one whose base is too short is refused");
	memset(&p.objects[0].base, 9, sizeof(p.objects[0].base));
	buf_clear(&b);
	plan_format(&p, &b);
	ok(refused(&b), "or whose base is not there");
	p.objects[0].type = (enum object_type)7;
	buf_clear(&b);
	plan_format(&p, &b);
	ok(refused(&b), "or that is of no type");
	plan_release(&p);
	buf_release(&b);
}

int
main(void)
{
	scratch();
	put_repo();
	if (repo_open(&repo, ".", &err) != 0)
		bail("%s", err.msg);
	test_objects();
	test_drop();
	test_format();
	test_keys();
	test_damaged();
	test_merge();
	test_wrong();
	test_objects_wrong();
	repo_close(repo);
	return tap_done();
}
