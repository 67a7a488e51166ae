/* SPDX-License-Identifier: MIT */
/* task-merge: tags, dependencies and other references of two tasks in one */
#include "base/compat.h"

#include "base/err.h"
#include "base/jsonw.h"
#include "base/map.h"
#include "rule/graph.h"
#include "tools/merge.h"

/* A list that is to be united with another. */
struct union_list {
	struct merge	*m;
	bool		 refs;		/* of references; else of texts */
	struct map	 known;
	struct strvec	 all;		/* as it has to be */
	struct strvec	*added;		/* what it had not */
	bool		 changed;
};

/* A reference as it is formally written; NULL where it is none. */
static const char *
formal(const char *text, char ref[ID_SIZE])
{
	struct id id;

	if (id_parse(&id, text) != 0)
		return NULL;
	id_format_ref(ref, &id);
	return ref;
}

/* What it has stays as it is written, but for the duplicate. */
static void
take_own(struct union_list *u, const struct strvec *own)
{
	const char *text;
	char ref[ID_SIZE];
	size_t i;

	for (i = 0; i < own->n; i++) {
		text = u->refs ? formal(own->v[i], ref) : own->v[i];
		if (u->refs && text != NULL && strcmp(text, u->m->from) == 0) {
			u->changed = true;
			continue;
		}
		strvec_add(&u->all, own->v[i]);
		if (text != NULL)
			map_put(&u->known, text, u);
	}
}

static void
take_other(struct union_list *u, const struct strvec *other)
{
	const char *text;
	char ref[ID_SIZE];
	size_t i;

	for (i = 0; i < other->n; i++) {
		text = u->refs ? formal(other->v[i], ref) : other->v[i];
		if (text == NULL || map_find(&u->known, text) != NULL ||
		    (u->refs && (strcmp(text, u->m->ref) == 0 ||
		    strcmp(text, u->m->from) == 0)))
			continue;
		map_put(&u->known, text, u);
		strvec_add(&u->all, text);
		strvec_add(u->added, text);
		u->changed = true;
	}
}

/* 1: the list became another, with what is in `added`; 0: it did not. */
static int
merge_list(struct merge *m, const char *key, bool refs, struct strvec *added,
    struct err *e)
{
	struct union_list u = { .m = m, .refs = refs, .added = added };
	struct strvec own = STRVEC_INIT, other = STRVEC_INIT;
	int rc = 0;

	if (task_list(&m->primary, &m->s.store, key, &own, e) != 0 ||
	    task_list(&m->duplicate, &m->s.store, key, &other, e) != 0)
		rc = -1;
	if (rc == 0) {
		take_own(&u, &own);
		take_other(&u, &other);
	}
	if (u.changed)
		rc = card_set_list(&m->primary.card, key, &u.all, e) == 0 ?
		    1 : -1;
	map_release(&u.known);
	strvec_release(&u.all);
	strvec_release(&own);
	strvec_release(&other);
	return rc;
}

static int
merge_tags(struct merge *m, struct err *e)
{
	struct strvec added = STRVEC_INIT, all = STRVEC_INIT;
	struct draft d;
	int rc = merge_list(m, "tags", false, &added, e);

	if (rc > 0) {
		(void)!card_list(&m->primary.card, "tags", &all);
		session_draft(&m->s, &d, "tags_updated", "tags united");
		jsonw_key(&d.own, "tags");
		jsonw_list(&d.own, &all);
		session_log(&m->primary, &d);
	}
	strvec_release(&added);
	strvec_release(&all);
	return rc < 0 ? -1 : 0;
}

static int
merge_depends(struct merge *m, struct err *e)
{
	static const char keys[] = "[\"depends_on\"]";
	struct buf desc = BUF_INIT;
	struct draft d;
	struct id id;
	struct dep dep;
	size_t i;
	int rc = merge_list(m, "depends_on", true, &m->depends_on, e);

	buf_addf(&desc, "%s was merged into it: it depends on ", m->from);
	for (i = 0; i < m->depends_on.n && rc >= 0; i++) {
		buf_addf(&desc, "%s%s", i > 0 ? ", " : "",
		    m->depends_on.v[i]);
		if (m->undone != NULL || id_parse(&id, m->depends_on.v[i]) != 0)
			continue;
		if (graph_dep(&m->s.store, &id, &dep, e) != 0)
			rc = e->status == EX_NOINPUT ? rc : -1;
		else if (!dep_is_done(&dep))
			m->undone = m->depends_on.v[i];
	}
	if (rc >= 0 && m->depends_on.n > 0) {
		session_draft(&m->s, &d, "deps_updated", desc.ptr);
		jsonw_member(&d.payload, "from", m->from);
		jsonw_key(&d.payload, "added");
		jsonw_list(&d.payload, &m->depends_on);
		jsonw_key(&d.payload, "keys");
		jsonw_raw(&d.payload, keys, strlen(keys));
		session_log(&m->primary, &d);
	}
	buf_release(&desc);
	return rc < 0 ? -1 : 0;
}

int
merge_lists(struct merge *m, struct err *e)
{
	static const char *const others[] = { "blocks", "related_to" };
	struct strvec added = STRVEC_INIT, changed = STRVEC_INIT;
	char *desc;
	size_t i;
	int rc = 0;

	if (merge_tags(m, e) != 0 || merge_depends(m, e) != 0)
		return -1;
	for (i = 0; i < ARRAY_LEN(others) && rc >= 0; i++) {
		strvec_clear(&added);
		rc = merge_list(m, others[i], true, &added, e);
		if (rc > 0)
			strvec_add(&changed, others[i]);
	}
	if (rc >= 0 && changed.n > 0) {
		desc = mem_printf("references of %s", m->from);
		session_log_keys(&m->s, &m->primary, &changed, desc);
		free(desc);
	}
	strvec_release(&added);
	strvec_release(&changed);
	return rc < 0 ? -1 : 0;
}
