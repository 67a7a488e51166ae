/* SPDX-License-Identifier: MIT */
/* change/counter: no number is given twice */
#include "base/compat.h"

#include "base/err.h"
#include "change/counter.h"
#include "change/session.h"
#include "t/unit/scratch.h"
#include "t/unit/tap.h"

#define COUNTER ".work/tasks/ID_COUNTER.txt"

static struct session s;
static struct err err;

static void
begin(void)
{
	err = (struct err)ERR_INIT;
	if (session_begin_in(&s, NULL, &err) != 0)
		bail("%s", err.msg);
}

/* "first-next why" of taking `n` numbers; or the message. */
static const char *
taken(const char *ns, uint32_t n)
{
	static char text[256];
	struct numbers numbers = { .ns = ns, .n = n };

	begin();
	if (counter_take(&s, &numbers, &err) != 0)
		snprintf(text, sizeof(text), "%d %.200s", err.status,
		    err.msg);
	else if (session_commit(&s, "taken", &err) != 0)
		bail("%s", err.msg);
	else
		snprintf(text, sizeof(text), "%u%s%s", numbers.v[0],
		    numbers.recovered == NULL ? "" : " ",
		    numbers.recovered == NULL ? "" : numbers.recovered);
	numbers_release(&numbers);
	session_end(&s);
	return text;
}

static bool
counter_is(const char *path, const char *want)
{
	char *got = get_file(path);
	bool same = row(got != NULL && strcmp(got, want) == 0, "%s",
	    got == NULL ? "(none)" : got);

	free(got);
	return same;
}

static bool
next_is(const char *ns, uint32_t want)
{
	uint32_t next = 0;
	bool same;

	begin();
	same = row(counter_next(&s, ns, &next, &err) == 0 && next == want,
	    "%s: %u", ns, next);
	session_end(&s);
	return same;
}

static void
test_take(void)
{
	put_file(COUNTER, "0007\n");
	is_str(taken("", 1), "7", "takes the next number");
	ok(counter_is(COUNTER, "0008\n") && is_sound(),
	    "and commits which is next then");
	is_str(taken("", 5), "8", "or several");
	ok(counter_is(COUNTER, "0013\n"), "at once");
	put_file(COUNTER, "  21 \n\n");
	is_str(taken("", 1), "21", "blanks do not matter");
	ok(counter_is(COUNTER, "22\n"),
	    "it is written with the digits that it had");
	put_file(COUNTER, "\xef\xbb\xbf" "0030\r\n");
	is_str(taken("", 1), "30", "nor does a byte order mark");
	ok(counter_is(COUNTER, "0031\r\n"), "line ends are kept");
}

static void
test_wrong(void)
{
	static const struct { const char *text, *why; } rows[] = {
		{ "", "40 it was empty" }, { "\n", "40 it was empty" },
		{ "x\n", "40 it was no number" },
		{ "12 13\n", "40 it was no number" },
		{ "-5\n", "40 it was no number" },
		{ "1000000000\n", "40 it was too large" },
		{ "99999999999999999999\n", "40 it was too large" },
		{ "0000\n", "40 it was 0" },
		{ "0012\n", "32 it was too low" },
	};
	bool good = true;
	const char *got;
	size_t i;

	put_task("next", "0031", NULL);
	for (i = 0; i < ARRAY_LEN(rows); i++) {
		put_file(COUNTER, "0040\n");
		must_run(NULL, NULL, "git add -A");
		must_run(NULL, NULL, "git commit -q --allow-empty -m start");
		put_file(COUNTER, rows[i].text);
		got = taken("", 1);
		good &= row(strcmp(got, rows[i].why) == 0, "%s: %s",
		    rows[i].text, got);
	}
	ok(good, "a counter that is wrong is put above what HEAD's said and "
	    "what there is");
	remove_tree(COUNTER);
	must_run(NULL, NULL, "git commit -q -a -m none");
	is_str(taken("", 1), "32 it was missing",
	    "one that is missing above every id");
	ok(counter_is(COUNTER, "0033\n"), "and is made");
	put_file(COUNTER, "999999999\n");
	is_str(taken("", 1), "65 there are no numbers left",
	    "the last number is the last");
}

static void
test_archive(void)
{
	put_file(COUNTER, "0005\n");
	put_task("archived", "0050", NULL);
	is_str(taken("", 1), "51 it was too low",
	    "the archive counts as well");
	put_file(COUNTER, "0005\n");
	put_file(".work/tasks/archived/INDEX.md", "x\n\n"
	    "| ID | Name |\n|---|---|\n| 0060 | One |\n| FW-0070 | x |\n");
	is_str(taken("", 1), "61 it was too low", "by the rows of its index");
	put_file(COUNTER, "0005\n");
	put_file(".work/tasks/archived/INDEX.md", "| Folder | Tasks |\n"
	    "|---|---|\n| [0000-0999](0000-0999/INDEX.md) | 3 |\n");
	put_file(".work/tasks/archived/0000-0999/INDEX.md",
	    "| 0077 | One |\n");
	is_str(taken("", 1), "78 it was too low",
	    "or by those of its last sub-folder");
	put_file(COUNTER, "0005\n");
	remove_tree(".work/tasks/archived/INDEX.md");
	put_dir(".work/tasks/archived/INDEX.md");
	ok(strncmp(taken("", 1), "51 ", 3) == 0,
	    "or by its folders, where there is no such index");
	remove_tree(".work/tasks/archived");
}

static void
test_long_index(void)
{
	struct buf b = BUF_INIT;
	int i;

	put_file(COUNTER, "0005\n");
	for (i = 1; i < 900; i++)
		buf_addf(&b, "| %04d | One with a name | @alice |\n", i);
	put_data(".work/tasks/archived/INDEX.md", b.ptr, b.len);
	is_str(taken("", 1), "900 it was too low",
	    "of a long index the end is read");
	remove_tree(".work/tasks/archived");
	buf_release(&b);
}

static void
test_namespaces(void)
{
	put_file(".work/tasks/NAMESPACES.yaml", "namespaces: {FW: {}}\n");
	put_task("inbox", "FW-0003", NULL);
	put_task("archived", "FW-0009", NULL);
	is_str(taken("FW", 1), "10 it was missing",
	    "a namespace has a counter of its own");
	ok(counter_is(".work/tasks/ID_COUNTER.FW.txt", "0011\n"),
	    "in a file of its own");
	is_str(taken("WEB", 2), "1", "its first task finds none, which is no "
	    "loss");
	ok(counter_is(".work/tasks/ID_COUNTER.WEB.txt", "0003\n"),
	    "and makes one");
	put_file(".work/tasks/ID_COUNTER.PLAT.txt", "");
	is_str(taken("PLAT", 1), "1 it was empty",
	    "one that is there and empty was lost");
	ok(next_is("WEB", 3) && next_is("NONE", 1) && next_is("FW", 11),
	    "it can be asked without taking a number");
	put_file(".work/tasks/NAMESPACES.yaml", "namespaces: {\n");
	ok(strncmp(taken("FW", 1), "78 ", 3) == 0,
	    "namespaces that cannot be read are an error");
	remove_tree(".work/tasks/NAMESPACES.yaml");
}

static void
test_pass(void)
{
	put_file(COUNTER, "0200\n");
	begin();
	ok(counter_pass(&s, "", 150, &err) == 0 &&
	    session_commit(&s, "no", &err) == 0 &&
	    counter_is(COUNTER, "0200\n"),
	    "a counter that is above a number stays");
	ok(counter_pass(&s, "", 200, &err) == 0 &&
	    session_commit(&s, "passed", &err) == 0 &&
	    counter_is(COUNTER, "0201\n"), "one that is not is put above it");
	session_end(&s);
	remove_tree(COUNTER);
	begin();
	ok(counter_ensure(&s, &err) == 0 &&
	    session_commit(&s, "made", &err) == 0 &&
	    counter_is(COUNTER, "0201\n"), "one that is missing is made");
	session_end(&s);
	remove_tree(".work/tasks/next");
	put_file(".work/tasks/next", "");
	begin();
	ok(counter_ensure(&s, &err) == -1, "a stage that cannot be read is an "
	    "error");
	session_end(&s);
	ok(strstr(taken("", 1), "next: ") != NULL, "for those who take, too");
}

int
main(void)
{
	scratch();
	put_dir(".work/tasks/inbox");
	put_repo();
	test_take();
	test_wrong();
	test_archive();
	test_long_index();
	test_namespaces();
	test_pass();
	return tap_done();
}
