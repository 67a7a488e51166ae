/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include <sys/stat.h>

#include <fcntl.h>

#include "base/err.h"
#include "base/strvec.h"
#include "board/hooks.h"
#include "board/store.h"
#include "change/hooktrust.h"
#include "change/private.h"
#include "change/repo.h"
#include "sys/file.h"
#include "sys/path.h"

#define TRUSTED	"trusted-hooks"

enum {
	PROGRAM_MAX = 64 << 20,		/* bytes of a program's file */
	TRUSTED_MAX = 64		/* registries, of all branches */
};

/* So that a hook's paths are the same wherever the board is kept in git. */
void
hook_place_find(struct hook_place *p, const struct repo *r)
{
	static const char own[] = "/.work/";
	const char *top = repo_workdir(r);
	size_t n = strlen(top), own_len = sizeof(own) - 1;

	if (n > own_len && strcmp(top + n - own_len, own) == 0 &&
	    strcmp(repo_gitdir(r), repo_commondir(r)) != 0)
		n -= own_len - 1;
	p->worktree = mem_dup(top, n);
	p->common = mem_strdup(repo_commondir(r));
}

void
hook_place_release(struct hook_place *p)
{
	free(p->worktree);
	free(p->common);
	p->worktree = p->common = NULL;
}

static void
add_content(struct buf *all, const struct buf *content, const char *path)
{
	char hex[OID_HEX + 1];
	struct oid id;

	oid_of(&id, "blob", buf_str(content), content->len);
	oid_format(hex, &id);
	buf_addf(all, "%s %s\n", hex, path);
}

/* "ID path", or "- path" where there is no such file. */
static int
add_file(struct buf *all, int dirfd, const char *path, struct err *e)
{
	struct file f = FILE_INIT;
	int rc;

	rc = file_read(dirfd, path, PROGRAM_MAX, &f, e);
	if (rc == 0) {
		add_content(all, &f.data, path);
	} else if (e->status == EX_NOINPUT) {
		buf_addf(all, "- %s\n", path);
		rc = 0;
	}
	file_release(&f);
	return rc;
}

/* The same, of what an interpreter would read: it follows links. */
static int
add_script(struct buf *all, int workfd, const char *path, struct err *e)
{
	int fd = openat(workfd, path, O_RDONLY | O_NONBLOCK | O_NOCTTY |
	    O_CLOEXEC);
	struct buf content = BUF_INIT;
	struct stat st;
	int rc = 0;

	if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
		rc = fd_read_all(fd, PROGRAM_MAX, &content, e);
		if (rc == 0)
			add_content(all, &content, path);
		else
			err_prefix(e, "%s", path);
	} else {
		buf_addf(all, "- %s\n", path);
	}
	if (fd >= 0)
		close(fd);
	buf_release(&content);
	return rc;
}

/*
 * An interpreter's argument may name what really runs: where it names a file
 * below the worktree, that one counts as well.
 */
static int
add_arguments(struct buf *all, int workfd, const struct hook *h,
    struct err *e)
{
	const char *path;
	size_t i;
	int rc = 0;

	for (i = 1; i < h->argv.n && rc == 0; i++) {
		path = h->argv.v[i];
		if (strncmp(path, "./", 2) == 0)
			path += 2;
		if (path_is_plain(path))
			rc = add_script(all, workfd, path, e);
	}
	return rc;
}

static int
add_programs(struct buf *all, const struct hooks *h, const struct store *s,
    int workfd, struct err *e)
{
	char *program;
	size_t i;
	int rc = 0;

	for (i = 0; i < h->n && rc == 0; i++) {
		if ((program = hook_program(&h->v[i])) != NULL)
			rc = add_file(all, s->fd, program, e);
		free(program);
		if (rc == 0)
			rc = add_arguments(all, workfd, &h->v[i], e);
	}
	return rc;
}

int
hooktrust_id(struct oid *id, const struct hooks *h, const struct store *s,
    const struct hook_place *p, struct err *e)
{
	char hex[OID_HEX + 1];
	struct buf all = BUF_INIT;
	int workfd, rc;

	workfd = open(p->worktree, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (workfd < 0)
		return err_errno(e, "%s", p->worktree);
	oid_of(id, "blob", h->text.ptr, h->text.len);
	oid_format(hex, id);
	buf_addf(&all, "%s registry\n", hex);
	if ((rc = add_programs(&all, h, s, workfd, e)) == 0)
		oid_of(id, "blob", all.ptr, all.len);
	buf_release(&all);
	close(workfd);
	return rc;
}

static int
read_trusted(int fd, struct strvec *ids, struct err *e)
{
	struct file f = FILE_INIT;
	int rc;

	rc = file_read(fd, TRUSTED, TRUSTED_MAX * (OID_HEX + 2), &f, e);
	if (rc == 0)
		strvec_split(ids, buf_str(&f.data), '\n');
	else if (e->status == EX_NOINPUT)
		rc = 0;
	file_release(&f);
	return rc;
}

int
hooktrust_has(const struct hook_place *p, const struct oid *id,
    struct err *e)
{
	struct strvec ids = STRVEC_INIT;
	char hex[OID_HEX + 1];
	int fd, rc;

	if ((fd = private_make(p->common, e)) < 0)
		return -1;
	oid_format(hex, id);
	if ((rc = read_trusted(fd, &ids, e)) == 0)
		rc = strvec_has(&ids, hex);
	strvec_release(&ids);
	close(fd);
	return rc;
}

static int
write_trusted(int fd, const struct strvec *ids, struct err *e)
{
	struct file f = FILE_INIT;
	size_t i;
	int rc;

	for (i = 0; i < ids->n; i++)
		buf_addf(&f.data, "%s\n", ids->v[i]);
	rc = file_replace(fd, TRUSTED, &f, e);
	file_release(&f);
	return rc;
}

int
hooktrust_add(const struct hook_place *p, const struct oid *id,
    struct err *e)
{
	struct strvec ids = STRVEC_INIT;
	char hex[OID_HEX + 1];
	int fd, rc;

	if ((fd = private_make(p->common, e)) < 0)
		return -1;
	oid_format(hex, id);
	rc = read_trusted(fd, &ids, e);
	if (rc == 0 && !strvec_has(&ids, hex)) {
		while (ids.n >= TRUSTED_MAX)
			strvec_remove(&ids, 0);
		strvec_add(&ids, hex);
		rc = write_trusted(fd, &ids, e);
	}
	strvec_release(&ids);
	close(fd);
	return rc;
}

int
hooktrust_clear(const struct hook_place *p, struct err *e)
{
	int fd, rc;

	if ((fd = private_make(p->common, e)) < 0)
		return -1;
	rc = unlinkat(fd, TRUSTED, 0) == 0 || errno == ENOENT ? 0 :
	    err_errno(e, "%stask/" TRUSTED, p->common);
	close(fd);
	return rc;
}
