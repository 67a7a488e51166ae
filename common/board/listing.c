/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/clock.h"
#include "base/utf8.h"
#include "board/listing.h"

static const char *const headers[] = {
	[LISTING_STAGE] = "ID | Name | DRI | Status | Flags | Dependencies",
	[LISTING_ROOT] =
	    "ID | Name | DRI | Stage | Status | Flags | Dependencies",
	[LISTING_SHARDS] = "Folder | Tasks",
};

/* The front matter of an index is looked for in so many bytes. */
enum { HEAD_MAX = 4096 };

static const char namespace_header[] = "Namespace | ";

/* Length of the line at `s`, without its end; `*next` is the next line. */
static size_t
line_at(const struct buf *t, size_t at, size_t *next)
{
	const char *nl = memchr(t->ptr + at, '\n', t->len - at);
	size_t end = nl == NULL ? t->len : (size_t)(nl - t->ptr);

	*next = nl == NULL ? t->len : end + 1;
	if (end > at && t->ptr[end - 1] == '\r')
		end--;
	return end - at;
}

/*
 * The next cell of a row, blanks around it left out; `*at` moves behind its
 * closing bar.  False at the end.
 */
static bool
next_cell(const char *s, size_t len, size_t *at, const char **cell,
    size_t *cell_len)
{
	size_t from, end;

	if (*at == 0 && len > 0 && s[0] == '|')
		*at = 1;
	if (*at >= len)
		return false;
	from = *at;
	for (end = from; end < len && s[end] != '|'; end++)
		if (s[end] == '\\' && end + 1 < len)
			end++;
	*at = end + 1;
	while (from < end && s[from] == ' ')
		from++;
	while (end > from && s[end - 1] == ' ')
		end--;
	*cell = s + from;
	*cell_len = end - from;
	return true;
}

/* How the cells of a header row compare with the columns `want`. */
enum match { NO_TABLE, OTHER_COLUMNS, OUR_COLUMNS };

static enum match
match_header(const char *s, size_t len, const char *want)
{
	enum match found = NO_TABLE;
	const char *cell;
	size_t at = 0, n;

	if (len == 0 || s[0] != '|')
		return NO_TABLE;
	while (next_cell(s, len, &at, &cell, &n)) {
		if (n == 0 || n > strlen(want) ||
		    memcmp(want, cell, n) != 0)
			return found;
		want += n;
		if (*want == '\0')
			return at >= len ? OUR_COLUMNS : OTHER_COLUMNS;
		if (strncmp(want, " | ", 3) != 0)
			return found;
		want += 3;
		found = OTHER_COLUMNS;
	}
	return found;
}

static bool
is_rule(const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (strchr("|-: ", s[i]) == NULL)
			return false;
	return len > 1 && s[0] == '|';
}

static bool
row_id(const struct listing *l, const char *s, size_t len, struct id *id)
{
	char text[ID_SIZE];
	const char *cell;
	size_t at = 0, n;

	if (l->namespaces && !next_cell(s, len, &at, &cell, &n))
		return false;
	if (!next_cell(s, len, &at, &cell, &n) || n >= sizeof(text))
		return false;
	memcpy(text, cell, n);
	text[n] = '\0';
	return id_parse(id, text) == 0;
}

static void
take_rows(struct listing *l, size_t at)
{
	struct listing_line *line;
	size_t next, n;
	const char *s;

	l->rows = at;
	for (; at < l->text.len; at = next) {
		n = line_at(&l->text, at, &next);
		s = l->text.ptr + at;
		if (n == 0 || s[0] != '|')
			break;
		MEM_GROW(l->v, l->n, l->cap);
		line = &l->v[l->n++];
		memset(line, 0, sizeof(*line));
		line->text = s;
		line->len = n;
		if (!row_id(l, s, n, &line->id) && l->kind != LISTING_SHARDS)
			l->sound = false;
	}
	l->tail = at;
}

static int
compare_ids(const void *a, const void *b)
{
	return id_compare(a, b);
}

/* A task that has two rows makes the table unsound. */
static void
check_twice(struct listing *l)
{
	bool ordered = true;
	struct id *ids;
	size_t i;

	for (i = 1; i < l->n && ordered; i++)
		ordered = id_compare(&l->v[i - 1].id, &l->v[i].id) < 0;
	if (ordered || l->kind == LISTING_SHARDS)
		return;
	ids = mem_resize(NULL, l->n, sizeof(*ids));
	for (i = 0; i < l->n; i++)
		ids[i] = l->v[i].id;
	qsort(ids, l->n, sizeof(*ids), compare_ids);
	for (i = 1; i < l->n; i++)
		if (id_compare(&ids[i - 1], &ids[i]) == 0)
			l->sound = false;
	free(ids);
}

/* The same for a table with a row a task, with or without namespaces. */
static enum match
match_kind(enum listing_kind kind, const char *s, size_t len,
    bool *namespaces)
{
	const char *want = headers[kind];
	enum match plain, ns;
	char with_ns[128];

	snprintf(with_ns, sizeof(with_ns), "%s%s", namespace_header, want);
	plain = match_header(s, len, want);
	ns = match_header(s, len, with_ns);
	*namespaces = ns != NO_TABLE;
	return ns != NO_TABLE ? ns : plain;
}

/*
 * Looks at the line `at` as the header of the table.  An archive that got its
 * sub-folders, or lost them, has the table of the other kind until now.
 */
static bool
take_table(struct listing *l, size_t at, size_t len, int least)
{
	const char *s = l->text.ptr + at;
	enum match found, other;
	bool namespaces, ignored;
	size_t rule, next;

	found = match_kind(l->kind, s, len, &namespaces);
	other = l->kind == LISTING_ROOT ? NO_TABLE :
	    match_kind(l->kind == LISTING_STAGE ? LISTING_SHARDS :
	    LISTING_STAGE, s, len, &ignored);
	line_at(&l->text, at, &rule);
	if (((int)found < least && other != OUR_COLUMNS) ||
	    rule >= l->text.len ||
	    !is_rule(l->text.ptr + rule, line_at(&l->text, rule, &next)))
		return false;
	l->namespaces = namespaces;
	l->table = at;
	l->sound = found == OUR_COLUMNS;
	l->new_header = !l->sound;
	take_rows(l, next);
	check_twice(l);
	return true;
}

void
listing_parse(struct listing *l, enum listing_kind kind, struct buf *text)
{
	size_t at, next, n;
	int least;

	memset(l, 0, sizeof(*l));
	l->kind = kind;
	buf_swap(&l->text, text);
	l->table = l->rows = l->tail = l->text.len;
	/* A table of our columns, or else one that begins as ours. */
	for (least = OUR_COLUMNS; least > NO_TABLE; least--)
		for (at = 0; at < l->text.len; at = next) {
			n = line_at(&l->text, at, &next);
			if (n > 0 && l->text.ptr[at] == '|' &&
			    take_table(l, at, n, least))
				return;
		}
}

static void
clear_rows(struct listing *l)
{
	while (l->n > 0)
		free(l->v[--l->n].made);
}

void
listing_reset(struct listing *l, bool namespaces)
{
	clear_rows(l);
	l->new_header = l->new_header || l->namespaces != namespaces;
	l->namespaces = namespaces;
	l->sound = true;
}

void
listing_release(struct listing *l)
{
	clear_rows(l);
	free(l->v);
	buf_release(&l->text);
	memset(l, 0, sizeof(*l));
}

size_t
listing_find(const struct listing *l, const struct id *id)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		if (l->v[i].id.number == id->number &&
		    id_compare(&l->v[i].id, id) == 0)
			return i;
	return SIZE_MAX;
}

size_t
listing_place(const struct listing *l, const struct id *id)
{
	size_t lo = 0, hi = l->n, mid;

	/* Most new rows belong at the end. */
	if (l->n > 0 && id_compare(&l->v[l->n - 1].id, id) < 0)
		return l->n;
	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (id_compare(&l->v[mid].id, id) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

void
listing_remove(struct listing *l, size_t at)
{
	free(l->v[at].made);
	memmove(l->v + at, l->v + at + 1,
	    (l->n - at - 1) * sizeof(*l->v));
	l->n--;
}

void
listing_insert(struct listing *l, size_t at, const struct id *id,
    const char *line)
{
	struct listing_line *one;

	MEM_GROW(l->v, l->n, l->cap);
	memmove(l->v + at + 1, l->v + at, (l->n - at) * sizeof(*l->v));
	l->n++;
	one = &l->v[at];
	one->id = *id;
	one->made = mem_strdup(line);
	one->text = one->made;
	one->len = strlen(line);
}

/*
 * A cell's text: one line without what a terminal obeys, "-" for nothing.  A
 * bar is escaped, and so are backslashes that stand before one.
 */
static void
add_cell(struct buf *out, const char *text)
{
	size_t len = strlen(text), used, slashes;
	int32_t ch;

	buf_addc(out, ' ');
	if (len == 0)
		buf_addc(out, '-');
	for (; len > 0; text += used, len -= used) {
		slashes = strspn(text, "\\");
		if (slashes > 0 && text[slashes] == '|')
			buf_add(out, text, slashes);
		if (slashes > 0) {
			used = slashes;
			buf_add(out, text, slashes);
			continue;
		}
		ch = utf8_char(text, len, &used);
		if (ch == '|')
			buf_adds(out, "\\|");
		else if (ch < 0 || utf8_is_control((uint32_t)ch))
			buf_addc(out, ' ');
		else
			buf_add(out, text, used);
	}
	buf_adds(out, " |");
}

void
listing_format(struct buf *out, const struct listing *l,
    const struct listing_row *row)
{
	char id[ID_SIZE];

	id_format(id, &row->id);
	buf_addc(out, '|');
	if (l->namespaces)
		add_cell(out, row->id.ns);
	add_cell(out, id);
	add_cell(out, row->name);
	add_cell(out, row->dri);
	if (l->kind == LISTING_ROOT)
		add_cell(out, stage_info[row->stage].name);
	add_cell(out, row->status);
	add_cell(out, row->flags);
	add_cell(out, row->dependencies);
}

bool
listing_changed(const struct listing *l)
{
	size_t i, at = l->rows, next, n;

	if (l->table == l->text.len || l->new_header)
		return true;
	for (i = 0; i < l->n && at < l->tail; i++, at = next) {
		n = line_at(&l->text, at, &next);
		if (l->v[i].text != l->text.ptr + at &&
		    (n != l->v[i].len ||
		    memcmp(l->text.ptr + at, l->v[i].text, n) != 0))
			return true;
	}
	return i < l->n || at < l->tail;
}

static void
add_head(struct buf *out, int stage, const char *date)
{
	const struct stage_info *s;

	if (stage == STAGE_NONE) {
		buf_addf(out, "---\ntype: root_index\nlast_updated: %s\n"
		    "---\n\n# Task Index\n\nEvery task of every stage.\n\n",
		    date);
		return;
	}
	s = &stage_info[stage];
	buf_addf(out, "---\ntype: index\nstage: %s\nparent: ../INDEX.md\n"
	    "last_updated: %s\n---\n\n# %s Index\n\n%s\n\n", s->name, date,
	    s->title, s->prose);
}

static void
add_table_head(struct buf *out, const struct listing *l, const char *eol)
{
	size_t from = out->len, end, i;

	buf_addf(out, "| %s%s |", l->namespaces ? namespace_header : "",
	    headers[l->kind]);
	end = out->len;
	buf_adds(out, eol);
	for (i = from; i < end; i++)
		buf_addc(out, out->ptr[i] == '|' ? '|' : '-');
	buf_adds(out, eol);
}

static bool
begins_head(const char *line, size_t n)
{
	size_t bom = n >= 3 && memcmp(line, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;

	return n >= bom + 3 && memcmp(line + bom, "---", 3) == 0;
}

/*
 * Where the date of last_updated stands in the front matter; SIZE_MAX where
 * it does not.
 */
static size_t
find_date(const struct listing *l)
{
	static const char key[] = "last_updated:";
	char date[CLOCK_DATE_SIZE];
	size_t at, next, n, i;
	int64_t us;

	for (at = 0; at < l->table && at < HEAD_MAX; at = next) {
		n = line_at(&l->text, at, &next);
		if (at == 0 && !begins_head(l->text.ptr, n))
			break;
		if (at > 0 && n >= 3 &&
		    memcmp(l->text.ptr + at, "---", 3) == 0)
			break;
		if (n < sizeof(key) || memcmp(l->text.ptr + at, key,
		    sizeof(key) - 1) != 0)
			continue;
		for (i = sizeof(key) - 1; i + sizeof(date) - 1 <= n; i++) {
			memcpy(date, l->text.ptr + at + i, sizeof(date) - 1);
			date[sizeof(date) - 1] = '\0';
			if (clock_parse_date(date, &us) == 0)
				return at + i;
		}
	}
	return SIZE_MAX;
}

/* What stands before the table, or before its rows, with the new date. */
static void
add_before(struct buf *out, const struct listing *l, const char *date)
{
	size_t end = l->new_header ? l->table : l->rows;
	size_t at = find_date(l);

	if (at == SIZE_MAX) {
		buf_add(out, l->text.ptr, end);
		return;
	}
	buf_add(out, l->text.ptr, at);
	buf_adds(out, date);
	at += strlen(date);
	buf_add(out, l->text.ptr + at, end - at);
}

void
listing_render(const struct listing *l, int stage, int64_t now_us,
    struct buf *out)
{
	const char *eol = memmem(buf_str(&l->text), l->text.len, "\r\n", 2) ==
	    NULL ? "\n" : "\r\n";
	bool none = l->table == l->text.len;
	char date[CLOCK_DATE_SIZE];
	size_t i;

	if (!listing_changed(l)) {
		buf_addb(out, &l->text);
		return;
	}
	clock_format_date(date, now_us);
	buf_grow(out, l->text.len + HEAD_MAX);
	if (l->text.len == 0)
		add_head(out, stage, date);
	else
		add_before(out, l, date);
	if (out->len > 0 && out->ptr[out->len - 1] != '\n')
		buf_adds(out, eol);
	if (none && l->text.len > 0)
		buf_adds(out, eol);
	if (none || l->new_header)
		add_table_head(out, l, eol);
	for (i = 0; i < l->n; i++) {
		buf_add(out, l->v[i].text, l->v[i].len);
		buf_adds(out, eol);
	}
	buf_add(out, buf_str(&l->text) + l->tail, l->text.len - l->tail);
}

bool
listing_cell(const struct listing *l, const struct listing_line *row,
    int column, struct buf *out)
{
	const char *cell = "";
	size_t at = 0, n = 0, i, slashes;

	buf_clear(out);
	for (column += l->namespaces; column >= 0; column--)
		if (!next_cell(row->text, row->len, &at, &cell, &n))
			return false;
	if (n == 1 && cell[0] == '-')
		return true;
	for (i = 0; i < n; i += slashes + 1) {
		slashes = 0;
		while (i + slashes < n && cell[i + slashes] == '\\')
			slashes++;
		/* Before a bar: those of the text twice, and the bar's. */
		buf_add(out, cell + i, i + slashes < n &&
		    cell[i + slashes] == '|' ? slashes / 2 : slashes);
		if (i + slashes < n)
			buf_addc(out, cell[i + slashes]);
	}
	return true;
}
