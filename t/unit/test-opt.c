/* SPDX-License-Identifier: MIT */
/* cli/opt */
#include "base/compat.h"

#include "base/err.h"
#include "base/strvec.h"
#include "cli/opt.h"
#include "t/unit/scratch.h"
#include "t/unit/tap.h"

static bool json, quiet, hidden, atomic;
static const char *dir, *message;
static long limit;
static struct strvec tags;

static const struct opt own[] = {
	{ 'j', "json", OPT_FLAG, &json, NULL, "one JSON object a line" },
	{ 'N', "limit", OPT_NUMBER, &limit, "LIMIT", "at most so many" },
	{ 't', "tag", OPT_LIST, &tags, "TAG", "with that tag" },
	{ 0, "atomic", OPT_FLAG, &atomic, NULL, "all or none" },
	{ 0, "a-name-that-needs-its-own-line", OPT_TEXT, &message, "TEXT",
	    "what it is" },
	OPT_END
};

static const struct opt common[] = {
	{ 'C', "dir", OPT_TEXT, &dir, "DIR", "work on the board of DIR" },
	{ 'q', "quiet", OPT_FLAG, &quiet, NULL, "print errors only" },
	{ 0, "complete", OPT_FLAG, &hidden, NULL, NULL },
	OPT_END
};

/* Splits the line at blanks ("_" is an empty word) and parses it. */
static int
parse(struct strvec *argv, const char *line, struct err *e)
{
	size_t i;

	json = quiet = hidden = atomic = false;
	dir = message = NULL;
	limit = -1;
	strvec_clear(&tags);
	strvec_clear(argv);
	strvec_split(argv, line, ' ');
	for (i = 0; i < argv->n; i++)
		if (strcmp(argv->v[i], "_") == 0)
			argv->v[i][0] = '\0';
	return opt_parse(own, common, (int)argv->n, argv->v, e);
}

static void
test_kinds(void)
{
	struct strvec argv = STRVEC_INIT;
	struct err e = ERR_INIT;
	int first;

	first = parse(&argv, "x 42 -j --limit 7 -t a 43 --tag=b -tc -C there "
	    "--atomic 44", &e);
	ok(json && atomic && !quiet && limit == 7 && dir != NULL &&
	    strcmp(dir, "there") == 0, "reads flags, numbers and texts");
	ok(tags.n == 3 && strcmp(tags.v[0], "a") == 0 &&
	    strcmp(tags.v[1], "b") == 0 && strcmp(tags.v[2], "c") == 0,
	    "a list gets one more each time");
	ok(first > 0 && argv.n - (size_t)first == 3 &&
	    strcmp(argv.v[first], "42") == 0 &&
	    strcmp(argv.v[first + 2], "44") == 0,
	    "operands stand between options, and keep their order");
	strvec_release(&argv);
}

static void
test_forms(void)
{
	struct strvec argv = STRVEC_INIT;
	struct err e = ERR_INIT;
	int first;

	first = parse(&argv, "x -jq -Ca -C b --", &e);
	ok(json && quiet && strcmp(dir, "b") == 0 && first == (int)argv.n,
	    "short options stand together; the last text counts");
	first = parse(&argv, "x -- -j --nonsense", &e);
	ok(!json && first == 2 && argv.n == 4,
	    "after '--' everything is an operand");
	first = parse(&argv, "x - -j", &e);
	ok(json && strcmp(argv.v[first], "-") == 0, "'-' is an operand");
	parse(&argv, "x --atom --lim 3", &e);
	ok(atomic && limit == 3, "a name may be cut where it stays clear");
	parse(&argv, "x --dir= --tag _", &e);
	ok(dir != NULL && *dir == '\0' && tags.n == 1,
	    "a value may be empty");
	ok(parse(&argv, "x --complete", &e) == 2 && hidden,
	    "a hidden option is read as any other");
	is_int(parse(&argv, "x", &e), 1, "nothing is no error");
	strvec_release(&argv);
}

static void
test_numbers(void)
{
	static const char *const bad[] = { "x -N -1", "x -N x", "x -N 7x",
	    "x -N _", "x -N +7", "x -N 0x10", "x -N 1.5",
	    "x --limit=99999999999999999999" };
	struct strvec argv = STRVEC_INIT;
	struct err e = ERR_INIT;
	bool good = true;
	size_t i;

	ok(parse(&argv, "x -N 0", &e) == 3 && limit == 0 &&
	    parse(&argv, "x -N 010", &e) == 3 && limit == 10,
	    "numbers are decimal, from 0");
	for (i = 0; i < ARRAY_LEN(bad); i++)
		good &= row(parse(&argv, bad[i], &e) == -1 &&
		    e.status == EX_USAGE && strncmp(e.msg, "--limit: '",
		    10) == 0, "%s: %s", bad[i], e.msg);
	ok(good, "what is no number is EX_USAGE, and said with its option");
	strvec_release(&argv);
}

static void
test_errors(void)
{
	static const struct { const char *line, *want; } rows[] = {
		{ "x --jsn", "unknown option '--jsn'; did you mean "
		    "'--json'?" },
		{ "x --jsn=1", "unknown option '--jsn'; did you mean "
		    "'--json'?" },
		{ "x --colour", "unknown or ambiguous option '--colour' "
		    "(-h lists the options)" },
		{ "x -x", "unknown option '-x' (-h lists the options; '--' "
		    "comes before a name that begins with '-')" },
		{ "x -jx", "unknown option '-x' (-h lists the options; '--' "
		    "comes before a name that begins with '-')" },
		{ "x --dir", "'--dir' needs a value" },
		{ "x -C", "'-C' needs a value" },
		{ "x --atomic=1", "--atomic takes no value" },
		{ "x --quiet=1", "--quiet takes no value" },
	};
	struct strvec argv = STRVEC_INIT;
	struct err e = ERR_INIT;
	bool good = true;
	size_t i;

	for (i = 0; i < ARRAY_LEN(rows); i++)
		good &= row(parse(&argv, rows[i].line, &e) == -1 &&
		    e.status == EX_USAGE && strcmp(e.msg, rows[i].want) == 0,
		    "%s: %s", rows[i].line, e.msg);
	ok(good, "says what is wrong with an option, and what was meant");
	parse(&argv, "x --json=1", &e);
	is_str(e.msg, "--json takes no value",
	    "the first option of the table takes no value either");
	parse(&argv, "x --quiet -xj", &e);
	is_str(e.msg, "unknown option '-x' (-h lists the options; '--' "
	    "comes before a name that begins with '-')",
	    "a wrong letter among others is named, whatever stands before");
	parse(&argv, "x -rf", &e);
	ok(strncmp(e.msg, "unknown option '-r'", 19) == 0,
	    "'-rf' is no option");
	strvec_release(&argv);
}

static void
test_shadow(void)
{
	static const struct opt mine[] = {
		{ 'C', "count", OPT_FLAG, &atomic, NULL, "count" }, OPT_END
	};
	char *argv[] = { mem_strdup("x"), mem_strdup("-C"), NULL };
	struct err e = ERR_INIT;

	atomic = false;
	ok(opt_parse(mine, common, 2, argv, &e) == 2 && atomic,
	    "a program's own letter goes before a common one");
	ok(opt_parse(NULL, NULL, 1, argv, &e) == 1,
	    "a program may have no options at all");
	free(argv[0]);
	free(argv[1]);
}

static void
test_help(void)
{
	struct buf b = BUF_INIT;

	opt_help(own, &b);
	opt_help(common, &b);
	is_str(buf_str(&b),
	    "  -j, --json                one JSON object a line\n"
	    "  -N, --limit LIMIT         at most so many\n"
	    "  -t, --tag TAG             with that tag\n"
	    "      --atomic              all or none\n"
	    "      --a-name-that-needs-its-own-line TEXT\n"
	    "                            what it is\n"
	    "  -C, --dir DIR             work on the board of DIR\n"
	    "  -q, --quiet               print errors only\n",
	    "help is a line for each option that is not hidden");
	buf_clear(&b);
	opt_complete(own, &b);
	opt_complete(common, &b);
	is_str(buf_str(&b),
	    "j\tjson\t\tone JSON object a line\n"
	    "N\tlimit\tLIMIT\tat most so many\n"
	    "t\ttag\tTAG\twith that tag\n"
	    "\tatomic\t\tall or none\n"
	    "\ta-name-that-needs-its-own-line\tTEXT\twhat it is\n"
	    "C\tdir\tDIR\twork on the board of DIR\n"
	    "q\tquiet\t\tprint errors only\n",
	    "completion is the same as fields with tabs between");
	buf_release(&b);
	opt_help(NULL, &b);
	opt_complete(NULL, &b);
	ok(b.len == 0, "no table is nothing");
	buf_release(&b);
}

int
main(void)
{
	test_kinds();
	test_forms();
	test_numbers();
	test_errors();
	test_shadow();
	test_help();
	strvec_release(&tags);
	return tap_done();
}
