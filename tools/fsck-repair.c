/* SPDX-License-Identifier: MIT */
/* task-fsck: what can be mended without guessing, and what is too late */
#include "base/compat.h"

#include "base/err.h"
#include "base/jsonw.h"
#include "base/log.h"
#include "change/adopt.h"
#include "change/counter.h"
#include "change/kept.h"
#include "change/miss.h"
#include "change/session.h"
#include "cli/tool.h"
#include "tools/fsck.h"

struct mending {
	struct repair	*r;
	struct session	 s;
	struct buf	 message;	/* of the commit, a line each */
};

static const struct finding *
finding(const struct mending *m, size_t i)
{
	return &m->r->before.fsck.found.v[i];
}

static void
mended(struct mending *m, size_t i)
{
	const struct finding *f = finding(m, i);
	char ref[ID_SIZE];

	m->r->mended[i] = true;
	buf_addf(&m->message, "%s ", fsck_kinds[f->code].code);
	if (f->id.number != 0) {
		id_format_ref(ref, &f->id);
		buf_addf(&m->message, "%s ", ref);
	}
	buf_addf(&m->message, "%s\n", f->path);
}

/*
 * A task of which a file is missing or cannot be read is not loaded: to commit
 * it as it is would put that on record, too.
 */
static bool
is_whole(const struct mending *m, const struct id *id)
{
	const struct findings *f = &m->r->before.fsck.found;
	size_t i;

	for (i = 0; i < f->n; i++)
		if (f->v[i].code >= FSCK_SAME_ID &&
		    f->v[i].code <= FSCK_SYNTAX &&
		    id_compare(&f->v[i].id, id) == 0)
			return false;
	return true;
}

static void
log_event(struct mending *m, struct task *t, const char *event,
    const struct finding *f, const char *desc)
{
	struct draft d;

	session_draft(&m->s, &d, event, desc);
	jsonw_member(&d.payload, "code", fsck_kinds[f->code].code);
	jsonw_member(&d.payload, "path", f->path);
	session_log(t, &d);
}

/* The card's stage becomes that of folder and ledger. */
static int
set_stage(struct mending *m, struct task *t, const struct finding *f,
    struct err *e)
{
	const char *stage = stage_info[t->pkg->stage].name;
	struct buf path = BUF_INIT, desc = BUF_INIT;
	int rc;

	buf_addf(&desc, "the card said stage '%s', folder and ledger say '%s'",
	    card_str(&t->card, "stage"), stage);
	rc = card_set(&t->card, "stage", stage, e);
	if (rc != 0) {
		package_file(t->pkg, PACKAGE_CARD, &path);
		store_file_error(&m->s.store, path.ptr, e);
	} else {
		log_event(m, t, "orphan_repaired", f, desc.ptr);
	}
	buf_release(&path);
	buf_release(&desc);
	return rc;
}

/*
 * A stage that was set by hand and not committed is not ours to put on record:
 * it is put right before the card is compared with HEAD's.
 */
static int
load_and_set(struct mending *m, struct task *t, const struct finding *f,
    struct err *e)
{
	struct buf folder = BUF_INIT;
	char ref[ID_SIZE];
	struct package *p;
	struct oid id;
	int rc;

	id_format_ref(ref, &f->id);
	if (session_load(&m->s, ref, t, e) == 0)
		return set_stage(m, t, f, e);
	task_release(t);
	if (store_resolve(&m->s.store, ref, &p, e) != 0)
		return -1;
	package_path(p, &folder);
	rc = txn_find_head(&m->s.txn, folder.ptr, &id, e);
	if (rc == 0)
		err_set(e, EX_NO, "%s: it lies elsewhere than HEAD has it",
		    ref);
	rc = rc > 0 ? task_load(t, &m->s.store, p, e) : -1;
	if (rc == 0)
		rc = card_set(&t->card, "stage", stage_info[p->stage].name, e);
	if (rc == 0)
		rc = adopt_edits(&m->s, t, p, e);
	if (rc == 0)
		log_event(m, t, "orphan_repaired", f, "the card's stage was "
		    "not that of folder and ledger");
	buf_release(&folder);
	return rc;
}

static void
mend_stage(struct mending *m, size_t i)
{
	const struct finding *f = finding(m, i);
	const struct fsck_task *kept = fsck_find(&m->r->before.fsck, &f->id);
	struct task t = TASK_INIT;
	struct err e = ERR_INIT;

	if (kept == NULL || !is_whole(m, &f->id) ||
	    kept->says != (int)kept->pkg->stage)
		return;
	if (load_and_set(m, &t, f, &e) == 0) {
		session_save(&m->s, &t);
		mended(m, i);
	} else {
		log_warn("%s", e.msg);
	}
	task_release(&t);
}

static bool
is_of_rows(const struct finding *f)
{
	switch (f->code) {
	case FSCK_NO_INDEX:
	case FSCK_BAD_INDEX:
	case FSCK_ORPHAN_ROW:
	case FSCK_MISSING_ROW:
	case FSCK_DOUBLED_ROW:
	case FSCK_ROW_ORDER:
	case FSCK_STALE_ROW:
		return true;
	default:
		return false;
	}
}

/*
 * What was wrong with the rows of a task goes on record in its ledger; what is
 * closed stays as it is.
 */
static void
log_rows(struct mending *m, size_t i)
{
	const struct finding *f = finding(m, i);
	const struct fsck_task *kept = fsck_find(&m->r->before.fsck, &f->id);
	struct task t = TASK_INIT;
	struct err e = ERR_INIT;
	char ref[ID_SIZE];

	if (kept == NULL || !is_whole(m, &f->id) ||
	    stage_info[kept->pkg->stage].closed)
		return;
	id_format_ref(ref, &f->id);
	if (session_load(&m->s, ref, &t, &e) != 0 ||
	    task_require_ledger(&t, &m->s.store, &e) != 0) {
		log_info("%s", e.msg);
	} else {
		if (f->code == FSCK_STALE_ROW) {
			log_event(m, &t, "index_drift_detected", f,
			    "its row did not say what its card says");
			log_event(m, &t, "index_synced", f,
			    "its row says what its card says");
		} else {
			log_event(m, &t, "orphan_repaired", f,
			    fsck_kinds[f->code].meaning);
		}
		session_save(&m->s, &t);
	}
	task_release(&t);
}

/* The stage whose index it is; all where it is the root's. */
static unsigned
stages_of(const char *path)
{
	char *name = mem_dup(path, strcspn(path, "/"));
	int stage = stage_parse(name);

	free(name);
	return stage == STAGE_NONE ? (1u << STAGE_COUNT) - 1 : 1u << stage;
}

/* The rows of a task that was named, in an index that has to be made. */
static void
add_rows(struct mending *m, const struct finding *f)
{
	const struct fsck *k = &m->r->before.fsck;
	size_t i;

	if (f->id.number != 0) {
		reindex_add(&m->s.reindex, &f->id, STAGE_INBOX)->stages |=
		    stages_of(f->path);
		return;
	}
	for (i = 0; i < k->n && !k->whole; i++)
		reindex_add(&m->s.reindex, &k->v[i].pkg->id,
		    k->v[i].pkg->stage);
}

static int
mend_rows(struct mending *m, struct err *e)
{
	const struct look *l = &m->r->before;
	const struct finding *f;
	bool any = false;
	size_t i;

	for (i = 0; i < l->fsck.found.n; i++) {
		f = finding(m, i);
		if (!is_of_rows(f))
			continue;
		any = true;
		mended(m, i);
		log_rows(m, i);
		add_rows(m, f);
	}
	if (any && l->fsck.whole) {
		reindex_release(&m->s.reindex);
		return reindex_all(&m->s.txn, e) < 0 ? -1 : 0;
	}
	return 0;
}

/* The highest task of a namespace takes the note that its counter was wrong. */
static void
log_counter(struct mending *m, const struct id *id, const struct finding *f)
{
	struct task t = TASK_INIT;
	struct err e = ERR_INIT;
	struct buf desc = BUF_INIT;
	char ref[ID_SIZE];

	id_format_ref(ref, id);
	if (session_load(&m->s, ref, &t, &e) == 0 &&
	    task_require_ledger(&t, &m->s.store, &e) == 0) {
		buf_addf(&desc, "the counter of ids was set anew: %s",
		    f->message);
		log_event(m, &t, "id_counter_recovered", f, desc.ptr);
		session_save(&m->s, &t);
	}
	buf_release(&desc);
	task_release(&t);
}

static int
mend_counter(struct mending *m, size_t i, struct err *e)
{
	const struct fsck *k = &m->r->before.fsck;
	const struct finding *f = finding(m, i);
	const struct fsck_task *top = NULL;
	struct buf path = BUF_INIT;
	size_t n;
	int rc;

	for (n = 0; n < k->n; n++) {
		buf_clear(&path);
		counter_path(k->v[n].pkg->id.ns, &path);
		if (strcmp(path.ptr, f->path) == 0)
			top = &k->v[n];
	}
	rc = counter_pass(&m->s, top == NULL ? "" : top->pkg->id.ns,
	    top == NULL ? 0 : top->pkg->id.number, e);
	if (rc == 0)
		mended(m, i);
	if (rc == 0 && top != NULL && is_whole(m, &top->pkg->id) &&
	    !stage_info[top->pkg->stage].closed)
		log_counter(m, &top->pkg->id, f);
	buf_release(&path);
	return rc;
}

static int
mend(struct mending *m, struct err *e)
{
	const struct findings *found = &m->r->before.fsck.found;
	struct buf subject = BUF_INIT;
	size_t i, n = 0;
	int rc = 0;

	for (i = 0; i < found->n; i++)
		if (found->v[i].code == FSCK_STAGE)
			mend_stage(m, i);
	for (i = 0; i < found->n && rc == 0; i++)
		if (found->v[i].code == FSCK_COUNTER)
			rc = mend_counter(m, i, e);
	if (rc == 0)
		rc = mend_rows(m, e);
	for (i = 0; i < found->n; i++)
		n += m->r->mended[i];
	if (rc == 0 && n > 0) {
		buf_addf(&subject, "task-fsck: %zu finding%s mended\n\n%s", n,
		    n == 1 ? "" : "s", m->message.ptr);
		rc = session_commit(&m->s, subject.ptr, e);
	}
	buf_release(&subject);
	return rc;
}

/*
 * A change that was interrupted is finished by whoever begins the next; it is
 * a finding all the same.
 */
static bool
was_unfinished(const struct strvec *refs, struct err *e)
{
	struct store store;
	struct kept *kept;
	bool was = false;

	if (refs->n > 0 || store_open(&store, tool_options()->dir, e) != 0)
		return false;
	if (kept_open(&kept, &store, e) == 0)
		was = kept_unfinished(kept) > 0;
	kept_close(kept);
	store_close(&store);
	return was;
}

static void
add_unfinished(struct repair *r)
{
	findings_add(&r->before.fsck.found, &(struct fsck_at){ NULL, "", 0 },
	    FSCK_UNFINISHED, "it was finished");
	findings_sort(&r->before.fsck.found);
}

int
repair_run(struct repair *r, const struct strvec *refs, struct err *e)
{
	struct mending m = { .r = r };
	struct look *l = &r->before;
	struct err ignored = ERR_INIT;
	bool unfinished = was_unfinished(refs, &ignored);
	size_t i;
	int rc;

	l->refs = r->after.refs = refs;
	l->locked = r->after.locked = r->after.again = true;
	l->store.fd = r->after.store.fd = -1;
	if (session_begin(&m.s, e) != 0)
		return -1;
	rc = look_take(l, e);
	if (rc == 0 && unfinished)
		add_unfinished(r);
	r->mended = mem_zalloc(l->fsck.found.n + 1);
	for (i = 0; i < l->fsck.found.n; i++)
		r->mended[i] = l->fsck.found.v[i].code == FSCK_UNFINISHED;
	if (rc == 0)
		rc = mend(&m, e);
	if (rc == 0 && !tool_options()->dry_run)
		rc = look_take(&r->after, e);
	session_end(&m.s);
	buf_release(&m.message);
	return rc;
}

void
repair_release(struct repair *r)
{
	look_release(&r->before);
	look_release(&r->after);
	free(r->mended);
}

/* By that look: whoever changes a task meanwhile is asked again. */
int
times_log(const struct look *l, struct err *e)
{
	struct strvec refs = STRVEC_INIT, done = STRVEC_INIT;
	struct strvec failed = STRVEC_INIT;
	const struct fsck_task *t;
	struct session s;
	char ref[ID_SIZE];
	size_t i;
	int rc = 0;

	for (i = 0; i < l->fsck.n; i++) {
		t = &l->fsck.v[i];
		if (t->twin || !t->slo.missed || t->slo.said)
			continue;
		id_format_ref(ref, &t->pkg->id);
		strvec_add(&refs, ref);
	}
	if (refs.n > 0 && (rc = session_begin(&s, e)) == 0) {
		miss_log(&s, &refs, &done, &failed);
		rc = miss_commit(&s, &done, e);
		session_end(&s);
	}
	for (i = 0; i < failed.n; i++)
		log_warn("%s", failed.v[i]);
	strvec_release(&refs);
	strvec_release(&done);
	strvec_release(&failed);
	return rc;
}
