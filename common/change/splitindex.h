/* SPDX-License-Identifier: MIT */
/*
 * Git's index in two files ("Split index" of gitformat-index(5)): a large one
 * that stays, <gitdir>sharedindex.ID, and a small one that says what is
 * different.  So what a change of a large board costs does not grow with it.
 *
 * The large file is ours: its entries can be found without reading those
 * before them (the extension IEOT), and none of them is so young that git would
 * have to look at its file again.  One that git wrote, or a small one that has
 * grown, is made anew first.
 */
#ifndef CHANGE_SPLITINDEX_H
#define CHANGE_SPLITINDEX_H

#include "change/splice.h"

/*
 * The new small file, as splice_make() has it.  1: done; 0: this index is not
 * for us to split, or too small for that; -1: EX_DATAERR, it is damaged;
 * EX_IOERR.
 */
int	 splitindex_make(struct splice *s, const struct splice_old *old,
	    const struct gitindex *ix, const struct gitindex_want *want,
	    struct err *e);

#endif
