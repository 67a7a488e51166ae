/* SPDX-License-Identifier: MIT */
/* task-log: what a commit changed in the texts of a task */
#include "base/compat.h"

#include "base/err.h"
#include "tools/log.h"

static int
add_diff(const struct trail_file *old, const struct trail_file *new,
    struct buf *out, struct err *e)
{
	const char *from = buf_str(&old->name), *to = buf_str(&new->name);
	size_t at = out->len;
	struct buf head = BUF_INIT;

	if (old->name.len == new->name.len && buf_equal(&old->name,
	    &new->name) && buf_equal(&old->text, &new->text))
		return 0;
	if (repo_diff(&old->text, &new->text, to, out, e) != 0)
		return -1;
	if (out->len > at && out->ptr[out->len - 1] != '\n')
		buf_addc(out, '\n');
	buf_addf(&head, "--- %s\n+++ %s\n", *from == '\0' ? "/dev/null" : from,
	    *to == '\0' ? "/dev/null" : to);
	buf_splice(out, at, 0, head.ptr, head.len);
	buf_release(&head);
	return 0;
}

int
trail_patch(const struct trail *t, const struct trail_commit *c,
    struct buf *out, struct err *e)
{
	static const char *const endings[] =
	    { ".task.md", ".context.md", ".learning.md" };
	struct trail_file old, new;
	struct repo *r = t->repo;
	size_t i;
	int rc = 0;

	for (i = 0; i < ARRAY_LEN(endings) && rc >= 0; i++) {
		old = new = (struct trail_file)TRAIL_FILE_INIT;
		rc = trail_read(r, &c->before, endings[i], &old, e);
		if (rc >= 0)
			rc = trail_read(r, &c->after, endings[i], &new, e);
		if (rc >= 0)
			rc = add_diff(&old, &new, out, e);
		trail_file_release(&old);
		trail_file_release(&new);
	}
	return rc < 0 ? -1 : 0;
}
