/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include <fcntl.h>

#include "base/err.h"
#include "base/log.h"
#include "change/libgit2.h"
#include "change/ref.h"

/* SYMREF_DEPTH_MAX: as many as git follows. */
enum { SYMREF_DEPTH_MAX = 5, STALE_MS = 1000, STALE_STEP_MS = 50 };

/* Follows HEAD to the reference that a commit would move. */
static int
find_head_ref(struct repo *r, struct ref_head *h, struct err *e)
{
	git_reference *at;
	int depth, rc = 0;

	h->ref = mem_strdup("HEAD");
	for (depth = 0; depth < SYMREF_DEPTH_MAX; depth++) {
		rc = git_reference_lookup(&at, r->git, h->ref);
		if (rc == GIT_ENOTFOUND && depth > 0)
			return 0;
		if (rc != 0)
			return repo_fail(e, EX_IOERR, "cannot read HEAD");
		if (git_reference_type(at) != GIT_REFERENCE_SYMBOLIC) {
			git_reference_free(at);
			return 0;
		}
		free(h->ref);
		h->ref = mem_strdup(git_reference_symbolic_target(at));
		git_reference_free(at);
	}
	return err_set(e, EX_DATAERR, "HEAD leads to '%s' and on and on",
	    h->ref);
}

int
ref_read(struct repo *r, const char *ref, struct oid *out,
    struct err *e)
{
	git_oid id;
	int rc;

	rc = git_reference_name_to_id(&id, r->git, ref);
	if (rc == GIT_ENOTFOUND)
		return 0;
	if (rc != 0)
		return repo_fail(e, EX_IOERR, ref);
	memcpy(out->raw, id.id, OID_RAW);
	return 1;
}

static int
read_head(struct repo *r, struct ref_head *h, struct err *e)
{
	struct oid parent;
	int found;

	if ((found = ref_read(r, h->ref, &h->commit, e)) < 0)
		return -1;
	h->unborn = found == 0;
	if (h->unborn)
		return 0;
	return repo_commit_info(r, &h->commit, &h->tree, &parent, e);
}

int
ref_head(struct repo *r, struct ref_head *h, struct err *e)
{
	memset(h, 0, sizeof(*h));
	return find_head_ref(r, h, e) != 0 ? -1 : read_head(r, h, e);
}

int
ref_head_of(struct repo *r, const char *ref, struct ref_head *h,
    struct err *e)
{
	memset(h, 0, sizeof(*h));
	h->ref = mem_strdup(ref);
	return read_head(r, h, e);
}

void
ref_head_release(struct ref_head *h)
{
	free(h->ref);
	h->ref = NULL;
}

struct ref_lock {
	git_transaction	*tx;
	char		*ref;
};

void
ref_unlock(struct ref_lock *lock)
{
	if (lock == NULL)
		return;
	git_transaction_free(lock->tx);
	free(lock->ref);
	free(lock);
}

/* 1: the reference is where the move begins. */
static int
is_at_start(struct repo *r, const struct ref_move *m, struct err *e)
{
	struct oid at = { { 0 } };

	return ref_read(r, m->ref, &at, e) < 0 ? -1 :
	    oid_equal(&at, &m->from);
}

int
ref_lock(struct repo *r, const struct ref_move *m,
    struct ref_lock **out, struct err *e)
{
	struct ref_lock *lock = mem_zalloc(sizeof(*lock));
	int rc, at_start = -1;

	lock->ref = mem_strdup(m->ref);
	rc = git_transaction_new(&lock->tx, r->git);
	if (rc == 0)
		rc = git_transaction_lock_ref(lock->tx, m->ref);
	if (rc == 0)
		rc = git_transaction_set_target(lock->tx, m->ref,
		    to_git(&m->to), NULL, m->why);
	if (rc != 0)
		repo_fail(e, rc == GIT_ELOCKED ? EX_TEMPFAIL : EX_IOERR,
		    m->ref);
	else
		at_start = is_at_start(r, m, e);
	if (at_start > 0) {
		*out = lock;
		return 0;
	}
	ref_unlock(lock);
	return at_start == 0 ? 1 : -1;
}

int
ref_move_locked(struct ref_lock *lock, struct err *e)
{
	int rc = git_transaction_commit(lock->tx);

	if (rc != 0)
		repo_fail(e, EX_IOERR, lock->ref);
	ref_unlock(lock);
	return rc == 0 ? 0 : -1;
}

int
ref_move(struct repo *r, const struct ref_move *m, struct err *e)
{
	struct ref_lock *lock;
	int rc = ref_lock(r, m, &lock, e);

	return rc == 0 ? ref_move_locked(lock, e) : rc;
}

void
ref_drop_stale_lock(struct repo *r, const char *ref, const struct oid *to)
{
	char *path = mem_printf("%s%s.lock", strcmp(ref, "HEAD") == 0 ?
	    repo_gitdir(r) : repo_commondir(r), ref);
	char hex[OID_HEX + 1], text[OID_HEX + 2];
	ssize_t n = -1, waited_ms;
	int fd;

	oid_format(hex, to);
	for (waited_ms = 0; waited_ms < STALE_MS; waited_ms += STALE_STEP_MS) {
		if ((fd = open(path, O_RDONLY | O_CLOEXEC)) < 0)
			break;
		n = read(fd, text, sizeof(text));
		close(fd);
		if (n < 0 || memcmp(text, hex, n > OID_HEX ? OID_HEX :
		    (size_t)n) != 0) {
			n = -1;
			break;
		}
		if (n >= OID_HEX)
			break;
		usleep(STALE_STEP_MS * 1000);
	}
	if (n >= 0 && unlink(path) == 0)
		log_info("took away %s, which an interrupted change left",
		    path);
	free(path);
}
