/* SPDX-License-Identifier: MIT */
/* task-set: the namespace */
#include "base/compat.h"

#include "base/err.h"
#include "change/bulk.h"
#include "change/renumber.h"
#include "tools/set.h"

enum { SHOWN_MAX = 3 };

/* "" for none. */
static const char *
given(const struct assignment *a)
{
	return strcmp(a->value, "-") == 0 ? "" : a->value;
}

int
namespace_check(struct bulk *b, const struct assignment *a, struct err *e)
{
	const struct namespaces *all;

	if (*given(a) == '\0')
		return 0;
	if (store_namespaces(&b->s.store, &all, e) != 0)
		return -1;
	if (namespaces_may_enter(all, given(a), e) != 0)
		return err_prefix(e, "%s", a->key);
	return 0;
}

int
namespace_set(struct bulk *b, struct task *t, const struct assignment *a,
    struct err *e)
{
	struct buf desc = BUF_INIT;
	struct id id;
	int rc;

	if (strcmp(t->pkg->id.ns, given(a)) == 0)
		return 1;
	rc = renumber_find(a->ids, t, given(a), &id, e);
	setter_desc(&desc, b, a->reason);
	if (rc == 0)
		rc = renumber_task(a->ids, t, &id, desc.ptr, e);
	buf_release(&desc);
	return rc;
}

static void
add_ref(const char *ref, void *value, void *refs)
{
	(void)value;
	strvec_add(refs, ref);
}

void
namespace_describe(struct buf *out, const struct renumber *ids)
{
	struct strvec refs = STRVEC_INIT;
	size_t i;

	map_each(&ids->now, add_ref, &refs);
	for (i = 0; i < refs.n && i < SHOWN_MAX; i++)
		buf_addf(out, "%s%s", i == 0 ? " (was " : ", ", refs.v[i]);
	if (refs.n > 0)
		buf_adds(out, i < refs.n ? ", …)" : ")");
	strvec_release(&refs);
}
