#!/bin/sh
# SPDX-License-Identifier: MIT
. "${TASK_SRC:?}/t/lib.sh"
. "${TASK_SRC:?}/t/fault/loop.sh"

# A link that blocks a task that is worked on, and takes another one away, with
# a hand edit that goes along.
fixture() {
	board
	make_task "Worked on" '"priority":"P1","effort":"M"'
	make_task "Needed"
	make_task "Not needed any more"
	advance 0001 current
	task-link --no-block --on 3 1
	echo "by hand" >>"$(folder 0001)/0001.context.md"
}

fault_loop task-link --on 2 --off 3 1

finish
