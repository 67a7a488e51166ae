/* SPDX-License-Identifier: MIT */
/* task-set: change what a card says of a task */
#include "base/compat.h"

#include "base/err.h"
#include "base/log.h"
#include "base/suggest.h"
#include "base/utf8.h"
#include "change/advance.h"
#include "change/bulk.h"
#include "change/renumber.h"
#include "cli/tool.h"
#include "tools/set.h"

enum { SHOWN_MAX = 40 };

static const char *opt_reason, *opt_namespace;
static bool opt_extra, opt_fast_track, opt_sign;

static const struct opt opts[] = {
	{ 'r', "reason", OPT_TEXT, &opt_reason, "REASON",
	    "why; priority and effort want one" },
	{ 0, "extra", OPT_FLAG, &opt_extra, NULL,
	    "set keys that the toolkit does not know, too" },
	{ 0, "fast-track", OPT_FLAG, &opt_fast_track, NULL,
	    "take a P0 to current at once" },
	{ 's', "sign", OPT_FLAG, &opt_sign, NULL,
	    "sign off at the gates that --fast-track goes past" },
	{ 0, "namespace", OPT_TEXT, &opt_namespace, "NAMESPACE",
	    "the same as namespace=NAMESPACE" },
	OPT_END
};

struct setting {
	struct assignment *v;
	size_t		 n, cap;
	struct walk	 walk;		/* of --fast-track */
};

/* The length of the key; 0: the operand is no assignment. */
static size_t
key_length(const char *operand)
{
	size_t n = strspn(operand, "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-");

	if (strchr("0123456789.-", operand[0]) != NULL)
		return 0;
	if (operand[n] == '+' && operand[n + 1] == '=')
		return n;
	if (operand[n] != '=')
		return 0;
	return operand[n - 1] == '-' ? n - 1 : n;
}

/* A key of the user's own becomes a setter of its own. */
static int
take_extra(struct assignment *a, struct err *e)
{
	const char *near;

	if (!opt_extra) {
		near = suggest(a->key, setter_words);
		err_set(e, EX_USAGE, "there is no key '%s'%s%s%s (--extra "
		    "sets one of your own)", a->key,
		    near == NULL ? "" : "; did you mean '",
		    near == NULL ? "" : near, near == NULL ? "" : "'?");
		return -1;
	}
	a->setter = a->own = setter_new(a->key);
	return 0;
}

static int
check_assignment(struct assignment *a, struct err *e)
{
	a->setter = setter_find(a->key);
	if (a->setter == NULL && take_extra(a, e) != 0)
		return -1;
	if (a->setter->set == NULL)
		return err_set(e, EX_USAGE, "%s is not for task-set: %s",
		    a->key, a->setter->instead);
	if (a->sign != '=' && !a->setter->list)
		return err_set(e, EX_USAGE, "%s is no list: it takes no "
		    "'%c='", a->key, a->sign);
	if (a->setter->reason && opt_reason == NULL)
		return err_set(e, EX_USAGE, "-r REASON is missing: why the "
		    "%s is another", a->key);
	if (a->setter->check(a->value, e) != 0) {
		e->status = EX_USAGE;
		return err_prefix(e, "%s", a->key);
	}
	return 0;
}

static int
take_assignment(struct setting *s, const char *text, struct err *e)
{
	size_t n = key_length(text), k;
	struct assignment *a;

	if (n == 0)
		return err_set(e, EX_USAGE, "'%s' is no KEY=VALUE: a key is "
		    "a word", text);
	MEM_GROW(s->v, s->n, s->cap);
	a = &s->v[s->n++];
	*a = (struct assignment){ .key = mem_dup(text, n), .sign = text[n],
	    .value = mem_strdup(strchr(text, '=') + 1),
	    .reason = opt_reason };
	if (check_assignment(a, e) != 0)
		return -1;
	/* Nothing may be refused once the files have other names. */
	if (a->setter->last && opt_fast_track)
		return err_set(e, EX_USAGE, "%s is set before or after "
		    "--fast-track", a->key);
	for (k = 0; k + 1 < s->n; k++) {
		if (!a->setter->list &&
		    strcmp(s->v[k].setter->key, a->setter->key) == 0)
			return err_set(e, EX_USAGE, "%s is set twice",
			    a->key);
		/* Each names the files anew. */
		if (a->setter->last && s->v[k].setter->last)
			return err_set(e, EX_USAGE, "%s and %s are set one "
			    "after the other", s->v[k].key, a->key);
	}
	return 0;
}

static int
take_namespace(struct setting *s, struct err *e)
{
	char *text;
	int rc;

	if (opt_namespace == NULL)
		return 0;
	text = mem_printf("namespace=%s", opt_namespace);
	rc = take_assignment(s, text, e);
	free(text);
	return rc;
}

/*
 * Takes the assignments out of the operands on the command line: what comes
 * in through a pipe names tasks and nothing else.
 */
static int
take_assignments(struct setting *s, int *argc, char **argv, struct err *e)
{
	int i, kept = 0;

	if (take_namespace(s, e) != 0)
		return -1;
	for (i = 0; i < *argc; i++) {
		if (strchr(argv[i], '=') == NULL ||
		    (key_length(argv[i]) == 0 && strchr(argv[i], '/') != NULL))
			argv[kept++] = argv[i];
		else if (take_assignment(s, argv[i], e) != 0)
			return -1;
	}
	*argc = kept;
	if (s->n > 0 || opt_fast_track)
		return 0;
	return err_set(e, EX_USAGE, "KEY=VALUE is missing: what to set");
}

/* Those without an event of their own are told of together. */
static void
log_silent(struct bulk *b, struct task *t, const struct strvec *keys)
{
	struct buf desc = BUF_INIT;

	setter_desc(&desc, b, opt_reason);
	session_log_keys(&b->s, t, keys, desc.ptr);
	buf_release(&desc);
}

static int
set_all(struct bulk *b, struct task *t, const struct setting *s,
    struct strvec *silent, struct err *e)
{
	const struct assignment *a;
	bool changed = false;
	int last, rc;
	size_t i;

	for (last = 0; last < 2; last++)
		for (i = 0; i < s->n; i++) {
			a = &s->v[i];
			if (a->setter->last != (last == 1))
				continue;
			if ((rc = a->setter->set(b, t, a, e)) < 0)
				return -1;
			changed = changed || rc == 0;
			if (rc == 0 && a->setter->silent)
				strvec_add(silent, a->setter->key);
		}
	return !changed;
}

/* As far as it may go; what was set stays set where something refuses. */
static int
fast_track(struct bulk *b, struct task *t, struct setting *s, struct err *e)
{
	char ref[ID_SIZE];
	size_t i;
	int rc;

	id_format_ref(ref, &t->pkg->id);
	if ((int)t->pkg->stage >= s->walk.to) {
		log_notice("%s: is in '%s' already", ref,
		    stage_info[t->pkg->stage].name);
		return 0;
	}
	s->walk.s = &b->s;
	rc = advance_walk(&s->walk, t, e);
	for (i = 0; i < s->walk.paused.n; i++)
		strvec_add(&b->also, s->walk.paused.v[i]);
	strvec_clear(&s->walk.paused);
	return rc < 0 ? -1 : 0;
}

static int
set_one(struct bulk *b, struct task *t, void *ctx, struct err *e)
{
	const enum stage from = t->pkg->stage;
	struct strvec silent = STRVEC_INIT;
	char ref[ID_SIZE];
	bool same;
	int rc;

	rc = set_all(b, t, ctx, &silent, e);
	if (rc == 0 && silent.n > 0)
		log_silent(b, t, &silent);
	same = rc > 0;
	id_format_ref(ref, &t->pkg->id);
	if (rc >= 0 && opt_fast_track && !move_is_p0(t))
		rc = err_set(e, EX_NO, "--fast-track is for a P0 alone "
		    "(priority=P0)");
	else if (rc >= 0 && opt_fast_track)
		rc = fast_track(b, t, ctx, e);
	else if (same)
		log_notice("%s: is like that already", ref);
	strvec_release(&silent);
	return rc == 0 && same && t->pkg->stage == from ? 1 : rc;
}

static int
check_reason(struct err *e)
{
	if (opt_reason != NULL &&
	    opt_reason[strspn(opt_reason, " \t\r\n")] == '\0')
		return err_set(e, EX_USAGE, "--reason: the reason is empty");
	if (opt_sign && !opt_fast_track)
		return err_set(e, EX_USAGE, "--sign goes with --fast-track");
	return 0;
}

static void
setting_release(struct setting *s)
{
	while (s->n > 0) {
		s->n--;
		free(s->v[s->n].key);
		free(s->v[s->n].value);
		free(s->v[s->n].own);
	}
	free(s->v);
	walk_release(&s->walk);
}

/* For the commit: "priority=P1, tags+=api". */
static void
describe(struct buf *out, const struct setting *s)
{
	const char *value;
	size_t i, n;

	for (i = 0; i < s->n; i++) {
		value = s->v[i].value;
		n = utf8_prefix(value, strlen(value), SHOWN_MAX);
		buf_addf(out, "%s%s%s=%.*s%s", i > 0 ? ", " : "",
		    s->v[i].key, s->v[i].sign == '+' ? "+" :
		    s->v[i].sign == '-' ? "-" : "", (int)n, value,
		    value[n] == '\0' ? "" : "…");
	}
	if (opt_fast_track)
		buf_addf(out, "%sfast-tracked", s->n > 0 ? ", " : "");
}

/* What no task can make right is said once. */
static int
check_board(struct bulk *b, const struct setting *s, struct err *e)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		if (s->v[i].setter->set == namespace_set &&
		    namespace_check(b, &s->v[i], e) != 0)
			return -1;
	return 0;
}

static int
set_each(struct bulk *b, struct setting *s, struct err *e)
{
	struct renumber ids = RENUMBER_INIT(&b->s);
	struct buf what = BUF_INIT;
	size_t i;
	int rc;

	for (i = 0; i < s->n; i++)
		s->v[i].ids = &ids;
	describe(&what, s);
	rc = check_board(b, s, e);
	if (rc == 0) {
		bulk_each(b, set_one, s);
		rc = renumber_references(&ids, &b->also, e);
		namespace_describe(&what, &ids);
	}
	if (rc == 0)
		rc = bulk_commit(b, what.ptr, e);
	renumber_release(&ids);
	buf_release(&what);
	return rc;
}

static int
run(int argc, char **argv, struct err *e)
{
	const struct move_wants fast = { .sign = opt_sign,
	    .reason = opt_reason };
	struct setting s = { .walk = { .wants = &fast, .to = STAGE_CURRENT } };
	struct bulk b = BULK_INIT;
	int rc;

	rc = check_reason(e);
	if (rc == 0 && argc > 0)
		rc = take_assignments(&s, &argc, argv, e);
	if (rc == 0)
		rc = bulk_take(&b, argc, argv, e);
	if (rc == 0)
		rc = bulk_begin(&b, e);
	if (rc == 0 && b.begun)
		rc = set_each(&b, &s, e);
	if (rc == 0 && b.begun && !tool_options()->dry_run)
		rc = advance_record_refused(&s.walk, e);
	bulk_release(&b);
	setting_release(&s);
	return rc;
}

static const struct tool tool = {
	"task-set", "change what a card says of a task", "REF... KEY=VALUE...",
	TOOL_LISTS | TOOL_WRITES, opts, run
};

int
main(int argc, char **argv)
{
	return tool_main(&tool, argc, argv);
}
