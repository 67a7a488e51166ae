/* SPDX-License-Identifier: MIT */
/* base/buf, base/strvec, base/map */
#include "base/compat.h"

#include "base/buf.h"
#include "base/map.h"
#include "base/strvec.h"
#include "t/unit/scratch.h"
#include "t/unit/tap.h"

static void
test_buf_text(void)
{
	struct buf b = BUF_INIT, other = BUF_INIT;

	is_str(buf_str(&b), "", "an empty buf is an empty string");
	buf_truncate(&b, 0);
	buf_clear(&b);
	ok(b.ptr == NULL, "clearing an empty buf allocates nothing");
	buf_adds(&b, "one");
	buf_addc(&b, ',');
	buf_addf(&b, "%s-%03d", "two", 2);
	buf_adds(&other, "!");
	buf_addb(&b, &other);
	is_str(buf_str(&b), "one,two-002!", "adds strings, characters, "
	    "formats and other bufs");
	buf_addb(&b, &(struct buf)BUF_INIT);
	is_int((intmax_t)b.len, 12, "adding an empty buf adds nothing");
	buf_truncate(&b, 3);
	is_str(b.ptr, "one", "truncates, and ends with a NUL there");
	buf_set(&b, "set", 3);
	is_str(b.ptr, "set", "setting replaces the content");
	buf_swap(&b, &other);
	ok(strcmp(b.ptr, "!") == 0 && strcmp(other.ptr, "set") == 0,
	    "swaps the contents");
	buf_release(&b);
	buf_release(&b);
	ok(b.ptr == NULL && b.len == 0 && b.cap == 0,
	    "releasing twice leaves an empty buf");
	buf_adds(&b, "again");
	is_str(buf_str(&b), "again", "a released buf is usable");
	buf_release(&b);
	buf_release(&other);
}

static void
test_buf_bytes(void)
{
	struct buf a = BUF_INIT, b = BUF_INIT;

	buf_add(&a, "a\0b", 3);
	ok(a.len == 3 && memcmp(a.ptr, "a\0b", 4) == 0,
	    "holds NUL bytes, and a NUL after them");
	buf_add(&b, "a\0c", 3);
	ok(!buf_equal(&a, &b), "bufs that differ after a NUL are not equal");
	b.ptr[2] = 'b';
	ok(buf_equal(&a, &b), "bufs of the same bytes are equal");
	buf_truncate(&b, 2);
	ok(!buf_equal(&a, &b), "bufs of different lengths are not equal");
	buf_truncate(&a, 0);
	ok(buf_equal(&a, &(struct buf)BUF_INIT),
	    "an emptied buf equals one that was never filled");
	buf_release(&a);
	buf_release(&b);
}

static void
test_buf_take(void)
{
	struct buf b = BUF_INIT;
	char *s;

	s = buf_take(&b);
	is_str(s, "", "what is taken of an empty buf is an empty string");
	free(s);
	buf_adds(&b, "mine");
	s = buf_take(&b);
	ok(strcmp(s, "mine") == 0 && b.ptr == NULL && b.len == 0,
	    "taking hands the memory over and leaves an empty buf");
	free(s);
}

static void
test_buf_splice(void)
{
	static const struct {
		const char *text;
		size_t at, del;
		const char *data, *want;
	} rows[] = {
		{ "abcdef", 2, 2, "XY", "abXYef" },
		{ "abcdef", 0, 0, "X", "Xabcdef" },
		{ "abcdef", 6, 0, "X", "abcdefX" },
		{ "abcdef", 0, 6, "", "" },
		{ "abcdef", 1, 4, "X", "aXf" },
		{ "abcdef", 1, 1, "a much longer text than was there",
		    "aa much longer text than was therecdef" },
		{ "", 0, 0, "X", "X" },
		{ "", 0, 0, "", "" },
	};
	struct buf b = BUF_INIT;
	bool good = true;
	size_t i;

	for (i = 0; i < ARRAY_LEN(rows); i++) {
		buf_set(&b, rows[i].text, strlen(rows[i].text));
		buf_splice(&b, rows[i].at, rows[i].del, rows[i].data,
		    strlen(rows[i].data));
		good &= row(strcmp(b.ptr, rows[i].want) == 0 &&
		    b.len == strlen(rows[i].want), "row %zu: %s", i, b.ptr);
	}
	ok(good, "splices at the front, in the middle, at the end, "
	    "and into nothing");
	buf_release(&b);
}

static int
splice_beyond(void *ctx)
{
	struct buf b = BUF_INIT;

	(void)ctx;
	buf_adds(&b, "abc");
	buf_splice(&b, 2, 2, "x", 1);
	return 0;
}

static int
grow_too_far(void *ctx)
{
	struct buf b = BUF_INIT;

	(void)ctx;
	buf_grow(&b, SIZE_MAX / 2);
	return 0;
}

static int
resize_too_far(void *ctx)
{
	(void)ctx;
	mem_resize(NULL, SIZE_MAX / 4, 8);
	return 0;
}

/* (AddressSanitizer has its own way to say no.) */
static int
resize_beyond_memory(void *ctx)
{
	(void)ctx;
#ifdef __SANITIZE_ADDRESS__
	mem_resize(NULL, SIZE_MAX / 4, 8);
#else
	mem_resize(NULL, SIZE_MAX / 4, 1);
#endif
	return 0;
}

static void
test_death(void)
{
	static int (*const ways[])(void *) = { splice_beyond, grow_too_far,
	    resize_too_far, resize_beyond_memory };
	static const char *const why[] = { "out of range", "out of memory",
	    "out of memory", "out of memory" };
	struct child c;
	bool good = true;
	size_t i;

	for (i = 0; i < ARRAY_LEN(ways); i++) {
		in_child(&c, ways[i], NULL);
		good &= row(c.status == EX_SOFTWARE &&
		    strstr(buf_str(&c.err), why[i]) != NULL,
		    "way %zu: status %d: %s", i, c.status, buf_str(&c.err));
		child_release(&c);
	}
	ok(good, "sizes that cannot be end the process with EX_SOFTWARE "
	    "and say so");
}

/* Many small changes against a plain array. */
static void
test_buf_chance(void)
{
	unsigned char model[4096], bytes[16];
	struct buf b = BUF_INIT;
	size_t len = 0, at, del, n, i, k;
	bool good = true;

	chance_seed(1);
	for (i = 0; i < 5000 && good; i++) {
		at = chance(len + 1);
		del = chance(len - at + 1) % 20;
		n = len > 4000 ? 0 : chance(sizeof(bytes) + 1);
		for (k = 0; k < n; k++)
			bytes[k] = (unsigned char)chance(256);
		memmove(model + at + n, model + at + del, len - at - del);
		memcpy(model + at, bytes, n);
		len = len - del + n;
		buf_splice(&b, at, del, bytes, n);
		good = row(b.len == len && b.len < b.cap &&
		    memcmp(b.ptr, model, len) == 0 && b.ptr[len] == '\0',
		    "after splice %zu", i);
	}
	ok(good, "thousands of splices keep the content and the invariants");
	buf_release(&b);
}

static void
test_mem(void)
{
	char *z = mem_zalloc(16), *s = mem_strdup_null(NULL), *t, *u;
	int *v = NULL;
	size_t n = 0, cap = 0, i;
	bool zero = true, good = true;

	for (i = 0; i < 16; i++)
		zero = zero && z[i] == 0;
	ok(zero, "mem_zalloc gives zeroes");
	ok(s == NULL, "mem_strdup_null of NULL is NULL");
	t = mem_printf("%d%s", 4, "2");
	u = mem_strdup_null(t);
	is_str(u, "42", "mem_printf and mem_strdup give strings");
	for (i = 0; i < 1000; i++) {
		MEM_GROW(v, n, cap);
		v[n++] = (int)i;
	}
	for (i = 0; i < 1000; i++)
		good = good && v[i] == (int)i;
	ok(good && cap >= 1000, "MEM_GROW makes room one by one");
	free(z);
	free(t);
	free(u);
	free(v);
	free(mem_alloc(0));
}

static void
test_strvec(void)
{
	struct strvec sv = STRVEC_INIT;

	strvec_clear(&sv);
	ok(!strvec_has(&sv, ""), "an empty list has nothing");
	strvec_add(&sv, "b");
	strvec_addn(&sv, "abc", 1);
	strvec_addf(&sv, "%d", 7);
	strvec_give(&sv, mem_strdup("B"));
	ok(sv.n == 4 && sv.v[4] == NULL, "a list ends with NULL");
	ok(strvec_has(&sv, "7") && !strvec_has(&sv, "ab"),
	    "finds what it has, whole");
	strvec_sort(&sv);
	ok(strcmp(sv.v[0], "7") == 0 && strcmp(sv.v[1], "B") == 0 &&
	    strcmp(sv.v[2], "a") == 0 && strcmp(sv.v[3], "b") == 0,
	    "sorts by bytes");
	strvec_clear(&sv);
	ok(sv.n == 0 && sv.v[0] == NULL, "a cleared list is empty");
	strvec_split(&sv, ",,a,bc,,d,", ',');
	ok(sv.n == 3 && strcmp(sv.v[1], "bc") == 0,
	    "splitting leaves empty pieces out");
	strvec_split(&sv, "", ',');
	is_int((intmax_t)sv.n, 3, "splitting nothing adds nothing");
	strvec_release(&sv);
	strvec_release(&sv);
	ok(sv.v == NULL && sv.n == 0, "releasing twice is no harm");
}

struct seen {
	struct strvec	keys;
	int		sum;
};

static void
see(const char *key, void *value, void *ctx)
{
	struct seen *s = ctx;

	strvec_add(&s->keys, key);
	s->sum += *(int *)value;
}

static void
test_map(void)
{
	struct map m = MAP_INIT;
	struct seen s = { STRVEC_INIT, 0 };
	int one = 1, two = 2, three = 3;
	char key[] = "b";

	ok(map_find(&m, "a") == NULL, "an empty map finds nothing");
	ok(map_remove(&m, "a") == NULL, "removing what is not there is NULL");
	ok(map_put(&m, key, &two) == NULL, "a new key had no value");
	key[0] = 'x';
	ok(map_find(&m, "b") == &two, "keys are copied");
	ok(map_put(&m, "b", &three) == &two && m.n == 1,
	    "replacing gives the earlier value");
	map_put(&m, "a", &one);
	map_put(&m, "\xc3\xa4", &two);
	map_put(&m, "", &one);
	map_each(&m, see, &s);
	ok(s.keys.n == 4 && strcmp(s.keys.v[0], "") == 0 &&
	    strcmp(s.keys.v[1], "a") == 0 && strcmp(s.keys.v[2], "b") == 0 &&
	    s.sum == 7, "walks in the byte order of the keys");
	ok(map_remove(&m, "b") == &three && map_find(&m, "b") == NULL &&
	    m.n == 3, "removing gives the value that was taken out");
	map_release(&m);
	map_release(&m);
	ok(m.n == 0 && map_find(&m, "a") == NULL,
	    "releasing twice leaves an empty map");
	map_put(&m, "mine", mem_strdup("value"));
	map_release_values(&m);
	is_int((intmax_t)m.n, 0, "map_release_values frees the values, too");
	strvec_release(&s.keys);
}

static void
test_map_many(void)
{
	struct map m = MAP_INIT;
	char key[16];
	int value = 0;
	bool good = true;
	size_t i;

	for (i = 0; i < 20000; i++) {
		snprintf(key, sizeof(key), "%08zu", i);
		map_put(&m, key, &value);
	}
	for (i = 0; i < 20000; i += 2) {
		snprintf(key, sizeof(key), "%08zu", i);
		good = good && map_remove(&m, key) == &value;
	}
	for (i = 0; i < 20000; i++) {
		snprintf(key, sizeof(key), "%08zu", i);
		good = good && (map_find(&m, key) != NULL) == (i % 2 == 1);
	}
	ok(good && m.n == 10000, "keeps twenty thousand keys in order, "
	    "and takes every second out");
	map_release(&m);
}

int
main(void)
{
	test_buf_text();
	test_buf_bytes();
	test_buf_take();
	test_buf_splice();
	test_death();
	test_buf_chance();
	test_mem();
	test_strvec();
	test_map();
	test_map_many();
	return tap_done();
}
