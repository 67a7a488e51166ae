/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include <sys/stat.h>

#include "base/err.h"
#include "change/gitconfig.h"
#include "change/githooks.h"
#include "change/repo.h"

/* What is found out of one hook or driver. */
struct finding {
	enum githook_state state;
	const char	*path;		/* of a file that lives as long */
	struct buf	 note;
};

static void
say(struct finding *f, enum githook_state state, const char *note)
{
	f->state = state;
	buf_clear(&f->note);
	buf_adds(&f->note, note);
}

static bool
has_program(const struct githooks *g, const char *program)
{
	struct strvec folders = STRVEC_INIT;
	const char *path = getenv("PATH");
	char *file;
	bool has = false;
	size_t i;

	strvec_add(&folders, g->bin);
	strvec_split(&folders, path == NULL ? "" : path, ':');
	for (i = 0; i < folders.n && !has; i++) {
		file = mem_printf("%s/%s", folders.v[i], program);
		has = access(file, X_OK) == 0;
		free(file);
	}
	strvec_release(&folders);
	return has;
}

/* True where git takes hooks from <common>/hooks. */
static bool
is_beside_in_force(const struct githooks *g)
{
	char *folder = githook_former_folder(g), *own;
	struct stat a, b;
	bool same;

	own = mem_printf("%s/" GITHOOK_BESIDE, g->common);
	same = !g->chained && stat(folder, &a) == 0 && stat(own, &b) == 0 &&
	    a.st_dev == b.st_dev && a.st_ino == b.st_ino;
	free(own);
	free(folder);
	return same;
}

/* Of a file of ours: whether git runs it as it was written. */
static void
judge_file(const struct githooks *g, const struct githook_file *file,
    bool in_force, struct finding *f)
{
	f->path = file->path;
	if (file->kind == HOOKFILE_CHANGED) {
		say(f, GITHOOK_CHANGED, "somebody changed it, and task-hook "
		    "leaves it alone");
	} else if (!in_force && g->paths.n > 0) {
		say(f, GITHOOK_SHADOWED, "");
		buf_addf(&f->note, "core.hooksPath is %s (task-hook install; "
		    "where that does not help, git config --show-origin "
		    "--get-all core.hooksPath says who sets it)",
		    g->paths.v[g->paths.n - 1]);
	} else if (!in_force) {
		say(f, GITHOOK_SHADOWED, "core.hooksPath does not name this "
		    "folder (task-hook install)");
	} else if ((file->file.st.st_mode & S_IXUSR) == 0) {
		say(f, GITHOOK_SHADOWED, "it is no file that can be run "
		    "(task-hook install)");
	} else {
		say(f, GITHOOK_INSTALLED, "");
	}
}

static void
judge_beside(const struct githooks *g, const struct githook_beside *b,
    struct finding *f)
{
	bool in_force = is_beside_in_force(g);

	if (githook_is_precommits(b)) {
		judge_file(g, &b->legacy, in_force, f);
		return;
	}
	if (b->now.kind != HOOKFILE_FOREIGN) {
		judge_file(g, &b->now, in_force, f);
		return;
	}
	f->path = b->now.path;
	if (b->aside.there || b->legacy.kind == HOOKFILE_OURS ||
	    b->old.kind == HOOKFILE_OURS)
		say(f, GITHOOK_SHADOWED, "something else has taken its place "
		    "(task-hook install)");
}

static bool
is_bare(const struct githooks *g)
{
	return repo_workdir(g->repo) == NULL;
}

static void
judge(const struct githooks *g, const struct githook *hook,
    const struct githook_file *chained, const struct githook_beside *b,
    struct finding *f)
{
	say(f, GITHOOK_ABSENT, hook->whom == FOR_SERVER ?
	    "task-hook install --server" : "task-hook install");
	f->path = b->now.path;
	if (chained->kind != HOOKFILE_FOREIGN &&
	    hookfile_judges(&chained->file.data)) {
		judge_file(g, chained, g->chained, f);
	} else if (g->chained && chained->there &&
	    chained->kind == HOOKFILE_FOREIGN) {
		f->path = chained->path;
		say(f, GITHOOK_CHANGED, "another program wrote it there "
		    "(task-hook install)");
	} else {
		judge_beside(g, b, f);
	}
	if (f->state == GITHOOK_INSTALLED && !has_program(g, hook->program)) {
		say(f, GITHOOK_NO_PROGRAM, "");
		buf_addf(&f->note, "%s is neither in %s nor in the PATH",
		    hook->program, g->bin);
	}
}

/* What is told of each, and to whom. */
struct look {
	struct githooks	*g;
	void		(*fn)(const struct githook_row *row, void *ctx);
	void		*ctx;
	bool		 no_work;	/* it is only pushed to */
};

static void
tell(const struct look *l, const char *name, const struct finding *f)
{
	l->fn(&(struct githook_row){ name, f->state, f->path,
	    buf_str(&f->note) }, l->ctx);
}

/* A hook of others, which our folder has to pass on. */
static void
look_at_other(const struct look *l, const struct githook *hook,
    const struct githook_file *chained)
{
	struct finding f = { GITHOOK_SHADOWED, chained->path, BUF_INIT };

	if (!l->g->chained || chained->there ||
	    !githook_has_former(l->g, hook->name))
		return;
	say(&f, GITHOOK_SHADOWED, "what core.hooksPath names has this hook, "
	    "and it is not passed on to (task-hook install)");
	tell(l, hook->name, &f);
	buf_release(&f.note);
}

static void
look_at_ours(const struct look *l, const struct githook *hook,
    const struct githook_file *chained, const struct githook_beside *b)
{
	struct finding f = { GITHOOK_ABSENT, NULL, BUF_INIT };

	judge(l->g, hook, chained, b, &f);
	if (hook->whom == FOR_WORK ? !l->no_work :
	    f.state != GITHOOK_ABSENT || is_bare(l->g))
		tell(l, hook->name, &f);
	buf_release(&f.note);
}

static int
look_at(const struct look *l, const struct githook *hook, struct err *e)
{
	struct githook_beside b = GITHOOK_BESIDE_INIT;
	struct githook_file chained = GITHOOK_FILE_INIT;
	int rc;

	rc = githook_beside_read(l->g, &b, hook->name, e);
	if (rc == 0)
		rc = githook_read(l->g, &chained, mem_printf(GITHOOK_FOLDER
		    "/%s", hook->name), e);
	if (rc == 0 && hook->program == NULL)
		look_at_other(l, hook, &chained);
	else if (rc == 0)
		look_at_ours(l, hook, &chained, &b);
	githook_release(&chained);
	githook_beside_release(&b);
	return rc;
}

/* The value that counts; "" where there is none. */
static int
load_driver(const struct githooks *g, const struct githook_driver *d,
    struct buf *out, struct err *e)
{
	char *key = mem_printf("%s.driver", d->key);
	struct buf values = BUF_INIT;
	const char *last;
	int rc;

	rc = githook_settings(g, key, &values, e);
	if (rc == 0 && values.len > 0) {
		values.ptr[--values.len] = '\0';
		last = memrchr(values.ptr, '\0', values.len);
		buf_adds(out, last == NULL ? values.ptr : last + 1);
	}
	buf_release(&values);
	free(key);
	return rc;
}

static int
look_at_driver(const struct look *l, const struct githook_driver *d,
    struct err *e)
{
	struct finding f = { GITHOOK_INSTALLED, GITCONFIG_INCLUDED, BUF_INIT };
	struct buf want = BUF_INIT, value = BUF_INIT;
	int rc;

	githook_driver_command(l->g, d, &want);
	rc = load_driver(l->g, d, &value, e);
	if (value.len == 0)
		say(&f, GITHOOK_ABSENT, "task-hook install");
	else if (!buf_equal(&value, &want))
		say(&f, GITHOOK_CHANGED, "it is set to another command "
		    "(task-hook install)");
	else if (!has_program(l->g, "task-fsck"))
		say(&f, GITHOOK_NO_PROGRAM, "task-fsck is not there");
	if (rc == 0)
		tell(l, d->key, &f);
	buf_release(&value);
	buf_release(&want);
	buf_release(&f.note);
	return rc;
}

/* Whether a repository with a worktree is used only as one to push to. */
static void
note_server(const struct githook_row *row, void *ctx)
{
	int *has = ctx;

	if (row->state == GITHOOK_ABSENT)
		return;
	*has |= strcmp(row->name, "pre-receive") == 0 ? 1 : 2;
}

int
githooks_look(struct githooks *g,
    void (*fn)(const struct githook_row *row, void *ctx), void *ctx,
    struct err *e)
{
	const struct githook_driver *d;
	const struct githook *hook;
	int has = 0, rc = 0;
	struct look first = { g, note_server, &has, false };
	struct look l = { g, fn, ctx, is_bare(g) };

	for (hook = githook_all; hook->name != NULL && rc == 0; hook++)
		if (hook->program != NULL)
			rc = look_at(&first, hook, e);
	l.no_work = is_bare(g) || has == 1;
	for (hook = githook_all; hook->name != NULL && rc == 0; hook++)
		rc = look_at(&l, hook, e);
	for (d = githook_drivers; rc == 0 && !l.no_work && d->key != NULL; d++)
		rc = look_at_driver(&l, d, e);
	return rc;
}
