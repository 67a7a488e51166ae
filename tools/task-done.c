/* SPDX-License-Identifier: MIT */
/* task-done: tick, note, and move tasks on by one stage */
#include "base/compat.h"

#include "base/err.h"
#include "base/jsonw.h"
#include "base/strvec.h"
#include "change/moving.h"
#include "change/note.h"
#include "cli/tool.h"
#include "format/mark.h"
#include "sys/path.h"

static struct move_wants wants;
static const char *opt_message, *opt_tick;

static const struct opt opts[] = {
	{ 'm', "message", OPT_TEXT, &opt_message, "TEXT",
	    "the note; all operands are tasks then" },
	{ 0, "tick", OPT_TEXT, &opt_tick, "CRITERIA",
	    "tick all, or those of that number: 1,3" },
	{ 's', "sign", OPT_FLAG, &wants.sign, NULL,
	    "sign off at the gate along with the move" },
	{ 0, "of", OPT_TEXT, &wants.of, "COMMIT",
	    "the commit that was looked at, for --sign" },
	{ 'r', "reason", OPT_TEXT, &wants.reason, "REASON",
	    "why a P0 goes past a stage" },
	{ 0, "concurrent-ok", OPT_TEXT, &wants.concurrent_ok, "REASON",
	    "start before what it waits for is done" },
	{ 0, "waive", OPT_TEXT, &wants.waive, "REASON",
	    "go on with criteria that are not ticked" },
	{ 0, "skip-learning", OPT_TEXT, &wants.skip_learning, "REASON",
	    "close without a learning file" },
	OPT_END
};

/* What is done to each task before it moves. */
struct deed {
	struct buf	 note;		/* empty: none */
	bool		 all;		/* criteria are ticked */
	size_t		*ticks;		/* or these, from 1 */
	size_t		 n;
};

/* "all", or numbers with commas between. */
static int
take_ticks(struct deed *d, struct err *e)
{
	struct strvec words = STRVEC_INIT;
	char *end = NULL;
	size_t i;
	int rc = 0;

	if (opt_tick == NULL)
		return 0;
	d->all = strcmp(opt_tick, "all") == 0;
	strvec_split(&words, opt_tick, ',');
	d->ticks = mem_zalloc((words.n + 1) * sizeof(*d->ticks));
	for (i = 0; i < words.n && !d->all && rc == 0; i++) {
		if (words.v[i][0] >= '1' && words.v[i][0] <= '9')
			d->ticks[d->n++] = strtoul(words.v[i], &end, 10);
		if (end == NULL || *end != '\0' || d->n != i + 1)
			rc = -1;
	}
	if (rc != 0 || words.n == 0)
		rc = err_set(e, EX_USAGE, "--tick: '%s' is neither 'all' nor "
		    "numbers of criteria such as 1,3", opt_tick);
	strvec_release(&words);
	return rc;
}

/* The text is the last operand, unless -m has it. */
static int
take_note(int *argc, char **argv, struct deed *d, struct err *e)
{
	if (opt_message != NULL)
		buf_adds(&d->note, opt_message);
	else if (*argc > 0 && note_is_text(argv[*argc - 1]))
		buf_adds(&d->note, argv[--*argc]);
	else
		return 0;
	note_tidy(&d->note);
	return note_check(&d->note, NOTE_MAX, e);
}

static bool
is_wanted(const struct deed *d, size_t number)
{
	size_t i;

	for (i = 0; i < d->n; i++)
		if (d->ticks[i] == number)
			return true;
	return d->all;
}

static int
check_numbers(const struct deed *d, size_t n, struct err *e)
{
	size_t i;

	for (i = 0; i < d->n; i++)
		if (d->ticks[i] > n)
			return err_set(e, EX_NO, "it has no acceptance "
			    "criterion %zu, but %zu of them", d->ticks[i], n);
	return 0;
}

static void
log_ticks(struct session *s, struct task *t, size_t before, size_t after)
{
	struct buf path = BUF_INIT, desc = BUF_INIT;
	struct draft d;

	package_file(t->pkg, PACKAGE_CARD, &path);
	buf_addf(&desc, "criteria ticked: %zu, before %zu", after, before);
	session_draft(s, &d, "content_updated", desc.ptr);
	jsonw_member(&d.own, "file", path_base(path.ptr));
	session_log(t, &d);
	buf_release(&path);
	buf_release(&desc);
}

static int
tick(struct session *s, struct task *t, const struct deed *d, struct err *e)
{
	struct mark_outline o = MARK_OUTLINE_INIT;
	const struct mark_section *in;
	const struct mark_task *item;
	size_t len, i, n = 0, before = 0, after = 0;
	struct buf text = BUF_INIT;
	const char *body = card_body(&t->card, &len);
	int rc;

	buf_set(&text, body, len);
	mark_outline(&o, body, len);
	in = mark_find(&o, "Acceptance Criteria");
	for (i = 0; i < o.ntasks && in != NULL; i++) {
		item = &o.tasks[i];
		if (item->section == MARK_NONE ||
		    &o.sections[item->section] != in)
			continue;
		before += item->done;
		after += item->done || is_wanted(d, n + 1);
		if (!item->done && is_wanted(d, n + 1))
			text.ptr[item->at] = 'x';
		n++;
	}
	rc = check_numbers(d, n, e);
	if (rc == 0 && after > before) {
		card_set_body(&t->card, text.ptr, text.len);
		log_ticks(s, t, before, after);
	}
	mark_outline_release(&o);
	buf_release(&text);
	return rc;
}

static int
prepare(struct session *s, struct task *t, void *ctx, struct err *e)
{
	const struct deed *d = ctx;
	char ref[ID_SIZE];
	int rc = 0;

	id_format_ref(ref, &t->pkg->id);
	if (task_require_ledger(t, &s->store, e) != 0)
		return -1;
	if (stage_info[t->pkg->stage].closed)
		rc = err_set(e, EX_NO, "it is closed");
	if (rc == 0 && opt_tick != NULL)
		rc = tick(s, t, d, e);
	if (rc == 0 && d->note.len > 0)
		rc = note_add(s, t, &d->note, e);
	return rc == 0 ? 0 : err_prefix(e, "%s", ref);
}

/* Words of a text that has no quotes are not taken for tasks. */
static int
check_refs(const struct strvec *refs, struct err *e)
{
	struct id id;
	size_t i;

	for (i = 0; i < refs->n; i++)
		if (id_parse(&id, refs->v[i]) != 0)
			return err_set(e, EX_USAGE, "'%s' is no task; a text "
			    "is one operand, the last", refs->v[i]);
	return 0;
}

static int
run(int argc, char **argv, struct err *e)
{
	struct deed deed = { BUF_INIT, false, NULL, 0 };
	struct moving m = { .wants = &wants, .walk = { .to = STAGE_NONE,
	    .prepare = prepare, .ctx = &deed } };
	int rc;

	rc = take_ticks(&deed, e);
	if (rc == 0)
		rc = take_note(&argc, argv, &deed, e);
	if (rc == 0)
		rc = moving_take(&m, argc, argv, e);
	if (rc == 0)
		rc = check_refs(&m.refs, e);
	if (rc == 0 && m.refs.n > 0)
		rc = moving_begin(&m, e);
	if (rc == 0 && m.begun) {
		moving_each(&m);
		rc = moving_commit(&m, e);
	}
	moving_release(&m);
	buf_release(&deed.note);
	free(deed.ticks);
	return rc;
}

static const struct tool tool = {
	"task-done", "tick, note, and move tasks on by one stage",
	"REF... [TEXT]", TOOL_LISTS | TOOL_WRITES, opts, run
};

int
main(int argc, char **argv)
{
	return tool_main(&tool, argc, argv);
}
