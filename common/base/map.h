/* SPDX-License-Identifier: MIT */
/*
 * From strings to pointers: a balanced tree (tsearch(3)), so that no choice
 * of keys makes it slow.  Keys are copied; values are borrowed unless the
 * caller frees them in map_each().
 */
#ifndef BASE_MAP_H
#define BASE_MAP_H

struct map {
	void	*root;
	size_t	 n;
};

#define MAP_INIT	{ NULL, 0 }

void	 map_release(struct map *m);
/* The same, and the values are freed, too. */
void	 map_release_values(struct map *m);
/* NULL when there is none. */
void	*map_find(const struct map *m, const char *key);
/* Sets or replaces; gives the earlier value or NULL.  `value` is not NULL. */
void	*map_put(struct map *m, const char *key, void *value);
/* Gives the value that was taken out, or NULL. */
void	*map_remove(struct map *m, const char *key);
/* Calls `fn` for each in the byte order of the keys. */
void	 map_each(const struct map *m,
	    void (*fn)(const char *key, void *value, void *ctx), void *ctx);

#endif
