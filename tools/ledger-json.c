/* SPDX-License-Identifier: MIT */
/* task-ledger: an event as it stands in the file */
#include "base/compat.h"

#include "base/err.h"
#include "base/jsonw.h"
#include "cli/tool.h"
#include "format/json.h"
#include "tools/ledger.h"

static void
add_member(const char *key, const struct json *value, void *ctx)
{
	struct buf text = BUF_INIT;

	if (strcmp(key, "task") != 0) {
		json_add(&text, value);
		jsonw_key(ctx, key);
		jsonw_raw(ctx, text.ptr, text.len);
	}
	buf_release(&text);
}

void
ledger_print_json(const char *ref, const char *raw)
{
	const char *fields = strchr(raw, '{') + 1;
	struct buf own = BUF_INIT;
	struct json *j = NULL;
	struct err ignored = ERR_INIT;

	if (strstr(fields, "\"task\"") != NULL && json_parse(&j, raw,
	    strlen(raw), &ignored) == 0) {
		json_each(j, add_member, &own);
		buf_addc(&own, '}');
		fields = own.ptr;
	}
	printf("{\"task\":\"%s\",%s%c", ref, fields,
	    tool_options()->null ? '\0' : '\n');
	json_free(j);
	buf_release(&own);
}
