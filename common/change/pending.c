/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include <fcntl.h>

#include "base/err.h"
#include "change/pending.h"
#include "sys/file.h"

enum { PENDING_MAX = 64 << 20 };

char *
pending_path(const struct gitindex *ix)
{
	return mem_printf("%stask/index-pending", ix->gitdir);
}

static void
add_field(struct buf *out, const char *s)
{
	buf_adds(out, s);
	buf_addc(out, '\0');
}

int
pending_write(const struct gitindex *ix, const struct index_edits *edits,
    struct err *e)
{
	char id[OID_HEX + 1], was[OID_HEX + 1];
	struct file f = FILE_INIT;
	size_t i;
	int dir, rc = -1;

	for (i = 0; i < edits->n; i++) {
		oid_format(id, &edits->v[i].id);
		oid_format(was, &edits->v[i].was);
		buf_addf(&f.data, "%d %o %s %s %u", (int)edits->v[i].kind,
		    edits->v[i].mode, id, was, edits->v[i].batch);
		buf_addc(&f.data, '\0');
		add_field(&f.data, edits->v[i].path);
		add_field(&f.data,
		    edits->v[i].to == NULL ? "" : edits->v[i].to);
	}
	dir = open(ix->gitdir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		err_errno(e, "%s", ix->gitdir);
	else
		rc = file_replace(dir, "task/index-pending", &f, e);
	if (dir >= 0)
		close(dir);
	file_release(&f);
	return rc;
}

/* The edit at `*p`, which moves behind it; false where there is none. */
static bool
take_pending(const char **p, const char *end, struct index_edits *out)
{
	char id[OID_HEX + 1], was[OID_HEX + 1];
	struct index_edit edit, *x;
	const char *path, *to;
	int kind;

	if (sscanf(*p, "%d %o %40s %40s %u", &kind, &edit.mode, id, was,
	    &edit.batch) != 5 ||
	    kind < INDEX_PUT || kind > INDEX_MOVE ||
	    strlen(id) != OID_HEX || oid_parse(&edit.id, id) != 0 ||
	    strlen(was) != OID_HEX || oid_parse(&edit.was, was) != 0)
		return false;
	path = *p + strlen(*p) + 1;
	to = path >= end ? end : path + strlen(path) + 1;
	if (to >= end)
		return false;
	x = index_edits_add(out, (enum index_edit_kind)kind, path, to);
	x->mode = edit.mode;
	x->id = edit.id;
	x->was = edit.was;
	x->batch = edit.batch;
	*p = to + strlen(to) + 1;
	return true;
}

int
pending_read(const struct gitindex *ix, struct index_edits *out,
    struct err *e)
{
	struct file f = FILE_INIT;
	const char *p, *end;
	int dir, rc;

	dir = open(ix->gitdir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return err_errno(e, "%s", ix->gitdir);
	rc = file_read(dir, "task/index-pending", PENDING_MAX, &f, e);
	close(dir);
	p = buf_str(&f.data);
	end = p + f.data.len;
	while (rc == 0 && p < end && take_pending(&p, end, out))
		continue;
	file_release(&f);
	return rc == 0 || e->status == EX_NOINPUT ? 0 : -1;
}
