/* SPDX-License-Identifier: MIT */
/* The judge on one package. */
#include "base/compat.h"

#include "base/err.h"
#include "base/utf8.h"
#include "change/judging.h"
#include "rule/course.h"
#include "sys/path.h"

void
version_release(struct version *v)
{
	package_free(v->pkg);
	buf_release(&v->path);
	task_release(&v->task);
	buf_release(&v->card_text);
	free(v->problem);
	memset(v, 0, sizeof(*v));
}

void
version_file(const struct version *v, enum package_file file,
    struct buf *out)
{
	package_file(v->pkg, file, out);
}

/* One file of a package, and where it is to be read to. */
struct part {
	enum package_file file;
	size_t		 max;		/* bytes */
	struct oid	*id;		/* stays zero where it cannot be read */
	struct buf	*text;
};

static int
read_part(struct judging *g, const struct version *v, const struct part *part,
    struct err *e)
{
	struct buf path = BUF_INIT;
	struct tree_entry entry;
	size_t size;
	int found;

	version_file(v, part->file, &path);
	found = tree_find(g->j->trees, &v->tree, path_base(path.ptr), &entry,
	    e);
	buf_release(&path);
	if (found <= 0 || !tree_mode_is_file(entry.mode))
		return found < 0 ? -1 : 0;
	if (repo_blob_size(g->j->repo, &entry.id, &size, e) != 0)
		return e->status == EX_NOINPUT ? 0 : -1;
	if (size > part->max)
		return 0;
	*part->id = entry.id;
	return repo_read(g->j->repo, part->id, OBJECT_BLOB, part->text, e);
}

/* A card there is, but of another number or name. */
static bool
has_other_card(struct judging *g, const struct version *v)
{
	static const char end[] = ".task.md";
	struct err ignored = ERR_INIT;
	struct tree_entry entry;
	const struct buf *bytes;
	size_t at = 0, n;

	if (tree_get(g->j->trees, &v->tree, &bytes, &ignored) != 0)
		return false;
	while (tree_next(bytes, &at, &entry) > 0) {
		n = strlen(entry.name);
		if (n >= sizeof(end) && strcmp(entry.name + n - strlen(end),
		    end) == 0)
			return true;
	}
	return false;
}

int
version_read(struct judging *g, struct version *v, struct err *e)
{
	struct buf learning = BUF_INIT;
	const struct part parts[] = {
		{ PACKAGE_CARD, CARD_MAX, &v->card, &v->card_text },
		{ PACKAGE_CONTEXT, CONTEXT_MAX, &v->context,
		    &v->task.context },
		{ PACKAGE_LEDGER, LEDGER_MAX, &v->ledger,
		    &v->task.ledger.text },
		{ PACKAGE_LEARNING, CONTEXT_MAX, &v->learning, &learning },
	};
	size_t i;
	int rc = 0;

	if (v->was_read || v->pkg == NULL)
		return 0;
	v->was_read = true;
	v->task.pkg = v->pkg;
	for (i = 0; i < ARRAY_LEN(parts) && rc == 0; i++)
		rc = read_part(g, v, &parts[i], e);
	v->task.has_context = !oid_is_zero(&v->context);
	v->task.has_ledger = !oid_is_zero(&v->ledger);
	v->task.has_learning = learning.len > 0;
	buf_release(&learning);
	return rc;
}

void
version_parse(struct judging *g, struct version *v)
{
	struct buf ledger = BUF_INIT;
	struct err why = ERR_INIT;

	if (v->was_parsed || v->pkg == NULL)
		return;
	v->was_parsed = true;
	v->unreadable = card_parse(&v->task.card, buf_str(&v->card_text),
	    v->card_text.len, &why) != 0;
	v->misnamed = oid_is_zero(&v->card) && has_other_card(g, v);
	if (v->unreadable)
		v->problem = mem_strdup(!oid_is_zero(&v->card) ? why.msg :
		    v->misnamed ? "the files are not named as the folder is" :
		    "there is no card");
	buf_swap(&ledger, &v->task.ledger.text);
	ledger_parse(&v->task.ledger, buf_str(&ledger), ledger.len);
	buf_release(&ledger);
}

/* A package as it is judged. */
struct judged_pack {
	struct judging	*g;
	struct version	*was, *is;	/* was: pkg NULL where it is new */
	struct store	*rules;
	size_t		 first;		/* the first event that is new */
	struct move_replayed before, end;
	bool		 found;		/* a fault of its course */
};

/* Whoever makes the commit brings a new task in. */
static int
judge_import(struct judged_pack *p, struct err *e)
{
	const struct policy *policy;
	const char *gate;
	int k, rc = 0;

	if (store_policy(p->rules, &policy, e) != 0)
		return -1;
	for (k = 0; k <= (int)p->is->pkg->stage && rc == 0; k++) {
		gate = stage_info[k].name;
		if (policy->gate[k])
			rc = judging_author_may(p->g, gate, e);
	}
	if (rc != 0 && e->status == EX_NO) {
		judging_find(p->g, judging_at(p->is->path.ptr, 0),
		    JUDGE_BORN_PAST_GATE,
		    "it is new, and lies in '%s': %s",
		    stage_info[p->is->pkg->stage].name, e->msg);
		rc = 0;
	}
	return rc;
}

static void
course_found(void *ctx, enum course_fault kind, const struct event *ev,
    const char *text)
{
	static const enum judge_rule rules[] = {
		[COURSE_FORBIDDEN] = JUDGE_MOVE_FORBIDDEN,
		[COURSE_OWES] = JUDGE_MOVE_UNLOGGED,
		[COURSE_CHECK] = JUDGE_MOVE_CHECK,
		[COURSE_UNSIGNED] = JUDGE_GATE_UNSIGNED,
		[COURSE_PERSON] = JUDGE_SIGNOFF_PERSON,
		[COURSE_EARLY] = JUDGE_SIGNOFF_TIME,
		[COURSE_CONTENT] = JUDGE_SIGNOFF_CONTENT,
		[COURSE_BORN] = JUDGE_BORN_PAST_GATE,
	};
	struct judged_pack *p = ctx;
	struct buf path = BUF_INIT, safe = BUF_INIT;

	p->found = true;
	if (p->was->pkg == NULL)
		return;
	version_file(p->is, PACKAGE_LEDGER, &path);
	utf8_add_safe(&safe, text, strlen(text));
	judging_find(p->g, judging_at(path.ptr, ev->line), rules[kind], "%s",
	    safe.ptr);
	buf_release(&path);
	buf_release(&safe);
}

/* A new one went the way of the rules, or is an import. */
static int
judge_birth(struct judged_pack *p, struct err *e)
{
	const struct policy *policy;

	if (store_policy(p->rules, &policy, e) != 0)
		return -1;
	if (!p->found && p->end.stage != STAGE_NONE && !policy->signing_ssh)
		return 0;
	p->found = false;
	if (p->end.stage == STAGE_NONE)
		p->end.stage = (int)p->is->pkg->stage;
	return judge_import(p, e);
}

/* The package lies where its ledger says. */
static void
judge_place(struct judged_pack *p)
{
	const struct ledger *l = &p->is->task.ledger;
	enum stage lies = p->is->pkg->stage;
	const char *now = p->end.stage == STAGE_NONE ? "nothing" :
	    stage_info[p->end.stage].name;
	struct buf path = BUF_INIT;

	if (p->end.stage == (int)lies)
		return;
	if (p->was->pkg == NULL || p->was->pkg->stage != lies) {
		judging_find(p->g, judging_at(p->is->path.ptr, 0),
		    JUDGE_MOVE_UNLOGGED, "it lies in '%s', and its ledger "
		    "says '%s'", stage_info[lies].name, now);
	} else {
		version_file(p->is, PACKAGE_LEDGER, &path);
		judging_find(p->g, judging_at(path.ptr, l->n == 0 ? 0 :
		    l->v[l->n - 1].line), JUDGE_MOVE_UNMADE, "it tells of "
		    "'%s', and the package lies in '%s'", now,
		    stage_info[lies].name);
	}
	buf_release(&path);
}

/* The way that the new lines tell of, and where it ends. */
static int
judge_course(struct judged_pack *p, struct err *e)
{
	struct course c = { .store = p->rules,
	    .board = judging_board(p->g), .task = &p->is->task,
	    .first = p->first, .was = p->before, .fault = course_found,
	    .ctx = p };

	if (p->was->pkg != NULL)
		c.was.stage = (int)p->was->pkg->stage;
	if (course_judge(&c, &p->end, e) != 0 ||
	    (p->was->pkg == NULL && judge_birth(p, e) != 0))
		return -1;
	judge_place(p);
	return 0;
}

static bool
tells(const struct judged_pack *p, const char *event)
{
	const struct ledger *l = &p->is->task.ledger;
	size_t i;

	for (i = p->first; i < l->n; i++)
		if (strcmp(l->v[i].event, event) == 0)
			return true;
	return false;
}

/* It has the id that it had, or an event tells of another. */
static void
judge_id(struct judged_pack *p)
{
	char ref[ID_SIZE];

	if (p->was->pkg == NULL || id_compare(&p->was->pkg->id,
	    &p->is->pkg->id) == 0 || tells(p, "id_renumbered"))
		return;
	id_format_ref(ref, &p->was->pkg->id);
	judging_find(p->g, judging_at(p->is->path.ptr, 0), JUDGE_ID_MISMATCH,
	    "it was %s, and no event tells of another id", ref);
}

static void
closed_found(struct judged_pack *p, enum package_file file, int line,
    const char *what)
{
	struct buf path = BUF_INIT;

	version_file(p->is, file, &path);
	judging_find(p->g, judging_at(path.ptr, line), JUDGE_CLOSED_CHANGED,
	    "it is closed, and %s", what);
	buf_release(&path);
}

/* Nothing but what may be said late, and references to others. */
static void
judge_closed(struct judged_pack *p)
{
	const struct ledger *l = &p->is->task.ledger;
	const char *key;
	size_t i;

	for (i = p->first; i < l->n; i++)
		if (!event_may_be_late(l->v[i].event))
			closed_found(p, PACKAGE_LEDGER, l->v[i].line,
			    "this was added to its ledger");
	if (!oid_equal(&p->was->context, &p->is->context))
		closed_found(p, PACKAGE_CONTEXT, 0, "its context changed");
	if (!oid_equal(&p->was->learning, &p->is->learning))
		closed_found(p, PACKAGE_LEARNING, 0, "its learning changed");
	if (oid_equal(&p->was->card, &p->is->card) || p->was->unreadable ||
	    p->is->unreadable)
		return;
	key = card_first_change(&p->was->task.card, &p->is->task.card,
	    card_reference_keys);
	if (key != NULL)
		closed_found(p, PACKAGE_CARD, 0, *key == '\0' ?
		    "its card's text changed" : "its card's keys changed");
}

/* Merging knows a task by what its ledger begins with: it is one task's. */
static void
judge_identity(struct judged_pack *p)
{
	struct buf identity = BUF_INIT;
	const char *other;

	ledger_identity(&p->is->task.ledger.text, &identity);
	other = identity.len == 0 ? NULL : map_put(&p->g->identities,
	    identity.ptr, p->is->path.ptr);
	if (other != NULL && strcmp(other, p->is->path.ptr) != 0)
		judging_find(p->g, judging_at(p->is->path.ptr, 0),
		    JUDGE_ID_TWICE, "its "
		    "ledger begins with the line of %s", other);
	buf_release(&identity);
}

/* The events that are new, in a ledger that only grew.  1: it did not. */
static int
judge_growth(struct judged_pack *p)
{
	const struct ledger *l = &p->is->task.ledger;
	size_t kept, i;
	int first = 1;

	if (judging_grown(p->g, p->was, p->is, &kept) != 0)
		return 1;
	for (i = 0; i < kept; i++)
		first += l->text.ptr[i] == '\n';
	judging_lines(p->g, p->is, first);
	while (p->first < l->n && l->v[p->first].start < kept)
		p->first++;
	for (i = 0; i < p->first; i++)
		move_replay_next(&p->before, &l->v[i], i);
	return 0;
}

static void
tell_missing(const struct judged_pack *p)
{
	struct buf path = BUF_INIT;

	version_file(p->is, PACKAGE_LEDGER, &path);
	judging_find(p->g, judging_at(path.ptr, 0), p->was->task.has_ledger ?
	    JUDGE_LEDGER_DROPPED : JUDGE_LEDGER_LINE, "there is no ledger");
	buf_release(&path);
}

/* How it came to what it is. */
static int
judge_way(struct judged_pack *p, struct err *e)
{
	if (p->g->c->as_it_is) {
		move_replay_all(&p->is->task.ledger, &p->end);
		return 0;
	}
	if (judge_course(p, e) != 0)
		return -1;
	return p->was->pkg == NULL ? 0 :
	    judging_signoffs(p->g, p->is, p->first, e);
}

static int
judge_whole(struct judged_pack *p, struct err *e)
{
	struct version *was = p->was, *is = p->is;

	if (!is->task.has_ledger) {
		tell_missing(p);
		return 0;
	}
	if (was->pkg == NULL)
		judge_identity(p);
	if (judge_growth(p) != 0)
		return 0;
	judge_id(p);
	if (was->pkg != NULL && stage_info[was->pkg->stage].closed) {
		version_parse(p->g, was);
		judge_closed(p);
		if (is->pkg->stage == was->pkg->stage)
			return 0;
	}
	if (judge_way(p, e) != 0)
		return -1;
	judging_card(p->g, was->pkg == NULL ? NULL : was, is, &p->end);
	return 0;
}

/*
 * Where the commit has a task of that id; what it is, is read.  1: it does; 0:
 * not.
 */
static int
find_other(struct judging *g, const struct id *id, struct version *out,
    struct err *e)
{
	struct tree_entry entry;
	struct store *rules;
	struct package *p;
	int rc;

	if (judging_rules(g, &rules, e) != 0)
		return -1;
	if (store_find(judging_board(g), id, &p, e) != 0)
		return e->status == EX_NOINPUT || e->status == EX_DATAERR ?
		    0 : -1;
	package_path(p, &out->path);
	rc = tree_find(g->j->trees, &g->now.tasks, out->path.ptr, &entry, e);
	if (rc <= 0)
		return rc;
	out->pkg = package_new(p->stage, p->shard, p->folder);
	out->tree = entry.id;
	return version_read(g, out, e) != 0 ? -1 : 1;
}

/* It is the same task, and has all that this one's ledger has. */
static bool
has_all(struct judging *g, const struct version *lost,
    const struct version *other)
{
	struct buf a = BUF_INIT, b = BUF_INIT;
	bool *theirs = mem_zalloc(other->task.ledger.text.len + 1);
	size_t had = g->j->n;
	bool same, has;

	ledger_identity(&lost->task.ledger.text, &a);
	ledger_identity(&other->task.ledger.text, &b);
	same = a.len > 0 && buf_equal(&a, &b);
	has = same && judging_contains(g, lost, other, theirs) == 0;
	judge_take_back(g->j, had);
	buf_release(&a);
	buf_release(&b);
	free(theirs);
	return has;
}

int
judging_lost(struct judging *g, struct version *lost, struct err *e)
{
	struct version other = { .pkg = NULL };
	int rc;

	rc = version_read(g, lost, e);
	if (rc == 0)
		rc = find_other(g, &lost->pkg->id, &other, e);
	if (rc == 0 || (rc > 0 && !has_all(g, lost, &other)))
		judging_find(g, judging_at(lost->path.ptr, 0),
		    JUDGE_PACKAGE_GONE, "it was taken away; a task ends by "
		    "being closed or canceled");
	version_release(&other);
	return rc < 0 ? -1 : 0;
}

int
judging_package(struct judging *g, struct pair *pair, struct err *e)
{
	struct judged_pack p = { .g = g, .was = &pair->was, .is = &pair->is,
	    .before = MOVE_REPLAYED_INIT, .end = MOVE_REPLAYED_INIT };

	if (pair->is.pkg == NULL)
		return judging_lost(g, &pair->was, e);
	if (version_read(g, &pair->was, e) != 0 ||
	    version_read(g, &pair->is, e) != 0 ||
	    judging_rules(g, &p.rules, e) != 0)
		return -1;
	version_parse(g, &pair->is);
	return judge_whole(&p, e);
}
