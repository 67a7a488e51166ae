/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include <cmark.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/strvec.h"
#include "base/utf8.h"
#include "format/mark.h"

/* A text that was parsed, and where its lines begin. */
struct doc {
	const char	*text;
	size_t		 len;
	size_t		*lines;
	size_t		 nlines, cap;
	cmark_node	*root;
};

static void
doc_open(struct doc *d, const char *text, size_t len)
{
	size_t i;

	if (text == NULL)
		text = "";
	memset(d, 0, sizeof(*d));
	d->text = text;
	d->len = len;
	MEM_GROW(d->lines, d->nlines, d->cap);
	d->lines[d->nlines++] = 0;
	for (i = 0; i < len; i++) {
		if (text[i] != '\n' && (text[i] != '\r' ||
		    (i + 1 < len && text[i + 1] == '\n')))
			continue;
		MEM_GROW(d->lines, d->nlines, d->cap);
		d->lines[d->nlines++] = i + 1;
	}
	d->root = cmark_parse_document(d->text, len, CMARK_OPT_SOURCEPOS);
}

static void
doc_close(struct doc *d)
{
	cmark_node_free(d->root);
	free(d->lines);
}

/* Where line `line` (from 1) begins; the end of the text beyond the last. */
static size_t
line_at(const struct doc *d, int line)
{
	if (line < 1)
		return 0;
	return (size_t)line > d->nlines ? d->len : d->lines[line - 1];
}

static size_t
node_start(const struct doc *d, cmark_node *n)
{
	size_t at = line_at(d, cmark_node_get_start_line(n)) +
	    (size_t)cmark_node_get_start_column(n) - 1;

	return at > d->len ? d->len : at;
}

static size_t
node_end(const struct doc *d, cmark_node *n)
{
	size_t at = line_at(d, cmark_node_get_end_line(n)) +
	    (size_t)cmark_node_get_end_column(n);

	return at > d->len ? d->len : at;
}

/* The text of the leaves below a node, line ends as spaces. */
static void
add_text(struct buf *out, cmark_node *n)
{
	cmark_iter *it = cmark_iter_new(n);
	cmark_event_type ev;
	cmark_node *at;

	while ((ev = cmark_iter_next(it)) != CMARK_EVENT_DONE) {
		at = cmark_iter_get_node(it);
		if (ev != CMARK_EVENT_ENTER)
			continue;
		if (cmark_node_get_type(at) == CMARK_NODE_TEXT ||
		    cmark_node_get_type(at) == CMARK_NODE_CODE)
			buf_adds(out, cmark_node_get_literal(at));
		else if (cmark_node_get_type(at) == CMARK_NODE_SOFTBREAK ||
		    cmark_node_get_type(at) == CMARK_NODE_LINEBREAK)
			buf_addc(out, ' ');
	}
	cmark_iter_free(it);
}

/* The offset between the brackets of "[x] text", or MARK_NONE. */
static size_t
task_mark(const struct doc *d, cmark_node *item)
{
	cmark_node *para = cmark_node_first_child(item);
	size_t at;

	if (cmark_node_get_type(item) != CMARK_NODE_ITEM || para == NULL ||
	    cmark_node_get_type(para) != CMARK_NODE_PARAGRAPH)
		return MARK_NONE;
	at = node_start(d, para);
	if (d->len - at < 4 || d->text[at] != '[' || d->text[at + 2] != ']' ||
	    d->text[at + 1] == '\0' ||
	    strchr(" xX", d->text[at + 1]) == NULL ||
	    strchr(" \t\r\n", d->text[at + 3]) == NULL)
		return MARK_NONE;
	return at + 1;
}

static void
add_task(struct mark_outline *o, const struct doc *d, cmark_node *item)
{
	size_t at = task_mark(d, item), i, from;
	struct buf text = BUF_INIT;
	struct mark_task *t;
	cmark_node *para;

	if (at == MARK_NONE)
		return;
	para = cmark_node_first_child(item);
	buf_add(&text, d->text + at + 2, node_end(d, para) - at - 2);
	for (i = 0; i < text.len; i++)
		if (strchr("\t\r\n", text.ptr[i]) != NULL)
			text.ptr[i] = ' ';
	for (from = 0; from < text.len && text.ptr[from] == ' '; from++)
		continue;
	buf_splice(&text, 0, from, NULL, 0);
	MEM_GROW(o->tasks, o->ntasks, o->tasks_cap);
	t = &o->tasks[o->ntasks++];
	t->at = at;
	t->done = d->text[at] != ' ';
	t->text = buf_take(&text);
	t->section = o->nsections == 0 ? MARK_NONE : o->nsections - 1;
}

/* Lines such as "[what to write here]", which a template left. */
static bool
is_prompt(const struct doc *d, cmark_node *para)
{
	size_t at = node_start(d, para), end = node_end(d, para), n;
	size_t mark = task_mark(d, cmark_node_parent(para));
	const char *close;

	if (mark != MARK_NONE)
		at = mark + 2;
	for (;; at += n) {
		while (at < end && strchr(" \t\r\n", d->text[at]) != NULL)
			at++;
		if (at == end)
			return true;
		close = memchr(d->text + at, ']', end - at);
		if (d->text[at] != '[' || close == NULL)
			return false;
		n = (size_t)(close - d->text) - at + 1;
		while (at + n < end && strchr(" \t", d->text[at + n]) != NULL)
			n++;
		if (at + n < end && strchr("\r\n", d->text[at + n]) == NULL)
			return false;
	}
}

static bool
is_comment(cmark_node *n)
{
	const char *s = cmark_node_get_literal(n), *end;

	while (s != NULL && strncmp(s, "<!--", 4) == 0) {
		if ((end = strstr(s, "-->")) == NULL)
			return true;
		s = end + 3;
		s += strspn(s, " \t\r\n");
	}
	return s == NULL || *s == '\0';
}

/* True where a block says something that a person wrote. */
static bool
has_content(const struct doc *d, cmark_node *block)
{
	cmark_iter *it = cmark_iter_new(block);
	cmark_event_type ev;
	cmark_node *n;
	bool found = false;

	while (!found && (ev = cmark_iter_next(it)) != CMARK_EVENT_DONE) {
		n = cmark_iter_get_node(it);
		if (ev != CMARK_EVENT_ENTER)
			continue;
		switch (cmark_node_get_type(n)) {
		case CMARK_NODE_PARAGRAPH:
			found = !is_prompt(d, n);
			cmark_iter_reset(it, n, CMARK_EVENT_EXIT);
			break;
		case CMARK_NODE_HTML_BLOCK:
			found = !is_comment(n);
			break;
		case CMARK_NODE_CODE_BLOCK:
			found = true;
			break;
		default:
			break;
		}
	}
	cmark_iter_free(it);
	return found;
}

/* Where the line under an underlined heading ends; its text goes to `out`. */
static size_t
take_underlined(const struct doc *d, int line, struct buf *out)
{
	const char *s;
	size_t from, n, rule;

	for (;; line++) {
		from = line_at(d, line);
		n = line_at(d, line + 1) - from;
		s = d->text + from;
		while (n > 0 && strchr(" \t\r\n", s[n - 1]) != NULL)
			n--;
		for (; n > 0 && (*s == ' ' || *s == '\t'); n--)
			s++;
		rule = strspn(s, "=") > 0 ? strspn(s, "=") : strspn(s, "-");
		if ((out->len > 0 && rule >= n) || from >= d->len)
			return line_at(d, line + 1);
		if (out->len > 0)
			buf_addc(out, ' ');
		buf_add(out, s, n);
	}
}

/*
 * Where a heading ends, whose last line cmark does not always know.  The text
 * of an underlined one is added to `title`, unless NULL.
 */
static size_t
heading_end(const struct doc *d, cmark_node *heading, struct buf *title)
{
	int line = cmark_node_get_start_line(heading);
	size_t at = line_at(d, line), end;
	struct buf text = BUF_INIT;

	while (at < d->len && d->text[at] == ' ')
		at++;
	if (at < d->len && d->text[at] == '#')
		return line_at(d, line + 1);
	end = take_underlined(d, line, &text);
	if (title != NULL)
		buf_addb(title, &text);
	buf_release(&text);
	return end;
}

static void
add_section(struct mark_outline *o, const struct doc *d, cmark_node *heading)
{
	struct buf title = BUF_INIT;
	struct mark_section *s;

	if (o->nsections > 0)
		o->sections[o->nsections - 1].end =
		    line_at(d, cmark_node_get_start_line(heading));
	MEM_GROW(o->sections, o->nsections, o->sections_cap);
	s = &o->sections[o->nsections++];
	add_text(&title, heading);
	s->title = buf_take(&title);
	s->level = cmark_node_get_heading_level(heading);
	s->start = line_at(d, cmark_node_get_start_line(heading));
	s->body = heading_end(d, heading, NULL);
	s->end = d->len;
	s->blank = true;
}

static void
add_block(struct mark_outline *o, const struct doc *d, cmark_node *block)
{
	cmark_iter *it;
	cmark_event_type ev;

	if (o->nsections > 0 && o->sections[o->nsections - 1].blank)
		o->sections[o->nsections - 1].blank = !has_content(d, block);
	if (cmark_node_get_type(block) != CMARK_NODE_LIST)
		return;
	it = cmark_iter_new(block);
	while ((ev = cmark_iter_next(it)) != CMARK_EVENT_DONE)
		if (ev == CMARK_EVENT_ENTER)
			add_task(o, d, cmark_iter_get_node(it));
	cmark_iter_free(it);
}

static bool
is_section(cmark_node *n)
{
	return cmark_node_get_type(n) == CMARK_NODE_HEADING &&
	    cmark_node_get_heading_level(n) <= 2;
}

void
mark_outline(struct mark_outline *o, const char *text, size_t len)
{
	struct doc d;
	cmark_node *n;

	doc_open(&d, text, len);
	for (n = cmark_node_first_child(d.root); n != NULL;
	    n = cmark_node_next(n)) {
		if (is_section(n))
			add_section(o, &d, n);
		else
			add_block(o, &d, n);
	}
	doc_close(&d);
}

void
mark_outline_release(struct mark_outline *o)
{
	while (o->nsections > 0)
		free(o->sections[--o->nsections].title);
	while (o->ntasks > 0)
		free(o->tasks[--o->ntasks].text);
	free(o->sections);
	free(o->tasks);
	*o = (struct mark_outline)MARK_OUTLINE_INIT;
}

const struct mark_section *
mark_find_at(const struct mark_outline *o, const char *title, int level)
{
	const struct mark_section *s;
	size_t i;

	for (i = 0; i < o->nsections; i++) {
		s = &o->sections[i];
		if ((level == 0 || s->level == level) &&
		    strcasecmp(s->title, title) == 0)
			return s;
	}
	return NULL;
}

const struct mark_section *
mark_find(const struct mark_outline *o, const char *title)
{
	return mark_find_at(o, title, 0);
}

/* "# Title" becomes "### Title", and so does "Title\n=====". */
static size_t
add_heading(const struct doc *d, cmark_node *n, struct buf *out)
{
	size_t at = line_at(d, cmark_node_get_start_line(n)), end;
	struct buf title = BUF_INIT;

	end = heading_end(d, n, &title);
	while (d->text[at] == ' ')
		at++;
	if (d->text[at] == '#') {
		buf_adds(out, "##");
		buf_add(out, d->text + at, end - at);
	} else {
		buf_addf(out, "##%.*s %s\n",
		    cmark_node_get_heading_level(n), "##", buf_str(&title));
	}
	buf_release(&title);
	return end;
}

static void
add_lowered(struct buf *out, const char *text, size_t len)
{
	size_t from = 0, end;
	struct doc d;
	cmark_node *n;

	doc_open(&d, text, len);
	for (n = cmark_node_first_child(d.root); n != NULL;
	    n = cmark_node_next(n)) {
		if (!is_section(n))
			continue;
		end = line_at(&d, cmark_node_get_start_line(n));
		buf_add(out, d.text + from, end - from);
		from = add_heading(&d, n, out);
	}
	buf_add(out, d.text + from, len - from);
	doc_close(&d);
}

/* True where a heading after the text would be seen as one. */
static bool
is_closed(const struct buf *text, const char *closer)
{
	struct mark_outline o = MARK_OUTLINE_INIT;
	struct buf probe = BUF_INIT;
	bool closed;

	buf_addb(&probe, text);
	buf_adds(&probe, closer);
	buf_adds(&probe, "\n\n## closed\n");
	mark_outline(&o, probe.ptr, probe.len);
	closed = o.nsections > 0 &&
	    strcmp(o.sections[o.nsections - 1].title, "closed") == 0;
	mark_outline_release(&o);
	buf_release(&probe);
	return closed;
}

static size_t
longest_run(const struct buf *b, char c)
{
	size_t i, run = 0, longest = 3;

	for (i = 0; i < b->len; i++) {
		run = b->ptr[i] == c ? run + 1 : 0;
		if (run > longest)
			longest = run;
	}
	return longest;
}

void
mark_add_nested(struct buf *out, const char *text, size_t len)
{
	static const char *const others[] = { "", "\n-->", "\n?>", "\n]]>",
	    "\n>", "\n</script>", "\n</pre>", "\n</style>" };
	static const char fences[] = "`~";
	struct buf body = BUF_INIT, closer = BUF_INIT;
	size_t i, n;

	add_lowered(&body, text, len);
	for (i = 0; i < ARRAY_LEN(others); i++) {
		buf_set(&closer, others[i], strlen(others[i]));
		if (is_closed(&body, buf_str(&closer)))
			goto out;
	}
	for (i = 0; i < 2; i++) {
		buf_set(&closer, "\n", 1);
		for (n = longest_run(&body, fences[i]); n > 0; n--)
			buf_addc(&closer, fences[i]);
		if (is_closed(&body, closer.ptr))
			goto out;
	}
	buf_clear(&closer);
out:
	buf_addb(out, &body);
	buf_addb(out, &closer);
	buf_release(&body);
	buf_release(&closer);
}

/* Takes "[x] " off the text of a task's item; the mark it had, or 0. */
static char
take_mark(const struct doc *d, cmark_node *item)
{
	size_t at = task_mark(d, item);
	cmark_node *text;
	char *rest;

	if (at == MARK_NONE)
		return 0;
	text = cmark_node_first_child(cmark_node_first_child(item));
	if (text == NULL || cmark_node_get_type(text) != CMARK_NODE_TEXT ||
	    strlen(cmark_node_get_literal(text)) < 3)
		return 0;
	rest = mem_strdup(cmark_node_get_literal(text) + 3);
	cmark_node_set_literal(text, rest + (*rest == ' '));
	free(rest);
	return d->text[at] == ' ' ? ' ' : 'x';
}

static void
add_checkbox(const struct doc *d, cmark_node *item)
{
	cmark_node *box;
	char mark = take_mark(d, item);

	if (mark == 0)
		return;
	box = cmark_node_new(CMARK_NODE_CUSTOM_INLINE);
	cmark_node_set_on_enter(box, mark == 'x' ?
	    "<input type=\"checkbox\" checked disabled> " :
	    "<input type=\"checkbox\" disabled> ");
	cmark_node_prepend_child(cmark_node_first_child(item), box);
}

void
mark_add_html(struct buf *out, const char *text, size_t len)
{
	cmark_event_type ev;
	cmark_iter *it;
	struct doc d;
	char *html;

	doc_open(&d, text, len);
	it = cmark_iter_new(d.root);
	while ((ev = cmark_iter_next(it)) != CMARK_EVENT_DONE)
		if (ev == CMARK_EVENT_ENTER)
			add_checkbox(&d, cmark_iter_get_node(it));
	cmark_iter_free(it);
	html = cmark_render_html(d.root, CMARK_OPT_DEFAULT);
	buf_adds(out, html);
	free(html);
	doc_close(&d);
}

static const enum mark_kind kinds[] = {
	[CMARK_NODE_BLOCK_QUOTE] = MARK_QUOTE,
	[CMARK_NODE_LIST] = MARK_LIST,
	[CMARK_NODE_ITEM] = MARK_ITEM,
	[CMARK_NODE_CODE_BLOCK] = MARK_CODE_BLOCK,
	[CMARK_NODE_HTML_BLOCK] = MARK_HTML_BLOCK,
	[CMARK_NODE_PARAGRAPH] = MARK_PARAGRAPH,
	[CMARK_NODE_HEADING] = MARK_HEADING,
	[CMARK_NODE_THEMATIC_BREAK] = MARK_RULE,
	[CMARK_NODE_TEXT] = MARK_TEXT,
	[CMARK_NODE_SOFTBREAK] = MARK_SOFT_BREAK,
	[CMARK_NODE_LINEBREAK] = MARK_LINE_BREAK,
	[CMARK_NODE_CODE] = MARK_CODE,
	[CMARK_NODE_HTML_INLINE] = MARK_TEXT,
	[CMARK_NODE_EMPH] = MARK_EMPH,
	[CMARK_NODE_STRONG] = MARK_STRONG,
	[CMARK_NODE_LINK] = MARK_LINK,
	[CMARK_NODE_IMAGE] = MARK_LINK,
};

/* True where no empty line belongs between what stands in this place. */
static bool
is_tight(cmark_node *n)
{
	for (; n != NULL; n = cmark_node_parent(n)) {
		if (cmark_node_get_type(n) == CMARK_NODE_LIST)
			return cmark_node_get_list_tight(n) != 0;
		if (cmark_node_get_type(n) == CMARK_NODE_BLOCK_QUOTE)
			return false;
	}
	return false;
}

static void
fill_item(struct mark_event *m, const struct doc *d, cmark_node *item)
{
	cmark_node *list = cmark_node_parent(item);
	uintptr_t met;

	if (m->enter)
		m->task = take_mark(d, item);
	if (cmark_node_get_list_type(list) != CMARK_ORDERED_LIST)
		return;
	/* The list counts the items that were met. */
	met = (uintptr_t)cmark_node_get_user_data(list) + m->enter;
	cmark_node_set_user_data(list, (void *)met);
	m->number = cmark_node_get_list_start(list) + (int)met - 1;
}

void
mark_walk(const char *text, size_t len,
    void (*fn)(const struct mark_event *, void *), void *ctx)
{
	struct mark_event m;
	cmark_event_type ev;
	cmark_iter *it;
	cmark_node *n;
	struct doc d;

	doc_open(&d, text, len);
	it = cmark_iter_new(d.root);
	while ((ev = cmark_iter_next(it)) != CMARK_EVENT_DONE) {
		n = cmark_iter_get_node(it);
		if ((size_t)cmark_node_get_type(n) >= ARRAY_LEN(kinds))
			continue;
		memset(&m, 0, sizeof(m));
		m.kind = kinds[cmark_node_get_type(n)];
		m.enter = ev == CMARK_EVENT_ENTER;
		m.text = m.kind == MARK_LINK ? cmark_node_get_url(n) :
		    cmark_node_get_literal(n);
		m.level = cmark_node_get_heading_level(n);
		m.tight = is_tight(n);
		if (m.kind == MARK_ITEM)
			fill_item(&m, &d, n);
		if ((cmark_node_get_type(n) == CMARK_NODE_HTML_INLINE ||
		    m.kind == MARK_HTML_BLOCK) && is_comment(n))
			continue;
		fn(&m, ctx);
	}
	cmark_iter_free(it);
	doc_close(&d);
}
