/* SPDX-License-Identifier: MIT */
/* task-new: make tasks, from names or from JSON lines */
#include "base/compat.h"

#include "base/err.h"
#include "base/log.h"
#include "board/card.h"
#include "change/edit.h"
#include "change/session.h"
#include "cli/out.h"
#include "cli/tool.h"
#include "sys/run.h"
#include "tools/new.h"

static const char *opt_priority, *opt_effort, *opt_dri, *opt_goal;
static const char *opt_followup, *opt_template, *opt_namespace;
static struct strvec opt_tags, opt_depends, opt_fills;
static bool opt_edit, opt_each, opt_lenient, opt_templates;

static const struct opt opts[] = {
	{ 'p', "priority", OPT_TEXT, &opt_priority, "PRIORITY", "P0 to P4" },
	{ 'e', "effort", OPT_TEXT, &opt_effort, "EFFORT",
	    "XS, S, M, L or XL" },
	{ 't', "tag", OPT_LIST, &opt_tags, "TAG", "a tag; may be repeated" },
	{ 'd', "depends-on", OPT_LIST, &opt_depends, "REF",
	    "a task that comes first; may be repeated" },
	{ 'D', "dri", OPT_TEXT, &opt_dri, "USER",
	    "who is responsible (else you)" },
	{ 'm', "message", OPT_TEXT, &opt_goal, "GOAL",
	    "what is true when it is done" },
	{ 0, "namespace", OPT_TEXT, &opt_namespace, "NAMESPACE",
	    "numbered in that namespace" },
	{ 0, "followup", OPT_TEXT, &opt_followup, "REF",
	    "they follow up that task, which may be closed" },
	{ 0, "template", OPT_TEXT, &opt_template, "TEMPLATE",
	    "what the cards are made from (card)" },
	{ 0, "fill", OPT_LIST, &opt_fills, "KEY=TEXT",
	    "fills a blank of the template; may be repeated" },
	{ 0, "templates", OPT_FLAG, &opt_templates, NULL,
	    "list the templates there are" },
	{ 0, "edit", OPT_FLAG, &opt_edit, NULL,
	    "open each new card in $VISUAL or $EDITOR" },
	{ 0, "each", OPT_FLAG, &opt_each, NULL, "a commit for each task" },
	{ 0, "lenient", OPT_FLAG, &opt_lenient, NULL,
	    "of JSON lines keep what can be kept" },
	OPT_END
};

enum { COL_ID, COL_NAME, COL_STAGE, COL_PATH };

static const struct out_column columns[] = {
	{ .name = "id" },
	{ .name = "name", .hidden = true },
	{ .name = "stage", .hidden = true },
	{ .name = "path", .hidden = true },
	{ .name = NULL }
};

static int
check_options(struct err *e)
{
	size_t i;

	if (opt_priority != NULL && priority_parse(opt_priority) < 0)
		return err_set(e, EX_USAGE, "--priority: '%s' is none of "
		    "P0 to P4", opt_priority);
	if (opt_effort != NULL && effort_parse(opt_effort) == NULL)
		return err_set(e, EX_USAGE, "--effort: '%s' is none of "
		    "XS, S, M, L, XL", opt_effort);
	if (opt_dri != NULL && !people_is_user(opt_dri))
		return err_set(e, EX_USAGE, "--dri: '%s' is no user such as "
		    "@alice", opt_dri);
	for (i = 0; i < opt_tags.n; i++)
		if (opt_tags.v[i][strspn(opt_tags.v[i], " \t\r\n")] == '\0')
			return err_set(e, EX_USAGE, "--tag: a tag is empty");
	return 0;
}

/* What the options say goes for every task that does not say otherwise. */
static void
take_options(struct wish *one)
{
	const struct { char **field; const char *text; } texts[] = {
		{ &one->goal, opt_goal }, { &one->priority, opt_priority },
		{ &one->effort, opt_effort }, { &one->dri, opt_dri },
		{ &one->namespace, opt_namespace },
	};
	size_t i;

	for (i = 0; i < ARRAY_LEN(texts); i++)
		if (*texts[i].field == NULL)
			*texts[i].field = mem_strdup_null(texts[i].text);
	for (i = 0; i < opt_tags.n; i++)
		if (!strvec_has(&one->tags, opt_tags.v[i]))
			strvec_add(&one->tags, opt_tags.v[i]);
}

/* -d goes for all of them, and names tasks that are there. */
static int
add_depends(struct wishes *w, struct session *s, struct err *e)
{
	struct package *p;
	char ref[ID_SIZE];
	size_t i, k;

	for (i = 0; i < opt_depends.n; i++) {
		if (store_resolve(&s->store, opt_depends.v[i], &p, e) != 0)
			return err_prefix(e, "--depends-on");
		id_format_ref(ref, &p->id);
		for (k = 0; k < w->n; k++)
			strvec_add(&w->v[k].depends_on, ref);
	}
	return 0;
}

static int
load_origin(struct wishes *w, struct session *s, struct err *e)
{
	char ref[ID_SIZE];

	if (opt_followup == NULL)
		return 0;
	if (session_load(s, opt_followup, &w->origin, e) != 0 ||
	    task_require_ledger(&w->origin, &s->store, e) != 0)
		return -1;
	id_format_ref(ref, &w->origin.pkg->id);
	strvec_add(&w->origin_ref, ref);
	return 0;
}

/* Lines of standard input, or one wish for each name. */
static int
take_wishes(struct wishes *w, int argc, char **argv, struct err *e)
{
	size_t k;
	int i;

	if (argc == 0)
		return err_set(e, EX_USAGE, "no name is given "
		    "(task-new 'Log in with a passkey'; - reads JSON lines)");
	if (check_options(e) != 0)
		return -1;
	for (i = 0; i < argc && strcmp(argv[0], "-") != 0; i++) {
		if (strcmp(argv[i], "-") == 0)
			return err_set(e, EX_USAGE, "- reads JSON lines, and "
			    "stands alone");
		if (card_check_name(argv[i], e) != 0) {
			e->status = EX_USAGE;
			return -1;
		}
		wish_add(w)->name = mem_strdup(argv[i]);
	}
	if (i == 0 && argc > 1)
		return err_set(e, EX_USAGE, "- reads JSON lines, and stands "
		    "alone");
	if (i == 0 && wishes_read(w, e) != 0)
		return -1;
	for (k = 0; k < w->n; k++)
		take_options(&w->v[k]);
	return 0;
}

/* How many tasks are to be made. */
static size_t
count(const struct wishes *w)
{
	size_t i, n = 0;

	for (i = 0; i < w->n; i++)
		n += !w->v[i].skip;
	return n;
}

/* --namespace is wrong for all of them, or for none. */
static int
check_namespace(struct session *s, struct err *e)
{
	const struct namespaces *all;

	if (opt_namespace == NULL)
		return 0;
	if (store_namespaces(&s->store, &all, e) != 0)
		return -1;
	if (namespaces_may_enter(all, opt_namespace, e) != 0)
		return err_prefix(e, "--namespace");
	return 0;
}

static void
add_message(struct buf *out, const struct wish *one)
{
	char ref[ID_SIZE];

	id_format_ref(ref, &one->id);
	buf_addf(out, "%s: new: %s\n", ref, one->name);
}

static void
save_origin(const struct wishes *w, struct session *s)
{
	if (w->origin_ref.n > 0)
		session_save(s, &w->origin);
}

/* Stages one, and with --each makes it a commit of its own. */
static int
stage_one(struct wishes *w, struct wish *one, struct session *s,
    struct err *e)
{
	struct buf message = BUF_INIT;
	int rc;

	rc = wish_stage(w, one, s, one->recovered, e);
	if (rc == 0 && opt_each && w->bad == 0 && !one->skip) {
		add_message(&message, one);
		save_origin(w, s);
		rc = session_step(s, message.ptr, e);
		w->made++;
	}
	buf_release(&message);
	return rc;
}

static int
commit(const struct wishes *w, struct session *s, struct err *e)
{
	struct buf message = BUF_INIT;
	size_t i, made = count(w);
	int rc;

	if (made > 1)
		buf_addf(&message, "task-new: %zu tasks\n\n", made);
	for (i = 0; i < w->n; i++)
		if (!w->v[i].skip)
			add_message(&message, &w->v[i]);
	if (!opt_each && made > 0)
		save_origin(w, s);
	rc = opt_each || made == 0 ? session_flush(s, e) :
	    session_commit(s, message.ptr, e);
	buf_release(&message);
	return rc;
}

/* With --each what came before a bad line is made by then. */
static int
refuse(struct wishes *w, struct session *s, struct err *e)
{
	const char *are = w->bad == 1 ? " is" : "s are";

	if (w->made == 0)
		return err_set(e, EX_DATAERR, "%zu thing%s wrong; nothing is "
		    "made", w->bad, are);
	if (session_flush(s, e) != 0)
		return -1;
	return err_set(e, EX_DATAERR, "%zu thing%s wrong; the %zu task%s "
	    "before %s made", w->bad, are, w->made,
	    w->made == 1 ? "" : "s", w->made == 1 ? "is" : "are");
}

static int
stage_all(struct wishes *w, struct session *s, struct err *e)
{
	size_t i;
	int rc;

	rc = wishes_number(w, s, e);
	if (rc == 0)
		wishes_link(w);
	for (i = 0; i < w->n && rc == 0; i++)
		if (!w->v[i].skip)
			rc = stage_one(w, &w->v[i], s, e);
	if (rc == 0 && w->bad > 0)
		return refuse(w, s, e);
	return rc == 0 ? commit(w, s, e) : rc;
}

static void
print_all(const struct wishes *w, struct session *s, struct out *o)
{
	struct err ignored = ERR_INIT;
	struct buf path = BUF_INIT, shown = BUF_INIT;
	struct package *p;
	char ref[ID_SIZE];
	size_t i;

	for (i = 0; i < w->n; i++) {
		if (w->v[i].skip ||
		    store_find(&s->store, &w->v[i].id, &p, &ignored) != 0)
			continue;
		buf_clear(&path);
		buf_clear(&shown);
		package_file(p, PACKAGE_CARD, &path);
		store_show_path(&s->store, path.ptr, &shown);
		id_format_ref(ref, &p->id);
		out_text(o, COL_ID, ref);
		out_text(o, COL_NAME, w->v[i].name);
		out_text(o, COL_STAGE, stage_info[p->stage].name);
		out_text(o, COL_PATH, shown.ptr);
		out_row(o);
	}
	out_end(o);
	buf_release(&path);
	buf_release(&shown);
}

static int
edit_wish(const struct wish *one, struct err *e)
{
	char ref[ID_SIZE];

	id_format_ref(ref, &one->id);
	return edit_part(&(struct edit){ .ref = ref,
	    .part = PACKAGE_CARD }, e) < 0 ? -1 : 0;
}

static int
make(struct wishes *w, struct err *e)
{
	struct session s;
	struct out o;
	int rc;

	if (out_begin(&o, columns, e) != 0 || session_begin(&s, e) != 0)
		return -1;
	rc = check_namespace(&s, e);
	if (rc == 0)
		rc = load_origin(w, &s, e);
	if (rc == 0)
		rc = add_depends(w, &s, e);
	if (rc == 0)
		rc = wishes_check_namespaces(w, &s, e);
	if (rc == 0)
		rc = wishes_check_keys(w, &s, e);
	if (rc == 0) {
		wishes_check_links(w, &s);
		rc = stage_all(w, &s, e);
	}
	if (rc == 0)
		print_all(w, &s, &o);
	session_end(&s);
	return rc;
}

static int
run(int argc, char **argv, struct err *e)
{
	struct wishes w = { .lenient = opt_lenient, .origin = TASK_INIT };
	size_t i;
	int rc;

	if (opt_templates)
		return argc == 0 ? templates_list(e) : err_set(e, EX_USAGE,
		    "--templates makes no task, and takes no name");
	rc = take_wishes(&w, argc, argv, e);
	if (rc == 0)
		rc = wishes_take_template(&w, opt_template, &opt_fills, e);
	if (rc == 0 && w.n > 0)
		rc = make(&w, e);
	for (i = 0; i < w.n && rc == 0 && opt_edit &&
	    !tool_options()->dry_run; i++)
		rc = w.v[i].skip ? 0 : edit_wish(&w.v[i], e);
	if (rc == 0 && w.left_out > 0)
		rc = err_set(e, EX_DATAERR, "%zu of %zu line%s left out",
		    w.left_out, w.n, w.n == 1 ? " is" : "s are");
	wishes_release(&w);
	strvec_release(&opt_tags);
	strvec_release(&opt_depends);
	strvec_release(&opt_fills);
	return rc;
}

static const struct tool tool = {
	"task-new", "make tasks, from names or from JSON lines",
	"NAME... | -", TOOL_LISTS | TOOL_WRITES, opts, run
};

int
main(int argc, char **argv)
{
	return tool_main(&tool, argc, argv);
}
