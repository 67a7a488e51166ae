/* SPDX-License-Identifier: MIT */
/*
 * NAMESPACES.yaml: the namespaces of a board's ids; task-policy(5).
 *
 * Without the file there are none.
 */
#ifndef BOARD_NAMESPACES_H
#define BOARD_NAMESPACES_H

#include "base/strvec.h"
#include "board/id.h"
#include "board/policy.h"

struct err;

enum { NAMESPACES_MAX = 1 << 20 };

struct namespace {
	char		 name[ID_NAMESPACE_MAX + 1];
	bool		 archived;	/* no task comes into it any more */
	struct policy_wip wip[STAGE_COUNT];	/* of its tasks alone */
};

struct namespaces {
	struct namespace *v;		/* as the file has them */
	size_t		 n, cap;
	struct strvec	 warnings;	/* unknown keys, "LINE:COL: …" */
};

#define NAMESPACES_INIT	{ NULL, 0, 0, STRVEC_INIT }

/* EX_CONFIG with "LINE:COL: what is wrong". */
int	 namespaces_parse(struct namespaces *all, const char *text,
	    size_t len, struct err *e);
void	 namespaces_release(struct namespaces *all);

/* NULL where there is none of that name. */
const struct namespace *namespaces_find(const struct namespaces *all,
	    const char *name);
/* EX_USAGE: there is none of that name, but those. */
int	 namespaces_refuse(const struct namespaces *all, const char *name,
	    struct err *e);
/*
 * 0 where a task may come into it.  EX_USAGE as above; EX_NO: it is archived.
 */
int	 namespaces_may_enter(const struct namespaces *all, const char *name,
	    struct err *e);

#endif
