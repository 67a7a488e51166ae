/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include <search.h>

#include "base/buf.h"
#include "base/log.h"

void *
mem_resize(void *p, size_t count, size_t size)
{
	if (size != 0 && count > SIZE_MAX / 2 / size)
		log_die("out of memory");
	p = realloc(p, count * size == 0 ? 1 : count * size);
	if (p == NULL)
		log_die("out of memory");
	return p;
}

void *
mem_alloc(size_t size)
{
	return mem_resize(NULL, 1, size);
}

void *
mem_zalloc(size_t size)
{
	return memset(mem_alloc(size), 0, size);
}

void
mem_search(void *p, void **root, int (*compare)(const void *, const void *))
{
	if (tsearch(p, root, compare) == NULL)
		log_die("out of memory");
}

char *
mem_dup(const void *p, size_t len)
{
	char *copy = mem_alloc(len + 1);

	if (len > 0)
		memcpy(copy, p, len);
	copy[len] = '\0';
	return copy;
}

char *
mem_strdup(const char *s)
{
	return mem_dup(s, strlen(s));
}

char *
mem_strdup_null(const char *s)
{
	return s == NULL ? NULL : mem_strdup(s);
}

char *
mem_printf(const char *fmt, ...)
{
	struct buf b = BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	buf_vaddf(&b, fmt, ap);
	va_end(ap);
	return buf_take(&b);
}

void
buf_release(struct buf *b)
{
	free(b->ptr);
	b->ptr = NULL;
	b->len = b->cap = 0;
}

void
buf_clear(struct buf *b)
{
	buf_truncate(b, 0);
}

void
buf_grow(struct buf *b, size_t extra)
{
	size_t want, cap;

	if (extra > SIZE_MAX / 4 || b->len > SIZE_MAX / 4)
		log_die("out of memory");
	want = b->len + extra + 1;
	if (want <= b->cap)
		return;
	cap = b->cap + b->cap / 2;
	if (cap < want)
		cap = want < 64 ? 64 : want;
	b->ptr = mem_resize(b->ptr, cap, 1);
	b->cap = cap;
	b->ptr[b->len] = '\0';
}

void
buf_add(struct buf *b, const void *data, size_t len)
{
	buf_grow(b, len);
	if (len > 0)
		memcpy(b->ptr + b->len, data, len);
	b->len += len;
	b->ptr[b->len] = '\0';
}

void
buf_adds(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

void
buf_addc(struct buf *b, char c)
{
	buf_add(b, &c, 1);
}

void
buf_addb(struct buf *b, const struct buf *other)
{
	buf_add(b, other->ptr, other->len);
}

void
buf_vaddf(struct buf *b, const char *fmt, va_list ap)
{
	va_list again;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	if (n < 0)
		log_die("cannot format '%s'", fmt);
	buf_grow(b, (size_t)n);
	vsnprintf(b->ptr + b->len, (size_t)n + 1, fmt, ap);
	b->len += (size_t)n;
}

void
buf_addf(struct buf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	buf_vaddf(b, fmt, ap);
	va_end(ap);
}

void
buf_splice(struct buf *b, size_t at, size_t del, const void *data, size_t len)
{
	size_t tail;

	if (at > b->len || del > b->len - at)
		log_die("buf_splice out of range");
	tail = b->len - at - del;
	buf_grow(b, len);
	memmove(b->ptr + at + len, b->ptr + at + del, tail + 1);
	if (len > 0)
		memcpy(b->ptr + at, data, len);
	b->len = at + len + tail;
}

void
buf_add_lines(struct buf *b, const struct buf *lines, bool crlf)
{
	size_t i;

	for (i = 0; i < lines->len; i++) {
		if (lines->ptr[i] == '\r' && i + 1 < lines->len &&
		    lines->ptr[i + 1] == '\n')
			continue;
		if (lines->ptr[i] == '\n' && crlf)
			buf_addc(b, '\r');
		buf_addc(b, lines->ptr[i]);
	}
}

bool
buf_has_crlf(const struct buf *b)
{
	return b->len > 0 && memmem(b->ptr, b->len, "\r\n", 2) != NULL;
}

void
buf_truncate(struct buf *b, size_t len)
{
	if (b->ptr == NULL)
		return;
	b->len = len;
	b->ptr[len] = '\0';
}

void
buf_set(struct buf *b, const void *data, size_t len)
{
	buf_clear(b);
	buf_add(b, data, len);
}

const char *
buf_str(const struct buf *b)
{
	return b->ptr == NULL ? "" : b->ptr;
}

char *
buf_take(struct buf *b)
{
	char *p;

	buf_grow(b, 0);
	p = b->ptr;
	b->ptr = NULL;
	b->len = b->cap = 0;
	return p;
}

void
buf_swap(struct buf *a, struct buf *b)
{
	struct buf t = *a;

	*a = *b;
	*b = t;
}

bool
buf_equal(const struct buf *a, const struct buf *b)
{
	return a->len == b->len &&
	    (a->len == 0 || memcmp(a->ptr, b->ptr, a->len) == 0);
}
