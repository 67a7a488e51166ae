/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/err.h"
#include "change/bulk.h"
#include "cli/out.h"
#include "cli/tool.h"

static const struct out_column columns[] = {
	{ .name = "id" },
	{ .name = NULL }
};

int
bulk_take(struct bulk *b, int argc, char **argv, struct err *e)
{
	return tool_operands(argc, argv, &b->refs, &b->piped, e);
}

int
bulk_begin(struct bulk *b, struct err *e)
{
	if (b->refs.n == 0 && !b->piped)
		return err_set(e, EX_USAGE, "no task is named");
	if (b->refs.n == 0)
		return 0;
	id_unique(&b->refs);
	if (out_begin(&b->out, columns, e) != 0)
		return -1;
	if (session_begin(&b->s, e) != 0)
		return -1;
	b->begun = true;
	return 0;
}

static int
change(struct bulk *b, struct task *t, bulk_fn *fn, void *ctx,
    struct err *e)
{
	char ref[ID_SIZE];
	int rc;

	id_format_ref(ref, &t->pkg->id);
	if (task_require_ledger(t, &b->s.store, e) != 0)
		return -1;
	if (stage_info[t->pkg->stage].closed)
		return err_set(e, EX_NO, "%s: it is closed", ref);
	rc = fn(b, t, ctx, e);
	/* What is wrong in a file begins with where. */
	if (rc < 0 && e->status == EX_NO)
		err_prefix(e, "%s", ref);
	if (rc == 0) {
		session_save(&b->s, t);
		/* It may have another id now. */
		id_format_ref(ref, &t->pkg->id);
		strvec_add(&b->done, ref);
	}
	return rc;
}

void
bulk_each(struct bulk *b, bulk_fn *fn, void *ctx)
{
	struct err e = ERR_INIT;
	struct task t;
	size_t i;

	for (i = 0; i < b->refs.n; i++) {
		t = (struct task)TASK_INIT;
		if (session_load(&b->s, b->refs.v[i], &t, &e) != 0 ||
		    change(b, &t, fn, ctx, &e) < 0)
			tool_failed(&e);
		task_release(&t);
	}
}

int
bulk_commit(struct bulk *b, const char *what, struct err *e)
{
	struct buf message = BUF_INIT;
	size_t i;
	int rc = 0;

	tool_subject(&message, &b->done);
	buf_addf(&message, ": %s", what);
	tool_body(&message, &b->done);
	for (i = 0; i < b->also.n; )
		if (strvec_has(&b->done, b->also.v[i]))
			strvec_remove(&b->also, i);
		else
			i++;
	if (b->also.n > 0) {
		buf_adds(&message, "\n\nand along with it: ");
		tool_subject(&message, &b->also);
		tool_body(&message, &b->also);
	}
	if (b->done.n > 0)
		rc = session_commit(&b->s, message.ptr, e);
	for (i = 0; i < b->also.n; i++)
		strvec_add(&b->done, b->also.v[i]);
	for (i = 0; i < b->done.n && rc == 0; i++) {
		out_text(&b->out, 0, b->done.v[i]);
		out_row(&b->out);
	}
	out_end(&b->out);
	buf_release(&message);
	return rc;
}

void
bulk_release(struct bulk *b)
{
	if (b->begun)
		session_end(&b->s);
	b->begun = false;
	strvec_release(&b->refs);
	strvec_release(&b->done);
	strvec_release(&b->also);
}
