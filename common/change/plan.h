/* SPDX-License-Identifier: MIT */
/*
 * A change, ready to be made: the objects, the folders to move, the files to
 * write, the reference to advance.  It is what the journal holds and what
 * apply.c carries out, at first or again after a crash.
 *
 * Paths are relative to the worktree.  A plan that was read back from a
 * journal has been checked: paths are plain, ids match their objects.
 */
#ifndef CHANGE_PLAN_H
#define CHANGE_PLAN_H

#include <sys/stat.h>

#include "base/buf.h"
#include "change/repo.h"

struct err;

struct plan_object {
	enum object_type type;
	struct oid	 id;
	struct buf	 data;
	/* Where git, or the plan, has an earlier version: how many bytes are
	   the same. */
	bool		 has_base;
	struct oid	 base;
	size_t		 prefix, suffix;
};

/* An earlier version of an object's bytes, which git or the plan has. */
struct plan_base {
	struct oid	 id;
	const char	*data;
	size_t		 len;
};

/* The ids are those of blobs; zero: there is no such file. */
struct plan_file {
	char		*path;
	struct oid	 content;	/* what the file becomes */
	struct oid	 was;		/* what it was on disk */
	struct oid	 blob;		/* what git gets (content, cleaned) */
	struct oid	 head;		/* what git had before the first step */
	bool		 write;		/* else the disk has it already, or a
					   later step writes it */
	bool		 executable;
	bool		 commit;	/* else only the disk gets it */
	/* not in the journal: */
	bool		 was_read;
	struct stat	 read;		/* as it was when it was read */
	bool		 has_st;
	struct stat	 st;		/* as it is now, with that content */
};

struct plan_rename {
	char		*from, *to;	/* folders, as git has them */
	char		*lies;		/* where it is on disk before; NULL: a
					   person moved it there already */
};

/* One commit; a batch may make many, one after the other. */
struct plan_step {
	char		*message;
	char		*key;		/* that its commit is signed with, by
					   its fingerprint; NULL: with none */
	size_t		 files_end, renames_end; /* its last, and one */
};

/* The last step is a merge, or goes on to a commit that is there already. */
struct plan_merge {
	struct oid	*parents;	/* beyond the one it is made on */
	size_t		 nparents;
	struct oid	 forward;	/* no commit is made: the branch goes
					   there; zero: one is made */
	struct oid	 outside;	/* the tree of all that is not below
					   `board`; zero: as it was */
	char		*board;		/* a folder with its '/', "" : all */
};

#define PLAN_MERGE_INIT	{ NULL, 0, { { 0 } }, { { 0 } }, NULL }

struct plan {
	struct plan_object *objects;
	size_t		 nobjects, objects_cap;
	uint32_t	*slots;		/* a hash table of their indices + 1 */
	size_t		 nslots;
	struct plan_file *files;
	size_t		 nfiles, files_cap;
	struct plan_rename *renames;
	size_t		 nrenames, renames_cap;
	struct plan_step *steps;
	size_t		 nsteps, steps_cap;
	struct plan_merge *merge;	/* NULL: it is an ordinary change */
	bool		 commits;	/* else only files change */
	char		*ref;
	struct oid	 old_head;	/* zero: no commit yet */
	struct oid	 new_head, new_tree;
	int64_t		 now_us;
	size_t		 bytes;		/* of all objects */
};

#define PLAN_INIT	{ .ref = NULL }

void	 plan_release(struct plan *p);
/*
 * Takes the data over; an object that is there already is not added twice.
 * `base` may be NULL.
 */
void	 plan_add_object(struct plan *p, enum object_type type,
	    struct buf *data, const struct plan_base *base, struct oid *id);
/* Borrowed until one more is added; NULL where there is none. */
const struct plan_object *plan_object(const struct plan *p,
	    const struct oid *id);
/* A new entry, zeroed, its path set. */
struct plan_file *plan_add_file(struct plan *p, const char *path);
/* `on_disk`: the folder has to move there, too. */
void	 plan_add_rename(struct plan *p, const char *from, const char *to,
	    bool on_disk);
/* The same as a record has it: `lies` says where it is, or is NULL. */
void	 plan_put_rename(struct plan *p, const char *from, const char *to,
	    const char *lies);
/* Ends a step: what was added since the last belongs to it. */
void	 plan_add_step(struct plan *p, const char *message);
/* Sets the merge, whose parts are copied. */
void	 plan_set_merge(struct plan *p, const struct plan_merge *m);
/*
 * Drops trees and commits, which are made again on another head.  A merge
 * becomes an ordinary change: what it was made of is not what is there.
 */
void	 plan_drop_trees(struct plan *p);

/*
 * The journal's form.  Objects with a base are written as what differs, and
 * keys only where there are any.
 */
void	 plan_format(const struct plan *p, struct buf *out);
/* EX_DATAERR where the bytes are no plan. */
int	 plan_parse(struct plan *p, struct repo *r, const struct buf *in,
	    struct err *e);

#endif
