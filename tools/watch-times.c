/* SPDX-License-Identifier: MIT */
/* task-watch: what is in its stage for too long */
#include "base/compat.h"

#include "base/err.h"
#include "change/miss.h"
#include "change/session.h"
#include "cli/out.h"
#include "cli/tool.h"
#include "tools/watch.h"

static const struct out_column columns[] = {
	{ .name = "id", .style = OUT_BOLD },
	{ .name = "change" },
	{ .name = "from", .hidden = true },
	{ .name = "to", .hidden = true },
	{ .name = NULL }
};

static int
print(const struct strvec *done, struct err *e)
{
	struct out o;
	size_t i;

	if (out_begin(&o, columns, e) != 0)
		return -1;
	for (i = 0; i < done->n; i++) {
		out_text(&o, 0, done->v[i]);
		out_text(&o, 1, "late");
		out_row(&o);
	}
	out_end(&o);
	return tool_flush(e);
}

/* What cannot be logged is for the passes to say. */
static int
put_on_record(const struct strvec *refs, struct err *e)
{
	struct strvec done = STRVEC_INIT, failed = STRVEC_INIT;
	struct session s;
	int rc;

	if (session_begin_in(&s, tool_options()->dir, e) != 0)
		return e->status == EX_TEMPFAIL ? PASS_LATER : -1;
	if (repo_is_busy(s.txn.repo)) {
		rc = PASS_LATER;
	} else {
		miss_log(&s, refs, &done, &failed);
		rc = miss_commit(&s, &done, e);
		if (rc == 0)
			rc = print(&done, e);
	}
	session_end(&s);
	strvec_release(&done);
	strvec_release(&failed);
	return rc;
}

int
times_run(struct err *e)
{
	struct strvec refs = STRVEC_INIT;
	struct store store;
	int rc;

	if (store_open(&store, tool_options()->dir, e) != 0)
		return -1;
	rc = miss_find(&store, &refs, e);
	store_close(&store);
	if (rc == 0 && refs.n > 0)
		rc = put_on_record(&refs, e);
	strvec_release(&refs);
	return rc;
}
