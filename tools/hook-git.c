/* SPDX-License-Identifier: MIT */
/* task-hook: the hooks of git */
#include "base/compat.h"

#include "base/err.h"
#include "base/log.h"
#include "base/suggest.h"
#include "change/githook.h"
#include "cli/out.h"
#include "cli/tool.h"
#include "tools/hook.h"

enum { COL_HOOK, COL_STATE, COL_PATH, COL_NOTE };

static const struct out_column columns[] = {
	{ .name = "hook", .style = OUT_BOLD },
	{ .name = "state" },
	{ .name = "path" },
	{ .name = "note", .flexible = true },
	{ .name = NULL }
};

enum { INSTALL, STATUS, UNINSTALL };

static const char *const actions[] = {
	[INSTALL] = "install", [STATUS] = "status",
	[UNINSTALL] = "uninstall", NULL
};

bool
hook_is_action(const char *word)
{
	size_t i;

	for (i = 0; actions[i] != NULL; i++)
		if (strcmp(word, actions[i]) == 0)
			return true;
	return false;
}

const char *
hook_near_action(const char *word)
{
	return suggest(word, actions);
}

/* The rows, and whether all is as it should be. */
struct printing {
	struct out	o;
	bool		sound;
};

static void
print_row(const struct githook_row *row, void *ctx)
{
	struct printing *p = ctx;

	out_text(&p->o, COL_HOOK, row->name);
	out_text(&p->o, COL_STATE, githook_states[row->state]);
	out_style(&p->o, COL_STATE, row->state == GITHOOK_INSTALLED ?
	    OUT_GREEN : OUT_RED);
	out_text(&p->o, COL_PATH, row->path);
	out_text(&p->o, COL_NOTE, row->note);
	out_row(&p->o);
	p->sound = p->sound && row->state == GITHOOK_INSTALLED;
}

/* 0, or EX_NO: something is not in force. */
static int
print_rows(struct githooks *g, struct err *e)
{
	struct printing p = { .sound = true };

	if (out_begin(&p.o, columns, e) != 0 ||
	    githooks_look(g, print_row, &p, e) != 0)
		return -1;
	out_end(&p.o);
	return p.sound ? 0 : EX_NO;
}

static const char *
where(void)
{
	const char *dir = tool_options()->dir;

	return dir == NULL ? "." : dir;
}

/* What is in force is found anew: the settings may be others now. */
static int
status(struct err *e)
{
	struct githooks g = GITHOOKS_INIT;
	int rc;

	rc = githooks_open(&g, where(), false, e);
	if (rc == 0)
		rc = print_rows(&g, e);
	githooks_close(&g);
	return rc;
}

static int
change(bool install, bool server, struct err *e)
{
	struct githooks g = GITHOOKS_INIT;
	int rc;

	g.dry_run = tool_options()->dry_run;
	rc = githooks_open(&g, where(), true, e);
	if (rc == 0)
		rc = install ? githooks_install(&g, server, e) :
		    githooks_uninstall(&g, e);
	githooks_tell(&g);
	if (rc == 0 && g.steps.n == 0 && g.kept.n == 0)
		log_info("there is nothing to do");
	githooks_close(&g);
	return rc;
}

int
hook_git(int argc, char **argv, bool server, struct err *e)
{
	bool install = strcmp(argv[0], actions[INSTALL]) == 0;
	int rc;

	if (argc > 1)
		return err_set(e, EX_USAGE, "'%s': %s takes no operand",
		    argv[1], argv[0]);
	if (server && !install)
		return err_set(e, EX_USAGE, "--server goes with install");
	if (strcmp(argv[0], actions[STATUS]) == 0)
		return status(e);
	rc = change(install, server, e);
	return rc != 0 || !install || tool_options()->dry_run ? rc :
	    status(e);
}
