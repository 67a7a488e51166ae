/* SPDX-License-Identifier: MIT */
/*
 * Both files of a split index, read: what stands in the large one, and what
 * the small one says of it.
 */
#ifndef CHANGE_SPLITFILE_H
#define CHANGE_SPLITFILE_H

#include "change/indexfile.h"

struct err;

/* So many entries can be passed over at once. */
enum { SPLIT_BLOCK = 256 };

/* The large file: one index with nothing but whole entries. */
struct split_base {
	const unsigned char *map;
	size_t		 len;
	bool		 mapped;	/* and to be unmapped */
	uint32_t	 version, count;
	uint32_t	*blocks;	/* where SPLIT_BLOCK of them begin */
	size_t		 nblocks;
	size_t		 end;		/* of the entries */
	bool		 ours;		/* made by us */
	struct oid	 id;
};

/* What became of an entry of the large file. */
struct split_over {
	uint32_t	 number;
	unsigned char	*head;		/* without its path; NULL: it is gone */
	size_t		 len;
};

/* An entry that the large file has none for. */
struct split_added {
	unsigned char	*raw;		/* with its path */
	size_t		 len;
	const char	*path;		/* in it */
};

struct split {
	struct split_base base;
	struct split_over *over;	/* by number */
	size_t		 nover, over_cap;
	struct split_added *added;	/* by path */
	size_t		 nadded, added_cap;
	bool		 is_split;
	struct buf	 kept;		/* extensions that stay as they are */
};

#define SPLIT_INIT	{ .kept = BUF_INIT }

/*
 * Reads an index, split or not, from its bytes, which are borrowed.  1; 0: it
 * is none that we know, or has a conflict in it; -1: EX_DATAERR.
 */
int	 split_read(struct split *x, const char *gitdir,
	    const unsigned char *map, size_t len, struct err *e);
void	 split_release(struct split *x);
/* Opens another large file, from which nothing is different. */
int	 split_open_base(struct split *x, const char *gitdir,
	    const struct oid *id, struct err *e);

/* The number of the first entry that is not before the path. */
uint32_t split_base_place(const struct split_base *b, const char *path,
	    struct index_entry *en);
/* The entry of that number.  False where there is none. */
bool	 split_base_get(const struct split_base *b, uint32_t number,
	    struct index_entry *en);
/* Where the number stands in `over`, or would. */
size_t	 split_over_place(const struct split *x, uint32_t number);
/* The same of a path in `added`. */
size_t	 split_added_place(const struct split *x, const char *path);

#endif
