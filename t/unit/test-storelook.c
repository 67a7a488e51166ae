/* SPDX-License-Identifier: MIT */
/* board/storelook: readers, while others move what they read */
#include "base/compat.h"

#include <sys/wait.h>

#include <signal.h>

#include "base/err.h"
#include "board/store.h"
#include "board/task.h"
#include "t/unit/scratch.h"
#include "t/unit/tap.h"

static struct err err;

static void
open_here(struct store *s)
{
	if (store_open(s, NULL, &err) != 0)
		bail("no store: %s", err.msg);
}

static char *
folder_in(const char *stage)
{
	return mem_strdup(in_task(stage, "0001", ""));
}

static void
move_folder(const char *from, const char *to)
{
	char *a = folder_in(from), *b = folder_in(to);

	if (rename(a, b) != 0)
		bail("%s: %s", a, strerror(errno));
	free(a);
	free(b);
}

/* One folder goes from one stage to the other and back, until it is killed. */
static pid_t
start_mover(const char *a, const char *b)
{
	pid_t pid;

	fflush(stdout);
	if ((pid = fork()) != 0)
		return pid;
	for (;;) {
		move_folder(a, b);
		usleep(3000);
		move_folder(b, a);
		usleep(3000);
	}
}

static void
stop_mover(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static size_t
count_ones(const struct store *s)
{
	const struct store_stage *st;
	size_t i, n = 0;
	int stage;

	for (stage = 0; stage < STAGE_COUNT; stage++) {
		st = &s->stages[stage];
		for (i = 0; i < st->n; i++)
			n += st->v[i]->id.number == 1;
	}
	return n;
}

static void
test_settled(void)
{
	int missed = 0, twice = 0, i;
	struct store s;
	pid_t mover;
	size_t n;

	mover = start_mover("inbox", "integration");
	open_here(&s);
	for (i = 0; i < 5000; i++) {
		store_forget(&s);
		if (store_load_open(&s, &err) != 0)
			bail("%s", err.msg);
		n = count_ones(&s);
		missed += n == 0;
		twice += n > 1;
	}
	stop_mover(mover);
	store_close(&s);
	is_int(missed, 0, "what moves while the stages are read is not missed");
	is_int(twice, 0, "and is not there twice");
}

static void
lie_in(const char *stage)
{
	char *to = folder_in(stage), *inbox = folder_in("inbox");
	char *integration = folder_in("integration");

	if (rename(inbox, to) != 0 && rename(integration, to) != 0)
		bail("%s: %s", to, strerror(errno));
	free(to);
	free(inbox);
	free(integration);
}

static void
test_follow(void)
{
	struct ledger l = LEDGER_INIT;
	struct task t = TASK_INIT;
	struct package *p;
	struct store s;

	lie_in("next");
	open_here(&s);
	if (store_resolve(&s, "1", &p, &err) != 0)
		bail("%s", err.msg);
	ok(store_has_package(&s, p) && !store_follow(&s, p),
	    "a package that is where it was is not looked for");
	put_dir(".work/tasks/archived/0001-0999");
	move_folder("next", "archived/0001-0999");
	ok(!store_has_package(&s, p) && store_follow(&s, p) &&
	    p->stage == STAGE_ARCHIVED && p->shard != NULL &&
	    strcmp(p->shard, "0001-0999") == 0 && store_has_package(&s, p),
	    "one that was moved is found, in the archive's sub-folders, too");
	move_folder("archived/0001-0999", "current");
	ok(task_load(&t, &s, p, &err) == 0 && p->stage == STAGE_CURRENT &&
	    p->shard == NULL && t.has_ledger,
	    "who reads a task reads it where it is by then");
	task_release(&t);
	move_folder("current", "next");
	ok(task_read_ledger(&l, &s, p, &err) == 0 && p->stage == STAGE_NEXT,
	    "who reads its ledger only does so, too");
	ledger_release(&l);
	move_folder("next", "current");
	remove_tree(in_task("current", "0001", "/0001-one.task.md"));
	ok(task_load(&t, &s, p, &err) == -1 && err.status == EX_DATAERR,
	    "a package without a card is an error in it");
	task_release(&t);
	remove_tree(in_task("current", "0001", ""));
	ok(!store_follow(&s, p) && task_load(&t, &s, p, &err) == -1 &&
	    err.status == EX_NOINPUT, "one that went away is none");
	task_release(&t);
	store_close(&s);
}

/* What is read at two times may be in two of the lists. */
static void
test_twice(void)
{
	struct package *p;
	struct store s;
	struct id id;

	put_task("inbox", "0001", NULL);
	open_here(&s);
	if (id_parse(&id, "1") != 0 || store_load_open(&s, &err) != 0)
		bail("%s", err.msg);
	move_folder("inbox", "archived");
	if (store_load(&s, STAGE_ARCHIVED, &err) != 0)
		bail("%s", err.msg);
	ok(store_find(&s, &id, &p, &err) == 0 && p->stage == STAGE_ARCHIVED,
	    "what moved since the first stages were read is where it is now");
	put_dir(in_task("inbox", "0001", ""));
	ok(store_find(&s, &id, &p, &err) == -1 && err.status == EX_DATAERR,
	    "two that are both there are two");
	store_close(&s);
}

int
main(void)
{
	scratch();
	put_task("inbox", "0001", NULL);
	put_dir(".work/tasks/integration");
	put_dir(".work/tasks/next");
	put_dir(".work/tasks/current");
	test_settled();
	test_follow();
	test_twice();
	return tap_done();
}
