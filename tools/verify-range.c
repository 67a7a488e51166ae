/* SPDX-License-Identifier: MIT */
/* task-verify: the commits of a range, a tree, what is staged */
#include "base/compat.h"

#include "base/clock.h"
#include "base/err.h"
#include "change/commits.h"
#include "change/ref.h"
#include "sys/file.h"
#include "sys/run.h"
#include "tools/verify.h"

enum { INPUT_MAX = 16 << 20 };

static int
judge_one(struct judge *j, const struct oid *id, struct judged *c,
    struct repo_commit *info, struct err *e)
{
	int rc = repo_read_commit(j->repo, id, info, e);

	if (rc <= 0)
		return rc;
	*c = (struct judged){ .id = *id, .tree = info->tree,
	    .parents = info->parents, .nparents = info->nparents,
	    .committed_us = info->committed_us,
	    .email = info->committer };
	return judge_commit(j, c, e);
}

/* Indexes and counters are looked at where the commits end. */
static int
judge_end(struct judge *j, const struct oid *since, const struct oid *tip,
    struct err *e)
{
	struct repo_commit info = REPO_COMMIT_INIT;
	struct judged c;
	int rc;

	rc = repo_read_commit(j->repo, tip, &info, e);
	if (rc > 0) {
		c = (struct judged){ .id = *tip, .tree = info.tree };
		rc = judge_rows(j, &c, since, e);
	}
	repo_commit_release(&info);
	return rc;
}

/* The commits of a range, and what they come to at its only tip. */
static int
judge_range(struct judge *j, const struct commits_range *r, struct err *e)
{
	struct repo_commit info = REPO_COMMIT_INIT;
	struct commits all = { .v = NULL };
	struct oid since = { { 0 } };
	struct judged c;
	size_t i, had = j->n;
	int rc;

	rc = commits_list(j->repo, r, &all, e);
	for (i = 0; i < all.n && rc == 0 && !j->enough; i++) {
		rc = judge_one(j, &all.v[i], &c, &info, e);
		if (i == 0 && info.nparents > 0)
			since = info.parents[0];
		repo_commit_release(&info);
	}
	if (rc == 0 && all.n > 0 && j->n == had)
		rc = judge_end(j, r->nwithout == 1 ? &r->without[0] : &since,
		    &r->tips[0], e);
	commits_release(&all);
	return rc;
}

int
verify_range(struct judge *j, const char *text, struct err *e)
{
	struct commits_range r = { .tips = NULL };
	int rc;

	rc = commits_range_parse(&r, j->repo, text == NULL ? "HEAD" : text,
	    e);
	if (rc == 0 && r.nwithout == 1)
		judge_since(j, &r.without[0]);
	if (rc == 0)
		rc = judge_range(j, &r, e);
	commits_range_release(&r);
	return rc;
}

int
verify_tree(struct judge *j, const char *name, struct err *e)
{
	static const struct oid none;
	struct repo_commit info = REPO_COMMIT_INIT;
	struct judged c = { .as_it_is = true };
	int rc;

	if (repo_resolve_commit(j->repo, name, &c.id, e) != 0)
		return -1;
	rc = repo_read_commit(j->repo, &c.id, &info, e);
	c.tree = info.tree;
	c.committed_us = info.committed_us;
	if (rc > 0 && (rc = judge_commit(j, &c, e)) == 0 && j->n == 0)
		rc = judge_rows(j, &c, &none, e);
	repo_commit_release(&info);
	return rc;
}

/* What git would commit: its own program makes the tree of the index. */
static int
write_tree(struct oid *tree, struct err *e)
{
	static const char *const argv[] = { "git", "write-tree", NULL };
	struct buf out = BUF_INIT, said = BUF_INIT;
	struct run r = { .argv = argv, .output = &out, .output_max = 100,
	    .errors = &said, .errors_max = 1000 };
	int rc = run_program(&r, e);

	if (rc > 0)
		rc = err_set(e, EX_DATAERR, "git cannot make a tree of what "
		    "is staged: %.*s", (int)strcspn(buf_str(&said), "\n"),
		    buf_str(&said));
	else if (rc == 0 && oid_parse(tree, buf_str(&out)) != 0)
		rc = err_set(e, EX_DATAERR, "git write-tree says '%.60s'",
		    buf_str(&out));
	buf_release(&out);
	buf_release(&said);
	return rc;
}

/* HEAD, and while a merge goes on what is merged. */
static int
add_parents(struct judge *j, struct commits *out, struct err *e)
{
	struct ref_head head = { .ref = NULL };
	struct oid id;
	int rc;

	if (ref_head(j->repo, &head, e) != 0)
		return -1;
	out->v = mem_zalloc(2 * sizeof(*out->v));
	if (!head.unborn)
		out->v[out->n++] = head.commit;
	rc = ref_read(j->repo, "MERGE_HEAD", &id, e);
	if (rc > 0)
		out->v[out->n++] = id;
	ref_head_release(&head);
	return rc < 0 ? -1 : 0;
}

int
verify_staged(struct judge *j, struct err *e)
{
	static const struct oid none;
	struct commits parents = { .v = NULL };
	struct judged c = { .committed_us = clock_now_us() };
	char *email = NULL;
	int rc;

	rc = write_tree(&c.tree, e);
	if (rc == 0)
		rc = add_parents(j, &parents, e);
	if (rc == 0) {
		email = getenv("GIT_COMMITTER_EMAIL") != NULL ?
		    mem_strdup(getenv("GIT_COMMITTER_EMAIL")) :
		    repo_config(j->repo, "user.email");
		c.email = email == NULL ? "" : email;
		c.parents = parents.v;
		c.nparents = parents.n;
		rc = judge_commit(j, &c, e);
	}
	if (rc == 0 && j->n == 0)
		rc = judge_rows(j, &c, parents.n == 0 ? &none :
		    &parents.v[0], e);
	free(email);
	commits_release(&parents);
	return rc;
}

/* A line of standard input that tells of a reference. */
struct update {
	char		*ref;
	struct oid	 from, to;	/* zero: there is none */
};

/* The fields of "OLD NEW REF", or of "LOCAL NEW REMOTE OLD". */
static int
parse_update(const char *line, bool push, struct update *u, struct err *e)
{
	struct strvec f = STRVEC_INIT;
	int rc = 0;

	strvec_split(&f, line, ' ');
	if (f.n != (push ? 4 : 3) ||
	    oid_parse(&u->from, f.v[push ? 3 : 0]) != 0 ||
	    oid_parse(&u->to, f.v[1]) != 0)
		rc = err_set(e, EX_USAGE, "standard input is not what git "
		    "gives a %s hook: '%.100s'", push ? "pre-push" :
		    "pre-receive", line);
	else
		u->ref = mem_strdup(f.v[2]);
	strvec_release(&f);
	return rc;
}

/*
 * A reference that is not moved forward: the record must not lose by it.  What
 * other references have is not lost.
 */
static int
judge_loss(struct judge *j, const struct update *u, struct err *e)
{
	static const char *const kept[] = { "refs/heads/", "refs/tags/" };
	struct judged c = { .id = u->to };
	struct ref_head head = { .ref = NULL };
	const struct oid *to = &u->to;
	int rc = 0;

	if (oid_is_zero(&u->from) || (!oid_is_zero(&u->to) &&
	    repo_descends(j->repo, &u->to, &u->from)))
		return 0;
	if (strncmp(u->ref, "refs/task/", 10) == 0) {
		judge_find_ref(j, &c, u->ref, "a number that was taken stays "
		    "taken");
		return 0;
	}
	if (strncmp(u->ref, kept[0], strlen(kept[0])) != 0)
		return 0;
	/* Of a branch that goes the repository's own keeps the record. */
	if (oid_is_zero(&u->to) && ref_head(j->repo, &head, e) == 0 &&
	    strcmp(head.ref, u->ref) != 0)
		to = &head.commit;
	rc = judge_dropped(j, u->ref, &u->from, to, e);
	ref_head_release(&head);
	return rc;
}

static int
judge_update(struct judge *j, const struct update *u, bool push,
    struct err *e)
{
	struct commits_range r = { .tips = NULL };
	int rc;

	rc = push ? 0 : judge_loss(j, u, e);
	if (rc == 0 && !oid_is_zero(&u->to)) {
		commits_range_add(&r, &u->to, true);
		judge_since(j, &u->from);
		/* What other branches have was judged by what was there; here
		   it is judged by what is here. */
		if (oid_is_zero(&u->from))
			rc = commits_range_without_refs(&r, j->repo, push ?
			    "refs/remotes/" : "refs/", e);
		else
			commits_range_add(&r, &u->from, false);
		if (rc == 0)
			rc = judge_range(j, &r, e);
	}
	commits_range_release(&r);
	return rc;
}

static int
judge_updates(struct judge *j, bool push, struct err *e)
{
	struct strvec lines = STRVEC_INIT;
	struct buf in = BUF_INIT;
	struct update u;
	size_t i;
	int rc;

	rc = fd_read_all(STDIN_FILENO, INPUT_MAX, &in, e);
	if (rc == 0)
		strvec_split(&lines, buf_str(&in), '\n');
	for (i = 0; i < lines.n && rc == 0; i++) {
		u = (struct update){ .ref = NULL };
		rc = parse_update(lines.v[i], push, &u, e);
		if (rc == 0 && u.ref != NULL)
			rc = judge_update(j, &u, push, e);
		free(u.ref);
	}
	strvec_release(&lines);
	buf_release(&in);
	return rc;
}

int
verify_push(struct judge *j, struct err *e)
{
	return judge_updates(j, true, e);
}

int
verify_receive(struct judge *j, struct err *e)
{
	return judge_updates(j, false, e);
}
