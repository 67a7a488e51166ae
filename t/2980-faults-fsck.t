#!/bin/sh
# SPDX-License-Identifier: MIT
. "${TASK_SRC:?}/t/lib.sh"
. "${TASK_SRC:?}/t/fault/loop.sh"

# A card whose stage is wrong, and a counter that is too low.
fixture() {
	board
	make_task "To be put right" '"priority":"P1","effort":"M"'
	advance 0001 backlog
	sed 's/^stage: .*/stage: "next"/' "$(card 0001)" >x &&
	    cat x >"$(card 0001)" && rm x
	echo 1 >.work/tasks/ID_COUNTER.txt
	git add .work && git commit -qm wrong
}

fault_loop task-fsck --repair

finish
