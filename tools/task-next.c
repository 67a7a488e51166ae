/* SPDX-License-Identifier: MIT */
/* task-next: say which task is to be pulled now, and take it */
#include "base/compat.h"

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "change/advance.h"
#include "change/session.h"
#include "cli/out.h"
#include "cli/tool.h"
#include "rule/queue.h"

static const char *opt_dri;
static struct strvec opt_namespaces;
static bool opt_claim;

static const struct opt opts[] = {
	{ 'D', "dri", OPT_TEXT, &opt_dri, "USER",
	    "only tasks that this one is responsible for" },
	{ 0, "namespace", OPT_LIST, &opt_namespaces, "NAMESPACE",
	    "only those of the namespace, - for none; may be repeated" },
	{ 0, "claim", OPT_FLAG, &opt_claim, NULL,
	    "take it: it is yours to do, and moves on" },
	OPT_END
};

enum { COL_ID, COL_PRIORITY, COL_EFFORT, COL_DRI, COL_NAME, COL_FROM, COL_TO };

static const struct out_column columns[] = {
	{ .name = "id", .style = OUT_BOLD },
	{ .name = "priority" },
	{ .name = "effort" },
	{ .name = "dri" },
	{ .name = "name", .flexible = true },
	{ .name = "from", .hidden = true },
	{ .name = "to", .hidden = true },
	{ .name = NULL }
};

struct queue {
	struct store	*store;
	struct session	*s;		/* NULL: nothing will be changed */
	enum stage	 from, to;
	struct queue_key *v;		/* in the order of pulling */
	size_t		 n, cap;
	char		*why;		/* the first may not be pulled */
	struct out	 out;
};

/* The stage that is kept in the order of pulling, and the one after it. */
static void
find_stages(struct queue *q)
{
	int stage;

	for (stage = 0; stage_info[stage].order != ORDER_PULL; stage++)
		continue;
	q->from = (enum stage)stage;
	q->to = (enum stage)(stage + 1);
}

static int
compare(const void *a, const void *b)
{
	return queue_compare(a, b);
}

/* It may have been moved while we look. */
static bool
is_wanted(const struct queue *q, const struct task *t)
{
	return t->pkg->stage == q->from && (opt_dri == NULL ||
	    strcmp(opt_dri, card_str(&t->card, "current_dri")) == 0);
}

static int
collect(struct queue *q, struct err *e)
{
	const struct store_stage *st = &q->store->stages[q->from];
	struct task t = TASK_INIT;
	struct err one = ERR_INIT;
	size_t i;

	if (store_check_namespaces(q->store, &opt_namespaces, e) != 0 ||
	    store_load_open(q->store, e) != 0)
		return -1;
	for (i = 0; i < st->n; i++) {
		if (!id_in_namespaces(&st->v[i]->id, &opt_namespaces))
			continue;
		if (task_load(&t, q->store, st->v[i], &one) != 0) {
			if (one.status != EX_NOINPUT)
				tool_failed(&one);
		} else if (is_wanted(q, &t)) {
			MEM_GROW(q->v, q->n, q->cap);
			queue_key(&q->v[q->n++], &t);
		}
		task_release(&t);
	}
	if (q->n > 1)
		qsort(q->v, q->n, sizeof(*q->v), compare);
	return 0;
}

static void
print(struct queue *q, const struct task *t)
{
	const struct card *c = &t->card;
	char ref[ID_SIZE];

	id_format_ref(ref, &t->pkg->id);
	out_text(&q->out, COL_ID, ref);
	out_text(&q->out, COL_PRIORITY, card_get(c, "priority"));
	out_text(&q->out, COL_EFFORT, card_get(c, "effort_estimate"));
	out_text(&q->out, COL_DRI, card_get(c, "current_dri"));
	out_text(&q->out, COL_NAME, card_get(c, "task_name"));
	out_text(&q->out, COL_FROM, stage_info[q->from].name);
	out_text(&q->out, COL_TO, stage_info[q->to].name);
	out_row(&q->out);
	out_end(&q->out);
}

/* The card says whose it is to do: the worker's, else the person's. */
static int
assign(struct session *s, struct task *t, struct err *e)
{
	const char *who = s->actor.worker != NULL ? s->actor.worker :
	    s->actor.user;
	struct strvec keys = STRVEC_INIT;

	if (strcmp(card_str(&t->card, "assigned_worker"), who) == 0)
		return 0;
	strvec_add(&keys, "assigned_worker");
	session_log_keys(s, t, &keys, "claimed");
	strvec_release(&keys);
	return card_set(&t->card, "assigned_worker", who, e);
}

static int
claim(struct queue *q, struct advance *a, struct err *e)
{
	struct session *s = q->s;
	struct buf message = BUF_INIT;
	int rc;

	rc = assign(s, a->move.task, e);
	if (rc == 0)
		rc = advance_write(a, e);
	if (rc == 0)
		rc = advance_stage(a, e);
	buf_addf(&message, "%s: %s to %s: claimed by %s", a->ref,
	    stage_info[q->from].name, stage_info[q->to].name,
	    s->actor.worker != NULL ? s->actor.worker : s->actor.user);
	if (rc == 0)
		rc = session_commit(s, message.ptr, e);
	buf_release(&message);
	return rc;
}

/* 1: it may not be pulled; all that stops it is said with -v. */
static int
say(struct queue *q, const struct move *m, const char *ref, int verdict)
{
	size_t i;

	for (i = 0; i < m->reasons.n && verdict > 0; i++)
		log_info("%s: %s", ref, m->reasons.v[i]);
	if (verdict > 0 && q->why == NULL)
		q->why = mem_printf("%s: %s", ref, m->reasons.v[0]);
	for (i = 0; i < m->warnings.n && verdict == 0 && q->s != NULL; i++)
		log_warn("%s: %s", ref, m->warnings.v[i]);
	return verdict;
}

static int
try_to_claim(struct queue *q, struct task *t, struct err *e)
{
	static const struct move_wants nothing;
	const struct walk w = { .s = q->s, .wants = &nothing,
	    .to = (int)q->to };
	struct advance a;
	int rc;

	rc = advance_judge(&a, &w, t, e);
	rc = say(q, &a.move, a.ref, rc);
	if (rc == 0)
		rc = claim(q, &a, e);
	advance_release(&a);
	return rc;
}

static int
try(struct queue *q, struct task *t, struct err *e)
{
	static const struct move_wants nothing;
	static const struct actor nobody = { NULL, NULL };
	struct move m = { .store = q->store, .task = t, .actor = &nobody,
	    .wants = &nothing, .from = q->from, .to = q->to,
	    .now_us = clock_now_us() };
	char ref[ID_SIZE];
	int rc;

	id_format_ref(ref, &t->pkg->id);
	rc = q->s != NULL ? try_to_claim(q, t, e) :
	    say(q, &m, ref, move_judge(&m, e));
	if (rc == 0)
		print(q, t);
	move_release(&m);
	return rc;
}

static int
say_none(const struct queue *q, struct err *e)
{
	struct buf in = BUF_INIT;
	size_t i;

	for (i = 0; i < opt_namespaces.n; i++)
		buf_addf(&in, "%s%s", i == 0 ? " in namespace " : ", ",
		    opt_namespaces.v[i]);
	err_set(e, EX_NO, "nothing can be pulled: no task%s%s%s is in '%s'",
	    opt_dri == NULL ? "" : " of ", opt_dri == NULL ? "" : opt_dri,
	    buf_str(&in), stage_info[q->from].name);
	buf_release(&in);
	return -1;
}

/* 1: no task may be pulled.  One that is broken is said, and left. */
static int
pull(struct queue *q, struct err *e)
{
	struct task t = TASK_INIT;
	struct err one = ERR_INIT;
	struct package *p;
	char ref[ID_SIZE];
	size_t i;
	int rc = 1;

	for (i = 0; i < q->n && rc > 0; i++) {
		id_format_ref(ref, &q->v[i].id);
		rc = q->s != NULL ? session_load(q->s, ref, &t, &one) :
		    store_find(q->store, &q->v[i].id, &p, &one) != 0 ? -1 :
		    task_load(&t, q->store, p, &one);
		if (rc != 0)
			tool_failed(&one);
		rc = rc != 0 ? 1 : try(q, &t, e);
		task_release(&t);
	}
	if (rc > 0 && q->why != NULL)
		err_set(e, EX_NO, "nothing can be pulled: %s%s", q->why,
		    q->n > 1 ? "; nor can the others (-v says why)" : "");
	else if (rc > 0)
		say_none(q, e);
	free(q->why);
	return rc == 0 ? 0 : -1;
}

static int
run(int argc, char **argv, struct err *e)
{
	struct queue q = { .store = NULL };
	struct session s;
	struct store store;
	int rc;

	(void)argv;
	if (argc > 0)
		return err_set(e, EX_USAGE, "no operands are taken");
	find_stages(&q);
	if (out_begin(&q.out, columns, e) != 0)
		return -1;
	rc = opt_claim ? session_begin(&s, e) :
	    store_open(&store, tool_options()->dir, e);
	if (rc != 0)
		return -1;
	q.s = opt_claim ? &s : NULL;
	q.store = opt_claim ? &s.store : &store;
	rc = collect(&q, e);
	if (rc == 0)
		rc = pull(&q, e);
	if (opt_claim)
		session_end(&s);
	else
		store_close(&store);
	free(q.v);
	strvec_release(&opt_namespaces);
	return rc;
}

static const struct tool tool = {
	"task-next", "say which task is to be pulled now, and take it", "",
	TOOL_LISTS | TOOL_WRITES, opts, run
};

int
main(int argc, char **argv)
{
	return tool_main(&tool, argc, argv);
}
