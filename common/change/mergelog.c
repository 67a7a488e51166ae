/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/jsonw.h"
#include "base/utf8.h"
#include "change/mergework.h"

/* What is quoted of a text that was dropped; all of it is in git. */
enum { QUOTED_MAX = 2000 };

static void
hash_text(struct oid_hash *h, const char *s)
{
	oid_hash_add(h, s, strlen(s) + 1);
}

/*
 * The same line behind the same lines has the same id, whoever merges and
 * whenever; behind others it is another, so that no two ledgers have it in
 * another order.
 */
static void
make_id(const struct merge_line *l, const struct buf *before, const char *ts,
    char out[LEDGER_ID_LEN + 1])
{
	static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
	struct oid_hash h;
	struct oid id;
	int i;

	oid_hash_init(&h);
	oid_hash_add(&h, buf_str(before), before->len);
	hash_text(&h, l->identity);
	hash_text(&h, l->event);
	hash_text(&h, l->desc);
	hash_text(&h, ts);
	hash_text(&h, l->own == NULL ? "" : buf_str(l->own));
	hash_text(&h, l->payload == NULL ? "" : buf_str(l->payload));
	oid_hash_end(&h, &id);
	for (i = 0; i < LEDGER_ID_LEN; i++)
		out[i] = digits[id.raw[i] & 31];
	out[LEDGER_ID_LEN] = '\0';
}

void
merge_log(struct buf *ledger, const struct merge_line *line)
{
	struct draft d = { .event = line->event, .user = "system",
	    .desc = line->desc };
	char ts[32], id[LEDGER_ID_LEN + 1];
	struct ledger l = LEDGER_INIT;
	size_t i;

	ledger_parse(&l, buf_str(ledger), ledger->len);
	for (i = 0; i < l.n; i++)
		if (l.v[i].ts_us > d.ts_us)
			d.ts_us = l.v[i].ts_us;
	snprintf(ts, sizeof(ts), "%" PRId64, d.ts_us);
	make_id(line, ledger, ts, id);
	d.id = id;
	if (line->own != NULL)
		buf_addb(&d.own, line->own);
	if (line->payload != NULL)
		buf_addb(&d.payload, line->payload);
	jsonw_member(&d.metadata, "by", "merge");
	ledger_add(&l, &d);
	buf_swap(ledger, &l.text);
	draft_release(&d);
	ledger_release(&l);
}

static void
add_quoted(struct buf *own, const char *key, const char *text)
{
	struct buf short_text = BUF_INIT;
	size_t n = strlen(text);

	if (n > QUOTED_MAX) {
		for (n = QUOTED_MAX; n > 0 && (text[n] & 0xc0) == 0x80; n--)
			continue;
		buf_add(&short_text, text, n);
		buf_adds(&short_text, "…");
		text = short_text.ptr;
	}
	jsonw_member(own, key, text);
	buf_release(&short_text);
}

void
merge_log_conflicts(struct buf *ledger, const char *identity,
    const struct merge_conflicts *c)
{
	struct merge_line line = { .identity = identity,
	    .event = "conflict_resolved" };
	struct buf own = BUF_INIT, desc = BUF_INIT;
	size_t i;

	for (i = 0; i < c->n; i++) {
		buf_clear(&own);
		buf_clear(&desc);
		jsonw_member(&own, "field", c->v[i].field);
		add_quoted(&own, "kept", c->v[i].kept);
		add_quoted(&own, "dropped", c->v[i].dropped);
		buf_addf(&desc, "both sides changed %s", c->v[i].field);
		line.own = &own;
		line.desc = desc.ptr;
		merge_log(ledger, &line);
	}
	buf_release(&own);
	buf_release(&desc);
}

void
merge_note(struct merge_work *w, const struct id *id, enum merge_word word,
    const char *fmt, ...)
{
	struct merge_report *r = w->report;
	struct buf text = BUF_INIT;
	struct merge_note *note;
	va_list ap;

	va_start(ap, fmt);
	buf_vaddf(&text, fmt, ap);
	va_end(ap);
	MEM_GROW(r->v, r->n, r->cap);
	note = &r->v[r->n++];
	memset(note, 0, sizeof(*note));
	if (id != NULL)
		id_format_ref(note->ref, id);
	note->word = word;
	note->text = buf_take(&text);
}
