/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "change/mergecard.h"
#include "change/repo.h"
#include "format/mark.h"

/* More criteria than that are not told apart by their words. */
enum { TICKS_MAX = 2000 };

static const struct buf nothing = BUF_INIT;

/* As git has it: no text has a NUL in what is looked at. */
static bool
is_text(const struct buf *b)
{
	return b == NULL || memchr(buf_str(b), '\0', b->len) == NULL;
}

int
merge_lines(const struct merge_text *m, const char *const labels[2],
    struct buf *out, struct err *e)
{
	const struct repo_merge all = {
		.base = m->base == NULL ? &nothing : m->base,
		.ours = m->ours, .theirs = m->theirs,
		.our_label = labels[0], .their_label = labels[1]
	};

	if (buf_equal(m->ours, m->theirs)) {
		buf_addb(out, m->ours);
		return 0;
	}
	if (!is_text(m->base) || !is_text(m->ours) || !is_text(m->theirs))
		return 2;
	return repo_merge_marked(&all, out, e);
}

/* A body with every criterion open, and which were ticked. */
struct ticks {
	struct buf	 text;
	struct mark_outline outline;
};

static void
untick(struct ticks *t, const struct buf *body)
{
	size_t i;

	buf_set(&t->text, buf_str(body), body->len);
	mark_outline(&t->outline, buf_str(body), body->len);
	for (i = 0; i < t->outline.ntasks; i++)
		t->text.ptr[t->outline.tasks[i].at] = ' ';
}

static void
ticks_release(struct ticks *t)
{
	buf_release(&t->text);
	mark_outline_release(&t->outline);
}

/* How many of these words stand before that one. */
static size_t
which_of(const struct mark_outline *o, size_t at)
{
	size_t i, n = 0;

	for (i = 0; i < at; i++)
		n += strcmp(o->tasks[i].text, o->tasks[at].text) == 0;
	return n;
}

/* The criterion of the same words; -1: there is none, 0: open, 1: ticked. */
static int
find_tick(const struct mark_outline *o, const char *text, size_t nth)
{
	size_t i;

	for (i = 0; i < o->ntasks; i++)
		if (strcmp(o->tasks[i].text, text) == 0 && nth-- == 0)
			return o->tasks[i].done;
	return -1;
}

/* Ticks what either side ticked, and opens what either side opened. */
static void
tick_again(const struct ticks v[3], struct buf *out)
{
	struct mark_outline o = MARK_OUTLINE_INIT;
	int base, ours, theirs;
	const char *text;
	size_t i, nth;

	mark_outline(&o, buf_str(out), out->len);
	for (i = 0; i < o.ntasks; i++) {
		text = o.tasks[i].text;
		nth = which_of(&o, i);
		base = find_tick(&v[0].outline, text, nth);
		ours = find_tick(&v[1].outline, text, nth);
		theirs = find_tick(&v[2].outline, text, nth);
		if (base < 0 ? ours > 0 || theirs > 0 :
		    ours < 0 || ours == base ? theirs > 0 : ours > 0)
			out->ptr[o.tasks[i].at] = 'x';
	}
	mark_outline_release(&o);
}

int
merge_body(const struct merge_text *m, const char *const labels[2],
    struct buf *out, struct err *e)
{
	struct ticks v[3] = { { .text = BUF_INIT } };
	struct buf made = BUF_INIT;
	int rc = merge_lines(m, labels, &made, e);

	if (rc == 1) {
		untick(&v[0], m->base == NULL ? &nothing : m->base);
		untick(&v[1], m->ours);
		untick(&v[2], m->theirs);
		if (v[1].outline.ntasks <= TICKS_MAX &&
		    v[2].outline.ntasks <= TICKS_MAX)
			rc = repo_merge_text(&v[0].text, &v[1].text,
			    &v[2].text, out, e);
		if (rc == 0)
			tick_again(v, out);
		else if (rc > 0 && (rc = merge_added(m, out, e)) > 0)
			buf_addb(out, &made);
		ticks_release(&v[0]);
		ticks_release(&v[1]);
		ticks_release(&v[2]);
	} else if (rc == 0) {
		buf_addb(out, &made);
	}
	buf_release(&made);
	return rc;
}
