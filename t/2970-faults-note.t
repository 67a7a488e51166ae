#!/bin/sh
# SPDX-License-Identifier: MIT
. "${TASK_SRC:?}/t/lib.sh"
. "${TASK_SRC:?}/t/fault/loop.sh"

# A text that takes the place of another, which is kept as a version.
fixture() {
	board
	make_task "To be told of" '"priority":"P1","effort":"M"'
	advance 0001 backlog
	echo "by hand" >>"$(folder 0001)/0001.context.md"
	echo "another" >text
	git add text && git commit -qm text
}

fault_loop task-note --replace text 1

finish
