#!/bin/sh
# SPDX-License-Identifier: MIT
. "${TASK_SRC:?}/t/lib.sh"
. "${TASK_SRC:?}/t/fault/loop.sh"

# A task whose card and context change, its duplicate, and one that names that.
fixture() {
	board
	make_task "To stay" '"priority":"P1","effort":"M"'
	advance 0001 backlog
	full_task "To go" '"tags":["x"]' | sed 's/"first",/"third",/' |
	    task-new -
	task-new -d 2 "Waits"
	echo "by hand" >>"$(folder 0003)/0003.context.md"
}

fault_loop task-merge 1 2

finish
