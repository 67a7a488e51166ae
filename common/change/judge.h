/* SPDX-License-Identifier: MIT */
/*
 * The judge: whether a commit kept the rules, told from git's objects alone.
 *
 *	judge_open
 *	judge_commit	for each commit, parents first
 *	judge_rows	what is generated, where the commits end
 *	judge_close
 *
 * A commit is judged against its parents: what people.yaml, policy.yaml and
 * allowed_signers say in the parent is what counts.  What was wrong before and
 * was left as it is is nobody's fault any more.
 *
 * Every byte is taken for hostile: sizes are bounded, nothing recurses deeper
 * than TREEDIFF_DEPTH, no file is written.  The cost is in proportion to what
 * the commits changed.
 */
#ifndef CHANGE_JUDGE_H
#define CHANGE_JUDGE_H

#include "base/map.h"
#include "change/repo.h"
#include "change/snapshot.h"
#include "change/sshsig.h"

struct err;
struct tree_cache;

enum judge_rule {
	JUDGE_LEDGER_CHANGED, JUDGE_LEDGER_DROPPED, JUDGE_LEDGER_LINE,
	JUDGE_LEDGER_TIME, JUDGE_MOVE_UNLOGGED, JUDGE_MOVE_UNMADE,
	JUDGE_MOVE_FORBIDDEN, JUDGE_MOVE_CHECK, JUDGE_GATE_UNSIGNED,
	JUDGE_SIGNOFF_PERSON, JUDGE_SIGNOFF_CONTENT, JUDGE_SIGNOFF_SIGNATURE,
	JUDGE_SIGNOFF_TIME, JUDGE_CLOSED_CHANGED, JUDGE_PACKAGE_GONE,
	JUDGE_ID_TWICE, JUDGE_ID_MISMATCH, JUDGE_CARD_INVALID,
	JUDGE_CARD_STAGE, JUDGE_CARD_STATUS, JUDGE_INDEX_STALE,
	JUDGE_POLICY_CHANGED, JUDGE_PATH_UNSAFE, JUDGE_FILE_SIZE,
	JUDGE_BORN_PAST_GATE, JUDGE_COMMIT_DATE, JUDGE_REF_DROPPED
};

enum { JUDGE_RULES = JUDGE_REF_DROPPED + 1 };

struct judge_kind {
	const char	*name;		/* "ledger-changed"; for ever */
	const char	*meaning;
};

/* Indexed by enum judge_rule. */
extern const struct judge_kind judge_kinds[];

/*
 * A commit that takes the board away says with such a line of its message, and
 * the id of a commit, where the same board lies now.
 */
#define JUDGE_MOVED_TO	"Task-Board: "

enum {
	JUDGE_FINDINGS_MAX = 1000,	/* then the judge has seen enough */
	JUDGE_FOREIGN_MAX = 10 << 20	/* bytes of a file that the toolkit does
					   not know */
};

struct judge_finding {
	enum judge_rule	 rule;
	struct oid	 commit;	/* zero: it is not made yet */
	char		*path;		/* from the top of the commit */
	int		 line;		/* 0: none */
	char		*message;
};

/* A commit that was made, or is about to be. */
struct judged {
	struct oid	 id;		/* zero: it is about to be made */
	struct oid	 tree;
	const struct oid *parents;
	size_t		 nparents;
	int64_t		 committed_us;
	const char	*email;		/* of who made it: its committer */
	bool		 as_it_is;	/* only what it holds is judged, not how
					   it came to that; it has no parents
					   then */
};

struct judge {
	struct repo	*repo;		/* borrowed */
	const char	*place;		/* where boards lie in a tree, with a
					   slash at the end; NULL: where they
					   usually do */
	struct oid	 since;		/* where the commits go to, or zero: see
					   judge_since() */
	struct judge_finding *v;
	size_t		 n, cap;
	bool		 enough;	/* there were more than that */
	size_t		 blind;		/* commits that were not judged, for a
					   parent is not there: a shallow clone
					   ends so */
	/* the judge's own */
	struct tree_cache *trees;
	struct snapshot	 rules;		/* whose people and policy count */
	bool		 has_rules;
	struct sshsig	 signatures;
	struct map	 signed_in;	/* a sign-off's id to the commit that
					   carries it */
	struct map	 touched;	/* "TASK-0042": was changed in the
					   range */
};

void	 judge_open(struct judge *j, struct repo *r, const char *place);
void	 judge_close(struct judge *j);
/*
 * The commits that follow are to come to a branch that ends there.  One that
 * does not come after it was made by older rules, and whoever makes it says
 * how old: where the rules of the branch have changed since the two parted, it
 * is judged by these as well.
 */
void	 judge_since(struct judge *j, const struct oid *commit);
/* Adds what is wrong with it.  -1 where it cannot be judged. */
int	 judge_commit(struct judge *j, const struct judged *c, struct err *e);
/*
 * Compares the indexes and counters that a commit has with its cards, as far as
 * they are not those of `since` (zero: there is none).
 */
int	 judge_rows(struct judge *j, const struct judged *c,
	    const struct oid *since, struct err *e);
/*
 * A reference that goes from one commit to another that does not come after
 * it (zero: to none): no line of a ledger may be lost by that.
 */
int	 judge_dropped(struct judge *j, const char *ref,
	    const struct oid *from, const struct oid *to, struct err *e);

/* Finds fault with a reference that was to move. */
void	 judge_find_ref(struct judge *j, const struct judged *c,
	    const char *ref, const char *why);

#endif
