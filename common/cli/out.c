/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include <sys/ioctl.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/jsonw.h"
#include "base/strvec.h"
#include "base/utf8.h"
#include "cli/out.h"
#include "cli/tool.h"

enum { GAP = 2, FLEXIBLE_MIN = 16 };

bool
out_colour(void)
{
	const char *when = tool_options()->colour;
	const char *none = getenv("NO_COLOR");
	const char *term = getenv("TERM");

	if (when != NULL && strcmp(when, "always") == 0)
		return true;
	if (when != NULL && strcmp(when, "never") == 0)
		return false;
	return isatty(STDOUT_FILENO) && (none == NULL || *none == '\0') &&
	    term != NULL && strcmp(term, "dumb") != 0;
}

size_t
out_width(void)
{
	struct winsize ws;

	if (!isatty(STDOUT_FILENO) ||
	    ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws) != 0 || ws.ws_col == 0)
		return 0;
	return ws.ws_col;
}

const char *
out_style_on(enum out_style style)
{
	switch (style) {
	case OUT_PLAIN:
		break;
	case OUT_BOLD:
		return "\033[1m";
	case OUT_DIM:
		return "\033[2m";
	case OUT_RED:
		return "\033[31m";
	case OUT_GREEN:
		return "\033[32m";
	case OUT_YELLOW:
		return "\033[33m";
	case OUT_BLUE:
		return "\033[34m";
	}
	return "";
}

static int
choose(struct out *o, const char *wanted, struct err *e)
{
	struct strvec names = STRVEC_INIT;
	size_t i, c;
	int rc = 0;

	strvec_split(&names, wanted, ',');
	for (i = 0; i < names.n && rc == 0; i++) {
		for (c = 0; c < o->ncolumns; c++)
			if (strcmp(o->columns[c].name, names.v[i]) == 0)
				break;
		if (c == o->ncolumns || o->nshown == OUT_COLUMNS_MAX)
			rc = err_set(e, EX_USAGE,
			    "--columns: there is no column '%s'", names.v[i]);
		else
			o->shown[o->nshown++] = c;
	}
	strvec_release(&names);
	if (rc == 0 && o->nshown == 0)
		rc = err_set(e, EX_USAGE, "--columns names no column");
	return rc;
}

int
out_begin(struct out *o, const struct out_column *columns, struct err *e)
{
	const struct tool_options *opts = tool_options();
	size_t c;

	memset(o, 0, sizeof(*o));
	o->columns = columns;
	while (columns[o->ncolumns].name != NULL)
		o->ncolumns++;
	o->end = opts->null ? '\0' : '\n';
	o->header = opts->header;
	o->colour = out_colour();
	o->form = opts->json ? OUT_JSON :
	    isatty(STDOUT_FILENO) && !opts->null ? OUT_ALIGNED : OUT_LINES;
	if (opts->columns != NULL)
		return choose(o, opts->columns, e);
	for (c = 0; c < o->ncolumns; c++)
		if (!columns[c].hidden || opts->json)
			o->shown[o->nshown++] = c;
	return 0;
}

bool
out_wants(const struct out *o, size_t column)
{
	size_t i;

	for (i = 0; i < o->nshown; i++)
		if (o->shown[i] == column)
			return true;
	return false;
}

static struct buf *
cell(struct out *o, size_t column)
{
	o->row[column].set = true;
	o->row[column].style = o->columns[column].style;
	return &o->row[column].text;
}

void
out_text(struct out *o, size_t column, const char *s)
{
	if (s == NULL)
		return;
	if (o->form == OUT_JSON)
		jsonw_str(cell(o, column), s);
	else
		buf_adds(cell(o, column), s);
}

void
out_number(struct out *o, size_t column, int64_t n)
{
	buf_addf(cell(o, column), "%" PRId64, n);
}

void
out_list(struct out *o, size_t column, const struct strvec *sv)
{
	struct buf *b = cell(o, column);
	size_t i;

	if (o->form == OUT_JSON) {
		jsonw_list(b, sv);
		return;
	}
	for (i = 0; i < sv->n; i++)
		buf_addf(b, "%s%s", i == 0 ? "" : ",", sv->v[i]);
}

void
out_json(struct out *o, size_t column, const char *json, size_t len)
{
	buf_add(cell(o, column), json, len);
}

void
out_style(struct out *o, size_t column, enum out_style style)
{
	o->row[column].style = style;
}

static void
add_escaped(struct buf *out, const struct buf *text)
{
	size_t i, from = 0;

	for (i = 0; i < text->len; i++)
		if (text->ptr[i] == '\\') {
			utf8_add_safe(out, text->ptr + from, i - from);
			buf_adds(out, "\\\\");
			from = i + 1;
		}
	utf8_add_safe(out, buf_str(text) + from, text->len - from);
}

static void
write_header(struct out *o)
{
	size_t i;

	for (i = 0; i < o->nshown && o->header; i++)
		printf("%s%c", o->columns[o->shown[i]].name,
		    i + 1 == o->nshown ? o->end : '\t');
	o->header = false;
}

static void
write_line(struct out *o)
{
	struct buf line = BUF_INIT;
	size_t i;

	write_header(o);
	for (i = 0; i < o->nshown; i++) {
		if (i > 0)
			buf_addc(&line, '\t');
		add_escaped(&line, &o->row[o->shown[i]].text);
	}
	buf_addc(&line, o->end);
	fwrite(line.ptr, 1, line.len, stdout);
	buf_release(&line);
}

static void
write_json(struct out *o)
{
	struct buf line = BUF_INIT;
	const struct out_cell *c;
	size_t i;

	jsonw_open(&line, '{');
	for (i = 0; i < o->nshown; i++) {
		c = &o->row[o->shown[i]];
		jsonw_key(&line, o->columns[o->shown[i]].name);
		if (c->set)
			buf_addb(&line, &c->text);
		else
			buf_adds(&line, "null");
	}
	jsonw_close(&line, '}');
	buf_addc(&line, o->end);
	fwrite(line.ptr, 1, line.len, stdout);
	buf_release(&line);
}

/* Keeps the record until the widths are known. */
static void
hold(struct out *o)
{
	struct out_cell *held, *from;
	size_t i;

	for (i = 0; i < o->nshown; i++) {
		MEM_GROW(o->held, o->nheld, o->held_cap);
		from = &o->row[o->shown[i]];
		held = &o->held[o->nheld++];
		memset(held, 0, sizeof(*held));
		held->style = from->style;
		utf8_add_safe(&held->text, buf_str(&from->text),
		    from->text.len);
	}
}

void
out_row(struct out *o)
{
	size_t c;

	switch (o->form) {
	case OUT_LINES:
		write_line(o);
		break;
	case OUT_JSON:
		write_json(o);
		break;
	case OUT_ALIGNED:
		hold(o);
		break;
	}
	for (c = 0; c < o->ncolumns; c++) {
		buf_clear(&o->row[c].text);
		o->row[c].set = false;
		o->row[c].style = o->columns[c].style;
	}
}

static void
measure(const struct out *o, size_t *widths)
{
	size_t i, w, total = 0, screen = out_width();
	size_t flexible = o->nshown;
	const struct buf *t;

	for (i = 0; i < o->nshown; i++) {
		widths[i] = strlen(o->columns[o->shown[i]].name);
		if (o->columns[o->shown[i]].flexible)
			flexible = i;
	}
	for (i = 0; i < o->nheld; i++) {
		t = &o->held[i].text;
		w = utf8_width(buf_str(t), t->len);
		if (w > widths[i % o->nshown])
			widths[i % o->nshown] = w;
	}
	for (i = 0; i < o->nshown; i++)
		total += widths[i] + (i > 0 ? GAP : 0);
	if (screen == 0 || total <= screen || flexible == o->nshown)
		return;
	w = total - screen;
	if (widths[flexible] > w + FLEXIBLE_MIN)
		widths[flexible] -= w;
	else if (widths[flexible] > FLEXIBLE_MIN)
		widths[flexible] = FLEXIBLE_MIN;
}

static void
write_cell(const struct out *o, const char *text, enum out_style style,
    size_t width, bool last)
{
	size_t len = strlen(text), w = utf8_width(text, len);
	const char *on = o->colour ? out_style_on(style) : "";

	fputs(on, stdout);
	if (w > width) {
		len = utf8_prefix(text, len, width - 1);
		w = utf8_width(text, len) + 1;
		printf("%.*s…", (int)len, text);
	} else {
		fputs(text, stdout);
	}
	if (*on != '\0')
		fputs("\033[0m", stdout);
	if (!last)
		printf("%*s", (int)(width - w) + GAP, "");
}

static void
write_aligned(const struct out *o)
{
	size_t widths[OUT_COLUMNS_MAX], i;

	measure(o, widths);
	for (i = 0; i < o->nshown; i++)
		write_cell(o, o->columns[o->shown[i]].name, OUT_DIM,
		    widths[i], i + 1 == o->nshown);
	putchar('\n');
	for (i = 0; i < o->nheld; i++) {
		write_cell(o, buf_str(&o->held[i].text), o->held[i].style,
		    widths[i % o->nshown], (i + 1) % o->nshown == 0);
		if ((i + 1) % o->nshown == 0)
			putchar('\n');
	}
}

void
out_end(struct out *o)
{
	size_t i;

	if (o->form == OUT_ALIGNED && o->nheld > 0 && o->nshown > 0)
		write_aligned(o);
	else if (o->form != OUT_JSON)
		write_header(o);
	for (i = 0; i < o->nheld; i++)
		buf_release(&o->held[i].text);
	free(o->held);
	o->held = NULL;
	o->nheld = o->held_cap = 0;
	for (i = 0; i < OUT_COLUMNS_MAX; i++)
		buf_release(&o->row[i].text);
}
