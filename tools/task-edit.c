/* SPDX-License-Identifier: MIT */
/* task-edit: edit a task's card, context or learning file */
#include "base/compat.h"

#include "base/clock.h"
#include "base/err.h"
#include "base/suggest.h"
#include "base/utf8.h"
#include "board/template.h"
#include "change/edit.h"
#include "change/session.h"
#include "cli/out.h"
#include "cli/tool.h"

static const char *opt_reason;

static const struct opt opts[] = {
	{ 'r', "reason", OPT_TEXT, &opt_reason, "REASON",
	    "why, for the ledger" },
	OPT_END
};

static const struct out_column columns[] = {
	{ .name = "id" },
	{ .name = NULL }
};

static const char *const part_names[] = { "card", "context", "learning",
	NULL };
static const enum package_file parts[] = { PACKAGE_CARD, PACKAGE_CONTEXT,
	PACKAGE_LEARNING };

/* What the blanks of a learning file's template stand for. */
struct facts {
	const char	*id, *name, *user;
	char		 date[CLOCK_DATE_SIZE];
};

static bool
add_fact(struct buf *out, const char *key, bool in_head, const void *ctx)
{
	const struct facts *f = ctx;
	const struct { const char *key, *text; } texts[] = {
		{ "id", f->id }, { "name", f->name }, { "user", f->user },
		{ "date", f->date },
	};
	size_t i;

	(void)in_head;
	for (i = 0; i < ARRAY_LEN(texts); i++)
		if (strcmp(texts[i].key, key) == 0) {
			buf_adds(out, texts[i].text);
			return true;
		}
	return false;
}

/* The template for a file that is not there yet. */
static int
make_learning(struct session *s, const struct task *t, struct buf *out,
    struct err *e)
{
	bool urgent = priority_parse(card_str(&t->card, "priority")) == 0;
	struct buf template = BUF_INIT;
	struct facts f = { .name = card_str(&t->card, "task_name"),
	    .user = s->actor.user };
	char id[ID_SIZE];
	int rc;

	id_format(id, &t->pkg->id);
	f.id = id;
	clock_format_date(f.date, s->txn.now_us);
	rc = template_read(&s->store, urgent ? "learning-p0.md" :
	    "learning.md", &template, e);
	if (rc == 0)
		template_fill(out, &template, false, add_fact, &f);
	buf_release(&template);
	return rc;
}

/* That of the path, where the task was named by one of a file in it. */
static enum package_file
part_of_path(const char *ref)
{
	size_t i, n, len = strlen(ref);
	enum package_file part = PACKAGE_CARD;
	char *end;

	for (i = 0; strchr(ref, '/') != NULL && part_names[i] != NULL; i++) {
		end = mem_printf(".%s.md", part_names[i]);
		n = strlen(end);
		if (len > n && strcmp(ref + len - n, end) == 0)
			part = parts[i];
		free(end);
	}
	return part;
}

static int
take_part(const char *name, enum package_file *part, struct err *e)
{
	const char *near;
	size_t i;

	for (i = 0; part_names[i] != NULL; i++)
		if (strcmp(part_names[i], name) == 0) {
			*part = parts[i];
			return 0;
		}
	near = suggest(name, part_names);
	return err_set(e, EX_USAGE, "'%s' is none of card, context, "
	    "learning%s%s%s", name, near == NULL ? "" : "; did you mean '",
	    near == NULL ? "" : near, near == NULL ? "" : "'?");
}

static int
check_command(int argc, char **argv, struct edit *what, struct err *e)
{
	const char *r = opt_reason;

	if (argc == 0)
		return err_set(e, EX_USAGE, "no task is named");
	if (argc > 2)
		return err_set(e, EX_USAGE, "one task is edited at a time, "
		    "and one part of it: card, context or learning");
	if (strcmp(argv[0], "-") == 0)
		return err_set(e, EX_USAGE, "standard input cannot be both "
		    "the task and the editor's");
	if (r != NULL && (r[strspn(r, " ")] == '\0' || !utf8_is_line(r)))
		return err_set(e, EX_USAGE, "-r REASON is one line of "
		    "UTF-8, without control characters, and not empty");
	what->ref = argv[0];
	what->reason = r;
	what->part = part_of_path(argv[0]);
	if (argc > 1 && take_part(argv[1], &what->part, e) != 0)
		return -1;
	what->make = what->part == PACKAGE_LEARNING ? make_learning : NULL;
	return 0;
}

static int
run(int argc, char **argv, struct err *e)
{
	char ref[ID_SIZE];
	struct edit what;
	struct out out;
	struct id id;
	int rc;

	if (check_command(argc, argv, &what, e) != 0 ||
	    out_begin(&out, columns, e) != 0)
		return -1;
	rc = edit_part(&what, e);
	if (rc == 0 && id_parse(&id, what.ref) == 0) {
		id_format_ref(ref, &id);
		out_text(&out, 0, ref);
		out_row(&out);
	}
	out_end(&out);
	return rc < 0 ? -1 : 0;
}

static const struct tool tool = {
	"task-edit", "edit a task's card, context or learning file",
	"REF [PART]", TOOL_LISTS | TOOL_WRITES, opts, run
};

int
main(int argc, char **argv)
{
	return tool_main(&tool, argc, argv);
}
