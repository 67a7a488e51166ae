/* SPDX-License-Identifier: MIT */
/* The judge on names: what changed between a parent and the commit. */
#include "base/compat.h"

#include <ctype.h>

#include "base/err.h"
#include "base/utf8.h"
#include "board/hooks.h"
#include "board/listing.h"
#include "board/policy.h"
#include "change/judging.h"
#include "change/treediff.h"
#include "sys/path.h"

enum { MODE_TYPE = 0170000, MODE_REGULAR = 0100000, SCANS_MAX = 8 };

struct looking {
	struct judging	*g;
	struct pairs	*pairs;
	const char	*below;		/* the folder that is walked, "" or
					   with a slash at its end */
	const struct package *pkg;	/* whose it is, or NULL */
	bool		 closed;	/* nothing may be added to it */
	/* The names of one tree, where many were asked for. */
	const struct buf *siblings;
	struct map	 names;
	unsigned	 asked;
};

static void
find(const struct looking *l, const char *path, enum judge_rule rule,
    const char *what)
{
	struct buf all = BUF_INIT, safe = BUF_INIT;

	buf_addf(&all, "%s%s", l->below, path);
	utf8_add_safe(&safe, all.ptr, all.len);
	judging_find(l->g, safe.ptr, 0, rule, "%s", what);
	buf_release(&all);
	buf_release(&safe);
}

/*
 * What some file system takes for ".git": its own way with case, with dots and
 * blanks at the end, with characters that it does not see, with short names.
 */
static bool
is_dot_git(const char *name)
{
	size_t i, n = strlen(name), used;
	struct buf plain = BUF_INIT;
	int32_t ch;
	bool is;

	for (i = 0; i < n; i += used) {
		ch = utf8_char(name + i, n - i, &used);
		if ((ch >= 0x200c && ch <= 0x200f) ||
		    (ch >= 0x202a && ch <= 0x202e) ||
		    (ch >= 0x206a && ch <= 0x206f) || ch == 0xfeff)
			continue;
		buf_add(&plain, name + i, used);
	}
	while (plain.len > 0 && strchr(". ", plain.ptr[plain.len - 1]) != NULL)
		buf_truncate(&plain, plain.len - 1);
	is = strcasecmp(buf_str(&plain), ".git") == 0 ||
	    strncasecmp(buf_str(&plain), ".git:", 5) == 0 ||
	    strcasecmp(buf_str(&plain), "git~1") == 0;
	buf_release(&plain);
	return is;
}

/* NULL, or why the name is none that every machine can have. */
static const char *
unsafe_name(const char *name)
{
	if (*name == '\0' || strcmp(name, ".") == 0 ||
	    strcmp(name, "..") == 0)
		return "a name that leads elsewhere";
	if (strchr(name, '/') != NULL || strchr(name, '\\') != NULL)
		return "a name with a slash in it";
	if (strlen(name) > NAME_MAX)
		return "a name that is too long";
	if (is_dot_git(name))
		return "a name that is git's own on some file system";
	if (!utf8_is_line(name))
		return "a name with control characters, or that is not UTF-8";
	return NULL;
}

static char *
lower(const char *name)
{
	char *text = mem_strdup(name), *p;

	for (p = text; *p != '\0'; p++)
		*p = (char)tolower((unsigned char)*p);
	return text;
}

/* All names of the tree: in lower case, to how many there are. */
static void
learn_names(struct looking *l, const struct buf *tree)
{
	struct tree_entry entry;
	size_t at = 0;
	char *name;

	map_release(&l->names);
	l->siblings = tree;
	while (tree_next(tree, &at, &entry) > 0) {
		name = lower(entry.name);
		map_put(&l->names, name, (void *)((uintptr_t)map_find(
		    &l->names, name) + 1));
		free(name);
	}
}

/* How many names of the tree are this one but for upper and lower case. */
static size_t
count_like(struct looking *l, const struct tree_delta *d)
{
	struct tree_entry entry;
	size_t at = 0, n = 0;
	char *name;

	if (l->siblings != d->siblings && ++l->asked <= SCANS_MAX) {
		while (tree_next(d->siblings, &at, &entry) > 0)
			n += strcasecmp(entry.name, d->new->name) == 0;
		return n;
	}
	if (l->siblings != d->siblings)
		learn_names(l, d->siblings);
	name = lower(d->new->name);
	n = (uintptr_t)map_find(&l->names, name);
	free(name);
	return n;
}

/* Which stage the name is but for upper and lower case. */
static bool
is_like_stage(const char *path)
{
	int i;

	for (i = 0; i < STAGE_COUNT; i++)
		if (strcasecmp(path, stage_info[i].name) == 0 &&
		    strcmp(path, stage_info[i].name) != 0)
			return true;
	return false;
}

/* The most bytes that a file may have. */
static size_t
size_limit(const struct looking *l, const char *path)
{
	static const struct {
		const char *end;
		size_t max;
	} own[] = {
		{ ".ledger.jsonl", LEDGER_MAX }, { ".task.md", CARD_MAX },
		{ ".context.md", CONTEXT_MAX }, { ".learning.md", CONTEXT_MAX },
	};
	size_t i, n = strlen(path), m;

	if (strcmp(path_base(path), "INDEX.md") == 0 && l->pkg == NULL)
		return LISTING_MAX;
	for (i = 0; l->pkg != NULL && package_owns(l->pkg, path) &&
	    i < ARRAY_LEN(own); i++) {
		m = strlen(own[i].end);
		if (n > m && strcmp(path + n - m, own[i].end) == 0)
			return own[i].max;
	}
	return JUDGE_FOREIGN_MAX;
}

static void
check_size(struct looking *l, const struct tree_delta *d)
{
	struct err ignored = ERR_INIT;
	size_t size, max = size_limit(l, d->path);
	char text[80];

	if (repo_blob_size(l->g->j->repo, &d->new->id, &size, &ignored) != 0) {
		find(l, d->path, JUDGE_PATH_UNSAFE, "its content is missing");
	} else if (size > max) {
		snprintf(text, sizeof(text), "%zu bytes; at most %zu may be "
		    "there", size, max);
		find(l, d->path, JUDGE_FILE_SIZE, text);
	}
}

/* Whether what is there now may be there; false: it is not looked into. */
static bool
check_new(struct looking *l, const struct tree_delta *d)
{
	const struct tree_entry *en = d->new;
	const char *why = NULL;

	if (d->old == NULL || d->old->mode != en->mode) {
		if ((en->mode & MODE_TYPE) != MODE_REGULAR &&
		    en->mode != TREE_MODE_DIR)
			why = "neither a plain file nor a folder";
		else if ((why = unsafe_name(en->name)) == NULL &&
		    count_like(l, d) > 1)
			why = "another name is the same but for upper and "
			    "lower case";
		else if (why == NULL && *l->below == '\0' &&
		    is_like_stage(d->path))
			why = "the name of a stage but for upper and lower "
			    "case";
	}
	if (why != NULL)
		find(l, d->path, JUDGE_PATH_UNSAFE, why);
	else if (en->mode != TREE_MODE_DIR)
		check_size(l, d);
	return why == NULL;
}

static bool
is_folder(const struct tree_entry *en)
{
	return en != NULL && en->mode == TREE_MODE_DIR;
}

/* One of the files that are judged by what they say. */
static bool
is_read(const struct package *pkg, const char *path)
{
	struct buf file = BUF_INIT;
	bool is = false;
	int k;

	for (k = 0; k < PACKAGE_FILES && !is; k++) {
		buf_clear(&file);
		package_file(pkg, (enum package_file)k, &file);
		is = strcmp(path_base(file.ptr), path) == 0;
	}
	buf_release(&file);
	return is;
}

static enum tree_visit
look_in_package(const struct tree_delta *d, void *ctx)
{
	struct looking *l = ctx;

	if (l->closed && !is_folder(d->old) && !is_folder(d->new) &&
	    !is_read(l->pkg, d->path))
		find(l, d->path, JUDGE_CLOSED_CHANGED,
		    "it is closed, and this is not as it was");
	return d->new == NULL || check_new(l, d) ? TREE_ENTER : TREE_SKIP;
}

/* It was closed; two sides of a merge may each have had their own of it. */
static bool
is_closed(const struct judging *g, const struct pair *p)
{
	return g->nbefore == 1 && p->was.pkg != NULL &&
	    stage_info[p->was.pkg->stage].closed &&
	    id_compare(&p->was.pkg->id, &p->is.pkg->id) == 0;
}

/* What is said of a path in the package is said of one of the board. */
static void
prefix_path(const char *below, struct err *e)
{
	struct buf text = BUF_INIT;

	buf_addf(&text, "%s%s", below, e->msg);
	err_set(e, EX_DATAERR, "%s", text.ptr);
	buf_release(&text);
}

/* Names in a package, compared with where the parent had it. */
static int
look_into(struct looking *l, struct pair *p, struct err *e)
{
	size_t had = l->g->j->n;
	struct buf below = BUF_INIT;
	struct looking in = { .g = l->g, .below = "", .pkg = p->is.pkg,
	    .closed = is_closed(l->g, p) };
	int rc;

	buf_addf(&below, "%s/", p->is.path.ptr);
	in.below = below.ptr;
	rc = treediff(l->g->j->trees, &p->was.tree, &p->is.tree,
	    look_in_package, &in, e);
	if (rc != 0 && e->status == EX_DATAERR)
		prefix_path(below.ptr, e);
	p->unsafe = p->unsafe || l->g->j->n > had;
	map_release(&in.names);
	buf_release(&below);
	return rc;
}

static void
set_version(struct version *v, struct package *pkg, const char *path,
    const struct tree_entry *en)
{
	v->pkg = pkg;
	v->tree = en->id;
	buf_adds(&v->path, path);
}

/*
 * The package that a path is the folder of: "next/TASK-0042-user-login", or
 * with a sub-folder of the archive between; NULL where it is none's.
 */
static struct package *
package_at(const char *path)
{
	const char *base = path_base(path), *first = strchr(path, '/');
	struct buf stage = BUF_INIT, shard = BUF_INIT;
	struct package *p = NULL;
	int is;

	if (first == NULL)
		return NULL;
	buf_add(&stage, path, (size_t)(first - path));
	is = stage_parse(stage.ptr);
	if (base > first + 1)
		buf_add(&shard, first + 1, (size_t)(base - first - 2));
	if (is != STAGE_NONE && (shard.len == 0 ||
	    (stage_info[is].closed && store_is_shard(shard.ptr))))
		p = package_new((enum stage)is, shard.len == 0 ? NULL :
		    shard.ptr, base);
	buf_release(&stage);
	buf_release(&shard);
	return p;
}

/* Where a package lies, or lay: a pair of its own for the time being. */
static bool
add_package(struct looking *l, const struct tree_delta *d)
{
	struct pairs *all = l->pairs;
	struct package *pkg;
	struct pair *p;

	if ((!is_folder(d->old) && !is_folder(d->new)) ||
	    (pkg = package_at(d->path)) == NULL)
		return false;
	p = mem_zalloc(sizeof(*p));
	if (is_folder(d->old))
		set_version(&p->was, pkg, d->path, d->old);
	if (is_folder(d->new))
		set_version(&p->is, is_folder(d->old) ? package_at(d->path) :
		    pkg, d->path, d->new);
	MEM_GROW(all->v, all->n, all->cap);
	all->v[all->n++] = p;
	return true;
}

/* ".workers/alice.manifest.yaml", where there is such a person. */
static bool
makes_a_worker_of_a_person(struct judging *g, const char *path)
{
	static const char end[] = ".manifest.yaml";
	struct err ignored = ERR_INIT;
	const char *name = path_base(path);
	const struct people *people;
	struct store *rules;
	size_t n = strlen(name);
	char *user;
	bool is;

	if (n < sizeof(end) || strcmp(name + n - strlen(end), end) != 0)
		return false;
	user = mem_printf("@%.*s", (int)(n - strlen(end)), name);
	is = judging_rules(g, &rules, &ignored) == 0 &&
	    store_people(rules, &people, &ignored) == 0 &&
	    people_find(people, user) != NULL;
	free(user);
	return is;
}

/* What only a person with the gate policy may change. */
static bool
is_policy(struct judging *g, const struct tree_delta *d)
{
	const char *path = d->path;

	return strcmp(path, "policy.yaml") == 0 ||
	    strcmp(path, "people.yaml") == 0 ||
	    strcmp(path, "allowed_signers") == 0 ||
	    (strncmp(path, ".hooks/", 7) == 0 && !is_folder(d->new)) ||
	    (strncmp(path, ".workers/", 9) == 0 && !is_folder(d->old) &&
	    (d->old != NULL || makes_a_worker_of_a_person(g, path)));
}

static enum tree_visit
look(const struct tree_delta *d, void *ctx)
{
	struct looking *l = ctx;
	bool safe = d->new == NULL || check_new(l, d);

	if (is_policy(l->g, d) && !strvec_has(&l->g->policy, d->path))
		strvec_add(&l->g->policy, d->path);
	if (!safe || add_package(l, d))
		return TREE_SKIP;
	return TREE_ENTER;
}

static void
pair_free(struct pair *p)
{
	version_release(&p->was);
	version_release(&p->is);
	free(p);
}

void
pairs_release(struct pairs *p)
{
	while (p->n > 0)
		pair_free(p->v[--p->n]);
	free(p->v);
	*p = (struct pairs){ .v = NULL };
}

/* What names a package that is only on one side. */
typedef int (*naming)(struct judging *g, struct version *v, struct buf *out,
    struct err *e);

static int
name_by_id(struct judging *g, struct version *v, struct buf *out,
    struct err *e)
{
	char ref[ID_SIZE];

	(void)g;
	(void)e;
	id_format_ref(ref, &v->pkg->id);
	buf_adds(out, ref);
	return 0;
}

static int
name_by_identity(struct judging *g, struct version *v, struct buf *out,
    struct err *e)
{
	if (version_read(g, v, e) != 0)
		return -1;
	version_parse(g, v);
	version_identity(v, out);
	return 0;
}

/* A package that went from one place to another becomes one pair. */
static int
match(struct judging *g, struct pairs *all, naming name, struct err *e)
{
	struct buf key = BUF_INIT;
	struct map gone = MAP_INIT;
	struct pair *p, *from;
	size_t i;
	int rc = 0;

	for (i = 0; i < all->n && rc == 0; i++) {
		p = all->v[i];
		buf_clear(&key);
		if (p->is.pkg == NULL && (rc = name(g, &p->was, &key, e)) ==
		    0 && key.len > 0)
			map_put(&gone, key.ptr, p);
	}
	for (i = 0; i < all->n && rc == 0 && gone.n > 0; i++) {
		p = all->v[i];
		buf_clear(&key);
		if (p->was.pkg != NULL || p->is.pkg == NULL ||
		    (rc = name(g, &p->is, &key, e)) != 0 || key.len == 0 ||
		    (from = map_remove(&gone, key.ptr)) == NULL)
			continue;
		p->was = from->was;
		memset(&from->was, 0, sizeof(from->was));
	}
	for (i = 0; i < all->n; i++)
		if (all->v[i]->was.pkg == NULL && all->v[i]->is.pkg == NULL) {
			pair_free(all->v[i]);
			all->v[i--] = all->v[--all->n];
		}
	map_release(&gone);
	buf_release(&key);
	return rc;
}

/*
 * A merge may give a number to another task: what lies where a parent has
 * something is the same only if it is the same task.
 */
static int
part(struct judging *g, struct pairs *all, struct err *e)
{
	struct buf was = BUF_INIT, is = BUF_INIT;
	size_t i, n = all->n;
	struct pair *p, *own;
	int rc = 0;

	for (i = 0; i < n && rc == 0; i++) {
		p = all->v[i];
		if (p->was.pkg == NULL || p->is.pkg == NULL)
			continue;
		buf_clear(&was);
		buf_clear(&is);
		if (name_by_identity(g, &p->was, &was, e) != 0 ||
		    name_by_identity(g, &p->is, &is, e) != 0)
			rc = -1;
		if (rc != 0 || was.len == 0 || is.len == 0 ||
		    buf_equal(&was, &is))
			continue;
		own = mem_zalloc(sizeof(*own));
		own->is = p->is;
		memset(&p->is, 0, sizeof(p->is));
		MEM_GROW(all->v, all->n, all->cap);
		all->v[all->n++] = own;
	}
	buf_release(&was);
	buf_release(&is);
	return rc;
}

/* The pairs whose id came to be in this commit, by their references. */
struct newcomers {
	struct judging	*g;
	struct newcomer {
		char		 ref[ID_SIZE];
		struct pair	*p;
	} *v;
	size_t		 n;
};

static int
compare_newcomers(const void *a, const void *b)
{
	return strcmp(((const struct newcomer *)a)->ref,
	    ((const struct newcomer *)b)->ref);
}

/* By the start of a folder's name, "TASK-0042-". */
static int
compare_name(const void *key, const void *element)
{
	const char *name = key, *ref = ((const struct newcomer *)element)->ref;
	size_t n = strlen(ref);
	int c = strncmp(name, ref, n);

	return c != 0 ? c : (int)(unsigned char)name[n] - '-';
}

/* Looks for their ids in a folder, at `path`, and in what lies below it. */
static int
find_twice(const struct newcomers *all, const char *path,
    const struct oid *tree, struct err *e)
{
	const struct newcomer *one;
	struct buf below = BUF_INIT;
	struct tree_entry entry;
	const struct buf *bytes;
	size_t at = 0;
	int rc;

	rc = tree_get(all->g->j->trees, tree, &bytes, e);
	while (rc == 0 && tree_next(bytes, &at, &entry) > 0) {
		if (entry.mode != TREE_MODE_DIR)
			continue;
		buf_clear(&below);
		buf_addf(&below, "%s/%s", path, entry.name);
		one = bsearch(entry.name, all->v, all->n, sizeof(*all->v),
		    compare_name);
		if (one != NULL && strcmp(one->p->is.path.ptr, below.ptr) !=
		    0) {
			one->p->unsafe = true;
			judging_find(all->g, one->p->is.path.ptr, 0,
			    JUDGE_ID_TWICE, "%s has the same id", below.ptr);
		} else if (store_is_shard(entry.name)) {
			rc = find_twice(all, below.ptr, &entry.id, e);
		}
	}
	buf_release(&below);
	return rc;
}

/* No two packages have the id of one that is new here. */
static int
check_twice(struct judging *g, const struct pairs *pairs, struct err *e)
{
	struct newcomers all = { .g = g };
	struct tree_entry stage;
	struct pair *p;
	size_t i;
	int found = 0, k;

	all.v = mem_zalloc((pairs->n + 1) * sizeof(*all.v));
	for (i = 0; i < pairs->n; i++) {
		p = pairs->v[i];
		if (p->is.pkg == NULL || (p->was.pkg != NULL &&
		    id_compare(&p->was.pkg->id, &p->is.pkg->id) == 0))
			continue;
		all.v[all.n].p = p;
		id_format_ref(all.v[all.n++].ref, &p->is.pkg->id);
	}
	qsort(all.v, all.n, sizeof(*all.v), compare_newcomers);
	for (k = 0; all.n > 0 && k < STAGE_COUNT && found >= 0; k++) {
		found = tree_find(g->j->trees, &g->now.tasks,
		    stage_info[k].name, &stage, e);
		if (found > 0 && stage.mode == TREE_MODE_DIR &&
		    find_twice(&all, stage_info[k].name, &stage.id, e) != 0)
			found = -1;
	}
	free(all.v);
	return found < 0 ? -1 : 0;
}

static enum tree_visit
look_beside(const struct tree_delta *d, void *ctx)
{
	if (strcmp(d->path, "tasks") == 0)
		return TREE_SKIP;
	return d->new == NULL || check_new(ctx, d) ? TREE_ENTER : TREE_SKIP;
}

/* Names of what lies beside tasks/. */
static int
judge_beside(struct judging *g, size_t parent, struct err *e)
{
	struct looking l = { .g = g };
	struct buf below = BUF_INIT;
	int rc;

	buf_addf(&below, "/%.*s", (int)(strlen(g->now.place) -
	    strlen("tasks/")), g->now.place);
	l.below = below.ptr;
	rc = treediff(g->j->trees, &g->before[parent].around, &g->now.around,
	    look_beside, &l, e);
	if (rc != 0 && e->status == EX_DATAERR)
		prefix_path(below.ptr, e);
	map_release(&l.names);
	buf_release(&below);
	return rc;
}

/*
 * The commit that a line of the message says has the board now, as task-init
 * writes it.  1, or 0.
 */
static int
find_new_place(struct judging *g, struct oid *out, struct err *e)
{
	struct buf text = BUF_INIT;
	const char *at;
	int rc;

	rc = oid_is_zero(&g->c->id) ? 0 :
	    repo_read(g->j->repo, &g->c->id, OBJECT_COMMIT, &text, e);
	at = rc != 0 ? NULL : strstr(buf_str(&text), "\n" JUDGE_MOVED_TO);
	if (at != NULL && oid_parse(out, at + 1 + strlen(JUDGE_MOVED_TO)) ==
	    0)
		rc = 1;
	buf_release(&text);
	return rc;
}

/* The very tree of each parent is in the commit where it went.  1, 0, or -1. */
static int
is_elsewhere(struct judging *g, struct err *e)
{
	struct repo_commit info = REPO_COMMIT_INIT;
	struct judging_board there = { .place = NULL };
	struct oid to;
	size_t i;
	int rc;

	if ((rc = find_new_place(g, &to, e)) <= 0 ||
	    (rc = repo_read_commit(g->j->repo, &to, &info, e)) <= 0)
		return rc;
	rc = judging_board_find(g->j, &info.tree, &there, e) != 0 ? -1 : 1;
	repo_commit_release(&info);
	for (i = 0; i < g->nbefore && rc > 0; i++)
		rc = g->before[i].place == NULL ||
		    oid_equal(&g->before[i].tasks, &there.tasks);
	return rc;
}

int
judging_gone(struct judging *g, struct err *e)
{
	static const char *const places[] = { ".work", ".work/tasks" };
	struct tree_entry entry;
	char path[16];
	size_t i;
	int found;

	for (i = 0; i < ARRAY_LEN(places); i++) {
		found = tree_find(g->j->trees, &g->c->tree, places[i], &entry,
		    e);
		if (found < 0)
			return -1;
		if (found == 0 || entry.mode == TREE_MODE_DIR)
			continue;
		snprintf(path, sizeof(path), "/%s", places[i]);
		judging_find(g, path, 0, JUDGE_PATH_UNSAFE,
		    "neither a plain file nor a folder");
		return 0;
	}
	if ((found = is_elsewhere(g, e)) == 0)
		judging_find(g, "", 0, JUDGE_PACKAGE_GONE, "the whole board "
		    "is gone");
	return found < 0 ? -1 : 0;
}

int
judging_paths(struct judging *g, size_t parent, struct err *e)
{
	struct looking l = { .g = g, .pairs = &g->pairs[parent],
	    .below = "" };
	size_t i;
	int rc;

	rc = judge_beside(g, parent, e);
	if (rc == 0)
		rc = treediff(g->j->trees, &g->before[parent].tasks,
		    &g->now.tasks, look, &l, e);
	map_release(&l.names);
	if (rc == 0)
		rc = g->nbefore > 1 ? part(g, l.pairs, e) :
		    match(g, l.pairs, name_by_id, e);
	if (rc == 0)
		rc = match(g, l.pairs, name_by_identity, e);
	for (i = 0; i < l.pairs->n && rc == 0; i++)
		if (l.pairs->v[i]->is.pkg != NULL)
			rc = look_into(&l, l.pairs->v[i], e);
	return rc != 0 ? rc : check_twice(g, l.pairs, e);
}
