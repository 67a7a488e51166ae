/* SPDX-License-Identifier: MIT */
/* board/store */
#include "base/compat.h"

#include "base/err.h"
#include "board/store.h"
#include "sys/file.h"
#include "t/unit/scratch.h"
#include "t/unit/tap.h"

/* The ids of a stage in the store's order. */
static const char *
ids(const struct store *s, enum stage stage)
{
	static struct buf b;
	char id[ID_SIZE];
	size_t i;

	buf_clear(&b);
	for (i = 0; i < s->stages[stage].n; i++) {
		id_format(id, &s->stages[stage].v[i]->id);
		buf_addf(&b, "%s%s", i > 0 ? " " : "", id);
	}
	return buf_str(&b);
}

static void
open_here(struct store *s)
{
	struct err e = ERR_INIT;

	if (store_open(s, NULL, &e) != 0)
		bail("no store: %s", e.msg);
}

static void
test_open(void)
{
	struct store s;
	struct err e = ERR_INIT;

	put_dir("none/deep");
	put_dir("a/.work/tasks");
	put_dir("a/b/c");
	is_int(store_open(&s, "none/deep", &e), -1, "a board may be missing");
	ok(e.status == EX_NOINPUT && strstr(e.msg, "task-init") != NULL,
	    "that is EX_NOINPUT, and says what makes one");
	store_close(&s);
	ok(store_open(&s, "a", &e) == 0 &&
	    strcmp(s.work.ptr, "a/.work") == 0,
	    "finds the board of a folder");
	store_close(&s);
	ok(store_open(&s, "a/b/c", &e) == 0 &&
	    strcmp(s.work.ptr, "a/b/c/../../.work") == 0,
	    "or of one above it, and shows a path that leads there");
	ok(is_there(s.work.ptr), "which is the board's");
	store_close(&s);
	ok(store_open(&s, "a/none", &e) == -1 && e.status == EX_NOINPUT,
	    "a folder that is not there is EX_NOINPUT");
	store_close(&s);
	store_close(&s);
	ok(s.fd == -1, "closing twice is no harm");
}

static void
test_task_work(void)
{
	struct store s;
	struct err e = ERR_INIT;

	setenv("TASK_WORK", "a/.work", 1);
	ok(store_open(&s, NULL, &e) == 0 && strcmp(s.work.ptr, "a/.work")
	    == 0, "TASK_WORK names the board");
	store_close(&s);
	ok(store_open(&s, "none", &e) == -1,
	    "but not where a folder was asked for");
	store_close(&s);
	setenv("TASK_WORK", "nowhere", 1);
	ok(store_open(&s, NULL, &e) == -1 && e.status == EX_NOINPUT &&
	    strncmp(e.msg, "TASK_WORK: nowhere/tasks", 24) == 0,
	    "one that is not there is EX_NOINPUT");
	store_close(&s);
	setenv("TASK_WORK", "", 1);
	ok(store_open(&s, "a", &e) == 0, "an empty one says nothing");
	store_close(&s);
	unsetenv("TASK_WORK");
}

static void
test_load(void)
{
	struct store s;
	struct err e = ERR_INIT;

	put_dir(in_task("inbox", "0010", ""));
	put_dir(in_task("inbox", "0002", ""));
	put_dir(in_task("inbox", "FW-0001", ""));
	put_dir(in_task("archived/0001-0099", "0001", ""));
	put_dir(in_task("archived/1-9", "0007", ""));
	put_dir(in_task("archived", "0100", ""));
	put_dir(".work/tasks/inbox/notes");
	put_dir(".work/tasks/inbox/TASK-7-short");
	put_dir(".work/tasks/inbox/0001-0099/TASK-0050-one");
	put_file(".work/tasks/inbox/Todo", "");
	open_here(&s);
	is_str(ids(&s, STAGE_INBOX), "", "nothing is read before it is asked "
	    "for");
	is_int(store_load(&s, STAGE_INBOX, &e), 0, "reads a stage");
	is_str(ids(&s, STAGE_INBOX), "0002 0010 FW-0001",
	    "its packages are sorted by id, all else is left out");
	is_int(store_load_open(&s, &e), 0, "stages that are missing are empty");
	ok(!s.stages[STAGE_ARCHIVED].loaded && s.stages[STAGE_NEXT].loaded,
	    "the archive is not among the open ones");
	is_int(store_load_all(&s, &e), 0, "reads all of them");
	is_str(ids(&s, STAGE_ARCHIVED), "0001 0100",
	    "with the sub-folders of the archive");
	ok(strcmp(s.stages[STAGE_ARCHIVED].v[0]->shard, "0001-0099") == 0 &&
	    s.stages[STAGE_ARCHIVED].v[1]->shard == NULL,
	    "each knows which it lies in");
	put_dir(in_task("inbox", "0003", ""));
	store_load(&s, STAGE_INBOX, &e);
	is_str(ids(&s, STAGE_INBOX), "0002 0010 FW-0001",
	    "a stage that was read is not read again");
	store_forget(&s);
	store_load(&s, STAGE_INBOX, &e);
	is_str(ids(&s, STAGE_INBOX), "0002 0003 0010 FW-0001",
	    "but for one that was forgotten");
	store_close(&s);
	put_file(".work/tasks/next", "no folder");
	open_here(&s);
	ok(store_load_open(&s, &e) == -1 && store_load_all(&s, &e) == 0,
	    "a file in place of a stage is an error once");
	store_close(&s);
	remove_tree(".work/tasks/next");
}

static void
test_find(void)
{
	struct store s;
	struct err e = ERR_INIT;
	struct package *p;

	open_here(&s);
	ok(store_resolve(&s, "2", &p, &e) == 0 && p->stage == STAGE_INBOX &&
	    p->id.number == 2, "finds a task by what a person types");
	ok(!s.stages[STAGE_ARCHIVED].loaded,
	    "without a look into the archive");
	ok(store_resolve(&s, "inbox/TASK-FW-0001-one/", &p, &e) == 0 &&
	    strcmp(p->id.ns, "FW") == 0, "or by its path");
	ok(store_resolve(&s, "0100", &p, &e) == 0 &&
	    p->stage == STAGE_ARCHIVED, "in the archive as well");
	ok(store_resolve(&s, "4711", &p, &e) == -1 && e.status == EX_NOINPUT &&
	    strcmp(e.msg, "TASK-4711: no such task") == 0,
	    "one that is not there is EX_NOINPUT");
	ok(store_resolve(&s, "x", &p, &e) == -1 && e.status == EX_USAGE,
	    "what is no reference is EX_USAGE");
	store_close(&s);
	put_dir(in_task("backlog", "0002", ""));
	open_here(&s);
	ok(store_resolve(&s, "2", &p, &e) == -1 && e.status == EX_DATAERR &&
	    strstr(e.msg, "inbox/TASK-0002-one") != NULL &&
	    strstr(e.msg, "backlog/TASK-0002-one") != NULL,
	    "an id that is there twice is EX_DATAERR, and both are named");
	store_close(&s);
	remove_tree(".work/tasks/backlog");
	put_dir(".work/tasks/archived/TASK-0100-two");
	open_here(&s);
	ok(store_resolve(&s, "100", &p, &e) == -1 && e.status == EX_DATAERR,
	    "in the archive, too");
	store_close(&s);
	remove_tree(".work/tasks/archived/TASK-0100-two");
}

static int
move_stranger(void *ctx)
{
	struct package *p = package_new(STAGE_INBOX, NULL, "TASK-0009-x");

	(void)ctx;
	store_move(ctx, p, STAGE_NEXT, NULL);
	return 0;
}

static void
test_change(void)
{
	struct store s;
	struct err e = ERR_INIT;
	struct package *p;
	struct child c;

	open_here(&s);
	store_load_open(&s, &e);
	store_add(&s, package_new(STAGE_INBOX, NULL, "TASK-0005-x"));
	is_str(ids(&s, STAGE_INBOX), "0002 0003 0005 0010 FW-0001",
	    "a package that is new stands in its place");
	store_resolve(&s, "3", &p, &e);
	store_move(&s, p, STAGE_ARCHIVED, "0001-0099");
	is_str(ids(&s, STAGE_INBOX), "0002 0005 0010 FW-0001",
	    "one that moves leaves its stage");
	ok(p->stage == STAGE_ARCHIVED && strcmp(p->shard, "0001-0099") == 0 &&
	    s.stages[STAGE_ARCHIVED].v[0] == p, "and is in the other one");
	store_move(&s, p, STAGE_NEXT, NULL);
	ok(p->shard == NULL && s.stages[STAGE_NEXT].v[0] == p,
	    "it comes back the same way");
	in_child(&c, move_stranger, &s);
	is_int(c.status, EX_SOFTWARE, "a package that is not in its stage is "
	    "a fault of ours");
	child_release(&c);
	store_close(&s);
}

static void
test_shard(void)
{
	struct policy p = { .archive_shard = 1000 };
	struct id id = { "", 4711 };
	char *s = store_shard(&p, &id);

	is_str(s, "4000-4999", "the sub-folder follows from the number");
	free(s);
	id.number = 7;
	s = store_shard(&p, &id);
	is_str(s, "0000-0999", "with four digits at least");
	free(s);
	id.number = 12345;
	s = store_shard(&p, &id);
	is_str(s, "12000-12999", "or more");
	free(s);
	p.archive_shard = 0;
	ok(store_shard(&p, &id) == NULL, "there is none without a policy");
}

static void
test_policy(void)
{
	const struct policy *p;
	struct store s;
	struct err e = ERR_INIT;
	char *said;

	open_here(&s);
	ok(store_policy(&s, &p, &e) == 0 && p->gate[STAGE_NEXT] &&
	    p->wip[STAGE_CURRENT].limit == 5,
	    "without a policy the usual one holds");
	put_file(".work/tasks/policy.yaml", "gates: []\nnews: 1\n");
	ok(store_policy(&s, &p, &e) == 0 && p->gate[STAGE_NEXT],
	    "it is read once");
	store_forget(&s);
	hear();
	ok(store_policy(&s, &p, &e) == 0 && !p->gate[STAGE_NEXT],
	    "and again after store_forget()");
	said = heard();
	ok(strstr(said, ".work/tasks/policy.yaml:2:1: unknown key 'news'") !=
	    NULL, "an unknown key is warned of, with its path");
	free(said);
	put_file(".work/tasks/policy.yaml", "gates: [none]\n");
	store_forget(&s);
	ok(store_policy(&s, &p, &e) == -1 && e.status == EX_CONFIG &&
	    strncmp(e.msg, ".work/tasks/policy.yaml:1:8:", 28) == 0,
	    "what is wrong is said with path, line and column");
	ok(store_policy(&s, &p, &e) == -1, "each time");
	remove_tree(".work/tasks/policy.yaml");
	put_dir(".work/tasks/policy.yaml");
	ok(store_policy(&s, &p, &e) == -1 && e.status == EX_DATAERR,
	    "a folder of its name is an error");
	remove_tree(".work/tasks/policy.yaml");
	store_close(&s);
}

static void
test_people(void)
{
	const struct people *p;
	struct store s;
	struct err e = ERR_INIT;

	open_here(&s);
	ok(store_people(&s, &p, &e) == 0 && !p->present,
	    "without people.yaml nobody is named");
	store_forget(&s);
	put_file(".work/tasks/people.yaml", "people:\n  \"@a\": {}\n");
	ok(store_people(&s, &p, &e) == 0 && p->n == 1 &&
	    store_people(&s, &p, &e) == 0 && p->n == 1,
	    "whom it names is read once");
	store_forget(&s);
	put_file(".work/tasks/people.yaml", "people: [a]\n");
	ok(store_people(&s, &p, &e) == -1 && e.status == EX_CONFIG &&
	    strncmp(e.msg, ".work/tasks/people.yaml:1:9:", 28) == 0,
	    "what is wrong is said with path, line and column");
	store_close(&s);
	remove_tree(".work/tasks/people.yaml");
}

static void
test_namespaces(void)
{
	static const struct { const char *text; int has; } rows[] = {
		{ "namespaces:\n  FW: {full_name: Firmware}\n", 1 },
		{ "namespaces: {}\n", 0 }, { "", 0 },
		{ "namespaces:\n", 0 },
	};
	struct store s;
	struct err e = ERR_INIT;
	bool good = true;
	char *said;
	size_t i;

	open_here(&s);
	is_int(store_has_namespaces(&s, &e), 0,
	    "without NAMESPACES.yaml there are none");
	for (i = 0; i < ARRAY_LEN(rows); i++) {
		put_file(".work/tasks/NAMESPACES.yaml", rows[i].text);
		store_forget(&s);
		good &= row(store_has_namespaces(&s, &e) == rows[i].has,
		    "%s: %s", rows[i].text, e.msg);
	}
	ok(good, "there are where it names one");
	put_file(".work/tasks/NAMESPACES.yaml", "namespaces: {\n");
	is_int(store_has_namespaces(&s, &e), 0, "the answer is kept");
	store_forget(&s);
	ok(store_has_namespaces(&s, &e) == -1 &&
	    strncmp(e.msg, ".work/tasks/NAMESPACES.yaml:", 28) == 0,
	    "a file that cannot be read is an error with its path");
	put_file(".work/tasks/NAMESPACES.yaml", "namespaces: {FW: {a: b}}\n");
	store_forget(&s);
	hear();
	is_int(store_has_namespaces(&s, &e), 1, "unknown keys are no error");
	said = heard();
	ok(strstr(said, "NAMESPACES.yaml:1:19: unknown key 'a'") != NULL,
	    "they are warned of, with path and place");
	free(said);
	store_close(&s);
	remove_tree(".work/tasks/NAMESPACES.yaml");
}

/* Whether the list that has only this may be asked for. */
static int
may_ask(struct store *s, const char *name, struct err *e)
{
	struct strvec names = STRVEC_INIT;
	int rc;

	strvec_add(&names, name);
	rc = store_check_namespaces(s, &names, e);
	strvec_release(&names);
	return rc;
}

static void
test_check_namespaces(void)
{
	const struct strvec none = STRVEC_INIT;
	struct store s;
	struct err e = ERR_INIT;

	put_file(".work/tasks/NAMESPACES.yaml", "namespaces: {WEB: {}}\n");
	put_task("archived", "FX-0001", NULL);
	open_here(&s);
	ok(store_check_namespaces(&s, &none, &e) == 0 &&
	    may_ask(&s, "-", &e) == 0 && may_ask(&s, "WEB", &e) == 0 &&
	    !s.stages[STAGE_ARCHIVED].loaded,
	    "one that is named, or none at all, may be asked for");
	is_int(may_ask(&s, "FX", &e), 0, "and one that some task is in");
	ok(may_ask(&s, "WBE", &e) == -1 && e.status == EX_USAGE &&
	    strstr(e.msg, "did you mean 'WEB'?") != NULL &&
	    may_ask(&s, "", &e) == -1 && e.status == EX_USAGE,
	    "no other, and it is said what was meant");
	put_file(".work/tasks/NAMESPACES.yaml", "namespaces: []\n");
	store_forget(&s);
	ok(may_ask(&s, "FX", &e) == -1 && e.status == EX_CONFIG,
	    "a file that is wrong is an error");
	store_close(&s);
	remove_tree(".work/tasks/archived/TASK-FX-0001-one");
	remove_tree(".work/tasks/NAMESPACES.yaml");
}

static void
test_worker(void)
{
	struct store s;

	put_file(".work/tasks/.workers/bot.manifest.yaml", "");
	put_file(".work/tasks/.workers/a/b.manifest.yaml", "");
	open_here(&s);
	ok(store_is_worker(&s, "bot") && store_is_worker(&s, "@bot"),
	    "who has a manifest is a worker");
	ok(!store_is_worker(&s, "@alice") && !store_is_worker(&s, "bo"),
	    "who has none is none");
	ok(!store_is_worker(&s, "a/b") && !store_is_worker(&s, "../bot") &&
	    !store_is_worker(&s, "x/../bot"),
	    "a name leads to no other folder");
	store_close(&s);
}

static int
read_other(void *ctx, const char *path, size_t max, struct file *f,
    struct err *e)
{
	(void)max;
	(void)e;
	buf_addf(&f->data, "%s %s", (const char *)ctx, path);
	return 0;
}

static void
test_read(void)
{
	struct store s;
	struct err e = ERR_INIT;
	struct file f = FILE_INIT;
	struct buf b = BUF_INIT;
	static char way[] = "other";

	put_file(".work/tasks/inbox/x", "text");
	open_here(&s);
	ok(store_read(&s, "inbox/x", 10, &f, &e) == 0 &&
	    strcmp(f.data.ptr, "text") == 0, "reads a file of the board");
	ok(store_read(&s, "inbox/y", 10, &f, &e) == -1 &&
	    e.status == EX_NOINPUT &&
	    strncmp(e.msg, ".work/tasks/inbox/y: ", 21) == 0,
	    "what fails is said with the path from here");
	ok(store_read(&s, "inbox/x", 3, &f, &e) == -1 &&
	    e.status == EX_DATAERR, "more than was asked for is EX_DATAERR");
	buf_clear(&f.data);
	s.read = read_other;
	s.read_ctx = way;
	ok(store_read(&s, "a", 10, &f, &e) == 0 &&
	    strcmp(f.data.ptr, "other a") == 0,
	    "another may stand between the store and the disk");
	store_read_source(&s);
	ok(store_read(&s, "inbox/x", 10, &f, &e) == 0 &&
	    strcmp(f.data.ptr, "text") == 0, "until it goes away");
	store_show_path(&s, "", &b);
	store_show_path(&s, "a/b", &b);
	is_str(b.ptr, ".work/tasks.work/tasks/a/b", "shows a path from here");
	err_set(&e, EX_DATAERR, "3:1: bad");
	store_file_error(&s, "a", &e);
	is_str(e.msg, ".work/tasks/a:3:1: bad", "a place follows its file");
	err_set(&e, EX_DATAERR, "bad");
	is_int(store_file_error(&s, "a", &e), -1, "it is a failure");
	is_str(e.msg, ".work/tasks/a: bad", "and so do words");
	file_release(&f);
	buf_release(&b);
	store_close(&s);
}

int
main(void)
{
	scratch();
	test_open();
	test_task_work();
	test_load();
	test_find();
	test_change();
	test_shard();
	test_policy();
	test_people();
	test_namespaces();
	test_check_namespaces();
	test_worker();
	test_read();
	return tap_done();
}
