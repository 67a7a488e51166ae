/* SPDX-License-Identifier: MIT */
/* A card: whatever it holds, setting a key changes that value alone. */
#include "base/compat.h"

#include "base/err.h"
#include "base/strvec.h"
#include "board/card.h"
#include "format/mark.h"
#include "format/oid.h"
#include "format/screen.h"
#include "t/fuzz/fuzz.h"

static void
look(const struct card *c)
{
	struct screen_look look = { 40, true };
	struct mark_outline o = MARK_OUTLINE_INIT;
	struct strvec problems = STRVEC_INIT;
	struct id id = { "", 42 };
	struct buf out = BUF_INIT, context = BUF_INIT;
	struct oid content;
	const char *body;
	size_t len, i;

	card_check(c, &id, STAGE_INBOX, &problems);
	card_content(c, &context, &content);
	body = card_body(c, &len);
	mark_outline(&o, body, len);
	for (i = 0; i < o.ntasks; i++)
		PROMISE(o.tasks[i].at < len &&
		    strchr(" xX", body[o.tasks[i].at]) != NULL);
	for (i = 0; i < o.nsections; i++)
		PROMISE(o.sections[i].start <= o.sections[i].end &&
		    o.sections[i].end <= len);
	screen_add(&out, body, len, &look);
	mark_add_html(&out, body, len);
	mark_outline_release(&o);
	strvec_release(&problems);
	buf_release(&out);
}

/* The value's place before tells which bytes must stay. */
static void
set_and_compare(struct card *c, const char *key, const char *value)
{
	const struct yaml_node *n = yaml_member(c->yaml.root, key);
	struct buf before = BUF_INIT;
	struct err e = ERR_INIT;
	size_t start, tail;

	buf_addb(&before, &c->text);
	start = n == NULL ? c->head_end : c->head + n->start;
	tail = n == NULL ? before.len - c->head_end :
	    before.len - c->head - n->end;
	if (card_set(c, key, value, &e) == 0) {
		PROMISE(value == NULL ? card_get(c, key) == NULL :
		    strcmp(card_str(c, key), value) == 0);
		PROMISE(memcmp(before.ptr, c->text.ptr, start) == 0);
		PROMISE(c->text.len >= tail && memcmp(before.ptr +
		    before.len - tail, c->text.ptr + c->text.len - tail,
		    tail) == 0);
	} else {
		PROMISE(e.msg[0] != '\0' && e.status == EX_DATAERR);
		PROMISE(buf_equal(&before, &c->text));
	}
	buf_release(&before);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct card c = CARD_INIT;
	struct err e = ERR_INIT;

	if (size > 65536)
		return 0;
	if (card_parse(&c, (const char *)data, size, &e) == 0) {
		look(&c);
		set_and_compare(&c, "priority", "P1");
		set_and_compare(&c, "stage", "next");
		set_and_compare(&c, "task_name", "it's \"a\" name: #1");
		set_and_compare(&c, "tags", NULL);
		set_and_compare(&c, "added", "new");
	} else {
		PROMISE(e.msg[0] >= '0' && e.msg[0] <= '9');
	}
	card_release(&c);
	return 0;
}
