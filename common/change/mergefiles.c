/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/err.h"
#include "board/proposal.h"
#include "change/mergepick.h"
#include "sys/path.h"

/* Only who has the gate policy changes these. */
static const char *const guarded[] = { "tasks/policy.yaml",
	"tasks/people.yaml", "tasks/NAMESPACES.yaml",
	"tasks/allowed_signers" };

static bool
is_guarded(const char *path)
{
	size_t i;

	for (i = 0; i < ARRAY_LEN(guarded); i++)
		if (strcmp(path, guarded[i]) == 0)
			return true;
	return path_is_below(path, "tasks/.hooks");
}

bool
merge_is_generated(const char *path)
{
	size_t n = strlen(path), stem = strlen("tasks/ID_COUNTER");

	if (strncmp(path, "tasks/", 6) != 0)
		return false;
	return strcmp(path_base(path), "INDEX.md") == 0 ||
	    (strncmp(path, "tasks/ID_COUNTER", stem) == 0 && n > 4 &&
	    strcmp(path + n - 4, ".txt") == 0 &&
	    strchr(path + stem, '/') == NULL);
}

struct renaming {
	struct buf	*text;
	bool		 changed;
};

static void
retarget(const char *from, void *to, void *ctx)
{
	struct renaming *r = ctx;

	r->changed = r->changed || proposal_retarget(r->text, from, to);
}

/* A proposal names its task as its side called it. */
static int
retarget_proposal(struct merge_work *w, const struct merge_file *f,
    struct merge_part *part, int side, struct err *e)
{
	struct buf text = BUF_INIT;
	struct renaming r = { &text, false };
	int rc = 0;

	if (part->mode == 0 || w->now[side].n == 0 ||
	    !path_is_below(f->path, "tasks/.proposals"))
		return 0;
	rc = merge_read(w, &part->id, &text, e);
	if (rc == 0)
		map_each(&w->now[side], retarget, &r);
	if (r.changed)
		merge_blob(w, &text, &part->id);
	buf_release(&text);
	return rc;
}

/* True where ours is the later of the two commits. */
static bool
is_swapped(const struct merge_work *w, const struct merge_file *f)
{
	if (w->when_us[MERGE_OURS] != w->when_us[MERGE_THEIRS])
		return w->when_us[MERGE_OURS] > w->when_us[MERGE_THEIRS];
	return memcmp(f->id[MERGE_OURS].raw, f->id[MERGE_THEIRS].raw,
	    OID_RAW) > 0;
}

/* "a/notes.txt": "a/notes.3fa9c1d2.txt". */
static void
put_beside(struct merge_work *w, const char *path,
    const struct merge_part *part)
{
	const char *dot = strrchr(path_base(path), '.');
	char hex[OID_HEX + 1], *name;

	if (dot == NULL || dot == path_base(path))
		dot = path + strlen(path);
	oid_format(hex, &part->id);
	name = mem_printf("%.*s.%.8s%s", (int)(dot - path), path, hex, dot);
	merge_put(w, name, part->mode, &part->id);
	merge_note(w, NULL, MERGE_SETTLES, "%s: the other one is %s", path,
	    name);
	free(name);
}

static int
merge_file(struct merge_work *w, const struct merge_file *f, struct err *e)
{
	static const char *const labels[2] = { NULL, NULL };
	struct merge_part part[MERGE_SIDES];
	struct merge_three t = { .path = f->path, .labels = labels };
	bool swapped = is_swapped(w, f);
	int side, at;

	for (side = 0; side < MERGE_SIDES; side++) {
		part[side] = (struct merge_part){ NULL, f->mode[side],
		    f->id[side] };
		if (retarget_proposal(w, f, &part[side], side, e) != 0)
			return -1;
		at = side == MERGE_BASE || !swapped ? side :
		    side == MERGE_OURS ? MERGE_THEIRS : MERGE_OURS;
		t.v[at] = part[side].mode == 0 ? NULL : &part[side];
	}
	if (merge_pick(w, &t, e) != 0)
		return -1;
	if (t.beside != NULL && is_guarded(f->path)) {
		merge_put(w, f->path, part[MERGE_OURS].mode,
		    &part[MERGE_OURS].id);
		merge_note(w, NULL, MERGE_KEEPS, "%s: both sides changed it; "
		    "ours stays", f->path);
		return 0;
	}
	merge_put(w, f->path, t.mode, &t.id);
	if (t.beside != NULL)
		put_beside(w, f->path, t.beside);
	return 0;
}

int
merge_files(struct merge_work *w, struct err *e)
{
	size_t i;

	for (i = 0; i < w->nfiles; i++)
		if (!merge_is_generated(w->files[i].path) &&
		    merge_file(w, &w->files[i], e) != 0)
			return -1;
	return 0;
}

void
merge_remove_version(struct merge_work *w, const struct merge_version *v)
{
	struct buf path = BUF_INIT;
	size_t i;

	if (v == NULL || v->side != MERGE_OURS)
		return;
	for (i = 0; i < v->n; i++) {
		buf_clear(&path);
		merge_part_path(v, v->v[i].role, &path);
		merge_put(w, path.ptr, 0, NULL);
	}
	buf_release(&path);
}

static void
put_version(struct merge_work *w, const struct merge_version *v)
{
	struct buf path = BUF_INIT;
	size_t i;

	for (i = 0; i < v->n; i++) {
		buf_clear(&path);
		merge_part_path(v, v->v[i].role, &path);
		merge_put(w, path.ptr, v->v[i].mode, &v->v[i].id);
	}
	buf_release(&path);
}

static bool
same_version(const struct merge_version *a, const struct merge_version *b)
{
	const struct merge_part *other;
	size_t i;

	if (a->n != b->n || strcmp(a->pkg->folder, b->pkg->folder) != 0 ||
	    a->pkg->stage != b->pkg->stage)
		return false;
	for (i = 0; i < a->n; i++) {
		other = merge_part(b, a->v[i].role);
		if (other == NULL || !oid_equal(&other->id, &a->v[i].id))
			return false;
	}
	return true;
}

void
merge_note_task(struct merge_work *w, const struct merge_task *t,
    const struct merge_version *result)
{
	const struct merge_version *ours = t->side[MERGE_OURS];
	const struct merge_version *theirs = t->side[MERGE_THEIRS];
	const struct package *p = result->pkg;

	if (ours == NULL)
		merge_note(w, &p->id, MERGE_COMES, "%s",
		    stage_info[p->stage].name);
	else if (ours->pkg->stage != p->stage)
		merge_note(w, &p->id, MERGE_MOVES, "%s to %s",
		    stage_info[ours->pkg->stage].name,
		    stage_info[p->stage].name);
	else if (!same_version(ours, result))
		merge_note(w, &p->id, MERGE_CHANGES, "%s",
		    stage_info[p->stage].name);
	if (!w->mend && (theirs == NULL || !same_version(theirs, result)))
		merge_note(w, &p->id, MERGE_GOES, "%s",
		    stage_info[p->stage].name);
}

int
merge_texts(struct merge_work *w, struct err *e)
{
	struct merge_task *t;
	size_t i;

	for (i = 0; i < w->ntasks; i++)
		merge_remove_version(w, w->tasks[i]->side[MERGE_OURS]);
	for (i = 0; i < w->ntasks; i++) {
		t = w->tasks[i];
		if (t->result == NULL)
			continue;
		if (merge_text_task(w, t, e) != 0)
			return -1;
		put_version(w, t->result);
		merge_note_task(w, t, t->result);
	}
	return 0;
}
