/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/clock.h"
#include "base/err.h"
#include "base/jsonw.h"
#include "base/log.h"
#include "board/hooks.h"
#include "board/store.h"
#include "board/task.h"
#include "change/hookcall.h"
#include "sys/path.h"
#include "sys/run.h"

enum { OUTPUT_MAX = 256 << 10, ERRORS_MAX = 8 << 10, ERROR_LINES_MAX = 20 };

extern char **environ;

void
hookcall_release(struct hookcall *c)
{
	while (c->n > 0)
		proposal_release(&c->v[--c->n]);
	free(c->v);
	c->v = NULL;
	c->cap = 0;
}

/* The absolute path of .work, and of .work/tasks. */
static void
find_board(const struct store *s, struct buf *work, struct buf *tasks)
{
	path_of_fd(s->fd, tasks);
	buf_add(work, tasks->ptr, path_dir_len(tasks->ptr));
}

static void
add_list(struct buf *in, const struct card *c, const char *key)
{
	struct strvec list = STRVEC_INIT;

	jsonw_key(in, key);
	if (card_list(c, key, &list) != 0)
		strvec_clear(&list);
	jsonw_list(in, &list);
	strvec_release(&list);
}

static void
add_task(struct buf *in, const struct task *t, const char *ref,
    const char *tasks)
{
	struct buf path = BUF_INIT;

	buf_addf(&path, "%s/", tasks);
	package_path(t->pkg, &path);
	jsonw_key(in, "task");
	jsonw_open(in, '{');
	jsonw_member(in, "id", ref);
	jsonw_member(in, "name", card_get(&t->card, "task_name"));
	jsonw_member(in, "stage", stage_info[t->pkg->stage].name);
	jsonw_member(in, "status", card_get(&t->card, "status"));
	jsonw_member(in, "priority", card_get(&t->card, "priority"));
	jsonw_member(in, "effort", card_get(&t->card, "effort_estimate"));
	jsonw_member(in, "dri", card_get(&t->card, "current_dri"));
	add_list(in, &t->card, "tags");
	add_list(in, &t->card, "depends_on");
	jsonw_member(in, "blocked_by", card_get(&t->card, "blocked_by"));
	jsonw_member(in, "path", path.ptr);
	jsonw_close(in, '}');
	buf_release(&path);
}

/* What it is told: the event as it was, the task as it is now. */
static int
make_input(const struct hookcall *c, const char *work, const char *tasks,
    struct buf *in, struct err *e)
{
	struct task t = TASK_INIT;
	struct package *p;

	/* The hook before it may have changed the board. */
	store_forget(c->store);
	if (store_resolve(c->store, c->ref, &p, e) != 0 ||
	    task_load_card(&t, c->store, p, e) != 0) {
		task_release(&t);
		return -1;
	}
	jsonw_open(in, '{');
	jsonw_member(in, "point", hook_points[c->hook->point]);
	jsonw_key(in, "event");
	jsonw_raw(in, c->event, strlen(c->event));
	add_task(in, &t, c->ref, tasks);
	jsonw_member(in, "board", work);
	if (c->rehearsal) {
		jsonw_key(in, "rehearsal");
		jsonw_bool(in, true);
	}
	jsonw_member(in, "version", "1.0");
	jsonw_close(in, '}');
	buf_addc(in, '\n');
	task_release(&t);
	return 0;
}

/* True where the programs find the board from the top of the worktree. */
static bool
is_at_top(const struct hookcall *c, const char *work)
{
	size_t n = strlen(c->place->worktree);

	return strncmp(work, c->place->worktree, n) == 0 &&
	    strcmp(work + n, ".work") == 0;
}

/*
 * Ours, but for what tells task programs that they are run by a hook, on which
 * board, and that they are no person's hands.
 */
static void
make_environment(const struct hookcall *c, const char *work,
    struct strvec *env)
{
	static const char *const ours[] =
	    { "TASK_HOOK=", "TASK_WORK=", "TASK_AGENT=" };
	const char *agent = getenv("TASK_AGENT");
	char **var;
	size_t i;

	for (var = environ; *var != NULL; var++) {
		for (i = 0; i < ARRAY_LEN(ours); i++)
			if (strncmp(*var, ours[i], strlen(ours[i])) == 0)
				break;
		if (i == ARRAY_LEN(ours))
			strvec_add(env, *var);
	}
	strvec_addf(env, "TASK_HOOK=%s", hook_points[c->hook->point]);
	if (!is_at_top(c, work))
		strvec_addf(env, "TASK_WORK=%s", work);
	strvec_addf(env, "TASK_AGENT=%s", agent != NULL && *agent != '\0' ?
	    agent : c->hook->name);
}

/* Its program by its whole path: it does not run where the registry lies. */
static void
make_argv(const struct hook *h, const char *tasks, struct strvec *argv)
{
	char *program = hook_program(h);
	size_t i;

	if (program != NULL)
		strvec_addf(argv, "%s/%s", tasks, program);
	else
		strvec_add(argv, h->argv.v[0]);
	for (i = 1; i < h->argv.n; i++)
		strvec_add(argv, h->argv.v[i]);
	free(program);
}

static void
say_errors(const struct hook *h, const struct buf *errors)
{
	const char *p = buf_str(errors), *end = p + errors->len;
	size_t n;
	int lines;

	for (lines = 0; p < end && lines < ERROR_LINES_MAX; p += n + 1) {
		n = strcspn(p, "\n");
		if (n > 0) {
			log_notice("hook %s: %.*s", h->name, (int)n, p);
			lines++;
		}
	}
	if (p < end || errors->len == ERRORS_MAX)
		log_notice("hook %s: says more, which is left out", h->name);
}

static void
take_line(struct hookcall *c, const char *line, size_t len, int number)
{
	struct proposal p = PROPOSAL_INIT;
	struct err e = ERR_INIT;

	if (proposal_parse(&p, line, len, c->ref, &e) != 0) {
		log_warn("hook %s: line %d of its output: %s", c->hook->name,
		    number, e.msg);
		proposal_release(&p);
		return;
	}
	p.hook = mem_strdup(c->hook->name);
	p.point = mem_strdup(hook_points[c->hook->point]);
	p.ts_us = clock_now_us();
	MEM_GROW(c->v, c->n, c->cap);
	c->v[c->n++] = p;
}

static void
take_output(struct hookcall *c, const struct buf *out)
{
	const char *p = buf_str(out), *end = p + out->len, *nl;
	int number;
	size_t n;

	for (number = 1; p < end; number++, p += n + 1) {
		nl = memchr(p, '\n', (size_t)(end - p));
		n = (size_t)((nl == NULL ? end : nl) - p);
		if (strspn(p, " \t\r") >= n)
			continue;
		if (c->n == HOOK_PROPOSALS_MAX) {
			log_warn("hook %s: it proposes more than %d events; "
			    "the others are left out", c->hook->name,
			    HOOK_PROPOSALS_MAX);
			return;
		}
		take_line(c, p, n, number);
	}
}

static int
call(struct hookcall *c, const char *tasks, const struct buf *in,
    struct strvec *env, struct err *e)
{
	struct buf out = BUF_INIT, errors = BUF_INIT;
	struct strvec argv = STRVEC_INIT;
	int status;

	make_argv(c->hook, tasks, &argv);
	status = run_program(&(struct run){
	    .argv = (const char *const *)argv.v, .dir = c->place->worktree,
	    .env = env->v, .input = in, .output = &out,
	    .output_max = OUTPUT_MAX, .errors = &errors,
	    .errors_max = ERRORS_MAX, .timeout_us = c->hook->timeout_us }, e);
	say_errors(c->hook, &errors);
	if (status == 0)
		take_output(c, &out);
	else if (status > 0)
		err_set(e, EX_NO, "'%s' ended with status %d", argv.v[0],
		    status);
	strvec_release(&argv);
	buf_release(&out);
	buf_release(&errors);
	return status == 0 ? 0 : -1;
}

int
hookcall_run(struct hookcall *c, struct err *e)
{
	struct buf work = BUF_INIT, tasks = BUF_INIT, in = BUF_INIT;
	struct strvec env = STRVEC_INIT;
	int rc;

	find_board(c->store, &work, &tasks);
	make_environment(c, work.ptr, &env);
	rc = make_input(c, work.ptr, tasks.ptr, &in, e);
	if (rc == 0)
		rc = call(c, tasks.ptr, &in, &env, e);
	strvec_release(&env);
	buf_release(&work);
	buf_release(&tasks);
	buf_release(&in);
	return rc;
}
