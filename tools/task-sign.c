/* SPDX-License-Identifier: MIT */
/* task-sign: give a person's word at a gate */
#include "base/compat.h"

#include "base/err.h"
#include "base/jsonw.h"
#include "base/log.h"
#include "base/suggest.h"
#include "change/session.h"
#include "cli/out.h"
#include "cli/tool.h"
#include "rule/move.h"
#include "rule/signoff.h"

static const char *opt_of;
static bool opt_revoke;

static const struct opt opts[] = {
	{ 0, "of", OPT_TEXT, &opt_of, "COMMIT",
	    "the commit of the code that was looked at" },
	{ 0, "revoke", OPT_FLAG, &opt_revoke, NULL,
	    "take the sign-offs for this gate back" },
	OPT_END
};

enum { COL_ID, COL_GATE, COL_CONTENT };

static const struct out_column columns[] = {
	{ .name = "id" },
	{ .name = "gate", .hidden = true },
	{ .name = "content", .hidden = true },
	{ .name = NULL }
};

struct signing {
	struct session	 s;
	struct strvec	 refs;		/* operands, without the gate */
	bool		 piped;		/* some came from standard input */
	enum stage	 gate;
	char		 of[OID_HEX + 1];	/* "" where not given */
	const char	*key;		/* that signs; NULL: none does */
	struct strvec	 done;		/* references */
	struct strvec	 contents;
	struct out	 out;
};

static int
take_gate(struct signing *g, struct err *e)
{
	const char *last = g->refs.v[g->refs.n - 1];
	const char *near = suggest(last, stage_names);
	int stage = stage_parse(last);
	size_t i;

	if (stage == STAGE_NONE)
		return err_set(e, EX_USAGE, "'%s' is no gate; the last "
		    "operand names the stage that may then be entered%s%s%s",
		    last, near == NULL ? "" : " (did you mean '",
		    near == NULL ? "" : near, near == NULL ? "" : "'?)");
	g->gate = (enum stage)stage;
	if (g->refs.n == 1 && !g->piped)
		return err_set(e, EX_USAGE, "no task is named before the "
		    "gate '%s'", last);
	free(g->refs.v[--g->refs.n]);
	for (i = 0; i < g->refs.n; i++)
		if (stage_parse(g->refs.v[i]) != STAGE_NONE)
			return err_set(e, EX_USAGE, "'%s' and '%s' are two "
			    "gates; sign one at a time", g->refs.v[i],
			    stage_info[g->gate].name);
	id_unique(&g->refs);
	return 0;
}

/* Whether the policy has the gate, whether the actor may sign it. */
static int
check_gate(struct signing *g, struct err *e)
{
	const char *gate = stage_info[g->gate].name;
	const struct policy *policy;
	struct oid id;

	if (store_policy(&g->s.store, &policy, e) != 0)
		return -1;
	if (!policy->gate[g->gate])
		return err_set(e, EX_NO, "'%s' is no gate by policy.yaml: it "
		    "is entered without a sign-off", gate);
	if (signoff_may(&g->s.store, &g->s.actor, gate, e) != 0)
		return -1;
	if (!opt_revoke && session_sign(&g->s, &g->key, e) != 0)
		return -1;
	if (opt_of == NULL)
		return 0;
	if (repo_resolve_commit(g->s.txn.repo, opt_of, &id, e) != 0)
		return -1;
	oid_format(g->of, &id);
	return 0;
}

/* A sign-off counts only for a move from the stage that the task is in. */
static int
check_task(struct signing *g, const struct task *t, const char *ref,
    struct err *e)
{
	const char *gate = stage_info[g->gate].name;
	enum stage in = t->pkg->stage;
	size_t entered;

	if (task_require_ledger(t, &g->s.store, e) != 0)
		return -1;
	if (move_replay(&t->ledger, &entered) != (int)in)
		return err_set(e, EX_NO, "%s: the ledger does not say that "
		    "it is in '%s'; a move by hand is judged by task-watch "
		    "--once", ref, stage_info[in].name);
	if (stage_info[in].closed)
		return err_set(e, EX_NO, "%s: it is closed", ref);
	if (!move_passes(t, g->gate))
		return err_set(e, EX_NO, "%s: from '%s' no move leads to "
		    "'%s'; sign it when it is due", ref,
		    stage_info[in].name, gate);
	return 0;
}

static void
write_event(struct signing *g, struct task *t, const char *ref)
{
	const char *gate = stage_info[g->gate].name;
	char hex[OID_HEX + 1];
	struct buf desc = BUF_INIT;
	struct oid content;
	struct draft d;
	size_t entered;

	buf_addf(&desc, opt_revoke ? "sign-off for %s taken back" :
	    "signed off for %s", gate);
	card_content(&t->card, &t->context, &content);
	oid_format(hex, &content);
	session_draft(&g->s, &d, opt_revoke ? "sign_off_revoked" :
	    "signed_off", desc.ptr);
	(void)move_replay(&t->ledger, &entered);
	d.ts_us = signoff_time(&t->ledger, entered, d.ts_us);
	jsonw_member(&d.own, "gate", gate);
	if (!opt_revoke)
		jsonw_member(&d.own, "content", hex);
	if (!opt_revoke && g->of[0] != '\0')
		jsonw_member(&d.own, "of", g->of);
	if (g->key != NULL)
		jsonw_member(&d.own, "key", g->key);
	session_log(t, &d);
	session_save(&g->s, t);
	strvec_add(&g->done, ref);
	strvec_add(&g->contents, hex);
	buf_release(&desc);
}

/* 1: there is a valid sign-off that could be taken back. */
static int
has_signoff(struct signing *g, const struct task *t, struct err *e)
{
	struct signoff so = { .gate = g->gate };

	move_replay(&t->ledger, &so.entered);
	if (signoff_find(&so, &g->s.store, t, e) != 0)
		return -1;
	return so.state == SIGNOFF_VALID ||
	    so.state == SIGNOFF_OTHER_CONTENT;
}

static int
sign_task(struct signing *g, struct task *t, const char *ref, struct err *e)
{
	int has;

	if (check_task(g, t, ref, e) != 0)
		return -1;
	if (opt_revoke) {
		if ((has = has_signoff(g, t, e)) < 0)
			return -1;
		if (!has)
			return err_set(e, EX_NO, "%s: nobody's sign-off for "
			    "'%s' stands", ref, stage_info[g->gate].name);
	}
	write_event(g, t, ref);
	return 0;
}

static void
sign_one(struct signing *g, const char *operand)
{
	struct task t = TASK_INIT;
	struct err e = ERR_INIT;
	char ref[ID_SIZE];
	int rc;

	rc = session_load(&g->s, operand, &t, &e);
	if (rc == 0) {
		id_format_ref(ref, &t.pkg->id);
		rc = sign_task(g, &t, ref, &e);
	}
	if (rc != 0)
		tool_failed(&e);
	task_release(&t);
}

static int
finish(struct signing *g, struct err *e)
{
	const char *gate = stage_info[g->gate].name;
	struct buf message = BUF_INIT;
	size_t i;
	int rc;

	tool_subject(&message, &g->done);
	buf_addf(&message, opt_revoke ? ": sign-off for %s taken back by %s" :
	    ": signed off for %s by %s", gate, g->s.actor.user);
	tool_body(&message, &g->done);
	rc = g->done.n == 0 ? 0 : session_commit(&g->s, message.ptr, e);
	for (i = 0; i < g->done.n && rc == 0; i++) {
		out_text(&g->out, COL_ID, g->done.v[i]);
		out_text(&g->out, COL_GATE, gate);
		out_text(&g->out, COL_CONTENT, g->contents.v[i]);
		out_row(&g->out);
	}
	out_end(&g->out);
	buf_release(&message);
	return rc;
}

static int
run(int argc, char **argv, struct err *e)
{
	struct signing g = { .of = "" };
	size_t i;
	int rc;

	rc = out_begin(&g.out, columns, e);
	if (rc == 0)
		rc = tool_operands(argc, argv, &g.refs, &g.piped, e);
	if (rc == 0 && g.refs.n > 0)
		rc = take_gate(&g, e);
	if (rc == 0 && g.refs.n > 0 && (rc = session_begin(&g.s, e)) == 0) {
		rc = check_gate(&g, e);
		for (i = 0; i < g.refs.n && rc == 0; i++)
			sign_one(&g, g.refs.v[i]);
		if (rc == 0)
			rc = finish(&g, e);
		session_end(&g.s);
	}
	strvec_release(&g.refs);
	strvec_release(&g.done);
	strvec_release(&g.contents);
	return rc;
}

static const struct tool tool = {
	"task-sign", "give a person's word at a gate", "REF... GATE",
	TOOL_LISTS | TOOL_WRITES, opts, run
};

int
main(int argc, char **argv)
{
	return tool_main(&tool, argc, argv);
}
