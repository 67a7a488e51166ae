/* SPDX-License-Identifier: MIT */
/*
 * The board as a commit has it: a store whose files are read out of a tree of
 * git instead of the disk, so that whatever judges a board can judge any
 * commit's.
 *
 * What is there is taken for hostile: an entry that is a link, a submodule or
 * too large is not read.  Nothing of a worktree is needed; a bare repository
 * will do.
 */
#ifndef CHANGE_SNAPSHOT_H
#define CHANGE_SNAPSHOT_H

#include "board/store.h"
#include "format/oid.h"

struct err;
struct plan;
struct repo;
struct tree_cache;

struct snapshot {
	struct store	 store;		/* as any other; fd is -1 */
	struct repo	*repo;		/* borrowed */
	struct tree_cache *trees;	/* borrowed */
	const struct plan *made;	/* NULL, or where objects are that git
					   does not have yet */
	struct oid	 tasks;		/* the tree of .work/tasks; zero: there
					   is no board */
	struct oid	 setup;		/* what says how the board is set up
					   is read from there; `tasks`, unless
					   snapshot_set_up() */
};

/*
 * The board whose .work/tasks is that tree (zero: it is empty).  `shown` goes
 * before paths in messages: "1a2b3c4:.work".  The snapshot must not move in
 * memory while it is open.
 */
void	 snapshot_open(struct snapshot *s, struct tree_cache *trees,
	    const struct oid *tasks, const char *shown);
void	 snapshot_close(struct snapshot *s);
/*
 * Policy, people, workers and namespaces are to be those of another board,
 * whatever this one says.
 */
void	 snapshot_set_up(struct snapshot *s, const struct oid *tasks);
/*
 * Where a board lies in a commit's tree: below ".work/tasks/", or, on a branch
 * of its own, "tasks/".  `*prefix` is a constant; NULL, and `tasks` zero: there
 * is none.
 */
int	 snapshot_find(struct tree_cache *trees, const struct oid *root,
	    const char **prefix, struct oid *tasks, struct err *e);

#endif
