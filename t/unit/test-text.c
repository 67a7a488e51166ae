/* SPDX-License-Identifier: MIT */
/* base/err, base/log, base/suggest, base/jsonw */
#include "base/compat.h"

#include "base/buf.h"
#include "base/err.h"
#include "base/jsonw.h"
#include "base/log.h"
#include "base/strvec.h"
#include "base/suggest.h"
#include "format/json.h"
#include "t/unit/scratch.h"
#include "t/unit/tap.h"

static void
test_err(void)
{
	struct err e = ERR_INIT;

	ok(err_set(&e, EX_DATAERR, "%s: bad %d", "x", 7) == -1 &&
	    e.status == EX_DATAERR, "err_set returns -1 and sets the status");
	is_str(e.msg, "x: bad 7", "err_set formats the message");
	ok(err_prefix(&e, "file %d", 1) == -1 && e.status == EX_DATAERR,
	    "a prefix keeps the status");
	is_str(e.msg, "file 1: x: bad 7", "a prefix goes before the message");
	errno = ENOENT;
	ok(err_errno(&e, "%s", "y") == -1 && e.status == EX_NOINPUT,
	    "what is not there is EX_NOINPUT");
	is_str(e.msg, "y: No such file or directory",
	    "the text of errno comes after the message");
	errno = EACCES;
	err_errno(&e, "z");
	is_int(e.status, EX_IOERR, "any other errno is EX_IOERR");
}

static void
test_err_long(void)
{
	struct err e = ERR_INIT;
	char text[3000];

	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	err_set(&e, EX_NO, "%s", text);
	is_int((intmax_t)strlen(e.msg), (intmax_t)sizeof(e.msg) - 1,
	    "a message that is too long is cut");
	errno = EIO;
	err_errno(&e, "%s", text);
	is_int((intmax_t)strlen(e.msg), (intmax_t)sizeof(e.msg) - 1,
	    "so is one with the text of errno");
	err_prefix(&e, "where");
	ok(strncmp(e.msg, "where: xxx", 10) == 0 &&
	    strlen(e.msg) == sizeof(e.msg) - 1,
	    "a prefix of a long message is kept whole");
}

static void
log_all(enum log_level level)
{
	log_init("task-x", level);
	log_error("an error: %s", "a\033[31m\nb\tc\xff");
	log_warn("a warning");
	log_info("some news");
}

static void
test_log(void)
{
	char *s;

	hear();
	log_error("before log_init");
	s = heard();
	is_str(s, "task: before log_init\n", "the name is at first 'task'");
	free(s);
	hear();
	log_all(LOG_QUIET);
	s = heard();
	is_str(s, "task-x: an error: a\\x1b[31m\\nb\\tc\\xff\n",
	    "a message is one line without control characters; "
	    "quiet means errors only");
	free(s);
	hear();
	log_all(LOG_NORMAL);
	s = heard();
	ok(strstr(s, "task-x: warning: a warning\n") != NULL &&
	    strstr(s, "news") == NULL, "warnings are said, news are not");
	free(s);
	hear();
	log_all(LOG_VERBOSE);
	s = heard();
	ok(strstr(s, "task-x: some news\n") != NULL,
	    "news are said when asked for");
	free(s);
}

static int
die(void *ctx)
{
	log_init("task-x", LOG_QUIET);
	log_die("it is %s", (const char *)ctx);
}

static void
test_die(void)
{
	struct child c;
	char text[1000] = "broken";

	in_child(&c, die, text);
	is_int(c.status, EX_SOFTWARE, "log_die ends with EX_SOFTWARE");
	is_str(buf_str(&c.err), "task-x: fatal: it is broken\n",
	    "log_die says why");
	child_release(&c);
	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	in_child(&c, die, text);
	ok(c.status == EX_SOFTWARE && c.err.len < 300 &&
	    c.err.ptr[c.err.len - 1] == '\n',
	    "what log_die says is cut, and one line");
	child_release(&c);
	snprintf(text, sizeof(text), "a\033[2Jb\nc");
	in_child(&c, die, text);
	ok(strchr(buf_str(&c.err), '\033') == NULL &&
	    strchr(buf_str(&c.err), '\n') == c.err.ptr + c.err.len - 1,
	    "no control character reaches the terminal by log_die either");
	child_release(&c);
}

static void
test_suggest(void)
{
	static const char *const words[] = { "inbox", "backlog", "next",
	    "current", "integration", "learning", "archived", "ls", NULL };
	static const struct { const char *word, *want; } rows[] = {
		{ "bakclog", "backlog" }, { "backlgo", "backlog" },
		{ "backlog", "backlog" }, { "backlogg", "backlog" },
		{ "acklog", "backlog" }, { "bxcklxg", "backlog" },
		{ "bxcxlxg", NULL }, { "nxet", "next" }, { "", NULL },
		{ "zzzz", NULL }, { "ls", "ls" }, { "lx", NULL },
		{ "archvied", "archived" }, { "l", NULL },
		{ "integration-integration-integration", NULL },
	};
	static const char *const tie[] = { "abcde", "abcdf", NULL };
	static const char *const none[] = { NULL };
	bool good = true;
	const char *got;
	size_t i;

	for (i = 0; i < ARRAY_LEN(rows); i++) {
		got = suggest(rows[i].word, words);
		good &= row(got == rows[i].want || (got != NULL &&
		    rows[i].want != NULL && strcmp(got, rows[i].want) == 0),
		    "%s: %s", rows[i].word, got == NULL ? "nothing" : got);
	}
	ok(good, "suggests a word that two letters make out of the typed one");
	ok(suggest("abcdg", tie) == tie[0],
	    "of two that are as near the first one wins");
	ok(suggest("a", none) == NULL, "without choices there is nothing");
}

static void
test_jsonw(void)
{
	struct buf b = BUF_INIT;
	struct strvec sv = STRVEC_INIT;

	jsonw_open(&b, '{');
	jsonw_member(&b, "a", "1");
	jsonw_member(&b, "b", NULL);
	jsonw_key(&b, "c");
	jsonw_list(&b, &sv);
	strvec_add(&sv, "x");
	strvec_add(&sv, "y");
	jsonw_key(&b, "d");
	jsonw_list(&b, &sv);
	jsonw_key(&b, "e");
	jsonw_int(&b, INT64_MIN);
	jsonw_key(&b, "f");
	jsonw_bool(&b, true);
	jsonw_key(&b, "g");
	jsonw_open(&b, '[');
	jsonw_bool(&b, false);
	jsonw_int(&b, 2);
	jsonw_open(&b, '{');
	jsonw_close(&b, '}');
	jsonw_open(&b, '[');
	jsonw_close(&b, ']');
	jsonw_str(&b, NULL);
	jsonw_close(&b, ']');
	jsonw_raw(&b, "\"h\":1", 5);
	jsonw_raw(&b, "", 0);
	jsonw_raw(&b, "\"i\":2", 5);
	jsonw_close(&b, '}');
	is_str(buf_str(&b), "{\"a\":\"1\",\"b\":null,\"c\":[],"
	    "\"d\":[\"x\",\"y\"],\"e\":-9223372036854775808,\"f\":true,"
	    "\"g\":[false,2,{},[],null],\"h\":1,\"i\":2}",
	    "commas come by themselves");
	buf_addc(&b, '\n');
	jsonw_open(&b, '{');
	jsonw_close(&b, '}');
	is_str(b.ptr + b.len - 4, "}\n{}", "a new line is a new value");
	buf_set(&b, "\0", 1);
	jsonw_int(&b, 1);
	is_str(b.ptr + 1, "1", "so is what follows a NUL");
	buf_release(&b);
	strvec_release(&sv);
}

static void
test_jsonw_text(void)
{
	static const struct { const char *text; size_t len; const char *want;
	} rows[] = {
		{ "", 0, "\"\"" },
		{ "a\"b\\c", 5, "\"a\\\"b\\\\c\"" },
		{ "\b\f\n\r\t", 5, "\"\\b\\f\\n\\r\\t\"" },
		{ "\x01\x1f\x7f", 3, "\"\\u0001\\u001f\\u007f\"" },
		{ "a\0b", 3, "\"a\\u0000b\"" },
		{ "\xc3\xa4\xf0\x9f\x98\x80", 6,
		    "\"\xc3\xa4\xf0\x9f\x98\x80\"" },
		{ "\xff", 1, "\"\xef\xbf\xbd\"" },
		{ "a\xc3", 2, "\"a\xef\xbf\xbd\"" },
		{ "\xed\xa0\x80", 3,
		    "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"" },
		{ "</script>", 9, "\"</script>\"" },
	};
	struct buf b = BUF_INIT;
	bool good = true;
	size_t i;

	for (i = 0; i < ARRAY_LEN(rows); i++) {
		buf_clear(&b);
		jsonw_strn(&b, rows[i].text, rows[i].len);
		good &= row(strcmp(b.ptr, rows[i].want) == 0,
		    "row %zu: %s", i, b.ptr);
	}
	ok(good, "escapes quotes, backslashes and control characters; "
	    "what is not UTF-8 becomes U+FFFD");
	buf_release(&b);
}

/* Whatever bytes go in, what comes out is JSON. */
static void
test_jsonw_chance(void)
{
	struct buf b = BUF_INIT;
	struct err e = ERR_INIT;
	struct json *j;
	char raw[24];
	bool good = true;
	size_t i, k, n;

	chance_seed(2);
	for (i = 0; i < 5000 && good; i++) {
		n = chance(sizeof(raw));
		for (k = 0; k < n; k++)
			raw[k] = (char)(1 + chance(255));
		buf_clear(&b);
		jsonw_open(&b, '[');
		jsonw_strn(&b, raw, n);
		jsonw_close(&b, ']');
		good = row(json_parse(&j, b.ptr, b.len, &e) == 0,
		    "%s: %s", b.ptr, e.msg) &&
		    strchr(b.ptr, '\n') == NULL;
		json_free(j);
	}
	ok(good, "any bytes become a JSON string of one line");
	buf_release(&b);
}

int
main(void)
{
	test_err();
	test_err_long();
	test_log();
	test_die();
	test_suggest();
	test_jsonw();
	test_jsonw_text();
	test_jsonw_chance();
	return tap_done();
}
