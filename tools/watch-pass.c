/* SPDX-License-Identifier: MIT */
/* task-watch: one look at what was changed by hand */
#include "base/compat.h"

#include "base/err.h"
#include "base/log.h"
#include "change/adopt.h"
#include "change/advance.h"
#include "change/build.h"
#include "change/counter.h"
#include "change/grown.h"
#include "change/moved.h"
#include "change/session.h"
#include "change/still.h"
#include "cli/out.h"
#include "cli/tool.h"
#include "rule/check.h"
#include "sys/path.h"
#include "sys/watch.h"
#include "tools/watch.h"

enum { COL_ID, COL_CHANGE, COL_FROM, COL_TO };

static const struct out_column columns[] = {
	{ .name = "id", .style = OUT_BOLD },
	{ .name = "change" },
	{ .name = "from", .hidden = true },
	{ .name = "to", .hidden = true },
	{ .name = NULL }
};

struct found {
	struct id	 id;
	const char	*change;	/* "edited", "moved", "new", … */
	int		 from, to;	/* STAGE_NONE where it does not apply */
};

struct pass {
	const struct pass_opts *opts;
	struct session	 s;
	struct map	 head;		/* "TASK-0042" to its folder in HEAD */
	struct found	*v;
	size_t		 n, cap;
	struct map	 twins;		/* "TASK-0042" where it was said */
	struct map	 saying;	/* what this pass had to say */
	struct strvec	 words;		/* that of it which is new */
	/* Tasks of a stage that lie elsewhere, and were not let go. */
	long		 held[STAGE_COUNT];
};

static void
say(struct pass *p, const struct err *e)
{
	if (p->opts->said == NULL)
		tool_failed(e);
	else if (map_find(p->opts->said, e->msg) == NULL &&
	    map_find(&p->saying, e->msg) == NULL)
		strvec_add(&p->words, e->msg);
	map_put(&p->saying, e->msg, p);
}

static void
add_found(struct pass *p, const struct id *id, const char *change, int from,
    int to)
{
	MEM_GROW(p->v, p->n, p->cap);
	p->v[p->n++] = (struct found){ *id, change, from, to };
}

/* The packages in a folder of HEAD, and in the archive's sub-folders. */
static int
read_head_folder(struct pass *p, const char *folder, bool deeper,
    struct err *e)
{
	struct txn *t = &p->s.txn;
	const struct buf *tree;
	struct tree_entry entry;
	char ref[ID_SIZE], *path;
	const char *slug;
	struct oid oid;
	struct id id;
	size_t at = 0;
	int rc;

	rc = txn_find_head(t, folder, &oid, e);
	if (rc > 0)
		rc = tree_get(t->trees, &oid, &tree, e);
	else
		return rc;
	while (rc == 0 && tree_next(tree, &at, &entry) > 0) {
		if (entry.mode != TREE_MODE_DIR)
			continue;
		path = mem_printf("%s/%s", folder, entry.name);
		if (id_parse_folder(&id, entry.name, &slug) == 0) {
			id_format_ref(ref, &id);
			free(map_put(&p->head, ref, mem_strdup(path)));
		} else if (deeper) {
			rc = read_head_folder(p, path, false, e);
		}
		free(path);
	}
	return rc;
}

static int
read_head(struct pass *p, struct err *e)
{
	int stage;

	for (stage = 0; stage < STAGE_COUNT; stage++)
		if (read_head_folder(p, stage_info[stage].name,
		    stage_info[stage].closed, e) != 0)
			return -1;
	return 0;
}

/* What the card, the ledger and the folder say must fit together. */
static int
check_task(struct pass *p, struct task *t, enum stage lies, struct err *e)
{
	struct strvec problems = STRVEC_INIT;
	struct buf path = BUF_INIT;
	size_t entered;
	int says, rc;

	rc = task_require_ledger(t, &p->s.store, e);
	if (rc == 0)
		card_check(&t->card, &t->pkg->id, lies, &problems);
	if (problems.n > 0) {
		package_file(t->pkg, PACKAGE_CARD, &path);
		err_set(e, EX_DATAERR, "%s", problems.v[0]);
		rc = store_file_error(&p->s.store, path.ptr, e);
	}
	says = rc == 0 ? move_replay(&t->ledger, &entered) : STAGE_NONE;
	if (rc == 0 && says != (int)lies) {
		package_path(t->pkg, &path);
		err_set(e, EX_NO, "the ledger says '%s', but the folder lies "
		    "in '%s'", says == STAGE_NONE ? "nothing" :
		    stage_info[says].name, stage_info[lies].name);
		rc = store_file_error(&p->s.store, path.ptr, e);
	}
	strvec_release(&problems);
	buf_release(&path);
	return rc;
}

static int
take_edited(struct pass *p, struct package *pkg, struct err *e)
{
	struct task t = TASK_INIT;
	size_t events;
	int rc;

	rc = task_load(&t, &p->s.store, pkg, e);
	events = t.ledger.n;
	if (rc == 0)
		rc = adopt_edits(&p->s, &t, pkg, e);
	if (rc == 0)
		rc = check_task(p, &t, pkg->stage, e);
	if (rc == 0) {
		session_save(&p->s, &t);
		reindex_add(&p->s.reindex, &pkg->id,
		    pkg->stage)->for_others = true;
	}
	/* What was put on record and left uncommitted is not told again. */
	if (rc == 0 && (p->s.txn.commits || t.ledger.n > events)) {
		add_found(p, &pkg->id, "edited", STAGE_NONE, STAGE_NONE);
	}
	task_release(&t);
	return rc;
}

static int
take_new(struct pass *p, struct package *pkg, struct err *e)
{
	struct buf folder = BUF_INIT;
	struct task t = TASK_INIT;
	char ref[ID_SIZE];
	int rc, lines;

	rc = task_load(&t, &p->s.store, pkg, e);
	if (rc == 0)
		rc = check_task(p, &t, pkg->stage, e);
	if (rc == 0)
		rc = grown_check(&p->s, &t, pkg, &lines, e);
	if (rc == 0 && session_may_import(&p->s, pkg->stage, e) != 0) {
		id_format_ref(ref, &pkg->id);
		rc = err_prefix(e, "%s: it is new and lies behind a gate", ref);
	}
	if (rc == 0)
		rc = counter_pass(&p->s, pkg->id.ns, pkg->id.number, e);
	if (rc == 0) {
		package_path(pkg, &folder);
		txn_touch(&p->s.txn, folder.ptr);
		reindex_add(&p->s.reindex, &pkg->id,
		    pkg->stage)->for_others = true;
		add_found(p, &pkg->id, "new", STAGE_NONE, (int)pkg->stage);
	}
	task_release(&t);
	buf_release(&folder);
	return rc;
}

static void
say_refused(struct pass *p, const struct move *m, const char *ref)
{
	/* What an option of task-move answers, and a folder cannot. */
	static const enum check answered[] = { CHECK_REASON, CHECK_GATE,
	    CHECK_TICKED, CHECK_LEARNING, CHECK_DONE_BEFORE };
	struct err e = ERR_INIT;
	size_t i;

	for (i = 0; i < m->reasons.n; i++) {
		err_set(&e, EX_NO, "%s: moved by hand from '%s' to '%s': %s",
		    ref, stage_info[m->from].name, stage_info[m->to].name,
		    m->reasons.v[i]);
		say(p, &e);
	}
	for (i = 0; i < ARRAY_LEN(answered); i++)
		if (strvec_has(&m->failed, check_name(answered[i])))
			break;
	if (i == ARRAY_LEN(answered))
		return;
	err_set(&e, EX_NO, "%s: put its folder back, and give task-move what "
	    "it asks for", ref);
	say(p, &e);
}

static void
rename_package(struct pass *p, const struct package *from,
    const struct package *to)
{
	struct buf a = BUF_INIT, b = BUF_INIT;

	package_path(from, &a);
	package_path(to, &b);
	txn_rename(&p->s.txn, a.ptr, b.ptr);
	buf_release(&a);
	buf_release(&b);
}

/*
 * Into the stage where it was; another name that it has got stays, as its card
 * has it, too.  An index that was made meanwhile is mended.
 */
static int
put_back(struct pass *p, const struct move *m, struct err *e)
{
	if (session_move(&p->s, m->task, m->from, e) != 0)
		return -1;
	add_found(p, &m->task->pkg->id, "put back", (int)m->to, (int)m->from);
	return 0;
}

static int
accept_move(struct pass *p, struct advance *a, const struct package *before,
    struct err *e)
{
	const struct move *m = &a->move;
	struct package *pkg = m->task->pkg;

	if (advance_write(a, e) != 0)
		return -1;
	session_save(&p->s, m->task);
	rename_package(p, before, pkg);
	p->held[before->stage]--;
	reindex_add(&p->s.reindex, &pkg->id, m->from)->for_others = true;
	add_found(p, &pkg->id, "moved", (int)m->from, (int)m->to);
	if (m->displaced != NULL)
		add_found(p, &m->displaced->id, "paused for a P0 moved",
		    (int)m->to, (int)a->pause.stage);
	return advance_stage_paused(a, e);
}

/* A folder that a person put into another stage, by the rules of task-move. */
static int
judge_move(struct pass *p, struct task *t, const struct package *before,
    struct err *e)
{
	static const struct move_wants nothing;
	struct advance a = { .s = &p->s, .paused = TASK_INIT };
	struct move *m = &a.move;
	char ref[ID_SIZE];
	int rc;

	*m = (struct move){ .store = &p->s.store, .task = t,
	    .actor = &p->s.actor, .wants = &nothing, .from = before->stage,
	    .to = t->pkg->stage, .by_hand = true,
	    .held = p->held[t->pkg->stage], .now_us = p->s.txn.now_us };
	id_format_ref(ref, &t->pkg->id);
	rc = move_judge(m, e);
	if (rc == 0) {
		rc = accept_move(p, &a, before, e);
	} else if (rc > 0) {
		say_refused(p, m, ref);
		rc = p->opts->enforce ? put_back(p, m, e) : 0;
	}
	advance_release(&a);
	return rc;
}

/* Moved by a program that left the commit to us; or only renamed. */
static void
accept_told(struct pass *p, struct task *t, const struct package *before)
{
	struct package *pkg = t->pkg;

	session_save(&p->s, t);
	rename_package(p, before, pkg);
	p->held[before->stage] -= before->stage != pkg->stage;
	reindex_add(&p->s.reindex, &pkg->id, before->stage)->for_others =
	    true;
	if (p->s.txn.commits && before->stage != pkg->stage)
		add_found(p, &pkg->id, "moved", (int)before->stage,
		    (int)pkg->stage);
	else if (p->s.txn.commits)
		add_found(p, &pkg->id, "renamed", STAGE_NONE, STAGE_NONE);
}

static int
take_moved(struct pass *p, struct package *pkg, const char *in_head,
    struct err *e)
{
	struct package *before = NULL;
	struct strvec parts = STRVEC_INIT;
	struct task t = TASK_INIT;
	int rc, told = 0;

	strvec_split(&parts, in_head, '/');
	before = package_new((enum stage)stage_parse(parts.v[0]),
	    parts.n == 3 ? parts.v[1] : NULL, path_base(in_head));
	strvec_release(&parts);
	rc = task_load(&t, &p->s.store, pkg, e);
	if (rc == 0 && (told = moved_is_told(&p->s, &t, before, e)) < 0)
		rc = -1;
	if (rc == 0)
		rc = adopt_edits(&p->s, &t, before, e);
	if (rc == 0)
		rc = counter_pass(&p->s, pkg->id.ns, pkg->id.number, e);
	if (rc == 0 && told)
		accept_told(p, &t, before);
	else if (rc == 0)
		rc = judge_move(p, &t, before, e);
	task_release(&t);
	package_free(before);
	return rc;
}

static bool
is_asked_for(const struct pass *p, const char *folder)
{
	return p->opts->only == NULL || strvec_has(p->opts->only, folder);
}

static int
look_at(struct pass *p, struct package *pkg, struct err *e)
{
	struct buf here = BUF_INIT;
	char ref[ID_SIZE], *in_head;
	int rc = 0;

	id_format_ref(ref, &pkg->id);
	package_path(pkg, &here);
	in_head = map_remove(&p->head, ref);
	if (in_head == NULL)
		in_head = moved_take_former(&p->s.store, pkg, &p->head);
	if (in_head == NULL) {
		rc = take_new(p, pkg, e);
	} else if (strcmp(in_head, here.ptr) != 0) {
		rc = take_moved(p, pkg, in_head, e);
	} else if (is_asked_for(p, here.ptr)) {
		rc = build_differs(&p->s.txn, here.ptr, in_head, e);
		if (rc > 0)
			rc = take_edited(p, pkg, e);
	}
	free(in_head);
	buf_release(&here);
	return rc;
}

/* True where another folder has the same id, which is said once. */
static bool
is_twin(struct pass *p, const struct package *pkg)
{
	struct err one = ERR_INIT;
	struct package *found;
	char ref[ID_SIZE];

	if (store_find(&p->s.store, &pkg->id, &found, &one) == 0)
		return false;
	id_format_ref(ref, &pkg->id);
	free(map_remove(&p->head, ref));
	if (map_put(&p->twins, ref, p) == NULL)
		say(p, &one);
	return true;
}

static void
count_held(struct pass *p, const struct package *pkg)
{
	const char *in_head;
	char ref[ID_SIZE], *name;
	int stage;

	id_format_ref(ref, &pkg->id);
	if ((in_head = map_find(&p->head, ref)) == NULL)
		return;
	name = mem_dup(in_head, strcspn(in_head, "/"));
	stage = stage_parse(name);
	if (stage != STAGE_NONE && stage != (int)pkg->stage)
		p->held[stage]++;
	free(name);
}

static int
look_at_all(struct pass *p, struct err *e)
{
	struct err one = ERR_INIT;
	struct package **all;
	struct store_stage *st;
	size_t i, n = 0;
	int stage;

	if (store_load_all(&p->s.store, e) != 0)
		return -1;
	for (stage = 0; stage < STAGE_COUNT; stage++)
		n += p->s.store.stages[stage].n;
	all = mem_resize(NULL, n + 1, sizeof(*all));
	/* Who goes on makes room for who comes after. */
	for (n = 0, stage = STAGE_COUNT - 1; stage >= 0; stage--) {
		st = &p->s.store.stages[stage];
		for (i = 0; i < st->n; i++) {
			count_held(p, st->v[i]);
			all[n++] = st->v[i];
		}
	}
	for (i = 0; i < n; i++)
		if (!is_twin(p, all[i]) && look_at(p, all[i], &one) != 0)
			say(p, &one);
	free(all);
	return 0;
}

static void
say_gone(const char *ref, void *folder, void *ctx)
{
	struct err e = ERR_INIT;
	struct pass *p = ctx;

	err_set(&e, EX_NO, "%s: its folder %s is gone; a task is canceled, "
	    "not removed: put the folder back", ref, (const char *)folder);
	say(p, &e);
}

static void
add_subject(struct buf *out, const struct found *f)
{
	char ref[ID_SIZE];

	id_format_ref(ref, &f->id);
	buf_addf(out, "%s: %s by hand", ref, f->change);
	if (f->from != STAGE_NONE)
		buf_addf(out, ": %s to %s", stage_info[f->from].name,
		    stage_info[f->to].name);
	buf_addc(out, '\n');
}

static int
compare_found(const void *a, const void *b)
{
	return id_compare(&((const struct found *)a)->id,
	    &((const struct found *)b)->id);
}

static int
commit(struct pass *p, struct err *e)
{
	struct buf message = BUF_INIT;
	size_t i;
	int rc;

	if (p->n > 1)
		qsort(p->v, p->n, sizeof(*p->v), compare_found);
	/* Uncommitted indexes are mended, whoever put on record what for. */
	if (p->n == 0 && p->s.txn.commits)
		return 0;
	if (p->n != 1)
		buf_addf(&message, "task-watch: %zu tasks changed by hand"
		    "\n\n", p->n);
	for (i = 0; i < p->n; i++)
		add_subject(&message, &p->v[i]);
	rc = session_commit(&p->s, message.ptr, e);
	buf_release(&message);
	return rc;
}

static int
print(const struct pass *p, struct out *o, struct err *e)
{
	char ref[ID_SIZE];
	size_t i;

	for (i = 0; i < p->n; i++) {
		id_format_ref(ref, &p->v[i].id);
		out_text(o, COL_ID, ref);
		out_text(o, COL_CHANGE, p->v[i].change);
		if (p->v[i].from != STAGE_NONE)
			out_text(o, COL_FROM,
			    stage_info[p->v[i].from].name);
		if (p->v[i].to != STAGE_NONE)
			out_text(o, COL_TO, stage_info[p->v[i].to].name);
		out_row(o);
	}
	out_end(o);
	return tool_flush(e);
}

static int
look_around(struct pass *p, struct err *e)
{
	int rc;

	rc = read_head(p, e);
	if (rc == 0)
		rc = look_at_all(p, e);
	if (rc == 0)
		map_each(&p->head, say_gone, p);
	return rc;
}

static void
speak(struct pass *p)
{
	const struct watch *watch = p->opts->watch;
	size_t i;

	if (p->opts->said == NULL || (watch != NULL && watch_pending(watch)))
		return;
	for (i = 0; i < p->words.n; i++)
		log_error("%s", p->words.v[i]);
	map_release(p->opts->said);
	*p->opts->said = p->saying;
	p->saying = (struct map)MAP_INIT;
}

static int
look_and_commit(struct pass *p, struct out *out, struct err *e)
{
	struct txn *t = &p->s.txn;
	bool wait = p->opts->wait_for_git;
	struct still still;
	int rc;

	if (wait && !still_begin(&still, t->repo, &t->head,
	    p->opts->settle_ms))
		return PASS_LATER;
	rc = look_around(p, e);
	/* What was seen while git was at work is not to be believed. */
	if (wait && !still_holds(&still, t->repo))
		return PASS_LATER;
	speak(p);
	if (rc == 0)
		rc = commit(p, e);
	if (rc == 0)
		rc = print(p, out, e);
	return rc == 0 ? PASS_DONE : -1;
}

int
pass_run(const struct pass_opts *o, struct err *e)
{
	struct pass p = { .opts = o };
	struct out out;
	int rc;

	if (out_begin(&out, columns, e) != 0)
		return -1;
	if (session_begin(&p.s, e) != 0)
		return e->status == EX_TEMPFAIL && o->wait_for_git ?
		    PASS_LATER : -1;
	rc = look_and_commit(&p, &out, e);
	session_end(&p.s);
	map_release_values(&p.head);
	map_release(&p.twins);
	map_release(&p.saying);
	strvec_release(&p.words);
	free(p.v);
	return rc;
}
