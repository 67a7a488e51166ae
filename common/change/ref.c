/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include <sys/stat.h>

#include <fcntl.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/log.h"
#include "change/libgit2.h"
#include "change/ref.h"
#include "sys/file.h"

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

int
ref_last_move(struct repo *r, const char *ref, struct oid *to,
    struct buf *why, struct err *e)
{
	const git_reflog_entry *last;
	git_reflog *log;

	if (git_reflog_read(&log, r->git, ref) != 0)
		return repo_fail(e, EX_IOERR, ref);
	last = git_reflog_entry_byindex(log, 0);
	if (last != NULL) {
		memcpy(to->raw, git_reflog_entry_id_new(last)->id, OID_RAW);
		if (git_reflog_entry_message(last) != NULL)
			buf_adds(why, git_reflog_entry_message(last));
	}
	git_reflog_free(log);
	return last != NULL;
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

static char *
path_of(struct repo *r, const char *ref, const char *suffix)
{
	return mem_printf("%s%s%s", strcmp(ref, "HEAD") == 0 ?
	    repo_gitdir(r) : repo_commondir(r), ref, suffix);
}

/* How much of a small file there is, or -1. */
static ssize_t
read_start(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	ssize_t n = -1;

	if (fd >= 0) {
		n = read(fd, text, size);
		close(fd);
	}
	return n;
}

/* True where the text is what was being written, as far as it is there. */
static bool
is_part(const char *text, size_t n, const char *whole)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (text[i] != '\0' && text[i] != whole[i])
			return false;
	return true;
}

void
ref_drop_stale_lock(struct repo *r, const char *ref, const struct oid *to)
{
	char *path = path_of(r, ref, ".lock");
	char hex[OID_HEX + 1], text[OID_HEX];
	ssize_t n = -1, waited_ms;

	oid_format(hex, to);
	for (waited_ms = 0; waited_ms < STALE_MS; waited_ms += STALE_STEP_MS) {
		if ((n = read_start(path, text, sizeof(text))) < 0 ||
		    memcmp(text, hex, OID_HEX) == 0)
			break;
		if (!is_part(text, (size_t)n, hex)) {
			n = -1;
			break;
		}
		usleep(STALE_STEP_MS * 1000);
	}
	if (n >= 0 && unlink(path) == 0)
		log_info("took away %s, which an interrupted change left",
		    path);
	free(path);
}

static bool
is_damaged(const char *text, ssize_t n)
{
	char hex[OID_HEX + 1] = "";
	struct oid id;

	if (n == OID_HEX)
		memcpy(hex, text, OID_HEX);
	return n >= 0 && (n < 4 || memcmp(text, "ref:", 4) != 0) &&
	    (strlen(hex) != OID_HEX || oid_parse(&id, hex) != 0);
}

static int
replace(struct repo *r, const char *ref, struct file *f, struct err *e)
{
	const char *dir = strcmp(ref, "HEAD") == 0 ? repo_gitdir(r) :
	    repo_commondir(r);
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC), rc;

	if (fd < 0)
		return err_errno(e, "%s", dir);
	rc = file_replace(fd, ref, f, e);
	close(fd);
	return rc;
}

int
ref_mend(struct repo *r, const char *ref, const struct oid *to,
    struct err *e)
{
	char *path = path_of(r, ref, "");
	char hex[OID_HEX + 1], text[OID_HEX] = "";
	struct file f = FILE_INIT;
	ssize_t n = read_start(path, text, sizeof(text));
	int rc = 0;

	if (is_damaged(text, n)) {
		log_warn("%s was damaged, and is restored", ref);
		oid_format(hex, to);
		buf_addf(&f.data, "%s\n", hex);
		if (oid_is_zero(to))
			rc = unlink(path) == 0 ? 1 : err_errno(e, "%s", path);
		else
			rc = replace(r, ref, &f, e) == 0 ? 1 : -1;
	}
	file_release(&f);
	free(path);
	return rc;
}

time_t
ref_written(struct repo *r, const char *ref)
{
	char *loose = path_of(r, ref, "");
	char *packed = mem_printf("%spacked-refs", repo_commondir(r));
	struct stat st = { 0 };

	if (stat(loose, &st) != 0 && stat(packed, &st) != 0)
		memset(&st, 0, sizeof(st));
	free(loose);
	free(packed);
	return st.st_mtim.tv_sec;
}
