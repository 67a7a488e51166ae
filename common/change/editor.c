/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include <fcntl.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/strvec.h"
#include "change/editor.h"
#include "sys/file.h"
#include "sys/path.h"
#include "sys/run.h"

int
editor_open(struct editor *ed, const char *name, const char *suffix,
    struct err *e)
{
	const char *dir = getenv("TMPDIR");
	int fd;

	if (dir == NULL || *dir == '\0')
		dir = "/tmp";
	ed->dirfd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (ed->dirfd < 0)
		return err_errno(e, "%s", dir);
	ed->path = mem_printf("%s/%s.XXXXXX.%s", dir, name, suffix);
	fd = mkostemps(ed->path, (int)strlen(suffix) + 1, O_CLOEXEC);
	if (fd < 0) {
		err_errno(e, "%s: cannot make a file", dir);
		free(ed->path);
		ed->path = NULL;
		return -1;
	}
	close(fd);
	return 0;
}

int
editor_put(struct editor *ed, const struct buf *text, struct err *e)
{
	int fd = openat(ed->dirfd, path_base(ed->path), O_WRONLY | O_TRUNC |
	    O_NOFOLLOW | O_CLOEXEC);
	int rc;

	if (fd < 0)
		return err_errno(e, "%s", ed->path);
	rc = fd_write_all(fd, buf_str(text), text->len);
	if (rc != 0)
		err_errno(e, "%s: cannot write", ed->path);
	close(fd);
	return rc;
}

int
editor_get(struct editor *ed, size_t max, struct buf *text, struct err *e)
{
	struct file f = FILE_INIT;
	int rc = file_read(ed->dirfd, path_base(ed->path), max, &f, e);

	if (rc == 0)
		buf_swap(text, &f.data);
	file_release(&f);
	return rc;
}

int
editor_run(struct editor *ed, struct err *e)
{
	const char *program = getenv("VISUAL");
	struct strvec argv = STRVEC_INIT;
	int rc;

	if (program == NULL || *program == '\0')
		program = getenv("EDITOR");
	strvec_split(&argv, program == NULL || *program == '\0' ? "vi" :
	    program, ' ');
	strvec_add(&argv, ed->path);
	rc = run_program(&(struct run){ .has_terminal = true,
	    .argv = (const char *const *)argv.v }, e);
	if (rc > 0)
		rc = err_set(e, EX_IOERR, "'%s' ended with status %d",
		    argv.v[0], rc);
	strvec_release(&argv);
	return rc;
}

void
editor_close(struct editor *ed, bool keep)
{
	if (ed->path != NULL && !keep)
		unlinkat(ed->dirfd, path_base(ed->path), 0);
	free(ed->path);
	ed->path = NULL;
	if (ed->dirfd >= 0)
		close(ed->dirfd);
	ed->dirfd = -1;
}
