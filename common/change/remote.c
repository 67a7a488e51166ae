/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/err.h"
#include "base/log.h"
#include "change/gitrun.h"
#include "change/ref.h"
#include "change/remote.h"
#include "change/repo.h"
#include "sys/run.h"

enum {
	OUTPUT_MAX = 64 << 20,	/* a line for each reference of a remote */
	SAID_MAX = 64 << 10,
	NO_SUCH_REF = 2,	/* of git ls-remote --exit-code */
	DIES = 128		/* git's status where it could not even try */
};

static const char branches[] = "refs/heads/";

/*
 * Runs git's program.  Its progress is for a person at a terminal; what it
 * says else is kept for whoever has to tell of it.
 */
static int
git(struct remote *r, const struct strvec *argv, struct buf *output,
    struct err *e)
{
	struct run run = { .argv = (const char *const *)argv->v,
	    .env = r->env.v, .output = output, .output_max = OUTPUT_MAX };

	buf_clear(&r->said);
	if (!isatty(STDERR_FILENO)) {
		run.errors = &r->said;
		run.errors_max = SAID_MAX;
	}
	return run_program(&run, e);
}

static void
begin(struct strvec *argv, const char *command)
{
	strvec_add(argv, "git");
	strvec_add(argv, command);
	if (!isatty(STDERR_FILENO))
		strvec_add(argv, "-q");
}

/* What git said, and that nobody answered. */
static int
unreachable(const struct remote *r, struct err *e)
{
	log_text(buf_str(&r->said));
	return err_set(e, EX_UNAVAILABLE, "'%s' cannot be reached; what is "
	    "done here stays here until it can", r->name);
}

/* The value of branch.NAME.KEY, for the user to free. */
static char *
branch_config(const struct remote *r, const char *what)
{
	char *key = mem_printf("branch.%s.%s",
	    r->branch + strlen(branches), what);
	char *value = repo_config(r->repo, key);

	free(key);
	return value;
}

static bool
exists(const struct remote *r, const char *name)
{
	char *key = mem_printf("remote.%s.url", name);
	char *url = repo_config(r->repo, key);

	free(key);
	free(url);
	return url != NULL && *name != '-';
}

/* The only one, or "origin". */
static int
find_any(struct remote *r, struct err *e)
{
	struct strvec argv = STRVEC_INIT, names = STRVEC_INIT;
	struct buf list = BUF_INIT;
	int rc;

	strvec_add(&argv, "git");
	strvec_add(&argv, "remote");
	rc = git(r, &argv, &list, e);
	strvec_split(&names, buf_str(&list), '\n');
	if (rc == 0 && names.n == 1)
		r->name = mem_strdup(names.v[0]);
	else if (rc == 0 && strvec_has(&names, "origin"))
		r->name = mem_strdup("origin");
	else if (rc == 0 && names.n > 1)
		err_set(e, EX_UNAVAILABLE, "there are %zu remotes, and the "
		    "branch follows none of them: name one (task-sync %s)",
		    names.n, names.v[0]);
	else if (rc >= 0)
		err_set(e, EX_UNAVAILABLE, "there is no remote to sync with "
		    "(git remote add origin URL)");
	strvec_release(&argv);
	strvec_release(&names);
	buf_release(&list);
	return r->name == NULL ? -1 : 0;
}

static int
find_name(struct remote *r, const char *name, const char *upstream,
    struct err *e)
{
	if (name == NULL && upstream == NULL)
		return find_any(r, e);
	if (name == NULL && strcmp(upstream, ".") == 0)
		return err_set(e, EX_UNAVAILABLE, "the branch follows another "
		    "of this repository; name a remote (task-sync origin)");
	r->name = mem_strdup(name == NULL ? upstream : name);
	if (!exists(r, r->name))
		return err_set(e, EX_UNAVAILABLE, "there is no remote '%s' "
		    "(git remote -v lists them)", r->name);
	return 0;
}

int
remote_find(struct remote *out, struct repo *repo,
    const struct ref_head *head, const char *name, struct err *e)
{
	char *upstream, *merge;
	int rc;

	if (strncmp(head->ref, branches, strlen(branches)) != 0)
		return err_set(e, EX_NO, "no branch is checked out, so there "
		    "is nothing to sync (git switch BRANCH)");
	out->repo = repo;
	out->branch = mem_strdup(head->ref);
	gitrun_environment(repo_gitdir(repo), repo_workdir(repo), &out->env);
	upstream = branch_config(out, "remote");
	merge = branch_config(out, "merge");
	rc = find_name(out, name, upstream, e);
	if (rc == 0) {
		out->follows = upstream != NULL && merge != NULL;
		out->tracked = out->follows &&
		    strcmp(upstream, out->name) == 0;
		out->theirs = mem_strdup(out->tracked ? merge : out->branch);
	}
	free(upstream);
	free(merge);
	return rc;
}

void
remote_release(struct remote *r)
{
	free(r->name);
	free(r->branch);
	free(r->theirs);
	strvec_release(&r->env);
	buf_release(&r->said);
	*r = (struct remote)REMOTE_INIT;
}

/* 1: it is there; 0: the remote answers, and has no such branch. */
static int
ask_for_branch(struct remote *r, struct err *e)
{
	struct strvec argv = STRVEC_INIT;
	struct buf list = BUF_INIT;
	int rc;

	begin(&argv, "ls-remote");
	strvec_add(&argv, "--exit-code");
	strvec_add(&argv, r->name);
	strvec_add(&argv, r->theirs);
	rc = git(r, &argv, &list, e);
	strvec_release(&argv);
	buf_release(&list);
	if (rc > 0 && rc != NO_SUCH_REF)
		return unreachable(r, e);
	return rc < 0 ? -1 : rc == 0;
}

static int
fetch_into(struct remote *r, const char *ref, bool quietly, struct err *e)
{
	struct strvec argv = STRVEC_INIT;
	int rc;

	begin(&argv, "fetch");
	strvec_add(&argv, "--no-tags");
	strvec_add(&argv, "--no-write-fetch-head");
	if (quietly)
		strvec_add(&argv, "--refmap=");
	strvec_add(&argv, r->name);
	strvec_addf(&argv, "+%s:%s", r->theirs, ref);
	rc = git(r, &argv, NULL, e);
	strvec_release(&argv);
	return rc;
}

/* By git, so that a kill of ours leaves no lock. */
static void
forget(struct remote *r, const char *ref)
{
	struct err ignored = ERR_INIT;
	struct strvec argv = STRVEC_INIT;

	strvec_add(&argv, "git");
	strvec_add(&argv, "update-ref");
	strvec_add(&argv, "-d");
	strvec_add(&argv, ref);
	(void)!git(r, &argv, NULL, &ignored);
	strvec_release(&argv);
}

int
remote_fetch(struct remote *r, bool quietly, struct oid *tip, struct err *e)
{
	struct buf said = BUF_INIT;
	char *ref = mem_printf("refs/task/fetched/%d", (int)getpid());
	int rc = fetch_into(r, ref, quietly, e);

	if (rc == 0) {
		rc = ref_read(r->repo, ref, tip, e);
		forget(r, ref);
	} else if (rc > 0) {
		buf_swap(&said, &r->said);
		rc = ask_for_branch(r, e);
		if (rc > 0) {
			buf_swap(&said, &r->said);
			rc = unreachable(r, e);
		}
	}
	free(ref);
	buf_release(&said);
	return rc;
}

/* A reference that the server could not move because it moves already. */
static bool
is_race(const char *why)
{
	static const char *const texts[] = { "cannot lock ref",
	    "failed to update ref", "incorrect old value provided",
	    "reference already exists", "fetch first" };
	size_t i;

	for (i = 0; i < ARRAY_LEN(texts); i++)
		if (strstr(why, texts[i]) != NULL)
			return true;
	return false;
}

/* "!\tID:REF\t[rejected] (fetch first)": what became of that reference. */
static void
take_result(struct push *p, char flag, const char *summary)
{
	const char *why = strchr(summary, '(');

	buf_clear(&p->why);
	if (why != NULL && why[1] != '\0')
		buf_add(&p->why, why + 1, strcspn(why + 1, ")"));
	if (flag != '!')
		p->result = PUSH_DONE;
	else if (strncmp(summary, "[rejected]", 10) == 0 ||
	    is_race(buf_str(&p->why)))
		p->result = PUSH_BEHIND;
	else
		p->result = PUSH_REFUSED;
}

/* How many of them git tells of. */
static size_t
take_results(struct push *v, size_t n, const struct buf *output)
{
	struct strvec lines = STRVEC_INIT;
	const char *ref, *tab;
	size_t i, k, told = 0;

	strvec_split(&lines, buf_str(output), '\n');
	for (i = 0; i < lines.n; i++) {
		ref = lines.v[i][1] == '\t' ? strchr(lines.v[i], ':') : NULL;
		tab = ref == NULL ? NULL : strchr(ref, '\t');
		for (k = 0; k < n && tab != NULL; k++)
			if (strlen(v[k].ref) == (size_t)(tab - ref - 1) &&
			    strncmp(v[k].ref, ref + 1,
			    strlen(v[k].ref)) == 0) {
				take_result(&v[k], lines.v[i][0], tab + 1);
				told++;
			}
	}
	strvec_release(&lines);
	return told;
}

static void
push_arguments(const struct remote *r, const struct push *v, size_t n,
    struct strvec *argv)
{
	char hex[OID_HEX + 1];
	size_t i;

	/* Without -q: with it git would not say what was done. */
	strvec_add(argv, "git");
	strvec_add(argv, "push");
	strvec_add(argv, "--porcelain");
	for (i = 0; i < n; i++)
		if (v[i].fresh)
			strvec_addf(argv, "--force-with-lease=%s:",
			    v[i].ref);
	strvec_add(argv, r->name);
	for (i = 0; i < n; i++) {
		oid_format(hex, &v[i].to);
		strvec_addf(argv, "%s:%s", hex, v[i].ref);
	}
}

int
remote_push(struct remote *r, struct push *v, size_t n, struct err *e)
{
	struct strvec argv = STRVEC_INIT;
	struct buf output = BUF_INIT;
	size_t i, told;
	int rc;

	push_arguments(r, v, n, &argv);
	rc = git(r, &argv, &output, e);
	told = take_results(v, n, &output);
	if (rc >= DIES || (rc == 0 && told < n)) {
		rc = unreachable(r, e);
	} else if (rc > 0) {
		/* A hook of this side ended it before it began. */
		for (i = 0; i < n && told == 0; i++) {
			v[i].result = PUSH_REFUSED;
			buf_adds(&v[i].why, "the hook pre-push, here");
		}
		rc = 0;
	}
	strvec_release(&argv);
	buf_release(&output);
	return rc;
}

int
remote_list(struct remote *r, const char *prefix, struct strvec *out,
    struct err *e)
{
	struct strvec argv = STRVEC_INIT, lines = STRVEC_INIT;
	struct buf list = BUF_INIT;
	const char *tab;
	size_t i;
	int rc;

	begin(&argv, "ls-remote");
	strvec_add(&argv, r->name);
	strvec_addf(&argv, "%s*", prefix);
	rc = git(r, &argv, &list, e);
	if (rc > 0)
		rc = unreachable(r, e);
	strvec_split(&lines, buf_str(&list), '\n');
	for (i = 0; i < lines.n && rc == 0; i++) {
		tab = strchr(lines.v[i], '\t');
		if (tab != NULL && strncmp(tab + 1, prefix,
		    strlen(prefix)) == 0)
			strvec_add(out, tab + 1);
	}
	strvec_release(&argv);
	strvec_release(&lines);
	buf_release(&list);
	return rc;
}

int
remote_track(struct remote *r, struct err *e)
{
	struct strvec argv = STRVEC_INIT;
	struct buf output = BUF_INIT;
	int rc;

	begin(&argv, "branch");
	strvec_addf(&argv, "--set-upstream-to=%s/%s", r->name,
	    r->theirs + strlen(branches));
	strvec_add(&argv, r->branch + strlen(branches));
	rc = git(r, &argv, &output, e);
	if (rc > 0)
		log_text(buf_str(&r->said));
	strvec_release(&argv);
	buf_release(&output);
	return rc < 0 ? -1 : 0;
}
