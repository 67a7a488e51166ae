/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/clock.h"
#include "base/err.h"
#include "base/jsonw.h"
#include "base/suggest.h"
#include "base/utf8.h"
#include "board/hooks.h"
#include "board/people.h"
#include "board/proposal.h"
#include "board/store.h"
#include "format/json.h"
#include "sys/dir.h"
#include "sys/file.h"

#define FOLDER	".proposals"

void
proposal_release(struct proposal *p)
{
	free(p->hook);
	free(p->point);
	free(p->event);
	free(p->desc);
	p->hook = p->point = p->event = p->desc = NULL;
	buf_release(&p->fields);
}

/* json_parse(), whose column comes after `place`. */
static int
parse_json(struct json **j, const char *text, size_t len, const char *place,
    struct err *e)
{
	char *what;

	if (json_parse(j, text, len, e) == 0)
		return 0;
	what = mem_strdup(e->msg);
	err_set(e, EX_DATAERR, "%s%s", place, what);
	free(what);
	return -1;
}

/* A text of one line, and not blank; NULL: what is wrong was said. */
static const char *
take_line(const struct json *j, const char *key, size_t max, struct err *e)
{
	const char *s = json_member(j, key);

	if (s == NULL || s[strspn(s, " ")] == '\0' || strlen(s) > max ||
	    !utf8_is_line(s)) {
		err_set(e, EX_DATAERR, "'%s' must be a text of one line, at "
		    "most %zu bytes", key, max);
		return NULL;
	}
	return s;
}

static int
take_event(struct proposal *p, const struct json *j, struct err *e)
{
	const char *event, *owner, *near, *desc;

	if ((event = take_line(j, "event", ID_SLUG_MAX, e)) == NULL)
		return -1;
	if (!event_known(event, &owner)) {
		near = suggest(event, event_words());
		return err_set(e, EX_DATAERR, "there is no event '%s'%s%s%s",
		    event, near == NULL ? "" : "; did you mean '",
		    near == NULL ? "" : near, near == NULL ? "" : "'?");
	}
	if (owner != NULL)
		return err_set(e, EX_DATAERR, "'%s' is written by %s, and "
		    "cannot be proposed", event, owner);
	if ((desc = take_line(j, "desc", PROPOSAL_DESC_MAX, e)) == NULL)
		return -1;
	p->event = mem_strdup(event);
	p->desc = mem_strdup(desc);
	return 0;
}

static int
take_ref(struct proposal *p, const struct json *j, const char *otherwise,
    struct err *e)
{
	const struct json *task = json_find(j, "task");
	const char *s = task == NULL ? otherwise : json_text(task);
	struct id id;

	if (s == NULL || strchr(s, '/') != NULL || id_parse(&id, s) != 0)
		return err_set(e, EX_DATAERR, "'task' must be a reference "
		    "such as TASK-0042");
	id_format_ref(p->ref, &id);
	return 0;
}

/* What an event has anyway is not the hook's to say. */
struct fields {
	struct buf	*out;
	struct err	*e;
	bool		 nested;	/* a file has them in an object */
	int		 rc;
};

static void
take_field(const char *key, const struct json *value, void *ctx)
{
	static const char *const fixed[] = { "id", "ts", "user", "version",
	    "metadata", "payload" };
	static const char *const taken[] = { "event", "desc", "task" };
	struct fields *f = ctx;
	struct buf text = BUF_INIT;
	bool is_taken = false, is_fixed = false;
	size_t i;

	for (i = 0; i < ARRAY_LEN(taken); i++)
		is_taken = is_taken || strcmp(key, taken[i]) == 0;
	for (i = 0; i < ARRAY_LEN(fixed); i++)
		is_fixed = is_fixed || strcmp(key, fixed[i]) == 0;
	if (is_taken && !f->nested)
		return;
	if (is_taken || is_fixed || *key == '\0') {
		f->rc = err_set(f->e, EX_DATAERR, "'%s' cannot be proposed: "
		    "it is set when the event is written", key);
		return;
	}
	json_add(&text, value);
	jsonw_key(f->out, key);
	jsonw_raw(f->out, text.ptr, text.len);
	buf_release(&text);
}

static int
take_fields(struct proposal *p, const struct json *object, bool nested,
    struct err *e)
{
	struct fields f = { &p->fields, e, nested, 0 };

	json_each(object, take_field, &f);
	return f.rc;
}

int
proposal_parse(struct proposal *p, const char *line, size_t len,
    const char *ref, struct err *e)
{
	struct json *j = NULL;
	int rc;

	if (len > PROPOSAL_MAX)
		return err_set(e, EX_DATAERR, "%zu bytes; the most is %d",
		    len, PROPOSAL_MAX);
	if (!utf8_valid(line, len))
		return err_set(e, EX_DATAERR, "it is not UTF-8");
	if (parse_json(&j, line, len, "no JSON at column ", e) != 0)
		return -1;
	rc = json_kind(j) == JSON_IS_OBJECT ? 0 :
	    err_set(e, EX_DATAERR, "it is no JSON object");
	if (rc == 0)
		rc = take_event(p, j, e);
	if (rc == 0)
		rc = take_ref(p, j, ref, e);
	if (rc == 0)
		rc = take_fields(p, j, false, e);
	json_free(j);
	return rc;
}

void
proposal_format(const struct proposal *p, struct buf *out)
{
	char ts[CLOCK_MOMENT_SIZE];

	clock_format_moment(ts, p->ts_us);
	jsonw_open(out, '{');
	jsonw_member(out, "hook", p->hook);
	jsonw_member(out, "point", p->point);
	jsonw_member(out, "ts", ts);
	jsonw_member(out, "task", p->ref);
	jsonw_member(out, "event", p->event);
	jsonw_member(out, "desc", p->desc);
	jsonw_key(out, "fields");
	jsonw_open(out, '{');
	jsonw_raw(out, p->fields.ptr, p->fields.len);
	jsonw_close(out, '}');
	jsonw_member(out, "version", "1.0");
	jsonw_close(out, '}');
	buf_addc(out, '\n');
}

int
proposal_id(char id[LEDGER_ID_LEN + 1], const char *text)
{
	static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
	size_t i;

	for (i = 0; i < LEDGER_ID_LEN; i++) {
		id[i] = text[i] >= 'a' && text[i] <= 'z' ?
		    (char)(text[i] - 'a' + 'A') : text[i];
		if (id[i] == '\0' || strchr(digits, id[i]) == NULL)
			return -1;
	}
	id[i] = '\0';
	return text[i] == '\0' ? 0 : -1;
}

void
proposal_path(const char *id, struct buf *out)
{
	buf_addf(out, FOLDER "/%s.json", id);
}

/* Who proposed it, where and when. */
static int
take_origin(struct proposal *p, const struct json *j, struct err *e)
{
	const char *hook = json_member(j, "hook");
	const char *point = json_member(j, "point");
	const char *ts = json_member(j, "ts");

	if (hook == NULL || !people_is_name(hook))
		return err_set(e, EX_DATAERR, "'hook' must be the name of a "
		    "hook");
	if (point == NULL || hook_point_parse(point) == HOOK_POINT_NONE)
		return err_set(e, EX_DATAERR, "'point' must be a hook point, "
		    "such as on_move");
	if (ts == NULL || clock_parse_moment(ts, &p->ts_us) != 0)
		return err_set(e, EX_DATAERR, "'ts' must be a moment such as "
		    "2025-10-18T10:30:00Z");
	p->hook = mem_strdup(hook);
	p->point = mem_strdup(point);
	return 0;
}

static int
take_file(struct proposal *p, const struct json *j, struct err *e)
{
	const struct json *fields = json_find(j, "fields");

	if (json_kind(j) != JSON_IS_OBJECT)
		return err_set(e, EX_DATAERR, "it must be a JSON object");
	if (take_origin(p, j, e) != 0 || take_ref(p, j, NULL, e) != 0 ||
	    take_event(p, j, e) != 0)
		return -1;
	if (fields != NULL && json_kind(fields) != JSON_IS_OBJECT)
		return err_set(e, EX_DATAERR, "'fields' must be an object");
	return fields == NULL ? 0 : take_fields(p, fields, true, e);
}

/* One line, so that a column is a place in it. */
static int
parse_file(struct proposal *p, const struct buf *text, struct err *e)
{
	size_t len = text->len;
	struct json *j = NULL;
	const char *nl;
	int rc;

	while (len > 0 && (text->ptr[len - 1] == '\n' ||
	    text->ptr[len - 1] == '\r'))
		len--;
	nl = len == 0 ? NULL : memchr(text->ptr, '\n', len);
	if (nl != NULL)
		return err_set(e, EX_DATAERR, "2:1: it must be one line");
	if (parse_json(&j, buf_str(text), len, "1:", e) != 0)
		return -1;
	if ((rc = take_file(p, j, e)) != 0)
		err_prefix(e, "1:1");
	json_free(j);
	return rc;
}

int
proposal_load(struct proposal *p, struct store *s, const char *id,
    struct err *e)
{
	struct file f = FILE_INIT;
	struct buf path = BUF_INIT;
	int rc;

	proposal_path(id, &path);
	snprintf(p->id, sizeof(p->id), "%s", id);
	rc = store_read(s, path.ptr, PROPOSAL_FILE_MAX, &f, e);
	if (rc == 0 && (rc = parse_file(p, &f.data, e)) != 0)
		store_file_error(s, path.ptr, e);
	else if (rc != 0 && e->status == EX_NOINPUT)
		err_set(e, EX_NOINPUT, "%s: no such proposal; it may have "
		    "been accepted or rejected already", id);
	file_release(&f);
	buf_release(&path);
	return rc;
}

bool
proposal_retarget(struct buf *text, const char *from, const char *to)
{
	char *old = mem_printf(",\"task\":\"%s\",", from);
	char *new = mem_printf(",\"task\":\"%s\",", to);
	/* In a text its quotes would have a backslash before them. */
	const char *at = text->len == 0 ? NULL :
	    memmem(text->ptr, text->len, old, strlen(old));

	if (at != NULL)
		buf_splice(text, (size_t)(at - text->ptr), strlen(old), new,
		    strlen(new));
	free(old);
	free(new);
	return at != NULL;
}

static void
add_id(const char *name, void *ctx)
{
	char id[LEDGER_ID_LEN + 1];
	char *stem = mem_dup(name, strcspn(name, "."));

	if (strcmp(name + strlen(stem), ".json") == 0 &&
	    proposal_id(id, stem) == 0 && strcmp(id, stem) == 0)
		strvec_add(ctx, id);
	free(stem);
}

int
proposal_list(const struct store *s, struct strvec *ids, struct err *e)
{
	int rc = dir_each(s->fd, FOLDER, add_id, ids, e);

	if (rc != 0)
		return e->status == EX_NOINPUT ? 0 : -1;
	strvec_sort(ids);
	return 0;
}
