/* SPDX-License-Identifier: MIT */
/* board/ledger */
#include "base/compat.h"

#include "base/clock.h"
#include "base/jsonw.h"
#include "base/suggest.h"
#include "board/ledger.h"
#include "t/unit/scratch.h"
#include "t/unit/tap.h"

#define TS	"\"ts\":\"2025-10-18T10:30:00Z\""
#define USER	"\"user\":\"@alice\""
#define EV(name)	"{" TS "," USER ",\"event\":\"" name "\"}\n"
#define EVID(id, name)							\
	"{\"id\":\"" id "\"," TS "," USER ",\"event\":\"" name "\"}\n"

/* 2025-10-18T10:30:00Z */
#define NOON	(INT64_C(1760783400) * CLOCK_SECOND)

static void
parse(struct ledger *l, const char *text)
{
	ledger_release(l);
	ledger_parse(l, text, strlen(text));
}

static void
test_parse(void)
{
	struct ledger l = LEDGER_INIT;

	parse(&l, "{" TS "," USER ",\"event\":\"created\",\"desc\":\"made\","
	    "\"gate\":\"next\",\"n\":7,\"metadata\":{\"worker_id\":\"w\"}}\n"
	    "{\"ts\":\"2025-10-18T12:30:01.5+02:00\"," USER ","
	    "\"event\":\"odd_one\",\"reason\":\"because\",\"id\":\"X\"}\n");
	ok(l.n == 2 && l.problems.n == 0 && l.repeated == 0,
	    "reads a line an event, unknown ones too");
	ok(l.v[0].ts_us == NOON && l.v[1].ts_us == NOON + 1500000,
	    "with moments of any zone");
	ok(strcmp(l.v[0].user, "@alice") == 0 &&
	    strcmp(l.v[0].event, "created") == 0 &&
	    strcmp(l.v[0].desc, "made") == 0 && l.v[0].id == NULL &&
	    strcmp(l.v[1].id, "X") == 0, "who, what, and the id if it has "
	    "one");
	is_str(l.v[1].desc, "because",
	    "a reason stands for the description");
	ok(strcmp(event_text(&l.v[0], "gate"), "next") == 0 &&
	    event_text(&l.v[0], "n") == NULL &&
	    event_text(&l.v[0], "none") == NULL,
	    "an event's own texts are found");
	ok(strcmp(event_text_in(&l.v[0], "metadata", "worker_id"), "w") == 0
	    && event_text_in(&l.v[0], "payload", "x") == NULL,
	    "also within its objects");
	ok(l.v[1].line == 2 && memcmp(l.text.ptr + l.v[1].start, "{\"ts\"",
	    5) == 0 && l.text.ptr[l.v[1].start + l.v[1].len] == '\n',
	    "each knows its line and its bytes");
	ledger_release(&l);
	ledger_release(&l);
	ok(l.n == 0 && l.text.len == 0, "releasing twice is no harm");
}

static const struct { const char *line, *want; } problems[] = {
	{ "not json", "2:" }, { "{\"ts\":", "2:6: " },
	{ "[1]", "2:1: " },
	{ "{" USER ",\"event\":\"x\"}", "2:1: \"ts\" must be a moment with "
	    "its zone, such as 2025-10-18T10:30:00Z" },
	{ "{\"ts\":\"2025-10-18\"," USER ",\"event\":\"x\"}", "2:1: \"ts\" "
	    "must be a moment with its zone, such as 2025-10-18T10:30:00Z" },
	{ "{\"ts\":\"2025-02-30T10:00:00Z\"," USER ",\"event\":\"x\"}",
	    "2:1: \"ts\" must be" },
	{ "{\"ts\":5," USER ",\"event\":\"x\"}", "2:1: \"ts\" must be" },
	{ "{" TS ",\"event\":\"x\"}", "2:1: \"user\" is missing" },
	{ "{" TS ",\"user\":7,\"event\":\"x\"}", "2:1: \"user\" is missing" },
	{ "{" TS "," USER "}", "2:1: \"event\" is missing" },
	{ "{" TS "," USER ",\"event\":null}", "2:1: \"event\" is missing" },
	{ "{" TS "," USER ",\"event\":\"x\",\"version\":\"2.0\"}",
	    "2:1: its version is newer than this program reads" },
	{ "{" TS "," USER ",\"event\":\"x\",\"version\":\"10.0\"}",
	    "2:1: its version is newer than this program reads" },
	{ "{" TS "," USER ",\"event\":\"x\",\"version\":\"one\"}",
	    "2:1: \"version\" must be MAJOR.MINOR" },
	{ "{" TS "," USER ",\"event\":\"x\",\"version\":1.0}",
	    "2:1: \"version\" must be MAJOR.MINOR" },
	{ "{" TS "," USER ",\"event\":\"x\",\"event\":\"y\"}", "2:" },
	{ "{" TS "," USER ",\"event\":\"\xff\"}", "2:" },
	{ "   ", "2:" },
};

static void
test_problems(void)
{
	struct ledger l = LEDGER_INIT;
	struct buf b = BUF_INIT;
	bool good = true;
	size_t i;

	for (i = 0; i < ARRAY_LEN(problems); i++) {
		buf_clear(&b);
		buf_addf(&b, EV("created") "%s\n" EV("verified"),
		    problems[i].line);
		parse(&l, b.ptr);
		good &= row(l.n == 2 && l.problems.n == 1 &&
		    strncmp(l.problems.v[0], problems[i].want,
		    strlen(problems[i].want)) == 0 &&
		    l.v[1].line == 3 && strcmp(l.text.ptr, b.ptr) == 0,
		    "%s: %zu events, %s", problems[i].line, l.n,
		    l.problems.n == 0 ? "" : l.problems.v[0]);
	}
	ok(good, "a line that is no event is kept and named, "
	    "and the others are read");
	buf_clear(&b);
	buf_adds(&b, "{\"x\":\"");
	for (i = 0; i < LEDGER_LINE_MAX; i++)
		buf_addc(&b, 'x');
	buf_adds(&b, "\"}\n" EV("created"));
	parse(&l, b.ptr);
	ok(l.n == 1 && l.problems.n == 1, "so is a line without end");
	ledger_release(&l);
	buf_release(&b);
}

static void
test_accepted(void)
{
	struct ledger l = LEDGER_INIT;

	parse(&l, "{" TS "," USER ",\"event\":\"x\",\"version\":\"1.9\"}\n"
	    "{" TS "," USER ",\"event\":\"y\",\"version\":\"0.1\"}\n");
	ok(l.n == 2 && l.problems.n == 0, "a higher minor version is read");
	parse(&l, "\xef\xbb\xbf" EV("created") "\n\n" EV("verified"));
	ok(l.n == 2 && l.problems.n == 0 && l.v[1].line == 4,
	    "a byte order mark and empty lines are no problem");
	parse(&l, "{" TS "," USER ",\"event\":\"a\"}\r\n"
	    "{" TS "," USER ",\"event\":\"b\"}\r\n");
	ok(l.n == 2 && l.v[0].len == strlen("{" TS "," USER
	    ",\"event\":\"a\"}"), "lines may end with CRLF");
	parse(&l, "");
	ok(l.n == 0 && l.problems.n == 0, "an empty ledger has no events");
	ledger_parse(&l, NULL, 0);
	ok(l.n == 0, "nor has none");
	ledger_release(&l);
}

static void
test_repeats(void)
{
	struct ledger l = LEDGER_INIT;

	parse(&l, EVID("A", "created") EVID("B", "verified")
	    EVID("A", "created") EVID("A", "rollback"));
	ok(l.n == 2 && l.repeated == 2 && l.problems.n == 0,
	    "a line of an id that was there counts once");
	parse(&l, EV("note_added") EV("verified") EV("note_added"));
	ok(l.n == 2 && l.repeated == 1,
	    "without an id the same bytes count once");
	parse(&l, EV("note_added") "{" TS "," USER
	    ",\"event\":\"note_added\" }\n");
	ok(l.n == 2 && l.repeated == 0, "other bytes are another event");
	ledger_release(&l);
}

static void
test_torn(void)
{
	struct ledger l = LEDGER_INIT;
	struct draft d = { .event = "verified", .user = "@bob",
	    .desc = "ok", .ts_us = NOON, .id = "0123456789" };
	static const char torn[] = EV("created") "{" TS ",\"user\":\"@a";

	parse(&l, torn);
	ok(l.n == 1 && l.problems.n == 1 && strncmp(l.problems.v[0], "2:", 2)
	    == 0, "a last line that is cut off is named");
	ledger_add(&l, &d);
	ok(strncmp(l.text.ptr, torn, strlen(torn)) == 0 &&
	    strcmp(l.text.ptr + strlen(torn), "\n{\"id\":\"0123456789\"," TS
	    ",\"user\":\"@bob\",\"event\":\"verified\",\"desc\":\"ok\","
	    "\"version\":\"1.0\"}\n") == 0,
	    "it is kept, and what is added starts on a line of its own");
	ok(l.n == 2 && l.text.ptr[l.v[1].start] == '{' &&
	    l.text.ptr[l.v[1].start + l.v[1].len] == '\n',
	    "where the new event knows to be");
	is_int(l.v[1].line, 0, "and that it was on no line that was read");
	parse(&l, "{" TS "," USER ",\"event\":\"created\"}");
	ok(l.n == 1 && l.problems.n == 0,
	    "a whole last line only lacks its end");
	ledger_release(&l);
}

static void
test_add(void)
{
	struct ledger l = LEDGER_INIT, again = LEDGER_INIT;
	struct draft d = { .event = "signed_off", .user = "@alice",
	    .desc = "a \"b\"\n\xc3\xa4", .ts_us = NOON + 999999 };

	d.id = "AAAAAAAAAA";
	jsonw_member(&d.own, "gate", "next");
	jsonw_member(&d.metadata, "worker_id", "w1");
	jsonw_key(&d.payload, "n");
	jsonw_int(&d.payload, 7);
	ledger_add(&l, &d);
	is_str(l.text.ptr, "{\"id\":\"AAAAAAAAAA\"," TS "," USER
	    ",\"event\":\"signed_off\",\"desc\":\"a \\\"b\\\"\\n\xc3\xa4\","
	    "\"gate\":\"next\",\"version\":\"1.0\",\"metadata\":{"
	    "\"worker_id\":\"w1\"},\"payload\":{\"n\":7}}\n",
	    "fields are written in their order, without spaces");
	draft_release(&d);
	draft_release(&d);
	d = (struct draft){ .event = "x", .user = "@b", .desc = "",
	    .ts_us = NOON };
	ledger_add(&l, &d);
	ledger_add(&l, &d);
	ok(l.n == 3 && strlen(l.v[1].id) == LEDGER_ID_LEN &&
	    strcmp(l.v[1].id, l.v[2].id) != 0, "each gets an id of its own");
	ok(l.v[0].line == 0 && l.v[2].line == 0,
	    "none was on a line that was read");
	ledger_parse(&again, l.text.ptr, l.text.len);
	ok(again.n == 3 && again.problems.n == 0 &&
	    again.v[2].start == l.v[2].start && again.v[2].len ==
	    l.v[2].len && again.v[0].ts_us == NOON,
	    "what was added is read as it was meant");
	ledger_release(&l);
	ledger_release(&again);
}

static void
test_add_crlf(void)
{
	struct ledger l = LEDGER_INIT;
	struct draft d = { .event = "x", .user = "@b", .desc = "\xff",
	    .ts_us = NOON };

	parse(&l, "{" TS "," USER ",\"event\":\"a\"}\r\n");
	ledger_add(&l, &d);
	ok(strcmp(l.text.ptr + l.text.len - 3, "}\r\n") == 0,
	    "a ledger with CRLF keeps it");
	ok(strcmp(l.v[1].desc, "\xef\xbf\xbd") == 0,
	    "a description that is not UTF-8 becomes one");
	parse(&l, "\n\nnonsense\n" EV("a"));
	ledger_add(&l, &d);
	is_int(l.v[0].line, 4, "lines that are no events are counted, too");
	ledger_release(&l);
}

static void
test_last(void)
{
	struct ledger l = LEDGER_INIT;

	parse(&l, EVID("1", "created") EVID("2", "rollback")
	    EVID("3", "created"));
	ok(ledger_last(&l, "created") == &l.v[2] &&
	    ledger_last(&l, "rollback") == &l.v[1] &&
	    ledger_last(&l, "closed") == NULL,
	    "finds the last event of a kind");
	ledger_release(&l);
}

static void
test_former_ids(void)
{
	struct strvec refs = STRVEC_INIT;
	struct ledger l = LEDGER_INIT;

	parse(&l, EV("created") "{" TS "," USER ",\"event\":"
	    "\"id_renumbered\",\"from\":\"TASK-0001\",\"to\":"
	    "\"TASK-FW-0001\"}\n" "{" TS "," USER ",\"event\":\"x\","
	    "\"from\":\"TASK-0002\"}\n" "{" TS "," USER ",\"event\":"
	    "\"id_renumbered\",\"from\":3}\n" "{" TS "," USER
	    ",\"event\":\"id_renumbered\",\"from\":\"TASK-FW-0001\"}\n");
	ledger_former_ids(&l, &refs);
	ok(refs.n == 2 && strcmp(refs.v[0], "TASK-FW-0001") == 0 &&
	    strcmp(refs.v[1], "TASK-0001") == 0,
	    "says what the task was called before, the latest first");
	strvec_release(&refs);
	ledger_release(&l);
}

static void
test_ids(void)
{
	char a[LEDGER_ID_LEN + 1], b[LEDGER_ID_LEN + 1];
	bool good = true;
	int i;

	for (i = 0; i < 1000; i++) {
		ledger_new_id(a);
		ledger_new_id(b);
		good = good && strcmp(a, b) != 0 && strlen(a) ==
		    LEDGER_ID_LEN && a[strspn(a, "0123456789ABCDEFGHJKMNPQ"
		    "RSTVWXYZ")] == '\0';
	}
	ok(good, "new ids are ten characters of Crockford's base32, and "
	    "different");
}

static void
test_words(void)
{
	static const char *const programs[] = { "signed_off", "verified",
	    "created", "rollback", "index_synced", "id_renumbered" };
	static const char *const people[] = { "knowledge_captured",
	    "waiting_on", "p0_retrospective", "late_log" };
	const char *const *words = event_words();
	const char *owner = "";
	bool good = true;
	size_t i, n;

	for (n = 0; words[n] != NULL; n++)
		good = good && event_known(words[n], &owner);
	ok(good && n == 66, "the vocabulary is whole");
	for (good = true, i = 0; i < ARRAY_LEN(programs); i++)
		good &= row(event_known(programs[i], &owner) &&
		    owner != NULL && strncmp(owner, "task-", 5) == 0, "%s",
		    programs[i]);
	ok(good, "what a program owns is told with its name");
	for (i = 0; i < ARRAY_LEN(people); i++)
		good &= row(event_known(people[i], &owner) && owner == NULL,
		    "%s", people[i]);
	ok(good, "what a person may write has no owner");
	ok(!event_known("nonsense", &owner) && !event_known("", &owner) &&
	    strcmp(suggest("late_lgo", words), "late_log") == 0,
	    "another word is unknown, and the nearest can be found");
}

int
main(void)
{
	test_parse();
	test_problems();
	test_accepted();
	test_repeats();
	test_torn();
	test_add();
	test_add_crlf();
	test_last();
	test_former_ids();
	test_ids();
	test_words();
	return tap_done();
}
