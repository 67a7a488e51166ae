/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/err.h"
#include "base/strvec.h"
#include "change/mergecard.h"

enum side { OURS, THEIRS, NOBODY };

struct cardmerge {
	const struct merge_tails *tails;
	struct merge_conflicts *conflicts;
	struct pieces	 base, ours, theirs;
	int		 state;		/* whose status counts; NOBODY: both
					   are as before, or the same */
	struct strvec	 keys;		/* in the order of what comes out */
	int		*side;		/* of each key, whose piece it gets */
	struct strvec	**lists;	/* of each key; NULL: it is no list
					   that both changed */
};

/* The status, and what says why. */
static const char *const state_keys[] = { "status", "blocked_by",
	"paused_reason", "paused_date", "expected_resume_date",
	"canceled_reason" };

static const char *const list_keys[] = { "depends_on", "blocks",
	"related_to", "tags", "previous_dris", "split_into" };

static bool
is_among(const char *const *v, size_t n, const char *key)
{
	while (n > 0)
		if (strcmp(v[--n], key) == 0)
			return true;
	return false;
}

/* What a key says, whatever it is written like; NULL and null are "". */
static void
say_value(const struct pieces *p, const struct piece *one, struct buf *out)
{
	struct strvec texts = STRVEC_INIT;
	const struct yaml_node *n;
	size_t i;

	if (one == NULL || yaml_is_null(n = yaml_follow(one->node)))
		return;
	if (n->kind == YAML_SCALAR) {
		buf_adds(out, n->text);
	} else if (yaml_list(n, &texts) == 0 && n->kind == YAML_LIST) {
		for (i = 0; i < texts.n; i++)
			buf_addf(out, "%s%s", i > 0 ? ", " : "", texts.v[i]);
	} else {
		buf_add(out, p->card.text.ptr + p->card.head + n->start,
		    n->end - n->start);
	}
	strvec_release(&texts);
}

static bool
same_value(const struct pieces *p, const struct piece *a,
    const struct pieces *q, const struct piece *b)
{
	struct buf one = BUF_INIT, two = BUF_INIT;
	bool same;

	say_value(p, a, &one);
	say_value(q, b, &two);
	same = buf_equal(&one, &two);
	buf_release(&one);
	buf_release(&two);
	return same;
}

static bool
same_bytes(const struct pieces *p, const struct piece *a,
    const struct pieces *q, const struct piece *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	return a->end - a->start == b->end - b->start &&
	    memcmp(buf_str(&p->card.text) + a->start,
	    buf_str(&q->card.text) + b->start, a->end - a->start) == 0;
}

/* What the three have of one key. */
struct three {
	const char	*key;
	const struct piece *base, *ours, *theirs;
};

static struct three
find_three(const struct cardmerge *x, const char *key)
{
	return (struct three){ key, pieces_find(&x->base, key),
	    pieces_find(&x->ours, key), pieces_find(&x->theirs, key) };
}

static bool
changed(const struct cardmerge *x, const struct three *k, int side)
{
	const struct pieces *p = side == OURS ? &x->ours : &x->theirs;

	return !same_value(p, side == OURS ? k->ours : k->theirs, &x->base,
	    k->base);
}

static int
later(const struct cardmerge *x, const char *key)
{
	return merge_later(x->tails, key) > 0 ? THEIRS : OURS;
}

static void
note_conflict(struct cardmerge *x, const struct three *k, int kept)
{
	struct buf ours = BUF_INIT, theirs = BUF_INIT;

	say_value(&x->ours, k->ours, &ours);
	say_value(&x->theirs, k->theirs, &theirs);
	merge_conflicts_add(x->conflicts, k->key,
	    buf_str(kept == OURS ? &ours : &theirs),
	    buf_str(kept == OURS ? &theirs : &ours));
	buf_release(&ours);
	buf_release(&theirs);
}

/* Whose status counts, and all that belongs to it. */
static int
find_state(struct cardmerge *x)
{
	bool ours = false, theirs = false, differ = false;
	struct three k;
	size_t i;
	int kept;

	for (i = 0; i < ARRAY_LEN(state_keys); i++) {
		k = find_three(x, state_keys[i]);
		ours = ours || changed(x, &k, OURS);
		theirs = theirs || changed(x, &k, THEIRS);
		differ = differ || !same_value(&x->ours, k.ours, &x->theirs,
		    k.theirs);
	}
	if (!differ || (!ours && !theirs))
		return NOBODY;
	if (!ours || !theirs)
		return ours ? OURS : THEIRS;
	kept = later(x, "status");
	for (i = 0; i < ARRAY_LEN(state_keys); i++) {
		k = find_three(x, state_keys[i]);
		if (!same_value(&x->ours, k.ours, &x->theirs, k.theirs))
			note_conflict(x, &k, kept);
	}
	return kept;
}

static void
list_of(const struct pieces *p, const char *key, struct strvec *out)
{
	if (card_list(&p->card, key, out) != 0)
		strvec_clear(out);
}

/*
 * By element: what both have, and what one has and the ancestor had not.
 */
static void
merge_lists(const struct cardmerge *x, const char *key, struct strvec *out)
{
	struct strvec base = STRVEC_INIT, ours = STRVEC_INIT;
	struct strvec theirs = STRVEC_INIT;
	size_t i;

	list_of(&x->base, key, &base);
	list_of(&x->ours, key, &ours);
	list_of(&x->theirs, key, &theirs);
	for (i = 0; i < ours.n; i++)
		if (strvec_has(&theirs, ours.v[i]) ||
		    !strvec_has(&base, ours.v[i]))
			strvec_add(out, ours.v[i]);
	for (i = 0; i < theirs.n; i++)
		if (!strvec_has(&ours, theirs.v[i]) &&
		    !strvec_has(&base, theirs.v[i]))
			strvec_add(out, theirs.v[i]);
	strvec_release(&base);
	strvec_release(&ours);
	strvec_release(&theirs);
}

/* Both changed what the key says, and not to the same. */
static int
settle(struct cardmerge *x, const struct three *k, struct strvec **list)
{
	int kept;

	if (k->ours == NULL || k->theirs == NULL)
		kept = k->ours != NULL ? OURS : THEIRS;
	else
		kept = later(x, k->key);
	if (k->ours != NULL && k->theirs != NULL &&
	    is_among(list_keys, ARRAY_LEN(list_keys), k->key)) {
		*list = mem_zalloc(sizeof(**list));
		merge_lists(x, k->key, *list);
		return kept;
	}
	note_conflict(x, k, kept);
	return kept;
}

static int
decide(struct cardmerge *x, const struct three *k, struct strvec **list)
{
	const struct pieces *o = &x->ours, *t = &x->theirs;

	if (same_bytes(o, k->ours, t, k->theirs))
		return OURS;
	if (x->state != NOBODY &&
	    is_among(state_keys, ARRAY_LEN(state_keys), k->key))
		return x->state;
	if (same_bytes(o, k->ours, &x->base, k->base))
		return THEIRS;
	if (same_bytes(t, k->theirs, &x->base, k->base))
		return OURS;
	if (!changed(x, k, OURS))
		return THEIRS;
	if (!changed(x, k, THEIRS))
		return OURS;
	if (same_value(o, k->ours, t, k->theirs))
		return later(x, k->key);
	return settle(x, k, list);
}

/* The keys of ours, and between them those that only theirs has. */
static void
order_keys(struct cardmerge *x)
{
	struct strvec *keys = &x->keys;
	const char *key, *above = NULL;
	size_t i, at;

	for (i = 0; i < x->ours.n; i++)
		strvec_add(keys, x->ours.v[i].node->key);
	for (i = 0; i < x->theirs.n; i++, above = key) {
		key = x->theirs.v[i].node->key;
		if (strvec_has(keys, key))
			continue;
		strvec_add(keys, key);
		for (at = keys->n - 1; at > 0 && (above == NULL ||
		    strcmp(keys->v[at - 1], above) != 0); at--) {
			char *swap = keys->v[at];

			keys->v[at] = keys->v[at - 1];
			keys->v[at - 1] = swap;
		}
	}
}

static const struct piece *
piece_of(const struct cardmerge *x, size_t i, const struct pieces **p)
{
	*p = x->side[i] == OURS ? &x->ours : &x->theirs;
	return pieces_find(*p, x->keys.v[i]);
}

static void
add_piece(struct buf *out, const struct pieces *p, size_t start, size_t end)
{
	buf_add(out, p->card.text.ptr + start, end - start);
	if (end > start && out->ptr[out->len - 1] != '\n')
		buf_addc(out, '\n');
}

/* What stands behind the last key, as one of the two has it. */
static void
add_rest(const struct cardmerge *x, struct buf *out)
{
	const struct pieces *o = &x->ours, *t = &x->theirs, *b = &x->base;
	const struct piece po = { NULL, o->rest, o->card.head_end };
	const struct piece pt = { NULL, t->rest, t->card.head_end };
	const struct piece pb = { NULL, b->rest, b->card.head_end };
	bool take = same_bytes(o, &po, b, &pb) ||
	    (!same_bytes(t, &pt, b, &pb) && later(x, NULL) == THEIRS);

	if (take)
		add_piece(out, t, pt.start, pt.end);
	else
		add_piece(out, o, po.start, po.end);
}

static void
add_head(const struct cardmerge *x, struct buf *out)
{
	const struct pieces *p = &x->ours;
	const struct piece *one;
	size_t i;

	add_piece(out, p, 0, p->card.head);
	for (i = 0; i < x->keys.n; i++)
		if ((one = piece_of(x, i, &p)) != NULL)
			add_piece(out, p, one->start, one->end);
	add_rest(x, out);
	p = &x->ours;
	add_piece(out, p, p->card.head_end, p->card.body);
}

/* The pieces make a card, and it says what they said. */
static bool
holds(const struct cardmerge *x, const struct pieces *made)
{
	const struct piece *one;
	const struct pieces *p;
	size_t i;

	for (i = 0; i < x->keys.n; i++) {
		one = piece_of(x, i, &p);
		if (!same_value(p, one, made,
		    pieces_find(made, x->keys.v[i])))
			return false;
	}
	return true;
}

static void
set_key(struct cardmerge *x, struct card *c, size_t i)
{
	const char *key = x->keys.v[i];
	struct err ignored = ERR_INIT;
	struct strvec list = STRVEC_INIT;
	const struct pieces *p;
	const struct piece *one = piece_of(x, i, &p);
	const struct yaml_node *n = one == NULL ? NULL :
	    yaml_follow(one->node);
	struct buf value = BUF_INIT;
	int rc = 0;

	say_value(p, one, &value);
	if (n != NULL && n->kind == YAML_LIST) {
		list_of(p, key, &list);
		rc = card_set_list(c, key, &list, &ignored);
	} else if (n == NULL || n->kind == YAML_SCALAR) {
		if (n != NULL || yaml_member(c->yaml.root, key) != NULL)
			rc = card_set(c, key, n == NULL ||
			    yaml_is_null(n) ? NULL : n->text, &ignored);
	} else {
		rc = -1;
	}
	if (rc != 0)
		merge_conflicts_add(x->conflicts, key, card_str(c, key),
		    buf_str(&value));
	strvec_release(&list);
	buf_release(&value);
}

/*
 * Where front matter is laid out so that its pieces do not fit together, the
 * later one's stays and gets the other's values.
 */
static void
set_keys(struct cardmerge *x, struct card *c)
{
	const struct pieces *p, *start = later(x, NULL) == OURS ? &x->ours :
	    &x->theirs;
	struct err ignored = ERR_INIT;
	const struct piece *one;
	size_t i;

	card_release(c);
	(void)!card_parse(c, start->card.text.ptr, start->card.text.len,
	    &ignored);
	for (i = 0; i < x->keys.n; i++) {
		one = piece_of(x, i, &p);
		if (!same_value(p, one, start,
		    pieces_find(start, x->keys.v[i])))
			set_key(x, c, i);
	}
}

static void
make_head(struct cardmerge *x, struct card *out)
{
	struct pieces made = PIECES_INIT;
	struct err ignored = ERR_INIT;
	struct buf text = BUF_INIT;
	size_t i;

	add_head(x, &text);
	if (pieces_parse(&made, &text) == 0 && holds(x, &made))
		(void)!card_parse(out, text.ptr, text.len, &ignored);
	else
		set_keys(x, out);
	for (i = 0; i < x->keys.n; i++)
		if (x->lists[i] != NULL && card_set_list(out, x->keys.v[i],
		    x->lists[i], &ignored) != 0)
			merge_conflicts_add(x->conflicts, x->keys.v[i],
			    card_str(out, x->keys.v[i]), ignored.msg);
	pieces_release(&made);
	buf_release(&text);
}

static void
body_of(const struct pieces *p, struct buf *out)
{
	size_t len;
	const char *body = card_body(&p->card, &len);

	buf_set(out, body, len);
}

static int
add_body(struct cardmerge *x, bool has_base, struct card *out,
    struct err *e)
{
	struct buf b = BUF_INIT, o = BUF_INIT, t = BUF_INIT, made = BUF_INIT;
	struct buf ours = BUF_INIT, theirs = BUF_INIT;
	const struct merge_text m = { has_base ? &b : NULL, &o, &t };
	int rc;

	merge_label(&x->tails->ours, &ours);
	merge_label(&x->tails->theirs, &theirs);
	if (has_base)
		body_of(&x->base, &b);
	body_of(&x->ours, &o);
	body_of(&x->theirs, &t);
	rc = merge_body(&m, (const char *const[]){ ours.ptr, theirs.ptr },
	    &made, e);
	if (rc == 0 || rc == 1)
		card_set_body(out, buf_str(&made), made.len);
	if (rc == 1)
		merge_conflicts_add(x->conflicts, "body", "both", "");
	buf_release(&b);
	buf_release(&o);
	buf_release(&t);
	buf_release(&ours);
	buf_release(&theirs);
	buf_release(&made);
	return rc < 0 ? -1 : rc == 2;
}

static void
decide_keys(struct cardmerge *x)
{
	struct three k;
	size_t i;

	order_keys(x);
	x->state = find_state(x);
	x->side = mem_zalloc((x->keys.n + 1) * sizeof(*x->side));
	x->lists = mem_zalloc((x->keys.n + 1) * sizeof(*x->lists));
	for (i = 0; i < x->keys.n; i++) {
		k = find_three(x, x->keys.v[i]);
		x->side[i] = decide(x, &k, &x->lists[i]);
	}
}

static void
release(struct cardmerge *x)
{
	size_t i;

	for (i = 0; x->lists != NULL && i < x->keys.n; i++) {
		if (x->lists[i] != NULL)
			strvec_release(x->lists[i]);
		free(x->lists[i]);
	}
	free(x->lists);
	free(x->side);
	strvec_release(&x->keys);
	pieces_release(&x->base);
	pieces_release(&x->ours);
	pieces_release(&x->theirs);
}

int
merge_card(const struct merge_text *m, const struct merge_tails *t,
    struct buf *out, struct merge_conflicts *conflicts, struct err *e)
{
	struct cardmerge x = { .tails = t, .conflicts = conflicts };
	struct card made = CARD_INIT;
	int rc = 0;

	if (pieces_parse(&x.ours, m->ours) != 0 ||
	    pieces_parse(&x.theirs, m->theirs) != 0 ||
	    (m->base != NULL && pieces_parse(&x.base, m->base) != 0))
		rc = 1;
	if (rc == 0) {
		decide_keys(&x);
		make_head(&x, &made);
		rc = add_body(&x, m->base != NULL, &made, e);
	}
	if (rc == 0)
		buf_addb(out, &made.text);
	card_release(&made);
	release(&x);
	return rc;
}
