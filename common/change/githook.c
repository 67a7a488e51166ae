/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include <fcntl.h>

#include "base/err.h"
#include "base/log.h"
#include "change/githooks.h"
#include "change/repo.h"
#include "change/txn.h"
#include "cli/tool.h"
#include "sys/path.h"
#include "sys/run.h"

enum { SETTING_MAX = 64 << 10, HOOK_MAX = 16 << 20 };

const struct githook githook_all[] = {
	{ "pre-commit", FOR_WORK, "task-verify" },
	{ "pre-push", FOR_WORK, "task-verify" },
	{ "post-merge", FOR_WORK, "task-fsck" },
	{ "post-rewrite", FOR_WORK, "task-fsck" },
	{ "post-checkout", FOR_WORK, "task-fsck" },
	{ "pre-receive", FOR_SERVER, "task-verify" },
	{ "applypatch-msg", FOR_NONE, NULL },
	{ "pre-applypatch", FOR_NONE, NULL },
	{ "post-applypatch", FOR_NONE, NULL },
	{ "pre-merge-commit", FOR_NONE, NULL },
	{ "prepare-commit-msg", FOR_NONE, NULL },
	{ "commit-msg", FOR_NONE, NULL },
	{ "post-commit", FOR_NONE, NULL },
	{ "pre-rebase", FOR_NONE, NULL },
	{ "update", FOR_NONE, NULL },
	{ "post-receive", FOR_NONE, NULL },
	{ "post-update", FOR_NONE, NULL },
	{ "pre-auto-gc", FOR_NONE, NULL },
	{ "sendemail-validate", FOR_NONE, NULL },
	/* These are called all the time, or change what git does. */
	{ "fsmonitor-watchman", FOR_NONE_IF_THERE, NULL },
	{ "p4-changelist", FOR_NONE_IF_THERE, NULL },
	{ "p4-post-changelist", FOR_NONE_IF_THERE, NULL },
	{ "p4-pre-submit", FOR_NONE_IF_THERE, NULL },
	{ "p4-prepare-changelist", FOR_NONE_IF_THERE, NULL },
	{ "post-index-change", FOR_NONE_IF_THERE, NULL },
	{ "proc-receive", FOR_NONE_IF_THERE, NULL },
	{ "push-to-checkout", FOR_NONE_IF_THERE, NULL },
	{ "reference-transaction", FOR_NONE_IF_THERE, NULL },
	{ NULL, FOR_NONE, NULL }
};

const struct githook_driver githook_drivers[] = {
	{ "merge.task-card", "card", "the card of a task, by meaning" },
	{ "merge.task-index", "index", "what task-index makes" },
	{ NULL, NULL, NULL }
};

const char *const githook_states[] = {
	"absent", "installed", "shadowed", "changed", "no-program", NULL
};

/* Where this program lies, the others do. */
static char *
find_bin(void)
{
	char path[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);

	path[n > 0 ? n : 0] = '\0';
	path[path_dir_len(path)] = '\0';
	return mem_strdup(path);
}

int
githook_settings(const struct githooks *g, const char *key, struct buf *out,
    struct err *e)
{
	const char *gitdir = repo_gitdir(g->repo);
	/* With a slash at its end another includeIf would hold. */
	char *dir = mem_printf("--git-dir=%.*s", (int)strlen(gitdir) - 1,
	    gitdir);
	const char *const argv[] = { "git", dir, "config", "--type=path", "-z",
	    "--get-all", key, NULL };
	int status;

	status = run_program(&(struct run){ .argv = argv, .output = out,
	    .output_max = SETTING_MAX }, e);
	free(dir);
	if (status < 0)
		return err_prefix(e, "git config");
	return status <= 1 ? 0 : err_set(e, EX_CONFIG,
	    "git does not say what %s is", key);
}

static int
load_paths(struct githooks *g, struct err *e)
{
	struct buf values = BUF_INIT;
	const char *p, *last;
	int rc;

	rc = githook_settings(g, "core.hooksPath", &values, e);
	last = buf_str(&values) + values.len;
	for (p = buf_str(&values); rc == 0 && p < last; p += strlen(p) + 1) {
		g->set = true;
		g->chained = strcmp(p, g->folder) == 0;
		if (!g->chained)
			strvec_add(&g->paths, p);
	}
	buf_release(&values);
	return rc;
}

int
githooks_open(struct githooks *g, const char *dir, bool writes,
    struct err *e)
{
	char common[PATH_MAX];

	if (repo_open(&g->repo, dir, e) != 0)
		return -1;
	if (realpath(repo_commondir(g->repo), common) == NULL)
		return err_errno(e, "%s", repo_commondir(g->repo));
	g->common = mem_strdup(common);
	g->folder = mem_printf("%s/" GITHOOK_FOLDER, common);
	g->bin = find_bin();
	g->fd = open(common, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (g->fd < 0)
		return err_errno(e, "%s", common);
	if (writes && !g->dry_run &&
	    txn_lock(&g->lock, g->repo, tool_name(), e) != 0)
		return -1;
	return load_paths(g, e);
}

void
githooks_close(struct githooks *g)
{
	lock_drop(&g->lock);
	if (g->fd >= 0)
		close(g->fd);
	g->fd = -1;
	repo_close(g->repo);
	g->repo = NULL;
	free(g->common);
	free(g->folder);
	free(g->bin);
	g->common = g->folder = g->bin = NULL;
	strvec_release(&g->paths);
	strvec_release(&g->steps);
	strvec_release(&g->kept);
}

void
githook_release(struct githook_file *f)
{
	free(f->path);
	file_release(&f->file);
	*f = (struct githook_file)GITHOOK_FILE_INIT;
}

void
githooks_tell(const struct githooks *g)
{
	struct err kept = ERR_INIT;
	size_t i;

	for (i = 0; i < g->steps.n; i++)
		if (g->dry_run)
			log_notice("would %s", g->steps.v[i]);
		else
			log_info("%s", g->steps.v[i]);
	for (i = 0; i < g->kept.n; i++) {
		err_set(&kept, EX_NO, "%s", g->kept.v[i]);
		tool_failed(&kept);
	}
}

static bool
is_link(const struct githooks *g, const char *path)
{
	struct stat st;

	return fstatat(g->fd, path, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    S_ISLNK(st.st_mode);
}

/* In a folder that is a link nothing is ours. */
static bool
is_in_linked(const struct githooks *g, const char *path)
{
	char *folder = mem_dup(path, path_dir_len(path));
	bool is = *folder != '\0' && is_link(g, folder);

	free(folder);
	return is;
}

/* What is no plain file is somebody else's, whatever it says. */
int
githook_read(const struct githooks *g, struct githook_file *f, char *path,
    struct err *e)
{
	struct stat st;

	githook_release(f);
	f->path = path;
	if (is_in_linked(g, path))
		return 0;
	if (fstatat(g->fd, f->path, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return errno == ENOENT || errno == ENOTDIR ? 0 :
		    err_errno(e, "%s/%s", g->common, f->path);
	f->there = true;
	f->plain = S_ISREG(st.st_mode);
	f->file.st = st;
	if (!f->plain || st.st_size > HOOK_MAX)
		return 0;
	if (file_read(g->fd, f->path, HOOK_MAX, &f->file, e) != 0)
		return err_prefix(e, "%s", g->common);
	f->kind = hookfile_kind(&f->file.data);
	return 0;
}

int
githook_beside_read(const struct githooks *g, struct githook_beside *b,
    const char *name, struct err *e)
{
	struct githook_file *const files[] = { &b->now, &b->aside,
	    &b->legacy, &b->old };
	static const char *const suffixes[] = { "", ASIDE, LEGACY, OLD };
	size_t i;
	int rc = 0;

	for (i = 0; i < ARRAY_LEN(files) && rc == 0; i++)
		rc = githook_read(g, files[i], mem_printf(GITHOOK_BESIDE
		    "/%s%s", name, suffixes[i]), e);
	return rc;
}

void
githook_beside_release(struct githook_beside *b)
{
	githook_release(&b->now);
	githook_release(&b->aside);
	githook_release(&b->legacy);
	githook_release(&b->old);
}

bool
githook_is_precommits(const struct githook_beside *b)
{
	return b->now.kind == HOOKFILE_FOREIGN && b->now.there &&
	    hookfile_is_precommits(&b->now.file.data) &&
	    b->legacy.kind == HOOKFILE_OURS;
}

/* Where our programs are, and then wherever git's programs find them. */
void
githook_driver_command(const struct githooks *g,
    const struct githook_driver *d, struct buf *out)
{
	struct buf word = BUF_INIT;
	const char *p;

	hookfile_quote(&word, g->bin);
	buf_adds(out, "PATH=");
	for (p = buf_str(&word); *p != '\0'; p++)
		buf_adds(out, *p == '%' ? "%%" : (const char[]){ *p, '\0' });
	buf_addf(out, ":\"$PATH\" task-fsck --merge-file %s %%O %%A %%B %%P",
	    d->kind);
	buf_release(&word);
}

/* A relative path is one from where git runs hooks. */
char *
githook_former_folder(const struct githooks *g)
{
	const char *root = repo_workdir(g->repo), *path;

	if (g->paths.n == 0)
		return mem_printf("%s/" GITHOOK_BESIDE, g->common);
	path = g->paths.v[g->paths.n - 1];
	if (root == NULL)
		root = repo_gitdir(g->repo);
	return mem_printf("%s%s", *path == '/' ? "" : root, path);
}

bool
githook_has_former(const struct githooks *g, const char *name)
{
	char *folder = githook_former_folder(g);
	char *path = mem_printf("%s/%s", folder, name);
	bool has = access(path, X_OK) == 0;

	free(path);
	free(folder);
	return has;
}

bool
githook_is_chained(const struct githooks *g)
{
	return g->set || is_link(g, GITHOOK_BESIDE);
}
