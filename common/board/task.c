/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/err.h"
#include "board/store.h"
#include "board/task.h"
#include "sys/file.h"

/* So often a package is looked for that somebody moves while it is read. */
enum { TRIES = 8 };

int
task_load_card(struct task *t, struct store *s, struct package *p,
    struct err *e)
{
	struct buf path = BUF_INIT;
	struct file f = FILE_INIT;
	int rc;

	t->pkg = p;
	rc = store_read_part(s, p, PACKAGE_CARD, &f, e);
	package_file(p, PACKAGE_CARD, &path);
	if (rc != 0 && e->status == EX_NOINPUT && store_has_package(s, p)) {
		err_set(e, EX_DATAERR, "there is no such file: a package has "
		    "a card");
		store_file_error(s, path.ptr, e);
	}
	if (rc == 0 &&
	    (rc = card_parse(&t->card, f.data.ptr, f.data.len, e)) != 0)
		store_file_error(s, path.ptr, e);
	file_release(&f);
	buf_release(&path);
	return rc;
}

/* Reads a file that may be missing.  1: it is there, 0: not, -1: an error. */
static int
read_part(struct store *s, const struct package *p, enum package_file part,
    struct file *f, struct err *e)
{
	struct buf path = BUF_INIT;
	int rc;

	package_file(p, part, &path);
	rc = store_read(s, path.ptr, store_part_max(part), f, e);
	buf_release(&path);
	if (rc == 0)
		return 1;
	return e->status == EX_NOINPUT ? 0 : -1;
}

/* The ledger last: where it is found all before it was in the same folder. */
static int
load_once(struct task *t, struct store *s, struct package *p, struct err *e)
{
	struct file f = FILE_INIT;
	int rc;

	if (task_load_card(t, s, p, e) != 0)
		return -1;
	if ((rc = read_part(s, p, PACKAGE_LEARNING, &f, e)) > 0)
		t->has_learning = f.data.len > 0;
	if (rc >= 0 && (rc = read_part(s, p, PACKAGE_CONTEXT, &f, e)) > 0) {
		buf_swap(&t->context, &f.data);
		t->has_context = true;
	}
	if (rc >= 0 && (rc = read_part(s, p, PACKAGE_LEDGER, &f, e)) > 0) {
		ledger_parse(&t->ledger, f.data.ptr, f.data.len);
		t->has_ledger = true;
	}
	file_release(&f);
	return rc < 0 ? -1 : 0;
}

int
task_load(struct task *t, struct store *s, struct package *p, struct err *e)
{
	int rc = load_once(t, s, p, e), tries = 0;

	while (rc == 0 && !t->has_ledger && tries++ < TRIES &&
	    store_follow(s, p)) {
		task_release(t);
		rc = load_once(t, s, p, e);
	}
	return rc;
}

void
task_release(struct task *t)
{
	card_release(&t->card);
	ledger_release(&t->ledger);
	buf_release(&t->context);
	*t = (struct task)TASK_INIT;
}

static int
say_no_ledger(const struct package *p, const struct store *s, struct err *e)
{
	struct buf path = BUF_INIT;

	package_file(p, PACKAGE_LEDGER, &path);
	err_set(e, EX_DATAERR, "there is no such file: a package has a "
	    "ledger");
	store_file_error(s, path.ptr, e);
	buf_release(&path);
	return -1;
}

int
task_read_ledger(struct ledger *l, struct store *s, struct package *p,
    struct err *e)
{
	struct file f = FILE_INIT;
	int rc;

	rc = store_read_part(s, p, PACKAGE_LEDGER, &f, e);
	if (rc == 0)
		ledger_parse(l, f.data.ptr, f.data.len);
	else if (e->status == EX_NOINPUT)
		say_no_ledger(p, s, e);
	file_release(&f);
	return rc;
}

int
task_require_ledger(const struct task *t, const struct store *s,
    struct err *e)
{
	struct buf path = BUF_INIT;

	if (!t->has_ledger)
		return say_no_ledger(t->pkg, s, e);
	if (t->ledger.newer == 0)
		return 0;
	package_file(t->pkg, PACKAGE_LEDGER, &path);
	err_set(e, EX_DATAERR, "%d:1: its version is newer than this "
	    "program reads", t->ledger.newer);
	store_file_error(s, path.ptr, e);
	buf_release(&path);
	return -1;
}

int
task_list(const struct task *t, const struct store *s, const char *key,
    struct strvec *out, struct err *e)
{
	const struct yaml_node *at = yaml_member(t->card.yaml.root, key);
	struct buf path = BUF_INIT;

	if (card_list(&t->card, key, out) == 0)
		return 0;
	err_set(e, EX_DATAERR, "%d:%d: %s must be a list of texts",
	    at->line, at->col, key);
	package_file(t->pkg, PACKAGE_CARD, &path);
	store_file_error(s, path.ptr, e);
	buf_release(&path);
	return -1;
}
