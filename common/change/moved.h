/* SPDX-License-Identifier: MIT */
/*
 * Packages that lie elsewhere than HEAD has them.
 *
 * A program that leaves the commit to its user moves the folder and writes
 * the events; a person who moves a folder by hand writes none.  The first is
 * known by its ledger, which then has to show, for every gate that was passed
 * since HEAD, a sign-off that stands, and all else that rule/course.h asks.
 */
#ifndef CHANGE_MOVED_H
#define CHANGE_MOVED_H

struct err;
struct id;
struct map;
struct package;
struct session;
struct store;
struct task;

/*
 * Where HEAD has a task, whatever its stage and its folder's name; NULL:
 * nowhere.  The caller frees it.
 */
int	 moved_find_in_head(struct session *s, const struct id *id,
	    struct package **out, struct err *e);
/*
 * Takes out of a map of references to folders of HEAD that of an id which the
 * package's task had before it got another; NULL: there is none.
 */
char	*moved_take_former(struct store *s, struct package *p,
	    struct map *in_head);
/*
 * 1: the ledger tells the whole way from where HEAD has the task (NULL: it has
 * none) to where it lies, and that way is allowed; 0: it does not tell of it,
 * so it was moved by hand; -1, EX_NO: it tells of a way that is not allowed.
 */
int	 moved_is_told(struct session *s, const struct task *t,
	    const struct package *in_head, struct err *e);

#endif
