/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/err.h"
#include "base/jsonw.h"
#include "change/retarget.h"
#include "change/session.h"
#include "sys/file.h"

/* The keys of a card that name other tasks. */
enum form { FORM_LIST, FORM_REF, FORM_BLOCKER };

static const struct key {
	const char	*name;
	enum form	 form;
	bool		 waits;		/* the task waits for that one */
} keys[] = {
	{ "depends_on", FORM_LIST, true },
	{ "blocked_by", FORM_BLOCKER, true },
	{ "blocks", FORM_LIST, false },
	{ "related_to", FORM_LIST, false },
	{ "split_into", FORM_LIST, false },
	{ "split_from", FORM_REF, false },
};

static bool
concerns(const struct retarget *r, const struct key *k)
{
	return k->waits || r->what == RETARGET_ALL;
}

static bool
is_ref(const char *text, const struct id *id)
{
	struct id one;

	return id_parse(&one, text) == 0 && id_compare(&one, id) == 0;
}

static bool
has_ref(const struct strvec *list, const struct id *id)
{
	size_t i;

	for (i = 0; i < list->n; i++)
		if (is_ref(list->v[i], id))
			return true;
	return false;
}

/* True where the key's one value names the task. */
static bool
names_one(const struct card *c, const struct key *k, const struct id *id)
{
	const char *value = card_get(c, k->name);
	struct id one;

	if (value == NULL)
		return false;
	if (k->form == FORM_REF)
		return is_ref(value, id);
	return id_parse_blocker(&one, value) == 0 &&
	    id_compare(&one, id) == 0;
}

static bool
names(const struct retarget *r, const struct card *c)
{
	struct strvec list = STRVEC_INIT;
	bool found = false;
	size_t i;

	for (i = 0; i < ARRAY_LEN(keys) && !found; i++) {
		if (!concerns(r, &keys[i]))
			continue;
		if (keys[i].form != FORM_LIST) {
			found = names_one(c, &keys[i], r->from);
			continue;
		}
		strvec_clear(&list);
		(void)!card_list(c, keys[i].name, &list);
		found = has_ref(&list, r->from);
	}
	strvec_release(&list);
	return found;
}

/* 1: the card of that package names the task. */
static int
peek(const struct retarget *r, const struct package *p, struct err *e)
{
	struct card c = CARD_INIT;
	struct file f = FILE_INIT;
	struct buf path = BUF_INIT;
	char digits[ID_SIZE], ref[ID_SIZE];
	int rc;

	/* However it is written, the number stands in it. */
	snprintf(digits, sizeof(digits), "%" PRIu32, r->from->number);
	id_format_ref(ref, r->from);
	package_file(p, PACKAGE_CARD, &path);
	rc = store_read(&r->s->store, path.ptr, CARD_MAX, &f, e);
	if (rc != 0)
		rc = e->status == EX_NOINPUT ? 0 : -1;
	else if (memmem(buf_str(&f.data), f.data.len, digits,
	    strlen(digits)) == NULL)
		rc = 0;
	else if (card_parse(&c, f.data.ptr, f.data.len, e) == 0)
		rc = names(r, &c);
	else if (memmem(f.data.ptr, f.data.len, ref, strlen(ref)) != NULL)
		rc = store_file_error(&r->s->store, path.ptr, e);
	card_release(&c);
	file_release(&f);
	buf_release(&path);
	return rc;
}

int
retarget_find(const struct retarget *r, struct strvec *refs, struct err *e)
{
	const struct store_stage *st;
	char ref[ID_SIZE];
	int stage, rc;
	size_t i;

	for (stage = 0; stage < STAGE_COUNT; stage++) {
		if (stage_info[stage].closed && r->what == RETARGET_WAITS)
			continue;
		if (store_load(&r->s->store, stage, e) != 0)
			return -1;
		st = &r->s->store.stages[stage];
		for (i = 0; i < st->n; i++) {
			if (id_compare(&st->v[i]->id, r->from) == 0)
				continue;
			if ((rc = peek(r, st->v[i], e)) < 0)
				return -1;
			id_format_ref(ref, &st->v[i]->id);
			if (rc > 0)
				strvec_add(refs, ref);
		}
	}
	return 0;
}

/* Those that take its place, and are not there yet; never the task itself. */
static void
add_others(const struct retarget *r, const struct task *t,
    const struct strvec *was, struct strvec *list)
{
	struct id id;
	size_t i;

	for (i = 0; i < r->to->n; i++) {
		if (id_parse(&id, r->to->v[i]) != 0 ||
		    id_compare(&id, &t->pkg->id) == 0)
			continue;
		if (!has_ref(was, &id) && !has_ref(list, &id))
			strvec_add(list, r->to->v[i]);
	}
}

static int
change_list(const struct retarget *r, struct task *t, const char *key,
    struct err *e)
{
	struct strvec was = STRVEC_INIT, is = STRVEC_INIT;
	size_t i;
	int rc;

	rc = task_list(t, &r->s->store, key, &was, e);
	for (i = 0; i < was.n && rc == 0; i++)
		if (is_ref(was.v[i], r->from))
			add_others(r, t, &was, &is);
		else
			strvec_add(&is, was.v[i]);
	if (rc == 0)
		rc = card_set_list(&t->card, key, &is, e);
	strvec_release(&was);
	strvec_release(&is);
	return rc;
}

static int
change_one(const struct retarget *r, struct task *t, const struct key *k,
    struct err *e)
{
	char *value = mem_printf("%s%s", k->form == FORM_BLOCKER ? "task:" :
	    "", r->to->v[0]);
	int rc = card_set(&t->card, k->name, value, e);

	free(value);
	return rc;
}

/* 1: the key does not name the task. */
static int
change_key(const struct retarget *r, struct task *t, const struct key *k,
    struct err *e)
{
	struct strvec list = STRVEC_INIT;
	bool found;

	if (k->form != FORM_LIST)
		return names_one(&t->card, k, r->from) ?
		    change_one(r, t, k, e) : 1;
	(void)!card_list(&t->card, k->name, &list);
	found = has_ref(&list, r->from);
	strvec_release(&list);
	return found ? change_list(r, t, k->name, e) : 1;
}

static void
log_change(const struct retarget *r, struct task *t,
    const struct strvec *changed)
{
	struct buf desc = BUF_INIT;
	char from[ID_SIZE];
	struct draft d;
	size_t i;

	id_format_ref(from, r->from);
	buf_addf(&desc, "%s: it names ", r->why);
	for (i = 0; i < r->to->n; i++)
		buf_addf(&desc, "%s%s", i > 0 ? ", " : "", r->to->v[i]);
	buf_adds(&desc, " instead");
	session_draft(r->s, &d, "deps_updated", desc.ptr);
	jsonw_member(&d.payload, "from", from);
	jsonw_key(&d.payload, "to");
	jsonw_list(&d.payload, r->to);
	jsonw_key(&d.payload, "keys");
	jsonw_list(&d.payload, changed);
	session_log(t, &d);
	buf_release(&desc);
}

int
retarget_task(const struct retarget *r, struct task *t, struct err *e)
{
	struct strvec changed = STRVEC_INIT;
	size_t i;
	int rc = 0;

	for (i = 0; i < ARRAY_LEN(keys) && rc >= 0; i++) {
		if (!concerns(r, &keys[i]))
			continue;
		rc = change_key(r, t, &keys[i], e);
		if (rc == 0)
			strvec_add(&changed, keys[i].name);
	}
	if (rc >= 0 && (rc = changed.n == 0) == 0)
		log_change(r, t, &changed);
	strvec_release(&changed);
	return rc;
}

int
retarget_all(const struct retarget *r, const struct strvec *refs,
    struct err *e)
{
	struct task t;
	size_t i;
	int rc = 0;

	for (i = 0; i < refs->n && rc >= 0; i++) {
		t = (struct task)TASK_INIT;
		rc = session_load(r->s, refs->v[i], &t, e);
		if (rc == 0)
			rc = task_require_ledger(&t, &r->s->store, e);
		if (rc == 0 && (rc = retarget_task(r, &t, e)) == 0)
			session_save(r->s, &t);
		task_release(&t);
	}
	return rc < 0 ? -1 : 0;
}
