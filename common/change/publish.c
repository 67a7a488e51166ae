/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/err.h"
#include "change/commit.h"
#include "change/gitindex.h"
#include "change/loose.h"
#include "change/publish.h"
#include "change/ref.h"
#include "change/repo.h"

/* How far the transaction's own thread is; beyond the last: it is not to be. */
enum { IN_JOURNAL = 1, HAS_FILES, GIVEN_UP };

/* How far the other one is: with its objects, or it could not. */
enum { HAS_OBJECTS = 1, HAS_FAILED };

static int
write_objects(struct publication *pub, struct err *e)
{
	struct loose *loose = loose_new(repo_commondir(pub->a->repo));
	int rc;

	rc = apply_begin_objects(pub->a, pub->p, &pub->share, loose, e);
	if (gate_wait(&pub->own, IN_JOURNAL) == GIVEN_UP)
		loose_drop(loose);
	else if (rc == 0 && (rc = loose_finish(loose, e)) == 0)
		rc = apply_objects(pub->a, pub->p, &pub->share, e);
	loose_free(loose);
	return rc;
}

static int
work_beside(void *ctx, struct err *e)
{
	struct publication *pub = ctx;
	int rc = write_objects(pub, e);

	gate_pass(&pub->other, rc == 0 ? HAS_OBJECTS : HAS_FAILED);
	if (gate_wait(&pub->own, HAS_FILES) != GIVEN_UP)
		apply_let_go(&pub->share);
	return rc;
}

/*
 * The thread has most of them by now, and gets help with the rest; not after a
 * crash, when they are looked for in git first, which is one thread's.
 */
static int
finish_objects(struct publication *pub, struct err *e)
{
	if (apply_objects(pub->a, pub->p, &pub->share, e) != 0)
		return -1;
	if (!pub->job.beside ||
	    gate_wait(&pub->other, HAS_OBJECTS) == HAS_OBJECTS)
		return 0;
	gate_pass(&pub->own, GIVEN_UP);
	return job_wait(&pub->job, e);
}

/*
 * Git's commit reads HEAD, then the index, and then takes the index's lock.
 * The new index is there before the branch moves, which is locked meanwhile:
 * whoever has read the old index has read the old HEAD, and is refused.
 */
static int
move_branch(struct publication *pub, struct err *e)
{
	const struct apply *a = pub->a;
	const struct plan *p = pub->p;
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
	rc = held < 0 ? -1 : finish_objects(pub, e);
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

void
publish_begin(struct publication *pub, const struct apply *a, struct plan *p)
{
	*pub = (struct publication){ .a = a, .p = p, .own = GATE_INIT,
	    .other = GATE_INIT, .job = { .run = work_beside, .ctx = pub } };
	/* After a crash objects are looked for in git: one thread's work. */
	pub->share.keeps_old = !a->again && job_begin(&pub->job);
}

/* All that is to be is there: what the thread has not done yet it leaves. */
static void
end_thread(struct publication *pub)
{
	struct err ignored = ERR_INIT;

	gate_pass(&pub->own, GIVEN_UP);
	(void)!job_wait(&pub->job, &ignored);
	apply_let_go(&pub->share);
}

void
publish_abandon(struct publication *pub)
{
	end_thread(pub);
}

int
publish(struct publication *pub, struct err *e)
{
	int rc = 0;

	gate_pass(&pub->own, IN_JOURNAL);
	/* Alone, objects come first. */
	if (!pub->job.beside)
		rc = apply_objects(pub->a, pub->p, &pub->share, e);
	if (rc == 0)
		rc = apply_files(pub->a, pub->p, &pub->share, e);
	if (rc == 0) {
		gate_pass(&pub->own, HAS_FILES);
		rc = move_branch(pub, e);
	}
	end_thread(pub);
	return rc;
}
