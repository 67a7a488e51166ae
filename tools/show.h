/* SPDX-License-Identifier: MIT */
/*
 * A task with all that task-show tells of it, and its JSON and HTML forms.
 */
#ifndef TOOLS_SHOW_H
#define TOOLS_SHOW_H

#include "base/strvec.h"
#include "board/task.h"
#include "rule/flags.h"
#include "rule/graph.h"

struct shown {
	char		 ref[ID_SIZE];
	struct task	 task;
	struct flags	 flags;
	struct dep	*deps;
	size_t		 ndeps;
	struct buf	 tags;		/* joined with ", " */
	struct buf	 path;		/* of the card, as shown */
};

#define SHOWN_INIT	{ "", TASK_INIT, FLAGS_INIT, NULL, 0, BUF_INIT, \
			    BUF_INIT }

int	 shown_load(struct shown *s, struct store *store,
	    const char *operand, struct err *e);
void	 shown_release(struct shown *s);
/* "archived", "canceled", "missing", … */
const char *shown_dep_state(const struct dep *d);

/* Adds one object; task-json(5) is its contract. */
void	 shown_json(const struct shown *s, struct buf *out, size_t nevents);
/* Adds what a page begins with; shown_html() then adds each task. */
void	 shown_html_begin(struct buf *out, const char *title);
void	 shown_html(const struct shown *s, struct buf *out, size_t nevents,
	    bool context);

#endif
