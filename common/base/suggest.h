/* SPDX-License-Identifier: MIT */
/*
 * What a person probably meant by a mistyped word.
 */
#ifndef BASE_SUGGEST_H
#define BASE_SUGGEST_H

/*
 * The choice nearest to `word` (at most two letters changed, left out, added
 * or swapped), or NULL.  `choices` ends with NULL; the result is one of them.
 */
const char *suggest(const char *word, const char *const *choices);

#endif
