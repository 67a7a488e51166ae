/* SPDX-License-Identifier: MIT */
/*
 * The files of plans that are carried out once more after a restart of the
 * machine: a part of change/restore.h.
 */
#ifndef CHANGE_RESTOREFILES_H
#define CHANGE_RESTOREFILES_H

struct err;
struct plan;
struct ref_head;
struct restore;

/*
 * Folders are where the plans moved them, and files what HEAD has, or for
 * plans that do not commit what these made of them.  `coming` moves its
 * folders itself.
 */
int	 restore_files(struct restore *r, const struct ref_head *head,
	    const struct plan *coming, struct err *e);

#endif
