/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/err.h"
#include "change/mergecard.h"
#include "change/mergepick.h"

static bool
same(const struct merge_part *a, const struct merge_part *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	return a->mode == b->mode && oid_equal(&a->id, &b->id);
}

static void
take(struct merge_three *t, const struct merge_part *p)
{
	t->mode = p == NULL ? 0 : p->mode;
	if (p != NULL)
		t->id = p->id;
}

static bool
is_plain(const struct merge_part *p)
{
	return p == NULL || tree_mode_is_file(p->mode);
}

/* By lines; 2: these are no texts. */
static int
by_lines(struct merge_work *w, struct merge_three *t, struct buf *out,
    struct err *e)
{
	struct buf v[MERGE_SIDES] = { BUF_INIT };
	struct merge_text m = { NULL, &v[MERGE_OURS], &v[MERGE_THEIRS] };
	int side, rc = 0;

	for (side = 0; side < MERGE_SIDES && rc == 0; side++)
		if (t->v[side] != NULL)
			rc = is_plain(t->v[side]) ? merge_read(w,
			    &t->v[side]->id, &v[side], e) : 2;
	if (t->v[MERGE_BASE] != NULL)
		m.base = &v[MERGE_BASE];
	if (rc == 0)
		rc = t->markers ? merge_body(&m, t->labels, out, e) :
		    merge_lines(&m, t->labels, out, e);
	for (side = 0; side < MERGE_SIDES; side++)
		buf_release(&v[side]);
	if (rc < 0)
		err_prefix(e, "%s", t->path);
	return rc;
}

int
merge_pick(struct merge_work *w, struct merge_three *t, struct err *e)
{
	const struct merge_part *base = t->v[MERGE_BASE];
	const struct merge_part *a = t->v[MERGE_OURS];
	const struct merge_part *b = t->v[MERGE_THEIRS];
	struct buf out = BUF_INIT;
	int rc = 0;

	/* What one took away and the other changed stays. */
	if (same(a, b) || same(a, base) || (a == NULL && !same(b, base)))
		take(t, b);
	else if (same(b, base) || b == NULL)
		take(t, a);
	else if ((rc = by_lines(w, t, &out, e)) == 0 ||
	    (rc == 1 && t->markers)) {
		t->mode = b->mode;
		merge_blob(w, &out, &t->id);
		t->marked = rc == 1;
	} else if (rc > 0) {
		take(t, b);
		t->beside = a;
	}
	buf_release(&out);
	return rc < 0 ? -1 : 0;
}
