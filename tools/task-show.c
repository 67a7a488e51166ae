/* SPDX-License-Identifier: MIT */
/* task-show: show tasks: the card, what they wait for, what happened */
#include "base/compat.h"

#include "base/clock.h"
#include "base/err.h"
#include "base/jsonw.h"
#include "base/utf8.h"
#include "board/store.h"
#include "board/task.h"
#include "cli/out.h"
#include "cli/tool.h"
#include "format/json.h"
#include "format/mark.h"
#include "format/screen.h"
#include "rule/flags.h"
#include "rule/graph.h"
#include "sys/file.h"
#include "tools/show.h"

enum { EVENTS_SHOWN = 5, WIDTH_MAX = 100 };

static bool opt_raw, opt_html, opt_context;
static long opt_events = EVENTS_SHOWN;

static const struct opt opts[] = {
	{ 0, "raw", OPT_FLAG, &opt_raw, NULL, "the card's bytes as they are" },
	{ 0, "html", OPT_FLAG, &opt_html, NULL, "a page of HTML" },
	{ 0, "context", OPT_FLAG, &opt_context, NULL, "the context, too" },
	{ 'N', "limit", OPT_NUMBER, &opt_events, "LIMIT",
	    "so many of the last events (5)" },
	OPT_END
};

/* A style switched on and off, where there are colours. */
static void
styled(struct buf *out, enum out_style style, const char *text)
{
	bool colour = out_colour();

	buf_adds(out, colour ? out_style_on(style) : "");
	utf8_add_safe(out, text, strlen(text));
	buf_adds(out, colour ? "\033[0m" : "");
}

static void
add_pair(struct buf *out, const char *label, const char *value)
{
	if (value == NULL || *value == '\0')
		return;
	styled(out, OUT_DIM, label);
	buf_addc(out, ' ');
	utf8_add_safe(out, value, strlen(value));
	buf_adds(out, "  ");
}

static void
add_head(struct buf *out, const struct shown *s)
{
	const struct card *c = &s->task.card;

	styled(out, OUT_BOLD, s->ref);
	buf_adds(out, "  ");
	styled(out, OUT_BOLD, card_str(c, "task_name"));
	buf_addc(out, '\n');
	add_pair(out, "stage", stage_info[s->task.pkg->stage].name);
	add_pair(out, "status", card_get(c, "status"));
	add_pair(out, "priority", card_get(c, "priority"));
	add_pair(out, "effort",
	    effort_parse(card_get(c, "effort_estimate")));
	add_pair(out, "dri", card_get(c, "current_dri"));
	add_pair(out, "created", card_get(c, "created_date"));
	add_pair(out, "tags", buf_str(&s->tags));
	add_pair(out, "flags", buf_str(&s->flags.text));
	while (out->ptr[out->len - 1] == ' ')
		buf_truncate(out, out->len - 1);
	buf_adds(out, "\n\n");
}

static void
add_links(struct buf *out, const struct shown *s)
{
	char ref[ID_SIZE];
	size_t i;

	if (s->ndeps == 0)
		return;
	styled(out, OUT_BOLD, "Waits for");
	buf_addc(out, '\n');
	for (i = 0; i < s->ndeps; i++) {
		id_format_ref(ref, &s->deps[i].id);
		buf_addf(out, "  %s  ", ref);
		styled(out, dep_is_done(&s->deps[i]) ? OUT_GREEN : OUT_YELLOW,
		    shown_dep_state(&s->deps[i]));
		buf_addc(out, '\n');
	}
	buf_addc(out, '\n');
}

static void
add_events(struct buf *out, const struct shown *s)
{
	const struct ledger *l = &s->task.ledger;
	char ts[CLOCK_MOMENT_SIZE];
	const struct event *ev;
	size_t i;

	if (l->n == 0 || opt_events == 0)
		return;
	styled(out, OUT_BOLD, "What happened");
	buf_addc(out, '\n');
	i = l->n > (size_t)opt_events ? l->n - (size_t)opt_events : 0;
	for (; i < l->n; i++) {
		ev = &l->v[i];
		clock_format_moment(ts, ev->ts_us);
		buf_addf(out, "  %s  ", ts);
		utf8_add_safe(out, ev->user, strlen(ev->user));
		buf_adds(out, "  ");
		styled(out, OUT_BLUE, ev->event);
		buf_adds(out, "  ");
		utf8_add_safe(out, ev->desc, strlen(ev->desc));
		buf_addc(out, '\n');
	}
}

static void
show_screen(struct shown *s, bool first)
{
	struct screen_look look = { out_width(), out_colour() };
	struct buf out = BUF_INIT;
	const char *body;
	size_t len;

	if (look.width > WIDTH_MAX)
		look.width = WIDTH_MAX;
	if (!first)
		buf_addc(&out, '\n');
	add_head(&out, s);
	body = card_body(&s->task.card, &len);
	screen_add(&out, body, len, &look);
	buf_addc(&out, '\n');
	if (opt_context) {
		screen_add(&out, s->task.context.ptr, s->task.context.len,
		    &look);
		buf_addc(&out, '\n');
	}
	add_links(&out, s);
	add_events(&out, s);
	fwrite(out.ptr, 1, out.len, stdout);
	buf_release(&out);
}

static void
show_json(struct shown *s)
{
	struct buf out = BUF_INIT;

	shown_json(s, &out, (size_t)opt_events);
	buf_addc(&out, tool_options()->null ? '\0' : '\n');
	fwrite(out.ptr, 1, out.len, stdout);
	buf_release(&out);
}

/* The bytes of the card, whatever they are. */
static int
show_raw(struct store *store, const char *operand, struct err *e)
{
	struct file f = FILE_INIT;
	struct package *p;
	int rc;

	if (store_resolve(store, operand, &p, e) != 0)
		return -1;
	rc = store_read_part(store, p, PACKAGE_CARD, &f, e);
	if (rc == 0)
		fwrite(buf_str(&f.data), 1, f.data.len, stdout);
	file_release(&f);
	return rc;
}

/* One page for all; what a card holds must not leave it. */
static void
show_html(struct shown *s, bool first)
{
	struct buf out = BUF_INIT, plain = BUF_INIT, title = BUF_INIT;

	buf_addf(&title, "%s %s", s->ref,
	    card_str(&s->task.card, "task_name"));
	if (first)
		shown_html_begin(&out, title.ptr);
	shown_html(s, &out, (size_t)opt_events, opt_context);
	utf8_add_plain(&plain, out.ptr, out.len);
	fwrite(plain.ptr, 1, plain.len, stdout);
	buf_release(&out);
	buf_release(&plain);
	buf_release(&title);
}

/* What there is of a damaged ledger is shown, and the rest is named. */
static int
check_ledger(struct shown *s, const struct store *store, struct err *e)
{
	const struct ledger *l = &s->task.ledger;
	struct buf path = BUF_INIT;
	size_t i;

	package_file(s->task.pkg, PACKAGE_LEDGER, &path);
	for (i = 0; i < l->problems.n; i++) {
		err_set(e, EX_DATAERR, "%s", l->problems.v[i]);
		store_file_error(store, path.ptr, e);
		tool_failed(e);
	}
	buf_release(&path);
	return s->task.has_ledger ? 0 :
	    task_require_ledger(&s->task, store, e);
}

static int
show_one(struct store *store, const char *operand, bool first, struct err *e)
{
	struct shown s = SHOWN_INIT;
	int rc;

	if (opt_raw)
		return show_raw(store, operand, e);
	rc = shown_load(&s, store, operand, e);
	if (rc == 0) {
		if (tool_options()->json)
			show_json(&s);
		else if (opt_html)
			show_html(&s, first);
		else
			show_screen(&s, first);
		rc = check_ledger(&s, store, e);
	}
	shown_release(&s);
	return rc;
}

static int
run(int argc, char **argv, struct err *e)
{
	struct strvec refs = STRVEC_INIT;
	struct err one = ERR_INIT;
	struct store store;
	size_t i;
	int rc;

	if (opt_raw + opt_html + tool_options()->json > 1)
		return err_set(e, EX_USAGE,
		    "--raw, --html and --json exclude each other");
	rc = tool_operands(argc, argv, &refs, NULL, e);
	if (rc == 0)
		rc = store_open(&store, tool_options()->dir, e);
	for (i = 0; i < refs.n && rc == 0; i++)
		if (show_one(&store, refs.v[i], i == 0, &one) != 0)
			tool_failed(&one);
	if (rc == 0 && opt_html && refs.n > 0)
		puts("</html>");
	if (rc == 0)
		store_close(&store);
	strvec_release(&refs);
	return rc;
}

static const struct tool tool = {
	"task-show", "show tasks: the card, what they wait for, what happened",
	"REF...", TOOL_SHOWS, opts, run
};

int
main(int argc, char **argv)
{
	return tool_main(&tool, argc, argv);
}
