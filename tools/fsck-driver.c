/* SPDX-License-Identifier: MIT */
/* task-fsck: a merge driver of git (gitattributes(5)), for one file */
#include "base/compat.h"

#include <fcntl.h>

#include "base/err.h"
#include "change/counter.h"
#include "change/mergecard.h"
#include "change/mergetext.h"
#include "sys/file.h"
#include "sys/path.h"
#include "tools/fsck.h"

enum { VERSION_MAX = 256 << 20 };

/* What git gives: the ancestor, ours, which gets the result, and theirs. */
struct versions {
	struct buf	 base, ours, theirs;
};

/*
 * 1: `ours` has what both make together; 0: it is to stay as it is; -1: an
 * error, which git takes for a conflict.
 */
typedef int	 driver_fn(struct versions *v, struct err *e);

/*
 * Whose word is the later one is told by the ledgers, which are not at hand:
 * task-fsck --reconcile looks into them afterwards.
 */
static int
merge_cards(struct versions *v, struct err *e)
{
	struct merge_text m = { v->base.len > 0 ? &v->base : NULL, &v->ours,
	    &v->theirs };
	struct merge_tails tails = MERGE_TAILS_INIT;
	struct merge_conflicts conflicts = MERGE_CONFLICTS_INIT;
	struct buf made = BUF_INIT;
	int rc = merge_card(&m, &tails, &made, &conflicts, e);

	if (rc == 0)
		buf_swap(&v->ours, &made);
	merge_conflicts_release(&conflicts);
	buf_release(&made);
	if (rc > 0)
		return err_set(e, EX_NO, "one of the versions is no card");
	return rc < 0 ? -1 : 1;
}

/* Context or learning: what both added stays; markers are for a person. */
static int
merge_texts(struct versions *v, struct err *e)
{
	static const char *const labels[2] = { "ours", "theirs" };
	struct merge_text m = { v->base.len > 0 ? &v->base : NULL, &v->ours,
	    &v->theirs };
	struct buf made = BUF_INIT;
	int rc = merge_body(&m, labels, &made, e);

	if (rc == 0 || rc == 1)
		buf_swap(&v->ours, &made);
	buf_release(&made);
	if (rc > 1)
		return err_set(e, EX_NO, "one of the versions is no text");
	return rc < 0 ? -1 : 1;
}

/* It is generated, and task-fsck --reconcile makes it anew. */
static int
keep_index(struct versions *v, struct err *e)
{
	(void)v;
	(void)e;
	return 0;
}

static int
merge_counters(struct versions *v, struct err *e)
{
	uint32_t ours, theirs;

	(void)e;
	if (counter_parse(&v->theirs, &theirs) != NULL ||
	    (counter_parse(&v->ours, &ours) == NULL && ours >= theirs))
		return 0;
	buf_swap(&v->ours, &v->theirs);
	return 1;
}

static const struct {
	const char	*kind;
	driver_fn	*merge;
} drivers[] = {
	{ "card", merge_cards },
	{ "index", keep_index },
	{ "counter", merge_counters },
};

static bool
ends_so(const char *path, const char *end)
{
	size_t n = strlen(path), m = strlen(end);

	return n > m && strcmp(path + n - m, end) == 0;
}

/*
 * A counter is given to the driver of the indexes, too, and what else a person
 * wrote of a task to that of its card.
 */
static driver_fn *
find_driver(const char *kind, const char *path)
{
	driver_fn *merge = NULL;
	size_t i;

	for (i = 0; i < ARRAY_LEN(drivers); i++)
		if (strcmp(drivers[i].kind, kind) == 0)
			merge = drivers[i].merge;
	if (merge == keep_index && path != NULL &&
	    strncmp(path_base(path), "ID_COUNTER", 10) == 0)
		merge = merge_counters;
	if (merge == merge_cards && path != NULL &&
	    (ends_so(path, ".context.md") || ends_so(path, ".learning.md")))
		merge = merge_texts;
	return merge;
}

static int
read_version(const char *path, struct buf *out, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), rc;

	if (fd < 0)
		return err_errno(e, "%s", path);
	rc = fd_read_all(fd, VERSION_MAX, out, e);
	close(fd);
	return rc == 0 ? 0 : err_prefix(e, "%s", path);
}

static int
write_version(const char *path, const struct buf *text, struct err *e)
{
	int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC), rc;

	if (fd < 0)
		return err_errno(e, "%s", path);
	rc = fd_write_all(fd, buf_str(text), text->len);
	if (close(fd) != 0 || rc != 0)
		return err_errno(e, "%s", path);
	return 0;
}

int
driver_run(const char *kind, int argc, char **argv, struct err *e)
{
	struct versions v = { BUF_INIT, BUF_INIT, BUF_INIT };
	driver_fn *merge = find_driver(kind, argc == 4 ? argv[3] : NULL);
	int rc;

	if (merge == NULL)
		return err_set(e, EX_USAGE, "--merge-file: '%s' is none of "
		    "card, index, counter", kind);
	if (argc < 3 || argc > 4)
		return err_set(e, EX_USAGE, "--merge-file takes the files "
		    "that git gives a merge driver: %%O %%A %%B %%P");
	rc = read_version(argv[0], &v.base, e);
	if (rc == 0)
		rc = read_version(argv[1], &v.ours, e);
	if (rc == 0)
		rc = read_version(argv[2], &v.theirs, e);
	if (rc == 0)
		rc = merge(&v, e);
	if (rc > 0)
		rc = write_version(argv[1], &v.ours, e);
	else if (rc < 0 && argc == 4)
		err_prefix(e, "%s", argv[3]);
	buf_release(&v.base);
	buf_release(&v.ours);
	buf_release(&v.theirs);
	return rc;
}
