/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/err.h"
#include "change/libgit2.h"

/* Asked about a commit that is missing, the library leaks. */
static int
check_both(struct repo *r, const struct oid *a, const struct oid *b)
{
	git_object_t type;
	size_t size;
	int rc = git_odb_read_header(&size, &type, r->odb, to_git(a));

	return rc != 0 ? rc :
	    git_odb_read_header(&size, &type, r->odb, to_git(b));
}

int
repo_merge_base(struct repo *r, const struct oid *a, const struct oid *b,
    struct oid *out, struct err *e)
{
	git_oid id;
	int rc = check_both(r, a, b) != 0 ? GIT_ERROR :
	    git_merge_base(&id, r->git, to_git(a), to_git(b));

	if (rc == GIT_ENOTFOUND)
		return 0;
	if (rc != 0)
		return repo_fail(e, EX_IOERR, "cannot find what two commits "
		    "have in common");
	memcpy(out->raw, id.id, OID_RAW);
	return 1;
}

static int
compare_oids(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct oid));
}

int
repo_merge_bases(struct repo *r, const struct oid *a, const struct oid *b,
    struct repo_bases *out, struct err *e)
{
	git_oidarray found = { NULL, 0 };
	int rc = check_both(r, a, b) != 0 ? GIT_ERROR :
	    git_merge_bases(&found, r->git, to_git(a), to_git(b));

	out->n = 0;
	if (rc != 0 && rc != GIT_ENOTFOUND)
		return repo_fail(e, EX_NOINPUT, "cannot find what two "
		    "commits have in common");
	if (found.count > 0)
		qsort(found.ids, found.count, sizeof(*found.ids),
		    compare_oids);
	for (; out->n < found.count && out->n < ARRAY_LEN(out->v); out->n++)
		memcpy(&out->v[out->n], &found.ids[out->n],
		    sizeof(out->v[0]));
	git_oidarray_dispose(&found);
	return 0;
}

static git_merge_file_input
merge_input(const struct buf *text)
{
	return (git_merge_file_input){
		.version = GIT_MERGE_FILE_INPUT_VERSION,
		.ptr = buf_str(text), .size = text->len
	};
}

/* 0: it merges; 1: it does not, and has markers. */
static int
merge_file(const struct repo_merge *m, struct buf *out, struct err *e)
{
	git_merge_file_input b = merge_input(m->base);
	git_merge_file_input o = merge_input(m->ours);
	git_merge_file_input t = merge_input(m->theirs);
	git_merge_file_options opts = {
		.version = GIT_MERGE_FILE_OPTIONS_VERSION,
		.our_label = m->our_label, .their_label = m->their_label,
		.ancestor_label = m->base_label,
		.marker_size = m->marker_size,
		.flags = m->base_label == NULL ? GIT_MERGE_FILE_STYLE_MERGE :
		    GIT_MERGE_FILE_STYLE_ZDIFF3
	};
	git_merge_file_result made = { 0 };
	int rc;

	repo_start_library();
	if (git_merge_file(&made, &b, &o, &t, &opts) != 0)
		return repo_fail(e, EX_SOFTWARE, "cannot merge");
	rc = made.automergeable ? 0 : 1;
	if (rc == 0 || m->our_label != NULL)
		buf_add(out, made.ptr, made.len);
	git_merge_file_result_free(&made);
	return rc;
}

int
repo_merge_text(const struct buf *base, const struct buf *ours,
    const struct buf *theirs, struct buf *out, struct err *e)
{
	const struct repo_merge m = { .base = base, .ours = ours,
	    .theirs = theirs };

	return merge_file(&m, out, e);
}

int
repo_merge_marked(const struct repo_merge *m, struct buf *out, struct err *e)
{
	return merge_file(m, out, e);
}
