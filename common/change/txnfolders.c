/* SPDX-License-Identifier: MIT */
/* The transaction's folders: renamed, gone, and taken along. */
#include "base/compat.h"

#include "change/txn.h"
#include "sys/dir.h"
#include "sys/path.h"

struct relocation {
	struct txn	*t;
	const char	*from, *to;
	struct strvec	 paths;
};

static void
collect_below(const char *path, void *value, void *ctx)
{
	struct relocation *r = ctx;

	(void)value;
	if (path_is_below(path, r->from))
		strvec_add(&r->paths, path);
}

/* What is known of the files goes with them. */
static void
relocate_files(struct txn *t, const char *from, const char *to)
{
	struct relocation r = { t, from, to, STRVEC_INIT };
	char *path;
	void *f;
	size_t i;

	map_each(&t->files, collect_below, &r);
	for (i = 0; i < r.paths.n; i++) {
		f = map_remove(&t->files, r.paths.v[i]);
		path = mem_printf("%s%s", to, r.paths.v[i] + strlen(from));
		map_put(&t->files, path, f);
		free(path);
	}
	strvec_release(&r.paths);
}

static void
relocate(struct map *folders, const char *from, const char *to)
{
	char *old = map_remove(folders, from);

	free(map_put(folders, to, old != NULL ? old : mem_strdup(from)));
}

void
txn_rename(struct txn *t, const char *from, const char *to)
{
	char *full_from, *full_to;
	bool on_disk;
	size_t i;

	full_from = mem_printf("%s%s", t->prefix, from);
	full_to = mem_printf("%s%s", t->prefix, to);
	on_disk = map_find(&t->on_disk, from) != NULL ||
	    dir_has(t->workfd, full_from);
	plan_add_rename(&t->plan, full_from, full_to, on_disk);
	if (on_disk)
		relocate(&t->on_disk, from, to);
	relocate(&t->in_head, from, to);
	relocate_files(t, from, to);
	for (i = 0; i < t->touched.n; i++)
		if (strcmp(t->touched.v[i], from) == 0) {
			free(t->touched.v[i]);
			t->touched.v[i] = mem_strdup(to);
		}
	free(full_from);
	free(full_to);
}

void
txn_vacate(struct txn *t, const char *folder)
{
	static const char nowhere[] = ".task-nowhere";

	free(map_put(&t->on_disk, folder, mem_strdup(nowhere)));
	free(map_put(&t->in_head, folder, mem_strdup(nowhere)));
}

void
txn_touch(struct txn *t, const char *folder)
{
	if (!strvec_has(&t->touched, folder))
		strvec_add(&t->touched, folder);
}
