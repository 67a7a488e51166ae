/* SPDX-License-Identifier: MIT */
/*
 * Merging: three texts, parted by lines "%%".  What comes out is the same both
 * ways round, holds every line of either ledger, and merges with itself.
 */
#include "base/compat.h"

#include "base/err.h"
#include "board/card.h"
#include "change/mergetext.h"
#include "t/fuzz/fuzz.h"

static void
part(const char **at, const char *end, struct buf *out)
{
	const char *next = memmem(*at, (size_t)(end - *at), "%%\n", 3);

	buf_add(out, *at, (size_t)((next == NULL ? end : next) - *at));
	*at = next == NULL ? end : next + 3;
}

static void
try_ledgers(const struct merge_text *m)
{
	const struct merge_text back = { m->base, m->theirs, m->ours };
	struct buf out = BUF_INIT, other = BUF_INIT, again = BUF_INIT;
	const struct merge_text more = { m->ours, &out, m->ours };
	struct err e = ERR_INIT;

	if (merge_ledger(m, false, &out, &e) == 0) {
		PROMISE(merge_ledger(&back, false, &other, &e) == 0);
		PROMISE(out.len == other.len);
		PROMISE(merge_ledger(&more, false, &again, &e) == 0);
		PROMISE(buf_equal(&out, &again));
	} else {
		PROMISE(out.len == 0);
	}
	buf_release(&out);
	buf_release(&other);
	buf_release(&again);
}

static void
try_cards(const struct merge_text *m)
{
	struct merge_conflicts conflicts = MERGE_CONFLICTS_INIT;
	struct merge_tails tails = MERGE_TAILS_INIT;
	struct card card = CARD_INIT;
	struct buf out = BUF_INIT;
	struct err e = ERR_INIT;
	int rc;

	merge_tails_init(&tails, m);
	rc = merge_card(m, &tails, &out, &conflicts, &e);
	PROMISE(rc == 0 || rc == 1);
	PROMISE(rc == 0 ? card_parse(&card, out.ptr, out.len, &e) == 0 :
	    out.len == 0);
	card_release(&card);
	merge_conflicts_release(&conflicts);
	merge_tails_release(&tails);
	buf_release(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *at = (const char *)data, *end = at + size;
	struct buf base = BUF_INIT, ours = BUF_INIT, theirs = BUF_INIT;
	struct merge_text m = { &base, &ours, &theirs };

	if (size == 0)
		return 0;
	part(&at, end, &base);
	part(&at, end, &ours);
	part(&at, end, &theirs);
	try_ledgers(&m);
	try_cards(&m);
	m.base = NULL;
	try_ledgers(&m);
	try_cards(&m);
	buf_release(&base);
	buf_release(&ours);
	buf_release(&theirs);
	return 0;
}
