/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/clock.h"
#include "base/err.h"
#include "base/map.h"
#include "change/mergetext.h"
#include "format/json.h"
#include "format/oid.h"

/* One line of a ledger, wherever it stands. */
struct line {
	const char	*text;
	size_t		 len;		/* with its carriage return */
	int		 number;	/* in the ancestor */
	bool		 added;		/* to what comes out */
	bool		 has_ts;
	int64_t		 ts_us;
	int		 sides;		/* a bit for each that has it */
};

struct lines {
	struct line	**v;
	size_t		  n, cap;
};

enum { IN_BASE = 1, IN_OURS = 2, IN_THEIRS = 4 };

struct united {
	struct map	 known;		/* by a hash of their bytes */
	struct lines	 base, ours, theirs;
	struct buf	*out;
};

/* A line that is no event has no time, and comes first. */
static int64_t
moment_of(struct line *l)
{
	struct err ignored = ERR_INIT;
	struct json *j = NULL;
	const char *ts;

	if (l->has_ts)
		return l->ts_us;
	l->has_ts = true;
	l->ts_us = INT64_MIN;
	if (l->len <= LEDGER_LINE_MAX &&
	    json_parse(&j, l->text, l->len, &ignored) == 0) {
		ts = json_member(j, "ts");
		if (ts == NULL || clock_parse_moment(ts, &l->ts_us) != 0)
			l->ts_us = INT64_MIN;
		json_free(j);
	}
	return l->ts_us;
}

/* The line of these bytes, known or new; a carriage return makes no other. */
static struct line *
know_line(struct united *u, const char *text, size_t len)
{
	size_t n = len > 0 && text[len - 1] == '\r' ? len - 1 : len;
	char key[OID_HEX + 1];
	struct line *l;
	struct oid id;

	if (n == 0)
		return NULL;
	oid_of(&id, "blob", text, n);
	oid_format(key, &id);
	if ((l = map_find(&u->known, key)) == NULL) {
		l = mem_zalloc(sizeof(*l));
		l->text = text;
		l->len = len;
		map_put(&u->known, key, l);
	} else if (len < l->len) {
		l->text = text;
		l->len = len;
	}
	return l;
}

/* The lines of a side in their order, each once. */
static void
add_side(struct united *u, const struct buf *text, int side,
    struct lines *out)
{
	const char *at = buf_str(text), *end = at + text->len, *nl;
	struct line *l;
	int number = 0;

	for (; at < end; at = nl == end ? end : nl + 1) {
		nl = memchr(at, '\n', (size_t)(end - at));
		if (nl == NULL)
			nl = end;
		number++;
		l = know_line(u, at, (size_t)(nl - at));
		if (l == NULL || (l->sides & side) != 0)
			continue;
		l->sides |= side;
		if (side == IN_BASE)
			l->number = number;
		MEM_GROW(out->v, out->n, out->cap);
		out->v[out->n++] = l;
	}
}

static void
add_line(struct united *u, struct line *l)
{
	l->added = true;
	buf_add(u->out, l->text, l->len);
	buf_addc(u->out, '\n');
}

/* By bytes, so that lines of one moment have one order. */
static int
compare_lines(const struct line *a, const struct line *b)
{
	size_t n = a->len < b->len ? a->len : b->len;
	int c = memcmp(a->text, b->text, n);

	return c != 0 ? c : (a->len > b->len) - (a->len < b->len);
}

/* True where ours comes first. */
static bool
ours_first(struct line *ours, struct line *theirs)
{
	bool shared = (ours->sides & IN_THEIRS) != 0;

	/* What both have waits for all that either has before it. */
	if (shared != ((theirs->sides & IN_OURS) != 0))
		return !shared;
	if (moment_of(ours) != moment_of(theirs))
		return moment_of(ours) < moment_of(theirs);
	return compare_lines(ours, theirs) <= 0;
}

static void
unite(struct united *u, bool append)
{
	const struct lines *o = &u->ours, *t = &u->theirs;
	size_t i = 0, k = 0;

	while (i < o->n || k < t->n) {
		if (i < o->n && o->v[i]->added)
			i++;
		else if (k < t->n && t->v[k]->added)
			k++;
		else if (i < o->n && (append || k == t->n ||
		    ours_first(o->v[i], t->v[k])))
			add_line(u, o->v[i++]);
		else
			add_line(u, t->v[k++]);
	}
}

/* The ancestor's lines have to be in both. */
static int
check_base(const struct united *u, struct err *e)
{
	const struct line *l;
	size_t i;

	for (i = 0; i < u->base.n; i++) {
		l = u->base.v[i];
		if (l->sides != (IN_BASE | IN_OURS | IN_THEIRS))
			return err_set(e, EX_NO, "%d: this line of the "
			    "ledger that both began with is changed or gone "
			    "on one side: %.*s", l->number,
			    (int)(l->len < 200 ? l->len : 200), l->text);
	}
	return 0;
}

int
merge_ledger(const struct merge_text *m, bool append, struct buf *out,
    struct err *e)
{
	struct united u = { .out = out };
	int rc;

	if (m->base != NULL)
		add_side(&u, m->base, IN_BASE, &u.base);
	add_side(&u, m->ours, IN_OURS, &u.ours);
	add_side(&u, m->theirs, IN_THEIRS, &u.theirs);
	rc = check_base(&u, e);
	if (rc == 0)
		unite(&u, append);
	if (rc == 0 && out->len > LEDGER_MAX)
		rc = err_set(e, EX_DATAERR, "1: both together are larger than "
		    "%d bytes", LEDGER_MAX);
	map_release_values(&u.known);
	free(u.base.v);
	free(u.ours.v);
	free(u.theirs.v);
	return rc;
}
