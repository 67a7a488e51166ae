#!/bin/sh
# SPDX-License-Identifier: MIT
. "${TASK_SRC:?}/t/lib.sh"
. "${TASK_SRC:?}/t/fault/loop.sh"

# A cancel that makes a new task, with a counter that is too low.
fixture() {
	board
	make_task "To be canceled"
	echo 1 >.work/tasks/ID_COUNTER.txt
	git commit -qam counter
}

fault_loop task-status 1 canceled -r "not so" --followup "In another way"

finish
