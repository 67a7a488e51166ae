/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/err.h"
#include "change/build.h"
#include "change/rename.h"
#include "change/session.h"
#include "sys/dir.h"
#include "sys/file.h"
#include "sys/path.h"

/* "0042-user-login.task." of the card's path. */
static void
card_stem(const struct package *p, struct buf *path)
{
	package_file(p, PACKAGE_CARD, path);
	buf_truncate(path, path->len - strlen("md"));
}

/* One of the card's earlier versions, or the card. */
struct named {
	char		*tail;		/* of its name: "v1.md" */
	struct buf	 text;
};

struct renaming {
	struct session	*s;
	struct package	*p;
	char		*folder;	/* its new name */
	struct buf	 stem;		/* of the card's new name */
	struct named	*v;
	size_t		 n, cap;
};

/* Nothing that lies there may be written over. */
static int
check_free(struct renaming *r, const struct strvec *names, const char *tail,
    struct err *e)
{
	char *name = mem_printf("%s%s", path_base(r->stem.ptr), tail);
	int rc = 0;

	if (strvec_has(names, name))
		rc = err_set(e, EX_NO, "'%s' lies in its folder already; "
		    "give that another name first", name);
	free(name);
	return rc;
}

/* All that has to be read is read before anything is staged. */
static int
read_versions(struct renaming *r, struct err *e)
{
	struct strvec names = STRVEC_INIT;
	struct buf folder = BUF_INIT, disk = BUF_INIT, stem = BUF_INIT;
	struct file f = FILE_INIT;
	const char *name;
	size_t i, len;
	char *path;
	int rc;

	package_path(r->p, &folder);
	build_disk_path(&r->s->txn, folder.ptr, &disk);
	card_stem(r->p, &stem);
	name = path_base(stem.ptr);
	len = strlen(name);
	rc = dir_list(r->s->txn.workfd, disk.ptr, &names, e);
	if (rc == 0)
		rc = check_free(r, &names, "md", e);
	for (i = 0; i < names.n && rc == 0; i++) {
		if (strncmp(names.v[i], name, len) != 0 ||
		    strcmp(names.v[i] + len, "md") == 0 ||
		    !package_owns(r->p, names.v[i]))
			continue;
		path = mem_printf("%s/%s", folder.ptr, names.v[i]);
		rc = check_free(r, &names, names.v[i] + len, e) != 0 ? -1 :
		    store_read(&r->s->store, path, CARD_MAX, &f, e);
		free(path);
		MEM_GROW(r->v, r->n, r->cap);
		r->v[r->n] = (struct named){ mem_strdup(names.v[i] + len),
		    BUF_INIT };
		buf_swap(&r->v[r->n++].text, &f.data);
		file_release(&f);
	}
	strvec_release(&names);
	buf_release(&folder);
	buf_release(&disk);
	buf_release(&stem);
	return rc;
}

struct kept {
	const char	*below;		/* the old folder */
	struct strvec	 paths;
};

static void
add_kept(const char *path, void *value, void *ctx)
{
	struct kept *k = ctx;

	(void)value;
	if (path_is_below(path, k->below))
		strvec_add(&k->paths, path);
}

/* Versions that are about to be kept get the new names, too. */
static void
rename_kept(struct renaming *r, const char *from, const char *to,
    const char *old_stem)
{
	struct kept k = { from, STRVEC_INIT };
	size_t i, n = strlen(old_stem);
	const char *name;
	char *path;

	map_each(&r->s->versions, add_kept, &k);
	for (i = 0; i < k.paths.n; i++) {
		name = k.paths.v[i] + strlen(from) + 1;
		path = strncmp(name, old_stem, n) == 0 ?
		    mem_printf("%s/%s%s", to, path_base(r->stem.ptr),
		    name + n) : mem_printf("%s/%s", to, name);
		map_put(&r->s->versions, path,
		    map_remove(&r->s->versions, k.paths.v[i]));
		free(path);
	}
	strvec_release(&k.paths);
}

/* The folder goes first, and the files that are named after it with it. */
static void
stage(struct renaming *r)
{
	struct buf from = BUF_INIT, to = BUF_INIT, stem = BUF_INIT;
	struct txn *t = &r->s->txn;
	char *old, *new;
	size_t i;

	card_stem(r->p, &stem);
	package_path(r->p, &from);
	free(r->p->folder);
	r->p->folder = mem_strdup(r->folder);
	package_path(r->p, &to);
	rename_kept(r, from.ptr, to.ptr, path_base(stem.ptr));
	txn_rename(t, from.ptr, to.ptr);
	for (i = 0; i < r->n; i++) {
		old = mem_printf("%s/%s%s", to.ptr, path_base(stem.ptr),
		    r->v[i].tail);
		new = mem_printf("%s%s", r->stem.ptr, r->v[i].tail);
		txn_write(t, new, r->v[i].text.ptr, r->v[i].text.len);
		txn_remove(t, old);
		free(old);
		free(new);
	}
	old = mem_printf("%s/%smd", to.ptr, path_base(stem.ptr));
	txn_remove(t, old);
	free(old);
	buf_release(&from);
	buf_release(&to);
	buf_release(&stem);
}

/* The new folder, and the stem of the card in it. */
static int
find_names(struct renaming *r, struct err *e)
{
	struct package *new = package_new(r->p->stage, r->p->shard,
	    r->folder);
	struct buf to = BUF_INIT, disk = BUF_INIT;
	int rc = 0;

	if (new == NULL)
		return err_set(e, EX_SOFTWARE, "'%s' is no folder's name",
		    r->folder);
	card_stem(new, &r->stem);
	package_path(new, &to);
	build_disk_path(&r->s->txn, to.ptr, &disk);
	if (dir_has(r->s->txn.workfd, disk.ptr))
		rc = err_set(e, EX_NO, "there is a folder '%s' already",
		    r->folder);
	package_free(new);
	buf_release(&to);
	buf_release(&disk);
	return rc;
}

static int
rename_files(struct session *s, struct package *p, char *folder,
    struct err *e)
{
	struct renaming r = { .s = s, .p = p, .folder = folder };
	int rc = find_names(&r, e);

	if (rc == 0)
		rc = read_versions(&r, e);
	if (rc == 0)
		stage(&r);
	while (r.n > 0) {
		free(r.v[--r.n].tail);
		buf_release(&r.v[r.n].text);
	}
	free(r.v);
	free(folder);
	buf_release(&r.stem);
	return rc;
}

int
rename_task(struct session *s, struct task *t, const char *name,
    struct err *e)
{
	struct buf folder = BUF_INIT;
	int rc = 0;

	if (card_check_name(name, e) != 0)
		return -1;
	if (strcmp(card_str(&t->card, "task_name"), name) == 0)
		return 1;
	if (card_set(&t->card, "task_name", name, e) != 0)
		return -1;
	package_name(&t->pkg->id, name, &folder);
	if (strcmp(folder.ptr, t->pkg->folder) != 0)
		rc = rename_files(s, t->pkg, buf_take(&folder), e);
	buf_release(&folder);
	return rc;
}
