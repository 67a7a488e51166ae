/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/clock.h"
#include "base/err.h"
#include "change/ref.h"
#include "change/repo.h"
#include "change/still.h"
#include "sys/file.h"

static struct stat
look(struct repo *r, const char *name)
{
	char *path = mem_printf("%s%s", repo_gitdir(r), name);
	struct stat st;

	if (lstat(path, &st) != 0)
		memset(&st, 0, sizeof(st));
	free(path);
	return st;
}

static bool
is_young(const struct stat *st, long settle_ms)
{
	struct timespec now;
	int64_t age_us;

	/* What the file system says is not what TASK_NOW says. */
	clock_gettime(CLOCK_REALTIME, &now);
	age_us = (now.tv_sec - st->st_mtim.tv_sec) * CLOCK_SECOND +
	    (now.tv_nsec - st->st_mtim.tv_nsec) / 1000;
	/* A file of the future never gets old. */
	return age_us >= 0 && age_us < (int64_t)settle_ms * 1000;
}

static bool
leads_there(struct repo *r, const struct ref_head *read)
{
	struct ref_head now;
	struct err ignored = ERR_INIT;
	bool same;

	if (ref_head(r, &now, &ignored) != 0)
		return false;
	same = strcmp(now.ref, read->ref) == 0 &&
	    oid_equal(&now.commit, &read->commit);
	ref_head_release(&now);
	return same;
}

bool
still_begin(struct still *s, struct repo *r, const struct ref_head *read,
    long settle_ms)
{
	s->index = look(r, "index");
	s->head = look(r, "HEAD");
	return !repo_is_busy(r) && !is_young(&s->index, settle_ms) &&
	    leads_there(r, read);
}

bool
still_holds(const struct still *s, struct repo *r)
{
	struct stat index = look(r, "index"), head = look(r, "HEAD");

	return !repo_is_busy(r) && file_same(&s->index, &index) &&
	    file_same(&s->head, &head);
}
