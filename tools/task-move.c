/* SPDX-License-Identifier: MIT */
/* task-move: move tasks along the stages, by the rules */
#include "base/compat.h"

#include "base/err.h"
#include "base/log.h"
#include "base/suggest.h"
#include "change/advance.h"
#include "change/session.h"
#include "cli/out.h"
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

enum { COL_ID, COL_FROM, COL_TO };

static const struct out_column columns[] = {
	{ .name = "id" },
	{ .name = "from", .hidden = true },
	{ .name = "to", .hidden = true },
	{ .name = NULL }
};

/* A task that was moved, or refused. */
struct done {
	struct id	 id;
	enum stage	 from, to;
	char		*name;
};

struct moves {
	struct session	 s;
	struct walk	 walk;
	struct strvec	 refs;
	bool		 piped;		/* some came from standard input */
	char		 of[OID_HEX + 1];
	struct done	*v;
	size_t		 n, cap;
	struct strvec	 refused;	/* references */
	struct out	 out;
};

/* The stage at the end of the operands, where there is one. */
static int
take_stage(struct moves *m, struct err *e)
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
	id_unique(&m->refs);
	return 0;
}

static int
check_texts(struct err *e)
{
	const struct { const char *option, *text; } texts[] = {
		{ "reason", wants.reason }, { "waive", wants.waive },
		{ "concurrent-ok", wants.concurrent_ok },
		{ "skip-learning", wants.skip_learning },
	};
	const char *t;
	size_t i;

	for (i = 0; i < ARRAY_LEN(texts); i++) {
		t = texts[i].text;
		if (t != NULL && t[strspn(t, " \t\r\n")] == '\0')
			return err_set(e, EX_USAGE, "--%s: the reason is "
			    "empty", texts[i].option);
	}
	return 0;
}

/* The commit that was looked at is kept by its whole name. */
static int
find_commit(struct moves *m, struct err *e)
{
	struct oid id;

	if (wants.of == NULL)
		return 0;
	if (!wants.sign)
		return err_set(e, EX_USAGE, "--of says what a sign-off is "
		    "for, and goes with --sign");
	if (repo_resolve_commit(m->s.txn.repo, wants.of, &id, e) != 0)
		return -1;
	oid_format(m->of, &id);
	wants.of = m->of;
	return 0;
}

static void
keep_done(struct moves *m, const struct task *t, enum stage from)
{
	struct done *d;

	MEM_GROW(m->v, m->n, m->cap);
	d = &m->v[m->n++];
	d->id = t->pkg->id;
	d->from = from;
	d->to = t->pkg->stage;
	d->name = mem_strdup(card_str(&t->card, "task_name"));
}

/* Those that made room; an operand before this one may be among them. */
static int
keep_paused(struct moves *m, enum stage from, struct err *e)
{
	struct strvec *paused = &m->walk.paused;
	struct task t = TASK_INIT;
	size_t i;
	int rc = 0;

	for (i = 0; i < paused->n && rc == 0; i++) {
		rc = session_load(&m->s, paused->v[i], &t, e);
		if (rc == 0)
			keep_done(m, &t, from);
		task_release(&t);
	}
	strvec_clear(paused);
	return rc;
}

static int
walk(struct moves *m, struct task *t, const char *ref, struct err *e)
{
	enum stage from = t->pkg->stage;
	int verdict;

	verdict = advance_walk(&m->walk, t, e);
	if (verdict >= 0 && t->pkg->stage != from)
		keep_done(m, t, from);
	if (verdict >= 0 && keep_paused(m, t->pkg->stage, e) != 0)
		verdict = -1;
	if (verdict > 0)
		strvec_add(&m->refused, ref);
	return verdict < 0 ? -1 : 0;
}

/* A failure that is this task's alone is said, and the others go on. */
static void
move_one(struct moves *m, const char *operand)
{
	struct task t = TASK_INIT;
	struct err e = ERR_INIT;
	char ref[ID_SIZE];
	int rc;

	rc = session_load(&m->s, operand, &t, &e);
	if (rc == 0) {
		id_format_ref(ref, &t.pkg->id);
		rc = walk(m, &t, ref, &e);
	}
	if (rc != 0)
		tool_failed(&e);
	task_release(&t);
}

static void
add_subject(struct buf *out, const struct done *d)
{
	char ref[ID_SIZE];

	id_format_ref(ref, &d->id);
	buf_addf(out, "%s: %s to %s: %s\n", ref, stage_info[d->from].name,
	    stage_info[d->to].name, d->name);
}

static int
commit(struct moves *m, struct err *e)
{
	struct buf message = BUF_INIT;
	size_t i;
	int rc = 0;

	if (m->n > 1)
		buf_addf(&message, "task-move: %zu tasks\n\n", m->n);
	for (i = 0; i < m->n; i++)
		add_subject(&message, &m->v[i]);
	if (m->n > 0)
		rc = session_commit(&m->s, message.ptr, e);
	buf_release(&message);
	return rc;
}

static void
print_done(struct moves *m)
{
	char ref[ID_SIZE];
	size_t i;

	for (i = 0; i < m->n; i++) {
		id_format_ref(ref, &m->v[i].id);
		out_text(&m->out, COL_ID, ref);
		out_text(&m->out, COL_FROM, stage_info[m->v[i].from].name);
		out_text(&m->out, COL_TO, stage_info[m->v[i].to].name);
		out_row(&m->out);
		(tool_options()->dry_run ? log_notice : log_info)(
		    "%s: %s to %s", ref, stage_info[m->v[i].from].name,
		    stage_info[m->v[i].to].name);
	}
	out_end(&m->out);
}

static void
moves_release(struct moves *m)
{
	while (m->n > 0)
		free(m->v[--m->n].name);
	free(m->v);
	strvec_release(&m->refs);
	strvec_release(&m->refused);
	strvec_release(&m->walk.paused);
}

static int
move_all(struct moves *m, struct err *e)
{
	size_t i;
	int rc = 0;

	for (i = 0; i < m->refs.n; i++)
		move_one(m, m->refs.v[i]);
	if (opt_atomic && tool_status() != 0) {
		log_error("not all of them may move, so none was moved");
		while (m->n > 0)
			free(m->v[--m->n].name);
		session_discard(&m->s);
	}
	rc = commit(m, e);
	if (rc == 0)
		print_done(m);
	for (i = 0; i < m->refused.n && rc == 0 &&
	    !tool_options()->dry_run; i++)
		rc = advance_record_refusal(&m->walk, m->refused.v[i], e);
	return rc;
}

static int
run(int argc, char **argv, struct err *e)
{
	struct moves m = { .walk = { .to = STAGE_NONE } };
	int rc;

	rc = check_texts(e);
	if (rc == 0)
		rc = out_begin(&m.out, columns, e);
	if (rc == 0)
		rc = tool_operands(argc, argv, &m.refs, &m.piped, e);
	if (rc == 0 && m.refs.n > 0)
		rc = take_stage(&m, e);
	if (rc == 0 && m.refs.n > 0)
		rc = session_begin(&m.s, e);
	m.walk.s = &m.s;
	m.walk.wants = &wants;
	if (rc == 0 && m.refs.n > 0) {
		rc = find_commit(&m, e);
		if (rc == 0)
			rc = move_all(&m, e);
		session_end(&m.s);
	}
	moves_release(&m);
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
