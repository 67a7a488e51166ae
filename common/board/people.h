/* SPDX-License-Identifier: MIT */
/*
 * people.yaml: who is human, and what they may sign.
 *
 * Where the file is missing, whoever is no worker is human and may sign
 * every gate.
 */
#ifndef BOARD_PEOPLE_H
#define BOARD_PEOPLE_H

#include "base/strvec.h"

struct err;

enum { PEOPLE_MAX = 1 << 20 };

struct person {
	char	*user;		/* "@alice" */
	char	*name;		/* NULL where it is not said */
	char	*email;
	struct strvec gates;	/* stages, "policy" */
};

struct people {
	struct person *v;
	size_t	 n, cap;
	bool	 present;	/* there is such a file */
};

#define PEOPLE_INIT	{ NULL, 0, 0, false }

/* Who does something; both texts are owned by whoever made it. */
struct actor {
	char	*user;		/* "@alice", or a worker's id */
	char	*worker;	/* TASK_AGENT: an agent's process; else NULL */
};

/* EX_CONFIG with "LINE:COL: what is wrong". */
int	 people_parse(struct people *p, const char *text, size_t len,
	    struct err *e);
void	 people_release(struct people *p);
const struct person *people_find(const struct people *p, const char *user);
/* "@alice", and nothing that would break a line or a row. */
bool	 people_is_user(const char *user);
/* What a user's name may be made of, without the '@'. */
bool	 people_is_name(const char *name);
/* True where the user may sign that gate. */
bool	 people_may(const struct people *p, const char *user,
	    const char *gate);

#endif
