#!/bin/sh
# SPDX-License-Identifier: MIT
. "${TASK_SRC:?}/t/lib.sh"
. "${TASK_SRC:?}/t/fault/loop.sh"

# Card, context and ledger change, and the package moves.
fixture() {
	board
	make_task "To be done" '"priority":"P1","effort":"M"'
	advance 0001 current
}

fault_loop task-done --tick all -s 1 "a note"

finish
