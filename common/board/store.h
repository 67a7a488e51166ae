/* SPDX-License-Identifier: MIT */
/*
 * The board that lies in .work/tasks: where it is, which packages it has.
 *
 * A store is a picture of the folders, taken stage by stage when first asked
 * for; open stages come cheap, the archive is read only when it must be.
 * Packages belong to the store and stay where they are in memory until
 * store_close().  Nothing here writes: a program that changes the board tells
 * the store what it changed (store_add, store_move, …), so that later
 * questions see it.
 */
#ifndef BOARD_STORE_H
#define BOARD_STORE_H

#include "base/strvec.h"
#include "board/namespaces.h"
#include "board/package.h"
#include "board/people.h"
#include "board/policy.h"

struct err;
struct file;

enum { STORE_STAGES = (1 << STAGE_COUNT) - 1 };	/* all, as bits */

struct store_stage {
	struct package	**v;		/* by id */
	size_t		  n, cap;
	bool		  loaded;
};

/*
 * Where a board's files come from: the disk, or a tree of git.  Paths are
 * relative to .work/tasks.  Results and errors as those of sys/file.h and
 * sys/dir.h.
 */
struct store_source {
	int		(*read)(void *ctx, const char *path, size_t max,
			    struct file *f, struct err *e);
	/* What is in a folder and is no plain file; nothing where there is
	   none. */
	int		(*each_folder)(void *ctx, const char *path,
			    void (*fn)(const char *name, void *arg),
			    void *arg, struct err *e);
	bool		(*has)(void *ctx, const char *path);
	void		*ctx;
};

struct store {
	int		 fd;		/* .work/tasks; -1: it is not on disk */
	struct buf	 work;		/* the path of .work, to be shown */
	struct store_stage stages[STAGE_COUNT];
	struct policy	 policy;
	struct people	 people;
	struct namespaces namespaces;
	bool		 has_policy, has_people, has_namespaces;
	struct store_source source;
	/*
	 * A transaction puts itself before the source, so that what it is
	 * about to write is what is read; else NULL.
	 */
	int		(*read)(void *ctx, const char *path, size_t max,
			    struct file *f, struct err *e);
	void		*read_ctx;
	/*
	 * What is known of the folders stays true: a transaction has the lock,
	 * or has planned what is not on disk yet.
	 */
	bool		 fixed;
};

/*
 * Finds the board: TASK_WORK names a .work, else the nearest .work/tasks at or
 * above `dir` (NULL: the current directory), else that which the repository of
 * `dir` has on a branch of its own.  EX_NOINPUT where there is none.
 */
int	 store_open(struct store *s, const char *dir, struct err *e);
/* A board that is read from there; `shown` goes before paths in messages. */
void	 store_open_source(struct store *s, const char *shown,
	    const struct store_source *source);
void	 store_close(struct store *s);

/* Forgets the packages and the policy: they will be read again. */
void	 store_forget(struct store *s);
/* The packages of some stages, a bit each (1u << stage). */
void	 store_forget_stages(struct store *s, unsigned stages);
/* Files are read from the source again, not through a transaction. */
void	 store_read_source(struct store *s);

/* Reads a file of the board; paths are relative to .work/tasks. */
int	 store_read(struct store *s, const char *path, size_t max,
	    struct file *f, struct err *e);
/* Adds the path as a person at the prompt would write it. */
void	 store_show_path(const struct store *s, const char *path,
	    struct buf *out);
/* "path" as "shown path: message", with ':' and line where msg has one. */
int	 store_file_error(const struct store *s, const char *path,
	    struct err *e);

/* Makes sure that the stage's packages are known. */
int	 store_load(struct store *s, enum stage stage, struct err *e);
/*
 * That of several, a bit each (1u << stage), as they were at one time: of what
 * others move meanwhile each is there once.
 */
int	 store_load_stages(struct store *s, unsigned stages, struct err *e);
/* All stages but the closed one. */
int	 store_load_open(struct store *s, struct err *e);
int	 store_load_all(struct store *s, struct err *e);
/* True where the package's folder is there. */
bool	 store_has_package(struct store *s, const struct package *p);
/*
 * For a reader that finds nothing where a package was just now.  True where
 * somebody moved it: `p` says where to, and stays in the list of its old stage.
 */
bool	 store_follow(struct store *s, struct package *p);
/* So many bytes that file of a package may have. */
size_t	 store_part_max(enum package_file part);
/*
 * Reads a file of a package, as store_read(); where somebody moved the package
 * it is read where it lies by then, and `p` says where that is.
 */
int	 store_read_part(struct store *s, struct package *p,
	    enum package_file part, struct file *f, struct err *e);
/*
 * The package of that id.  EX_NOINPUT: there is none.  EX_DATAERR: there are
 * two among what was read.
 */
int	 store_find(struct store *s, const struct id *id,
	    struct package **out, struct err *e);
/* As a person typed it; EX_USAGE where it is no reference at all. */
int	 store_resolve(struct store *s, const char *ref, struct package **out,
	    struct err *e);

/* The packages change hands: the store owns `p`. */
void	 store_add(struct store *s, struct package *p);
/* `shard` as in struct package. */
void	 store_move(struct store *s, struct package *p, enum stage to,
	    const char *shard);
/* Its folder has that name from now on, and its id is the one in it. */
void	 store_rename(struct store *s, struct package *p, const char *folder);
/* The sub-folder of the archive where the id belongs by policy, or NULL;
   the caller frees it. */
char	*store_shard(const struct policy *p, const struct id *id);
/* True for the name of such a folder: "4000-4999". */
bool	 store_is_shard(const char *name);
/* The names of such sub-folders that there are. */
int	 store_shards(struct store *s, struct strvec *names, struct err *e);

/* Defaults where there is no file.  EX_CONFIG with path, line and column. */
int	 store_policy(struct store *s, const struct policy **out,
	    struct err *e);
int	 store_people(struct store *s, const struct people **out,
	    struct err *e);
int	 store_namespaces(struct store *s, const struct namespaces **out,
	    struct err *e);
/* 1: NAMESPACES.yaml names one, 0: not, -1: an error. */
int	 store_has_namespaces(struct store *s, struct err *e);
/*
 * 0 where each of the names is that of a namespace, by the file or by a task,
 * or "-".  EX_USAGE where one is not.
 */
int	 store_check_namespaces(struct store *s, const struct strvec *names,
	    struct err *e);
/* True where .workers/ has a manifest of that name. */
bool	 store_is_worker(const struct store *s, const char *user);

#endif
