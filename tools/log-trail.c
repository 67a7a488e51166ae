/* SPDX-License-Identifier: MIT */
/* task-log: the commits that touched a task */
#include "base/compat.h"

#include "base/err.h"
#include "board/ledger.h"
#include "change/ref.h"
#include "change/tree.h"
#include "sys/path.h"
#include "tools/log.h"

/* Where a package lies in a commit, and the trees on the way there. */
struct place {
	char		 ref[ID_SIZE];	/* the folder's name begins with it */
	struct buf	 path;		/* in the worktree */
	struct oid	 via[PATH_DEPTH_MAX + 1];	/* the root first */
	size_t		 n;		/* of `via`; 0: nowhere */
};

struct node {
	struct oid	 commit;
	struct repo_commit info;
	struct place	 at;
	struct node	*next;		/* in the order of time */
};

struct walk {
	struct trail	*t;
	struct node	*todo;
	struct map	 seen;		/* commits, by their ids */
	struct buf	 bytes;		/* of a tree */
};

int
trail_open(struct trail *t, const char *tasks, struct err *e)
{
	struct buf prefix = BUF_INIT;
	int rc;

	rc = repo_open(&t->repo, tasks, e);
	if (rc == 0)
		rc = repo_prefix(t->repo, tasks, &prefix, e);
	t->prefix = buf_take(&prefix);
	return rc;
}

void
trail_close(struct trail *t)
{
	while (t->n > 0) {
		repo_commit_release(&t->v[--t->n].info);
		free(t->v[t->n].path);
	}
	free(t->v);
	free(t->prefix);
	map_release(&t->brought);
	repo_close(t->repo);
	*t = (struct trail)TRAIL_INIT;
}

static void
node_free(struct node *n)
{
	if (n == NULL)
		return;
	repo_commit_release(&n->info);
	buf_release(&n->at.path);
	free(n);
}

static void
copy_place(struct place *to, const struct place *from)
{
	memcpy(to->ref, from->ref, sizeof(to->ref));
	memcpy(to->via, from->via, sizeof(to->via));
	to->n = from->n;
	buf_set(&to->path, from->path.ptr, from->path.len);
}

static const struct oid *
tree_of(const struct place *p)
{
	static const struct oid nowhere;

	return p->n == 0 ? &nowhere : &p->via[p->n - 1];
}

/* The folder in a tree that a path begins with.  1, 0 or -1. */
static int
find_folder(struct walk *w, const struct oid *tree, const char *path,
    struct oid *out, struct err *e)
{
	size_t at = 0, len = strcspn(path, "/");
	struct tree_entry en;

	if (repo_read(w->t->repo, tree, OBJECT_TREE, &w->bytes, e) != 0)
		return -1;
	while (tree_next(&w->bytes, &at, &en) > 0)
		if (en.mode == TREE_MODE_DIR &&
		    strncmp(en.name, path, len) == 0 && en.name[len] == '\0') {
			*out = en.id;
			return 1;
		}
	return 0;
}

/*
 * Goes the way of `p` from another root.  Where a tree on the way is the same
 * the rest of it is, too: most commits are done with at the first that is
 * looked at.  1: there; 0: it does not lie there.
 */
static int
descend(struct walk *w, const struct oid *root, struct place *p,
    struct err *e)
{
	const char *path = buf_str(&p->path);
	struct oid at = *root;
	size_t i, len;
	int rc;

	for (i = 0; i <= PATH_DEPTH_MAX; i++) {
		if (i < p->n && oid_equal(&at, &p->via[i]))
			return 1;
		p->via[i] = at;
		if (*path == '\0') {
			p->n = i + 1;
			return 1;
		}
		rc = find_folder(w, &at, path, &at, e);
		if (rc <= 0)
			return rc;
		len = strcspn(path, "/");
		path += len + (path[len] == '/');
	}
	return 0;
}

/* Adds the name of the task's folder, which may lie deeper in the archive. */
static int
find_name(struct walk *w, const struct oid *tree, bool deeper,
    struct place *p, struct err *e)
{
	size_t at = 0, n = strlen(p->ref), len = p->path.len;
	struct buf bytes = BUF_INIT;
	struct tree_entry en;
	int rc;

	rc = repo_read(w->t->repo, tree, OBJECT_TREE, &bytes, e);
	while (rc == 0 && tree_next(&bytes, &at, &en) > 0) {
		if (en.mode != TREE_MODE_DIR)
			continue;
		if (strncmp(en.name, p->ref, n) == 0 && en.name[n] == '-') {
			buf_addf(&p->path, "/%s", en.name);
			rc = 1;
		} else if (deeper && en.name[0] >= '0' && en.name[0] <= '9') {
			buf_addf(&p->path, "/%s", en.name);
			rc = find_name(w, &en.id, false, p, e);
			if (rc == 0)
				buf_truncate(&p->path, len);
		}
	}
	buf_release(&bytes);
	return rc;
}

/* Looks for the task in all stages.  1, 0 or -1. */
static int
search(struct walk *w, const struct oid *root, struct place *p,
    struct err *e)
{
	int stage, rc = 0;
	struct oid tree;
	size_t n;

	for (stage = 0; stage < STAGE_COUNT && rc == 0; stage++) {
		p->n = 0;
		buf_clear(&p->path);
		buf_addf(&p->path, "%s%s", w->t->prefix,
		    stage_info[stage].name);
		rc = descend(w, root, p, e);
		n = p->n;
		if (rc <= 0)
			continue;
		tree = p->via[n - 1];
		rc = find_name(w, &tree, stage_info[stage].closed, p, e);
	}
	p->n = 0;
	return rc <= 0 ? rc : descend(w, root, p, e);
}

void
trail_file_release(struct trail_file *f)
{
	buf_release(&f->name);
	buf_release(&f->text);
}

int
trail_read(struct repo *r, const struct oid *tree, const char *ending,
    struct trail_file *f, struct err *e)
{
	size_t at = 0, n = strlen(ending), len;
	struct buf bytes = BUF_INIT;
	struct tree_entry en;
	int rc = 0;

	if (!oid_is_zero(tree))
		rc = repo_read(r, tree, OBJECT_TREE, &bytes, e);
	while (rc == 0 && tree_next(&bytes, &at, &en) > 0) {
		len = strlen(en.name);
		if (en.mode == TREE_MODE_DIR || len < n ||
		    strcmp(en.name + len - n, ending) != 0)
			continue;
		buf_set(&f->name, en.name, len);
		rc = repo_read(r, &en.id, OBJECT_BLOB, &f->text, e) == 0 ? 1 :
		    -1;
	}
	buf_release(&bytes);
	return rc;
}

/* The ledger of a place; empty where it has none. */
static int
read_ledger(struct walk *w, const struct place *p, struct buf *out,
    struct err *e)
{
	struct trail_file f = TRAIL_FILE_INIT;
	int rc;

	rc = trail_read(w->t->repo, tree_of(p), ".ledger.jsonl", &f, e);
	buf_swap(out, &f.text);
	trail_file_release(&f);
	return rc < 0 ? -1 : 0;
}

/* The next line, without its end; false: there is none. */
static bool
next_line(const struct buf *text, size_t *at, const char **line, size_t *len)
{
	const char *nl;

	if (*at >= text->len)
		return false;
	*line = text->ptr + *at;
	nl = memchr(*line, '\n', text->len - *at);
	*len = nl == NULL ? text->len - *at : (size_t)(nl - *line);
	*at += *len + 1;
	if (*len > 0 && (*line)[*len - 1] == '\r')
		--*len;
	return true;
}

static void
put_lines(struct map *m, const struct buf *text, size_t at, void *value)
{
	const char *line;
	size_t len;
	char *key;

	while (next_line(text, &at, &line, &len)) {
		key = mem_dup(line, len);
		map_put(m, key, value);
		free(key);
	}
}

/* Where the first line begins that is not the same. */
static size_t
common_lines(const struct buf *a, const struct buf *b)
{
	size_t i, start = 0;

	for (i = 0; i < a->len && i < b->len && a->ptr[i] == b->ptr[i]; i++)
		if (a->ptr[i] == '\n')
			start = i + 1;
	return start;
}

/* What names a task for ever: the id of its first event. */
static char *
identity(const struct buf *ledger)
{
	struct ledger l = LEDGER_INIT;
	size_t at = 0, len = 0;
	const char *line = "";
	char *own;

	(void)next_line(ledger, &at, &line, &len);
	ledger_parse(&l, line, len);
	own = l.n > 0 && l.v[0].id != NULL ? mem_strdup(l.v[0].id) :
	    mem_dup(line, len);
	ledger_release(&l);
	return own;
}

static bool
is_same_task(const struct buf *a, const struct buf *b)
{
	char *x, *y;
	bool same;

	if (a->len == 0 || b->len == 0 || common_lines(a, b) > 0)
		return true;
	x = identity(a);
	y = identity(b);
	same = strcmp(x, y) == 0;
	free(x);
	free(y);
	return same;
}

/* The number that it had before a line that is new says so.  0, or 1. */
static int
find_number(const struct buf *ledger, char ref[ID_SIZE])
{
	struct ledger l = LEDGER_INIT;
	const struct event *ev;
	const char *from;
	struct id id;
	int rc = 1;

	ledger_parse(&l, ledger->ptr, ledger->len);
	ev = ledger_last(&l, "id_renumbered");
	from = ev == NULL ? NULL : event_text(ev, "from");
	if (from != NULL && id_parse(&id, from) == 0) {
		id_format_ref(ref, &id);
		rc = 0;
	}
	ledger_release(&l);
	return rc;
}

/* A commit on the way, as it is compared with those before it. */
struct step {
	struct node	*child;
	struct buf	 ledger;	/* of the child */
	bool		 has_ledger;	/* it was read */
	struct map	 known;		/* lines that were there before */
	size_t		 start;		/* of what may be new */
	struct node	*first, *last;	/* where it was there before */
};

static void
step_release(struct step *s)
{
	struct node *next;

	for (; s->first != NULL; s->first = next) {
		next = s->first->next;
		node_free(s->first);
	}
	buf_release(&s->ledger);
	map_release(&s->known);
}

/* 1: what lies there is our task; `ledger` is its ledger. */
static int
check_task(struct walk *w, struct step *s, const struct place *p,
    struct buf *ledger, struct err *e)
{
	buf_clear(ledger);
	if (read_ledger(w, p, ledger, e) < 0)
		return -1;
	return is_same_task(ledger, &s->ledger);
}

/* Where the parent has the task.  2: the same; 1: another; 0: nowhere. */
static int
find_before(struct walk *w, struct step *s, struct node *parent,
    struct buf *ledger, struct err *e)
{
	struct place *p = &parent->at;
	const struct oid *root = &parent->info.tree;
	int rc;

	copy_place(p, &s->child->at);
	rc = descend(w, root, p, e);
	if (rc > 0 && oid_equal(tree_of(p), tree_of(&s->child->at)))
		return 2;
	if (rc >= 0 && !s->has_ledger) {
		s->has_ledger = true;
		if (read_ledger(w, &s->child->at, &s->ledger, e) < 0)
			return -1;
	}
	if (rc == 0)
		rc = search(w, root, p, e);
	if (rc > 0)
		rc = check_task(w, s, p, ledger, e);
	if (rc == 0 && find_number(&s->ledger, p->ref) == 0 &&
	    (rc = search(w, root, p, e)) > 0)
		rc = check_task(w, s, p, ledger, e);
	return rc;
}

/* Results as find_before(); the parent's node is the step's last. */
static int
look_at_parent(struct walk *w, struct step *s, const struct oid *commit,
    struct err *e)
{
	struct node *n = mem_zalloc(sizeof(*n));
	struct buf ledger = BUF_INIT;
	int rc;

	n->commit = *commit;
	rc = repo_read_commit(w->t->repo, commit, &n->info, e);
	if (rc > 0)
		rc = find_before(w, s, n, &ledger, e);
	if (rc == 1 && s->first == NULL)
		s->start = common_lines(&s->ledger, &ledger);
	if (rc == 1)
		put_lines(&s->known, &ledger, s->first == NULL ? s->start : 0,
		    s);
	buf_release(&ledger);
	if (rc <= 0) {
		node_free(n);
		return rc;
	}
	if (s->last != NULL)
		s->last->next = n;
	else
		s->first = n;
	s->last = n;
	return rc;
}

/* Behind those that are as new; one that was met already is let go. */
static void
enqueue(struct walk *w, struct node *n)
{
	char hex[OID_HEX + 1];
	struct node **at = &w->todo;

	oid_format(hex, &n->commit);
	if (map_put(&w->seen, hex, w) != NULL) {
		node_free(n);
		return;
	}
	while (*at != NULL &&
	    (*at)->info.committed_us >= n->info.committed_us)
		at = &(*at)->next;
	n->next = *at;
	*at = n;
}

/* The commit touched the task: it is kept, with the lines it came with. */
static void
keep(struct walk *w, struct step *s)
{
	struct trail *t = w->t;
	struct node *child = s->child;
	struct trail_commit *c;
	size_t at = s->start, len;
	const char *line;
	char *key;

	MEM_GROW(t->v, t->n, t->cap);
	c = &t->v[t->n++];
	memset(c, 0, sizeof(*c));
	c->id = child->commit;
	c->after = *tree_of(&child->at);
	if (s->first != NULL)
		c->before = *tree_of(&s->first->at);
	c->path = buf_take(&child->at.path);
	c->info = child->info;
	child->info = (struct repo_commit)REPO_COMMIT_INIT;
	while (next_line(&s->ledger, &at, &line, &len)) {
		key = mem_dup(line, len);
		if (map_find(&s->known, key) == NULL)
			map_put(&t->brought, key, (void *)(uintptr_t)t->n);
		free(key);
	}
}

/* The commit may be one that touched the task; then what comes before it. */
static int
take_step(struct walk *w, struct node *child, struct err *e)
{
	struct step s = { .child = child };
	struct node *n;
	size_t i;
	int rc = 0;

	for (i = 0; i < child->info.nparents && rc >= 0 && rc < 2; i++)
		rc = look_at_parent(w, &s, &child->info.parents[i], e);
	if (rc == 2) {
		/* As with git log, that is where it comes from. */
		while (s.first != s.last) {
			n = s.first;
			s.first = n->next;
			node_free(n);
		}
	} else if (rc >= 0) {
		if (!s.has_ledger)
			rc = read_ledger(w, &child->at, &s.ledger, e);
		keep(w, &s);
	}
	while (rc >= 0 && (n = s.first) != NULL) {
		s.first = n->next;
		n->next = NULL;
		enqueue(w, n);
	}
	step_release(&s);
	return rc < 0 ? -1 : 0;
}

/* What HEAD has of the task; nothing where that is not committed. */
static int
begin(struct walk *w, const struct id *id, struct err *e)
{
	struct node *n = mem_zalloc(sizeof(*n));
	struct ref_head head;
	int rc;

	id_format_ref(n->at.ref, id);
	rc = ref_head(w->t->repo, &head, e);
	n->commit = head.commit;
	if (rc == 0 && !head.unborn)
		rc = repo_read_commit(w->t->repo, &n->commit, &n->info, e);
	if (rc > 0)
		rc = search(w, &n->info.tree, &n->at, e);
	if (rc > 0)
		enqueue(w, n);
	else
		node_free(n);
	ref_head_release(&head);
	return rc < 0 ? -1 : 0;
}

int
trail_follow(struct trail *t, const struct id *id, struct err *e)
{
	struct walk w = { .t = t };
	struct node *n;
	int rc;

	rc = begin(&w, id, e);
	while ((n = w.todo) != NULL) {
		w.todo = n->next;
		if (rc == 0)
			rc = take_step(&w, n, e);
		node_free(n);
	}
	map_release(&w.seen);
	buf_release(&w.bytes);
	return rc;
}
