/* SPDX-License-Identifier: MIT */
/*
 * Text in UTF-8, judged the same way in every locale.
 *
 * Classification (letter, digit, lower case, width) is that of the C.UTF-8
 * locale of the C library; where that is missing, only ASCII is known and
 * every other character counts as a letter of width 1.
 */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

struct buf;

/*
 * The character at `s` (shortest form, no surrogates, at most U+10FFFF) and
 * its length in bytes in `*used`; -1 and a length of 1 where the bytes are
 * no character.  `len` is at least 1.
 */
int32_t	 utf8_char(const char *s, size_t len, size_t *used);
bool	 utf8_valid(const char *s, size_t len);
void	 utf8_add(struct buf *out, uint32_t ch);
/*
 * True for a character that a terminal might obey: C0, DEL, C1, and those
 * that override the direction of the text around them.
 */
bool	 utf8_is_control(uint32_t ch);
/* True for UTF-8 without control characters, line ends and tabs included. */
bool	 utf8_is_line(const char *s);
/*
 * Adds the text with each control character and each invalid byte written
 * as \n, \t or \xHH.
 */
void	 utf8_add_safe(struct buf *out, const char *s, size_t len);
/*
 * The same for a page: what it must not hold is U+FFFD; newlines and tabs stay.
 */
void	 utf8_add_plain(struct buf *out, const char *s, size_t len);
/* Columns of a terminal that the text takes (control characters: none). */
size_t	 utf8_width(const char *s, size_t len);
/* The longest prefix of at most `cols` columns, in bytes. */
size_t	 utf8_prefix(const char *s, size_t len, size_t cols);
/*
 * A name for files: letters and digits of any script in lower case, words
 * joined with '-', at most `max` bytes cut at a character.  Empty where the
 * text has no letter and no digit.
 */
void	 utf8_slug(struct buf *out, const char *s, size_t len, size_t max);
/* True where `needle` is in `hay`, upper and lower case being the same. */
bool	 utf8_has_nocase(const char *hay, size_t len, const char *needle);

#endif
