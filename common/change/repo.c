/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "change/libgit2.h"
#include "change/loose.h"
#include "change/pack.h"
#include "sys/path.h"

const char *
object_type_name(enum object_type type)
{
	switch (type) {
	case OBJECT_COMMIT:
		return "commit";
	case OBJECT_TREE:
		return "tree";
	case OBJECT_BLOB:
		break;
	}
	return "blob";
}

int
repo_fail(struct err *e, int status, const char *what)
{
	const git_error *why = git_error_last();
	char text[512];
	size_t n;

	snprintf(text, sizeof(text), "%s", why == NULL ||
	    why->message == NULL ? "unknown failure" : why->message);
	n = strlen(text);
	while (n > 0 && strchr(".\n", text[n - 1]) != NULL)
		text[--n] = '\0';
	return err_set(e, status, "%s: git: %s", what, text);
}

void
repo_start_library(void)
{
	static bool started;

	if (started)
		return;
	started = true;
	if (git_libgit2_init() < 0)
		log_die("libgit2 does not start");
}

static int
say_cannot_open(const char *dir, int rc, struct err *e)
{
	const git_error *why = git_error_last();

	if (rc == GIT_ENOTFOUND)
		return err_set(e, EX_NOINPUT, "%s is not in a git repository "
		    "(task-init --git makes one)", dir);
	if (rc == GIT_EOWNER)
		return err_set(e, EX_CONFIG, "the repository of %s belongs to "
		    "somebody else (git config --global --add safe.directory "
		    "says that you trust it)", dir);
	if (why != NULL && why->message != NULL &&
	    strstr(why->message, "objectformat") != NULL)
		return err_set(e, EX_CONFIG, "the repository of %s has "
		    "SHA-256 ids; only SHA-1 is supported", dir);
	return repo_fail(e, EX_CONFIG, dir);
}

/* As git does, and libgit2 does not: GIT_CONFIG_GLOBAL names another file. */
static int
load_config(struct repo *r)
{
	const char *global = getenv("GIT_CONFIG_GLOBAL");
	git_config *all = NULL;
	int rc = 0;

	if (global != NULL && *global != '\0') {
		rc = git_repository_config(&all, r->git);
		if (rc == 0)
			rc = git_config_add_file_ondisk(all, global,
			    GIT_CONFIG_LEVEL_GLOBAL, r->git, true);
		git_config_free(all);
	}
	return rc != 0 ? rc :
	    git_repository_config_snapshot(&r->config, r->git);
}

static int
load(struct repo *r, struct err *e)
{
	char *format;

	if (git_repository_odb(&r->odb, r->git) != 0 || load_config(r) != 0)
		return repo_fail(e, EX_IOERR, "cannot open the repository");
	format = repo_config(r, "extensions.objectformat");
	if (format != NULL && strcmp(format, "sha1") != 0)
		err_set(e, EX_CONFIG, "the repository has %s ids; only "
		    "SHA-1 is supported", format);
	free(format);
	return e->status == EX_CONFIG ? -1 : 0;
}

static bool
is_top(const struct repo *r, const char *dir)
{
	const char *top = repo_workdir(r);
	size_t n = strlen(dir);

	return top != NULL && strncmp(top, dir, n) == 0 &&
	    strcmp(top + n, "/") == 0;
}

/*
 * The worktree's top is where its .git was found, as git has it.  The library
 * believes the path that stands in git's directory, and that is another's when
 * the repository was moved or copied.
 */
static int
find_top(struct repo *r, const char *dir, struct err *e)
{
	char *top = realpath(dir, NULL), *git;
	bool there = false;
	int rc = 0;

	while (top != NULL && *top != '\0' && !there) {
		git = mem_printf("%s/.git", top);
		there = access(git, F_OK) == 0;
		free(git);
		if (!there)
			top[path_dir_len(top)] = '\0';
	}
	/* The library loses memory where it is told what it knows. */
	if (there && !is_top(r, top))
		rc = git_repository_set_workdir(r->git, top, false);
	free(top);
	return rc == 0 ? 0 : repo_fail(e, EX_IOERR, dir);
}

/*
 * As the environment of one of git's hooks says.  The library gives up where it
 * names a worktree or a common directory: the former is told it afterwards, the
 * latter it finds by itself.
 */
static int
open_by_environment(struct repo *r)
{
	static const char *const names[] = { "GIT_WORK_TREE",
	    "GIT_COMMON_DIR" };
	char *values[ARRAY_LEN(names)], *top;
	size_t i;
	int rc;

	for (i = 0; i < ARRAY_LEN(names); i++) {
		values[i] = mem_strdup_null(getenv(names[i]));
		unsetenv(names[i]);
	}
	rc = git_repository_open_ext(&r->git, NULL,
	    GIT_REPOSITORY_OPEN_FROM_ENV, NULL);
	top = values[0] == NULL ? NULL : realpath(values[0], NULL);
	if (rc == 0 && top != NULL && !git_repository_is_bare(r->git) &&
	    !is_top(r, top))
		rc = git_repository_set_workdir(r->git, top, false);
	free(top);
	for (i = 0; i < ARRAY_LEN(names); i++) {
		if (values[i] != NULL)
			setenv(names[i], values[i], true);
		free(values[i]);
	}
	return rc;
}

/* `dir` NULL: as git's environment says. */
static int
open_with(struct repo **out, const char *dir, struct err *e)
{
	struct repo *r;
	int rc;

	repo_start_library();
	e->status = 0;
	r = mem_zalloc(sizeof(*r));
	rc = dir == NULL ? open_by_environment(r) :
	    git_repository_open_ext(&r->git, dir, 0, NULL);
	if (rc != 0)
		say_cannot_open(dir == NULL ? getenv("GIT_DIR") : dir, rc, e);
	else if (dir == NULL || !git_repository_is_worktree(r->git) ||
	    (rc = find_top(r, dir, e)) == 0)
		rc = load(r, e);
	if (rc != 0) {
		repo_close(r);
		r = NULL;
	}
	*out = r;
	return rc == 0 ? 0 : -1;
}

int
repo_open(struct repo **out, const char *dir, struct err *e)
{
	return open_with(out, dir, e);
}

int
repo_open_as_git(struct repo **out, const char *dir, struct err *e)
{
	(void)git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, 0);
	if (getenv("GIT_DIR") == NULL)
		return repo_open(out, dir, e);
	return open_with(out, NULL, e);
}

int
repo_init(const char *dir, struct err *e)
{
	git_repository_init_options opts;
	git_repository *git = NULL;
	int rc;

	repo_start_library();
	git_repository_init_options_init(&opts,
	    GIT_REPOSITORY_INIT_OPTIONS_VERSION);
	opts.flags = GIT_REPOSITORY_INIT_MKPATH;
	rc = git_repository_init_ext(&git, dir, &opts);
	git_repository_free(git);
	return rc == 0 ? 0 : repo_fail(e, EX_IOERR, dir);
}

void
repo_close(struct repo *r)
{
	if (r == NULL)
		return;
	loose_free(r->loose);
	git_config_free(r->config);
	git_odb_free(r->odb);
	git_repository_free(r->git);
	free(r);
}

const char *
repo_workdir(const struct repo *r)
{
	return git_repository_workdir(r->git);
}

const char *
repo_gitdir(const struct repo *r)
{
	return git_repository_path(r->git);
}

const char *
repo_commondir(const struct repo *r)
{
	return git_repository_commondir(r->git);
}

char *
repo_config(struct repo *r, const char *key)
{
	const char *value;

	if (git_config_get_string(&value, r->config, key) != 0 ||
	    *value == '\0')
		return NULL;
	return mem_strdup(value);
}

char *
repo_config_path(struct repo *r, const char *key)
{
	git_buf path = GIT_BUF_INIT;
	char *value = NULL;

	if (git_config_get_path(&path, r->config, key) == 0 &&
	    path.ptr != NULL && *path.ptr != '\0')
		value = mem_strdup(path.ptr);
	git_buf_dispose(&path);
	return value;
}

bool
repo_config_bool(struct repo *r, const char *key, bool otherwise)
{
	int value;

	if (git_config_get_bool(&value, r->config, key) != 0)
		return otherwise;
	return value != 0;
}

bool
repo_is_busy(struct repo *r)
{
	static const char *const locks[] = { "index.lock", "HEAD.lock" };
	bool busy = git_repository_state(r->git) !=
	    GIT_REPOSITORY_STATE_NONE;
	char *lock;
	size_t i;

	for (i = 0; i < ARRAY_LEN(locks) && !busy; i++) {
		lock = mem_printf("%s%s", repo_gitdir(r), locks[i]);
		busy = access(lock, F_OK) == 0;
		free(lock);
	}
	return busy;
}

int
repo_commit_info(struct repo *r, const struct oid *commit, struct oid *tree,
    struct oid *parent, struct err *e)
{
	git_commit *c;

	memset(parent, 0, sizeof(*parent));
	if (git_commit_lookup(&c, r->git, to_git(commit)) != 0)
		return repo_fail(e, EX_IOERR, "cannot read a commit");
	memcpy(tree->raw, git_commit_tree_id(c)->id, OID_RAW);
	if (git_commit_parentcount(c) > 0)
		memcpy(parent->raw, git_commit_parent_id(c, 0)->id, OID_RAW);
	git_commit_free(c);
	return 0;
}

int
repo_read_commit(struct repo *r, const struct oid *id,
    struct repo_commit *out, struct err *e)
{
	const git_signature *author;
	git_commit *c;
	size_t i;
	int rc;

	rc = git_commit_lookup(&c, r->git, to_git(id));
	if (rc == GIT_ENOTFOUND)
		return 0;
	if (rc != 0)
		return repo_fail(e, EX_IOERR, "cannot read a commit");
	author = git_commit_author(c);
	memcpy(out->tree.raw, git_commit_tree_id(c)->id, OID_RAW);
	out->nparents = git_commit_parentcount(c);
	out->parents = mem_zalloc((out->nparents + 1) * sizeof(struct oid));
	for (i = 0; i < out->nparents; i++)
		memcpy(out->parents[i].raw, git_commit_parent_id(c,
		    (unsigned)i)->id, OID_RAW);
	out->committed_us = git_commit_time(c) * CLOCK_SECOND;
	out->authored_us = author->when.time * CLOCK_SECOND;
	out->name = mem_strdup(author->name);
	out->email = mem_strdup(author->email);
	out->committer = mem_strdup(git_commit_committer(c)->email);
	out->subject = mem_strdup_null(git_commit_summary(c));
	git_commit_free(c);
	return 1;
}

void
repo_commit_release(struct repo_commit *c)
{
	free(c->parents);
	free(c->name);
	free(c->email);
	free(c->committer);
	free(c->subject);
	*c = (struct repo_commit)REPO_COMMIT_INIT;
}

int
repo_prefix(struct repo *r, const char *dir, struct buf *out, struct err *e)
{
	const char *work = repo_workdir(r);
	size_t n;

	if (work == NULL)
		return err_set(e, EX_CONFIG, "%s is a bare repository: "
		    "it has no files to work on", repo_gitdir(r));
	n = strlen(work);
	if (strncmp(dir, work, n) == 0)
		buf_addf(out, "%s/", dir + n);
	else if (strlen(dir) != n - 1 || strncmp(dir, work, n - 1) != 0)
		return err_set(e, EX_CONFIG, "%s does not lie in the worktree "
		    "%s", dir, work);
	return 0;
}

int
repo_read_path(struct repo *r, const struct oid *tree, const char *path,
    struct buf *out, struct err *e)
{
	git_tree_entry *entry = NULL;
	struct buf data = BUF_INIT;
	struct oid id;
	git_tree *root;
	int rc;

	if (git_tree_lookup(&root, r->git, to_git(tree)) != 0)
		return repo_fail(e, EX_IOERR, "cannot read a tree");
	rc = git_tree_entry_bypath(&entry, root, path);
	git_tree_free(root);
	if (rc != 0)
		return rc == GIT_ENOTFOUND ? 0 : repo_fail(e, EX_IOERR, path);
	if (git_tree_entry_type(entry) == GIT_OBJECT_BLOB) {
		memcpy(id.raw, git_tree_entry_id(entry)->id, OID_RAW);
		rc = repo_read(r, &id, OBJECT_BLOB, &data, e) == 0 ? 1 : -1;
		buf_addb(out, &data);
		buf_release(&data);
	}
	git_tree_entry_free(entry);
	return rc;
}

bool
repo_descends(struct repo *r, const struct oid *commit,
    const struct oid *ancestor)
{
	return oid_equal(commit, ancestor) ||
	    git_graph_descendant_of(r->git, to_git(commit),
	    to_git(ancestor)) == 1;
}

int
repo_resolve_commit(struct repo *r, const char *name, struct oid *out,
    struct err *e)
{
	git_object *o = NULL, *commit = NULL;
	int rc;

	rc = git_revparse_single(&o, r->git, name);
	if (rc == 0)
		rc = git_object_peel(&commit, o, GIT_OBJECT_COMMIT);
	if (rc == 0)
		memcpy(out->raw, git_object_id(commit)->id, OID_RAW);
	else
		err_set(e, EX_NOINPUT, "'%s' is no commit", name);
	git_object_free(o);
	git_object_free(commit);
	return rc == 0 ? 0 : -1;
}

int
repo_read(struct repo *r, const struct oid *id, enum object_type type,
    struct buf *out, struct err *e)
{
	char hex[OID_HEX + 1];
	git_odb_object *o;

	oid_format(hex, id);
	if (git_odb_read(&o, r->odb, to_git(id)) != 0)
		return repo_fail(e, EX_NOINPUT, hex);
	if ((int)git_odb_object_type(o) != (int)type ||
	    git_odb_object_size(o) > OBJECT_MAX) {
		git_odb_object_free(o);
		return err_set(e, EX_NOINPUT, "%s is no %s", hex,
		    object_type_name(type));
	}
	buf_set(out, git_odb_object_data(o), git_odb_object_size(o));
	git_odb_object_free(o);
	return 0;
}

int
repo_blob_size(struct repo *r, const struct oid *id, size_t *size,
    struct err *e)
{
	char hex[OID_HEX + 1];
	git_object_t type;

	oid_format(hex, id);
	if (git_odb_read_header(size, &type, r->odb, to_git(id)) != 0)
		return repo_fail(e, EX_NOINPUT, hex);
	return type == GIT_OBJECT_BLOB ? 0 :
	    err_set(e, EX_NOINPUT, "%s is no blob", hex);
}

bool
repo_is_sound(struct repo *r, const struct oid *id, enum object_type type)
{
	enum loose_state loose = loose_look(repo_commondir(r), id,
	    object_type_name(type));
	struct buf data = BUF_INIT;
	struct err ignored = ERR_INIT;
	struct oid is;
	bool sound = loose == LOOSE_SOUND;

	if (loose == LOOSE_NONE &&
	    repo_read(r, id, type, &data, &ignored) == 0) {
		oid_of(&is, object_type_name(type), data.ptr, data.len);
		sound = oid_equal(&is, id);
	}
	buf_release(&data);
	return sound;
}

/*
 * libgit2's own git_odb_write() hashes again, with a slower SHA-1, looks
 * whether the object is there, and needs three names for each.
 */
int
repo_write(struct repo *r, enum object_type type, const struct oid *id,
    const struct buf *data, struct err *e)
{
	if (r->loose == NULL)
		r->loose = loose_new(repo_commondir(r));
	return loose_write(r->loose, type, id, data, e);
}

struct feed {
	git_indexer	*indexer;
	git_indexer_progress progress;
};

static int
feed_indexer(const void *data, size_t len, void *ctx)
{
	struct feed *f = ctx;

	return git_indexer_append(f->indexer, data, len, &f->progress);
}

int
repo_write_pack(struct repo *r, const struct pack_object *v, size_t n,
    struct err *e)
{
	struct feed feed = { 0 };
	struct buf dir = BUF_INIT;
	int rc;

	git_libgit2_opts(GIT_OPT_ENABLE_FSYNC_GITDIR, 1);
	buf_addf(&dir, "%sobjects/pack", repo_commondir(r));
	rc = git_indexer_new(&feed.indexer, dir.ptr, 0, r->odb, NULL);
	if (rc == 0)
		rc = pack_write(v, n, feed_indexer, &feed);
	if (rc == 0)
		rc = git_indexer_commit(feed.indexer, &feed.progress);
	if (rc != 0)
		repo_fail(e, EX_IOERR, "cannot write a pack");
	git_indexer_free(feed.indexer);
	git_libgit2_opts(GIT_OPT_ENABLE_FSYNC_GITDIR, 0);
	if (rc == 0)
		git_odb_refresh(r->odb);
	buf_release(&dir);
	return rc == 0 ? 0 : -1;
}

int
repo_clean(struct repo *r, const char *path, const struct buf *in,
    struct buf *out, struct err *e)
{
	git_filter_list *filters = NULL;
	git_buf clean = { 0 };
	int rc;

	rc = git_filter_list_load(&filters, r->git, NULL, path,
	    GIT_FILTER_TO_ODB, GIT_FILTER_ALLOW_UNSAFE);
	if (rc == 0 && filters == NULL)
		buf_set(out, in->ptr, in->len);
	else if (rc == 0 && (rc = git_filter_list_apply_to_buffer(&clean,
	    filters, in->ptr, in->len)) == 0)
		buf_set(out, clean.ptr, clean.size);
	git_buf_dispose(&clean);
	git_filter_list_free(filters);
	return rc == 0 ? 0 : repo_fail(e, EX_IOERR, path);
}
