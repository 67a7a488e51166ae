/* SPDX-License-Identifier: MIT */
/*
 * The sanity check: what may be wrong with a board, and who looks for it.
 *
 *	fsck_choose …		which tasks; none: all
 *	fsck_read		reads each file once, in several threads
 *	fsck_relate		ids, dependencies, rows
 *	…			what needs git (change/kept.h, counter.h)
 *	fsck_sort
 *	fsck_release
 *
 * Every file is taken for hostile: sizes are bounded, no link is followed,
 * nothing recurses.  What is wrong with one file is a finding, and all
 * others are judged none the less.
 */
#ifndef RULE_FSCK_H
#define RULE_FSCK_H

#include "format/oid.h"
#include "rule/queue.h"
#include "rule/slo.h"

struct dep;
struct err;
struct package;
struct store;

enum fsck_code {
	FSCK_UNFINISHED, FSCK_FOLDER_NAME, FSCK_SAME_ID, FSCK_CARD_ID,
	FSCK_FILE_NAME, FSCK_MISSING_FILE, FSCK_NO_CONTEXT, FSCK_UNREADABLE,
	FSCK_SYNTAX, FSCK_VALUE, FSCK_NO_INDEX, FSCK_BAD_INDEX,
	FSCK_ORPHAN_ROW, FSCK_MISSING_ROW, FSCK_DOUBLED_ROW, FSCK_ROW_ORDER,
	FSCK_WRONG_FOLDER, FSCK_STAGE, FSCK_STALE_ROW, FSCK_MISSING_TASK,
	FSCK_CYCLE, FSCK_BAD_LINE, FSCK_TORN_LINE, FSCK_NEWER_LINE,
	FSCK_BACKWARDS, FSCK_LEDGER_STAGE, FSCK_LEDGER_STATUS,
	FSCK_CHANGED_LINE, FSCK_GONE, FSCK_COUNTER, FSCK_LATE, FSCK_MISSED,
	FSCK_RETROSPECTIVE
};

enum { FSCK_CODES = FSCK_RETROSPECTIVE + 1 };

struct fsck_kind {
	const char	*code;		/* "F2-orphan-row"; for ever */
	bool		 warning;	/* does not count for the status */
	bool		 mended;	/* by task-fsck --repair */
	const char	*meaning;
	const char	*repair;	/* what a person does, or a program */
};

/* Indexed by enum fsck_code; the number in a code is that of its rule. */
extern const struct fsck_kind fsck_kinds[];

struct finding {
	enum fsck_code	 code;
	struct id	 id;		/* number 0: of no one task */
	char		*path;		/* below .work/tasks; "" : of all */
	int		 line;		/* 0: none */
	char		*message;
};

struct findings {
	struct finding	*v;
	size_t		 n, cap;
};

#define FINDINGS_INIT	{ NULL, 0, 0 }

/* Where something was found; `id` may be NULL. */
struct fsck_at {
	const struct id	*id;
	const char	*path;
	int		 line;
};

void	 findings_add(struct findings *f, const struct fsck_at *at,
	    enum fsck_code code, const char *fmt, ...) PRINTF_LIKE(4, 5);
/* Moves all of `from` behind those of `f`. */
void	 findings_take(struct findings *f, struct findings *from);
/* By task, path, line and code; what is of no task comes last. */
void	 findings_sort(struct findings *f);
void	 findings_release(struct findings *f);

/* What is kept of a task once its files were read. */
struct fsck_task {
	struct package	*pkg;
	bool		 has_card, has_ledger;
	bool		 twin;		/* another folder has the same id */
	int		 status;	/* of the card, or STATUS_NONE */
	char		*name, *dri;	/* of the card; "" for none */
	char		*status_text;
	char		*blocked_by, *resume;		/* or NULL */
	struct id	*deps;
	size_t		 ndeps;
	struct queue_key key;
	struct oid	 ledger;	/* git's id of the file */
	int		 says;		/* the stage, by the ledger */
	struct slo	 slo;
};

struct fsck {
	/* set by the caller */
	struct store	*store;
	int64_t		 now_us;
	bool		 open_only;	/* all are those not closed */
	/* filled here */
	const struct policy *policy;
	struct fsck_task *v;		/* by id, then folder */
	size_t		 n, cap;
	bool		 whole;		/* all tasks are among them */
	int		 namespaces;	/* indexes have that column */
	struct findings	 found;
};

/*
 * Adds the task, or both where two folders have its id.  As store_resolve().
 */
int	 fsck_choose(struct fsck *k, const char *ref, struct err *e);
/* Takes all tasks where none was chosen, and reads their files. */
int	 fsck_read(struct fsck *k, struct err *e);
/* What concerns more than one file: rules 1, 2, 4 and 5. */
int	 fsck_relate(struct fsck *k, struct err *e);
void	 fsck_release(struct fsck *k);
/* The task of that id among those that were read, or NULL. */
const struct fsck_task *fsck_find(const struct fsck *k,
	    const struct id *id);

/* The parts of fsck_read() and fsck_relate(). */
void	 fsck_task_read(const struct fsck *k, struct fsck_task *t,
	    struct findings *out);
int	 fsck_graph(struct fsck *k, struct err *e);
int	 fsck_rows(struct fsck *k, struct err *e);
/*
 * What is known of a task as something to depend on; reads its card where it
 * is none of those that were read.  1: it is there; 0: not; -1: it cannot be
 * said.
 */
int	 fsck_dep(const struct fsck *k, const struct id *id, struct dep *out);

#endif
