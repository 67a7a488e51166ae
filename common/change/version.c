/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/err.h"
#include "base/jsonw.h"
#include "change/build.h"
#include "change/session.h"
#include "change/version.h"
#include "sys/dir.h"
#include "sys/file.h"
#include "sys/path.h"

/* The highest version of the file, on disk or about to be. */
static int
last_version(struct session *s, const struct package *p, const char *stem,
    struct err *e)
{
	struct strvec names = STRVEC_INIT;
	struct buf disk = BUF_INIT, folder = BUF_INIT;
	const char *name;
	size_t i, len = strlen(stem);
	int n, last = 0;

	package_path(p, &folder);
	build_disk_path(&s->txn, folder.ptr, &disk);
	if (dir_list(s->txn.workfd, disk.ptr, &names, e) != 0)
		last = -1;
	for (i = 0; i < names.n && last >= 0; i++) {
		name = names.v[i];
		if (strncmp(name, stem, len) == 0 &&
		    sscanf(name + len, "v%6d.md", &n) == 1 && n > last)
			last = n;
	}
	strvec_release(&names);
	buf_release(&disk);
	buf_release(&folder);
	return last;
}

/* By one that is kept, or staged, since the last commit. */
static bool
is_taken(struct session *s, const char *path)
{
	struct file f = FILE_INIT;
	struct err ignored = ERR_INIT;
	bool taken = map_find(&s->versions, path) != NULL ||
	    store_read(&s->store, path, CONTEXT_MAX, &f, &ignored) == 0;

	file_release(&f);
	return taken;
}

int
version_keep(struct session *s, const struct task *t, enum package_file part,
    const struct buf *old, struct err *e)
{
	struct buf file = BUF_INIT, path = BUF_INIT, text = BUF_INIT;
	int last;

	package_file(t->pkg, part, &file);
	buf_truncate(&file, file.len - strlen("md"));
	last = last_version(s, t->pkg, path_base(file.ptr), e);
	if (last >= 0) {
		do {
			buf_clear(&path);
			buf_addf(&path, "%sv%d.md", file.ptr, ++last);
		} while (is_taken(s, path.ptr));
		buf_addb(&text, old);
		session_keep_version(s, path.ptr, &text);
	}
	buf_release(&file);
	buf_release(&path);
	return last < 0 ? -1 : last + 1;
}

int
version_change_context(struct session *s, struct task *t, struct buf *text,
    const char *desc, struct err *e)
{
	struct buf path = BUF_INIT;
	struct draft d;
	int rc = 0;

	if (text->len > CONTEXT_MAX)
		return err_set(e, EX_NO, "its context would have %zu bytes; "
		    "the most is %d", text->len, CONTEXT_MAX);
	package_file(t->pkg, PACKAGE_CONTEXT, &path);
	session_draft(s, &d, "content_updated", desc);
	jsonw_member(&d.own, "file", path_base(path.ptr));
	if (t->has_context && !stage_info[t->pkg->stage].free_edits) {
		rc = version_keep(s, t, PACKAGE_CONTEXT, &t->context, e);
		if (rc > 0) {
			jsonw_key(&d.own, "new_version");
			jsonw_int(&d.own, rc);
		}
	}
	if (rc >= 0) {
		buf_swap(&t->context, text);
		t->has_context = true;
		session_save_context(s, t);
		session_log(t, &d);
	}
	draft_release(&d);
	buf_release(&path);
	return rc < 0 ? -1 : 0;
}
