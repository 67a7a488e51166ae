#!/bin/sh
# SPDX-License-Identifier: MIT
. "${TASK_SRC:?}/t/lib.sh"
. "${TASK_SRC:?}/t/fault/loop.sh"

fixture() {
	board
	make_task "To be signed" '"priority":"P1","effort":"M"'
	advance 0001 backlog
}

fault_loop task-sign 1 next

finish
