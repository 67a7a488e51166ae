/* SPDX-License-Identifier: MIT */
/*
 * The judge on merges.  Each parent was judged by itself; a merge has to keep
 * what they have, and may decide between them, but it makes no step of its own.
 */
#include "base/compat.h"

#include "base/err.h"
#include "change/judging.h"
#include "rule/move.h"

/* A package of the merge, as each parent had it. */
struct merged {
	struct judging	*g;
	struct version	*is;
	struct version	**was;		/* NULL: that parent has it as it is
					   now; pkg NULL: it has not */
	bool		*known;		/* lines, from 0, that a parent has */
	bool		*theirs;	/* that this one has */
	size_t		 nlines;
};

/* Events that a merge may write of its own. */
static bool
may_merge(const char *event)
{
	static const char *const events[] = { "conflict_resolved",
	    "id_renumbered", "deps_updated", "dependency_updated", "blocked",
	    "content_updated", "index_synced" };
	size_t i;

	for (i = 0; i < ARRAY_LEN(events); i++)
		if (strcmp(events[i], event) == 0)
			return true;
	return false;
}

/* A parent has two lines of one id already. */
static bool
has_clash(const struct merged *m)
{
	size_t i;

	for (i = 0; i < m->g->nbefore; i++)
		if (m->was[i] == NULL || m->was[i]->task.ledger.clash > 0)
			return true;
	return false;
}

static void
judge_own_lines(const struct merged *m)
{
	const struct ledger *l = &m->is->task.ledger;
	struct buf path = BUF_INIT;
	size_t i;

	version_file(m->is, PACKAGE_LEDGER, &path);
	for (i = 0; i < l->n; i++)
		if (l->v[i].line > 0 && !m->known[l->v[i].line - 1] &&
		    !may_merge(l->v[i].event))
			judging_find(m->g, judging_at(path.ptr, l->v[i].line),
			    JUDGE_LEDGER_LINE, "no parent has it, and a merge "
			    "makes no such event");
	for (i = 0; i < m->nlines && m->known[i]; )
		i++;
	if (i < m->nlines)
		judging_lines(m->g, m->is, (int)i + 1);
	if (l->clash > 0 && l->clash <= (int)i && !has_clash(m))
		judging_find(m->g, judging_at(path.ptr, l->clash),
		    JUDGE_LEDGER_LINE,
		    "it has the id of another parent's line, and says "
		    "something else");
	buf_release(&path);
}

/*
 * What is new to a parent: sign-offs by people who may not give them there any
 * more do not come in by a branch from the time when they could.
 */
static int
judge_brought(struct merged *m, size_t parent, struct err *e)
{
	const struct ledger *l = &m->is->task.ledger;
	size_t i;

	for (i = 0; i < l->n; i++)
		if (l->v[i].line > 0 && !m->theirs[l->v[i].line - 1] &&
		    judging_brought(m->g, parent, m->is, &l->v[i], e) != 0)
			return -1;
	return 0;
}

/* The same for a parent whose lines all have to be there.  1, 0, or -1. */
static int
judge_parent(struct merged *m, size_t parent, struct err *e)
{
	struct version *was = m->was[parent];
	size_t i;

	memset(m->theirs, 0, m->nlines);
	if (version_read(m->g, was, e) != 0)
		return -1;
	version_parse(m->g, was);
	if (was->pkg != NULL && judging_contains(m->g, was, m->is,
	    m->theirs) != 0)
		return 0;
	for (i = 0; i < m->nlines; i++)
		m->known[i] = m->known[i] || m->theirs[i];
	return judge_brought(m, parent, e) != 0 ? -1 : 1;
}

/* 1: every parent's lines are there; 0: not, which was found. */
static int
judge_lines(struct merged *m, struct err *e)
{
	const struct buf *text = &m->is->task.ledger.text;
	bool whole = false;
	size_t i;
	int kept = 1, rc;

	for (i = 0; i < text->len; i++)
		m->nlines += text->ptr[i] == '\n' || i == text->len - 1;
	m->known = mem_zalloc(m->nlines + 1);
	m->theirs = mem_zalloc(m->nlines + 1);
	for (i = 0; i < m->g->nbefore; i++) {
		if (m->was[i] == NULL) {
			whole = true;
			continue;
		}
		if ((rc = judge_parent(m, i, e)) < 0)
			return -1;
		kept = kept && rc;
	}
	if (kept && !whole)
		judge_own_lines(m);
	return kept;
}

/* A parent has it by another id: then the ledger tells of that. */
static void
judge_id(const struct merged *m)
{
	const struct version *was;
	char ref[ID_SIZE];
	size_t i;

	for (i = 0; i < m->g->nbefore; i++) {
		was = m->was[i];
		if (was == NULL || was->pkg == NULL ||
		    id_compare(&was->pkg->id, &m->is->pkg->id) == 0 ||
		    ledger_last(&m->is->task.ledger, "id_renumbered") != NULL)
			continue;
		id_format_ref(ref, &was->pkg->id);
		judging_find(m->g, judging_at(m->is->path.ptr, 0),
		    JUDGE_ID_MISMATCH,
		    "a parent has it as %s, and no event tells of another "
		    "id", ref);
	}
}

/* It lies where one of the parents has it, and where its ledger says. */
static void
judge_place(const struct merged *m, const struct move_replayed *end)
{
	int lies = (int)m->is->pkg->stage;
	bool has = false;
	size_t i;

	for (i = 0; i < m->g->nbefore; i++)
		has = has || m->was[i] == NULL || (m->was[i]->pkg != NULL &&
		    (int)m->was[i]->pkg->stage == lies);
	if (!has)
		judging_find(m->g, judging_at(m->is->path.ptr, 0),
		    JUDGE_MOVE_FORBIDDEN,
		    "a merge moves nothing: no parent has it in '%s'",
		    stage_info[lies].name);
	else if (end->stage != lies && end->stage != STAGE_NONE)
		judging_find(m->g, judging_at(m->is->path.ptr, 0),
		    JUDGE_MOVE_UNLOGGED,
		    "it lies in '%s', and its ledger says '%s'",
		    stage_info[lies].name, stage_info[end->stage].name);
}

static bool
same_body(const struct card *a, const struct card *b)
{
	size_t n, m;
	const char *x = card_body(a, &n), *y = card_body(b, &m);

	return n == m && memcmp(x, y, n) == 0;
}

/* What was closed in a parent stays closed, with a content that one has. */
static void
judge_closed(const struct merged *m)
{
	const struct version *was;
	bool closed = false, like = false;
	size_t i;

	for (i = 0; i < m->g->nbefore; i++) {
		was = m->was[i];
		closed = closed || (was != NULL && was->pkg != NULL &&
		    stage_info[was->pkg->stage].closed);
		like = like || was == NULL || (was->pkg != NULL &&
		    !was->unreadable && oid_equal(&was->context,
		    &m->is->context) && oid_equal(&was->learning,
		    &m->is->learning) && same_body(&was->task.card,
		    &m->is->task.card));
	}
	if (closed && stage_info[m->is->pkg->stage].closed && !like)
		judging_find(m->g, judging_at(m->is->path.ptr, 0),
		    JUDGE_CLOSED_CHANGED,
		    "it is closed, and no parent has what it says now");
}

/* A parent that has it: what was wrong there already is not found again. */
static struct version *
some_before(const struct merged *m)
{
	size_t i;

	for (i = 0; i < m->g->nbefore; i++)
		if (m->was[i] != NULL && m->was[i]->pkg != NULL)
			return m->was[i];
	return NULL;
}

static bool
is_new(const struct merged *m)
{
	size_t i;

	for (i = 0; i < m->g->nbefore; i++)
		if (m->was[i] == NULL || m->was[i]->pkg != NULL)
			return false;
	return true;
}

static int
judge_merged(struct merged *m, struct err *e)
{
	struct move_replayed end;
	struct pair born = { .is = *m->is };
	size_t i;
	int rc;

	if (is_new(m)) {
		/* No parent has it: as in any other commit. */
		rc = judging_package(m->g, &born, e);
		*m->is = born.is;
		return rc;
	}
	if (version_read(m->g, m->is, e) != 0)
		return -1;
	version_parse(m->g, m->is);
	if ((rc = judge_lines(m, e)) < 0)
		return -1;
	for (i = 0; i < m->g->nbefore; i++)
		if (m->was[i] == NULL)
			return 0;
	if (rc == 0)
		return 0;
	move_replay_all(&m->is->task.ledger, &end);
	judge_id(m);
	judge_place(m, &end);
	judge_closed(m);
	judging_card(m->g, some_before(m), m->is, &end);
	return 0;
}

/* `related`: parents that have something in common with the first. */
static int
judge_at(struct judging *g, const struct map *paths, const bool *related,
    struct pair *p, struct err *e)
{
	struct version none = { .pkg = NULL };
	struct merged m = { .g = g, .is = &p->is };
	struct pair *his;
	size_t k;
	int rc;

	m.was = mem_zalloc(g->nbefore * sizeof(*m.was));
	for (k = 0; k < g->nbefore; k++) {
		his = map_find(&paths[k], p->is.path.ptr);
		m.was[k] = related[k] ? (his == NULL ? NULL : &his->was) :
		    &none;
	}
	rc = judge_merged(&m, e);
	free(m.was);
	free(m.known);
	free(m.theirs);
	return rc;
}

/* Each package that is not as some parent has it, once. */
static int
judge_all(struct judging *g, const struct map *paths, const bool *related,
    struct err *e)
{
	struct pair *p;
	size_t k, i, j;

	for (k = 0; k < g->nbefore; k++)
		for (i = 0; i < g->pairs[k].n; i++) {
			p = g->pairs[k].v[i];
			if (p->is.pkg == NULL) {
				if (judging_lost(g, &p->was, e) != 0)
					return -1;
				continue;
			}
			for (j = 0; j < k && map_find(&paths[j],
			    p->is.path.ptr) == NULL; )
				j++;
			if (j == k && !p->unsafe &&
			    judge_at(g, paths, related, p, e) != 0)
				return -1;
		}
	return 0;
}

/* What a board has at a path; zero: nothing. */
static int
file_at(struct judging *g, const struct oid *tasks, const char *path,
    struct oid *id, struct err *e)
{
	struct tree_entry entry;
	int found = tree_find(g->j->trees, tasks, path, &entry, e);

	memset(id, 0, sizeof(*id));
	if (found > 0)
		*id = entry.id;
	return found < 0 ? -1 : 0;
}

/* The same in what two parents have in common. */
static int
board_before(struct judging *g, size_t a, size_t b, struct oid *tasks,
    struct err *e)
{
	struct repo_commit info = REPO_COMMIT_INIT;
	struct judging_board board = { .place = NULL };
	struct oid base;
	int rc;

	memset(tasks, 0, sizeof(*tasks));
	rc = repo_merge_base(g->j->repo, &g->c->parents[a],
	    &g->c->parents[b], &base, e);
	if (rc > 0)
		rc = repo_read_commit(g->j->repo, &base, &info, e);
	if (rc > 0)
		rc = judging_board_find(g->j, &info.tree, &board, e);
	*tasks = board.tasks;
	repo_commit_release(&info);
	return rc < 0 ? -1 : 0;
}

/*
 * One parent has what the merge has, and the others did not change it: then
 * nobody decided anything.  1, 0, or -1.
 */
static int
is_carried(struct judging *g, size_t from, const char *path, struct err *e)
{
	struct oid is, his, other, base, tasks;
	size_t k;

	if (file_at(g, &g->now.tasks, path, &is, e) != 0 ||
	    file_at(g, &g->before[from].tasks, path, &his, e) != 0)
		return -1;
	if (!oid_equal(&is, &his))
		return 0;
	for (k = 0; k < g->nbefore; k++) {
		if (file_at(g, &g->before[k].tasks, path, &other, e) != 0)
			return -1;
		if (oid_equal(&other, &is))
			continue;
		if (board_before(g, from, k, &tasks, e) != 0 ||
		    file_at(g, &tasks, path, &base, e) != 0)
			return -1;
		if (!oid_equal(&base, &other))
			return 0;
	}
	return 1;
}

static int
judge_policy(struct judging *g, const char *path, struct err *e)
{
	size_t k;
	int is = 0;

	for (k = 0; k < g->nbefore && is == 0; k++)
		is = is_carried(g, k, path, e);
	return is != 0 ? (is < 0 ? -1 : 0) : judging_policy(g, path, e);
}

int
judging_merge(struct judging *g, struct err *e)
{
	struct map *paths = mem_zalloc(g->nbefore * sizeof(*paths));
	bool *related = mem_zalloc(g->nbefore * sizeof(*related));
	const struct pair *p;
	struct oid base;
	size_t k, i;
	int rc = 0, has;

	for (k = 0; k < g->nbefore && rc == 0; k++) {
		has = k == 0 ? 1 : repo_merge_base(g->j->repo,
		    &g->c->parents[0], &g->c->parents[k], &base, e);
		related[k] = has > 0;
		rc = has < 0 ? -1 : 0;
	}

	for (i = 0; i < g->policy.n && rc == 0; i++)
		rc = judge_policy(g, g->policy.v[i], e);
	for (k = 0; k < g->nbefore; k++)
		for (i = 0; i < g->pairs[k].n; i++) {
			p = g->pairs[k].v[i];
			if (p->is.pkg != NULL)
				map_put(&paths[k], p->is.path.ptr,
				    g->pairs[k].v[i]);
		}
	if (rc == 0)
		rc = judge_all(g, paths, related, e);
	for (k = 0; k < g->nbefore; k++)
		map_release(&paths[k]);
	free(paths);
	free(related);
	return rc;
}
