#!/bin/sh
# SPDX-License-Identifier: MIT
. "${TASK_SRC:?}/t/lib.sh"
. "${TASK_SRC:?}/t/fault/loop.sh"

# A task of which the card changes, and the folder moves.
fixture() {
	board
	make_task "To be pulled" '"priority":"P1","effort":"M"'
	advance 0001 next
}

fault_loop task-next --claim

finish
