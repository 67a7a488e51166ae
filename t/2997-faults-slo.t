#!/bin/sh
# SPDX-License-Identifier: MIT
. "${TASK_SRC:?}/t/lib.sh"
. "${TASK_SRC:?}/t/fault/loop.sh"

# Two tasks that are too late, in one commit.
fixture() {
	TASK_NOW=2025-10-18T10:30:00Z
	board
	make_task "Late" '"priority":"P1","effort":"M"'
	make_task "Late, too"
	advance 0001 backlog
	echo "by hand" >>"$(folder 0002)/0002.context.md"
}

TASK_NOW=2025-12-18T10:30:00Z
fault_status=1
fault_loop task-fsck --slo

finish
