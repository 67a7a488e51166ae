/* SPDX-License-Identifier: MIT */
/* task-init: put a board into a git repository */
#include "base/compat.h"

#include <fcntl.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "change/session.h"
#include "cli/tool.h"
#include "sys/dir.h"
#include "sys/path.h"
#include "tools/template.h"

static bool opt_git;

static const struct opt opts[] = {
	{ 0, "git", OPT_FLAG, &opt_git, NULL,
	    "make a git repository where there is none" },
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

static bool
is_index(const char *path)
{
	return strcmp(path_base(path), "INDEX.md") == 0;
}

/* Card, context and learning templates are copied with their blanks. */
static bool
has_blanks(const char *path)
{
	return path_is_below(path, "templates");
}

/*
 * Stages what is missing; how many files that is.  The indexes of a board
 * that is there already are made from its tasks instead.
 */
static int
stage_missing(struct txn *t, bool board_there)
{
	const struct template_file *f;
	struct buf path = BUF_INIT, full = BUF_INIT, text = BUF_INIT;
	int n = 0;

	for (f = template_files; f->path != NULL; f++) {
		buf_clear(&path);
		buf_clear(&full);
		buf_clear(&text);
		buf_addf(&path, ".work/%s", f->path);
		buf_addf(&full, "%s%s", t->prefix, path.ptr);
		if (dir_has(t->workfd, full.ptr) ||
		    (board_there && is_index(f->path)))
			continue;
		if (has_blanks(f->path))
			buf_adds(&text, f->text);
		else
			fill(f->text, t->now_us, &text);
		log_info("%s", path.ptr);
		txn_write(t, path.ptr, text.ptr, text.len);
		n++;
	}
	buf_release(&path);
	buf_release(&full);
	buf_release(&text);
	return n;
}

/* The absolute path of the folder that gets .work: the worktree's root. */
static int
find_root(const char *dir, struct buf *out, struct err *e)
{
	struct repo *r;

	if (repo_open(&r, dir, e) != 0) {
		if (!opt_git || e->status != EX_NOINPUT ||
		    repo_init(dir, e) != 0 || repo_open(&r, dir, e) != 0)
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
make_indexes(struct err *e)
{
	struct session s;
	int rc;

	if (session_begin(&s, e) != 0)
		return -1;
	rc = reindex_all(&s.txn, e);
	if (rc >= 0)
		rc = session_commit(&s, "task-init: make the indexes", e);
	session_end(&s);
	return rc;
}

static int
init(const char *root, int *n, bool *board_there, struct err *e)
{
	struct txn_opts o = { .who = tool_name(),
	    .no_commit = tool_options()->no_commit,
	    .dry_run = tool_options()->dry_run };
	struct txn t = TXN_INIT;
	struct buf tasks = BUF_INIT;
	int rc = 0;

	if (txn_begin_at(&t, root, &o, e) != 0)
		return -1;
	buf_addf(&tasks, "%s.work/tasks", t.prefix);
	*board_there = dir_has(t.workfd, tasks.ptr);
	*n = stage_missing(&t, *board_there);
	if (*n > 0 && !o.dry_run)
		rc = txn_commit(&t, *board_there ?
		    "task-init: add what the board lacked" :
		    "task-init: a board in .work", e);
	txn_end(&t);
	buf_release(&tasks);
	return rc;
}

static int
run(int argc, char **argv, struct err *e)
{
	const char *dir = tool_options()->dir;
	struct buf root = BUF_INIT;
	bool board_there;
	int n, rc;

	(void)argv;
	if (argc > 0)
		return err_set(e, EX_USAGE, "no operands are taken "
		    "(-C names another folder)");
	rc = find_root(dir == NULL ? "." : dir, &root, e);
	if (rc == 0)
		rc = init(root.ptr, &n, &board_there, e);
	if (rc == 0 && board_there && !tool_options()->dry_run)
		rc = make_indexes(e);
	if (rc == 0 && n == 0)
		log_info("nothing is missing");
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
