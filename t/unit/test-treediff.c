/* SPDX-License-Identifier: MIT */
/* change/treediff: what git itself finds, and what is no tree */
#include "base/compat.h"

#include "base/err.h"
#include "base/strvec.h"
#include "change/tree.h"
#include "change/treediff.h"
#include "t/unit/tap.h"

enum { NAMES = 80, ROUNDS = 400 };

static struct tree_cache *cache;
static struct err err;

/* One name of a folder; mode 0: it is not in it. */
struct item {
	unsigned	 mode;
	unsigned char	 content;
};

/* Names of which many begin with others, in git's order for files. */
static const char *
name_of(int i)
{
	static char text[16];

	snprintf(text, sizeof(text), "n%d%s", i / 4, i % 4 == 0 ? "" :
	    i % 4 == 1 ? "-x" : i % 4 == 2 ? ".y" : "z");
	return text;
}

struct named {
	char		 name[16];
	struct item	 item;
};

static int
compare(const void *a, const void *b)
{
	const struct named *x = a, *y = b;
	struct tree_entry p = { .name = x->name, .mode = x->item.mode };
	struct tree_entry q = { .name = y->name, .mode = y->item.mode };

	return tree_compare(&p, &q);
}

/* The tree with those names; entries `twist` and the next change places. */
static struct oid
make(const struct item *v, size_t twist, struct buf *bytes)
{
	struct named named[NAMES], swap;
	unsigned char id[OID_RAW];
	struct oid out;
	size_t n = 0;
	int i;

	for (i = 0; i < NAMES; i++)
		if (v[i].mode != 0) {
			snprintf(named[n].name, sizeof(named[n].name), "%s",
			    name_of(i));
			named[n++].item = v[i];
		}
	qsort(named, n, sizeof(*named), compare);
	if (twist + 1 < n) {
		swap = named[twist];
		named[twist] = named[twist + 1];
		named[twist + 1] = swap;
	}
	for (i = 0; i < (int)n; i++) {
		/* All ids but for their last byte are the same. */
		memset(id, '0', sizeof(id));
		id[OID_RAW - 1] = named[i].item.content;
		buf_addf(bytes, "%o %s", named[i].item.mode, named[i].name);
		buf_add(bytes, "", 1);
		buf_add(bytes, id, sizeof(id));
	}
	oid_of(&out, "tree", buf_str(bytes), bytes->len);
	tree_cache_put(cache, &out, bytes);
	return out;
}

static enum tree_visit
note(const struct tree_delta *d, void *ctx)
{
	strvec_addf(ctx, "%c %s", d->old == NULL ? '+' : d->new == NULL ? '-' :
	    '*', d->path);
	return TREE_SKIP;
}

static void
expect(struct strvec *out, const struct item *a, const struct item *b)
{
	int i;

	for (i = 0; i < NAMES; i++)
		if (a[i].mode != b[i].mode || (a[i].mode != 0 &&
		    a[i].content != b[i].content))
			strvec_addf(out, "%c %s", a[i].mode == 0 ? '+' :
			    b[i].mode == 0 ? '-' : '*', name_of(i));
}

static void
change(struct item *v, int i)
{
	v[i].mode = rand() % 3 == 0 ? 0 : i % 5 == 0 ? TREE_MODE_DIR :
	    TREE_MODE_FILE;
	/* An id may hold what looks like an entry's head. */
	v[i].content = "0 1n/\0a4"[rand() % 8];
}

/* How many of the pairs are told otherwise than name by name. */
static int
wrong(int changes)
{
	struct buf *bytes = mem_zalloc(2 * ROUNDS * sizeof(*bytes));
	struct item a[NAMES], b[NAMES];
	struct strvec got, want;
	struct oid x, y;
	struct treediff d = { &x, &y, note, &got };
	int round, i, n = 0;

	cache = tree_cache_new(NULL);
	for (round = 0; round < ROUNDS; round++) {
		got = want = (struct strvec)STRVEC_INIT;
		for (i = 0; i < NAMES; i++)
			change(a, i);
		memcpy(b, a, sizeof(b));
		for (i = 0; i < changes; i++)
			change(b, rand() % NAMES);
		x = make(a, SIZE_MAX - 1, &bytes[2 * round]);
		y = make(b, SIZE_MAX - 1, &bytes[2 * round + 1]);
		expect(&want, a, b);
		if (treediff(cache, &d, &err) != 0)
			n++;
		strvec_sort(&got);
		strvec_sort(&want);
		n += got.n != want.n;
		for (i = 0; i < (int)got.n && got.n == want.n; i++)
			n += strcmp(got.v[i], want.v[i]) != 0;
		strvec_release(&got);
		strvec_release(&want);
	}
	tree_cache_free(cache);
	for (i = 0; i < 2 * ROUNDS; i++)
		buf_release(&bytes[i]);
	free(bytes);
	return n;
}

/* How many trees with two neighbours in the wrong order pass. */
static int
passes(bool same_before)
{
	struct buf bytes[2 * NAMES] = { BUF_INIT };
	struct item a[NAMES], b[NAMES];
	struct strvec got = STRVEC_INIT;
	struct oid x, y;
	struct treediff d = { &x, &y, note, &got };
	size_t twist;
	int i, n = 0;

	cache = tree_cache_new(NULL);
	for (i = 0; i < NAMES; i++)
		a[i] = (struct item){ TREE_MODE_FILE, 'a' };
	memcpy(b, a, sizeof(b));
	/* The last one differs, whatever the order. */
	b[NAMES - 1].content = 'b';
	for (twist = 0; twist + 2 < NAMES; twist++) {
		x = make(a, same_before ? twist : SIZE_MAX - 1,
		    &bytes[2 * twist]);
		y = make(b, twist, &bytes[2 * twist + 1]);
		n += treediff(cache, &d, &err) == 0 ||
		    strstr(err.msg, "not in order") == NULL;
	}
	tree_cache_free(cache);
	for (i = 0; i < 2 * NAMES; i++)
		buf_release(&bytes[i]);
	strvec_release(&got);
	return n;
}

int
main(void)
{
	srand(4);
	is_int(wrong(0), 0, "two trees that are the same");
	is_int(wrong(1), 0, "one name differs");
	is_int(wrong(5), 0, "a few differ");
	is_int(wrong(NAMES), 0, "most differ");
	is_int(passes(false), 0, "a new tree is not in order");
	is_int(passes(true), 0, "neither was the old one");
	return tap_done();
}
