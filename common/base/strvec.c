/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/buf.h"
#include "base/strvec.h"

void
strvec_clear(struct strvec *sv)
{
	while (sv->n > 0)
		free(sv->v[--sv->n]);
	if (sv->v != NULL)
		sv->v[0] = NULL;
}

void
strvec_release(struct strvec *sv)
{
	strvec_clear(sv);
	free(sv->v);
	sv->v = NULL;
	sv->cap = 0;
}

void
strvec_give(struct strvec *sv, char *s)
{
	if (sv->n + 1 >= sv->cap) {
		sv->cap = sv->cap == 0 ? 8 : sv->cap * 2;
		sv->v = mem_resize(sv->v, sv->cap, sizeof(*sv->v));
	}
	sv->v[sv->n++] = s;
	sv->v[sv->n] = NULL;
}

void
strvec_remove(struct strvec *sv, size_t at)
{
	free(sv->v[at]);
	/* With the NULL at the end. */
	memmove(&sv->v[at], &sv->v[at + 1], (sv->n - at) * sizeof(*sv->v));
	sv->n--;
}

void
strvec_add(struct strvec *sv, const char *s)
{
	strvec_give(sv, mem_strdup(s));
}

void
strvec_addn(struct strvec *sv, const char *s, size_t len)
{
	strvec_give(sv, mem_dup(s, len));
}

void
strvec_addf(struct strvec *sv, const char *fmt, ...)
{
	struct buf b = BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	buf_vaddf(&b, fmt, ap);
	va_end(ap);
	strvec_give(sv, buf_take(&b));
}

void
strvec_split(struct strvec *sv, const char *s, char sep)
{
	const char *end;

	for (; *s != '\0'; s = *end == '\0' ? end : end + 1) {
		end = strchrnul(s, sep);
		if (end > s)
			strvec_addn(sv, s, (size_t)(end - s));
	}
}

bool
strvec_has(const struct strvec *sv, const char *s)
{
	size_t i;

	for (i = 0; i < sv->n; i++)
		if (strcmp(sv->v[i], s) == 0)
			return true;
	return false;
}

static int
compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void
strvec_sort(struct strvec *sv)
{
	if (sv->n > 1)
		qsort(sv->v, sv->n, sizeof(*sv->v), compare);
}
