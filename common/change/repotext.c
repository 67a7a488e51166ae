/* SPDX-License-Identifier: MIT */
/* The repository's texts, compared. */
#include "base/compat.h"

#include "base/err.h"
#include "change/libgit2.h"

static int
take_line(const git_diff_delta *delta, const git_diff_hunk *hunk,
    const git_diff_line *line, void *out)
{
	(void)delta;
	(void)hunk;
	if (strchr("+- ", line->origin) != NULL)
		buf_addc(out, line->origin);
	if (line->origin != GIT_DIFF_LINE_FILE_HDR)
		buf_add(out, line->content, line->content_len);
	return 0;
}

int
repo_diff(const struct buf *a, const struct buf *b, const char *name,
    struct buf *out, struct err *e)
{
	git_patch *patch = NULL;
	int rc;

	repo_start_library();
	rc = git_patch_from_buffers(&patch, buf_str(a), a->len, name,
	    buf_str(b), b->len, name, NULL);
	if (rc == 0)
		rc = git_patch_print(patch, take_line, out);
	git_patch_free(patch);
	return rc == 0 ? 0 : repo_fail(e, EX_SOFTWARE, name);
}
