/* SPDX-License-Identifier: MIT */
/* task-new: from a wish to a package */
#include "base/compat.h"

#include "base/err.h"
#include "change/session.h"
#include "format/mark.h"
#include "tools/new.h"

static void
check_card(struct maker *m)
{
	static const char *const titles[] = { "Goal", "Inputs Required",
	    "Implementation Details", "Expected Outputs",
	    "Acceptance Criteria" };
	struct mark_outline o = MARK_OUTLINE_INIT;
	struct strvec problems = STRVEC_INIT;
	const char *body;
	size_t len, i;

	create_check(&m->c, &problems);
	for (i = 0; i < problems.n; i++)
		wish_wrong(m->w, NULL, NULL, "%s", problems.v[i]);
	body = card_body(&m->c.card, &len);
	mark_outline(&o, body, len);
	for (i = 0; i < ARRAY_LEN(titles) && m->one->line > 0; i++)
		if (mark_find(&o, titles[i]) == NULL)
			wish_wrong(m->w, "card", "made all the same",
			    "its texts hide the section '%s' (an open fence "
			    "or comment)", titles[i]);
	mark_outline_release(&o);
	strvec_release(&problems);
}

/* What is wished for; all but the stage, which its events may lead to. */
static void
fill(struct create *c, const struct wish *one)
{
	c->id = one->id;
	c->name = one->name;
	c->goal = one->goal;
	c->inputs = one->inputs;
	c->details = one->details;
	c->outputs = one->outputs;
	c->context = one->context;
	c->criteria = one->criteria;
	c->ncriteria = one->ncriteria;
	c->tags = &one->tags;
	c->depends_on = &one->depends_on;
	c->priority = one->priority;
	c->effort = one->effort;
	c->dri = one->dri;
	c->created_by = one->created_by;
	c->external_key = one->key;
}

int
wish_stage(struct wishes *w, struct wish *one, struct session *s,
    const char *recovered, struct err *e)
{
	struct maker m = { .w = w, .one = one, .s = s, .c = CREATE_INIT };
	int rc;

	w->at = one;
	fill(&m.c, one);
	m.c.related_to = &w->origin_ref;
	m.c.template = w->template;
	m.c.fills = one->fills.n > 0 ? &one->fills : &w->fills;
	if (create_begin(&m.c, s, e) != 0)
		return -1;
	wish_make_ledger(&m, recovered);
	m.c.stage = one->stage;
	rc = wish_check_import(&m, e);
	if (rc == 0)
		rc = create_make(&m.c, s, e);
	if (rc == 0)
		check_card(&m);
	if (rc == 0 && !one->skip) {
		create_stage(&m.c, s);
		if (w->origin_ref.n > 0)
			create_followup(&m.c, s, &w->origin);
	}
	create_release(&m.c);
	free(m.past);
	return rc;
}
