/* SPDX-License-Identifier: MIT */
/*
 * Writes JSON into a buf, without spaces and on one line.
 *
 * Commas come by themselves: each function looks at the byte before.  Pairing
 * open with close, and a key before each value of an object, is the caller's
 * duty.  Text that is not UTF-8 is written with U+FFFD in its place.
 */
#ifndef BASE_JSONW_H
#define BASE_JSONW_H

struct buf;
struct strvec;

void	 jsonw_open(struct buf *out, char bracket);
void	 jsonw_close(struct buf *out, char bracket);
void	 jsonw_key(struct buf *out, const char *key);
/* NULL is written as null. */
void	 jsonw_str(struct buf *out, const char *s);
void	 jsonw_strn(struct buf *out, const char *s, size_t len);
void	 jsonw_int(struct buf *out, int64_t n);
void	 jsonw_bool(struct buf *out, bool b);
void	 jsonw_list(struct buf *out, const struct strvec *sv);
/* A piece of JSON that is ready: a value, or members without braces. */
void	 jsonw_raw(struct buf *out, const char *json, size_t len);

/* "key":"value"; NULL as null. */
void	 jsonw_member(struct buf *out, const char *key, const char *value);

#endif
