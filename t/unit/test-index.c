/* SPDX-License-Identifier: MIT */
/* rule/index */
#include "base/compat.h"

#include "base/err.h"
#include "base/strvec.h"
#include "board/store.h"
#include "rule/index.h"
#include "t/unit/scratch.h"
#include "t/unit/tap.h"

static struct store store;
static struct index x;
static struct err err;

static void
anew(void)
{
	store_close(&store);
	if (store_open(&store, NULL, &err) != 0)
		bail("%s", err.msg);
}

static int
load(int stage, const char *shard, bool folders)
{
	index_release(&x);
	x.at = (struct index_at){ stage, shard, folders };
	return index_load(&store, &x, &err);
}

/* The rows, each with its line end. */
static const char *
rows(void)
{
	static struct buf b;
	size_t i;

	buf_clear(&b);
	for (i = 0; i < x.list.n; i++)
		buf_addf(&b, "%.*s\n", (int)x.list.v[i].len,
		    x.list.v[i].text);
	return buf_str(&b);
}

/* The rows of an index that is made anew. */
static const char *
made(int stage, size_t *bad)
{
	size_t none = 0;

	anew();
	if (load(stage, NULL, false) != 0 ||
	    index_generate(&store, &x, bad == NULL ? &none : bad, &err) != 0)
		return err.msg;
	return rows();
}

static struct package *
get(const char *ref)
{
	struct package *p;

	if (store_resolve(&store, ref, &p, &err) != 0)
		bail("%s: %s", ref, err.msg);
	return p;
}

static void
test_path(void)
{
	static const struct { struct index_at at; const char *path; } v[] = {
		{ { STAGE_NONE, NULL, false }, "INDEX.md" },
		{ { STAGE_NEXT, NULL, false }, "next/INDEX.md" },
		{ { STAGE_ARCHIVED, NULL, true }, "archived/INDEX.md" },
		{ { STAGE_ARCHIVED, "0000-0999", false },
		    "archived/0000-0999/INDEX.md" },
	};
	struct buf b = BUF_INIT;
	bool good = true;
	size_t i;

	for (i = 0; i < ARRAY_LEN(v); i++) {
		buf_clear(&b);
		index_path(&v[i].at, &b);
		good &= row(strcmp(b.ptr, v[i].path) == 0, "%s", b.ptr);
	}
	ok(good, "an index lies in its stage, the root's above them");
	buf_release(&b);
}

#define ROW(id, rest) "| " id " | One | @alice | " rest " |\n"

static void
test_generate(void)
{
	put_task("inbox", "0010", NULL);
	put_task("inbox", "0002", "depends_on: [TASK-0003]\n"
	    "current_dri: null\n");
	put_task("integration", "0003", NULL);
	is_str(made(STAGE_INBOX, NULL), "| 0002 | One | - | active | "
	    "dep_ready | TASK-0003 |\n" ROW("0010", "active | - | -"),
	    "a stage has a row for each of its tasks, in id order");
	is_str(made(STAGE_NONE, NULL), "| 0002 | One | - | inbox | active | "
	    "dep_ready | TASK-0003 |\n"
	    ROW("0003", "integration | active | - | -")
	    ROW("0010", "inbox | active | - | -"),
	    "the root has all of them, with their stages");
	is_str(made(STAGE_LEARNING, NULL), "", "there may be none");
}

static void
test_pull(void)
{
	put_task("next", "0020", "priority: P2\n");
	put_task("next", "0021", "priority: P0\n");
	put_task("next", "0022", "priority: P2\n");
	put_task("next", "0023", "priority: P2\n");
	put_task("next", "0024", "priority: null\n");
	add_file(in_task("next", "0022", "/0022.ledger.jsonl"),
	    event_line("rollback", 9, "\"to_stage\":\"next\""));
	is_str(made(STAGE_NEXT, NULL), ROW("0021", "active | - | -")
	    ROW("0022", "active | - | -") ROW("0020", "active | - | -")
	    ROW("0023", "active | - | -") ROW("0024", "active | - | -"),
	    "next has the order of pulling");
}

/* index_mend() of one task. */
static int
mend(const struct id *id, struct package *p)
{
	struct index_row one = { .id = *id, .p = p };

	return index_mend(&store, &x, &one, 1, &err);
}

/* True where the rows are those that an index made anew has. */
static bool
as_made_anew(void)
{
	char *have = mem_strdup(rows());
	bool same;

	index_generate(&store, &x, &(size_t){ 0 }, &err);
	same = row(strcmp(have, rows()) == 0, "%s, not\n%s", have, rows());
	free(have);
	return same;
}

static void
test_mend_order(void)
{
	struct index_row both[2];

	put_task("next", "0021", "priority: P4\n");
	put_task("next", "0020", "priority: P0\n");
	both[0] = (struct index_row){ { "", 20 }, get("20") };
	both[1] = (struct index_row){ { "", 21 }, get("21") };
	ok(index_mend(&store, &x, both, 2, &err) == 0 && as_made_anew(),
	    "two that change at once do not mislead each other");
	put_task("next", "0024", "priority: P0\n");
	put_task("next", "0022", "priority: P1\n");
	ok(mend(&(struct id){ "", 22 }, get("22")) == 0 &&
	    mend(&(struct id){ "", 24 }, get("24")) == 0 && as_made_anew(),
	    "what was put beside a row that is late comes right with it");
}

static void
test_mend(void)
{
	struct id id = { "", 23 };

	store_move(&store, get("23"), STAGE_CURRENT, NULL);
	is_int(mend(&id, NULL), 0,
	    "a task that left loses its row");
	is_str(rows(), ROW("0021", "active | - | -")
	    ROW("0022", "active | - | -") ROW("0020", "active | - | -")
	    ROW("0024", "active | - | -"), "all others keep theirs");
	store_move(&store, get("23"), STAGE_NEXT, NULL);
	put_task("next", "0023", "priority: P1\nstatus: paused\n");
	is_int(mend(&id, get("23")), 0,
	    "one that comes gets one");
	is_str(rows(), ROW("0021", "active | - | -")
	    ROW("0023", "paused | paused | -") ROW("0022", "active | - | -")
	    ROW("0020", "active | - | -") ROW("0024", "active | - | -"),
	    "where it is pulled");
	put_task("next", "0023", "priority: P3\n");
	ok(mend(&id, get("23")) == 0 &&
	    x.list.n == 5 && x.list.v[3].id.number == 23,
	    "one that changed moves");
	test_mend_order();
	put_file(in_task("next", "0023", "/0023-one.task.md"), "x");
	ok(mend(&id, get("23")) == -1 &&
	    err.status == EX_DATAERR && x.list.n == 5,
	    "one that cannot be read is an error, and keeps its row");
	remove_tree(in_task("next", "0023", "/0023.context.md"));
	put_dir(in_task("next", "0023", "/0023.context.md"));
	put_task("inbox", "0011", NULL);
	anew();
	load(STAGE_INBOX, NULL, false);
	index_generate(&store, &x, &(size_t){ 0 }, &err);
	id.number = 11;
	listing_remove(&x.list, listing_find(&x.list, &id));
	ok(mend(&id, get("11")) == 0 &&
	    x.list.v[2].id.number == 11, "elsewhere the id is the order");
	id.number = 4711;
	ok(mend(&id, NULL) == 0 && x.list.n == 3,
	    "a task that is not there has no row to lose");
	remove_tree(".work/tasks/next");
}

static void
test_bad(void)
{
	size_t bad = 0;
	char *said;

	put_file(in_task("inbox", "0010", "/0010-one.task.md"), "x");
	hear();
	is_str(made(STAGE_INBOX, &bad), "| 0002 | One | - | active | "
	    "dep_ready | TASK-0003 |\n| 0010 | one | - | - | - | - |\n"
	    ROW("0011", "active | - | -"),
	    "a card that cannot be read gets a row with its folder's name");
	said = heard();
	is_int((intmax_t)bad, 1, "it is counted");
	ok(strstr(said, "0010-one.task.md:1:1: ") != NULL,
	    "and warned of, with its place");
	free(said);
	put_file(".work/tasks/inbox/INDEX.md",
	    "| ID | Name | DRI | Status | Flags | Dependencies |\n"
	    "|---|---|---|---|---|---|\n"
	    "| 0010 | Ten | @bob | active | - | - |\n");
	hear();
	made(STAGE_INBOX, &bad);
	free(heard());
	ok(strstr(rows(), "| 0010 | Ten | @bob | active | - | - |\n") != NULL,
	    "or keeps the one that it has");
	remove_tree(in_task("inbox", "0010", ""));
	remove_tree(".work/tasks/inbox/INDEX.md");
}

static void
test_load(void)
{
	anew();
	ok(load(STAGE_NEXT, NULL, false) == 0 && x.list.n == 0 &&
	    !x.list.sound, "an index that is not there is empty");
	put_file(".work/tasks/next/INDEX.md",
	    "| ID | Name | DRI | Status | Flags | Dependencies |\n"
	    "|---|---|---|---|---|---|\n"
	    "| 0010 | Ten | @bob | active | - | - |\n");
	ok(load(STAGE_NEXT, NULL, false) == 0 && x.list.n == 1 &&
	    x.list.sound, "one that is there is read");
	put_file(".work/tasks/NAMESPACES.yaml", "namespaces: {FW: {}}\n");
	anew();
	ok(load(STAGE_NEXT, NULL, false) == 0 && !x.list.sound,
	    "it is unsound where it lacks the namespaces");
	put_file(".work/tasks/NAMESPACES.yaml", "namespaces: {\n");
	anew();
	ok(load(STAGE_NEXT, NULL, false) == -1,
	    "namespaces that cannot be read are an error");
	ok(index_generate(&store, &x, &(size_t){ 0 }, &err) == -1,
	    "for a new one, too");
	remove_tree(".work/tasks/NAMESPACES.yaml");
	remove_tree(".work/tasks/next/INDEX.md");
	put_dir(".work/tasks/next/INDEX.md");
	anew();
	ok(load(STAGE_NEXT, NULL, false) == -1 && err.status == EX_DATAERR,
	    "and so is a folder in its place");
	remove_tree(".work/tasks/next/INDEX.md");
}

static void
test_namespaces(void)
{
	put_file(".work/tasks/NAMESPACES.yaml", "namespaces: {FW: {}}\n");
	put_task("learning", "FW-0001", NULL);
	put_task("learning", "0004", NULL);
	is_str(made(STAGE_LEARNING, NULL), "| - | 0004 | One | @alice | active "
	    "| - | - |\n| FW | FW-0001 | One | @alice | active | - | - |\n",
	    "with namespaces there is a column for them");
	remove_tree(".work/tasks/NAMESPACES.yaml");
	remove_tree(".work/tasks/learning");
}

static int
note(const struct index_at *at, void *ctx, struct err *e)
{
	struct strvec *seen = ctx;
	struct buf b = BUF_INIT;

	index_path(at, &b);
	strvec_addf(seen, "%s%s", b.ptr, at->folders ? "/" : "");
	buf_release(&b);
	return seen->n == 20 ? err_set(e, EX_NO, "enough") : 0;
}

static void
test_each(void)
{
	struct strvec seen = STRVEC_INIT;

	anew();
	ok(index_each(&store, note, &seen, &err) == 0 && seen.n == 8 &&
	    strcmp(seen.v[0], "inbox/INDEX.md") == 0 &&
	    strcmp(seen.v[6], "archived/INDEX.md") == 0 &&
	    strcmp(seen.v[7], "INDEX.md") == 0,
	    "there is an index for each stage and one for all");
	put_file(".work/tasks/policy.yaml", "scale: {archive_shard: 100}\n");
	put_task("archived/0000-0099", "0005", NULL);
	put_task("archived/0000-0099", "0006", NULL);
	put_task("archived/0100-0199", "0100", NULL);
	put_task("archived", "0007", NULL);
	anew();
	strvec_clear(&seen);
	ok(index_each(&store, note, &seen, &err) == 0 && seen.n == 10 &&
	    strcmp(seen.v[6], "archived/INDEX.md/") == 0 &&
	    strcmp(seen.v[7], "archived/0000-0099/INDEX.md") == 0 &&
	    strcmp(seen.v[8], "archived/0100-0199/INDEX.md") == 0,
	    "and for each sub-folder of a sharded archive");
	ok(index_each(&store, note, &seen, &err) == -1 &&
	    strcmp(err.msg, "enough") == 0 && seen.n == 20,
	    "a failure ends it");
	strvec_release(&seen);
}

static void
test_shards(void)
{
	struct index_at at;

	load(STAGE_ARCHIVED, NULL, true);
	is_int(index_generate(&store, &x, &(size_t){ 0 }, &err), 0,
	    "the archive's own index");
	is_str(rows(), "| [0000-0099](0000-0099/INDEX.md) | 2 |\n"
	    "| [0100-0199](0100-0199/INDEX.md) | 1 |\n",
	    "lists the sub-folders and how many tasks each has");
	load(STAGE_ARCHIVED, "0000-0099", false);
	ok(index_generate(&store, &x, &(size_t){ 0 }, &err) == 0 &&
	    x.list.n == 2 && x.list.v[1].id.number == 6,
	    "a sub-folder's has those that lie in it");
	ok(index_of(&store, get("5"), &at, &err) == 0 &&
	    at.stage == STAGE_ARCHIVED && at.shard != NULL && !at.folders,
	    "that is where such a task has its row");
	ok(index_of(&store, get("2"), &at, &err) == 0 &&
	    at.stage == STAGE_INBOX && at.shard == NULL,
	    "others have it in their stage's");
	is_int(index_in_root(&store, get("5"), &err), 1,
	    "the root has them all");
	put_file(".work/tasks/policy.yaml", "scale: {root_index: open}\n");
	anew();
	ok(index_in_root(&store, get("5"), &err) == 0 &&
	    index_in_root(&store, get("2"), &err) == 1,
	    "or only the open ones, by policy");
	made(STAGE_NONE, NULL);
	ok(strstr(rows(), "| 0005 |") == NULL &&
	    strstr(rows(), "| 0002 |") != NULL, "and is made so");
	ok(index_of(&store, get("5"), &at, &err) == 0 && at.shard == NULL,
	    "without sub-folders by policy the stage has one index");
}

static void
test_errors(void)
{
	struct strvec seen = STRVEC_INIT;
	struct index_at at;
	struct package *p;

	anew();
	p = get("5");
	put_file(".work/tasks/policy.yaml", "scale: x\n");
	ok(index_of(&store, p, &at, &err) == -1 &&
	    index_in_root(&store, p, &err) == -1 &&
	    index_each(&store, note, &seen, &err) == -1 &&
	    err.status == EX_CONFIG, "a policy that is wrong is an error");
	load(STAGE_NONE, NULL, false);
	ok(index_generate(&store, &x, &(size_t){ 0 }, &err) == -1,
	    "for the root, too");
	remove_tree(".work/tasks/policy.yaml");
	remove_tree(".work/tasks/archived");
	put_file(".work/tasks/archived", "");
	anew();
	load(STAGE_ARCHIVED, NULL, true);
	ok(index_generate(&store, &x, &(size_t){ 0 }, &err) == -1,
	    "a stage that cannot be read is an error");
	anew();
	load(STAGE_NONE, NULL, false);
	ok(index_generate(&store, &x, &(size_t){ 0 }, &err) == -1,
	    "whatever is made of it");
	strvec_release(&seen);
}

int
main(void)
{
	scratch();
	store.fd = -1;
	put_dir(".work/tasks");
	test_path();
	test_generate();
	test_pull();
	test_mend();
	test_bad();
	test_load();
	test_namespaces();
	test_each();
	test_shards();
	test_errors();
	index_release(&x);
	store_close(&store);
	return tap_done();
}
