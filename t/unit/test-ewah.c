/* SPDX-License-Identifier: MIT */
/* change/ewah: sets of numbers, to bits and back */
#include "base/compat.h"

#include "change/ewah.h"
#include "t/unit/tap.h"

static uint32_t seed = 3310;

static uint32_t
next(uint32_t below)
{
	seed = seed * 1664525 + 1013904223;
	return (seed >> 8) % below;
}

/* True where it comes back as it was, and takes up all of its bytes. */
static bool
comes_back(const struct ewah *x)
{
	struct ewah back = EWAH_INIT;
	struct buf bytes = BUF_INIT;
	bool same;

	ewah_write(x, &bytes);
	same = ewah_read(&back, (unsigned char *)bytes.ptr, bytes.len,
	    UINT32_MAX) == bytes.len && back.n == x->n &&
	    (x->n == 0 || memcmp(back.v, x->v, x->n * sizeof(*x->v)) == 0);
	ewah_release(&back);
	buf_release(&bytes);
	return same;
}

static void
test_sets(void)
{
	static const uint32_t few[] = { 0, 1, 63, 64, 65, 127, 128, 300,
	    640, 100000, 4000000000 };
	struct ewah x = EWAH_INIT;
	bool all = true;
	uint32_t at;
	int i;

	ok(comes_back(&x), "the empty set");
	for (i = 0; i < (int)ARRAY_LEN(few); i++) {
		ewah_add(&x, few[i]);
		all = all && comes_back(&x);
	}
	ok(all, "numbers at the edges of words, and far apart");
	ewah_release(&x);
	for (i = 0; i < 200; i++) {
		uint32_t most = 1 + next(2000);

		for (at = next(most); x.n < 500; at += 1 + next(most))
			ewah_add(&x, at);
		all = all && comes_back(&x);
		ewah_release(&x);
	}
	ok(all, "sets of any density");
}

static void
test_damaged(void)
{
	struct ewah x = EWAH_INIT, back = EWAH_INIT;
	struct buf bytes = BUF_INIT;
	bool none = true;
	size_t i;

	for (i = 0; i < 50; i++)
		ewah_add(&x, (uint32_t)i * 100);
	ewah_write(&x, &bytes);
	for (i = 0; i < bytes.len; i++) {
		none = none && ewah_read(&back, (unsigned char *)bytes.ptr, i,
		    UINT32_MAX) == 0;
		ewah_release(&back);
	}
	ok(none, "what is cut off is no set");
	ok(ewah_read(&back, (unsigned char *)bytes.ptr, bytes.len, 4900) == 0,
	    "nor is one with a number beyond the limit");
	ewah_release(&back);
	for (i = 0; i < bytes.len * 8; i++) {
		bytes.ptr[i / 8] ^= (char)(1 << i % 8);
		(void)ewah_read(&back, (unsigned char *)bytes.ptr, bytes.len,
		    5000);
		none = none && (back.n == 0 || back.v[back.n - 1] < 5000);
		ewah_release(&back);
		bytes.ptr[i / 8] ^= (char)(1 << i % 8);
	}
	ok(none, "a bit that is wrong leads to no number beyond it");
	ewah_release(&x);
	buf_release(&bytes);
}

int
main(void)
{
	test_sets();
	test_damaged();
	return tap_done();
}
