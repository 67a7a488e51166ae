/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/err.h"
#include "board/listing.h"
#include "board/store.h"
#include "board/task.h"
#include "rule/flags.h"
#include "rule/rowfacts.h"

static void
set(struct buf *b, const char *text)
{
	buf_adds(b, text == NULL ? "" : text);
}

/* The card is there; a ledger that cannot be read counts as an empty one. */
static void
read_key(struct store *s, struct task *t, struct queue_key *k)
{
	struct err ignored = ERR_INIT;

	(void)!task_read_ledger(&t->ledger, s, t->pkg, &ignored);
	queue_key(k, t);
}

int
rowfact_load(struct rowfact *f, struct store *s, struct package *p, bool keyed,
    struct err *e)
{
	struct flags flags = FLAGS_INIT;
	struct task t = TASK_INIT;
	int rc;

	memset(f, 0, sizeof(*f));
	rc = task_load_card(&t, s, p, e);
	if (rc == 0)
		rc = flags_of(&flags, s, p, &t.card, e);
	if (rc == 0) {
		set(&f->name, card_str(&t.card, "task_name"));
		set(&f->dri, card_str(&t.card, "current_dri"));
		set(&f->status, card_str(&t.card, "status"));
		buf_swap(&f->flags, &flags.text);
		buf_swap(&f->dependencies, &flags.dependencies);
	}
	if (rc == 0 && keyed)
		read_key(s, &t, &f->key);
	flags_release(&flags);
	task_release(&t);
	return rc;
}

void
rowfact_release(struct rowfact *f)
{
	buf_release(&f->name);
	buf_release(&f->dri);
	buf_release(&f->status);
	buf_release(&f->flags);
	buf_release(&f->dependencies);
}

void
rowfact_format(const struct rowfact *f, const struct listing *l,
    const struct package *p, struct buf *out)
{
	const struct listing_row row = { p->id, p->stage, buf_str(&f->name),
	    buf_str(&f->dri), buf_str(&f->status), buf_str(&f->flags),
	    buf_str(&f->dependencies) };

	listing_format(out, l, &row);
}

const struct rowfact *
rowfacts_get(struct rowfacts *all, struct store *s, struct package *p,
    struct err *e)
{
	bool pulled = stage_info[p->stage].order == ORDER_PULL;
	struct rowfact *f;
	char ref[ID_SIZE];

	id_format_ref(ref, &p->id);
	if ((f = map_find(&all->tasks, ref)) != NULL)
		return f;
	f = mem_zalloc(sizeof(*f));
	if (rowfact_load(f, s, p, pulled, e) != 0) {
		rowfact_release(f);
		free(f);
		return NULL;
	}
	map_put(&all->tasks, ref, f);
	return f;
}

static void
release_one(const char *key, void *value, void *ctx)
{
	(void)key;
	(void)ctx;
	rowfact_release(value);
}

void
rowfacts_release(struct rowfacts *all)
{
	map_each(&all->tasks, release_one, NULL);
	map_release_values(&all->tasks);
}

void
rowfacts_package_key(struct store *s, struct package *p, struct queue_key *k)
{
	struct err ignored = ERR_INIT;
	struct task t = TASK_INIT;

	queue_last(k, &p->id);
	if (task_load_card(&t, s, p, &ignored) == 0)
		read_key(s, &t, k);
	task_release(&t);
}

void
rowfacts_key(struct store *s, const struct id *id, struct queue_key *k)
{
	struct err ignored = ERR_INIT;
	struct package *p;

	queue_last(k, id);
	if (store_find(s, id, &p, &ignored) == 0)
		rowfacts_package_key(s, p, k);
}
