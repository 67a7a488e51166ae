/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/clock.h"
#include "base/err.h"
#include "change/judging.h"

/* By how much the clocks of two machines may differ. */
#define SKEW_US	CLOCK_DAY

enum { TREES_MAX = 4 << 20 };

const struct judge_kind judge_kinds[JUDGE_RULES] = {
	[JUDGE_LEDGER_CHANGED] = { "ledger-changed",
	    "a line of a ledger was changed, or put before another" },
	[JUDGE_LEDGER_DROPPED] = { "ledger-dropped",
	    "a line of a ledger is gone" },
	[JUDGE_LEDGER_LINE] = { "ledger-line",
	    "a new line of a ledger is no whole event, or none that may be "
	    "there" },
	[JUDGE_LEDGER_TIME] = { "ledger-time",
	    "an event is dated after the commit that brings it" },
	[JUDGE_MOVE_UNLOGGED] = { "move-unlogged",
	    "a package moved, and its ledger does not say so" },
	[JUDGE_MOVE_UNMADE] = { "move-unmade",
	    "a ledger tells of a move that was not made" },
	[JUDGE_MOVE_FORBIDDEN] = { "move-forbidden",
	    "there is no such move" },
	[JUDGE_MOVE_CHECK] = { "move-check",
	    "a requirement of the move is not met" },
	[JUDGE_GATE_UNSIGNED] = { "gate-unsigned",
	    "nobody signed off at a gate" },
	[JUDGE_SIGNOFF_PERSON] = { "signoff-person",
	    "a sign-off by one who may not give it" },
	[JUDGE_SIGNOFF_CONTENT] = { "signoff-content",
	    "what was signed is not what the card and its context say" },
	[JUDGE_SIGNOFF_SIGNATURE] = { "signoff-signature",
	    "a sign-off in a commit that its person's key did not sign" },
	[JUDGE_SIGNOFF_TIME] = { "signoff-time",
	    "a sign-off dated before the task came to its stage" },
	[JUDGE_CLOSED_CHANGED] = { "closed-changed",
	    "a closed task did not stay as it was" },
	[JUDGE_PACKAGE_GONE] = { "package-gone", "a task is gone" },
	[JUDGE_ID_TWICE] = { "id-twice", "two tasks have one id" },
	[JUDGE_ID_MISMATCH] = { "id-mismatch",
	    "folder, files and card do not have the same id, or another one "
	    "that no event tells of" },
	[JUDGE_CARD_INVALID] = { "card-invalid", "a card is not valid" },
	[JUDGE_CARD_STAGE] = { "card-stage",
	    "a card's stage is not its folder" },
	[JUDGE_CARD_STATUS] = { "card-status",
	    "a card's status is not what its ledger says" },
	[JUDGE_INDEX_STALE] = { "index-stale",
	    "an index or a counter does not agree with the tasks" },
	[JUDGE_POLICY_CHANGED] = { "policy-changed",
	    "who may do what was changed by one without the gate policy" },
	[JUDGE_PATH_UNSAFE] = { "path-unsafe",
	    "a name or a kind of file that is not safe everywhere" },
	[JUDGE_FILE_SIZE] = { "file-size", "a file is too large" },
	[JUDGE_BORN_PAST_GATE] = { "born-past-gate",
	    "a new task behind a gate, by one who may not sign for it" },
	[JUDGE_COMMIT_DATE] = { "commit-date",
	    "a commit is dated before its parent, or ahead" },
	[JUDGE_REF_DROPPED] = { "ref-dropped",
	    "moving a reference would lose a part of the record" },
};

void
judge_open(struct judge *j, struct repo *r, const char *place)
{
	memset(j, 0, sizeof(*j));
	j->repo = r;
	j->place = place;
	j->trees = tree_cache_new(r);
	j->signatures = (struct sshsig)SSHSIG_INIT(r);
}

static void
forget_rules(struct judge *j)
{
	if (j->has_rules)
		snapshot_close(&j->rules);
	j->has_rules = false;
}

void
judge_take_back(struct judge *j, size_t from)
{
	while (j->n > from) {
		j->n--;
		free(j->v[j->n].path);
		free(j->v[j->n].message);
	}
}

void
judge_close(struct judge *j)
{
	forget_rules(j);
	judge_take_back(j, 0);
	free(j->v);
	map_release(&j->touched);
	map_release_values(&j->signed_in);
	sshsig_release(&j->signatures);
	tree_cache_free(j->trees);
}

static bool
is_said(const struct judge *j, const struct judge_finding *f)
{
	size_t i;

	for (i = j->n; i-- > 0 && oid_equal(&j->v[i].commit, &f->commit); )
		if (j->v[i].rule == f->rule && j->v[i].line == f->line &&
		    strcmp(j->v[i].path, f->path) == 0 &&
		    strcmp(j->v[i].message, f->message) == 0)
			return true;
	return false;
}

static void
find(struct judge *j, struct judge_finding *f)
{
	if (j->n == JUDGE_FINDINGS_MAX || is_said(j, f)) {
		j->enough = j->n == JUDGE_FINDINGS_MAX;
		free(f->path);
		free(f->message);
		return;
	}
	MEM_GROW(j->v, j->n, j->cap);
	j->v[j->n++] = *f;
}

void
judging_find(struct judging *g, struct judging_at at, enum judge_rule rule,
    const char *fmt, ...)
{
	const char *place = g->now.place != NULL ? g->now.place :
	    g->nbefore > 0 ? g->before[0].place : NULL;
	struct judge_finding f = { .rule = rule, .commit = g->c->id,
	    .line = at.line };
	struct buf text = BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	buf_vaddf(&text, fmt, ap);
	va_end(ap);
	if (g->rules != NULL)
		buf_adds(&text, " (by the rules of where it is to go)");
	f.path = mem_printf("%s%s", *at.path == '/' || place == NULL ? "" :
	    place, *at.path == '/' ? at.path + 1 : at.path);
	f.message = buf_take(&text);
	find(g->j, &f);
}

/* .work, or the top of a branch of its own. */
static int
find_around(struct judge *j, const struct oid *root, struct judging_board *b,
    struct err *e)
{
	struct tree_entry entry;
	char *path;
	int found;

	b->around = *root;
	if (strcmp(b->place, "tasks/") == 0)
		return 0;
	path = mem_dup(b->place, strlen(b->place) - strlen("tasks/"));
	found = tree_find(j->trees, root, path, &entry, e);
	free(path);
	if (found > 0)
		b->around = entry.id;
	return found < 0 ? -1 : 0;
}

int
judging_board_find(struct judge *j, const struct oid *root,
    struct judging_board *b, struct err *e)
{
	struct tree_entry entry;
	int found;

	if (j->place == NULL) {
		if (snapshot_find(j->trees, root, &b->place, &b->tasks,
		    e) != 0)
			return -1;
	} else {
		found = tree_find(j->trees, root, j->place, &entry, e);
		if (found < 0)
			return -1;
		if (found > 0 && entry.mode == TREE_MODE_DIR) {
			b->place = j->place;
			b->tasks = entry.id;
		}
	}
	return b->place == NULL ? 0 : find_around(j, root, b, e);
}

/* Trees of earlier commits are not needed any more. */
static void
forget_trees(struct judge *j)
{
	if (tree_cache_size(j->trees) < TREES_MAX)
		return;
	forget_rules(j);
	tree_cache_free(j->trees);
	j->trees = tree_cache_new(j->repo);
}

/* True where both boards have the same files that say who may do what. */
static bool
same_rules(struct judge *j, const struct oid *a, const struct oid *b)
{
	static const char *const files[] = { "people.yaml", "policy.yaml",
	    "allowed_signers", ".workers" };
	struct tree_entry x, y;
	struct err ignored = ERR_INIT;
	size_t i;
	int p, q;

	for (i = 0; i < ARRAY_LEN(files); i++) {
		p = tree_find(j->trees, a, files[i], &x, &ignored);
		q = tree_find(j->trees, b, files[i], &y, &ignored);
		if (p != q || p < 0 ||
		    (p > 0 && (x.mode != y.mode || !oid_equal(&x.id, &y.id))))
			return false;
	}
	return true;
}

int
judging_rules(struct judging *g, struct store **out, struct err *e)
{
	return judging_rules_of(g, 0, out, e);
}

static const struct oid *
tasks_before(const struct judging *g, size_t parent)
{
	static const struct oid none;

	return g->c->nparents > 0 ? &g->before[parent].tasks : &none;
}

int
judging_rules_of(struct judging *g, size_t parent, struct store **out,
    struct err *e)
{
	return judging_rules_at(g, g->rules != NULL ? g->rules :
	    g->c->as_it_is ? &g->now.tasks : tasks_before(g, parent), out, e);
}

int
judging_rules_at(struct judging *g, const struct oid *tasks,
    struct store **out, struct err *e)
{
	struct judge *j = g->j;
	const struct policy *policy;
	const struct people *people;

	if (!j->has_rules || !same_rules(j, &j->rules.tasks, tasks)) {
		forget_rules(j);
		snapshot_open(&j->rules, j->trees, tasks, ".work");
		j->has_rules = true;
	}
	*out = &j->rules.store;
	if (store_policy(*out, &policy, e) == 0 &&
	    store_people(*out, &people, e) == 0)
		return 0;
	return err_prefix(e, "who may do what cannot be read");
}

struct store *
judging_board(struct judging *g)
{
	if (!g->has_board) {
		snapshot_open(&g->board, g->j->trees, &g->now.tasks, ".work");
		snapshot_set_up(&g->board, g->rules != NULL ? g->rules :
		    &g->j->rules.tasks);
		g->has_board = true;
	}
	return &g->board.store;
}

/*
 * 1: what the parent says of who may do what makes no sense, and nothing can be
 * judged by it; or the commit makes it so.
 */
static int
judge_readable(struct judging *g, struct err *e)
{
	const struct policy *policy;
	const struct people *people;
	const char *path = "policy.yaml";
	struct snapshot now;
	struct store *rules;
	int rc = 0;

	if (judging_rules(g, &rules, e) != 0)
		rc = -1;
	if (rc == 0 && g->policy.n > 0) {
		snapshot_open(&now, g->j->trees, &g->now.tasks, ".work");
		if (store_policy(&now.store, &policy, e) != 0) {
			rc = -1;
		} else if (store_people(&now.store, &people, e) != 0) {
			path = "people.yaml";
			rc = -1;
		}
		snapshot_close(&now);
	}
	if (rc == 0 || (e->status != EX_CONFIG && e->status != EX_DATAERR))
		return rc;
	judging_find(g, judging_at(path, 0), JUDGE_POLICY_CHANGED, "%s",
	    e->msg);
	return 1;
}

/* It is not older than its parent, and has happened already. */
static void
judge_date(struct judging *g, int64_t parent_us)
{
	int64_t at = g->c->committed_us;

	if (at < parent_us - SKEW_US)
		judging_find(g, judging_at("/", 0), JUDGE_COMMIT_DATE,
		    "the commit is dated more than a day before its parent");
	else if (at > clock_now_us() + SKEW_US)
		judging_find(g, judging_at("/", 0), JUDGE_COMMIT_DATE,
		    "the commit is dated more than a day from now");
	if (g->latest_us < parent_us)
		g->latest_us = parent_us;
}

static int
read_before(struct judging *g, struct err *e)
{
	const struct judged *c = g->c;
	struct repo_commit info = REPO_COMMIT_INIT;
	size_t i;
	int rc = 0;

	g->latest_us = c->committed_us;
	g->nbefore = c->nparents == 0 ? 1 : c->nparents;
	g->before = mem_zalloc(g->nbefore * sizeof(*g->before));
	g->pairs = mem_zalloc(g->nbefore * sizeof(*g->pairs));
	for (i = 0; i < c->nparents && rc == 0; i++) {
		if ((rc = repo_read_commit(g->j->repo, &c->parents[i], &info,
		    e)) < 0)
			break;
		/* Behind the end of a shallow clone there is nothing. */
		g->blind = g->blind || rc == 0;
		if (rc > 0)
			rc = judging_board_find(g->j, &info.tree,
			    &g->before[i], e);
		if (rc == 0 && !oid_equal(&g->before[i].around,
		    &g->now.around))
			judge_date(g, info.committed_us);
		repo_commit_release(&info);
	}
	return rc;
}

/*
 * Where a board lies is told from the tree, and in one that has two a person's
 * programs may see another than the judge.
 */
static int
judge_place(struct judging *g, struct err *e)
{
	const char *now = g->now.place, *then;
	struct tree_entry entry;
	char *path;
	size_t i;
	int found = 0;

	for (i = 0; i < g->nbefore && now != NULL && found >= 0; i++) {
		then = g->before[i].place;
		if (then == NULL || strcmp(then, now) == 0)
			continue;
		found = tree_find(g->j->trees, &g->c->tree, then, &entry, e);
		if (found <= 0)
			continue;
		path = mem_printf("/%s", now);
		judging_find(g, judging_at(path, 0), JUDGE_PATH_UNSAFE,
		    "a second board, beside that in %s", then);
		free(path);
	}
	return found < 0 ? -1 : 0;
}

/* True where the commit changed nothing of the board. */
static bool
is_idle(const struct judging *g)
{
	size_t i;

	for (i = 0; i < g->nbefore; i++)
		if (!oid_equal(&g->before[i].around, &g->now.around))
			return false;
	return true;
}

/* The whole board is not there any more. */
static bool
is_gone(const struct judging *g)
{
	size_t i;

	for (i = 0; i < g->nbefore && g->now.place == NULL; i++)
		if (g->before[i].place != NULL)
			return true;
	return false;
}

static int
judge_packages(struct judging *g, struct err *e)
{
	size_t i;

	if (g->c->nparents > 1)
		return judging_merge(g, e);
	for (i = 0; i < g->policy.n; i++)
		if (judging_policy(g, g->policy.v[i], e) != 0)
			return -1;
	for (i = 0; i < g->pairs->n; i++)
		if (!g->pairs->v[i]->unsafe &&
		    judging_package(g, g->pairs->v[i], e) != 0)
			return -1;
	return 0;
}

/* Remembers whose rows have to be looked at. */
static void
touch(struct judging *g)
{
	const struct pair *p;
	char ref[ID_SIZE];
	size_t i, k;

	for (i = 0; i < g->nbefore; i++)
		for (k = 0; k < g->pairs[i].n; k++) {
			p = g->pairs[i].v[k];
			id_format_ref(ref, p->is.pkg != NULL ?
			    &p->is.pkg->id : &p->was.pkg->id);
			map_put(&g->j->touched, ref, g->j);
		}
}

/* What is wrong with git's own trees is a finding, not a failure. */
static int
judge_paths(struct judging *g, struct err *e)
{
	size_t i, n;
	char *path;

	for (i = 0; i < g->nbefore; i++) {
		if (judging_paths(g, i, e) == 0)
			continue;
		if (e->status != EX_DATAERR)
			return -1;
		n = strcspn(e->msg, ":");
		path = mem_dup(e->msg, n);
		judging_find(g, judging_at(path, 0), JUDGE_PATH_UNSAFE, "%s",
		    e->msg[n] == ':' ? e->msg + n + 2 : e->msg);
		free(path);
		return 1;
	}
	return 0;
}

void
judge_since(struct judge *j, const struct oid *commit)
{
	j->since = *commit;
}

/* The board of a commit; zero: there is none, or no such commit. */
static int
tasks_of(struct judge *j, const struct oid *commit, struct oid *tasks,
    struct err *e)
{
	struct repo_commit info = REPO_COMMIT_INIT;
	struct judging_board b = { .place = NULL };
	int rc = repo_read_commit(j->repo, commit, &info, e);

	if (rc > 0)
		rc = judging_board_find(j, &info.tree, &b, e);
	*tasks = b.tasks;
	repo_commit_release(&info);
	return rc < 0 ? -1 : 0;
}

/*
 * 1: the commit does not come after where it is to go, whose rules are not any
 * more what they were when the two parted.
 */
static int
is_older(struct judging *g, const struct oid *there, struct err *e)
{
	struct judge *j = g->j;
	struct oid base, then = { { 0 } };
	int has;

	if (oid_is_zero(there) ||
	    same_rules(j, tasks_before(g, 0), there) ||
	    repo_descends(j->repo, &g->c->id, &j->since))
		return 0;
	has = repo_merge_base(j->repo, &g->c->id, &j->since, &base, e);
	if (has < 0 || (has > 0 && tasks_of(j, &base, &then, e) != 0))
		return -1;
	return !same_rules(j, &then, there);
}

static void
forget_board(struct judging *g)
{
	if (g->has_board)
		snapshot_close(&g->board);
	g->has_board = false;
}

/* Once more, by the rules of where the commit is to go. */
static int
judge_again(struct judging *g, struct err *e)
{
	struct judge *j = g->j;
	struct oid there;
	int rc;

	if (oid_is_zero(&j->since) || oid_is_zero(&g->c->id))
		return 0;
	if (tasks_of(j, &j->since, &there, e) != 0 ||
	    (rc = is_older(g, &there, e)) < 0)
		return -1;
	if (rc == 0)
		return 0;
	/* With the policy of there. */
	forget_board(g);
	g->rules = &there;
	rc = judge_packages(g, e);
	g->rules = NULL;
	return rc;
}

static int
judge_changes(struct judging *g, struct err *e)
{
	size_t had = g->j->n;
	int rc;

	if ((rc = judge_paths(g, e)) == 0 && (rc = judge_readable(g, e)) == 0)
		rc = judge_packages(g, e);
	if (rc == 0 && g->j->n == had)
		rc = judge_again(g, e);
	touch(g);
	return rc;
}

static int
judge_board(struct judging *g, struct err *e)
{
	if (judge_place(g, e) != 0)
		return -1;
	if (is_gone(g))
		return judging_gone(g, e);
	return is_idle(g) ? 0 : judge_changes(g, e);
}

int
judge_commit(struct judge *j, const struct judged *c, struct err *e)
{
	struct judging g = { .j = j, .c = c };
	size_t i;
	int rc;

	forget_trees(j);
	rc = judging_board_find(j, &c->tree, &g.now, e);
	if (rc == 0)
		rc = read_before(&g, e);
	j->blind += g.blind;
	if (rc == 0 && !g.blind)
		rc = judge_board(&g, e);
	for (i = 0; g.pairs != NULL && i < g.nbefore; i++)
		pairs_release(&g.pairs[i]);
	forget_board(&g);
	map_release(&g.identities);
	strvec_release(&g.policy);
	free(g.pairs);
	free(g.before);
	return rc < 0 ? -1 : 0;
}
