#!/bin/sh
# SPDX-License-Identifier: MIT
. "${TASK_SRC:?}/t/lib.sh"
. "${TASK_SRC:?}/t/fault/loop.sh"

# A cancel that blocks one who waits and pauses one who works on it.
fixture() {
	board
	make_task "To be canceled" '"priority":"P1","effort":"M"'
	make_task "Works on it" '"priority":"P1","effort":"M"'
	make_task "Waits" '"depends_on":["TASK-0001"]'
	advance 0002 current
	task-link --no-block 2 --on 1 >/dev/null
}

fault_loop task-status 1 canceled -r "not needed" --dependents pause

finish
