/* SPDX-License-Identifier: MIT */
/* task-init: put a board into a git repository */
#include "base/compat.h"

#include <fcntl.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "board/place.h"
#include "board/template.h"
#include "change/counter.h"
#include "change/githook.h"
#include "change/session.h"
#include "cli/tool.h"
#include "sys/dir.h"
#include "sys/gitdir.h"
#include "sys/path.h"
#include "tools/init.h"

static bool opt_git, opt_hooks, opt_inline;
static const char *opt_branch;

static const struct opt opts[] = {
	{ 0, "branch", OPT_TEXT, &opt_branch, "NAME",
	    "the board lies on a branch of its own" },
	{ 0, "git", OPT_FLAG, &opt_git, NULL,
	    "make a git repository where there is none" },
	{ 0, "hooks", OPT_FLAG, &opt_hooks, NULL,
	    "install git's hooks as well, as task-hook install does" },
	{ 0, "inline", OPT_FLAG, &opt_inline, NULL,
	    "the board is part of the branch that is checked out" },
	OPT_END
};

/* The text with the day in place of "{date}". */
static void
fill(const char *text, int64_t now_us, struct buf *out)
{
	static const char blank[] = "{date}";
	char date[CLOCK_DATE_SIZE];
	const char *at;

	clock_format_date(date, now_us);
	for (; (at = strstr(text, blank)) != NULL;
	    text = at + sizeof(blank) - 1) {
		buf_add(out, text, (size_t)(at - text));
		buf_adds(out, date);
	}
	buf_adds(out, text);
}

/* Card, context and learning templates are copied with their blanks. */
static bool
has_blanks(const char *path)
{
	return path_is_below(path, "templates");
}

/* Made from the tasks that are there, and not from the template. */
static bool
is_derived(const char *path)
{
	return strcmp(path_base(path), "INDEX.md") == 0 ||
	    strcmp(path_base(path), "ID_COUNTER.txt") == 0;
}

/*
 * Stages what is missing below `top`, a folder of the worktree ("", ".work/");
 * how many files that is.  What tells of the tasks of a board that is there
 * already is left out.
 */
static int
stage_missing(struct txn *t, const char *top, bool board_there)
{
	const struct template_file *f;
	struct buf path = BUF_INIT, text = BUF_INIT;
	int n = 0;

	for (f = template_files; f->path != NULL; f++) {
		buf_clear(&path);
		buf_clear(&text);
		buf_addf(&path, "/%s%s", top, f->path);
		if (dir_has(t->workfd, path.ptr + 1) ||
		    (board_there && is_derived(f->path)))
			continue;
		if (has_blanks(f->path))
			buf_adds(&text, f->text);
		else
			fill(f->text, t->now_us, &text);
		if (tool_options()->dry_run)
			log_notice(".work/%s would be made", f->path);
		else
			log_info(".work/%s", f->path);
		txn_write(t, path.ptr, text.ptr, text.len);
		n++;
	}
	buf_release(&path);
	buf_release(&text);
	return n;
}

/*
 * The repository; 1: there is none yet, and with --dry-run none is made.
 */
static int
open_repo(struct init *x, const char *dir, struct err *e)
{
	if (repo_open(&x->repo, dir, e) != 0) {
		if (!opt_git || e->status != EX_NOINPUT)
			return -1;
		if (tool_options()->dry_run) {
			log_notice("a git repository would be made in %s, "
			    "with a board in .work", dir);
			return 1;
		}
		if (repo_init(dir, e) != 0 || repo_open(&x->repo, dir, e) != 0)
			return -1;
		log_info("made a git repository in %s", dir);
	}
	if (repo_workdir(x->repo) == NULL)
		return err_set(e, EX_CONFIG, "%s is a bare repository: "
		    "a board needs a worktree", dir);
	return 0;
}

/* True where .work is the top of a worktree of the same repository. */
static bool
is_apart(const char *work, int common)
{
	int fd = open(work, O_RDONLY | O_DIRECTORY | O_CLOEXEC), own = -1;
	bool is;

	if (fd >= 0)
		own = gitdir_open_common(fd);
	is = own >= 0 && gitdir_same(own, common);
	if (own >= 0)
		close(own);
	if (fd >= 0)
		close(fd);
	return is;
}

static bool
has_tasks(const char *work)
{
	char *path = mem_printf("%s/tasks", work);
	bool there = access(path, F_OK) == 0;

	free(path);
	return there;
}

/*
 * What there is: the board of this worktree, else the one that the repository
 * has for all of its worktrees.  One that is lost is set up again by --branch.
 */
static int
find_board(struct init *x, struct err *e)
{
	int common = open(repo_commondir(x->repo), O_RDONLY | O_DIRECTORY |
	    O_CLOEXEC), fd = -1;
	bool known = false;

	if (common < 0)
		return err_errno(e, "%s", repo_commondir(x->repo));
	buf_adds(&x->root, repo_workdir(x->repo));
	buf_truncate(&x->root, x->root.len - 1);
	/* In the board's own worktree. */
	if (strcmp(path_base(x->root.ptr), ".work") == 0 &&
	    strcmp(repo_gitdir(x->repo), repo_commondir(x->repo)) != 0)
		buf_truncate(&x->root, path_dir_len(x->root.ptr));
	buf_addf(&x->work, "%s/.work", x->root.ptr);
	x->there = has_tasks(x->work.ptr);
	x->apart = is_apart(x->work.ptr, common);
	if (!x->there && !x->apart) {
		buf_clear(&x->work);
		fd = place_open(common, &x->work, &known, e);
		x->apart = fd >= 0;
		if (fd < 0)
			buf_addf(&x->work, "%s/.work", x->root.ptr);
		x->there = has_tasks(x->work.ptr);
	}
	if (fd >= 0)
		close(fd);
	close(common);
	return known && !x->apart && opt_branch == NULL ? -1 : 0;
}

static int
make_board(const struct init *x, struct err *e)
{
	struct txn_opts o = { .who = tool_name(),
	    .no_commit = tool_options()->no_commit,
	    .dry_run = tool_options()->dry_run };
	struct txn t = TXN_INIT;
	int rc = 0;

	if (x->apart && o.dry_run)
		return 0;
	if (txn_begin_at(&t, x->apart ? x->work.ptr : x->root.ptr, &o, e) != 0)
		return -1;
	stage_missing(&t, x->apart ? "" : ".work/", false);
	if (!o.dry_run)
		rc = txn_commit(&t, "task-init: a board in .work", e);
	txn_end(&t);
	return rc;
}

static int
mend_board(const struct init *x, struct err *e)
{
	struct session s;
	int rc, bad = 0, n;

	if (session_begin_in(&s, x->root.ptr, e) != 0)
		return -1;
	n = stage_missing(&s.txn, x->apart ? "" : ".work/", true);
	rc = counter_ensure(&s, e);
	if (rc == 0)
		rc = bad = reindex_all(&s.txn, e);
	if (rc >= 0)
		rc = session_commit(&s, n > 0 ?
		    "task-init: add what the board lacked" :
		    "task-init: make the indexes", e);
	if (rc == 0 && n == 0)
		log_info("nothing is missing");
	session_end(&s);
	if (rc == 0 && bad > 0) {
		err_set(e, EX_DATAERR, bad == 1 ? "%d card cannot be read" :
		    "%d cards cannot be read", bad);
		tool_failed(e);
	}
	return rc;
}

/* Where the board is to be.  1: there is no more to do. */
static int
place_board(struct init *x, struct err *e)
{
	bool was_there = x->there, was_apart = x->apart;
	int rc = 0;

	if (opt_inline && x->apart)
		return init_turn_inline(x, e) == 0 ? 1 : -1;
	if (opt_inline && x->there && linked_is_left(x) &&
	    linked_leave(x, e) != 0)
		return -1;
	if (opt_branch != NULL || x->apart)
		rc = init_branch(x, opt_branch, e);
	if (rc != 0)
		return -1;
	/* What others made is theirs to complete. */
	return x->there != was_there || (was_there && opt_branch != NULL &&
	    !was_apart);
}

static int
see_to_board(struct init *x, struct err *e)
{
	int rc = find_board(x, e);

	if (rc == 0)
		rc = place_board(x, e);
	if (rc != 0)
		return rc < 0 ? -1 : 0;
	return x->there ? mend_board(x, e) : make_board(x, e);
}

static int
install_hooks(const char *root, struct err *e)
{
	struct githooks g = GITHOOKS_INIT;
	int rc;

	g.dry_run = tool_options()->dry_run;
	rc = githooks_open(&g, root, true, e);
	if (rc == 0)
		rc = githooks_install(&g, false, e);
	githooks_tell(&g);
	githooks_close(&g);
	return rc;
}

static int
run(int argc, char **argv, struct err *e)
{
	const char *dir = tool_options()->dir;
	struct init x = INIT_INIT;
	int rc;

	(void)argv;
	if (argc > 0)
		return err_set(e, EX_USAGE, "no operands are taken "
		    "(-C names another folder)");
	if (opt_branch != NULL && opt_inline)
		return err_set(e, EX_USAGE, "--branch and --inline are two "
		    "places");
	rc = open_repo(&x, dir == NULL ? "." : dir, e);
	if (rc == 0) {
		rc = see_to_board(&x, e);
		if (rc == 0 && opt_hooks)
			rc = install_hooks(x.root.ptr, e);
		if (rc == 0)
			printf("%s\n", x.work.ptr);
	} else if (rc > 0) {
		rc = 0;
	}
	repo_close(x.repo);
	buf_release(&x.root);
	buf_release(&x.work);
	return rc < 0 ? -1 : rc;
}

static const struct tool tool = {
	"task-init", "put a board into a git repository", "", TOOL_WRITES,
	opts, run
};

int
main(int argc, char **argv)
{
	return tool_main(&tool, argc, argv);
}
