/* SPDX-License-Identifier: MIT */
/* A command by chance: most of them may be, and some of each may not. */
#include "base/compat.h"

#include "t/model/model.h"
#include "t/unit/scratch.h"
#include "t/unit/tap.h"

static const char *const efforts[] = { "XS", "S", "M", "L", "XL" };
static const char *const things[] = { "external:the parts",
    "decision:which one", "info:what they want" };

static bool
percent(unsigned n)
{
	return chance(100) < n;
}

#define word(c, ...)	strvec_addf(&(c)->argv, __VA_ARGS__)

void
command_release(struct command *c)
{
	strvec_release(&c->argv);
	buf_release(&c->input);
}

static int
unknown(const struct board *b)
{
	return b->n + 1 + (int)chance(9);
}

/* A task: an open one, if there are any; now and then another. */
static int
any_task(const struct board *b)
{
	int open[TASKS_MAX], n = 0, i;

	if (b->n == 0 || percent(3))
		return unknown(b);
	if (percent(8))
		return 1 + (int)chance((uint64_t)b->n);
	for (i = 1; i <= b->n; i++)
		if (b->tasks[i].stage != ARCHIVED)
			open[n++] = i;
	return n == 0 ? unknown(b) : open[chance((uint64_t)n)];
}

/* An open one of that kind, if there is one. */
static int
task_that(const struct board *b, bool (*is)(const struct task *t))
{
	int found[TASKS_MAX], n = 0, i;

	for (i = 1; i <= b->n; i++)
		if (b->tasks[i].stage != ARCHIVED && is(&b->tasks[i]))
			found[n++] = i;
	return n == 0 ? any_task(b) : found[chance((uint64_t)n)];
}

static bool
is_held(const struct task *t)
{
	return t->status != ACTIVE;
}

static bool
is_on_its_way(const struct task *t)
{
	return t->stage >= NEXT && t->status == ACTIVE;
}

static bool
is_waiting_late(const struct task *t)
{
	return t->stage >= CURRENT && t->ndeps > 0 && t->status == ACTIVE;
}

static bool
is_p0(const struct task *t)
{
	return t->stage >= CURRENT && t->priority == 0;
}

static void
ref_word(struct command *c, int ref)
{
	switch (chance(3)) {
	case 0:
		word(c, "%d", ref);
		break;
	case 1:
		word(c, "%04d", ref);
		break;
	default:
		word(c, "TASK-%04d", ref);
		break;
	}
}

static void
add_ref(struct command *c, int ref)
{
	int i;

	ref_word(c, ref);
	for (i = 0; i < c->nrefs && c->refs[i] != ref; i++)
		continue;
	if (i == c->nrefs)
		c->refs[c->nrefs++] = ref;
}

static void
add_refs(const struct board *b, struct command *c)
{
	int n = percent(75) ? 1 : 2 + (int)chance(REFS_MAX - 1);

	while (n-- > 0)
		add_ref(c, any_task(b));
}

/* A task that another waits for, and perhaps that one as well. */
static void
add_pair(const struct board *b, struct command *c)
{
	int ref = task_that(b, is_waiting_late), open[DEPS_MAX], n = 0, i;
	const struct task *t = &b->tasks[ref];

	for (i = 0; ref <= b->n && i < t->ndeps; i++)
		if (b->tasks[t->deps[i]].stage != ARCHIVED)
			open[n++] = t->deps[i];
	if (n == 0) {
		add_refs(b, c);
		return;
	}
	add_ref(c, open[chance((uint64_t)n)]);
	if (percent(40))
		add_ref(c, ref);
}

static bool
maybe(struct command *c, unsigned n, const char *option, const char *value)
{
	if (!percent(n))
		return false;
	word(c, "%s", option);
	if (value != NULL)
		word(c, "%s", value);
	return true;
}

static void
make_new(const struct board *b, struct command *c)
{
	c->full = percent(75);
	c->name = b->now;
	c->priority = c->effort = NONE;
	if (percent(70)) {
		c->priority = (int)chance(5);
		word(c, "-p");
		word(c, "P%d", c->priority);
	}
	if (percent(80)) {
		c->effort = (int)chance(ARRAY_LEN(efforts));
		word(c, "-e");
		word(c, "%s", efforts[c->effort]);
	}
	if (percent(30)) {
		c->on = any_task(b);
		word(c, "-d");
		ref_word(c, c->on);
	}
	if (percent(2)) {
		word(c, "--effort=huge");
		c->wrong = true;
	}
	if (!c->full) {
		word(c, "name %d", c->name);
		return;
	}
	word(c, "-");
	buf_addf(&c->input, "{\"name\":\"name %d\",\"goal\":\"g\","
	    "\"inputs\":\"i\",\"details\":\"d\",\"outputs\":\"o\","
	    "\"context\":\"c\",\"acceptance\":[\"one\",\"two\"]}\n", c->name);
}

static void
make_move(const struct board *b, struct command *c)
{
	int ref;

	c->sign = maybe(c, 65, "-s", NULL);
	c->reason = maybe(c, 50, "-r", "why");
	c->concurrent = maybe(c, 45, "--concurrent-ok", "in parallel");
	c->waive = maybe(c, 40, "--waive", "not needed");
	c->skip = maybe(c, 40, "--skip-learning", "nothing new");
	c->atomic = maybe(c, 10, "--atomic", NULL);
	c->wrong = maybe(c, 1, "--until", "2025-11-01");
	if (percent(40))
		add_ref(c, task_that(b, is_on_its_way));
	else
		add_refs(b, c);
	if (percent(55))
		return;
	ref = c->refs[0];
	c->target = (int)chance(STAGES);
	if (percent(60) && ref <= b->n && b->tasks[ref].stage < ARCHIVED)
		c->target = (int)b->tasks[ref].stage + 1;
	word(c, "%s", stage_names[c->target]);
}

/* The gate that comes, or any stage. */
static void
make_sign(const struct board *b, struct command *c)
{
	static const int gates[STAGES] = { NEXT, NEXT, CURRENT, INTEGRATION,
	    ARCHIVED, ARCHIVED, ARCHIVED };
	int ref;

	c->revoke = maybe(c, 25, "--revoke", NULL);
	add_refs(b, c);
	ref = c->refs[0];
	c->target = percent(15) || ref > b->n ? (int)chance(STAGES) :
	    gates[b->tasks[ref].stage];
	word(c, "%s", stage_names[c->target]);
}

static void
blocked_words(const struct board *b, struct command *c)
{
	int ref = c->refs[0];

	if (percent(4)) {
		c->wrong = true;
	} else if (ref <= b->n && b->tasks[ref].outside != NULL &&
	    percent(50)) {
		c->outside = b->tasks[ref].outside;
		word(c, "--by");
		word(c, "%s", c->outside);
	} else if (percent(50)) {
		c->by = percent(12) ? unknown(b) : any_task(b);
		word(c, "--by");
		ref_word(c, c->by);
	} else {
		c->outside = things[chance(ARRAY_LEN(things))];
		word(c, "--by");
		word(c, "%s", c->outside);
	}
}

static void
dependents_words(struct command *c)
{
	static const char *const hows[] = { "", "block", "pause", "keep" };

	if (percent(30))
		return;
	c->dependents = BLOCK + chance(3);
	word(c, "--dependents");
	word(c, "%s", hows[c->dependents]);
}

static void
make_status(const struct board *b, struct command *c)
{
	static const int of[] = { ACTIVE, ACTIVE, ACTIVE, ACTIVE, BLOCKED,
	    PAUSED, PAUSED, CANCELED };

	c->target = of[chance(ARRAY_LEN(of))];
	c->reason = maybe(c, c->target >= PAUSED ? 95 : 30, "-r", "why");
	if (c->target == ACTIVE)
		c->start = maybe(c, 30, "--start", NULL);
	if (c->target >= PAUSED)
		dependents_words(c);
	if (c->target == PAUSED && maybe(c, 40, "--until", "2025-11-01"))
		c->until = "2025-11-01";
	if (c->target == CANCELED)
		maybe(c, 30, "--completed", "40");
	else
		c->wrong |= maybe(c, 2, "--completed", "40");
	c->wrong |= c->target >= PAUSED && !c->reason;
	if (c->target >= PAUSED && percent(40))
		add_pair(b, c);
	else if (c->target == ACTIVE && percent(60))
		add_ref(c, task_that(b, is_held));
	else
		add_refs(b, c);
	if (c->target == BLOCKED)
		blocked_words(b, c);
	word(c, "%s", status_names[c->target]);
}

static void
link_word(struct command *c, const char *option, int ref)
{
	word(c, "%s", option);
	ref_word(c, ref);
}

static void
on_words(const struct board *b, struct command *c)
{
	c->on = percent(4) ? c->refs[0] : any_task(b);
	/* Closed, as often as not. */
	if (b->n > 0 && percent(15))
		c->on = 1 + (int)chance((uint64_t)b->n);
	link_word(c, "--on", c->on);
	if (percent(15)) {
		c->on2 = any_task(b);
		link_word(c, "--on", c->on2);
	}
	c->no_block = maybe(c, 30, "--no-block", NULL);
}

static void
make_link(const struct board *b, struct command *c)
{
	const struct task *t;

	add_refs(b, c);
	if (percent(75))
		on_words(b, c);
	if (c->on == 0 ? percent(95) : percent(10)) {
		c->off = any_task(b);
		t = c->refs[0] <= b->n ? &b->tasks[c->refs[0]] : NULL;
		if (t != NULL && t->ndeps > 0 && percent(80))
			c->off = t->deps[chance((uint64_t)t->ndeps)];
		link_word(c, "--off", c->off);
	}
	c->wrong = (c->on == 0 && c->off == 0) ||
	    (c->off != 0 && (c->off == c->on || c->off == c->on2));
}

static void
set_values(const struct board *b, struct command *c)
{
	if (c->set_priority) {
		c->priority = percent(25) ? 0 : (int)chance(6) - 1;
		if (c->priority == NONE)
			word(c, "priority=");
		else
			word(c, "priority=P%d", c->priority);
	}
	if (c->set_effort) {
		c->effort = (int)chance(6) - 1;
		word(c, "effort=%s", c->effort == NONE ? "" :
		    efforts[c->effort]);
	}
	if (c->name != NONE)
		word(c, "name=name %d", c->name);
	if (c->tag)
		word(c, "tags+=t%d", b->now);
}

static bool
set_is_wrong(const struct command *c)
{
	bool valued = c->set_priority || c->set_effort;

	if (c->fast)
		return c->name != NONE || (valued && !c->reason);
	return c->sign || (valued && !c->reason) ||
	    (!valued && c->name == NONE && !c->tag);
}

static void
make_set(const struct board *b, struct command *c)
{
	c->set_priority = percent(55);
	c->set_effort = percent(40);
	c->name = percent(8) ? b->now : NONE;
	c->fast = maybe(c, 15, "--fast-track", NULL);
	c->sign = maybe(c, c->fast ? 70 : 1, "-s", NULL);
	c->tag = percent(15);
	c->reason = maybe(c, 95, "-r", "why");
	if (c->fast && percent(30))
		add_ref(c, task_that(b, is_p0));
	else
		add_refs(b, c);
	set_values(b, c);
	c->wrong = set_is_wrong(c);
}

static void
make_handoff(const struct board *b, struct command *c)
{
	const struct task *t;

	add_refs(b, c);
	t = c->refs[0] <= b->n ? &b->tasks[c->refs[0]] : NULL;
	c->answer = t == NULL || t->offered == NOBODY ?
	    (percent(90) ? OFFER : ACCEPT) :
	    percent(10) ? OFFER : percent(60) ? ACCEPT : REJECT;
	if (t != NULL && percent(80))
		c->user = c->answer == OFFER || t->offered == NOBODY ?
		    t->dri : (enum user)t->offered;
	c->agent |= c->answer != OFFER && percent(8);
	c->reason = maybe(c, 95, "-r", "why");
	c->wrong = !c->reason && c->answer != ACCEPT;
	if (c->answer == OFFER) {
		c->to = chance(USERS);
		word(c, "--to");
		word(c, "%s", user_names[c->to]);
	} else
		word(c, c->answer == ACCEPT ? "--accept" : "--reject");
}

static void
make_note(const struct board *b, struct command *c)
{
	maybe(c, 30, "--context", NULL);
	add_refs(b, c);
	word(c, "it was seen at %d", b->now);
}

static void
make_next(const struct board *b, struct command *c)
{
	(void)b;
	c->claim = maybe(c, 60, "--claim", NULL);
	if (percent(30)) {
		c->dri = (int)chance(USERS);
		word(c, "-D");
		word(c, "%s", user_names[c->dri]);
	}
}

/* By hand: no program, and only what is open. */
static void
make_edit(const struct board *b, struct command *c)
{
	const struct task *t;

	c->refs[0] = any_task(b);
	c->nrefs = 1;
	c->agent = c->dry = false;
	if (c->refs[0] > b->n || b->tasks[c->refs[0]].stage == ARCHIVED) {
		c->verb = V_NEXT;
		word(c, "task-next");
		make_next(b, c);
		return;
	}
	t = &b->tasks[c->refs[0]];
	c->edit = (t->stage == INBOX && !t->sections) ? E_FILL :
	    t->stage == CURRENT && percent(60) ? E_TICK :
	    t->stage >= INTEGRATION && percent(60) ? E_LEARN :
	    chance(EDITS);
	/* The order of pulling changes when a program puts it on record. */
	if (c->edit == E_PRIORITY && t->stage == NEXT)
		c->edit = E_CONTEXT;
	c->criteria = percent(90) ? CRITERIA : 0;
	c->ticks = percent(70) ? (1U << t->criteria) - 1 :
	    (unsigned)chance(1U << t->criteria);
	c->full = percent(85);
	c->effort = (int)chance(ARRAY_LEN(efforts));
	c->priority = 1 + (int)chance(4);
}

static int
count_open(const struct board *b)
{
	int i, n = 0;

	for (i = 1; i <= b->n; i++)
		n += b->tasks[i].stage != ARCHIVED;
	return n;
}

void
make_command(const struct board *b, struct command *c)
{
	static const struct {
		const char *name;
		void (*make)(const struct board *b, struct command *c);
		unsigned often;
	} verbs[VERBS] = {
		[V_NEW] = { "task-new", make_new, 5 },
		[V_MOVE] = { "task-move", make_move, 37 },
		[V_SIGN] = { "task-sign", make_sign, 7 },
		[V_STATUS] = { "task-status", make_status, 14 },
		[V_LINK] = { "task-link", make_link, 7 },
		[V_SET] = { "task-set", make_set, 9 },
		[V_HANDOFF] = { "task-handoff", make_handoff, 6 },
		[V_NOTE] = { "task-note", make_note, 2 },
		[V_NEXT] = { "task-next", make_next, 4 },
		[V_EDIT] = { NULL, make_edit, 9 },
	};
	unsigned at = (unsigned)chance(100);

	memset(c, 0, sizeof(*c));
	c->target = c->dri = c->name = NONE;
	c->user = percent(60) ? ALICE : (enum user)chance(USERS);
	c->agent = percent(4);
	for (c->verb = 0; at >= verbs[c->verb].often; c->verb++)
		at -= verbs[c->verb].often;
	/* A board wants something to do, and not too much. */
	if (b->n < TASKS_MAX - 1 && count_open(b) < 10 && percent(60))
		c->verb = V_NEW;
	if (c->verb == V_NEW && (b->n == TASKS_MAX - 1 || count_open(b) > 25))
		c->verb = V_MOVE;
	if (verbs[c->verb].name != NULL) {
		word(c, "%s", verbs[c->verb].name);
		c->dry = maybe(c, 6, "-n", NULL);
	}
	verbs[c->verb].make(b, c);
}
