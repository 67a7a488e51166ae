/* SPDX-License-Identifier: MIT */
/*
 * A growing byte string, and the allocation functions that never fail.
 *
 * Invariants: len < cap or ptr is NULL; ptr[len] is NUL where ptr is not
 * NULL.  Bytes may be anything, NUL included.  Out of memory ends the process
 * (log_die).  Every buf is released by its owner; buf_release() leaves an
 * empty, usable buf and may be called twice.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

struct buf {
	char	*ptr;
	size_t	 len;
	size_t	 cap;
};

#define BUF_INIT	{ NULL, 0, 0 }

void	 buf_release(struct buf *b);
/* Empties it and keeps the memory. */
void	 buf_clear(struct buf *b);
/* Makes room for `extra` more bytes. */
void	 buf_grow(struct buf *b, size_t extra);
void	 buf_add(struct buf *b, const void *data, size_t len);
void	 buf_adds(struct buf *b, const char *s);
void	 buf_addc(struct buf *b, char c);
void	 buf_addb(struct buf *b, const struct buf *other);
void	 buf_addf(struct buf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);
void	 buf_vaddf(struct buf *b, const char *fmt, va_list ap)
	    PRINTF_LIKE(2, 0);
/* Replaces `del` bytes at `at` by `data`. */
void	 buf_splice(struct buf *b, size_t at, size_t del, const void *data,
	    size_t len);
/* The same text, each newline with a carriage return before it if `crlf`. */
void	 buf_add_lines(struct buf *b, const struct buf *lines, bool crlf);
/* True where some line ends with both. */
bool	 buf_has_crlf(const struct buf *b);
void	 buf_truncate(struct buf *b, size_t len);
/* Replaces the content. */
void	 buf_set(struct buf *b, const void *data, size_t len);
/* The content as a string; "" when empty.  Borrowed. */
const char *buf_str(const struct buf *b);
/* Hands the memory over (never NULL) and leaves an empty buf. */
char	*buf_take(struct buf *b);
void	 buf_swap(struct buf *a, struct buf *b);
bool	 buf_equal(const struct buf *a, const struct buf *b);

/* As malloc and friends; they do not return NULL. */
void	*mem_alloc(size_t size);
void	*mem_zalloc(size_t size);
void	*mem_resize(void *p, size_t count, size_t size);
/* Adds an element to a tree of tsearch(3). */
void	 mem_search(void *p, void **root,
	    int (*compare)(const void *, const void *));
char	*mem_dup(const void *p, size_t len);
char	*mem_strdup(const char *s);
/* NULL gives NULL. */
char	*mem_strdup_null(const char *s);
char	*mem_printf(const char *fmt, ...) PRINTF_LIKE(1, 2);

/*
 * Makes room for one more element in an array of `n` of `cap`, doubling it.
 */
#define MEM_GROW(array, n, cap) do {					\
	if ((n) >= (cap) || (array) == NULL) {				\
		(cap) = (cap) == 0 ? 8 : (cap) * 2;			\
		(array) = mem_resize((array), (cap), sizeof(*(array)));	\
	}								\
} while (0)

#endif
