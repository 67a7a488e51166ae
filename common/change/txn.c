/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include <fcntl.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "board/store.h"
#include "change/apply.h"
#include "change/build.h"
#include "change/commit.h"
#include "change/gitindex.h"
#include "change/private.h"
#include "change/publish.h"
#include "change/restore.h"
#include "change/txn.h"
#include "sys/file.h"
#include "sys/path.h"

enum {
	LOCK_TIMEOUT_MS = 10000,
	SHARE_TIMEOUT_MS = 2000,	/* a dry run goes on without it */
	PLAN_BYTES_MAX = 24 << 20
};

static int
find_timeout(int *ms, struct err *e)
{
	const char *s = getenv("TASK_LOCK_TIMEOUT");
	int64_t us = 0;

	*ms = LOCK_TIMEOUT_MS;
	if (s == NULL || *s == '\0')
		return 0;
	if (strcmp(s, "0") != 0 && clock_parse_span(s, &us) != 0)
		return err_set(e, EX_CONFIG, "TASK_LOCK_TIMEOUT: '%s' is no "
		    "span such as 30s or 2m", s);
	*ms = us > CLOCK_DAY ? (int)(CLOCK_DAY / 1000) : (int)(us / 1000);
	return 0;
}

int
txn_lock(struct lock *l, struct repo *r, const char *program, struct err *e)
{
	char *who;
	int fd, rc;

	if (find_timeout(&l->timeout_ms, e) != 0)
		return -1;
	if ((fd = private_make(repo_commondir(r), e)) < 0)
		return -1;
	who = mem_printf("%s (pid %d)", program, (int)getpid());
	l->who = who;
	rc = lock_take(l, fd, "lock", e);
	close(fd);
	free(who);
	l->who = NULL;
	return rc;
}

/* A dry run makes nothing, but looks while nobody else changes anything. */
static void
share_lock(struct txn *t)
{
	int fd = private_open(repo_commondir(t->repo));

	if (fd < 0)
		return;
	t->lock.timeout_ms = SHARE_TIMEOUT_MS;
	(void)!lock_share(&t->lock, fd, "lock");
	close(fd);
}

/* What the records of the journal need while they are carried out. */
struct recovery {
	struct txn	*t;
	struct restore	 restore;
};

static int carry_out_again(struct txn *t, struct plan *p, struct err *e);

/* One that was interrupted: first all that it builds upon is put right. */
static int
finish_record(struct recovery *r, struct plan *p, struct err *e)
{
	int happened;

	if (r->t->journal.restarted) {
		happened = restore_happened(&r->restore, p, e);
		if (happened != 0)
			return happened < 0 ? -1 : 0;
		if (restore_all(&r->restore, p, e) != 0)
			return -1;
	}
	log_info("finishing a change that was interrupted");
	return carry_out_again(r->t, p, e);
}

static int
recover_record(void *ctx, const struct buf *text, bool done, struct err *e)
{
	struct recovery *r = ctx;
	struct plan p = PLAN_INIT;
	int rc;

	rc = plan_parse(&p, r->t->repo, text, e);
	if (rc == 0 && !done)
		rc = finish_record(r, &p, e);
	if (rc == 0 && r->t->journal.restarted)
		rc = restore_add(&r->restore, &p, r->t->journal.made, e);
	plan_release(&p);
	return rc;
}

static int
recover(struct txn *t, struct err *e)
{
	struct recovery r = { t, { .a = { t->repo, t->workfd, true, false,
	    true } } };
	bool restarted = t->journal.restarted;
	int rc;

	rc = journal_recover(&t->journal, recover_record, &r, e);
	if (rc == 0)
		rc = restore_all(&r.restore, NULL, e);
	restore_release(&r.restore);
	if (rc == 0 && restarted)
		rc = journal_flush(&t->journal, t->workfd, e);
	if (rc != 0)
		err_prefix(e, "a change that was interrupted cannot be "
		    "finished");
	return rc;
}

static int
find_prefix(struct txn *t, const char *path, struct err *e)
{
	struct buf prefix = BUF_INIT;

	if (repo_prefix(t->repo, path, &prefix, e) != 0)
		return -1;
	t->prefix = buf_take(&prefix);
	t->workfd = open(repo_workdir(t->repo), O_RDONLY | O_DIRECTORY |
	    O_CLOEXEC);
	return t->workfd < 0 ? err_errno(e, "%s", repo_workdir(t->repo)) : 0;
}

static int
open_journal(struct txn *t, struct err *e)
{
	struct gitindex ix = { repo_gitdir(t->repo), repo_workdir(t->repo),
	    t->workfd };
	int fd = private_make(repo_gitdir(t->repo), e), rc;

	if (fd < 0)
		return -1;
	rc = journal_open(&t->journal, fd, e);
	close(fd);
	if (rc == 0)
		rc = gitindex_clean(&ix, e);
	if (rc == 0)
		rc = recover(t, e);
	if (rc == 0)
		rc = gitindex_catch_up(&ix, e);
	return rc;
}

static int
read_hook(void *ctx, const char *path, size_t max, struct file *f,
    struct err *e)
{
	return txn_read(ctx, path, max, f, e);
}

/* An empty plan on the head. */
static void
start_plan(struct txn *t)
{
	t->trees = tree_cache_new(t->repo);
	t->plan.commits = t->commits;
	t->plan.ref = mem_strdup(t->head.ref);
	t->plan.old_head = t->plan.new_head = t->head.commit;
	t->plan.new_tree = t->head.tree;
	t->plan.now_us = t->now_us;
}

static int
begin(struct txn *t, const char *path, const struct txn_opts *opts,
    struct err *e)
{
	t->opts = *opts;
	t->now_us = clock_now_us();
	if (repo_open(&t->repo, path, e) != 0 || find_prefix(t, path, e) != 0)
		return -1;
	t->commits = !opts->no_commit &&
	    repo_config_bool(t->repo, "task.commit", true);
	if (opts->dry_run)
		share_lock(t);
	else if (txn_lock(&t->lock, t->repo, opts->who, e) != 0 ||
	    open_journal(t, e) != 0)
		return -1;
	if (ref_head(t->repo, &t->head, e) != 0)
		return -1;
	start_plan(t);
	return 0;
}

int
txn_begin(struct txn *t, struct store *s, const struct txn_opts *opts,
    struct err *e)
{
	struct buf path = BUF_INIT;
	int rc;

	path_of_fd(s->fd, &path);
	rc = begin(t, path.ptr, opts, e);
	buf_release(&path);
	if (rc != 0) {
		txn_end(t);
		return -1;
	}
	/* What was read before the lock may be old. */
	store_forget(s);
	t->store = s;
	s->read = read_hook;
	s->read_ctx = t;
	s->fixed = t->lock.fd >= 0;
	return 0;
}

int
txn_begin_at(struct txn *t, const char *dir, const struct txn_opts *opts,
    struct err *e)
{
	int rc = begin(t, dir, opts, e);

	if (rc != 0)
		txn_end(t);
	return rc;
}

static void
free_file(const char *path, void *value, void *ctx)
{
	struct txn_file *f = value;

	(void)path;
	(void)ctx;
	buf_release(&f->data);
	free(f);
}

/* Forgets what was staged and planned. */
static void
clear(struct txn *t)
{
	map_each(&t->files, free_file, NULL);
	map_release(&t->files);
	map_release_values(&t->on_disk);
	map_release_values(&t->in_head);
	strvec_release(&t->touched);
	tree_cache_free(t->trees);
	t->trees = NULL;
	t->signer.wanted = false;
	plan_release(&t->plan);
}

void
txn_end(struct txn *t)
{
	clear(t);
	if (t->store != NULL)
		store_read_source(t->store);
	t->store = NULL;
	journal_close(&t->journal);
	lock_drop(&t->lock);
	ref_head_release(&t->head);
	left_release(&t->left);
	signer_release(&t->signer);
	repo_close(t->repo);
	t->repo = NULL;
	free(t->prefix);
	t->prefix = NULL;
	if (t->workfd >= 0)
		close(t->workfd);
	t->workfd = -1;
}

int
txn_read(struct txn *t, const char *path, size_t max, struct file *f,
    struct err *e)
{
	struct txn_file *own = map_find(&t->files, path);
	const struct plan_object *o;
	struct buf disk = BUF_INIT;
	int rc;

	if (own != NULL && own->removed)
		return err_set(e, EX_NOINPUT, "%s: it is being removed", path);
	if (own != NULL && own->staged) {
		buf_set(&f->data, own->data.ptr, own->data.len);
		return 0;
	}
	if (own != NULL && own->planned) {
		o = plan_object(&t->plan, &t->plan.files[own->entry].content);
		buf_set(&f->data, o->data.ptr, o->data.len);
		return 0;
	}
	build_disk_path(t, path, &disk);
	rc = file_read(t->workfd, disk.ptr, max, f, e);
	buf_release(&disk);
	if (rc == 0) {
		own = build_file(t, path);
		own->was_read = true;
		own->read = f->st;
	} else if (strncmp(e->msg, t->prefix, strlen(t->prefix)) == 0) {
		/* The message begins with the path: as the caller knows it. */
		memmove(e->msg, e->msg + strlen(t->prefix),
		    strlen(e->msg + strlen(t->prefix)) + 1);
	}
	return rc;
}

int
txn_find_head(struct txn *t, const char *path, struct oid *id, struct err *e)
{
	struct tree_entry entry;
	struct buf full = BUF_INIT;
	int found;

	memset(id, 0, sizeof(*id));
	build_head_path(t, path, &full);
	found = tree_find(t->trees, &t->head.tree, full.ptr, &entry, e);
	buf_release(&full);
	if (found > 0)
		*id = entry.id;
	return found;
}

int
txn_read_head(struct txn *t, const char *path, struct buf *out,
    struct err *e)
{
	struct oid id;
	int found = txn_find_head(t, path, &id, e);

	if (found <= 0)
		return found;
	return repo_read(t->repo, &id, OBJECT_BLOB, out, e) == 0 ? 1 : -1;
}

void
txn_write(struct txn *t, const char *path, const void *data, size_t len)
{
	struct txn_file *f = build_file(t, path);

	buf_set(&f->data, data, len);
	f->staged = true;
	f->removed = false;
}

void
txn_write_executable(struct txn *t, const char *path, const void *data,
    size_t len)
{
	txn_write(t, path, data, len);
	build_file(t, path)->executable = true;
}

void
txn_merge(struct txn *t, const struct plan_merge *m)
{
	plan_set_merge(&t->plan, m);
}

void
txn_remove(struct txn *t, const char *path)
{
	struct txn_file *f = build_file(t, path);

	buf_release(&f->data);
	f->staged = true;
	f->removed = true;
}

void
txn_discard(struct txn *t)
{
	clear(t);
	start_plan(t);
}

int
txn_step(struct txn *t, const char *message, struct err *e)
{
	if (build_step(t, message, e) != 0)
		return -1;
	return t->plan.bytes > PLAN_BYTES_MAX ? txn_flush(t, e) : 0;
}

/* The plan to the journal: from there on it has happened. */
static int
record(struct txn *t, const struct plan *p, struct err *e)
{
	struct buf text = BUF_INIT;
	int rc;

	plan_format(p, &text);
	rc = journal_append(&t->journal, &text, e);
	buf_release(&text);
	return rc;
}

/* Somebody else committed meanwhile: the same change on their commit. */
static int
make_again(struct txn *t, struct plan *p, bool elsewhere, struct err *e)
{
	struct tree_cache *trees = tree_cache_new(t->repo);
	struct ref_head head;
	struct commit_base base = { t->repo, trees, &head, &t->signer.with };
	int rc;

	plan_drop_trees(p);
	rc = elsewhere ? ref_head_of(t->repo, p->ref, &head, e) :
	    ref_head(t->repo, &head, e);
	if (rc == 0)
		rc = commit_make(p, &base, 0, e);
	if (rc == 0) {
		p->old_head = head.commit;
		free(p->ref);
		p->ref = mem_strdup(head.ref);
		rc = record(t, p, e);
	}
	ref_head_release(&head);
	tree_cache_free(trees);
	return rc;
}

/*
 * The plan is in the journal: it has happened.  Whatever fails here leaves it
 * there, for the next program to finish.
 */
static int
carry_out(struct txn *t, struct publication *pub, struct err *e)
{
	const struct apply *a = pub->a;
	struct plan *p = pub->p;
	int rc;

	while ((rc = publish(pub, e)) > 0) {
		if ((rc = make_again(t, p, a->elsewhere, e)) != 0)
			break;
		publish_begin(pub, a, p);
	}
	return rc;
}

static int
carry_out_again(struct txn *t, struct plan *p, struct err *e)
{
	struct apply a = { t->repo, t->workfd, true, false,
	    t->journal.restarted };
	struct publication pub;
	struct ref_head head;
	int rc = 0;

	if (p->commits) {
		rc = ref_head(t->repo, &head, e);
		a.elsewhere = rc == 0 && strcmp(p->ref, head.ref) != 0;
		ref_head_release(&head);
	}
	if (rc != 0)
		return -1;
	publish_begin(&pub, &a, p);
	return carry_out(t, &pub, e);
}

/*
 * A file that is new and in no commit: if it were missing after a restart
 * nothing would tell whether it was lost, or a person took it away.
 */
static bool
has_new_uncommitted(const struct plan *p)
{
	size_t i;

	for (i = 0; i < p->nfiles && !p->commits; i++)
		if (oid_is_zero(&p->files[i].was) &&
		    !oid_is_zero(&p->files[i].content))
			return true;
	return false;
}

/* The plan is carried out: it counts as applied once nothing of it can go. */
static int
settle(struct txn *t, const struct plan *p, struct err *e)
{
	if (has_new_uncommitted(p))
		return journal_flush(&t->journal, t->workfd, e);
	return journal_done(&t->journal, e) != 0 ? -1 :
	    journal_checkpoint(&t->journal, t->workfd, e);
}

int
txn_flush(struct txn *t, struct err *e)
{
	struct err ignored = ERR_INIT;
	struct apply a = { t->repo, t->workfd, false, false, false };
	struct publication pub;
	struct plan *p = &t->plan;
	int rc;

	if (t->opts.dry_run)
		return err_set(e, EX_SOFTWARE, "a dry run may not commit");
	if (t->unfinished)
		return err_set(e, EX_TEMPFAIL, "a change is recorded and not "
		    "finished; the next task program will finish it");
	if (p->nfiles == 0 && p->nrenames == 0 && p->merge == NULL) {
		clear(t);
		start_plan(t);
		return 0;
	}
	publish_begin(&pub, &a, p);
	if (record(t, p, e) != 0) {
		publish_abandon(&pub);
		return -1;
	}
	rc = carry_out(t, &pub, e);
	if (rc == 0)
		rc = settle(t, p, e);
	/* It has happened; that it is remembered as ours is a nicety. */
	if (rc == 0)
		left_update(t->repo, p, &ignored);
	if (rc != 0) {
		t->unfinished = true;
		return err_prefix(e, "the change is recorded, and the next "
		    "task program will finish it");
	}
	t->head.commit = p->new_head;
	t->head.tree = p->new_tree;
	clear(t);
	start_plan(t);
	return 0;
}

int
txn_commit(struct txn *t, const char *message, struct err *e)
{
	if (build_step(t, message, e) != 0)
		return -1;
	return txn_flush(t, e);
}
