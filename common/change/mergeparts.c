/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/err.h"
#include "change/mergepick.h"
#include "change/mergetexts.h"

void
merge_keep_version(struct texts *x, const char *family, const struct oid *id)
{
	char *role;
	unsigned n;

	for (n = 1; ; n++) {
		role = mem_printf("=%s.v%u.md", family, n);
		if (merge_part(x->t->result, role) == NULL)
			break;
		free(role);
	}
	merge_part_set(x->t->result, role, TREE_MODE_FILE, id);
	merge_conflicts_add(&x->t->conflicts, strcmp(family, "task") == 0 ?
	    "body" : family, "as it was closed", role + 1);
	free(role);
}

static bool
same_part(const struct merge_part *a, const struct merge_part *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	return a->mode == b->mode && oid_equal(&a->id, &b->id);
}

void
merge_take_closed(struct texts *x, const char *role, const char *family)
{
	int won = x->t->winner < 0 ? MERGE_OURS : MERGE_THEIRS;
	int lost = won == MERGE_OURS ? MERGE_THEIRS : MERGE_OURS;
	const struct merge_part *kept = merge_part(x->side[won], role);
	const struct merge_part *dropped = merge_part(x->side[lost], role);
	const struct merge_part *base = merge_part(x->side[MERGE_BASE],
	    role);

	if (kept != NULL)
		merge_part_set(x->t->result, role, kept->mode, &kept->id);
	if (dropped != NULL && !same_part(dropped, kept) &&
	    !same_part(dropped, base))
		merge_keep_version(x, family, &dropped->id);
}

int
merge_context(struct texts *x, struct err *e)
{
	struct merge_three three = { .path = "context", .markers = true };
	int side;

	for (side = 0; side < MERGE_SIDES; side++)
		three.v[side] = merge_part(x->side[side], "=context.md");
	three.labels = (const char *const *)x->labels;
	if (x->t->winner != 0) {
		merge_take_closed(x, "=context.md", "context");
		return 0;
	}
	if (merge_pick(x->w, &three, e) != 0)
		return -1;
	if (three.mode != 0)
		merge_part_set(x->t->result, "=context.md", three.mode,
		    &three.id);
	if (three.beside != NULL)
		merge_keep_version(x, "context", &three.beside->id);
	if (three.marked)
		merge_conflicts_add(&x->t->conflicts, "context", "both", "");
	return 0;
}

/* "notes.txt" of which both sides have one: "notes.3fa9c1d2.txt", too. */
static char *
beside_role(const struct package *p, const char *role, const struct oid *id)
{
	char hex[OID_HEX + 1], number[ID_SIZE];
	const char *name = role + 1, *base = strrchr(name, '/'), *dot;
	char *stem, *out;

	oid_format(hex, id);
	id_format(number, &p->id);
	stem = *role == '=' ? mem_printf("%s.", number) : mem_strdup("");
	dot = strrchr(base == NULL ? name : base, '.');
	if (dot == NULL || dot == name)
		dot = name + strlen(name);
	out = mem_printf("/%s%.*s.%.8s%s", stem, (int)(dot - name), name, hex,
	    dot);
	free(stem);
	return out;
}

static int
merge_other(struct texts *x, const char *role, struct err *e)
{
	struct merge_three three = { .path = role + 1 };
	char *beside;
	int side;

	for (side = 0; side < MERGE_SIDES; side++)
		three.v[side] = merge_part(x->side[side], role);
	three.labels = (const char *const *)x->labels;
	if (merge_pick(x->w, &three, e) != 0)
		return -1;
	if (three.mode != 0)
		merge_part_set(x->t->result, role, three.mode, &three.id);
	if (three.beside != NULL) {
		beside = beside_role(x->t->result->pkg, role,
		    &three.beside->id);
		merge_part_set(x->t->result, beside, three.beside->mode,
		    &three.beside->id);
		merge_conflicts_add(&x->t->conflicts, role + 1, "the later "
		    "one", beside + 1);
		free(beside);
	}
	return 0;
}

/* The number of "=task.v12.md"; 0: it is no earlier version. */
static unsigned
version_of(const char *role, const char **family)
{
	static const char *const families[] = { "task", "context" };
	size_t i, n;

	for (i = 0; i < ARRAY_LEN(families); i++) {
		n = strlen(families[i]);
		*family = families[i];
		if (*role == '=' && strncmp(role + 1, *family, n) == 0 &&
		    strncmp(role + 1 + n, ".v", 2) == 0)
			return (unsigned)strtoul(role + n + 3, NULL, 10);
	}
	return 0;
}

static bool
has_content(const struct merge_version *v, const char *family,
    const struct oid *id)
{
	const char *other;
	size_t i;

	for (i = 0; i < v->n; i++)
		if (version_of(v->v[i].role, &other) != 0 &&
		    strcmp(other, family) == 0 && oid_equal(&v->v[i].id, id))
			return true;
	return false;
}

static int
compare_versions(const void *a, const void *b)
{
	const struct merge_part *const *x = a, *const *y = b;
	const char *ignored;
	unsigned n = version_of((*x)->role, &ignored);
	unsigned m = version_of((*y)->role, &ignored);

	return n != m ? (n > m) - (n < m) : strcmp((*x)->role, (*y)->role);
}

/* Puts it under its own number, or under the next where that is taken. */
static void
add_version(struct texts *x, const struct merge_part *part)
{
	struct merge_version *to = x->t->result;
	const char *family;
	unsigned n = version_of(part->role, &family);
	char *role = mem_strdup(part->role);

	if (has_content(to, family, &part->id)) {
		free(role);
		return;
	}
	while (merge_part(to, role) != NULL) {
		free(role);
		role = mem_printf("=%s.v%u.md", family, ++n);
	}
	merge_part_set(to, role, part->mode, &part->id);
	free(role);
}

void
merge_versions(struct texts *x)
{
	const struct merge_version *v;
	const struct merge_part **sorted;
	const char *ignored;
	size_t i, n;
	int side;

	for (side = MERGE_OURS; side <= MERGE_THEIRS; side++) {
		v = x->side[side];
		sorted = mem_zalloc((v->n + 1) * sizeof(*sorted));
		for (i = n = 0; i < v->n; i++)
			if (version_of(v->v[i].role, &ignored) != 0)
				sorted[n++] = &v->v[i];
		if (n > 1)
			qsort(sorted, n, sizeof(*sorted), compare_versions);
		for (i = 0; i < n; i++)
			add_version(x, sorted[i]);
		free(sorted);
	}
}

static bool
is_special(const char *role)
{
	const char *ignored;

	return strcmp(role, MERGE_CARD) == 0 ||
	    strcmp(role, "=context.md") == 0 ||
	    strcmp(role, "=ledger.jsonl") == 0 ||
	    version_of(role, &ignored) != 0;
}

int
merge_others(struct texts *x, struct err *e)
{
	const struct merge_version *v;
	int side;
	size_t i;

	for (side = MERGE_OURS; side <= MERGE_THEIRS; side++) {
		v = x->side[side];
		for (i = 0; i < v->n; i++)
			if (!is_special(v->v[i].role) &&
			    merge_part(x->t->result, v->v[i].role) == NULL &&
			    merge_other(x, v->v[i].role, e) != 0)
				return -1;
	}
	return 0;
}
