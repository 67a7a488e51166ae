/* SPDX-License-Identifier: MIT */
/* task-split: make several tasks of one */
#include "base/compat.h"

#include "base/err.h"
#include "base/log.h"
#include "change/advance.h"
#include "change/retarget.h"
#include "cli/out.h"
#include "cli/tool.h"
#include "rule/state.h"
#include "tools/split.h"

static struct strvec opt_into, opt_criteria, opt_drops;
static const char *opt_dependents, *opt_reason;

static const struct opt opts[] = {
	{ 0, "into", OPT_LIST, &opt_into, "NAME",
	    "the name of a part; given twice or more" },
	{ 0, "criteria", OPT_LIST, &opt_criteria, "PART=N,...",
	    "the part gets those acceptance criteria" },
	{ 0, "dependents", OPT_TEXT, &opt_dependents, "WHO",
	    "who takes over what depends on it: PART, all, aggregate" },
	{ 0, "drop-dep", OPT_LIST, &opt_drops, "PART:REF",
	    "the part does not depend on that task" },
	{ 'r', "reason", OPT_TEXT, &opt_reason, "REASON",
	    "why it is split" },
	OPT_END
};

enum { COL_ID, COL_NAME };

static const struct out_column columns[] = {
	{ .name = "id" },
	{ .name = "name", .hidden = true },
	{ .name = NULL }
};

static int
take_heir(struct split *x, struct err *e)
{
	const char *who = opt_dependents;
	int part;

	if (who == NULL)
		return 0;
	if (strcmp(who, "all") == 0) {
		x->heir = HEIR_ALL;
	} else if (strcmp(who, "aggregate") == 0) {
		x->heir = HEIR_AGGREGATE;
	} else if ((part = parts_find(&x->parts, who)) >= 0) {
		x->heir = HEIR_PART;
		x->part = (size_t)part;
	} else {
		return err_set(e, EX_USAGE, "--dependents: '%s' is none of the "
		    "parts (1 to %zu, or a name), and not all or aggregate",
		    who, x->parts.n);
	}
	return 0;
}

/* What it depends on, each once, as references are written. */
static int
take_depends(struct split *x, struct err *e)
{
	struct strvec list = STRVEC_INIT;
	struct buf path = BUF_INIT;
	char ref[ID_SIZE];
	struct id id;
	size_t i;
	int rc;

	rc = task_list(&x->task, &x->s.store, "depends_on", &list, e);
	for (i = 0; i < list.n && rc == 0; i++) {
		if (id_parse(&id, list.v[i]) != 0) {
			package_file(x->task.pkg, PACKAGE_CARD, &path);
			err_set(e, EX_DATAERR, "depends_on: '%s' is no task",
			    list.v[i]);
			rc = store_file_error(&x->s.store, path.ptr, e);
			continue;
		}
		id_format_ref(ref, &id);
		if (!strvec_has(&x->depends_on, ref))
			strvec_add(&x->depends_on, ref);
	}
	strvec_release(&list);
	buf_release(&path);
	return rc;
}

static int
load(struct split *x, const char *ref, struct state *state, struct err *e)
{
	struct task *t = &x->task;
	int status;

	if (session_load(&x->s, ref, t, e) != 0 ||
	    task_require_ledger(t, &x->s.store, e) != 0)
		return -1;
	id_format_ref(x->ref, &t->pkg->id);
	status = card_status(&t->card);
	if (stage_info[t->pkg->stage].closed && status != STATUS_SPLIT)
		return err_set(e, EX_NO, "%s: it is %s", x->ref,
		    status == STATUS_CANCELED ? "canceled" : "closed");
	if (state_judge(state, e) == 0)
		return 0;
	return e->status == EX_NO ? err_prefix(e, "%s", x->ref) : -1;
}

/* Who depends on it, and whether somebody takes those over. */
static int
find_waiting(struct split *x, struct err *e)
{
	struct retarget r = { .s = &x->s, .from = &x->task.pkg->id,
	    .what = RETARGET_WAITS };
	struct buf names = BUF_INIT;
	size_t i;

	if (retarget_find(&r, &x->waiting, e) != 0)
		return -1;
	if (x->waiting.n == 0 || x->heir != HEIR_UNSAID)
		return 0;
	for (i = 0; i < x->waiting.n; i++)
		buf_addf(&names, "%s%s", i > 0 ? ", " : "", x->waiting.v[i]);
	err_set(e, EX_NO, "%s: say with --dependents PART, all or aggregate "
	    "who takes over what depends on it: %s", x->ref, names.ptr);
	buf_release(&names);
	return -1;
}

static int
take_ids(struct split *x, struct err *e)
{
	struct id id = x->task.pkg->id;
	char ref[ID_SIZE];
	size_t i;

	x->numbers.ns = x->task.pkg->id.ns;
	x->numbers.n = (uint32_t)x->parts.n + (x->heir == HEIR_AGGREGATE);
	if (counter_take(&x->s, &x->numbers, e) != 0)
		return -1;
	if (x->numbers.recovered != NULL)
		log_warn("the id counter was set anew: %s",
		    x->numbers.recovered);
	for (i = 0; i < x->numbers.n; i++) {
		id.number = x->numbers.v[i];
		id_format_ref(ref, &id);
		strvec_add(&x->made, ref);
		if (i < x->parts.n)
			strvec_add(&x->into, ref);
	}
	return 0;
}

static int
make_all(struct split *x, struct err *e)
{
	size_t i;

	if (take_ids(x, e) != 0)
		return -1;
	for (i = 0; i < x->parts.n; i++)
		if (split_make_part(x, i, e) != 0)
			return -1;
	return x->heir != HEIR_AGGREGATE ? 0 : split_make_aggregate(x, e);
}

/* What depended on the task depends on its heir. */
static int
hand_over(struct split *x, struct err *e)
{
	struct strvec heirs = STRVEC_INIT;
	char *why = mem_printf("%s was split", x->ref);
	struct retarget r = { .s = &x->s, .from = &x->task.pkg->id,
	    .to = x->heir == HEIR_ALL ? &x->into : &heirs,
	    .what = RETARGET_WAITS, .why = why };
	int rc;

	if (x->heir == HEIR_PART)
		strvec_add(&heirs, x->into.v[x->part]);
	else if (x->heir == HEIR_AGGREGATE)
		strvec_add(&heirs, x->made.v[x->parts.n]);
	rc = retarget_all(&r, &x->waiting, e);
	strvec_release(&heirs);
	free(why);
	return rc;
}

static int
commit(struct split *x, struct err *e)
{
	struct buf message = BUF_INIT;
	int rc;

	buf_addf(&message, "%s: split into ", x->ref);
	tool_subject(&message, &x->into);
	tool_body(&message, &x->into);
	if (x->waiting.n > 0) {
		buf_adds(&message, "\n\nand along with it: ");
		tool_subject(&message, &x->waiting);
		tool_body(&message, &x->waiting);
	}
	rc = session_commit(&x->s, message.ptr, e);
	buf_release(&message);
	return rc;
}

/* All that can be refused comes before the task itself is changed. */
static int
split(struct split *x, const char *ref, struct err *e)
{
	struct state_wants wants = { .reason = x->reason, .completed = -1,
	    .into = &x->into };
	struct state state = { .store = &x->s.store, .task = &x->task,
	    .actor = &x->s.actor, .wants = &wants, .to = STATUS_SPLIT,
	    .now_us = x->s.txn.now_us };

	if (load(x, ref, &state, e) != 0 || take_depends(x, e) != 0 ||
	    task_list(&x->task, &x->s.store, "tags", &x->tags, e) != 0)
		return -1;
	if (parts_share(&x->parts, &x->task.card, &opt_criteria, e) != 0 ||
	    parts_inherit(&x->parts, &x->depends_on, &opt_drops, e) != 0)
		return e->status == EX_NO ? err_prefix(e, "%s", x->ref) : -1;
	if (find_waiting(x, e) != 0 || make_all(x, e) != 0 ||
	    hand_over(x, e) != 0 || state_write(&state, e) != 0)
		return -1;
	session_save(&x->s, &x->task);
	if (session_move(&x->s, &x->task, state.stage, e) != 0)
		return -1;
	advance_tell_closed(&x->s, &x->task);
	return commit(x, e);
}

static void
print(struct split *x, struct out *o)
{
	size_t i;

	for (i = 0; i < x->made.n; i++) {
		out_text(o, COL_ID, x->made.v[i]);
		out_text(o, COL_NAME, x->names.v[i]);
		out_row(o);
	}
	out_end(o);
}

static void
release(struct split *x)
{
	parts_release(&x->parts);
	strvec_release(&x->depends_on);
	strvec_release(&x->tags);
	strvec_release(&x->waiting);
	strvec_release(&x->into);
	numbers_release(&x->numbers);
	strvec_release(&x->made);
	strvec_release(&x->names);
	strvec_release(&opt_into);
	strvec_release(&opt_criteria);
	strvec_release(&opt_drops);
}

/* The one task that is named, and what the options say of its parts. */
static int
take(struct split *x, int argc, char **argv, struct strvec *refs,
    struct err *e)
{
	if (tool_operands(argc, argv, refs, NULL, e) != 0)
		return -1;
	if (refs->n != 1)
		return err_set(e, EX_USAGE, "%zu tasks are named; one is split "
		    "at a time", refs->n);
	if (opt_reason != NULL && tool_check_reason(opt_reason, e) != 0)
		return -1;
	x->reason = opt_reason;
	return parts_name(&x->parts, &opt_into, e) != 0 ||
	    take_heir(x, e) != 0 ? -1 : 0;
}

static int
run(int argc, char **argv, struct err *e)
{
	struct split x = { .parts = PARTS_INIT, .task = TASK_INIT };
	struct strvec refs = STRVEC_INIT;
	struct out o;
	int rc;

	rc = take(&x, argc, argv, &refs, e);
	if (rc == 0)
		rc = out_begin(&o, columns, e);
	if (rc == 0 && (rc = session_begin(&x.s, e)) == 0) {
		rc = split(&x, refs.v[0], e);
		if (rc == 0)
			print(&x, &o);
		task_release(&x.task);
		session_end(&x.s);
	}
	release(&x);
	strvec_release(&refs);
	return rc;
}

static const struct tool tool = {
	"task-split", "make several tasks of one", "REF",
	TOOL_LISTS | TOOL_WRITES, opts, run
};

int
main(int argc, char **argv)
{
	return tool_main(&tool, argc, argv);
}
