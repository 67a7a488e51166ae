/* SPDX-License-Identifier: MIT */
/* task-ls: list tasks */
#include "base/compat.h"

#include "base/err.h"
#include "base/suggest.h"
#include "base/utf8.h"
#include "board/store.h"
#include "board/task.h"
#include "cli/tool.h"
#include "rule/flags.h"
#include "tools/ls.h"

enum { TRIES = 4 };

static bool opt_all, opt_ready, opt_blocked;
static struct strvec opt_status, opt_priority, opt_dri, opt_tags;
static struct strvec opt_namespaces;
static const char *opt_text, *opt_sort;
static long opt_limit = -1;

static const struct opt opts[] = {
	{ 'a', "all", OPT_FLAG, &opt_all, NULL, "archived tasks, too" },
	{ 's', "status", OPT_LIST, &opt_status, "STATUS",
	    "only those of the status; may be repeated" },
	{ 'p', "priority", OPT_LIST, &opt_priority, "PRIORITY",
	    "only those of the priority; may be repeated" },
	{ 'D', "dri", OPT_LIST, &opt_dri, "USER",
	    "only those the user is responsible for; may be repeated" },
	{ 't', "tag", OPT_LIST, &opt_tags, "TAG",
	    "only those with the tag; repeated: with all of them" },
	{ 0, "namespace", OPT_LIST, &opt_namespaces, "NAMESPACE",
	    "only those of the namespace, - for none; may be repeated" },
	{ 0, "text", OPT_TEXT, &opt_text, "WORD",
	    "only those with the word in their card" },
	{ 0, "ready", OPT_FLAG, &opt_ready, NULL,
	    "only those that wait for nothing" },
	{ 0, "blocked", OPT_FLAG, &opt_blocked, NULL,
	    "only those that are blocked or wait for others" },
	{ 0, "sort", OPT_TEXT, &opt_sort, "KEY",
	    "stage (default), id, name, priority, dri, created or pull" },
	{ 'N', "limit", OPT_NUMBER, &opt_limit, "LIMIT", "at most so many" },
	OPT_END
};

struct list {
	struct store	 store;
	unsigned	 stages;	/* 1 << stage */
	enum sort	 sort;
	struct item	*v;
	size_t		 n, cap;
	struct strvec	 errors;	/* "status message" of single cards */
	int		 status;	/* of the first */
	bool		 moved;		/* a package went while we looked */
};

static int
check_words(const struct strvec *words, const char *what,
    const char *const *choices, struct err *e)
{
	const char *near;
	size_t i, k;

	for (i = 0; i < words->n; i++) {
		for (k = 0; choices[k] != NULL; k++)
			if (strcmp(choices[k], words->v[i]) == 0)
				break;
		if (choices[k] != NULL)
			continue;
		near = suggest(words->v[i], choices);
		return err_set(e, EX_USAGE, "there is no %s '%s'%s%s%s", what,
		    words->v[i], near == NULL ? "" : "; did you mean '",
		    near == NULL ? "" : near, near == NULL ? "" : "'?");
	}
	return 0;
}

static int
check_options(struct list *l, struct err *e)
{
	static const char *const priorities[] =
	    { "P0", "P1", "P2", "P3", "P4", "none", NULL };
	struct strvec sort = STRVEC_INIT;
	int rc;

	if (opt_sort != NULL)
		strvec_add(&sort, opt_sort);
	rc = check_words(&opt_status, "status", status_names, e);
	if (rc == 0)
		rc = check_words(&opt_priority, "priority", priorities, e);
	if (rc == 0)
		rc = check_words(&sort, "order", sort_names, e);
	strvec_release(&sort);
	while (rc == 0 && opt_sort != NULL &&
	    strcmp(sort_names[l->sort], opt_sort) != 0)
		l->sort++;
	return rc;
}

static int
take_stages(struct list *l, int argc, char **argv, struct err *e)
{
	struct strvec words = STRVEC_INIT;
	int i, rc;

	for (i = 0; i < argc; i++)
		strvec_add(&words, argv[i]);
	rc = check_words(&words, "stage", stage_names, e);
	for (i = 0; i < argc && rc == 0; i++)
		l->stages |= 1u << stage_parse(argv[i]);
	for (i = 0; i < STAGE_COUNT && argc == 0; i++)
		if (!stage_info[i].closed || opt_all)
			l->stages |= 1u << i;
	strvec_release(&words);
	return rc;
}

static bool
is_wanted(const struct strvec *words, const char *word)
{
	return words->n == 0 || strvec_has(words, word);
}

static bool
has_tags(const struct card *c)
{
	struct strvec tags = STRVEC_INIT;
	bool has = true;
	size_t i;

	if (opt_tags.n > 0)
		(void)!card_list(c, "tags", &tags);
	for (i = 0; i < opt_tags.n; i++)
		has = has && strvec_has(&tags, opt_tags.v[i]);
	strvec_release(&tags);
	return has;
}

/* What the card alone says against it. */
static bool
matches_card(const struct card *c)
{
	const char *priority = card_get(c, "priority");

	return is_wanted(&opt_status, card_str(c, "status")) &&
	    is_wanted(&opt_priority, priority == NULL ? "none" : priority) &&
	    is_wanted(&opt_dri, card_str(c, "current_dri")) &&
	    has_tags(c) && (opt_text == NULL ||
	    utf8_has_nocase(c->text.ptr, c->text.len, opt_text));
}

static bool
matches_flags(const struct card *c, const struct package *p,
    const struct flags *f)
{
	bool active = card_status(c) == STATUS_ACTIVE;
	bool waits = stage_info[p->stage].waits && !f->ready;

	if (opt_ready && (!active || waits || stage_info[p->stage].closed))
		return false;
	return !opt_blocked || waits || card_status(c) == STATUS_BLOCKED;
}

static bool
needs_ledger(const struct list *l, enum stage stage)
{
	return l->sort == SORT_PULL || (l->sort == SORT_STAGE &&
	    stage_info[stage].order == ORDER_PULL);
}

static int
look_at(struct list *l, struct package *p, struct err *e)
{
	struct flags f = FLAGS_INIT;
	struct task t = TASK_INIT;
	int rc;

	if (!id_in_namespaces(&p->id, &opt_namespaces))
		return 0;
	rc = needs_ledger(l, p->stage) ? task_load(&t, &l->store, p, e) :
	    task_load_card(&t, &l->store, p, e);
	/* It may have been moved while we look, to where nobody asked for. */
	if (rc == 0 && (l->stages & 1u << p->stage) != 0 &&
	    matches_card(&t.card)) {
		rc = flags_of(&f, &l->store, p, &t.card, e);
		if (rc == 0 && matches_flags(&t.card, p, &f)) {
			MEM_GROW(l->v, l->n, l->cap);
			item_fill(&l->v[l->n++], &l->store, &t, &f);
		}
	}
	flags_release(&f);
	task_release(&t);
	return rc;
}

static void
list_clear(struct list *l)
{
	while (l->n > 0)
		item_release(&l->v[--l->n]);
	strvec_clear(&l->errors);
	l->status = 0;
	l->moved = false;
}

static int
collect(struct list *l, struct err *e)
{
	const struct store_stage *st;
	struct err one = ERR_INIT;
	size_t i;
	int stage;

	if (store_load_stages(&l->store, l->stages, e) != 0)
		return -1;
	for (stage = 0; stage < STAGE_COUNT; stage++) {
		if ((l->stages & 1u << stage) == 0)
			continue;
		st = &l->store.stages[stage];
		for (i = 0; i < st->n; i++) {
			if (look_at(l, st->v[i], &one) == 0)
				continue;
			l->moved = l->moved ||
			    !store_has_package(&l->store, st->v[i]);
			strvec_add(&l->errors, one.msg);
			if (l->status == 0)
				l->status = one.status;
		}
	}
	return 0;
}

/* Where a package went away while we looked all are looked at again. */
static int
collect_settled(struct list *l, struct err *e)
{
	int i;

	for (i = 0; i < TRIES; i++) {
		list_clear(l);
		if (i > 0)
			store_forget(&l->store);
		if (collect(l, e) != 0)
			return -1;
		if (!l->moved)
			return 0;
	}
	return 0;
}

static int
print(struct list *l, struct err *e)
{
	size_t i, n = l->n;
	struct err one = ERR_INIT;
	struct out o;

	items_sort(l->v, l->n, l->sort);
	if (opt_limit >= 0 && (size_t)opt_limit < n)
		n = (size_t)opt_limit;
	if (out_begin(&o, item_columns, e) != 0)
		return -1;
	for (i = 0; i < n; i++)
		item_print(&o, &l->v[i]);
	out_end(&o);
	for (i = 0; i < l->errors.n; i++) {
		err_set(&one, l->status, "%s", l->errors.v[i]);
		tool_failed(&one);
	}
	return 0;
}

static int
run(int argc, char **argv, struct err *e)
{
	struct list l = { .stages = 0 };
	int rc;

	rc = check_options(&l, e);
	if (rc == 0)
		rc = take_stages(&l, argc, argv, e);
	if (rc == 0 && (rc = store_open(&l.store, tool_options()->dir,
	    e)) == 0) {
		rc = store_check_namespaces(&l.store, &opt_namespaces, e);
		if (rc == 0)
			rc = collect_settled(&l, e);
		if (rc == 0)
			rc = print(&l, e);
		store_close(&l.store);
	}
	list_clear(&l);
	free(l.v);
	strvec_release(&l.errors);
	strvec_release(&opt_status);
	strvec_release(&opt_priority);
	strvec_release(&opt_dri);
	strvec_release(&opt_tags);
	strvec_release(&opt_namespaces);
	return rc;
}

static const struct tool tool = {
	"task-ls", "list tasks", "[STAGE]...", TOOL_LISTS, opts, run
};

int
main(int argc, char **argv)
{
	return tool_main(&tool, argc, argv);
}
