#!/bin/sh
# SPDX-License-Identifier: MIT
. "${TASK_SRC:?}/t/lib.sh"
. "${TASK_SRC:?}/t/fault/loop.sh"

# A P0 that was moved by hand, for which another task makes room.  The indexes
# are as the loop's next program makes them.
fixture() {
	board
	printf '%s\n' 'wip: {current: {limit: 1, enforce: hard}}' 'gates: []' \
	    >.work/tasks/policy.yaml
	git add .work && git commit -qm policy
	make_task "Makes room" '"priority":"P2","effort":"M"'
	advance 0001 current
	make_task "Urgent" '"priority":"P3","effort":"M"'
	task-set -r "nobody can log in" 2 priority=P0
	advance 0002 backlog
	mv "$(folder 0002)" .work/tasks/current/
	task-index
}

fault_loop task-watch --once

finish
