#!/bin/sh
# SPDX-License-Identifier: MIT
. "${TASK_SRC:?}/t/lib.sh"
. "${TASK_SRC:?}/t/fault/loop.sh"

# A circle, which is refused, and on record as that.
fixture() {
	board
	make_task "First"
	make_task "Second" '"depends_on":["TASK-0001"]'
}

fault_status=1
fault_loop task-link --on 2 1

finish
