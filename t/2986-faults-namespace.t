#!/bin/sh
# SPDX-License-Identifier: MIT
. "${TASK_SRC:?}/t/lib.sh"
. "${TASK_SRC:?}/t/fault/loop.sh"

# With an earlier version of the card, and one that names the task.
fixture() {
	board
	echo 'namespaces: {FW: {}}' >.work/tasks/NAMESPACES.yaml
	task-index && git add .work && git commit -qm "namespaces"
	make_task "To be moved"
	make_task "Waits for it" '"depends_on":["1"]'
	advance 0001 backlog
	echo "More." >>"$(card 0001)"
	task-watch --once
}

fault_loop task-set 1 namespace=FW

finish
