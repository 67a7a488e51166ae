/* SPDX-License-Identifier: MIT */
/* An index: a row comes and goes, and all other bytes stay. */
#include "base/compat.h"

#include "base/buf.h"
#include "board/listing.h"
#include "t/fuzz/fuzz.h"

enum { NOW = 0 };

static void
mend(enum listing_kind kind, const uint8_t *data, size_t size)
{
	struct listing_row row = { { "", 7777 }, STAGE_NEXT, "a | b", "@a",
	    "active", "", "TASK-0001" };
	struct buf text = BUF_INIT, line = BUF_INIT, with = BUF_INIT;
	struct listing l, again;
	struct buf cell = BUF_INIT;
	size_t at;

	buf_add(&text, data, size);
	listing_parse(&l, kind, &text);
	PROMISE(l.table <= l.rows && l.rows <= l.tail && l.tail <= size);
	listing_render(&l, STAGE_NEXT, NOW, &with);
	PROMISE(listing_changed(&l) || (with.len == size && (size == 0 ||
	    memcmp(with.ptr, data, size) == 0)));
	if (listing_find(&l, &row.id) == SIZE_MAX) {
		listing_format(&line, &l, &row);
		listing_insert(&l, listing_place(&l, &row.id), &row.id,
		    line.ptr);
		buf_clear(&with);
		listing_render(&l, STAGE_NEXT, NOW, &with);
		listing_parse(&again, kind, &with);
		at = listing_find(&again, &row.id);
		PROMISE(at != SIZE_MAX);
		PROMISE(listing_cell(&again, &again.v[at], LISTING_NAME,
		    &cell) && strcmp(buf_str(&cell), "a | b") == 0);
		listing_release(&again);
	}
	listing_release(&l);
	buf_release(&text);
	buf_release(&line);
	buf_release(&with);
	buf_release(&cell);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	mend(LISTING_STAGE, data, size);
	mend(LISTING_ROOT, data, size);
	return 0;
}
