/* SPDX-License-Identifier: MIT */
/* task-note: write into a task's context */
#include "base/compat.h"

#include <fcntl.h>

#include "base/err.h"
#include "base/log.h"
#include "change/bulk.h"
#include "change/note.h"
#include "change/version.h"
#include "cli/tool.h"
#include "sys/file.h"

static const char *opt_message, *opt_replace;
static bool opt_context;

static const struct opt opts[] = {
	{ 'm', "message", OPT_TEXT, &opt_message, "TEXT",
	    "the text; all operands are tasks then" },
	{ 0, "context", OPT_FLAG, &opt_context, NULL,
	    "add the text as it is, at the end of the context" },
	{ 0, "replace", OPT_TEXT, &opt_replace, "FILE",
	    "the context becomes what the file holds (-: standard input)" },
	OPT_END
};

static int
read_stream(const char *file, struct buf *out, struct err *e)
{
	bool standard = file == NULL || strcmp(file, "-") == 0;
	int fd, rc;

	fd = standard ? STDIN_FILENO : open(file, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return err_errno(e, "%s", file);
	rc = fd_read_all(fd, CONTEXT_MAX, out, e);
	if (rc != 0)
		err_prefix(e, "%s", standard ? "standard input" : file);
	if (!standard)
		close(fd);
	return rc;
}

/* The text is the last operand, unless it is elsewhere. */
static int
take_text(int *argc, char **argv, struct buf *text, struct err *e)
{
	bool piped = false;
	int i;

	for (i = 0; i < *argc; i++)
		piped = piped || strcmp(argv[i], "-") == 0;
	if (opt_replace != NULL && strcmp(opt_replace, "-") == 0 && piped)
		return err_set(e, EX_USAGE, "standard input cannot be both "
		    "the tasks and the text");
	if (opt_replace != NULL)
		return read_stream(opt_replace, text, e);
	if (opt_message != NULL) {
		buf_adds(text, opt_message);
	} else if (*argc > 0 && note_is_text(argv[*argc - 1])) {
		buf_adds(text, argv[--*argc]);
	} else if (piped || isatty(STDIN_FILENO)) {
		return err_set(e, EX_USAGE, "there is no text: give it as the "
		    "last operand, with -m, or on standard input");
	} else if (*argc > 0) {
		return read_stream(NULL, text, e);
	}
	return 0;
}

static int
check_text(struct buf *text, struct err *e)
{
	if (opt_replace == NULL)
		note_tidy(text);
	return note_check(text, opt_context || opt_replace != NULL ?
	    CONTEXT_MAX : NOTE_MAX, e);
}

static int
add_note(struct bulk *b, struct task *t, void *ctx, struct err *e)
{
	if (note_add(&b->s, t, ctx, e) != 0)
		return -1;
	session_save_context(&b->s, t);
	return 0;
}

static int
add_section(struct bulk *b, struct task *t, void *ctx, struct err *e)
{
	struct buf all = BUF_INIT, added = BUF_INIT;
	int rc;

	buf_add(&all, buf_str(&t->context),
	    note_end(&t->context, t->context.len));
	buf_adds(&added, all.len > 0 ? "\n\n" : "");
	buf_addb(&added, ctx);
	buf_addc(&added, '\n');
	buf_add_lines(&all, &added, buf_has_crlf(&t->context));
	rc = version_change_context(&b->s, t, &all, "context added to", e);
	buf_release(&all);
	buf_release(&added);
	return rc;
}

static int
replace(struct bulk *b, struct task *t, void *ctx, struct err *e)
{
	struct buf all = BUF_INIT;
	char ref[ID_SIZE];
	int rc;

	if (t->has_context && buf_equal(ctx, &t->context)) {
		id_format_ref(ref, &t->pkg->id);
		log_notice("%s: has that text already", ref);
		return 1;
	}
	buf_addb(&all, ctx);
	rc = version_change_context(&b->s, t, &all, "context replaced", e);
	buf_release(&all);
	return rc;
}

static const struct {
	bulk_fn		*fn;
	const char	*what;		/* in the commit's message */
} ways[] = {
	{ add_note, "note added" },
	{ add_section, "context added to" },
	{ replace, "context replaced" },
};

static int
run(int argc, char **argv, struct err *e)
{
	int way = opt_replace != NULL ? 2 : opt_context ? 1 : 0;
	struct bulk b = BULK_INIT;
	struct buf text = BUF_INIT;
	int rc = 0;

	if (opt_replace != NULL && (opt_context || opt_message != NULL))
		rc = err_set(e, EX_USAGE, "--replace takes all of the text "
		    "from its file: no --context, no -m");
	if (rc == 0)
		rc = take_text(&argc, argv, &text, e);
	if (rc == 0)
		rc = bulk_take(&b, argc, argv, e);
	if (rc == 0)
		rc = check_text(&text, e);
	if (rc == 0)
		rc = bulk_begin(&b, e);
	if (rc == 0 && b.begun) {
		bulk_each(&b, ways[way].fn, &text);
		rc = bulk_commit(&b, ways[way].what, e);
	}
	bulk_release(&b);
	buf_release(&text);
	return rc;
}

static const struct tool tool = {
	"task-note", "write into a task's context", "REF... [TEXT]",
	TOOL_LISTS | TOOL_WRITES, opts, run
};

int
main(int argc, char **argv)
{
	return tool_main(&tool, argc, argv);
}
