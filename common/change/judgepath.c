/* SPDX-License-Identifier: MIT */
/* The judge on paths: what changed between a parent and the commit. */
#include "base/compat.h"

#include "base/err.h"
#include "board/people.h"
#include "change/judgename.h"
#include "change/judgepair.h"
#include "sys/path.h"

static bool
is_folder(const struct tree_entry *en)
{
	return en != NULL && en->mode == TREE_MODE_DIR;
}

/* One of the files that are judged by what they say. */
static bool
is_read(const struct package *pkg, const char *path)
{
	struct buf file = BUF_INIT;
	bool is = false;
	int k;

	for (k = 0; k < PACKAGE_FILES && !is; k++) {
		buf_clear(&file);
		package_file(pkg, (enum package_file)k, &file);
		is = strcmp(path_base(file.ptr), path) == 0;
	}
	buf_release(&file);
	return is;
}

static enum tree_visit
look_in_package(const struct tree_delta *d, void *ctx)
{
	struct looking *l = ctx;

	if (l->closed && !is_folder(d->old) && !is_folder(d->new) &&
	    !is_read(l->pkg, d->path))
		looking_find(l, d->path, JUDGE_CLOSED_CHANGED,
		    "it is closed, and this is not as it was");
	return d->new == NULL || looking_check(l, d) ? TREE_ENTER : TREE_SKIP;
}

/* It was closed; two sides of a merge may each have had their own of it. */
static bool
is_closed(const struct judging *g, const struct pair *p)
{
	return g->nbefore == 1 && p->was.pkg != NULL &&
	    stage_info[p->was.pkg->stage].closed &&
	    id_compare(&p->was.pkg->id, &p->is.pkg->id) == 0;
}

/* What is said of a path in the package is said of one of the board. */
static void
prefix_path(const char *below, struct err *e)
{
	struct buf text = BUF_INIT;

	buf_addf(&text, "%s%s", below, e->msg);
	err_set(e, EX_DATAERR, "%s", text.ptr);
	buf_release(&text);
}

/* Names in a package, compared with where the parent had it. */
static int
look_into(struct looking *l, struct pair *p, struct err *e)
{
	size_t had = l->g->j->n;
	struct buf below = BUF_INIT;
	struct looking in = { .g = l->g, .below = "", .pkg = p->is.pkg,
	    .closed = is_closed(l->g, p) };
	int rc;

	buf_addf(&below, "%s/", p->is.path.ptr);
	in.below = below.ptr;
	rc = treediff(l->g->j->trees, &(struct treediff){ &p->was.tree,
	    &p->is.tree, look_in_package, &in }, e);
	if (rc != 0 && e->status == EX_DATAERR)
		prefix_path(below.ptr, e);
	p->unsafe = p->unsafe || l->g->j->n > had;
	looking_release(&in);
	buf_release(&below);
	return rc;
}

/* ".workers/alice.manifest.yaml", where there is such a person. */
static bool
makes_a_worker_of_a_person(struct judging *g, const char *path)
{
	static const char end[] = ".manifest.yaml";
	struct err ignored = ERR_INIT;
	const char *name = path_base(path);
	const struct people *people;
	struct store *rules;
	size_t n = strlen(name);
	char *user;
	bool is;

	if (n < sizeof(end) || strcmp(name + n - strlen(end), end) != 0)
		return false;
	user = mem_printf("@%.*s", (int)(n - strlen(end)), name);
	is = judging_rules(g, &rules, &ignored) == 0 &&
	    store_people(rules, &people, &ignored) == 0 &&
	    people_find(people, user) != NULL;
	free(user);
	return is;
}

/* What only a person with the gate policy may change. */
static bool
is_policy(struct judging *g, const struct tree_delta *d)
{
	const char *path = d->path;

	return strcmp(path, "policy.yaml") == 0 ||
	    strcmp(path, "people.yaml") == 0 ||
	    strcmp(path, "allowed_signers") == 0 ||
	    (strncmp(path, ".hooks/", 7) == 0 && !is_folder(d->new)) ||
	    (strncmp(path, ".workers/", 9) == 0 && !is_folder(d->old) &&
	    (d->old != NULL || makes_a_worker_of_a_person(g, path)));
}

static enum tree_visit
look(const struct tree_delta *d, void *ctx)
{
	struct looking *l = ctx;
	bool safe = d->new == NULL || looking_check(l, d);

	if (is_policy(l->g, d) && !strvec_has(&l->g->policy, d->path))
		strvec_add(&l->g->policy, d->path);
	if (!safe || pairs_add(l->pairs, d))
		return TREE_SKIP;
	return TREE_ENTER;
}

static enum tree_visit
look_beside(const struct tree_delta *d, void *ctx)
{
	if (strcmp(d->path, "tasks") == 0)
		return TREE_SKIP;
	return d->new == NULL || looking_check(ctx, d) ? TREE_ENTER : TREE_SKIP;
}

/* Names of what lies beside tasks/. */
static int
judge_beside(struct judging *g, size_t parent, struct err *e)
{
	struct looking l = { .g = g };
	struct buf below = BUF_INIT;
	int rc;

	buf_addf(&below, "/%.*s", (int)(strlen(g->now.place) -
	    strlen("tasks/")), g->now.place);
	l.below = below.ptr;
	rc = treediff(g->j->trees, &(struct treediff){
	    &g->before[parent].around, &g->now.around, look_beside, &l }, e);
	if (rc != 0 && e->status == EX_DATAERR)
		prefix_path(below.ptr, e);
	looking_release(&l);
	buf_release(&below);
	return rc;
}

/*
 * The commit that a line of the message says has the board now, as task-init
 * writes it.  1, or 0.
 */
static int
find_new_place(struct judging *g, struct oid *out, struct err *e)
{
	struct buf text = BUF_INIT;
	const char *at;
	int rc;

	rc = oid_is_zero(&g->c->id) ? 0 :
	    repo_read(g->j->repo, &g->c->id, OBJECT_COMMIT, &text, e);
	at = rc != 0 ? NULL : strstr(buf_str(&text), "\n" JUDGE_MOVED_TO);
	if (at != NULL && oid_parse(out, at + 1 + strlen(JUDGE_MOVED_TO)) ==
	    0)
		rc = 1;
	buf_release(&text);
	return rc;
}

/* The very tree of each parent is in the commit where it went.  1, 0, or -1. */
static int
is_elsewhere(struct judging *g, struct err *e)
{
	struct repo_commit info = REPO_COMMIT_INIT;
	struct judging_board there = { .place = NULL };
	struct oid to;
	size_t i;
	int rc;

	if ((rc = find_new_place(g, &to, e)) <= 0 ||
	    (rc = repo_read_commit(g->j->repo, &to, &info, e)) <= 0)
		return rc;
	rc = judging_board_find(g->j, &info.tree, &there, e) != 0 ? -1 : 1;
	repo_commit_release(&info);
	for (i = 0; i < g->nbefore && rc > 0; i++)
		rc = g->before[i].place == NULL ||
		    oid_equal(&g->before[i].tasks, &there.tasks);
	return rc;
}

int
judging_gone(struct judging *g, struct err *e)
{
	static const char *const places[] = { ".work", ".work/tasks" };
	struct tree_entry entry;
	char path[16];
	size_t i;
	int found;

	for (i = 0; i < ARRAY_LEN(places); i++) {
		found = tree_find(g->j->trees, &g->c->tree, places[i], &entry,
		    e);
		if (found < 0)
			return -1;
		if (found == 0 || entry.mode == TREE_MODE_DIR)
			continue;
		snprintf(path, sizeof(path), "/%s", places[i]);
		judging_find(g, judging_at(path, 0), JUDGE_PATH_UNSAFE,
		    "neither a plain file nor a folder");
		return 0;
	}
	if ((found = is_elsewhere(g, e)) == 0)
		judging_find(g, judging_at("", 0), JUDGE_PACKAGE_GONE,
		    "the whole board is gone");
	return found < 0 ? -1 : 0;
}

int
judging_paths(struct judging *g, size_t parent, struct err *e)
{
	struct looking l = { .g = g, .pairs = &g->pairs[parent],
	    .below = "" };
	size_t i;
	int rc;

	rc = judge_beside(g, parent, e);
	if (rc == 0)
		rc = treediff(g->j->trees, &(struct treediff){
		    &g->before[parent].tasks, &g->now.tasks, look, &l }, e);
	looking_release(&l);
	if (rc == 0)
		rc = pairs_match(g, l.pairs, e);
	for (i = 0; i < l.pairs->n && rc == 0; i++)
		if (l.pairs->v[i]->is.pkg != NULL)
			rc = look_into(&l, l.pairs->v[i], e);
	return rc != 0 ? rc : pairs_check_twice(g, l.pairs, e);
}
