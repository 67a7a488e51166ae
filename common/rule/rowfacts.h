/* SPDX-License-Identifier: MIT */
/*
 * What the rows of a task are made of: read from its card once, for its stage's
 * index and the root's, and its place in pull order from its ledger.
 *
 * The caller sees to it that the board does not change while facts are kept.
 */
#ifndef RULE_ROWFACTS_H
#define RULE_ROWFACTS_H

#include "base/buf.h"
#include "base/map.h"
#include "rule/queue.h"

struct err;
struct listing;
struct package;
struct store;

struct rowfact {
	struct buf	 name, dri, status, flags, dependencies;
	struct queue_key key;
};

/* Reads them; with `keyed` the key, too.  Released also where it fails. */
int	 rowfact_load(struct rowfact *f, struct store *s, struct package *p,
	    bool keyed, struct err *e);
void	 rowfact_release(struct rowfact *f);
/* Adds the row of the package as that index has rows. */
void	 rowfact_format(const struct rowfact *f, const struct listing *l,
	    const struct package *p, struct buf *out);

/* Those that were read, by task. */
struct rowfacts {
	struct map	 tasks;
};

#define ROWFACTS_INIT	{ MAP_INIT }

/*
 * Borrowed from `all`; with the key where the stage is one in pull order.  NULL
 * where the card cannot be read.
 */
const struct rowfact *rowfacts_get(struct rowfacts *all, struct store *s,
	    struct package *p, struct err *e);
void	 rowfacts_release(struct rowfacts *all);

/* The key of a package; that of the last in line where it cannot be read. */
void	 rowfacts_package_key(struct store *s, struct package *p,
	    struct queue_key *k);
/* The same of the task with that id, also where there is none. */
void	 rowfacts_key(struct store *s, const struct id *id,
	    struct queue_key *k);

#endif
