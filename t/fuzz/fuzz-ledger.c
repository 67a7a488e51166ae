/* SPDX-License-Identifier: MIT */
/* A ledger: adding to it keeps what was there, and is found again. */
#include "base/compat.h"

#include "base/err.h"
#include "board/ledger.h"
#include "rule/move.h"
#include "t/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ledger l = LEDGER_INIT, again = LEDGER_INIT;
	struct draft d = { .event = "late_log", .user = "@a", .desc = "\n|" };
	size_t events, entered, i;

	ledger_parse(&l, (const char *)data, size);
	for (i = 0; i < l.n; i++)
		PROMISE(l.v[i].start + l.v[i].len <= size);
	move_replay(&l, &entered);
	PROMISE(entered == SIZE_MAX || entered < l.n);
	events = l.n;
	ledger_add(&l, &d);
	PROMISE(l.n == events + 1);
	PROMISE(size == 0 || memcmp(l.text.ptr, data, size) == 0);
	ledger_parse(&again, l.text.ptr, l.text.len);
	PROMISE(again.n >= 1);
	PROMISE(strcmp(again.v[again.n - 1].desc, "\n|") == 0);
	ledger_release(&l);
	ledger_release(&again);
	return 0;
}
