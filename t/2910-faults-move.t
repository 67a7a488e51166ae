#!/bin/sh
# SPDX-License-Identifier: MIT
. "${TASK_SRC:?}/t/lib.sh"
. "${TASK_SRC:?}/t/fault/loop.sh"

# A move with a sign-off, a hand edit that goes along, and one who waits.
fixture() {
	board
	make_task "To be moved" '"priority":"P1","effort":"M"'
	make_task "Waits" '"depends_on":["TASK-0001"]'
	advance 0001 current
	tick 0001
	echo "more" >>"$(folder 0001)/0001.context.md"
}

fault_loop task-move -s 1

finish
