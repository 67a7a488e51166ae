/* SPDX-License-Identifier: MIT */
/*
 * The git repository: objects, configuration, history.  libgit2 is behind it
 * and ref.h, and nowhere else.
 *
 * The library is started by the first repo_open() of a process, so that a
 * program that only reads the board never pays for it.  Repositories with
 * SHA-256 ids are refused.  Strings that are returned as const are borrowed
 * from the repo.
 */
#ifndef CHANGE_REPO_H
#define CHANGE_REPO_H

#include "base/buf.h"
#include "format/oid.h"

struct err;

struct repo;

enum object_type { OBJECT_COMMIT = 1, OBJECT_TREE = 2, OBJECT_BLOB = 3 };

enum { OBJECT_MAX = 512 << 20 };

/* As git calls it: "commit", "tree", "blob". */
const char *object_type_name(enum object_type type);

/*
 * The repository that `dir` lies in.  EX_NOINPUT: it lies in none.  EX_CONFIG:
 * a kind of repository that we do not work on.
 */
int	 repo_open(struct repo **out, const char *dir, struct err *e);
/*
 * The same, to read much: in one of git's hooks, where GIT_DIR is set, the one
 * that git works on, with the objects of a push that is not accepted yet.
 * Whether an object has its id was seen by git when it came, and is not looked
 * at again, which would take most of the time.
 */
int	 repo_open_as_git(struct repo **out, const char *dir, struct err *e);
/* Makes one, as `git init` does. */
int	 repo_init(const char *dir, struct err *e);
void	 repo_close(struct repo *r);

/* Absolute, with a slash at the end.  NULL: a bare repository has none. */
const char *repo_workdir(const struct repo *r);
/* That of this worktree, and that which all worktrees share. */
const char *repo_gitdir(const struct repo *r);
const char *repo_commondir(const struct repo *r);

/* The value, or NULL; the caller frees it. */
char	*repo_config(struct repo *r, const char *key);
/* The same for a path, in which "~/" is the home. */
char	*repo_config_path(struct repo *r, const char *key);
bool	 repo_config_bool(struct repo *r, const char *key, bool otherwise);

/*
 * True while git is in the middle of something: a merge, a rebase, or another
 * process holding its index or HEAD.
 */
bool	 repo_is_busy(struct repo *r);

/* The object's bytes.  EX_NOINPUT: there is none of that type. */
int	 repo_read(struct repo *r, const struct oid *id,
	    enum object_type type, struct buf *out, struct err *e);
/* How large a blob is, which is not read.  EX_NOINPUT: there is none. */
int	 repo_blob_size(struct repo *r, const struct oid *id, size_t *size,
	    struct err *e);
/* True where the object is there and whole: its bytes have its id. */
bool	 repo_is_sound(struct repo *r, const struct oid *id,
	    enum object_type type);
/* Writes a loose object whose id is known; over an unsound one, too. */
int	 repo_write(struct repo *r, enum object_type type,
	    const struct oid *id, const struct buf *data, struct err *e);

struct pack_object {
	enum object_type type;
	struct oid	 id;
	const struct buf *data;
	/* One before it that begins and ends the same; NULL: it is whole. */
	const struct pack_object *base;
	size_t		 prefix, suffix;	/* bytes that are the same */
	unsigned	 depth;		/* of such bases */
};

/* Writes many objects as one pack, on disk when it returns. */
int	 repo_write_pack(struct repo *r, const struct pack_object *v, size_t n,
	    struct err *e);

/*
 * The blob at a path below a tree: 1, and it is added to `out`; 0: there is
 * no blob there.
 */
int	 repo_read_path(struct repo *r, const struct oid *tree,
	    const char *path, struct buf *out, struct err *e);
/* True where `commit` is `ancestor` or comes after it. */
bool	 repo_descends(struct repo *r, const struct oid *commit,
	    const struct oid *ancestor);
/* 1: a best common ancestor of both; 0: they have nothing in common. */
int	 repo_merge_base(struct repo *r, const struct oid *a,
	    const struct oid *b, struct oid *out, struct err *e);
struct repo_bases {
	struct oid	 v[8];
	size_t		 n;
};

/*
 * The best common ancestors of two commits, by their ids; of more than there
 * is room for the first.  None where their histories have nothing in common.
 */
int	 repo_merge_bases(struct repo *r, const struct oid *a,
	    const struct oid *b, struct repo_bases *out, struct err *e);
/* The tree and the first parent (zero: none) of a commit. */
int	 repo_commit_info(struct repo *r, const struct oid *commit,
	    struct oid *tree, struct oid *parent, struct err *e);

struct repo_commit {
	struct oid	 tree;
	struct oid	*parents;
	size_t		 nparents;
	int64_t		 committed_us, authored_us;
	char		*name, *email;	/* its author's */
	char		*committer;	/* the committer's address */
	char		*subject;
};

#define REPO_COMMIT_INIT { { { 0 } }, NULL, 0, 0, 0, NULL, NULL, NULL, NULL }

/* 1: read; 0: there is no such commit, as behind the end of a shallow clone. */
int	 repo_read_commit(struct repo *r, const struct oid *id,
	    struct repo_commit *out, struct err *e);
void	 repo_commit_release(struct repo_commit *c);
/*
 * Adds what goes before the paths of a folder, given with its whole path, to
 * make them the worktree's: "a/b/" or "".  EX_CONFIG: there is no worktree, or
 * the folder is not in it.
 */
int	 repo_prefix(struct repo *r, const char *dir, struct buf *out,
	    struct err *e);
/* A commit that a person named: HEAD~2, a branch, an abbreviated id. */
int	 repo_resolve_commit(struct repo *r, const char *name,
	    struct oid *out, struct err *e);

/*
 * A file's bytes as git keeps them: core.autocrlf, eol and such attributes.
 * `path` is relative to the worktree.
 */
int	 repo_clean(struct repo *r, const char *path, const struct buf *in,
	    struct buf *out, struct err *e);
/*
 * Adds what `ours` and `theirs` make of `base` together, by lines.  1: they
 * disagree, and nothing is added.
 */
int	 repo_merge_text(const struct buf *base, const struct buf *ours,
	    const struct buf *theirs, struct buf *out, struct err *e);
/* The same, with the names that go behind the markers. */
struct repo_merge {
	const struct buf *base, *ours, *theirs;
	const char	*our_label, *their_label;
	const char	*base_label;	/* NULL: what was there before is left
					   out between the markers */
	unsigned short	 marker_size;	/* 0: as git's */
};

/* As repo_merge_text(), but where they disagree both are there, marked. */
int	 repo_merge_marked(const struct repo_merge *m, struct buf *out,
	    struct err *e);
/* Adds a unified diff of two texts. */
int	 repo_diff(const struct buf *a, const struct buf *b, const char *name,
	    struct buf *out, struct err *e);

#endif
