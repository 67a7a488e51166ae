/* SPDX-License-Identifier: MIT */
/* board/listing: rows and cells, hostile ones too; the property by chance */
#include "base/compat.h"

#include "base/clock.h"
#include "base/strvec.h"
#include "board/listing.h"
#include "t/unit/scratch.h"
#include "t/unit/tap.h"

#define TABLE	"| ID | Name | DRI | Status | Flags | Dependencies |\n" \
		"|----|------|-----|--------|-------|--------------|\n"

static void
parse(struct listing *l, enum listing_kind kind, const char *text)
{
	struct buf b = BUF_INIT;

	buf_adds(&b, text);
	listing_parse(l, kind, &b);
	buf_release(&b);
}

/* The row of a task of that name, in a table that is read again. */
static bool
name_survives(const char *name)
{
	struct listing_row r = { { "", 7 }, STAGE_NEXT, name, "@a", "active",
	    "blocked(external:a|b)", "TASK-0001, TASK-0002" };
	struct listing l, again;
	struct buf line = BUF_INIT, text = BUF_INIT, cell = BUF_INIT;
	bool good;

	parse(&l, LISTING_STAGE, TABLE);
	listing_format(&line, &l, &r);
	listing_insert(&l, 0, &r.id, line.ptr);
	listing_render(&l, STAGE_NEXT, 0, &text);
	listing_parse(&again, LISTING_STAGE, &text);
	good = row(again.sound && again.n == 1, "%s", line.ptr) &&
	    row(listing_cell(&again, &again.v[0], LISTING_NAME, &cell) &&
	    strcmp(buf_str(&cell), name) == 0, "name: %s", buf_str(&cell)) &&
	    row(listing_cell(&again, &again.v[0], 4, &cell) &&
	    strcmp(buf_str(&cell), r.flags) == 0, "flags: %s",
	    buf_str(&cell)) &&
	    row(listing_cell(&again, &again.v[0], 5, &cell) &&
	    strcmp(buf_str(&cell), r.dependencies) == 0, "deps: %s",
	    buf_str(&cell)) &&
	    row(!listing_cell(&again, &again.v[0], 6, &cell), "more cells");
	if (!good)
		diag("%s: %s", name, line.ptr);
	listing_release(&l);
	listing_release(&again);
	buf_release(&line);
	buf_release(&text);
	buf_release(&cell);
	return good;
}

static void
test_format(void)
{
	struct listing_row r = { { "FW", 42 }, STAGE_CURRENT, "a|b\nc\td", "",
	    "active", "", "" };
	struct listing l;
	struct buf b = BUF_INIT;

	parse(&l, LISTING_ROOT, "");
	listing_format(&b, &l, &r);
	is_str(b.ptr, "| FW-0042 | a\\|b c d | - | current | active | - | - |",
	    "a row is one line, bars are escaped, nothing is '-'");
	buf_clear(&b);
	listing_reset(&l, true);
	listing_format(&b, &l, &r);
	is_str(b.ptr, "| FW | FW-0042 | a\\|b c d | - | current | active | - "
	    "| - |", "the namespace stands before");
	buf_clear(&b);
	r.id.ns[0] = '\0';
	listing_format(&b, &l, &r);
	ok(strncmp(b.ptr, "| - | 0042 |", 12) == 0, "or none does");
	listing_release(&l);
	buf_release(&b);
}

static void
test_names(void)
{
	static const char *const names[] = { "plain", "a|b", "|", "||", "a|",
	    "|a", "a\\b", "a\\", "\\", "\\\\", "`a|b`", "a \\ b", "<b>",
	    "\xc3\xa4\xe6\x97\xa5\xf0\x9f\x98\x80", "---", ":-:", "ID",
	    "0001", "- [ ] x", "a -- b" };
	static const char *const slashed[] = { "a\\|b", "\\|", "a\\\\|b",
	    "C:\\|x\\", "\\\\||\\" };
	bool good = true;
	size_t i;

	for (i = 0; i < ARRAY_LEN(names); i++)
		good &= name_survives(names[i]);
	ok(good, "names with bars, backslashes and worse come back as they "
	    "were, and so do the cells behind them");
	for (good = true, i = 0; i < ARRAY_LEN(slashed); i++)
		good &= name_survives(slashed[i]);
	ok(good, "also where a backslash stands before a bar");
}

static void
test_control(void)
{
	struct listing_row r = { .id = { "", 42 }, .name = "a\033[2J\nb\xff",
	    .dri = "@\xe2\x80\xaex", .status = "s", .flags = "",
	    .dependencies = "" };
	struct listing l;
	struct buf b = BUF_INIT;

	listing_parse(&l, LISTING_STAGE, &b);
	listing_format(&b, &l, &r);
	is_str(b.ptr, "| 0042 | a [2J b  | @ x | s | - | - |",
	    "control characters, and what is not UTF-8, become blanks");
	listing_release(&l);
	buf_release(&b);
}

static void
test_cells(void)
{
	struct listing l;
	struct buf b = BUF_INIT;

	parse(&l, LISTING_STAGE, TABLE "|0001|  a b  |-|\n| 0002\n");
	ok(listing_cell(&l, &l.v[0], 1, &b) && strcmp(buf_str(&b), "a b") == 0
	    && listing_cell(&l, &l.v[0], 2, &b) && b.len == 0,
	    "blanks around a cell do not count, '-' is nothing");
	ok(!listing_cell(&l, &l.v[0], 3, &b) &&
	    !listing_cell(&l, &l.v[1], 1, &b),
	    "a cell that is not there is told");
	ok(listing_cell(&l, &l.v[1], 0, &b) && strcmp(buf_str(&b), "0002") ==
	    0, "a row may lack its last bar");
	listing_release(&l);
	buf_release(&b);
}

static const char *const before[] = { "", "# Title\n\nProse.\n\n",
	"---\nlast_updated: 2025-01-02\nx: y\n---\n\n# T\n\n",
	"---\nlast_updated: '2024-02-29' # c\n---\nA | B\n\n",
	"\xef\xbb\xbf---\na: b\n---\n\n", "| a | b |\n|--|--|\n| c | d |\n\n",
	"text\r\n\r\n", "\xff\xfe\n" };
static const char *const after[] = { "", "\n", "\nmore\n",
	"text without end", "\n| x | y |\n", "\n\n\n---\n" };

struct model {
	struct strvec	rows;		/* the lines that should be there */
	struct id	ids[64];
};

static void
model_remove(struct model *m, size_t at)
{
	free(m->rows.v[at]);
	memmove(m->rows.v + at, m->rows.v + at + 1,
	    (m->rows.n - at) * sizeof(*m->rows.v));
	memmove(m->ids + at, m->ids + at + 1,
	    (m->rows.n - at - 1) * sizeof(*m->ids));
	m->rows.n--;
}

static void
model_insert(struct model *m, size_t at, const struct id *id,
    const char *line)
{
	char *last;

	strvec_add(&m->rows, line);
	last = m->rows.v[m->rows.n - 1];
	memmove(m->rows.v + at + 1, m->rows.v + at,
	    (m->rows.n - 1 - at) * sizeof(*m->rows.v));
	memmove(m->ids + at + 1, m->ids + at,
	    (m->rows.n - 1 - at) * sizeof(*m->ids));
	m->rows.v[at] = last;
	m->ids[at] = *id;
}

/* A few changes, to the table and to the model. */
static void
change(struct listing *l, struct model *m)
{
	struct buf line = BUF_INIT;
	struct id id = { "", 0 };
	size_t i, at;

	for (i = chance(6); i > 0; i--) {
		at = l->n == 0 ? 0 : chance(l->n);
		if (one_in(3) && l->n > 0) {
			listing_remove(l, at);
			model_remove(m, at);
			continue;
		}
		id.number = (uint32_t)(1000 + chance(1000000));
		buf_clear(&line);
		buf_addf(&line, "| %04u | n%d | - | - | - | - |", id.number,
		    (int)chance(100));
		at = listing_place(l, &id);
		listing_insert(l, at, &id, line.ptr);
		model_insert(m, at, &id, line.ptr);
	}
	buf_release(&line);
}

/* Prose before and after is byte for byte what it was, but for the date. */
static bool
is_kept(const struct buf *out, const char *pre, const char *post,
    const struct model *m, const char *eol)
{
	struct buf want = BUF_INIT;
	const char *date = strstr(pre, "last_updated: ");
	bool same;
	size_t i;

	buf_adds(&want, pre);
	if (date != NULL) {
		i = (size_t)(strpbrk(date, "0123456789") - pre);
		buf_splice(&want, i, 10, "2025-10-18", 10);
	}
	buf_adds(&want, TABLE);
	for (i = 0; i < m->rows.n; i++)
		buf_addf(&want, "%s%s", m->rows.v[i], eol);
	buf_adds(&want, post);
	same = buf_equal(out, &want);
	row(same, "is:\n%s\nnot:\n%s", buf_str(out), buf_str(&want));
	buf_release(&want);
	return same;
}

static bool
try_one(const char *pre, const char *post)
{
	const char *eol = strstr(pre, "\r\n") == NULL ? "\n" : "\r\n";
	struct model m = { .rows = STRVEC_INIT };
	struct buf text = BUF_INIT, out = BUF_INIT;
	struct listing l;
	bool good;
	size_t i;

	buf_addf(&text, "%s" TABLE, pre);
	for (i = 0; i < chance(5); i++) {
		strvec_addf(&m.rows, "| %04zu|r\\||  x |", i + 1);
		m.ids[i] = (struct id){ "", (uint32_t)i + 1 };
		buf_addf(&text, "%s%s", m.rows.v[i], eol);
	}
	buf_adds(&text, post);
	listing_parse(&l, LISTING_STAGE, &text);
	good = row(l.n == m.rows.n && l.sound, "%zu rows of %zu", l.n,
	    m.rows.n);
	if (good) {
		change(&l, &m);
		listing_render(&l, STAGE_NEXT, INT64_C(1760783400) *
		    CLOCK_SECOND, &out);
		if (listing_changed(&l))
			good = is_kept(&out, pre, post, &m, eol);
		else
			good = buf_equal(&out, &l.text);
	}
	listing_release(&l);
	strvec_release(&m.rows);
	buf_release(&text);
	buf_release(&out);
	return good;
}

static void
test_chance(void)
{
	bool good = true;
	int i;

	chance_seed(14);
	for (i = 0; i < 20000 && good; i++)
		good = try_one(before[chance(ARRAY_LEN(before))],
		    after[chance(ARRAY_LEN(after))]);
	ok(good, "thousands of changed tables keep every byte around them");
}

int
main(void)
{
	test_format();
	test_names();
	test_control();
	test_cells();
	test_chance();
	return tap_done();
}
