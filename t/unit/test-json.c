/* SPDX-License-Identifier: MIT */
/* format/oid, format/json */
#include "base/compat.h"

#include "base/buf.h"
#include "base/err.h"
#include "base/strvec.h"
#include "format/json.h"
#include "format/oid.h"
#include "t/unit/scratch.h"
#include "t/unit/tap.h"

static bool
oid_is(const char *type, const char *data, size_t len, const char *want)
{
	char hex[OID_HEX + 1];
	struct oid id;

	oid_of(&id, type, data, len);
	oid_format(hex, &id);
	return row(strcmp(hex, want) == 0, "%s: %s", want, hex);
}

static void
test_oid_known(void)
{
	ok(oid_is("blob", NULL, 0, "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391")
	    && oid_is("tree", "", 0,
	    "4b825dc642cb6eb9a060e54bf8d69288fbee4904") &&
	    oid_is("blob", "hello\n", 6,
	    "ce013625030ba8dba906f756967f9e9ca394464a") &&
	    oid_is("blob", "what is up, doc?", 16,
	    "bd9dbf5aae1a3862dd1526723246b20206e5fc37"),
	    "gives the ids that git gives");
}

/* Blobs of many sizes, as `git hash-object` has them. */
static void
test_oid_git(void)
{
	struct buf data = BUF_INIT, out = BUF_INIT;
	char hex[OID_HEX + 2];
	struct oid id;
	bool good = true;
	size_t n, i;

	chance_seed(6);
	for (n = 1; n < 300000; n = n * 3 + 1) {
		buf_clear(&data);
		for (i = 0; i < n; i++)
			buf_addc(&data, (char)chance(256));
		buf_clear(&out);
		must_run(&data, &out, "git hash-object --stdin");
		oid_of(&id, "blob", data.ptr, data.len);
		oid_format(hex, &id);
		good &= row(strncmp(out.ptr, hex, OID_HEX) == 0,
		    "%zu bytes: %s", n, hex);
	}
	ok(good, "agrees with git hash-object on bytes of any length");
	buf_release(&data);
	buf_release(&out);
}

static void
test_oid_pieces(void)
{
	struct oid_hash h;
	struct oid whole, pieces, zero = { { 0 } };
	char hex[OID_HEX + 1];
	int i;

	oid_hash_init(&h);
	oid_hash_add(&h, "blob 6\0", 7);
	for (i = 0; i < 6; i++)
		oid_hash_add(&h, &"hello\n"[i], 1);
	oid_hash_add(&h, NULL, 0);
	oid_hash_end(&h, &pieces);
	oid_of(&whole, "blob", "hello\n", 6);
	ok(oid_equal(&whole, &pieces), "pieces hash as the whole");
	ok(!oid_is_zero(&whole) && oid_is_zero(&zero) &&
	    !oid_equal(&whole, &zero), "knows zero from an id");
	oid_format(hex, &whole);
	ok(oid_parse(&pieces, hex) == 0 && oid_equal(&whole, &pieces),
	    "an id is read as it was written");
	ok(oid_parse(&pieces, "CE013625030BA8DBA906F756967F9E9CA394464A..x")
	    == 0 && oid_equal(&whole, &pieces),
	    "upper case is read, and what follows does not matter");
	ok(oid_parse(&pieces, "") == -1 && oid_parse(&pieces,
	    "ce013625030ba8dba906f756967f9e9ca394464") == -1 &&
	    oid_parse(&pieces, "ge013625030ba8dba906f756967f9e9ca394464a")
	    == -1, "fewer digits, or what is none, is refused");
}

static void
add_name(const char *key, const struct json *value, void *ctx)
{
	buf_addf(ctx, "%s:%d ", key, (int)json_kind(value));
}

static void
test_values(void)
{
	static const char text[] = "{\"s\":\"t\\u00e4xt\",\"n\":-12,"
	    "\"r\":2.5,\"t\":true,\"f\":false,\"z\":null,\"a\":[1,\"x\"],"
	    "\"o\":{\"b\":1,\"a\":2}}";
	struct err e = ERR_INIT;
	struct buf b = BUF_INIT;
	const struct json *a;
	struct json *j;

	is_int(json_parse(&j, text, sizeof(text) - 1, &e), 0,
	    "reads an object");
	is_str(json_member(j, "s"), "t\xc3\xa4xt", "finds a member's text");
	ok(json_member(j, "n") == NULL && json_member(j, "no") == NULL &&
	    json_find(j, "no") == NULL, "a number has no text, and what is "
	    "not there is NULL");
	ok(json_number(json_find(j, "n")) == -12 &&
	    json_number(json_find(j, "r")) == 2 &&
	    json_number(json_find(j, "s")) == 0, "reads numbers");
	ok(json_bool(json_find(j, "t")) && !json_bool(json_find(j, "f")) &&
	    !json_bool(json_find(j, "n")), "reads truth");
	a = json_find(j, "a");
	ok(json_count(a) == 2 && strcmp(json_text(json_at(a, 1)), "x") == 0 &&
	    json_at(a, 2) == NULL, "reads arrays, to their end");
	json_each(j, add_name, &b);
	is_str(buf_str(&b), "s:3 n:4 r:4 t:5 f:5 z:6 a:2 o:1 ",
	    "goes through members in the order of the text, each of its kind");
	buf_clear(&b);
	json_add(&b, j);
	is_str(buf_str(&b), "{\"s\":\"t\xc3\xa4xt\",\"n\":-12,\"r\":2.5,"
	    "\"t\":true,\"f\":false,\"z\":null,\"a\":[1,\"x\"],"
	    "\"o\":{\"b\":1,\"a\":2}}",
	    "writes a value without spaces, in its order");
	buf_clear(&b);
	json_add(&b, json_at(a, 1));
	is_str(buf_str(&b), "\"x\"", "a value within is written as well");
	json_free(j);
	buf_release(&b);
}

static void
test_nothing(void)
{
	struct err e = ERR_INIT;
	struct json *j;

	json_free(NULL);
	ok(json_kind(NULL) == JSON_NONE && json_find(NULL, "a") == NULL &&
	    json_text(NULL) == NULL && json_member(NULL, "a") == NULL &&
	    !json_bool(NULL) && json_number(NULL) == 0 &&
	    json_count(NULL) == 0, "nothing may be asked about");
	json_parse(&j, "[]", 2, &e);
	ok(json_find(j, "a") == NULL && json_count(j) == 0 &&
	    json_kind(j) == JSON_IS_ARRAY, "an array has no members");
	json_free(j);
	json_parse(&j, "{\"a\":{}}", 8, &e);
	ok(json_count(j) == 0 && json_at(j, 0) == NULL,
	    "an object has no items");
	json_free(j);
}

static void
test_errors(void)
{
	static const struct { const char *text; int col; } rows[] = {
		{ "", 0 }, { "{", 1 }, { "{\"a\":1,}", 8 },
		{ "{\"a\":1} x", 9 }, { "{\"a\":1,\"a\":2}", 0 },
		{ "{\"a\":tru}", 8 }, { "1", 1 }, { "\"text\"", 6 },
		{ "{'a':1}", 2 }, { "{\"a\":\"\xff\"}", 0 },
		{ "{\"a\":\"\xc3\xa4\xff\"}", 0 },
		{ "{\"a\":\"\\u0000\"}", 0 }, { "{\"a\":\"\t\"}", 0 },
		{ "{\"a\":01}", 0 }, { "[1 2]", 0 }, { "nul", 0 },
		{ "{\"a\":\"\\ud800\"}", 0 }, { "[1e999]", 0 },
		{ "[99999999999999999999999]", 0 },
	};
	struct err e = ERR_INIT;
	struct json *j;
	bool good = true;
	char *end;
	long col;
	size_t i;

	for (i = 0; i < ARRAY_LEN(rows); i++) {
		good &= row(json_parse(&j, rows[i].text,
		    strlen(rows[i].text), &e) == -1 && j == NULL &&
		    e.status == EX_DATAERR, "%s is read", rows[i].text);
		col = strtol(e.msg, &end, 10);
		good &= row(col >= 1 && strncmp(end, ": ", 2) == 0 &&
		    (rows[i].col == 0 || col == rows[i].col), "%s: %s",
		    rows[i].text, e.msg);
	}
	ok(good, "what is no JSON is EX_DATAERR, with its column");
	ok(json_parse(&j, "{\"a\":\"\0\"}", 9, &e) == -1,
	    "so is a NUL in the text");
	ok(json_parse(&j, NULL, 0, &e) == -1, "so is nothing");
}

static void
test_deep(void)
{
	struct buf b = BUF_INIT;
	struct err e = ERR_INIT;
	struct json *j;
	int i;

	for (i = 0; i < 1000000; i++)
		buf_addc(&b, '[');
	ok(json_parse(&j, b.ptr, b.len, &e) == -1 && e.status == EX_DATAERR,
	    "a million brackets are an error, and no deeper trouble");
	buf_release(&b);
}

int
main(void)
{
	scratch();
	test_oid_known();
	test_oid_git();
	test_oid_pieces();
	test_values();
	test_nothing();
	test_errors();
	test_deep();
	return tap_done();
}
