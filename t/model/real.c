/* SPDX-License-Identifier: MIT */
/* The programs themselves, and what they leave on disk. */
#include "base/compat.h"

#include "base/clock.h"
#include "base/err.h"
#include "sys/run.h"
#include "t/model/model.h"
#include "t/unit/scratch.h"
#include "t/unit/tap.h"

static struct buf script;

static void
add_quoted(struct buf *out, const char *s)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=+:@./";

	if (*s != '\0' && s[strspn(s, plain)] == '\0')
		buf_adds(out, s);
	else
		buf_addf(out, "'%s'", s);
}

void
real_script(struct buf *out)
{
	buf_addb(out, &script);
}

void
real_forget(void)
{
	buf_release(&script);
}

/* A minute for each command, so that no two are at once. */
static const char *
moment(int now)
{
	static char text[32];
	time_t t = (time_t)(1760783400 + now * 60);
	struct tm tm;

	gmtime_r(&t, &tm);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm);
	return text;
}

/* What it exits with; what it says is in `out` and `said`. */
static int
run(const struct command *c, struct buf *out, char **said)
{
	struct err e = ERR_INIT;
	struct run r = { .argv = (const char *const *)c->argv.v,
	    .input = &c->input, .output = out, .output_max = SIZE_MAX / 2 };
	int rc;

	hear();
	rc = run_program(&r, &e);
	*said = heard();
	if (rc < 0)
		bail("%s: %s", c->argv.v[0], e.msg);
	return rc;
}

static void
script_command(const struct board *b, const struct command *c)
{
	size_t i;

	if (c->input.len > 0)
		buf_addf(&script, "printf '%%s\\n' '%.*s' | \\\n    ",
		    (int)c->input.len - 1, c->input.ptr);
	buf_addf(&script, "TASK_NOW=%s TASK_USER=%s%s", moment(b->now),
	    user_names[c->user], c->agent ? " TASK_AGENT=bot" : "");
	for (i = 0; i < c->argv.n; i++) {
		buf_addc(&script, ' ');
		add_quoted(&script, c->argv.v[i]);
	}
	buf_addc(&script, '\n');
}

static void
set_environment(const struct board *b, const struct command *c)
{
	setenv("TASK_NOW", moment(b->now), 1);
	setenv("TASK_USER", user_names[c->user], 1);
	if (c->agent)
		setenv("TASK_AGENT", "bot", 1);
	else
		unsetenv("TASK_AGENT");
}

/* A file of the package: `fmt` has its id. */
static char *
package_file(const struct board *b, int ref, const char *kind)
{
	const struct task *t = &b->tasks[ref];
	char *slug = strcmp(kind, ".task.md") == 0 ?
	    mem_printf("-name-%d", t->name) : mem_strdup("");
	char *path = mem_printf(".work/tasks/%s/TASK-%04d-name-%d/%04d%s%s",
	    stage_names[t->stage], ref, t->name, ref, slug, kind);

	free(slug);
	return path;
}

/* As an editor saves it. */
static void
save(const char *path, const struct buf *text)
{
	bool whole = text->len == 0 || text->ptr[text->len - 1] == '\n';

	if (!whole)
		bail("%s: the last line has no end", path);
	put_data(path, buf_str(text), text->len);
	buf_addf(&script, "cat >%s <<'EOF'\n%sEOF\n", path, buf_str(text));
}

static void
fill(const struct task *t, struct buf *card)
{
	const char *end = strstr(buf_str(card), "\n---\n");
	int i;

	if (end == NULL)
		bail("a card without an end of its front matter");
	buf_truncate(card, (size_t)(end - card->ptr) + 5);
	buf_addf(card, "\n## Goal\n\nGoal %d\n\n## Inputs Required\n\nNone.\n\n"
	    "## Implementation Details\n\nAs it comes.\n\n"
	    "## Expected Outputs\n\nThat.\n\n## Acceptance Criteria\n\n",
	    t->content.text);
	for (i = 0; i < t->criteria; i++)
		buf_addf(card, "- [ ] criterion %d\n", i);
	if (t->criteria == 0)
		buf_adds(card, "As it is.\n");
}

static void
tick(const struct task *t, struct buf *card)
{
	char *p = card->ptr;
	unsigned i;

	for (i = 0; (p = strstr(p, "\n- [")) != NULL; i++) {
		p += strlen("\n- [");
		*p = (t->content.ticks >> i & 1) != 0 ? 'x' : ' ';
	}
}

static void
set_line(struct buf *card, const char *key, const char *value)
{
	char *start = strstr(buf_str(card), key);

	if (start == NULL)
		bail("a card without %s", key);
	start += strlen(key);
	buf_splice(card, (size_t)(start - card->ptr), strcspn(start, "\n"),
	    value, strlen(value));
}

static void
edit_card(const struct task *t, const struct command *c, struct buf *card)
{
	static const char *const efforts[] = { "XS", "S", "M", "L", "XL" };
	char priority[16];

	snprintf(priority, sizeof(priority), " P%d", c->priority);
	if (c->edit == E_FILL)
		fill(t, card);
	else if (c->edit == E_TICK)
		tick(t, card);
	else if (c->edit == E_PRIORITY)
		set_line(card, "\npriority:", priority);
	else {
		buf_addc(card, '\n');
		set_line(card, "\neffort_estimate: ", efforts[c->effort]);
		buf_truncate(card, card->len - 1);
	}
}

static void
edit(const struct board *b, const struct command *c)
{
	const struct task *t = &b->tasks[c->refs[0]];
	const char *kind = c->edit == E_CONTEXT ? ".context.md" :
	    c->edit == E_LEARN ? ".learning.md" : ".task.md";
	char *path = package_file(b, c->refs[0], kind);
	struct buf text = BUF_INIT;

	if (c->edit != E_LEARN && !get_data(path, &text))
		bail("there is no %s", path);
	if (c->edit == E_CONTEXT)
		buf_addf(&text, "\nBy hand: %d\n", t->content.text);
	else if (c->edit == E_LEARN)
		buf_adds(&text, c->full ? "Learned.\n" : "");
	else
		edit_card(t, c, &text);
	save(path, &text);
	buf_release(&text);
	free(path);
}

/* The rows of the file's table that name tasks. */
static void
read_rows(const char *path, struct buf *out)
{
	char *text = get_file(path), *rest = text, *line;

	if (text == NULL)
		bail("there is no %s", path);
	while ((line = strsep(&rest, "\n")) != NULL)
		if (strncmp(line, "| ", 2) == 0 && line[2] >= '0' &&
		    line[2] <= '9')
			buf_addf(out, "%s\n", line);
	free(text);
}

/* The lines that are in one of the two only. */
static void
say_lines(const char *whose, const struct buf *these, const struct buf *those)
{
	char *text = mem_strdup(buf_str(these)), *rest = text, *line;

	while ((line = strsep(&rest, "\n")) != NULL)
		if (*line != '\0' && strstr(buf_str(those), line) == NULL)
			diag("%s: %s", whose, line);
	free(text);
}

static bool
same(const char *what, const struct buf *real, const struct buf *model)
{
	if (buf_equal(real, model))
		return true;
	diag("%s differs", what);
	say_lines("program", real, model);
	say_lines("model  ", model, real);
	if (real->len == model->len || model->len < 400)
		diag("program:\n%smodel:\n%s", buf_str(real), buf_str(model));
	return false;
}

static bool
indexes_agree(const struct board *b)
{
	struct buf real = BUF_INIT, model = BUF_INIT;
	bool good = true;
	char path[64];
	int stage;

	for (stage = 0; stage <= STAGES && good; stage++) {
		snprintf(path, sizeof(path), ".work/tasks/%s%sINDEX.md",
		    stage == STAGES ? "" : stage_names[stage],
		    stage == STAGES ? "" : "/");
		buf_clear(&real);
		buf_clear(&model);
		read_rows(path, &real);
		index_rows(b, stage, &model);
		good = same(path, &real, &model);
	}
	buf_release(&real);
	buf_release(&model);
	return good;
}

/* Standard output: the ids, those of dependents last. */
static bool
ids_agree(const struct outcome *o, struct buf *out)
{
	struct buf real = BUF_INIT, model = BUF_INIT;
	char *rest = out->ptr, *line;
	bool good;
	int i;

	while (rest != NULL && (line = strsep(&rest, "\n")) != NULL)
		if (*line != '\0')
			buf_addf(&real, "%.*s\n", (int)strcspn(line, "\t"),
			    line);
	for (i = 0; i < o->n; i++)
		buf_addf(&model, "TASK-%04d\n", o->ids[i]);
	for (i = 0; i < o->nlate; i++)
		if (!has_id(o->ids, o->n, o->late[i]))
			buf_addf(&model, "TASK-%04d\n", o->late[i]);
	good = same("what is printed", &real, &model);
	buf_release(&real);
	buf_release(&model);
	return good;
}

/* The last line of the ledger names the checks that failed. */
static bool
record_agrees(const struct board *b, const struct outcome *o)
{
	char *path = package_file(b, o->of, ".ledger.jsonl");
	struct buf text = BUF_INIT;
	const char *last, *list = NULL;
	char name[32];
	unsigned failed = 0;
	int i;

	if (!get_data(path, &text) || text.len == 0)
		bail("there is no %s", path);
	text.ptr[text.len - 1] = '\0';
	last = strrchr(text.ptr, '\n');
	last = last == NULL ? text.ptr : last;
	if (strstr(last, "\"event\":\"validation_failed\"") != NULL)
		list = strstr(last, "\"failed\":[");
	for (i = 0; i < CHECKS && list != NULL; i++) {
		snprintf(name, sizeof(name), "\"%s\"", check_names[i]);
		failed |= strstr(list, name) != NULL ? 1U << i : 0;
	}
	if (failed != o->failed) {
		diag("program: %s", last);
		for (i = 0; i < CHECKS; i++)
			if ((o->failed >> i & 1) != 0)
				diag("model: TASK-%04d fails %s", o->of,
				    check_names[i]);
	}
	buf_release(&text);
	free(path);
	return failed == o->failed;
}

static bool
program_agrees(const struct board *b, const struct command *c,
    const struct outcome *o)
{
	struct buf out = BUF_INIT;
	char *said;
	bool good;
	int rc;

	set_environment(b, c);
	script_command(b, c);
	rc = run(c, &out, &said);
	good = row(rc == o->status,
	    "the exit status is %d, by the model %d%s%s", rc, o->status,
	    o->why == NULL ? "" : ": ", o->why == NULL ? "" : o->why) &&
	    ids_agree(o, &out);
	if (good && o->of != 0 && !c->dry)
		good = record_agrees(b, o);
	if (!good)
		diag("it printed: %s\nit said: %s", buf_str(&out), said);
	buf_release(&out);
	free(said);
	return good;
}

bool
real_agrees(const struct board *before, const struct board *b,
    const struct command *c, const struct outcome *o)
{
	(void)before;
	if (c->verb == V_EDIT) {
		edit(b, c);
		return true;
	}
	return program_agrees(b, c, o) && indexes_agree(b);
}

bool
real_board(const struct policy *p)
{
	struct buf out = BUF_INIT;

	must_run(NULL, NULL, "git init -q .");
	must_run(NULL, &out, "task-init");
	put_file(".work/tasks/policy.yaml", p->text);
	if (p->people != NULL)
		put_file(".work/tasks/people.yaml", p->people);
	must_run(NULL, NULL, "git add -A");
	must_run(NULL, NULL, "git commit -q -m policy");
	buf_clear(&script);
	buf_addf(&script, "git init -q . && task-init\n"
	    "cat >.work/tasks/policy.yaml <<'EOF'\n%sEOF\n", p->text);
	if (p->people != NULL)
		buf_addf(&script, "cat >.work/tasks/people.yaml <<'EOF'\n"
		    "%sEOF\n", p->people);
	buf_adds(&script, "git add -A && git commit -q -m policy\n");
	buf_release(&out);
	return true;
}

bool
real_is_sound(void)
{
	struct buf out = BUF_INIT;
	int watch, index;

	unsetenv("TASK_AGENT");
	setenv("TASK_USER", "@alice", 1);
	watch = run_line(&out, "task-watch --once");
	index = run_line(&out, "task-index --check");
	row(watch == 0 && index == 0, "task-watch: %d, task-index: %d: %s",
	    watch, index, buf_str(&out));
	buf_release(&out);
	return is_sound() && watch == 0 && index == 0;
}
