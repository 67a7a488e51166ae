/* SPDX-License-Identifier: MIT */
/*
 * Git's index file as bytes: a few entries changed, all others kept.
 *
 * Versions 2 and 3; the extensions TREE (folders that we touched become
 * unknown in it) and REUC (kept); EOIE and IEOT are left out, which git makes
 * again.  Entries that git would have to look at again because they are as
 * young as the index ("racily clean", see git's racy-git.txt) are marked so,
 * since the new file is younger.
 */
#ifndef CHANGE_SPLICE_H
#define CHANGE_SPLICE_H

#include "base/buf.h"
#include "change/gitindex.h"

struct segment {
	const void	*data;
	size_t		 len;
	void		*made;		/* freed with the splice, or NULL */
};

struct splice {
	struct segment	*v;
	size_t		 n, cap;
};

#define SPLICE_INIT	{ NULL, 0, 0 }

struct splice_old {
	const void	*map;		/* the file as it is; NULL: none yet */
	size_t		 len;
	struct timespec	 written;	/* when */
	int		 workfd;	/* the worktree; -1: do not look */
};

/*
 * The new file, without the checksum at its end, as pieces of the old one and
 * new pieces.  With `guarded` an edit is made only where the entry is what
 * the edit says it was.  1: done; 0: this index is not for us to splice; -1:
 * EX_DATAERR, it is damaged.
 */
int	 splice_make(struct splice *s, const struct splice_old *old,
	    const struct index_edits *edits, bool guarded, struct err *e);
void	 splice_release(struct splice *s);
/* For those who make one: `made` is freed with it. */
void	 splice_add(struct splice *s, const void *data, size_t len,
	    void *made);
/*
 * The first bytes of the entry that an edit puts, up to its path
 * (INDEX_AT_PATH of them), with flags for a path of that length.
 */
void	 splice_head(const struct index_edit *x, size_t path_len,
	    unsigned char *head);
/*
 * True where git, which compares whole seconds, may not trust the entry's
 * times once the index is younger.
 */
bool	 splice_is_racy(const struct splice_old *old,
	    const unsigned char *entry, const char *path);

#endif
