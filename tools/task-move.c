/* SPDX-License-Identifier: MIT */
/* task-move: move tasks along the stages, by the rules */
#include "base/compat.h"

#include "base/err.h"
#include "base/log.h"
#include "base/suggest.h"
#include "change/moving.h"
#include "cli/tool.h"

static struct move_wants wants;
static bool opt_atomic;

static const struct opt opts[] = {
	{ 's', "sign", OPT_FLAG, &wants.sign, NULL,
	    "sign off at the gate along with the move" },
	{ 0, "of", OPT_TEXT, &wants.of, "COMMIT",
	    "the commit that was looked at, for --sign" },
	{ 'r', "reason", OPT_TEXT, &wants.reason, "REASON",
	    "why it goes back, or is a P0 that goes past a stage" },
	{ 0, "concurrent-ok", OPT_TEXT, &wants.concurrent_ok, "REASON",
	    "start before what it waits for is done" },
	{ 0, "waive", OPT_TEXT, &wants.waive, "REASON",
	    "go on with criteria that are not ticked" },
	{ 0, "skip-learning", OPT_TEXT, &wants.skip_learning, "REASON",
	    "close without a learning file" },
	{ 0, "atomic", OPT_FLAG, &opt_atomic, NULL,
	    "all of them or none" },
	OPT_END
};

/* The stage at the end of the operands, where there is one. */
static int
take_stage(struct moving *m, struct err *e)
{
	const char *last = m->refs.v[m->refs.n - 1], *near;
	struct id id;
	size_t i;

	m->walk.to = stage_parse(last);
	if (m->walk.to == STAGE_NONE && id_parse(&id, last) != 0) {
		near = suggest(last, stage_names);
		return err_set(e, EX_USAGE, "'%s' is neither a task nor a "
		    "stage%s%s%s", last, near == NULL ? "" :
		    "; did you mean '", near == NULL ? "" : near,
		    near == NULL ? "" : "'?");
	}
	if (m->walk.to != STAGE_NONE) {
		if (m->refs.n == 1 && !m->piped)
			return err_set(e, EX_USAGE, "no task is named before "
			    "the stage '%s'", last);
		free(m->refs.v[--m->refs.n]);
	}
	for (i = 0; i < m->refs.n && m->walk.to != STAGE_NONE; i++)
		if (stage_parse(m->refs.v[i]) != STAGE_NONE)
			return err_set(e, EX_USAGE, "'%s' and '%s' are two "
			    "stages; name one", m->refs.v[i],
			    stage_info[m->walk.to].name);
	return 0;
}

static int
run(int argc, char **argv, struct err *e)
{
	struct moving m = { .wants = &wants, .walk = { .to = STAGE_NONE } };
	int rc;

	rc = moving_take(&m, argc, argv, e);
	if (rc == 0 && m.refs.n > 0)
		rc = take_stage(&m, e);
	if (rc == 0 && m.refs.n > 0)
		rc = moving_begin(&m, e);
	if (rc == 0 && m.begun) {
		moving_each(&m);
		if (opt_atomic && tool_status() != 0) {
			log_error("not all of them may move, so none was "
			    "moved");
			moving_drop(&m);
		}
		rc = moving_commit(&m, e);
	}
	moving_release(&m);
	return rc;
}

static const struct tool tool = {
	"task-move", "move tasks along the stages, by the rules",
	"REF... [STAGE]", TOOL_LISTS | TOOL_WRITES, opts, run
};

int
main(int argc, char **argv)
{
	return tool_main(&tool, argc, argv);
}
