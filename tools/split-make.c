/* SPDX-License-Identifier: MIT */
/* task-split: the tasks that it makes */
#include "base/compat.h"

#include "base/err.h"
#include "base/jsonw.h"
#include "tools/split.h"

/* What is said of a new task in its first event. */
static void
log_new(struct split *x, struct create *c, const char *desc)
{
	struct draft d;

	session_draft(&x->s, &d, "created_from_split", desc);
	jsonw_member(&d.payload, "split_from", x->ref);
	if (c->split_part != NULL)
		jsonw_member(&d.payload, "split_part", c->split_part);
	create_log(c, &x->s, x->numbers.recovered, &d);
	x->numbers.recovered = NULL;
}

static void
log_dropped(struct split *x, struct create *c, const struct part *part)
{
	struct buf desc = BUF_INIT;
	struct draft d;
	size_t i;

	for (i = 0; i < part->dropped.n; i++)
		buf_addf(&desc, "%s%s", i > 0 ? ", " :
		    "it does not depend on ", part->dropped.v[i]);
	if (x->reason != NULL)
		buf_addf(&desc, ": %s", x->reason);
	session_draft(&x->s, &d, "deps_updated", desc.ptr);
	jsonw_key(&d.payload, "dropped");
	jsonw_list(&d.payload, &part->dropped);
	ledger_add(&c->ledger, &d);
	draft_release(&d);
	buf_release(&desc);
}

/* What every new task has of the one that is split. */
static void
inherit(const struct split *x, struct create *c, size_t i)
{
	const struct card *card = &x->task.card;

	c->id = x->task.pkg->id;
	c->id.number = x->numbers.v[i];
	c->stage = STAGE_INBOX;
	c->tags = &x->tags;
	c->priority = card_get(card, "priority");
	c->dri = card_get(card, "current_dri");
}

int
split_make_part(struct split *x, size_t i, struct err *e)
{
	const struct part *part = &x->parts.v[i];
	const char *whole = card_str(&x->task.card, "task_name");
	char *of = mem_printf("%zu/%zu", i + 1, x->parts.n);
	char *desc = mem_printf("part %s of %s", of, x->ref);
	char *context = mem_printf("Part %s of %s (%s), whose card and context "
	    "tell of the whole.", of, x->ref, whole);
	struct create c = CREATE_INIT;
	int rc;

	inherit(x, &c, i);
	c.name = part->name;
	c.criteria = part->criteria;
	c.ncriteria = part->n;
	c.depends_on = &part->depends_on;
	c.split_from = x->ref;
	c.split_part = of;
	c.context = context;
	if ((rc = create_begin(&c, &x->s, e)) == 0) {
		log_new(x, &c, desc);
		if (part->dropped.n > 0)
			log_dropped(x, &c, part);
		rc = create_finish(&c, &x->s, e);
	}
	strvec_add(&x->names, c.name);
	create_release(&c);
	free(of);
	free(desc);
	free(context);
	return rc;
}

/* At most so many bytes, cut at a character. */
static size_t
cut(const char *text, size_t max)
{
	size_t n = strnlen(text, max + 1);

	if (n <= max)
		return n;
	for (n = max; n > 0 && ((unsigned char)text[n] & 0xc0) == 0x80; n--)
		continue;
	return n;
}

/* A task that is done when all parts are, and stands for the whole. */
int
split_make_aggregate(struct split *x, struct err *e)
{
	static const char suffix[] = ": together";
	const char *whole = card_str(&x->task.card, "task_name");
	char *name = mem_printf("%.*s%s", (int)cut(whole, CARD_NAME_MAX -
	    strlen(suffix)), whole, suffix);
	char *desc = mem_printf("brings the parts of %s together", x->ref);
	char *context = mem_printf("The parts of %s (%s) together; its card "
	    "and context tell of the whole.", x->ref, whole);
	struct strvec related = STRVEC_INIT;
	struct create c = CREATE_INIT;
	int rc;

	strvec_add(&related, x->ref);
	inherit(x, &c, x->parts.n);
	c.name = name;
	c.depends_on = &x->into;
	c.related_to = &related;
	c.context = context;
	if ((rc = create_begin(&c, &x->s, e)) == 0) {
		log_new(x, &c, desc);
		rc = create_finish(&c, &x->s, e);
	}
	strvec_add(&x->names, name);
	create_release(&c);
	strvec_release(&related);
	free(name);
	free(desc);
	free(context);
	return rc;
}
