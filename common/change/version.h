/* SPDX-License-Identifier: MIT */
/*
 * Earlier versions of a task's card and context: 0042.context.v1.md, then v2.
 */
#ifndef CHANGE_VERSION_H
#define CHANGE_VERSION_H

#include "board/package.h"

struct buf;
struct err;
struct session;
struct task;

/*
 * Keeps `old` as the part's next earlier version, to be staged when the task
 * is saved.  The number of the version that the part itself is from now on.
 */
int	 version_keep(struct session *s, const struct task *t,
	    enum package_file part, const struct buf *old, struct err *e);
/*
 * The task's context is `text` from now on (taken over): it is staged, its old
 * text is kept as a version where the stage that the task is in wants that,
 * and content_updated tells of it with `desc`.
 */
int	 version_change_context(struct session *s, struct task *t,
	    struct buf *text, const char *desc, struct err *e);
/*
 * The same for the body of its card, which is staged when the task is saved.
 * What only ticks criteria is no new version.  Keys are to be set after that.
 */
int	 version_change_body(struct session *s, struct task *t,
	    const struct buf *body, const char *desc, struct err *e);

#endif
