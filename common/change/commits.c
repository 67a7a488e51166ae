/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/err.h"
#include "base/map.h"
#include "change/commits.h"
#include "change/libgit2.h"

void
commits_range_release(struct commits_range *r)
{
	free(r->tips);
	free(r->without);
	memset(r, 0, sizeof(*r));
}

void
commits_range_add(struct commits_range *r, const struct oid *id, bool tip)
{
	if (tip) {
		MEM_GROW(r->tips, r->ntips, r->tips_cap);
		r->tips[r->ntips++] = *id;
	} else {
		MEM_GROW(r->without, r->nwithout, r->without_cap);
		r->without[r->nwithout++] = *id;
	}
}

static int
add_named(struct commits_range *r, struct repo *repo, const char *name,
    bool tip, struct err *e)
{
	struct oid id;

	if (repo_resolve_commit(repo, *name == '\0' ? "HEAD" : name, &id,
	    e) != 0)
		return -1;
	commits_range_add(r, &id, tip);
	return 0;
}

/* It alone: without its parents. */
static int
add_alone(struct commits_range *r, struct repo *repo, const char *name,
    struct err *e)
{
	struct repo_commit info = REPO_COMMIT_INIT;
	size_t i;

	if (add_named(r, repo, name, true, e) != 0 ||
	    repo_read_commit(repo, &r->tips[r->ntips - 1], &info, e) < 0)
		return -1;
	for (i = 0; i < info.nparents; i++)
		commits_range_add(r, &info.parents[i], false);
	repo_commit_release(&info);
	return 0;
}

int
commits_range_parse(struct commits_range *r, struct repo *repo,
    const char *text, struct err *e)
{
	const char *dots = strstr(text, "..");
	size_t n = strlen(text);
	char *first;
	int rc;

	if (dots != NULL && (dots[2] == '.' || strstr(dots + 2, "..")))
		return err_set(e, EX_USAGE, "'%s' is no range (A..B, REV or "
		    "REV^!)", text);
	if (dots != NULL) {
		first = mem_dup(text, (size_t)(dots - text));
		rc = add_named(r, repo, first, false, e);
		free(first);
		return rc != 0 ? rc : add_named(r, repo, dots + 2, true, e);
	}
	if (n <= 2 || strcmp(text + n - 2, "^!") != 0)
		return add_named(r, repo, text, true, e);
	first = mem_dup(text, n - 2);
	rc = add_alone(r, repo, first, e);
	free(first);
	return rc;
}

/* The commit that an object is or leads to.  1, or 0: none. */
static int
peel(struct repo *repo, const struct oid *id, git_oid *out)
{
	git_object *o = NULL, *commit = NULL;
	int is = 0;

	if (git_object_lookup(&o, repo->git, to_git(id),
	    GIT_OBJECT_ANY) == 0 &&
	    git_object_peel(&commit, o, GIT_OBJECT_COMMIT) == 0) {
		git_oid_cpy(out, git_object_id(commit));
		is = 1;
	}
	git_object_free(o);
	git_object_free(commit);
	return is;
}

int
commits_range_without_refs(struct commits_range *r, struct repo *repo,
    const char *prefix, struct err *e)
{
	git_reference_iterator *it = NULL;
	char *glob = mem_printf("%s*", prefix);
	git_reference *ref;
	struct oid id;
	int rc;

	rc = git_reference_iterator_glob_new(&it, repo->git, glob);
	free(glob);
	while (rc == 0 && (rc = git_reference_next(&ref, it)) == 0) {
		if (git_reference_type(ref) == GIT_REFERENCE_DIRECT) {
			memcpy(id.raw, git_reference_target(ref)->id,
			    OID_RAW);
			commits_range_add(r, &id, false);
		}
		git_reference_free(ref);
	}
	git_reference_iterator_free(it);
	return rc == GIT_ITEROVER ? 0 :
	    repo_fail(e, EX_IOERR, "cannot read the references");
}

static void
add(struct commits *out, const git_oid *id)
{
	MEM_GROW(out->v, out->n, out->cap);
	memcpy(out->v[out->n++].raw, id->id, OID_RAW);
}

/* A walk where history ends before its beginning, which libgit2 cannot. */
struct cut {
	struct repo	*repo;
	struct map	 seen;		/* ids in hex */
	struct commits	 todo;		/* those to be looked at; a zero id
					   closes the one below it */
};

static bool
see(struct cut *c, const struct oid *id)
{
	char hex[OID_HEX + 1];

	oid_format(hex, id);
	return map_put(&c->seen, hex, c) == NULL;
}

static void
push(struct commits *s, const struct oid *id)
{
	MEM_GROW(s->v, s->n, s->cap);
	s->v[s->n++] = *id;
}

/* Adds what is reachable and not seen yet, parents first. */
static int
walk_cut(struct cut *c, const struct oid *tip, struct commits *out,
    struct err *e)
{
	static const struct oid close;
	struct repo_commit info;
	struct oid id;
	size_t i;
	int rc = 1;

	push(&c->todo, tip);
	while (c->todo.n > 0 && rc >= 0) {
		id = c->todo.v[--c->todo.n];
		if (oid_is_zero(&id)) {
			push(out, &c->todo.v[--c->todo.n]);
			continue;
		}
		info = (struct repo_commit)REPO_COMMIT_INIT;
		if (!see(c, &id) ||
		    (rc = repo_read_commit(c->repo, &id, &info, e)) <= 0)
			continue;
		push(&c->todo, &id);
		push(&c->todo, &close);
		for (i = info.nparents; i-- > 0; )
			push(&c->todo, &info.parents[i]);
		repo_commit_release(&info);
	}
	return rc < 0 ? -1 : 0;
}

static int
list_cut(struct repo *repo, const struct commits_range *r,
    struct commits *out, struct err *e)
{
	struct cut c = { .repo = repo };
	struct commits known = { .v = NULL };
	git_oid id;
	size_t i;
	int rc = 0;

	for (i = 0; i < r->nwithout && rc == 0; i++)
		if (peel(repo, &r->without[i], &id))
			rc = walk_cut(&c, (const struct oid *)&id, &known, e);
	for (i = 0; i < r->ntips && rc == 0; i++)
		if (peel(repo, &r->tips[i], &id))
			rc = walk_cut(&c, (const struct oid *)&id, out, e);
	commits_release(&known);
	free(c.todo.v);
	map_release(&c.seen);
	return rc;
}

int
commits_list(struct repo *repo, const struct commits_range *r,
    struct commits *out, struct err *e)
{
	git_revwalk *walk = NULL;
	git_oid id;
	size_t i;
	int rc;

	if (git_repository_is_shallow(repo->git) == 1)
		return list_cut(repo, r, out, e);
	rc = git_revwalk_new(&walk, repo->git);
	if (rc == 0)
		rc = git_revwalk_sorting(walk,
		    GIT_SORT_TOPOLOGICAL | GIT_SORT_REVERSE);
	for (i = 0; i < r->ntips && rc == 0; i++)
		if (peel(repo, &r->tips[i], &id))
			rc = git_revwalk_push(walk, &id);
	for (i = 0; i < r->nwithout && rc == 0; i++)
		if (peel(repo, &r->without[i], &id))
			rc = git_revwalk_hide(walk, &id);
	while (rc == 0 && (rc = git_revwalk_next(&id, walk)) == 0)
		add(out, &id);
	git_revwalk_free(walk);
	return rc == GIT_ITEROVER ? 0 :
	    repo_fail(e, EX_IOERR, "cannot walk through the commits");
}

void
commits_release(struct commits *c)
{
	free(c->v);
	memset(c, 0, sizeof(*c));
}
