/* SPDX-License-Identifier: MIT */
/*
 * Git's index file (gitformat-index(5)), read: its entries, and which trees its
 * folders are.
 *
 * A folder whose tree is known holds, by the entries below it, exactly what
 * that tree holds; so an index that knows HEAD's tree spares reading it.
 */
#ifndef CHANGE_INDEXFILE_H
#define CHANGE_INDEXFILE_H

#include "base/buf.h"
#include "format/oid.h"

enum {
	INDEX_HEADER = 12, INDEX_SUM = 20,
	INDEX_AT_ID = 40, INDEX_AT_FLAGS = 60, INDEX_AT_PATH = 62
};

struct index_entry {
	const unsigned char *p;
	size_t		 size;		/* with its padding */
	const char	*path;		/* ends with a NUL */
	size_t		 len;
};

/* The entry at `at` in the file's bytes; 0, or -1 where they are none. */
int	 indexfile_entry(const unsigned char *map, size_t len, size_t at,
	    struct index_entry *en);

struct index_folder {
	size_t		 path;		/* "a/b/", in `paths` */
	struct oid	 tree;
};

struct indexfile {
	void		*map;
	size_t		 len;
	const char	*prefix;	/* only what lies below is looked at */
	const char	*suffix;	/* entries that end so */
	struct index_entry *v;		/* by path */
	size_t		 n, cap;
	struct buf	 paths;
	struct index_folder *folders;	/* by path */
	size_t		 nfolders, folders_cap;
	size_t		 hit;		/* what was found last */
};

#define INDEXFILE_INIT	{ .paths = BUF_INIT }

/*
 * Reads <gitdir>index; prefix and suffix are borrowed.  An index that is
 * missing, damaged, or of a kind that we do not read, knows nothing.
 */
void	 indexfile_open(struct indexfile *x, const char *gitdir);
void	 indexfile_close(struct indexfile *x);
/* The id of an entry, or NULL.  It is quick where they are asked in order. */
const unsigned char *indexfile_find(struct indexfile *x, const char *path);
/* True where the folder ("a/b/") is known to be that tree. */
bool	 indexfile_is_tree(const struct indexfile *x, const char *folder,
	    const struct oid *tree);

#endif
