/* SPDX-License-Identifier: MIT */
/* board/card: the property, over cards made from real work items */
#include "base/compat.h"

#include "base/err.h"
#include "base/strvec.h"
#include "board/card.h"
#include "format/json.h"
#include "format/mark.h"
#include "t/unit/cardprop.h"
#include "t/unit/scratch.h"
#include "t/unit/tap.h"

/* Texts and lists that go into the front matter: key, and where from. */
static const char *const texts[][2] = { { "external_key", "key" },
	{ "task_name", "name" }, { "stage", "folder" },
	{ "status", "status" }, { "created_date", "created" },
	{ "updated", "updated" }, { "priority", "priority" },
	{ "parent", "parent" }, { "summary", "description" } };
static const char *const lists[][2] = { { "current_dri", "assignee" },
	{ "tags", "labels" }, { "depends_on", "dependencies" } };

enum { PLAIN, DOUBLE, SINGLE, BLOCK, STYLES };

/* A text of several lines below its key. */
static void
add_block(struct buf *out, const char *s)
{
	size_t n;

	buf_adds(out, "|-");
	for (; *s != '\0'; s += n + (s[n] == '\n')) {
		n = strcspn(s, "\n");
		buf_addc(out, '\n');
		if (n > 0)
			buf_addf(out, "  %.*s", (int)n, s);
	}
}

static void
add_text(struct buf *out, const char *key, const char *s, int style)
{
	const char *p;

	buf_addf(out, "%s: ", key);
	if (s == NULL) {
		buf_adds(out, one_in(2) ? "null" : "");
	} else if (style == SINGLE && strchr(s, '\n') == NULL) {
		buf_addc(out, '\'');
		for (p = s; *p != '\0'; p++)
			buf_addf(out, "%s%c", *p == '\'' ? "'" : "", *p);
		buf_addc(out, '\'');
	} else if (style == BLOCK && *s > ' ' && strstr(s, "\n ") == NULL) {
		add_block(out, s);
	} else if (style == PLAIN && yaml_is_plain(s)) {
		buf_adds(out, s);
	} else {
		yaml_quote(out, s);
	}
	buf_adds(out, one_in(5) && style != BLOCK ? "  # why\n" : "\n");
}

static void
add_list(struct buf *out, const char *key, const struct json *list, int style)
{
	struct strvec sv = STRVEC_INIT;
	size_t i;

	for (i = 0; i < json_count(list); i++)
		strvec_add(&sv, json_text(json_at(list, i)));
	buf_addf(out, "%s:", key);
	if (style == BLOCK || style == PLAIN) {
		for (i = 0; i < sv.n; i++) {
			buf_adds(out, style == BLOCK ? "\n  - " : "\n- ");
			yaml_quote(out, sv.v[i]);
		}
	} else {
		buf_addc(out, ' ');
		yaml_quote_list(out, &sv);
	}
	buf_addc(out, '\n');
	strvec_release(&sv);
}

static void
add_body(struct buf *out, const struct json *item)
{
	static const char *const parts[][2] = { { "Goal", "description" },
	    { "Implementation Details", "plan" }, { "Notes", "notes" } };
	const struct json *criteria = json_find(item, "acceptance"), *one;
	const char *s;
	size_t i;

	for (i = 0; i < ARRAY_LEN(parts); i++) {
		buf_addf(out, "\n## %s\n\n", parts[i][0]);
		if ((s = json_member(item, parts[i][1])) != NULL)
			mark_add_nested(out, s, strlen(s));
	}
	buf_adds(out, "\n\n## Acceptance Criteria\n\n");
	for (i = 0; i < json_count(criteria); i++) {
		one = json_at(criteria, i);
		buf_addf(out, "- [%c] %s\n",
		    json_bool(json_find(one, "done")) ? 'x' : ' ',
		    json_member(one, "text"));
	}
}

/* The card of an item, in one of the styles that people write. */
static void
make_card(struct buf *out, const struct json *item, int style)
{
	struct buf lf = BUF_INIT;
	size_t i;

	buf_clear(out);
	buf_adds(&lf, one_in(10) ? "\xef\xbb\xbf---\n" : "---\n");
	for (i = 0; i < ARRAY_LEN(texts); i++)
		add_text(&lf, texts[i][0], json_member(item, texts[i][1]),
		    style);
	for (i = 0; i < ARRAY_LEN(lists); i++)
		add_list(&lf, lists[i][0], json_find(item, lists[i][1]),
		    style);
	buf_adds(&lf, "# the end\n---\n");
	add_body(&lf, item);
	for (i = 0; i < lf.len; i++) {
		if (lf.ptr[i] == '\n' && style == SINGLE)
			buf_addc(out, '\r');
		buf_addc(out, lf.ptr[i]);
	}
	buf_release(&lf);
}

static size_t
try_card(const struct buf *card, const struct json *item)
{
	static const char *const own[] = { "task_id", "blocked_by" };
	struct strvec tags = STRVEC_INIT;
	struct want w = { NULL, NULL, NULL };
	size_t i, bad = 0;

	for (i = 0; i < ARRAY_LEN(texts); i++) {
		w.key = texts[i][0];
		w.value = json_member(item, texts[(i + 1) %
		    ARRAY_LEN(texts)][1]);
		bad += !card_keeps(card, &w);
	}
	for (i = 0; i < ARRAY_LEN(own); i++) {
		w.key = own[i];
		w.value = "TASK-0042";
		bad += !card_keeps(card, &w);
	}
	strvec_add(&tags, "one");
	strvec_add(&tags, json_member(item, "name"));
	w.list = &tags;
	for (i = 0; i < ARRAY_LEN(lists); i++) {
		w.key = lists[i][0];
		bad += !card_keeps(card, &w);
	}
	strvec_release(&tags);
	return bad;
}

static void
test_items(const struct buf *data)
{
	struct buf card = BUF_INIT;
	struct err e = ERR_INIT;
	const char *p, *end = data->ptr + data->len, *nl;
	size_t items = 0, bad = 0;
	struct json *item;
	int style;

	for (p = data->ptr; p < end && bad < 5; p = nl + 1, items++) {
		nl = memchr(p, '\n', (size_t)(end - p));
		if (nl == NULL || json_parse(&item, p, (size_t)(nl - p), &e)
		    != 0)
			bail("line %zu: %s", items + 1, e.msg);
		for (style = 0; style < STYLES; style++) {
			make_card(&card, item, style);
			bad += try_card(&card, item);
		}
		json_free(item);
	}
	ok(items >= 600, "there are more than six hundred real items");
	is_int((intmax_t)bad, 0, "setting a key of a card that is made of "
	    "one, in each of four styles, changes that value and no other "
	    "byte");
	is_int((intmax_t)cards_refused, 0, "none is refused");
	buf_release(&card);
}

int
main(void)
{
	const char *src = getenv("TASK_SRC");
	struct buf data = BUF_INIT;
	char *path;

	path = mem_printf("%s/../shared/data/backlog.jsonl",
	    src == NULL ? "." : src);
	if (!get_data(path, &data)) {
		printf("1..0 # SKIP there is no %s\n", path);
	} else {
		chance_seed(13);
		test_items(&data);
	}
	free(path);
	if (data.len == 0)
		return 0;
	buf_release(&data);
	return tap_done();
}
