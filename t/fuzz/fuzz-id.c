/* SPDX-License-Identifier: MIT */
/* Ids, references, dates, spans and slugs, as people and files write them. */
#include "base/compat.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/utf8.h"
#include "board/id.h"
#include "board/package.h"
#include "t/fuzz/fuzz.h"

static void
check_id(const char *text)
{
	char out[ID_SIZE];
	struct id id, again;
	const char *slug;

	if (id_parse(&id, text) == 0) {
		PROMISE(id.number > 0);
		id_format_ref(out, &id);
		PROMISE(id_parse(&again, out) == 0 &&
		    id_compare(&id, &again) == 0);
		id_format(out, &id);
		PROMISE(id_parse_exact(&again, out) == 0 &&
		    id_compare(&id, &again) == 0);
	}
	if (id_parse_exact(&id, text) == 0) {
		id_format(out, &id);
		PROMISE(strcmp(out, text) == 0);
	}
	if (id_parse_folder(&id, text, &slug) == 0)
		PROMISE(*slug != '\0' && id_parse(&again, text) == 0);
}

static void
check_time(const char *text)
{
	char date[CLOCK_DATE_SIZE], moment[CLOCK_MOMENT_SIZE];
	int64_t us, again;

	if (clock_parse_date(text, &us) == 0) {
		clock_format_date(date, us);
		PROMISE(strcmp(date, text) == 0);
	}
	if (clock_parse_moment(text, &us) == 0) {
		clock_format_moment(moment, us);
		PROMISE(clock_parse_moment(moment, &again) == 0);
	}
	if (clock_parse_span(text, &us) == 0)
		PROMISE(us > 0);
	clock_parse_when(text, &us);
}

static void
check_slug(const char *text, size_t len)
{
	struct buf slug = BUF_INIT, again = BUF_INIT, safe = BUF_INIT;
	size_t i;

	utf8_slug(&slug, text, len, ID_SLUG_MAX);
	PROMISE(slug.len <= ID_SLUG_MAX);
	PROMISE(utf8_valid(buf_str(&slug), slug.len));
	PROMISE(strchr(buf_str(&slug), '/') == NULL);
	PROMISE(slug.len == 0 || (slug.ptr[0] != '-' &&
	    slug.ptr[slug.len - 1] != '-'));
	utf8_slug(&again, buf_str(&slug), slug.len, ID_SLUG_MAX);
	PROMISE(buf_equal(&slug, &again));
	utf8_add_safe(&safe, text, len);
	PROMISE(utf8_valid(buf_str(&safe), safe.len));
	for (i = 0; i < safe.len; i++)
		PROMISE((unsigned char)safe.ptr[i] >= 0x20);
	PROMISE(utf8_prefix(text, len, 10) <= len);
	buf_release(&slug);
	buf_release(&again);
	buf_release(&safe);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = mem_dup(data, size);

	check_id(text);
	check_time(text);
	check_slug(text, size);
	free(text);
	return 0;
}
