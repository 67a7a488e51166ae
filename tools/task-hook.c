/* SPDX-License-Identifier: MIT */
/* task-hook: install git's hooks; see, trust and try the board's */
#include "base/compat.h"

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/suggest.h"
#include "board/store.h"
#include "change/actor.h"
#include "change/repo.h"
#include "cli/out.h"
#include "cli/tool.h"
#include "rule/signoff.h"
#include "sys/dir.h"
#include "sys/path.h"
#include "tools/hook.h"

static bool opt_server, opt_trust, opt_untrust;
static const char *opt_run;

static const struct opt opts[] = {
	{ 0, "server", OPT_FLAG, &opt_server, NULL,
	    "install the hook of a repository that is pushed to" },
	{ 0, "trust", OPT_FLAG, &opt_trust, NULL,
	    "let the hooks, as they are now, run on this machine" },
	{ 0, "untrust", OPT_FLAG, &opt_untrust, NULL,
	    "let no hooks of this repository run on this machine" },
	{ 0, "run", OPT_TEXT, &opt_run, "POINT",
	    "try the hooks of the point on each task; nothing is kept" },
	OPT_END
};

enum { COL_POINT, COL_NAME, COL_RUN, COL_ENABLED, COL_TIMEOUT, COL_TRUSTED };

static const struct out_column list_columns[] = {
	{ .name = "point" },
	{ .name = "name", .style = OUT_BOLD },
	{ .name = "run", .flexible = true },
	{ .name = "enabled" },
	{ .name = "timeout" },
	{ .name = "trusted" },
	{ .name = NULL }
};

static int
open_board(struct board *b, struct err *e)
{
	struct buf path = BUF_INIT;
	int rc;

	if (store_open(&b->store, tool_options()->dir, e) != 0)
		return -1;
	path_of_fd(b->store.fd, &path);
	rc = repo_open(&b->repo, path.ptr, e);
	buf_release(&path);
	if (rc != 0)
		return -1;
	if (repo_workdir(b->repo) == NULL)
		return err_set(e, EX_CONFIG, "%s is a bare repository",
		    repo_gitdir(b->repo));
	hook_place_find(&b->place, b->repo);
	return 0;
}

static void
close_board(struct board *b)
{
	hooks_release(&b->hooks);
	hook_place_release(&b->place);
	repo_close(b->repo);
	store_close(&b->store);
}

/* The program of each has to be there when its time comes. */
static void
warn(const struct board *b)
{
	struct buf path = BUF_INIT;
	char *program;
	size_t i;

	hooks_show_path(&b->store, &path);
	for (i = 0; i < b->hooks.warnings.n; i++)
		log_warn("%s:%s", path.ptr, b->hooks.warnings.v[i]);
	for (i = 0; i < b->hooks.n; i++) {
		program = hook_program(&b->hooks.v[i]);
		buf_clear(&path);
		if (program != NULL && !dir_has(b->store.fd, program)) {
			store_show_path(&b->store, program, &path);
			log_warn("hook %s: there is no %s",
			    b->hooks.v[i].name, path.ptr);
		}
		free(program);
	}
	buf_release(&path);
}

static int
load_hooks(struct board *b, struct err *e)
{
	int rc = hooks_load(&b->hooks, &b->store, e);

	b->present = rc > 0;
	if (rc > 0) {
		rc = hooktrust_id(&b->id, &b->hooks, &b->store, &b->place,
		    e);
		if (rc == 0)
			rc = hooktrust_has(&b->place, &b->id, e);
		b->trusted = rc > 0;
	}
	if (rc >= 0)
		warn(b);
	return rc < 0 ? -1 : 0;
}

/* For a person: what JSON tells apart is not told apart here. */
static void
print_run(const struct hook *h, struct out *o)
{
	struct buf run = BUF_INIT;
	size_t i;

	for (i = 0; i < h->argv.n; i++)
		buf_addf(&run, "%s%s", i == 0 ? "" : " ", h->argv.v[i]);
	if (tool_options()->json)
		out_list(o, COL_RUN, &h->argv);
	else
		out_text(o, COL_RUN, run.ptr);
	buf_release(&run);
}

static void
print_hook(const struct board *b, const struct hook *h, struct out *o)
{
	out_text(o, COL_POINT, hook_points[h->point]);
	out_text(o, COL_NAME, h->name);
	print_run(h, o);
	out_text(o, COL_ENABLED, h->enabled ? "yes" : "no");
	out_number(o, COL_TIMEOUT, h->timeout_us / CLOCK_SECOND);
	out_text(o, COL_TRUSTED, b->trusted ? "yes" : "no");
	out_row(o);
}

static int
list(const struct board *b, struct err *e)
{
	struct out o;
	size_t i;
	int point;

	if (out_begin(&o, list_columns, e) != 0)
		return -1;
	for (point = 0; point < HOOK_POINTS; point++)
		for (i = 0; i < b->hooks.n; i++)
			if ((int)b->hooks.v[i].point == point)
				print_hook(b, &b->hooks.v[i], &o);
	out_end(&o);
	return 0;
}

static int
require_registry(const struct board *b, struct err *e)
{
	struct buf path = BUF_INIT;

	if (b->present)
		return 0;
	hooks_show_path(&b->store, &path);
	err_set(e, EX_NOINPUT, "%s: there is no such file, and so no hooks "
	    "(task-hooks(5) tells how to write it)", path.ptr);
	buf_release(&path);
	return -1;
}

static int
show(struct board *b, struct err *e)
{
	if (load_hooks(b, e) != 0)
		return -1;
	if (b->hooks.n > 0 && !b->trusted)
		log_notice("these hooks are not trusted on this machine: "
		    "task-hook --trust lets them run");
	return list(b, e);
}

static int
require_person(struct board *b, struct err *e)
{
	struct actor a;
	int rc;

	rc = actor_find(&a, b->repo, &b->store, tool_options()->user, e);
	if (rc == 0)
		rc = signoff_is_person(&b->store, &a, "trust hooks", e);
	actor_release(&a);
	return rc;
}

static int
trust(struct board *b, struct err *e)
{
	if (require_person(b, e) != 0 || load_hooks(b, e) != 0 ||
	    require_registry(b, e) != 0)
		return -1;
	if (!tool_options()->dry_run &&
	    hooktrust_add(&b->place, &b->id, e) != 0)
		return -1;
	b->trusted = b->trusted || !tool_options()->dry_run;
	if (b->trusted)
		log_notice("these hooks run on this machine, until the "
		    "registry or a program of theirs changes");
	return list(b, e);
}

static int
untrust(struct board *b, struct err *e)
{
	return tool_options()->dry_run ? 0 : hooktrust_clear(&b->place, e);
}

static int
find_point(int *point, struct err *e)
{
	const char *near;

	if ((*point = hook_point_parse(opt_run)) != HOOK_POINT_NONE)
		return 0;
	near = suggest(opt_run, hook_points);
	return err_set(e, EX_USAGE, "--run: there is no hook point '%s'%s%s%s",
	    opt_run, near == NULL ? "" : "; did you mean '",
	    near == NULL ? "" : near, near == NULL ? "" : "'?");
}

static int
check_trial(const struct board *b, struct err *e)
{
	const char *within = getenv("TASK_HOOK");

	if (within != NULL && *within != '\0')
		return err_set(e, EX_NO, "a hook cannot run hooks (TASK_HOOK "
		    "is '%s')", within);
	if (require_registry(b, e) != 0)
		return -1;
	if (!b->trusted)
		return err_set(e, EX_NO, "the hooks are not trusted on this "
		    "machine: task-hook shows them, task-hook --trust lets "
		    "them run");
	return 0;
}

static int
try_all(struct board *b, const struct strvec *refs, struct err *e)
{
	int point;

	if (find_point(&point, e) != 0 || load_hooks(b, e) != 0 ||
	    check_trial(b, e) != 0)
		return -1;
	return hook_try(b, (enum hook_point)point, refs, e);
}

static int
say_word(const char *word, struct err *e)
{
	const char *near = hook_near_action(word);

	if (near != NULL)
		return err_set(e, EX_USAGE, "'%s': did you mean '%s'?", word,
		    near);
	return err_set(e, EX_USAGE, "'%s': tasks are named with --run POINT; "
	    "git's hooks have install, status and uninstall", word);
}

static int
check_options(int argc, char **argv, struct err *e)
{
	if (opt_trust + opt_untrust + (opt_run != NULL) > 1)
		return err_set(e, EX_USAGE, "--trust, --untrust and --run go "
		    "alone");
	if (opt_server)
		return err_set(e, EX_USAGE, "--server goes with install");
	if (opt_run == NULL && argc > 0)
		return say_word(argv[0], e);
	if (opt_run != NULL && argc == 0)
		return err_set(e, EX_USAGE, "--run wants a task to try the "
		    "hooks of '%s' with", opt_run);
	return 0;
}

static int
run(int argc, char **argv, struct err *e)
{
	struct board b = { .store = { .fd = -1 }, .hooks = HOOKS_INIT };
	struct strvec refs = STRVEC_INIT;
	int rc;

	if (opt_run == NULL && !opt_trust && !opt_untrust && argc > 0 &&
	    hook_is_action(argv[0]))
		return hook_git(argc, argv, opt_server, e);
	rc = check_options(argc, argv, e);
	if (rc == 0 && opt_run != NULL)
		rc = tool_operands(argc, argv, &refs, NULL, e);
	if (rc == 0)
		rc = open_board(&b, e);
	if (rc == 0)
		rc = opt_trust ? trust(&b, e) : opt_untrust ?
		    untrust(&b, e) : opt_run != NULL ?
		    try_all(&b, &refs, e) : show(&b, e);
	close_board(&b);
	strvec_release(&refs);
	return rc;
}

static const struct tool tool = {
	"task-hook", "install git's hooks; see, trust and try the board's",
	"[ACTION | REF...]", TOOL_LISTS | TOOL_WRITES, opts, run
};

int
main(int argc, char **argv)
{
	return tool_main(&tool, argc, argv);
}
