/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/err.h"
#include "base/strvec.h"
#include "change/libgit2.h"
#include "change/lineage.h"
#include "change/tree.h"

bool
lineage_is_shallow(struct repo *r)
{
	return git_repository_is_shallow(r->git) > 0;
}

int
lineage_is_published(struct repo *r, const struct oid *commit,
    struct err *e)
{
	git_reference_iterator *it;
	const char *name;
	git_oid at;
	int found = 0;

	if (git_reference_iterator_glob_new(&it, r->git,
	    "refs/remotes/*") != 0)
		return repo_fail(e, EX_IOERR, "cannot read the references");
	while (!found && git_reference_next_name(&name, it) == 0)
		if (git_reference_name_to_id(&at, r->git, name) == 0)
			found = git_oid_equal(&at, to_git(commit)) ||
			    git_graph_descendant_of(r->git, &at,
			    to_git(commit)) > 0;
	git_reference_iterator_free(it);
	return found;
}

static int
find_tree(struct repo *r, const struct oid *id, git_tree **out)
{
	return oid_is_zero(id) ? 0 :
	    git_tree_lookup(out, r->git, to_git(id));
}

static void
add_conflicts(git_index *index, struct strvec *out)
{
	const git_index_entry *base, *ours, *theirs, *any;
	git_index_conflict_iterator *it;

	if (git_index_conflict_iterator_new(&it, index) != 0)
		return;
	while (git_index_conflict_next(&base, &ours, &theirs, it) == 0) {
		any = ours != NULL ? ours : theirs != NULL ? theirs : base;
		if (!strvec_has(out, any->path))
			strvec_add(out, any->path);
	}
	git_index_conflict_iterator_free(it);
}

int
lineage_merge_trees(struct repo *r, const struct lineage_trees *t,
    struct oid *out, struct strvec *conflicts, struct err *e)
{
	git_tree *base = NULL, *ours = NULL, *theirs = NULL;
	git_index *index = NULL;
	git_oid id;
	int rc;

	rc = find_tree(r, &t->base, &base);
	if (rc == 0)
		rc = find_tree(r, &t->ours, &ours);
	if (rc == 0)
		rc = find_tree(r, &t->theirs, &theirs);
	if (rc == 0)
		rc = git_merge_trees(&index, r->git, base, ours, theirs,
		    NULL);
	if (rc == 0 && git_index_has_conflicts(index)) {
		add_conflicts(index, conflicts);
		rc = 1;
	} else if (rc == 0 &&
	    (rc = git_index_write_tree_to(&id, index, r->git)) == 0) {
		memcpy(out->raw, id.id, OID_RAW);
	}
	git_index_free(index);
	git_tree_free(base);
	git_tree_free(ours);
	git_tree_free(theirs);
	return rc >= 0 ? rc : repo_fail(e, EX_IOERR, "cannot merge");
}

/* Where new trees go: straight to git. */
struct writer {
	struct repo	*r;
	struct err	*e;
	int		 rc;
};

static void
write_tree(void *ctx, struct buf *bytes, const struct oid *old,
    const struct buf *old_bytes, struct oid *id)
{
	struct writer *w = ctx;

	(void)old;
	(void)old_bytes;
	oid_of(id, object_type_name(OBJECT_TREE), buf_str(bytes),
	    bytes->len);
	if (w->rc == 0)
		w->rc = repo_write(w->r, OBJECT_TREE, id, bytes, w->e);
	buf_release(bytes);
}

int
lineage_graft(struct tree_cache *c, const struct oid *root,
    const struct lineage_folder *folder, struct oid *out, struct err *e)
{
	struct writer w = { .r = tree_cache_repo(c), .e = e };
	struct tree_sink sink = { write_tree, &w };
	struct tree_edit edit = { .kind = oid_is_zero(&folder->tree) ?
	    TREE_REMOVE : TREE_GRAFT, .id = folder->tree };
	struct tree_change change = { *root, &edit, 1, &sink };
	int rc;

	if (*folder->path == '\0') {
		*out = folder->tree;
		return 0;
	}
	edit.path = mem_strdup(folder->path);
	rc = tree_edit(c, &change, out, e);
	free(edit.path);
	return rc != 0 ? -1 : w.rc;
}

/*
 * Adds a commit, or with a message its header, but for what is given anew and
 * signatures.
 */
static void
add_rest(const char *text, const char *message, struct buf *out)
{
	static const char *const left_out[] = { "tree ", "parent ",
	    "gpgsig ", "gpgsig-sha256 ", "mergetag " };
	const char *line, *end;
	bool skip = false;
	size_t i;

	for (line = text; *line != '\n' && *line != '\0'; line = end) {
		end = strchrnul(line, '\n');
		end += *end == '\n';
		/* Further lines of a value begin with a space. */
		if (*line != ' ')
			skip = false;
		for (i = 0; i < ARRAY_LEN(left_out) && *line != ' '; i++)
			if (strncmp(line, left_out[i],
			    strlen(left_out[i])) == 0)
				skip = true;
		if (!skip)
			buf_add(out, line, (size_t)(end - line));
	}
	if (message != NULL)
		buf_addf(out, "\n%s\n", message);
	else
		buf_adds(out, *line == '\0' ? "\n" : line);
}

int
lineage_remake(struct repo *r, const struct lineage_commit *c,
    struct oid *out, struct err *e)
{
	struct buf old = BUF_INIT, text = BUF_INIT;
	char hex[OID_HEX + 1];
	size_t i;
	int rc;

	rc = repo_read(r, &c->of, OBJECT_COMMIT, &old, e);
	if (rc == 0) {
		oid_format(hex, &c->tree);
		buf_addf(&text, "tree %s\n", hex);
		for (i = 0; i < c->nparents; i++) {
			oid_format(hex, &c->parents[i]);
			buf_addf(&text, "parent %s\n", hex);
		}
		add_rest(buf_str(&old), c->message, &text);
		oid_of(out, object_type_name(OBJECT_COMMIT), text.ptr,
		    text.len);
		rc = repo_write(r, OBJECT_COMMIT, out, &text, e);
	}
	buf_release(&old);
	buf_release(&text);
	return rc;
}
