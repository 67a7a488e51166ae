/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/buf.h"
#include "base/err.h"
#include "base/map.h"
#include "base/strvec.h"
#include "change/gitrun.h"
#include "sys/path.h"
#include "sys/run.h"

extern char **environ;

enum { LIST_MAX = 256 << 20 };

struct editor {
	const struct gitindex *ix;
	struct strvec	 env;
	struct map	 entries;	/* path to "MODE ID" */
	struct map	 tags;		/* path to git's letter, where it is
					   not 'H' */
	struct buf	 info;		/* for git update-index --index-info */
	struct buf	 assumed, skipped;	/* paths that get these flags */
};

/* What the caller's git, or a hook of it, says of its own repository. */
static bool
is_local(const char *var)
{
	static const char *const names[] = { "GIT_DIR", "GIT_WORK_TREE",
	    "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY",
	    "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_NAMESPACE", "GIT_PREFIX",
	    "GIT_CONFIG", "GIT_CONFIG_PARAMETERS", "GIT_CONFIG_COUNT",
	    "GIT_IMPLICIT_WORK_TREE", "GIT_GRAFT_FILE", "GIT_SHALLOW_FILE",
	    "GIT_NO_REPLACE_OBJECTS", "GIT_REPLACE_REF_BASE" };
	size_t n = strcspn(var, "="), i;

	for (i = 0; i < ARRAY_LEN(names); i++)
		if (strlen(names[i]) == n && memcmp(names[i], var, n) == 0)
			return true;
	return false;
}

void
gitrun_environment(const char *gitdir, const char *workdir,
    struct strvec *env)
{
	char **v;

	for (v = environ; *v != NULL; v++)
		if (!is_local(*v))
			strvec_add(env, *v);
	strvec_addf(env, "GIT_DIR=%s", gitdir);
	if (workdir != NULL)
		strvec_addf(env, "GIT_WORK_TREE=%s", workdir);
}

/* A line of git ls-files -s -v: "TAG MODE ID STAGE\tPATH". */
static void
take_entry(struct editor *x, const char *line)
{
	const char *tab, *stage;
	char tag[2] = { line[0], '\0' };

	if (line[0] == '\0' || line[1] != ' ')
		return;
	line += 2;
	tab = strchr(line, '\t');
	if (tab != NULL && strchr("hSs", tag[0]) != NULL)
		free(map_put(&x->tags, tab + 1, mem_strdup(tag)));
	stage = tab == NULL ? NULL : memrchr(line, ' ', (size_t)(tab - line));
	if (stage != NULL)
		free(map_put(&x->entries, tab + 1,
		    mem_dup(line, (size_t)(stage - line))));
}

static int
list_entries(struct editor *x, struct err *e)
{
	const char *argv[] = { "git", "ls-files", "-s", "-v", "-z",
	    NULL };
	struct buf list = BUF_INIT;
	struct run run = { .argv = argv, .dir = x->ix->workdir,
	    .env = x->env.v, .quiet = true, .output = &list,
	    .output_max = LIST_MAX };
	const char *p, *end;
	int rc = run_program(&run, e);

	end = buf_str(&list) + list.len;
	for (p = buf_str(&list); rc == 0 && p < end; p += strlen(p) + 1)
		take_entry(x, p);
	buf_release(&list);
	return rc;
}

/* NULL takes the entry out. */
static void
set_entry(struct editor *x, const char *path, const char *entry)
{
	free(map_remove(&x->entries, path));
	/* Entries in conflict stand there several times: all of them go. */
	buf_addf(&x->info, "0 %040d\t%s", 0, path);
	buf_addc(&x->info, '\0');
	if (entry == NULL)
		return;
	map_put(&x->entries, path, mem_strdup(entry));
	buf_addf(&x->info, "%s\t%s", entry, path);
	buf_addc(&x->info, '\0');
}

struct below {
	const char	*folder;
	struct strvec	 paths;
};

static void
collect_below(const char *path, void *value, void *ctx)
{
	struct below *b = ctx;

	(void)value;
	if (path_is_below(path, b->folder))
		strvec_add(&b->paths, path);
}

/* --assume-unchanged and --skip-worktree go along. */
static void
keep_flags(struct editor *x, const char *from, const char *to)
{
	const char *tag = map_find(&x->tags, from);

	if (tag != NULL && (*tag == 'h' || *tag == 's')) {
		buf_adds(&x->assumed, to);
		buf_addc(&x->assumed, '\0');
	}
	if (tag != NULL && (*tag == 'S' || *tag == 's')) {
		buf_adds(&x->skipped, to);
		buf_addc(&x->skipped, '\0');
	}
}

/* With `guarded` what is where an entry goes stays in its place. */
static void
move_folder(struct editor *x, const struct index_edit *edit, bool guarded)
{
	struct below b = { edit->path, STRVEC_INIT };
	char *entry, *to;
	size_t i;

	map_each(&x->entries, collect_below, &b);
	for (i = 0; i < b.paths.n; i++) {
		entry = mem_strdup(map_find(&x->entries, b.paths.v[i]));
		to = mem_printf("%s%s", edit->to,
		    b.paths.v[i] + strlen(edit->path));
		set_entry(x, b.paths.v[i], NULL);
		if (!guarded || map_find(&x->entries, to) == NULL) {
			set_entry(x, to, entry);
			keep_flags(x, b.paths.v[i], to);
		}
		free(entry);
		free(to);
	}
	strvec_release(&b.paths);
}

static bool
guard_holds(const struct editor *x, const struct index_edit *edit)
{
	const char *entry = map_find(&x->entries, edit->path), *space;
	char hex[OID_HEX + 1];

	if (entry == NULL)
		return oid_is_zero(&edit->was);
	space = strchr(entry, ' ');
	oid_format(hex, &edit->was);
	return space != NULL && strcmp(space + 1, hex) == 0;
}

static void
edit_entry(struct editor *x, const struct index_edit *edit)
{
	char hex[OID_HEX + 1], *entry;

	oid_format(hex, &edit->id);
	entry = mem_printf("%o %s", edit->mode, hex);
	set_entry(x, edit->path, edit->kind == INDEX_PUT ? entry : NULL);
	free(entry);
}

static int
update_index(struct editor *x, const char *flag, const char *input_flag,
    const struct buf *input, struct err *e)
{
	const char *argv[] = { "git", "update-index", "-z", flag, input_flag,
	    NULL };
	struct run run = { .argv = argv, .dir = x->ix->workdir,
	    .env = x->env.v, .quiet = true, .input = input };

	return input->len == 0 ? 0 : run_program(&run, e);
}

int
gitrun_edit(const struct gitindex *ix, const char *index,
    const struct index_edits *edits, bool guarded, struct err *e)
{
	struct editor x = { .ix = ix };
	const struct index_edit *edit;
	size_t i;
	int rc;

	gitrun_environment(ix->gitdir, ix->workdir, &x.env);
	strvec_addf(&x.env, "GIT_INDEX_FILE=%s", index);
	rc = list_entries(&x, e);
	/* Folders move first; guards are for what stands where they went. */
	for (i = 0; i < edits->n && rc == 0; i++)
		if (edits->v[i].kind == INDEX_MOVE)
			move_folder(&x, &edits->v[i], guarded);
	for (i = 0; i < edits->n && rc == 0; i++) {
		edit = &edits->v[i];
		if (edit->kind != INDEX_MOVE &&
		    (!guarded || guard_holds(&x, edit)))
			edit_entry(&x, edit);
	}
	if (rc == 0)
		rc = update_index(&x, "--add", "--index-info", &x.info, e);
	if (rc == 0)
		rc = update_index(&x, "--assume-unchanged", "--stdin",
		    &x.assumed, e);
	if (rc == 0)
		rc = update_index(&x, "--skip-worktree", "--stdin",
		    &x.skipped, e);
	strvec_release(&x.env);
	map_release_values(&x.entries);
	map_release_values(&x.tags);
	buf_release(&x.info);
	buf_release(&x.assumed);
	buf_release(&x.skipped);
	return rc;
}

int
gitrun_read_tree(const struct gitindex *ix, const char *index,
    const char *tree, struct err *e)
{
	const char *argv[] = { "git", "read-tree", tree, NULL };
	struct editor x = { .ix = ix };
	struct run run = { .argv = argv, .dir = ix->workdir, .quiet = true };
	int rc;

	gitrun_environment(ix->gitdir, ix->workdir, &x.env);
	strvec_addf(&x.env, "GIT_INDEX_FILE=%s", index);
	run.env = x.env.v;
	rc = run_program(&run, e);
	strvec_release(&x.env);
	return rc;
}
