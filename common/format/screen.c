/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/buf.h"
#include "base/utf8.h"
#include "format/mark.h"
#include "format/screen.h"

enum { DEPTH_MAX = 32, ROOM_MIN = 20 };

struct screen {
	const struct screen_look *look;
	struct buf	*out;
	struct buf	 line;		/* inline text so far */
	struct buf	 indent;	/* before every line */
	struct buf	 lead;		/* in place of the indent, once */
	size_t		 outer[DEPTH_MAX];	/* the indent before an item */
	int		 depth;
	bool		 gap;		/* an empty line before the next */
};

static void
put_gap(struct screen *s)
{
	if (!s->gap)
		return;
	buf_addb(s->out, &s->indent);
	while (s->out->len > 0 && s->out->ptr[s->out->len - 1] == ' ')
		buf_truncate(s->out, s->out->len - 1);
	buf_addc(s->out, '\n');
	s->gap = false;
}

static void
put_line(struct screen *s, const char *text, size_t len)
{
	put_gap(s);
	buf_addb(s->out, s->lead.len > 0 ? &s->lead : &s->indent);
	buf_clear(&s->lead);
	buf_add(s->out, text, len);
	buf_addc(s->out, '\n');
}

/* Columns of text whose escape sequences are all ours. */
static size_t
shown_width(const char *text, size_t len)
{
	size_t i, from = 0, w = 0;

	for (i = 0; i < len; i++)
		if (text[i] == '\033') {
			w += utf8_width(text + from, i - from);
			while (i < len && text[i] != 'm')
				i++;
			from = i + 1;
		}
	return from < len ? w + utf8_width(text + from, len - from) : w;
}

static void
put_wrapped(struct screen *s)
{
	size_t room, from = 0, end = 0, at, next, width = 0, more;
	const char *t = buf_str(&s->line);

	room = s->look->width == 0 ? SIZE_MAX : s->look->width;
	room -= room > s->indent.len + ROOM_MIN ? s->indent.len : 0;
	for (at = 0; at < s->line.len; at = next + 1) {
		for (next = at; next < s->line.len; next++)
			if (t[next] == ' ' || t[next] == '\n')
				break;
		more = shown_width(t + at, next - at);
		if (end > from && width + 1 + more > room) {
			put_line(s, t + from, end - from);
			from = at;
		}
		width = from == at ? more : width + 1 + more;
		end = next;
		if (next < s->line.len && t[next] == '\n') {
			put_line(s, t + from, end - from);
			from = end = next + 1;
		}
	}
	if (from < s->line.len || s->lead.len > 0)
		put_line(s, t + from, s->line.len - from);
	buf_clear(&s->line);
}

static void
put_literal(struct screen *s, const char *text)
{
	size_t n;

	for (; *text != '\0'; text += *text == '\n') {
		buf_adds(&s->line, s->look->colour ? "    \033[2m" : "    ");
		for (; *text != '\0' && *text != '\n';
		    text += n + (text[n] == '\t')) {
			n = strcspn(text, "\t\n");
			utf8_add_safe(&s->line, text, n);
			buf_adds(&s->line, text[n] == '\t' ? "    " : "");
		}
		buf_adds(&s->line, s->look->colour ? "\033[0m" : "");
		put_line(s, s->line.ptr, s->line.len);
		buf_clear(&s->line);
	}
	s->gap = true;
}

static void
put_item(struct screen *s, const struct mark_event *m)
{
	size_t before;

	if (!m->enter) {
		/* An item without text is its bullet alone. */
		if (s->lead.len > 0)
			put_line(s, "", 0);
		if (s->depth > 0 && --s->depth < DEPTH_MAX)
			buf_truncate(&s->indent, s->outer[s->depth]);
		s->gap = !m->tight;
		return;
	}
	if (s->depth++ >= DEPTH_MAX)
		return;
	s->outer[s->depth - 1] = s->indent.len;
	if (s->lead.len == 0)
		buf_addb(&s->lead, &s->indent);
	before = s->lead.len;
	if (m->number > 0)
		buf_addf(&s->lead, "%d. ", m->number);
	else
		buf_adds(&s->lead, "- ");
	if (m->task != 0)
		buf_addf(&s->lead, "[%c] ", m->task);
	for (; before < s->lead.len; before++)
		buf_addc(&s->indent, ' ');
}

static void
put_style(struct screen *s, const char *on, const char *off, bool enter)
{
	if (s->look->colour)
		buf_adds(&s->line, enter ? on : off);
}

static void
put_inline(struct screen *s, const struct mark_event *m)
{
	switch (m->kind) {
	case MARK_TEXT:
		utf8_add_safe(&s->line, m->text, strlen(m->text));
		break;
	case MARK_CODE:
		buf_adds(&s->line, s->look->colour ? "\033[36m" : "`");
		utf8_add_safe(&s->line, m->text, strlen(m->text));
		buf_adds(&s->line, s->look->colour ? "\033[39m" : "`");
		break;
	case MARK_SOFT_BREAK:
		buf_addc(&s->line, ' ');
		break;
	case MARK_LINE_BREAK:
		buf_addc(&s->line, '\n');
		break;
	case MARK_EMPH:
		put_style(s, "\033[3m", "\033[23m", m->enter);
		break;
	case MARK_STRONG:
		put_style(s, "\033[1m", "\033[22m", m->enter);
		break;
	case MARK_LINK:
		if (m->enter)
			break;
		buf_adds(&s->line, " <");
		utf8_add_safe(&s->line, m->text, strlen(m->text));
		buf_addc(&s->line, '>');
		break;
	default:
		break;
	}
}

static void
put_text_block(struct screen *s, const struct mark_event *m)
{
	if (m->kind == MARK_HEADING) {
		if (m->enter && !s->look->colour)
			buf_addf(&s->line, "%.*s ", m->level, "######");
		put_style(s, "\033[1m", "\033[22m", m->enter);
	}
	if (m->enter)
		return;
	put_wrapped(s);
	s->gap = !m->tight;
}

static void
put_event(const struct mark_event *m, void *ctx)
{
	struct screen *s = ctx;

	switch (m->kind) {
	case MARK_HEADING:
	case MARK_PARAGRAPH:
		put_text_block(s, m);
		break;
	case MARK_CODE_BLOCK:
	case MARK_HTML_BLOCK:
		put_literal(s, m->text);
		break;
	case MARK_ITEM:
		put_item(s, m);
		break;
	case MARK_LIST:
		s->gap = s->gap || !m->enter;
		break;
	case MARK_QUOTE:
		if (m->enter) {
			put_gap(s);
			buf_adds(&s->indent, "> ");
			if (s->lead.len > 0)
				buf_adds(&s->lead, "> ");
		}
		if (!m->enter)
			buf_truncate(&s->indent, s->indent.len - 2);
		break;
	case MARK_RULE:
		put_line(s, "----", 4);
		s->gap = true;
		break;
	default:
		put_inline(s, m);
	}
}

void
screen_add(struct buf *out, const char *text, size_t len,
    const struct screen_look *look)
{
	struct screen s = { .look = look, .out = out };

	mark_walk(text, len, put_event, &s);
	buf_release(&s.line);
	buf_release(&s.indent);
	buf_release(&s.lead);
}
