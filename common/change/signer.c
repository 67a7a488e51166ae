/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/err.h"
#include "board/people.h"
#include "change/signer.h"
#include "change/sshsig.h"
#include "change/txn.h"

#define SEE	"(SIGNED SIGN-OFFS in task-policy(5))"

void
signer_release(struct signer *s)
{
	sshsign_release(&s->with);
	free(s->principal);
	buf_release(&s->signers);
	*s = (struct signer)SIGNER_INIT;
}

static int
find_principal(struct txn *t, const char *user, struct err *e)
{
	struct people people = PEOPLE_INIT;
	struct buf text = BUF_INIT;
	const struct person *one = NULL;
	char **email = &t->signer.principal;
	int rc;

	rc = txn_read_head(t, "people.yaml", &text, e);
	if (rc > 0 && people_parse(&people, buf_str(&text), text.len,
	    e) != 0)
		rc = err_prefix(e, "people.yaml, as it is committed");
	if (rc > 0)
		one = people_find(&people, user);
	if (one != NULL)
		*email = mem_strdup_null(one->email);
	if (rc >= 0 && (*email == NULL || **email == '\0'))
		rc = err_set(e, EX_NO, "people.yaml, as it is committed, has "
		    "no email of %s, by which a signature is known " SEE,
		    user);
	people_release(&people);
	buf_release(&text);
	return rc < 0 ? -1 : 0;
}

static int
find_signers(struct txn *t, struct err *e)
{
	if (txn_read_head(t, "allowed_signers", &t->signer.signers, e) < 0)
		return -1;
	if (t->signer.signers.len == 0)
		return err_set(e, EX_NO, "no allowed_signers is committed, "
		    "which would say whose keys count " SEE);
	return 0;
}

int
signer_want(struct txn *t, const char *user, struct err *e)
{
	struct signer *s = &t->signer;

	if (s->wanted)
		return 0;
	if (!t->commits)
		return err_set(e, EX_NO, "a sign-off is a signed commit "
		    "(signing: ssh in policy.yaml), and no commit is to be "
		    "made (--no-commit, or task.commit)");
	free(s->principal);
	s->principal = NULL;
	buf_clear(&s->signers);
	if (find_principal(t, user, e) != 0 || find_signers(t, e) != 0 ||
	    sshsign_find(&s->with, t->repo, e) != 0)
		return -1;
	s->wanted = true;
	return 0;
}

int
signer_judge(struct signer *s, struct repo *r, const struct plan *p,
    struct err *e)
{
	struct sshsig_want want = { &s->signers, s->principal, p->now_us };
	const struct plan_object *commit = plan_object(p, &p->new_head);
	struct sshsig sig = SSHSIG_INIT(r);
	struct sshsig_answer answer;
	int rc;

	rc = sshsig_check_text(&sig, &commit->data, &want, &answer, e);
	if (rc == 0)
		return err_set(e, EX_NO, "the signature would not count: %s "
		    "(one with the gate 'policy' has to commit it there); "
		    "nothing was changed", answer.reason);
	return rc < 0 ? -1 : 0;
}
