/* SPDX-License-Identifier: MIT */
/* The judge on ledgers: they only grow, by whole events. */
#include "base/compat.h"

#include "base/clock.h"
#include "base/err.h"
#include "base/utf8.h"
#include "change/judging.h"

/* By how much the clocks of two machines may differ. */
#define SKEW_US	CLOCK_DAY

struct line {
	const char	*p;
	size_t		 len;		/* with its end */
};

struct lines {
	struct line	*v;
	size_t		 n, cap;
};

static void
split(struct lines *out, const struct buf *text)
{
	const char *p = buf_str(text), *end = p + text->len, *nl;

	for (; p < end; p = nl) {
		nl = memchr(p, '\n', (size_t)(end - p));
		nl = nl == NULL ? end : nl + 1;
		MEM_GROW(out->v, out->n, out->cap);
		out->v[out->n++] = (struct line){ p, (size_t)(nl - p) };
	}
}

/* Without their ends: the last line of a ledger may have got its own. */
static bool
same_line(const struct line *a, const struct line *b)
{
	size_t n = a->len, m = b->len;

	n -= n > 0 && a->p[n - 1] == '\n';
	m -= m > 0 && b->p[m - 1] == '\n';
	return n == m && memcmp(a->p, b->p, n) == 0;
}

static bool
has_line(const struct lines *all, size_t from, const struct line *one)
{
	size_t i;

	for (i = from; i < all->n; i++)
		if (same_line(&all->v[i], one))
			return true;
	return false;
}

static void
find(struct judging *g, const struct version *v, size_t line,
    enum judge_rule rule, const char *text)
{
	struct buf path = BUF_INIT;

	version_file(v, PACKAGE_LEDGER, &path);
	judging_find(g, judging_at(path.ptr, (int)line), rule, "%s", text);
	buf_release(&path);
}

/* The two go apart at that line. */
static void
tell_apart(struct judging *g, const struct version *is,
    const struct lines *old, const struct lines *new, size_t at)
{
	if (has_line(new, at, &old->v[at]))
		find(g, is, at + 1, JUDGE_LEDGER_CHANGED, "a line was put "
		    "before one that was there");
	else if (at == new->n || has_line(old, at, &new->v[at]) ||
	    new->n < old->n)
		find(g, is, at + 1, JUDGE_LEDGER_DROPPED, "a line that was "
		    "there is gone");
	else
		find(g, is, at + 1, JUDGE_LEDGER_CHANGED, "a line that was "
		    "there has changed");
}

int
judging_grown(struct judging *g, const struct version *was,
    const struct version *is, size_t *kept)
{
	const struct buf *a = &was->task.ledger.text;
	const struct buf *b = &is->task.ledger.text;
	struct lines old = { .v = NULL }, new = { .v = NULL };
	size_t i;

	*kept = a->len;
	if (a->len <= b->len &&
	    memcmp(buf_str(a), buf_str(b), a->len) == 0 &&
	    (a->len == 0 || a->ptr[a->len - 1] == '\n' || b->len == a->len ||
	    b->ptr[a->len] == '\n'))
		return 0;
	split(&old, a);
	split(&new, b);
	for (i = 0; i < old.n && i < new.n &&
	    same_line(&old.v[i], &new.v[i]); )
		i++;
	if (i < old.n)
		tell_apart(g, is, &old, &new, i);
	else
		find(g, is, i, JUDGE_LEDGER_CHANGED, "the end of a line that "
		    "was there has changed");
	free(old.v);
	free(new.v);
	return 1;
}

int
judging_contains(struct judging *g, const struct version *was,
    const struct version *is, bool *theirs)
{
	struct lines old = { .v = NULL }, new = { .v = NULL };
	size_t i, k = 0;

	split(&old, &was->task.ledger.text);
	split(&new, &is->task.ledger.text);
	for (i = 0; i < new.n && k < old.n; i++)
		if (same_line(&old.v[k], &new.v[i])) {
			theirs[i] = true;
			k++;
		}
	if (k < old.n && has_line(&new, 0, &old.v[k]))
		find(g, is, k + 1, JUDGE_LEDGER_CHANGED, "a line of a parent "
		    "stands before another than it did there");
	else if (k < old.n)
		find(g, is, k + 1, JUDGE_LEDGER_DROPPED, "a line of a parent "
		    "is gone");
	i = old.n;
	free(old.v);
	free(new.v);
	return k < i;
}

/* The number of a last line without its end, or 0. */
static int
last_line(const struct buf *text)
{
	size_t i;
	int n = 1;

	if (text->len == 0 || text->ptr[text->len - 1] == '\n')
		return 0;
	for (i = 0; i < text->len; i++)
		n += text->ptr[i] == '\n';
	return n;
}

/*
 * Not before the line above it: by a rebase or a merge what happened last week
 * comes after what happened today.
 */
static void
judge_times(struct judging *g, const struct version *is, int first)
{
	const struct ledger *l = &is->task.ledger;
	const struct event *ev;
	size_t i;

	for (i = l->n; i-- > 0 && l->v[i].line >= first; ) {
		ev = &l->v[i];
		if (g->latest_us != 0 && ev->ts_us > g->latest_us + SKEW_US)
			find(g, is, (size_t)ev->line, JUDGE_LEDGER_TIME,
			    "it is dated more than a day after the commit");
	}
}

void
judging_lines(struct judging *g, const struct version *is, int first)
{
	const struct ledger *l = &is->task.ledger;
	struct buf safe = BUF_INIT;
	size_t i;
	int line;

	for (i = 0; i < l->problems.n; i++) {
		line = (int)strtol(l->problems.v[i], NULL, 10);
		buf_clear(&safe);
		utf8_add_safe(&safe, l->problems.v[i],
		    strlen(l->problems.v[i]));
		if (line >= first)
			find(g, is, (size_t)line, JUDGE_LEDGER_LINE,
			    card_problem_text(safe.ptr));
	}
	if (l->clash >= first)
		find(g, is, (size_t)l->clash, JUDGE_LEDGER_LINE, "it has the "
		    "id of another line, and says something else");
	/* One that came so from elsewhere gets it with the next line. */
	line = first == 1 ? 0 : last_line(&l->text);
	if (line >= first)
		find(g, is, (size_t)line, JUDGE_LEDGER_LINE,
		    "the last line has no end");
	judge_times(g, is, first);
	buf_release(&safe);
}
