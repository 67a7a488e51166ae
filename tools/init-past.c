/* SPDX-License-Identifier: MIT */
/* task-init: the history of .work, as a history of its own */
#include "base/compat.h"

#include "base/err.h"
#include "base/map.h"
#include "change/commits.h"
#include "change/repo.h"
#include "change/tree.h"
#include "tools/init.h"

enum { PACK_FROM = 100 };

/* What a commit has become. */
struct node {
	struct oid	 id;		/* zero: nothing */
	struct oid	 tree;
	size_t		 number;	/* parents have smaller ones */
	bool		 own;		/* it is the board's, and stays */
	struct node	**parents;
	size_t		 nparents;
};

struct walk {
	struct past	*past;
	struct tree_cache *trees;
	struct map	 nodes;		/* a commit's id, to its node */
	struct node	**all;
	size_t		 n, cap;
};

static struct node *
add_node(struct walk *w)
{
	struct node *n = mem_zalloc(sizeof(*n));

	MEM_GROW(w->all, w->n, w->cap);
	n->number = w->n;
	w->all[w->n++] = n;
	return n;
}

static void
put_node(struct walk *w, const struct oid *commit, struct node *n)
{
	char hex[OID_HEX + 1];

	oid_format(hex, commit);
	map_put(&w->nodes, hex, n);
}

static struct node *
find_node(const struct walk *w, const struct oid *commit)
{
	char hex[OID_HEX + 1];

	oid_format(hex, commit);
	return map_find(&w->nodes, hex);
}

/* The tree of .work in a commit's tree; zero: it has none.  0 or -1. */
static int
find_work(struct walk *w, const struct oid *tree, struct oid *out,
    struct err *e)
{
	struct tree_entry entry;
	int found = tree_find(w->trees, tree, ".work", &entry, e);

	memset(out, 0, sizeof(*out));
	if (found > 0 && entry.mode == TREE_MODE_DIR)
		*out = entry.id;
	return found < 0 ? -1 : 0;
}

static int
add_own(struct walk *w, const struct commits_range *tips, struct err *e)
{
	struct commits list = { NULL, 0, 0 };
	struct oid parent;
	struct node *n;
	size_t i;
	int rc = tips->ntips == 0 ? 0 :
	    commits_list(w->past->repo, tips, &list, e);

	for (i = 0; i < list.n && rc == 0; i++) {
		n = add_node(w);
		n->id = list.v[i];
		n->own = true;
		put_node(w, &list.v[i], n);
		rc = repo_commit_info(w->past->repo, &list.v[i], &n->tree,
		    &parent, e);
	}
	commits_release(&list);
	return rc;
}

/*
 * The commits that were on the board's branch when it was merged: those whose
 * whole tree is the merge's .work.
 */
static int
find_own(struct walk *w, const struct commits *list, struct err *e)
{
	struct commits_range tips = { NULL, 0, 0, NULL, 0, 0 };
	struct repo_commit info = REPO_COMMIT_INIT;
	struct oid work, tree, parent;
	size_t i, k;
	int rc = 0;

	for (i = 0; i < list->n && rc == 0; i++) {
		if (repo_read_commit(w->past->repo, &list->v[i], &info, e) < 0)
			rc = -1;
		if (rc == 0 && info.nparents > 1)
			rc = find_work(w, &info.tree, &work, e);
		for (k = 0; rc == 0 && info.nparents > 1 &&
		    k < info.nparents; k++) {
			rc = repo_commit_info(w->past->repo,
			    &info.parents[k], &tree, &parent, e);
			if (rc == 0 && !oid_is_zero(&work) &&
			    oid_equal(&tree, &work))
				commits_range_add(&tips, &info.parents[k],
				    true);
		}
		repo_commit_release(&info);
	}
	if (rc == 0)
		rc = add_own(w, &tips, e);
	commits_range_release(&tips);
	return rc;
}

/* True where `a` is `b`, or comes before it. */
static bool
is_before(struct walk *w, const struct node *a, const struct node *b)
{
	const struct node **todo = mem_zalloc((w->n + 1) * sizeof(*todo));
	bool *seen = mem_zalloc(w->n + 1), found = false;
	size_t n = 0, i;

	todo[n++] = b;
	while (n > 0 && !found) {
		b = todo[--n];
		found = oid_equal(&a->id, &b->id) || (b->own &&
		    repo_descends(w->past->repo, &b->id, &a->id));
		/* Who is older than `a` does not come from it. */
		for (i = 0; i < b->nparents && b->number > a->number; i++) {
			if (seen[b->parents[i]->number])
				continue;
			seen[b->parents[i]->number] = true;
			todo[n++] = b->parents[i];
		}
	}
	free(todo);
	free(seen);
	return found;
}

/* What the parents have become, each once, and none that another has. */
static void
find_parents(struct walk *w, const struct repo_commit *info,
    struct node *out)
{
	struct node *n;
	size_t i, k;

	out->parents = mem_zalloc((info->nparents + 1) * sizeof(n));
	for (i = 0; i < info->nparents; i++) {
		n = find_node(w, &info->parents[i]);
		if (n == NULL || oid_is_zero(&n->id))
			continue;
		for (k = 0; k < out->nparents; k++)
			if (is_before(w, n, out->parents[k]))
				break;
		if (k < out->nparents)
			continue;
		for (k = 0; k < out->nparents; k++)
			if (is_before(w, out->parents[k], n))
				break;
		out->parents[k] = n;
		out->nparents += k == out->nparents;
	}
}

/* Lines that are of the old commit only; a line with a space goes with it. */
static bool
is_dropped(const char *line)
{
	static const char *const names[] = { "tree ", "parent ", "gpgsig",
	    "mergetag " };
	size_t i;

	for (i = 0; i < ARRAY_LEN(names); i++)
		if (strncmp(line, names[i], strlen(names[i])) == 0)
			return true;
	return false;
}

/* The commit's text, on another tree and other parents. */
static void
rewrite(const struct buf *old, const struct node *n, struct buf *out)
{
	const char *p = buf_str(old), *stop;
	char hex[OID_HEX + 1];
	bool dropped = false;
	size_t i;

	oid_format(hex, &n->tree);
	buf_addf(out, "tree %s\n", hex);
	for (i = 0; i < n->nparents; i++) {
		oid_format(hex, &n->parents[i]->id);
		buf_addf(out, "parent %s\n", hex);
	}
	for (; *p != '\n' && *p != '\0'; p = stop) {
		stop = strchrnul(p, '\n');
		stop += *stop != '\0';
		if (*p != ' ')
			dropped = is_dropped(p);
		if (!dropped)
			buf_add(out, p, (size_t)(stop - p));
	}
	buf_add(out, p, old->len - (size_t)(p - buf_str(old)));
}

static int
make_commit(struct walk *w, const struct oid *commit, struct node *n,
    struct err *e)
{
	struct past *p = w->past;
	struct buf old = BUF_INIT;
	size_t have = p->n;

	if (repo_read(p->repo, commit, OBJECT_COMMIT, &old, e) != 0)
		return -1;
	MEM_GROW(p->texts, have, p->texts_cap);
	MEM_GROW(p->ids, have, p->ids_cap);
	p->texts[have] = (struct buf)BUF_INIT;
	rewrite(&old, n, &p->texts[have]);
	oid_of(&n->id, "commit", p->texts[have].ptr, p->texts[have].len);
	p->ids[have] = n->id;
	p->n++;
	buf_release(&old);
	return 0;
}

static int
take_commit(struct walk *w, const struct oid *commit, struct err *e)
{
	struct repo_commit info = REPO_COMMIT_INIT;
	struct oid work = { { 0 } };
	struct node *n;
	int rc = -1;

	if (repo_read_commit(w->past->repo, commit, &info, e) >= 0 &&
	    find_work(w, &info.tree, &work, e) == 0)
		rc = 0;
	n = add_node(w);
	if (rc == 0)
		find_parents(w, &info, n);
	repo_commit_release(&info);
	n->tree = work;
	/* Where it was taken out nothing is said of the board. */
	if (rc == 0 && oid_is_zero(&work) && n->nparents > 0)
		n->tree = n->parents[0]->tree;
	put_node(w, commit, n);
	if (rc == 0 && n->nparents == 1 &&
	    oid_equal(&n->tree, &n->parents[0]->tree))
		put_node(w, commit, n->parents[0]);
	else if (rc == 0 && !oid_is_zero(&n->tree))
		rc = make_commit(w, commit, n, e);
	return rc;
}

static void
walk_release(struct walk *w)
{
	while (w->n > 0) {
		free(w->all[--w->n]->parents);
		free(w->all[w->n]);
	}
	free(w->all);
	map_release(&w->nodes);
	tree_cache_free(w->trees);
}

int
past_find(struct past *p, const struct oid *head, struct err *e)
{
	struct commits_range range = { NULL, 0, 0, NULL, 0, 0 };
	struct walk w = { .past = p };
	struct commits list = { NULL, 0, 0 };
	const struct node *tip;
	size_t i;
	int rc;

	w.trees = tree_cache_new(p->repo);
	commits_range_add(&range, head, true);
	rc = commits_list(p->repo, &range, &list, e);
	if (rc == 0)
		rc = find_own(&w, &list, e);
	for (i = 0; i < list.n && rc == 0; i++)
		if (find_node(&w, &list.v[i]) == NULL)
			rc = take_commit(&w, &list.v[i], e);
	for (i = 0; i < w.n; i++)
		if (oid_equal(&w.all[i]->id, &p->branch))
			p->goes_on = true;
	if (rc == 0 && (tip = find_node(&w, head)) != NULL) {
		p->tip = tip->id;
		p->tree = tip->tree;
	}
	walk_release(&w);
	commits_release(&list);
	commits_range_release(&range);
	return rc;
}

int
past_write(const struct past *p, struct err *e)
{
	struct pack_object *v;
	size_t i;
	int rc = 0;

	for (i = 0; i < p->n && p->n < PACK_FROM && rc == 0; i++)
		rc = repo_write(p->repo, OBJECT_COMMIT, &p->ids[i],
		    &p->texts[i], e);
	if (p->n < PACK_FROM)
		return rc;
	v = mem_zalloc(p->n * sizeof(*v));
	for (i = 0; i < p->n; i++) {
		v[i].type = OBJECT_COMMIT;
		v[i].id = p->ids[i];
		v[i].data = &p->texts[i];
	}
	rc = repo_write_pack(p->repo, v, p->n, e);
	free(v);
	return rc;
}

void
past_release(struct past *p)
{
	while (p->n > 0)
		buf_release(&p->texts[--p->n]);
	free(p->texts);
	free(p->ids);
	memset(p, 0, sizeof(*p));
}
