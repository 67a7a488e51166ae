/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/clock.h"
#include "base/map.h"
#include "change/mergecard.h"
#include "change/repo.h"

/* So long a marker stands in no text. */
enum { MARKER = 61, DATE_AT = 2 };

static const char label[] = "both added";

struct piece_of_text {
	const char	*s;
	size_t		 len;
};

/* Items of a list, or lines that are none. */
struct items {
	struct piece_of_text *v;
	size_t		 n, cap;
};

static bool
is_marker(const char *line, size_t len, char c)
{
	size_t i;

	for (i = 0; i < MARKER; i++)
		if (i >= len || line[i] != c)
			return false;
	return len == MARKER || line[MARKER] == ' ' || line[MARKER] == '\r';
}

static bool
begins_item(const struct piece_of_text *t)
{
	return t->len > 2 && (*t->s == '-' || *t->s == '*') && t->s[1] == ' ';
}

/* Lines that are indented belong to the item above. */
static void
cut(const struct piece_of_text *t, struct items *out)
{
	const char *at = t->s, *end = at + t->len, *nl;
	struct piece_of_text line;

	for (; at < end; at = nl) {
		nl = memchr(at, '\n', (size_t)(end - at));
		nl = nl == NULL ? end : nl + 1;
		line = (struct piece_of_text){ at, (size_t)(nl - at) };
		if (out->n > 0 && *at == ' ' &&
		    begins_item(&out->v[out->n - 1])) {
			out->v[out->n - 1].len += line.len;
			continue;
		}
		MEM_GROW(out->v, out->n, out->cap);
		out->v[out->n++] = line;
	}
}

/* "- 2025-10-18 …"; 0: it has no date. */
static int64_t
date_of(const struct piece_of_text *t)
{
	char date[CLOCK_DATE_SIZE];
	int64_t us;

	if (!begins_item(t) || t->len < DATE_AT + sizeof(date))
		return 0;
	memcpy(date, t->s + DATE_AT, sizeof(date) - 1);
	date[sizeof(date) - 1] = '\0';
	return clock_parse_date(date, &us) == 0 ? us : 0;
}

static void
add_item(struct buf *out, struct map *seen, const struct piece_of_text *t)
{
	char *key = mem_dup(t->s, t->len);

	/* Empty lines and the like may be there as often as they are. */
	if (!begins_item(t) || map_put(seen, key, out) == NULL) {
		buf_add(out, t->s, t->len);
		if (t->len > 0 && t->s[t->len - 1] != '\n')
			buf_addc(out, '\n');
	}
	free(key);
}

static void
unite(const struct piece_of_text *ours, const struct piece_of_text *theirs,
    struct buf *out)
{
	struct items a = { NULL, 0, 0 }, b = { NULL, 0, 0 };
	struct map seen = MAP_INIT;
	size_t i = 0, k = 0;

	cut(ours, &a);
	cut(theirs, &b);
	while (i < a.n || k < b.n)
		if (k == b.n || (i < a.n && (date_of(&a.v[i]) == 0 ||
		    date_of(&b.v[k]) == 0 ||
		    date_of(&a.v[i]) <= date_of(&b.v[k]))))
			add_item(out, &seen, &a.v[i++]);
		else
			add_item(out, &seen, &b.v[k++]);
	map_release(&seen);
	free(a.v);
	free(b.v);
}

/* Where a marked text is being read. */
enum where { OUTSIDE, IN_OURS, IN_BASE, IN_THEIRS };

static enum where
next_where(enum where at, const char *line, size_t len)
{
	static const char marks[] = { '<', '|', '=', '>' };

	return is_marker(line, len, marks[at]) ?
	    (enum where)((at + 1) % (int)ARRAY_LEN(marks)) : at;
}

/* 1: something that was there before is changed, too. */
static int
take_marked(const struct buf *marked, struct buf *out)
{
	struct piece_of_text side[ARRAY_LEN("<|=>")] = { { NULL, 0 } };
	const char *at = buf_str(marked), *end = at + marked->len, *nl;
	enum where where = OUTSIDE, next;
	size_t len;

	for (; at < end; at = nl) {
		nl = memchr(at, '\n', (size_t)(end - at));
		nl = nl == NULL ? end : nl + 1;
		len = (size_t)(nl - at) - (nl[-1] == '\n');
		next = next_where(where, at, len);
		if (next != where) {
			if (where == IN_THEIRS)
				unite(&side[IN_OURS], &side[IN_THEIRS], out);
			where = next;
			side[where] = (struct piece_of_text){ nl, 0 };
		} else if (where == OUTSIDE) {
			buf_add(out, at, (size_t)(nl - at));
		} else if (where == IN_BASE) {
			return 1;
		} else {
			side[where].len += (size_t)(nl - at);
		}
	}
	return where != OUTSIDE;
}

int
merge_added(const struct merge_text *m, struct buf *out, struct err *e)
{
	const struct repo_merge all = {
		.base = m->base, .ours = m->ours, .theirs = m->theirs,
		.our_label = label, .their_label = label,
		.base_label = label, .marker_size = MARKER
	};
	struct buf marked = BUF_INIT, made = BUF_INIT;
	int rc;

	/* Two texts that came into being apart are not one behind the other. */
	if (m->base == NULL || m->base->len == 0)
		return 1;
	rc = repo_merge_marked(&all, &marked, e);
	if (rc == 1)
		rc = take_marked(&marked, &made);
	else
		buf_swap(&made, &marked);
	if (rc == 0)
		buf_addb(out, &made);
	buf_release(&marked);
	buf_release(&made);
	return rc;
}
