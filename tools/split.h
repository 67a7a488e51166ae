/* SPDX-License-Identifier: MIT */
/*
 * The parts that a task is split into: their names, and what each gets of the
 * task.  On the command line a part is its number (from 1), or its name.
 */
#ifndef TOOLS_SPLIT_H
#define TOOLS_SPLIT_H

#include "base/strvec.h"
#include "change/counter.h"
#include "change/create.h"
#include "change/session.h"
#include "format/mark.h"

struct err;
struct task;

enum { PARTS_MAX = 100 };

struct part {
	const char	*name;		/* borrowed */
	struct strvec	 depends_on;	/* "TASK-0003" */
	struct strvec	 dropped;	/* what it does not inherit of them */
	struct criterion *criteria;	/* texts of the outline */
	size_t		 n, cap;
};

struct parts {
	struct part	*v;
	size_t		 n;
	struct mark_outline outline;	/* of the task's card */
};

#define PARTS_INIT	{ NULL, 0, MARK_OUTLINE_INIT }

/* EX_USAGE: too few, too many, a bad name, or two that are the same. */
int	 parts_name(struct parts *p, const struct strvec *names,
	    struct err *e);
void	 parts_release(struct parts *p);
/* The index of the part, or -1. */
int	 parts_find(const struct parts *p, const char *text);

/*
 * Gives each acceptance criterion of the card to one part; `given` are
 * "PART=1,3".  EX_USAGE: one of them is wrong; EX_NO: a criterion is left.
 */
int	 parts_share(struct parts *p, const struct card *c,
	    const struct strvec *given, struct err *e);
/*
 * Gives all of the dependencies (references, each once) to each part, but for
 * those in `drops`, "PART:REF".  EX_USAGE: one of them is wrong.
 */
int	 parts_inherit(struct parts *p, const struct strvec *depends_on,
	    const struct strvec *drops, struct err *e);

/* Who takes over the dependents. */
enum heir { HEIR_UNSAID, HEIR_PART, HEIR_ALL, HEIR_AGGREGATE };

/* A task on its way to its parts. */
struct split {
	struct session	 s;
	struct task	 task;
	char		 ref[ID_SIZE];	/* "TASK-0042" */
	const char	*reason;	/* or NULL */
	struct parts	 parts;
	enum heir	 heir;
	size_t		 part;		/* of HEIR_PART */
	struct strvec	 depends_on, tags;
	struct strvec	 waiting;	/* who depends on it */
	struct numbers	 numbers;
	struct strvec	 into;		/* the parts' references */
	struct strvec	 made;		/* those, and the aggregate's */
	struct strvec	 names;		/* of `made` */
};

/*
 * Stage one of the parts, or the task that brings them together; the ids are
 * taken, and in `made`.
 */
int	 split_make_part(struct split *x, size_t i, struct err *e);
int	 split_make_aggregate(struct split *x, struct err *e);

#endif
