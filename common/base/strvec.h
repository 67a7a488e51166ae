/* SPDX-License-Identifier: MIT */
/*
 * A growing list of strings that it owns.  v[n] is NULL once something was
 * added, so that v can be an argv.
 */
#ifndef BASE_STRVEC_H
#define BASE_STRVEC_H

struct strvec {
	char	**v;
	size_t	  n;
	size_t	  cap;
};

#define STRVEC_INIT	{ NULL, 0, 0 }

void	 strvec_release(struct strvec *sv);
void	 strvec_clear(struct strvec *sv);
/* Copies `s`. */
void	 strvec_add(struct strvec *sv, const char *s);
void	 strvec_addn(struct strvec *sv, const char *s, size_t len);
void	 strvec_addf(struct strvec *sv, const char *fmt, ...)
	    PRINTF_LIKE(2, 3);
/* Takes `s` over. */
void	 strvec_give(struct strvec *sv, char *s);
/* Takes out and frees the one at that index. */
void	 strvec_remove(struct strvec *sv, size_t at);
/* Adds each piece of `s` between separators; empty pieces are left out. */
void	 strvec_split(struct strvec *sv, const char *s, char sep);
bool	 strvec_has(const struct strvec *sv, const char *s);
/* By bytes, the same in every locale. */
void	 strvec_sort(struct strvec *sv);

#endif
