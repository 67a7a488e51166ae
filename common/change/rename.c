/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/err.h"
#include "change/build.h"
#include "change/rename.h"
#include "change/session.h"
#include "sys/dir.h"
#include "sys/file.h"
#include "sys/path.h"

/* A file of the package, other than card and ledger, that gets another name. */
struct named {
	char		*to;		/* within the folder */
	struct buf	 text;
};

struct renaming {
	struct session	*s;
	struct package	*p;		/* as it is */
	struct package	*new;		/* as it will be */
	struct strvec	 gone;		/* names that are no more */
	struct named	*v;
	size_t		 n, cap;
};

/* The name of one of the package's files, within its folder. */
static char *
file_name(const struct package *p, enum package_file part)
{
	struct buf path = BUF_INIT;
	char *name;

	package_file(p, part, &path);
	name = mem_strdup(path_base(path.ptr));
	buf_release(&path);
	return name;
}

/*
 * What a file of the package will be called.  The card and its versions begin
 * with "0042-user-login.task.", all others with "0042.".
 */
static char *
new_name(const struct renaming *r, const char *name)
{
	char *was = file_name(r->p, PACKAGE_CARD);
	char *is = file_name(r->new, PACKAGE_CARD);
	size_t stem = strlen(was) - strlen("md");
	char id[ID_SIZE], *new;

	if (strncmp(name, was, stem) == 0) {
		is[strlen(is) - strlen("md")] = '\0';
		new = mem_printf("%s%s", is, name + stem);
	} else {
		id_format(id, &r->p->id);
		stem = strlen(id);
		id_format(id, &r->new->id);
		new = mem_printf("%s%s", id, name + stem);
	}
	free(was);
	free(is);
	return new;
}

/* Saving the task writes these. */
static bool
is_saved(const struct renaming *r, const char *name)
{
	char *card = file_name(r->p, PACKAGE_CARD);
	char *ledger = file_name(r->p, PACKAGE_LEDGER);
	bool is = strcmp(name, card) == 0 || strcmp(name, ledger) == 0;

	free(card);
	free(ledger);
	return is;
}

/* Reads one that gets another name; nothing may lie there. */
static int
read_file(struct renaming *r, const struct strvec *names, const char *name,
    struct err *e)
{
	char *new = new_name(r, name), *path;
	struct buf folder = BUF_INIT;
	struct file f = FILE_INIT;
	struct named *one;
	int rc = 0;

	package_path(r->p, &folder);
	path = mem_printf("%s/%s", folder.ptr, name);
	if (strcmp(new, name) != 0) {
		strvec_add(&r->gone, name);
		if (strvec_has(names, new))
			rc = err_set(e, EX_NO, "'%s' lies in its folder "
			    "already; give that another name first", new);
		else if (!is_saved(r, name) && (rc = store_read(&r->s->store,
		    path, CONTEXT_MAX, &f, e)) == 0) {
			MEM_GROW(r->v, r->n, r->cap);
			one = &r->v[r->n++];
			*one = (struct named){ mem_strdup(new), BUF_INIT };
			buf_swap(&one->text, &f.data);
		}
	}
	free(new);
	free(path);
	file_release(&f);
	buf_release(&folder);
	return rc;
}

/* All that has to be read is read before anything is staged. */
static int
read_files(struct renaming *r, struct err *e)
{
	struct strvec names = STRVEC_INIT;
	struct buf folder = BUF_INIT, disk = BUF_INIT;
	size_t i;
	int rc;

	package_path(r->p, &folder);
	build_disk_path(&r->s->txn, folder.ptr, &disk);
	rc = dir_list(r->s->txn.workfd, disk.ptr, &names, e);
	for (i = 0; i < names.n && rc == 0; i++)
		if (package_owns(r->p, names.v[i]))
			rc = read_file(r, &names, names.v[i], e);
	strvec_release(&names);
	buf_release(&folder);
	buf_release(&disk);
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
rename_kept(struct renaming *r, const char *from, const char *to)
{
	struct kept k = { from, STRVEC_INIT };
	char *name, *path;
	size_t i;

	map_each(&r->s->versions, add_kept, &k);
	for (i = 0; i < k.paths.n; i++) {
		name = new_name(r, path_base(k.paths.v[i]));
		path = mem_printf("%s/%s", to, name);
		map_put(&r->s->versions, path,
		    map_remove(&r->s->versions, k.paths.v[i]));
		free(name);
		free(path);
	}
	strvec_release(&k.paths);
}

/* The folder goes first, and the files that are named after it with it. */
static void
stage(struct renaming *r)
{
	struct buf from = BUF_INIT, to = BUF_INIT;
	struct txn *t = &r->s->txn;
	char *path;
	size_t i;

	package_path(r->p, &from);
	package_path(r->new, &to);
	rename_kept(r, from.ptr, to.ptr);
	txn_rename(t, from.ptr, to.ptr);
	for (i = 0; i < r->n; i++) {
		path = mem_printf("%s/%s", to.ptr, r->v[i].to);
		txn_write(t, path, r->v[i].text.ptr, r->v[i].text.len);
		free(path);
	}
	for (i = 0; i < r->gone.n; i++) {
		path = mem_printf("%s/%s", to.ptr, r->gone.v[i]);
		txn_remove(t, path);
		free(path);
	}
	store_rename(&r->s->store, r->p, r->new->folder);
	buf_release(&from);
	buf_release(&to);
}

static int
check_folder(struct renaming *r, struct err *e)
{
	struct buf to = BUF_INIT, disk = BUF_INIT;
	int rc = 0;

	package_path(r->new, &to);
	build_disk_path(&r->s->txn, to.ptr, &disk);
	if (dir_has(r->s->txn.workfd, disk.ptr))
		rc = err_set(e, EX_NO, "there is a folder '%s' already",
		    r->new->folder);
	buf_release(&to);
	buf_release(&disk);
	return rc;
}

static void
renaming_release(struct renaming *r)
{
	package_free(r->new);
	while (r->n > 0) {
		r->n--;
		free(r->v[r->n].to);
		buf_release(&r->v[r->n].text);
	}
	free(r->v);
	strvec_release(&r->gone);
}

/* Names folder and files anew. */
static int
rename_files(struct session *s, struct package *p, const char *folder,
    struct err *e)
{
	struct renaming r = { .s = s, .p = p,
	    .new = package_new(p->stage, p->shard, folder) };
	int rc;

	if (r.new == NULL) {
		err_set(e, EX_SOFTWARE, "'%s' is no folder's name", folder);
		return -1;
	}
	rc = check_folder(&r, e);
	if (rc == 0)
		rc = read_files(&r, e);
	if (rc == 0)
		stage(&r);
	renaming_release(&r);
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
		rc = rename_files(s, t->pkg, folder.ptr, e);
	buf_release(&folder);
	return rc;
}

int
rename_id(struct session *s, struct task *t, const struct id *id,
    struct err *e)
{
	const struct id old = t->pkg->id;
	char text[ID_SIZE], *folder;
	int rc;

	id_format(text, id);
	if (card_set(&t->card, "task_id", text, e) != 0)
		return -1;
	id_format_ref(text, id);
	folder = mem_printf("%s-%s", text, package_slug(t->pkg));
	rc = rename_files(s, t->pkg, folder, e);
	free(folder);
	if (rc != 0)
		return -1;
	/* The row of the old id goes. */
	reindex_add(&s->reindex, &old, t->pkg->stage);
	id_format_ref(text, &old);
	map_remove(&s->saved, text);
	return 0;
}
