/* SPDX-License-Identifier: MIT */
/* board/policy, board/people */
#include "base/compat.h"

#include "base/clock.h"
#include "base/err.h"
#include "board/people.h"
#include "board/policy.h"
#include "t/unit/scratch.h"
#include "t/unit/tap.h"

#define HOUR	(3600 * CLOCK_SECOND)

static int
parse(struct policy *p, const char *text, struct err *e)
{
	policy_release(p);
	policy_init(p);
	return policy_parse(p, text, strlen(text), e);
}

/* The whole page of the format, which says what is the default. */
static const char whole[] =
    "version: 1\n"
    "wip:                  # limit; scope: system or dri\n"
    "  next:        {limit: 3, scope: dri,    enforce: soft}\n"
    "  current:     {limit: 5, scope: system, enforce: hard}\n"
    "  integration: {limit: 3, scope: system, enforce: soft}\n"
    "  learning:    {limit: 2, scope: dri,    enforce: soft}\n"
    "slo:                  # target and violation, as 30m 24h 7d\n"
    "  inbox:       {target: 24h, violation: 48h}\n"
    "  backlog:     {target: 7d,  violation: 14d}\n"
    "  current:     {effort: {XS: 1d, S: 2d, M: 5d, L: 10d, XL: 20d}, "
    "violation_factor: 2}\n"
    "  integration: {target: 48h, violation: 96h}\n"
    "  learning:    {target: 72h, violation: 7d}\n"
    "  archived:    {target: 24h, violation: 48h}\n"
    "gates: [next, integration, archived]\n"
    "signing: none\n"
    "scale:\n"
    "  root_index: all\n"
    "  archive_shard: 0\n";

static bool
same_policy(const struct policy *a, const struct policy *b)
{
	bool same = a->signing_ssh == b->signing_ssh &&
	    a->root_open_only == b->root_open_only &&
	    a->archive_shard == b->archive_shard;
	int i, k;

	for (i = 0; i < STAGE_COUNT; i++) {
		same &= row(a->wip[i].limit == b->wip[i].limit &&
		    a->wip[i].per_dri == b->wip[i].per_dri &&
		    a->wip[i].hard == b->wip[i].hard, "wip %d", i);
		same &= row(a->slo[i].target_us == b->slo[i].target_us &&
		    a->slo[i].violation_us == b->slo[i].violation_us &&
		    a->slo[i].violation_factor == b->slo[i].violation_factor,
		    "slo %d", i);
		for (k = 0; k < POLICY_EFFORTS; k++)
			same &= row(a->slo[i].effort_us[k] ==
			    b->slo[i].effort_us[k], "effort %d %d", i, k);
		same &= row(a->gate[i] == b->gate[i], "gate %d", i);
	}
	return same;
}

static void
test_defaults(void)
{
	struct policy p, d;
	struct err e = ERR_INIT;

	policy_init(&p);
	policy_init(&d);
	ok(d.wip[STAGE_CURRENT].limit == 5 && d.wip[STAGE_CURRENT].hard &&
	    !d.wip[STAGE_CURRENT].per_dri && d.wip[STAGE_NEXT].per_dri &&
	    d.wip[STAGE_INBOX].limit == -1 && d.gate[STAGE_NEXT] &&
	    !d.gate[STAGE_CURRENT] && d.slo[STAGE_INBOX].target_us ==
	    24 * HOUR, "without a file the values are those of the format");
	ok(parse(&p, whole, &e) == 0 && p.warnings.n == 0 &&
	    same_policy(&p, &d), "which the file itself may say");
	ok(parse(&p, "", &e) == 0 && same_policy(&p, &d) &&
	    parse(&p, "# nothing\n", &e) == 0 && same_policy(&p, &d) &&
	    parse(&p, "~\n", &e) == 0 && same_policy(&p, &d),
	    "an empty file changes nothing");
	policy_release(&p);
	policy_release(&p);
	policy_release(&d);
}

static void
test_keys(void)
{
	struct policy p, d;
	struct err e = ERR_INIT;

	policy_init(&p);
	policy_init(&d);
	is_int(parse(&p, "version: 1\nwip:\n  inbox: {limit: 0}\n"
	    "  next: {scope: system, enforce: hard}\n"
	    "  current: {limit: ~}\n"
	    "slo:\n  next: {target: 30m, violation: 1w}\n"
	    "  current: {effort: {XL: 3d}, violation_factor: 7}\n"
	    "gates: []\nsigning: ssh\n"
	    "scale: {root_index: open, archive_shard: 1000}\n", &e), 0,
	    "every key can be set");
	ok(p.wip[STAGE_INBOX].limit == 0 && p.wip[STAGE_NEXT].limit == 3 &&
	    !p.wip[STAGE_NEXT].per_dri && p.wip[STAGE_NEXT].hard &&
	    p.wip[STAGE_CURRENT].limit == -1 && p.wip[STAGE_CURRENT].hard,
	    "limits, scopes and whether they stop; null is no limit");
	ok(p.slo[STAGE_NEXT].target_us == HOUR / 2 &&
	    p.slo[STAGE_NEXT].violation_us == 7 * CLOCK_DAY &&
	    p.slo[STAGE_CURRENT].effort_us[4] == 3 * CLOCK_DAY &&
	    p.slo[STAGE_CURRENT].effort_us[0] == CLOCK_DAY &&
	    p.slo[STAGE_CURRENT].violation_factor == 7, "targets");
	ok(!p.gate[STAGE_NEXT] && !p.gate[STAGE_ARCHIVED] && p.signing_ssh &&
	    p.root_open_only && p.archive_shard == 1000,
	    "gates, signing and scale");
	policy_release(&p);
	policy_release(&d);
}

static void
test_forms(void)
{
	struct policy p;
	struct err e = ERR_INIT;

	policy_init(&p);
	ok(parse(&p, "gates: current\n", &e) == 0 && p.gate[STAGE_CURRENT] &&
	    !p.gate[STAGE_NEXT], "one gate may stand without brackets");
	ok(parse(&p, "gates:\n", &e) == 0 && !p.gate[STAGE_NEXT],
	    "no gates are no gates");
	ok(parse(&p, "wip:\n  next: &n {limit: 9}\n  learning: *n\n", &e) ==
	    0 && p.wip[STAGE_LEARNING].limit == 9, "aliases are followed");
	policy_release(&p);
}

static const struct { const char *text, *want; } errors[] = {
	{ "version: 2\n", "1:10: version: must be 1" },
	{ "version:\n", "1:9: version: must be 1" },
	{ "- a\n", "1:1: the value: must be a mapping" },
	{ "text\n", "1:1: the value: must be a mapping" },
	{ "wip: 3\n", "1:6: wip: must be a mapping of stages" },
	{ "slo: []\n", "1:6: slo: must be a mapping of stages" },
	{ "wip:\n  next: 3\n", "2:9: next: must be a mapping" },
	{ "wip:\n  next: {limit: -1}\n", "2:17: limit: must be a number from "
	    "0 up, or null" },
	{ "wip:\n  next: {limit: many}\n", "2:17: limit: must be a number "
	    "from 0 up, or null" },
	{ "wip:\n  next: {limit: [1]}\n", "2:17: limit: must be a number "
	    "from 0 up, or null" },
	{ "wip:\n  next: {limit: \"\"}\n", "2:17: limit: must be a number "
	    "from 0 up, or null" },
	{ "wip:\n  next: {limit: 1234567}\n", "2:17: limit: must be a number "
	    "from 0 up, or null" },
	{ "wip:\n  next: {scope: me}\n", "2:17: scope: must be system or "
	    "dri" },
	{ "wip:\n  next: {scope: ~}\n", "2:17: scope: must be system or "
	    "dri" },
	{ "wip:\n  next: {enforce: yes}\n", "2:19: enforce: must be hard or "
	    "soft" },
	{ "slo:\n  inbox: {target: 24}\n", "2:19: target: must be a span "
	    "such as 30m, 24h, 7d" },
	{ "slo:\n  inbox: {violation: 0h}\n", "2:22: violation: must be a "
	    "span such as 30m, 24h, 7d" },
	{ "slo:\n  inbox: {target: }\n", "2:19: target: must be a span such "
	    "as 30m, 24h, 7d" },
	{ "slo:\n  current: {effort: 3d}\n", "2:21: effort: must be a "
	    "mapping of efforts to spans" },
	{ "slo:\n  current: {effort: {XS: x}}\n", "2:26: XS: must be a span "
	    "such as 30m, 24h, 7d" },
	{ "slo:\n  current: {violation_factor: ~}\n", "2:31: "
	    "violation_factor: must be a number" },
	{ "gates: {next: x}\n", "1:8: gates: must be a list of stages" },
	{ "gates: [next, done]\n", "1:8: gates: must be a list of stages" },
	{ "gates: [[next]]\n", "1:8: gates: must be a list of stages" },
	{ "signing: gpg\n", "1:10: signing: must be none or ssh" },
	{ "scale: big\n", "1:8: scale: must be a mapping" },
	{ "scale:\n  root_index: none\n", "2:15: root_index: must be all or "
	    "open" },
	{ "scale:\n  archive_shard: ~\n", "2:18: archive_shard: must be a "
	    "number, 0 for none" },
	{ "scale:\n  archive_shard: -5\n", "2:18: archive_shard: must be a "
	    "number, 0 for none" },
	{ "version: 1\nversion: 1\n", "2:1: the key 'version' is there "
	    "twice" },
	{ "wip: [\n", "2:1: " }, { "wip: @x\n", "1:6: a value may not begin "
	    "with '@': put it in quotes" },
};

static void
test_errors(void)
{
	struct policy p;
	struct err e = ERR_INIT;
	bool good = true;
	size_t i;

	policy_init(&p);
	for (i = 0; i < ARRAY_LEN(errors); i++)
		good &= row(parse(&p, errors[i].text, &e) == -1 &&
		    e.status == EX_CONFIG && strncmp(e.msg, errors[i].want,
		    strlen(errors[i].want)) == 0, "%s: %s", errors[i].text,
		    e.msg);
	ok(good, "each wrong value is EX_CONFIG, with its line, its column, "
	    "and what it must be");
	policy_release(&p);
}

static void
test_unknown(void)
{
	struct policy p;
	struct err e = ERR_INIT;
	struct buf b = BUF_INIT;
	size_t i;

	policy_init(&p);
	is_int(parse(&p, "version: 1\nwpi: {}\nwip:\n  nxet: {limit: 1}\n"
	    "  next: {limt: 1}\nslo:\n  current: {effort: {XXL: 1d}, "
	    "target: 1d}\n  inbox: {effort: {XS: 1d}, x: y}\n"
	    "scale: {shards: 1}\n", &e), 0, "unknown keys are no error");
	for (i = 0; i < p.warnings.n; i++)
		buf_addf(&b, "%s\n", p.warnings.v[i]);
	is_str(buf_str(&b), "2:1: unknown key 'wpi'\n"
	    "4:3: unknown key 'nxet'\n5:10: unknown key 'limt'\n"
	    "7:22: unknown key 'XXL'\n8:29: unknown key 'x'\n"
	    "9:9: unknown key 'shards'\n",
	    "but each is warned of, with its place");
	policy_release(&p);
	buf_release(&b);
}

static int
parse_people(struct people *p, const char *text, struct err *e)
{
	people_release(p);
	return people_parse(p, text, strlen(text), e);
}

static void
test_people(void)
{
	struct people p = PEOPLE_INIT;
	const struct person *alice;
	struct err e = ERR_INIT;

	ok(people_may(&p, "@anybody", "next"),
	    "without a file everybody may sign");
	is_int(parse_people(&p, "people:\n"
	    "  \"@alice\": {name: Alice, email: a@b.c, gates: [next, "
	    "integration, policy]}\n  \"@bob\": {gates: next}\n"
	    "  \"@carol\": {}\n", &e), 0, "reads people");
	alice = people_find(&p, "@alice");
	ok(p.n == 3 && alice != NULL && strcmp(alice->name, "Alice") == 0 &&
	    strcmp(alice->email, "a@b.c") == 0 && alice->gates.n == 3,
	    "with name, email and gates");
	ok(people_find(&p, "@carol")->name == NULL &&
	    people_find(&p, "@dave") == NULL &&
	    people_find(&p, "alice") == NULL, "where they are said");
	ok(people_may(&p, "@alice", "policy") &&
	    people_may(&p, "@bob", "next") &&
	    !people_may(&p, "@bob", "archived") &&
	    !people_may(&p, "@carol", "next") &&
	    !people_may(&p, "@dave", "next"),
	    "only they may sign, and only their gates");
	people_release(&p);
	people_release(&p);
	ok(!p.present && p.n == 0, "releasing twice is no harm");
}

static void
test_nobody(void)
{
	struct people p = PEOPLE_INIT;
	struct err e = ERR_INIT;

	ok(parse_people(&p, "people:\n", &e) == 0 && p.present && p.n == 0 &&
	    !people_may(&p, "@alice", "next") &&
	    parse_people(&p, "", &e) == 0 &&
	    !people_may(&p, "@alice", "next"),
	    "a file without people lets nobody sign");
	people_release(&p);
}

static void
test_people_errors(void)
{
	static const struct { const char *text, *want; } rows[] = {
		{ "people: [a]\n", "1:9: people is a mapping" },
		{ "people: x\n", "1:9: people is a mapping" },
		{ "people:\n  alice: {}\n", "2:3: 'alice': a person is "
		    "written \"@name\"" },
		{ "people:\n  \"@\": {}\n", "2:3: '@': a person is written "
		    "\"@name\"" },
		{ "poeple: {}\n", "1:1: 'poeple': the only keys are "
		    "'people' and 'version'" },
		{ "people:\n  \"@a\": {gates: [next, done]}\n", "2:24: a "
		    "gate is a stage or policy" },
		{ "people:\n  \"@a\": x\n", "2:9: a person is a mapping of "
		    "name, email, gates" },
		{ "people:\n  \"@a\": {gates: {x: y}}\n", "2:17: gates is a "
		    "list of stages" },
		{ "people:\n  \"@a\": {gates: [done]}\n", "2:" },
		{ "people: {\n", "2:1: " },
		{ "people:\n  \"@a\": {}\n  \"@a\": {}\n", "3:3: the key "
		    "'@a' is there twice" },
	};
	static const char *const no_maps[] = { "- \"@alice\"\n", "text\n" };
	struct people p = PEOPLE_INIT;
	struct err e = ERR_INIT;
	bool good = true;
	size_t i;

	for (i = 0; i < ARRAY_LEN(rows); i++)
		good &= row(parse_people(&p, rows[i].text, &e) == -1 &&
		    e.status == EX_CONFIG && strncmp(e.msg, rows[i].want,
		    strlen(rows[i].want)) == 0, "%s: %s", rows[i].text,
		    e.msg);
	ok(good, "what is wrong is EX_CONFIG, with its line and column");
	for (good = true, i = 0; i < ARRAY_LEN(no_maps); i++)
		good &= row(parse_people(&p, no_maps[i], &e) == -1 &&
		    e.status == EX_CONFIG, "%s", no_maps[i]);
	ok(good, "so is a file that is no mapping at all");
	people_release(&p);
}

int
main(void)
{
	test_defaults();
	test_keys();
	test_forms();
	test_errors();
	test_unknown();
	test_people();
	test_nobody();
	test_people_errors();
	return tap_done();
}
