/* SPDX-License-Identifier: MIT */
/*
 * The life cycle a second time, as naively as it can be done: a table of tasks
 * and what the pages say of them, lifecycle.md and task(7) first.  It shares
 * no rule with the programs.  A command is made by chance, said here and run
 * there, and what both make of it is compared.
 *
 *	rules.c		what a table of tasks is, and who may do what
 *	moves.c		task-move: checks, gates, limits, displacement
 *	status.c	task-status, with what it does to dependents
 *	words.c		the other programs, and edits by hand
 *	command.c	a command by chance: what it means, and its words
 *	real.c		the programs: running them, and the board on disk
 *	cover.c		what was seen, and what has to be
 *	main.c		boards, policies, seeds
 */
#ifndef MODEL_H
#define MODEL_H

#include "base/buf.h"
#include "base/strvec.h"

enum { TASKS_MAX = 300, DEPS_MAX = 32, SIGNS_MAX = 48, REFS_MAX = 4,
    PAUSERS_MAX = 64,
    IDS_MAX = 64, CRITERIA = 2, NOBODY = -1, NONE = -1 };
enum user { ALICE, BOB, CAROL, USERS };
enum stage { INBOX, BACKLOG, NEXT, CURRENT, INTEGRATION, LEARNING, ARCHIVED,
    STAGES };
enum status { ACTIVE, BLOCKED, PAUSED, CANCELED };
enum learning { NO_LEARNING, EMPTY_LEARNING, LEARNED };

/* The names that task(7) has for the checks. */
enum check { C_TRANSITION, C_REASON, C_SECTIONS, C_CRITERIA, C_PRIORITY,
    C_EFFORT, C_DEPENDENCIES, C_CYCLE, C_DONE_BEFORE, C_HELD, C_TICKED,
    C_LEARNING, C_WIP, C_GATE, CHECKS };

/* What a sign-off is for: the text, by its number, and what is ticked. */
struct content {
	int		text;
	unsigned	ticks;
};

struct sign {
	enum stage	gate;
	enum user	user;
	struct content	of;
};

struct task {
	enum stage	stage;
	enum status	status;
	int		priority;	/* 0 to 4, or NONE */
	int		effort;		/* 0 to 4, or NONE */
	enum user	dri;
	int		name;		/* its number: a name by chance */
	int		deps[DEPS_MAX], ndeps;	/* as the card has them */
	int		blocker;	/* a task; 0: what `outside` says */
	const char	*outside;	/* what else blocks it */
	bool		by_pause;	/* the pause of `blocker` did it */
	int		pausers[PAUSERS_MAX];	/* whose pause should block it,
						   the last one last */
	int		npausers;
	const char	*until;		/* NULL: not known */
	bool		sections;	/* they are filled in */
	int		criteria;	/* how many */
	struct content	content;
	enum learning	learning;
	struct sign	signs[SIGNS_MAX];	/* of this stay in its stage */
	int		nsigns;
	int		offered;	/* a user, or NOBODY */
	bool		why;		/* the ledger says why it is P0 */
	int		entered, started;	/* when; 0: never */
	int		rework;		/* when it last came back; 0 */
};

struct limit {
	int		n;		/* NONE: no limit */
	bool		hard, each;	/* of each person */
};

struct policy {
	const char	*text;		/* policy.yaml */
	struct limit	limit[STAGES];
	bool		gate[STAGES];
	const char	*people;	/* people.yaml; NULL: there is none */
	bool		may[USERS][STAGES];
};

struct board {
	const struct policy *policy;
	struct task	tasks[TASKS_MAX];	/* from 1 */
	int		n;		/* the last of them */
	int		now;		/* how many commands there were */
	int		texts;		/* contents that there were */
};

enum verb { V_NEW, V_MOVE, V_SIGN, V_STATUS, V_LINK, V_SET, V_HANDOFF, V_NOTE,
    V_NEXT, V_EDIT, VERBS };
enum edit { E_FILL, E_TICK, E_LEARN, E_CONTEXT, E_EFFORT, E_PRIORITY, EDITS };

/* What is to be done.  A number that names no task is above all of them. */
struct command {
	enum verb	verb;
	enum user	user;
	bool		agent;		/* TASK_AGENT is set */
	bool		dry;		/* -n */
	bool		wrong;		/* something is missing: status 64 */
	int		refs[REFS_MAX], nrefs;
	int		target;		/* a stage, gate, or status; or NONE */
	bool		sign, atomic, concurrent, waive, skip, reason;
	bool		revoke, start, no_block, claim, fast, tag;
	enum { ASK, BLOCK, PAUSE, KEEP } dependents;
	int		by;		/* a task, or 0 */
	const char	*outside, *until;
	int		on, off;	/* tasks, or 0 */
	int		on2;
	int		priority, effort, name;	/* or NONE: not set */
	bool		set_priority, set_effort;
	enum { OFFER, ACCEPT, REJECT } answer;
	enum user	to;
	int		dri;		/* of task-next -D; or NONE */
	bool		full;		/* task-new of a complete task */
	enum edit	edit;
	unsigned	ticks;
	int		criteria;
	struct strvec	argv;		/* the words of the program */
	struct buf	input;		/* its standard input */
};

/* What comes of it. */
struct outcome {
	int		status;		/* the exit status */
	const char	*why;		/* the first refusal, or NULL */
	int		ids[IDS_MAX], n;	/* what is printed */
	int		late[IDS_MAX], nlate;	/* dependents, printed last */
	unsigned	failed;		/* the checks of a refused move... */
	int		of;		/* ...of this task; 0: of none */
};

/* rules.c */
extern const char *const stage_names[], *const status_names[],
    *const user_names[], *const check_names[];
struct board *board_dup(const struct board *b);	/* yours: free() */
struct task *board_task(struct board *b, int ref);	/* NULL: none */
bool	 is_done(const struct board *b, int ref);
bool	 all_done(const struct board *b, const struct task *t);
bool	 depends_on(const struct task *t, int ref);
/* True where `from` is `to`, or waits for it by any way. */
bool	 leads_to(const struct board *b, int from, int to);
void	 enter(struct board *b, struct task *t, enum stage to);
/* Is `user` a person who may sign that gate? */
bool	 may_sign(const struct board *b, enum user user, enum stage gate);
/* A sign-off that counts for `t` as it is now. */
bool	 is_signed(const struct board *b, const struct task *t,
	    enum stage gate);
void	 add_sign(struct task *t, enum stage gate, enum user user);
void	 new_text(struct board *b, struct task *t);
/* The rows of a stage's index, or with STAGES those of the root's. */
void	 index_rows(const struct board *b, int stage, struct buf *out);
/* The order of pulling in a stage: how many numbers are in `out`. */
int	 stage_order(const struct board *b, int stage, int *out);
void	 refuse(struct outcome *o, int status, const char *why);
bool	 has_id(const int *ids, int n, int ref);
void	 print_id(struct outcome *o, int ref);
void	 print_late(struct outcome *o, int ref);

/* moves.c */
void	 do_move(struct board *b, const struct command *c,
	    struct outcome *o);
/* The way of one task to `to`; false where a step of it is refused. */
bool	 walk(struct board *b, const struct command *c, int ref,
	    enum stage to, struct outcome *o);
/* The checks of one step that fail, as bits; 0: it may be taken. */
unsigned failed_checks(const struct board *b, const struct command *c,
	    int ref, enum stage to);
/* Is there such a step for this task? */
bool	 is_step(const struct task *t, enum stage to);

/* status.c */
void	 do_status(struct board *b, const struct command *c,
	    struct outcome *o);
void	 block(struct task *t, int blocker, bool by_pause);
void	 pause_task(struct board *b, struct task *t, const char *until);

/* words.c: what a command does to the table, and says. */
void	 predict(struct board *b, const struct command *c,
	    struct outcome *o);

/* command.c */
void	 command_release(struct command *c);
void	 make_command(const struct board *b, struct command *c);

/* real.c */
/*
 * Does the command, and compares what it says and what is on disk with the
 * table.  False where they differ: then that was said.
 */
bool	 real_board(const struct policy *p);
bool	 real_agrees(const struct board *before, const struct board *b,
	    const struct command *c, const struct outcome *o);
bool	 real_is_sound(void);
/* All that was done on this board, for a shell. */
void	 real_script(struct buf *out);
void	 real_forget(void);

/* cover.c */
void	 saw(const char *what);
void	 saw_checks(unsigned failed);
void	 saw_ledgers(void);
/* Says how often each was seen; how many that have to be were not. */
int	 say_cover(void);

#endif
