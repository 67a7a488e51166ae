#!/bin/sh
# SPDX-License-Identifier: MIT
. "${TASK_SRC:?}/t/lib.sh"
. "${TASK_SRC:?}/t/fault/loop.sh"

# Two folders move, one of them by two stages, and three stages change.
fixture() {
	board
	printf '%s\n' 'wip: {current: {limit: 1, enforce: hard}}' \
	    >.work/tasks/policy.yaml
	git add .work && git commit -qm policy
	make_task "Makes room" '"priority":"P2","effort":"M"'
	advance 0001 current
	make_task "Urgent" '"priority":"P3","effort":"M"'
}

fault_loop task-set --fast-track -s -r "nobody can log in" 2 priority=P0

finish
