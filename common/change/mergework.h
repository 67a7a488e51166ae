/* SPDX-License-Identifier: MIT */
/*
 * What the parts of merge_make() share.
 *
 *	merge_walk	what differs: versions of tasks, and files
 *	merge_unite	each task: its ledger, stage, number and folder
 *	merge_numbers	two tasks with one number
 *	merge_texts	each task: its files
 *	merge_files	what belongs to no task
 *	merge_links	circles that only both together have
 *	merge_indexes	what is generated
 *
 * Contents go by their ids: those of the repository, and new ones that `made`
 * has.  Paths are relative to .work.
 */
#ifndef CHANGE_MERGEWORK_H
#define CHANGE_MERGEWORK_H

#include "base/map.h"
#include "board/package.h"
#include "change/merge.h"
#include "change/mergetext.h"
#include "change/snapshot.h"
#include "change/tree.h"

struct card;
struct renumber;

enum merge_side { MERGE_BASE, MERGE_OURS, MERGE_THEIRS };
enum { MERGE_SIDES = MERGE_THEIRS + 1 };

/*
 * A file of a package.  What its name follows from the package's is taken out
 * of it: "=task.md", "=context.v2.md"; others are "/notes/a.txt".
 */
struct merge_part {
	char		*role;
	unsigned	 mode;
	struct oid	 id;
};

/* A package as one side has it, or as it comes out. */
struct merge_version {
	struct package	*pkg;
	int		 side;		/* enum merge_side */
	struct oid	 tree;		/* zero for what comes out */
	struct merge_part *v;
	size_t		 n, cap;
};

struct merge_task {
	char		*identity;
	struct merge_version *side[MERGE_SIDES];	/* or NULL */
	struct merge_version **more;	/* a side's that git doubled: they
					   are one with the first */
	size_t		 nmore, more_cap;
	struct merge_version *result;	/* NULL: it is gone on both */
	char		*renumbered;	/* what it was called, or NULL */
	/* where both sides have it: */
	bool		 both, swapped;	/* the earlier side is theirs */
	bool		 moved;		/* both, and not to one stage */
	struct merge_tails tails;	/* ours: of the earlier side */
	struct buf	 ledger;
	struct merge_conflicts conflicts;
	int		 winner;	/* whose files a closed task has: < 0
					   the earlier side's, > 0 the later
					   one's, 0: both merge */
};

struct merge_file {
	char		*path;
	unsigned	 mode[MERGE_SIDES];	/* 0: there is none */
	struct oid	 id[MERGE_SIDES];
};

struct merge_work {
	struct repo	*repo;
	struct tree_cache *trees;
	struct plan	*made;
	const struct merge_sides *sides;
	struct merge_report *report;
	struct oid	 root[MERGE_SIDES];	/* trees of .work */
	int64_t		 when_us[MERGE_SIDES];	/* of the commits */
	bool		 made_base;	/* the base is a merge of several */
	bool		 mend;		/* there is one side only */
	struct map	 twins;		/* of it: refs that are there twice */
	struct merge_task **tasks;	/* by identity */
	size_t		 ntasks, tasks_cap;
	struct map	 by_identity;
	struct merge_file *files;
	size_t		 nfiles, files_cap;
	struct map	 now[MERGE_SIDES];	/* "TASK-0044" of that side to
						   what it is called now */
	struct map	 edits;		/* path to struct tree_edit */
	struct oid	 tree;		/* ours, with the edits made so far */
};

int	 merge_walk(struct merge_work *w, struct err *e);
int	 merge_unite(struct merge_work *w, struct err *e);
int	 merge_numbers(struct merge_work *w, struct err *e);
int	 merge_texts(struct merge_work *w, struct err *e);
int	 merge_files(struct merge_work *w, struct err *e);
int	 merge_links(struct merge_work *w, struct err *e);
int	 merge_indexes(struct merge_work *w, struct err *e);

/* An index or a counter. */
bool	 merge_is_generated(const char *path);
/* The two steps for one of them. */
int	 merge_unite_task(struct merge_work *w, struct merge_task *t,
	    struct err *e);
int	 merge_text_task(struct merge_work *w, struct merge_task *t,
	    struct err *e);
/* Where ours has that version, it is to be gone. */
void	 merge_remove_version(struct merge_work *w,
	    const struct merge_version *v);

void	 merge_work_release(struct merge_work *w);
/* Notes what a step from ours to theirs changes, where nothing is merged. */
int	 merge_compare(struct tree_cache *trees,
	    const struct merge_sides *sides, struct merge_report *out,
	    struct err *e);
/* The tasks that merge_apply() would change, and a person did by hand. */
int	 merge_edited(struct session *s, const struct merge_target *target,
	    struct strvec *refs, struct err *e);
/* The tree of .work in a commit; zero where it has none. */
int	 merge_root(struct tree_cache *trees, const struct oid *commit,
	    const char *prefix, struct oid *out, struct err *e);
/* The bytes of a blob, of the repository or new. */
int	 merge_read(struct merge_work *w, const struct oid *id,
	    struct buf *out, struct err *e);
/* Takes the bytes over. */
void	 merge_blob(struct merge_work *w, struct buf *data, struct oid *id);
/* The file at the path is to be this; a mode of 0: it is to be gone. */
void	 merge_put(struct merge_work *w, const char *path, unsigned mode,
	    const struct oid *id);
/* Makes the edits; w->tree is then the tree with them. */
int	 merge_flush(struct merge_work *w, struct err *e);
/* w->tree as a board; the snapshot must not move. */
int	 merge_view(struct merge_work *w, struct snapshot *view,
	    struct err *e);

/* The parts of a package's tree. */
int	 merge_version_read(struct merge_work *w, struct merge_version *v,
	    struct err *e);
struct merge_version *merge_version_new(const struct package *p);
void	 merge_version_free(struct merge_version *v);
struct merge_part *merge_part(const struct merge_version *v,
	    const char *role);
/* Sets or adds it. */
void	 merge_part_set(struct merge_version *v, const char *role,
	    unsigned mode, const struct oid *id);
/* Its bytes; 1: there, 0: not. */
int	 merge_part_read(struct merge_work *w, const struct merge_version *v,
	    const char *role, struct buf *out, struct err *e);
/* Adds its path: "tasks/next/TASK-0042-x/0042.ledger.jsonl". */
void	 merge_part_path(const struct merge_version *v, const char *role,
	    struct buf *out);

/*
 * Adds a line that the merge itself writes: by "system", at the time of the
 * last line, with an id that follows from all of it and what is before it.
 */
struct merge_line {
	const char	*identity, *event, *desc;
	const struct buf *own, *payload;	/* JSON members; may be NULL */
};
void	 merge_log(struct buf *ledger, const struct merge_line *l);
/* conflict_resolved for each. */
void	 merge_log_conflicts(struct buf *ledger, const char *identity,
	    const struct merge_conflicts *c);

/* What becomes of it here and there. */
void	 merge_note_task(struct merge_work *w, const struct merge_task *t,
	    const struct merge_version *result);
void	 merge_note(struct merge_work *w, const struct id *id,
	    enum merge_word word, const char *fmt, ...) PRINTF_LIKE(4, 5);

#endif
