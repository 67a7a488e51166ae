/* SPDX-License-Identifier: MIT */
/* task-sync: ids that are taken through a remote */
#include "base/compat.h"

#include "base/clock.h"
#include "base/err.h"
#include "base/jsonw.h"
#include "base/log.h"
#include "base/map.h"
#include "board/ledger.h"
#include "change/counter.h"
#include "change/reserve.h"
#include "change/session.h"
#include "cli/tool.h"
#include "tools/sync.h"

enum { TAKE_AT_ONCE = 100 };

static const char id_refs[] = "refs/task/id/";

/* Who takes ids, and which are the next. */
struct taking {
	struct sync	*x;
	const struct reserve_wants *want;
	uint32_t	 next;
	char		*user;
	struct map	 taken;		/* references of the remote */
};

/* The number after all that are known here. */
static int
ask_here(struct taking *t, struct err *e)
{
	const struct namespaces *all;
	struct session s;
	int rc = 0;

	if (session_begin(&s, e) != 0)
		return -1;
	if (*t->want->ns != '\0' &&
	    (rc = store_namespaces(&s.store, &all, e)) == 0 &&
	    namespaces_may_enter(all, t->want->ns, e) != 0)
		rc = err_prefix(e, "--namespace");
	if (rc == 0)
		rc = counter_free(&s, t->want->ns, &t->next, e);
	t->user = mem_strdup(s.actor.user);
	session_end(&s);
	return rc;
}

/* What the board there says; one that cannot be read says nothing. */
static int
ask_there(struct taking *t, struct err *e)
{
	struct sync *x = t->x;
	struct buf path = BUF_INIT, text = BUF_INIT;
	struct repo_commit commit = REPO_COMMIT_INIT;
	struct oid tip;
	uint32_t next = 0;
	int rc = remote_fetch(&x->remote, true, &tip, e);

	if (rc <= 0)
		return rc;
	buf_adds(&path, x->prefix);
	counter_path(t->want->ns, &path);
	rc = repo_read_commit(x->repo, &tip, &commit, e);
	if (rc > 0)
		rc = repo_read_path(x->repo, &commit.tree, path.ptr, &text,
		    e);
	if (rc > 0 && counter_parse(&text, &next) == NULL && next > t->next)
		t->next = next;
	repo_commit_release(&commit);
	buf_release(&path);
	buf_release(&text);
	return rc < 0 ? -1 : 0;
}

/* What others took, whether their tasks came here or not. */
static int
ask_taken(struct taking *t, struct err *e)
{
	struct strvec refs = STRVEC_INIT;
	size_t i;
	int rc = remote_list(&t->x->remote, id_refs, &refs, e);

	for (i = 0; i < refs.n; i++)
		map_put(&t->taken, refs.v[i], t);
	strvec_release(&refs);
	return rc;
}

/* The reference for the next number that nobody has: "refs/task/id/TASK-…". */
static int
next_ref(struct taking *t, char **out, struct err *e)
{
	struct id id = { .number = 0 };
	char ref[ID_SIZE];

	snprintf(id.ns, sizeof(id.ns), "%s", t->want->ns);
	for (;;) {
		if (t->next >= ID_NUMBER_MAX) {
			err_set(e, EX_DATAERR, "there are no numbers left");
			return -1;
		}
		id.number = t->next++;
		id_format_ref(ref, &id);
		*out = mem_printf("%s%s", id_refs, ref);
		if (map_find(&t->taken, *out) == NULL)
			return 0;
		free(*out);
	}
}

/*
 * What the reference leads to: who took the id, and when.  Its own random id
 * makes it another one than anybody else's.
 */
static int
make_note(struct taking *t, const char *ref, struct oid *out, struct err *e)
{
	char now[CLOCK_MOMENT_SIZE], nonce[LEDGER_ID_LEN + 1];
	struct buf text = BUF_INIT;
	int rc;

	clock_format_moment(now, clock_now_us());
	ledger_new_id(nonce);
	jsonw_open(&text, '{');
	jsonw_member(&text, "id", nonce);
	jsonw_member(&text, "ts", now);
	jsonw_member(&text, "user", t->user);
	jsonw_member(&text, "reserved", ref + strlen(id_refs));
	jsonw_close(&text, '}');
	buf_addc(&text, '\n');
	oid_of(out, "blob", text.ptr, text.len);
	rc = repo_write(t->x->repo, OBJECT_BLOB, out, &text, e);
	buf_release(&text);
	return rc;
}

/* Those that are ours now.  EX_NO: the server does not let us have one. */
static int
take_done(const struct taking *t, const struct push *v, size_t n,
    struct strvec *refs, struct err *e)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (v[i].result == PUSH_DONE)
			strvec_add(refs, v[i].ref + strlen(id_refs));
	for (i = 0; i < n; i++)
		if (v[i].result == PUSH_REFUSED) {
			log_text(buf_str(&t->x->remote.said));
			return err_set(e, EX_NO, "the id %s was refused: %s",
			    v[i].ref + strlen(id_refs), buf_str(&v[i].why));
		}
	return 0;
}

/* One push for all that are missing yet, or for the first hundred of them. */
static int
take_some(struct taking *t, struct strvec *refs, struct err *e)
{
	size_t n = t->want->n - refs->n, i;
	struct push *v;
	char *ref = NULL;
	int rc = 0;

	n = n > TAKE_AT_ONCE ? TAKE_AT_ONCE : n;
	v = mem_zalloc(n * sizeof(*v));
	for (i = 0; i < n && rc == 0; i++) {
		rc = next_ref(t, &ref, e);
		if (rc == 0) {
			v[i].ref = ref;
			v[i].fresh = true;
			rc = make_note(t, ref, &v[i].to, e);
		}
	}
	if (rc == 0)
		rc = remote_push(&t->x->remote, v, n, e);
	if (rc == 0)
		rc = take_done(t, v, n, refs, e);
	for (i = 0; i < n; i++) {
		free((char *)(uintptr_t)v[i].ref);
		buf_release(&v[i].why);
	}
	free(v);
	return rc;
}

static int
take_all(struct taking *t, struct strvec *refs, struct err *e)
{
	unsigned tried = 0;
	size_t before;
	int rc = 0;

	while (rc == 0 && refs->n < t->want->n) {
		before = refs->n;
		rc = take_some(t, refs, e);
		if (rc == 0 && refs->n > before)
			continue;
		if (rc == 0 && ++tried == SYNC_TRIES)
			rc = err_set(e, EX_TEMPFAIL, "others were faster %d "
			    "times; try again", SYNC_TRIES);
		else if (rc == 0)
			sync_back_off(tried - 1);
	}
	return rc;
}

static int
keep(const struct strvec *refs, struct err *e)
{
	struct session s;
	int rc;

	if (refs->n == 0)
		return 0;
	if (session_begin(&s, e) != 0)
		return -1;
	rc = reserve_keep(s.txn.repo, refs, e);
	session_end(&s);
	return rc;
}

/* Those that would be tried. */
static int
name_all(struct taking *t, struct strvec *refs, struct err *e)
{
	char *ref;

	while (refs->n < t->want->n) {
		if (next_ref(t, &ref, e) != 0)
			return -1;
		strvec_add(refs, ref + strlen(id_refs));
		free(ref);
	}
	return 0;
}

int
sync_reserve(struct sync *x, const struct reserve_wants *want,
    struct strvec *refs, struct err *e)
{
	struct taking t = { .x = x, .want = want };
	struct err why = ERR_INIT;
	int rc = ask_here(&t, e);

	if (rc == 0)
		rc = ask_there(&t, e);
	if (rc == 0)
		rc = ask_taken(&t, e);
	if (rc == 0 && tool_options()->dry_run) {
		rc = name_all(&t, refs, e);
	} else if (rc == 0) {
		rc = take_all(&t, refs, e);
		/* What was taken is ours, whatever came after. */
		if (keep(refs, &why) != 0 && rc == 0) {
			*e = why;
			rc = -1;
		}
	}
	map_release(&t.taken);
	free(t.user);
	return rc;
}
