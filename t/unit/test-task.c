/* SPDX-License-Identifier: MIT */
/* board/task, and the files of a package */
#include "base/compat.h"

#include "base/err.h"
#include "board/store.h"
#include "board/task.h"
#include "t/unit/scratch.h"
#include "t/unit/tap.h"

static struct store store;

static struct package *
get(const char *ref)
{
	struct err e = ERR_INIT;
	struct package *p;

	if (store_resolve(&store, ref, &p, &e) != 0)
		bail("%s: %s", ref, e.msg);
	return p;
}

static void
test_whole(void)
{
	struct task t = TASK_INIT;
	struct err e = ERR_INIT;

	is_int(task_load(&t, &store, get("1"), &e), 0, "reads a task");
	ok(t.pkg == get("1") && strcmp(card_get(&t.card, "task_id"), "0001")
	    == 0, "its card");
	ok(t.has_context && strcmp(t.context.ptr, "The context.\n") == 0,
	    "its context");
	ok(t.has_ledger && t.ledger.n == 1, "its ledger");
	ok(!t.has_learning, "and that nothing was learned");
	is_int(task_require_ledger(&t, &store, &e), 0,
	    "the ledger is there");
	task_release(&t);
	task_release(&t);
	ok(t.pkg == NULL && !t.has_ledger, "releasing twice is no harm");
}

static void
test_card(void)
{
	struct task t = TASK_INIT;
	struct err e = ERR_INIT;

	is_int(task_load_card(&t, &store, get("1"), &e), 0,
	    "may read the card alone");
	ok(!t.has_context && !t.has_ledger && t.card.text.len > 0,
	    "and nothing but it");
	task_release(&t);
}

static void
test_missing(void)
{
	struct task t = TASK_INIT;
	struct err e = ERR_INIT;

	remove_tree(in_task("inbox", "0002", "/0002.context.md"));
	remove_tree(in_task("inbox", "0002", "/0002.ledger.jsonl"));
	put_file(in_task("inbox", "0002", "/0002.learning.md"), "it went so\n");
	ok(task_load(&t, &store, get("2"), &e) == 0 && !t.has_context &&
	    !t.has_ledger && t.has_learning,
	    "context and ledger may be missing here");
	ok(task_require_ledger(&t, &store, &e) == -1 &&
	    e.status == EX_DATAERR &&
	    strncmp(e.msg, ".work/tasks/inbox/TASK-0002-one/"
	    "0002.ledger.jsonl: ", 51) == 0,
	    "who needs the ledger is told, with its path");
	task_release(&t);
	put_file(in_task("inbox", "0002", "/0002.learning.md"), "");
	ok(task_load(&t, &store, get("2"), &e) == 0 && !t.has_learning,
	    "an empty learning file is none");
	task_release(&t);
}

static void
test_errors(void)
{
	static const char *const parts[] = { "/0003.context.md",
	    "/0003.ledger.jsonl", "/0003.learning.md" };
	struct task t = TASK_INIT;
	struct err e = ERR_INIT;
	bool good = true;
	size_t i;

	for (i = 0; i < ARRAY_LEN(parts); i++) {
		remove_tree(in_task("inbox", "0003", parts[i]));
		put_dir(in_task("inbox", "0003", parts[i]));
		good &= row(task_load(&t, &store, get("3"), &e) == -1 &&
		    e.status == EX_DATAERR && strstr(e.msg, parts[i]) != NULL,
		    "%s: %s", parts[i], e.msg);
		task_release(&t);
		remove_tree(in_task("inbox", "0003", parts[i]));
	}
	ok(good, "a folder in place of a part is EX_DATAERR, with its path");
	put_file(in_task("inbox", "0003", "/0003-one.task.md"),
	    "---\na: [\n---\n");
	ok(task_load(&t, &store, get("3"), &e) == -1 &&
	    e.status == EX_DATAERR && strncmp(e.msg, ".work/tasks/inbox/"
	    "TASK-0003-one/0003-one.task.md:", 49) == 0,
	    "so is a card that is not valid, with its line");
	task_release(&t);
	remove_tree(in_task("inbox", "0003", "/0003-one.task.md"));
	ok(task_load(&t, &store, get("3"), &e) == -1 &&
	    e.status == EX_DATAERR && strncmp(e.msg, ".work/tasks/inbox/"
	    "TASK-0003-one/0003-one.task.md: ", 50) == 0,
	    "a package without a card is EX_DATAERR, with the path");
	task_release(&t);
}

int
main(void)
{
	struct err e = ERR_INIT;

	scratch();
	put_task("inbox", "0001", NULL);
	put_task("inbox", "0002", NULL);
	put_task("inbox", "0003", NULL);
	if (store_open(&store, NULL, &e) != 0)
		bail("no store: %s", e.msg);
	test_whole();
	test_card();
	test_missing();
	test_errors();
	store_close(&store);
	return tap_done();
}
