/* SPDX-License-Identifier: MIT */
/* task-ls: a task as a row of the list */
#include "base/compat.h"

#include "board/store.h"
#include "board/task.h"
#include "rule/flags.h"
#include "tools/ls.h"

enum {
	COL_ID, COL_STAGE, COL_STATUS, COL_PRIORITY, COL_EFFORT, COL_DRI,
	COL_NAME, COL_FLAGS, COL_TAGS, COL_DEPENDS, COL_CREATED, COL_PATH,
	COL_KEY, COL_NAMESPACE
};

const struct out_column item_columns[] = {
	{ .name = "id", .style = OUT_BOLD },
	{ .name = "stage" },
	{ .name = "status" },
	{ .name = "priority" },
	{ .name = "effort" },
	{ .name = "dri", .style = OUT_BLUE },
	{ .name = "name", .flexible = true },
	{ .name = "flags", .style = OUT_YELLOW },
	{ .name = "tags", .hidden = true },
	{ .name = "depends_on", .hidden = true },
	{ .name = "created", .hidden = true },
	{ .name = "path", .hidden = true },
	{ .name = "external_key", .hidden = true },
	{ .name = "namespace", .hidden = true },
	{ .name = NULL }
};

const char *const sort_names[] = { "stage", "id", "name", "priority",
	"dri", "created", "pull", NULL };

void
item_fill(struct item *it, const struct store *s, const struct task *t,
    const struct flags *f)
{
	const struct card *c = &t->card;
	struct buf path = BUF_INIT, shown = BUF_INIT;

	memset(it, 0, sizeof(*it));
	it->id = t->pkg->id;
	it->stage = t->pkg->stage;
	it->status = mem_strdup(card_str(c, "status"));
	it->priority = mem_strdup_null(card_get(c, "priority"));
	it->effort = mem_strdup_null(effort_parse(
	    card_get(c, "effort_estimate")));
	it->dri = mem_strdup_null(card_get(c, "current_dri"));
	it->name = mem_strdup(card_str(c, "task_name"));
	it->flags = mem_strdup(buf_str(&f->text));
	it->created = mem_strdup_null(card_get(c, "created_date"));
	it->external_key = mem_strdup_null(card_get(c, "external_key"));
	(void)!card_list(c, "tags", &it->tags);
	(void)!card_list(c, "depends_on", &it->depends_on);
	package_file(t->pkg, PACKAGE_CARD, &path);
	store_show_path(s, path.ptr, &shown);
	it->path = buf_take(&shown);
	queue_key(&it->key, t);
	buf_release(&path);
}

void
item_release(struct item *it)
{
	char *texts[] = { it->status, it->priority, it->effort, it->dri,
	    it->name, it->flags, it->created, it->path, it->external_key };
	size_t i;

	for (i = 0; i < ARRAY_LEN(texts); i++)
		free(texts[i]);
	strvec_release(&it->tags);
	strvec_release(&it->depends_on);
}

static int
compare_texts(const char *a, const char *b)
{
	if (a == NULL || b == NULL)
		return (a == NULL) - (b == NULL);
	return strcmp(a, b);
}

/* qsort(3) hands nothing through to the comparison. */
static enum sort sorting;

static int
compare(const void *a, const void *b)
{
	const struct item *x = a, *y = b;
	int c = 0;

	switch (sorting) {
	case SORT_STAGE:
		c = (int)x->stage - (int)y->stage;
		if (c == 0 && stage_info[x->stage].order == ORDER_PULL)
			c = queue_compare(&x->key, &y->key);
		break;
	case SORT_ID:
		break;
	case SORT_NAME:
		c = compare_texts(x->name, y->name);
		break;
	case SORT_PRIORITY:
		c = compare_texts(x->priority, y->priority);
		break;
	case SORT_DRI:
		c = compare_texts(x->dri, y->dri);
		break;
	case SORT_CREATED:
		c = compare_texts(x->created, y->created);
		break;
	case SORT_PULL:
		c = queue_compare(&x->key, &y->key);
		break;
	}
	return c != 0 ? c : id_compare(&x->id, &y->id);
}

void
items_sort(struct item *v, size_t n, enum sort by)
{
	sorting = by;
	if (n > 1)
		qsort(v, n, sizeof(*v), compare);
}

static enum out_style
priority_style(const char *priority)
{
	int p = priority_parse(priority);

	return p == 0 ? OUT_RED : p == 1 ? OUT_YELLOW : OUT_PLAIN;
}

void
item_print(struct out *o, const struct item *it)
{
	char ref[ID_SIZE];

	id_format_ref(ref, &it->id);
	out_text(o, COL_ID, ref);
	out_text(o, COL_STAGE, stage_info[it->stage].name);
	out_text(o, COL_STATUS, it->status);
	out_style(o, COL_STATUS, strcmp(it->status, "active") == 0 ?
	    OUT_PLAIN : OUT_YELLOW);
	out_text(o, COL_PRIORITY, it->priority);
	out_style(o, COL_PRIORITY, priority_style(it->priority));
	out_text(o, COL_EFFORT, it->effort);
	out_text(o, COL_DRI, it->dri);
	out_text(o, COL_NAME, it->name);
	out_text(o, COL_FLAGS, it->flags);
	out_list(o, COL_TAGS, &it->tags);
	out_list(o, COL_DEPENDS, &it->depends_on);
	out_text(o, COL_CREATED, it->created);
	out_text(o, COL_PATH, it->path);
	out_text(o, COL_KEY, it->external_key);
	out_text(o, COL_NAMESPACE, it->id.ns[0] == '\0' ? NULL : it->id.ns);
	out_row(o);
}
