#!/bin/sh
# SPDX-License-Identifier: MIT
. "${TASK_SRC:?}/t/lib.sh"
. "${TASK_SRC:?}/t/fault/loop.sh"

# A pause that moves the task back, and blocks one who waits.
fixture() {
	board
	make_task "To be paused" '"priority":"P1","effort":"M"'
	make_task "Waits" '"depends_on":["TASK-0001"]'
	advance 0001 current
}

fault_loop task-status 1 paused -r "wait for parts" --dependents block

finish
