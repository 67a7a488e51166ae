/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include <fcntl.h>

#include "base/err.h"
#include "change/repo.h"
#include "change/stopped.h"
#include "sys/dir.h"
#include "sys/file.h"

enum { HEADS_MAX = 4096 };

static const char go_on[] = "git rebase --continue";

/* In this order: a rebase that stands at a commit has CHERRY_PICK_HEAD, too. */
static const struct {
	const char	*file;
	enum stopped_at	 at;
	const char	*next;
} states[] = {
	{ "MERGE_HEAD", STOPPED_MERGE, "git commit" },
	{ "REBASE_HEAD", STOPPED_PICK, go_on },
	{ "CHERRY_PICK_HEAD", STOPPED_PICK, "git cherry-pick --continue" },
	{ "REVERT_HEAD", STOPPED_REVERT, "git revert --continue" },
};

/* The id in a file of the git directory.  1, 0: there is no such file. */
static int
read_head(int dir, const char *name, struct oid *out, struct err *e)
{
	struct file f = FILE_INIT;
	const char *text;
	int rc = file_read(dir, name, HEADS_MAX, &f, e);

	text = buf_str(&f.data);
	if (rc != 0)
		rc = e->status == EX_NOINPUT ? 0 : -1;
	else if (oid_parse(out, text) != 0)
		rc = err_set(e, EX_DATAERR, "%s: there is no commit in it",
		    name);
	else if (f.data.len > OID_HEX + 1)
		rc = err_set(e, EX_NO, "it is a merge of more than two: undo "
		    "it (git merge --abort), and merge one after the other");
	else
		rc = 1;
	file_release(&f);
	return rc;
}

static int
find_at(int dir, struct stopped *out, struct err *e)
{
	bool rebasing = dir_has(dir, "rebase-merge") > 0 ||
	    dir_has(dir, "rebase-apply") > 0;
	size_t i;
	int found = 0;

	for (i = 0; i < ARRAY_LEN(states) && found == 0; i++) {
		/* One that was left by a rebase that is over says nothing. */
		if (states[i].next == go_on && !rebasing)
			continue;
		found = read_head(dir, states[i].file, &out->commit, e);
		if (found > 0) {
			out->at = states[i].at;
			out->next = rebasing ? go_on : states[i].next;
		}
	}
	if (found == 0 && (rebasing || dir_has(dir, "BISECT_LOG") > 0))
		out->at = STOPPED_OTHERWISE;
	return found < 0 ? -1 : 0;
}

int
stopped_find(struct repo *r, struct stopped *out, struct err *e)
{
	int dir = open(repo_gitdir(r), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int rc;

	*out = (struct stopped){ .at = STOPPED_NOT };
	if (dir < 0)
		return err_errno(e, "%s", repo_gitdir(r));
	rc = find_at(dir, out, e);
	close(dir);
	return rc;
}
