/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/err.h"
#include "base/log.h"
#include "base/utf8.h"
#include "change/edit.h"
#include "change/editor.h"
#include "change/session.h"
#include "cli/ask.h"
#include "cli/tool.h"
#include "sys/file.h"

/* How a part is called, and how what is wrong is written into its text. */
static const struct kind {
	const char	*name, *suffix;
	size_t		 max;
	const char	*open, *close;
} kinds[] = {
	[PACKAGE_CARD] = { "card", "task.md", CARD_MAX,
	    "# task-edit: ", "" },
	[PACKAGE_CONTEXT] = { "context", "context.md", CONTEXT_MAX,
	    "<!-- task-edit: ", " -->" },
	[PACKAGE_LEARNING] = { "learning", "learning.md", CONTEXT_MAX,
	    "<!-- task-edit: ", " -->" },
};

struct editing {
	const struct edit *what;
	const struct kind *kind;
	struct editor	 editor;
	struct id	 id;
	char		 ref[ID_SIZE];
	enum stage	 stage;
	bool		 there;		/* the file is no new one */
	struct buf	 base;		/* as it was when the person began */
	struct buf	 text;		/* as the person has it */
	struct strvec	 known;		/* what was wrong before, placeless */
	struct strvec	 wrong;		/* "LINE:COL: what", or a sentence */
};

/* Where the line ends that begins at `at`, its end included. */
static size_t
line_end(const struct buf *text, size_t at)
{
	const char *nl = at < text->len ? memchr(text->ptr + at, '\n',
	    text->len - at) : NULL;

	return nl == NULL ? text->len : (size_t)(nl - text->ptr) + 1;
}

static void
check_utf8(const struct buf *text, struct strvec *wrong)
{
	size_t at, end;
	int line = 1;

	for (at = 0; at < text->len; at = end, line++) {
		end = line_end(text, at);
		if (!utf8_valid(text->ptr + at, end - at))
			strvec_addf(wrong, "%d:1: the line is not UTF-8",
			    line);
	}
}

/* Adds what is wrong with the text.  EX_DATAERR: it is no card at all. */
static int
check(const struct editing *ed, const struct buf *text, struct strvec *wrong,
    struct err *e)
{
	struct card card = CARD_INIT;
	int rc = 0;

	if (ed->what->part != PACKAGE_CARD)
		check_utf8(text, wrong);
	else if ((rc = card_parse(&card, buf_str(text), text->len, e)) != 0)
		strvec_add(wrong, e->msg);
	else
		card_check(&card, &ed->id, ed->stage, wrong);
	card_release(&card);
	return rc;
}

/* What was wrong before the person began need not be put right. */
static int
check_new(struct editing *ed, struct err *e)
{
	size_t i = 0;

	strvec_clear(&ed->wrong);
	if (check(ed, &ed->text, &ed->wrong, e) != 0)
		return -1;
	while (i < ed->wrong.n)
		if (strvec_has(&ed->known, card_problem_text(ed->wrong.v[i])))
			strvec_remove(&ed->wrong, i);
		else
			i++;
	return ed->wrong.n == 0 ? 0 :
	    err_set(e, EX_DATAERR, "%s", ed->wrong.v[0]);
}

/* Only a hand-off changes who is responsible. */
static int
check_dri(const struct editing *ed, struct err *e)
{
	struct card old = CARD_INIT, new = CARD_INIT;
	struct err ignored = ERR_INIT;
	const char *was, *is;
	int rc = 0;

	if (ed->what->part == PACKAGE_CARD && card_parse(&old,
	    buf_str(&ed->base), ed->base.len, &ignored) == 0 &&
	    card_parse(&new, buf_str(&ed->text), ed->text.len,
	    &ignored) == 0) {
		was = card_get(&old, "current_dri");
		is = card_str(&new, "current_dri");
		if (was != NULL && strcmp(was, is) != 0)
			rc = err_set(e, EX_NO, "current_dri is '%s', which "
			    "only a hand-off changes (task-handoff)", was);
	}
	card_release(&old);
	card_release(&new);
	return rc;
}

static int
find(struct editing *ed, struct session *s, struct package **p,
    struct err *e)
{
	if (store_resolve(&s->store, ed->what->ref, p, e) != 0)
		return -1;
	ed->id = (*p)->id;
	ed->stage = (*p)->stage;
	id_format_ref(ed->ref, &ed->id);
	if (stage_info[ed->stage].closed)
		return err_set(e, EX_NO, "%s: it is closed", ed->ref);
	return 0;
}

/* The part as it is now.  1: it is there; 0: not. */
static int
read_part(const struct editing *ed, struct session *s,
    const struct package *p, struct buf *out, struct err *e)
{
	struct buf path = BUF_INIT;
	struct file f = FILE_INIT;
	int rc;

	package_file(p, ed->what->part, &path);
	rc = store_read(&s->store, path.ptr, ed->kind->max, &f, e);
	if (rc == 0)
		buf_swap(out, &f.data);
	file_release(&f);
	buf_release(&path);
	return rc == 0 ? 1 : e->status == EX_NOINPUT ? 0 : -1;
}

/* What is wrong with it from the beginning. */
static void
note_known(struct editing *ed)
{
	struct strvec known = STRVEC_INIT;
	struct err ignored = ERR_INIT;
	size_t i;

	if (check(ed, &ed->base, &known, &ignored) == 0)
		for (i = 0; i < known.n; i++)
			strvec_add(&ed->known, card_problem_text(known.v[i]));
	strvec_release(&known);
}

/*
 * Where the card is what keeps the task from being read, the editor is what
 * puts that right.
 */
static int
take_broken(struct editing *ed, struct session *s, struct package *p,
    struct err *e)
{
	struct err ignored = ERR_INIT;

	if (ed->what->part != PACKAGE_CARD ||
	    (e->status != EX_DATAERR && e->status != EX_NO) ||
	    read_part(ed, s, p, &ed->base, &ignored) <= 0)
		return -1;
	ed->there = true;
	if (check(ed, &ed->base, &ed->wrong, &ignored) == 0)
		strvec_add(&ed->wrong, e->msg);
	return 0;
}

static int
take_base(struct editing *ed, struct session *s, struct package *p,
    struct err *e)
{
	struct task t = TASK_INIT;
	int rc, there;

	rc = session_load(s, ed->ref, &t, e);
	if (rc == 0)
		rc = task_require_ledger(&t, &s->store, e);
	if (rc != 0) {
		rc = take_broken(ed, s, p, e);
	} else {
		there = read_part(ed, s, p, &ed->base, e);
		ed->there = there > 0;
		rc = there < 0 ? -1 : 0;
		if (there == 0 && ed->what->make != NULL)
			rc = ed->what->make(s, &t, &ed->base, e);
	}
	note_known(ed);
	task_release(&t);
	return rc;
}

static int
begin(struct editing *ed, struct err *e)
{
	struct package *p;
	struct session s;
	int rc;

	if (session_begin(&s, e) != 0)
		return -1;
	rc = find(ed, &s, &p, e);
	if (rc == 0)
		rc = take_base(ed, &s, p, e);
	session_end(&s);
	return rc;
}

/* Where lines about a text go: in a card behind the first "---". */
static size_t
notes_at(const struct editing *ed, const struct buf *text)
{
	const char *s = buf_str(text);

	if (strncmp(s, "\xef\xbb\xbf", 3) == 0)
		s += 3;
	return ed->what->part == PACKAGE_CARD && strncmp(s, "---", 3) == 0 ?
	    line_end(text, 0) : 0;
}

/* Puts in what is wrong, with lines as they are counted with these lines. */
static void
add_notes(const struct editing *ed, struct buf *text)
{
	size_t at = notes_at(ed, text), i;
	struct buf notes = BUF_INIT, lines = BUF_INIT;
	const char *what;
	int line, col;

	for (i = 0; i < ed->wrong.n; i++) {
		what = ed->wrong.v[i];
		buf_adds(&notes, ed->kind->open);
		if (card_problem_text(what) != what &&
		    sscanf(what, "%9d:%9d", &line, &col) == 2) {
			line += line > 1 || at == 0 ? (int)ed->wrong.n : 0;
			buf_addf(&notes, "%d:%d: ", line, col);
			what = card_problem_text(what);
		}
		utf8_add_safe(&notes, what, strlen(what));
		buf_addf(&notes, "%s\n", ed->kind->close);
	}
	buf_add_lines(&lines, &notes, buf_has_crlf(text));
	buf_splice(text, at, 0, buf_str(&lines), lines.len);
	buf_release(&notes);
	buf_release(&lines);
}

static void
take_notes(const struct editing *ed, struct buf *text, size_t at)
{
	size_t n = strlen(ed->kind->open);

	while (at < text->len && strncmp(text->ptr + at, ed->kind->open,
	    n) == 0)
		buf_splice(text, at, line_end(text, at) - at, NULL, 0);
}

/*
 * One time in the editor.  Lines about the text are gone from it and from the
 * file when it ends, so that what is said of its lines is right for both.
 */
static int
edit_once(struct editing *ed, struct err *e)
{
	struct buf shown = BUF_INIT;
	int rc;

	buf_addb(&shown, &ed->text);
	add_notes(ed, &shown);
	rc = editor_put(&ed->editor, &shown, e);
	if (rc == 0 && (rc = editor_run(&ed->editor, e)) != 0)
		err_prefix(e, "%s", ed->ref);
	if (rc == 0)
		rc = editor_get(&ed->editor, ed->kind->max, &ed->text, e);
	if (rc == 0 && ed->wrong.n > 0) {
		take_notes(ed, &ed->text, 0);
		take_notes(ed, &ed->text, notes_at(ed, &ed->text));
		rc = editor_put(&ed->editor, &ed->text, e);
	}
	buf_release(&shown);
	return rc;
}

/* What others did to the part meanwhile stays, if it is elsewhere in it. */
static int
merge(struct editing *ed, struct session *s, const struct package *p,
    struct buf *out, struct err *e)
{
	struct buf now = BUF_INIT;
	struct card card = CARD_INIT;
	int there = read_part(ed, s, p, &now, e), rc = 0;

	if (there >= 0 && (there > 0) == ed->there &&
	    (there == 0 || buf_equal(&now, &ed->base))) {
		buf_addb(out, &ed->text);
	} else if (there > 0) {
		rc = repo_merge_text(&ed->base, &ed->text, &now, out, e);
		if (rc == 0 && ed->what->part == PACKAGE_CARD)
			rc = card_parse(&card, buf_str(out), out->len, e) != 0;
		if (rc == 0)
			log_notice("%s: its %s was changed elsewhere "
			    "meanwhile, which is kept", ed->ref,
			    ed->kind->name);
	} else {
		rc = there < 0 ? -1 : 1;
	}
	if (rc > 0)
		rc = err_set(e, EX_TEMPFAIL, "%s: its %s was changed "
		    "meanwhile, in the same lines", ed->ref, ed->kind->name);
	card_release(&card);
	buf_release(&now);
	return rc;
}

static int
stage(struct editing *ed, struct session *s, struct task *t, struct err *e)
{
	struct buf path = BUF_INIT, text = BUF_INIT;
	struct package *p;
	int rc;

	if ((rc = find(ed, s, &p, e)) == 0 &&
	    (rc = merge(ed, s, p, &text, e)) == 0) {
		package_file(p, ed->what->part, &path);
		txn_write(&s->txn, path.ptr, buf_str(&text), text.len);
		s->reason = ed->what->reason;
		rc = session_load(s, ed->ref, t, e);
	}
	if (rc == 0)
		rc = task_require_ledger(t, &s->store, e);
	if (rc == 0)
		session_save(s, t);
	buf_release(&path);
	buf_release(&text);
	return rc;
}

static int
save(struct editing *ed, struct err *e)
{
	struct buf message = BUF_INIT;
	struct task t = TASK_INIT;
	struct session s;
	int rc;

	if (check_new(ed, e) != 0 || check_dri(ed, e) != 0 ||
	    session_begin(&s, e) != 0)
		return -1;
	rc = stage(ed, &s, &t, e);
	if (rc == 0) {
		buf_addf(&message, "%s: %s edited", ed->ref, ed->kind->name);
		rc = session_commit(&s, message.ptr, e);
	}
	task_release(&t);
	session_end(&s);
	buf_release(&message);
	return rc;
}

/* What is wrong in the file that the person has. */
static void
say_wrong(const struct editing *ed)
{
	const char *what;
	size_t i;

	for (i = 0; i < ed->wrong.n; i++) {
		what = ed->wrong.v[i];
		log_error("%s:%s%s", ed->editor.path,
		    card_problem_text(what) == what ? " " : "", what);
	}
}

/* After a mistake.  True: the person would like to put it right. */
static bool
goes_on(struct editing *ed, struct err *e)
{
	struct buf answer = BUF_INIT;
	bool again = false;

	if (e->status != EX_DATAERR && e->status != EX_NO)
		return false;
	if (ed->wrong.n == 0)
		strvec_add(&ed->wrong, e->msg);
	say_wrong(ed);
	if (ask_can() && ask(&answer, "edit again? [Y/n]") == 0)
		again = strchr("nN", buf_str(&answer)[0]) == NULL ||
		    answer.len == 0;
	buf_release(&answer);
	if (!again)
		err_set(e, e->status, "%s: nothing was saved", ed->ref);
	return again;
}

/* Whether the file has what the person wrote, or may have it. */
static bool
is_worth_keeping(struct editing *ed)
{
	struct buf text = BUF_INIT, first = BUF_INIT;
	struct err ignored = ERR_INIT;
	bool worth;

	buf_addb(&first, &ed->base);
	add_notes(ed, &first);
	worth = editor_get(&ed->editor, ed->kind->max, &text, &ignored) != 0 ?
	    ignored.status != EX_NOINPUT :
	    text.len > 0 && !buf_equal(&text, &ed->base) &&
	    !buf_equal(&text, &first);
	buf_release(&text);
	buf_release(&first);
	return worth;
}

/* 0: saved, 1: left as it was. */
static int
edit_and_save(struct editing *ed, struct err *e)
{
	int rc;

	buf_addb(&ed->text, &ed->base);
	for (;;) {
		if (edit_once(ed, e) != 0)
			return -1;
		if (buf_equal(&ed->text, &ed->base)) {
			log_notice("%s: its %s was left as it was", ed->ref,
			    ed->kind->name);
			return 1;
		}
		rc = save(ed, e);
		if (rc == 0 || !goes_on(ed, e))
			return rc;
	}
}

static void
release(struct editing *ed)
{
	buf_release(&ed->base);
	buf_release(&ed->text);
	strvec_release(&ed->known);
	strvec_release(&ed->wrong);
}

int
edit_part(const struct edit *what, struct err *e)
{
	struct editing ed = { .what = what, .kind = &kinds[what->part],
	    .editor = EDITOR_INIT };
	bool keep = false, dry = tool_options()->dry_run;
	struct buf kept = BUF_INIT;
	int rc;

	rc = begin(&ed, e);
	if (rc == 0)
		rc = editor_open(&ed.editor, ed.ref, ed.kind->suffix, e);
	if (rc == 0) {
		rc = edit_and_save(&ed, e);
		keep = rc < 0 ? is_worth_keeping(&ed) : rc == 0 && dry;
	}
	if (keep && rc == 0)
		log_notice("%s: nothing was saved; the text is in %s",
		    ed.ref, ed.editor.path);
	if (keep && rc < 0) {
		buf_addf(&kept, "; the text is kept in %s", ed.editor.path);
		err_suffix(e, kept.ptr);
	}
	editor_close(&ed.editor, keep);
	buf_release(&kept);
	release(&ed);
	return rc;
}
