/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/err.h"
#include "change/commit.h"
#include "change/gitindex.h"
#include "change/publish.h"
#include "change/ref.h"
#include "change/repo.h"
#include "sys/job.h"

struct work {
	const struct apply *a;
	const struct plan *p;
	struct apply_share share;
	struct job	 job;
};

static int
write_objects(void *ctx, struct err *e)
{
	struct work *w = ctx;

	return apply_objects(w->a, w->p, &w->share, e);
}

/*
 * The thread has most of them by now, and gets help with the rest; not after a
 * crash, when they are looked for in git first, which is one thread's.
 */
static int
finish_objects(struct work *w, struct err *e)
{
	int rc = w->a->again ? 0 : write_objects(w, e);
	int others = job_wait(&w->job, e);

	return rc != 0 ? rc : others;
}

/*
 * Git's commit reads HEAD, then the index, and then takes the index's lock.
 * The new index is there before the branch moves, which is locked meanwhile:
 * whoever has read the old index has read the old HEAD, and is refused.
 */
static int
move_branch(struct work *w, struct err *e)
{
	const struct apply *a = w->a;
	const struct plan *p = w->p;
	struct gitindex ix = { repo_gitdir(a->repo), repo_workdir(a->repo),
	    a->workfd };
	struct index_edits edits = INDEX_EDITS_INIT;
	struct gitindex_want want = { &edits, a->again };
	const struct plan *plan = p;
	struct ref_lock *lock = NULL;
	int rc, held = 0;

	if (p->commits && !a->elsewhere)
		commit_index_edits(&plan, 1, &edits);
	if (edits.n > 0)
		held = gitindex_prepare(&ix, &want, e);
	rc = held < 0 ? -1 : finish_objects(w, e);
	if (rc == 0)
		rc = apply_lock_ref(a, p, &lock, e);
	if (rc == 0 && held > 0)
		rc = gitindex_finish(&ix, e);
	else if (held > 0)
		gitindex_abandon(&ix);
	if (rc == 0 && lock != NULL)
		rc = ref_move_locked(lock, e);
	else
		ref_unlock(lock);
	if (rc == 0 && held == 0 && edits.n > 0)
		rc = gitindex_postpone(&ix, &edits, e);
	index_edits_release(&edits);
	return rc;
}

int
publish(const struct apply *a, struct plan *p, struct err *e)
{
	struct work work = { a, p, { 0 },
	    { .run = write_objects, .ctx = &work } };
	struct err ignored = ERR_INIT;
	int rc;

	job_start(&work.job);
	rc = apply_files(a, p, e);
	if (rc == 0)
		rc = move_branch(&work, e);
	/* Where it came to that: it has been waited for, and is so again. */
	(void)!job_wait(&work.job, &ignored);
	return rc;
}
