/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include <sys/stat.h>

#include <fcntl.h>

#include "base/buf.h"
#include "base/err.h"
#include "board/package.h"
#include "board/store.h"
#include "change/indexfile.h"
#include "change/journal.h"
#include "change/kept.h"
#include "change/private.h"
#include "change/ref.h"
#include "change/tree.h"
#include "sys/file.h"
#include "sys/lock.h"
#include "sys/path.h"

/* A package as HEAD has it. */
struct package_in_head {
	struct id	 id;
	char		*folder;
	struct oid	 tree;
	bool		 known;		/* git's index has what the tree has */
};

struct kept {
	struct repo	*repo;
	struct ref_head	 head;
	struct tree_cache *trees;
	struct indexfile index;
	struct stat	 journal;	/* zero where there is none */
	char		*prefix;	/* ".work/tasks/", in the repository */
	struct package_in_head *v;	/* by id, then folder */
	size_t		 n, cap;
};

static int
find_prefix(struct kept *k, const char *path, struct err *e)
{
	const char *work = repo_workdir(k->repo);
	size_t n = work == NULL ? 0 : strlen(work);

	if (work == NULL || strncmp(path, work, n) != 0)
		return err_set(e, EX_NOINPUT, "%s does not lie in a worktree",
		    path);
	k->prefix = mem_printf("%s/", path + n);
	return 0;
}

/* The packages of a folder of HEAD, and of the archive's sub-folders. */
static int
read_folder(struct kept *k, const char *folder, const struct oid *tree,
    struct err *e)
{
	char *full = mem_printf("%s%s/", k->prefix, folder);
	bool all_known = indexfile_is_tree(&k->index, full, tree);
	const struct buf *bytes;
	struct tree_entry entry;
	const char *slug;
	struct id id;
	size_t at = 0;
	int rc = tree_get(k->trees, tree, &bytes, e);

	free(full);
	while (rc == 0 && tree_next(bytes, &at, &entry) > 0) {
		if (entry.mode != TREE_MODE_DIR)
			continue;
		if (id_parse_folder(&id, entry.name, &slug) != 0) {
			/* One level down, where a stage has sub-folders. */
			if (strchr(folder, '/') == NULL) {
				full = mem_printf("%s/%s", folder, entry.name);
				rc = read_folder(k, full, &entry.id, e);
				free(full);
			}
			continue;
		}
		MEM_GROW(k->v, k->n, k->cap);
		k->v[k->n++] = (struct package_in_head){ id,
		    mem_printf("%s/%s", folder, entry.name), entry.id,
		    all_known };
	}
	return rc;
}

static int
compare(const void *a, const void *b)
{
	const struct package_in_head *x = a, *y = b;
	int c = id_compare(&x->id, &y->id);

	return c != 0 ? c : strcmp(x->folder, y->folder);
}

/* What HEAD leads to and is not there is no mere absence. */
static int
damaged(struct err *e)
{
	if (e->status == EX_NOINPUT)
		e->status = EX_DATAERR;
	return -1;
}

static int
read_tree(struct kept *k, struct err *e)
{
	struct tree_entry entry;
	char *path;
	int stage, found = 0;

	k->trees = tree_cache_new(k->repo);
	for (stage = 0; stage < STAGE_COUNT && found >= 0 &&
	    !k->head.unborn; stage++) {
		path = mem_printf("%s%s", k->prefix, stage_info[stage].name);
		found = tree_find(k->trees, &k->head.tree, path, &entry, e);
		free(path);
		if (found > 0 && entry.mode == TREE_MODE_DIR)
			found = read_folder(k, stage_info[stage].name,
			    &entry.id, e);
	}
	if (k->n > 1)
		qsort(k->v, k->n, sizeof(*k->v), compare);
	return found < 0 ? damaged(e) : 0;
}

static void
close_private(int fd)
{
	if (fd >= 0)
		close(fd);
}

static bool
is_busy(const struct kept *k)
{
	int fd = private_open(repo_commondir(k->repo));
	bool held = fd >= 0 && lock_is_held(fd, "lock");

	close_private(fd);
	return held;
}

static void
look_at_journal(const struct kept *k, struct stat *st)
{
	int fd = private_open(repo_gitdir(k->repo));

	if (fd < 0 || fstatat(fd, "journal", st, AT_SYMLINK_NOFOLLOW) != 0)
		memset(st, 0, sizeof(*st));
	close_private(fd);
}

bool
kept_moved(const struct kept *k)
{
	struct err ignored = ERR_INIT;
	struct ref_head head;
	struct stat now;
	bool moved;

	look_at_journal(k, &now);
	if (!file_same(&now, &k->journal) || is_busy(k))
		return true;
	if (ref_head(k->repo, &head, &ignored) != 0)
		return true;
	moved = !oid_equal(&head.commit, &k->head.commit);
	ref_head_release(&head);
	return moved;
}

int
kept_unfinished(const struct kept *k)
{
	int fd = private_open(repo_gitdir(k->repo));
	int found = journal_unfinished(fd);

	close_private(fd);
	/* Who is at work has one until it is done. */
	return found && !is_busy(k);
}

int
kept_open(struct kept **out, struct store *s, struct err *e)
{
	struct kept *k = mem_zalloc(sizeof(*k));
	struct buf path = BUF_INIT;
	int rc;

	k->index = (struct indexfile)INDEXFILE_INIT;
	path_of_fd(s->fd, &path);
	rc = repo_open(&k->repo, path.ptr, e);
	if (rc == 0)
		rc = find_prefix(k, path.ptr, e);
	if (rc == 0)
		look_at_journal(k, &k->journal);
	if (rc == 0 && ref_head(k->repo, &k->head, e) != 0)
		rc = damaged(e);
	buf_release(&path);
	if (rc != 0) {
		kept_close(k);
		k = NULL;
	}
	*out = k;
	return rc;
}

int
kept_load(struct kept *k, struct err *e)
{
	k->index.prefix = k->prefix;
	k->index.suffix = ".ledger.jsonl";
	indexfile_open(&k->index, repo_gitdir(k->repo));
	return read_tree(k, e);
}

void
kept_close(struct kept *k)
{
	if (k == NULL)
		return;
	while (k->n > 0)
		free(k->v[--k->n].folder);
	free(k->v);
	indexfile_close(&k->index);
	tree_cache_free(k->trees);
	ref_head_release(&k->head);
	if (k->repo != NULL)
		repo_close(k->repo);
	free(k->prefix);
	free(k);
}

/* The package of the task that lies where HEAD has it, or else the first. */
static const struct package_in_head *
find_package(const struct kept *k, const struct id *id, const char *folder)
{
	const struct package_in_head *first = NULL;
	size_t lo = 0, hi = k->n, mid;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (id_compare(&k->v[mid].id, id) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (; lo < k->n && id_compare(&k->v[lo].id, id) == 0; lo++) {
		if (strcmp(k->v[lo].folder, folder) == 0)
			return &k->v[lo];
		if (first == NULL)
			first = &k->v[lo];
	}
	return first;
}

/* The id of HEAD's ledger.  1, 0: it has none, or -1. */
static int
find_ledger(struct kept *k, const struct package_in_head *p,
    struct oid *out, struct err *e)
{
	char id[ID_SIZE], *name, *path;
	const unsigned char *raw = NULL;
	struct tree_entry entry;
	int found;

	id_format(id, &p->id);
	name = mem_printf("%s.ledger.jsonl", id);
	path = mem_printf("%s%s/", k->prefix, p->folder);
	if (p->known || indexfile_is_tree(&k->index, path, &p->tree)) {
		free(path);
		path = mem_printf("%s%s/%s", k->prefix, p->folder, name);
		raw = indexfile_find(&k->index, path);
	}
	if (raw != NULL) {
		memcpy(out->raw, raw, OID_RAW);
		found = 1;
	} else {
		found = tree_find(k->trees, &p->tree, name, &entry, e);
		if (found > 0)
			*out = entry.id;
	}
	free(name);
	free(path);
	return found;
}

int
kept_compare(struct kept *k, const struct kept_ledger *l, struct buf *old,
    struct err *e)
{
	const struct package_in_head *p = find_package(k, &l->id, l->folder);
	struct tree_entry entry;
	char id[ID_SIZE], *name;
	struct oid has;
	int found;

	if (p == NULL)
		return 0;
	if ((found = find_ledger(k, p, &has, e)) <= 0 ||
	    oid_equal(&has, &l->oid))
		return found < 0 ? damaged(e) : 0;
	/* What is said to be changed is not said by git's index. */
	id_format(id, &p->id);
	name = mem_printf("%s.ledger.jsonl", id);
	found = tree_find(k->trees, &p->tree, name, &entry, e);
	free(name);
	if (found <= 0 || oid_equal(&entry.id, &l->oid))
		return found < 0 ? damaged(e) : 0;
	return repo_read(k->repo, &entry.id, OBJECT_BLOB, old, e) == 0 ? 1 :
	    damaged(e);
}

void
kept_each(struct kept *k, void (*fn)(const struct id *, const char *, void *),
    void *ctx)
{
	size_t i;

	for (i = 0; i < k->n; i++)
		fn(&k->v[i].id, k->v[i].folder, ctx);
}
