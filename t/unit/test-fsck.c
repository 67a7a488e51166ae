/* SPDX-License-Identifier: MIT */
/* rule/fsck: the table of codes, and findings in their order */
#include "base/compat.h"

#include "base/buf.h"
#include "rule/fsck.h"
#include "t/unit/tap.h"

/* "F2-orphan-row" */
static bool
is_code(const char *s)
{
	size_t n;

	if (s[0] != 'F' || s[1] < '0' || s[1] > '9' || s[2] != '-')
		return false;
	n = strspn(s + 3, "abcdefghijklmnopqrstuvwxyz-");
	return n > 0 && s[3 + n] == '\0' && s[2 + n] != '-';
}

static void
test_codes(void)
{
	bool held = true;
	const char *a, *b;
	size_t i, k;

	for (i = 0; i < FSCK_CODES; i++) {
		a = fsck_kinds[i].code;
		held = row(a != NULL && is_code(a), "code %zu", i) && held;
		held = row(fsck_kinds[i].meaning[0] != '\0' &&
		    fsck_kinds[i].repair[0] != '\0', "%s", a) && held;
		for (k = 0; k < i; k++) {
			b = fsck_kinds[k].code;
			held = row(strcmp(a, b) != 0 && b[1] <= a[1],
			    "%s after %s", a, b) && held;
		}
	}
	ok(held, "has a code for each, by rule, no two the same");
	for (held = true, i = 0; i < FSCK_CODES; i++)
		held = row(!fsck_kinds[i].mended || !fsck_kinds[i].warning,
		    "%s", fsck_kinds[i].code) && held;
	ok(held, "mends no mere warning");
}

static void
add(struct findings *f, uint32_t number, const char *path, int line,
    enum fsck_code code)
{
	struct id id = { "", number };
	struct fsck_at at = { number == 0 ? NULL : &id, path, line };

	findings_add(f, &at, code, "%s:%d", path, line);
}

static void
test_order(void)
{
	struct findings f = FINDINGS_INIT, more = FINDINGS_INIT;
	struct buf out = BUF_INIT;
	size_t i;

	add(&f, 0, "INDEX.md", 1, FSCK_BAD_INDEX);
	add(&f, 2, "a", 9, FSCK_VALUE);
	add(&f, 2, "a", 9, FSCK_CARD_ID);
	add(&more, 1, "b", 2, FSCK_VALUE);
	add(&more, 1, "b", 1, FSCK_VALUE);
	add(&more, 1, "a", 3, FSCK_VALUE);
	findings_take(&f, &more);
	findings_sort(&f);
	for (i = 0; i < f.n; i++)
		buf_addf(&out, "%" PRIu32 " %s %s;", f.v[i].id.number,
		    f.v[i].message, fsck_kinds[f.v[i].code].code);
	is_str(buf_str(&out), "1 a:3 F1-card-value;1 b:1 F1-card-value;"
	    "1 b:2 F1-card-value;2 a:9 F1-card-id;2 a:9 F1-card-value;"
	    "0 INDEX.md:1 F2-bad-index;",
	    "sorts by task, path, line and code, what is of none last");
	is_int((intmax_t)more.n, 0, "takes them over");
	findings_release(&f);
	findings_release(&f);
	findings_release(&more);
	buf_release(&out);
}

int
main(void)
{
	test_codes();
	test_order();
	return tap_done();
}
