#!/bin/sh
# SPDX-License-Identifier: MIT
. "${TASK_SRC:?}/t/lib.sh"
. "${TASK_SRC:?}/t/fault/loop.sh"

# A card past inbox, so that the old one is kept as a version.
fixture() {
	board
	make_task "To be edited" '"priority":"P1","effort":"M"'
	advance 0001 backlog
}

# The faults are for task-edit, not for the editor.
EDITOR='env -u LD_PRELOAD sed -i s/first/better/'
TMPDIR=$sandbox/copies
export EDITOR TMPDIR
mkdir "$TMPDIR" || exit 1

fault_loop task-edit 1

finish
