/* SPDX-License-Identifier: MIT */
/* change/mergetext: ledgers, cards and lines of two sides */
#include "base/compat.h"

#include "base/err.h"
#include "board/card.h"
#include "change/mergetext.h"
#include "t/unit/scratch.h"
#include "t/unit/tap.h"

static struct buf
text(const char *s)
{
	struct buf b = BUF_INIT;

	buf_adds(&b, s);
	return b;
}

#define LINE(id, hour, event)						\
	"{\"id\":\"" id "\",\"ts\":\"2025-10-01T" hour			\
	":00:00Z\",\"user\":\"@a\",\"event\":\"" event "\"}\n"

struct three {
	const char	*base, *ours, *theirs;
};

/* What a merge of ledgers gives: the ids of its lines, or what it says. */
static char *
ids(const struct three *t, bool append)
{
	struct buf b = text(t->base == NULL ? "" : t->base), o = text(t->ours);
	struct buf r = text(t->theirs), out = BUF_INIT, said = BUF_INIT;
	const struct merge_text m = { t->base == NULL ? NULL : &b, &o, &r };
	struct ledger l = LEDGER_INIT;
	struct err e = ERR_INIT;
	size_t i;

	if (merge_ledger(&m, append, &out, &e) != 0)
		buf_addf(&said, "%d %.2s", e.status, e.msg);
	ledger_parse(&l, buf_str(&out), out.len);
	for (i = 0; i < l.n; i++)
		buf_adds(&said, l.v[i].id == NULL ? "?" : l.v[i].id);
	ledger_release(&l);
	buf_release(&b);
	buf_release(&o);
	buf_release(&r);
	buf_release(&out);
	return buf_take(&said);
}

#define A	LINE("a", "01", "created")
#define B	LINE("b", "02", "note_added")
#define C	LINE("c", "03", "note_added")
#define D	LINE("d", "04", "note_added")

static const struct ledger_row {
	struct three	 t;
	const char	*want, *appended, *title;
} ledger_rows[] = {
	{ { A, A, A }, "a", "a", "nothing new stays as it is" },
	{ { A, A B, A }, "ab", "ab", "what one added is there" },
	{ { A, A C, A B }, "abc", "acb", "both tails come by time" },
	{ { A, A B D, A C }, "abcd", "abdc", "and into each other" },
	{ { A, A D B, A C }, "acdb", "adbc",
	    "each side's order is kept where its clock went back" },
	{ { A, A B C, A B C }, "abc", "abc", "a line of both counts once" },
	{ { A, A C D, A B D }, "abcd", "acdb",
	    "and comes behind what either had before it" },
	{ { A, A C B, A B C }, "abc", "acb",
	    "lines in two orders come by time" },
	{ { NULL, A B, C D }, "abcd", "abcd", "without an ancestor, too" },
	{ { A B, A C, A B D }, "1 2:", "1 2:",
	    "a dropped line of the ancestor is named" },
	{ { A B, A B D, LINE("a", "01", "canceled") B }, "1 1:", "1 1:",
	    "and so is a changed one" },
	{ { A, A "no json\n" B, A C }, "abc", "abc",
	    "a line that is no event stays with its neighbours" },
	{ { A, "\n" A "\r\n" B, A C }, "abc", "abc",
	    "line ends and empty lines are no difference" },
};

static void
test_ledgers(void)
{
	const struct ledger_row *r;
	struct three back;
	char *got;

	for (r = ledger_rows; r < ledger_rows + ARRAY_LEN(ledger_rows); r++) {
		got = ids(&r->t, false);
		is_str(got, r->want, r->title);
		free(got);
		got = ids(&r->t, true);
		is_str(got, r->appended, "appended: ours come first");
		free(got);
		back = (struct three){ r->t.base, r->t.theirs, r->t.ours };
		got = ids(&back, false);
		is_str(got, r->want, "the other way round it is the same");
		free(got);
	}
}

/* A history by chance: lines of the hours in order, some of them. */
static void
add_chance(struct buf *out, const char *who, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		buf_addf(out, "{\"id\":\"%s%zu\",\"ts\":\"2025-10-01T%02d:"
		    "%02d:00Z\",\"user\":\"@%s\",\"event\":\"note_added\"}\n",
		    who, i, (int)(i * 24 / n), (int)chance(60), who);
}

static void
merge_two(const struct buf *base, const struct buf *a, const struct buf *b,
    struct buf *out)
{
	const struct merge_text m = { base, a, b };
	struct err e = ERR_INIT;

	if (merge_ledger(&m, false, out, &e) != 0)
		bail("%s", e.msg);
}

static void
test_ledger_properties(void)
{
	struct buf base, a, b, c, ab, ba, abc, bc, again;
	bool commutes = true, associates = true, idempotent = true;
	struct ledger l = LEDGER_INIT;
	bool whole = true;
	size_t i, n[3];

	for (i = 0; i < 200; i++) {
		base = a = b = c = ab = ba = abc = bc = again =
		    (struct buf)BUF_INIT;
		add_chance(&base, "z", 3);
		buf_addb(&a, &base);
		buf_addb(&b, &base);
		buf_addb(&c, &base);
		add_chance(&a, "a", n[0] = (size_t)chance(9));
		add_chance(&b, "b", n[1] = (size_t)chance(9));
		add_chance(&c, "c", n[2] = (size_t)chance(9));
		merge_two(&base, &a, &b, &ab);
		merge_two(&base, &b, &a, &ba);
		merge_two(&base, &b, &c, &bc);
		merge_two(&base, &ab, &c, &abc);
		merge_two(&base, &a, &bc, &again);
		commutes = commutes && buf_equal(&ab, &ba);
		associates = associates && buf_equal(&abc, &again);
		buf_clear(&again);
		merge_two(&a, &ab, &a, &again);
		idempotent = idempotent && buf_equal(&ab, &again);
		ledger_parse(&l, abc.ptr, abc.len);
		whole = whole && l.repeated == 0 &&
		    l.n == 3 + n[0] + n[1] + n[2];
		ledger_release(&l);
		buf_release(&base);
		buf_release(&a);
		buf_release(&b);
		buf_release(&c);
		buf_release(&ab);
		buf_release(&ba);
		buf_release(&bc);
		buf_release(&abc);
		buf_release(&again);
	}
	ok(commutes, "by chance: it is the same both ways round");
	ok(associates, "and of three in either order");
	ok(idempotent, "merging again changes nothing");
	ok(whole, "every line is there exactly once");
}

#define CARD(head, body)	"---\n" head "---\n" body

/* Merges cards whose sides last spoke at these hours. */
static char *
cards(const struct three *t, struct merge_conflicts *conflicts)
{
	struct buf b = text(t->base == NULL ? "" : t->base), o = text(t->ours);
	struct buf r = text(t->theirs), out = BUF_INIT;
	struct buf lb = text(A), lo = text(A B), lt = text(A C);
	const struct merge_text m = { t->base == NULL ? NULL : &b, &o, &r };
	const struct merge_text ledgers = { &lb, &lo, &lt };
	struct merge_tails tails = MERGE_TAILS_INIT;
	struct err e = ERR_INIT;
	int rc;

	merge_tails_init(&tails, &ledgers);
	rc = merge_card(&m, &tails, &out, conflicts, &e);
	if (rc != 0)
		buf_addf(&out, "%d", rc);
	merge_tails_release(&tails);
	buf_release(&b);
	buf_release(&o);
	buf_release(&r);
	buf_release(&lb);
	buf_release(&lo);
	buf_release(&lt);
	return buf_take(&out);
}

static const struct card_row {
	struct three	 t;
	const char	*want, *conflicts, *title;
} card_rows[] = {
	{ { CARD("a: 1\nb: 1\n", "x\n"), CARD("a: 2\nb: 1\n", "x\n"),
	    CARD("a: 1\nb: 2\n", "x\n") }, CARD("a: 2\nb: 2\n", "x\n"), "",
	    "keys side by side merge" },
	{ { CARD("a: 1\n", ""), CARD("a: 2\n", ""), CARD("a: 3\n", "") },
	    CARD("a: 3\n", ""), "a=3/2 ",
	    "what both set goes to the later one, and is told" },
	{ { CARD("a: 1\n", ""), CARD("# why\na: 1\n", ""),
	    CARD("a: 2\n", "") }, CARD("a: 2\n", ""), "",
	    "a value wins over a comment" },
	{ { CARD("a: 1\nb: 1\n", ""), CARD("# why\na: 1\nb: 1\n", ""),
	    CARD("a: 1\nb: 2 # so\n", "") },
	    CARD("# why\na: 1\nb: 2 # so\n", ""), "",
	    "comments stay with their keys" },
	{ { CARD("a: 1\n", ""), CARD("a: 1\nb: 1\n", ""),
	    CARD("c: 1\na: 1\n", "") }, CARD("c: 1\na: 1\nb: 1\n", ""), "",
	    "new keys come where they stood" },
	{ { CARD("a: 1\nb: 1\n", ""), CARD("a: 1\n", ""),
	    CARD("a: 2\nb: 1\n", "") }, CARD("a: 2\n", ""), "",
	    "a key that one took away is gone" },
	{ { CARD("tags: [a, b]\n", ""), CARD("tags: [a, b, c]\n", ""),
	    CARD("tags: [b, d]\n", "") },
	    CARD("tags: [\"b\", \"c\", \"d\"]\n", ""), "",
	    "lists merge by element" },
	{ { CARD("tags: [a]\n", ""), CARD("tags: [b]\n", ""),
	    CARD("tags: []\n", "") }, CARD("tags: [\"b\"]\n", ""), "",
	    "what both took away does not come back" },
	{ { CARD("status: active\nblocked_by: null\npaused_reason: null\n",
	    ""), CARD("status: blocked\nblocked_by: external:x\n"
	    "paused_reason: null\n", ""), CARD("status: paused\n"
	    "blocked_by: null\npaused_reason: y\n", "") },
	    CARD("status: paused\nblocked_by: null\npaused_reason: y\n", ""),
	    "status=paused/blocked blocked_by=/external:x paused_reason=y/ ",
	    "a status comes with what explains it" },
	{ { CARD("a: 1\n", "1\n2\n3\n4\n5\n"), CARD("a: 1\n",
	    "0\n2\n3\n4\n5\n"), CARD("a: 1\n", "1\n2\n3\n4\n6\n") },
	    CARD("a: 1\n", "0\n2\n3\n4\n6\n"), "", "bodies merge by lines" },
	{ { CARD("a: 1\n", "- [ ] one\n- [ ] two\n"), CARD("a: 1\n",
	    "- [x] one\n- [ ] two\n"), CARD("a: 1\n",
	    "- [ ] one\n- [x] two\n") },
	    CARD("a: 1\n", "- [x] one\n- [x] two\n"), "",
	    "ticks of both sides are there" },
	{ { CARD("a: 1\n", "- [x] one\n- [ ] two\n"), CARD("a: 1\n",
	    "- [ ] one\n- [ ] two\n"), CARD("a: 1\n",
	    "- [x] one\n- [x] two\n- [ ] three\n") },
	    CARD("a: 1\n", "- [ ] one\n- [x] two\n- [ ] three\n"), "",
	    "and one that was taken back stays so" },
	{ { CARD("a: 1\n", "x\n"), CARD("a: 1\n", "x\n- 2 b\n  c\n- 4 d\n"),
	    CARD("a: 1\n", "x\n- 2 b\n  c\n- 3 e\n") }, CARD("a: 1\n",
	    "x\n- 2 b\n  c\n- 4 d\n- 3 e\n"), "",
	    "what both added at the end is there, each item once" },
	{ { CARD("a: 1\n", "x\n"), CARD("a: 1\n",
	    "x\n- 2025-10-04 d\n- 2025-10-06 f\n"), CARD("a: 1\n",
	    "x\n- 2025-10-03 c\n- 2025-10-05 e\n") }, CARD("a: 1\n",
	    "x\n- 2025-10-03 c\n- 2025-10-04 d\n- 2025-10-05 e\n"
	    "- 2025-10-06 f\n"), "", "and by its date if it has one" },
	{ { CARD("a: 1\n", "x\n"), CARD("a: 1\n", "y\nx\n2\n"),
	    CARD("a: 1\n", "z\nx\n3\n") },
	    CARD("a: 1\n", "y\nz\nx\n2\n3\n"), "", "anywhere" },
	{ { CARD("a: 1\n", "1\n"), CARD("a: 1\n", "2\n"),
	    CARD("a: 1\n", "3\n") },
	    CARD("a: 1\n", "<<<<<<< @a 2025-10-01T02:00:00Z\n2\n=======\n3\n"
	    ">>>>>>> @a 2025-10-01T03:00:00Z\n"), "body=both/ ",
	    "lines that both changed are there with markers" },
	{ { NULL, CARD("a: 1\nb: 1\n", "x\n"), CARD("a: 2\nc: 1\n", "x\n") },
	    CARD("a: 2\nc: 1\nb: 1\n", "x\n"), "a=2/1 ",
	    "without an ancestor nothing is lost" },
	{ { CARD("{a: 1, b: 1}\n", ""), CARD("{a: 2, b: 1}\n", ""),
	    CARD("{a: 1, b: 2}\n", "") }, "1", "",
	    "keys on one line are not taken apart" },
	{ { CARD("a: 1\n", ""), "no card\n", CARD("a: 2\n", "") }, "1", "",
	    "what is no card is not merged as one" },
	{ { CARD("a: &x 1\nb: 1\n", ""), CARD("a: &x 1\nb: *x\n", ""),
	    CARD("a: 1\nb: 1\n", "") }, CARD("a: 1\nb: 1\n", ""), "",
	    "an alias whose anchor went becomes its value" },
};

static void
test_cards(void)
{
	const struct card_row *r;
	struct merge_conflicts c = MERGE_CONFLICTS_INIT;
	struct buf said = BUF_INIT;
	char *got;
	size_t i;

	for (r = card_rows; r < card_rows + ARRAY_LEN(card_rows); r++) {
		got = cards(&r->t, &c);
		is_str(got, r->want, r->title);
		buf_clear(&said);
		for (i = 0; i < c.n; i++)
			buf_addf(&said, "%s=%s/%s ", c.v[i].field,
			    c.v[i].kept, c.v[i].dropped);
		is_str(buf_str(&said), r->conflicts, "what it tells of it");
		free(got);
		merge_conflicts_release(&c);
	}
	buf_release(&said);
}

static void
test_lines(void)
{
	static const char *const labels[2] = { "one", "two" };
	struct buf a = text("a\n"), b = text("b\n"), out = BUF_INIT;
	struct buf binary = BUF_INIT;
	struct merge_text m = { NULL, &a, &b };
	struct err e = ERR_INIT;

	is_int(merge_lines(&m, labels, &out, &e), 1,
	    "two files that came into being apart do not merge");
	is_str(out.ptr, "<<<<<<< one\na\n=======\nb\n>>>>>>> two\n",
	    "both are there");
	buf_clear(&out);
	buf_add(&binary, "a\0", 2);
	m.theirs = &binary;
	ok(merge_lines(&m, labels, &out, &e) == 2 && out.len == 0,
	    "what is no text is not merged");
	m.ours = &binary;
	ok(merge_lines(&m, labels, &out, &e) == 0 && out.len == 2,
	    "unless it is the same");
	buf_release(&a);
	buf_release(&b);
	buf_release(&out);
	buf_release(&binary);
}

int
main(void)
{
	scratch();
	test_ledgers();
	test_ledger_properties();
	test_cards();
	test_lines();
	return tap_done();
}
