/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "change/plan.h"

static void
drop_merge(struct plan *p)
{
	if (p->merge == NULL)
		return;
	free(p->merge->parents);
	free(p->merge->board);
	free(p->merge);
	p->merge = NULL;
}

void
plan_set_merge(struct plan *p, const struct plan_merge *m)
{
	drop_merge(p);
	p->merge = mem_zalloc(sizeof(*p->merge));
	*p->merge = *m;
	p->merge->parents = mem_zalloc((m->nparents + 1) *
	    sizeof(*m->parents));
	if (m->nparents > 0)
		memcpy(p->merge->parents, m->parents, m->nparents *
		    sizeof(*m->parents));
	p->merge->board = mem_strdup(m->board);
}

void
plan_release(struct plan *p)
{
	size_t i;

	drop_merge(p);
	for (i = 0; i < p->nobjects; i++)
		buf_release(&p->objects[i].data);
	for (i = 0; i < p->nfiles; i++)
		free(p->files[i].path);
	for (i = 0; i < p->nrenames; i++) {
		free(p->renames[i].from);
		free(p->renames[i].to);
		free(p->renames[i].lies);
	}
	free(p->objects);
	free(p->slots);
	free(p->files);
	free(p->renames);
	for (i = 0; i < p->nsteps; i++) {
		free(p->steps[i].message);
		free(p->steps[i].key);
	}
	free(p->steps);
	free(p->ref);
	*p = (struct plan)PLAN_INIT;
}

/* The object's slot, or the empty one where it belongs. */
static size_t
find_slot(const struct plan *p, const struct oid *id)
{
	uint64_t hash;
	size_t at;

	memcpy(&hash, id->raw, sizeof(hash));
	for (at = hash & (p->nslots - 1); p->slots[at] != 0;
	    at = (at + 1) & (p->nslots - 1))
		if (oid_equal(&p->objects[p->slots[at] - 1].id, id))
			break;
	return at;
}

/* Fills a table that is at most half full. */
static void
rehash(struct plan *p)
{
	size_t i, want = 64;

	while (want < 2 * (p->nobjects + 1))
		want *= 2;
	free(p->slots);
	p->slots = mem_zalloc(want * sizeof(*p->slots));
	p->nslots = want;
	for (i = 0; i < p->nobjects; i++)
		p->slots[find_slot(p, &p->objects[i].id)] = (uint32_t)i + 1;
}

const struct plan_object *
plan_object(const struct plan *p, const struct oid *id)
{
	size_t at;

	if (p->nslots == 0)
		return NULL;
	at = p->slots[find_slot(p, id)];
	return at == 0 ? NULL : &p->objects[at - 1];
}

static void
compare_base(struct plan_object *o, const struct plan_base *base)
{
	size_t least = o->data.len < base->len ? o->data.len : base->len;
	const char *a = buf_str(&o->data), *b = base->data;

	o->has_base = true;
	o->base = base->id;
	while (o->prefix < least && a[o->prefix] == b[o->prefix])
		o->prefix++;
	least -= o->prefix;
	a += o->data.len;
	b += base->len;
	while (o->suffix < least &&
	    a[-1 - (ptrdiff_t)o->suffix] == b[-1 - (ptrdiff_t)o->suffix])
		o->suffix++;
}

void
plan_add_object(struct plan *p, enum object_type type, struct buf *data,
    const struct plan_base *base, struct oid *id)
{
	struct plan_object *o;

	oid_of(id, object_type_name(type), buf_str(data), data->len);
	if (plan_object(p, id) != NULL) {
		buf_release(data);
		return;
	}
	MEM_GROW(p->objects, p->nobjects, p->objects_cap);
	o = &p->objects[p->nobjects++];
	memset(o, 0, sizeof(*o));
	o->type = type;
	o->id = *id;
	buf_swap(&o->data, data);
	p->bytes += o->data.len;
	if (base != NULL)
		compare_base(o, base);
	if (2 * (p->nobjects + 1) > p->nslots)
		rehash(p);
	else
		p->slots[find_slot(p, id)] = (uint32_t)p->nobjects;
}

struct plan_file *
plan_add_file(struct plan *p, const char *path)
{
	struct plan_file *f;

	MEM_GROW(p->files, p->nfiles, p->files_cap);
	f = &p->files[p->nfiles++];
	memset(f, 0, sizeof(*f));
	f->path = mem_strdup(path);
	return f;
}

void
plan_add_step(struct plan *p, const char *message)
{
	struct plan_step *s;

	MEM_GROW(p->steps, p->nsteps, p->steps_cap);
	s = &p->steps[p->nsteps++];
	s->message = mem_strdup(message);
	s->key = NULL;
	s->files_end = p->nfiles;
	s->renames_end = p->nrenames;
}

void
plan_put_rename(struct plan *p, const char *from, const char *to,
    const char *lies)
{
	struct plan_rename *r;

	MEM_GROW(p->renames, p->nrenames, p->renames_cap);
	r = &p->renames[p->nrenames++];
	r->from = mem_strdup(from);
	r->to = mem_strdup(to);
	r->lies = mem_strdup_null(lies);
}

void
plan_add_rename(struct plan *p, const char *from, const char *to,
    bool on_disk)
{
	struct plan_rename *r;
	size_t i;

	/* In one step a folder goes once, wherever it is sent. */
	i = p->nsteps == 0 ? 0 : p->steps[p->nsteps - 1].renames_end;
	for (; i < p->nrenames; i++) {
		r = &p->renames[i];
		if (strcmp(r->to, from) == 0) {
			free(r->to);
			r->to = mem_strdup(to);
			if (on_disk && r->lies == NULL)
				r->lies = mem_strdup(from);
			return;
		}
	}
	plan_put_rename(p, from, to, on_disk ? from : NULL);
}

void
plan_drop_trees(struct plan *p)
{
	size_t i, kept = 0;

	drop_merge(p);
	for (i = 0; i < p->nobjects; i++) {
		if (p->objects[i].type == OBJECT_BLOB)
			p->objects[kept++] = p->objects[i];
		else
			buf_release(&p->objects[i].data);
	}
	p->nobjects = kept;
	rehash(p);
}
