/* SPDX-License-Identifier: MIT */
/* task-merge: what the one task gets of the other */
#include "base/compat.h"

#include "base/err.h"
#include "base/map.h"
#include "base/utf8.h"
#include "change/version.h"
#include "format/mark.h"
#include "tools/merge.h"

static const char heading[] = "Acceptance Criteria";

/* The criteria of a card. */
struct criteria {
	struct mark_outline o;
	const struct mark_section *in;	/* NULL: the card has no section */
	struct mark_task *v;		/* they follow each other */
	size_t		 n;
};

static void
find_criteria(struct criteria *c, const char *body, size_t len)
{
	struct mark_task *t;
	size_t i;

	memset(c, 0, sizeof(*c));
	mark_outline(&c->o, body, len);
	c->in = mark_find(&c->o, heading);
	for (i = 0; i < c->o.ntasks && c->in != NULL; i++) {
		t = &c->o.tasks[i];
		if (t->section == MARK_NONE ||
		    &c->o.sections[t->section] != c->in)
			continue;
		if (c->n++ == 0)
			c->v = t;
	}
}

/* What is to become of the body of the card. */
struct body {
	struct buf	 text;
	struct criteria	 has;
	struct map	 known;		/* the words of each to its task */
	struct mark_task **new;		/* of the other card */
	size_t		 added, cap, ticked;
	const char	*open;		/* the first of those not ticked */
};

/* The words alone: blanks between them are no difference. */
static char *
words(const char *text)
{
	struct buf out = BUF_INIT;
	size_t n;

	for (; *text != '\0'; text += n) {
		n = strcspn(text, " ");
		buf_add(&out, text, n);
		text += n;
		n = strspn(text, " ");
		if (n > 0 && text[n] != '\0')
			buf_addc(&out, ' ');
	}
	return buf_take(&out);
}

/* The one with the same words, which is from now on known. */
static struct mark_task *
meet(struct body *b, struct mark_task *t)
{
	char *key = words(t->text);
	struct mark_task *same = map_find(&b->known, key);

	if (same == NULL)
		map_put(&b->known, key, t);
	free(key);
	return same;
}

static void
compare(struct body *b, const struct criteria *other)
{
	struct mark_task *t, *same;
	size_t i;

	for (i = 0; i < b->has.n; i++)
		meet(b, &b->has.v[i]);
	for (i = 0; i < other->n; i++) {
		t = &other->v[i];
		if ((same = meet(b, t)) == NULL) {
			MEM_GROW(b->new, b->added, b->cap);
			b->new[b->added++] = t;
		} else if (t->done && !same->done) {
			same->done = true;
			if (same >= b->has.v && same < b->has.v + b->has.n) {
				b->text.ptr[same->at] = 'x';
				b->ticked++;
			}
		}
	}
	for (i = b->added; i-- > 0; )
		if (!b->new[i]->done)
			b->open = b->new[i]->text;
}

/* Where the text of a section, or of all, ends without blank lines. */
static size_t
trimmed(const struct buf *text, size_t end)
{
	while (end > 0 && strchr(" \t\r\n", text->ptr[end - 1]) != NULL)
		end--;
	return end;
}

static void
insert_items(struct body *b, bool crlf)
{
	size_t at = trimmed(&b->text, b->has.in != NULL ? b->has.in->end :
	    b->text.len);
	const struct mark_task *last = b->has.n == 0 ? NULL :
	    &b->has.v[b->has.n - 1];
	struct buf new = BUF_INIT, lines = BUF_INIT;
	size_t i;

	if (at > 0)
		buf_adds(&new, last != NULL && at > last->at &&
		    memchr(b->text.ptr + last->at, '\n', at - last->at) ==
		    NULL ? "\n" : "\n\n");
	if (b->has.in == NULL)
		buf_addf(&new, "## %s\n\n", heading);
	for (i = 0; i < b->added; i++)
		buf_addf(&new, "%s- [%c] %s", i > 0 ? "\n" : "",
		    b->new[i]->done ? 'x' : ' ', b->new[i]->text);
	if (trimmed(&b->text, b->text.len) == at) {
		buf_truncate(&b->text, at);
		buf_addc(&new, '\n');
	}
	buf_add_lines(&lines, &new, crlf);
	buf_splice(&b->text, at, 0, lines.ptr, lines.len);
	buf_release(&new);
	buf_release(&lines);
}

/* What is left open in the card could hide them. */
static int
check_items(const struct body *b, struct err *e)
{
	struct criteria now;
	size_t n;

	find_criteria(&now, b->text.ptr, b->text.len);
	n = now.n;
	mark_outline_release(&now.o);
	return n == b->has.n + b->added ? 0 : err_set(e, EX_NO, "its card "
	    "leaves a code fence or a comment open, which the criteria would "
	    "be a part of; close it first");
}

static int
change_body(struct merge *m, struct body *b, struct err *e)
{
	const struct package *p = m->primary.pkg;
	char *desc;
	int rc = 0;

	if (b->open != NULL && stage_info[p->stage].done && m->reason == NULL)
		return err_set(e, EX_NO, "it is in '%s', and would get a "
		    "criterion that is not ticked: '%s' (-r REASON merges all "
		    "the same)", stage_info[p->stage].name, b->open);
	if (b->added > 0) {
		insert_items(b, m->primary.card.crlf);
		rc = check_items(b, e);
	}
	desc = mem_printf("criteria of %s: added %zu, ticked %zu", m->from,
	    b->added, b->ticked);
	if (rc == 0)
		rc = version_change_body(&m->s, &m->primary, &b->text, desc,
		    e);
	free(desc);
	return rc;
}

int
merge_criteria(struct merge *m, struct err *e)
{
	struct body b = { .text = BUF_INIT };
	struct criteria other;
	const char *text;
	size_t len;
	int rc = 0;

	text = card_body(&m->primary.card, &len);
	buf_add(&b.text, text, len);
	find_criteria(&b.has, buf_str(&b.text), len);
	text = card_body(&m->duplicate.card, &len);
	find_criteria(&other, text, len);
	compare(&b, &other);
	if (b.added + b.ticked > 0)
		rc = change_body(m, &b, e);
	mark_outline_release(&other.o);
	mark_outline_release(&b.has.o);
	map_release(&b.known);
	free(b.new);
	buf_release(&b.text);
	return rc;
}

/* Nothing in it but headings, and what a template left. */
static bool
is_blank(const struct buf *text)
{
	struct mark_outline o = MARK_OUTLINE_INIT;
	bool blank;
	size_t i;

	mark_outline(&o, buf_str(text), text->len);
	blank = trimmed(text, o.nsections > 0 ? o.sections[0].start :
	    text->len) == 0;
	for (i = 0; i < o.nsections; i++)
		blank = blank && o.sections[i].blank;
	mark_outline_release(&o);
	return blank;
}

/* One more than there were, or something takes it in. */
static int
check_sections(const struct buf *old, const struct buf *new, struct err *e)
{
	struct mark_outline o = MARK_OUTLINE_INIT, n = MARK_OUTLINE_INIT;
	bool good;

	mark_outline(&o, buf_str(old), old->len);
	mark_outline(&n, new->ptr, new->len);
	good = n.nsections == o.nsections + 1;
	mark_outline_release(&o);
	mark_outline_release(&n);
	return good ? 0 : err_set(e, EX_NO, "its context leaves a code fence "
	    "or a comment open, which what is added would be a part of; close "
	    "it first");
}

int
merge_context(struct merge *m, struct err *e)
{
	const struct buf *mine = &m->primary.context;
	const struct buf *other = &m->duplicate.context;
	const char *name = card_str(&m->duplicate.card, "task_name");
	struct buf all = BUF_INIT, added = BUF_INIT;
	char *desc;
	int rc;

	if (is_blank(other) || buf_equal(mine, other))
		return 0;
	buf_add(&all, buf_str(mine), trimmed(mine, mine->len));
	buf_addf(&added, "%s## Merged from %s: ", all.len > 0 ? "\n\n" : "",
	    m->from);
	utf8_add_safe(&added, name, strlen(name));
	buf_adds(&added, "\n\n");
	mark_add_nested(&added, other->ptr, other->len);
	buf_truncate(&added, trimmed(&added, added.len));
	buf_addc(&added, '\n');
	buf_add_lines(&all, &added, buf_has_crlf(mine));
	desc = mem_printf("context of %s added", m->from);
	rc = check_sections(mine, &all, e);
	if (rc == 0)
		rc = version_change_context(&m->s, &m->primary, &all, desc, e);
	free(desc);
	buf_release(&all);
	buf_release(&added);
	return rc;
}
