/* SPDX-License-Identifier: MIT */
/*
 * A file of a task in the person's editor.
 */
#ifndef CHANGE_EDIT_H
#define CHANGE_EDIT_H

#include "board/package.h"

struct err;

/*
 * Opens it in $VISUAL, $EDITOR or vi, and puts on record what was written, as
 * any edit by hand, in a commit of its own.  Nobody waits for a person at an
 * editor: no lock is held meanwhile.  EX_IOERR: the editor failed.
 */
int	 edit_part(const char *ref, enum package_file part, struct err *e);

#endif
