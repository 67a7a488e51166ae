/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/err.h"
#include "change/moved.h"
#include "change/session.h"
#include "rule/index.h"
#include "rule/move.h"
#include "rule/signoff.h"

/* The package of that id in a folder of HEAD, or deeper in the archive. */
static int
find_in_folder(struct session *s, const struct id *id,
    const struct index_at *at, struct package **out, struct err *e)
{
	struct buf folder = BUF_INIT;
	struct index_at deeper = *at;
	const struct buf *tree;
	struct tree_entry entry;
	struct package *p;
	struct oid oid;
	size_t pos = 0;
	int rc;

	buf_adds(&folder, stage_info[at->stage].name);
	if (at->shard != NULL)
		buf_addf(&folder, "/%s", at->shard);
	rc = txn_find_head(&s->txn, folder.ptr, &oid, e);
	buf_release(&folder);
	if (rc <= 0 || tree_get(s->txn.trees, &oid, &tree, e) != 0)
		return rc;
	rc = 0;
	while (rc == 0 && *out == NULL && tree_next(tree, &pos, &entry) > 0) {
		if (entry.mode != TREE_MODE_DIR)
			continue;
		p = package_new((enum stage)at->stage, at->shard, entry.name);
		deeper.shard = entry.name;
		if (p == NULL && at->shard == NULL &&
		    stage_info[at->stage].closed)
			rc = find_in_folder(s, id, &deeper, out, e);
		else if (p != NULL && id_compare(&p->id, id) == 0)
			*out = p;
		if (*out != p)
			package_free(p);
	}
	return rc;
}

int
moved_find_in_head(struct session *s, const struct id *id,
    struct package **out, struct err *e)
{
	struct index_at at = { 0, NULL, false };

	*out = NULL;
	for (; at.stage < STAGE_COUNT && *out == NULL; at.stage++)
		if (find_in_folder(s, id, &at, out, e) < 0)
			return -1;
	return 0;
}

char *
moved_take_former(struct store *s, struct package *p, struct map *in_head)
{
	struct strvec refs = STRVEC_INIT;
	struct err ignored = ERR_INIT;
	struct task t = TASK_INIT;
	char *folder = NULL;
	size_t i;

	if (task_load(&t, s, p, &ignored) == 0)
		ledger_former_ids(&t.ledger, &refs);
	for (i = 0; i < refs.n && folder == NULL; i++)
		folder = map_remove(in_head, refs.v[i]);
	task_release(&t);
	strvec_release(&refs);
	return folder;
}

/* A sign-off stands for the gate, where it is one. */
static int
check_gate(struct session *s, const struct task *before, enum stage gate,
    struct err *e)
{
	struct signoff so = { .gate = gate };
	const struct policy *policy;
	char ref[ID_SIZE];

	if (store_policy(&s->store, &policy, e) != 0)
		return -1;
	if (!policy->gate[gate])
		return 0;
	move_replay(&before->ledger, &so.entered);
	if (signoff_find(&so, &s->store, before, e) != 0)
		return -1;
	id_format_ref(ref, &before->pkg->id);
	return so.state == SIGNOFF_VALID ? 0 : err_set(e, EX_NO, "%s: its "
	    "ledger tells of a move to '%s' without a sign-off that stands; "
	    "put its folder back and move it with task-move", ref,
	    stage_info[gate].name);
}

/* The last step into a stage was allowed: forward along the table, or back. */
static int
check_step(struct session *s, const struct task *before, enum stage from,
    enum stage to, struct err *e)
{
	char ref[ID_SIZE];
	int gate;

	id_format_ref(ref, &before->pkg->id);
	if (to < from && !stage_info[from].closed)
		return 0;
	if (!move_leads(before, from, to))
		return err_set(e, EX_NO, "%s: its ledger tells of a move from "
		    "'%s' to '%s', which there is not", ref,
		    stage_info[from].name, stage_info[to].name);
	for (gate = (int)from + 1; gate <= (int)to; gate++)
		if (check_gate(s, before, (enum stage)gate, e) != 0)
			return -1;
	return 0;
}

/* The index of the first event that HEAD does not have. */
static int
count_in_head(struct session *s, const struct task *t,
    const struct package *in_head, size_t *n, struct err *e)
{
	struct buf path = BUF_INIT, old = BUF_INIT;
	int rc = 0;

	if (in_head != NULL) {
		package_file(in_head, PACKAGE_LEDGER, &path);
		rc = txn_read_head(&s->txn, path.ptr, &old, e);
	}
	for (*n = 0; *n < t->ledger.n &&
	    t->ledger.v[*n].start < old.len; )
		++*n;
	buf_release(&path);
	buf_release(&old);
	return rc < 0 ? -1 : 0;
}

static int
check_event(struct session *s, const struct task *before, int from, int to,
    struct err *e)
{
	char ref[ID_SIZE];

	if (from != STAGE_NONE)
		return check_step(s, before, (enum stage)from, (enum stage)to,
		    e);
	if (session_may_import(s, (enum stage)to, e) == 0)
		return 0;
	id_format_ref(ref, &before->pkg->id);
	return err_prefix(e, "%s: it is new and lies behind a gate", ref);
}

/* The task ended there, canceled or split, which is no move. */
static bool
is_end(const struct move_replayed *before, const struct move_replayed *after)
{
	return (after->status == STATUS_CANCELED ||
	    after->status == STATUS_SPLIT) && after->status != before->status;
}

int
moved_is_told(struct session *s, const struct task *t,
    const struct package *in_head, struct err *e)
{
	struct move_replayed was = MOVE_REPLAYED_INIT, is;
	const struct ledger *l = &t->ledger;
	struct task before = *t;
	size_t i, old;

	move_replay_all(l, &is);
	if (is.stage != (int)t->pkg->stage)
		return 0;
	if (count_in_head(s, t, in_head, &old, e) != 0)
		return -1;
	for (i = 0; i < old; i++)
		move_replay_next(&was, &l->v[i], i);
	if (in_head != NULL)
		was.stage = (int)in_head->stage;
	for (; i < l->n; i++, was = is) {
		is = was;
		before.ledger.n = i;
		move_replay_next(&is, &l->v[i], i);
		if (is.stage != was.stage && (was.stage == STAGE_NONE ||
		    !is_end(&was, &is)) && check_event(s, &before, was.stage,
		    is.stage, e) != 0)
			return -1;
	}
	/* HEAD may have had a ledger that was ahead of the folder. */
	return was.stage == (int)t->pkg->stage;
}
