/* SPDX-License-Identifier: MIT */
/* task-fsck: the board while git waits for conflicts to be resolved */
#include "base/compat.h"

#include "base/err.h"
#include "base/log.h"
#include "base/map.h"
#include "change/gitrun.h"
#include "change/lineage.h"
#include "change/tree.h"
#include "cli/tool.h"
#include "sys/file.h"
#include "sys/path.h"
#include "sys/run.h"
#include "tools/reconcile.h"

enum { LIST_MAX = 256 << 20 };

/* A file of .work, by its path in the worktree. */
struct entry {
	struct oid	 index;		/* zero: it is not in git's index */
	struct oid	 wanted;	/* zero: it is not to be there */
	bool		 unmerged;
	bool		 dirty;		/* on disk it is another than there */
};

struct resolve {
	struct reconcile *r;
	struct map	 entries;
	struct strvec	 env;
	struct index_edits edits;
	size_t		 elsewhere;	/* conflicts outside of .work */
	int		 rc;
	struct err	*e;
};

static struct entry *
entry_of(struct resolve *x, const char *path)
{
	struct entry *one = map_find(&x->entries, path);

	if (one == NULL) {
		one = mem_zalloc(sizeof(*one));
		map_put(&x->entries, path, one);
	}
	return one;
}

/* Records that end with a NUL. */
static int
git_list(struct resolve *x, const char *const *argv, struct buf *out,
    struct err *e)
{
	struct buf said = BUF_INIT;
	struct run run = { .argv = argv, .env = x->env.v, .output = out,
	    .dir = repo_workdir(x->r->s.txn.repo), .output_max = LIST_MAX,
	    .errors = &said, .errors_max = LIST_MAX };
	int rc = run_program(&run, e);

	if (rc > 0) {
		log_text(buf_str(&said));
		rc = err_set(e, EX_IOERR, "git %s failed", argv[1]);
	}
	buf_release(&said);
	return rc;
}

/* "MODE ID STAGE\tPATH" */
static void
take_entry(struct resolve *x, const char *line)
{
	const char *id = strchr(line, ' ');
	const char *tab = id == NULL ? NULL : strchr(id, '\t');
	struct entry *one;
	bool merged;

	if (tab == NULL || tab - id < OID_HEX + 3)
		return;
	merged = tab[-1] == '0';
	if (strncmp(tab + 1, x->r->work, strlen(x->r->work)) != 0) {
		x->elsewhere += !merged;
		return;
	}
	one = entry_of(x, tab + 1);
	one->unmerged = one->unmerged || !merged;
	if (merged)
		(void)!oid_parse(&one->index, id + 1);
}

static int
read_index(struct resolve *x, struct err *e)
{
	const char *argv[] = { "git", "ls-files", "-s", "-z", NULL };
	const char *dirty[] = { "git", "diff-files", "--name-only", "-z",
	    NULL };
	struct buf list = BUF_INIT;
	struct entry *one;
	const char *p, *end;
	int rc = git_list(x, argv, &list, e);

	end = buf_str(&list) + list.len;
	for (p = buf_str(&list); rc == 0 && p < end; p += strlen(p) + 1)
		take_entry(x, p);
	buf_clear(&list);
	if (rc == 0)
		rc = git_list(x, dirty, &list, e);
	end = buf_str(&list) + list.len;
	for (p = buf_str(&list); rc == 0 && p < end; p += strlen(p) + 1)
		if ((one = map_find(&x->entries, p)) != NULL)
			one->dirty = true;
	buf_release(&list);
	return rc;
}

static int
add_wanted(struct resolve *x, const struct oid *tree, const char *path,
    struct err *e)
{
	const struct buf *bytes;
	struct tree_entry entry;
	size_t at = 0;
	char *below;
	int rc = tree_get(x->r->trees, tree, &bytes, e), more;

	if (rc != 0)
		return -1;
	while (rc == 0 && (more = tree_next(bytes, &at, &entry)) != 0) {
		if (more < 0)
			return err_set(e, EX_DATAERR, "a tree of git is "
			    "damaged");
		below = mem_printf("%s%s%s", path, entry.name,
		    entry.mode == TREE_MODE_DIR ? "/" : "");
		if (entry.mode == TREE_MODE_DIR)
			rc = add_wanted(x, &entry.id, below, e);
		else
			entry_of(x, below)->wanted = entry.id;
		free(below);
	}
	return rc;
}

/* What the disk has; an id of zero: there is no such file. */
static int
read_disk(struct resolve *x, const char *path, struct file *f,
    struct oid *id, struct err *e)
{
	int rc = file_read(x->r->s.txn.workfd, path, OBJECT_MAX, f, e);

	memset(id, 0, sizeof(*id));
	if (rc != 0)
		return e->status == EX_NOINPUT ? 0 : -1;
	oid_of(id, "blob", buf_str(&f->data), f->data.len);
	return 0;
}

/*
 * What git left in a conflict is replaced; its bytes stay among git's objects,
 * for one who had begun to resolve it.
 */
static int
keep(struct resolve *x, const char *path, const struct oid *id,
    const struct buf *data, struct err *e)
{
	char hex[OID_HEX + 1];

	oid_format(hex, id);
	log_info("what was in %s is git's object %s", path, hex);
	if (repo_is_sound(x->r->s.txn.repo, id, OBJECT_BLOB))
		return 0;
	return repo_write(x->r->s.txn.repo, OBJECT_BLOB, id, data, e);
}

static void
add_edit(struct resolve *x, const char *path, const struct oid *id)
{
	struct index_edit *edit = index_edits_add(&x->edits,
	    oid_is_zero(id) ? INDEX_REMOVE : INDEX_PUT, path, NULL);

	edit->id = *id;
	edit->mode = TREE_MODE_FILE;
}

/* A path of the worktree as the transaction has it. */
static int
stage(struct resolve *x, const char *path, const struct oid *id,
    struct err *e)
{
	const char *prefix = x->r->s.txn.prefix;
	size_t n = strlen(prefix);
	char *full = strncmp(path, prefix, n) == 0 ? mem_strdup(path + n) :
	    mem_printf("/%s", path);
	struct buf data = BUF_INIT;
	int rc = 0;

	if (oid_is_zero(id)) {
		txn_remove(&x->r->s.txn, full);
	} else {
		rc = repo_read(x->r->s.txn.repo, id, OBJECT_BLOB, &data, e);
		if (rc == 0)
			txn_write(&x->r->s.txn, full, buf_str(&data),
			    data.len);
	}
	free(full);
	buf_release(&data);
	return rc;
}

/* An index or a counter: what is on disk is made, not edited. */
static bool
is_generated(const char *path)
{
	const char *name = path_base(path);

	return strcmp(name, "INDEX.md") == 0 ||
	    strncmp(name, "ID_COUNTER", strlen("ID_COUNTER")) == 0;
}

/* What a person wrote is not replaced. */
static int
check_replaced(const char *path, const struct entry *one, bool edited,
    bool there, struct err *e)
{
	if (edited)
		return err_set(e, EX_NO, "%s: it was changed by hand (git "
		    "add, or git stash)", path);
	if (there && !one->unmerged && oid_is_zero(&one->index))
		return err_set(e, EX_NO, "%s: it is in the way, and git does "
		    "not know it", path);
	return 0;
}

static int
resolve_file(struct resolve *x, const char *path, const struct entry *one,
    struct err *e)
{
	struct file disk = FILE_INIT;
	bool edited = one->dirty && !one->unmerged && !is_generated(path);
	struct oid is;
	int rc;

	if (!one->unmerged && oid_equal(&one->index, &one->wanted) &&
	    (!one->dirty || edited))
		return 0;
	rc = read_disk(x, path, &disk, &is, e);
	if (rc == 0 && !oid_equal(&is, &one->wanted)) {
		rc = check_replaced(path, one, edited, !oid_is_zero(&is), e);
		if (rc == 0 && !oid_is_zero(&is))
			rc = keep(x, path, &is, &disk.data, e);
		if (rc == 0)
			rc = stage(x, path, &one->wanted, e);
	}
	if (rc == 0)
		add_edit(x, path, &one->wanted);
	file_release(&disk);
	return rc;
}

static void
resolve_entry(const char *path, void *value, void *ctx)
{
	struct resolve *x = ctx;

	if (x->rc == 0)
		x->rc = resolve_file(x, path, value, x->e);
	free(value);
}

/* Files first: where they are right and the index is not, it is done again. */
static int
carry_out(struct resolve *x, struct err *e)
{
	struct session *s = &x->r->s;
	struct gitindex ix = { repo_gitdir(s->txn.repo),
	    repo_workdir(s->txn.repo), s->txn.workfd };
	char *index;
	int rc;

	if (x->edits.n == 0 || tool_options()->dry_run)
		return 0;
	txn_leave_commit(&s->txn);
	rc = session_commit(s, "task-fsck: reconcile", e);
	if (rc != 0)
		return -1;
	index = mem_printf("%sindex", ix.gitdir);
	rc = gitrun_edit(&ix, index, &x->edits, false, e);
	free(index);
	return rc <= 0 ? rc : err_set(e, EX_TEMPFAIL, "git's index cannot be "
	    "changed now (another git may be at work); try again");
}

/* What git is merging, as commits. */
static int
find_sides(struct resolve *x, const struct stopped *at,
    struct merge_sides *sides, struct repo_bases *bases, struct err *e)
{
	struct repo *r = x->r->s.txn.repo;
	struct oid tree;

	sides->ours = x->r->s.txn.head.commit;
	sides->theirs = at->commit;
	if (at->at == STOPPED_MERGE)
		return repo_merge_bases(r, &sides->ours, &sides->theirs,
		    bases, e);
	sides->append = true;
	if (repo_commit_info(r, &at->commit, &tree, bases->v, e) != 0)
		return -1;
	bases->n = oid_is_zero(bases->v) ? 0 : 1;
	return 0;
}

/* What is reverted is code: a ledger is not taken back. */
static int
find_tree(struct resolve *x, const struct stopped *at, struct oid *tree,
    struct err *e)
{
	struct merge_sides sides = { .bases = NULL };
	struct repo_bases bases = { .n = 0 };
	int rc;

	if (at->at == STOPPED_REVERT)
		return reconcile_board(x->r, &x->r->s.txn.head.tree, tree, e);
	rc = find_sides(x, at, &sides, &bases, e);
	sides.bases = bases.v;
	sides.nbases = bases.n;
	if (rc == 0)
		rc = reconcile_make(x->r, &sides, tree, e);
	return rc;
}

int
reconcile_stopped(struct reconcile *r, const struct stopped *at,
    struct err *e)
{
	struct resolve x = { .r = r, .e = e, .edits = INDEX_EDITS_INIT };
	struct repo *repo = r->s.txn.repo;
	struct oid tree;
	int rc;

	gitrun_environment(repo_gitdir(repo), repo_workdir(repo), &x.env);
	rc = find_tree(&x, at, &tree, e);
	if (rc == 0)
		rc = read_index(&x, e);
	if (rc == 0)
		rc = add_wanted(&x, &tree, r->work, e);
	x.rc = rc;
	map_each(&x.entries, resolve_entry, &x);
	rc = x.rc == 0 ? carry_out(&x, e) : -1;
	r->done = x.edits.n > 0;
	r->next = x.elsewhere > 0 ? "git status" : at->next;
	map_release(&x.entries);
	strvec_release(&x.env);
	index_edits_release(&x.edits);
	return rc;
}
