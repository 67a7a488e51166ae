/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/clock.h"
#include "base/err.h"
#include "base/utf8.h"
#include "change/note.h"
#include "change/session.h"
#include "format/mark.h"

bool
note_is_text(const char *operand)
{
	struct id id;

	return id_parse(&id, operand) != 0 ? strcmp(operand, "-") != 0 :
	    strpbrk(operand, " \t\n") != NULL && strchr(operand, '/') == NULL;
}

void
note_tidy(struct buf *text)
{
	struct buf out = BUF_INIT;
	size_t i, start = 0;

	for (i = 0; i < text->len && strchr(" \t\r\n",
	    text->ptr[i]) != NULL && text->ptr[i] != '\0'; i++)
		if (text->ptr[i] == '\n')
			start = i + 1;
	for (i = start; i < text->len; i++)
		if (text->ptr[i] != '\r' || i + 1 == text->len ||
		    text->ptr[i + 1] != '\n')
			buf_addc(&out, text->ptr[i]);
	while (out.len > 0 && out.ptr[out.len - 1] != '\0' &&
	    strchr(" \t\r\n", out.ptr[out.len - 1]) != NULL)
		buf_truncate(&out, out.len - 1);
	buf_swap(text, &out);
	buf_release(&out);
}

int
note_check(const struct buf *text, size_t max, struct err *e)
{
	size_t at, used;
	int32_t ch;

	if (text->len == 0)
		return err_set(e, EX_USAGE, "the text is empty");
	if (text->len > max)
		return err_set(e, EX_DATAERR, "a note of %zu bytes is too "
		    "long; the most is %zu (task-note --context adds more)",
		    text->len, max);
	for (at = 0; at < text->len; at += used) {
		ch = utf8_char(text->ptr + at, text->len - at, &used);
		if (ch < 0)
			return err_set(e, EX_DATAERR, "the text is not UTF-8 "
			    "(byte %zu)", at + 1);
		if (utf8_is_control((uint32_t)ch) && ch != '\t' &&
		    ch != '\r' && ch != '\n')
			return err_set(e, EX_DATAERR, "the text has a control "
			    "character (byte %zu)", at + 1);
	}
	return 0;
}

/* "- 2025-10-18 @alice: text", further lines being parts of the item. */
static void
add_item(struct buf *out, const struct session *s, const struct buf *text)
{
	char date[CLOCK_DATE_SIZE];
	size_t i;

	clock_format_date(date, s->txn.now_us);
	buf_addf(out, "- %s %s: ", date, s->actor.user);
	for (i = 0; i < text->len; i++) {
		buf_addc(out, text->ptr[i]);
		if (text->ptr[i] == '\n' && text->ptr[i + 1] != '\n')
			buf_adds(out, "  ");
	}
	buf_addc(out, '\n');
}

size_t
note_end(const struct buf *b, size_t end)
{
	while (end > 0 && strchr(" \t\r\n", b->ptr[end - 1]) != NULL)
		end--;
	return end;
}

/*
 * Where a note goes: the end of the section "Notes", or of the context where
 * there is none yet.  `*before` is what has to stand before the note.
 */
static size_t
find_place(const struct buf *context, const char **before)
{
	struct mark_outline o = MARK_OUTLINE_INIT;
	const struct mark_section *notes;
	size_t end;

	mark_outline(&o, buf_str(context), context->len);
	if ((notes = mark_find_at(&o, "Notes", 2)) != NULL) {
		end = note_end(context, notes->end);
		*before = end <= note_end(context, notes->body) ?
		    "\n\n" : "\n";
	} else {
		end = note_end(context, context->len);
		*before = end > 0 ? "\n\n## Notes\n\n" : "## Notes\n\n";
	}
	mark_outline_release(&o);
	/* Blanks at the end of a line are the line's. */
	while (end > 0 && end < context->len &&
	    (context->ptr[end] == ' ' || context->ptr[end] == '\t'))
		end++;
	return end;
}

/* A fence or a comment that is left open takes in all that follows. */
static int
check_result(const struct buf *context, struct err *e)
{
	struct mark_outline o = MARK_OUTLINE_INIT;
	bool found;

	if (context->len > CONTEXT_MAX)
		return err_set(e, EX_NO, "its context would have %zu bytes; "
		    "the most is %d", context->len, CONTEXT_MAX);
	mark_outline(&o, context->ptr, context->len);
	found = mark_find_at(&o, "Notes", 2) != NULL;
	mark_outline_release(&o);
	return found ? 0 : err_set(e, EX_NO, "its context leaves a code fence "
	    "or a comment open, which the note would be a part of; close it "
	    "first");
}

int
note_add(struct session *s, struct task *t, const struct buf *text,
    struct err *e)
{
	struct buf item = BUF_INIT, lines = BUF_INIT, desc = BUF_INIT;
	size_t at, next;
	const char *before;
	struct draft d;
	int rc;

	at = next = find_place(&t->context, &before);
	if (next < t->context.len && t->context.ptr[next] == '\r')
		next++;
	if (next < t->context.len && t->context.ptr[next] == '\n')
		next++;
	buf_adds(&item, before);
	add_item(&item, s, text);
	buf_add_lines(&lines, &item, buf_has_crlf(&t->context));
	buf_splice(&t->context, at, next - at, lines.ptr, lines.len);
	rc = check_result(&t->context, e);
	if (rc == 0) {
		t->has_context = true;
		buf_add(&desc, text->ptr, strcspn(text->ptr, "\r\n"));
		session_draft(s, &d, "note_added", desc.ptr);
		session_log(t, &d);
	}
	buf_release(&item);
	buf_release(&lines);
	buf_release(&desc);
	return rc;
}
