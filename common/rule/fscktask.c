/* SPDX-License-Identifier: MIT */
/*
 * The files of one task.  What is here runs in several threads: it says
 * nothing, and shares nothing that changes.
 */
#include "base/compat.h"

#include <fcntl.h>

#include "base/err.h"
#include "board/store.h"
#include "board/task.h"
#include "rule/check.h"
#include "rule/fsck.h"
#include "rule/move.h"
#include "sys/dir.h"
#include "sys/file.h"
#include "sys/path.h"

/* So many lines of a ledger are told of; of the rest, how many there are. */
enum { LINES_MAX = 100 };

struct reading {
	const struct fsck *k;
	struct fsck_task *kept;
	struct findings	*out;
	struct task	 t;
	int		 fd;		/* the package's folder */
	struct buf	 path;		/* of the part that is looked at */
};

static void
find(struct reading *r, enum fsck_code code, int line, const char *what)
{
	struct fsck_at at = { &r->t.pkg->id, r->path.ptr, line };

	findings_add(r->out, &at, code, "%s", what);
}

static const char *
set_part(struct reading *r, enum package_file part)
{
	buf_clear(&r->path);
	package_file(r->t.pkg, part, &r->path);
	return path_base(r->path.ptr);
}

/* What follows the name that a message begins with. */
static const char *
without_name(const char *msg, const char *name)
{
	size_t n = strlen(name);

	return strncmp(msg, name, n) == 0 && strncmp(msg + n, ": ", 2) == 0 ?
	    msg + n + 2 : msg;
}

/* Splits "LINE:COL: what". */
static const char *
split_problem(const char *problem, int *line)
{
	const char *what = strstr(problem, ": ");

	*line = (int)strtol(problem, NULL, 10);
	return what == NULL ? problem : what + 2;
}

/*
 * Where a part is missing, one that is named like it and for another task or
 * slug.
 */
static void
find_misnamed(struct reading *r, const char *name)
{
	const char *suffix = strchr(name, '.');
	struct strvec names = STRVEC_INIT;
	struct err ignored = ERR_INIT;
	struct buf folder = BUF_INIT;
	size_t i, n, len;
	char *what;

	if (suffix == NULL)
		return;
	len = strlen(suffix);
	package_path(r->t.pkg, &folder);
	(void)!dir_list(r->fd, "", &names, &ignored);
	for (i = 0; i < names.n; i++) {
		n = strlen(names.v[i]);
		if (n <= len || strcmp(names.v[i] + n - len, suffix) != 0)
			continue;
		buf_clear(&r->path);
		buf_addf(&r->path, "%s/%s", folder.ptr, names.v[i]);
		what = mem_printf("in this folder it has to be %s", name);
		find(r, FSCK_FILE_NAME, 0, what);
		free(what);
	}
	strvec_release(&names);
	buf_release(&folder);
}

static void
say_failure(struct reading *r, enum package_file part, const struct err *e)
{
	const char *name = path_base(r->path.ptr);
	char *copy;

	if (e->status != EX_NOINPUT) {
		find(r, FSCK_UNREADABLE, 0, without_name(e->msg, name));
		return;
	}
	find(r, part == PACKAGE_CONTEXT ? FSCK_NO_CONTEXT : FSCK_MISSING_FILE,
	    0, "there is no such file");
	copy = mem_strdup(name);
	find_misnamed(r, copy);
	free(copy);
}

static bool
read_part(struct reading *r, enum package_file part, size_t max,
    struct file *f)
{
	const char *name = set_part(r, part);
	struct err e = ERR_INIT;

	if (file_read(r->fd, name, max, f, &e) == 0)
		return true;
	say_failure(r, part, &e);
	return false;
}

static void
look_at_part(struct reading *r, enum package_file part, bool optional)
{
	const char *name = set_part(r, part);
	struct err e = ERR_INIT;

	if (file_look(r->fd, name, CONTEXT_MAX, &e) != 0 &&
	    (e.status != EX_NOINPUT || !optional))
		say_failure(r, part, &e);
}

static bool
begins_with_key(const char *what, const char *key)
{
	size_t n = strlen(key);

	return strncmp(what, key, n) == 0 && what[n] == ' ';
}

static void
check_card(struct reading *r)
{
	struct strvec problems = STRVEC_INIT;
	enum fsck_code code;
	const char *what;
	size_t i;
	int line;

	card_check(&r->t.card, &r->t.pkg->id, r->t.pkg->stage, &problems);
	for (i = 0; i < problems.n; i++) {
		what = split_problem(problems.v[i], &line);
		code = begins_with_key(what, "task_id") ? FSCK_CARD_ID :
		    begins_with_key(what, "stage") ? FSCK_STAGE : FSCK_VALUE;
		find(r, code, line, what);
	}
	strvec_release(&problems);
}

static void
read_card(struct reading *r)
{
	struct fsck_task *kept = r->kept;
	struct file f = FILE_INIT;
	struct err e = ERR_INIT;
	const char *what;
	int line;

	if (read_part(r, PACKAGE_CARD, CARD_MAX, &f)) {
		kept->has_card = card_parse(&r->t.card, f.data.ptr,
		    f.data.len, &e) == 0;
		if (!kept->has_card) {
			what = split_problem(e.msg, &line);
			find(r, FSCK_SYNTAX, line, what);
		} else {
			check_card(r);
		}
	}
	file_release(&f);
}

/* What others need to know of it. */
static void
keep_card(struct fsck_task *kept, const struct card *c)
{
	kept->status = card_status(c);
	kept->name = mem_strdup(card_str(c, "task_name"));
	kept->dri = mem_strdup(card_str(c, "current_dri"));
	kept->status_text = mem_strdup(card_str(c, "status"));
	kept->blocked_by = mem_strdup_null(card_get(c, "blocked_by"));
	kept->resume = mem_strdup_null(card_get(c, "expected_resume_date"));
	kept->ndeps = card_ids(c, "depends_on", &kept->deps, NULL);
}

static void
check_lines(struct reading *r)
{
	const struct ledger *l = &r->t.ledger;
	enum fsck_code code;
	const char *what;
	char *more;
	size_t i;
	int line;

	for (i = 0; i < l->problems.n; i++) {
		what = split_problem(l->problems.v[i], &line);
		code = line == l->torn ? FSCK_TORN_LINE :
		    line == l->newer ? FSCK_NEWER_LINE : FSCK_BAD_LINE;
		if (i < LINES_MAX || code != FSCK_BAD_LINE)
			find(r, code, line, what);
	}
	if (i > LINES_MAX) {
		more = mem_printf("and so %zu lines in all", i);
		find(r, FSCK_BAD_LINE, 0, more);
		free(more);
	}
}

static void
check_times(struct reading *r)
{
	const struct ledger *l = &r->t.ledger;
	size_t i, n = 0;

	for (i = 1; n < LINES_MAX && (i = check_backwards(l, i)) < l->n;
	    i++, n++)
		find(r, FSCK_BACKWARDS, l->v[i].line,
		    "earlier than the line before it");
}

/* What the ledger says, against folder and card. */
static void
check_replay(struct reading *r)
{
	const struct package *p = r->t.pkg;
	struct move_replayed says;
	int status = r->kept->status;
	char *what;

	move_replay_all(&r->t.ledger, &says);
	r->kept->says = says.stage;
	/* Who cannot read all of it cannot say what it says. */
	if (r->t.ledger.newer != 0)
		return;
	if (says.stage != (int)p->stage) {
		what = mem_printf("the ledger says '%s', the folder lies in "
		    "'%s'", says.stage == STAGE_NONE ? "nothing" :
		    stage_info[says.stage].name, stage_info[p->stage].name);
		find(r, FSCK_LEDGER_STAGE, 0, what);
		free(what);
	}
	if (r->kept->has_card && status != STATUS_NONE &&
	    says.status != STATUS_NONE && says.status != status) {
		what = mem_printf("the ledger says '%s', the card '%s'",
		    status_names[says.status], status_names[status]);
		find(r, FSCK_LEDGER_STATUS, 0, what);
		free(what);
	}
}

static void
read_ledger(struct reading *r)
{
	struct file f = FILE_INIT;

	if (!read_part(r, PACKAGE_LEDGER, LEDGER_MAX, &f))
		return;
	r->kept->has_ledger = r->t.has_ledger = true;
	oid_of(&r->kept->ledger, "blob", buf_str(&f.data), f.data.len);
	ledger_parse(&r->t.ledger, buf_str(&f.data), f.data.len);
	check_lines(r);
	check_times(r);
	check_replay(r);
	file_release(&f);
}

static void
find_time(struct reading *r)
{
	const struct slo *slo = &r->kept->slo;
	struct buf what = BUF_INIT;

	slo_judge(&r->kept->slo, r->k->policy, &r->t, r->k->now_us);
	if (slo->late || slo->missed) {
		slo_show(&what, slo, stage_info[r->t.pkg->stage].name);
		find(r, slo->missed ? FSCK_MISSED : FSCK_LATE, 0, what.ptr);
	}
	if (slo->closed_us != 0) {
		buf_adds(&what, "a P0, closed ");
		slo_show_span(&what, r->k->now_us - slo->closed_us);
		buf_adds(&what, " ago, has no p0_retrospective");
		find(r, FSCK_RETROSPECTIVE, 0, what.ptr);
	}
	buf_release(&what);
}

void
fsck_task_read(const struct fsck *k, struct fsck_task *kept,
    struct findings *out)
{
	struct reading r = { .k = k, .kept = kept, .out = out,
	    .t = TASK_INIT };
	struct err e = ERR_INIT;

	r.t.pkg = kept->pkg;
	kept->status = STATUS_NONE;
	kept->says = STAGE_NONE;
	queue_last(&kept->key, &kept->pkg->id);
	package_path(kept->pkg, &r.path);
	r.fd = path_open(k->store->fd, r.path.ptr, O_RDONLY | O_DIRECTORY,
	    &e);
	if (r.fd < 0) {
		find(&r, FSCK_UNREADABLE, 0, without_name(e.msg, r.path.ptr));
		buf_release(&r.path);
		return;
	}
	read_card(&r);
	if (kept->has_card)
		keep_card(kept, &r.t.card);
	look_at_part(&r, PACKAGE_CONTEXT, false);
	look_at_part(&r, PACKAGE_LEARNING, true);
	read_ledger(&r);
	if (kept->has_card && stage_info[kept->pkg->stage].order == ORDER_PULL)
		queue_key(&kept->key, &r.t);
	if (kept->has_card && kept->has_ledger)
		find_time(&r);
	close(r.fd);
	buf_release(&r.path);
	task_release(&r.t);
}
