/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include <fcntl.h>

#include "base/err.h"
#include "base/strvec.h"
#include "change/left.h"
#include "change/plan.h"
#include "sys/file.h"
#include "sys/path.h"

enum {
	LEFT_MAX = 4 << 20,		/* bytes of the file */
	LEFT_KEEP = 10000		/* entries; the oldest go first */
};

static const char file_name[] = "task/left";

static int
open_dir(const struct repo *r)
{
	return open(repo_gitdir(r), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* The entries, "ID name" each; none where there is no such file. */
static void
read_all(int dir, struct strvec *out)
{
	struct file f = FILE_INIT;
	struct err ignored = ERR_INIT;

	if (dir >= 0 && file_read(dir, file_name, LEFT_MAX, &f, &ignored) == 0)
		strvec_split(out, buf_str(&f.data), '\n');
	file_release(&f);
}

static const char *
name_of(const char *entry)
{
	const char *space = strchr(entry, ' ');

	return space == NULL ? "" : space + 1;
}

/* The entries that stay, and those of the plan's files. */
static void
add_entries(const struct plan *p, const struct strvec *old,
    struct buf *out)
{
	char hex[OID_HEX + 1];
	struct map names = MAP_INIT;
	size_t i, first = old->n > LEFT_KEEP ? old->n - LEFT_KEEP : 0;

	for (i = 0; i < p->nfiles; i++)
		map_put(&names, path_base(p->files[i].path), out);
	for (i = first; i < old->n; i++)
		if (*name_of(old->v[i]) != '\0' &&
		    map_find(&names, name_of(old->v[i])) == NULL)
			buf_addf(out, "%s\n", old->v[i]);
	for (i = 0; i < p->nfiles && !p->commits; i++) {
		oid_format(hex, &p->files[i].content);
		buf_addf(out, "%s %s\n", hex, path_base(p->files[i].path));
	}
	map_release(&names);
}

int
left_update(const struct repo *r, const struct plan *p, struct err *e)
{
	struct strvec old = STRVEC_INIT;
	struct file f = FILE_INIT;
	int dir = open_dir(r), rc = 0;

	if (dir < 0)
		return err_errno(e, "%s", repo_gitdir(r));
	if (!p->commits || faccessat(dir, file_name, F_OK, 0) == 0) {
		read_all(dir, &old);
		add_entries(p, &old, &f.data);
		rc = f.data.len == 0 && unlinkat(dir, file_name, 0) == 0 ?
		    0 : file_replace(dir, file_name, &f, e);
	}
	close(dir);
	strvec_release(&old);
	file_release(&f);
	return rc;
}

bool
left_has(struct left *l, const struct repo *r, const char *name,
    const struct oid *content)
{
	struct strvec all = STRVEC_INIT;
	char hex[OID_HEX + 1], *entry;
	int dir;
	bool has;
	size_t i;

	if (!l->loaded) {
		dir = open_dir(r);
		read_all(dir, &all);
		if (dir >= 0)
			close(dir);
		for (i = 0; i < all.n; i++)
			map_put(&l->known, all.v[i], l);
		strvec_release(&all);
		l->loaded = true;
	}
	oid_format(hex, content);
	entry = mem_printf("%s %s", hex, name);
	has = map_find(&l->known, entry) != NULL;
	free(entry);
	return has;
}

void
left_release(struct left *l)
{
	map_release(&l->known);
	l->loaded = false;
}
