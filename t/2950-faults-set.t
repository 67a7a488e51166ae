#!/bin/sh
# SPDX-License-Identifier: MIT
. "${TASK_SRC:?}/t/lib.sh"
. "${TASK_SRC:?}/t/fault/loop.sh"

# With an earlier version of the card, which goes along.
fixture() {
	board
	make_task "To be renamed"
	advance 0001 backlog
	echo "More." >>"$(card 0001)"
	task-watch --once
}

fault_loop task-set 1 name=Other

finish
