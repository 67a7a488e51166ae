/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/buf.h"
#include "base/err.h"
#include "base/jsonw.h"
#include "base/log.h"
#include "base/strvec.h"
#include "board/proposal.h"
#include "change/counter.h"
#include "change/rename.h"
#include "change/renumber.h"
#include "change/session.h"
#include "sys/file.h"

void
renumber_release(struct renumber *r)
{
	map_release_values(&r->now);
	map_release_values(&r->given_up);
	free(r->v);
	r->v = NULL;
	r->n = r->cap = 0;
}

static int
read_part(struct session *s, const struct package *p,
    enum package_file part, struct file *f, struct err *e)
{
	struct buf path = BUF_INIT;
	int rc;

	package_file(p, part, &path);
	rc = store_read(&s->store, path.ptr, LEDGER_MAX, f, e);
	buf_release(&path);
	/* It will be missed by whoever needs it. */
	return rc != 0 && e->status == EX_NOINPUT ? 0 : rc;
}

/* Calls `fn` for each task of the board. */
static int
each_package(struct renumber *r, int (*fn)(struct renumber *r,
    struct package *p, void *ctx, struct err *e), void *ctx, struct err *e)
{
	const struct store_stage *st;
	size_t i;
	int k;

	if (store_load_all(&r->s->store, e) != 0)
		return -1;
	for (k = 0; k < STAGE_COUNT; k++) {
		st = &r->s->store.stages[k];
		for (i = 0; i < st->n; i++)
			if (fn(r, st->v[i], ctx, e) != 0)
				return -1;
	}
	return 0;
}

/* Notes the ids that the task has had. */
static int
look_back(struct renumber *r, struct package *p, void *ctx, struct err *e)
{
	static const char event[] = "id_renumbered";
	struct strvec former = STRVEC_INIT;
	struct ledger l = LEDGER_INIT;
	struct file f = FILE_INIT;
	char ref[ID_SIZE];
	size_t i;
	int rc;

	(void)ctx;
	id_format_ref(ref, &p->id);
	rc = read_part(r->s, p, PACKAGE_LEDGER, &f, e);
	if (rc == 0 && memmem(buf_str(&f.data), f.data.len, event,
	    strlen(event)) != NULL) {
		ledger_parse(&l, f.data.ptr, f.data.len);
		ledger_former_ids(&l, &former);
		for (i = 0; i < former.n; i++)
			free(map_put(&r->given_up, former.v[i],
			    mem_strdup(ref)));
	}
	strvec_release(&former);
	ledger_release(&l);
	file_release(&f);
	return rc;
}

/*
 * 1: no other task has the id, or had it.  A number that the counter has not
 * come to nobody had; for one that it passed the ledgers say.
 */
static int
is_free(struct renumber *r, const struct task *t, const struct id *id,
    struct err *e)
{
	char ref[ID_SIZE], own[ID_SIZE];
	struct package *p;
	const char *who;
	uint32_t next;

	if (store_find(&r->s->store, id, &p, e) == 0)
		return 0;
	if (e->status != EX_NOINPUT ||
	    counter_next(r->s, id->ns, &next, e) != 0)
		return -1;
	if (id->number >= next)
		return 1;
	if (!r->has_given_up && each_package(r, look_back, NULL, e) != 0)
		return -1;
	r->has_given_up = true;
	id_format_ref(ref, id);
	id_format_ref(own, &t->pkg->id);
	who = map_find(&r->given_up, ref);
	return who == NULL || strcmp(who, own) == 0;
}

int
renumber_find(struct renumber *r, const struct task *t, const char *ns,
    struct id *out, struct err *e)
{
	struct numbers numbers = { .ns = ns, .n = 1 };
	int rc;

	memset(out, 0, sizeof(*out));
	snprintf(out->ns, sizeof(out->ns), "%s", ns);
	out->number = t->pkg->id.number;
	if ((rc = is_free(r, t, out, e)) != 0)
		return rc < 0 ? -1 : 0;
	rc = counter_take(r->s, &numbers, e);
	if (rc == 0)
		out->number = numbers.v[0];
	numbers_release(&numbers);
	if (rc != 0)
		return -1;
	if (numbers.recovered != NULL)
		log_warn("the counter of namespace %s was set anew: %s",
		    *ns == '\0' ? "-" : ns, numbers.recovered);
	return 0;
}

/* What it displaced, or what displaced it, has it in its ledger. */
static void
add_partners(struct renumber *r, const struct ledger *l, const char *names)
{
	const struct event *ev;
	const char *ref;
	struct id id;

	for (ev = l->v; ev < l->v + l->n; ev++) {
		ref = event_text(ev, "displaced_task");
		if (ref == NULL)
			ref = event_text(ev, "preempted_by");
		if (ref == NULL ||
		    id_parse(&id, ledger_now_called(l, ev, ref)) != 0)
			continue;
		MEM_GROW(r->v, r->n, r->cap);
		id_format_ref(r->v[r->n].ref, &id);
		snprintf(r->v[r->n++].names, ID_SIZE, "%s", names);
	}
}

int
renumber_task(struct renumber *r, struct task *t, const struct id *to,
    const char *desc, struct err *e)
{
	const struct id old = t->pkg->id;
	char from_ref[ID_SIZE], to_ref[ID_SIZE];
	struct draft d;

	if (counter_pass(r->s, to->ns, to->number, e) != 0 ||
	    counter_pass(r->s, old.ns, old.number, e) != 0 ||
	    rename_id(r->s, t, to, e) != 0)
		return -1;
	id_format_ref(from_ref, &old);
	id_format_ref(to_ref, to);
	add_partners(r, &t->ledger, from_ref);
	session_draft(r->s, &d, "id_renumbered", desc);
	jsonw_member(&d.own, "from", from_ref);
	jsonw_member(&d.own, "to", to_ref);
	session_log(t, &d);
	free(map_put(&r->now, from_ref, mem_strdup(to_ref)));
	free(map_put(&r->given_up, from_ref, mem_strdup(to_ref)));
	return 0;
}

/* The numbers that were given up, in order, to look for them in bytes. */
struct wanted {
	uint32_t	*v;
	size_t		 n, cap;
	struct strvec	 refs;		/* who names one of the tasks */
};

static void
add_number(const char *ref, void *value, void *ctx)
{
	struct wanted *w = ctx;
	struct id id;

	(void)value;
	if (id_parse(&id, ref) != 0)
		return;
	MEM_GROW(w->v, w->n, w->cap);
	w->v[w->n++] = id.number;
}

static int
compare_numbers(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* True where one of the numbers stands in the front matter at all. */
static bool
has_number(const struct wanted *w, const struct buf *card)
{
	const char *s = buf_str(card), *end;
	uint32_t n;

	end = memmem(s, card->len, "\n---", strlen("\n---"));
	if (end == NULL)
		end = s + card->len;
	while (s < end) {
		if (*s < '0' || *s > '9') {
			s++;
			continue;
		}
		for (n = 0; s < end && *s >= '0' && *s <= '9'; s++)
			n = n > ID_NUMBER_MAX ? n : n * 10 +
			    (uint32_t)(*s - '0');
		if (bsearch(&n, w->v, w->n, sizeof(*w->v),
		    compare_numbers) != NULL)
			return true;
	}
	return false;
}

void
renumber_changes_release(struct renumber_changes *c)
{
	strvec_release(&c->keys);
	strvec_release(&c->from);
	strvec_release(&c->to);
}

static void
add_change(struct renumber_changes *c, const char *from, const char *to)
{
	if (strvec_has(&c->from, from))
		return;
	strvec_add(&c->from, from);
	strvec_add(&c->to, to);
}

/* What a value that names one of the tasks becomes, or NULL.  Yours. */
static char *
new_value(const struct renumber *r, const char *value,
    struct renumber_changes *done)
{
	char ref[ID_SIZE];
	const char *to;
	struct id id;
	bool blocker;

	blocker = id_parse_blocker(&id, value) == 0;
	if (!blocker && id_parse(&id, value) != 0)
		return NULL;
	id_format_ref(ref, &id);
	if ((to = map_find(&r->now, ref)) == NULL)
		return NULL;
	add_change(done, ref, to);
	return mem_printf("%s%s", blocker ? "task:" : "", to);
}

static int
change_list(const struct renumber *r, struct card *c, const char *key,
    struct renumber_changes *done, struct err *e)
{
	struct strvec values = STRVEC_INIT;
	bool changed = false;
	int rc = 0;
	char *to;
	size_t i;

	/* What is no list of texts names no task. */
	if (card_list(c, key, &values) != 0)
		strvec_clear(&values);
	for (i = 0; i < values.n; i++) {
		if ((to = new_value(r, values.v[i], done)) == NULL)
			continue;
		free(values.v[i]);
		values.v[i] = to;
		changed = true;
	}
	if (changed)
		rc = card_set_list(c, key, &values, e) == 0 ? 1 : -1;
	strvec_release(&values);
	return rc;
}

/* 1: the key's value is another now. */
static int
change_key(const struct renumber *r, struct card *c, const char *key,
    struct renumber_changes *done, struct err *e)
{
	const char *value = card_get(c, key);
	char *to;
	int rc;

	if (value == NULL)
		return change_list(r, c, key, done, e);
	if ((to = new_value(r, value, done)) == NULL)
		return 0;
	rc = card_set(c, key, to, e) == 0 ? 1 : -1;
	free(to);
	return rc;
}

int
renumber_card(const struct renumber *r, struct card *c,
    struct renumber_changes *done, struct err *e)
{
	const char *const *key;
	int rc;

	for (key = card_reference_keys; *key != NULL; key++) {
		if ((rc = change_key(r, c, *key, done, e)) < 0)
			return -1;
		if (rc > 0)
			strvec_add(&done->keys, *key);
	}
	return 0;
}

/* A card that is no card may name one of the tasks all the same. */
static bool
has_reference(const struct renumber *r, const struct buf *card)
{
	const char *s = buf_str(card), *end = s + card->len;
	char ref[ID_SIZE];
	size_t n;

	while ((s = memmem(s, (size_t)(end - s), "TASK-", 5)) != NULL) {
		n = 5 + strspn(s + 5, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
		    "0123456789-");
		for (; n > 5 && s[n - 1] == '-'; n--)
			continue;
		if (n < sizeof(ref)) {
			memcpy(ref, s, n);
			ref[n] = '\0';
			if (map_find(&r->now, ref) != NULL)
				return true;
		}
		s += n;
	}
	return false;
}

/* Notes the task where its card names one of those. */
static int
look_at(struct renumber *r, struct package *p, void *ctx, struct err *e)
{
	struct renumber_changes done = RENUMBER_CHANGES_INIT;
	struct wanted *w = ctx;
	struct card c = CARD_INIT;
	struct file f = FILE_INIT;
	struct buf path = BUF_INIT;
	char ref[ID_SIZE];
	int rc;

	package_file(p, PACKAGE_CARD, &path);
	rc = read_part(r->s, p, PACKAGE_CARD, &f, e);
	if (rc == 0 && has_number(w, &f.data)) {
		rc = card_parse(&c, f.data.ptr, f.data.len, e);
		if (rc != 0 && !has_reference(r, &f.data))
			rc = 0;
		else if (rc != 0 || renumber_card(r, &c, &done, e) != 0)
			rc = store_file_error(&r->s->store, path.ptr, e);
	}
	id_format_ref(ref, &p->id);
	if (done.keys.n > 0)
		strvec_add(&w->refs, ref);
	renumber_changes_release(&done);
	card_release(&c);
	file_release(&f);
	buf_release(&path);
	return rc;
}

/* Of a closed task only what may be said late can be told. */
static void
tell(const struct renumber *r, struct task *t,
    const struct renumber_changes *done)
{
	bool closed = stage_info[t->pkg->stage].closed;
	struct buf desc = BUF_INIT;
	struct draft d;
	size_t i;

	for (i = 0; i < done->from.n; i++)
		buf_addf(&desc, "%s%s is %s now", i > 0 ? ", " : "",
		    done->from.v[i], done->to.v[i]);
	session_draft(r->s, &d, closed ? "late_log" : "deps_updated",
	    desc.ptr);
	jsonw_key(&d.payload, "keys");
	jsonw_list(&d.payload, &done->keys);
	jsonw_key(&d.payload, "renumbered");
	jsonw_open(&d.payload, '{');
	for (i = 0; i < done->from.n; i++)
		jsonw_member(&d.payload, done->from.v[i], done->to.v[i]);
	jsonw_close(&d.payload, '}');
	session_log(t, &d);
	buf_release(&desc);
}

/* What the task is called by now, where it is one of them. */
static const char *
current_ref(const struct renumber *r, const char *ref)
{
	const char *now = map_find(&r->now, ref);

	return now == NULL ? ref : now;
}

static void
add_named(const struct renumber *r, const char *ref,
    struct renumber_changes *done)
{
	size_t i;

	for (i = 0; i < r->n; i++)
		if (strcmp(current_ref(r, r->v[i].ref), ref) == 0)
			add_change(done, r->v[i].names,
			    current_ref(r, r->v[i].names));
}

static int
rewrite(struct renumber *r, const char *ref, struct err *e)
{
	struct renumber_changes done = RENUMBER_CHANGES_INIT;
	struct task t = TASK_INIT;
	int rc;

	rc = session_load(r->s, ref, &t, e);
	if (rc == 0)
		rc = task_require_ledger(&t, &r->s->store, e);
	if (rc == 0)
		rc = renumber_card(r, &t.card, &done, e);
	if (rc == 0) {
		add_named(r, ref, &done);
		tell(r, &t, &done);
		session_save(r->s, &t);
	}
	task_release(&t);
	renumber_changes_release(&done);
	return rc;
}

/* Those whose cards name none of the tasks, but whose ledgers do. */
static int
add_told(const struct renumber *r, struct strvec *refs, struct err *e)
{
	struct package *p;
	const char *ref;
	size_t i;

	for (i = 0; i < r->n; i++) {
		ref = current_ref(r, r->v[i].ref);
		if (strvec_has(refs, ref))
			continue;
		if (store_resolve(&r->s->store, ref, &p, e) == 0) {
			if (!stage_info[p->stage].closed)
				strvec_add(refs, ref);
		} else if (e->status != EX_NOINPUT)
			return -1;
	}
	return 0;
}

static int
rewrite_proposal(struct renumber *r, const char *id, struct err *e)
{
	struct file f = FILE_INIT;
	struct buf path = BUF_INIT;
	struct proposal p = PROPOSAL_INIT;
	const char *now = NULL;
	int rc;

	proposal_path(id, &path);
	/* One that is malformed names nobody; whoever accepts it is told. */
	if (proposal_load(&p, &r->s->store, id, e) == 0)
		now = map_find(&r->now, p.ref);
	rc = now == NULL ? 0 : store_read(&r->s->store, path.ptr,
	    PROPOSAL_FILE_MAX, &f, e);
	if (now != NULL && rc == 0 &&
	    proposal_retarget(&f.data, p.ref, now))
		txn_write(&r->s->txn, path.ptr, f.data.ptr, f.data.len);
	proposal_release(&p);
	file_release(&f);
	buf_release(&path);
	return rc;
}

/* What hooks propose for one of the tasks, and nobody has answered yet. */
static int
rewrite_proposals(struct renumber *r, struct err *e)
{
	struct strvec ids = STRVEC_INIT;
	size_t i;
	int rc = proposal_list(&r->s->store, &ids, e);

	for (i = 0; i < ids.n && rc == 0; i++)
		rc = rewrite_proposal(r, ids.v[i], e);
	strvec_release(&ids);
	return rc;
}

int
renumber_references(struct renumber *r, struct strvec *changed,
    struct err *e)
{
	struct wanted w = { .v = NULL };
	size_t i;
	int rc = 0;

	map_each(&r->now, add_number, &w);
	if (w.n > 0) {
		qsort(w.v, w.n, sizeof(*w.v), compare_numbers);
		rc = each_package(r, look_at, &w, e);
	}
	if (rc == 0)
		rc = add_told(r, &w.refs, e);
	for (i = 0; i < w.refs.n && rc == 0; i++) {
		rc = rewrite(r, w.refs.v[i], e);
		strvec_add(changed, w.refs.v[i]);
	}
	if (rc == 0)
		rc = rewrite_proposals(r, e);
	free(w.v);
	strvec_release(&w.refs);
	return rc;
}
