/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/buf.h"
#include "base/err.h"
#include "board/store.h"
#include "change/actor.h"
#include "change/repo.h"

/* "@name", or a worker's id as it is. */
static int
set_user(struct actor *a, const struct store *s, const char *from,
    const char *user, struct err *e)
{
	const char *name = *user == '@' ? user + 1 : user;

	if (!people_is_name(name) || strcmp(user, "system") == 0)
		return err_set(e, strcmp(from, "--user") == 0 ? EX_USAGE :
		    EX_CONFIG, "%s: '%s' is no user; write "
		    "@name, with letters, digits and . _ + -", from, user);
	if (*user != '@' && s != NULL && store_is_worker(s, user))
		a->user = mem_strdup(user);
	else
		a->user = mem_printf("@%s", name);
	return 0;
}

/* The part before the '@' of an address, what is not of a name as '-'. */
static int
set_from_email(struct actor *a, const char *email, struct err *e)
{
	char *local = mem_dup(email, strcspn(email, "@"));
	size_t i;
	int rc;

	for (i = 0; local[i] != '\0'; i++)
		if (!people_is_name((char[]){ local[i], '\0' }))
			local[i] = '-';
	rc = set_user(a, NULL, "user.email", local, e);
	free(local);
	return rc;
}

/* Whom git's configuration names; EX_CONFIG where it names nobody. */
static int
set_from_git(struct actor *a, struct repo *r, const struct store *s,
    struct err *e)
{
	char *text;
	int rc;

	if ((text = repo_config(r, "task.user")) != NULL)
		rc = set_user(a, s, "task.user", text, e);
	else if ((text = repo_config(r, "user.email")) != NULL)
		rc = set_from_email(a, text, e);
	else
		rc = err_set(e, EX_CONFIG, "who are you? (git config "
		    "--global user.email you@example.org, or git config "
		    "task.user @you)");
	free(text);
	return rc;
}

int
actor_find(struct actor *a, struct repo *r, const struct store *s,
    const char *user, struct err *e)
{
	const char *agent = getenv("TASK_AGENT");
	const char *env = getenv("TASK_USER");

	memset(a, 0, sizeof(*a));
	if (agent != NULL && *agent != '\0')
		a->worker = mem_strdup(agent);
	if (a->worker != NULL && !people_is_name(a->worker))
		return err_set(e, EX_CONFIG, "TASK_AGENT: '%s' is no worker's "
		    "id", a->worker);
	if (user != NULL)
		return set_user(a, s, "--user", user, e);
	if (env != NULL && *env != '\0')
		return set_user(a, s, "TASK_USER", env, e);
	return set_from_git(a, r, s, e);
}

void
actor_release(struct actor *a)
{
	free(a->user);
	free(a->worker);
	a->user = a->worker = NULL;
}
