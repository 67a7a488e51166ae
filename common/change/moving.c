/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/err.h"
#include "base/log.h"
#include "change/moving.h"
#include "cli/tool.h"

enum { COL_ID, COL_FROM, COL_TO };

static const struct out_column columns[] = {
	{ .name = "id" },
	{ .name = "from", .hidden = true },
	{ .name = "to", .hidden = true },
	{ .name = NULL }
};

struct moved {
	struct id	 id;
	enum stage	 from, to;
	char		*name;
};

static int
check_texts(const struct move_wants *w, struct err *e)
{
	const struct { const char *option, *text; } texts[] = {
		{ "reason", w->reason }, { "waive", w->waive },
		{ "concurrent-ok", w->concurrent_ok },
		{ "skip-learning", w->skip_learning },
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
find_commit(struct moving *m, struct err *e)
{
	struct oid id;

	if (m->wants->of == NULL)
		return 0;
	if (!m->wants->sign)
		return err_set(e, EX_USAGE, "--of says what a sign-off is "
		    "for, and goes with --sign");
	if (repo_resolve_commit(m->s.txn.repo, m->wants->of, &id, e) != 0)
		return -1;
	oid_format(m->of, &id);
	m->wants->of = m->of;
	return 0;
}

static void
keep_done(struct moving *m, const struct task *t, enum stage from)
{
	struct moved *d;

	MEM_GROW(m->v, m->n, m->cap);
	d = &m->v[m->n++];
	d->id = t->pkg->id;
	d->from = from;
	d->to = t->pkg->stage;
	d->name = mem_strdup(card_str(&t->card, "task_name"));
}

/* Those that made room; an operand before this one may be among them. */
static int
keep_paused(struct moving *m, enum stage from, struct err *e)
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
walk(struct moving *m, struct task *t, struct err *e)
{
	enum stage from = t->pkg->stage;
	int verdict;

	verdict = advance_walk(&m->walk, t, e);
	if (verdict >= 0 && t->pkg->stage != from)
		keep_done(m, t, from);
	if (verdict >= 0 && keep_paused(m, t->pkg->stage, e) != 0)
		verdict = -1;
	return verdict < 0 ? -1 : 0;
}

/* A failure that is this task's alone is said, and the others go on. */
static void
move_one(struct moving *m, const char *operand)
{
	struct task t = TASK_INIT;
	struct err e = ERR_INIT;

	if (session_load(&m->s, operand, &t, &e) != 0 ||
	    walk(m, &t, &e) != 0)
		tool_failed(&e);
	task_release(&t);
}

static void
add_subject(struct buf *out, const struct moved *d)
{
	char ref[ID_SIZE];

	id_format_ref(ref, &d->id);
	buf_addf(out, "%s: %s to %s: %s\n", ref, stage_info[d->from].name,
	    stage_info[d->to].name, d->name);
}

static int
commit(struct moving *m, struct err *e)
{
	struct buf message = BUF_INIT;
	size_t i;
	int rc = 0;

	if (m->n > 1)
		buf_addf(&message, "%s: %zu tasks\n\n", tool_name(), m->n);
	for (i = 0; i < m->n; i++)
		add_subject(&message, &m->v[i]);
	if (m->n > 0)
		rc = session_commit(&m->s, message.ptr, e);
	buf_release(&message);
	return rc;
}

static void
print_done(struct moving *m)
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

int
moving_take(struct moving *m, int argc, char **argv, struct err *e)
{
	if (check_texts(m->wants, e) != 0 ||
	    out_begin(&m->out, columns, e) != 0)
		return -1;
	return tool_operands(argc, argv, &m->refs, &m->piped, e);
}

int
moving_begin(struct moving *m, struct err *e)
{
	id_unique(&m->refs);
	if (session_begin(&m->s, e) != 0)
		return -1;
	m->begun = true;
	m->walk.s = &m->s;
	m->walk.wants = m->wants;
	return find_commit(m, e);
}

void
moving_each(struct moving *m)
{
	size_t i;

	for (i = 0; i < m->refs.n; i++)
		move_one(m, m->refs.v[i]);
}

static void
forget_moved(struct moving *m)
{
	while (m->n > 0)
		free(m->v[--m->n].name);
}

void
moving_drop(struct moving *m)
{
	forget_moved(m);
	session_discard(&m->s);
}

int
moving_commit(struct moving *m, struct err *e)
{
	int rc;

	rc = commit(m, e);
	if (rc == 0)
		print_done(m);
	if (rc == 0 && !tool_options()->dry_run)
		rc = advance_record_refused(&m->walk, e);
	return rc;
}

void
moving_release(struct moving *m)
{
	if (m->begun)
		session_end(&m->s);
	m->begun = false;
	forget_moved(m);
	free(m->v);
	m->v = NULL;
	strvec_release(&m->refs);
	walk_release(&m->walk);
}
