/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/err.h"
#include "base/jsonw.h"
#include "board/card.h"
#include "change/mergetexts.h"
#include "rule/move.h"


/* As the task is called now, and as it calls others. */
static int
bring_up_to_date(struct texts *x, int side, struct buf *text, struct err *e)
{
	const struct package *p = x->t->result->pkg;
	struct renumber r = { .now = x->w->now[x->side[side]->side] };
	struct renumber_changes of_base = RENUMBER_CHANGES_INIT;
	const char *stage = stage_info[p->stage].name;
	struct card c = CARD_INIT;
	struct err ignored = ERR_INIT;
	char id[ID_SIZE];
	int rc = 0;

	/* What is no card is merged by lines. */
	if (card_parse(&c, buf_str(text), text->len, &ignored) != 0) {
		card_release(&c);
		return 0;
	}
	id_format(id, &p->id);
	if (strcmp(card_str(&c, "stage"), stage) != 0)
		rc = card_set(&c, "stage", stage, e);
	if (rc == 0 && id_compare(&x->side[side]->pkg->id, &p->id) != 0)
		rc = card_set(&c, "task_id", id, e);
	if (rc == 0 && r.now.n > 0)
		rc = renumber_card(&r, &c, side == MERGE_BASE ? &of_base :
		    &x->renamed, e);
	if (rc == 0)
		buf_set(text, c.text.ptr, c.text.len);
	renumber_changes_release(&of_base);
	card_release(&c);
	return rc;
}

static int
read_cards(struct texts *x, struct buf cards[MERGE_SIDES],
    bool has[MERGE_SIDES], struct err *e)
{
	struct merge_version *v;
	struct buf path = BUF_INIT;
	int side, rc = 0;

	for (side = 0; side < MERGE_SIDES && rc == 0; side++) {
		v = (struct merge_version *)(uintptr_t)x->side[side];
		if (v == NULL)
			continue;
		if ((rc = merge_part_read(x->w, v, MERGE_CARD, &cards[side],
		    e)) < 0)
			break;
		has[side] = rc > 0;
		rc = has[side] ? bring_up_to_date(x, side, &cards[side], e) :
		    0;
		if (rc != 0) {
			merge_part_path(v, MERGE_CARD, &path);
			err_prefix(e, "%s", path.ptr);
		}
	}
	buf_release(&path);
	return rc < 0 ? -1 : 0;
}

static void
set_part(struct texts *x, const char *role, struct buf *data)
{
	struct oid id;

	merge_blob(x->w, data, &id);
	merge_part_set(x->t->result, role, TREE_MODE_FILE, &id);
}

/* The card that is one, or the later one; the other is kept. */
static void
take_one_card(struct texts *x, const struct buf cards[MERGE_SIDES])
{
	struct card c = CARD_INIT;
	struct err ignored = ERR_INIT;
	int won = MERGE_THEIRS;

	if (card_parse(&c, buf_str(&cards[won]), cards[won].len,
	    &ignored) != 0)
		won = MERGE_OURS;
	card_release(&c);
	buf_set(&x->card, buf_str(&cards[won]), cards[won].len);
	x->t->winner = won == MERGE_OURS ? -1 : 1;
	merge_take_closed(x, MERGE_CARD, "task");
	x->t->winner = 0;
}

/* A body of the side that lost, of a task that was closed. */
static bool
same_body(const struct buf *a, const struct buf *b)
{
	struct card x = CARD_INIT, y = CARD_INIT;
	struct err ignored = ERR_INIT;
	const char *one, *two;
	size_t n, m;
	bool same = false;

	if (card_parse(&x, buf_str(a), a->len, &ignored) == 0 &&
	    card_parse(&y, buf_str(b), b->len, &ignored) == 0) {
		one = card_body(&x, &n);
		two = card_body(&y, &m);
		same = n == m && memcmp(one, two, n) == 0;
	}
	card_release(&x);
	card_release(&y);
	return same;
}

static void
take_closed_card(struct texts *x, const struct buf cards[MERGE_SIDES])
{
	int won = x->t->winner < 0 ? MERGE_OURS : MERGE_THEIRS;
	int lost = won == MERGE_OURS ? MERGE_THEIRS : MERGE_OURS;

	buf_set(&x->card, buf_str(&cards[won]), cards[won].len);
	if (!same_body(&cards[lost], &cards[won]) &&
	    !same_body(&cards[lost], &cards[MERGE_BASE]))
		merge_keep_version(x, "task", &merge_part(x->side[lost],
		    MERGE_CARD)->id);
}

static int
merge_cards(struct texts *x, struct err *e)
{
	struct buf v[MERGE_SIDES] = { BUF_INIT };
	bool has[MERGE_SIDES] = { false };
	struct merge_text m = { NULL, &v[MERGE_OURS], &v[MERGE_THEIRS] };
	int side, rc = read_cards(x, v, has, e);

	if (has[MERGE_BASE])
		m.base = &v[MERGE_BASE];
	if (rc == 0 && (!has[MERGE_OURS] || !has[MERGE_THEIRS]))
		buf_addb(&x->card, &v[has[MERGE_OURS] ? MERGE_OURS :
		    MERGE_THEIRS]);
	else if (rc == 0 && x->t->winner != 0)
		take_closed_card(x, v);
	else if (rc == 0)
		rc = merge_card(&m, &x->t->tails, &x->card,
		    &x->t->conflicts, e);
	if (rc == 1) {
		take_one_card(x, v);
		rc = 0;
	}
	for (side = 0; side < MERGE_SIDES; side++)
		buf_release(&v[side]);
	return rc;
}

/* The card of a task that one side has. */
static int
update_card(struct texts *x, int side, struct err *e)
{
	int rc = merge_part_read(x->w, x->side[side], MERGE_CARD, &x->card,
	    e);

	return rc <= 0 ? rc : bring_up_to_date(x, side, &x->card, e);
}

static bool
has_conflict(const struct merge_task *t, const char *field)
{
	size_t i;

	for (i = 0; i < t->conflicts.n; i++)
		if (strcmp(t->conflicts.v[i].field, field) == 0)
			return true;
	return false;
}

/* Where both ledgers together tell another story than either alone. */
static void
settle_replay(struct texts *x)
{
	struct move_replayed both, a, b;
	struct ledger l = LEDGER_INIT;
	struct merge_task *t = x->t;
	const enum stage is = t->result->pkg->stage;
	struct card c = CARD_INIT;
	struct err ignored = ERR_INIT;
	int status = STATUS_NONE;

	ledger_parse(&l, buf_str(&t->ledger), t->ledger.len);
	move_replay_all(&l, &both);
	move_replay_all(&t->tails.ours.ledger, &a);
	move_replay_all(&t->tails.theirs.ledger, &b);
	if (card_parse(&c, buf_str(&x->card), x->card.len, &ignored) == 0)
		status = card_status(&c);
	if (both.stage != (int)is && both.stage != STAGE_NONE && !t->moved &&
	    (a.stage == (int)is || b.stage == (int)is))
		merge_conflicts_add(&t->conflicts, "stage",
		    stage_info[is].name, stage_info[both.stage].name);
	if (both.status != status && status != STATUS_NONE &&
	    both.status != STATUS_NONE && !has_conflict(t, "status") &&
	    (a.status == status || b.status == status))
		merge_conflicts_add(&t->conflicts, "status",
		    status_names[status], status_names[both.status]);
	card_release(&c);
	ledger_release(&l);
}

/* Markers are for a person to look at, and nothing goes on meanwhile. */
static int
block(struct texts *x, const char *field, struct err *e)
{
	struct merge_line line = { .identity = x->t->identity,
	    .event = "blocked" };
	struct buf own = BUF_INIT, why = BUF_INIT;
	struct card c = CARD_INIT;
	int rc;

	buf_addf(&why, "decision:merge conflict in %s", field);
	/* What is no card has no status. */
	if (card_parse(&c, buf_str(&x->card), x->card.len, e) != 0)
		rc = 1;
	else if ((rc = card_set(&c, "status", "blocked", e)) == 0)
		rc = card_set(&c, "blocked_by", why.ptr, e);
	if (rc == 0) {
		buf_set(&x->card, c.text.ptr, c.text.len);
		jsonw_member(&own, "blocked_by", why.ptr);
		line.desc = "both sides changed the same lines; take the "
		    "markers out";
		line.own = &own;
		merge_log(&x->t->ledger, &line);
		merge_note(x->w, &x->t->result->pkg->id, MERGE_BLOCKS,
		    "merge conflict in %s", field);
	}
	card_release(&c);
	buf_release(&own);
	buf_release(&why);
	return rc < 0 ? -1 : 0;
}

static void
log_number(struct texts *x)
{
	struct merge_line line = { .identity = x->t->identity,
	    .event = "id_renumbered" };
	struct buf own = BUF_INIT, desc = BUF_INIT;
	char to[ID_SIZE];

	id_format_ref(to, &x->t->result->pkg->id);
	jsonw_member(&own, "from", x->t->renumbered);
	jsonw_member(&own, "to", to);
	buf_addf(&desc, "%s is an older task's", x->t->renumbered);
	line.own = &own;
	line.desc = desc.ptr;
	merge_log(&x->t->ledger, &line);
	buf_release(&own);
	buf_release(&desc);
}

/* What the ledger says of others that are called otherwise now. */
static void
find_partners(struct texts *x)
{
	struct renumber_changes *to = &x->renamed;
	struct ledger l = LEDGER_INIT;
	const char *ref, *now;
	size_t i;
	int side;

	ledger_parse(&l, buf_str(&x->t->ledger), x->t->ledger.len);
	for (side = MERGE_OURS; side <= MERGE_THEIRS; side++) {
		if (x->side[side] == NULL)
			continue;
		for (i = 0; i < l.n; i++) {
			ref = event_text(&l.v[i], "displaced_task");
			if (ref == NULL)
				ref = event_text(&l.v[i], "preempted_by");
			now = ref == NULL ? NULL : map_find(&x->w->now[
			    x->side[side]->side], ref);
			if (now == NULL || strvec_has(&to->from, ref))
				continue;
			strvec_add(&to->from, ref);
			strvec_add(&to->to, now);
		}
	}
	ledger_release(&l);
}

static void
log_references(struct texts *x)
{
	struct merge_line line = { .identity = x->t->identity,
	    .event = "deps_updated" };
	struct renumber_changes *r = &x->renamed;
	struct buf payload = BUF_INIT, desc = BUF_INIT;
	size_t i;

	jsonw_key(&payload, "keys");
	jsonw_list(&payload, &r->keys);
	jsonw_key(&payload, "renumbered");
	jsonw_open(&payload, '{');
	for (i = 0; i < r->from.n; i++) {
		jsonw_member(&payload, r->from.v[i], r->to.v[i]);
		buf_addf(&desc, "%s%s is %s now", i > 0 ? ", " : "",
		    r->from.v[i], r->to.v[i]);
	}
	jsonw_close(&payload, '}');
	line.payload = &payload;
	line.desc = buf_str(&desc);
	merge_log(&x->t->ledger, &line);
	buf_release(&payload);
	buf_release(&desc);
}

static void
note_conflicts(struct texts *x)
{
	const struct merge_conflicts *c = &x->t->conflicts;
	size_t i;

	for (i = 0; i < c->n; i++)
		merge_note(x->w, &x->t->result->pkg->id, MERGE_SETTLES,
		    "%s: '%s', not '%s'", c->v[i].field, c->v[i].kept,
		    c->v[i].dropped);
}

/* The ledger's own lines, and then card and ledger are as they will be. */
static int
finish(struct texts *x, struct err *e)
{
	struct merge_task *t = x->t;
	bool closed = stage_info[t->result->pkg->stage].closed;

	if (t->both && x->card.len > 0)
		settle_replay(x);
	if (t->renumbered != NULL)
		log_number(x);
	find_partners(x);
	if (x->renamed.from.n > 0)
		log_references(x);
	merge_log_conflicts(&t->ledger, t->identity, &t->conflicts);
	note_conflicts(x);
	if (!closed && ((has_conflict(t, "body") && x->card.len > 0 &&
	    memmem(x->card.ptr, x->card.len, "\n<<<<<<< ", 9) != NULL &&
	    block(x, "body", e) != 0) || (has_conflict(t, "context") &&
	    block(x, "context", e) != 0)))
		return -1;
	if (x->card.len > 0)
		set_part(x, MERGE_CARD, &x->card);
	if (t->ledger.len > 0)
		set_part(x, "=ledger.jsonl", &t->ledger);
	return 0;
}

static int
merge_single(struct texts *x, struct err *e)
{
	int side = x->side[MERGE_OURS] != NULL ? MERGE_OURS : MERGE_THEIRS;
	const struct merge_version *v = x->side[side];
	size_t i;

	for (i = 0; i < v->n; i++)
		merge_part_set(x->t->result, v->v[i].role, v->v[i].mode,
		    &v->v[i].id);
	if (x->t->renumbered == NULL && x->w->now[v->side].n == 0)
		return 0;
	if (update_card(x, side, e) != 0 || merge_part_read(x->w, v,
	    "=ledger.jsonl", &x->t->ledger, e) < 0)
		return -1;
	return finish(x, e);
}

static int
merge_both(struct texts *x, struct err *e)
{
	struct buf a = BUF_INIT, b = BUF_INIT;
	int rc;

	merge_label(&x->t->tails.ours, &a);
	merge_label(&x->t->tails.theirs, &b);
	x->labels[0] = a.ptr;
	x->labels[1] = b.ptr;
	merge_versions(x);
	rc = merge_cards(x, e) != 0 || merge_context(x, e) != 0 ||
	    merge_others(x, e) != 0 ? -1 : finish(x, e);
	buf_release(&a);
	buf_release(&b);
	return rc;
}

int
merge_text_task(struct merge_work *w, struct merge_task *t, struct err *e)
{
	struct texts x = { .w = w, .t = t, .renamed = RENUMBER_CHANGES_INIT };
	int rc;

	x.side[MERGE_BASE] = t->side[MERGE_BASE];
	x.side[MERGE_OURS] = t->side[t->swapped ? MERGE_THEIRS : MERGE_OURS];
	x.side[MERGE_THEIRS] = t->side[t->swapped ? MERGE_OURS :
	    MERGE_THEIRS];
	rc = t->both ? merge_both(&x, e) : merge_single(&x, e);
	renumber_changes_release(&x.renamed);
	buf_release(&x.card);
	return rc;
}
