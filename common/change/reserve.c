/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include <fcntl.h>

#include "base/err.h"
#include "base/strvec.h"
#include "board/id.h"
#include "change/repo.h"
#include "change/reserve.h"
#include "sys/file.h"

enum { RESERVED_MAX = 1 << 20 };

static const char file_name[] = "task/reserved";

static int
open_dir(const struct repo *r, struct err *e)
{
	int dir = open(repo_commondir(r), O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (dir < 0)
		err_errno(e, "%s", repo_commondir(r));
	return dir;
}

/* The lines that are ids, each once. */
static void
take_lines(const struct buf *text, struct strvec *out)
{
	struct strvec lines = STRVEC_INIT;
	char ref[ID_SIZE];
	struct id id;
	size_t i;

	strvec_split(&lines, buf_str(text), '\n');
	for (i = 0; i < lines.n; i++) {
		if (id_parse(&id, lines.v[i]) != 0)
			continue;
		id_format_ref(ref, &id);
		if (!strvec_has(out, ref))
			strvec_add(out, ref);
	}
	strvec_release(&lines);
}

static int
read_at(const struct repo *r, int dir, struct strvec *out, struct err *e)
{
	struct file f = FILE_INIT;
	int rc = file_read(dir, file_name, RESERVED_MAX, &f, e);

	if (rc == 0)
		take_lines(&f.data, out);
	else if (e->status == EX_NOINPUT)
		rc = 0;
	else
		err_prefix(e, "%s", repo_commondir(r));
	file_release(&f);
	return rc;
}

int
reserve_read(struct repo *r, struct strvec *out, struct err *e)
{
	int dir = open_dir(r, e), rc;

	if (dir < 0)
		return -1;
	rc = read_at(r, dir, out, e);
	close(dir);
	return rc;
}

static int
write_at(int dir, const struct strvec *refs, struct err *e)
{
	struct file f = FILE_INIT;
	size_t i;
	int rc;

	for (i = 0; i < refs->n; i++)
		buf_addf(&f.data, "%s\n", refs->v[i]);
	rc = file_replace(dir, file_name, &f, e);
	file_release(&f);
	return rc;
}

/* All that are kept, with `more` and without `fewer` (each may be NULL). */
static int
change(struct repo *r, const struct strvec *more, const struct strvec *fewer,
    struct err *e)
{
	struct strvec all = STRVEC_INIT, left = STRVEC_INIT;
	int dir = open_dir(r, e), rc;
	size_t i;

	if (dir < 0)
		return -1;
	rc = read_at(r, dir, &all, e);
	for (i = 0; more != NULL && i < more->n; i++)
		strvec_add(&all, more->v[i]);
	for (i = 0; i < all.n; i++)
		if (fewer == NULL || !strvec_has(fewer, all.v[i]))
			strvec_add(&left, all.v[i]);
	if (rc == 0)
		rc = write_at(dir, &left, e);
	close(dir);
	strvec_release(&all);
	strvec_release(&left);
	return rc;
}

int
reserve_keep(struct repo *r, const struct strvec *refs, struct err *e)
{
	return change(r, refs, NULL, e);
}

int
reserve_drop(struct repo *r, const struct strvec *refs, struct err *e)
{
	return refs->n == 0 ? 0 : change(r, NULL, refs, e);
}
