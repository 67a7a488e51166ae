/* SPDX-License-Identifier: MIT */
/* task-note: write into a task's context */
#include "base/compat.h"

#include <fcntl.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/utf8.h"
#include "change/bulk.h"
#include "change/version.h"
#include "cli/tool.h"
#include "format/mark.h"
#include "sys/file.h"

enum { NOTE_MAX = 64 << 10 };

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

/* A text has blanks, or is no reference; a path may have blanks, too. */
static bool
is_text(const char *operand)
{
	struct id id;

	return id_parse(&id, operand) != 0 ? strcmp(operand, "-") != 0 :
	    strpbrk(operand, " \t\n") != NULL && strchr(operand, '/') == NULL;
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
	} else if (*argc > 0 && is_text(argv[*argc - 1])) {
		buf_adds(text, argv[--*argc]);
	} else if (piped || isatty(STDIN_FILENO)) {
		return err_set(e, EX_USAGE, "there is no text: give it as the "
		    "last operand, with -m, or on standard input");
	} else if (*argc > 0) {
		return read_stream(NULL, text, e);
	}
	return 0;
}

/* Lines end with a newline; empty ones around the text are not the text's. */
static void
tidy(struct buf *text)
{
	struct buf out = BUF_INIT;
	size_t i, start = 0;

	for (i = 0; i < text->len && strchr(" \t\r\n",
	    text->ptr[i]) != NULL && text->ptr[i] != '\0'; i++)
		if (text->ptr[i] == '\n')
			start = i + 1;
	for (i = start; i < text->len; i++)
		if (text->ptr[i] != '\r' || i + 1 == text->len ||
		    text->ptr[i + 1] != '\n')
			buf_addc(&out, text->ptr[i]);
	while (out.len > 0 && out.ptr[out.len - 1] != '\0' &&
	    strchr(" \t\r\n", out.ptr[out.len - 1]) != NULL)
		buf_truncate(&out, out.len - 1);
	buf_swap(text, &out);
	buf_release(&out);
}

static int
check_text(struct buf *text, struct err *e)
{
	size_t at, used;
	int32_t ch;

	if (opt_replace == NULL)
		tidy(text);
	if (text->len == 0)
		return err_set(e, EX_USAGE, "the text is empty");
	if (!opt_context && opt_replace == NULL && text->len > NOTE_MAX)
		return err_set(e, EX_DATAERR, "a note of %zu bytes is too "
		    "long; the most is %d (--context adds more)", text->len,
		    NOTE_MAX);
	for (at = 0; at < text->len; at += used) {
		ch = utf8_char(text->ptr + at, text->len - at, &used);
		if (ch < 0)
			return err_set(e, EX_DATAERR, "the text is not UTF-8 "
			    "(byte %zu)", at + 1);
		if (utf8_is_control((uint32_t)ch) && ch != '\t' &&
		    ch != '\r' && ch != '\n')
			return err_set(e, EX_DATAERR, "the text has a control "
			    "character (byte %zu)", at + 1);
	}
	return 0;
}

/* "- 2025-10-18 @alice: text", further lines being parts of the item. */
static void
add_item(struct buf *out, const struct session *s, const struct buf *text)
{
	char date[CLOCK_DATE_SIZE];
	size_t i;

	clock_format_date(date, s->txn.now_us);
	buf_addf(out, "- %s %s: ", date, s->actor.user);
	for (i = 0; i < text->len; i++) {
		buf_addc(out, text->ptr[i]);
		if (text->ptr[i] == '\n' && text->ptr[i + 1] != '\n')
			buf_adds(out, "  ");
	}
	buf_addc(out, '\n');
}

/* Without the line ends and blanks before it. */
static size_t
trimmed(const struct buf *b, size_t end)
{
	while (end > 0 && strchr(" \t\r\n", b->ptr[end - 1]) != NULL)
		end--;
	return end;
}

/*
 * Where a note goes: the end of the section "Notes", or of the context where
 * there is none yet.  `*before` is what has to stand before the note.
 */
static size_t
find_place(const struct buf *context, const char **before)
{
	struct mark_outline o = MARK_OUTLINE_INIT;
	const struct mark_section *notes;
	size_t end;

	mark_outline(&o, buf_str(context), context->len);
	if ((notes = mark_find_at(&o, "Notes", 2)) != NULL) {
		end = trimmed(context, notes->end);
		*before = end <= trimmed(context, notes->body) ?
		    "\n\n" : "\n";
	} else {
		end = trimmed(context, context->len);
		*before = end > 0 ? "\n\n## Notes\n\n" : "## Notes\n\n";
	}
	mark_outline_release(&o);
	/* Blanks at the end of a line are the line's. */
	while (end > 0 && end < context->len &&
	    (context->ptr[end] == ' ' || context->ptr[end] == '\t'))
		end++;
	return end;
}

/* A fence or a comment that is left open takes in all that follows. */
static int
check_result(const struct buf *context, struct err *e)
{
	struct mark_outline o = MARK_OUTLINE_INIT;
	bool found;

	if (context->len > CONTEXT_MAX)
		return err_set(e, EX_NO, "its context would have %zu bytes; "
		    "the most is %d", context->len, CONTEXT_MAX);
	mark_outline(&o, context->ptr, context->len);
	found = mark_find_at(&o, "Notes", 2) != NULL;
	mark_outline_release(&o);
	return found ? 0 : err_set(e, EX_NO, "its context leaves a code fence "
	    "or a comment open, which the note would be a part of; close it "
	    "first");
}

static int
add_note(struct bulk *b, struct task *t, void *ctx, struct err *e)
{
	const struct buf *text = ctx;
	struct buf item = BUF_INIT, lines = BUF_INIT, desc = BUF_INIT;
	size_t at, next;
	const char *before;
	struct draft d;
	int rc;

	at = next = find_place(&t->context, &before);
	if (next < t->context.len && t->context.ptr[next] == '\r')
		next++;
	if (next < t->context.len && t->context.ptr[next] == '\n')
		next++;
	buf_adds(&item, before);
	add_item(&item, &b->s, text);
	buf_add_lines(&lines, &item, buf_has_crlf(&t->context));
	buf_splice(&t->context, at, next - at, lines.ptr, lines.len);
	rc = check_result(&t->context, e);
	if (rc == 0) {
		t->has_context = true;
		session_save_context(&b->s, t);
		buf_add(&desc, text->ptr, strcspn(text->ptr, "\r\n"));
		session_draft(&b->s, &d, "note_added", desc.ptr);
		session_log(t, &d);
	}
	buf_release(&item);
	buf_release(&lines);
	buf_release(&desc);
	return rc;
}

static int
add_section(struct bulk *b, struct task *t, void *ctx, struct err *e)
{
	struct buf all = BUF_INIT, added = BUF_INIT;
	int rc;

	buf_add(&all, buf_str(&t->context),
	    trimmed(&t->context, t->context.len));
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
