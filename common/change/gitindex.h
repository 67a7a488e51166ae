/* SPDX-License-Identifier: MIT */
/*
 * Git's index file (gitformat-index(5)), put right for exactly our paths.
 *
 * The file is spliced: entries that are not ours keep their bytes, so that
 * whatever else is staged stays staged.  An index that has what we cannot
 * splice (version 4, extensions that we do not know, such as those of
 * core.splitIndex or fsmonitor) is changed by git's own program.  Where
 * another process holds index.lock the edits are kept in
 * <gitdir>/task/index-pending, and the next transaction makes them.
 */
#ifndef CHANGE_GITINDEX_H
#define CHANGE_GITINDEX_H

#include <sys/stat.h>

#include "format/oid.h"

struct err;

enum index_edit_kind {
	INDEX_PUT,		/* the path's entry is this */
	INDEX_REMOVE,		/* it has none */
	INDEX_MOVE		/* all entries below `path` are below `to` */
};

struct index_edit {
	enum index_edit_kind kind;
	char		*path;		/* of INDEX_MOVE: a folder */
	char		*to;		/* of INDEX_MOVE */
	unsigned	 mode;		/* of INDEX_PUT */
	struct oid	 id;
	struct oid	 was;		/* what it replaces; zero: nothing */
	unsigned	 batch;		/* which change, of those that wait */
	bool		 has_stat;	/* else git looks at the file again */
	struct stat	 st;
};

struct index_edits {
	struct index_edit *v;
	size_t		 n, cap;
};

#define INDEX_EDITS_INIT	{ NULL, 0, 0 }

void	 index_edits_release(struct index_edits *x);
/* A new edit, zeroed, with copies of the paths (`to` may be NULL). */
struct index_edit *index_edits_add(struct index_edits *x,
	    enum index_edit_kind kind, const char *path, const char *to);

struct gitindex {
	const char	*gitdir;	/* of the worktree, with a slash */
	const char	*workdir;
	int		 workfd;	/* the same */
};

/*
 * Takes away what a program of ours left when it died in an edit: the new
 * file, and the lock where it is that file's second name.
 */
int	 gitindex_clean(const struct gitindex *ix, struct err *e);
/*
 * After a restart of the machine: an index that is damaged is made anew from
 * HEAD, and kept as task/index-damaged.  1: so it was; 0: it is sound.
 */
struct gitindex_state {
	bool		 unsummed;	/* zeros for its checksum are no damage
					   (index.skipHash) */
	bool		 unborn;	/* there is no HEAD */
};
int	 gitindex_mend(const struct gitindex *ix,
	    const struct gitindex_state *state, struct err *e);
/* When it was written last; 0 where there is none. */
time_t	 gitindex_written(const struct gitindex *ix);
/*
 * Makes the edits that waited, where git's index is free now.  An entry that
 * is not what it was when they were kept is left alone.
 */
int	 gitindex_catch_up(const struct gitindex *ix, struct err *e);
struct gitindex_want {
	const struct index_edits *edits;
	bool		 guarded;	/* only where an entry is what the edit
					   says it was; and a move leaves what
					   it finds where it goes */
};

/*
 * Makes the new index with the edits, and holds index.lock with it until one
 * of the next two: nobody can commit from the old one meanwhile.  1: so it
 * is; 0: another process holds the lock, or others wait already; -1: an error.
 */
int	 gitindex_prepare(const struct gitindex *ix,
	    const struct gitindex_want *want, struct err *e);
/* The new index is git's. */
int	 gitindex_finish(const struct gitindex *ix, struct err *e);
/* It is not wanted any more. */
void	 gitindex_abandon(const struct gitindex *ix);
/*
 * Keeps edits for gitindex_catch_up(), behind those that wait.  Takes the
 * paths out of `edits`.
 */
int	 gitindex_postpone(const struct gitindex *ix,
	    struct index_edits *edits, struct err *e);

#endif
