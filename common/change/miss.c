/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/clock.h"
#include "base/err.h"
#include "base/jsonw.h"
#include "change/miss.h"
#include "change/session.h"
#include "cli/tool.h"
#include "rule/fsck.h"
#include "rule/slo.h"

int
miss_find(struct store *s, struct strvec *refs, struct err *e)
{
	struct fsck k = { .store = s, .now_us = clock_now_us(),
	    .open_only = true };
	char ref[ID_SIZE];
	size_t i;
	int rc = fsck_read(&k, e);

	for (i = 0; i < k.n && rc == 0; i++)
		if (k.v[i].slo.missed && !k.v[i].slo.said) {
			id_format_ref(ref, &k.v[i].pkg->id);
			strvec_add(refs, ref);
		}
	fsck_release(&k);
	return rc;
}

static void
add_span(struct buf *payload, const char *key, int64_t us)
{
	struct buf text = BUF_INIT;

	slo_show_span(&text, us);
	jsonw_member(payload, key, text.ptr);
	buf_release(&text);
}

static void
log_miss(struct session *s, struct task *t, const struct slo *slo)
{
	const char *stage = stage_info[t->pkg->stage].name;
	struct buf desc = BUF_INIT;
	struct draft d;

	slo_show(&desc, slo, stage);
	session_draft(s, &d, "slo_missed", desc.ptr);
	jsonw_member(&d.payload, "stage", stage);
	if (slo->span.target_us > 0)
		add_span(&d.payload, "target", slo->span.target_us);
	add_span(&d.payload, "violation", slo->span.violation_us);
	add_span(&d.payload, "actual", slo->spent_us);
	session_log(t, &d);
	buf_release(&desc);
}

/* 1: it is said now; 0: it need not be. */
static int
log_one(struct session *s, const char *ref, struct err *e)
{
	const struct policy *policy;
	struct task t = TASK_INIT;
	struct slo slo = { .missed = false };
	int rc = -1;

	if (store_policy(&s->store, &policy, e) == 0 &&
	    session_load(s, ref, &t, e) == 0 &&
	    task_require_ledger(&t, &s->store, e) == 0) {
		slo_judge(&slo, policy, &t, s->txn.now_us);
		rc = slo.missed && !slo.said;
	}
	if (rc > 0) {
		log_miss(s, &t, &slo);
		session_save(s, &t);
	}
	task_release(&t);
	return rc;
}

void
miss_log(struct session *s, const struct strvec *refs, struct strvec *done,
    struct strvec *failed)
{
	struct err e = ERR_INIT;
	size_t i;
	int rc;

	for (i = 0; i < refs->n; i++) {
		rc = log_one(s, refs->v[i], &e);
		if (rc < 0)
			strvec_add(failed, e.msg);
		else if (rc > 0)
			strvec_add(done, refs->v[i]);
	}
}

int
miss_commit(struct session *s, const struct strvec *done, struct err *e)
{
	struct buf message = BUF_INIT;
	int rc = 0;

	if (done->n > 0) {
		tool_subject(&message, done);
		buf_adds(&message, ": too long in one stage");
		tool_body(&message, done);
		rc = session_commit(s, message.ptr, e);
	}
	buf_release(&message);
	return rc;
}
