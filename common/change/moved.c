/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/err.h"
#include "change/moved.h"
#include "change/session.h"
#include "rule/course.h"
#include "rule/index.h"
#include "rule/move.h"

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

/* The first fault is what is said. */
static void
refuse(void *ctx, enum course_fault kind, const struct event *ev,
    const char *text)
{
	struct err *e = ctx;

	(void)ev;
	if (e->status == 0)
		err_set(e, EX_NO, kind == COURSE_BORN ? "%s" : "its ledger "
		    "tells of a move that is not allowed: %s; put its folder "
		    "back and move it with task-move", text);
}

int
moved_is_told(struct session *s, const struct task *t,
    const struct package *in_head, struct err *e)
{
	struct err faults = ERR_INIT;
	struct course c = { .store = &s->store, .task = t,
	    .was = MOVE_REPLAYED_INIT, .importer = &s->actor,
	    .fault = refuse, .ctx = &faults };
	const struct ledger *l = &t->ledger;
	struct move_replayed end;
	char ref[ID_SIZE];
	size_t i;

	move_replay_all(l, &end);
	if (end.stage != (int)t->pkg->stage)
		return 0;
	if (count_in_head(s, t, in_head, &c.first, e) != 0)
		return -1;
	for (i = 0; i < c.first; i++)
		move_replay_next(&c.was, &l->v[i], i);
	if (in_head != NULL)
		c.was.stage = (int)in_head->stage;
	if (course_judge(&c, &end, e) != 0)
		return -1;
	if (faults.status != 0) {
		id_format_ref(ref, &t->pkg->id);
		return err_set(e, faults.status, "%s: %s", ref, faults.msg);
	}
	/* HEAD may have had a ledger that was ahead of the folder. */
	return end.stage == (int)t->pkg->stage;
}
