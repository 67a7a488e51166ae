/* SPDX-License-Identifier: MIT */
/* task-init: put a board into a git repository */
#include "base/compat.h"

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "board/template.h"
#include "change/counter.h"
#include "change/githook.h"
#include "change/session.h"
#include "cli/tool.h"
#include "sys/dir.h"
#include "sys/path.h"

static bool opt_git, opt_hooks;

static const struct opt opts[] = {
	{ 0, "git", OPT_FLAG, &opt_git, NULL,
	    "make a git repository where there is none" },
	{ 0, "hooks", OPT_FLAG, &opt_hooks, NULL,
	    "install git's hooks as well, as task-hook install does" },
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
 * Stages what is missing; how many files that is.  What tells of the tasks of
 * a board that is there already is left out.
 */
static int
stage_missing(struct txn *t, bool board_there)
{
	const struct template_file *f;
	struct buf path = BUF_INIT, text = BUF_INIT;
	int n = 0;

	for (f = template_files; f->path != NULL; f++) {
		buf_clear(&path);
		buf_clear(&text);
		buf_addf(&path, "/.work/%s", f->path);
		if (dir_has(t->workfd, path.ptr + 1) ||
		    (board_there && is_derived(f->path)))
			continue;
		if (has_blanks(f->path))
			buf_adds(&text, f->text);
		else
			fill(f->text, t->now_us, &text);
		if (tool_options()->dry_run)
			log_notice("%s would be made", path.ptr + 1);
		else
			log_info("%s", path.ptr + 1);
		txn_write(t, path.ptr, text.ptr, text.len);
		n++;
	}
	buf_release(&path);
	buf_release(&text);
	return n;
}

/*
 * The absolute path of the folder that gets .work: the worktree's root.  With
 * --dry-run nothing where there is no repository yet.
 */
static int
find_root(const char *dir, struct buf *out, struct err *e)
{
	struct repo *r;

	if (repo_open(&r, dir, e) != 0) {
		if (!opt_git || e->status != EX_NOINPUT)
			return -1;
		if (tool_options()->dry_run) {
			log_notice("a git repository would be made in %s, "
			    "with a board in .work", dir);
			return 0;
		}
		if (repo_init(dir, e) != 0 || repo_open(&r, dir, e) != 0)
			return -1;
		log_info("made a git repository in %s", dir);
	}
	if (repo_workdir(r) == NULL) {
		repo_close(r);
		return err_set(e, EX_CONFIG, "%s is a bare repository: "
		    "a board needs a worktree", dir);
	}
	buf_adds(out, repo_workdir(r));
	if (out->ptr[out->len - 1] == '/')
		buf_truncate(out, out->len - 1);
	repo_close(r);
	return 0;
}

static int
make_board(const char *root, struct err *e)
{
	struct txn_opts o = { .who = tool_name(),
	    .no_commit = tool_options()->no_commit,
	    .dry_run = tool_options()->dry_run };
	struct txn t = TXN_INIT;
	int rc = 0;

	if (txn_begin_at(&t, root, &o, e) != 0)
		return -1;
	stage_missing(&t, false);
	if (!o.dry_run)
		rc = txn_commit(&t, "task-init: a board in .work", e);
	txn_end(&t);
	return rc;
}

static int
mend_board(const char *root, struct err *e)
{
	struct session s;
	int rc, bad = 0, n;

	if (session_begin_in(&s, root, e) != 0)
		return -1;
	n = stage_missing(&s.txn, true);
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

static bool
has_board(const char *root)
{
	struct buf path = BUF_INIT;
	bool there;

	buf_addf(&path, "%s/.work/tasks", root);
	there = access(path.ptr, F_OK) == 0;
	buf_release(&path);
	return there;
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
	struct buf root = BUF_INIT;
	int rc;

	(void)argv;
	if (argc > 0)
		return err_set(e, EX_USAGE, "no operands are taken "
		    "(-C names another folder)");
	rc = find_root(dir == NULL ? "." : dir, &root, e);
	if (rc != 0 || root.len == 0)
		return rc;
	rc = has_board(root.ptr) ? mend_board(root.ptr, e) :
	    make_board(root.ptr, e);
	if (rc == 0 && opt_hooks)
		rc = install_hooks(root.ptr, e);
	if (rc == 0)
		printf("%s/.work\n", root.ptr);
	buf_release(&root);
	return rc;
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
