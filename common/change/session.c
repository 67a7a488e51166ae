/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/err.h"
#include "base/jsonw.h"
#include "base/log.h"
#include "change/actor.h"
#include "change/adopt.h"
#include "change/moved.h"
#include "change/reserve.h"
#include "change/session.h"
#include "cli/tool.h"
#include "rule/signoff.h"
#include "sys/path.h"

int
session_begin(struct session *s, struct err *e)
{
	if (session_begin_in(s, tool_options()->dir, e) != 0)
		return -1;
	if (strcmp(s->store.work.ptr, ".work") != 0)
		log_notice("the board is %s", s->store.work.ptr);
	else
		log_info("the board is .work");
	return 0;
}

int
session_begin_in(struct session *s, const char *dir, struct err *e)
{
	const struct tool_options *o = tool_options();
	struct txn_opts opts = { .who = tool_name(),
	    .no_commit = o->no_commit, .dry_run = o->dry_run };

	memset(s, 0, sizeof(*s));
	s->txn = (struct txn)TXN_INIT;
	if (store_open(&s->store, dir, e) != 0)
		return -1;
	if (txn_begin(&s->txn, &s->store, &opts, e) != 0 ||
	    actor_find(&s->actor, s->txn.repo, &s->store, o->user, e) != 0) {
		session_end(s);
		return -1;
	}
	return 0;
}

static void
free_version(const char *path, void *value, void *ctx)
{
	(void)path;
	(void)ctx;
	buf_release(value);
	free(value);
}

static void
forget_versions(struct session *s)
{
	map_each(&s->versions, free_version, NULL);
	map_release(&s->versions);
}

void
session_keep_version(struct session *s, const char *path, struct buf *text)
{
	struct buf *kept = mem_zalloc(sizeof(*kept)), *old;

	buf_swap(kept, text);
	old = map_put(&s->versions, path, kept);
	if (old != NULL)
		free_version(path, old, NULL);
}

void
session_discard(struct session *s)
{
	reindex_release(&s->reindex);
	forget_versions(s);
	map_release(&s->saved);
	hookrun_forget(&s->hooks);
	strvec_clear(&s->reserved);
	txn_discard(&s->txn);
	store_forget(&s->store);
}

void
session_end(struct session *s)
{
	reindex_release(&s->reindex);
	forget_versions(s);
	map_release(&s->saved);
	hookrun_ready(&s->hooks, &s->txn);
	txn_end(&s->txn);
	hookrun_run(&s->hooks, &s->store);
	hookrun_release(&s->hooks);
	strvec_release(&s->reserved);
	actor_release(&s->actor);
	store_close(&s->store);
}

struct below {
	const char	*folder;
	struct strvec	 paths;
};

static void
add_below(const char *path, void *value, void *ctx)
{
	struct below *b = ctx;

	(void)value;
	if (path_is_below(path, b->folder))
		strvec_add(&b->paths, path);
}

/* Stages what is kept of the package, or forgets it. */
static void
settle_versions(struct session *s, const struct package *p, bool stage)
{
	struct buf folder = BUF_INIT, *text;
	struct below b = { NULL, STRVEC_INIT };
	size_t i;

	package_path(p, &folder);
	b.folder = folder.ptr;
	map_each(&s->versions, add_below, &b);
	for (i = 0; i < b.paths.n; i++) {
		text = map_remove(&s->versions, b.paths.v[i]);
		if (stage)
			txn_write(&s->txn, b.paths.v[i], text->ptr,
			    text->len);
		free_version(b.paths.v[i], text, NULL);
	}
	strvec_release(&b.paths);
	buf_release(&folder);
}

/* A folder that HEAD has elsewhere; a move by hand is not ours to judge. */
static int
load_moved(struct session *s, struct package *p, struct package *in_head,
    struct task *t, struct err *e)
{
	struct buf from = BUF_INIT, to = BUF_INIT;
	char ref[ID_SIZE];
	int rc;

	rc = moved_is_told(s, t, in_head, e);
	if (rc == 0) {
		id_format_ref(ref, &p->id);
		return err_set(e, EX_NO, "%s: its folder was moved by hand "
		    "from '%s' to '%s'; task-watch --once judges that", ref,
		    stage_info[in_head->stage].name,
		    stage_info[p->stage].name);
	}
	if (rc < 0 || adopt_edits(s, t, in_head, e) != 0)
		return -1;
	package_path(in_head, &from);
	package_path(p, &to);
	txn_rename(&s->txn, from.ptr, to.ptr);
	/* The index that lost the row may be as little committed. */
	reindex_add(&s->reindex, &p->id, in_head->stage);
	buf_release(&from);
	buf_release(&to);
	return 0;
}

/* Whether the actor may sign each gate on the way to that stage. */
static int
may_pass(struct session *s, enum stage stage, struct err *e)
{
	const struct policy *policy;
	int gate;

	if (store_policy(&s->store, &policy, e) != 0)
		return -1;
	for (gate = 0; gate <= (int)stage; gate++)
		if (policy->gate[gate] && signoff_may(&s->store, &s->actor,
		    stage_info[gate].name, e) != 0)
			return -1;
	return 0;
}

/* Who brings a task in behind a gate gives their word for it. */
static int
sign_passage(struct session *s, enum stage stage, struct err *e)
{
	const struct policy *policy;
	const char *key;
	int gate;

	/* Who commits it themselves signs it themselves. */
	if (!s->txn.commits)
		return 0;
	if (store_policy(&s->store, &policy, e) != 0)
		return -1;
	for (gate = 0; gate <= (int)stage; gate++)
		if (policy->gate[gate])
			return session_sign(s, &key, e);
	return 0;
}

/*
 * One that HEAD does not have, made by hand or left to its user to commit.
 * Who may not sign the gates before its stage may not bring it in; the ledger
 * has to show that it went through them.
 */
static int
load_new(struct session *s, struct package *p, struct task *t, struct err *e)
{
	char ref[ID_SIZE];
	int told = 1;

	if (t->has_ledger && may_pass(s, p->stage, e) != 0)
		told = e->status == EX_NO ? moved_is_told(s, t, NULL, e) : -1;
	if (told > 0 && t->has_ledger && sign_passage(s, p->stage, e) != 0)
		return -1;
	if (told > 0)
		return adopt_edits(s, t, p, e);
	id_format_ref(ref, &p->id);
	return told < 0 ? -1 : err_set(e, EX_NO, "%s: it is new, and its "
	    "ledger does not say how it came to '%s'", ref,
	    stage_info[p->stage].name);
}

/* Where HEAD has it, by the id that it has or by one that it gave up. */
static int
find_in_head(struct session *s, const struct task *t, struct package **out,
    struct err *e)
{
	struct strvec former = STRVEC_INIT;
	struct id id;
	size_t i;
	int rc;

	rc = moved_find_in_head(s, &t->pkg->id, out, e);
	ledger_former_ids(&t->ledger, &former);
	for (i = 0; i < former.n && rc == 0 && *out == NULL; i++)
		if (id_parse(&id, former.v[i]) == 0)
			rc = moved_find_in_head(s, &id, out, e);
	strvec_release(&former);
	return rc;
}

int
session_load(struct session *s, const char *ref, struct task *t,
    struct err *e)
{
	struct package *p, *in_head = NULL;
	struct buf folder = BUF_INIT;
	char formal[ID_SIZE];
	struct oid id;
	int rc;

	if (store_resolve(&s->store, ref, &p, e) != 0)
		return -1;
	id_format_ref(formal, &p->id);
	if (map_find(&s->saved, formal) != NULL)
		return task_load(t, &s->store, p, e);
	/* Those of a load before this one, which came to nothing. */
	settle_versions(s, p, false);
	package_path(p, &folder);
	rc = txn_find_head(&s->txn, folder.ptr, &id, e);
	buf_release(&folder);
	if (rc < 0 || task_load(t, &s->store, p, e) != 0)
		return -1;
	if (rc > 0)
		return adopt_edits(s, t, p, e);
	rc = find_in_head(s, t, &in_head, e);
	if (rc == 0)
		rc = in_head == NULL ? load_new(s, p, t, e) :
		    load_moved(s, p, in_head, t, e);
	package_free(in_head);
	return rc;
}

int
session_may_import(struct session *s, enum stage stage, struct err *e)
{
	return may_pass(s, stage, e) != 0 ? -1 : sign_passage(s, stage, e);
}

static void
write_part(struct session *s, const struct package *p,
    enum package_file part, const struct buf *text)
{
	struct buf path = BUF_INIT;

	package_file(p, part, &path);
	txn_write(&s->txn, path.ptr, text->ptr, text->len);
	buf_release(&path);
}

void
session_save_context(struct session *s, const struct task *t)
{
	write_part(s, t->pkg, PACKAGE_CONTEXT, &t->context);
}

void
session_fire(struct session *s, const struct id *id, const struct ledger *l,
    const struct card *c)
{
	hookrun_collect(&s->hooks, &s->store, id, l, c);
}

void
session_save(struct session *s, const struct task *t)
{
	struct buf folder = BUF_INIT;
	char ref[ID_SIZE];

	id_format_ref(ref, &t->pkg->id);
	map_put(&s->saved, ref, s);
	write_part(s, t->pkg, PACKAGE_CARD, &t->card.text);
	write_part(s, t->pkg, PACKAGE_LEDGER, &t->ledger.text);
	package_path(t->pkg, &folder);
	settle_versions(s, t->pkg, true);
	txn_touch(&s->txn, folder.ptr);
	session_fire(s, &t->pkg->id, &t->ledger, &t->card);
	/* A row says nothing that is not in the card. */
	if (!t->settled || t->card.changed)
		reindex_add(&s->reindex, &t->pkg->id, t->pkg->stage);
	buf_release(&folder);
}

int
session_move(struct session *s, struct task *t, enum stage to, struct err *e)
{
	struct package *p = t->pkg;
	struct buf from = BUF_INIT, path = BUF_INIT;
	const struct policy *policy;
	struct reindex_task *r;
	char *shard = NULL;

	if (store_policy(&s->store, &policy, e) != 0)
		return -1;
	if (stage_info[to].closed)
		shard = store_shard(policy, &p->id);
	r = reindex_add(&s->reindex, &p->id, p->stage);
	r->for_others = r->for_others ||
	    stage_info[p->stage].done != stage_info[to].done;
	free(r->shard);
	r->shard = mem_strdup_null(p->shard);
	package_path(p, &from);
	store_move(&s->store, p, to, shard);
	package_path(p, &path);
	txn_rename(&s->txn, from.ptr, path.ptr);
	free(shard);
	buf_release(&from);
	buf_release(&path);
	return 0;
}

void
session_draft(const struct session *s, struct draft *d, const char *event,
    const char *desc)
{
	memset(d, 0, sizeof(*d));
	d->event = event;
	d->user = s->actor.user;
	d->desc = desc;
	d->ts_us = s->txn.now_us;
	if (s->actor.worker != NULL)
		jsonw_member(&d->metadata, "worker_id", s->actor.worker);
}

int
session_sign(struct session *s, const char **key, struct err *e)
{
	const struct policy *policy;

	*key = NULL;
	if (store_policy(&s->store, &policy, e) != 0)
		return -1;
	if (!policy->signing_ssh)
		return 0;
	if (signer_want(&s->txn, s->actor.user, e) != 0)
		return -1;
	*key = s->txn.signer.with.fingerprint;
	return 0;
}

void
session_log(struct task *t, struct draft *d)
{
	ledger_add(&t->ledger, d);
	draft_release(d);
}

void
session_log_keys(const struct session *s, struct task *t,
    const struct strvec *keys, const char *desc)
{
	struct buf path = BUF_INIT;
	struct draft d;

	package_file(t->pkg, PACKAGE_CARD, &path);
	session_draft(s, &d, "content_updated", desc);
	jsonw_member(&d.own, "file", path_base(path.ptr));
	jsonw_key(&d.own, "keys");
	jsonw_list(&d.own, keys);
	session_log(t, &d);
	buf_release(&path);
}

/* What is neither staged nor planned any more has happened. */
static void
settle(struct session *s)
{
	struct err e = ERR_INIT;

	if (s->txn.plan.nfiles > 0 || s->txn.plan.nrenames > 0)
		return;
	hookrun_settle(&s->hooks);
	/* Where this fails they are found to be in use all the same. */
	if (reserve_drop(s->txn.repo, &s->reserved, &e) != 0)
		log_warn("%s", e.msg);
	strvec_clear(&s->reserved);
}

int
session_step(struct session *s, const char *message, struct err *e)
{
	map_release(&s->saved);
	if (reindex_stage(&s->reindex, &s->txn, e) != 0)
		return -1;
	if (tool_options()->dry_run)
		return 0;
	if (txn_step(&s->txn, message, e) != 0)
		return -1;
	settle(s);
	return 0;
}

int
session_flush(struct session *s, struct err *e)
{
	if (tool_options()->dry_run)
		return 0;
	if (txn_flush(&s->txn, e) != 0)
		return -1;
	settle(s);
	return 0;
}

int
session_commit(struct session *s, const char *message, struct err *e)
{
	if (session_step(s, message, e) != 0)
		return -1;
	return session_flush(s, e);
}
