/* SPDX-License-Identifier: MIT */
/*
 * The life cycle, told twice: by chance, on boards of several policies.
 *
 *	TASK_MODEL_SEED=7 TASK_MODEL_COMMANDS=10000 make check-model
 */
#include "base/compat.h"

#include "sys/sig.h"
#include "t/model/model.h"
#include "t/unit/scratch.h"
#include "t/unit/tap.h"

enum { BOARD_COMMANDS = 500, LAST_LINES = 12 };

#define EVERYBODY	{ { false } }
#define GATES		{ [NEXT] = true, [INTEGRATION] = true,		\
			[ARCHIVED] = true }
#define NO_LIMIT	{ NONE, false, false }

/* Small limits, so that all of them are met. */
static const struct policy policies[] = {
	{ .text = "wip:\n  current: {limit: 2, scope: system, enforce: hard}\n"
	    "gates: [next, integration, archived]\n",
	    .limit = { NO_LIMIT, NO_LIMIT, { 3, false, true },
	    { 2, true, false }, { 3, false, false }, { 2, false, true },
	    NO_LIMIT }, .gate = GATES, .people = NULL, .may = EVERYBODY },
	{ .text = "wip:\n  next: {limit: 5, scope: system, enforce: hard}\n"
	    "  current: {limit: 1, scope: dri, enforce: hard}\n"
	    "  integration: {limit: 2, scope: system, enforce: hard}\n"
	    "gates: [next, integration, archived]\n",
	    .limit = { NO_LIMIT, NO_LIMIT, { 5, true, false },
	    { 1, true, true }, { 2, true, false }, { 2, false, true },
	    NO_LIMIT }, .gate = GATES,
	    .people = "people:\n"
	    "  \"@alice\": {name: A, gates: [next, integration, archived]}\n"
	    "  \"@bob\": {name: B, gates: [next]}\n  \"@carol\": {name: C}\n",
	    .may = { [ALICE] = GATES, [BOB] = { [NEXT] = true } } },
	{ .text = "wip:\n  current: {limit: 2, scope: system, enforce: hard}\n"
	    "  learning: {limit: 2, scope: dri, enforce: hard}\n"
	    "gates: [backlog, current, archived]\n",
	    .limit = { NO_LIMIT, NO_LIMIT, { 3, false, true },
	    { 2, true, false }, { 3, false, false }, { 2, true, true },
	    NO_LIMIT }, .gate = { [BACKLOG] = true, [CURRENT] = true,
	    [ARCHIVED] = true }, .people = NULL, .may = EVERYBODY },
	{ .text = "wip:\n  current: {limit: 2, scope: system, enforce: hard}\n"
	    "  backlog: {limit: 8, scope: system, enforce: hard}\n"
	    "gates: []\n",
	    .limit = { NO_LIMIT, { 8, true, false }, { 3, false, true },
	    { 2, true, false }, { 3, false, false }, { 2, false, true },
	    NO_LIMIT }, .gate = { false }, .people = NULL,
	    .may = EVERYBODY },
};

static int
setting(const char *name, int otherwise)
{
	const char *value = getenv(name);

	return value == NULL ? otherwise : (int)strtol(value, NULL, 10);
}

/* The lines that do it again: the last here, and all of them in a file. */
static void
say_script(int seed)
{
	const char *tmp = getenv("TMPDIR");
	char *path = mem_printf("%s/task-model-%d.sh",
	    tmp == NULL ? "/tmp" : tmp, seed);
	struct buf all = BUF_INIT;
	const char *p;
	int lines = 0;

	real_script(&all);
	put_data(path, all.ptr, all.len);
	for (p = all.ptr + all.len; p > all.ptr && lines <= LAST_LINES; p--)
		lines += p[-1] == '\n';
	diag("%s\nall of it: %s", p, path);
	buf_release(&all);
	free(path);
}

/* One command, there and here. */
static bool
round_agrees(struct board *b)
{
	struct board *next = board_dup(b);
	struct outcome o;
	struct command c;
	bool good;

	b->now++;
	next->now++;
	make_command(b, &c);
	predict(next, &c, &o);
	if (c.dry)
		*next = *b;
	good = real_agrees(b, next, &c, &o);
	*b = *next;
	command_release(&c);
	free(next);
	return good;
}

static bool
board_agrees(const struct policy *p, int seed, int nr, int commands)
{
	struct board *b = mem_zalloc(sizeof(*b));
	char *dir = mem_printf("%s/board-%d", scratch(), nr);
	bool good = true;

	b->policy = p;
	put_dir(dir);
	if (chdir(dir) != 0)
		bail("%s: %s", dir, strerror(errno));
	real_board(p);
	while (good && commands-- > 0)
		good = round_agrees(b);
	if (!good)
		say_script(seed);
	else
		good = real_is_sound();
	saw_ledgers();
	if (chdir(scratch()) != 0)
		bail("%s: %s", scratch(), strerror(errno));
	remove_tree(dir);
	free(dir);
	free(b);
	return good;
}

int
main(void)
{
	int commands = setting("TASK_MODEL_COMMANDS", 400);
	int seed = setting("TASK_MODEL_SEED", 1), left = commands, nr = 0, n;
	int each = commands / (int)ARRAY_LEN(policies);
	bool good = true;
	char title[128];

	/* A program that refuses its words does not read its input. */
	sig_ignore_pipe();
	each = each > BOARD_COMMANDS ? BOARD_COMMANDS : each < 1 ? 1 : each;
	chance_seed((uint64_t)seed);
	for (; left > 0 && good; left -= n, nr++) {
		n = left < each ? left : each;
		snprintf(title, sizeof(title), "the programs and the model "
		    "agree: %d commands on board %d of seed %d", n, nr, seed);
		good = board_agrees(&policies[nr % (int)ARRAY_LEN(policies)],
		    seed, nr, n);
		ok(good, title);
	}
	real_forget();
	n = say_cover();
	if (commands >= 10000)
		ok(n == 0, "everything that may come has come");
	return tap_done();
}
