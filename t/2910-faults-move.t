#!/bin/sh
# SPDX-License-Identifier: MIT
. "${TASK_SRC:?}/t/lib.sh"
# The transaction itself: at each call, unless somebody is in a hurry.
: "${TASK_FAULT_STEP:=1}"
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

# With the threads that it has, so that calls come in another order each time.
FAULT_THREADS=1
export FAULT_THREADS
fault_loop task-move -s 1

finish
