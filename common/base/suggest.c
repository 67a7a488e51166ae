/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/suggest.h"

enum { WORD_MAX = 32 };

static int
least(int a, int b)
{
	return a < b ? a : b;
}

/*
 * Edit distance with swaps of neighbours (optimal string alignment; see
 * Boytsov, "Indexing methods for approximate dictionary searching", 2011).
 */
static int
distance(const char *a, const char *b)
{
	int d[WORD_MAX + 1][WORD_MAX + 1];
	int i, j, n = (int)strlen(a), m = (int)strlen(b);

	for (i = 0; i <= n; i++)
		d[i][0] = i;
	for (j = 0; j <= m; j++)
		d[0][j] = j;
	for (i = 1; i <= n; i++)
		for (j = 1; j <= m; j++) {
			d[i][j] = least(d[i - 1][j], d[i][j - 1]) + 1;
			d[i][j] = least(d[i][j],
			    d[i - 1][j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1])
				d[i][j] = least(d[i][j], d[i - 2][j - 2] + 1);
		}
	return d[n][m];
}

const char *
suggest(const char *word, const char *const *choices)
{
	const char *best = NULL;
	int found, least_found = 3;

	for (; *choices != NULL; choices++) {
		if (strlen(word) > WORD_MAX || strlen(*choices) > WORD_MAX)
			continue;
		found = distance(word, *choices);
		/* Half of a short word is no longer that word. */
		if (found < least_found && found * 2 < (int)strlen(*choices)) {
			least_found = found;
			best = *choices;
		}
	}
	return best;
}
