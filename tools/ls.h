/* SPDX-License-Identifier: MIT */
/*
 * The parts of task-ls: a task as a row of the list, and the orders of rows.
 */
#ifndef TOOLS_LS_H
#define TOOLS_LS_H

#include "base/strvec.h"
#include "board/id.h"
#include "board/stage.h"
#include "cli/out.h"
#include "rule/queue.h"

struct flags;
struct store;
struct task;

enum sort { SORT_STAGE, SORT_ID, SORT_NAME, SORT_PRIORITY, SORT_DRI,
	SORT_CREATED, SORT_PULL };

/* Their names, ended by NULL. */
extern const char *const sort_names[];

/* The columns of the list. */
extern const struct out_column item_columns[];

/* A task that is listed; the texts are its own. */
struct item {
	struct id	 id;
	enum stage	 stage;
	struct queue_key key;
	char		*status, *priority, *effort, *dri, *name, *flags;
	char		*created, *path, *external_key;
	struct strvec	 tags, depends_on;
};

void	 item_fill(struct item *it, const struct store *s,
	    const struct task *t, const struct flags *f);
void	 item_release(struct item *it);
void	 items_sort(struct item *v, size_t n, enum sort by);
void	 item_print(struct out *o, const struct item *it);

#endif
