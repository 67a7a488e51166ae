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

/*
 * Keeps the part as it is, where the stage that the task is in wants that.
 * The number of the version that it is from now on, or 0.
 */
static int
keep(struct session *s, const struct task *t, enum package_file part,
    struct err *e)
{
	if (stage_info[t->pkg->stage].free_edits)
		return 0;
	return version_keep(s, t, part, part == PACKAGE_CARD ?
	    &t->card.text : &t->context, e);
}

static void
log_content(struct session *s, struct task *t, enum package_file part,
    int version, const char *desc)
{
	struct buf path = BUF_INIT;
	struct draft d;

	package_file(t->pkg, part, &path);
	session_draft(s, &d, "content_updated", desc);
	jsonw_member(&d.own, "file", path_base(path.ptr));
	if (version > 0) {
		jsonw_key(&d.own, "new_version");
		jsonw_int(&d.own, version);
	}
	session_log(t, &d);
	buf_release(&path);
}

int
version_change_context(struct session *s, struct task *t, struct buf *text,
    const char *desc, struct err *e)
{
	int version = 0;

	if (text->len > CONTEXT_MAX)
		return err_set(e, EX_NO, "its context would have %zu bytes; "
		    "the most is %d", text->len, CONTEXT_MAX);
	if (t->has_context)
		version = keep(s, t, PACKAGE_CONTEXT, e);
	if (version < 0)
		return -1;
	log_content(s, t, PACKAGE_CONTEXT, version, desc);
	buf_swap(&t->context, text);
	t->has_context = true;
	session_save_context(s, t);
	return 0;
}

/* True where only what stands between the brackets of "[ ]" is another. */
static bool
only_ticks(const char *old, size_t len, const struct buf *new)
{
	size_t i;

	if (len != new->len)
		return false;
	for (i = 0; i < len; i++)
		if (old[i] != new->ptr[i] && (i == 0 || i + 1 == len ||
		    old[i - 1] != '[' || old[i + 1] != ']' ||
		    strchr(" xX", old[i]) == NULL ||
		    strchr(" xX", new->ptr[i]) == NULL))
			return false;
	return true;
}

int
version_change_body(struct session *s, struct task *t, const struct buf *body,
    const char *desc, struct err *e)
{
	int version = 0;
	const char *old;
	size_t len;

	if (t->card.body + body->len > CARD_MAX)
		return err_set(e, EX_NO, "its card would have %zu bytes; the "
		    "most is %d", t->card.body + body->len, CARD_MAX);
	old = card_body(&t->card, &len);
	if (!only_ticks(old, len, body))
		version = keep(s, t, PACKAGE_CARD, e);
	if (version < 0)
		return -1;
	log_content(s, t, PACKAGE_CARD, version, desc);
	card_set_body(&t->card, buf_str(body), body->len);
	return 0;
}
