/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/err.h"
#include "board/store.h"
#include "board/task.h"
#include "rule/signoff.h"

int
signoff_is_person(const struct store *s, const struct actor *a,
    const char *what, struct err *e)
{
	if (a->worker != NULL)
		return err_set(e, EX_NO, "a worker cannot %s (TASK_AGENT is "
		    "'%s'); ask a person", what, a->worker);
	if (store_is_worker(s, a->user))
		return err_set(e, EX_NO, "a worker cannot %s ('%s' has a "
		    "manifest in .workers); ask a person", what, a->user);
	return 0;
}

int
signoff_may(struct store *s, const struct actor *a, const char *gate,
    struct err *e)
{
	const struct people *people;
	const struct policy *policy;

	if (signoff_is_person(s, a, "sign off", e) != 0)
		return -1;
	if (store_policy(s, &policy, e) != 0 ||
	    store_people(s, &people, e) != 0)
		return -1;
	if (people->present && people_find(people, a->user) == NULL)
		return err_set(e, EX_NO, "%s is not in people.yaml and may "
		    "not sign '%s'", a->user, gate);
	if (!people_may(people, a->user, gate))
		return err_set(e, EX_NO, "people.yaml does not give %s the "
		    "gate '%s'", a->user, gate);
	return 0;
}

/* 1: whoever wrote the event may sign the gate, 0: may not. */
static int
entitled(struct store *s, const struct event *ev, const char *gate,
    struct err *e)
{
	struct actor a = { (char *)(uintptr_t)ev->user, NULL };
	const char *worker = event_text_in(ev, "metadata", "worker_id");

	a.worker = (char *)(uintptr_t)worker;
	if (signoff_may(s, &a, gate, e) == 0)
		return 1;
	return e->status == EX_NO ? 0 : -1;
}

static bool
is_for(const struct event *ev, const char *kind, const char *gate)
{
	const char *g;

	if (strcmp(ev->event, kind) != 0)
		return false;
	g = event_text(ev, "gate");
	return g != NULL && strcmp(g, gate) == 0;
}

int64_t
signoff_time(const struct ledger *l, size_t entered, int64_t now_us)
{
	return entered < l->n && l->v[entered].ts_us > now_us ?
	    l->v[entered].ts_us : now_us;
}

/* By its date it was given before the stage was entered. */
static bool
is_early(const struct signoff *so, const struct task *t,
    const struct event *ev)
{
	return so->entered < t->ledger.n &&
	    ev->ts_us < t->ledger.v[so->entered].ts_us;
}

/* 1: the event is a sign-off for the gate; fills `one`. */
static int
judge(struct signoff *one, struct store *s, const struct event *ev,
    const struct oid *now, struct err *e)
{
	const char *gate = stage_info[one->gate].name, *hex;
	int may;

	if (!is_for(ev, "signed_off", gate) || event_is_imported(ev))
		return 0;
	/* One that does not say of what is for no content that there is. */
	hex = event_text(ev, "content");
	if (hex == NULL || strlen(hex) != OID_HEX ||
	    oid_parse(&one->content, hex) != 0)
		memset(&one->content, 0, sizeof(one->content));
	if ((may = entitled(s, ev, gate, e)) < 0)
		return -1;
	one->event = ev;
	one->state = !may ? SIGNOFF_UNENTITLED :
	    !oid_equal(&one->content, now) ? SIGNOFF_OTHER_CONTENT :
	    SIGNOFF_VALID;
	return 1;
}

int
signoff_find(struct signoff *so, struct store *s, const struct task *t,
    struct err *e)
{
	size_t i, after = so->entered == SIZE_MAX ? 0 : so->entered + 1;
	struct signoff one = *so;
	bool revoked = false;
	struct oid now;
	int is;

	so->state = SIGNOFF_NONE;
	so->event = NULL;
	card_content(&t->card, &t->context, &now);
	for (i = t->ledger.n; i-- > after && so->state != SIGNOFF_VALID; ) {
		revoked = revoked || is_for(&t->ledger.v[i],
		    "sign_off_revoked", stage_info[so->gate].name);
		if ((is = judge(&one, s, &t->ledger.v[i], &now, e)) < 0)
			return -1;
		if (is && is_early(so, t, &t->ledger.v[i]))
			one.state = SIGNOFF_EARLY;
		if (is && revoked)
			one.state = SIGNOFF_REVOKED;
		if (is && one.state > so->state)
			*so = one;
	}
	return 0;
}
