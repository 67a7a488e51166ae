/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include <fcntl.h>

#include "base/err.h"
#include "change/gitconfig.h"
#include "change/githooks.h"
#include "change/repo.h"
#include "sys/dir.h"
#include "sys/path.h"

enum { HOOK_MODE = 0755, CONFIG_MODE = 0644, ASIDE_MAX = 100 };

#define FRESH	".task-new"

/* Writes a file beside the path and puts it in place of whatever is there. */
static int
put(struct githooks *g, const char *path, const struct buf *text, int mode,
    struct err *e)
{
	struct file f = FILE_INIT;
	char *fresh;
	int rc;

	strvec_addf(&g->steps, "write %s", path);
	if (g->dry_run)
		return 0;
	fresh = mem_printf("%s" FRESH, path);
	buf_addb(&f.data, text);
	f.st.st_mode = (mode_t)mode;
	rc = file_replace(g->fd, fresh, &f, e);
	if (rc == 0 && renameat(g->fd, fresh, g->fd, path) != 0) {
		rc = err_errno(e, "cannot write %s/%s", g->common, path);
		unlinkat(g->fd, fresh, 0);
	}
	free(fresh);
	file_release(&f);
	return rc;
}

static int
drop(struct githooks *g, const char *path, struct err *e)
{
	strvec_addf(&g->steps, "remove %s", path);
	if (g->dry_run || unlinkat(g->fd, path, 0) == 0 || errno == ENOENT)
		return 0;
	return err_errno(e, "cannot remove %s/%s", g->common, path);
}

static int
rename_to(struct githooks *g, const char *from, const char *to,
    struct err *e)
{
	strvec_addf(&g->steps, "rename %s to %s", from, to);
	if (g->dry_run || renameat(g->fd, from, g->fd, to) == 0)
		return 0;
	return err_errno(e, "cannot rename %s/%s", g->common, from);
}

static bool
is_same_file(const struct githook_file *a, const struct githook_file *b)
{
	return a->there && b->there &&
	    a->file.st.st_dev == b->file.st.st_dev &&
	    a->file.st.st_ino == b->file.st.st_ino;
}

/* True where nothing is lost with one of them; of a huge file nobody knows. */
static bool
is_same_text(const struct githook_file *a, const struct githook_file *b)
{
	return a->plain && b->plain &&
	    a->file.data.len == (size_t)a->file.st.st_size &&
	    buf_equal(&a->file.data, &b->file.data) &&
	    a->file.st.st_mode == b->file.st.st_mode;
}

/* Of an earlier time: nothing that somebody wrote is dropped. */
static int
keep_older(struct githooks *g, const struct githook_file *aside,
    struct err *e)
{
	char *name = NULL;
	int i, rc;

	for (i = 1; i < ASIDE_MAX; i++) {
		free(name);
		name = mem_printf("%s.%d", aside->path, i);
		if (!dir_has(g->fd, name))
			break;
	}
	strvec_addf(&g->kept, "%s/%s: that hook does not run any more: "
	    "another one is in its place", g->common, name);
	rc = rename_to(g, aside->path, name, e);
	free(name);
	return rc;
}

/*
 * The hook gets its second name before it gives up the first.  Where a file
 * has only one (some file systems) there is a moment without a hook.
 */
static int
set_aside(struct githooks *g, const struct githook_file *now,
    const struct githook_file *aside, struct err *e)
{
	if (is_same_file(now, aside))
		return 0;
	if (aside->there && (is_same_text(now, aside) ?
	    drop(g, aside->path, e) : keep_older(g, aside, e)) != 0)
		return -1;
	strvec_addf(&g->steps, "keep %s as %s, which runs first", now->path,
	    aside->path);
	if (g->dry_run || linkat(g->fd, now->path, g->fd, aside->path,
	    0) == 0)
		return 0;
	if (errno == EPERM || errno == EOPNOTSUPP || errno == EMLINK)
		return rename_to(g, now->path, aside->path, e);
	return err_errno(e, "cannot set %s/%s aside", g->common, now->path);
}

static void
keep_changed(struct githooks *g, const struct githook_file *f)
{
	strvec_addf(&g->kept, "%s/%s: somebody changed it, and it stays as it "
	    "is (move it away, or put the change elsewhere, and try again)",
	    g->common, f->path);
}

static int
put_hook(struct githooks *g, const struct githook_file *f,
    const struct hookfile *h, struct err *e)
{
	struct buf text = BUF_INIT;
	int rc = 0;

	hookfile_make(h, &text);
	if (!f->there || !f->plain || !buf_equal(&text, &f->file.data) ||
	    (f->file.st.st_mode & S_IXUSR) == 0)
		rc = put(g, f->path, &text, HOOK_MODE, e);
	buf_release(&text);
	return rc;
}

static int
put_first(struct githooks *g, const struct githook_beside *b,
    const struct hookfile *h, struct err *e)
{
	if (b->now.there && S_ISDIR(b->now.file.st.st_mode))
		return err_set(e, EX_DATAERR, "%s/%s is a folder, not a hook",
		    g->common, b->now.path);
	if (b->now.there && b->now.kind == HOOKFILE_FOREIGN &&
	    set_aside(g, &b->now, &b->aside, e) != 0)
		return -1;
	if (put_hook(g, &b->now, h, e) != 0)
		return -1;
	return b->old.kind == HOOKFILE_OURS ? drop(g, b->old.path, e) : 0;
}

static int
put_beside(struct githooks *g, const struct githook *hook, struct err *e)
{
	struct hookfile h = { hook->name, g->bin, true, true };
	struct githook_beside b = GITHOOK_BESIDE_INIT;
	int rc;

	rc = githook_beside_read(g, &b, hook->name, e);
	if (rc == 0 && b.now.kind == HOOKFILE_CHANGED)
		keep_changed(g, &b.now);
	else if (rc == 0 && !githook_is_precommits(&b))
		rc = put_first(g, &b, &h, e);
	githook_beside_release(&b);
	return rc;
}

/* pre-commit runs ours: what we ran before takes our place there. */
static int
leave_precommit(struct githooks *g, const struct githook_beside *b,
    struct err *e)
{
	if (!b->aside.there)
		return drop(g, b->legacy.path, e);
	if (!hookfile_is_precommits(&b->aside.file.data))
		return rename_to(g, b->aside.path, b->legacy.path, e);
	return drop(g, b->legacy.path, e) == 0 ?
	    drop(g, b->aside.path, e) : -1;
}

/* Somebody else's hook is in our place. */
static int
leave_other(struct githooks *g, const struct githook_beside *b, struct err *e)
{
	if (githook_is_precommits(b))
		return leave_precommit(g, b, e);
	if (b->aside.there && (is_same_file(&b->now, &b->aside) ||
	    is_same_text(&b->now, &b->aside)))
		return drop(g, b->aside.path, e);
	if (b->aside.there)
		strvec_addf(&g->kept, "%s/%s: the hook of before, which does "
		    "not run: another one is in its place", g->common,
		    b->aside.path);
	return 0;
}

static int
take_beside(struct githooks *g, const struct githook *hook, struct err *e)
{
	struct githook_beside b = GITHOOK_BESIDE_INIT;
	int rc;

	rc = githook_beside_read(g, &b, hook->name, e);
	if (rc == 0 && b.now.kind == HOOKFILE_CHANGED)
		keep_changed(g, &b.now);
	else if (rc == 0 && b.now.there && b.now.kind == HOOKFILE_FOREIGN)
		rc = leave_other(g, &b, e);
	else if (rc == 0 && b.aside.there)
		rc = rename_to(g, b.aside.path, b.now.path, e);
	else if (rc == 0 && b.now.there)
		rc = drop(g, b.now.path, e);
	if (rc == 0 && b.old.kind == HOOKFILE_OURS)
		rc = drop(g, b.old.path, e);
	githook_beside_release(&b);
	return rc;
}

/* A program that asks git for its folder of hooks may write into ours. */
static int
move_stranger(struct githooks *g, const struct githook *hook,
    struct githook_file *now, struct err *e)
{
	if (!now->there || now->kind != HOOKFILE_FOREIGN ||
	    !githook_has_former(g, hook->name))
		return 0;
	now->there = false;
	return keep_older(g, now, e);
}

/* Ours, as such a program has set it aside. */
static int
drop_old(struct githooks *g, const char *name, struct err *e)
{
	struct githook_file old = GITHOOK_FILE_INIT;
	int rc;

	rc = githook_read(g, &old, mem_printf(GITHOOK_FOLDER "/%s" OLD, name),
	    e);
	if (rc == 0 && old.kind == HOOKFILE_OURS)
		rc = drop(g, old.path, e);
	githook_release(&old);
	return rc;
}

static int
put_chained(struct githooks *g, const struct githook *hook, bool server,
    struct err *e)
{
	struct hookfile h = { hook->name, g->bin, false, false };
	struct githook_file now = GITHOOK_FILE_INIT,
	    beside = GITHOOK_FILE_INIT;
	int rc;

	rc = githook_read(g, &beside, mem_printf(GITHOOK_BESIDE
		    "/%s", hook->name), e);
	if (rc == 0)
		rc = githook_read(g, &now, mem_printf(GITHOOK_FOLDER
		    "/%s", hook->name), e);
	h.judges = hook->whom == (server ? FOR_SERVER : FOR_WORK) ||
	    hookfile_judges(&now.file.data) ||
	    hookfile_judges(&beside.file.data);
	if (rc == 0)
		rc = move_stranger(g, hook, &now, e);
	if (rc == 0 && now.there && now.kind != HOOKFILE_OURS)
		keep_changed(g, &now);
	else if (rc == 0 && (hook->whom != FOR_NONE_IF_THERE ||
	    githook_has_former(g, hook->name)))
		rc = put_hook(g, &now, &h, e);
	githook_release(&now);
	githook_release(&beside);
	return rc == 0 ? drop_old(g, hook->name, e) : rc;
}

static int
take_chained(struct githooks *g, const struct githook *hook, struct err *e)
{
	struct githook_file now = GITHOOK_FILE_INIT;
	int rc;

	rc = githook_read(g, &now, mem_printf(GITHOOK_FOLDER
		    "/%s", hook->name), e);
	if (rc == 0 && now.there) {
		if (now.kind == HOOKFILE_OURS)
			rc = drop(g, now.path, e);
		else
			keep_changed(g, &now);
	}
	githook_release(&now);
	return rc == 0 ? drop_old(g, hook->name, e) : rc;
}

static void
make_settings(const struct githooks *g, bool chained, bool drivers,
    struct buf *out)
{
	const struct githook_driver *d;
	struct buf command = BUF_INIT;

	buf_adds(out, "# Made by task-hook install, and taken away by "
	    "task-hook uninstall.\n");
	for (d = githook_drivers; drivers && d->key != NULL; d++) {
		buf_clear(&command);
		githook_driver_command(g, d, &command);
		buf_addf(out, "[merge \"%s\"]\n\tname = %s\n\tdriver = ",
		    d->key + strlen("merge."), d->name);
		gitconfig_quote(out, buf_str(&command));
		buf_addc(out, '\n');
	}
	if (chained) {
		buf_adds(out, "[core]\n\thooksPath = ");
		gitconfig_quote(out, g->folder);
		buf_addc(out, '\n');
	}
	hookfile_seal(out);
	buf_release(&command);
}

/* Where something set core.hooksPath below our lines, they go to the end. */
static int
include_settings(struct githooks *g, bool chained, struct err *e)
{
	int state = gitconfig_look(g->common, e);

	if (state < 0)
		return -1;
	if (state == GITCONFIG_OURS && chained && !g->chained &&
	    !g->dry_run && gitconfig_remove(g->common, e) != 0)
		return -1;
	if (state != GITCONFIG_OURS || (chained && !g->chained))
		strvec_addf(&g->steps, "include " GITCONFIG_INCLUDED
		    " in config");
	return g->dry_run ? 0 : gitconfig_add(g->common, e);
}

static int
put_settings(struct githooks *g, bool chained, bool server, struct err *e)
{
	struct githook_file now = GITHOOK_FILE_INIT;
	struct buf text = BUF_INIT;
	bool drivers;
	int rc;

	rc = githook_read(g, &now, mem_strdup(GITCONFIG_INCLUDED), e);
	drivers = !server || strstr(buf_str(&now.file.data),
	    "[merge \"") != NULL;
	make_settings(g, chained, drivers, &text);
	if (rc == 0 && now.there && now.kind != HOOKFILE_OURS)
		keep_changed(g, &now);
	else if (rc == 0 && (chained || drivers) &&
	    !buf_equal(&text, &now.file.data) &&
	    (rc = g->dry_run ? 0 : dir_make(g->fd, "task", e)) == 0)
		rc = put(g, now.path, &text, CONFIG_MODE, e);
	if (rc == 0 && (chained || drivers))
		rc = include_settings(g, chained, e);
	buf_release(&text);
	githook_release(&now);
	return rc;
}

static int
take_settings(struct githooks *g, struct err *e)
{
	struct githook_file now = GITHOOK_FILE_INIT;
	int state = gitconfig_look(g->common, e), rc;

	if (state < 0)
		return -1;
	if (state == GITCONFIG_CHANGED)
		strvec_addf(&g->kept, "%s/config: somebody changed the lines "
		    "between '# task-hook: begin' and '# task-hook: end' "
		    "(take them out by hand)", g->common);
	else if (state != GITCONFIG_NONE)
		strvec_add(&g->steps, "take our lines out of config");
	if (state != GITCONFIG_CHANGED && !g->dry_run &&
	    gitconfig_remove(g->common, e) != 0)
		return -1;
	rc = githook_read(g, &now, mem_strdup(GITCONFIG_INCLUDED), e);
	if (rc == 0 && now.kind == HOOKFILE_OURS)
		rc = drop(g, now.path, e);
	else if (rc == 0 && now.there)
		keep_changed(g, &now);
	githook_release(&now);
	return rc;
}

/* What a run that was killed left on its way to the path. */
static void
sweep_path(struct githooks *g, const char *folder, const char *name)
{
	char *base = mem_printf("%s" FRESH, name), *temp = file_temp(base);
	char *fresh_path = mem_printf("%s/%s", folder, base);
	char *temp_path = mem_printf("%s/%s", folder, temp);

	if (dir_has(g->fd, fresh_path))
		unlinkat(g->fd, fresh_path, 0);
	if (dir_has(g->fd, temp_path))
		unlinkat(g->fd, temp_path, 0);
	free(temp_path);
	free(fresh_path);
	free(temp);
	free(base);
}

static void
sweep(struct githooks *g)
{
	const struct githook *hook;

	if (g->dry_run)
		return;
	for (hook = githook_all; hook->name != NULL; hook++) {
		sweep_path(g, GITHOOK_BESIDE, hook->name);
		sweep_path(g, GITHOOK_FOLDER, hook->name);
	}
	sweep_path(g, "task", path_base(GITCONFIG_INCLUDED));
}

static int
take_all_beside(struct githooks *g, struct err *e)
{
	const struct githook *hook;
	int rc = 0;

	for (hook = githook_all; hook->name != NULL && rc == 0; hook++)
		if (hook->program != NULL)
			rc = take_beside(g, hook, e);
	return rc;
}

static int
install_chained(struct githooks *g, bool server, struct err *e)
{
	const struct githook *hook;
	int rc = g->dry_run ? 0 : dir_make(g->fd, GITHOOK_FOLDER, e);

	for (hook = githook_all; hook->name != NULL && rc == 0; hook++)
		rc = put_chained(g, hook, server, e);
	if (rc == 0)
		rc = put_settings(g, true, server, e);
	return rc;
}

static int
install_beside(struct githooks *g, bool server, struct err *e)
{
	const struct githook *hook;
	int rc = g->dry_run ? 0 : dir_make(g->fd, GITHOOK_BESIDE, e);

	for (hook = githook_all; hook->name != NULL && rc == 0; hook++)
		if (hook->whom == (server ? FOR_SERVER : FOR_WORK))
			rc = put_beside(g, hook, e);
	if (rc == 0)
		rc = put_settings(g, false, server, e);
	return rc;
}

int
githooks_install(struct githooks *g, bool server, struct err *e)
{
	int rc;

	if (!server && repo_workdir(g->repo) == NULL)
		return err_set(e, EX_CONFIG, "%s is a bare repository: what "
		    "is pushed there is judged by task-hook install --server",
		    g->common);
	if (strchr(g->common, '\n') != NULL)
		return err_set(e, EX_CONFIG, "%s: a path with a line end "
		    "cannot stand in git's configuration", g->common);
	sweep(g);
	if (!githook_is_chained(g))
		return install_beside(g, server, e);
	rc = install_chained(g, server, e);
	return rc == 0 ? take_all_beside(g, e) : rc;
}

/* The setting goes first: from then on the former hooks are git's again. */
int
githooks_uninstall(struct githooks *g, struct err *e)
{
	const struct githook *hook;
	int rc;

	sweep(g);
	rc = take_settings(g, e);
	for (hook = githook_all; hook->name != NULL && rc == 0; hook++)
		rc = take_chained(g, hook, e);
	if (rc == 0 && !g->dry_run)
		unlinkat(g->fd, GITHOOK_FOLDER, AT_REMOVEDIR);
	return rc == 0 ? take_all_beside(g, e) : rc;
}
