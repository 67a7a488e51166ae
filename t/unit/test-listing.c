/* SPDX-License-Identifier: MIT */
/* board/listing */
#include "base/compat.h"

#include "base/clock.h"
#include "board/listing.h"
#include "t/unit/scratch.h"
#include "t/unit/tap.h"

#define HEAD	"---\ntype: index\nstage: next\nlast_updated: 2025-01-02\n" \
		"---\n\n# Next\n\nProse | with a bar.\n\n"
#define TABLE	"| ID | Name | DRI | Status | Flags | Dependencies |\n" \
		"|----|------|-----|--------|-------|--------------|\n"
#define ROW1	"| 0001 | one | @a | active | - | - |\n"
#define ROW2	"| 0002 | two  |@b| active | dep_ready | TASK-0001 |\n"
#define ROW5	"| 0005 | five | @a | paused | - | - |\n"
#define TAIL	"\nMore prose.\n| not | a | row |\n"

/* 2025-10-18T10:30:00Z */
#define NOON	(INT64_C(1760783400) * CLOCK_SECOND)

static void
parse(struct listing *l, enum listing_kind kind, const char *text)
{
	struct buf b = BUF_INIT;

	buf_adds(&b, text);
	listing_parse(l, kind, &b);
	if (b.len != 0)
		bail("listing_parse leaves a text");
	buf_release(&b);
}

static bool
renders(const struct listing *l, int stage, const char *want)
{
	struct buf b = BUF_INIT;
	bool same;

	listing_render(l, stage, NOON, &b);
	same = strcmp(buf_str(&b), want) == 0;
	row(same, "%s", buf_str(&b));
	buf_release(&b);
	return same;
}

static const struct id id1 = { "", 1 }, id2 = { "", 2 }, id3 = { "", 3 };

static void
test_parse(void)
{
	struct listing l;

	parse(&l, LISTING_STAGE, HEAD TABLE ROW1 ROW2 ROW5 TAIL);
	ok(l.n == 3 && l.sound && !l.namespaces && !l.new_header,
	    "finds the rows of the table");
	ok(listing_find(&l, &id2) == 1 && listing_find(&l, &id3) == SIZE_MAX
	    && listing_find(&l, &(struct id){ "FW", 2 }) == SIZE_MAX,
	    "and the row of a task");
	ok(listing_place(&l, &id3) == 2 && listing_place(&l, &id1) == 0 &&
	    listing_place(&l, &(struct id){ "FW", 1 }) == 3,
	    "and where one belongs");
	ok(!listing_changed(&l) && renders(&l, STAGE_NEXT,
	    HEAD TABLE ROW1 ROW2 ROW5 TAIL),
	    "what is not changed stays, the date as well");
	listing_release(&l);
	listing_release(&l);
	ok(l.n == 0, "releasing twice is no harm");
}

static void
test_change(void)
{
#define NEWHEAD	"---\ntype: index\nstage: next\nlast_updated: 2025-10-18\n" \
		"---\n\n# Next\n\nProse | with a bar.\n\n"
	struct listing l;

	parse(&l, LISTING_STAGE, HEAD TABLE ROW1 ROW2 ROW5 TAIL);
	listing_insert(&l, 2, &id3, "| 0003 | three | - | active | - | - |");
	ok(listing_changed(&l) && renders(&l, STAGE_NEXT, NEWHEAD TABLE ROW1
	    ROW2 "| 0003 | three | - | active | - | - |\n" ROW5 TAIL),
	    "a row is added, the date changes, all else stays");
	listing_remove(&l, 2);
	ok(!listing_changed(&l) && renders(&l, STAGE_NEXT,
	    HEAD TABLE ROW1 ROW2 ROW5 TAIL),
	    "taken out again it is the same file");
	listing_remove(&l, 0);
	ok(listing_changed(&l) && renders(&l, STAGE_NEXT, NEWHEAD TABLE ROW2
	    ROW5 TAIL), "a row is taken out");
	listing_insert(&l, 0, &id1, "| 0001 | one | @a | active | - | - |");
	ok(!listing_changed(&l), "put back as it was it is the same file");
	listing_remove(&l, 0);
	listing_remove(&l, 0);
	listing_remove(&l, 0);
	ok(renders(&l, STAGE_NEXT, NEWHEAD TABLE TAIL),
	    "without rows the table stands");
	listing_release(&l);
#undef NEWHEAD
}

static void
test_new(void)
{
	struct listing l;

	parse(&l, LISTING_STAGE, "");
	ok(l.n == 0 && !l.sound && listing_changed(&l),
	    "no file has no table");
	listing_reset(&l, false);
	listing_insert(&l, 0, &id1, "| 0001 | one | @a | active | - | - |");
	ok(renders(&l, STAGE_NEXT, "---\ntype: index\nstage: next\n"
	    "parent: ../INDEX.md\nlast_updated: 2025-10-18\n---\n\n"
	    "# Next Index\n\nTasks that may be started, in the order of "
	    "pulling.\n\n" TABLE ROW1),
	    "a new index has front matter, heading, prose and table");
	listing_release(&l);
	parse(&l, LISTING_ROOT, "");
	listing_reset(&l, true);
	ok(renders(&l, STAGE_NONE, "---\ntype: root_index\n"
	    "last_updated: 2025-10-18\n---\n\n# Task Index\n\nEvery task of "
	    "every stage.\n\n| Namespace | ID | Name | DRI | Stage | Status "
	    "| Flags | Dependencies |\n|-----------|----|------|-----|------"
	    "-|--------|-------|--------------|\n"),
	    "the root's has its own, and namespaces where there are any");
	listing_release(&l);
	parse(&l, LISTING_STAGE, "# Mine\n\nonly prose");
	listing_insert(&l, 0, &id1, "| 0001 | one | @a | active | - | - |");
	ok(renders(&l, STAGE_NEXT, "# Mine\n\nonly prose\n\n" TABLE ROW1),
	    "a file without a table gets one behind its prose");
	listing_release(&l);
}

static void
test_kept(void)
{
	struct listing l;

	parse(&l, LISTING_STAGE, TABLE ROW1 ROW2);
	listing_remove(&l, 0);
	ok(renders(&l, STAGE_NEXT, TABLE ROW2),
	    "an index may have no front matter");
	listing_release(&l);
	parse(&l, LISTING_STAGE, "---\na: 1\n---\n" TABLE ROW1);
	listing_remove(&l, 0);
	ok(renders(&l, STAGE_NEXT, "---\na: 1\n---\n" TABLE),
	    "nor a date");
	listing_release(&l);
	parse(&l, LISTING_STAGE, "---\na: 1\n---\nlast_updated: 2025-01-02\n\n"
	    TABLE ROW1);
	listing_remove(&l, 0);
	ok(renders(&l, STAGE_NEXT, "---\na: 1\n---\n"
	    "last_updated: 2025-01-02\n\n" TABLE),
	    "a date in the prose is the owner's");
	listing_release(&l);
	parse(&l, LISTING_STAGE, "# Mine\n\nlast_updated: 2025-01-02\n\n"
	    TABLE ROW1);
	listing_remove(&l, 0);
	ok(renders(&l, STAGE_NEXT, "# Mine\n\nlast_updated: 2025-01-02\n\n"
	    TABLE), "also where there is no front matter");
	listing_release(&l);
	parse(&l, LISTING_STAGE, "---\nlast_updated: \"2025-01-02\"  # when\n"
	    "---\n" TABLE ROW1);
	listing_remove(&l, 0);
	ok(renders(&l, STAGE_NEXT, "---\nlast_updated: \"2025-10-18\"  # when"
	    "\n---\n" TABLE), "a date may be quoted and have a comment");
	listing_release(&l);
}

static void
test_line_ends(void)
{
	struct listing l;

	parse(&l, LISTING_STAGE, "# X\r\n\r\n| ID | Name | DRI | Status | "
	    "Flags | Dependencies |\r\n|-|-|-|-|-|-|\r\n| 0001 | a | - | - | "
	    "- | - |\r\n\r\ntail\r\n");
	listing_insert(&l, 1, &id2, "| 0002 | b |");
	ok(renders(&l, STAGE_NEXT, "# X\r\n\r\n| ID | Name | DRI | Status | "
	    "Flags | Dependencies |\r\n|-|-|-|-|-|-|\r\n| 0001 | a | - | - | "
	    "- | - |\r\n| 0002 | b |\r\n\r\ntail\r\n"),
	    "CRLF stays, and is that of new rows");
	listing_release(&l);
	parse(&l, LISTING_STAGE, TABLE "| 0001 | a |");
	listing_insert(&l, 1, &id2, "| 0002 | b |");
	ok(renders(&l, STAGE_NEXT, TABLE "| 0001 | a |\n| 0002 | b |\n"),
	    "a last line without its end gets it");
	listing_release(&l);
	parse(&l, LISTING_STAGE, "\xef\xbb\xbf---\nlast_updated: 2025-01-02\n"
	    "---\n" TABLE);
	listing_insert(&l, 0, &id2, "| 0002 | b |");
	ok(renders(&l, STAGE_NEXT, "\xef\xbb\xbf---\n"
	    "last_updated: 2025-10-18\n---\n" TABLE "| 0002 | b |\n"),
	    "a byte order mark stays");
	listing_release(&l);
}

static void
test_unsound(void)
{
	static const char *const rows[] = { TABLE ROW1 ROW1,
	    TABLE ROW2 ROW1 ROW2, TABLE "| x | one |\n",
	    TABLE ROW1 "| | |\n", TABLE "|\n",
	    "| ID | Name | Status |\n|--|--|--|\n| 0001 | one | x |\n",
	    "| ID | Name | DRI | Status | Flags | Dependencies | More |\n"
	    "|--|--|--|--|--|--|--|\n", "| ID | Name |\n",
	    "| Name | ID |\n|--|--|\n", "text\n" };
	struct listing l;
	bool good = true;
	size_t i;

	for (i = 0; i < ARRAY_LEN(rows); i++) {
		parse(&l, LISTING_STAGE, rows[i]);
		good &= row(!l.sound, "%s", rows[i]);
		listing_release(&l);
	}
	ok(good, "a task that is there twice, a row that is none, other "
	    "columns: the table is unsound");
	parse(&l, LISTING_STAGE, "| a | b |\n|---|---|\n| c | d |\n\n"
	    TABLE ROW2 ROW1);
	ok(l.sound && l.n == 2, "another table before ours is prose, and any "
	    "order of rows is sound");
	listing_release(&l);
}

static void
test_new_header(void)
{
	struct listing l;

	parse(&l, LISTING_ROOT, HEAD TABLE ROW1 TAIL);
	ok(!l.sound && l.new_header && l.table == strlen(HEAD),
	    "a table of other columns gets ours");
	listing_reset(&l, false);
	listing_insert(&l, 0, &id1, "| 0001 | one | @a | next | x | - | - |");
	ok(renders(&l, STAGE_NONE, "---\ntype: index\nstage: next\n"
	    "last_updated: 2025-10-18\n---\n\n# Next\n\nProse | with a "
	    "bar.\n\n| ID | Name | DRI | Stage | Status | Flags | "
	    "Dependencies |\n|----|------|-----|-------|--------|-------|---"
	    "-----------|\n| 0001 | one | @a | next | x | - | - |\n" TAIL),
	    "in the place of the old one");
	listing_release(&l);
	parse(&l, LISTING_STAGE, TABLE ROW1);
	listing_reset(&l, true);
	listing_insert(&l, 0, &(struct id){ "FW", 1 },
	    "| FW | FW-0001 | one | @a | x | - | - |");
	ok(renders(&l, STAGE_NEXT, "| Namespace | ID | Name | DRI | Status | "
	    "Flags | Dependencies |\n|-----------|----|------|-----|--------"
	    "|-------|--------------|\n"
	    "| FW | FW-0001 | one | @a | x | - | - |\n"),
	    "a namespace column comes with the first namespace");
	listing_release(&l);
}

static void
test_namespaces(void)
{
	struct listing l;
	struct buf b = BUF_INIT;

	parse(&l, LISTING_STAGE, "| Namespace | ID | Name | DRI | Status | "
	    "Flags | Dependencies |\n|-|-|-|-|-|-|-|\n"
	    "| - | 0002 | two | @a | x | - | - |\n"
	    "| FW | FW-0001 | one | @a | x | - | - |\n");
	ok(l.sound && l.namespaces && l.n == 2 &&
	    listing_find(&l, &(struct id){ "FW", 1 }) == 1 &&
	    listing_find(&l, &id2) == 0, "the id is behind the namespace");
	ok(listing_cell(&l, &l.v[1], LISTING_NAME, &b) &&
	    strcmp(buf_str(&b), "one") == 0, "and cells are counted without");
	listing_release(&l);
	buf_release(&b);
}

static void
test_shards(void)
{
	struct listing l;

	parse(&l, LISTING_SHARDS, "# A\n\n| Folder | Tasks |\n|---|---|\n"
	    "| [0000-0999](0000-0999/INDEX.md) | 7 |\nend\n");
	ok(l.sound && l.n == 1, "sub-folders of the archive are rows, too");
	listing_reset(&l, false);
	listing_insert(&l, 0, &(struct id){ "", 0 }, "| [a](a/INDEX.md) | 1 |");
	ok(renders(&l, STAGE_ARCHIVED, "# A\n\n| Folder | Tasks |\n|---|---|"
	    "\n| [a](a/INDEX.md) | 1 |\nend\n"), "and are made anew");
	listing_release(&l);
}

int
main(void)
{
	test_parse();
	test_change();
	test_new();
	test_kept();
	test_line_ends();
	test_unsound();
	test_new_header();
	test_namespaces();
	test_shards();
	return tap_done();
}
