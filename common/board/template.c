/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include <fcntl.h>

#include "base/err.h"
#include "board/store.h"
#include "board/template.h"
#include "sys/file.h"

enum { TEMPLATE_MAX = 1 << 20 };

static const char *
built_in(const char *path)
{
	const struct template_file *f;

	for (f = template_files; f->path != NULL; f++)
		if (strcmp(f->path, path) == 0)
			return f->text;
	return "";
}

/* The board's own template, or the one that we were built with. */
int
template_read(const struct store *s, const char *name, struct buf *out,
    struct err *e)
{
	char *path = mem_printf("../templates/%s", name);
	struct file f = FILE_INIT;
	int dir, rc;

	dir = openat(s->fd, "../templates",
	    O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	rc = dir < 0 ? 0 : file_read(dir, name, TEMPLATE_MAX, &f, e);
	if (dir >= 0)
		close(dir);
	if (dir >= 0 && rc == 0)
		buf_addb(out, &f.data);
	else if (rc == 0 || e->status == EX_NOINPUT)
		buf_adds(out, built_in(path + strlen("../")));
	else
		err_prefix(e, ".work/templates");
	rc = rc == 0 || e->status == EX_NOINPUT ? 0 : -1;
	file_release(&f);
	free(path);
	return rc;
}

void
template_fill(struct buf *out, const struct buf *template, bool has_head,
    template_fn *add, const void *ctx)
{
	const char *p = buf_str(template), *open, *close, *end;
	char key[32];
	size_t n;

	end = has_head ? strstr(p, "\n---") : p;
	for (; (open = strchr(p, '{')) != NULL; p = close) {
		buf_add(out, p, (size_t)(open - p));
		n = strspn(open + 1, "abcdefghijklmnopqrstuvwxyz_");
		close = open + 1 + n;
		if (*close == ':')
			close += strcspn(close, "}\n");
		if (n == 0 || n >= sizeof(key) || *close != '}') {
			buf_addc(out, '{');
			close = open + 1;
			continue;
		}
		memcpy(key, open + 1, n);
		key[n] = '\0';
		close++;
		if (add(out, key, end != NULL && open < end, ctx))
			continue;
		if (open[1 + n] == ':')
			buf_addf(out, "<!-- %.*s -->",
			    (int)(close - open - n - 3), open + 2 + n);
		else
			buf_add(out, open, (size_t)(close - open));
	}
	buf_adds(out, p);
}
