/* SPDX-License-Identifier: MIT */
/* board/id, board/stage, board/package */
#include "base/compat.h"

#include "base/strvec.h"
#include "board/package.h"
#include "t/unit/scratch.h"
#include "t/unit/tap.h"

struct id_row {
	const char	*text, *ns;
	uint32_t	 number;
};

/* Rows of number 0 are to be refused. */
static bool
all_ids(int (*parse)(struct id *, const char *), const struct id_row *rows,
    size_t n)
{
	struct id id;
	bool good = true, want;
	size_t i;
	int rc;

	for (i = 0; i < n; i++) {
		memset(&id, 0, sizeof(id));
		rc = parse(&id, rows[i].text);
		want = rows[i].number != 0;
		good &= row(rc == (want ? 0 : -1) && (!want ||
		    (id.number == rows[i].number &&
		    strcmp(id.ns, rows[i].ns) == 0)), "%s: %d, %s %u",
		    rows[i].text, rc, id.ns, id.number);
	}
	return good;
}

static void
test_parse(void)
{
	static const struct id_row good[] = {
		{ "42", "", 42 }, { "0042", "", 42 }, { "1", "", 1 },
		{ "TASK-0042", "", 42 }, { "TASK-42", "", 42 },
		{ "FW-42", "FW", 42 }, { "FW-0042", "FW", 42 },
		{ "TASK-FW-0042", "FW", 42 }, { "A1B2C3-7", "A1B2C3", 7 },
		{ "TASK-TASK-0001", "TASK", 1 }, { "999999999", "",
		    999999999 }, { "10000", "", 10000 },
		{ "000000000000000001", "", 1 },
		{ "TASK-0042-user-login", "", 42 },
		{ "next/TASK-0042-user-login", "", 42 },
		{ "./next/TASK-0042-user-login/", "", 42 },
		{ "/a/b/TASK-FW-0042-x/FW-0042-x.task.md", "FW", 42 },
		{ "../next/TASK-0042-x/0042.context.md", "", 42 },
		{ "archived/4000-4999/TASK-4711-x/4711.ledger.jsonl", "",
		    4711 },
		{ "0042.context.md", "", 42 }, { "0042-login.task.md", "",
		    42 }, { "FW-0042.ledger.jsonl", "FW", 42 },
		{ "0042-login.task.v3.md", "", 42 },
	};
	static const struct id_row bad[] = {
		{ "", NULL, 0 }, { "0", NULL, 0 }, { "0000", NULL, 0 },
		{ "-1", NULL, 0 }, { "x", NULL, 0 }, { "42x", NULL, 0 },
		{ "TASK-", NULL, 0 }, { "TASK", NULL, 0 },
		{ "task-0042", NULL, 0 }, { "fw-42", NULL, 0 },
		{ "F-42", NULL, 0 }, { "1F-42", NULL, 0 },
		{ "ABCDEFG-42", NULL, 0 }, { "FW-", NULL, 0 },
		{ "FW--42", NULL, 0 }, { " 42", NULL, 0 }, { "42 ", NULL, 0 },
		{ "1000000000", NULL, 0 }, { "99999999999999999999", NULL, 0 },
		{ "0042-login", NULL, 0 }, { "../../etc", NULL, 0 },
		{ "next/", NULL, 0 }, { "/", NULL, 0 },
		{ "next/TASK-42-x", NULL, 0 }, { "4/2", NULL, 0 },
		{ "+42", NULL, 0 }, { "0x2a", NULL, 0 }, { "42\n", NULL, 0 },
	};
	static const struct id_row within[] = {
		{ "next/TASK-0042-x/TASK-7.txt", "", 42 },
		{ "next/TASK-0042-x/TASK-FW-notes.md", "", 42 },
		{ "next/TASK-0042-x/TASK-FW-12", "", 42 },
	};

	ok(all_ids(id_parse, good, ARRAY_LEN(good)),
	    "reads what a person types, and the path of a package or of a "
	    "file in one");
	ok(all_ids(id_parse, bad, ARRAY_LEN(bad)),
	    "refuses what is no reference");
	ok(all_ids(id_parse, within, ARRAY_LEN(within)),
	    "a file of any name in a package means the package");
}

static void
test_exact(void)
{
	static const struct id_row rows[] = {
		{ "0042", "", 42 }, { "FW-0042", "FW", 42 },
		{ "9999", "", 9999 }, { "10000", "", 10000 },
		{ "999999999", "", 999999999 },
		{ "42", NULL, 0 }, { "00042", NULL, 0 }, { "0000", NULL, 0 },
		{ "010000", NULL, 0 }, { "TASK-42", NULL, 0 },
		{ "0042 ", NULL, 0 }, { "", NULL, 0 }, { "FW-42", NULL, 0 },
		{ "1000000000", NULL, 0 }, { "fw-0042", NULL, 0 },
	};

	ok(all_ids(id_parse_exact, rows, ARRAY_LEN(rows)),
	    "a card's id is written in one way only");
}

static void
test_folder(void)
{
	static const char *const bad[] = { "TASK-0042", "TASK-0042-",
	    "TASK-42-x", "TASK-00042-x", "task-0042-x", "0042-x",
	    "TASK-FW-x", "TASK-F-0042-x", "TASK-0000-x", "XTASK-0042-x", "" };
	struct id id;
	const char *slug;
	bool good = true;
	size_t i;

	ok(id_parse_folder(&id, "TASK-0042-user-login", &slug) == 0 &&
	    id.number == 42 && *id.ns == '\0' &&
	    strcmp(slug, "user-login") == 0,
	    "a folder's name has an id and a slug");
	ok(id_parse_folder(&id, "TASK-FW-10000-x", &slug) == 0 &&
	    id.number == 10000 && strcmp(id.ns, "FW") == 0,
	    "and a namespace where there is one");
	for (i = 0; i < ARRAY_LEN(bad); i++)
		good &= row(id_parse_folder(&id, bad[i], &slug) == -1, "%s",
		    bad[i]);
	ok(good, "to the letter");
}

static void
test_format(void)
{
	static const struct { struct id id; const char *bare, *ref; }
	rows[] = {
		{ { "", 1 }, "0001", "TASK-0001" },
		{ { "", 10000 }, "10000", "TASK-10000" },
		{ { "FW", 42 }, "FW-0042", "TASK-FW-0042" },
		{ { "ABCDEF", 999999999 }, "ABCDEF-999999999",
		    "TASK-ABCDEF-999999999" },
	};
	char bare[ID_SIZE], ref[ID_SIZE];
	struct id back;
	bool good = true;
	size_t i;

	for (i = 0; i < ARRAY_LEN(rows); i++) {
		id_format(bare, &rows[i].id);
		id_format_ref(ref, &rows[i].id);
		good &= row(strcmp(bare, rows[i].bare) == 0 &&
		    strcmp(ref, rows[i].ref) == 0 &&
		    id_parse_exact(&back, bare) == 0 &&
		    id_compare(&back, &rows[i].id) == 0 &&
		    id_parse(&back, ref) == 0 &&
		    id_compare(&back, &rows[i].id) == 0, "%s %s", bare, ref);
	}
	ok(good, "ids are read as they were written");
}

static void
test_compare(void)
{
	static const struct id sorted[] = { { "", 1 }, { "", 2 },
	    { "", 10000 }, { "AB", 1 }, { "AB", 9 }, { "ABC", 1 },
	    { "FW", 1 } };
	bool good = true;
	size_t i, k;
	int c;

	for (i = 0; i < ARRAY_LEN(sorted); i++)
		for (k = 0; k < ARRAY_LEN(sorted); k++) {
			c = id_compare(&sorted[i], &sorted[k]);
			good &= row((c < 0) == (i < k) && (c > 0) == (i > k),
			    "%zu %zu: %d", i, k, c);
		}
	ok(good, "ids are in order by namespace, then by number");
	ok(id_is_namespace("FW") && id_is_namespace("ABCDEF") &&
	    id_is_namespace("A1") && !id_is_namespace("F") &&
	    !id_is_namespace("ABCDEFG") && !id_is_namespace("1A") &&
	    !id_is_namespace("fw") && !id_is_namespace("F-") &&
	    !id_is_namespace(""), "a namespace is two to six of A-Z and 0-9");
}

static void
test_in_namespaces(void)
{
	static const struct id plain = { "", 1 }, fw = { "FW", 1 };
	struct strvec names = STRVEC_INIT;

	ok(id_in_namespaces(&plain, &names) && id_in_namespaces(&fw, &names),
	    "no names ask for every namespace");
	strvec_add(&names, "WEB");
	ok(!id_in_namespaces(&plain, &names) &&
	    !id_in_namespaces(&fw, &names), "names ask for those");
	strvec_add(&names, "FW");
	ok(!id_in_namespaces(&plain, &names) && id_in_namespaces(&fw, &names),
	    "for any of them");
	strvec_add(&names, "-");
	ok(id_in_namespaces(&plain, &names), "and a dash for no namespace");
	strvec_release(&names);
}

static void
test_words(void)
{
	bool good = true;
	int i;

	for (i = 0; i < STAGE_COUNT; i++)
		good &= stage_parse(stage_info[i].name) == i &&
		    strcmp(stage_names[i], stage_info[i].name) == 0;
	ok(good && stage_names[STAGE_COUNT] == NULL &&
	    stage_info[STAGE_COUNT].name == NULL &&
	    stage_parse("") == STAGE_NONE && stage_parse("Next") ==
	    STAGE_NONE, "there are seven stages, in their order");
	for (i = 0; status_names[i] != NULL; i++)
		good &= status_parse(status_names[i]) == i;
	ok(good && i == STATUS_SPLIT + 1 && status_parse("done") ==
	    STATUS_NONE && status_parse("") == STATUS_NONE,
	    "there are five statuses");
}

static void
test_values(void)
{
	static const char *const efforts[] = { "XS", "S", "M", "L", "XL" };
	static const char *const numbers[] = { "1", "2", "3", "5", "8" };
	static const char *const none[] = { "P5", "P", "p1", "P10", "", "4",
	    "xs", NULL };
	bool good = priority_parse("P0") == 0 && priority_parse("P4") == 4;
	size_t i;

	for (i = 0; i < ARRAY_LEN(none); i++)
		good &= row(priority_parse(none[i]) == -1 &&
		    effort_parse(none[i]) == NULL, "row %zu", i);
	for (i = 0; i < 5; i++)
		good &= effort_parse(efforts[i]) == effort_parse(numbers[i])
		    && strcmp(effort_parse(efforts[i]), efforts[i]) == 0;
	ok(good, "priorities are P0 to P4, efforts XS to XL, and 1 2 3 5 8 "
	    "are read as these");
}

static void
test_stages(void)
{
	bool done = true, closed = true, waits = true;
	int i;

	for (i = 0; i < STAGE_COUNT; i++) {
		done = done && stage_info[i].done == (i >= STAGE_INTEGRATION);
		closed = closed &&
		    stage_info[i].closed == (i == STAGE_ARCHIVED);
		waits = waits && stage_info[i].waits == (i < STAGE_CURRENT);
	}
	ok(done, "whoever waits may start from integration on");
	ok(closed, "only the archive is closed");
	ok(waits && stage_info[STAGE_INBOX].free_edits &&
	    !stage_info[STAGE_BACKLOG].free_edits &&
	    stage_info[STAGE_NEXT].order == ORDER_PULL &&
	    stage_info[STAGE_BACKLOG].order == ORDER_ID,
	    "next is in pull order; only in the inbox edits are free");
}

static void
test_package(void)
{
	struct package *p = package_new(STAGE_NEXT, NULL,
	    "TASK-FW-0042-user-login");
	struct buf b = BUF_INIT;
	int i;

	ok(p != NULL && p->id.number == 42 && p->stage == STAGE_NEXT &&
	    strcmp(package_slug(p), "user-login") == 0,
	    "a package has the id and slug of its folder");
	for (i = 0; i < PACKAGE_FILES; i++) {
		package_file(p, i, &b);
		buf_addc(&b, '\n');
	}
	is_str(buf_str(&b),
	    "next/TASK-FW-0042-user-login/FW-0042-user-login.task.md\n"
	    "next/TASK-FW-0042-user-login/FW-0042.context.md\n"
	    "next/TASK-FW-0042-user-login/FW-0042.ledger.jsonl\n"
	    "next/TASK-FW-0042-user-login/FW-0042.learning.md\n",
	    "the names of its files follow from it");
	package_free(p);
	package_free(NULL);
	p = package_new(STAGE_ARCHIVED, "0000-0999", "TASK-0001-x");
	buf_clear(&b);
	package_path(p, &b);
	is_str(buf_str(&b), "archived/0000-0999/TASK-0001-x",
	    "a package may lie in a sub-folder of the archive");
	package_free(p);
	ok(package_new(STAGE_INBOX, NULL, "TASK-1-x") == NULL &&
	    package_new(STAGE_INBOX, NULL, "notes") == NULL &&
	    package_new(STAGE_INBOX, NULL, "") == NULL,
	    "other folders are no packages");
	buf_release(&b);
}

static void
test_owns(void)
{
	static const char *const own[] = { "0042-a.task.md",
	    "0042.context.md", "0042.ledger.jsonl", "0042.learning.md",
	    "0042-a.task.v1.md", "0042-a.task.v12.md", "0042.context.v3.md" };
	static const char *const other[] = { "", "notes.md", "0042.md",
	    "0042-b.task.md", "0043.context.md", "0042-a.task.md~",
	    ".0042-a.task.md.swp", "0042-a.task.v.md", "0042-a.task.vx.md",
	    "0042-a.task.v1.mdx", "0042.ledger.v1.jsonl",
	    "0042.learning.v1.md", "0042-a.task.v1", "0042-a.task.1.md",
	    ".0042-a.task.md.tmp", "0042-a.task.v12345678.md", "0042" };
	struct package *p = package_new(STAGE_INBOX, NULL, "TASK-0042-a");
	bool good = true;
	size_t i;

	for (i = 0; i < ARRAY_LEN(own); i++)
		good &= row(package_owns(p, own[i]), "%s", own[i]);
	for (i = 0; i < ARRAY_LEN(other); i++)
		good &= row(!package_owns(p, other[i]), "%s", other[i]);
	ok(good, "knows its files and earlier versions of card and context "
	    "from all others");
	package_free(p);
}

int
main(void)
{
	test_parse();
	test_exact();
	test_folder();
	test_format();
	test_compare();
	test_in_namespaces();
	test_words();
	test_values();
	test_stages();
	test_package();
	test_owns();
	return tap_done();
}
